import type { PriceList } from './price-list.ts';

/** Counted price by price, as in the lists that were counted. */
const paid = ({ plans }: PriceList) =>
  plans.flatMap(({ isFree, prices }) => (isFree ? [] : prices));

const has: Record<string, (list: PriceList) => boolean> = {
  'features with several limits': ({ features }) =>
    features.some(({ limits }) => limits.length > 1),
  'a plan to contact sales for': ({ plans }) =>
    plans.some(({ availability }) => availability === 'CONTACT_SALES'),
  'sections of features': ({ sections }) => sections.length > 0,
  'values in words': ({ plans }) =>
    plans.some(({ features }) => features.some(({ displayValue }) => displayValue !== null)),
  'another base currency than US dollars': ({ baseCurrency }) => baseCurrency !== 'usd',
  'prices in markets': ({ plans }) =>
    plans.some(({ prices }) => prices.some(({ marketPrices }) => marketPrices.length > 0)),
  'other currencies': ({ plans }) => plans.some(({ exchangeRates }) => exchangeRates.length > 0),
};

/** How many of the lists had what, and how many writes they took. */
export class Shapes {
  readonly #counts = new Map<string, number>();
  readonly #writes: number[] = [];
  #prices = 0;
  #perUnit = 0;

  count(list: PriceList, writes: number): void {
    this.#writes.push(writes);
    const prices = paid(list);
    this.#prices += prices.length;
    this.#perUnit += prices.filter(({ unitPrices }) =>
      unitPrices.some(({ isOverage }) => !isOverage),
    ).length;
    for (const [shape, isIn] of Object.entries(has))
      this.#counts.set(shape, (this.#counts.get(shape) ?? 0) + Number(isIn(list)));
  }

  /** Of the writes that lists took. */
  get median(): number {
    const sorted = this.#writes.toSorted((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)] ?? 0;
  }

  /** Of the prices of plans, in percent: those per user, site or another unit. */
  get perUnit(): number {
    return Math.round((100 * this.#perUnit) / this.#prices);
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
