import {
  type Branches,
  branchesNamed,
  type PlanBranch,
  type PlanTree,
  planTrees,
} from '../db/read/plan-tree.ts';
import { type MaybePromise, mapMaybePromise } from '../maybe-promise.ts';
import type { Feature } from './feature.ts';
import { Loader } from './loader.ts';
import type { Reader } from './operation.ts';
import type { Plan } from './plan.ts';
import type { PlanFeature } from './plan-feature.ts';
import { featureIdsIn } from './plan-tree.ts';
import type { PlanPrice } from './price.ts';
import type { ExchangeRate, RegionalOverage, RegionalPrice } from './regional-pricing.ts';

export { type Branches, branchesNamed, type PlanBranch };

/** The loaders that find what was read ahead. */
interface Shelves {
  readonly plan: Loader<Plan | null>;
  readonly planByCode: Loader<Plan | null>;
  readonly price: Loader<PlanPrice | null>;
  readonly feature: Loader<Feature | null>;
  readonly pricesOfPlan: Loader<PlanPrice[]>;
  readonly featuresOfPlan: Loader<PlanFeature[]>;
  readonly exchangeRatesOfPlan: Loader<ExchangeRate[]>;
  readonly regionalPricesOfPrice: Loader<RegionalPrice[]>;
  readonly regionalOveragesOfPlan: Loader<RegionalOverage[]>;
}

type Key = 'id' | 'code';

/**
 * How many plans one statement reads. Each may have overages of hundreds of features, each in
 * hundreds of currencies.
 */
const mostPlansWith = (branches: Branches): number => (branches.has('regionalOverages') ? 25 : 100);

/** Prefetches plans with their branches, so that the loaders have them when resolvers ask. */
export class PlanReader {
  readonly #reader: Reader;
  readonly #loaders: () => Shelves;
  readonly #readsAhead: boolean;
  #trees: Record<Key, Map<Branches, Loader<Plan | null>>> | undefined;

  constructor(reader: Reader, loaders: () => Shelves, readsAhead: boolean) {
    this.#reader = reader;
    this.#loaders = loaders;
    this.#readsAhead = readsAhead;
  }

  load(key: Key, value: string, branches: Branches): MaybePromise<Plan | null> {
    return this.#loader(key, value, branches).load(value);
  }

  /**
   * Like `load`, for a plan that stands alone: where reading needs no waiting, it waits for no
   * others.
   */
  loadAlone(key: Key, value: string, branches: Branches): MaybePromise<Plan | null> {
    const loader = this.#loader(key, value, branches);
    return this.#readsAhead && this.#reader.isAtHand ? loader.loadAlone(value) : loader.load(value);
  }

  /** The same plans, once their branches are at hand. */
  async withBranches(plans: readonly Plan[], branches: Branches): Promise<readonly Plan[]> {
    if (!this.#isInVain(branches))
      await Promise.all(plans.map(({ id }) => this.#tree('id', branches).load(id)));
    return plans;
  }

  /** Like `withBranches`, for plans that stand alone. */
  withBranchesAlone(plans: readonly Plan[], branches: Branches): MaybePromise<readonly Plan[]> {
    if (this.#isInVain(branches)) return plans;
    if (plans.length > mostPlansWith(branches)) return this.withBranches(plans, branches);
    const ids = plans.map(({ id }) => id);
    return mapMaybePromise(this.#read('id', ids, branches), () => plans);
  }

  #loader(key: Key, value: string, branches: Branches): Loader<Plan | null> {
    const { plan, planByCode } = this.#loaders();
    const bare = key === 'id' ? plan : planByCode;
    return this.#isInVain(branches) || bare.has(value) ? bare : this.#tree(key, branches);
  }

  #isInVain(branches: Branches): boolean {
    return !this.#readsAhead || branches.size === 0;
  }

  #tree(key: Key, branches: Branches): Loader<Plan | null> {
    this.#trees ??= { id: new Map(), code: new Map() };
    const trees = this.#trees[key];
    const known = trees.get(branches);
    if (known) return known;
    const loader = new Loader(
      this.#reader,
      (_, values) => this.#read(key, values, branches),
      mostPlansWith(branches),
    );
    trees.set(branches, loader);
    return loader;
  }

  #read(key: Key, values: readonly string[], branches: Branches): MaybePromise<(Plan | null)[]> {
    return mapMaybePromise(planTrees(key, branches)(this.#reader, values), (trees) => {
      for (const tree of trees) if (tree) this.#keep(tree);
      const plans = trees.map((tree) => tree?.plan ?? null);
      if (!branches.has('definitions')) return plans;
      return mapMaybePromise(this.#loaders().feature.fetch(featureIdsIn(trees)), () => plans);
    });
  }

  #keep({ plan, prices, features, regionalOverages, exchangeRates }: PlanTree): void {
    const loaders = this.#loaders();
    loaders.plan.put(plan.id, plan);
    loaders.planByCode.put(plan.code, plan);
    if (prices)
      loaders.pricesOfPlan.put(
        plan.id,
        prices.map(({ price }) => price),
      );
    for (const { price, regionalPrices } of prices ?? []) {
      loaders.price.put(price.id, price);
      if (regionalPrices) loaders.regionalPricesOfPrice.put(price.id, regionalPrices);
    }
    if (features) loaders.featuresOfPlan.put(plan.id, features);
    if (regionalOverages) loaders.regionalOveragesOfPlan.put(plan.id, regionalOverages);
    if (exchangeRates) loaders.exchangeRatesOfPlan.put(plan.id, exchangeRates);
  }
}
