import { Interrupted } from './faults.ts';

const MOST_MEMBERS = 100;
/** How long a group takes in further members. Other processes wait for its end. */
const LONGEST_MS = 25;

interface Member {
  resolve(): void;
  reject(failure: unknown): void;
}

/**
 * Group commit: transactions that wait for one connection become savepoints of one transaction, and
 * are answered after its one COMMIT. To make a commit durable takes longer than what it commits.
 */
export class CommitGroup {
  readonly #begunAt = performance.now();
  /** Those that have done their work, in the order in which they did it. */
  readonly #members: Member[] = [];

  get size(): number {
    return this.#members.length;
  }

  get mayGrow(): boolean {
    return this.size < MOST_MEMBERS && this.#age < LONGEST_MS;
  }

  /** A transaction that takes long keeps those waiting that are done. */
  get isLate(): boolean {
    return this.size > 0 && this.#age > 2 * LONGEST_MS;
  }

  get #age(): number {
    return performance.now() - this.#begunAt;
  }

  /** Until all of it is durable, or nothing is. */
  join(): Promise<void> {
    return new Promise((resolve, reject) => this.#members.push({ resolve, reject }));
  }

  succeed(): void {
    for (const { resolve } of this.#members) resolve();
  }

  fail(failure: unknown): void {
    for (const { reject } of this.#members) reject(failure);
  }
}

/** What was done in company is to be done again, alone. */
export const interruptedBy = (cause: unknown): Interrupted =>
  new Interrupted('The storage failed while several requests wrote.', cause);
