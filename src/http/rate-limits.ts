import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { KeyHolder } from '../domain/api-key.ts';
import { ApiError } from '../errors.ts';
import type { Headers } from '../exchange.ts';
import { networkOf } from './network.ts';

const WINDOW_SECONDS = 60;

export interface RateLimits {
  /** Requests a minute of one key, whichever surface they come by. */
  perKey: number;
  /** Requests a minute without a usable key, from one address. */
  perAddress: number;
}

/** What is left of a limit in the running minute. */
interface Budget {
  limit: number;
  left: number;
  resetSeconds: number;
}

export interface RateLimiter {
  /**
   * Takes one request from the key's budget. Throws `rate_limited` when nothing is left. A publishable key is known to
   * every visitor of a page: each address has a budget of its own, or one could use up everybody's.
   */
  spend(holder: Pick<KeyHolder, 'apiKeyId' | 'kind'>, address: string): Promise<Budget>;
  /** Throws `rate_limited` for an address that has tried too many keys. */
  checkAddress(address: string): Promise<void> | undefined;
  /** Counts a request without a usable key. */
  blame(address: string): Promise<void>;
}

const secondsOf = ({ msBeforeNext }: RateLimiterRes): number => Math.max(1, Math.ceil(msBeforeNext / 1000));

/** The headers of the IETF's draft, and of most rate limits. */
export const rateHeaders = ({ limit, left, resetSeconds }: Budget): Headers => ({
  'ratelimit-limit': String(limit),
  'ratelimit-remaining': String(left),
  'ratelimit-reset': String(resetSeconds),
});

class RateLimited extends ApiError {
  readonly budget: Budget;

  constructor(limit: number, spent: RateLimiterRes, what: string) {
    const resetSeconds = secondsOf(spent);
    super('rate_limited', `More than ${limit} requests a minute ${what}.`, { retryAfter: resetSeconds });
    this.budget = { limit, left: 0, resetSeconds };
  }

  override get headers(): Record<string, string> {
    return { ...super.headers, ...rateHeaders(this.budget) };
  }
}

/** Counts in the memory of this process: several processes give each client a budget each. */
export const createRateLimiter = ({ perKey, perAddress }: RateLimits): RateLimiter => {
  const keys = new RateLimiterMemory({ points: perKey, duration: WINDOW_SECONDS });
  const addresses = new RateLimiterMemory({ points: perAddress, duration: WINDOW_SECONDS });
  let lastBlame = Number.NEGATIVE_INFINITY;
  const check = async (address: string): Promise<void> => {
    const tried = await addresses.get(networkOf(address));
    if (tried && tried.consumedPoints >= perAddress)
      throw new RateLimited(perAddress, tried, 'without a usable key from this address');
  };
  return {
    spend: ({ apiKeyId, kind }, address) =>
      keys.consume(kind === 'publishable' ? `${apiKeyId} ${networkOf(address)}` : apiKeyId).then(
        (spent) => ({ limit: perKey, left: spent.remainingPoints, resetSeconds: secondsOf(spent) }),
        (refused: unknown) => {
          throw refused instanceof RateLimiterRes ? new RateLimited(perKey, refused, 'with this key') : refused;
        },
      ),
    // Nothing to wait for unless somebody was blamed lately.
    checkAddress: (address) => (performance.now() - lastBlame > WINDOW_SECONDS * 1_000 ? undefined : check(address)),
    blame: async (address) => {
      lastBlame = performance.now();
      await addresses.penalty(networkOf(address));
    },
  };
};
