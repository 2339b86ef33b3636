import { Budget } from './budget.ts';
import type { KeyHolder } from './domain/api-key.ts';
import type { Guard, PriceUnit, Reader, Store, Writer } from './domain/operation.ts';
import { audienceOf } from './domain/publishable-key.ts';
import { Loaders } from './domain/relations.ts';
import { type ErrorCode, ForbiddenError, invalid } from './errors.ts';
import type { Account, Reply, Step, Watched } from './exchange.ts';
import type { MaybePromise } from './maybe-promise.ts';
import { includesScope, type Scope } from './vocabulary.ts';

/**
 * A request at the edge, before it is known whose it is. Each surface decides in which order it
 * asks.
 */
export interface Arrival extends Watched {
  /** Address of this server as the client sees it, without a slash at its end. */
  readonly origin: string;
  /** Whose request it is. Throws `unauthorized` without a usable key. */
  admit(): Promise<Context>;
  /**
   * Tells the operator the cause of a failure that is the server's own; passes over the client's.
   */
  readonly report: (thrown: unknown) => void;
  /** The body as text. Throws `payload_too_large` beyond the limit, without reading on. */
  readText(): MaybePromise<string>;
  readonly hasBody: boolean;
  /** A browser on this machine asks for a page by a loopback address. */
  readonly isLocal: boolean;
  /**
   * Takes one of the places for requests until the answer is out. A surface does so once the
   * request is there as a whole and means work. Throws `service_unavailable` where none is left.
   */
  takePlace(): void;
  /** Whose key the request carries, once that was looked up. */
  readonly caller: KeyHolder | undefined;
  /** Adds a header to the answer, be it a result or an error. */
  tell(name: string, value: string): void;
}

/** One of the ways to speak to the gateway. Neither method fails. */
export interface Surface {
  answer(arrival: Arrival): Promise<Reply>;
  /** Prints what kept a request from the surface in the shape that its clients read. */
  refuse(arrival: Arrival, thrown: unknown): Reply;
}

/** The points that a key has for its work, minute by minute. */
export interface Points {
  readonly left: number;
  /** Sets points aside. Throws `rate_limited` where fewer are left. */
  reserve(points: number): void;
  /** Replaces what was set aside by what the work has cost. */
  settle(reserved: number, spent: number): void;
}

/** What is known of a request once it is admitted. */
export interface Admitted {
  readonly requestId: string;
  readonly clientRequestId: string | undefined;
  readonly idempotencyKey: string | undefined;
  readonly origin: string;
  readonly rateBudgetLeft: number | undefined;
  /** What the key may still spend in the running minute; undefined where nothing is limited. */
  readonly points: Points | undefined;
  readonly account: Account;
  readonly step: Step;
  readonly report: (thrown: unknown) => void;
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
}

/** What one request carries, on both surfaces. */
export class Context {
  readonly caller: KeyHolder;
  readonly reader: Reader;
  readonly requestId: string;
  readonly account: Account;
  readonly idempotencyKey: string | undefined;
  /**
   * Requests that the key may still make in the running minute; undefined where nothing is limited.
   */
  readonly rateBudgetLeft: number | undefined;
  /**
   * Tells the operator the cause of a failure that is the server's own; passes over the client's.
   */
  readonly report: (thrown: unknown) => void;
  /** What the request has done so far, and may still do. */
  readonly budget = new Budget();
  readonly #store: Store;
  readonly #request: Admitted;
  #loaders: Loaders | undefined;
  #totals: Map<string, Promise<number>> | undefined;

  constructor(store: Store, caller: KeyHolder, request: Admitted) {
    this.caller = caller;
    this.reader = store.reader(caller.tenant, audienceOf(caller), caller.revision, this.budget);
    this.requestId = request.requestId;
    this.account = request.account;
    this.idempotencyKey = request.idempotencyKey;
    this.rateBudgetLeft = request.rateBudgetLeft;
    this.report = request.report;
    this.#store = store;
    this.#request = request;
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
   * Points that the key may still spend in the running minute; undefined where nothing is limited.
   */
  get pointsLeft(): number | undefined {
    return this.#request.points?.left;
  }

  /**
   * Sets aside what the work is expected to cost the key; `settle` follows. Throws `rate_limited`
   * where too little is left.
   */
  reserve(expected: number): void {
    this.#request.points?.reserve(expected);
  }

  /** Takes what the work has cost in the place of what was set aside for it. */
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
    { scope = 'write', guard, priceUnit }: WriteOptions = {},
  ): Promise<Result> => {
    const { caller, requestId, account, idempotencyKey } = this;
    const { clientRequestId } = this.#request;
    this.require(scope);
    checkIdempotencyKey(idempotencyKey);
    const onReplay = () => {
      account.replayed = true;
    };
    const request = {
      apiKeyId: caller.apiKeyId,
      requestId,
      clientRequestId,
      idempotencyKey,
      guard,
      priceUnit,
      onReplay,
    };
    try {
      return await this.#request.step('transaction', () =>
        this.#store.write(caller.tenant, request, work),
      );
    } finally {
      this.budget.addWrite();
      this.#loaders = undefined;
      this.#totals = undefined;
    }
  };

  /** Where the error's meaning is explained. */
  readonly docUrl = (code: ErrorCode): string => docUrl(this.#request.origin, code);
}

export const docUrl = (origin: string, code: ErrorCode): string => `${origin}/docs/errors/${code}`;
