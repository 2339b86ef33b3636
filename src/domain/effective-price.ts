import { z } from 'zod';
import { currencyOfCountry } from '../country-currencies.ts';
import { including } from '../db/read/include.ts';
import type { Loaders } from '../db/read/loaders.ts';
import { exchangeRatesOfPlan } from '../db/records/exchange-rate.ts';
import { featureById } from '../db/records/feature.ts';
import { marketOfCountry } from '../db/records/market.ts';
import { marketPricesOfPrice, marketUnitPricesOfPrice } from '../db/records/market-price.ts';
import { planById } from '../db/records/plan.ts';
import { featuresOfPlan } from '../db/records/plan-feature.ts';
import { priceById, pricesOfPlan } from '../db/records/price.ts';
import { regionalOveragesOfPlan } from '../db/records/regional-overage.ts';
import { regionalPricesOfPrice } from '../db/records/regional-price.ts';
import { regionalUnitPricesOfPrice, unitPricesOfPrice } from '../db/records/unit-price.ts';
import type {
  ExchangeRate,
  IntroOffer,
  Market,
  MarketPrice,
  MarketUnitPrice,
  Plan,
  PlanPrice,
  RegionalOverage,
  RegionalPrice,
  RegionalUnitPrice,
} from '../db/tables.ts';
import { NotFoundError } from '../errors.ts';
import { formatAmount, formatList } from '../formatting.ts';
import { allMaybePromises, type MaybePromise, mapMaybePromise } from '../maybe-promise.ts';
import {
  type BillingInterval,
  type PriceRule,
  type PriceSource,
  priceRules,
  type StepOutcome,
  type TaxBehavior,
} from '../vocabulary.ts';
import { dividedAmount } from './exchange.ts';
import * as fields from './fields.ts';
import type { UnitAmounts } from './unit-cost.ts';
import { isOverage, type EffectiveUnitPrice as Unit, unitPricesAt } from './unit-price.ts';

/** What a price comes to for a visitor, and why. */

export const PriceContext = z.object({
  country: fields.countryCode.nullish().describe('The country of the visitor, in any case.'),
  currency: fields.currency
    .nullish()
    .describe('The currency that the visitor asks for, in any case.'),
});
export type PriceContext = z.infer<typeof PriceContext>;

export interface PriceStep {
  rule: PriceRule;
  outcome: StepOutcome;
  /** Why, for people. */
  reason: string;
  /** What the rule finds; null where it finds no price. */
  price: number | null;
  currency: string | null;
  /** Of a derived price, units of the currency for one unit of the base currency. */
  exchangeRate: number | null;
}

/** What units of a feature cost the visitor. */
export interface UnitPriceInCurrency {
  unitPrice: Unit;
  amounts: UnitAmounts;
  currency: string;
}

export interface EffectivePrice {
  price: number;
  currency: string;
  /** Of quarterly and yearly prices, halves up to the minor unit. */
  perMonth: number | null;
  source: PriceSource;
  /** Of a market price. */
  market: Market | null;
  taxBehavior: TaxBehavior;
  /** In the order of the plan's features. */
  unitPrices: readonly UnitPriceInCurrency[];
  /** The offer in the currency; null where there is none, or where it is off. */
  introOffer: IntroOffer | null;
  /** Every rule in its order; exactly one matched. */
  explanation: readonly PriceStep[];
}

/** All that decides what a price comes to. */
export interface PriceData {
  plan: Plan;
  price: PlanPrice;
  /** The price that a variant inherits from; any other is its own base. */
  base: PlanPrice;
  /** Of the base, as all that follows. */
  regionalPrices: readonly RegionalPrice[];
  unitPrices: readonly Unit[];
  regionalUnitPrices: readonly RegionalUnitPrice[];
  marketPrices: readonly MarketPrice[];
  marketUnitPrices: readonly MarketUnitPrice[];
  /** Empty unless the price is a variant. */
  variantMarketPrices: readonly MarketPrice[];
  variantMarketUnitPrices: readonly MarketUnitPrice[];
  regionalOverages: readonly RegionalOverage[];
  exchangeRates: readonly ExchangeRate[];
  /** Of the features with unit prices, by id: for the explanation. */
  featureNames: ReadonlyMap<string, string>;
}

/** What holds for all prices of a catalogue. */
export interface PriceSettings {
  baseCurrency: string;
  taxBehavior: TaxBehavior;
  /** The market that the visitor's country is in, as far as the reader sees it. */
  market: Market | null;
  /** The currency of the context is that of a page, which shows all its prices in it. */
  isOfPage?: boolean;
}

