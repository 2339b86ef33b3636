import {
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  sql,
  type Transaction,
} from 'kysely';
import { type ClientConfig, DatabaseError, type PoolConfig, TypeOverrides, types } from 'pg';
import type { Ddl } from '../../../migrations/index.ts';
import { type Tables, tableNames } from '../tables.ts';
import type { DatabaseSize, Dialect, Engine, EngineOptions, Run } from './engine.ts';
import { CONNECT_TIMEOUT_MS, PostgresDriver, type Settings } from './postgres-driver.ts';
import { damagedPages, idleGuards, missingGuards, workingTriggers } from './postgres-guards.ts';
import { applicationNameIn, inspect, withLibpqTls } from './postgres-server.ts';
import { TenantTurns } from './tenant-turns.ts';

const POOL_SIZE = 20;
const LOCK_TIMEOUT_MS = 1_000;
const STATEMENT_TIMEOUT_MS = 10_000;
/** Longer than the server's own limit, for a server that falls silent. */
const ANSWER_TIMEOUT_MS = STATEMENT_TIMEOUT_MS + 5_000;

/** Money and counts arrive as numbers: constraints keep them within what a number holds. */
const numbers = new TypeOverrides();
numbers.setTypeParser(types.builtins.INT8, Number);

/** The one that Kysely's Migrator takes, as older versions do. */
const MIGRATION_LOCK = '3853314791062309107';

const INSUFFICIENT_PRIVILEGE = '42501';

const hurried = {
  lock_timeout: LOCK_TIMEOUT_MS,
  statement_timeout: STATEMENT_TIMEOUT_MS,
  idle_in_transaction_session_timeout: STATEMENT_TIMEOUT_MS,
};

const connection = (url: string, schema: string | undefined): ClientConfig => ({
  connectionString: withLibpqTls(url),
  application_name: applicationNameIn(schema),
  connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  keepAlive: true,
  types: numbers,
});

const database = (driver: PostgresDriver): Kysely<Tables> =>
  new Kysely<Tables>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => driver,
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  });

/** `schema` is that of trigger functions, where it is not the first of the search path. */
const ddlOf = (schema = ''): Ddl => ({
  text: 'text collate "C"',
  int32: 'integer',
  int64: 'bigint',
  tableOptions: '',
  keyOrderedTableOptions: '',
  consistsOf: (column, set) => `${column} ~ '^[${set}]+$'`,
  isJsonObject: (column) => `json_typeof(${column}::json) = 'object'`,
  randomDigits: `left(replace(gen_random_uuid()::text, '-', ''), 26)`,
  checkLinks: ['set constraints all immediate', 'set constraints all deferred'],
  refuse: ({ name, on, table, when, because }) => [
    `create function ${schema}${name}() returns trigger language plpgsql as $$ begin
      if ${when} then raise exception '${because}' using errcode = 'check_violation'; end if;
      return ${on === 'delete' ? 'old' : 'new'};
    end $$`,
    `create trigger ${name} before ${on} on ${table} for each row execute function ${schema}${name}()`,
  ],
  permit: ({ name, table }) => [
    `drop trigger ${name} on ${table}`,
    `drop function ${schema}${name}()`,
  ],
});

const ddl = ddlOf();

const metadataHas: Dialect['metadataHas'] = (column, key, value) =>
  sql<boolean>`exists (select 1 from json_each(${sql.ref(column)}::json) as entry where entry.key = ${key} and
    case json_typeof(entry.value)
      when 'string' then entry.value #>> '{}' = ${value}
      when 'number' then entry.value::text = ${value}
      when 'boolean' then entry.value::text = ${value}
    end)`;

const dialect: Dialect = {
  name: 'postgres',
  isAtHand: false,
  // Some milliseconds of one connection.
  rowsAtOnce: 5_000,
  metadataHas,
  tuple: (values) => sql`json_build_array(${sql.join(values)})`,
  list: (item, order) => sql`coalesce(json_agg(${item} order by ${sql.join(order)}), '[]')`,
  text: (json) => sql`cast(${json} as text)`,
  asked: (keys) =>
    sql`(select place - 1 as place, value from unnest(${keys}::text[]) with ordinality as given (value, place))`,
  askFor: (keys) => keys,
  now: sql`to_char(clock_timestamp() at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`,
  hasTable: (name) => sql`to_regclass(${name}) is not null`,
};

