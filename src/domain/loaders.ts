import type { Batch } from '../db/read/batch.ts';
import { featureByCode, featureById } from '../db/records/feature.ts';
import { planByCode, planById, plansOfGroup } from '../db/records/plan.ts';
import { featuresOfPlan, planFeatureById, plansOfFeature } from '../db/records/plan-feature.ts';
import { planGroupById } from '../db/records/plan-group.ts';
import { priceById, pricesOfPlan } from '../db/records/price.ts';
import {
  exchangeRatesOfPlan,
  regionalOveragesOfPlan,
  regionalPricesOfPrice,
} from '../db/records/regional-pricing.ts';
import type { PlanFeature } from '../db/tables.ts';
import { Loader } from './loader.ts';
import type { Reader } from './operation.ts';
import { PlanReader } from './plan-reader.ts';
import { StretchLoader } from './stretch-loader.ts';

/** Each reads for any number of keys in one statement, with or without a loader. */
export const batches = {
  plan: planById,
  planByCode,
  price: priceById,
  feature: featureById,
  featureByCode,
  planGroup: planGroupById,
  planFeature: planFeatureById,
  pricesOfPlan,
  featuresOfPlan,
  plansOfGroup,
  exchangeRatesOfPlan,
  regionalPricesOfPrice,
  regionalOveragesOfPlan,
};

type RecordLoaders = {
  readonly [Name in keyof typeof batches]: Loader<
    Awaited<ReturnType<(typeof batches)[Name]>>[number]
  >;
};

export interface Loaders extends RecordLoaders {
  /** Plans with what is selected below them. */
  readonly plans: PlanReader;
  /** Pages of where a feature is attached. */
  readonly plansOfFeature: StretchLoader<PlanFeature>;
}

/** Plans have metadata and lists of their own: so many at once are some megabytes at most. */
const MOST_PLANS = 100;
/** Groups hold hundreds of plans. */
const MOST_GROUPS = 10;
/** Overages of hundreds of features, each in hundreds of currencies. */
const MOST_OVERAGES = 25;

/** One request's loaders. They live as long as the request and see what its reader sees. */
export const createLoaders = (reader: Reader, readsAhead: boolean): Loaders => {
  const loader = <Value>(batch: Batch<Value>, mostKeys?: number) =>
    new Loader<Value>(reader, batch, mostKeys);
  // In one piece: to add a property to so many costs more than all of them.
  const loaders: Loaders = {
    plan: loader(batches.plan, MOST_PLANS),
    planByCode: loader(batches.planByCode),
    price: loader(batches.price),
    feature: loader(batches.feature),
    featureByCode: loader(batches.featureByCode),
    planGroup: loader(batches.planGroup),
    planFeature: loader(batches.planFeature),
    pricesOfPlan: loader(batches.pricesOfPlan, MOST_PLANS),
    featuresOfPlan: loader(batches.featuresOfPlan, MOST_PLANS),
    plansOfGroup: loader(batches.plansOfGroup, MOST_GROUPS),
    exchangeRatesOfPlan: loader(batches.exchangeRatesOfPlan),
    regionalPricesOfPrice: loader(batches.regionalPricesOfPrice, MOST_PLANS),
    regionalOveragesOfPlan: loader(batches.regionalOveragesOfPlan, MOST_OVERAGES),
    plans: new PlanReader(reader, () => loaders, readsAhead),
    plansOfFeature: new StretchLoader(reader, plansOfFeature),
  };
  return loaders;
};
