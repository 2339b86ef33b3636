import { costOfUnits } from '../../unit-cost.ts';
import type { Catalogue, CatalogueUnitAmounts, CatalogueUnitPrice } from '../document.ts';
import type { Report, Rule } from './rule.ts';
import { type PlacedPrice, pricesOf, type Sale, salesOf, unitAmounts } from './sales.ts';
import { money, named, perInterval } from './wording.ts';

interface Pair {
  long: string;
  short: string;
  /** How many of the short interval are one of the long one. */
  times: number;
  /** Their months. */
  months: { long: number; short: number };
  words: string;
}

/** What is dearer than months is not compared with quarters as well. */
const pairs: readonly Pair[] = [
  {
    long: 'quarterly',
    short: 'monthly',
    times: 3,
    months: { long: 3, short: 1 },
    words: 'three months',
  },
  {
    long: 'yearly',
    short: 'monthly',
    times: 12,
    months: { long: 12, short: 1 },
    words: 'twelve months',
  },
  {
    long: 'yearly',
    short: 'quarterly',
    times: 4,
    months: { long: 12, short: 3 },
    words: 'four quarters',
  },
];

interface Side {
  amounts: CatalogueUnitAmounts;
  terms: CatalogueUnitPrice;
  /** For how many months the quantity counts. */
  months: number;
}

const costOf = ({ amounts, terms, months }: Side, quantity: number): number | undefined =>
  costOfUnits(unitAmounts(amounts), {
    quantity,
    minimumQuantity: terms.minimum ?? 0,
    includedAmount: 0,
    blockSize: terms.blockSize ?? 1,
    months,
  })?.amount;

/** Where prices of units may begin to differ: around the ends of tiers, and beyond the last one. */
const quantitiesOf = (sides: readonly Side[]): number[] => {
  const ends = sides.flatMap(({ amounts, months }) =>
    (amounts.tiers ?? []).flatMap(({ upTo }) =>
      upTo === undefined ? [] : [Math.max(1, Math.floor(upTo / months))],
    ),
  );
  const last = Math.max(1, ...ends);
  const quantities = [1, ...ends.flatMap((end) => [end, end + 1]), last * 10];
  return [...new Set(quantities)].filter(Number.isSafeInteger).sort((a, b) => a - b);
};

const greatestCommonDivisor = (one: number, other: number): number =>
  other === 0 ? one : greatestCommonDivisor(other, one % other);

interface UnitCosts {
  quantity: number;
  long: number;
  short: number;
}

/** What the same quantity costs at both intervals where the long one is dearer. */
const dearerUnits = (long: Side, short: Side, times: number): UnitCosts | undefined => {
  const [blocks, others] = [long.terms.blockSize ?? 1, short.terms.blockSize ?? 1];
  const isFlat = long.amounts.unitPrice !== undefined && short.amounts.unitPrice !== undefined;
  const whole = (blocks / greatestCommonDivisor(blocks, others)) * others;
  // Of whole blocks each flat price is in proportion, so that one quantity stands for all.
  const minimum = Math.max(long.terms.minimum ?? 0, short.terms.minimum ?? 0);
  const quantities = isFlat
    ? [whole * Math.max(1, Math.ceil(minimum / whole))]
    : quantitiesOf([long, short]);
  for (const quantity of quantities) {
    if (!Number.isSafeInteger(quantity)) continue;
    const [costs, others] = [costOf(long, quantity), costOf(short, quantity)];
    if (costs !== undefined && others !== undefined && costs > others * times)
      return { quantity, long: costs, short: others };
  }
  return undefined;
};

/** A finding stands where an amount was set by hand. */
class Comparison {
  readonly #catalogue: Catalogue;
  readonly #report: Report;
  readonly #baseCurrency: string;
  readonly #reported = new Set<string>();

  constructor(catalogue: Catalogue, report: Report, baseCurrency: string) {
    this.#catalogue = catalogue;
    this.#report = report;
    this.#baseCurrency = baseCurrency;
  }

