import type { Context } from '../context.ts';
import type { Feature } from '../domain/feature.ts';
import { batches } from '../domain/loaders.ts';
import type { Plan } from '../domain/plan.ts';
import type { PlanFeature } from '../domain/plan-feature.ts';
import type { PlanGroup } from '../domain/plan-group.ts';
import type { PlanPrice } from '../domain/price.ts';
import type { ExchangeRate, RegionalOverage, RegionalPrice } from '../domain/regional-pricing.ts';

/** What answers show beside the record itself: read for all rows of a list at once. */

export interface PlanContents {
  plan: Plan;
  prices: PlanPrice[];
  features: { link: PlanFeature; feature: Feature }[];
}

export const planContents = async ({ reader, loaders }: Context, plans: Plan[]): Promise<PlanContents[]> => {
  const ids = plans.map(({ id }) => id);
  const [prices, links] = await Promise.all([batches.pricesOfPlan(reader, ids), batches.featuresOfPlan(reader, ids)]);
  const featureIds = [...new Set(links.flat().map(({ featureId }) => featureId))];
  const features = new Map<string, Feature>();
  for (const feature of await loaders.feature.loadMany(featureIds)) {
    if (feature instanceof Error) throw feature;
    if (feature) features.set(feature.id, feature);
  }
  return plans.map((plan, index) => ({
    plan,
    prices: prices[index] ?? [],
    features: (links[index] ?? []).flatMap((link) => {
      const feature = features.get(link.featureId);
      return feature ? [{ link, feature }] : [];
    }),
  }));
};

export interface PlanDetail {
  plan: Plan;
  prices: { price: PlanPrice; regionalPrices: RegionalPrice[] }[];
  features: { link: PlanFeature; feature: Feature; regionalOverages: RegionalOverage[] }[];
  exchangeRates: ExchangeRate[];
}

/** The contents of plans in every currency. */
export const planDetails = async (context: Context, plans: Plan[]): Promise<PlanDetail[]> => {
  const { reader } = context;
  const ids = plans.map(({ id }) => id);
  const [contents, rates, overages] = await Promise.all([
    planContents(context, plans),
    batches.exchangeRatesOfPlan(reader, ids),
    batches.regionalOveragesOfPlan(reader, ids),
  ]);
  const prices = contents.flatMap((plan) => plan.prices);
  const regional = await batches.regionalPricesOfPrice(
    reader,
    prices.map(({ id }) => id),
  );
  const regionalPricesOf = new Map(prices.map(({ id }, index) => [id, regional[index] ?? []]));
  return contents.map(({ plan, prices, features }, index) => ({
    plan,
    prices: prices.map((price) => ({ price, regionalPrices: regionalPricesOf.get(price.id) ?? [] })),
    features: features.map(({ link, feature }) => ({
      link,
      feature,
      regionalOverages: (overages[index] ?? []).filter(({ featureId }) => featureId === feature.id),
    })),
    exchangeRates: rates[index] ?? [],
  }));
};

export interface PlanGroupDetail {
  group: PlanGroup;
  plans: Plan[];
}

export const planGroupDetails = async ({ reader }: Context, groups: PlanGroup[]): Promise<PlanGroupDetail[]> => {
  const plans = await batches.plansOfGroup(
    reader,
    groups.map(({ id }) => id),
  );
  return groups.map((group, index) => ({ group, plans: plans[index] ?? [] }));
};
