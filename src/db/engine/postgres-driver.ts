import { setTimeout as sleep } from 'node:timers/promises';
import type {
  CompiledQuery,
  DatabaseConnection,
  Driver,
  QueryResult,
  TransactionSettings,
} from 'kysely';
import {
  type ClientBase,
  DatabaseError,
  type QueryResult as PgResult,
  Pool,
  type PoolClient,
  type PoolConfig,
} from 'pg';
import type { EngineOptions, Load } from './engine.ts';
import { Interrupted, StorageDamaged, StorageUnavailable } from './faults.ts';

/** Requests that may wait for a connection; further ones are refused. */
const LONGEST_QUEUE = 1_000;

/** To a new connection, or until one of ours is free. */
export const CONNECT_TIMEOUT_MS = 5_000;
/** For how long no more connections are asked for after the server has refused one. */
const CONTENTMENT_MS = 1_000;
const PAUSE_MS = 50;

/** Serialization failure, deadlock, lock time-out. */
const conflicts = new Set(['40001', '40P01', '55P03']);
/**
 * Connection lost, server stopping or starting, session ended for idling, server turned into a
 * replica.
 */
const disconnections = /^(08...|57P0[1-5]|25P0[34]|25006)$/;
/** Out of disk, memory or connections; cancelled for taking too long. */
const exhaustions = /^(53...|57014)$/;

/** Data or an index corrupted. */
const damages = new Set(['XX001', 'XX002']);

/** What the server did not say itself has happened to the connection. */
const isDisconnection = (failure: unknown): boolean =>
  !(failure instanceof DatabaseError) || disconnections.test(failure.code ?? '');

const faultOf = (failure: unknown): unknown => {
  if (isDisconnection(failure))
    return new Interrupted('The connection to the database was lost.', failure);
  const code = (failure instanceof DatabaseError && failure.code) || '';
  if (conflicts.has(code))
    return new Interrupted('Another request changes the same catalogue for too long.', failure);
  if (damages.has(code) && failure instanceof Error)
    return new StorageDamaged(failure.message, { cause: failure });
  if (exhaustions.test(code)) return new StorageUnavailable('The database is overloaded.', failure);
  return failure;
};

/**
 * PostgreSQL stores no NUL and refuses it in a parameter, so that nothing stored equals or contains
 * such text. A query asks for a text instead that nobody can have stored, and finds as little.
 */
const unstored = `\uffff${crypto.randomUUID()}`;
const findable = (parameter: unknown): unknown => {
  if (Array.isArray(parameter)) return parameter.map(findable);
  return typeof parameter === 'string' && parameter.includes('\0') ? unstored : parameter;
};

/** The server has no connection to spare. */
const isFull = (failure: unknown): boolean =>
  failure instanceof DatabaseError && failure.code === '53300';

/** What bounds every statement, by the names of PostgreSQL's own settings. */
export type Settings = Record<string, string | number>;

/**
 * A transaction that has begun is not changed by the defaults for new ones: it is given the same by
 * their own names.
 */
const set = (scope: 'session' | 'local', settings: Settings): string =>
  [
    ...Object.entries(settings).map(
      ([name, value]) =>
        `set ${scope} ${scope === 'local' ? name.replace(/^default_/, '') : name} = '${value}'`,
    ),
    // Never less durable than the server's disk: a role or database may have been set to less.
    `select set_config('synchronous_commit', 'on', ${scope === 'local'}) where current_setting('synchronous_commit') = 'off'`,
  ].join('; ');

class PostgresConnection implements DatabaseConnection {
  readonly #client: PoolClient;
  readonly #onStatement: (sql: string) => void;
  /** What each transaction sets for itself, where the session belongs to others, too. */
  readonly #settings: string | undefined;
  #isInTransaction = false;
  #isUnfit = false;

  constructor(
    client: PoolClient,
    onStatement: (sql: string) => void,
    settings: string | undefined,
  ) {
    this.#client = client;
    this.#onStatement = onStatement;
    this.#settings = settings;
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    if (this.#settings === undefined || this.#isInTransaction) return this.#answer(query);
    await this.begin({});
    try {
      const answer = await this.#answer<Row>(query);
      await this.commit();
      return answer;
    } catch (failure) {
      await this.rollBack();
      throw failure;
    }
  }

  async #answer<Row>({ sql, parameters, query }: CompiledQuery): Promise<QueryResult<Row>> {
    const values = query.kind === 'SelectQueryNode' ? parameters.map(findable) : [...parameters];
    const { command, rowCount, rows } = await this.#run(sql, values);
    return command === 'SELECT' ? { rows } : { rows, numAffectedRows: BigInt(rowCount ?? 0) };
  }

  // biome-ignore lint/correctness/useYield: the Driver contract asks for a generator; nothing here streams.
  async *streamQuery(): AsyncIterableIterator<never> {
    throw new Error('PostgreSQL answers are not streamed');
  }

