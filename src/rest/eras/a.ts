import { z } from 'zod';
import * as inputs from '../../domain/fields.ts';
import { type Plan, UpdatePlanInput } from '../../domain/plan.ts';
import type { PlanFeature } from '../../domain/plan-feature.ts';
import type { IntroOffer, PlanPrice } from '../../domain/price.ts';
import { type ApiVersion, pricingModes } from '../../vocabulary.ts';
import { beyondContract } from '../beyond-contract.ts';
import {
  type PlanContents,
  type PlanGroupDetail,
  planContents,
  planGroupDetails,
} from '../details.ts';
import { b } from './b.ts';
import { flat } from './envelope.ts';
import { type Answer, answer, type Era, gathered } from './era.ts';
import {
  createFeatureEarly,
  currentNames,
  earlyNames,
  type FeatureTypeNames,
  featureAnswer,
} from './feature.ts';
import * as fields from './fields.ts';
import {
  addPlanFeature,
  addPlanPrice,
  flatFieldName,
  flatten,
  updatePlanFeature,
  updatePlanPrice,
} from './flat.ts';
import { planFields, writePlan } from './plan.ts';
import { overageInPlan, writeOverageInPlan } from './plan-feature.ts';
import { groupAnswer } from './plan-group.ts';
import { allowanceFields, introOffer, priceFields, writeIntroOffer, writePrice } from './price.ts';

const planAnswer = answer({
  name: 'Plan',
  object: 'plan',
  fields: z.object(planFields),
  write: writePlan,
});

const featureInPlan = ({ schema, nameOf }: FeatureTypeNames) => ({
  fields: {
    code: fields.text,
    name: fields.text,
    type: schema,
    unitName: fields.text.nullable(),
    enabled: fields.flag,
    includedAmount: fields.count,
    unlimited: fields.flag,
    overageEnabled: fields.flag,
    overageUnitPrice: fields.amount,
  },
  write: ({ link, feature }: PlanContents['features'][number]) => ({
    code: feature.code,
    name: feature.name,
    type: nameOf(feature.type),
    unitName: feature.unitName,
    enabled: link.enabled,
    includedAmount: link.includedAmount,
    unlimited: link.unlimited,
    overageEnabled: link.overage.enabled,
    overageUnitPrice: link.overage.unitPrice,
  }),
});

const listedPlan = (names: FeatureTypeNames): Answer<Plan> => {
  const feature = featureInPlan(names);
  return gathered(planContents, {
    name: 'ListedPlan',
    object: 'plan',
    fields: z.object({
      id: fields.text,
      code: fields.text,
      name: fields.text,
      description: fields.text.nullable(),
      isPublic: fields.flag,
      isFree: fields.flag,
      isDefault: fields.flag,
      sortOrder: fields.count,
      prices: z.array(z.object(priceFields)),
      features: z.array(z.object(feature.fields)),
      createdAt: fields.time,
    }),
    write: ({ plan, prices, features }) => ({
      id: plan.id,
      code: plan.code,
      name: plan.name,
      description: plan.description,
      isPublic: plan.isPublic,
      isFree: plan.isFree,
      isDefault: false,
      sortOrder: plan.sortOrder,
      prices: prices.map((price) => writePrice(price)),
      features: features.map(feature.write),
      createdAt: plan.createdAt,
    }),
  });
};

const planDetail = (names: FeatureTypeNames): Answer<Plan> => {
  const featureFields = featureInPlan(names);
  return gathered(planContents, {
    name: 'PlanDetail',
    object: 'plan',
    fields: z.object({
      id: fields.text,
      code: fields.text,
      name: fields.text,
      description: fields.text.nullable(),
      isPublic: fields.flag,
      isDefault: fields.flag,
      sortOrder: fields.count,
      prices: z.array(z.object({ ...priceFields, introOffer: introOffer.nullable() })),
      features: z.array(z.object({ ...featureFields.fields, overage: overageInPlan })),
      createdAt: fields.time,
      updatedAt: fields.time,
    }),
    write: ({ plan, prices, features }) => ({
      id: plan.id,
      code: plan.code,
      name: plan.name,
      description: plan.description,
      isPublic: plan.isPublic,
      isDefault: false,
      sortOrder: plan.sortOrder,
      prices: prices.map((price) =>
        Object.assign(writePrice(price), { introOffer: writeIntroOffer(price.introOffer) }),
      ),
      features: features.map((feature) =>
        Object.assign(featureFields.write(feature), { overage: writeOverageInPlan(feature.link) }),
      ),
      createdAt: plan.createdAt,
      updatedAt: plan.updatedAt,
    }),
  });
};

const planFeatureAnswer = answer({
  name: 'PlanFeature',
  object: 'plan',
  fields: z.object({
    planId: fields.text,
    featureId: fields.text,
    enabled: fields.flag,
    includedAmount: fields.count,
    unlimited: fields.flag,
    overageEnabled: fields.flag,
    overageUnitPrice: fields.amount
      .nullable()
      .describe('Null where a model is charged at its cost.'),
    creditsPerUnit: fields.count.nullable(),
    pricingMode: z.enum(pricingModes),
    margin: fields.count.nullable(),
  }),
  write: (link: PlanFeature) => ({
    planId: link.planId,
    featureId: link.featureId,
    enabled: link.enabled,
    includedAmount: link.includedAmount,
    unlimited: link.unlimited,
    overageEnabled: link.overage.enabled,
    overageUnitPrice:
      link.pricingMode === 'ai_model' ? link.overage.unitPrice || null : link.overage.unitPrice,
    creditsPerUnit: link.creditsPerUnit,
    pricingMode: link.pricingMode,
    margin: link.margin,
  }),
});

