import type { Expression, Kysely, Transaction } from 'kysely';
import { ConflictError } from '../errors.ts';
import type { Audience, Mode } from '../vocabulary.ts';
import type { Dialect, Engine, Run } from './engine.ts';
import { type Clock, createIds, type Ids, type Noun } from './ids.ts';
import { KeptRecords, type Shelf } from './kept-records.ts';
import { persist } from './retry.ts';
import type { Tables } from './tables.ts';
import { Turns } from './turns.ts';

/** An organization in one mode. Everything stored belongs to exactly one. */
export interface Tenant {
  id: string;
  organizationId: string;
  mode: Mode;
}

/** The ways from a Reader to SQL; the SQL layer keeps them to itself. */
export const queries = Symbol('queries');
export const run = Symbol('run');
export const shelf = Symbol('shelf');
export const dialect = Symbol('dialect');
export const unit = Symbol('unit');
export const meter = Symbol('meter');
export const turns = Symbol('turns');

/**
 * Counts what a request makes the database do. Each method throws once the request must not go on.
 */
export interface Meter {
  /** On the clock of `performance.now()`. */
  readonly deadline: number;
  check(): void;
  /** Rows that a filter or a count has looked at. */
  addRows(count: number): void;
  addCharactersRead(count: number): void;
}

/**
 * What every query of the catalogue starts from: a reader, or what stands for any reader in a text
 * that is compiled once.
 */
export interface Source {
  readonly tenant: { readonly id: string | Expression<string> };
  readonly audience: Audience;
  readonly [queries]: Kysely<Tables>;
  readonly [dialect]: Dialect;
  readonly [meter]?: Meter | undefined;
}

/** Queries that are put together, and those that were compiled before. */
interface Access {
  db: Kysely<Tables>;
  run: Run;
  sql: Dialect;
  /** What was read before; a writer has none. */
  shelf?: Shelf | undefined;
  /** Undefined where nobody counts. */
  meter?: Meter | undefined;
  /** Whose turn it is to look at many rows. */
  turns: Turns;
}

/** What a tenant's audience may see. */
export class Reader implements Source {
  readonly tenant: Tenant;
  readonly audience: Audience;
  readonly [queries]: Kysely<Tables>;
  readonly [run]: Run;
  readonly [dialect]: Dialect;
  readonly [shelf]: Shelf | undefined;
  readonly [meter]: Meter | undefined;
  readonly [turns]: Turns;

  constructor(tenant: Tenant, audience: Audience, access: Access) {
    const { db, run: way, sql, shelf: kept, meter: counter, turns: queue } = access;
    this.tenant = tenant;
    this.audience = audience;
    this[queries] = db;
    this[run] = way;
    this[dialect] = sql;
    this[shelf] = kept;
    this[meter] = counter;
    this[turns] = queue;
  }

  /** Throws once the request must not go on. */
  check(): void {
    this[meter]?.check();
  }

  /** Reads return at once, so a single key is faster to read alone than in a batch. */
  get isAtHand(): boolean {
    return this[dialect].isAtHand;
  }
}

/** A condition that a write depends on. */
export interface Guard {
  /** What a repeated request with the same idempotency key must ask for as well. */
  readonly compared: unknown;
  /**
   * Runs in the transaction, after the idempotency key was looked up and before the effect. Throws
   * to refuse.
   */
  check(reader: Reader): Promise<void>;
}

/** In what unit a caller sends and sees prices. */
export type PriceUnit = 'rate_scale' | 'minor_unit';

/** On whose behalf a write happens. */
export interface WriteRequest {
  /** Null for the command line. */
  apiKeyId: string | null;
  requestId: string | null;
  /** What the client calls the request. */
  clientRequestId?: string | undefined;
  idempotencyKey?: string | undefined;
  guard?: Guard | undefined;
  /** Rate scale when left out. */
  priceUnit?: PriceUnit | undefined;
  /** Is told when the outcome is that of an earlier request with the same idempotency key. */
  onReplay?: (() => void) | undefined;
}