  async begin({ isolationLevel, accessMode }: TransactionSettings): Promise<void> {
    const begin = ['begin', isolationLevel && `isolation level ${isolationLevel}`, accessMode]
      .filter(Boolean)
      .join(' ');
    try {
      await this.#run(this.#settings === undefined ? begin : `${begin}; ${this.#settings}`);
    } catch (failure) {
      this.#isUnfit = true;
      throw failure;
    }
    this.#isInTransaction = true;
  }

  /**
   * PostgreSQL answers `commit` with a rollback, and no error, when a statement of the transaction
   * had failed.
   */
  async commit(): Promise<void> {
    this.#isInTransaction = false;
    const { command } = await this.#run('commit');
    if (command !== 'COMMIT')
      throw new Error('A statement failed unheard: the transaction was rolled back.');
  }

  /** Fails quietly: what made the transaction fail is what the caller must hear of. */
  async rollBack(): Promise<void> {
    this.#isInTransaction = false;
    try {
      await this.#run('rollback');
    } catch {
      this.#isUnfit = true;
    }
  }

  release(): void {
    this.#client.release(this.#isUnfit);
  }

  async #run(text: string, values: unknown[] = []): Promise<PgResult> {
    this.#onStatement(text);
    try {
      return await this.#client.query(text, values);
    } catch (failure) {
      if (isDisconnection(failure)) this.#isUnfit = true;
      throw faultOf(failure);
    }
  }
}

interface DriverOptions extends EngineOptions {
  settings: Settings;
  /** Sessions are shared with others: see `Server`. */
  isPooled: boolean;
}

/** Lends the connections of a pool, and tells faults of the storage from faults of ours. */
export class PostgresDriver implements Driver {
  readonly #config: PoolConfig;
  readonly #onStatement: (sql: string) => void;
  readonly #settings: string | undefined;
  #pool: Pool | undefined;
  #contentment: NodeJS.Timeout | undefined;

  constructor(config: PoolConfig, { settings, isPooled, onStatement = () => {} }: DriverOptions) {
    const session = set('session', settings);
    // Not as start-up parameters: poolers refuse those, also where they lend whole sessions.
    const onConnect = async (client: ClientBase) => void (await client.query(session));
    this.#config = isPooled ? config : { ...config, onConnect };
    this.#onStatement = onStatement;
    this.#settings = isPooled ? set('local', settings) : undefined;
  }

  get load(): Load {
    const { totalCount = 0, idleCount = 0, waitingCount = 0 } = this.#pool ?? {};
    return { inUse: totalCount - idleCount, idle: idleCount, waiting: waitingCount };
  }

  async init(): Promise<void> {
    this.#pool = new Pool(this.#config);
    // Both the pool and each client that is lent throw their errors at the process unless somebody
    // listens. There is nothing to do: the pool drops the connection, and the query that uses it
    // fails with the same error.
    this.#pool.on('error', () => {});
    this.#pool.on('connect', (client) => client.on('error', () => {}));
  }

  async acquireConnection(): Promise<PostgresConnection> {
    if (!this.#pool) throw new Error('the driver was not initialized');
    if (this.#pool.waitingCount >= LONGEST_QUEUE)
      throw new StorageUnavailable('Too many requests wait for the database.');
    return new PostgresConnection(
      await this.#connect(this.#pool),
      this.#onStatement,
      this.#settings,
    );
  }

  /** Where the server has no connection to spare, one of ours has to do. */
  async #connect(pool: Pool): Promise<PoolClient> {
    for (const deadline = performance.now() + CONNECT_TIMEOUT_MS; ; ) {
      try {
        return await pool.connect();
      } catch (failure) {
        if (!isFull(failure) || performance.now() > deadline)
          throw new Interrupted('The database cannot be reached.', failure);
        this.#makeDo(pool);
        if (pool.totalCount === 0) await sleep(PAUSE_MS);
      }
    }
  }

  #makeDo({ options, totalCount }: Pool): void {
    options.max = Math.max(1, totalCount);
    clearTimeout(this.#contentment);
    this.#contentment = setTimeout(() => {
      options.max = this.#config.max ?? 1;
    }, CONTENTMENT_MS).unref();
  }

  async releaseConnection(connection: PostgresConnection): Promise<void> {
    connection.release();
  }

  beginTransaction(connection: PostgresConnection, settings: TransactionSettings): Promise<void> {
    return connection.begin(settings);
  }

  commitTransaction(connection: PostgresConnection): Promise<void> {
    return connection.commit();
  }

  rollbackTransaction(connection: PostgresConnection): Promise<void> {
    return connection.rollBack();
  }

  async destroy(): Promise<void> {
    await this.#pool?.end();
  }
}
