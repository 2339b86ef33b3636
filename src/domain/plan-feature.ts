import { z } from 'zod';
import type { Loaders } from '../db/read/loaders.ts';
import {
  byAttachment,
  countPlansOfFeature as count,
  countFeaturesOfPlan,
  deletePlanFeature,
  findPlanFeature,
  insertPlanFeature,
  plansOfFeature,
  savePlanFeature,
} from '../db/records/plan-feature.ts';
import { removeUnitPrices, storedUnitPrices } from '../db/records/unit-price.ts';
import type { Feature, Plan, PlanFeature } from '../db/tables.ts';
import { touchContainers } from '../db/write/containers.ts';
import {
  ConflictError,
  type ErrorDetail,
  invalid,
  NotFoundError,
  ValidationError,
} from '../errors.ts';
import type { MaybePromise } from '../maybe-promise.ts';
import { pricingModes } from '../vocabulary.ts';
import { hasOverage, rederiveRegionalOverages } from './derived-pricing.ts';
import { getFeature } from './feature.ts';
import * as fields from './fields.ts';
import { refuseGrowth } from './maxima.ts';
import { operationOn, type Reader, type Writer } from './operation.ts';
import { type Page, type PageRequest, page } from './page.ts';
import { type DeletedObject, requirePlan } from './plan.ts';

export type { PlanFeature };

/** Where a feature is attached: to which live plans, oldest link first. */
export const listPlansOfFeature = (
  loaders: Loaders,
  featureId: string,
  request: PageRequest,
): MaybePromise<Page<PlanFeature>> =>
  page(request, {
    list: 'plansOfFeature',
    sortKey: byAttachment,
    fetch: (spec) => loaders.loadPage(plansOfFeature, featureId, spec),
  });

export const countPlansOfFeature = (reader: Reader, featureId: string): Promise<number> =>
  count(reader, featureId);

export const requirePlanFeature = async (
  reader: Reader,
  planId: string,
  featureId: string,
): Promise<PlanFeature> => {
  const link = await findPlanFeature(reader, planId, featureId);
  if (!link)
    throw new NotFoundError(
      'feature_not_found',
      'featureId',
      'The feature is not attached to this plan.',
    );
  return link;
};

/** What the plan's kind and the feature's type rule out. Zero, false and null count as absent. */
const checkPlanFeature = (link: PlanFeature, plan: Plan, feature: Feature): void => {
  const details: ErrorDetail[] = [];
  const refuse = (message: string, ...candidates: [field: string, present: boolean][]) => {
    for (const [field, present] of candidates) if (present) details.push({ field, message });
  };
  const overage: [string, boolean][] = [
    ['overage.enabled', link.overage.enabled],
    ['overage.unitPrice', link.overage.unitPrice > 0],
  ];
  if (feature.type === 'boolean')
    refuse(
      'must be absent on a boolean feature',
      ['includedAmount', link.includedAmount > 0],
      ['unlimited', link.unlimited],
      ...overage,
      ['creditsPerUnit', (link.creditsPerUnit ?? 0) > 0],
      ['margin', (link.margin ?? 0) > 0],
    );
  else if (plan.isFree) refuse('must be absent on a free plan', ...overage);
  else if (plan.consumptionModel !== 'metered' && plan.consumptionModel !== 'balance')
    refuse('needs a plan whose consumption model is metered or balance', ...overage);
  else if (link.unlimited) refuse('must be absent on an unlimited feature', ...overage);
  if (plan.consumptionModel !== 'balance')
    refuse('ai_model needs a plan whose consumption model is balance', [
      'pricingMode',
      link.pricingMode === 'ai_model',
    ]);
  if (details.length > 0) throw new ValidationError(details);
};

export const OverageInput = z.object({
  enabled: z.boolean().nullish().describe('Usage beyond the included amount is charged.'),
  unitPrice: fields.rateAmount
    .nullish()
    .describe('Price of one unit beyond the included amount, in rate scale.'),
});

export const AddPlanFeatureInput = z.object({
  featureId: fields.featureId,
  enabled: z.boolean().nullish().describe('True when omitted.'),
  includedAmount: fields.quantity
    .nullish()
    .describe('Units included in the price; 0 when omitted.'),
  unlimited: z.boolean().nullish().describe('No limit at all; false when omitted.'),
  overage: OverageInput.nullish().describe(
    'What usage beyond the included amount costs; nothing when omitted.',
  ),
  creditsPerUnit: fields.count.nullish().describe('Credits that one unit costs on a credits plan.'),
  pricingMode: z
    .enum(pricingModes)
    .nullish()
    .describe('How a balance plan charges usage; fixed when omitted.'),
  margin: fields.count.nullish().describe('Margin on the cost of AI models, in basis points.'),
  displayValue: fields.displayValue.nullish(),
});
export type AddPlanFeatureInput = z.infer<typeof AddPlanFeatureInput>;

