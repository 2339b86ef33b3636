import { setTimeout as sleep } from 'node:timers/promises';
import { dropExpiredOutcomes } from '../db/write/idempotency.ts';
import type { Store } from './operation.ts';

const PERIOD_MS = 60 * 1000;
const RECORDS_A_SLICE = 200;
/** Between two slices, so that others can write. */
const PAUSE_MS = 10;

export interface IdempotencyExpiry {
  stop(): Promise<void>;
}

/**
 * Drops expired idempotency records in the background, slice by slice. Never fails: a failure is
 * reported.
 */
export const startIdempotencyExpiry = (
  store: Store,
  report: (failure: unknown) => void,
  periodMs = PERIOD_MS,
): IdempotencyExpiry => {
  let isStopped = false;
  let running = Promise.resolve();

  const drop = async (): Promise<void> => {
    try {
      while (!isStopped && (await dropExpiredOutcomes(store, RECORDS_A_SLICE)) === RECORDS_A_SLICE)
        await sleep(PAUSE_MS);
    } catch (failure) {
      report(failure);
    }
  };
  const timer = setInterval(() => {
    running = running.then(drop);
  }, periodMs).unref();

  return {
    stop: () => {
      isStopped = true;
      clearInterval(timer);
      return running;
    },
  };
};
