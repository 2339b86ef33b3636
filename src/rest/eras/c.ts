import { z } from 'zod';
import type { PlanPrice } from '../../domain/price.ts';
import { type MarketPriceDetail, marketPriceDetails, planDetailsWithMarkets } from '../details.ts';
import { b0711 as b } from './b.ts';
import { withUsd } from './currencies.ts';
import { bare } from './envelope.ts';
import { type Era, gathered } from './era.ts';
import * as fields from './fields.ts';
import { marketAnswers } from './market.ts';
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
  inheritsFromPriceId: fields.text.nullable().describe('Of a variant: the price it inherits from.'),
  metadata: fields.metadata.describe('Of a variant, `name` in it is its name.'),
  marketPrices: z.array(
    z.object({
      marketGroupId: fields.text.describe('Id of the market.'),
      currency: fields.currency,
      price: inMinorUnits.schema,
    }),
  ),
};

/** Clients may fail on currencies that the contract does not list. */
const writeMarkets = ({ price, marketPrices }: MarketPriceDetail) => ({
  offerId: null,
  inheritsFromPriceId: price.inheritsFromPriceId,
  metadata: price.name === null ? price.metadata : { ...price.metadata, name: price.name },
  marketPrices: marketPrices
    .filter(({ currency }) => withUsd.has(currency))
    .map(({ marketId, currency, price }) => ({
      marketGroupId: marketId,
      currency,
      price: inMinorUnits.amountOf(price, currency),
    })),
});

const writePriceIn = (baseCurrency: string, price: PlanPrice) =>
  Object.assign(writePrice(price), { price: inMinorUnits.amountOf(price.price, baseCurrency) });

const priceAnswer = gathered(marketPriceDetails, {
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
  write: (detail, baseCurrency) => {
    const { price } = detail;
    return {
      id: price.id,
      planId: price.planId,
      ...writePriceIn(baseCurrency, price),
      includedBalance: price.includedBalance,
      includedCredits: price.includedCredits,
      ...writeMarkets(detail),
      createdAt: price.createdAt,
      updatedAt: price.updatedAt,
    };
  },
});

const planAnswer = planWith(
  {
    details: planDetailsWithMarkets,
    fields: z.object({
      id: fields.text,
      ...priceFields,
      price: inMinorUnits.schema,
      ...allowanceFields,
      ...marketFields,
      regionalPrices: z.array(regionalPrice.extend({ price: inMinorUnits.schema })),
    }),
    write: (detail, baseCurrency) => {
      const { price, regionalPrices } = detail;
      return {
        id: price.id,
        ...writePriceIn(baseCurrency, price),
        includedBalance: price.includedBalance,
        includedCredits: price.includedCredits,
        ...writeMarkets(detail),
        regionalPrices: regionalPrices.map((row) => writeRegionalPrice(row, inMinorUnits)),
      };
    },
  },
  withUsd,
);

const planFeatureAnswer = { ...b.answers['add-plan-feature'], object: 'plan_feature' };

/** No envelope around answers, no introductory offers, and `object` says what the object is. */
export const c: Era = {
  ...b,
  since: '2026-07-31',
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
    'update-plan-price': ['market_not_found', 'price_in_use'],
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
  hasMarkets: true,
  fieldName: (param) => param.replace(/^(marketPrices\.\d+\.)marketId$/, '$1marketGroupId'),
};

/** Where markets were called market groups. */
export const c0724: Era = {
  ...c,
  since: '2026-07-24',
  routes: {
    ...c.routes,
    'list-markets': 'GET /pricing/market-groups',
    'get-market': 'GET /pricing/market-groups/{id}',
    'create-market': 'POST /pricing/market-groups',
    'update-market': 'PATCH /pricing/market-groups/{id}',
    'delete-market': 'DELETE /pricing/market-groups/{id}',
  },
  answers: { ...c.answers, ...marketAnswers('market_group') },
  codes: { market_not_found: 'market_group_not_found', market_in_use: 'market_group_in_use' },
  fieldName: (param) => (param === 'marketId' ? 'marketGroupId' : c.fieldName(param)),
};
