import { type Kysely, sql } from 'kysely';
import type { Ddl } from './ddl.ts';

/**
 * Change sets: what a catalogue file would change, kept until it is applied. A tenant has the time
 * of its next scheduled set, which every request reads together with its key. The audit log says
 * which writes were scheduled.
 */
export const up = async (db: Kysely<unknown>, ddl: Ddl): Promise<void> => {
  const { text, int32, int64, tableOptions } = ddl;
  for (const statement of [
    `create table change_set (
      tenant_id ${text} not null references tenant (id),
      id ${text} not null,
      name ${text} check (name is null or length(name) between 1 and 255),
      status ${text} not null
        check (status in ('draft', 'scheduled', 'applied', 'discarded', 'failed')),
      hash ${text} not null check (length(hash) = 64),
      changes ${text} not null,
      needs ${text} not null,
      orders ${text} not null,
      findings ${text} not null,
      applies_at ${text},
      applied_at ${text},
      applied_revision ${int64},
      failure ${text},
      revert_of_id ${text},
      created_by_id ${text},
      scheduled_by_id ${text},
      created_at ${text} not null,
      updated_at ${text} not null check (updated_at >= created_at),
      primary key (tenant_id, id),
      foreign key (tenant_id, revert_of_id) references change_set (tenant_id, id),
      check (status <> 'scheduled' or applies_at is not null),
      check ((status = 'applied') = (applied_at is not null)
        and (status = 'applied') = (applied_revision is not null)),
      check ((status = 'failed') = (failure is not null))
    )${tableOptions}`,
    'create index change_set_created on change_set (tenant_id, created_at, id)',
    `create index change_set_scheduled on change_set (tenant_id, applies_at, created_at, id)
      where status = 'scheduled'`,
    `create unique index change_set_revision on change_set (tenant_id, applied_revision)
      where applied_revision is not null`,
    `alter table tenant add column next_change_at ${text}`,
    'create index tenant_next_change on tenant (next_change_at) where next_change_at is not null',
    ...ddl.permit({ name: 'tenant_revision_grows_by_one', table: 'tenant' }),
    ...ddl.refuse({
      name: 'tenant_revision_grows_by_one',
      on: 'update',
      table: 'tenant',
      when: `new.revision <> old.revision + 1 and (new.revision <> old.revision
        or coalesce(new.next_change_at, '') = coalesce(old.next_change_at, ''))`,
      because: 'the revision of a catalogue grows by one with each write',
    }),
    `alter table audit_log add column scheduled ${int32} not null default 0
      check (scheduled in (0, 1))`,
  ])
    await sql.raw(statement).execute(db);
};