const ofPrice = [
  regionalPricesOfPrice,
  unitPricesOfPrice,
  regionalUnitPricesOfPrice,
  marketPricesOfPrice,
  marketUnitPricesOfPrice,
] as const;

/** What to read ahead of plans whose prices are to be resolved. */
export const effectivePricesOfPlan = including(
  [pricesOfPlan, ...ofPrice],
  featuresOfPlan,
  regionalOveragesOfPlan,
  exchangeRatesOfPlan,
);

const namesOf = (
  loaders: Loaders,
  unitPrices: readonly Unit[],
): MaybePromise<ReadonlyMap<string, string>> =>
  mapMaybePromise(
    allMaybePromises(
      unitPrices.map(({ planFeature }) => loaders.load(featureById, planFeature.featureId)),
    ),
    (features) =>
      new Map(features.flatMap((feature) => (feature ? [[feature.id, feature.name]] : []))),
  );

const dataOf = (
  loaders: Loaders,
  plan: Plan,
  price: PlanPrice,
  base: PlanPrice,
): MaybePromise<PriceData> => {
  const isVariant = price.id !== base.id;
  const lists = allMaybePromises([
    loaders.load(featuresOfPlan, plan.id),
    loaders.load(unitPricesOfPrice, base.id),
    loaders.load(regionalPricesOfPrice, base.id),
    loaders.load(regionalUnitPricesOfPrice, base.id),
    loaders.load(marketPricesOfPrice, base.id),
    loaders.load(marketUnitPricesOfPrice, base.id),
    isVariant ? loaders.load(marketPricesOfPrice, price.id) : [],
    isVariant ? loaders.load(marketUnitPricesOfPrice, price.id) : [],
    loaders.load(regionalOveragesOfPlan, plan.id),
    loaders.load(exchangeRatesOfPlan, plan.id),
  ]);
  return mapMaybePromise(lists, ([features, ownUnitPrices, ...others]) => {
    const unitPrices = unitPricesAt(base, ownUnitPrices, features);
    const [
      regionalPrices,
      regionalUnitPrices,
      marketPrices,
      marketUnitPrices,
      variantMarketPrices,
      variantMarketUnitPrices,
      regionalOverages,
      exchangeRates,
    ] = others;
    return mapMaybePromise(namesOf(loaders, unitPrices), (featureNames) => ({
      plan,
      price,
      base,
      regionalPrices,
      unitPrices,
      regionalUnitPrices,
      marketPrices,
      marketUnitPrices,
      variantMarketPrices,
      variantMarketUnitPrices,
      regionalOverages,
      exchangeRates,
      featureNames,
    }));
  });
};

/** Reads what is not known yet. Undefined where the price has gone meanwhile. */
export const priceDataOf = (
  loaders: Loaders,
  price: PlanPrice,
): MaybePromise<PriceData | undefined> => {
  const { planId, inheritsFromPriceId } = price;
  const base = inheritsFromPriceId === null ? price : loaders.load(priceById, inheritsFromPriceId);
  return mapMaybePromise(
    allMaybePromises([loaders.load(planById, planId), base]),
    ([plan, base]) => (plan && base ? dataOf(loaders, plan, price, base) : undefined),
  );
};

/** The context as it is stored everywhere: countries in upper case, currencies in lower case. */
export const canonicalContext = ({
  country,
  currency,
}: PriceContext): { country: string | null; currency: string | null } => ({
  country: country?.toUpperCase() ?? null,
  currency: currency?.toLowerCase() ?? null,
});

/** The market of the visitor's country, for the settings. */
export const marketOf = (loaders: Loaders, context: PriceContext): MaybePromise<Market | null> => {
  const { country } = canonicalContext(context);
  return country === null ? null : loaders.load(marketOfCountry, country);
};

const monthsPerCharge: Partial<Record<BillingInterval, number>> = { quarterly: 3, yearly: 12 };

/** What an amount for several months is by the month, halves up to the minor unit. */
export const amountPerMonth = (amount: number, months: number, currency: string): number =>
  dividedAmount(amount, months, currency);

const englishNames = new Intl.DisplayNames('en', { type: 'region' });
const placeOf = (country: string): string => englishNames.of(country) ?? country;
const money = ({ price, currency }: { price: number; currency: string }): string =>
  formatAmount(price, currency, { locale: 'en-US', trimZeros: false });

const amountsIn = ({ unitPrice, tiersMode, tiers }: UnitAmounts): UnitAmounts => ({
  unitPrice,
  tiersMode,
  tiers,
});

