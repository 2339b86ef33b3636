import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type ClientConfig } from 'pg';
import type { EngineOptions } from './engine.ts';
import { NoDatabase } from './faults.ts';
import { latestStep, olderProcesses, stepAgainstOlder } from './steps.ts';

const NAME = 'plans-gateway';
const LONGEST_NAME = 63;
/** Tells processes of one version from those of another. */
export const applicationName = `${NAME} ${latestStep}`.slice(0, LONGEST_NAME);

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

interface Facts {
  encoding: string;
  backend: number;
  isReadOnly: boolean;
  isMigrated: boolean;
  mayWrite: boolean;
  role: string;
  owner: string | null;
}

const facts = `
  select current_setting('server_encoding') as encoding, pg_backend_pid() as backend,
    pg_is_in_recovery() or current_setting('transaction_read_only')::boolean as "isReadOnly",
    to_regclass('kysely_migration') is not null as "isMigrated",
    coalesce(has_table_privilege(to_regclass('plan'), 'insert') and has_table_privilege(to_regclass('plan'), 'update'),
      true) as "mayWrite",
    current_user as role, (select relowner::regrole::text from pg_class where oid = to_regclass('plan')) as owner`;

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
    const { rows } = await client.query<Facts>(facts);
    const [found] = rows;
    if (!found) throw new Error('it answers nothing');
    assertUsable(found, options);
    if (options.upgrades && found.isMigrated) await waitForOlder(client);
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

/** Connection failures to several addresses come as one error without a message of its own. */
const reasonOf = (failure: unknown): string => {
  if (failure instanceof AggregateError && !failure.message)
    return failure.errors.map(reasonOf).join('; ');
  return failure instanceof Error ? failure.message : String(failure);
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

const waitForOlder = async (client: Client): Promise<void> => {
  const { rows } = await client.query<{ name: string }>('select name from kysely_migration');
  const step = stepAgainstOlder(rows.map(({ name }) => name));
  if (step === undefined) return;
  for (const deadline = performance.now() + PATIENCE_MS; ; await sleep(PAUSE_MS)) {
    const { rows: older } = await client.query<{ place: string | null; connections: string }>(
      `select client_addr::text as place, count(*) as connections from pg_stat_activity
        where datname = current_database() and application_name like '${NAME}%' and application_name <> $1
        group by client_addr`,
      [applicationName],
    );
    if (older.length === 0) return;
    if (performance.now() < deadline) continue;
    const places = older.map(
      ({ place, connections }) => `${connections} connections from ${place ?? 'this machine'}`,
    );
    throw olderProcesses(
      `a gateway of another version uses the database (${places.join(', ')})`,
      step,
    );
  }
};
