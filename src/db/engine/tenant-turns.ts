import { StorageUnavailable } from './faults.ts';

interface Waiter {
  begin(): void;
}

/**
 * Lets one write of each tenant at a time have a connection. Those behind it would only wait there
 * for the tenant's lock, and other tenants for the connections.
 */
export class TenantTurns {
  readonly #patienceMs: number;
  /** Those who wait behind a tenant's running write. */
  readonly #waiting = new Map<string, Waiter[]>();

  constructor(patienceMs: number) {
    this.#patienceMs = patienceMs;
  }

  async take<Result>(tenantId: string, work: () => Promise<Result>): Promise<Result> {
    const queue = this.#waiting.get(tenantId);
    if (queue) await this.#turn(queue);
    else this.#waiting.set(tenantId, []);
    try {
      return await work();
    } finally {
      this.#handOn(tenantId);
    }
  }

  #handOn(tenantId: string): void {
    const next = this.#waiting.get(tenantId)?.shift();
    if (next) next.begin();
    else this.#waiting.delete(tenantId);
  }

  #turn(queue: Waiter[]): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        begin: () => {
          clearTimeout(timer);
          resolve();
        },
      };
      const timer = setTimeout(() => {
        queue.splice(queue.indexOf(waiter), 1);
        reject(new StorageUnavailable('Other requests change the same catalogue for too long.'));
      }, this.#patienceMs);
      queue.push(waiter);
    });
  }
}
