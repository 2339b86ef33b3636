import { type Kysely, sql } from 'kysely';
import type { Ddl } from './ddl.ts';

/** By which columns audit entries are found by the ids of their objects. */
const objectColumns = 'tenant_id, object_id, sequence';

/**
 * Entries of the audit log that are older than the operator keeps them are purged, oldest first. A
 * tenant knows up to which entry that was done, so that nothing else removes an entry unnoticed.
 */
export const up = async (db: Kysely<unknown>, ddl: Ddl): Promise<void> => {
  const { text, int64 } = ddl;
  const isPurged = `old.sequence <= (select audit_purged_through from tenant
    where id = old.tenant_id)`;
  const appended = ['audit_log', 'audit_log_object'];
  const noDelete = (table: string) => ({ name: `${table}_no_delete`, table });
  const refuseDelete = (table: string) =>
    ddl.refuse({
      ...noDelete(table),
      on: 'delete',
      when: `not (${isPurged})`,
      because: 'the audit trail is only ever appended to, and purged from its oldest entry on',
    });
  const refuseUpdate = (table: string) =>
    ddl.refuse({
      name: `${table}_no_update`,
      on: 'update',
      table,
      when: '1 = 1',
      because: 'the audit trail is only ever appended to',
    });
  // In the order of its key, a table needs one tree less: the new index costs a write nothing.
  const inOrderOfKey = ddl.keyOrderedTableOptions
    ? [
        `create table audit_log_object_in_order (
          tenant_id ${text} not null references tenant (id),
          object_id ${text} not null,
          sequence ${int64} not null,
          primary key (${objectColumns}),
          foreign key (tenant_id, sequence) references audit_log (tenant_id, sequence)
        )${ddl.keyOrderedTableOptions}`,
        `insert into audit_log_object_in_order select ${objectColumns} from audit_log_object
          order by ${objectColumns}`,
        'drop table audit_log_object',
        'alter table audit_log_object_in_order rename to audit_log_object',
        ...refuseUpdate('audit_log_object'),
      ]
    : ddl.permit(noDelete('audit_log_object'));
  for (const statement of [
    `alter table tenant add column audit_purged_through ${int64} not null default 0
      check (audit_purged_through >= 0)`,
    `alter table tenant add column audit_purged_revision ${int64} not null default 0
      check (audit_purged_revision >= 0)`,
    ...ddl.permit({ name: 'tenant_revision_grows_by_one', table: 'tenant' }),
    ...ddl.refuse({
      name: 'tenant_revision_grows_by_one',
      on: 'update',
      table: 'tenant',
      when: `new.revision <> old.revision + 1 and (new.revision <> old.revision
        or (coalesce(new.next_change_at, '') = coalesce(old.next_change_at, '')
          and new.audit_purged_through = old.audit_purged_through))`,
      because: 'the revision of a catalogue grows by one with each write',
    }),
    ...ddl.refuse({
      name: 'tenant_audit_purge_goes_on',
      on: 'update',
      table: 'tenant',
      when: `new.audit_purged_through < old.audit_purged_through
        or new.audit_purged_revision < old.audit_purged_revision
        or new.audit_purged_revision > new.revision
        or (new.audit_purged_through <> old.audit_purged_through and not exists
          (select 1 from audit_log where tenant_id = new.id and sequence > new.audit_purged_through))`,
      because: 'a purge of the audit trail never goes back, and leaves the newest entry',
    }),
    ...inOrderOfKey,
    ...ddl.permit(noDelete('audit_log')),
    ...appended.flatMap(refuseDelete),
    'create index audit_log_object_by_sequence on audit_log_object (tenant_id, sequence)',
    `create index change_set_reverts on change_set (tenant_id, revert_of_id)
      where revert_of_id is not null`,
  ])
    await sql.raw(statement).execute(db);
};
