import { z } from 'zod';
import { currencyOfCountry } from '../country-currencies.ts';
import { including } from '../db/read/include.ts';
import type { Loaders } from '../db/read/loaders.ts';
import { exchangeRatesOfPlan } from '../db/records/exchange-rate.ts';
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
import { formatAmount } from '../formatting.ts';
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
}

/** What holds for all prices of a catalogue. */
export interface PriceSettings {
  baseCurrency: string;
  taxBehavior: TaxBehavior;
  /** The market that the visitor's country is in, as far as the reader sees it. */
  market: Market | null;
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

/** Reads what is not known yet. Undefined where the price has gone meanwhile. */
export const priceDataOf = async (
  loaders: Loaders,
  price: PlanPrice,
): Promise<PriceData | undefined> => {
  const { planId, inheritsFromPriceId } = price;
  const baseId = inheritsFromPriceId ?? price.id;
  const isVariant = baseId !== price.id;
  const [plan, base] = await Promise.all([
    loaders.load(planById, planId),
    isVariant ? loaders.load(priceById, baseId) : price,
  ]);
  if (!plan || !base) return undefined;
  const [
    regionalPrices,
    ownUnitPrices,
    regionalUnitPrices,
    marketPrices,
    marketUnitPrices,
    variantMarketPrices,
    variantMarketUnitPrices,
    features,
    regionalOverages,
    exchangeRates,
  ] = await Promise.all([
    loaders.load(regionalPricesOfPrice, baseId),
    loaders.load(unitPricesOfPrice, baseId),
    loaders.load(regionalUnitPricesOfPrice, baseId),
    loaders.load(marketPricesOfPrice, baseId),
    loaders.load(marketUnitPricesOfPrice, baseId),
    isVariant ? loaders.load(marketPricesOfPrice, price.id) : [],
    isVariant ? loaders.load(marketUnitPricesOfPrice, price.id) : [],
    loaders.load(featuresOfPlan, planId),
    loaders.load(regionalOveragesOfPlan, planId),
    loaders.load(exchangeRatesOfPlan, planId),
  ]);
  return {
    plan,
    price,
    base,
    regionalPrices,
    unitPrices: unitPricesAt(base, ownUnitPrices, features),
    regionalUnitPrices,
    marketPrices,
    marketUnitPrices,
    variantMarketPrices,
    variantMarketUnitPrices,
    regionalOverages,
    exchangeRates,
  };
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
export const marketOf = async (loaders: Loaders, context: PriceContext): Promise<Market | null> => {
  const { country } = canonicalContext(context);
  return country === null ? null : loaders.load(marketOfCountry, country);
};

const monthsPerCharge: Partial<Record<BillingInterval, number>> = { quarterly: 3, yearly: 12 };

/** What an amount for several months is by the month, halves up to the minor unit. */
export const amountPerMonth = (amount: number, months: number, currency: string): number =>
  dividedAmount(amount, months, currency);

const englishNames = new Intl.DisplayNames('en', { type: 'region' });
const money = (amount: number, currency: string) =>
  formatAmount(amount, currency, { locale: 'en-US', trimZeros: false });

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
  /** Undefined where not every unit price has an amount. */
  unitPrices: readonly UnitPriceInCurrency[] | undefined;
  introOffer: IntroOffer | null;
}

const enabled = (offer: IntroOffer | null): IntroOffer | null =>
  offer?.enabled && offer.discountType !== null && offer.discountValue !== null ? offer : null;

/** Applies the rules to the data of one price. */
class Resolution {
  readonly #data: PriceData;
  readonly #settings: PriceSettings;

  constructor(data: PriceData, settings: PriceSettings) {
    this.#data = data;
    this.#settings = settings;
  }

  get isFree(): boolean {
    return this.#data.plan.isFree;
  }

  /** The price in a currency; undefined where it has none there. */
  inCurrency(currency: string): Found | undefined {
    const { base, regionalPrices, exchangeRates } = this.#data;
    const row = regionalPrices.find((each) => each.currency === currency);
    if (!row) {
      if (currency === this.#settings.baseCurrency) return this.base();
      return this.isFree ? Object.assign(this.base(), { currency }) : undefined;
    }
    const rate = exchangeRates.find((each) => each.currency === currency);
    return {
      price: row.price,
      currency,
      source: row.autoSynced ? 'derived' : 'regional',
      market: null,
      exchangeRate: row.autoSynced ? (rate?.exchangeRate ?? null) : null,
      unitPrices: this.#unitsIn((unit) => this.#amountsIn(unit, currency), currency),
      introOffer:
        row.introOffer &&
        enabled({ enabled: base.introOffer?.enabled ?? false, ...row.introOffer }),
    };
  }

  base(): Found {
    const { base } = this.#data;
    const { baseCurrency } = this.#settings;
    return {
      price: base.price,
      currency: baseCurrency,
      source: 'base',
      market: null,
      exchangeRate: null,
      unitPrices: this.#unitsIn(amountsIn, baseCurrency),
      introOffer: enabled(base.introOffer),
    };
  }

  /** The price in a market: that of the variant, or that of the base. */
  inMarket(market: Market, of: 'variant' | 'base'): Found | undefined {
    const { marketPrices, variantMarketPrices } = this.#data;
    const isOfMarket = ({ marketId }: MarketPrice) => marketId === market.id;
    const row = (of === 'variant' ? variantMarketPrices : marketPrices).find(isOfMarket);
    if (!row) return undefined;
    const { price, currency } = row;
    const known = this.#unitRows(market, currency, of);
    return {
      price,
      currency,
      source: 'market',
      market,
      exchangeRate: null,
      unitPrices: this.#unitsIn((unit) => {
        const own = known.get(unit.planFeature.featureId);
        return own ? amountsIn(own) : this.#amountsIn(unit, currency);
      }, currency),
      introOffer: this.#offerInMarket(price, currency),
    };
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

