import DataLoader from 'dataloader';

const MOST_KEYS = 500;

/** Finds by keys what one request asks for: at once what is at hand, the rest in one statement for all who ask together. */
export class Loader<Value> {
  readonly #fetch: (keys: readonly string[]) => Promise<Value[]>;
  readonly #atHand = new Map<string, Value>();
  #waiting: DataLoader<string, Value> | undefined;

  constructor(fetch: (keys: readonly string[]) => Promise<Value[]>) {
    this.#fetch = fetch;
  }

  /** Not a promise where nothing has to be waited for: promises cost more than most fields. */
  load(key: string): Value | Promise<Value> {
    const value = this.#atHand.get(key);
    if (value !== undefined) return value;
    this.#waiting ??= new DataLoader((keys) => this.#read(keys), { maxBatchSize: MOST_KEYS });
    return this.#waiting.load(key);
  }

  has(key: string): boolean {
    return this.#atHand.has(key);
  }

  /** Has a value at hand that was read by another way. What the request has seen already stays as it is. */
  put(key: string, value: Value): void {
    if (!this.#atHand.has(key)) this.#atHand.set(key, value);
  }

  /** Gets values at hand before they are asked for. */
  async fetch(keys: readonly string[]): Promise<void> {
    const missing = keys.filter((key) => !this.#atHand.has(key));
    if (missing.length > 0) await this.#read(missing);
  }

  async #read(keys: readonly string[]): Promise<Value[]> {
    const values = await this.#fetch(keys);
    for (const [place, value] of values.entries()) this.put(keys[place] ?? '', value);
    return values;
  }
}
