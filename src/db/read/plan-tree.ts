import { sql } from 'kysely';
import { livePlans, type PlanKey, placeOfPlan } from '../records/plan.ts';
import { featuresOf } from '../records/plan-feature.ts';
import { pricesOf } from '../records/price.ts';
import {
  exchangeRatesOf,
  regionalOveragesOf,
  regionalPricesOf,
} from '../records/regional-pricing.ts';
import {
  type ExchangeRate,
  type Plan,
  type PlanFeature,
  type PlanPrice,
  plan,
  planFeature,
  planPrice,
  type RegionalOverage,
  type RegionalPrice,
} from '../tables.ts';
import { type Batch, batch } from './batch.ts';
import { Part } from './kept-records.ts';
import { absent, columns, maybeOne, type Nested, tuple } from './nested.ts';
import type { Source } from './reader.ts';
import { shelved } from './shelved.ts';

/**
 * What can be read together with a plan. Plans share the definitions of their features, which are
 * read apart.
 */
export type PlanBranch =
  | 'prices'
  | 'regionalPrices'
  | 'features'
  | 'definitions'
  | 'regionalOverages'
  | 'exchangeRates';

/** The same branches are the same object. */
export type Branches = ReadonlySet<PlanBranch>;

const sets = new Map<string, Branches>();

export const branchesNamed = (names: readonly PlanBranch[]): Branches => {
  const branches = new Set([...names].sort());
  const name = [...branches].join();
  const known = sets.get(name);
  if (!known) sets.set(name, branches);
  return known ?? branches;
};

/** A plan with those of its branches that were asked for. */
export interface PlanTree {
  plan: Plan;
  prices?: { price: PlanPrice; regionalPrices?: RegionalPrice[] | undefined }[] | undefined;
  features?: PlanFeature[] | undefined;
  regionalOverages?: RegionalOverage[] | undefined;
  exchangeRates?: ExchangeRate[] | undefined;
}

const treeWith = (source: Source, branches: Branches): Nested<PlanTree> => {
  const id = sql.ref<string>('plan.id');
  const asked = <Item>(branch: PlanBranch, items: Nested<Item>): Nested<Item | undefined> =>
    branches.has(branch) ? items : absent;
  const regionalPrices = asked(
    'regionalPrices',
    regionalPricesOf(source, sql.ref('plan_price.id')),
  );
  const priceTree = tuple(
    source,
    [columns(source, planPrice), regionalPrices],
    (price, regionalPrices) => ({
      price,
      regionalPrices,
    }),
  );
  return tuple(
    source,
    [
      columns(source, plan),
      asked('prices', pricesOf(source, id, priceTree)),
      asked('features', featuresOf(source, id, columns(source, planFeature))),
      asked('regionalOverages', regionalOveragesOf(source, id)),
      asked('exchangeRates', exchangeRatesOf(source, id)),
    ],
    (plan, prices, features, regionalOverages, exchangeRates) => ({
      plan,
      prices,
      features,
      regionalOverages,
      exchangeRates,
    }),
  );
};

/**
 * How many rows hang on a plan, apart from those of which it never has many. `cross` keeps SQLite
 * from starting with the currencies.
 */
export const rowsOfPlan = batch(({ tenant }, planId) => ({
  json: sql`(select count(*) from plan_feature where tenant_id = ${tenant.id} and plan_id = ${planId})
    + (select count(*) from regional_overage where tenant_id = ${tenant.id} and plan_id = ${planId})
    + (select count(*) from plan_price cross join regional_price
        where plan_price.tenant_id = ${tenant.id} and plan_price.plan_id = ${planId} and plan_price.archived_at is null
        and regional_price.tenant_id = plan_price.tenant_id and regional_price.price_id = plan_price.id)`,
  read: Number,
}));

const trees = new Map<Branches, Part<PlanTree>>();
const texts = {
  id: new Map<Branches, Batch<PlanTree | null>>(),
  code: new Map<Branches, Batch<PlanTree | null>>(),
};

/** Reads plans with branches, all in one statement. */
export const planTrees = (key: PlanKey, branches: Branches): Batch<PlanTree | null> => {
  const known = texts[key].get(branches);
  if (known) return known;
  const part = trees.get(branches) ?? new Part<PlanTree>();
  trees.set(branches, part);
  const read = shelved(
    batch((source, value) =>
      maybeOne(livePlans(source).where(`plan.${key}`, '=', value), treeWith(source, branches)),
    ),
    placeOfPlan(key, part, ({ plan }) => plan),
  );
  texts[key].set(branches, read);
  return read;
};
