import type { Loaders } from '../db/read/loaders.ts';
import { pricesOfPlan } from '../db/records/price.ts';
import type { Plan, PlanPrice } from '../db/tables.ts';
import { billingIntervals, type TaxBehavior } from '../vocabulary.ts';
import {
  candidateCurrencies,
  canonicalContext,
  type EffectivePrice,
  effectivePrice,
  marketOf,
  type PriceContext,
  type PriceData,
  type PriceSettings,
  priceDataOf,
} from './effective-price.ts';
import { loadAll } from './page-plans.ts';

/** What plans cost side by side: all in one currency. */

export interface PricedOffer {
  price: PlanPrice;
  effective: EffectivePrice;
}

export interface PricedPlan {
  plan: Plan;
  /** From the shortest interval to the longest; none where the plan is sold by contact. */
  offers: readonly PricedOffer[];
}

export interface PagePrices {
  priced: readonly PricedPlan[];
  currency: string;
  taxBehavior: TaxBehavior;
}

/** For whom the prices are, and what holds unless they say otherwise. */
export interface Visitor {
  context: PriceContext;
  baseCurrency: string;
  /** The organization's. */
  taxBehavior: TaxBehavior;
}

const inOrder = (one: PlanPrice, other: PlanPrice): number =>
  billingIntervals.indexOf(one.billingInterval) - billingIntervals.indexOf(other.billingInterval);

/** Of prices that are sold without contact, by plan. */
const pricesOf = async (loaders: Loaders, plans: readonly Plan[]): Promise<PriceData[]> => {
  const sold = plans.filter(({ availability }) => availability === 'self_service');
  const prices = await loadAll(
    loaders,
    pricesOfPlan,
    sold.map(({ id }) => id),
  );
  const found = await Promise.all(
    sold.flatMap(({ id }) =>
      (prices.get(id) ?? []).toSorted(inOrder).map((price) => priceDataOf(loaders, price)),
    ),
  );
  return found.filter((data) => data !== undefined);
};

/** Every price in the currency; undefined where one of them has no amount in it. */
const resolvedIn = (
  currency: string,
  prices: readonly PriceData[],
  known: readonly EffectivePrice[],
  context: PriceContext,
  settings: PriceSettings,
): readonly EffectivePrice[] | undefined => {
  const found: EffectivePrice[] = [];
  for (const [place, data] of prices.entries()) {
    const own = known[place];
    const effective =
      own?.currency === currency
        ? own
        : effectivePrice(data, { country: context.country, currency }, settings);
    if (effective.currency !== currency) return undefined;
    found.push(effective);
  }
  return found;
};

/**
 * Every price in the first currency that all of them have: the one that is asked for and the base
 * currency, or the candidates of the context.
 */
const inOneCurrency = (
  prices: readonly PriceData[],
  context: PriceContext,
  settings: PriceSettings,
): { currency: string; effective: readonly EffectivePrice[] } => {
  const { baseCurrency } = settings;
  const asked = canonicalContext(context).currency;
  const candidates =
    asked === null ? candidateCurrencies(prices, context, settings) : [asked, baseCurrency];
  const known = prices.map((data) => effectivePrice(data, context, settings));
  const ofPage = { ...settings, isOfPage: true };
  for (const currency of candidates) {
    const effective = resolvedIn(currency, prices, known, context, ofPage);
    if (effective) return { currency, effective };
  }
  throw new Error('a price has no amount in the base currency');
};

/** What all prices say; unspecified where they differ. */
const taxOf = (effective: readonly EffectivePrice[], { taxBehavior }: Visitor): TaxBehavior => {
  const [first, ...others] = effective.map((price) => price.taxBehavior);
  if (first === undefined) return taxBehavior;
  return others.every((other) => other === first) ? first : 'unspecified';
};

export const pricePlans = async (
  loaders: Loaders,
  plans: readonly Plan[],
  visitor: Visitor,
): Promise<PagePrices> => {
  const { context, baseCurrency, taxBehavior } = visitor;
  const market = await marketOf(loaders, context);
  const prices = await pricesOf(loaders, plans);
  const settings = { baseCurrency, taxBehavior, market };
  const { currency, effective } = inOneCurrency(prices, context, settings);
  const offers = prices.map(({ price }, place) => ({ price, effective: effective[place] }));
  const byPlan = new Map<string, PricedOffer[]>(plans.map(({ id }) => [id, []]));
  for (const { price, effective } of offers)
    if (effective) byPlan.get(price.planId)?.push({ price, effective });
  return {
    priced: plans.map((plan) => ({ plan, offers: byPlan.get(plan.id) ?? [] })),
    currency,
    taxBehavior: taxOf(effective, visitor),
  };
};
