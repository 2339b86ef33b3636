import Sqlite from 'better-sqlite3';
import { type Kysely, sql } from 'kysely';
import { type Ddl, migrations } from '../../../migrations/index.ts';
import type { Tables } from '../tables.ts';
import { tableNames } from '../tables.ts';
import { StorageDamaged } from './faults.ts';
import { type Guard, lostGuards } from './guards.ts';
import { SqliteDriver } from './sqlite-driver.ts';
import { database } from './sqlite-file.ts';

/** Constraints stand in the text of their table. */
const guards = async (db: Kysely<Tables>): Promise<Guard[]> => {
  const { rows } = await sql<Guard>`
    select type as kind, tbl_name as "table", name, sql as definition from sqlite_schema
      where sql is not null and tbl_name in (${sql.join(tableNames)})`.execute(db);
  return rows.map((row) => ({ ...row, definition: row.definition.replaceAll(/\s+/g, ' ') }));
};

/** What the migrations make, made once more in memory. */
const expectedGuards = async (ddl: Ddl): Promise<Guard[]> => {
  const memory = database(new SqliteDriver(new Sqlite(':memory:'), {}));
  for (const { up } of migrations) await up(memory, ddl);
  const made = await guards(memory);
  await memory.destroy();
  return made;
};

/** What guards our tables and is missing. */
export const missingGuards = async (db: Kysely<Tables>, ddl: Ddl): Promise<string[]> =>
  lostGuards(await expectedGuards(ddl), await guards(db));

/** A database of an older version has fewer. */
export const presentTables = async (db: Kysely<Tables>): Promise<(keyof Tables)[]> => {
  const { rows } = await sql<{ name: keyof Tables }>`
    select name from sqlite_schema where type = 'table' and name in (${sql.join(tableNames)})`.execute(
    db,
  );
  return rows.map(({ name }) => name);
};

/** What SQLite finds damaged in the tables that we have, and links that lead nowhere. */
export const damagedPages = async (db: Kysely<Tables>): Promise<string[]> => {
  const faults = new Set<string>();
  for (const table of await presentTables(db))
    try {
      const pages = await sql<{
        integrity_check: string;
      }>`pragma integrity_check(${sql.table(table)})`.execute(db);
      for (const { integrity_check: line } of pages.rows) if (line !== 'ok') faults.add(line);
      const links = await sql`pragma foreign_key_check(${sql.table(table)})`.execute(db);
      for (const _row of links.rows) faults.add(`a row of ${table} points at nothing`);
    } catch (failure) {
      if (!(failure instanceof StorageDamaged)) throw failure;
      faults.add(`the table ${table} is damaged: ${failure.message}`);
    }
  return [...faults];
};
