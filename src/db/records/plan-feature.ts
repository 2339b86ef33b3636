import { type Expression, sql } from 'kysely';
import type { FeatureType } from '../../vocabulary.ts';
import { type Batch, batch, inOneList } from '../read/batch.ts';
import type { SortKey, Stretch } from '../read/keyset.ts';
import { columns, listed, many, maybeOne, type Nested, pageOf, when } from '../read/nested.ts';
import { queries, type Reader, type Source } from '../read/reader.ts';
import { counted } from '../read/slices.ts';
import { type Plan, type PlanFeature, planFeature } from '../tables.ts';
import { insertInto } from '../write/insertion.ts';
import { publicTime } from '../write/updated-at.ts';
import type { Writer } from '../write/writer.ts';
import { ofLivePlan } from './plan.ts';

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
  many(
    source,
    planFeatures(source).where('plan_feature.plan_id', '=', planId),
    ['plan_feature.created_at', 'plan_feature.feature_id'],
    item,
  );

/** The features of a plan, in the order in which they were attached. */
export const featuresOfPlan = batch((source, planId) =>
  when(ofLivePlan(source, planId), featuresOf(source, planId, columns(source, planFeature))),
);

export const findFeaturesOfPlans = inOneList(featuresOfPlan);

export const planFeatureById = batch((source, id) =>
  maybeOne(
    livePlanFeatures(source).where('plan_feature.id', '=', id),
    columns(source, planFeature),
  ),
);

export const byAttachment: SortKey<PlanFeature> = {
  columns: { created_at: 'text', plan_id: 'text' },
  of: ({ createdAt, planId }) => [createdAt, planId],
};

/** Where features are attached, to live plans: the same stretch of each one's list. */
export const plansOfFeature = (stretch: Stretch): Batch<PlanFeature[]> =>
  batch((source, featureId) =>
    pageOf(
      source,
      'plan_feature',
      livePlansOf(source, featureId),
      byAttachment,
      stretch,
      columns(source, planFeature),
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
    columns(reader, planFeature),
  );
  return link;
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

const insertPlanFeatureImages = insertInto(planFeature);

export const insertPlanFeatures = (
  writer: Writer,
  links: readonly { link: PlanFeature; plan: Plan; feature: { type: FeatureType } }[],
): Promise<void> =>
  insertPlanFeatureImages(
    writer,
    links.map(({ link, plan, feature }) =>
      planFeature.fresh(link, {
        planIsFree: plan.isFree,
        planConsumptionModel: plan.consumptionModel,
        featureType: feature.type,
      }),
    ),
  );

export const savePlanFeature = async (
  writer: Writer,
  link: PlanFeature,
  isSeenByPublic: boolean,
): Promise<void> => {
  await writer[queries]
    .updateTable('plan_feature')
    .set({ ...planFeature.values(link), public_updated_at: publicTime(isSeenByPublic) })
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
