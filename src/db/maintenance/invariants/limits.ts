import { type Audit, audit, itsFeature, itsPlan, keyOf } from './query.ts';

const definition = (wrong: string, condition: string): Audit =>
  audit(21, wrong, keyOf('feature_limit'), `feature_limit c where ${condition}`);

const amount = (wrong: string, condition: string): Audit =>
  audit(21, wrong, keyOf('plan_feature_limit'), `plan_feature_limit c where ${condition}`);

const isLivePerFeature = `exists (select 1 from feature f where f.tenant_id = c.tenant_id
  and f.id = c.per_feature_id and f.deleted_at is null)`;

/** Invariant 21: limits of features, and what plans allow of them. */
export const limits: Audit[] = [
  definition(
    'the limit is of no live feature of its tenant',
    `not exists (${itsFeature} and f.deleted_at is null)`,
  ),
  definition(
    'the limit is counted per no other live feature of its tenant',
    `per_feature_id is not null and (per_feature_id = feature_id or not ${isLivePerFeature})`,
  ),
  definition(
    'the limit has no name, or spaces around it',
    `length(name) not between 1 and 255 or name <> trim(name)`,
  ),
  definition('the limit has more decimals than 4', 'not (decimals between 0 and 4)'),
  audit(
    21,
    'the order of the limits of the feature has gaps or repeats',
    'feature_id',
    `feature_limit group by tenant_id, feature_id having min(position) <> 0
      or max(position) <> count(*) - 1 or count(distinct position) <> count(*)`,
  ),
  amount(
    'the amount has no limit on its feature',
    `not exists (select 1 from feature_limit l where l.tenant_id = c.tenant_id
      and l.feature_id = c.feature_id and l.code = c.code)`,
  ),
  amount(
    'the amount is of no feature of a live plan of its tenant',
    `not exists (${itsPlan} and p.deleted_at is null)
      or not exists (select 1 from plan_feature l where l.tenant_id = c.tenant_id
        and l.plan_id = c.plan_id and l.feature_id = c.feature_id)`,
  ),
  amount(
    'the limit is neither an amount nor unlimited, or both',
    '(amount is null) <> (unlimited = 1)',
  ),
];
