import type { ExchangeRate } from '../domain/exchange-rate.ts';
import type { Feature } from '../domain/feature.ts';
import type { MarketPrice } from '../domain/market-price.ts';
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
  IncludeBuilder,
  including,
  Loaders,
  marketPricesOfPrice,
  planById,
  plansOfGroup,
  pricesOfPlan,
  regionalOveragesOfPlan,
  regionalPricesOfPrice,
  rowsOfPlan,
  rowsOfPlanInMarkets,
  sizeOfGroup,
  variantsOfPrice,
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

export interface PriceDetail {
  price: PlanPrice;
  regionalPrices: RegionalPrice[];
}

export interface PlanDetail<Price = PriceDetail> {
  plan: Plan;
  prices: Price[];
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

const pricesOf = (loaders: Loaders, { id }: Plan): PriceDetail[] =>
  (loaders.peek(pricesOfPlan, id) ?? []).map((price) => ({
    price,
    regionalPrices: loaders.peek(regionalPricesOfPrice, price.id) ?? [],
  }));

/** The contents of plans, with prices as `pricesOf` finds them among what was read. */
const detailsWith = <Price>(
  include: Include,
  pricesOf: (loaders: Loaders, plan: Plan) => Price[],
  weigh = weighPlans,
): Details<Plan, PlanDetail<Price>> => ({
  weigh,
  read: async (reader, plans) => {
    const loaders = await readPlans(reader, plans, include);
    return plans.map((plan) => {
      const overages = byFeature(loaders.peek(regionalOveragesOfPlan, plan.id) ?? []);
      return {
        plan,
        prices: pricesOf(loaders, plan),
        features: featuresOf(loaders, plan).map(({ link, feature }) => ({
          link,
          feature,
          regionalOverages: overages.get(feature.id) ?? [],
        })),
        exchangeRates: loaders.peek(exchangeRatesOfPlan, plan.id) ?? [],
      };
    });
  },
});

/** The contents of plans in every currency. */
export const planDetails = detailsWith(details, pricesOf);

export interface MarketPriceDetail {
  price: PlanPrice;
  marketPrices: MarketPrice[];
}

/** Prices in markets. */
export const marketPriceDetails: Details<PlanPrice, MarketPriceDetail> = {
  weigh: async (_reader, prices) => prices.map(() => 1),
  read: async (reader, prices) => {
    const marketPrices = await marketPricesOfPrice.read(reader, idsOf(prices));
    return prices.map((price, place) => ({ price, marketPrices: marketPrices[place] ?? [] }));
  },
};

const withMarkets = (): Include => {
  const builder = new IncludeBuilder();
  const prices = builder.add(pricesOfPlan);
  prices.add(regionalPricesOfPrice);
  prices.add(marketPricesOfPrice);
  prices.add(variantsOfPrice).add(marketPricesOfPrice);
  builder.add(featuresOfPlan);
  builder.addReference(featureOfPlanFeature);
  builder.add(regionalOveragesOfPlan);
  builder.add(exchangeRatesOfPlan);
  return builder.build();
};

/** The contents of plans in every currency and market: behind each price its variants. */
export const planDetailsWithMarkets = detailsWith(
  withMarkets(),
  (loaders, plan): (PriceDetail & MarketPriceDetail)[] =>
    pricesOf(loaders, plan).flatMap(({ price: base, regionalPrices }) =>
      [base, ...(loaders.peek(variantsOfPrice, base.id) ?? [])].map((price) => ({
        price,
        regionalPrices,
        marketPrices: loaders.peek(marketPricesOfPrice, price.id) ?? [],
      })),
    ),
  async (reader, plans) => rowsOfPlanInMarkets(reader, idsOf(plans)),
);

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
