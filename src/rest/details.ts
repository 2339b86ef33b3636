import type { Feature } from '../domain/feature.ts';
import { batches } from '../domain/loaders.ts';
import type { Reader } from '../domain/operation.ts';
import type { Plan } from '../domain/plan.ts';
import type { PlanFeature } from '../domain/plan-feature.ts';
import { type PlanGroup, sizeOfGroup } from '../domain/plan-group.ts';
import { branchesNamed, readDefinitions, readPlanTrees, rowsOfPlan } from '../domain/plan-tree.ts';
import type { PlanPrice } from '../domain/price.ts';
import type { ExchangeRate, RegionalOverage, RegionalPrice } from '../domain/regional-pricing.ts';

/** What answers show in addition to the record itself. Read once for each slice of a list. */
export interface Details<Row, Detail> {
  read(reader: Reader, records: Row[]): Promise<Detail[]>;
  /** How many rows will be read for each record. */
  weigh(reader: Reader, records: Row[]): Promise<number[]>;
}

const idsOf = (records: { id: string }[]): string[] => records.map(({ id }) => id);

const weighPlans = async (reader: Reader, plans: Plan[]): Promise<number[]> =>
  rowsOfPlan(reader, idsOf(plans));

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

export const planContents: Details<Plan, PlanContents> = {
  weigh: weighPlans,
  read: async (reader, plans) => {
    const trees = await readPlanTrees(reader, plans, contents);
    const definitions = await readDefinitions(reader, trees);
    return trees.map(({ plan, prices = [], features }) => ({
      plan,
      prices: prices.map(({ price }) => price),
      features: featuresWith(features, definitions),
    }));
  },
};

export interface PlanDetail {
  plan: Plan;
  prices: { price: PlanPrice; regionalPrices: RegionalPrice[] }[];
  features: { link: PlanFeature; feature: Feature; regionalOverages: RegionalOverage[] }[];
  exchangeRates: ExchangeRate[];
}

const details = branchesNamed([
  'prices',
  'regionalPrices',
  'features',
  'regionalOverages',
  'exchangeRates',
]);

/** The overages of a plan in other currencies, by feature. */
const byFeature = (
  overages: readonly RegionalOverage[],
): ReadonlyMap<string, RegionalOverage[]> => {
  const found = new Map<string, RegionalOverage[]>();
  for (const overage of overages) {
    const known = found.get(overage.featureId);
    if (known) known.push(overage);
    else found.set(overage.featureId, [overage]);
  }
  return found;
};

/** The contents of plans in every currency. */
export const planDetails: Details<Plan, PlanDetail> = {
  weigh: weighPlans,
  read: async (reader, plans) => {
    const trees = await readPlanTrees(reader, plans, details);
    const definitions = await readDefinitions(reader, trees);
    return trees.map(
      ({ plan, prices = [], features, regionalOverages = [], exchangeRates = [] }) => {
        const overages = byFeature(regionalOverages);
        return {
          plan,
          prices: prices.map(({ price, regionalPrices = [] }) => ({ price, regionalPrices })),
          features: featuresWith(features, definitions).map(({ link, feature }) => ({
            link,
            feature,
            regionalOverages: overages.get(feature.id) ?? [],
          })),
          exchangeRates,
        };
      },
    );
  },
};

export interface PlanGroupDetail {
  group: PlanGroup;
  plans: Plan[];
}

export const planGroupDetails: Details<PlanGroup, PlanGroupDetail> = {
  weigh: async (reader, groups) => sizeOfGroup(reader, idsOf(groups)),
  read: async (reader, groups) => {
    const plans = await batches.plansOfGroup(reader, idsOf(groups));
    return groups.map((group, index) => ({ group, plans: plans[index] ?? [] }));
  },
};
