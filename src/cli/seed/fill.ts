import { findFeaturesByCode } from '../../db/records/feature.ts';
import { insertLimitsOfPlans, storedLimitsOfFeature } from '../../db/records/feature-limit.ts';
import { findFeatureSection } from '../../db/records/feature-section.ts';
import { findMarketNamed, storedMarketsOfCountries } from '../../db/records/market.ts';
import { insertMarketPrices } from '../../db/records/market-price.ts';
import { findPlansByCode, insertPlans } from '../../db/records/plan.ts';
import { insertPlanFeatures } from '../../db/records/plan-feature.ts';
import { insertPrices } from '../../db/records/price.ts';
import { saveRegionalPrices } from '../../db/records/regional-price.ts';
import { insertUnitPrices } from '../../db/records/unit-price.ts';
import { createFeature, type Feature } from '../../domain/feature.ts';
import { setFeatureLimits } from '../../domain/feature-limit.ts';
import { createFeatureSection } from '../../domain/feature-section.ts';
import { createMarket } from '../../domain/market.ts';
import { operation, type Store, type Tenant, type Writer } from '../../domain/operation.ts';
import { operator } from '../operator.ts';
import {
  codeOfPlan,
  type MarketInPlace,
  seedFeatures,
  seedLimits,
  seedMarketPrices,
  seedMarkets,
  seedMarketUnitPrices,
  seedPlan,
  seedPlanFeature,
  seedPlanLimits,
  seedPrices,
  seedRegionalPrices,
  seedRegionalUnitPrices,
  seedSections,
  seedUnitPrices,
  seedVariants,
} from './catalogue.ts';

/** Few enough that others who write to the same file wait for less than their patience lasts. */
const PLANS_A_BATCH = 200;

/**
 * Fills the catalogue up to plan `total`, in batches; plans that exist stay as they are. Yields how
 * far it has come.
 */
export async function* fill(store: Store, tenant: Tenant, total: number): AsyncGenerator<number> {
  for (let done = 0; done < total; ) {
    const size = Math.min(PLANS_A_BATCH, total - done);
    const numbers = Array.from({ length: size }, (_, index) => done + index + 1);
    await store.write(tenant, operator, async (writer) => {
      const missing = await withoutPlan(writer, numbers);
      if (missing.length > 0) await seedPlans(writer, missing);
    });
    done += size;
    yield done;
  }
}

const withoutPlan = async (writer: Writer, numbers: number[]): Promise<number[]> => {
  const plans = await findPlansByCode(writer, numbers.map(codeOfPlan));
  const codes = new Set(plans.map(({ code }) => code));
  return numbers.filter((number) => !codes.has(codeOfPlan(number)));
};

const addPlans = async (writer: Writer, numbers: number[]): Promise<void> => {
  const features = await ensureFeatures(writer);
  const plans = numbers.map((number) => ({ number, plan: seedPlan(writer, number) }));
  const markets = await ensureMarkets(writer);
  const prices = plans.flatMap(({ number, plan }) =>
    seedPrices(writer, plan, number).map((price) => ({ number, plan, price })),
  );
  const variants = prices.flatMap(({ number, plan, price }) =>
    seedVariants(writer, price, number).map((price) => ({ plan, price })),
  );
  const links = plans.flatMap(({ number, plan }) =>
    features.map((feature) => ({
      number,
      plan,
      feature,
      link: seedPlanFeature(writer, plan, feature, number),
    })),
  );
  await insertPlans(
    writer,
    plans.map(({ plan }) => plan),
  );
  await insertPrices(writer, prices);
  await insertPrices(writer, variants);
  await saveRegionalPrices(
    writer,
    [],
    prices.flatMap(({ price }) => seedRegionalPrices(price)),
  );
  await insertPlanFeatures(writer, links);
  await insertLimitsOfPlans(
    writer,
    links.flatMap(({ number, plan, feature }) => seedPlanLimits(plan, feature, number)),
  );
  const unitPrices = plans.flatMap(({ number, plan }) => {
    const own = prices.filter(({ price }) => price.planId === plan.id).map(({ price }) => price);
    return seedUnitPrices(plan, own, features, number);
  });
  await insertUnitPrices(writer, unitPrices, unitPrices.flatMap(seedRegionalUnitPrices));
  await insertMarketPrices(
    writer,
    [
      ...prices.flatMap(({ price }) => seedMarketPrices(price, markets)),
      ...variants.flatMap(({ price }) => seedMarketPrices(price, markets.slice(0, 1))),
    ],
    unitPrices.flatMap((unit) => seedMarketUnitPrices(unit, markets)),
  );
  writer.about(writer.tenant.id);
};

/** One write, as the audit trail and the revision see it. */
const seedPlans = operation('seedPlans', addPlans, { isBatch: true });

/** A market that has the country already serves as well. */
const ensureMarkets = async (writer: Writer): Promise<MarketInPlace[]> => {
  const found = new Map<string, MarketInPlace>();
  for (const { currency, ...market } of seedMarkets) {
    const known = await findMarketNamed(writer, market.code);
    const owners = await storedMarketsOfCountries(writer, market.countryCodes);
    const [owner] = owners.values();
    const marketId = known?.id ?? owner ?? (await createMarket(writer, market)).id;
    if (!found.has(marketId)) found.set(marketId, { marketId, currency });
  }
  return [...found.values()];
};

const ensureFeatures = async (writer: Writer): Promise<Feature[]> => {
  const existing = await findFeaturesByCode(
    writer,
    seedFeatures.map(({ code }) => code),
  );
  const codes = new Set(existing.map(({ code }) => code));
  for (const section of seedSections)
    if (!(await findFeatureSection(writer, section.code)))
      await createFeatureSection(writer, section);
  const created: Feature[] = [];
  for (const feature of seedFeatures)
    if (!codes.has(feature.code)) created.push(await createFeature(writer, feature));
  for (const feature of [...existing, ...created]) await ensureLimits(writer, feature);
  return [...existing, ...created];
};

const ensureLimits = async (writer: Writer, feature: Feature): Promise<void> => {
  const limits = seedLimits(feature);
  if (limits.length > 0 && (await storedLimitsOfFeature(writer, feature.id)).length === 0)
    await setFeatureLimits(writer, feature.id, { limits });
};
