/** Ends a turn. */
type Release = () => void;

const nothingToRelease: Release = () => {};

/**
 * Lets one at a time do long work. Tenants take turns, so that the many requests of one delay a
 * request of another by one turn only.
 */
export class Turns {
  /** Those who wait, by tenant: the next tenant first. */
  readonly #waiting = new Map<string, Set<(release: Release) => void>>();
  #isTaken = false;

  /** Waits for a turn until the deadline; then goes on without. */
  take(tenantId: string, deadline: number): Promise<Release> {
    if (this.#isTaken) return this.#wait(tenantId, deadline);
    this.#isTaken = true;
    return Promise.resolve(this.#release());
  }

  #wait(tenantId: string, deadline: number): Promise<Release> {
    return new Promise((resolve) => {
      const queue = this.#waiting.get(tenantId) ?? new Set();
      this.#waiting.set(tenantId, queue);
      const begin = (release: Release): void => {
        clearTimeout(timer);
        resolve(release);
      };
      const giveUp = (): void => {
        queue.delete(begin);
        if (queue.size === 0 && this.#waiting.get(tenantId) === queue)
          this.#waiting.delete(tenantId);
        resolve(nothingToRelease);
      };
      // A little later, so that the deadline has passed by any clock.
      const timer = Number.isFinite(deadline)
        ? setTimeout(giveUp, deadline - performance.now() + 5)
        : undefined;
      queue.add(begin);
    });
  }

  #release(): Release {
    return () => {
      const [next] = this.#waiting;
      if (!next) {
        this.#isTaken = false;
        return;
      }
      const [tenantId, queue] = next;
      this.#waiting.delete(tenantId);
      for (const begin of queue) {
        queue.delete(begin);
        if (queue.size > 0) this.#waiting.set(tenantId, queue);
        begin(this.#release());
        return;
      }
    };
  }
}
