interface Entry<Value> {
  readonly value: Value;
  readonly size: number;
  /** Since it was put where it stands. */
  isUsed: boolean;
}

/**
 * Values by key, up to a size in all. What was not used for long goes first: whoever was used since
 * its turn came last goes to the end of the queue instead, as does who came last. So finding costs
 * no more than a look.
 */
export class Kept<Key, Value> {
  readonly #most: number;
  readonly #onDrop: (key: Key) => void;
  readonly #entries = new Map<Key, Entry<Value>>();
  #size = 0;

  /** `onDrop` is told of every key that goes, and of those that do not come in. */
  constructor(most: number, onDrop: (key: Key) => void = () => {}) {
    this.#most = most;
    this.#onDrop = onDrop;
  }

  get isOpen(): boolean {
    return this.#most > 0;
  }

  get(key: Key): Value | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    entry.isUsed = true;
    return entry.value;
  }

  /** Does not keep what would drive out most of the rest. */
  set(key: Key, value: Value, size: number): void {
    if (!this.isOpen || size > this.#most / 4) {
      this.drop(key);
      return;
    }
    this.#remove(key);
    this.#entries.set(key, { value, size, isUsed: false });
    this.#size += size;
    for (const [oldest, entry] of this.#entries) {
      if (this.#size <= this.#most) return;
      if (entry.isUsed || oldest === key) {
        this.#entries.delete(oldest);
        this.#entries.set(oldest, { ...entry, isUsed: false });
      } else this.drop(oldest);
    }
  }

  drop(key: Key): void {
    this.#remove(key);
    this.#onDrop(key);
  }

  #remove(key: Key): void {
    this.#size -= this.#entries.get(key)?.size ?? 0;
    this.#entries.delete(key);
  }
}
