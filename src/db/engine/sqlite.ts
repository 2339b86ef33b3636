import { existsSync, statSync } from 'node:fs';
import { sql } from 'kysely';
import type { Ddl } from '../../../migrations/index.ts';
import { tableNames } from '../tables.ts';
import type { Dialect, Engine, EngineOptions } from './engine.ts';
import { NoDatabase } from './faults.ts';
import { waitUntilAlone } from './sqlite-alone.ts';
import { SqliteDriver } from './sqlite-driver.ts';
import { database, openFile, withSnapshot } from './sqlite-file.ts';
import { damagedPages, missingGuards } from './sqlite-guards.ts';

const ddl: Ddl = {
  text: 'text',
  int32: 'integer',
  int64: 'integer',
  tableOptions: ' strict',
  keyOrderedTableOptions: ' strict, without rowid',
  consistsOf: (column, set) => `(${column} <> '' and ${column} not glob '*[^${set}]*')`,
  isJsonObject: (column) => `(json_valid(${column}) and json_type(${column}) = 'object')`,
  randomDigits: 'lower(hex(randomblob(13)))',
  checkLinks: [],
  refuse: ({ name, on, table, when, because }) => [
    `create trigger ${name} before ${on} on ${table} when ${when} begin select raise(abort, '${because}'); end`,
  ],
  permit: ({ name }) => [`drop trigger ${name}`],
};

const metadataHas: Dialect['metadataHas'] = (column, key, value) => {
  const isNumber = String(Number(value)) === value;
  return sql<boolean>`exists (select 1 from json_each(${sql.ref(column)}) as entry where entry.key = ${key} and (
    (entry.type = 'text' and entry.value = ${value})
    or (entry.type in ('true', 'false') and entry.type = ${value})
    or (entry.type in ('integer', 'real') and entry.value = ${isNumber ? Number(value) : null})))`;
};

export const dialect: Dialect = {
  name: 'sqlite',
  isAtHand: true,
  // Milliseconds; a few tens at worst, where each has all the metadata that it may have.
  rowsAtOnce: 500,
  metadataHas,
  tuple: (values) => sql`json_array(${sql.join(values)})`,
  list: (item, order) => sql`json_group_array(${item} order by ${sql.join(order)})`,
  text: (json) => sql`${json}`,
  asked: (keys) => sql`(select key as place, value from json_each(${keys}))`,
  askFor: (keys) => JSON.stringify(keys),
  hasTable: (name) =>
    sql`exists (select 1 from sqlite_schema where type = 'table' and name = ${name})`,
};

const withoutTriggers: Engine['withoutTriggers'] = async (transaction, work) => {
  const { rows } = await sql<{ name: string; sql: string }>`
    select name, sql from sqlite_schema where type = 'trigger' and tbl_name in (${sql.join(tableNames)})`.execute(
    transaction,
  );
  for (const { name } of rows) await sql`drop trigger ${sql.ref(name)}`.execute(transaction);
  const result = await work();
  for (const trigger of rows) await sql.raw(trigger.sql).execute(transaction);
  return result;
};

export const openSqlite = async (path: string, options: EngineOptions = {}): Promise<Engine> => {
  if (options.mustExist && !existsSync(path))
    throw new NoDatabase(`there is no database at ${path}`);
  if (options.upgrades && existsSync(path)) await waitUntilAlone(path);
  const { writer, reader } = openFile(path);
  const writers = new SqliteDriver(writer, options);
  const readers = new SqliteDriver(reader, options);
  const writing = database(writers);
  const grouped = database(writers.grouped);
  const reading = database(readers);
  const state = reader.prepare('pragma data_version').pluck();
  let known: unknown;
  return {
    name: dialect.name,
    reading,
    // A commit empties the cache of pages of every other connection. While nobody writes, the one
    // that wrote reads as well.
    read: (query) => (writers.isFree ? writers : readers).run(query),
    writing,
    grouped,
    maintenance: writing,
    snapshot: (read) => withSnapshot(path, options, read),
    state: () => {
      // Who asks before the next promise goes on had asked when it was read.
      if (known === undefined) {
        known = state.get();
        queueMicrotask(() => {
          known = undefined;
        });
      }
      return known;
    },
    ddl,
    sql: dialect,
    // Writes wait in the driver's queue and hold nothing that others need.
    inTurn: (_tenantId, write) => write(),
    // `begin immediate` has locked the whole file already.
    lockTenant: async () => {},
    makeSchema: async () => {},
    lockMigrations: async () => {},
    inside: () => writers.run,
    withoutTriggers,
    storageFaults: async () => [
      ...(await missingGuards(reading, ddl)),
      ...(await damagedPages(reading)),
    ],
    load: () => ({ reading: readers.load, writing: writers.load }),
    size: async () => {
      const pages = (name: string) => Number(reader.pragma(name, { simple: true }));
      const pageSize = pages('page_size');
      return {
        database: pages('page_count') * pageSize,
        free: pages('freelist_count') * pageSize,
        log: statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0,
      };
    },
    close: async () => {
      reader.close();
      // Other processes may keep the file open; else closing it would do the same.
      if (writer.open) writer.pragma('wal_checkpoint(truncate)');
      writer.close();
    },
  };
};
