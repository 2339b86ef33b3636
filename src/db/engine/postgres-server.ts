import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type ClientConfig, escapeIdentifier, escapeLiteral } from 'pg';
import { reasonOf } from '../../failures.ts';
import type { EngineOptions } from './engine.ts';
import { NoDatabase } from './faults.ts';
import { latestStep, olderProcesses, stepAgainstOlder } from './steps.ts';

const NAME = 'plans-gateway';
const LONGEST_NAME = 63;
/** Tells processes of one version and schema from those of another. */
export const applicationNameIn = (schema: string | undefined): string =>
  [NAME, latestStep, schema].filter(Boolean).join(' ').slice(0, LONGEST_NAME);

/** How long an upgrade waits for older processes to end. */
const PATIENCE_MS = 5_000;
const PAUSE_MS = 200;

/**
 * With `sslmode` as libpq reads it: `require` encrypts, `verify-ca` and `verify-full` also check
 * who answers.
 */
export const withLibpqTls = (url: string): string =>
  /[?&]sslmode=(prefer|require|verify-ca)\b/.test(url) && !/[?&]uselibpqcompat=/.test(url)
    ? `${url}&uselibpqcompat=true`
    : url;

const tableIn = (schema: string | undefined, table: string): string =>
  schema === undefined ? table : `${escapeIdentifier(schema)}.${table}`;

interface Facts {
  encoding: string;
  backend: number;
  isReadOnly: boolean;
  isMigrated: boolean;
  mayWrite: boolean;
  role: string;
  owner: string | null;
  /** Of our tables; empty where there are none. */
  schema: string;
}

const factsIn = (schema: string | undefined): string => {
  const [plan, migration] = ['plan', 'kysely_migration'].map(
    (table) => `to_regclass(${escapeLiteral(tableIn(schema, table))})`,
  );
  return `select current_setting('server_encoding') as encoding, pg_backend_pid() as backend,
    pg_is_in_recovery() or current_setting('transaction_read_only')::boolean as "isReadOnly",
    ${migration} is not null as "isMigrated",
    coalesce(has_table_privilege(${plan}, 'insert') and has_table_privilege(${plan}, 'update'),
      true) as "mayWrite",
    current_user as role, (select relowner::regrole::text from pg_class where oid = ${plan}) as owner,
    coalesce((select nspname from pg_namespace join pg_class on pg_namespace.oid = relnamespace
      where pg_class.oid = ${migration}), '') as schema`;
};

/** What the start has to know of a server. */
export interface Server {
  /**
   * A pooler stands between: the next transaction may run in another session, and somebody else in
   * this one.
   */
  isPooled: boolean;
}

/**
 * Refuses to start on a server that cannot be reached, would bend text, or cannot be written to.
 */
export const inspect = async (config: ClientConfig, options: EngineOptions): Promise<Server> => {
  const client = new Client(config);
  // Without a listener, a connection that breaks takes the process along.
  client.on('error', () => {});
  const server = `${client.host}:${client.port}`;
  try {
    await client.connect();
    const { rows } = await client.query<Facts>(factsIn(options.schema));
    const [found] = rows;
    if (!found) throw new Error('it answers nothing');
    assertUsable(found, options);
    if (options.upgrades && found.isMigrated) await waitForOlder(client, found.schema);
    return { isPooled: Reflect.get(client, 'processID') !== found.backend };
  } catch (failure) {
    if (failure instanceof NoDatabase)
      throw new NoDatabase(`${failure.message} ${client.database} at ${server}`);
    throw new Error(`PostgreSQL at ${server} cannot be used: ${reasonOf(failure)}`, {
      cause: failure,
    });
  } finally {
    await client.end();
  }
};

const assertUsable = (found: Facts, { mustExist }: EngineOptions): void => {
  const { encoding, isReadOnly, isMigrated, mayWrite, role, owner } = found;
  if (encoding !== 'UTF8') throw new Error(`the database is encoded in ${encoding}, not in UTF8`);
  if (mustExist && !isMigrated) throw new NoDatabase('there is no catalogue in the database');
  if (isReadOnly)
    throw new Error('the database cannot be written to: it is a replica, or set to read only');
  if (!mayWrite)
    throw new Error(
      `the database cannot be written to: its tables belong to ${owner}, and the user is ${role}`,
    );
};

/**
 * Of a process whose connections have this name: whether it is of another version, and may have the
 * tables of this schema open. Without a schema in its name, it may have those of any.
 */
const isOlderIn = (schema: string, applicationName: string): boolean => {
  const [, step, place = schema] = applicationName.split(' ');
  const isCut = applicationName.length === LONGEST_NAME;
  return step !== latestStep && (isCut ? schema.startsWith(place) : place === schema);
};

const waitForOlder = async (client: Client, schema: string): Promise<void> => {
  const { rows } = await client.query<{ name: string }>(
    `select name from ${tableIn(schema, 'kysely_migration')}`,
  );
  const step = stepAgainstOlder(rows.map(({ name }) => name));
  if (step === undefined) return;
  for (const deadline = performance.now() + PATIENCE_MS; ; await sleep(PAUSE_MS)) {
    const { rows: all } = await client.query<{ name: string; place: string | null; count: string }>(
      `select application_name as name, client_addr::text as place, count(*) from pg_stat_activity
        where datname = current_database() and application_name like '${NAME}%'
        group by application_name, client_addr`,
    );
    const older = all.filter(({ name }) => isOlderIn(schema, name));
    if (older.length === 0) return;
    if (performance.now() < deadline) continue;
    const places = older.map(
      ({ place, count }) => `${count} connections from ${place ?? 'this machine'}`,
    );
    throw olderProcesses(
      `a gateway of another version uses the database (${places.join(', ')})`,
      step,
    );
  }
};
