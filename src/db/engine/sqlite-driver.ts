import type Sqlite from 'better-sqlite3';
import type { CompiledQuery, DatabaseConnection, Driver, QueryResult } from 'kysely';
import { type MaybePromise, mapMaybePromise } from '../../maybe-promise.ts';
import { CommitGroup, interruptedBy } from './commit-group.ts';
import type { EngineOptions, Load, Run } from './engine.ts';
import { Interrupted, StorageUnavailable } from './faults.ts';
import { PAUSE_MS, SqliteConnection } from './sqlite-connection.ts';

/** Writes that may wait for their turn; further ones are refused. */
const LONGEST_QUEUE = 1_000;
/**
 * A borrower that sends no statement for so long waits for something else: perhaps for a request in
 * this queue.
 */
const LONGEST_IDLE_MS = 1_000;
/**
 * How long the file is locked, but for moments that another process would have to meet by chance.
 * Then it is left alone for long enough that a process that waits sees it.
 */
const LONGEST_HOLD_MS = 500;
const BREAK_MS = 3 * PAUSE_MS;

interface Borrower {
  readonly isGrouped: boolean;
  lend(): void;
  turnAway(failure: Error): void;
}

/** The connection in the hands of a borrower, or of one of those that read. */
class Loan implements DatabaseConnection {
  readonly executeQuery: <Row>(query: CompiledQuery) => Promise<QueryResult<Row>>;
  readonly isGrouped: boolean;
  /** It waits for the COMMIT of its group, and others have the connection. */
  isOver = false;

  constructor(
    isGrouped: boolean,
    run: <Row>(query: CompiledQuery) => MaybePromise<QueryResult<Row>>,
  ) {
    this.isGrouped = isGrouped;
    this.executeQuery = async (query) => run(query);
  }

  // biome-ignore lint/correctness/useYield: the Driver contract asks for a generator; nothing here streams.
  async *streamQuery(): AsyncIterableIterator<never> {
    throw new Error('SQLite answers are not streamed');
  }
}

/**
 * One connection. A connection that writes is lent to one borrower at a time; one that only reads,
 * to all at once.
 */
