import { setTimeout as sleep } from 'node:timers/promises';
import Sqlite from 'better-sqlite3';
import type { CompiledQuery, DatabaseConnection, Driver, QueryResult } from 'kysely';
import { LRUCache } from 'lru-cache';
import { type MaybePromise, mapMaybePromise } from '../../maybe-promise.ts';
import type { EngineOptions, Load, Run } from './engine.ts';
import { StorageDamaged, StorageUnavailable } from './faults.ts';

/** How long a request waits while another process writes, its time in our own queue included. */
const PATIENCE_MS = 2_000;
const PAUSE_MS = 5;
/** Writes that may wait for their turn; further ones are refused. */
const LONGEST_QUEUE = 1_000;
/**
 * A borrower that sends no statement for so long waits for something else: perhaps for a request in
 * this queue.
 */
const LONGEST_IDLE_MS = 1_000;
/** Statements kept prepared for each connection. */
const PREPARED_STATEMENTS = 500;

export const isBusy = (failure: unknown): boolean =>
  failure instanceof Sqlite.SqliteError && failure.code.startsWith('SQLITE_BUSY');

const faultOf = (failure: unknown): unknown => {
  const [, kind = ''] = (failure instanceof Sqlite.SqliteError && failure.code.split('_')) || [];
  const message = {
    BUSY: 'Another process writes to the database for too long.',
    FULL: 'The storage is full.',
    IOERR: 'The storage failed.',
    READONLY: 'The database cannot be written to.',
  }[kind];
  return message ? new StorageUnavailable(message, failure) : damageOf(failure);
};

/** Tells damaged pages from any other failure. */
export const damageOf = (failure: unknown): unknown =>
  failure instanceof Sqlite.SqliteError && failure.code.startsWith('SQLITE_CORRUPT')
    ? new StorageDamaged(failure.message, { cause: failure })
    : failure;

class SqliteConnection implements DatabaseConnection {
  readonly #file: Sqlite.Database;
  readonly #onStatement: (sql: string) => void;
  readonly #prepared = new LRUCache<string, Sqlite.Statement>({ max: PREPARED_STATEMENTS });
  #isInTransaction = false;
  #undoing: unknown;

  constructor(file: Sqlite.Database, onStatement: (sql: string) => void) {
    this.#file = file;
    this.#onStatement = onStatement;
  }

  /** When its borrower asked for the connection. */
  askedAt: number | undefined;
  /** How often a statement was tried. */
  attempts = 0;

  async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    return this.run(sql, parameters);
  }

  // biome-ignore lint/correctness/useYield: the Driver contract asks for a generator; nothing here streams.
  async *streamQuery(): AsyncIterableIterator<never> {
    throw new Error('SQLite answers are not streamed');
  }

  async begin(): Promise<void> {
    await this.run('begin immediate');
    this.#isInTransaction = true;
  }

  async commit(): Promise<void> {
    await this.run('commit');
    this.#isInTransaction = false;
  }

  async rollBack(): Promise<void> {
    this.#isInTransaction = false;
    this.#undoing = undefined;
    if (this.#file.inTransaction) await this.run('rollback');
  }

  /**
   * SQLite ends a transaction by itself when it runs out of disk, for one: what follows would
   * commit piece by piece.
   */
  #requireTransaction(): void {
    if (this.#isInTransaction && !this.#file.inTransaction)
      throw this.#undoing ?? new Error('The transaction has ended before its time.');
  }

  /** Answers at once, unless another process has to be waited for. */
  run<Row>(text: string, parameters: readonly unknown[] = []): MaybePromise<QueryResult<Row>> {
    try {
      this.#requireTransaction();
      this.#onStatement(text);
      return this.#answer(text, parameters);
    } catch (failure) {
      return this.#again(failure, text, parameters);
    }
  }

  async #again<Row>(
    failed: unknown,
    text: string,
    parameters: readonly unknown[],
  ): Promise<QueryResult<Row>> {
    if (this.#file.inTransaction) throw this.#noted(failed);
    const deadline = (this.askedAt ?? performance.now()) + PATIENCE_MS;
    for (let failure = failed; ; ) {
      if (!isBusy(failure) || performance.now() > deadline) throw this.#noted(failure);
      await sleep(PAUSE_MS);
      // Of another borrower: a read that did not borrow the connection must not see into its
      // transaction.
      if (this.#file.inTransaction) continue;
      try {
        return this.#answer(text, parameters);
      } catch (next) {
        failure = next;
      }
    }
  }

  #noted(failure: unknown): unknown {
    const fault = faultOf(failure);
    if (this.#isInTransaction && !this.#file.inTransaction) this.#undoing = fault;
    return fault;
  }

  #answer<Row>(text: string, parameters: readonly unknown[]): QueryResult<Row> {
    this.attempts += 1;
    const statement = this.#prepare(text);
    if (statement.reader) return { rows: statement.all(parameters) as Row[] };
    const { changes } = statement.run(parameters);
    return { rows: [], numAffectedRows: BigInt(changes) };
  }

  #prepare(text: string): Sqlite.Statement {
    const kept = this.#prepared.get(text);
    if (kept) return kept;
    const statement = this.#file.prepare(text);
    this.#prepared.set(text, statement);
    return statement;
  }
}

