import { createApiKey } from '../../src/domain/api-key.ts';
import { createChangeSet } from '../../src/domain/change-set.ts';
import { createFeature } from '../../src/domain/feature.ts';
import { setFeatureLimits, setPlanFeatureLimits } from '../../src/domain/feature-limit.ts';
import { createFeatureSection } from '../../src/domain/feature-section.ts';
import { createMarket } from '../../src/domain/market.ts';
import { operation } from '../../src/domain/operation.ts';
import { createPlan } from '../../src/domain/plan.ts';
import { addPlanFeature } from '../../src/domain/plan-feature.ts';
import { createPlanGroup } from '../../src/domain/plan-group.ts';
import { addPlanPrice } from '../../src/domain/price.ts';
import type { Catalogue } from '../catalogue.ts';

/** Everything that the API has ids of. */
export const nouns = [
  'plan',
  'price',
  'feature',
  'planGroup',
  'section',
  'market',
  'apiKey',
  'changeSet',
] as const;
export type Noun = (typeof nouns)[number];
export type Ids = Record<Noun, string>;

export const usualCodes = {
  plan: 'plan',
  feature: 'feature',
  section: 'section',
  planGroup: 'group',
  market: 'market',
};

const oneOfEach = operation('oneOfEach', async (writer, codes: typeof usualCodes) => {
  const group = await createPlanGroup(writer, { name: 'Group', code: codes.planGroup });
  const form = {
    name: 'Plan',
    code: codes.plan,
    consumptionModel: 'metered',
    planGroupId: group.id,
  } as const;
  const plan = await createPlan(writer, form);
  const market = await createMarket(writer, {
    name: 'Market',
    code: codes.market,
    countryCodes: ['BR'],
  });
  const price = await addPlanPrice(writer, plan.id, {
    billingInterval: 'monthly',
    price: 1,
    marketPrices: [{ marketId: market.id, currency: 'brl', price: 1 }],
  });
  const section = await createFeatureSection(writer, { name: 'Section', code: codes.section });
  const feature = await createFeature(writer, {
    name: 'Feature',
    code: codes.feature,
    type: 'usage',
    sectionId: section.id,
  });
  await addPlanFeature(writer, plan.id, {
    featureId: feature.id,
    overage: { enabled: true, unitPrice: 1 },
  });
  const limits = [{ code: 'limit', name: 'Limit' }];
  await setFeatureLimits(writer, feature.id, { limits });
  const amounts = [{ code: 'limit', amount: 1 }];
  await setPlanFeatureLimits(writer, plan.id, feature.id, { limits: amounts });
  const { apiKey } = await createApiKey(writer, { name: 'Key', scope: 'read' });
  writer.about('all');
  return {
    plan: plan.id,
    price: price.id,
    feature: feature.id,
    planGroup: group.id,
    section: section.id,
    market: market.id,
    apiKey: apiKey.id,
  };
});

/**
 * One of each: a metered plan in a group, with a price that has an amount in a market, and a feature
 * that has overage and a limit, all in one transaction; and a change set.
 */
export const arrange = async (catalogue: Catalogue, codes = usualCodes): Promise<Ids> => {
  const ids = await catalogue.change((w) => oneOfEach(w, codes));
  const document = `catalogue: 1\nplans: { ${codes.plan}: { name: Other } }`;
  const set = await catalogue.change((w) => createChangeSet(w, { document }));
  return { ...ids, changeSet: set.id };
};
