import { type Audit, audit } from './query.ts';

const set = (wrong: string, condition: string): Audit =>
  audit(26, wrong, 'id', `change_set c where ${condition}`);

/** Of all that is done to a set, only to apply it raises the revision, be it in another operation. */
const itsEntries = `from audit_log a where a.tenant_id = c.tenant_id and a.object_id = c.id
  and a.revision is not null`;

/** Invariant 26: a change set is applied once, and told of once. */
export const changeSets: Audit[] = [
  set(
    'the applied change set has no audit entry with its revision',
    `status = 'applied'
      and not exists (select 1 ${itsEntries} and a.revision = c.applied_revision)
      and applied_revision > (select audit_purged_revision from tenant t where t.id = c.tenant_id)`,
  ),
  set('the change set was applied more than once', `(select count(*) ${itsEntries}) > 1`),
  set(
    'the change set that was not applied has an entry that says so',
    `status <> 'applied' and exists (select 1 ${itsEntries})`,
  ),
  set('the scheduled change set has no time', `status = 'scheduled' and applies_at is null`),
  set(
    'the change set has a time, a revision or a reason that its status does not have',
    `(status = 'applied') <> (applied_at is not null)
      or (status = 'applied') <> (applied_revision is not null)
      or (status = 'failed') <> (failure is not null)`,
  ),
  audit(
    26,
    'the tenant does not know the time of its next change set',
    'id',
    `(select id, id as tenant_id, next_change_at,
        (select min(applies_at) from change_set s where s.tenant_id = tenant.id
          and s.status = 'scheduled') as next_at from tenant) t
      where coalesce(next_change_at, '') <> coalesce(next_at, '')`,
  ),
];
