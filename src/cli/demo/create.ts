import { createFeature } from '../../domain/feature.ts';
import { operation, type Writer } from '../../domain/operation.ts';
import { createPlan } from '../../domain/plan.ts';
import { addPlanFeature } from '../../domain/plan-feature.ts';
import { createPlanGroup } from '../../domain/plan-group.ts';
import { addPlanPrice } from '../../domain/price.ts';
import { upsertRegionalPrices } from '../../domain/regional-price.ts';
import { setPlanRegionalPricing } from '../../domain/regional-pricing.ts';
import { type DemoPlan, features, groups } from './catalogue.ts';

/** One write, as the audit trail and the revision see it. */
export const createDemoCatalogue = operation(
  'createDemoCatalogue',
  async (writer): Promise<void> => {
    for (const feature of features) await createFeature(writer, feature);
    for (const { plans, ...group } of groups) {
      const { id: planGroupId } = await createPlanGroup(writer, group);
      for (const plan of plans) await createDemoPlan(writer, { ...plan, planGroupId });
    }
    writer.about(writer.tenant.id);
  },
);

const createDemoPlan = async (writer: Writer, demo: DemoPlan): Promise<void> => {
  const { prices, features: links, exchangeRates, ...input } = demo;
  const plan = await createPlan(writer, input);
  for (const link of links) await addPlanFeature(writer, plan.id, link);
  const added = [];
  for (const { overrides, ...price } of prices)
    added.push({ overrides, price: await addPlanPrice(writer, plan.id, price) });
  for (const [currency, exchangeRate] of Object.entries(exchangeRates ?? {}))
    await setPlanRegionalPricing(writer, plan.id, { currency, exchangeRate });
  for (const { overrides, price } of added)
    if (overrides) await upsertRegionalPrices(writer, plan.id, price.id, { overrides });
};