/** What one write has come to so far; `operation.ts` keeps the account. */
interface UnitOfWork {
  readonly request: WriteRequest;
  operation?: 'running' | 'done';
  change?: { objectId: string; before: unknown; after: unknown; relatedIds: readonly string[] };
  /** Stands in the database if and only if the transaction committed. */
  auditEntryId?: string;
  /** What the catalogue's revision has become. */
  revision?: number;
  /** The only plan that was changed, where that is known beforehand. */
  planId?: string;
  /**
   * The effect is undone, its outcome is kept: the transaction commits and the failure is thrown
   * after that.
   */
  keepsFailure?: boolean;
}

/** One transaction that carries out one operation. It reads its own writes. */
export class Writer extends Reader {
  /** The same instant throughout the transaction. */
  readonly now: string;
  readonly newId: Ids;
  readonly priceUnit: PriceUnit;
  readonly [unit]: UnitOfWork;

  constructor(tenant: Tenant, access: Access, request: WriteRequest, now: string, newId: Ids) {
    super(tenant, 'all', access);
    this.now = now;
    this.newId = newId;
    this.priceUnit = request.priceUnit ?? 'rate_scale';
    this[unit] = { request };
  }

  /** The `updatedAt` that follows `previous`: time never goes back, even when the clock does. */
  after(previous: string): string {
    return this.now > previous ? this.now : previous;
  }

  /**
   * What the operation did, for the audit trail: `before` holds all that it replaced. The entry is
   * found by the ids of related objects, too. Of a batch, the last call counts: the batch's own.
   */
  changed(
    objectId: string,
    before: unknown,
    after: unknown,
    ...relatedIds: readonly string[]
  ): void {
    this[unit].change = { objectId, before, after, relatedIds };
  }
}

export interface StoreOptions {
  clock?: Clock;
  newId?: (noun: Noun) => string;
  /** How long a duplicate waits for the first request with its idempotency key. */
  duplicatePatienceMs?: number;
  /** False to read each thing only when it is asked for. Answers are the same. */
  readsAhead?: boolean;
  /**
   * How much memory records may take that are kept until they change; 0 reads them each time.
   * Answers are the same.
   */
  recordBytes?: number;
}

const DUPLICATE_PATIENCE_MS = 5_000;

/** Waits, without a connection, until the first request has ended, successfully or not. */
const outlast = async (first: Promise<unknown>, deadline: number): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const impatience = new Promise<never>((_, reject) => {
    const giveUp = () =>
      reject(
        new ConflictError(
          'idempotency_in_progress',
          'The first request with this idempotency key is still running.',
        ),
      );
    timer = setTimeout(giveUp, deadline - performance.now());
  });
  try {
    await Promise.race([first.catch(() => {}), impatience]);
  } finally {
    clearTimeout(timer);
  }
};

/** The catalogue of every tenant on one engine. */
export class Store {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly newId: Ids;
  readonly readsAhead: boolean;
  readonly #duplicatePatienceMs: number;
  readonly #records: KeptRecords;
  readonly #running = new Map<string, Promise<unknown>>();
  readonly #turns = new Turns();

  constructor(
    engine: Engine,
    {
      clock = () => new Date(),
      newId = createIds(clock),
      duplicatePatienceMs = DUPLICATE_PATIENCE_MS,
      readsAhead = true,
      recordBytes = 0,
    }: StoreOptions = {},
  ) {
    this.engine = engine;
    this.clock = clock;
    this.newId = newId;
    this.readsAhead = readsAhead;
    this.#duplicatePatienceMs = duplicatePatienceMs;
    this.#records = new KeptRecords(recordBytes);
  }

  /** A request that has seen a revision may use what was cached of it. */
  reader(tenant: Tenant, audience: Audience = 'all', revision?: number, meter?: Meter): Reader {
    const { reading, read, sql } = this.engine;
    const shelf =
      revision === undefined ? undefined : this.#records.shelfOf(tenant.id, audience, revision);
    return new Reader(tenant, audience, {
      db: reading,
      run: read,
      sql,
      shelf,
      meter,
      turns: this.#turns,
    });
  }

