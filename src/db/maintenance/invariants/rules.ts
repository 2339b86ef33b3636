import { type Audit, audit, itsFeature, itsPlan, keyOf } from './query.ts';

const overage = '(overage_enabled = 1 or overage_unit_price > 0)';

const planFeature = (wrong: string, condition: string): Audit =>
  audit(9, wrong, keyOf('plan_feature'), `plan_feature c where ${condition}`);

/** Invariants 7 to 9: what deletion ends, and what the kind of a plan or feature rules out. */
export const rules: Audit[] = [
  audit(
    7,
    'a live plan has a deleted feature',
    keyOf('plan_feature'),
    `plan_feature c where exists (${itsPlan} and p.deleted_at is null)
      and exists (${itsFeature} and f.deleted_at is not null)`,
  ),
  audit(
    8,
    'the deleted plan is in a group',
    'id',
    'plan where deleted_at is not null and plan_group_id is not null',
  ),
  // Not its prices and features: where a clock was set back, they may seem younger than the
  // deletion.
  audit(8, 'the deleted plan was changed', 'id', 'plan where updated_at <> deleted_at'),
  audit(
    9,
    'the price of a free plan is not 0',
    'id',
    `plan_price c where price > 0 and exists (${itsPlan} and p.is_free = 1)`,
  ),
  audit(
    9,
    'the regional price of a free plan is not 0',
    keyOf('regional_price'),
    `regional_price r where price > 0 and exists (select 1 from plan_price c
      where c.tenant_id = r.tenant_id and c.id = r.price_id and exists (${itsPlan} and p.is_free = 1))`,
  ),
  planFeature('the unlimited feature has overage', `unlimited = 1 and ${overage}`),
  planFeature(
    'the plan takes no overage',
    `${overage} and exists (${itsPlan} and (p.is_free = 1 or p.consumption_model not in ('metered', 'balance')))`,
  ),
  audit(
    9,
    'the feature with a regional overage has no overage',
    keyOf('regional_overage'),
    `regional_overage r where exists (select 1 from plan_feature c where c.tenant_id = r.tenant_id
      and c.plan_id = r.plan_id and c.feature_id = r.feature_id and not ${overage})`,
  ),
  planFeature(
    'the boolean feature has amounts',
    `(included_amount > 0 or unlimited = 1 or ${overage} or credits_per_unit > 0 or margin > 0)
      and exists (${itsFeature} and f.type = 'boolean')`,
  ),
  planFeature(
    'the plan takes no AI model pricing',
    `pricing_mode = 'ai_model' and exists (${itsPlan} and p.consumption_model <> 'balance')`,
  ),
  audit(
    9,
    'the price repeats the kind of its plan wrongly',
    'id',
    `plan_price c where exists (${itsPlan} and p.is_free <> c.plan_is_free)`,
  ),
  planFeature(
    'the plan feature repeats the kind of its plan or feature wrongly',
    `exists (${itsFeature} and f.type <> c.feature_type)
      or exists (${itsPlan} and (p.is_free <> c.plan_is_free or p.consumption_model <> c.plan_consumption_model))`,
  ),
];
