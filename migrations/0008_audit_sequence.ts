import { type Kysely, sql } from 'kysely';
import type { Ddl } from './ddl.ts';

/**
 * Audit entries are numbered in the order of the writes, independent of clocks, and are found by
 * the ids of all objects that they tell of. Of older entries that is the object itself and, of a
 * price, its plan.
 */
export const up = async (db: Kysely<unknown>, ddl: Ddl): Promise<void> => {
  const { text, int64 } = ddl;
  const appendOnly = (on: 'update' | 'delete', table: string) => ({
    name: `${table}_no_${on}`,
    on,
    table,
    when: '1 = 1',
    because: 'the audit trail is only ever appended to',
  });
  for (const statement of [
    `alter table audit_log add column sequence ${int64} check (sequence >= 1)`,
    ...ddl.permit(appendOnly('update', 'audit_log')),
    `update audit_log set sequence = numbered.sequence
      from (select tenant_id, id, row_number() over (partition by tenant_id order by at, id) as sequence
        from audit_log) as numbered
      where audit_log.tenant_id = numbered.tenant_id and audit_log.id = numbered.id`,
    ...ddl.refuse(appendOnly('update', 'audit_log')),
    ...ddl.refuse({
      name: 'audit_log_has_sequence',
      on: 'insert',
      table: 'audit_log',
      when: 'new.sequence is null',
      because: 'an audit entry has a number',
    }),
    'create unique index audit_log_by_sequence on audit_log (tenant_id, sequence)',
    'drop index audit_log_by_object',

    `create table audit_log_object (
      tenant_id ${text} not null references tenant (id),
      object_id ${text} not null,
      sequence ${int64} not null,
      primary key (tenant_id, object_id, sequence),
      foreign key (tenant_id, sequence) references audit_log (tenant_id, sequence)
    )${ddl.tableOptions}`,
    'insert into audit_log_object select tenant_id, object_id, sequence from audit_log',
    `insert into audit_log_object select a.tenant_id, p.plan_id, a.sequence from audit_log a
      join plan_price p on p.tenant_id = a.tenant_id and p.id = a.object_id`,
    ...(['update', 'delete'] as const).flatMap((on) =>
      ddl.refuse(appendOnly(on, 'audit_log_object')),
    ),
  ])
    await sql.raw(statement).execute(db);
};
