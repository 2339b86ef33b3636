import { operationsOfNoCatalogue } from '../../tables.ts';
import { type Audit, audit, keyOf } from './query.ts';

const ofNoCatalogue = `(${operationsOfNoCatalogue.map((name) => `'${name}'`).join(', ')})`;
/** How many committed writes to its catalogue the audit trail of a tenant shows, or has shown. */
const catalogueWrites = `(audit_purged_revision + (select count(*) from audit_log a
  where a.tenant_id = t.tenant_id and a.operation not in ${ofNoCatalogue}))`;
const tenants =
  '(select id as tenant_id, revision, audit_purged_through, audit_purged_revision from tenant) t';

/** Tables whose rows have ids, times and a revision. */
const objects = [
  'plan_group',
  'plan',
  'feature_section',
  'feature',
  'plan_price',
  'plan_feature',
  'market',
];

const never = (wrong: string, tables: string[], condition: string): Audit[] =>
  tables.map((table) =>
    audit(15, `the row of ${table} ${wrong}`, keyOf(table), `${table} where ${condition}`),
  );

const usedTwice = (table: string): Audit =>
  audit(
    15,
    `the id of a row of ${table} is used in another tenant`,
    'id',
    `${table} where id in (select id from ${table} group by id having count(*) > 1)`,
  );

/** Invariants 13 to 17: records of what was done, and when, and who may do it. */
export const history: Audit[] = [
  audit(
    13,
    'the idempotency key has several records',
    'key',
    'idempotency_record group by tenant_id, key having count(*) > 1',
  ),
  audit(
    14,
    'a write to the catalogue has no audit row',
    `'revision ' || revision`,
    `${tenants} where ${catalogueWrites} < revision`,
  ),
  audit(
    14,
    'the audit entries are not numbered from 1, or from the last purged one on, without gaps or repeats',
    'count(*)',
    `(select a.tenant_id, a.sequence, t.audit_purged_through as purged
        from audit_log a join tenant t on t.id = a.tenant_id) a
      group by tenant_id, purged having min(sequence) <> purged + 1
        or max(sequence) <> purged + count(*) or count(distinct sequence) <> count(*)`,
  ),
  audit(
    14,
    'a purge of the audit log left no entry',
    `'sequence ' || audit_purged_through`,
    `${tenants} where audit_purged_through > 0
      and not exists (select 1 from audit_log a where a.tenant_id = t.tenant_id)`,
  ),
  audit(
    14,
    'the audit entry is not found by its object',
    'id',
    `audit_log a where not exists (select 1 from audit_log_object o where o.tenant_id = a.tenant_id
      and o.object_id = a.object_id and o.sequence = a.sequence)`,
  ),
  audit(
    15,
    'the organization was updated before it was created',
    'name',
    '(select id as tenant_id, name, created_at, updated_at from organization) o where updated_at ' +
      '< created_at',
  ),
  ...never('was updated before it was created', objects, 'updated_at < created_at'),
  ...never(
    'was deleted before it was created',
    ['plan', 'feature', 'market'],
    'deleted_at < created_at',
  ),
  ...never('was archived before it was created', ['plan_price'], 'archived_at < created_at'),
  ...never('was revoked before it was created', ['api_key'], 'revoked_at < created_at'),
  ...never('has no id', ['plan_feature'], 'id is null'),
  ...['api_key', ...objects].map(usedTwice),
  audit(
    17,
    'the publishable key does not read only, at origins that are named',
    'id',
    `api_key where (kind = 'publishable') <> (allowed_origins is not null)
      or (kind = 'publishable' and (scope <> 'read' or allowed_origins not like '["http%"]'))
      or (kind <> 'publishable' and trusted_documents_only = 1)`,
  ),
  audit(
    14,
    'the audit entry names another revision than the one that its write led to',
    'id',
    `(select a.tenant_id, a.id, a.revision, t.audit_purged_revision
        + sum(case when a.operation in ${ofNoCatalogue} then 0 else 1 end)
          over (partition by a.tenant_id order by a.sequence) as led_to
        from audit_log a join tenant t on t.id = a.tenant_id) a
      where revision is not null and revision <> led_to`,
  ),
  ...never('has no count of its changes', objects, 'revision is null or revision < 1'),
  audit(
    16,
    'the revision did not grow with a write to the catalogue',
    `'revision ' || revision`,
    `${tenants} where ${catalogueWrites} > revision`,
  ),
];
