import { type EndingKey, findEndingApiKeys, nextEnd } from '../db/records/api-key.ts';
import type { Store } from './operation.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** How long before its end a key is warned of. */
const SOON_DAYS = 14;
/** A key that nobody used for longer is missed by nobody. */
const USED_DAYS = 30;
const MOST_WARNINGS = 100;
const FRESH_MS = 60_000;

const times = (store: Store) => {
  const now = store.clock().getTime();
  const at = (days: number) => new Date(now + days * DAY_MS).toISOString();
  return { now: at(0), usedSince: at(-USED_DAYS), endsBy: at(SOON_DAYS) };
};

/** Of keys in use. */
export interface EndsOfKeys {
  next: Date | undefined;
  /** How many end within two weeks. */
  endsSoon: number;
}

export interface KeyExpiryWatch {
  /** Read at most once a minute. Undefined where that failed. */
  ends(): Promise<EndsOfKeys | undefined>;
  stop(): Promise<void>;
}

interface WatchOptions {
  onEnding: (key: EndingKey) => void;
  report: (failure: unknown) => void;
  periodMs?: number;
}

/** Tells of each key in use that ends within two weeks: now, and once a day. Never fails. */
export const watchKeyExpiry = (
  store: Store,
  { onEnding, report, periodMs = DAY_MS }: WatchOptions,
): KeyExpiryWatch => {
  const look = async (): Promise<void> => {
    try {
      const ending = await findEndingApiKeys(store, times(store), MOST_WARNINGS);
      for (const key of ending) onEnding(key);
    } catch (failure) {
      report(failure);
    }
  };
  let running = look();
  const timer = setInterval(() => {
    running = running.then(look);
  }, periodMs).unref();

  let known: Promise<EndsOfKeys | undefined> | undefined;
  const ask = async (): Promise<EndsOfKeys | undefined> => {
    setTimeout(() => {
      known = undefined;
    }, FRESH_MS).unref();
    try {
      const { next, endsSoon } = await nextEnd(store, times(store));
      return { next: next === null ? undefined : new Date(next), endsSoon };
    } catch (failure) {
      report(failure);
      return undefined;
    }
  };

  return {
    ends: () => {
      known ??= ask();
      return known;
    },
    stop: () => {
      clearInterval(timer);
      return running;
    },
  };
};
