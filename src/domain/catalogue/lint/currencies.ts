import type { Catalogue, CataloguePlan } from '../document.ts';
import type { Rule } from './rule.ts';
import { currenciesOf, type PlacedPrice, saleIn } from './sales.ts';
import { inCapitals, listed, named } from './wording.ts';

/** Besides the base currency, those in which a price has all its amounts, also those of units. */
const completeCurrencies = (
  placed: Pick<PlacedPrice, 'plan' | 'price'>,
  baseCurrency: string,
): string[] =>
  [...currenciesOf(placed)].filter((currency) => {
    if (currency === baseCurrency) return false;
    const sale = saleIn(placed, currency);
    const units = [...(placed.price.unitPrices?.keys() ?? [])];
    return sale !== undefined && units.every((feature) => sale.units(feature) !== undefined);
  });

const intervalWord = (interval: string): string => interval.replace('_', '-');

/** Intervals by what is sold at them. */
class Sold {
  readonly #intervals = new Map<string, string[]>();

  add(what: string, interval: string): void {
    const known = this.#intervals.get(what);
    if (known) known.push(interval);
    else this.#intervals.set(what, [interval]);
  }

  /** What some of so many prices have. */
  some(count: number): [what: string, intervals: readonly string[]][] {
    return [...this.#intervals].filter(([, intervals]) => intervals.length < count);
  }
}

export const currencyMissingAtInterval: Rule = {
  name: 'currency-missing-at-interval',
  check: ({ plans, markets }, report, { baseCurrency }) => {
    for (const [code, plan] of plans ?? []) {
      const prices = [...(plan.prices ?? [])];
      // A free plan costs nothing in every currency.
      if (prices.length < 2 || plan.isFree) continue;
      const inCurrencies = new Sold();
      const inMarkets = new Sold();
      const complete = new Map<string, ReadonlySet<string>>();
      for (const [interval, price] of prices) {
        const currencies = new Set(completeCurrencies({ plan, price }, baseCurrency));
        complete.set(interval, currencies);
        for (const currency of currencies) inCurrencies.add(currency, interval);
        for (const market of price.markets?.keys() ?? []) inMarkets.add(market, interval);
      }
      const say = (interval: string, where: string, intervals: readonly string[]) =>
        report(
          `plans.${code}.prices.${interval}`,
          `${named(plan, code)} has no ${intervalWord(interval)} price in ${where}, ` +
            `but a ${listed(intervals.map(intervalWord))} one.`,
        );
      for (const [currency, intervals] of inCurrencies.some(prices.length))
        for (const [interval] of prices)
          if (!intervals.includes(interval)) say(interval, inCapitals(currency), intervals);
      for (const [market, intervals] of inMarkets.some(prices.length)) {
        const currencies = intervals.map(
          (interval) => plan.prices?.get(interval)?.markets?.get(market)?.currency ?? '',
        );
        const where = `the market ${named(markets?.get(market), market)}`;
        for (const [interval] of prices) {
          const isSoldThere = currencies.some(
            (each) => each === baseCurrency || complete.get(interval)?.has(each),
          );
          if (!intervals.includes(interval) && !isSoldThere) say(interval, where, intervals);
        }
      }
    }
  },
};

interface Member {
  name: string;
  currencies: ReadonlySet<string>;
  /** Currencies in which it is sold in a market. */
  markets: ReadonlyMap<string, ReadonlySet<string>>;
}

const memberOf = (plan: CataloguePlan, code: string, baseCurrency: string): Member => {
  const markets = new Map<string, Set<string>>();
  const currencies = new Set<string>();
  for (const price of plan.prices?.values() ?? []) {
    for (const currency of completeCurrencies({ plan, price }, baseCurrency))
      currencies.add(currency);
    for (const [market, { currency }] of price.markets ?? [])
      if (currency !== undefined)
        markets.set(market, (markets.get(market) ?? new Set()).add(currency));
  }
  return { name: named(plan, code), currencies, markets };
};

/** Members whose prices a page shows to everyone; those that are free everywhere do not count. */
const membersOf = (
  plans: Catalogue['plans'],
  codes: readonly string[],
  baseCurrency: string,
): Member[] =>
  codes.flatMap((code) => {
    const plan = plans?.get(code);
    const isShown =
      plan?.prices?.size &&
      plan.isPublic !== false &&
      !plan.isFree &&
      plan.availability !== 'contact_sales';
    return plan && isShown ? [memberOf(plan, code, baseCurrency)] : [];
  });

/** Some of their names, so that a message stays readable. */
const someOf = (members: readonly Member[]): string =>
  listed(
    members.length <= 3
      ? members.map(({ name }) => name)
      : [...members.slice(0, 2).map(({ name }) => name), `${members.length - 2} more`],
  );

/** The currencies of market prices, by market. */
const currenciesByMarket = (members: readonly Member[]): Map<string, Set<string>> => {
  const found = new Map<string, Set<string>>();
  for (const { markets } of members)
    for (const [market, own] of markets) {
      const known = found.get(market) ?? new Set<string>();
      for (const currency of own) known.add(currency);
      found.set(market, known);
    }
  return found;
};

export const noCommonCurrency: Rule = {
  name: 'no-common-currency',
  check: ({ plans, groups, markets }, report, { baseCurrency }) => {
    for (const [code, group] of groups ?? []) {
      const members = membersOf(plans, [...new Set(group.plans)], baseCurrency);
      const say = (where: string, isSold: (member: Member) => boolean) => {
        const sold = members.filter(isSold);
        const lacking = members.filter((member) => !isSold(member));
        if (lacking.length === 0) return;
        report(
          `groups.${code}`,
          `In the group ${named(group, code)}, ${someOf(sold)} can be had in ${where} and ` +
            `${someOf(lacking)} cannot: a page shows all of them in ${inCapitals(baseCurrency)}.`,
        );
      };
      const currencies = new Set(members.flatMap((member) => [...member.currencies]));
      for (const currency of currencies)
        say(inCapitals(currency), (member) => member.currencies.has(currency));
      for (const [market, candidates] of currenciesByMarket(members)) {
        const isSoldIn = (currency: string) => (member: Member) =>
          currency === baseCurrency ||
          member.currencies.has(currency) ||
          member.markets.get(market)?.has(currency) === true;
        const [first] = candidates;
        const isCommon = [...candidates].some((currency) => members.every(isSoldIn(currency)));
        if (first !== undefined && !isCommon)
          say(`the market ${named(markets?.get(market), market)}`, isSoldIn(first));
      }
    }
  },
};
