import type { Points } from '../context.ts';
import { ApiError } from '../errors.ts';
import type { Headers } from '../exchange.ts';

const WINDOW_MS = 60_000;

/** What is left of a holder's points in the running minute. */
interface Budget {
  limit: number;
  left: number;
  resetSeconds: number;
}

const costHeaders = ({ limit, left, resetSeconds }: Budget): Headers => ({
  'ratelimit-cost-limit': String(limit),
  'ratelimit-cost-remaining': String(left),
  'ratelimit-cost-reset': String(resetSeconds),
});

class OutOfPoints extends ApiError {
  readonly #budget: Budget;

  constructor(needed: number, budget: Budget) {
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

/** Points a minute for each holder, counted in the memory of this process. */
export class PointBudgets {
  readonly #limit: number;
  readonly #clock: () => number;
  readonly #spent = new Map<string, number>();
  #startedAt: number;

  constructor(limit: number, clock: () => number = () => performance.now()) {
    this.#limit = limit;
    this.#clock = clock;
    this.#startedAt = clock();
  }

  /** `tell` gets the headers of an answer that has cost something. */
  of(holder: string, tell: (headers: Headers) => void): Points {
    return new PointsOfRequest(this, holder, tell);
  }

  /** When the running minute began. */
  minute(now = this.#clock()): number {
    if (now - this.#startedAt >= WINDOW_MS) {
      this.#spent.clear();
      this.#startedAt = now;
    }
    return this.#startedAt;
  }

  budgetOf(holder: string): Budget {
    const now = this.#clock();
    const endsAt = this.minute(now) + WINDOW_MS;
    const left = Math.max(0, this.#limit - (this.#spent.get(holder) ?? 0));
    return { limit: this.#limit, left, resetSeconds: Math.ceil((endsAt - now) / 1_000) };
  }

  add(holder: string, points: number): void {
    this.#spent.set(holder, (this.#spent.get(holder) ?? 0) + points);
  }
}

/** A class, because an object with a getter of its own gets a hidden class of its own, request by request. */
class PointsOfRequest implements Points {
  readonly #budgets: PointBudgets;
  readonly #holder: string;
  readonly #tell: (headers: Headers) => void;
  #reservedIn = 0;

  constructor(budgets: PointBudgets, holder: string, tell: (headers: Headers) => void) {
    this.#budgets = budgets;
    this.#holder = holder;
    this.#tell = tell;
  }

  get left(): number {
    return this.#budgets.budgetOf(this.#holder).left;
  }

  reserve(points: number): void {
    const before = this.#budgets.budgetOf(this.#holder);
    if (points > before.left || before.left === 0) throw new OutOfPoints(points, before);
    this.#reservedIn = this.#budgets.minute();
    this.#budgets.add(this.#holder, points);
  }

  settle(reserved: number, spent: number): void {
    // What was set aside in the minute before is not given back in this one.
    const isSameMinute = this.#reservedIn === this.#budgets.minute();
    this.#budgets.add(this.#holder, spent - (isSameMinute ? reserved : 0));
    this.#tell(costHeaders(this.#budgets.budgetOf(this.#holder)));
  }
}