interface Borrower {
  lend(): void;
  turnAway(failure: Error): void;
}

/**
 * One connection. A connection that writes is lent to one borrower at a time; one that only reads,
 * to all at once.
 */
export class SqliteDriver implements Driver {
  readonly #file: Sqlite.Database;
  readonly #connection: SqliteConnection;
  readonly #waiting: Borrower[] = [];
  /** Nobody else gets the connection; its borrower may be about to come. */
  #isTaken = false;
  #isLent = false;
  #isWatched = false;

  constructor(file: Sqlite.Database, { onStatement = () => {} }: EngineOptions) {
    this.#file = file;
    this.#connection = new SqliteConnection(file, onStatement);
  }

  get load(): Load {
    const inUse = this.#isTaken ? 1 : 0;
    return { inUse, idle: 1 - inUse, waiting: this.#waiting.length };
  }

  /** Nobody uses the connection at this moment: no transaction runs on it. */
  get isFree(): boolean {
    return !this.#isLent;
  }

  /** Past the queue of borrowers: for a connection that only reads, or for its borrower. */
  readonly run: Run = <Row>({ sql, parameters }: CompiledQuery<Row>) =>
    mapMaybePromise(this.#connection.run<Row>(sql, parameters), ({ rows }) => rows);

  async init(): Promise<void> {}

  async acquireConnection(): Promise<SqliteConnection> {
    if (this.#file.readonly) return this.#connection;
    const askedAt = performance.now();
    if (this.#isTaken) await this.#turn();
    this.#isTaken = true;
    this.#isLent = true;
    this.#connection.askedAt = askedAt;
    return this.#connection;
  }

  async releaseConnection(): Promise<void> {
    if (this.#file.readonly) return;
    this.#isLent = false;
    this.#connection.askedAt = undefined;
    const next = this.#waiting.shift();
    // Statements block the thread: between two borrowers it has time for everything else.
    if (next) setImmediate(next.lend);
    else this.#isTaken = false;
  }

  async beginTransaction(connection: SqliteConnection): Promise<void> {
    await connection.begin();
  }

  async commitTransaction(connection: SqliteConnection): Promise<void> {
    await connection.commit();
  }

  async rollbackTransaction(connection: SqliteConnection): Promise<void> {
    await connection.rollBack();
  }

  async destroy(): Promise<void> {
    this.#file.close();
  }

  #turn(): Promise<void> {
    if (this.#waiting.length >= LONGEST_QUEUE)
      throw new StorageUnavailable('Too many requests wait to write.');
    const turn = new Promise<void>((lend, turnAway) => this.#waiting.push({ lend, turnAway }));
    if (!this.#isWatched) this.#watch();
    return turn;
  }

  /**
   * A transaction that uses the connection it runs on would wait for itself, and everybody else for
   * it.
   */
  #watch(): void {
    const { attempts } = this.#connection;
    this.#isWatched = true;
    // A step later than the time is up: after a busy moment, the borrower comes first.
    setTimeout(
      () =>
        setImmediate(() => {
          this.#isWatched = false;
          if (this.#waiting.length === 0) return;
          if (this.#connection.attempts !== attempts) return this.#watch();
          const failure = new StorageUnavailable(
            'A transaction holds the connection and does nothing: does it wait for itself?',
          );
          for (const { turnAway } of this.#waiting.splice(0)) turnAway(failure);
        }),
      LONGEST_IDLE_MS,
    );
  }
}
