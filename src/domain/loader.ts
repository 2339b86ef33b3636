import { setImmediate as others } from 'node:timers/promises';
import DataLoader from 'dataloader';
import type { Batch } from '../db/read/batch.ts';
import { type MaybePromise, mapMaybePromise } from '../maybe-promise.ts';
import type { Reader } from './operation.ts';

/** Of what is a small record each. */
const MOST_KEYS = 500;

/**
 * Finds by keys what one request asks for: at once what is at hand, the rest in one statement for
 * all who ask together. Of more keys than one statement shall read, the rest has to wait until
 * others had their turn and the request may still go on.
 */
export class Loader<Value> {
  readonly #reader: Reader;
  readonly #batch: Batch<Value>;
  readonly #mostKeys: number;
  #before: Promise<unknown> | undefined;
  #atHand: Map<string, Value> | undefined;
  #waiting: DataLoader<string, Value> | undefined;

  constructor(reader: Reader, batch: Batch<Value>, mostKeys = MOST_KEYS) {
    this.#reader = reader;
    this.#batch = batch;
    this.#mostKeys = mostKeys;
  }

  /** Not a promise where nothing has to be waited for: promises cost more than most fields. */
  load(key: string): MaybePromise<Value> {
    const value = this.#atHand?.get(key);
    if (value !== undefined) return value;
    this.#waiting ??= new DataLoader(async (keys) => this.#inTurn(keys), {
      maxBatchSize: this.#mostKeys,
    });
    return this.#waiting.load(key);
  }

  /** Like `load`, for a caller that knows it is the only one: does not wait for a batch. */
  loadAlone(key: string): MaybePromise<Value> {
    if (this.has(key)) return this.load(key);
    return mapMaybePromise(this.#read([key]), () => this.load(key));
  }

  has(key: string): boolean {
    return this.#atHand?.has(key) ?? false;
  }

  /**
   * Has a value at hand that was read by another way. What the request has seen already stays as it
   * is.
   */
  put(key: string, value: Value): void {
    this.#atHand ??= new Map();
    if (!this.#atHand.has(key)) this.#atHand.set(key, value);
  }

  /** Gets values at hand before they are asked for. */
  fetch(keys: readonly string[]): MaybePromise<unknown> {
    const missing = keys.filter((key) => !this.has(key));
    if (missing.length > this.#mostKeys) return Promise.all(missing.map((key) => this.load(key)));
    return missing.length > 0 ? this.#read(missing) : undefined;
  }

  #inTurn(keys: readonly string[]): MaybePromise<Value[]> {
    if (keys.length < this.#mostKeys && !this.#before) return this.#read(keys);
    const values = this.#after(this.#before, keys);
    const ended = values.then(
      () => {},
      () => {},
    );
    this.#before = ended;
    void ended.then(() => {
      if (this.#before === ended) this.#before = undefined;
    });
    return values;
  }

  async #after(before: Promise<unknown> | undefined, keys: readonly string[]): Promise<Value[]> {
    if (before) {
      await before;
      await others();
      this.#reader.check();
    }
    return this.#read(keys);
  }

  #read(keys: readonly string[]): MaybePromise<Value[]> {
    return mapMaybePromise(this.#batch(this.#reader, keys), (values) => {
      for (const [place, value] of values.entries()) this.put(keys[place] ?? '', value);
      return values;
    });
  }
}
