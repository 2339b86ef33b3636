import { findFeaturesByCode } from '../../db/records/feature.ts';
import { findPlansByCode, insertPlans } from '../../db/records/plan.ts';
import { insertPlanFeatures } from '../../db/records/plan-feature.ts';
import { insertPrices } from '../../db/records/price.ts';
import { saveRegionalPrices } from '../../db/records/regional-price.ts';
import { createFeature, type Feature } from '../../domain/feature.ts';
import { operation, type Store, type Tenant, type Writer } from '../../domain/operation.ts';
import { operator } from '../operator.ts';
import {
  codeOfPlan,
  seedFeatures,
  seedPlan,
  seedPlanFeature,
  seedPrices,
  seedRegionalPrices,
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
  const prices = plans.flatMap(({ number, plan }) =>
    seedPrices(writer, plan, number).map((price) => ({ plan, price })),
  );
  const links = plans.flatMap(({ number, plan }) =>
    features.map((feature) => ({
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
  await saveRegionalPrices(
    writer,
    [],
    prices.flatMap(({ price }) => seedRegionalPrices(price)),
  );
  await insertPlanFeatures(writer, links);
  writer.about(writer.tenant.id);
};

/** One write, as the audit trail and the revision see it. */
const seedPlans = operation('seedPlans', addPlans, { isBatch: true });

const ensureFeatures = async (writer: Writer): Promise<Feature[]> => {
  const existing = await findFeaturesByCode(
    writer,
    seedFeatures.map(({ code }) => code),
  );
  const codes = new Set(existing.map(({ code }) => code));
  const created: Feature[] = [];
  for (const feature of seedFeatures)
    if (!codes.has(feature.code)) created.push(await createFeature(writer, feature));
  return [...existing, ...created];
};
