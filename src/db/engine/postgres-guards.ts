import { type Kysely, sql, type Transaction } from 'kysely';
import { type Ddl, migrations } from '../../../migrations/index.ts';
import type { Tables } from '../tables.ts';
import { tableNames } from '../tables.ts';
import { StorageDamaged } from './faults.ts';
import { type Guard, lostGuards } from './guards.ts';

const own = sql`(select name, to_regclass(name) as oid from unnest(${tableNames}::text[]) as given (name)) as own`;

const guards = async (db: Kysely<Tables>): Promise<Guard[]> => {
  const { rows } = await sql<Guard>`
    select 'constraint' as kind, own.name as table, conname as name, pg_get_constraintdef(pg_constraint.oid, true) as definition
      from ${own} join pg_constraint on conrelid = own.oid where contype in ('c', 'f', 'n', 'p', 'u')
    union all
    select 'index', own.name, relname, pg_get_indexdef(indexrelid)
      from ${own} join pg_index on indrelid = own.oid join pg_class on pg_class.oid = indexrelid
      where not exists (select 1 from pg_constraint where conindid = indexrelid and conrelid = own.oid)
    union all
    select 'trigger', own.name, tgname, pg_get_triggerdef(pg_trigger.oid, true) || ': ' || prosrc
      from ${own} join pg_trigger on tgrelid = own.oid join pg_proc on pg_proc.oid = tgfoid where not tgisinternal
    union all
    select 'table', own.name, own.name, 'table' from ${own} where own.oid is not null`.execute(db);
  const { rows: schemas } = await sql<{ name: string }>`
    select distinct relnamespace::regnamespace::text as name from ${own} join pg_class on pg_class.oid = own.oid`.execute(
    db,
  );
  // The same text for tables of any schema.
  const plain = (definition: string) =>
    schemas.reduce(
      (text, { name }) => text.replaceAll(`${name}.`, ''),
      definition.replaceAll(/\bpg_temp(_\d+)?\./g, ''),
    );
  return rows.map((row) => ({ ...row, definition: plain(row.definition).replaceAll(/\s+/g, ' ') }));
};

/**
 * What the migrations make, made once more among the temporary tables of a transaction that is
 * rolled back.
 */
const expectedGuards = async (transaction: Transaction<Tables>, ddl: Ddl): Promise<Guard[]> => {
  await sql`set local search_path = pg_temp`.execute(transaction);
  for (const { up } of migrations) await up(transaction, ddl);
  return guards(transaction);
};

/**
 * What guards our tables and is missing. `temporaryDdl` names functions where only temporary ones
 * are.
 */
export const missingGuards = async (db: Kysely<Tables>, temporaryDdl: Ddl): Promise<string[]> => {
  const transaction = await db.startTransaction().execute();
  try {
    const found = await guards(transaction);
    return lostGuards(await expectedGuards(transaction, temporaryDdl), found);
  } finally {
    await transaction.rollback().execute();
  }
};

/** What guards our tables and has been switched off or left behind half-made. */
export const idleGuards = async (db: Kysely<Tables>): Promise<string[]> => {
  const { rows } = await sql<{ fault: string }>`
    select 'the index ' || indexrelid::regclass || ' is not valid' as fault
      from ${own} join pg_index on indrelid = own.oid where not indisvalid
    union all
    select 'the trigger ' || tgname || ' of ' || own.name || ' is disabled'
      from ${own} join pg_trigger on tgrelid = own.oid where tgenabled <> 'O'
    union all
    select 'the constraint ' || conname || ' of ' || own.name || ' is not valid'
      from ${own} join pg_constraint on conrelid = own.oid where not convalidated`.execute(db);
  return rows.map(({ fault }) => fault);
};

/** Reads every page of the tables that we have: the server says which are damaged. */
export const damagedPages = async (db: Kysely<Tables>): Promise<string[]> => {
  const faults: string[] = [];
  const { rows } = await sql<{
    name: string;
  }>`select own.name from ${own} where oid is not null`.execute(db);
  for (const { name } of rows)
    try {
      await sql`select count(*), sum(hashtext(${sql.ref(name)}::text)) from ${sql.table(name)}`.execute(
        db,
      );
    } catch (failure) {
      if (!(failure instanceof StorageDamaged)) throw failure;
      faults.push(`the table ${name} is damaged: ${failure.message}`);
    }
  return faults;
};

/** Triggers of ours that work. */
export const workingTriggers = async (
  db: Kysely<Tables>,
): Promise<{ table: string; name: string }[]> => {
  const { rows } = await sql<{ table: string; name: string }>`
    select own.name as table, tgname as name from ${own} join pg_trigger on tgrelid = own.oid
      where not tgisinternal and tgenabled = 'O'`.execute(db);
  return rows;
};
