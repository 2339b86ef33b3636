import type { Insertable, Selectable } from 'kysely';
import type { FeatureType, PricingMode } from '../vocabulary.ts';
import { ofLivePlan, type Plan } from './plan.ts';
import { flag, slices } from './rows.ts';
import { queries, type Reader, type Writer } from './session.ts';
import type { PlanFeatureTable } from './tables.ts';

export interface PlanFeature {
  planId: string;
  featureId: string;
  enabled: boolean;
  includedAmount: number;
  unlimited: boolean;
  overage: { enabled: boolean; unitPrice: number };
  creditsPerUnit: number | null;
  pricingMode: PricingMode;
  margin: number | null;
  createdAt: string;
  updatedAt: string;
}

const record = (row: Selectable<PlanFeatureTable>): PlanFeature => ({
  planId: row.plan_id,
  featureId: row.feature_id,
  enabled: row.enabled === 1,
  includedAmount: row.included_amount,
  unlimited: row.unlimited === 1,
  overage: { enabled: row.overage_enabled === 1, unitPrice: row.overage_unit_price },
  creditsPerUnit: row.credits_per_unit,
  pricingMode: row.pricing_mode,
  margin: row.margin,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

const columns = (link: PlanFeature) => ({
  enabled: flag(link.enabled),
  included_amount: link.includedAmount,
  unlimited: flag(link.unlimited),
  overage_enabled: flag(link.overage.enabled),
  overage_unit_price: link.overage.unitPrice,
  credits_per_unit: link.creditsPerUnit,
  pricing_mode: link.pricingMode,
  margin: link.margin,
  updated_at: link.updatedAt,
});

const livePlanFeatures = (reader: Reader) =>
  reader[queries]
    .selectFrom('plan_feature')
    .selectAll()
    .where('tenant_id', '=', reader.tenant.id)
    .where(ofLivePlan(reader, 'plan_feature.plan_id'));

export const findPlanFeature = async (
  reader: Reader,
  planId: string,
  featureId: string,
): Promise<PlanFeature | undefined> => {
  const row = await livePlanFeatures(reader)
    .where('plan_id', '=', planId)
    .where('feature_id', '=', featureId)
    .executeTakeFirst();
  return row && record(row);
};

/** The features of each plan, in the order in which they were attached. */
export const findFeaturesOfPlans = async (reader: Reader, planIds: readonly string[]): Promise<PlanFeature[]> => {
  if (planIds.length === 0) return [];
  const rows = await livePlanFeatures(reader)
    .where('plan_id', 'in', planIds)
    .orderBy('created_at')
    .orderBy('feature_id')
    .execute();
  return rows.map(record);
};

/** Where each feature is attached: to which live plans, oldest link first. */
export const findPlansOfFeatures = async (reader: Reader, featureIds: readonly string[]): Promise<PlanFeature[]> => {
  if (featureIds.length === 0) return [];
  const rows = await livePlanFeatures(reader)
    .where('feature_id', 'in', featureIds)
    .orderBy('created_at')
    .orderBy('plan_id')
    .execute();
  return rows.map(record);
};

export const isAttached = async (reader: Reader, featureId: string): Promise<boolean> =>
  (await livePlanFeatures(reader).where('feature_id', '=', featureId).limit(1).executeTakeFirst()) !== undefined;

export const insertPlanFeature = (
  writer: Writer,
  link: PlanFeature,
  plan: Plan,
  feature: { type: FeatureType },
): Promise<void> => insertPlanFeatures(writer, [{ link, plan, feature }]);

export const insertPlanFeatures = async (
  writer: Writer,
  links: readonly { link: PlanFeature; plan: Plan; feature: { type: FeatureType } }[],
): Promise<void> => {
  const rows = links.map(
    ({ link, plan, feature }): Insertable<PlanFeatureTable> => ({
      tenant_id: writer.tenant.id,
      plan_id: link.planId,
      feature_id: link.featureId,
      plan_is_free: flag(plan.isFree),
      plan_consumption_model: plan.consumptionModel ?? 'none',
      feature_type: feature.type,
      ...columns(link),
      created_at: link.createdAt,
    }),
  );
  for (const slice of slices(rows)) await writer[queries].insertInto('plan_feature').values(slice).execute();
};

export const savePlanFeature = async (writer: Writer, link: PlanFeature): Promise<void> => {
  await writer[queries]
    .updateTable('plan_feature')
    .set(columns(link))
    .where('tenant_id', '=', writer.tenant.id)
    .where('plan_id', '=', link.planId)
    .where('feature_id', '=', link.featureId)
    .execute();
};

export const deletePlanFeature = async (writer: Writer, planId: string, featureId: string): Promise<void> => {
  await writer[queries]
    .deleteFrom('plan_feature')
    .where('tenant_id', '=', writer.tenant.id)
    .where('plan_id', '=', planId)
    .where('feature_id', '=', featureId)
    .execute();
};
