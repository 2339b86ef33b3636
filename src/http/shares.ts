import { ApiError } from '../errors.ts';

/** No key and no address may hold more than this part of the total. */
const SHARE = 1 / 2;

/** The key and the address that a request counts for. */
export interface Holder {
  /** Undefined before the key is known, and without one. */
  readonly keyHolder: string | undefined;
  readonly network: string;
}

/**
 * A limited resource that requests hold for a while: a total, and a maximum for each key and each
 * address.
 */
export class Shares {
  readonly #most: number;
  readonly #share: number;
  readonly #unit: string;
  readonly #held = new Map<string, number>();
  #taken = 0;

  constructor(most: number, unit: string) {
    this.#most = most;
    this.#share = Math.ceil(most * SHARE);
    this.#unit = unit;
  }

  /**
   * Throws `service_unavailable`, and takes nothing, where that would be too much in all, with the
   * key or from the network.
   */
  take({ keyHolder, network }: Holder, count = 1): void {
    if (this.#taken + count > this.#most)
      throw overloaded(`More than ${this.#most} ${this.#unit}.`);
    if (
      this.#heldBy(keyHolder) + count > this.#share ||
      this.#heldBy(network) + count > this.#share
    )
      throw overloaded(
        `More than ${this.#share} ${this.#unit} with this key or from this address.`,
      );
    this.#taken += count;
    this.#add(keyHolder, count);
    this.#add(network, count);
  }

  giveBack({ keyHolder, network }: Holder, count = 1): void {
    this.#taken -= count;
    this.#add(keyHolder, -count);
    this.#add(network, -count);
  }

  #heldBy(name: string | undefined): number {
    return name === undefined ? 0 : (this.#held.get(name) ?? 0);
  }

  #add(name: string | undefined, count: number): void {
    if (name === undefined) return;
    const held = this.#heldBy(name) + count;
    if (held > 0) this.#held.set(name, held);
    else this.#held.delete(name);
  }
}

const overloaded = (message: string) =>
  new ApiError('service_unavailable', message, { retryAfter: 1 });
