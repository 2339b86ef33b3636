interface Entry<Value> {
  readonly value: Value;
  readonly size: number;
  /** Since it last joined the end of the queue. */
  isUsed: boolean;
}

/**
 * Values by key, up to a total size. Evicts by second chance (CLOCK): the entry at the front of the
 * queue leaves if it was not used since it joined; if it was, it joins the end again. A hit sets a
 * flag and moves nothing.
 */
export class SecondChanceCache<Key, Value> {
  readonly #maxSize: number;
  readonly #onEvict: (key: Key) => void;
  readonly #entries = new Map<Key, Entry<Value>>();
  #size = 0;

  /** `onEvict` is called with each key that leaves, and with each that was too large to enter. */
  constructor(maxSize: number, onEvict: (key: Key) => void = () => {}) {
    this.#maxSize = maxSize;
    this.#onEvict = onEvict;
  }

  get isEnabled(): boolean {
    return this.#maxSize > 0;
  }

  get(key: Key): Value | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    entry.isUsed = true;
    return entry.value;
  }

  /** Does not store a value so large that it would evict most of the others. */
  set(key: Key, value: Value, size: number): void {
    if (!this.isEnabled || size > this.#maxSize / 4) {
      this.drop(key);
      return;
    }
    this.#remove(key);
    this.#entries.set(key, { value, size, isUsed: false });
    this.#size += size;
    for (const [oldest, entry] of this.#entries) {
      if (this.#size <= this.#maxSize) return;
      if (entry.isUsed || oldest === key) {
        this.#entries.delete(oldest);
        this.#entries.set(oldest, { ...entry, isUsed: false });
      } else this.drop(oldest);
    }
  }

  drop(key: Key): void {
    this.#remove(key);
    this.#onEvict(key);
  }

  #remove(key: Key): void {
    this.#size -= this.#entries.get(key)?.size ?? 0;
    this.#entries.delete(key);
  }
}
