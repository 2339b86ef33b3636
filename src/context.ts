import type { KeyHolder } from './domain/api-key.ts';
import { createLoaders, type Loaders } from './domain/loaders.ts';
import type { Reader, Store, Writer } from './domain/operation.ts';
import { audienceOf } from './domain/publishable-key.ts';
import { type ErrorCode, ForbiddenError, invalid } from './errors.ts';
import type { Eventual } from './eventual.ts';
import type { Account, Reply, Step, Watched } from './exchange.ts';
import { includesScope, type Scope } from './vocabulary.ts';

/** A request at the edge, before it is known whose it is. Each surface decides in which order it asks. */
export interface Arrival extends Watched {
  /** Address of this server as the client sees it, without a slash at its end. */
  readonly origin: string;
  /** Whose request it is. Throws `unauthorized` without a usable key. */
  readonly admit: () => Promise<Context>;
  /** Tells the operator the cause of a failure that is the server's own; passes over the client's. */
  readonly report: (thrown: unknown) => void;
  /** The body as text. Throws `payload_too_large` beyond the limit, without reading on. */
  readonly readText: () => Eventual<string>;
  readonly hasBody: boolean;
  /** A browser on this machine asks for a page by a loopback address. */
  readonly isLocal: boolean;
  /**
   * Takes one of the places for requests until the answer is out. A surface does so once the request is there as a
   * whole and means work. Throws `service_unavailable` where none is left.
   */
  readonly takePlace: () => void;
}

/** One of the ways to speak to the gateway. Neither method fails. */
export interface Surface {
  answer(arrival: Arrival): Promise<Reply>;
  /** Prints what kept a request from the surface in the shape that its clients read. */
  refuse(arrival: Arrival, thrown: unknown): Reply;
}

/** What is known of a request once it is admitted. */
export interface Admitted {
  readonly requestId: string;
  readonly clientRequestId: string | undefined;
  readonly idempotencyKey: string | undefined;
  readonly origin: string;
  readonly rateBudgetLeft: number | undefined;
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
  if (key !== undefined && API_KEY.test(key)) throw invalid('Idempotency-Key', 'must not hold an API key');
};

/** What one request carries, whichever surface it came by. */
export class Context {
  readonly caller: KeyHolder;
  readonly reader: Reader;
  readonly requestId: string;
  readonly account: Account;
  readonly idempotencyKey: string | undefined;
  /** Requests that the key may still make in the running minute; undefined where nothing is limited. */
  readonly rateBudgetLeft: number | undefined;
  /** Tells the operator the cause of a failure that is the server's own; passes over the client's. */
  readonly report: (thrown: unknown) => void;
  readonly #store: Store;
  readonly #request: Admitted;
  #loaders: Loaders | undefined;

  constructor(store: Store, caller: KeyHolder, request: Admitted) {
    this.caller = caller;
    this.reader = store.reader(caller.tenant, audienceOf(caller), caller.revision);
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
    this.#loaders ??= createLoaders(this.reader, this.#store.readsAhead);
    return this.#loaders;
  }

  /** Throws `forbidden` unless the key has the scope. */
  readonly require = (scope: Scope): void => {
    if (!includesScope(this.caller.scope, scope))
      throw new ForbiddenError(`This key has the scope ${this.caller.scope}; the operation needs ${scope}.`);
  };

  /** Carries out one operation in one transaction; needs the scope `write` unless another is named. */
  readonly write = async <Result>(
    work: (writer: Writer) => Promise<Result>,
    scope: Scope = 'write',
  ): Promise<Result> => {
    const { caller, requestId, account, idempotencyKey } = this;
    const { clientRequestId } = this.#request;
    this.require(scope);
    checkIdempotencyKey(idempotencyKey);
    const onReplay = () => {
      account.replayed = true;
    };
    const request = { apiKeyId: caller.apiKeyId, requestId, clientRequestId, idempotencyKey, onReplay };
    try {
      return await this.#request.step('transaction', () => this.#store.write(caller.tenant, request, work));
    } finally {
      this.#loaders = undefined;
    }
  };

  /** Where the error's meaning is explained. */
  readonly docUrl = (code: ErrorCode): string => docUrl(this.#request.origin, code);
}

export const docUrl = (origin: string, code: ErrorCode): string => `${origin}/docs/errors/${code}`;
