import {
  deleteRegionalPrices,
  SetPlanRegionalPricingInput,
  setPlanRegionalPricing,
  UpsertRegionalPricesInput,
  upsertRegionalPrices,
} from '../src/domain/regional-pricing.ts';
import { planById, priceById } from '../src/domain/relations.ts';
import { planAt, priceAt } from '../src/domain/revision.ts';
import { builder } from './builder.ts';
import { includeOf } from './include.ts';
import { inputType } from './input.ts';
import { linked } from './lookup.ts';
import { formatAmount, moneyFormat } from './money.ts';
import { mutation } from './mutation.ts';
import { IntroOffer } from './price.ts';
import {
  ExchangeRate,
  Plan,
  PlanFeature,
  PlanPrice,
  RegionalOverage,
  RegionalPrice,
} from './refs.ts';
import { expectedRevision } from './revision.ts';
import { DiscountType } from './vocabulary.ts';

RegionalPrice.implement({
  description: 'What a price is in another currency.',
  fields: (t) => ({
    id: t.id({
      description: 'Id for caches, made from the price and the currency. `node` does not know it.',
      resolve: ({ priceId, currency }) => `${priceId}_${currency}`,
    }),
    currency: t.expose('currency', { type: 'CurrencyCode', description: 'The currency.' }),
    price: t.expose('price', {
      type: 'RateAmount',
      description: 'Price in rate scale of the currency: 10000 is one unit of it.',
    }),
    formattedPrice: t.string({
      description: 'The price as people read it: "27,00 €".',
      args: moneyFormat,
      resolve: ({ price, currency }, format) => formatAmount(price, currency, format),
    }),
    includedBalance: t.expose('includedBalance', {
      type: 'RateAmount',
      nullable: true,
      description: 'Balance granted each month, in rate scale of the currency.',
    }),
    formattedIncludedBalance: t.string({
      nullable: true,
      description: 'The included balance as people read it.',
      args: moneyFormat,
      resolve: ({ includedBalance, currency }, format) =>
        includedBalance === null ? null : formatAmount(includedBalance, currency, format),
    }),
    autoSynced: t.exposeBoolean('autoSynced', {
      description:
        'Derived from the US dollar price at the exchange rate of the plan; false when it was set ' +
        'by hand.',
    }),
    includedBalanceAutoSynced: t.exposeBoolean('includedBalanceAutoSynced', {
      description: 'The included balance follows that of the price; false when it was set by hand.',
    }),
    introOffer: t.field({
      type: IntroOffer,
      nullable: true,
      description: 'The discount for new subscribers, in this currency.',
      resolve: ({ introOffer, currency }) =>
        introOffer && { enabled: true, ...introOffer, currency },
    }),
    introOfferAutoSynced: t.exposeBoolean('introOfferAutoSynced', {
      description: 'The discount follows that of the price; false when it was set by hand.',
    }),
    planPrice: t.field({
      type: PlanPrice,
      description: 'The price that this is in another currency.',
      resolve: ({ priceId }, _, { loaders }) =>
        linked(loaders.load(priceById, priceId), 'price_not_found'),
    }),
  }),
});

RegionalOverage.implement({
  description: 'What one unit of overage costs in another currency.',
  fields: (t) => ({
    id: t.id({
      description:
        'Id for caches, made from the feature of the plan and the currency. `node` does not know ' +
        'it.',
      resolve: ({ planFeature, currency }) => `${planFeature.id}_${currency}`,
    }),
    currency: t.expose('currency', { type: 'CurrencyCode', description: 'The currency.' }),
    unitPrice: t.expose('unitPrice', {
      type: 'RateAmount',
      description: 'Price of one unit in rate scale of the currency.',
    }),
    formattedUnitPrice: t.string({
      description: 'The unit price as people read it.',
      args: moneyFormat,
      resolve: ({ unitPrice, currency }, format) => formatAmount(unitPrice, currency, format),
    }),
    autoSynced: t.exposeBoolean('autoSynced', {
      description: 'Derived at the exchange rate of the plan; false when it was set by hand.',
    }),
    planFeature: t.expose('planFeature', {
      type: PlanFeature,
      description: 'The feature of the plan that is charged.',
    }),
  }),
});