/** What one rule finds. */
interface Found {
  price: number;
  currency: string;
  source: PriceSource;
  market: Market | null;
  exchangeRate: number | null;
  unitPrices: readonly UnitPriceInCurrency[];
  /** Unit prices without an amount in the currency: the price is no whole one there. */
  lacking: readonly Unit[];
  introOffer: IntroOffer | null;
}

const enabled = (offer: IntroOffer | null): IntroOffer | null =>
  offer?.enabled && offer.discountType !== null && offer.discountValue !== null ? offer : null;

/** A fixed discount takes off the whole price at most. */
const capped = (offer: IntroOffer | null, price: number): IntroOffer | null =>
  offer?.discountType === 'amount' && offer.discountValue !== null && offer.discountValue > price
    ? { ...offer, discountValue: price }
    : offer;

/** What each rule finds of one price. */
class Findings {
  readonly #data: PriceData;
  readonly #settings: PriceSettings;

  constructor(data: PriceData, settings: PriceSettings) {
    this.#data = data;
    this.#settings = settings;
  }

  /** The price in a currency; undefined where it has none there. */
  inCurrency(currency: string): Found | undefined {
    const { plan, exchangeRates } = this.#data;
    const row = this.#rowIn(currency);
    if (!row) {
      if (currency === this.#settings.baseCurrency) return this.base();
      return plan.isFree ? Object.assign(this.base(), { currency }) : undefined;
    }
    const rate = exchangeRates.find((each) => each.currency === currency);
    return {
      price: row.price,
      currency,
      source: row.autoSynced ? 'derived' : 'regional',
      market: null,
      exchangeRate: row.autoSynced ? (rate?.exchangeRate ?? null) : null,
      ...this.#units(currency),
      introOffer: this.#offerIn(currency),
    };
  }

  base(): Found {
    const { base, unitPrices } = this.#data;
    const { baseCurrency: currency } = this.#settings;
    return {
      price: base.price,
      currency,
      source: 'base',
      market: null,
      exchangeRate: null,
      unitPrices: unitPrices.map((unitPrice) => ({
        unitPrice,
        amounts: amountsIn(unitPrice),
        currency,
      })),
      lacking: [],
      introOffer: enabled(base.introOffer),
    };
  }

  /** The price in a market: that of the variant, or that of the base. */
  inMarket(market: Market, of: 'variant' | 'base'): Found | undefined {
    const { marketPrices, variantMarketPrices } = this.#data;
    const rows = of === 'variant' ? variantMarketPrices : marketPrices;
    const row = rows.find(({ marketId }) => marketId === market.id);
    if (!row) return undefined;
    const { price, currency } = row;
    return {
      price,
      currency,
      source: 'market',
      market,
      exchangeRate: null,
      ...this.#units(currency, this.#unitRows(market, currency, of)),
      introOffer: capped(this.#offerIn(currency), price),
    };
  }

  #rowIn(currency: string): RegionalPrice | undefined {
    return this.#data.regionalPrices.find((row) => row.currency === currency);
  }

  /** The offer in a currency. Where the price has no amount, a percentage holds all the same. */
  #offerIn(currency: string): IntroOffer | null {
    const row = this.#rowIn(currency);
    if (row) return row.introOffer && { enabled: true, ...row.introOffer };
    const offer = enabled(this.#data.base.introOffer);
    const holds = offer?.discountType === 'percentage' || currency === this.#settings.baseCurrency;
    return holds ? offer : null;
  }

  /** A variant has the unit prices of its base's market price where they are in the same currency. */
  #unitRows(
    market: Market,
    currency: string,
    of: 'variant' | 'base',
  ): ReadonlyMap<string, MarketUnitPrice> {
    const { marketPrices, marketUnitPrices, variantMarketUnitPrices } = this.#data;
    const ofBase = marketPrices.find(({ marketId }) => marketId === market.id);
    const rows = ofBase?.currency === currency ? [...marketUnitPrices] : [];
    if (of === 'variant') rows.push(...variantMarketUnitPrices);
    return new Map(
      rows.filter(({ marketId }) => marketId === market.id).map((row) => [row.featureId, row]),
    );
  }

