import { LRUCache } from 'lru-cache';

/** lru-cache allocates its lists for so many entries. */
const MOST_ENTRIES = 65_536;

/** `SecondChanceCache` by lru-cache. */
export class LruCache<Key extends object | string, Value extends object | string> {
  readonly #most: number;
  readonly #onEvict: (key: Key) => void;
  readonly #entries: LRUCache<Key, Value> | undefined;

  constructor(most: number, onEvict: (key: Key) => void = () => {}) {
    this.#most = most;
    this.#onEvict = onEvict;
    if (this.isEnabled)
      this.#entries = new LRUCache({
        max: Math.min(most, MOST_ENTRIES),
        maxSize: most,
        dispose: (_value, key, reason) => {
          if (reason !== 'set') onEvict(key);
        },
      });
  }

  get isEnabled(): boolean {
    return this.#most > 0;
  }

  get(key: Key): Value | undefined {
    return this.#entries?.get(key);
  }

  set(key: Key, value: Value, size: number): void {
    if (!this.#entries || size > this.#most / 4) this.drop(key);
    else this.#entries.set(key, value, { size });
  }

  drop(key: Key): void {
    if (!this.#entries?.delete(key)) this.#onEvict(key);
  }
}