ExchangeRate.implement({
  description: 'The rate at which a plan derives its prices in one currency.',
  fields: (t) => ({
    id: t.id({
      description: 'Id for caches, made from the plan and the currency. `node` does not know it.',
      resolve: ({ planId, currency }) => `${planId}_${currency}`,
    }),
    currency: t.expose('currency', { type: 'CurrencyCode', description: 'The currency.' }),
    exchangeRate: t.exposeFloat('exchangeRate', {
      description: 'Units of the currency that one US dollar buys.',
    }),
    plan: t.field({
      type: Plan,
      description: 'The plan.',
      resolve: ({ planId }, _, { loaders }, info) =>
        linked(loaders.loadWith(planById, planId, includeOf(info)), 'plan_not_found'),
    }),
  }),
});

const { overrides } = UpsertRegionalPricesInput.shape;
const { prices, features, introOffers } = SetPlanRegionalPricingInput.shape;

const priceOfPlan = builder.args((t) => ({
  planId: t.id({ required: true, description: 'Id of the plan.' }),
  priceId: t.id({ required: true, description: 'Id of one of its prices.' }),
}));

builder.mutationFields((t) => ({
  upsertRegionalPrices: t.field({
    type: PlanPrice,
    description:
      'Sets prices in other currencies by hand. Errors: `plan_not_found`, `price_not_found`.',
    args: {
      ...expectedRevision,
      ...priceOfPlan,
      input: t.arg({
        required: true,
        description: 'The prices.',
        type: inputType(
          'UpsertRegionalPricesInput',
          UpsertRegionalPricesInput,
          'Prices in other currencies.',
          {
            overrides: [
              inputType(
                'RegionalPriceOverrideInput',
                overrides.element,
                'A price in one other currency.',
                {
                  currency: 'CurrencyCode',
                  price: 'RateAmount',
                  includedBalance: 'RateAmount',
                },
              ),
            ],
          },
        ),
      }),
    },
    ...mutation,
    resolve: async (_, { planId, priceId, input, expectedRevision }, { write }) =>
      (
        await write((w) => upsertRegionalPrices(w, planId, priceId, input), {
          guard: priceAt(expectedRevision, planId, priceId),
        })
      ).price,
  }),
  deleteRegionalPrices: t.field({
    type: PlanPrice,
    description:
      'Removes every regional price of a price; the exchange rates of the plan stay. Errors: ' +
      '`plan_not_found`, `price_not_found`.',
    args: { ...priceOfPlan, ...expectedRevision },
    ...mutation,
    resolve: (_, { planId, priceId, expectedRevision }, { write }) =>
      write((w) => deleteRegionalPrices(w, planId, priceId), {
        guard: priceAt(expectedRevision, planId, priceId),
      }),
  }),
  setPlanRegionalPricing: t.field({
    type: Plan,
    description:
      'Sets the exchange rate of a plan for one currency, and with it every price, overage and ' +
      'introductory offer in it: ' +
      'named entries by hand, the others derived. ' +
      'Errors: `plan_not_found`, `price_not_found`, `feature_not_found`, `no_prices_configured`.',
    args: {
      ...expectedRevision,
      planId: t.arg.id({ required: true, description: 'Id of the plan.' }),
      input: t.arg({
        required: true,
        description: 'The rate, and what does not follow it.',
        type: inputType(
          'SetPlanRegionalPricingInput',
          SetPlanRegionalPricingInput,
          'Regional pricing of a plan.',
          {
            currency: 'CurrencyCode',
            exchangeRate: 'Float',
            prices: [
              inputType(
                'ManualRegionalPriceInput',
                prices.unwrap().unwrap().element,
                'A price that is set by hand.',
                {
                  priceId: 'ID',
                  price: 'RateAmount',
                  includedBalance: 'RateAmount',
                },
              ),
            ],
            features: [
              inputType(
                'ManualRegionalOverageInput',
                features.unwrap().unwrap().element,
                'An overage price that is set by hand.',
                {
                  featureId: 'ID',
                  overageUnitPrice: 'RateAmount',
                },
              ),
            ],
            introOffers: [
              inputType(
                'ManualRegionalIntroOfferInput',
                introOffers.unwrap().unwrap().element,
                'A discount that is set by hand.',
                {
                  priceId: 'ID',
                  discountType: DiscountType,
                  discountValue: 'Quantity',
                  durationCycles: 'Int',
                },
              ),
            ],
          },
        ),
      }),
    },
    ...mutation,
    resolve: async (_, { planId, input, expectedRevision }, { write }) =>
      (
        await write((w) => setPlanRegionalPricing(w, planId, input), {
          guard: planAt(expectedRevision, planId),
        })
      ).plan,
  }),
}));
