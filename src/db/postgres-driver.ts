import type { CompiledQuery, DatabaseConnection, Driver, QueryResult, TransactionSettings } from 'kysely';
import { DatabaseError, type QueryResult as PgResult, Pool, type PoolClient, type PoolConfig } from 'pg';
import type { EngineOptions, Load } from './engine.ts';
import { Interrupted, StorageUnavailable } from './faults.ts';

/** Requests that may wait for a connection; whoever comes then is turned away. */
const LONGEST_QUEUE = 1_000;

/** Serialization failure, deadlock, lock time-out. */
const conflicts = new Set(['40001', '40P01', '55P03']);
/** Connection lost, server stopping or starting, session ended for idling, server turned into a replica. */
const disconnections = /^(08...|57P0[1-5]|25P0[34]|25006)$/;
/** Out of disk, memory or connections; cancelled for taking too long. */
const exhaustions = /^(53...|57014)$/;

/** What the server did not say itself has happened to the connection. */
const isDisconnection = (failure: unknown): boolean =>
  !(failure instanceof DatabaseError) || disconnections.test(failure.code ?? '');

const faultOf = (failure: unknown): unknown => {
  if (isDisconnection(failure)) return new Interrupted('The connection to the database was lost.', failure);
  const code = (failure instanceof DatabaseError && failure.code) || '';
  if (conflicts.has(code)) return new Interrupted('Another request changes the same catalogue for too long.', failure);
  if (exhaustions.test(code)) return new StorageUnavailable('The database is overloaded.', failure);
  return failure;
};

/**
 * PostgreSQL stores no NUL and refuses it in a parameter, so that nothing stored equals or contains such text. A query
 * asks for a text instead that nobody can have stored, and finds as little.
 */
const unstored = `\uffff${crypto.randomUUID()}`;
const findable = (parameter: unknown): unknown => {
  if (Array.isArray(parameter)) return parameter.map(findable);
  return typeof parameter === 'string' && parameter.includes('\0') ? unstored : parameter;
};

class PostgresConnection implements DatabaseConnection {
  readonly #client: PoolClient;
  readonly #onStatement: (sql: string) => void;
  #isUnfit = false;

  constructor(client: PoolClient, onStatement: (sql: string) => void) {
    this.#client = client;
    this.#onStatement = onStatement;
  }

  async executeQuery<Row>({ sql, parameters, query }: CompiledQuery): Promise<QueryResult<Row>> {
    const values = query.kind === 'SelectQueryNode' ? parameters.map(findable) : [...parameters];
    const { command, rowCount, rows } = await this.#run(sql, values);
    return command === 'SELECT' ? { rows } : { rows, numAffectedRows: BigInt(rowCount ?? 0) };
  }

  // biome-ignore lint/correctness/useYield: the Driver contract asks for a generator; nothing here streams.
  async *streamQuery(): AsyncIterableIterator<never> {
    throw new Error('PostgreSQL answers are not streamed');
  }

  async begin({ isolationLevel, accessMode }: TransactionSettings): Promise<void> {
    await this.#run(
      ['begin', isolationLevel && `isolation level ${isolationLevel}`, accessMode].filter(Boolean).join(' '),
    );
  }

  /** PostgreSQL answers `commit` with a rollback, and no error, when a statement of the transaction had failed. */
  async commit(): Promise<void> {
    const { command } = await this.#run('commit');
    if (command !== 'COMMIT') throw new Error('A statement failed unheard: the transaction was rolled back.');
  }

  /** Fails quietly: what made the transaction fail is what the caller must hear of. */
  async rollBack(): Promise<void> {
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

/** Lends the connections of a pool, and tells faults of the storage from faults of ours. */
export class PostgresDriver implements Driver {
  readonly #config: PoolConfig;
  readonly #onStatement: (sql: string) => void;
  #pool: Pool | undefined;

  constructor(config: PoolConfig, { onStatement = () => {} }: EngineOptions) {
    this.#config = config;
    this.#onStatement = onStatement;
  }

  get load(): Load {
    const { totalCount = 0, idleCount = 0, waitingCount = 0 } = this.#pool ?? {};
    return { inUse: totalCount - idleCount, idle: idleCount, waiting: waitingCount };
  }

  async init(): Promise<void> {
    this.#pool = new Pool(this.#config);
    // Both the pool and each client that is lent throw their errors at the process unless somebody listens. There is
    // nothing to do: the pool drops the connection, and whoever uses it gets the same error from its query.
    this.#pool.on('error', () => {});
    this.#pool.on('connect', (client) => client.on('error', () => {}));
  }

  async acquireConnection(): Promise<PostgresConnection> {
    if (!this.#pool) throw new Error('the driver was not initialized');
    if (this.#pool.waitingCount >= LONGEST_QUEUE)
      throw new StorageUnavailable('Too many requests wait for the database.');
    try {
      return new PostgresConnection(await this.#pool.connect(), this.#onStatement);
    } catch (failure) {
      throw new Interrupted('The database cannot be reached.', failure);
    }
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
