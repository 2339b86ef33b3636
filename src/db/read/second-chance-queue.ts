/** What a cache holds of a value. */
interface Entry {
  readonly size: number;
  /** Since it last joined the end of the queue. */
  isUsed: boolean;
}

/**
 * Entries up to a total size. Evicts by second chance (CLOCK): the entry at the front of the queue
 * leaves if it was not used since it joined; if it was, it joins the end again. A hit sets a flag
 * and moves nothing, which costs a fraction of a hit in lru-cache (`npm run bench:hand-made`): a
 * request finds dozens of records.
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
