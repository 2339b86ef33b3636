import { setTimeout as sleep } from 'node:timers/promises';
import type { Lease, LeaseOrder } from '../domain/shared-limits.ts';
import type { MaybePromise } from '../maybe-promise.ts';

const WINDOW_MS = 60_000;
/** How long a request waits for the database before this process counts alone. */
const PATIENCE_MS = 500;
/** For how long it does, before it asks again, unless the answer comes. */
const ALONE_MS = 1_000;

export type LeaseFrom = (name: string, order: LeaseOrder) => Promise<Lease>;

/** What a holder has in the current minute. */
export interface Account {
  /** Leased and not spent yet; negative where more was spent, which the next lease makes up for. */
  held: number;
  /** Left for all processes at the last lease. */
  leftInStore: number;
  /** On this process's clock. */
  endsAt: number;
  /** What waits for the next lease. */
  demand: number;
  lease: Promise<void> | undefined;
}

export interface Taken {
  account: Account;
  isRefused: boolean;
  left: number;
  resetSeconds: number;
}

interface Options {
  /** Of the budgets, among those in the database. */
  kind: string;
  limit: number;
  lease: LeaseFrom;
  /** Is told once why the database cannot be asked. */
  report(failure: unknown): void;
}

/**
 * Budgets a minute that all processes share. Each takes a part of what is left on lease and gives
 * it away from memory, so that most requests cost no statement, and all together never give away
 * more than there is. While the database does not answer, each process goes on with what was left for
 * all of them.
 */
export class LeasedBudgets {
  readonly limit: number;
  readonly #options: Options;
  readonly #accounts = new Map<string, Account>();
  #sweptAt = performance.now();
  #aloneUntil = 0;
  #isAlone = false;

  constructor(options: Options) {
    this.limit = options.limit;
    this.#options = options;
  }

  accountOf(holder: string): Account {
    const now = performance.now();
    const known = this.#accounts.get(holder);
    if (known && now < known.endsAt) return known;
    this.#sweep(now);
    const account: Account = {
      held: 0,
      leftInStore: this.limit,
      endsAt: now + WINDOW_MS,
      demand: 0,
      lease: undefined,
    };
    this.#accounts.set(holder, account);
    return account;
  }

  leftOf({ held, leftInStore }: Account): number {
    return Math.max(0, held + leftInStore);
  }

  resetSecondsOf({ endsAt }: Account): number {
    return Math.max(1, Math.ceil((endsAt - performance.now()) / 1_000));
  }

  take(holder: string, count: number): MaybePromise<Taken> {
    const account = this.accountOf(holder);
    if (account.held >= Math.max(1, count)) return this.#spend(account, count);
    return this.#takeLeased(holder, count);
  }

  /** Corrects what was taken, by what is positive for more. */
  correct(account: Account, count: number): void {
    account.held -= count;
  }

  async #takeLeased(holder: string, count: number): Promise<Taken> {
    for (;;) {
      const account = this.accountOf(holder);
      const needed = Math.max(1, count) - account.held;
      if (needed <= 0) return this.#spend(account, count);
      if (account.leftInStore < needed) return this.#answer(account, true);
      if (performance.now() < this.#aloneUntil) return this.#spend(account, count);
      account.demand += count;
      account.lease ??= this.#order(holder, account, needed);
      await account.lease;
      account.demand -= count;
    }
  }

  /** Never fails. */
  async #order(holder: string, account: Account, needed: number): Promise<void> {
    const { kind, lease, report } = this.#options;
    const wished = Math.max(needed, account.demand - account.held);
    const orderedAt = performance.now();
    const impatience = new AbortController();
    try {
      const ordered = lease(`${kind} ${holder}`, { limit: this.limit, needed, wished }).then(
        ({ granted, left, resetMs }) => {
          account.held += granted;
          account.leftInStore = left;
          // The minute of the database ends no earlier than this.
          account.endsAt = orderedAt + resetMs;
          this.#aloneUntil = 0;
          this.#isAlone = false;
        },
      );
      const isLate = sleep(PATIENCE_MS, true, { signal: impatience.signal });
      if (await Promise.race([ordered, isLate.catch(() => {})])) {
        ordered.catch(() => {});
        throw new Error(`the database has not answered within ${PATIENCE_MS} ms`);
      }
    } catch (failure) {
      this.#aloneUntil = performance.now() + ALONE_MS;
      if (!this.#isAlone) report(failure);
      this.#isAlone = true;
    } finally {
      impatience.abort();
      account.lease = undefined;
    }
  }

  #spend(account: Account, count: number): Taken {
    this.correct(account, count);
    return this.#answer(account, false);
  }

  #answer(account: Account, isRefused: boolean): Taken {
    return {
      account,
      isRefused,
      left: this.leftOf(account),
      resetSeconds: this.resetSecondsOf(account),
    };
  }

  /** Minutes that are over are forgotten, once a minute. */
  #sweep(now: number): void {
    if (now - this.#sweptAt < WINDOW_MS) return;
    this.#sweptAt = now;
    for (const [holder, { endsAt }] of this.#accounts)
      if (endsAt <= now) this.#accounts.delete(holder);
  }
}
