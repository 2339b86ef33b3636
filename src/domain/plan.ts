import { z } from 'zod';
import { nounOf } from '../db/ids.ts';
import { including } from '../db/read/include.ts';
import { Loaders } from '../db/read/loaders.ts';
import { exchangeRatesOfPlan } from '../db/records/exchange-rate.ts';
import { limitsOfPlan } from '../db/records/feature-limit.ts';
import { membersOf } from '../db/records/group-order.ts';
import {
  countPlans as count,
  findPlan,
  findPlanByCode,
  insertPlan,
  listPlans as list,
  markPlanDeleted,
  type PlanOrder,
  type PlanSelection,
  planById,
  planSortKeys,
  savePlan,
} from '../db/records/plan.ts';
import { leadsTo } from '../db/records/plan-basis.ts';
import { featuresOfPlan } from '../db/records/plan-feature.ts';
import { findPlanGroupByCode } from '../db/records/plan-group.ts';
import { pricesOfPlan, variantsOfPrice } from '../db/records/price.ts';
import { regionalOveragesOfPlan } from '../db/records/regional-overage.ts';
import { regionalPricesOfPrice } from '../db/records/regional-price.ts';
import { regionalUnitPricesOfPrice, unitPricesOfPrice } from '../db/records/unit-price.ts';
import type { Plan } from '../db/tables.ts';
import { ConflictError, ForbiddenError, invalid, NotFoundError } from '../errors.ts';
import { type MaybePromise, mapMaybePromise } from '../maybe-promise.ts';
import { consumptionModels, planAvailabilities, visibilities } from '../vocabulary.ts';
import * as fields from './fields.ts';
import { closeGap, joinGroup, refuseOtherModel, requirePlanGroup } from './group-membership.ts';
import { operationOn, type Reader, type Writer } from './operation.ts';
import { type Page, type PageRequest, page } from './page.ts';
import { PlanPresentationInput, presented, UpdatePlanPresentationInput } from './presentation.ts';

export type { Plan, PlanOrder };

/** What is left of an object that was deleted, archived or removed. */
export interface DeletedObject {
  id: string;
}

/** A live plan, or the answer that there is none. */
export const requirePlan = async (
  reader: Reader,
  planId: string,
  param = 'planId',
): Promise<Plan> => {
  const plan = await findPlan(reader, planId);
  if (!plan) throw new NotFoundError('plan_not_found', param);
  return plan;
};

export const refusePriceOnFreePlan = (plan: Plan, price: number, param: string): void => {
  if (plan.isFree && price > 0) throw invalid(param, 'must be 0 on a free plan');
};

/** By id, else by code: an id wins over a code that looks like it. */
export const getPlan = async (reader: Reader, idOrCode: string): Promise<Plan> => {
  const plan = (await findPlan(reader, idOrCode)) ?? (await findPlanByCode(reader, idOrCode));
  if (!plan) throw new NotFoundError('plan_not_found', 'planId');
  return plan;
};

export const PlanFilter = z.object({
  codes: z
    .array(z.string())
    .max(100, 'must have at most 100 entries')
    .nullish()
    .describe('Plans with one of these codes.'),
  planGroupId: z.string().nullish().describe('Plans of the group with this id or code.'),
  visibility: z.enum(visibilities).nullish().describe('Public plans only, unless said otherwise.'),
  isFree: z.boolean().nullish().describe('Free plans, or those that are not.'),
  consumptionModel: z
    .enum(consumptionModels)
    .nullish()
    .describe('Plans that charge usage this way.'),
  text: fields
    .text(255)
    .min(1, 'must not be empty')
    .nullish()
    .describe('Found in the name or the code; the case of ASCII letters does not matter.'),
  metadata: z
    .object({
      key: fields.text(255).describe('A key at the top level of the metadata.'),
      value: fields
        .text(2_000)
        .describe('Its value: a text, or how a number or boolean is written.'),
    })
    .nullish()
    .describe('Plans whose metadata has this key with this value.'),
});
export type PlanFilter = z.infer<typeof PlanFilter>;

/** What names no group that the reader may see stays as it is, and finds no plan. */
const groupIdOf = (
  reader: Reader,
  idOrCode: string | null | undefined,
): MaybePromise<string | undefined> =>
  idOrCode == null || nounOf(idOrCode) === 'planGroup'
    ? (idOrCode ?? undefined)
    : findPlanGroupByCode(reader, idOrCode).then((group) => group?.id ?? idOrCode);

