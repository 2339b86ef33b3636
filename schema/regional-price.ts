import {
  deleteRegionalPrices,
  deriveRegionalPrice,
  UpsertRegionalPricesInput,
  upsertRegionalPrices,
} from '../src/domain/regional-price.ts';
import { priceById } from '../src/domain/relations.ts';
import { priceAt } from '../src/domain/revision.ts';
import { formatAmount } from '../src/formatting.ts';
import { builder } from './builder.ts';
import { inputType } from './input.ts';
import { linked } from './lookup.ts';
import { moneyFormat } from './money.ts';
import { mutation } from './mutation.ts';
import { IntroOffer } from './price.ts';
import { priceOfPlan } from './reference.ts';
import { PlanPrice, RegionalPrice } from './refs.ts';
import { expectedRevision } from './revision.ts';

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
        'Derived from the price at the exchange rate of the plan; false when it was set by hand.',
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

const { overrides } = UpsertRegionalPricesInput.shape;

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
  deriveRegionalPrice: t.field({
    type: PlanPrice,
    description:
      'Derives a price in one currency at the exchange rate of the plan, with its included balance ' +
      'and its introductory offer. What was set by hand is overwritten; a row that is not there is ' +
      'added. Errors: `plan_not_found`, `price_not_found`, `exchange_rate_not_found`.',
    args: {
      ...priceOfPlan,
      currency: t.arg({
        type: 'CurrencyCode',
        required: true,
        description: 'A currency that the plan has a rate of.',
      }),
      ...expectedRevision,
    },
    ...mutation,
    resolve: (_, { planId, priceId, currency, expectedRevision }, { write }) =>
      write((w) => deriveRegionalPrice(w, planId, priceId, currency), {
        guard: priceAt(expectedRevision, planId, priceId),
      }),
  }),
}));