  /** A percentage holds in every market, an amount where the currency has one. */
  #offerInMarket(price: number, currency: string): IntroOffer | null {
    const offer = enabled(this.#data.base.introOffer);
    if (!offer || offer.discountType === 'percentage') return offer;
    const inCurrency = this.inCurrency(currency)?.introOffer;
    if (inCurrency?.discountValue == null) return null;
    return { ...inCurrency, discountValue: Math.min(inCurrency.discountValue, price) };
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

  #unitsIn(
    amountsOf: (unit: Unit) => UnitAmounts | undefined,
    currency: string,
  ): UnitPriceInCurrency[] | undefined {
    const found: UnitPriceInCurrency[] = [];
    for (const unitPrice of this.#data.unitPrices) {
      const amounts = amountsOf(unitPrice);
      if (!amounts) return undefined;
      found.push({ unitPrice, amounts, currency });
    }
    return found;
  }
}

/** What a rule finds, or why it finds nothing; and in words, what is found. */
type Attempt = { found: Found; text: string } | { reason: string };

/** Resolves the price; the first rule that finds a whole price wins. */
export const effectivePrice = (
  data: PriceData,
  context: PriceContext,
  settings: PriceSettings,
): EffectivePrice => {
  const { country, currency } = canonicalContext(context);
  const { baseCurrency, market, taxBehavior } = settings;
  const { price, base } = data;
  const resolution = new Resolution(data, settings);
  const place = country === null ? '' : (englishNames.of(country) ?? country);

  const inMarket = (of: 'variant' | 'base'): Attempt => {
    if (of === 'variant' && price.id === base.id) return { reason: 'The price is not a variant.' };
    if (country === null) return { reason: 'The context names no country.' };
    if (!market) return { reason: `${place} is in no market with a price.` };
    const found = resolution.inMarket(market, of);
    const noun = of === 'variant' ? 'variant' : 'price';
    if (!found)
      return {
        reason: `${place} is in the market ${market.name}, in which the ${noun} has no price.`,
      };
    return {
      found,
      text: `${place} is in the market ${market.name}, in which the ${noun} is ${money(found.price, found.currency)}.`,
    };
  };

  const inCurrency = (asked: string, whose: string): Attempt => {
    const found = resolution.inCurrency(asked);
    const code = asked.toUpperCase();
    if (!found) return { reason: `${whose} ${code}, in which the plan has no price.` };
    if (found.source === 'base' && resolution.isFree)
      return { found, text: `${whose} ${code}. A free plan costs nothing in every currency.` };
    const how = {
      base: 'which is the base currency',
      derived: `to which the price is converted at the plan's exchange rate ${found.exchangeRate}`,
      regional: 'in which the price is set by hand',
      market: '',
    }[found.source];
    return { found, text: `${whose} ${code}, ${how}: ${money(found.price, asked)}.` };
  };

  const attempts: Readonly<Record<PriceRule, () => Attempt>> = {
    variant_market: () => inMarket('variant'),
    market: () => inMarket('base'),
    currency: () =>
      currency === null
        ? { reason: 'The context asks for no currency.' }
        : inCurrency(currency, 'The context asks for'),
    country_currency: () => {
      if (country === null) return { reason: 'The context names no country.' };
      const own = currencyOfCountry(country);
      if (own === undefined) return { reason: `${place} has no currency of its own.` };
      return inCurrency(own, `People in ${place} pay in`);
    },
    base: () => {
      const found = resolution.base();
      return { found, text: `The price itself is ${money(found.price, baseCurrency)}.` };
    },
  };

  let matched: Found | undefined;
  const explanation = priceRules.map((rule): PriceStep => {
    const attempt = attempts[rule]();
    const found = 'found' in attempt ? attempt.found : undefined;
    const step = (outcome: StepOutcome, reason: string): PriceStep => ({
      rule,
      outcome,
      reason,
      price: found?.price ?? null,
      currency: found?.currency ?? null,
      exchangeRate: found?.exchangeRate ?? null,
    });
    if (!('found' in attempt)) return step('skipped', attempt.reason);
    const { text } = attempt;
    if (matched) return step('skipped', `${text} A rule before this one matched.`);
    if (rule !== 'base' && currency !== null && attempt.found.currency !== currency)
      return step('skipped', `${text} The context asks for ${currency.toUpperCase()}.`);
    if (rule !== 'base' && attempt.found.unitPrices === undefined)
      return step('skipped', `${text} Not every unit price has an amount in this currency.`);
    matched = attempt.found;
    return step('matched', text);
  });
  const { unitPrices = [], ...found } = matched ?? resolution.base();
  const months = monthsPerCharge[base.billingInterval];
  return {
    price: found.price,
    currency: found.currency,
    perMonth: months === undefined ? null : amountPerMonth(found.price, months, found.currency),
    source: found.source,
    market: found.market,
    taxBehavior: found.market?.taxBehavior ?? taxBehavior,
    unitPrices,
    introOffer: found.introOffer,
    explanation,
  };
};

/** What one price comes to. Reads what is not known yet. */
export const effectivePriceOf = async (
  loaders: Loaders,
  price: PlanPrice,
  context: PriceContext,
  { baseCurrency, taxBehavior }: Omit<PriceSettings, 'market'>,
): Promise<EffectivePrice> => {
  const [data, market] = await Promise.all([
    priceDataOf(loaders, price),
    marketOf(loaders, context),
  ]);
  if (!data) throw new NotFoundError('price_not_found');
  return effectivePrice(data, context, { baseCurrency, taxBehavior, market });
};

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
