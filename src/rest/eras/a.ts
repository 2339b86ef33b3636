import { z } from 'zod';
import type { PlanFeature } from '../../domain/plan-feature.ts';
import type { PlanPrice } from '../../domain/price.ts';
import { pricingModes } from '../../vocabulary.ts';
import { type PlanContents, planContents, planGroupDetails } from '../details.ts';
import { b } from './b.ts';
import { answer, type Era, gathered } from './era.ts';
import * as fields from './fields.ts';
import { addPlanFeature, addPlanPrice, flatFieldName, flatten, updatePlanFeature, updatePlanPrice } from './flat.ts';
import { planFields, writePlan } from './plan.ts';
import { overageInPlan, writeOverageInPlan } from './plan-feature.ts';
import { groupAnswer } from './plan-group.ts';
import { allowanceFields, introOffer, priceFields, writeIntroOffer, writePrice } from './price.ts';

const planAnswer = answer({ name: 'Plan', object: 'plan', fields: z.object(planFields), write: writePlan });

const featureInPlan = {
  fields: {
    code: fields.text,
    name: fields.text,
    type: fields.featureType,
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
    type: feature.type,
    unitName: feature.unitName,
    enabled: link.enabled,
    includedAmount: link.includedAmount,
    unlimited: link.unlimited,
    overageEnabled: link.overage.enabled,
    overageUnitPrice: link.overage.unitPrice,
  }),
};

const listedPlan = gathered(planContents, {
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
    features: z.array(z.object(featureInPlan.fields)),
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
    prices: prices.map(writePrice),
    features: features.map(featureInPlan.write),
    createdAt: plan.createdAt,
  }),
});

const planDetail = gathered(planContents, {
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
    features: z.array(z.object({ ...featureInPlan.fields, overage: overageInPlan })),
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
    prices: prices.map((price) => Object.assign(writePrice(price), { introOffer: writeIntroOffer(price.introOffer) })),
    features: features.map((feature) =>
      Object.assign(featureInPlan.write(feature), { overage: writeOverageInPlan(feature.link) }),
    ),
    createdAt: plan.createdAt,
    updatedAt: plan.updatedAt,
  }),
});

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
    overageUnitPrice: fields.amount.nullable().describe('Null where a model is charged at its cost.'),
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
    overageUnitPrice: link.pricingMode === 'ai_model' ? link.overage.unitPrice || null : link.overage.unitPrice,
    creditsPerUnit: link.creditsPerUnit,
    pricingMode: link.pricingMode,
    margin: link.margin,
  }),
});

const offerFields = z.object(flatten('introOffer', introOffer.shape)).partial();

/** The fields of the introductory offer are there only where there is an offer. */
const priceAnswer = answer({
  name: 'PlanPrice',
  object: 'plan',
  fields: z.object({
    id: fields.text,
    planId: fields.text,
    ...priceFields,
    ...allowanceFields,
    ...offerFields.shape,
    createdAt: fields.time,
    updatedAt: fields.time,
  }),
  write: (price: PlanPrice) => ({
    id: price.id,
    planId: price.planId,
    ...writePrice(price),
    includedBalance: price.includedBalance,
    includedCredits: price.includedCredits,
    ...(price.introOffer && flatten('introOffer', price.introOffer)),
    createdAt: price.createdAt,
    updatedAt: price.updatedAt,
  }),
});

const deletedRegionalPrices = answer({
  name: 'DeletedPlanRegionalPricing',
  object: 'plan',
  fields: z.object({ id: fields.text, deleted: z.literal(true) }),
  write: ({ id }: PlanPrice) => ({ id, deleted: true as const }),
});

const groupDetail = gathered(planGroupDetails, {
  name: 'PlanGroupDetail',
  object: 'plan_group',
  fields: z.object({
    id: fields.text,
    name: fields.text,
    description: fields.text.nullable(),
    isPublic: fields.flag,
    plans: z.array(z.object({ id: fields.text, code: fields.text, name: fields.text, sortOrder: fields.count })),
    createdAt: fields.time,
    updatedAt: fields.time,
  }),
  write: ({ group, plans }) => ({
    id: group.id,
    name: group.name,
    description: group.description,
    isPublic: group.isPublic,
    plans: plans.map(({ id, code, name, sortOrder }) => ({ id, code, name, sortOrder })),
    createdAt: group.createdAt,
    updatedAt: group.updatedAt,
  }),
});

/** Nested members are fields of their own here, and each operation shows a plan in its own way. */
export const a: Era = {
  ...b,
  since: '2026-05-01',
  bodies: {
    'add-plan-feature': addPlanFeature,
    'update-plan-feature': updatePlanFeature,
    'add-plan-price': addPlanPrice,
    'update-plan-price': updatePlanPrice,
  },
  answers: {
    ...b.answers,
    'create-plan': planAnswer,
    'list-plans': listedPlan,
    'get-plan': planDetail,
    'update-plan': planAnswer,
    'set-plan-visibility': planAnswer,
    'add-plan-feature': planFeatureAnswer,
    'update-plan-feature': planFeatureAnswer,
    'add-plan-price': priceAnswer,
    'update-plan-price': priceAnswer,
    'set-default-plan-price': priceAnswer,
    'delete-regional-prices': deletedRegionalPrices,
    'list-plan-groups': groupAnswer,
    'get-plan-group': groupDetail,
    'create-plan-group': groupAnswer,
    'update-plan-group': groupAnswer,
  },
  stamp: (stamp, fields) => Object.assign({}, stamp, fields),
  fieldName: flatFieldName,
};
