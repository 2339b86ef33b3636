import type { ExchangeRate } from '../domain/exchange-rate.ts';
import type { Feature } from '../domain/feature.ts';
import type { Reader } from '../domain/operation.ts';
import type { Plan } from '../domain/plan.ts';
import type { PlanFeature } from '../domain/plan-feature.ts';
import type { PlanGroup } from '../domain/plan-group.ts';
import type { PlanPrice } from '../domain/price.ts';
import type { RegionalOverage } from '../domain/regional-overage.ts';
import type { RegionalPrice } from '../domain/regional-price.ts';
import {
  exchangeRatesOfPlan,
  featureById,
  featureOfPlanFeature,
  featuresOfPlan,
  type Include,
  including,
  Loaders,
  planById,
  plansOfGroup,
  pricesOfPlan,
  regionalOveragesOfPlan,
  regionalPricesOfPrice,
  rowsOfPlan,
  sizeOfGroup,
} from '../domain/relations.ts';

/** What answers show in addition to the record itself. Read once for each slice of a list. */
export interface Details<Row, Detail> {
  read(reader: Reader, records: Row[]): Promise<Detail[]>;
  /** How many rows will be read for each record. */
  weigh(reader: Reader, records: Row[]): Promise<number[]>;
}

const idsOf = (records: { id: string }[]): string[] => records.map(({ id }) => id);

const weighPlans = async (reader: Reader, plans: Plan[]): Promise<number[]> =>
  rowsOfPlan(reader, idsOf(plans));

/** Plans with relations, read for one slice of a list. */
const readPlans = async (reader: Reader, plans: Plan[], include: Include): Promise<Loaders> => {
  const loaders = new Loaders(reader);
  // Slices are cut by what was weighed.
  await loaders.prefetch(planById, plans, include, Number.POSITIVE_INFINITY);
  return loaders;
};

const featuresOf = (loaders: Loaders, { id }: Plan): { link: PlanFeature; feature: Feature }[] => {
  const features: { link: PlanFeature; feature: Feature }[] = [];
  for (const link of loaders.peek(featuresOfPlan, id) ?? []) {
    const feature = loaders.peek(featureById, link.featureId);
    if (feature) features.push({ link, feature });
  }
  return features;
};

export interface PlanContents {
  plan: Plan;
  prices: PlanPrice[];
  features: { link: PlanFeature; feature: Feature }[];
}

const contents = including(pricesOfPlan, [featuresOfPlan, featureOfPlanFeature]);

export const planContents: Details<Plan, PlanContents> = {
  weigh: weighPlans,
  read: async (reader, plans) => {
    const loaders = await readPlans(reader, plans, contents);
    return plans.map((plan) => ({
      plan,
      prices: loaders.peek(pricesOfPlan, plan.id) ?? [],
      features: featuresOf(loaders, plan),
    }));
  },
};

export interface PlanDetail {
  plan: Plan;
  prices: { price: PlanPrice; regionalPrices: RegionalPrice[] }[];
  features: { link: PlanFeature; feature: Feature; regionalOverages: RegionalOverage[] }[];
  exchangeRates: ExchangeRate[];
}

const details = including(
  [pricesOfPlan, regionalPricesOfPrice],
  [featuresOfPlan, featureOfPlanFeature],
  regionalOveragesOfPlan,
  exchangeRatesOfPlan,
);

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
    const loaders = await readPlans(reader, plans, details);
    return plans.map((plan) => {
      const overages = byFeature(loaders.peek(regionalOveragesOfPlan, plan.id) ?? []);
      return {
        plan,
        prices: (loaders.peek(pricesOfPlan, plan.id) ?? []).map((price) => ({
          price,
          regionalPrices: loaders.peek(regionalPricesOfPrice, price.id) ?? [],
        })),
        features: featuresOf(loaders, plan).map(({ link, feature }) => ({
          link,
          feature,
          regionalOverages: overages.get(feature.id) ?? [],
        })),
        exchangeRates: loaders.peek(exchangeRatesOfPlan, plan.id) ?? [],
      };
    });
  },
};

export interface PlanGroupDetail {
  group: PlanGroup;
  plans: Plan[];
}

export const planGroupDetails: Details<PlanGroup, PlanGroupDetail> = {
  weigh: async (reader, groups) => sizeOfGroup(reader, idsOf(groups)),
  read: async (reader, groups) => {
    const plans = await plansOfGroup.read(reader, idsOf(groups));
    return groups.map((group, index) => ({ group, plans: plans[index] ?? [] }));
  },
};
