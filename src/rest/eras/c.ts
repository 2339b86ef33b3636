import { z } from 'zod';
import type { PlanPrice } from '../../domain/price.ts';
import type { PlanDetail } from '../details.ts';
import { b0711 as b } from './b.ts';
import { withUsd } from './currencies.ts';
import { bare } from './envelope.ts';
import { answer, type Era } from './era.ts';
import * as fields from './fields.ts';
import { addPlanPrice, updatePlanPrice } from './markets.ts';
import { setPlanRegionalPricing, upsertRegionalPrices } from './minor-units.ts';
import { deleted, planWith, removed } from './plan.ts';
import { addedToGroup, groupAnswer, groupWithPlans, reordered } from './plan-group.ts';
import {
  allowanceFields,
  inMinorUnits,
  priceFields,
  regionalPrice,
  writePrice,
  writeRegionalPrice,
} from './price.ts';
import {
  deletedRegionalPrices,
  regionalPricingResult,
  upsertedRegionalPrices,
} from './regional-pricing.ts';

const marketFields = {
  offerId: z.null(),
  inheritsFromPriceId: z.null(),
  metadata: fields.metadata,
  marketPrices: z.array(z.never()).describe('Always empty: this server keeps no markets.'),
};

const writeMarkets = ({ metadata }: PlanPrice) => ({
  offerId: null,
  inheritsFromPriceId: null,
  metadata,
  marketPrices: [],
});

const writePriceIn = (baseCurrency: string, price: PlanPrice) =>
  Object.assign(writePrice(price), { price: inMinorUnits.amountOf(price.price, baseCurrency) });

const priceAnswer = answer({
  name: 'PlanPrice',
  object: 'plan_price',
  fields: z.object({
    id: fields.text,
    planId: fields.text,
    ...priceFields,
    price: inMinorUnits.schema,
    ...allowanceFields,
    ...marketFields,
    createdAt: fields.time,
    updatedAt: fields.time,
  }),
  write: (price: PlanPrice, baseCurrency) => ({
    id: price.id,
    planId: price.planId,
    ...writePriceIn(baseCurrency, price),
    includedBalance: price.includedBalance,
    includedCredits: price.includedCredits,
    ...writeMarkets(price),
    createdAt: price.createdAt,
    updatedAt: price.updatedAt,
  }),
});

const planAnswer = planWith(
  {
    fields: z.object({
      id: fields.text,
      ...priceFields,
      price: inMinorUnits.schema,
      ...allowanceFields,
      ...marketFields,
      regionalPrices: z.array(regionalPrice.extend({ price: inMinorUnits.schema })),
    }),
    write: ({ price, regionalPrices }: PlanDetail['prices'][number], baseCurrency) => ({
      id: price.id,
      ...writePriceIn(baseCurrency, price),
      includedBalance: price.includedBalance,
      includedCredits: price.includedCredits,
      ...writeMarkets(price),
      regionalPrices: regionalPrices.map((row) => writeRegionalPrice(row, inMinorUnits)),
    }),
  },
  withUsd,
);

const planFeatureAnswer = { ...b.answers['add-plan-feature'], object: 'plan_feature' };

/** No envelope around answers, no introductory offers, and `object` says what the object is. */
export const c: Era = {
  ...b,
  since: '2026-07-24',
  routes: {
    'create-plan': 'POST /plans',
    'update-plan': 'PATCH /plans/{id}',
    'delete-plan': 'DELETE /plans/{id}',
    'update-plan-feature': 'PATCH /plans/{id}/features/{featureId}',
    'update-plan-price': 'PATCH /plans/{id}/prices/{priceId}',
    'create-feature': 'POST /features',
    'update-feature': 'PATCH /features/{code}',
    'delete-feature': 'DELETE /features/{code}',
    'update-plan-group': 'PATCH /plan-groups/{id}',
  },
  bodies: {
    'add-plan-price': addPlanPrice,
    'update-plan-price': updatePlanPrice,
    'upsert-regional-prices': upsertRegionalPrices,
    'set-plan-regional-pricing': setPlanRegionalPricing,
  },
  errors: {
    'add-plan-price': ['price_not_found', 'market_not_found'],
    'update-plan-price': ['market_not_found'],
  },
  answers: {
    ...b.answers,
    'create-plan': planAnswer,
    'list-plans': planAnswer,
    'get-plan': planAnswer,
    'update-plan': planAnswer,
    'set-plan-visibility': planAnswer,
    'add-plan-feature': planFeatureAnswer,
    'update-plan-feature': planFeatureAnswer,
    'remove-plan-feature': removed('RemovedPlanFeature', 'plan_feature'),
    'add-plan-price': priceAnswer,
    'update-plan-price': priceAnswer,
    'delete-plan-price': deleted('DeletedPlanPrice', 'plan_price'),
    'set-default-plan-price': priceAnswer,
    'upsert-regional-prices': upsertedRegionalPrices('plan_regional_pricing', inMinorUnits),
    'delete-regional-prices': deletedRegionalPrices('plan_regional_pricing'),
    'set-plan-regional-pricing': regionalPricingResult('plan_regional_pricing'),
    'list-plan-groups': groupAnswer,
    'get-plan-group': groupWithPlans('PlanGroupDetail'),
    'create-plan-group': groupAnswer,
    'update-plan-group': groupAnswer,
    'add-plan-to-group': addedToGroup('plan_group_membership'),
    'remove-plan-from-group': removed('RemovedPlanFromGroup', 'plan_group_membership'),
    'reorder-plans-in-group': reordered('plan_group_order'),
  },
  envelope: bare,
  priceUnit: 'minor_unit',
};
