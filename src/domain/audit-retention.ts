import { purgeAuditEntries, purgeChangeSets, tenantsToPurge } from '../db/records/audit-purge.ts';
import { type Cleaning, startCleaning } from './cleaning.ts';
import type { Store } from './operation.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const PERIOD_MS = 60 * 60 * 1000;
const TENANTS_A_SLICE = 200;
const ENTRIES_A_SLICE = 200;
/** A set may have thousands of changes. */
const SETS_A_SLICE = 10;

interface Options {
  days: number;
  report(failure: unknown): void;
  /** Is told how many entries a slice has removed. */
  onPurged(entries: number): void;
  periodMs?: number;
}

/**
 * Purges entries of the audit log, and change sets that were closed, once they are older than so
 * many days: at the start and every hour, slice by slice. Processes may do it at the same time.
 */
export const startAuditRetention = (
  store: Store,
  { days, report, onPurged, periodMs = PERIOD_MS }: Options,
): Cleaning => {
  async function* slices() {
    const before = new Date(store.clock().getTime() - days * DAY_MS).toISOString();
    let after: string | undefined;
    do {
      const { ids, last } = await tenantsToPurge(store, before, { after, most: TENANTS_A_SLICE });
      yield;
      for (const id of ids) {
        for (;;) {
          const purged = await purgeAuditEntries(store, id, before, ENTRIES_A_SLICE);
          if (purged === 0) break;
          onPurged(purged);
          yield;
        }
        while ((await purgeChangeSets(store, id, before, SETS_A_SLICE)) > 0) yield;
      }
      after = last;
    } while (after !== undefined);
  }
  return startCleaning(slices, { periodMs, atStart: true, report });
};
