/** Values by key, up to a size in all: the least recently used go first. */
export class Kept<Key, Value> {
  readonly #most: number;
  readonly #entries = new Map<Key, { value: Value; size: number }>();
  #size = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get isOpen(): boolean {
    return this.#most > 0;
  }

  get(key: Key): Value | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.value;
  }

  /** Does not keep what would drive out most of the rest. */
  set(key: Key, value: Value, size: number): void {
    if (!this.isOpen || size > this.#most / 4) return;
    this.#drop(key);
    this.#entries.set(key, { value, size });
    this.#size += size;
    for (const oldest of this.#entries.keys()) {
      if (this.#size <= this.#most) return;
      this.#drop(oldest);
    }
  }

  #drop(key: Key): void {
    this.#size -= this.#entries.get(key)?.size ?? 0;
    this.#entries.delete(key);
  }
}
