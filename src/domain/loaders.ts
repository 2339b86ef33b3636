import DataLoader from 'dataloader';
import type { Batch } from '../db/batch.ts';
import { featureByCode, featureById } from '../db/feature.ts';
import { planByCode, planById, plansOfGroup } from '../db/plan.ts';
import { featuresOfPlan, plansOfFeature } from '../db/plan-feature.ts';
import { planGroupById } from '../db/plan-group.ts';
import { priceById, pricesOfPlan } from '../db/price.ts';
import { exchangeRatesOfPlan, regionalOveragesOfPlan, regionalPricesOfPrice } from '../db/regional-pricing.ts';
import type { Reader } from './operation.ts';

/** Each reads for any number of keys in one statement, with or without a loader. */
export const batches = {
  plan: planById,
  planByCode,
  price: priceById,
  feature: featureById,
  featureByCode,
  planGroup: planGroupById,
  pricesOfPlan,
  featuresOfPlan,
  plansOfFeature,
  plansOfGroup,
  exchangeRatesOfPlan,
  regionalPricesOfPrice,
  regionalOveragesOfPlan,
};

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
