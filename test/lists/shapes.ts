import type { PriceList } from './price-list.ts';

const has: Record<string, (list: PriceList) => boolean> = {
  'features with several limits': ({ features }) =>
    features.some(({ limits }) => limits.length > 1),
  'values in words': ({ plans }) =>
    plans.some(({ features }) => features.some(({ displayValue }) => displayValue !== null)),
  'another base currency than US dollars': ({ baseCurrency }) => baseCurrency !== 'usd',
  'other currencies': ({ plans }) => plans.some(({ exchangeRates }) => exchangeRates.length > 0),
};

/** How many of the lists had what, and how many writes they took. */
export class Shapes {
  readonly #counts = new Map<string, number>();
  readonly #writes: number[] = [];

  count(list: PriceList, writes: number): void {
    this.#writes.push(writes);
    for (const [shape, isIn] of Object.entries(has))
      this.#counts.set(shape, (this.#counts.get(shape) ?? 0) + Number(isIn(list)));
  }

  /** Of the writes that lists took. */
  get median(): number {
    const sorted = this.#writes.toSorted((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)] ?? 0;
  }

  /** In percent of all lists. */
  get shares(): Record<string, number> {
    return Object.fromEntries(
      [...this.#counts].map(([shape, count]) => [
        shape,
        Math.round((100 * count) / this.#writes.length),
      ]),
    );
  }
}