  prices(long: PlacedPrice, short: PlacedPrice, pair: Pair): void {
    const others = new Map(salesOf(short, this.#baseCurrency).map((sale) => [sale.at, sale]));
    for (const sale of salesOf(long, this.#baseCurrency)) {
      const other = others.get(sale.at);
      if (other?.currency !== sale.currency) continue;
      this.#compare([long, short], sale, other, pair);
      for (const feature of long.price.unitPrices?.keys() ?? [])
        this.#compareUnits([long, short], feature, sale, other, pair);
    }
  }

  #compare(
    [long, short]: readonly [PlacedPrice, PlacedPrice],
    sale: Sale,
    other: Sale,
    pair: Pair,
  ): void {
    // Amounts that are both derived differ as those in the base currency do, but for rounding.
    if (sale.isDerived && other.isDerived) return;
    const [costs, others] = [sale.amount(), other.amount()];
    if (costs === undefined || others === undefined || costs <= others * pair.times) return;
    const name = named(long.plan, long.planCode);
    const { path } = sale.isDerived ? short : long;
    this.#say(`${path}${sale.at}`, `${name} costs ${this.#costs(sale, costs, others, pair)}.`);
  }

  #compareUnits(
    [long, short]: readonly [PlacedPrice, PlacedPrice],
    code: string,
    sale: Sale,
    other: Sale,
    pair: Pair,
  ): void {
    const [units, others] = [sale.units(code), other.units(code)];
    const [terms, otherTerms] = [
      long.price.unitPrices?.get(code),
      short.price.unitPrices?.get(code),
    ];
    if (!units || !others || !terms || !otherTerms) return;
    if (units.isDerived && others.isDerived) return;
    const [amounts, otherAmounts] = [units.amounts(), others.amounts()];
    if (!amounts || !otherAmounts) return;
    const feature = this.#catalogue.features?.get(code);
    // Usage is counted month by month, seats and quotas are held for the whole interval.
    const isUsage = feature?.type === 'usage';
    const found = dearerUnits(
      { amounts, terms, months: isUsage ? pair.months.long : 1 },
      { amounts: otherAmounts, terms: otherTerms, months: isUsage ? pair.months.short : 1 },
      pair.times,
    );
    if (!found) return;
    const { quantity } = found;
    const { path } = units.isDerived ? short : long;
    const what =
      `${quantity === 1 ? 'a unit' : `${quantity} units`} of ${named(feature, code)}` +
      (isUsage ? ' each month' : '');
    const costs = this.#costs(sale, found.long, found.short, pair);
    this.#say(
      `${path}${sale.at}.unitPrices.${code}`,
      `${named(long.plan, long.planCode)} charges for ${what} ${costs}.`,
    );
  }

  #costs({ currency, market }: Sale, long: number, short: number, pair: Pair): string {
    const where =
      market === undefined ? '' : ` in ${named(this.#catalogue.markets?.get(market), market)}`;
    return (
      `${money(long, currency)} ${perInterval[pair.long]} and ${money(short, currency)} ` +
      `${perInterval[pair.short]}${where}: ${pair.words} are ${money(short * pair.times, currency)}`
    );
  }

  #say(path: string, message: string): void {
    if (this.#reported.has(path)) return;
    this.#reported.add(path);
    this.#report(path, message);
  }
}

export const yearDearerThanMonths: Rule = {
  name: 'year-dearer-than-months',
  check: (catalogue, report, { baseCurrency }) => {
    const comparison = new Comparison(catalogue, report, baseCurrency);
    const byPlan = new Map<string, Map<string, PlacedPrice>>();
    for (const placed of pricesOf(catalogue)) {
      const prices = byPlan.get(placed.planCode) ?? new Map<string, PlacedPrice>();
      byPlan.set(placed.planCode, prices.set(placed.interval, placed));
    }
    for (const prices of byPlan.values())
      for (const pair of pairs) {
        const [long, short] = [prices.get(pair.long), prices.get(pair.short)];
        if (long && short) comparison.prices(long, short, pair);
      }
  },
};