export const addPlanFeature = operationOn(
  'addPlanFeature',
  [fields.planId, AddPlanFeatureInput],
  async (writer, planId, input): Promise<PlanFeature> => {
    const plan = await requirePlan(writer, planId);
    const feature = await getFeature(writer, input.featureId);
    const link: PlanFeature = {
      id: writer.newId('planFeature'),
      planId,
      featureId: feature.id,
      enabled: input.enabled ?? true,
      includedAmount: input.includedAmount ?? 0,
      unlimited: input.unlimited ?? false,
      overage: {
        enabled: input.overage?.enabled ?? false,
        unitPrice: input.overage?.unitPrice ?? 0,
      },
      creditsPerUnit: input.creditsPerUnit ?? null,
      pricingMode: input.pricingMode ?? 'fixed',
      margin: input.margin ?? null,
      displayValue: input.displayValue?.trim() ?? null,
      createdAt: writer.now,
      updatedAt: writer.now,
      revision: 1,
    };
    checkPlanFeature(link, plan, feature);
    if (await findPlanFeature(writer, planId, feature.id))
      throw new ConflictError(
        'feature_already_exists',
        `The feature ${feature.code} is attached to the plan already.`,
        'featureId',
      );
    const attached = await countFeaturesOfPlan(writer, planId);
    refuseGrowth('featuresOfPlan', attached, attached + 1, 'featureId');
    writer.about(link.id);
    await insertPlanFeature(writer, link, plan, feature);
    if (hasOverage(link)) await rederiveRegionalOverages(writer, link);
    return link;
  },
);

const refuseUnlimited = async (
  writer: Writer,
  { planId, featureId }: PlanFeature,
): Promise<void> => {
  if ((await storedUnitPrices(writer, { planId, featureId })).length > 0)
    throw invalid('unlimited', 'must be false while a price has a unit price for the feature');
};

export const UpdateOverageInput = z.object({
  enabled: z.boolean().optional().describe('Usage beyond the included amount is charged.'),
  unitPrice: fields.rateAmount
    .optional()
    .describe('Price of one unit beyond the included amount, in rate scale.'),
});

export const UpdatePlanFeatureInput = z.object({
  enabled: z.boolean().optional().describe('The plan offers the feature.'),
  includedAmount: fields.quantity.optional().describe('Units included in the price.'),
  unlimited: z.boolean().optional().describe('No limit at all.'),
  overage: UpdateOverageInput.optional().describe('Members that are left out stay as they are.'),
  creditsPerUnit: fields.count.nullish().describe('Null clears it.'),
  pricingMode: z.enum(pricingModes).optional().describe('How a balance plan charges usage.'),
  margin: fields.count.nullish().describe('Null clears it.'),
  displayValue: fields.displayValue.nullish().describe('Null clears it.'),
});
export type UpdatePlanFeatureInput = z.infer<typeof UpdatePlanFeatureInput>;

export const updatePlanFeature = operationOn(
  'updatePlanFeature',
  [fields.planId, fields.featureId, UpdatePlanFeatureInput],
  async (writer, planId, featureId, input): Promise<PlanFeature> => {
    const plan = await requirePlan(writer, planId);
    const feature = await getFeature(writer, featureId);
    const before = await requirePlanFeature(writer, planId, feature.id);
    const after: PlanFeature = {
      ...before,
      enabled: input.enabled ?? before.enabled,
      includedAmount: input.includedAmount ?? before.includedAmount,
      unlimited: input.unlimited ?? before.unlimited,
      overage: {
        enabled: input.overage?.enabled ?? before.overage.enabled,
        unitPrice: input.overage?.unitPrice ?? before.overage.unitPrice,
      },
      creditsPerUnit:
        input.creditsPerUnit === undefined ? before.creditsPerUnit : input.creditsPerUnit,
      pricingMode: input.pricingMode ?? before.pricingMode,
      margin: input.margin === undefined ? before.margin : input.margin,
      displayValue:
        input.displayValue === undefined
          ? before.displayValue
          : (input.displayValue?.trim() ?? null),
    };
    checkPlanFeature(after, plan, feature);
    if (after.unlimited && !before.unlimited) await refuseUnlimited(writer, after);
    writer.about(before.id);
    const saved = await savePlanFeature(writer, after);
    if (hasOverage(before) || hasOverage(after)) await rederiveRegionalOverages(writer, after);
    return saved;
  },
);

/** The id is that of the feature, which stays in the catalogue. */
export interface RemovedPlanFeature extends DeletedObject {
  /** The plan that it was taken off. Unknown where an earlier release did it. */
  plan?: Plan;
}

export const removePlanFeature = operationOn(
  'removePlanFeature',
  [fields.planId, fields.featureId],
  async (writer, planId, featureId): Promise<RemovedPlanFeature> => {
    await requirePlan(writer, planId);
    const feature = await getFeature(writer, featureId);
    const link = await requirePlanFeature(writer, planId, feature.id);
    writer.about(link.id);
    await removeUnitPrices(writer, { planId, featureId: feature.id });
    await deletePlanFeature(writer, planId, feature.id);
    await touchContainers(writer);
    return { id: feature.id, plan: await requirePlan(writer, planId) };
  },
);