  /**
   * The one place where a transaction on a catalogue begins. Inside, only the database is awaited.
   */
  async write<Result>(
    tenant: Tenant,
    request: WriteRequest,
    work: (writer: Writer) => Promise<Result>,
  ): Promise<Result> {
    if (request.idempotencyKey === undefined) return this.#transact(tenant, request, work);
    const key = `${tenant.id} ${request.idempotencyKey}`;
    const deadline = performance.now() + this.#duplicatePatienceMs;
    for (let first = this.#running.get(key); first; first = this.#running.get(key))
      await outlast(first, deadline);
    const running = this.#transact(tenant, request, work);
    this.#running.set(key, running);
    try {
      return await running;
    } finally {
      this.#running.delete(key);
    }
  }

  async #transact<Result>(
    tenant: Tenant,
    request: WriteRequest,
    work: (writer: Writer) => Promise<Result>,
  ): Promise<Result> {
    let earlier: { outcome: Outcome<Result>; work: UnitOfWork } | undefined;
    const attempt = () =>
      this.engine.writing.transaction().execute(async (transaction) => {
        await this.engine.lockTenant(transaction, tenant.id);
        // The holder of the lock knows that the attempt before has ended, one way or the other.
        if (earlier && (await isRecorded(transaction, tenant, earlier.work.auditEntryId)))
          return earlier.outcome;
        const now = this.clock().toISOString();
        const writer = this.#writer(transaction, tenant, request, now);
        earlier = { outcome: await carryOut(writer, work), work: writer[unit] };
        return earlier.outcome;
      });
    const outcome = await this.engine.inTurn(tenant.id, () => persist(attempt));
    const { revision, planId } = earlier?.work ?? {};
    if (revision !== undefined) this.#records.written(tenant.id, revision, planId);
    if ('failure' in outcome) throw outcome.failure;
    return outcome.result;
  }

  /** One transaction that carries out one operation in each of the tenants. */
  async writeTogether(
    tenants: readonly Tenant[],
    request: Omit<WriteRequest, 'idempotencyKey'>,
    work: (writers: readonly Writer[]) => Promise<void>,
  ): Promise<void> {
    // Locks are taken in one order, so that no two wait for each other.
    const sorted = tenants.toSorted((a, b) => (a.id < b.id ? -1 : 1));
    let writers: Writer[] = [];
    const attempt = () =>
      this.engine.writing.transaction().execute(async (transaction) => {
        for (const { id } of sorted) await this.engine.lockTenant(transaction, id);
        const [earlier] = writers;
        if (earlier && (await isRecorded(transaction, earlier.tenant, earlier[unit].auditEntryId)))
          return;
        const now = this.clock().toISOString();
        writers = sorted.map((tenant) => this.#writer(transaction, tenant, request, now));
        await work(writers);
      });
    const inTurns = sorted.reduceRight<() => Promise<void>>(
      (next, { id }) =>
        () =>
          this.engine.inTurn(id, next),
      () => persist(attempt),
    );
    await inTurns();
    for (const { tenant, [unit]: done } of writers)
      if (done.revision !== undefined) this.#records.written(tenant.id, done.revision, undefined);
  }

  #writer(
    transaction: Transaction<Tables>,
    tenant: Tenant,
    request: WriteRequest,
    now: string,
  ): Writer {
    const { sql } = this.engine;
    const access = {
      db: transaction,
      run: this.engine.inside(transaction),
      sql,
      turns: this.#turns,
    };
    return new Writer(tenant, access, request, now, this.newId);
  }
}

type Outcome<Result> = { result: Result } | { failure: unknown };

const carryOut = async <Result>(
  writer: Writer,
  work: (writer: Writer) => Promise<Result>,
): Promise<Outcome<Result>> => {
  try {
    return { result: await work(writer) };
  } catch (failure) {
    if (writer[unit].keepsFailure) return { failure };
    throw failure;
  }
};

const isRecorded = async (
  transaction: Transaction<Tables>,
  tenant: Tenant,
  auditEntryId: string | undefined,
): Promise<boolean> => {
  if (auditEntryId === undefined) return false;
  const entry = await transaction
    .selectFrom('audit_log')
    .select('id')
    .where('tenant_id', '=', tenant.id)
    .where('id', '=', auditEntryId)
    .executeTakeFirst();
  return entry !== undefined;
};