const selectionOf = (reader: Reader, filter: PlanFilter): MaybePromise<PlanSelection> => {
  const { visibility, codes, isFree, consumptionModel, text, metadata } = filter;
  if (metadata && reader.audience === 'public')
    throw new ForbiddenError('A publishable key does not search metadata.');
  return mapMaybePromise(groupIdOf(reader, filter.planGroupId), (planGroupId) => ({
    isPublic: visibility === 'all' ? undefined : visibility !== 'private',
    codes: codes ?? undefined,
    planGroupId,
    isFree: isFree ?? undefined,
    consumptionModel: consumptionModel ?? undefined,
    text: text ?? undefined,
    metadata: metadata ?? undefined,
  }));
};

export interface PlanSorting {
  by: PlanOrder;
  descending: boolean;
}

export const listPlans = (
  reader: Reader,
  filter: PlanFilter,
  request: PageRequest,
  order: PlanSorting = { by: 'sortOrder', descending: false },
): MaybePromise<Page<Plan>> =>
  page(request, {
    list: `plans-${order.by}-${order.descending ? 'desc' : 'asc'}`,
    sortKey: planSortKeys[order.by],
    fetch: (spec) =>
      mapMaybePromise(selectionOf(reader, filter), (selection) =>
        list(reader, selection, order, spec),
      ),
  });

export const countPlans = async (reader: Reader, filter: PlanFilter): Promise<number> =>
  count(reader, await selectionOf(reader, filter));

export const CreatePlanInput = z.object({
  name: fields.name,
  code: fields.codeOf('plan'),
  description: fields.description.nullish(),
  consumptionModel: z
    .enum(consumptionModels)
    .nullish()
    .describe('How usage is charged; no model when omitted.'),
  isPublic: z.boolean().nullish().describe('Listed for everyone; true when omitted.'),
  isFree: z
    .boolean()
    .nullish()
    .describe('Takes only prices of 0 and no overage; false when omitted.'),
  blockOnExhaustion: z
    .boolean()
    .nullish()
    .describe('Usage stops when the balance is used up; false when omitted.'),
  planGroupId: fields.planGroupId.nullish().describe('The group that the plan joins, at its end.'),
  metadata: fields.metadata.nullish(),
  publicMetadata: fields.publicMetadata.nullish(),
  availability: z
    .enum(planAvailabilities)
    .nullish()
    .describe('How customers get it; self_service when omitted.'),
  presentation: PlanPresentationInput.nullish().describe('How a page shows it.'),
  basedOnPlanId: fields.planId
    .nullish()
    .describe('Id or code of the plan whose features it has, and more.'),
});
export type CreatePlanInput = z.infer<typeof CreatePlanInput>;

export const createPlan = operationOn(
  'createPlan',
  [CreatePlanInput],
  async (writer, input): Promise<Plan> => {
    const { planGroupId, consumptionModel = null, basedOnPlanId = null } = input;
    const group = planGroupId ? await requirePlanGroup(writer, planGroupId) : undefined;
    const members = group ? await membersOf(writer, group.id) : [];
    refuseOtherModel(members, consumptionModel, 'planGroupId');
    if (await findPlanByCode(writer, input.code))
      throw new ConflictError('duplicate', `A plan with the code ${input.code} exists.`, 'code');
    if (basedOnPlanId !== null) await requirePlan(writer, basedOnPlanId, 'basedOnPlanId');
    const plan: Plan = {
      id: writer.newId('plan'),
      code: input.code,
      name: input.name.trim(),
      description: input.description ?? null,
      consumptionModel,
      isPublic: input.isPublic ?? true,
      isFree: input.isFree ?? false,
      blockOnExhaustion: input.blockOnExhaustion ?? false,
      availability: input.availability ?? 'self_service',
      presentation: presented(input.presentation),
      basedOnPlanId,
      planGroupId: null,
      sortOrder: 0,
      metadata: input.metadata ?? null,
      publicMetadata: input.publicMetadata ?? {},
      createdAt: writer.now,
      updatedAt: writer.now,
      revision: 1,
    };
    writer.about(plan.id);
    await insertPlan(writer, plan);
    return group ? joinGroup(writer, group, members, plan, { param: 'planGroupId' }) : plan;
  },
);

