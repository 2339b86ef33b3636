import type { Context } from '../context.ts';
import type { Feature } from '../domain/feature.ts';
import { batches } from '../domain/loaders.ts';
import type { Plan } from '../domain/plan.ts';
import type { PlanFeature } from '../domain/plan-feature.ts';
import type { PlanGroup } from '../domain/plan-group.ts';
import { branchesNamed, readDefinitions, readPlanTrees } from '../domain/plan-tree.ts';
import type { PlanPrice } from '../domain/price.ts';
import type { ExchangeRate, RegionalOverage, RegionalPrice } from '../domain/regional-pricing.ts';

/** What answers show beside the record itself: read for all rows of a list at once. */

const featuresWith = (
  links: readonly PlanFeature[] = [],
  definitions: ReadonlyMap<string, Feature>,
): { link: PlanFeature; feature: Feature }[] => {
  const features: { link: PlanFeature; feature: Feature }[] = [];
  for (const link of links) {
    const feature = definitions.get(link.featureId);
    if (feature) features.push({ link, feature });
  }
  return features;
};

export interface PlanContents {
  plan: Plan;
  prices: PlanPrice[];
  features: { link: PlanFeature; feature: Feature }[];
}

const contents = branchesNamed(['prices', 'features']);

export const planContents = async ({ reader }: Context, plans: Plan[]): Promise<PlanContents[]> => {
  const trees = await readPlanTrees(reader, plans, contents);
  const definitions = await readDefinitions(reader, trees);
  return trees.map(({ plan, prices = [], features }) => ({
    plan,
    prices: prices.map(({ price }) => price),
    features: featuresWith(features, definitions),
  }));
};

export interface PlanDetail {
  plan: Plan;
  prices: { price: PlanPrice; regionalPrices: RegionalPrice[] }[];
  features: { link: PlanFeature; feature: Feature; regionalOverages: RegionalOverage[] }[];
  exchangeRates: ExchangeRate[];
}

const details = branchesNamed(['prices', 'regionalPrices', 'features', 'regionalOverages', 'exchangeRates']);

/** The contents of plans in every currency. */
export const planDetails = async ({ reader }: Context, plans: Plan[]): Promise<PlanDetail[]> => {
  const trees = await readPlanTrees(reader, plans, details);
  const definitions = await readDefinitions(reader, trees);
  return trees.map(({ plan, prices = [], features, regionalOverages = [], exchangeRates = [] }) => ({
    plan,
    prices: prices.map(({ price, regionalPrices = [] }) => ({ price, regionalPrices })),
    features: featuresWith(features, definitions).map(({ link, feature }) => ({
      link,
      feature,
      regionalOverages: regionalOverages.filter(({ featureId }) => featureId === feature.id),
    })),
    exchangeRates,
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
