import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { KeyHolder } from '../domain/api-key.ts';
import { ApiError } from '../errors.ts';
import type { Allowance } from '../request/request.ts';
import { type Headers, listHeaders } from '../response.ts';
import type { LeasedBudgets } from './leased-budgets.ts';

const WINDOW_SECONDS = 60;

export interface RateLimits {
  /** Requests a minute of one key, on both surfaces together. */
  perKey: number;
  /** Requests a minute without a usable key, from one address. */
  perAddress: number;
}

/**
 * The client that limits count. A publishable key is known to every visitor of a page, so there each
 * address counts for itself; otherwise one visitor could use up the limit of all.
 */
export const holderOf = (
  { apiKeyId, kind }: Pick<KeyHolder, 'apiKeyId' | 'kind'>,
  network: string,
): string => (kind === 'publishable' ? `${apiKeyId} ${network}` : apiKeyId);

/** The headers of the IETF's draft, and of most rate limits. */
const rateHeaders = ({ limit, left, resetSeconds }: RateBudget): Headers => ({
  'ratelimit-limit': String(limit),
  'ratelimit-remaining': String(left),
  'ratelimit-reset': String(resetSeconds),
});

/** The requests that are left in the current minute. */
class RateBudget implements Allowance {
  readonly limit: number;
  readonly left: number;
  readonly resetSeconds: number;

  constructor(limit: number, left: number, resetSeconds: number) {
    this.limit = limit;
    this.left = left;
    this.resetSeconds = resetSeconds;
  }

  listHeaders(list: string[]): void {
    listHeaders(rateHeaders(this), list);
  }
}

export interface RateLimiter {
  /**
   * Takes one request from the budget of a key's holder. Throws `rate_limited` when nothing is
   * left.
   */
  spend(holder: string): Promise<RateBudget>;
  /**
   * Counts a request without a usable key. Throws `rate_limited` where its network has sent too
   * many of them.
   */
  blame(network: string): Promise<void>;
}

const secondsOf = ({ msBeforeNext }: RateLimiterRes): number =>
  Math.max(1, Math.ceil(msBeforeNext / 1000));

class RateLimited extends ApiError {
  readonly budget: RateBudget;

  constructor(limit: number, resetSeconds: number, what: string) {
    super('rate_limited', `More than ${limit} requests a minute ${what}.`, {
      retryAfter: resetSeconds,
    });
    this.budget = new RateBudget(limit, 0, resetSeconds);
  }

  override get headers(): Record<string, string> {
    return { ...super.headers, ...rateHeaders(this.budget) };
  }
}

/** Takes one point from a budget. `what` names the budget in the error. */
const consume = async (
  budgets: RateLimiterMemory,
  name: string,
  what: string,
): Promise<RateBudget> => {
  const limit = budgets.points;
  try {
    const spent = await budgets.consume(name);
    return new RateBudget(limit, spent.remainingPoints, secondsOf(spent));
  } catch (refused) {
    throw refused instanceof RateLimiterRes
      ? new RateLimited(limit, secondsOf(refused), what)
      : refused;
  }
};

const WITH_KEY = 'with this key';

/** In the memory of this process: several processes give each key a budget each. */
const ownBudgets = (perKey: number): RateLimiter['spend'] => {
  const keys = new RateLimiterMemory({ points: perKey, duration: WINDOW_SECONDS });
  return (holder) => consume(keys, holder, WITH_KEY);
};

const sharedBudgets =
  (budgets: LeasedBudgets): RateLimiter['spend'] =>
  async (holder) => {
    const { isRefused, left, resetSeconds } = await budgets.take(holder, 1);
    if (isRefused) throw new RateLimited(budgets.limit, resetSeconds, WITH_KEY);
    return new RateBudget(budgets.limit, left, resetSeconds);
  };

/**
 * Requests without a usable key are always counted in memory: who has none must not make the
 * database work.
 */
export const createRateLimiter = (
  { perKey, perAddress }: RateLimits,
  shared?: LeasedBudgets,
): RateLimiter => {
  const addresses = new RateLimiterMemory({ points: perAddress, duration: WINDOW_SECONDS });
  return {
    spend: shared ? sharedBudgets(shared) : ownBudgets(perKey),
    blame: async (network) => {
      await consume(addresses, network, 'without a usable key from this address');
    },
  };
};
