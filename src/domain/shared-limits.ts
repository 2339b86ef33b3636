import {
  createLeases,
  dropOldLeases,
  type Lease,
  type LeaseOrder,
  takeLease,
} from '../db/records/rate-lease.ts';
import { startCleaning } from './cleaning.ts';
import type { Store } from './operation.ts';

export type { Lease, LeaseOrder };

const PERIOD_MS = 5 * 60 * 1000;
const LEASES_A_SLICE = 1_000;

/** Limits that all processes on one PostgreSQL keep to together. */
export interface SharedLimits {
  /** Fails where the database does not answer. */
  lease(name: string, order: LeaseOrder): Promise<Lease>;
  stop(): Promise<void>;
}

export const startSharedLimits = (
  store: Store,
  report: (failure: unknown) => void,
): SharedLimits => {
  let created: Promise<void> | undefined;
  const prepare = () => {
    created ??= createLeases(store).catch((failure: unknown) => {
      created = undefined;
      throw failure;
    });
    return created;
  };
  async function* slices() {
    await prepare();
    while ((await dropOldLeases(store, LEASES_A_SLICE)) === LEASES_A_SLICE) yield;
  }
  const cleaning = startCleaning(slices, { periodMs: PERIOD_MS, atStart: true, report });
  return {
    lease: async (name, order) => {
      await prepare();
      return takeLease(store, name, order);
    },
    stop: cleaning.stop,
  };
};
