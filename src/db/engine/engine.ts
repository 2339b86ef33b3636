import type { CompiledQuery, Expression, Kysely, RawBuilder, Transaction } from 'kysely';
import type { Ddl } from '../../../migrations/index.ts';
import type { MaybePromise } from '../../maybe-promise.ts';
import type { Tables } from '../tables.ts';

/** How the same thing is said to SQLite and to PostgreSQL. */
export interface Dialect {
  readonly name: 'sqlite' | 'postgres';
  /** Reads return at once, so a single key is faster to read alone than in a batch. */
  readonly isAtHand: boolean;
  /** How many rows a statement may look at before others get their turn. */
  readonly rowsAtOnce: number;
  /**
   * The JSON object in `column` has a top-level `key` whose value is this text, or prints like it.
   */
  metadataHas(column: string, key: string, value: string): RawBuilder<boolean>;
  /** Values as a JSON array. */
  tuple(values: readonly Expression<unknown>[]): RawBuilder<unknown>;
  /** An item of JSON for each row, as a JSON array. */
  list(item: Expression<unknown>, order: readonly Expression<unknown>[]): RawBuilder<unknown>;
  /** JSON as the text that it is. */
  text(json: Expression<unknown>): RawBuilder<string | null>;
  /** The database has such a table of ours. */
  hasTable(name: string): RawBuilder<boolean | number>;
  /** The time by the clock that all processes share; undefined where that is this process's. */
  readonly now?: RawBuilder<string>;
  /** The keys of a parameter, with the place of each, from 0. */
  asked(keys: Expression<unknown>): RawBuilder<{ place: number; value: string }>;
  /** Keys as such a parameter. */
  askFor(keys: readonly string[]): unknown;
}

/** How busy a set of connections is. */
export interface Load {
  inUse: number;
  idle: number;
  /** Requests that wait for a connection. */
  waiting: number;
}

/** Room on disk, in bytes. */
export interface DatabaseSize {
  /** All of our tables with their indexes; of SQLite, the file. */
  database: number;
  /** Of that, what holds nothing and is used again; undefined where nobody counts it. */
  free?: number;
  /** The write-ahead log, where it is this database's own. */
  log?: number;
  /** The audit log with its indexes; undefined where it would have to be counted. */
  auditLog?: number;
}

/** Runs a query that was compiled before: at once, where the database is a part of this process. */
export type Run = <Row>(query: CompiledQuery<Row>) => MaybePromise<Row[]>;

/** What SQLite and PostgreSQL do differently, in one place for each. */
export interface Engine {
  readonly name: Dialect['name'];
  /** Sees the last commit; refuses to write. */
  readonly reading: Kysely<Tables>;
  /** The short way to `reading`. */
  readonly read: Run;
  readonly writing: Kysely<Tables>;
  /**
   * Like `writing`, for transactions that may share one commit. What fails as interrupted is to be
   * tried again in `writing`.
   */
  readonly grouped: Kysely<Tables>;
  /** Like `writing`, for work that may take its time: no statement is cut short. */
  readonly maintenance: Kysely<Tables>;
  /** Reads the state of one moment, also while others write. */
  snapshot<Result>(read: (db: Kysely<Tables>) => Promise<Result>): Promise<Result>;
  /**
   * Another value after every commit of any process; undefined where asking costs as much as
   * reading.
   */
  state(): unknown;
  readonly ddl: Ddl;
  readonly sql: Dialect;
  /**
   * Waits, without a connection, until no other write of this process to the tenant is under way.
   */
  inTurn<Result>(tenantId: string, write: () => Promise<Result>): Promise<Result>;
  /** One writer per tenant: only the holder of the lock writes to it until its transaction ends. */
  lockTenant(transaction: Transaction<Tables>, tenantId: string): Promise<void>;
  /** Makes the schema that the tables are to be in, where it is missing. */
  makeSchema(transaction: Transaction<Tables>): Promise<void>;
  /** One process at a time changes the tables, until its transaction ends. */
  lockMigrations(transaction: Transaction<Tables>): Promise<void>;
  /** The short way to a transaction, for as long as it runs. */
  inside(transaction: Transaction<Tables>): Run;
  /**
   * Puts rows in place that the rules of today would refuse; constraints hold nevertheless. For an
   * empty database only.
   */
  withoutTriggers<Result>(
    transaction: Transaction<Tables>,
    work: () => Promise<Result>,
  ): Promise<Result>;
  /** What is damaged in our tables, and what should guard them and is missing or switched off. */
  storageFaults(): Promise<string[]>;
  /** How busy the connections are at this moment. */
  load(): { reading: Load; writing: Load };
  /** What the database takes, without looking at rows. */
  size(): Promise<DatabaseSize>;
  close(): Promise<void>;
}

export interface EngineOptions {
  /** Is told the text of every statement that runs. */
  onStatement?: (sql: string) => void;
  /** Refuses, rather than creates, what is not there. */
  mustExist?: boolean;
  /**
   * Most connections to PostgreSQL at once for reading and writing; two more for work on the whole.
   */
  poolSize?: number;
  /** Of PostgreSQL, where the tables are; otherwise the first of the search path. */
  schema?: string | undefined;
  /**
   * Opens the database to bring it to today's tables: refuses where older processes would not
   * survive that.
   */
  upgrades?: boolean;
}
