import { Budget } from './budget.ts';
import type { KeyHolder } from './domain/api-key.ts';
import type { ChangeSetSchedule } from './domain/change-set-schedule.ts';
import type { Guard, PriceUnit, Reader, Store, Writer } from './domain/operation.ts';
import { audienceOf } from './domain/publishable-key.ts';
import { Loaders } from './domain/relations.ts';
import { type ApiError, type ErrorCode, ForbiddenError, invalid } from './errors.ts';
import type { MaybePromise } from './maybe-promise.ts';
import type { GatewayRequest } from './request/request.ts';
import type { RequestLog } from './request/request-log.ts';
import type { GatewayResponse } from './response.ts';
import { includesScope, type Scope } from './vocabulary.ts';

/** What surfaces ask of the edge; each decides when. */
export interface Edge {
  /** A key stands in the address, be it usable or not. */
  hasKeyInAddress(request: GatewayRequest): boolean;
  /** Throws `unauthorized` without a usable key, `rate_limited` and `forbidden`. */
  admit(request: GatewayRequest): Promise<Context>;
  /** The body as text. Throws `payload_too_large` beyond the limit, without reading on. */
  readText(request: GatewayRequest): MaybePromise<string>;
  /**
   * Takes one of the places for requests until the response is out. A surface does so once the
   * request is there as a whole and means work. Throws `service_unavailable` where none is left.
   */
  takePlace(request: GatewayRequest): void;
}

/** One of the ways to speak to the gateway. */
export interface Surface {
  /** Fails with what `refuse` prints. */
  handle(request: GatewayRequest): Promise<GatewayResponse>;
  /**
   * Prints an error in the shape that the clients of the surface read, be it the edge's or its own.
   * Never fails.
   */
  refuse(request: GatewayRequest, failure: ApiError): GatewayResponse;
}

const SANE_IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/;
const API_KEY = /[cp]k_(live|sandbox)_/i;

const checkIdempotencyKey = (key: string | undefined): void => {
  if (key !== undefined && !SANE_IDEMPOTENCY_KEY.test(key))
    throw invalid('Idempotency-Key', 'must be 1 to 255 visible ASCII characters');
  // It is stored.
  if (key !== undefined && API_KEY.test(key))
    throw invalid('Idempotency-Key', 'must not hold an API key');
};

interface WriteOptions {
  /** The scope that the key needs. */
  scope?: Scope;
  guard?: Guard | undefined;
  priceUnit?: PriceUnit;
  /** Only features are named by codes, too. */
  idsOnly?: boolean;
  /** The client knows nothing of variants of prices. */
  withoutVariants?: boolean;
}

/** A request with a valid key, on either surface: what it may see and do. */
export class Context {
  readonly caller: KeyHolder;
  readonly reader: Reader;
  readonly requestId: string;
  readonly log: RequestLog;
  readonly idempotencyKey: string | undefined;
  /** What the request has done so far, and may still do. */
  readonly budget = new Budget();
  /** Ids of the plans in the answer; undefined where nobody asks for them. */
  readonly shownPlans: Set<string> | undefined;
  /** Change sets change without the catalogue: an answer that shows one is not kept. */
  showsChangeSets = false;
  /** The length of a compressed answer would tell of what stands next to the secret. */
  showsSecret = false;
  readonly #store: Store;
  readonly #schedule: ChangeSetSchedule;
  readonly #request: GatewayRequest;
  #loaders: Loaders | undefined;
  #totals: Map<string, Promise<number>> | undefined;

  constructor(
    store: Store,
    caller: KeyHolder,
    request: GatewayRequest,
    schedule: ChangeSetSchedule,
  ) {
    this.#schedule = schedule;
    this.caller = caller;
    this.reader = store.reader(caller.tenant, audienceOf(caller), caller.revision, this.budget);
    this.requestId = request.requestId;
    this.log = request.log;
    this.idempotencyKey = request.header('idempotency-key');
    this.shownPlans = request.sharedSeconds > 0 ? new Set() : undefined;
    this.#store = store;
    this.#request = request;
  }

