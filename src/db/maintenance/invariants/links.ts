import { type Audit, audit, keyOf } from './query.ts';

const orphans = (invariant: number, table: string, column: string, parent: string): Audit =>
  audit(
    invariant,
    `the row of ${table} names no ${parent} of its tenant`,
    keyOf(table),
    `${table} c where ${column} is not null
      and not exists (select 1 from ${parent} p where p.tenant_id = c.tenant_id and p.id = c.${column})`,
  );

const withoutTenant = (table: string): Audit =>
  audit(
    11,
    `the row of ${table} belongs to no tenant`,
    keyOf(table),
    `${table} where tenant_id not in (select id from tenant)`,
  );

/** Invariants 5, 10 and 11: what belongs to what. */
export const links: Audit[] = [
  orphans(5, 'regional_price', 'price_id', 'plan_price'),
  orphans(5, 'exchange_rate', 'plan_id', 'plan'),
  audit(
    5,
    'the row of regional_overage names no plan_feature of its tenant',
    keyOf('regional_overage'),
    `regional_overage c where not exists (select 1 from plan_feature p
      where p.tenant_id = c.tenant_id and p.plan_id = c.plan_id and p.feature_id = c.feature_id)`,
  ),
  audit(
    5,
    'the translation is of no live object of its tenant',
    keyOf('translation'),
    `translation c where not exists (select 1 from plan p where p.tenant_id = c.tenant_id
        and p.id = c.plan_id and p.id = c.object_id and p.deleted_at is null
        and c.feature_id is null)
      and not exists (select 1 from feature f where f.tenant_id = c.tenant_id
        and f.id = c.feature_id and f.id = c.object_id and f.deleted_at is null
        and c.plan_id is null)
      and not exists (select 1 from plan_group g where g.tenant_id = c.tenant_id
        and g.id = c.plan_group_id and g.id = c.object_id)
      and not exists (select 1 from feature_section s where s.tenant_id = c.tenant_id
        and s.id = c.feature_section_id and s.id = c.object_id)
      and not exists (select 1 from plan_feature l join plan p
        on p.tenant_id = l.tenant_id and p.id = l.plan_id and p.deleted_at is null
        where l.tenant_id = c.tenant_id and l.plan_id = c.plan_id
          and l.feature_id = c.feature_id and l.id = c.object_id)`,
  ),
  audit(
    5,
    'the translation has a text that its object has not',
    keyOf('translation'),
    `translation where (display_value is not null and (plan_id is null or feature_id is null))
      or (coalesce(tagline, badge, call_to_action_label) is not null
        and (plan_id is null or feature_id is not null))
      or (unit_name is not null and (feature_id is null or plan_id is not null))
      or (name is not null and plan_id is not null and feature_id is not null)
      or (description is not null
        and (feature_section_id is not null or (plan_id is not null and feature_id is not null)))`,
  ),
  audit(
    10,
    'the order in the group has gaps or repeats',
    'plan_group_id',
    `plan where plan_group_id is not null and deleted_at is null group by tenant_id, plan_group_id
      having min(sort_order) <> 0 or max(sort_order) <> count(*) - 1 or count(distinct sort_order) <> count(*)`,
  ),
  audit(
    10,
    'the plan is in no group, but has a position',
    'id',
    'plan where plan_group_id is null and sort_order <> 0',
  ),
  audit(
    10,
    'the public sees the plan at a wrong place',
    'id',
    `plan c where public_sort_order <> case when is_public = 1 and exists (select 1 from plan_group g
      where g.tenant_id = c.tenant_id and g.id = c.plan_group_id and g.is_public = 1)
      then (select count(*) from plan e where e.tenant_id = c.tenant_id and e.plan_group_id = c.plan_group_id
        and e.is_public = 1 and e.sort_order < c.sort_order) else 0 end`,
  ),
  audit(
    11,
    'the tenant belongs to no organization',
    'organization_id',
    `(select id as tenant_id, organization_id from tenant) c
      where organization_id not in (select id from organization)`,
  ),
  ...[
    'api_key',
    'plan_group',
    'plan',
    'feature',
    'feature_section',
    'market',
    'idempotency_record',
    'audit_log',
    'audit_log_object',
  ].map(withoutTenant),
  orphans(11, 'plan', 'plan_group_id', 'plan_group'),
  orphans(25, 'feature', 'section_id', 'feature_section'),
  orphans(11, 'plan_price', 'plan_id', 'plan'),
  orphans(11, 'plan_feature', 'plan_id', 'plan'),
  orphans(11, 'plan_feature', 'feature_id', 'feature'),
  orphans(11, 'audit_log', 'api_key_id', 'api_key'),
];
