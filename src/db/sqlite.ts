import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Sqlite from 'better-sqlite3';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  sql,
} from 'kysely';
import type { Ddl } from '../../migrations/index.ts';
import type { Engine, EngineOptions } from './engine.ts';
import type { Tables } from './tables.ts';

/** Older libraries can lose commits when two connections write. */
const OLDEST_SAFE_LIBRARY = '3.51.3';
const BUSY_TIMEOUT_MS = 2_000;
/** Statements kept prepared for each connection; the least recently used one goes first. */
const PREPARED_STATEMENTS = 500;

class SqliteConnection implements DatabaseConnection {
  readonly #prepared = new Map<string, Sqlite.Statement>();
  readonly #file: Sqlite.Database;
  readonly #onStatement: (sql: string) => void;

  constructor(file: Sqlite.Database, onStatement: (sql: string) => void) {
    this.#file = file;
    this.#onStatement = onStatement;
  }

  // Async, so that what SQLite throws arrives as a rejection.
  async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    this.#onStatement(sql);
    const statement = this.#prepare(sql);
    if (statement.reader) return { rows: statement.all(parameters) as Row[] };
    const { changes } = statement.run(parameters);
    return { rows: [], numAffectedRows: BigInt(changes) };
  }

  // biome-ignore lint/correctness/useYield: the Driver contract asks for a generator; nothing here streams.
  async *streamQuery(): AsyncIterableIterator<never> {
    throw new Error('SQLite answers are not streamed');
  }

  #prepare(text: string): Sqlite.Statement {
    const kept = this.#prepared.get(text);
    const statement = kept ?? this.#file.prepare(text);
    if (kept) this.#prepared.delete(text);
    this.#prepared.set(text, statement);
    if (this.#prepared.size > PREPARED_STATEMENTS) {
      const [oldest] = this.#prepared.keys();
      if (oldest !== undefined) this.#prepared.delete(oldest);
    }
    return statement;
  }
}

/** One connection. A connection that writes is lent to one borrower at a time; one that only reads, to all at once. */
class SqliteDriver implements Driver {
  readonly #file: Sqlite.Database;
  readonly #connection: SqliteConnection;
  #free: Promise<void> = Promise.resolve();
  #release: () => void = () => {};

  constructor(file: Sqlite.Database, { onStatement = () => {} }: EngineOptions) {
    this.#file = file;
    this.#connection = new SqliteConnection(file, onStatement);
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    if (this.#file.readonly) return this.#connection;
    const turn = this.#free;
    let release = () => {};
    this.#free = new Promise((resolve) => {
      release = resolve;
    });
    await turn;
    this.#release = release;
    return this.#connection;
  }

  async releaseConnection(): Promise<void> {
    this.#release();
  }

  async beginTransaction(): Promise<void> {
    await this.#connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }

  async commitTransaction(): Promise<void> {
    await this.#connection.executeQuery(CompiledQuery.raw('commit'));
  }

  async rollbackTransaction(): Promise<void> {
    if (this.#file.inTransaction) await this.#connection.executeQuery(CompiledQuery.raw('rollback'));
  }

  async destroy(): Promise<void> {
    this.#file.close();
  }
}

class TransactionalDdlAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

const dialect = (file: Sqlite.Database, options: EngineOptions): Dialect => ({
  createAdapter: () => new TransactionalDdlAdapter(),
  createDriver: () => new SqliteDriver(file, options),
  createIntrospector: (db) => new SqliteIntrospector(db),
  createQueryCompiler: () => new SqliteQueryCompiler(),
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
const assertDurable = (file: Sqlite.Database): void => {
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

export const openSqlite = (path: string, options: EngineOptions = {}): Engine => {
  mkdirSync(dirname(path), { recursive: true });
  const writer = new Sqlite(path, { timeout: BUSY_TIMEOUT_MS });
  for (const setting of ['journal_mode = wal', 'synchronous = full', 'foreign_keys = on', 'trusted_schema = off'])
    writer.pragma(setting);
  assertDurable(writer);
  const reader = new Sqlite(path, { readonly: true, timeout: BUSY_TIMEOUT_MS });
  reader.pragma('trusted_schema = off');

  const writing = new Kysely<Tables>({ dialect: dialect(writer, options) });
  const reading = new Kysely<Tables>({ dialect: dialect(reader, options) });
  return {
    name: 'sqlite',
    reading,
    writing,
    maintenance: writing,
    snapshot: async (read) => {
      const file = new Sqlite(path, { readonly: true, timeout: BUSY_TIMEOUT_MS });
      const db = new Kysely<Tables>({ dialect: dialect(file, options) });
      try {
        file.exec('begin');
        return await read(db);
      } finally {
        await db.destroy();
        if (file.open) file.close();
      }
    },
    ddl,
    sql: { metadataHas },
    // `begin immediate` has locked the whole file already.
    lockTenant: async () => {},
    storageFaults: async () => {
      const { rows } = await sql<{ integrity_check: string }>`pragma integrity_check`.execute(reading);
      const links = await sql<{ table: string }>`pragma foreign_key_check`.execute(reading);
      return [
        ...rows.map((row) => row.integrity_check).filter((line) => line !== 'ok'),
        ...links.rows.map((row) => `a row of ${row.table} points at nothing`),
      ];
    },
    close: async () => {
      await reading.destroy();
      await writing.destroy();
    },
  };
};
