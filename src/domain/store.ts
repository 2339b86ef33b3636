import { setTimeout as sleep } from 'node:timers/promises';
import type { DatabaseSize } from '../db/engine/engine.ts';
import { isMigrated } from '../db/engine/migrate.ts';
import { countKeptEntries } from '../db/records/audit-log.ts';
import type { Store } from '../db/store.ts';

/** What the server asks of the store as a whole: the port to it. Reads and writes have their own. */

/** Whether the database has the tables of this version. */
export const isReady = ({ engine }: Store): Promise<boolean> => isMigrated(engine);

/** How busy the connections to the database are. */
export const loadOf = ({ engine }: Store) => engine.load();

export interface StoreSize extends DatabaseSize {
  auditEntries: number;
}

const FRESH_MS = 10_000;
const PATIENCE_MS = 1_000;

/**
 * What the store takes, measured when it is asked for, at most every ten seconds. A measurement that
 * takes longer than a second answers what was known before; after one that failed, nothing is known.
 */
export const createSizes = (store: Store): (() => Promise<StoreSize | undefined>) => {
  let known: StoreSize | undefined;
  let measuredAt = Number.NEGATIVE_INFINITY;
  let running: Promise<void> | undefined;
  const measure = async () => {
    try {
      known = { ...(await store.engine.size()), auditEntries: await countKeptEntries(store) };
      measuredAt = performance.now();
    } catch {
      // A request that needs the database reports it.
      known = undefined;
    } finally {
      running = undefined;
    }
  };
  return async () => {
    if (performance.now() - measuredAt > FRESH_MS) {
      running ??= measure();
      await Promise.race([running, sleep(PATIENCE_MS, undefined, { ref: false })]);
    }
    return known;
  };
};
