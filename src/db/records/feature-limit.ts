import { relation } from '../read/lookup.ts';
import { queries, type Reader } from '../read/reader.ts';
import {
  type FeatureLimit,
  featureLimit,
  type PlanFeatureLimit,
  planFeatureLimit,
} from '../tables.ts';
import { featureLimitRows, planFeatureLimitRows } from '../write/catalogue.ts';
import type { Writer } from '../write/writer.ts';
import { featureById } from './feature.ts';
import { planById } from './plan.ts';

/** The limits that plans may set of a feature, in its order. */
export const limitsOfFeature = relation({
  owner: featureById,
  table: featureLimit,
  rows: ({ tenant, [queries]: db }) =>
    db.selectFrom('feature_limit').where('feature_limit.tenant_id', '=', tenant.id),
  by: 'featureId',
  order: ['position', 'code'],
});

/** Limits of hundreds of features, up to ten of each. */
const MOST_PLANS_WITH_LIMITS = 25;

/** What a plan allows of the limits of its features. */
export const limitsOfPlan = relation({
  owner: planById,
  table: planFeatureLimit,
  rows: ({ tenant, [queries]: db }) =>
    db.selectFrom('plan_feature_limit').where('plan_feature_limit.tenant_id', '=', tenant.id),
  by: 'planId',
  order: ['featureId', 'code'],
  most: MOST_PLANS_WITH_LIMITS,
});

/** The limits of a feature, to be written. */
export const storedLimitsOfFeature = async (
  writer: Writer,
  featureId: string,
): Promise<FeatureLimit[]> =>
  (await featureLimitRows.select(writer, { featureId })).map(featureLimitRows.record);

/** Codes of the limits of a feature that plans use. */
export const usedLimitsOf = async (reader: Reader, featureId: string): Promise<Set<string>> => {
  const rows = await reader[queries]
    .selectFrom('plan_feature_limit')
    .select('code')
    .distinct()
    .where('tenant_id', '=', reader.tenant.id)
    .where('feature_id', '=', featureId)
    .execute();
  return new Set(rows.map(({ code }) => code));
};

/** Whether limits of other features are counted per unit of this one. */
export const countsLimits = async (reader: Reader, featureId: string): Promise<boolean> => {
  const limit = await reader[queries]
    .selectFrom('feature_limit')
    .select('code')
    .where('tenant_id', '=', reader.tenant.id)
    .where('per_feature_id', '=', featureId)
    .limit(1)
    .executeTakeFirst();
  return limit !== undefined;
};

/** What the list leaves out goes. */
export const replaceLimitsOfFeature = async (
  writer: Writer,
  before: readonly FeatureLimit[],
  after: readonly FeatureLimit[],
): Promise<void> => {
  for (const { featureId, code } of before)
    if (!after.some((limit) => limit.code === code))
      await featureLimitRows.remove(writer, { featureId, code });
  await featureLimitRows.replace(writer, before, after);
};

/** Of a feature of a plan that was read to be written. */
export const storedLimitsOfPlanFeature = async (
  writer: Writer,
  planId: string,
  featureId: string,
): Promise<PlanFeatureLimit[]> =>
  (await planFeatureLimitRows.select(writer, { planId, featureId })).map(
    planFeatureLimitRows.record,
  );

/** What the list leaves out goes. */
export const replaceLimitsOfPlanFeature = async (
  writer: Writer,
  before: readonly PlanFeatureLimit[],
  after: readonly PlanFeatureLimit[],
): Promise<void> => {
  for (const { planId, featureId, code } of before)
    if (!after.some((limit) => limit.code === code))
      await planFeatureLimitRows.remove(writer, { planId, featureId, code });
  await planFeatureLimitRows.replace(writer, before, after);
};

/** Of plans that are new themselves. */
export const insertLimitsOfPlans = (
  writer: Writer,
  added: readonly PlanFeatureLimit[],
): Promise<void> => planFeatureLimitRows.insert(writer, added);
