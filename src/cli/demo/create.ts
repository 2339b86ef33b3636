import { createFeature } from '../../domain/feature.ts';
import { setFeatureLimits, setPlanFeatureLimits } from '../../domain/feature-limit.ts';
import { createFeatureSection } from '../../domain/feature-section.ts';
import { createMarket } from '../../domain/market.ts';
import { operation, type Writer } from '../../domain/operation.ts';
import { createPlan } from '../../domain/plan.ts';
import { addPlanFeature } from '../../domain/plan-feature.ts';
import { createPlanGroup } from '../../domain/plan-group.ts';
import { addPlanPrice } from '../../domain/price.ts';
import { upsertRegionalPrices } from '../../domain/regional-price.ts';
import { setPlanRegionalPricing } from '../../domain/regional-pricing.ts';
import { type SetTranslationInput, setTranslation } from '../../domain/translation.ts';
import { setUnitPrice } from '../../domain/unit-price.ts';
import { type DemoPlan, features, groups, markets, sections } from './catalogue.ts';

/** One write, as the audit trail and the revision see it. */
export const createDemoCatalogue = operation(
  'createDemoCatalogue',
  async (writer): Promise<void> => {
    for (const { german, ...section } of sections)
      await inGerman(writer, await createFeatureSection(writer, section), german);
    for (const { german, limits, ...feature } of features) {
      const created = await createFeature(writer, feature);
      await inGerman(writer, created, german);
      if (limits) await setFeatureLimits(writer, created.id, { limits });
    }
    for (const market of markets) await createMarket(writer, market);
    for (const { german, plans, ...group } of groups) {
      const created = await createPlanGroup(writer, group);
      await inGerman(writer, created, german);
      for (const plan of plans) await createDemoPlan(writer, { ...plan, planGroupId: created.id });
    }
    writer.about(writer.tenant.id);
  },
);

const inGerman = async (
  writer: Writer,
  { id }: { id: string },
  texts: SetTranslationInput | undefined,
): Promise<void> => {
  if (texts) await setTranslation(writer, id, 'de', texts);
};

const createDemoPlan = async (writer: Writer, demo: DemoPlan): Promise<void> => {
  const { prices, features: links, exchangeRates, german, ...input } = demo;
  const plan = await createPlan(writer, input);
  await inGerman(writer, plan, german);
  for (const { german, limits, ...link } of links) {
    await inGerman(writer, await addPlanFeature(writer, plan.id, link), german);
    if (limits) await setPlanFeatureLimits(writer, plan.id, link.featureId, { limits });
  }
  const added = [];
  for (const { unitPrices = [], overrides, ...price } of prices)
    added.push({ unitPrices, overrides, price: await addPlanPrice(writer, plan.id, price) });
  for (const [currency, exchangeRate] of Object.entries(exchangeRates ?? {}))
    await setPlanRegionalPricing(writer, plan.id, { currency, exchangeRate });
  for (const { unitPrices, overrides, price } of added) {
    for (const unitPrice of unitPrices) await setUnitPrice(writer, plan.id, price.id, unitPrice);
    if (overrides) await upsertRegionalPrices(writer, plan.id, price.id, { overrides });
  }
};
