import DataLoader from 'dataloader';
import { type Feature, findFeatures, findFeaturesByCode } from './feature.ts';
import type { Reader } from './operation.ts';
import { findPlans, findPlansByCode, findPlansOfGroups, type Plan } from './plan.ts';
import { findFeaturesOfPlans, findPlansOfFeatures, type PlanFeature } from './plan-feature.ts';
import { findPlanGroups, type PlanGroup } from './plan-group.ts';
import { findPrices, findPricesOfPlans, type PlanPrice } from './price.ts';
import {
  type ExchangeRate,
  findExchangeRates,
  findRegionalOverages,
  findRegionalPrices,
  type RegionalOverage,
  type RegionalPrice,
} from './regional-pricing.ts';

/** Reads for many keys at once: one statement, however many keys. Callable with or without DataLoader. */
type Batch<Value> = (reader: Reader, keys: readonly string[]) => Promise<Value[]>;

/** At most one record for each key; null where there is none. */
const one =
  <Row>(fetch: Batch<Row>, keyOf: (row: Row) => string): Batch<Row | null> =>
  async (reader, keys) => {
    const rows = new Map((await fetch(reader, keys)).map((row) => [keyOf(row), row]));
    return keys.map((key) => rows.get(key) ?? null);
  };

/** Every record for each key, in the order of the statement. */
const many =
  <Row>(fetch: Batch<Row>, keyOf: (row: Row) => string): Batch<Row[]> =>
  async (reader, keys) => {
    const rows = new Map<string, Row[]>(keys.map((key) => [key, []]));
    for (const row of await fetch(reader, keys)) rows.get(keyOf(row))?.push(row);
    return keys.map((key) => rows.get(key) ?? []);
  };

export const batches = {
  plan: one(findPlans, (plan: Plan) => plan.id),
  planByCode: one(findPlansByCode, (plan: Plan) => plan.code),
  price: one(findPrices, (price: PlanPrice) => price.id),
  feature: one(findFeatures, (feature: Feature) => feature.id),
  featureByCode: one(findFeaturesByCode, (feature: Feature) => feature.code),
  planGroup: one(findPlanGroups, (group: PlanGroup) => group.id),
  pricesOfPlan: many(findPricesOfPlans, (price: PlanPrice) => price.planId),
  featuresOfPlan: many(findFeaturesOfPlans, (link: PlanFeature) => link.planId),
  plansOfFeature: many(findPlansOfFeatures, (link: PlanFeature) => link.featureId),
  plansOfGroup: many(findPlansOfGroups, (plan: Plan) => plan.planGroupId ?? ''),
  exchangeRatesOfPlan: many(findExchangeRates, (rate: ExchangeRate) => rate.planId),
  regionalPricesOfPrice: many(findRegionalPrices, (price: RegionalPrice) => price.priceId),
  regionalOveragesOfPlan: many(findRegionalOverages, (overage: RegionalOverage) => overage.planId),
} satisfies Record<string, Batch<unknown>>;

export type Loaders = {
  [Name in keyof typeof batches]: DataLoader<string, Awaited<ReturnType<(typeof batches)[Name]>>[number]>;
};

const MOST_KEYS = 500;

/** One request's loaders. They live as long as the request and see what its reader sees. */
export const createLoaders = (reader: Reader): Loaders => {
  const loader = <Value>(batch: Batch<Value>) =>
    new DataLoader<string, Value>((keys) => batch(reader, keys), { maxBatchSize: MOST_KEYS });
  return {
    plan: loader(batches.plan),
    planByCode: loader(batches.planByCode),
    price: loader(batches.price),
    feature: loader(batches.feature),
    featureByCode: loader(batches.featureByCode),
    planGroup: loader(batches.planGroup),
    pricesOfPlan: loader(batches.pricesOfPlan),
    featuresOfPlan: loader(batches.featuresOfPlan),
    plansOfFeature: loader(batches.plansOfFeature),
    plansOfGroup: loader(batches.plansOfGroup),
    exchangeRatesOfPlan: loader(batches.exchangeRatesOfPlan),
    regionalPricesOfPrice: loader(batches.regionalPricesOfPrice),
    regionalOveragesOfPlan: loader(batches.regionalOveragesOfPlan),
  };
};
