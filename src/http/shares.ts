import { ApiError } from '../errors.ts';

/** No key and no address holds more than this part of what there is for all. */
const SHARE = 1 / 2;

/** Something that requests hold for a while, of which there is so much for all, and a share of it for each holder. */
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

  /** Throws `service_unavailable`, and takes nothing, where that would be too much in all or for one of the holders. */
  take(holders: readonly string[], count = 1): void {
    if (this.#taken + count > this.#most) throw overloaded(`More than ${this.#most} ${this.#unit}.`);
    for (const holder of holders)
      if (this.#heldBy(holder) + count > this.#share)
        throw overloaded(`More than ${this.#share} ${this.#unit} with this key or from this address.`);
    this.#add(holders, count);
  }

  giveBack(holders: readonly string[], count = 1): void {
    this.#add(holders, -count);
  }

  #heldBy(holder: string): number {
    return this.#held.get(holder) ?? 0;
  }

  #add(holders: readonly string[], count: number): void {
    this.#taken += count;
    for (const holder of holders) {
      const held = this.#heldBy(holder) + count;
      if (held > 0) this.#held.set(holder, held);
      else this.#held.delete(holder);
    }
  }
}

const overloaded = (message: string) => new ApiError('service_unavailable', message, { retryAfter: 1 });