  #amountsIn(unit: Unit, currency: string): UnitAmounts | undefined {
    const { regionalUnitPrices, regionalOverages } = this.#data;
    const { featureId } = unit.planFeature;
    const isIts = (row: { featureId: string; currency: string }) =>
      row.featureId === featureId && row.currency === currency;
    if (isOverage(unit)) {
      const overage = regionalOverages.find(isIts);
      if (overage) return { unitPrice: overage.unitPrice, tiersMode: null, tiers: [] };
    } else {
      const row = regionalUnitPrices.find(isIts);
      if (row) return amountsIn(row);
    }
    return currency === this.#settings.baseCurrency ? amountsIn(unit) : undefined;
  }

  /** Unit prices in a currency: those of a market first. */
  #units(
    currency: string,
    ofMarket?: ReadonlyMap<string, MarketUnitPrice>,
  ): Pick<Found, 'unitPrices' | 'lacking'> {
    const unitPrices: UnitPriceInCurrency[] = [];
    const lacking: Unit[] = [];
    for (const unitPrice of this.#data.unitPrices) {
      const row = ofMarket?.get(unitPrice.planFeature.featureId);
      const amounts = row ? amountsIn(row) : this.#amountsIn(unitPrice, currency);
      if (amounts) unitPrices.push({ unitPrice, amounts, currency });
      else lacking.push(unitPrice);
    }
    return { unitPrices, lacking };
  }
}

/** What a rule finds, or why it finds nothing; and in words, what is found. */
type Attempt = { found: Found; text: () => string } | { found: undefined; reason: () => string };

const failed = (reason: () => string): Attempt => ({ found: undefined, reason });

/** The rules for one price in one context. Sentences are made when they are asked for. */
class Rules {
  readonly #data: PriceData;
  readonly #settings: PriceSettings;
  readonly #findings: Findings;
  readonly #country: string | null;
  readonly #currency: string | null;

  constructor(data: PriceData, context: PriceContext, settings: PriceSettings) {
    const { country, currency } = canonicalContext(context);
    this.#data = data;
    this.#settings = settings;
    this.#findings = new Findings(data, settings);
    this.#country = country;
    this.#currency = currency;
  }

  /** The first rule that finds a whole price in the currency that is asked for. */
  matched(): { rule: PriceRule; found: Found } {
    for (const rule of priceRules) {
      const { found } = this.#attempt(rule);
      if (found && (rule === 'base' || this.#obstacle(found) === undefined)) return { rule, found };
    }
    throw new Error('the base price is a price');
  }

  explain(matched: PriceRule): PriceStep[] {
    const place = priceRules.indexOf(matched);
    return priceRules.map((rule, index): PriceStep => {
      const attempt = this.#attempt(rule);
      const { found } = attempt;
      return {
        rule,
        outcome: rule === matched ? 'matched' : 'skipped',
        reason: attempt.found ? this.#reason(attempt, index - place) : attempt.reason(),
        price: found?.price ?? null,
        currency: found?.currency ?? null,
        exchangeRate: found?.exchangeRate ?? null,
      };
    });
  }

  /** `after` counts from the rule that matched. */
  #reason({ found, text }: Attempt & { found: Found }, after: number): string {
    if (after === 0) return text();
    const why = after > 0 ? 'An earlier rule matched.' : this.#obstacle(found)?.();
    return `${text()} ${why}`;
  }

  /** Why what a rule finds does not count, in words; undefined where it does. */
  #obstacle({ currency, lacking }: Found): (() => string) | undefined {
    const asked = this.#currency;
    if (asked !== null && currency !== asked) return () => `${this.#asker} ${asked.toUpperCase()}.`;
    if (lacking.length === 0) return undefined;
    return () => {
      const names = lacking.map(
        ({ planFeature: { featureId } }) => this.#data.featureNames.get(featureId) ?? featureId,
      );
      const subject = names.length === 1 ? 'The unit price' : 'The unit prices';
      const verb = names.length === 1 ? 'has no amount' : 'have no amounts';
      return `${subject} of ${formatList(names, 'long', 'en')} ${verb} in this currency.`;
    };
  }