const noOffer: IntroOffer = {
  enabled: false,
  discountType: null,
  discountValue: null,
  durationCycles: null,
};

/**
 * Clients read the fields of the introductory offer as required: they are there without an offer,
 * too.
 */
const priceAnswer = answer({
  name: 'PlanPrice',
  object: 'plan',
  fields: z.object({
    id: fields.text,
    planId: fields.text,
    ...priceFields,
    ...allowanceFields,
    createdAt: fields.time,
    updatedAt: fields.time,
    ...flatten('introOffer', introOffer.shape),
  }),
  write: (price: PlanPrice) => ({
    id: price.id,
    planId: price.planId,
    ...writePrice(price),
    includedBalance: price.includedBalance,
    includedCredits: price.includedCredits,
    createdAt: price.createdAt,
    updatedAt: price.updatedAt,
    ...flatten('introOffer', price.introOffer ?? noOffer),
  }),
});

const deletedRegionalPrices = answer({
  name: 'DeletedPlanRegionalPricing',
  object: 'plan',
  fields: z.object({ id: fields.text, deleted: z.literal(true) }),
  write: ({ id }: PlanPrice) => ({ id, deleted: true as const }),
});

const groupFields = {
  id: fields.text,
  name: fields.text,
  description: fields.text.nullable(),
  isPublic: fields.flag,
  plans: z.array(
    z.object({
      id: fields.text,
      code: fields.text,
      name: fields.text,
      sortOrder: fields.count,
      isPublic: fields.flag,
    }),
  ),
  createdAt: fields.time,
  updatedAt: fields.time,
};

const writeGroup = ({ group, plans }: PlanGroupDetail) => ({
  id: group.id,
  name: group.name,
  description: group.description,
  isPublic: group.isPublic,
  plans: plans.map(({ id, code, name, sortOrder, isPublic }) => ({
    id,
    code,
    name,
    sortOrder,
    isPublic,
  })),
  createdAt: group.createdAt,
  updatedAt: group.updatedAt,
});

const groupDetail = gathered(planGroupDetails, {
  name: 'PlanGroupDetail',
  object: 'plan_group',
  fields: z.object(groupFields),
  write: writeGroup,
});

const addedToGroup = gathered(planGroupDetails, {
  name: 'AddedPlanToGroup',
  object: 'plan_group',
  fields: z.object({ ...groupFields, success: z.literal(true) }),
  write: (detail) => ({ ...writeGroup(detail), success: true as const }),
});

const reordered = gathered(planGroupDetails, {
  name: 'ReorderedPlans',
  object: 'plan_group',
  fields: z.object({ ...groupFields, reordered: z.literal(true) }),
  write: (detail) => ({ ...writeGroup(detail), reordered: true as const }),
});

/** Nested members are fields of their own here, and each operation shows a plan in its own way. */
const eraA = (since: ApiVersion, names: FeatureTypeNames, bodies: Era['bodies']): Era => ({
  ...b,
  since,
  bodies: {
    'update-plan': UpdatePlanInput.omit(beyondContract).extend({
      description: inputs.description.optional(),
    }),
    'add-plan-feature': addPlanFeature,
    'update-plan-feature': updatePlanFeature,
    'add-plan-price': addPlanPrice,
    'update-plan-price': updatePlanPrice,
    ...bodies,
  },
  answers: {
    ...b.answers,
    'create-plan': planAnswer,
    'list-plans': listedPlan(names),
    'get-plan': planDetail(names),
    'update-plan': planAnswer,
    'set-plan-visibility': planAnswer,
    'add-plan-feature': planFeatureAnswer,
    'update-plan-feature': planFeatureAnswer,
    'add-plan-price': priceAnswer,
    'update-plan-price': priceAnswer,
    'set-default-plan-price': priceAnswer,
    'delete-regional-prices': deletedRegionalPrices,
    'list-features': featureAnswer(names),
    'get-feature': featureAnswer(names),
    'create-feature': featureAnswer(names),
    'update-feature': featureAnswer(names),
    'list-plan-groups': groupAnswer,
    'get-plan-group': groupDetail,
    'create-plan-group': groupAnswer,
    'update-plan-group': groupAnswer,
    'add-plan-to-group': addedToGroup,
    'reorder-plans-in-group': reordered,
  },
  stamp: (stamp, fields) => Object.assign({}, stamp, fields),
  fieldName: flatFieldName,
});

export const a = eraA('2026-05-18', currentNames, {});
export const earlyA = eraA('2026-05-01', earlyNames, { 'create-feature': createFeatureEarly });

/**
 * Reads as they were before there were versions. Their objects do not say what they are, and to
 * which mode they belong.
 */
export const unversioned: Era = {
  ...earlyA,
  envelope: flat,
  stamp: (_stamp, fields) => fields,
};