export const UpdatePlanInput = z.object({
  name: fields.name.optional(),
  description: fields.description.nullish().describe('Null clears it.'),
  metadata: fields.metadata.optional().describe('Replaces the metadata as a whole.'),
  publicMetadata: fields.publicMetadata
    .optional()
    .describe('Replaces the public metadata as a whole.'),
  isPublic: z.boolean().optional().describe('Listed for everyone.'),
  availability: z.enum(planAvailabilities).optional().describe('How customers get it.'),
  presentation: UpdatePlanPresentationInput.optional().describe(
    'How a page shows it. Members that are left out stay as they are.',
  ),
  basedOnPlanId: fields.planId
    .nullish()
    .describe('Id or code of the plan whose features it has, and more. Null clears it.'),
});
export type UpdatePlanInput = z.infer<typeof UpdatePlanInput>;

const refuseCycle = async (writer: Writer, planId: string, basedOnPlanId: string) => {
  const basis = await requirePlan(writer, basedOnPlanId, 'basedOnPlanId');
  if (await leadsTo(writer, basis.id, planId))
    throw invalid('basedOnPlanId', 'is the plan itself, or a plan that is based on it');
};

const change = async (writer: Writer, planId: string, input: UpdatePlanInput): Promise<Plan> => {
  const { name, description, metadata, publicMetadata, isPublic, availability } = input;
  const before = await requirePlan(writer, planId);
  const { basedOnPlanId = before.basedOnPlanId } = input;
  if (basedOnPlanId !== null && basedOnPlanId !== before.basedOnPlanId)
    await refuseCycle(writer, planId, basedOnPlanId);
  writer.about(planId);
  return savePlan(writer, {
    ...before,
    name: name?.trim() ?? before.name,
    description: description === undefined ? before.description : description,
    metadata: metadata ?? before.metadata,
    publicMetadata: publicMetadata ?? before.publicMetadata,
    isPublic: isPublic ?? before.isPublic,
    availability: availability ?? before.availability,
    presentation: presented(input.presentation, before.presentation),
    basedOnPlanId,
  });
};

export const updatePlan = operationOn(
  'updatePlan',
  [fields.planId, UpdatePlanInput],
  (writer, planId, input) => change(writer, planId, input),
);

export const SetPlanVisibilityInput = z.object({
  isPublic: z.boolean().describe('Listed for everyone.'),
});
export type SetPlanVisibilityInput = z.infer<typeof SetPlanVisibilityInput>;

export const setPlanVisibility = operationOn(
  'setPlanVisibility',
  [fields.planId, SetPlanVisibilityInput],
  (writer, planId, { isPublic }) => change(writer, planId, { isPublic }),
);

const wholePlan = including(
  [
    pricesOfPlan,
    regionalPricesOfPrice,
    unitPricesOfPrice,
    regionalUnitPricesOfPrice,
    variantsOfPrice,
  ],
  featuresOfPlan,
  limitsOfPlan,
  regionalOveragesOfPlan,
  exchangeRatesOfPlan,
);

export interface DeletedPlan extends DeletedObject {
  /** The group that it left. Unknown where an earlier release deleted it. */
  planGroupId?: string | null;
}

/**
 * The plan can be selected no more, leaves its group, and is the basis of no other; its prices and
 * features stay on record.
 */
export const deletePlan = operationOn(
  'deletePlan',
  [fields.planId],
  async (writer, planId): Promise<DeletedPlan> => {
    const loaders = new Loaders(writer);
    const plan = await loaders.loadWith(planById, planId, wholePlan);
    if (!plan) throw new NotFoundError('plan_not_found', 'planId');
    const prices = loaders.peek(pricesOfPlan, planId) ?? [];
    const { planGroupId } = plan;
    writer.about(planId);
    await markPlanDeleted(writer, plan, {
      prices: prices.flatMap((price) => [
        {
          price,
          regionalPrices: loaders.peek(regionalPricesOfPrice, price.id),
          unitPrices: loaders.peek(unitPricesOfPrice, price.id),
          regionalUnitPrices: loaders.peek(regionalUnitPricesOfPrice, price.id),
        },
        ...(loaders.peek(variantsOfPrice, price.id) ?? []).map((variant) => ({ price: variant })),
      ]),
      features: loaders.peek(featuresOfPlan, planId),
      limits: loaders.peek(limitsOfPlan, planId),
      regionalOverages: loaders.peek(regionalOveragesOfPlan, planId),
      exchangeRates: loaders.peek(exchangeRatesOfPlan, planId),
    });
    if (planGroupId !== null) await closeGap(writer, planGroupId);
    return { id: planId, planGroupId };
  },
);