  get #asker(): string {
    return this.#settings.isOfPage === true ? 'The page is in' : 'The context asks for';
  }

  #attempt(rule: PriceRule): Attempt {
    switch (rule) {
      case 'variant_market':
        return this.#data.price.id === this.#data.base.id
          ? failed(() => 'The price is not a variant.')
          : this.#inMarket('variant');
      case 'market':
        return this.#inMarket('base');
      case 'currency':
        return this.#currency === null
          ? failed(() => 'The context asks for no currency.')
          : this.#inCurrency(this.#currency, () => this.#asker);
      case 'country_currency':
        return this.#inCountryCurrency();
      case 'base': {
        const found = this.#findings.base();
        return { found, text: () => `The price itself is ${money(found)}.` };
      }
    }
  }

  #inMarket(of: 'variant' | 'base'): Attempt {
    const country = this.#country;
    const { market } = this.#settings;
    if (country === null) return failed(() => 'The context names no country.');
    if (!market) return failed(() => `${placeOf(country)} is in no market with a price.`);
    const found = this.#findings.inMarket(market, of);
    const noun = of === 'variant' ? 'variant' : 'price';
    const where = () => `${placeOf(country)} is in the market ${market.name}, where this ${noun}`;
    return found
      ? { found, text: () => `${where()} is ${money(found)}.` }
      : failed(() => `${where()} has no amount of its own.`);
  }

  #inCountryCurrency(): Attempt {
    const country = this.#country;
    if (country === null) return failed(() => 'The context names no country.');
    const own = currencyOfCountry(country);
    return own === undefined
      ? failed(() => `${placeOf(country)} has no currency of its own.`)
      : this.#inCurrency(own, () => `People in ${placeOf(country)} pay in`);
  }

  #inCurrency(currency: string, whose: () => string): Attempt {
    const { isFree } = this.#data.plan;
    const { baseCurrency } = this.#settings;
    const found = this.#findings.inCurrency(currency);
    const start = () => `${whose()} ${currency.toUpperCase()}`;
    if (!found) return failed(() => `${start()}, in which this price has no amount.`);
    const how = () => {
      if (found.source === 'derived') return `to which ${conversion(found)}`;
      if (found.source === 'regional') return 'in which the price is set by hand';
      return 'which is the base currency';
    };
    return {
      found,
      text: () =>
        isFree && found.source === 'base' && currency !== baseCurrency
          ? `${start()}. A free plan costs nothing in every currency.`
          : `${start()}, ${how()}: ${money(found)}.`,
    };
  }
}

const conversion = ({ exchangeRate }: Found): string =>
  exchangeRate === null
    ? 'the price was converted'
    : `the price is converted at the plan's exchange rate ${exchangeRate}`;

class Resolved implements EffectivePrice {
  readonly price: number;
  readonly currency: string;
  readonly perMonth: number | null;
  readonly source: PriceSource;
  readonly market: Market | null;
  readonly taxBehavior: TaxBehavior;
  readonly unitPrices: readonly UnitPriceInCurrency[];
  readonly introOffer: IntroOffer | null;
  readonly #rules: Rules;
  readonly #matched: PriceRule;
  #explanation: readonly PriceStep[] | undefined;

  constructor(rules: Rules, { billingInterval }: PlanPrice, { taxBehavior }: PriceSettings) {
    const { rule, found } = rules.matched();
    const { price, currency, market } = found;
    const months = monthsPerCharge[billingInterval];
    this.price = price;
    this.currency = currency;
    this.perMonth = months === undefined ? null : amountPerMonth(price, months, currency);
    this.source = found.source;
    this.market = market;
    this.taxBehavior = market?.taxBehavior ?? taxBehavior;
    this.unitPrices = found.unitPrices;
    this.introOffer = found.introOffer;
    this.#rules = rules;
    this.#matched = rule;
  }

  /** Few ask for it. */
  get explanation(): readonly PriceStep[] {
    this.#explanation ??= this.#rules.explain(this.#matched);
    return this.#explanation;
  }
}

/** Resolves the price; the first rule that finds a whole price wins. */
export const effectivePrice = (
  data: PriceData,
  context: PriceContext,
  settings: PriceSettings,
): EffectivePrice => new Resolved(new Rules(data, context, settings), data.base, settings);

/** What one price comes to. Reads what is not known yet. */
export const effectivePriceOf = (
  loaders: Loaders,
  price: PlanPrice,
  context: PriceContext,
  { baseCurrency, taxBehavior }: Omit<PriceSettings, 'market'>,
): MaybePromise<EffectivePrice> =>
  mapMaybePromise(
    allMaybePromises([priceDataOf(loaders, price), marketOf(loaders, context)]),
    ([data, market]) => {
      if (!data) throw new NotFoundError('price_not_found');
      return effectivePrice(data, context, { baseCurrency, taxBehavior, market });
    },
  );

/**
 * Currencies to show prices in, the best first: those of their market prices, the country's own,
 * and the base currency. A page shows all prices in the first one that all of them have.
 */
export const candidateCurrencies = (
  prices: readonly PriceData[],
  context: PriceContext,
  { baseCurrency, market }: PriceSettings,
): string[] => {
  const { country } = canonicalContext(context);
  const inMarket = prices.map(
    ({ marketPrices }) =>
      market && marketPrices.find(({ marketId }) => marketId === market.id)?.currency,
  );
  const own = country === null ? undefined : currencyOfCountry(country);
  return [...new Set([...inMarket, own, baseCurrency])].filter(
    (currency) => currency !== undefined && currency !== null,
  );
};
