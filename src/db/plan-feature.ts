import { type Expression, type Insertable, sql } from 'kysely';
import type { FeatureType, PricingMode } from '../vocabulary.ts';
import { type Batch, batch, inOneList } from './batch.ts';
import { insertion } from './insertion.ts';
import type { SortKey, Stretch } from './keyset.ts';
import { every, listed, type Nested, only, provided, shape, some } from './nested.ts';
import { ofLivePlan, type Plan } from './plan.ts';
import { flag } from './rows.ts';
import { queries, type Reader, type Source, type Writer } from './session.ts';
import { counted } from './slices.ts';
import type { PlanFeatureTable } from './tables.ts';
import { publicTime, seenTime } from './updated-at.ts';

export interface PlanFeature {
  id: string;
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

export const planFeature = shape(
  'plan_feature',
  [
    'id',
    'plan_id',
    'feature_id',
    'enabled',
    'included_amount',
    'unlimited',
    'overage_enabled',
    'overage_unit_price',
    'credits_per_unit',
    'pricing_mode',
    'margin',
    'created_at',
    'updated_at',
  ],
  ([
    id,
    planId,
    featureId,
    enabled,
    includedAmount,
    unlimited,
    overageEnabled,
    unitPrice,
    creditsPerUnit,
    pricingMode,
    margin,
    createdAt,
    updatedAt,
  ]): PlanFeature => ({
    id,
    planId,
    featureId,
    enabled: enabled === 1,
    includedAmount,
    unlimited: unlimited === 1,
    overage: { enabled: overageEnabled === 1, unitPrice },
    creditsPerUnit,
    pricingMode,
    margin,
    createdAt,
    updatedAt,
  }),
  { margin: sql.lit(null), updated_at: seenTime('plan_feature') },
);

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

/** The features of plans; of deleted ones, too. */
const planFeatures = (source: Source) =>
  source[queries].selectFrom('plan_feature').where('plan_feature.tenant_id', '=', source.tenant.id);

const livePlanFeatures = (source: Source) =>
  planFeatures(source).where(ofLivePlan(source, sql.ref('plan_feature.plan_id')));

/** Where a feature is attached: to which live plans. */
const livePlansOf = (source: Source, featureId: string | Expression<string>) =>
  livePlanFeatures(source).where('plan_feature.feature_id', '=', featureId);

/**
 * The features of a plan that is live, in the order in which they were attached, as what is made of
 * each.
 */
export const featuresOf = <Item>(
  source: Source,
  planId: Expression<string>,
  item: Nested<Item>,
): Nested<Item[]> =>
  every(
    source,
    planFeatures(source).where('plan_feature.plan_id', '=', planId),
    ['plan_feature.created_at', 'plan_feature.feature_id'],
    item,
  );

/** The features of a plan, in the order in which they were attached. */
export const featuresOfPlan = batch((source, planId) =>
  provided(ofLivePlan(source, planId), featuresOf(source, planId, planFeature(source))),
);

export const findFeaturesOfPlans = inOneList(featuresOfPlan);

export const planFeatureById = batch((source, id) =>
  only(livePlanFeatures(source).where('plan_feature.id', '=', id), planFeature(source)),
);

export const byAttachment: SortKey<PlanFeature> = {
  columns: { created_at: 'text', plan_id: 'text' },
  of: ({ createdAt, planId }) => [createdAt, planId],
};

/** Where features are attached, to live plans: the same stretch of each one's list. */
export const plansOfFeature = (stretch: Stretch): Batch<PlanFeature[]> =>
  batch((source, featureId) =>
    some(
      source,
      'plan_feature',
      livePlansOf(source, featureId),
      byAttachment,
      stretch,
      planFeature(source),
    ),
  );

export const countPlansOfFeature = (reader: Reader, featureId: string): Promise<number> => {
  const indexed = planFeatures(reader).where('plan_feature.feature_id', '=', featureId);
  return counted(reader, indexed, livePlansOf(reader, featureId), byAttachment);
};

export const countFeaturesOfPlan = async (reader: Reader, planId: string): Promise<number> => {
  const { count } = await planFeatures(reader)
    .where('plan_feature.plan_id', '=', planId)
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return count;
};

export const findPlanFeature = async (
  reader: Reader,
  planId: string,
  featureId: string,
): Promise<PlanFeature | undefined> => {
  const [link] = await listed(
    reader,
    livePlanFeatures(reader)
      .where('plan_feature.plan_id', '=', planId)
      .where('plan_feature.feature_id', '=', featureId),
    planFeature(reader),
  );
  return link;
};

export const isAttached = async (reader: Reader, featureId: string): Promise<boolean> =>
  (await listed(reader, livePlansOf(reader, featureId).limit(1), planFeature(reader))).length > 0;

export const insertPlanFeature = (
  writer: Writer,
  link: PlanFeature,
  plan: Plan,
  feature: { type: FeatureType },
): Promise<void> => insertPlanFeatures(writer, [{ link, plan, feature }]);

const insertPlanFeatureRows = insertion<Insertable<PlanFeatureTable>>((db, rows) =>
  db.insertInto('plan_feature').values(rows),
);

export const insertPlanFeatures = async (
  writer: Writer,
  links: readonly { link: PlanFeature; plan: Plan; feature: { type: FeatureType } }[],
): Promise<void> => {
  const rows = links.map(
    ({ link, plan, feature }): Insertable<PlanFeatureTable> => ({
      tenant_id: writer.tenant.id,
      id: link.id,
      plan_id: link.planId,
      feature_id: link.featureId,
      plan_is_free: flag(plan.isFree),
      plan_consumption_model: plan.consumptionModel ?? 'none',
      feature_type: feature.type,
      ...columns(link),
      created_at: link.createdAt,
    }),
  );
  await insertPlanFeatureRows(writer, rows);
};

export const savePlanFeature = async (
  writer: Writer,
  link: PlanFeature,
  isSeenByPublic: boolean,
): Promise<void> => {
  await writer[queries]
    .updateTable('plan_feature')
    .set({ ...columns(link), public_updated_at: publicTime(isSeenByPublic) })
    .where('tenant_id', '=', writer.tenant.id)
    .where('plan_id', '=', link.planId)
    .where('feature_id', '=', link.featureId)
    .execute();
};

export const deletePlanFeature = async (
  writer: Writer,
  planId: string,
  featureId: string,
): Promise<void> => {
  await writer[queries]
    .deleteFrom('plan_feature')
    .where('tenant_id', '=', writer.tenant.id)
    .where('plan_id', '=', planId)
    .where('feature_id', '=', featureId)
    .execute();
};
