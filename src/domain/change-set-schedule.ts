import { setTimeout as sleep } from 'node:timers/promises';
import { databaseTime, findDueChangeSet, scheduledChangeSets } from '../db/records/change-set.ts';
import { findDueTenants } from '../db/records/organization.ts';
import { ApiError } from '../errors.ts';
import type { KeyHolder } from './api-key.ts';
import { applyChangeSet, failChangeSet, isStale } from './change-set.ts';
import type { Store, Tenant } from './operation.ts';

const PERIOD_MS = 1_000;

/** What happened to a scheduled set. */
export interface ScheduleEvent {
  outcome: 'applied' | 'failed' | 'stale';
  changeSetId: string;
  organizationId: string;
  message?: string;
}

/** Another process, or another request, has done it. */
const isDone = (failure: unknown): boolean =>
  failure instanceof ApiError && failure.code === 'change_set_not_open';

/** The set is at fault, and not the database or the way to it. */
const isFinal = (failure: unknown): failure is ApiError =>
  failure instanceof ApiError &&
  (failure.code === 'change_set_stale' || failure.code === 'catalogue_invalid');

/**
 * Applies change sets at their times: before a request of their tenant is answered that comes after,
 * in any process, and by a timer, so that caches and logs are in time. A set that cannot be applied
 * fails; nothing of it is left.
 */
export class ChangeSetSchedule {
  readonly #store: Store;
  readonly #tell: (event: ScheduleEvent) => void;
  readonly #running = new Map<string, Promise<void>>();
  readonly #toldStale = new Set<string>();

  constructor(store: Store, tell: (event: ScheduleEvent) => void) {
    this.#store = store;
    this.#tell = tell;
  }

  /** The time, if a set is due by it. */
  dueTime({ nextChangeAt, databaseTime: theirs }: KeyHolder): string | undefined {
    if (nextChangeAt === null) return undefined;
    const { clock, hasRealClock } = this.#store;
    const now = hasRealClock && theirs !== null ? theirs : clock().toISOString();
    return nextChangeAt <= now ? now : undefined;
  }

  /** Applies what is due by the time, in the order of times. */
  applyDue(tenant: Tenant, now: string): Promise<void> {
    const running = this.#running.get(tenant.id);
    if (running) return running;
    const work = this.#applyAll(tenant, now).finally(() => this.#running.delete(tenant.id));
    this.#running.set(tenant.id, work);
    return work;
  }

  async #applyAll(tenant: Tenant, now: string): Promise<void> {
    for (;;) {
      const due = await findDueChangeSet(this.#store, tenant, now);
      if (!due) return;
      await this.#apply(tenant, due);
    }
  }

  async #apply(
    tenant: Tenant,
    { id, hash, scheduledById }: { id: string; hash: string; scheduledById: string | null },
  ): Promise<void> {
    const request = { apiKeyId: scheduledById, requestId: null, isScheduled: true };
    const event = { changeSetId: id, organizationId: tenant.organizationId };
    try {
      // Its scope was checked when it was scheduled.
      await this.#store.write(tenant, request, (w) => applyChangeSet(w, id, hash, 'admin'));
      this.#tell({ ...event, outcome: 'applied' });
    } catch (failure) {
      if (isDone(failure)) return;
      if (!isFinal(failure)) throw failure;
      const { message } = failure;
      await this.#fail(tenant, request, id, message);
      this.#tell({ ...event, outcome: 'failed', message });
    }
  }

  async #fail(
    tenant: Tenant,
    request: { apiKeyId: string | null; requestId: null; isScheduled: boolean },
    id: string,
    message: string,
  ): Promise<void> {
    try {
      await this.#store.write(tenant, request, (w) => failChangeSet(w, id, message));
    } catch (failure) {
      if (!isDone(failure)) throw failure;
    }
  }

  /** After a write: says once of each scheduled set that the write has made it stale. */
  async noteWrite(tenant: Tenant): Promise<void> {
    const reader = this.#store.reader(tenant);
    for (const set of await scheduledChangeSets(reader)) {
      if (this.#toldStale.has(set.id) || !(await isStale(reader, set))) continue;
      this.#toldStale.add(set.id);
      this.#tell({
        outcome: 'stale',
        changeSetId: set.id,
        organizationId: tenant.organizationId,
      });
    }
  }

  /** Looks for due sets of all tenants again and again. Never fails: a failure is reported. */
  start(report: (failure: unknown) => void, periodMs = PERIOD_MS): { stop(): Promise<void> } {
    const end = new AbortController();
    const look = async () => {
      try {
        const now = await databaseTime(this.#store);
        for (const tenant of await findDueTenants(this.#store, now))
          await this.applyDue(tenant, now);
      } catch (failure) {
        report(failure);
      }
    };
    const run = async () => {
      while (!end.signal.aborted) {
        await look();
        await sleep(periodMs, undefined, { signal: end.signal, ref: false }).catch(() => {});
      }
    };
    const running = run();
    return {
      stop: () => {
        end.abort();
        return running;
      },
    };
  }
}
