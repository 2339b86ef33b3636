import type { Transaction } from 'kysely';
import { ConflictError } from '../errors.ts';
import type { Audience } from '../vocabulary.ts';
import type { Engine } from './engine/engine.ts';
import { type Clock, createIds, type Ids, type Noun } from './ids.ts';
import { type Meter, Reader, type Tenant } from './read/reader.ts';
import { RecordCache } from './read/record-cache.ts';
import { Turns } from './read/turns.ts';
import type { Tables } from './tables.ts';
import { ownersOf } from './write/change-list.ts';
import { withRetry } from './write/retry.ts';
import { type UnitOfWork, unit, type WriteRequest, Writer } from './write/writer.ts';

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
const waitFor = async (first: Promise<unknown>, deadline: number): Promise<void> => {
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
  /** False where the clock was given: what time it is then, only that clock knows. */
  readonly hasRealClock: boolean;
  readonly newId: Ids;
  readonly readsAhead: boolean;
  readonly #duplicatePatienceMs: number;
  readonly #records: RecordCache;
  readonly #running = new Map<string, Promise<unknown>>();
  readonly #turns = new Turns();

  constructor(
    engine: Engine,
    {
      clock,
      newId,
      duplicatePatienceMs = DUPLICATE_PATIENCE_MS,
      readsAhead = true,
      recordBytes = 0,
    }: StoreOptions = {},
  ) {
    this.engine = engine;
    this.clock = clock ?? (() => new Date());
    this.hasRealClock = clock === undefined;
    this.newId = newId ?? createIds(this.clock);
    this.readsAhead = readsAhead;
    this.#duplicatePatienceMs = duplicatePatienceMs;
    this.#records = new RecordCache(recordBytes);
  }

  /** A request that has seen a revision may use what was cached of it. */
  reader(tenant: Tenant, audience: Audience = 'all', revision?: number, meter?: Meter): Reader {
    const { reading, read, sql } = this.engine;
    const view =
      revision === undefined ? undefined : this.#records.view(tenant.id, audience, revision);
    return new Reader(tenant, audience, {
      db: reading,
      run: read,
      sql,
      view,
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
      await waitFor(first, deadline);
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
    const { grouped, writing } = this.engine;
    const attempt = (isAgain: boolean) =>
      (isAgain ? writing : grouped).transaction().execute(async (transaction) => {
        await this.engine.lockTenant(transaction, tenant.id);
        // The holder of the lock knows that the attempt before has ended, one way or the other.
        if (earlier && (await isRecorded(transaction, tenant, earlier.work.auditEntryId)))
          return earlier.outcome;
        const now = this.clock().toISOString();
        const writer = this.#writer(transaction, tenant, request, now);
        earlier = { outcome: await runEffect(writer, work), work: writer[unit] };
        return earlier.outcome;
      });
    const outcome = await this.engine.inTurn(tenant.id, () => withRetry(attempt));
    if (earlier) this.#forget(tenant, earlier.work);
    if ('failure' in outcome) throw outcome.failure;
    return outcome.result;
  }

  /**
   * One transaction that carries out one operation in each of the tenants. Where `prepare` makes
   * the tenants and answers false, nothing is left to do.
   */
  async writeToAll(
    tenants: readonly Tenant[],
    request: Omit<WriteRequest, 'idempotencyKey'>,
    work: (writers: readonly Writer[]) => Promise<void>,
    prepare: (transaction: Transaction<Tables>) => Promise<boolean> = async () => true,
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
        writers = [];
        if (!(await prepare(transaction))) return;
        const now = this.clock().toISOString();
        writers = sorted.map((tenant) => this.#writer(transaction, tenant, request, now));
        await work(writers);
      });
    const inTurns = sorted.reduceRight<() => Promise<void>>(
      (next, { id }) =>
        () =>
          this.engine.inTurn(id, next),
      () => withRetry(attempt),
    );
    await inTurns();
    for (const { tenant, [unit]: done } of writers) this.#forget(tenant, done);
  }

  /** What the write has changed leaves the cache. */
  #forget({ id }: Tenant, { revision, changes, changed = [], isReplay }: UnitOfWork): void {
    if (isReplay) this.#records.invalidate(id);
    if (revision === undefined) return;
    this.#records.written(id, revision, changes.isSummary ? undefined : ownersOf(changed));
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

const runEffect = async <Result>(
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
