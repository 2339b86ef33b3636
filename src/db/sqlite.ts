import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Sqlite from 'better-sqlite3';
import { Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler, sql } from 'kysely';
import type { Ddl } from '../../migrations/index.ts';
import type { Engine, EngineOptions } from './engine.ts';
import { SqliteDriver } from './sqlite-driver.ts';
import type { Tables } from './tables.ts';

/** Older libraries can lose commits when two connections write. */
const OLDEST_SAFE_LIBRARY = '3.51.3';
/** How long the start waits, blocking, for another process; later the driver waits without blocking. */
const START_PATIENCE_MS = 2_000;

class TransactionalDdlAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

const database = (file: Sqlite.Database, options: EngineOptions): Kysely<Tables> =>
  new Kysely<Tables>({
    dialect: {
      createAdapter: () => new TransactionalDdlAdapter(),
      createDriver: () => new SqliteDriver(file, options),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  });

const ddl: Ddl = {
  text: 'text',
  int32: 'integer',
  int64: 'integer',
  tableOptions: ' strict',
  consistsOf: (column, set) => `(${column} <> '' and ${column} not glob '*[^${set}]*')`,
  isJsonObject: (column) => `(json_valid(${column}) and json_type(${column}) = 'object')`,
  refuse: ({ name, on, table, when, because }) => [
    `create trigger ${name} before ${on} on ${table} when ${when} begin select raise(abort, '${because}'); end`,
  ],
};

const metadataHas: Engine['sql']['metadataHas'] = (column, key, value) => {
  const isNumber = String(Number(value)) === value;
  return sql<boolean>`exists (select 1 from json_each(${sql.ref(column)}) as entry where entry.key = ${key} and (
    (entry.type = 'text' and entry.value = ${value})
    or (entry.type in ('true', 'false') and entry.type = ${value})
    or (entry.type in ('integer', 'real') and entry.value = ${isNumber ? Number(value) : null})))`;
};

const isOlder = (version: string, than: string): boolean => version.localeCompare(than, 'en', { numeric: true }) < 0;

/** Refuses to start on a file or library that could lose an acknowledged write. */
export const assertDurable = (file: Sqlite.Database): void => {
  const setting = (name: string) => file.pragma(name, { simple: true });
  const faults = [
    [setting('journal_mode') === 'wal', 'the journal mode is not WAL'],
    [setting('synchronous') === 2, 'synchronous is not FULL'],
    [setting('foreign_keys') === 1, 'foreign keys are not enforced'],
    [setting('trusted_schema') === 0, 'the schema is trusted'],
  ] as const;
  const version = String(file.prepare('select sqlite_version()').pluck().get());
  if (isOlder(version, OLDEST_SAFE_LIBRARY)) throw new Error(`SQLite ${version} is older than ${OLDEST_SAFE_LIBRARY}`);
  for (const [holds, fault] of faults) if (!holds) throw new Error(`SQLite: ${fault}`);
};

const openWriter = (path: string): Sqlite.Database => {
  const file = new Sqlite(path, { timeout: START_PATIENCE_MS });
  try {
    for (const setting of ['journal_mode = wal', 'synchronous = full', 'foreign_keys = on', 'trusted_schema = off'])
      file.pragma(setting);
    assertDurable(file);
    assertWritable(file);
    file.pragma('busy_timeout = 0');
    return file;
  } catch (failure) {
    file.close();
    throw failure;
  }
};

/** SQLite opens a file without a murmur when it may only be read. */
const assertWritable = (file: Sqlite.Database): void => {
  try {
    file.exec('begin immediate; rollback');
  } catch (failure) {
    if (!(failure instanceof Sqlite.SqliteError && failure.code === 'SQLITE_BUSY')) throw failure;
  }
};

const openReader = (path: string): Sqlite.Database => {
  const file = new Sqlite(path, { readonly: true, timeout: 0 });
  file.pragma('trusted_schema = off');
  return file;
};

const open = (path: string): { writer: Sqlite.Database; reader: Sqlite.Database } => {
  try {
    mkdirSync(dirname(path), { recursive: true });
    return { writer: openWriter(path), reader: openReader(path) };
  } catch (failure) {
    throw new Error(`${path} cannot be used: ${failure instanceof Error ? failure.message : failure}`, {
      cause: failure,
    });
  }
};

/** What SQLite finds damaged, and links that lead nowhere. */
const storageFaults = async (db: Kysely<Tables>): Promise<string[]> => {
  const pages = await sql<{ integrity_check: string }>`pragma integrity_check`.execute(db);
  const links = await sql<{ table: string }>`pragma foreign_key_check`.execute(db);
  return [
    ...pages.rows.map((row) => row.integrity_check).filter((line) => line !== 'ok'),
    ...links.rows.map((row) => `a row of ${row.table} points at nothing`),
  ];
};

const snapshotOf =
  (path: string, options: EngineOptions): Engine['snapshot'] =>
  async (read) => {
    const file = openReader(path);
    const db = database(file, options);
    try {
      // The moment is that of the first read.
      file.exec('begin; select 1 from sqlite_schema');
      return await read(db);
    } finally {
      file.close();
    }
  };

export const openSqlite = (path: string, options: EngineOptions = {}): Engine => {
  const { writer, reader } = open(path);
  const writing = database(writer, options);
  const reading = database(reader, options);
  return {
    name: 'sqlite',
    reading,
    writing,
    maintenance: writing,
    snapshot: snapshotOf(path, options),
    ddl,
    sql: { metadataHas },
    // `begin immediate` has locked the whole file already.
    lockTenant: async () => {},
    storageFaults: () => storageFaults(reading),
    close: async () => {
      reader.close();
      // Other processes may keep the file open; else closing it would do the same.
      if (writer.open) writer.pragma('wal_checkpoint(truncate)');
      writer.close();
    },
  };
};
