import type { KeyHolder } from './domain/api-key.ts';
import { createLoaders, type Loaders } from './domain/loaders.ts';
import type { Reader, Store, Writer } from './domain/operation.ts';
import { audienceOf } from './domain/publishable-key.ts';
import { type ErrorCode, ForbiddenError, invalid } from './errors.ts';
import type { Account, Step, Watched } from './exchange.ts';
import { includesScope, type Scope } from './vocabulary.ts';

/** A request at the edge, before it is known whose it is. Each surface decides in which order it asks. */
export interface Arrival extends Watched {
  /** Origin of this server as the client sees it. */
  readonly origin: string;
  /** Whose request it is. Throws `unauthorized` without a usable key. */
  admit(): Promise<Context>;
  /** Tells the operator the cause of a failure that is the server's own; passes over the client's. */
  report(thrown: unknown): void;
  /** The body as text. Throws `payload_too_large` beyond the limit, without reading on. */
  readText(): Promise<string>;
}

/** What one request carries, whichever surface it came by. */
export interface Context {
  readonly caller: KeyHolder;
  readonly requestId: string;
  readonly account: Account;
  readonly idempotencyKey: string | undefined;
  /** Requests that the key may still make in the running minute; undefined where nothing is limited. */
  readonly rateBudgetLeft: number | undefined;
  readonly reader: Reader;
  /** Fresh after each write, so that a mutation's answer shows what it did. */
  readonly loaders: Loaders;
  /** Throws `forbidden` unless the key has the scope. */
  require(scope: Scope): void;
  /** Carries out one operation in one transaction; needs the scope `write` unless another is named. */
  write<Result>(work: (writer: Writer) => Promise<Result>, scope?: Scope): Promise<Result>;
  /** Tells the operator the cause of a failure that is the server's own; passes over the client's. */
  report(thrown: unknown): void;
  /** Where the error's meaning is explained. */
  docUrl(code: ErrorCode): string;
}

export interface RequestFacts {
  requestId: string;
  idempotencyKey: string | undefined;
  origin: string;
  rateBudgetLeft: number | undefined;
  account: Account;
  step: Step;
  report(thrown: unknown): void;
}

const SANE_IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/;

const checkIdempotencyKey = (key: string | undefined): void => {
  if (key !== undefined && !SANE_IDEMPOTENCY_KEY.test(key))
    throw invalid('Idempotency-Key', 'must be 1 to 255 visible ASCII characters');
};

export const createContext = (store: Store, caller: KeyHolder, facts: RequestFacts): Context => {
  const { requestId, idempotencyKey, origin, rateBudgetLeft, account, step, report } = facts;
  const reader = store.reader(caller.tenant, audienceOf(caller));
  let loaders: Loaders | undefined;
  const request = {
    apiKeyId: caller.apiKeyId,
    requestId,
    idempotencyKey,
    onReplay: () => {
      account.replayed = true;
    },
  };
  const require = (scope: Scope) => {
    if (!includesScope(caller.scope, scope))
      throw new ForbiddenError(`This key has the scope ${caller.scope}; the operation needs ${scope}.`);
  };
  return {
    caller,
    requestId,
    account,
    idempotencyKey,
    rateBudgetLeft,
    report,
    reader,
    require,
    get loaders() {
      loaders ??= createLoaders(reader, store.readsAhead);
      return loaders;
    },
    write: async (work, scope = 'write') => {
      require(scope);
      checkIdempotencyKey(idempotencyKey);
      try {
        return await step('transaction', () => store.write(caller.tenant, request, work));
      } finally {
        loaders = undefined;
      }
    },
    docUrl: (code) => docUrl(origin, code),
  };
};

export const docUrl = (origin: string, code: ErrorCode): string => `${origin}/docs/errors/${code}`;
