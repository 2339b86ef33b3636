import { type Expression, sql } from 'kysely';
import type { FeatureType } from '../../vocabulary.ts';
import { batch } from '../read/batch.ts';
import type { SortKey } from '../read/keyset.ts';
import { PagedRelation } from '../read/loaders.ts';
import { inOneList, Reference, record, relation } from '../read/lookup.ts';
import { columns, listed, pageOf } from '../read/nested.ts';
import { queries, type Reader, type Source } from '../read/reader.ts';
import { counted } from '../read/slices.ts';
import { type Plan, type PlanFeature, planFeature } from '../tables.ts';
import { planFeatureLimitRows, planFeatureRows, regionalOverageRows } from '../write/catalogue.ts';
import { isWriter, type Writer } from '../write/writer.ts';
import { byPlace, featureById } from './feature.ts';
import { findPlan, MOST_PLANS, ofLivePlan, planById } from './plan.ts';

/** The features of plans; of deleted ones, too. */
const planFeatures = (source: Source) =>
  source[queries].selectFrom('plan_feature').where('plan_feature.tenant_id', '=', source.tenant.id);

const livePlanFeatures = (source: Source) =>
  planFeatures(source).where(ofLivePlan(source, sql.ref('plan_feature.plan_id')));

/** Where a feature is attached: to which live plans. */
const livePlansOf = (source: Source, featureId: string | Expression<string>) =>
  livePlanFeatures(source).where('plan_feature.feature_id', '=', featureId);

/** With what they are sorted by: the place of each feature. */
const placedPlanFeatures = (source: Source) =>
  planFeatures(source).innerJoin('feature', (join) =>
    join
      .onRef('feature.tenant_id', '=', 'plan_feature.tenant_id')
      .onRef('feature.id', '=', 'plan_feature.feature_id'),
  );

/** The features of a plan, in the order of features. */
export const featuresOfPlan = relation({
  owner: planById,
  table: planFeature,
  rows: placedPlanFeatures,
  by: 'planId',
  order: Object.keys(byPlace.columns).map((column) => `feature.${column}` as const),
  most: MOST_PLANS,
});

/** The feature that is attached. */
export const featureOfPlanFeature = new Reference(
  featuresOfPlan,
  featureById,
  ({ featureId }: PlanFeature) => featureId,
);

export const findFeaturesOfPlans = inOneList(featuresOfPlan);

export const planFeatureById = record(planFeature, livePlanFeatures, {
  ownerOf: ({ planId }) => planId,
});

export const byAttachment: SortKey<PlanFeature> = {
  columns: { created_at: 'text', plan_id: 'text' },
  of: ({ createdAt, planId }) => [createdAt, planId],
};

/** Where a feature is attached, to live plans, oldest link first. */
export const plansOfFeature = new PagedRelation((page) =>
  batch((source, featureId) =>
    pageOf(
      source,
      'plan_feature',
      livePlansOf(source, featureId),
      byAttachment,
      page,
      columns(source, planFeature),
    ),
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
  if (isWriter(reader)) return storedPlanFeature(reader, planId, featureId);
  const [link] = await listed(
    reader,
    livePlanFeatures(reader)
      .where('plan_feature.plan_id', '=', planId)
      .where('plan_feature.feature_id', '=', featureId),
    columns(reader, planFeature),
  );
  return link;
};

/** Of a plan that is known to be live. */
const storedPlanFeature = async (
  writer: Writer,
  planId: string,
  featureId: string,
): Promise<PlanFeature | undefined> => {
  const [image] = await planFeatureRows.select(writer, { planId, featureId });
  return image && planFeatureRows.record(image);
};

/** The feature of a live plan with this id. */
export const findStoredPlanFeature = async (
  writer: Writer,
  id: string,
): Promise<PlanFeature | undefined> => {
  const [image] = await planFeatureRows.select(writer, { id });
  return image && (await findPlan(writer, image.planId)) && planFeatureRows.record(image);
};

/** The features of a plan that is known to be live, in any order. */
export const storedFeaturesOf = async (writer: Writer, planId: string): Promise<PlanFeature[]> => {
  const images = await planFeatureRows.select(writer, { planId });
  return images.map(planFeatureRows.record);
};

export const isAttached = async (reader: Reader, featureId: string): Promise<boolean> =>
  (await listed(reader, livePlansOf(reader, featureId).limit(1), columns(reader, planFeature)))
    .length > 0;

export const insertPlanFeature = (
  writer: Writer,
  link: PlanFeature,
  plan: Plan,
  feature: { type: FeatureType },
): Promise<void> => insertPlanFeatures(writer, [{ link, plan, feature }]);

export const insertPlanFeatures = (
  writer: Writer,
  links: readonly { link: PlanFeature; plan: Plan; feature: { type: FeatureType } }[],
): Promise<void> =>
  planFeatureRows.insert(
    writer,
    links.map(({ link, plan, feature }) =>
      planFeature.fresh(link, {
        planIsFree: plan.isFree,
        planConsumptionModel: plan.consumptionModel,
        featureType: feature.type,
      }),
    ),
  );

export const savePlanFeature = async (writer: Writer, link: PlanFeature): Promise<PlanFeature> => {
  const [saved] = await planFeatureRows.update(writer, [{ ...link }]);
  return saved ? planFeatureRows.record(saved) : link;
};

/** Its overage in other currencies and its limits go with it. */
export const deletePlanFeature = async (
  writer: Writer,
  planId: string,
  featureId: string,
): Promise<void> => {
  await regionalOverageRows.remove(writer, { planId, featureId });
  await planFeatureLimitRows.remove(writer, { planId, featureId });
  await planFeatureRows.remove(writer, { planId, featureId });
};