export class SqliteDriver implements Driver {
  readonly #file: Sqlite.Database;
  readonly #connection: SqliteConnection;
  readonly #waiting: Borrower[] = [];
  /** The transaction that runs, where others may join it. */
  #group: CommitGroup | undefined;
  /** Nobody else gets the connection; its borrower may be about to come. */
  #isTaken = false;
  /** Since when no other process could be sure of a turn. */
  #heldSince = 0;
  #freeSince = 0;
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
    return !this.#isLent && this.#group === undefined;
  }

  /**
   * The same connection for transactions that may end with one COMMIT. One that is interrupted is
   * to be tried again without company.
   */
  get grouped(): Driver {
    return {
      init: () => this.init(),
      acquireConnection: () => this.#borrow(true),
      releaseConnection: (loan: Loan) => this.releaseConnection(loan),
      beginTransaction: (loan: Loan) => this.beginTransaction(loan),
      commitTransaction: (loan: Loan) => this.commitTransaction(loan),
      rollbackTransaction: (loan: Loan) => this.rollbackTransaction(loan),
      destroy: () => this.destroy(),
    };
  }

  /** Past the queue of borrowers: for a connection that only reads, or for its borrower. */
  readonly run: Run = <Row>(query: CompiledQuery<Row>) =>
    mapMaybePromise(this.#run<Row>(query), ({ rows }) => rows);

  readonly #run = <Row>({ sql, parameters }: CompiledQuery): MaybePromise<QueryResult<Row>> =>
    this.#group?.isLate
      ? Promise.reject(new Interrupted('The request takes too long to share a commit.'))
      : this.#connection.run<Row>(sql, parameters);

  async init(): Promise<void> {}

  acquireConnection(): Promise<DatabaseConnection> {
    return this.#borrow(false);
  }

  async #borrow(isGrouped: boolean): Promise<DatabaseConnection> {
    if (this.#file.readonly) return new Loan(isGrouped, this.#run);
    const askedAt = performance.now();
    if (this.#isTaken) await this.#turn(isGrouped);
    else if (askedAt - this.#freeSince > PAUSE_MS) this.#heldSince = askedAt;
    this.#isTaken = true;
    this.#isLent = true;
    this.#connection.askedAt = askedAt;
    // What the savepoints of a group restore outgrows the memory that SQLite takes for it otherwise.
    // A migration may sort more than there is memory.
    if (!this.#group) this.#connection.keepScratchIn(isGrouped ? 'memory' : 'file');
    return new Loan(isGrouped, this.#run);
  }

  async releaseConnection({ isOver }: Loan): Promise<void> {
    if (!this.#file.readonly && !isOver) this.#handOn();
  }

  async beginTransaction({ isGrouped }: Loan): Promise<void> {
    if (this.#group) {
      await this.#connection.run('savepoint member');
      return;
    }
    await this.#connection.begin();
    if (isGrouped) this.#group = new CommitGroup();
  }

  async commitTransaction(loan: Loan): Promise<void> {
    const group = this.#group;
    if (!group) return this.#connection.commit();
    // The first has no savepoint: before it there is nothing to go back to.
    if (group.size > 0) await this.#connection.run('release member');
    await this.#join(group, loan);
  }

  async rollbackTransaction(loan: Loan): Promise<void> {
    if (loan.isOver) return;
    const group = this.#group;
    if (group && group.size > 0 && this.#file.inTransaction) {
      await this.#connection.run('rollback to member');
      await this.#connection.run('release member');
      // What it failed for may be the work of a member, which is not durable yet.
      await this.#join(group, loan);
      return;
    }
    this.#group = undefined;
    const cause = await this.#connection.rollBack();
    group?.fail(interruptedBy(cause));
  }

  async destroy(): Promise<void> {
    this.#file.close();
  }

  #join(group: CommitGroup, loan: Loan): Promise<void> {
    loan.isOver = true;
    const end = group.join();
    this.#handOn();
    return end;
  }

  /** Statements block the thread: between two borrowers it has time for everything else. */
  #handOn(): void {
    this.#isLent = false;
    this.#connection.askedAt = undefined;
    const next = () => void this.#next();
    const now = performance.now();
    if (this.#group) setImmediate(next);
    else if (now - this.#heldSince > LONGEST_HOLD_MS) {
      this.#heldSince = now + BREAK_MS;
      setTimeout(next, BREAK_MS);
    } else if (this.#waiting.length > 0) setImmediate(next);
    else this.#free();
  }

  #free(): void {
    this.#isTaken = false;
    this.#freeSince = performance.now();
  }

  async #next(): Promise<void> {
    const [next] = this.#waiting;
    if (this.#group && !(next?.isGrouped && this.#group.mayGrow)) {
      await this.#end(this.#group);
      this.#handOn();
    } else if (next) {
      this.#waiting.shift();
      next.lend();
    } else this.#free();
  }

  async #end(group: CommitGroup): Promise<void> {
    const failure = await this.#commit();
    this.#group = undefined;
    if (failure === undefined) group.succeed();
    else group.fail(group.size > 1 ? interruptedBy(failure) : failure);
  }

  /** Answers why it failed. */
  async #commit(): Promise<unknown> {
    try {
      await this.#connection.commit();
      return undefined;
    } catch (failure) {
      return this.#connection.rollBack().then(
        () => failure,
        (next) => next,
      );
    }
  }

  #turn(isGrouped: boolean): Promise<void> {
    if (this.#waiting.length >= LONGEST_QUEUE)
      throw new StorageUnavailable('Too many requests wait to write.');
    const turn = new Promise<void>((lend, turnAway) =>
      this.#waiting.push({ isGrouped, lend, turnAway }),
    );
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
