import type { Batch } from '../db/read/batch.ts';
import type { Stretch } from '../db/read/keyset.ts';
import type { MaybePromise } from '../maybe-promise.ts';
import { Loader } from './loader.ts';
import type { Reader } from './operation.ts';

/** Of one statement: some megabytes. */
const MOST_RECORDS = 25_000;

const mostKeysOf = ({ limit }: Stretch): number =>
  Math.max(1, Math.floor(MOST_RECORDS / (limit + 1)));

/**
 * Finds stretches of lists, one list a key: those who ask for the same stretch are answered
 * together.
 */
export class StretchLoader<Item> {
  readonly #reader: Reader;
  readonly #batch: (stretch: Stretch) => Batch<Item[]>;
  #loaders: Map<string, Loader<Item[]>> | undefined;

  constructor(reader: Reader, batch: (stretch: Stretch) => Batch<Item[]>) {
    this.#reader = reader;
    this.#batch = batch;
  }

  load(key: string, stretch: Stretch): MaybePromise<Item[]> {
    this.#loaders ??= new Map();
    const name = JSON.stringify(stretch);
    const loader =
      this.#loaders.get(name) ??
      new Loader(this.#reader, this.#batch(stretch), mostKeysOf(stretch));
    this.#loaders.set(name, loader);
    return loader.load(key);
  }
}
