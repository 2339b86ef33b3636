import { type Kysely, sql } from 'kysely';
import type { Ddl } from './ddl.ts';

/** As the gateway makes codes of names since this step. */
const codeOf = (name: string): string =>
  name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .slice(0, 56)
    .replace(/^_|_$/g, '');

interface Group {
  tenant_id: string;
  id: string;
  name: string;
}

/**
 * Plans say how they are sold and shown, and what they are based on. SQLite can add no link of two
 * columns to a table: triggers keep a basis to live plans of the tenant. Groups get codes of their
 * names, in the order of their age.
 */
export const up = async (db: Kysely<unknown>, ddl: Ddl): Promise<void> => {
  const { text, int32 } = ddl;
  const run = async (statements: readonly string[]) => {
    for (const statement of statements) await sql.raw(statement).execute(db);
  };
  const label = (column: string) =>
    `alter table plan add column ${column} ${text} check (length(${column}) between 1 and 255)`;
  const url = 'presentation_call_to_action_url';
  const dependent = `select 1 from plan p where p.tenant_id = old.tenant_id
    and p.based_on_plan_id = old.id`;

  await run([
    `alter table plan add column availability ${text} not null default 'self_service'
      check (availability in ('self_service', 'contact_sales'))`,
    label('presentation_tagline'),
    label('presentation_badge'),
    `alter table plan add column presentation_highlighted ${int32} not null default 0
      check (presentation_highlighted in (0, 1))`,
    label('presentation_call_to_action_label'),
    `alter table plan add column ${url} ${text}
      check ((${url} is null) = (presentation_call_to_action_label is null)
        and length(${url}) <= 2000 and (lower(${url}) like 'https://_%'
          or lower(${url}) like 'mailto:_%' or lower(${url}) like 'tel:_%'
          or (${url} like '/%' and ${url} not like '//%')))`,
    `alter table plan add column based_on_plan_id ${text}
      check (based_on_plan_id <> id and (based_on_plan_id is null or deleted_at is null))`,
    `create index plan_based_on on plan (tenant_id, based_on_plan_id)
      where based_on_plan_id is not null`,
    ...(['insert', 'update'] as const).flatMap((on) =>
      ddl.refuse({
        name: `plan_${on}_based_on_live_plan`,
        on,
        table: 'plan',
        when: `new.based_on_plan_id is not null and not exists (select 1 from plan p
          where p.tenant_id = new.tenant_id and p.id = new.based_on_plan_id
            and p.deleted_at is null)`,
        because: 'a plan is based on a live plan of its tenant',
      }),
    ),
    ...ddl.refuse({
      name: 'plan_update_keeps_basis',
      on: 'update',
      table: 'plan',
      when: `new.deleted_at is not null and exists (${dependent})`,
      because: 'no plan is based on a deleted one',
    }),
    ...ddl.refuse({
      name: 'plan_delete_keeps_basis',
      on: 'delete',
      table: 'plan',
      when: `exists (${dependent})`,
      because: 'no plan is based on a deleted one',
    }),
    `alter table plan_group add column code ${text}
      check (length(code) between 1 and 64 and ${ddl.consistsOf('code', 'a-z0-9_')})`,
  ]);

  const { rows } = await sql<Group>`
    select tenant_id, id, name from plan_group order by created_at, id`.execute(db);
  const taken = new Set<string>();
  for (const { tenant_id, id, name } of rows) {
    const made = codeOf(name);
    const code = made === '' || made.startsWith('plg_') ? 'group' : made;
    let free = code;
    for (let count = 2; taken.has(`${tenant_id} ${free}`); count += 1) free = `${code}_${count}`;
    taken.add(`${tenant_id} ${free}`);
    await sql`update plan_group set code = ${free} where tenant_id = ${tenant_id} and id = ${id}`.execute(
      db,
    );
  }

  await run([
    'create unique index plan_group_code on plan_group (tenant_id, code)',
    ...(['insert', 'update'] as const).flatMap((on) =>
      ddl.refuse({
        name: `plan_group_${on}_has_code`,
        on,
        table: 'plan_group',
        when: 'new.code is null',
        because: 'a group has a code',
      }),
    ),
  ]);
};
