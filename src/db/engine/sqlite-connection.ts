import { setTimeout as sleep } from 'node:timers/promises';
import Sqlite from 'better-sqlite3';
import type { QueryResult } from 'kysely';
import { LRUCache } from 'lru-cache';
import type { MaybePromise } from '../../maybe-promise.ts';
import { StorageDamaged, StorageUnavailable } from './faults.ts';

/** How long a request waits while another process writes, its time in our own queue included. */
const PATIENCE_MS = 2_000;
/** How often it asks for its turn meanwhile. */
export const PAUSE_MS = 2;
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

/** Statements and transactions on one open file. */
export class SqliteConnection {
  readonly #file: Sqlite.Database;
  readonly #onStatement: (sql: string) => void;
  readonly #prepared = new LRUCache<string, Sqlite.Statement>({ max: PREPARED_STATEMENTS });
  #scratch: 'memory' | 'file' = 'file';
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

  /**
   * Where SQLite keeps what is not of the database: what a savepoint restores, and what it sorts. In
   * memory it takes all that it needs. Between transactions only.
   */
  keepScratchIn(place: 'memory' | 'file'): void {
    if (this.#scratch === place) return;
    this.#file.pragma(`temp_store = ${place}`);
    this.#scratch = place;
  }

  async begin(): Promise<void> {
    await this.run('begin immediate');
    this.#isInTransaction = true;
  }

  async commit(): Promise<void> {
    await this.run('commit');
    this.#isInTransaction = false;
  }

  /** Answers why SQLite has ended the transaction, where it has. */
  async rollBack(): Promise<unknown> {
    const undoing = this.#undoing;
    this.#isInTransaction = false;
    this.#undoing = undefined;
    if (this.#file.inTransaction) await this.run('rollback');
    return undoing;
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
