import { featureByCode, featureById } from '../db/feature.ts';
import { planByCode, planById, plansOfGroup } from '../db/plan.ts';
import { featuresOfPlan, type PlanFeature, planFeatureById, plansOfFeature } from '../db/plan-feature.ts';
import { planGroupById } from '../db/plan-group.ts';
import { priceById, pricesOfPlan } from '../db/price.ts';
import { exchangeRatesOfPlan, regionalOveragesOfPlan, regionalPricesOfPrice } from '../db/regional-pricing.ts';
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
  readonly [Name in keyof typeof batches]: Loader<Awaited<ReturnType<(typeof batches)[Name]>>[number]>;
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

/** Made when they are first asked for: most requests need few of them. */
class RequestLoaders implements Loaders {
  readonly #reader: Reader;
  #plan: Loaders['plan'] | undefined;
  #planByCode: Loaders['planByCode'] | undefined;
  #price: Loaders['price'] | undefined;
  #feature: Loaders['feature'] | undefined;
  #featureByCode: Loaders['featureByCode'] | undefined;
  #planGroup: Loaders['planGroup'] | undefined;
  #planFeature: Loaders['planFeature'] | undefined;
  #pricesOfPlan: Loaders['pricesOfPlan'] | undefined;
  #featuresOfPlan: Loaders['featuresOfPlan'] | undefined;
  #plansOfGroup: Loaders['plansOfGroup'] | undefined;
  #exchangeRatesOfPlan: Loaders['exchangeRatesOfPlan'] | undefined;
  #regionalPricesOfPrice: Loaders['regionalPricesOfPrice'] | undefined;
  #regionalOveragesOfPlan: Loaders['regionalOveragesOfPlan'] | undefined;
  #plansOfFeature: Loaders['plansOfFeature'] | undefined;
  readonly plans: PlanReader;

  constructor(reader: Reader, readsAhead: boolean) {
    this.#reader = reader;
    this.plans = new PlanReader(reader, this, readsAhead);
  }

  get plan() {
    this.#plan ??= new Loader(this.#reader, batches.plan, MOST_PLANS);
    return this.#plan;
  }

  get planByCode() {
    this.#planByCode ??= new Loader(this.#reader, batches.planByCode);
    return this.#planByCode;
  }

  get price() {
    this.#price ??= new Loader(this.#reader, batches.price);
    return this.#price;
  }

  get feature() {
    this.#feature ??= new Loader(this.#reader, batches.feature);
    return this.#feature;
  }

  get featureByCode() {
    this.#featureByCode ??= new Loader(this.#reader, batches.featureByCode);
    return this.#featureByCode;
  }

  get planGroup() {
    this.#planGroup ??= new Loader(this.#reader, batches.planGroup);
    return this.#planGroup;
  }

  get planFeature() {
    this.#planFeature ??= new Loader(this.#reader, batches.planFeature);
    return this.#planFeature;
  }

  get pricesOfPlan() {
    this.#pricesOfPlan ??= new Loader(this.#reader, batches.pricesOfPlan, MOST_PLANS);
    return this.#pricesOfPlan;
  }

  get featuresOfPlan() {
    this.#featuresOfPlan ??= new Loader(this.#reader, batches.featuresOfPlan, MOST_PLANS);
    return this.#featuresOfPlan;
  }

  get plansOfGroup() {
    this.#plansOfGroup ??= new Loader(this.#reader, batches.plansOfGroup, MOST_GROUPS);
    return this.#plansOfGroup;
  }

  get exchangeRatesOfPlan() {
    this.#exchangeRatesOfPlan ??= new Loader(this.#reader, batches.exchangeRatesOfPlan);
    return this.#exchangeRatesOfPlan;
  }

  get regionalPricesOfPrice() {
    this.#regionalPricesOfPrice ??= new Loader(this.#reader, batches.regionalPricesOfPrice, MOST_PLANS);
    return this.#regionalPricesOfPrice;
  }

  get regionalOveragesOfPlan() {
    this.#regionalOveragesOfPlan ??= new Loader(this.#reader, batches.regionalOveragesOfPlan, MOST_OVERAGES);
    return this.#regionalOveragesOfPlan;
  }

  get plansOfFeature() {
    this.#plansOfFeature ??= new StretchLoader(this.#reader, plansOfFeature);
    return this.#plansOfFeature;
  }
}

/** One request's loaders. They live as long as the request and see what its reader sees. */
export const createLoaders = (reader: Reader, readsAhead: boolean): Loaders => new RequestLoaders(reader, readsAhead);