const withoutTriggers: Engine['withoutTriggers'] = async (transaction, work) => {
  const triggers = await workingTriggers(transaction);
  const turn = async (state: 'disable' | 'enable') => {
    for (const { table, name } of triggers)
      await sql`alter table ${sql.table(table)} ${sql.raw(state)} trigger ${sql.ref(name)}`.execute(
        transaction,
      );
  };
  await turn('disable');
  const result = await work();
  // A table whose rows are still to be checked takes no change of its triggers.
  await sql`set constraints all immediate`.execute(transaction);
  await turn('enable');
  return result;
};

const storageFaults = async (db: Kysely<Tables>): Promise<string[]> => [
  ...(await missingGuards(db, ddlOf('pg_temp.'))),
  ...(await idleGuards(db)),
  ...(await damagedPages(db)),
];

const makeSchema = async (transaction: Transaction<Tables>, schema: string): Promise<void> => {
  const { rows } = await sql<{ exists: boolean }>`
    select to_regnamespace(${schema}) is not null as "exists"`.execute(transaction);
  if (rows[0]?.exists) return;
  try {
    await sql`create schema ${sql.id(schema)}`.execute(transaction);
  } catch (failure) {
    if (!(failure instanceof DatabaseError) || failure.code !== INSUFFICIENT_PRIVILEGE)
      throw failure;
    throw new Error(
      `there is no schema ${schema}, and the user may not create it: an administrator does so with CREATE SCHEMA ${schema} AUTHORIZATION <user>`,
      { cause: failure },
    );
  }
};

const tableSizes = async (db: Kysely<Tables>): Promise<DatabaseSize> => {
  const { rows } = await sql<{ database: number; auditLog: number }>`
    select coalesce(sum(bytes), 0)::bigint as database,
      coalesce(sum(bytes) filter (where name in ('audit_log', 'audit_log_object')), 0)::bigint as "auditLog"
    from (select name, pg_total_relation_size(to_regclass(name)) as bytes
      from unnest(${tableNames}::text[]) as given (name)) as sizes`.execute(db);
  return rows[0] ?? { database: 0 };
};

const through =
  (db: Kysely<Tables>): Run =>
  async (query) =>
    (await db.executeQuery(query)).rows;

export const openPostgres = async (url: string, options: EngineOptions = {}): Promise<Engine> => {
  const { poolSize = POOL_SIZE, schema } = options;
  const server = connection(url, schema);
  const { isPooled } = await inspect(server, options);
  const place: Settings = schema === undefined ? {} : { search_path: schema };
  const driver = (settings: Settings, bounds: PoolConfig) =>
    new PostgresDriver(
      { ...server, ...bounds },
      { settings: { ...settings, ...place }, isPooled, ...options },
    );
  // One connection stays open: an upgrade must see that this process lives.
  const half = { max: Math.floor(poolSize / 2), min: 1, query_timeout: ANSWER_TIMEOUT_MS };
  const readers = driver({ ...hurried, default_transaction_read_only: 'on' }, half);
  const writers = driver({ ...hurried, default_transaction_isolation: 'read committed' }, half);
  const turns = new TenantTurns(CONNECT_TIMEOUT_MS);
  const reading = database(readers);
  const writing = database(writers);
  const maintenance = database(driver({}, { max: 2 }));
  const close = async () => {
    await Promise.all([reading, writing, maintenance].map((db) => db.destroy()));
  };
  // While the server has connections to spare: each half has one of its own from now on, which does
  // when it has no more.
  if (options.upgrades)
    await Promise.all([reading, writing].map((db) => sql`select 1`.execute(db)));
  return {
    name: dialect.name,
    reading,
    read: through(reading),
    writing,
    // The server groups commits by itself.
    grouped: writing,
    maintenance,
    snapshot: (read) =>
      maintenance
        .transaction()
        .setIsolationLevel('repeatable read')
        .setAccessMode('read only')
        .execute(read),
    state: () => undefined,
    ddl,
    sql: dialect,
    inTurn: (tenantId, write) => turns.take(tenantId, write),
    lockTenant: async (transaction, tenantId) => {
      await transaction
        .selectFrom('tenant')
        .select('id')
        .where('id', '=', tenantId)
        .forNoKeyUpdate()
        .execute();
    },
    makeSchema: async (transaction) => {
      if (schema !== undefined) await makeSchema(transaction, schema);
    },
    lockMigrations: async (transaction) => {
      await sql`select pg_advisory_xact_lock(${MIGRATION_LOCK})`.execute(transaction);
    },
    inside: through,
    withoutTriggers,
    storageFaults: () => storageFaults(maintenance),
    load: () => ({ reading: readers.load, writing: writers.load }),
    size: () => tableSizes(reading),
    close,
  };
};