  /** Of every amount without a currency beside it. */
  get baseCurrency(): string {
    return this.reader.tenant.baseCurrency;
  }

  /** Fresh after each write, so that a mutation's answer shows what it did. */
  get loaders(): Loaders {
    this.#loaders ??= new Loaders(this.reader, this.#store.readsAhead);
    return this.#loaders;
  }

  /** Counts once, however often the request asks for the same total. */
  readonly total = (
    list: string,
    filter: unknown,
    count: () => Promise<number>,
  ): Promise<number> => {
    this.#totals ??= new Map();
    const name = `${list} ${JSON.stringify(filter)}`;
    const total = this.#totals.get(name) ?? count();
    this.#totals.set(name, total);
    return total;
  };

  /**
   * For how many seconds shared caches may hold the response without asking: others get it, too. 0
   * for none.
   */
  get sharedSeconds(): number {
    return this.#request.sharedSeconds;
  }

  /**
   * Requests that the key may still make in the current minute; undefined where nothing is limited,
   * and where others get the response.
   */
  get rateBudgetLeft(): number | undefined {
    if (this.sharedSeconds > 0) return undefined;
    return this.#request.rateBudget?.left;
  }

  /**
   * Points that the key may still spend in the current minute; undefined where nothing is limited,
   * and where others get the response.
   */
  get pointsLeft(): number | undefined {
    if (this.sharedSeconds > 0) return undefined;
    return this.#request.points?.left;
  }

  /**
   * Sets aside what the work is expected to cost the key; `settle` follows. Throws `rate_limited`
   * where too little is left.
   */
  reserve(expected: number): MaybePromise<void> {
    return this.#request.points?.reserve(expected);
  }

  /** Replaces what was set aside for the work by what it has cost. */
  settle(expected: number): void {
    this.#request.points?.settle(expected, this.budget.points);
  }

  /** Throws `forbidden` unless the key has the scope. */
  readonly require = (scope: Scope): void => {
    if (!includesScope(this.caller.scope, scope))
      throw new ForbiddenError(
        `This key has the scope ${this.caller.scope}; the operation needs ${scope}.`,
      );
  };

  /**
   * Carries out one operation in one transaction; needs the scope `write` unless said otherwise.
   */
  readonly write = async <Result>(
    work: (writer: Writer) => Promise<Result>,
    { scope = 'write', guard, priceUnit, idsOnly, withoutVariants }: WriteOptions = {},
  ): Promise<Result> => {
    const { caller, requestId, log, idempotencyKey } = this;
    const { clientRequestId } = this.#request;
    this.require(scope);
    checkIdempotencyKey(idempotencyKey);
    const onReplay = () => {
      log.replayed = true;
    };
    const request = {
      apiKeyId: caller.apiKeyId,
      requestId,
      clientRequestId,
      idempotencyKey,
      guard,
      priceUnit,
      idsOnly,
      withoutVariants,
      onReplay,
    };
    try {
      const result = await this.#request.observer.step('transaction', () =>
        this.#store.write(caller.tenant, request, work),
      );
      if (caller.nextChangeAt !== null) this.#noteWrite();
      return result;
    } finally {
      this.budget.addWrite();
      this.#loaders = undefined;
      this.#totals = undefined;
    }
  };

  /** The answer need not wait for what a write means to scheduled change sets. */
  #noteWrite(): void {
    this.#schedule.noteWrite(this.caller.tenant).catch((failure) => this.report(failure));
  }

  /** Logs the cause of a server failure and counts a refusal; ignores errors of the client. */
  report(thrown: unknown): void {
    this.#request.report(thrown);
  }

  /** Where the meaning of an error is explained. */
  readonly docUrl = (code: ErrorCode): string => this.#request.docUrl(code);

  readonly lintUrl = (rule: string): string => this.#request.lintUrl(rule);
}
