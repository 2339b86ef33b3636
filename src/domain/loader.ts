import DataLoader from 'dataloader';
import type { Batch } from '../db/batch.ts';
import { type Eventual, from } from '../eventual.ts';
import type { Reader } from './operation.ts';

const MOST_KEYS = 500;

/** Finds by keys what one request asks for: at once what is at hand, the rest in one statement for all who ask together. */
export class Loader<Value> {
  readonly #reader: Reader;
  readonly #batch: Batch<Value>;
  #atHand: Map<string, Value> | undefined;
  #waiting: DataLoader<string, Value> | undefined;

  constructor(reader: Reader, batch: Batch<Value>) {
    this.#reader = reader;
    this.#batch = batch;
  }

  /** Not a promise where nothing has to be waited for: promises cost more than most fields. */
  load(key: string): Eventual<Value> {
    const value = this.#atHand?.get(key);
    if (value !== undefined) return value;
    this.#waiting ??= new DataLoader(async (keys) => this.#read(keys), { maxBatchSize: MOST_KEYS });
    return this.#waiting.load(key);
  }

  /** Like `load`, for whoever knows that nobody else asks: does not wait for others. */
  loadAlone(key: string): Eventual<Value> {
    if (this.has(key)) return this.load(key);
    return from(this.#read([key]), () => this.load(key));
  }

  has(key: string): boolean {
    return this.#atHand?.has(key) ?? false;
  }

  /** Has a value at hand that was read by another way. What the request has seen already stays as it is. */
  put(key: string, value: Value): void {
    this.#atHand ??= new Map();
    if (!this.#atHand.has(key)) this.#atHand.set(key, value);
  }

  /** Gets values at hand before they are asked for. */
  fetch(keys: readonly string[]): Eventual<unknown> {
    const missing = keys.filter((key) => !this.has(key));
    return missing.length > 0 ? this.#read(missing) : undefined;
  }

  #read(keys: readonly string[]): Eventual<Value[]> {
    return from(this.#batch(this.#reader, keys), (values) => {
      for (const [place, value] of values.entries()) this.put(keys[place] ?? '', value);
      return values;
    });
  }
}
