/** What a cache holds of a value. */
interface Entry {
  readonly size: number;
  /** Since it last joined the end of the queue. */
  isUsed: boolean;
}

/**
 * Entries up to a total size. Evicts by second chance (CLOCK): the entry at the front of the queue
 * leaves if it was not used since it joined; if it was, it joins the end again. A hit sets a flag
 * and moves nothing.
 */
export class SecondChanceQueue<Held extends Entry> {
  readonly #maxSize: number;
  readonly #onEvict: (entry: Held) => void;
  readonly #entries = new Set<Held>();
  #size = 0;

  constructor(maxSize: number, onEvict: (entry: Held) => void) {
    this.#maxSize = maxSize;
    this.#onEvict = onEvict;
  }

  get isEnabled(): boolean {
    return this.#maxSize > 0;
  }

  /** False, and nothing is stored, for an entry so large that it would evict most of the others. */
  add(entry: Held): boolean {
    if (!this.isEnabled || entry.size > this.#maxSize / 4) return false;
    this.#entries.add(entry);
    this.#size += entry.size;
    for (const oldest of this.#entries) {
      if (this.#size <= this.#maxSize) break;
      if (oldest.isUsed || oldest === entry) {
        oldest.isUsed = false;
        this.#entries.delete(oldest);
        this.#entries.add(oldest);
      } else {
        this.remove(oldest);
        this.#onEvict(oldest);
      }
    }
    return true;
  }

  /** False where it has left before. */
  remove(entry: Held): boolean {
    if (!this.#entries.delete(entry)) return false;
    this.#size -= entry.size;
    return true;
  }
}

class KeyedEntry<Key, Value> implements Entry {
  readonly key: Key;
  readonly value: Value;
  readonly size: number;
  isUsed = false;

  constructor(key: Key, value: Value, size: number) {
    this.key = key;
    this.value = value;
    this.size = size;
  }
}

/** Values by key, up to a total size; evicted by second chance. */
export class SecondChanceCache<Key, Value> {
  readonly #entries = new Map<Key, KeyedEntry<Key, Value>>();
  readonly #queue: SecondChanceQueue<KeyedEntry<Key, Value>>;
  readonly #onEvict: (key: Key) => void;

  /** `onEvict` is called with each key that leaves, and with each that was too large to enter. */
  constructor(maxSize: number, onEvict: (key: Key) => void = () => {}) {
    this.#onEvict = onEvict;
    this.#queue = new SecondChanceQueue(maxSize, ({ key }) => {
      this.#entries.delete(key);
      onEvict(key);
    });
  }

  get isEnabled(): boolean {
    return this.#queue.isEnabled;
  }

  get(key: Key): Value | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    entry.isUsed = true;
    return entry.value;
  }

  set(key: Key, value: Value, size: number): void {
    this.#remove(key);
    const entry = new KeyedEntry(key, value, size);
    if (this.#queue.add(entry)) this.#entries.set(key, entry);
    else this.#onEvict(key);
  }

  drop(key: Key): void {
    this.#remove(key);
    this.#onEvict(key);
  }

  #remove(key: Key): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    this.#entries.delete(key);
    this.#queue.remove(entry);
  }
}
