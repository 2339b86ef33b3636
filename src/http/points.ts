import { ApiError } from '../errors.ts';
import { type MaybePromise, mapMaybePromise } from '../maybe-promise.ts';
import type { PointAllowance } from '../request/request.ts';
import { type Headers, listHeaders } from '../response.ts';
import type { Account, LeasedBudgets } from './leased-budgets.ts';

const WINDOW_MS = 60_000;

/** The points that a holder has left in the current minute. */
interface Left {
  limit: number;
  left: number;
  resetSeconds: number;
}

interface Budget extends Left {
  /** When the minute began. */
  startedAt: number;
}

const costHeaders = ({ limit, left, resetSeconds }: Left): Headers => ({
  'ratelimit-cost-limit': String(limit),
  'ratelimit-cost-remaining': String(left),
  'ratelimit-cost-reset': String(resetSeconds),
});

class OutOfPoints extends ApiError {
  readonly #budget: Left;

  constructor(needed: number, budget: Left) {
    const { limit, left, resetSeconds } = budget;
    super(
      'rate_limited',
      `The request may cost ${needed} points; of the ${limit} points a minute of this key, ${left} are left.`,
      { retryAfter: resetSeconds },
    );
    this.#budget = budget;
  }

  override get headers(): Record<string, string> {
    return { ...super.headers, ...costHeaders(this.#budget) };
  }
}

/** Points a minute for each holder. */
export interface Points {
  of(holder: string): PointAllowance;
}

/** The same, counted in the memory of this process. */
export class PointBudgets implements Points {
  readonly #limit: number;
  readonly #clock: () => number;
  readonly #spent = new Map<string, number>();
  #startedAt: number;

  constructor(limit: number, clock: () => number = () => performance.now()) {
    this.#limit = limit;
    this.#clock = clock;
    this.#startedAt = clock();
  }

  of(holder: string): PointsOfRequest {
    return new PointsOfRequest(this, holder);
  }

  budgetOf(holder: string): Budget {
    const now = this.#clock();
    if (now - this.#startedAt >= WINDOW_MS) {
      this.#spent.clear();
      this.#startedAt = now;
    }
    const left = Math.max(0, this.#limit - (this.#spent.get(holder) ?? 0));
    const resetSeconds = Math.ceil((this.#startedAt + WINDOW_MS - now) / 1_000);
    return { limit: this.#limit, left, startedAt: this.#startedAt, resetSeconds };
  }

  /** Counts points in the minute that the budget is of. */
  spend(holder: string, points: number, budget: Budget): void {
    this.#spent.set(holder, (this.#spent.get(holder) ?? 0) + points);
    budget.left = Math.max(0, this.#limit - (this.#spent.get(holder) ?? 0));
  }
}

/**
 * A class, because each object literal with a getter would get a hidden class of its own.
 */
export class PointsOfRequest implements PointAllowance {
  readonly #budgets: PointBudgets;
  readonly #holder: string;
  #reservedIn = 0;
  #settled: Budget | undefined;

  constructor(budgets: PointBudgets, holder: string) {
    this.#budgets = budgets;
    this.#holder = holder;
  }

  get left(): number {
    return (this.#settled ?? this.#budgets.budgetOf(this.#holder)).left;
  }

  reserve(points: number): void {
    const budget = this.#budgets.budgetOf(this.#holder);
    if (points > budget.left || budget.left === 0) throw new OutOfPoints(points, budget);
    this.#reservedIn = budget.startedAt;
    this.#budgets.spend(this.#holder, points, budget);
  }

  settle(reserved: number, spent: number): void {
    const budget = this.#budgets.budgetOf(this.#holder);
    // Points that were set aside in the minute before are not given back in this one.
    const isSameMinute = this.#reservedIn === budget.startedAt;
    this.#budgets.spend(this.#holder, spent - (isSameMinute ? reserved : 0), budget);
    this.#settled = budget;
  }

  /** An answer that has cost something says so: names and values in turn. */
  listHeaders(list: string[]): void {
    if (this.#settled) listHeaders(costHeaders(this.#settled), list);
  }
}

/** Points a minute for each holder, of all processes that share a database. */
export class SharedPoints implements Points {
  readonly #budgets: LeasedBudgets;

  constructor(budgets: LeasedBudgets) {
    this.#budgets = budgets;
  }

  of(holder: string): PointAllowance {
    return new SharedPointsOfRequest(this.#budgets, holder);
  }
}

class SharedPointsOfRequest implements PointAllowance {
  readonly #budgets: LeasedBudgets;
  readonly #holder: string;
  #account: Account | undefined;
  #settled: Left | undefined;

  constructor(budgets: LeasedBudgets, holder: string) {
    this.#budgets = budgets;
    this.#holder = holder;
  }

  get left(): number {
    return (this.#settled ?? this.#leftOf(this.#budgets.accountOf(this.#holder))).left;
  }

  reserve(points: number): MaybePromise<void> {
    return mapMaybePromise(this.#budgets.take(this.#holder, points), ({ account, isRefused }) => {
      if (isRefused) throw new OutOfPoints(points, this.#leftOf(account));
      this.#account = account;
    });
  }

  settle(reserved: number, spent: number): void {
    const account = this.#budgets.accountOf(this.#holder);
    // Points that were set aside in the minute before are not given back in this one.
    this.#budgets.correct(account, spent - (account === this.#account ? reserved : 0));
    this.#settled = this.#leftOf(account);
  }

  listHeaders(list: string[]): void {
    if (this.#settled) listHeaders(costHeaders(this.#settled), list);
  }

  #leftOf(account: Account): Left {
    const { limit } = this.#budgets;
    const resetSeconds = this.#budgets.resetSecondsOf(account);
    return { limit, left: this.#budgets.leftOf(account), resetSeconds };
  }
}
