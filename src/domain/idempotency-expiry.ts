import { dropExpiredOutcomes } from '../db/write/idempotency.ts';
import { type Cleaning, startCleaning } from './cleaning.ts';
import type { Store } from './operation.ts';

const PERIOD_MS = 60 * 1000;
const RECORDS_A_SLICE = 200;

/** Drops expired idempotency records in the background, slice by slice. */
export const startIdempotencyExpiry = (
  store: Store,
  report: (failure: unknown) => void,
  periodMs = PERIOD_MS,
): Cleaning => {
  async function* slices() {
    while ((await dropExpiredOutcomes(store, RECORDS_A_SLICE)) === RECORDS_A_SLICE) yield;
  }
  return startCleaning(slices, { periodMs, report });
};
