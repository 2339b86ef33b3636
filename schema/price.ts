import {
  AddPlanPriceInput,
  addPlanPrice,
  type DeletedPlanPrice as DeletedPlanPriceRecord,
  deletePlanPrice,
  IntroOfferInput,
  type IntroOffer as IntroOfferRecord,
  setDefaultPlanPrice,
  UpdateIntroOfferInput,
  UpdatePlanPriceInput,
  updatePlanPrice,
} from '../src/domain/price.ts';
import { planById, regionalPricesOfPrice } from '../src/domain/relations.ts';
import { priceAt } from '../src/domain/revision.ts';
import { formatAmount, formatBasisPoints } from '../src/formatting.ts';
import { mapMaybePromise } from '../src/maybe-promise.ts';
import { builder } from './builder.ts';
import { includeOf, reads } from './include.ts';
import { inputType } from './input.ts';
import { linked } from './lookup.ts';
import { MarketPriceInput } from './market-price.ts';
import { moneyFormat } from './money.ts';
import { mutation } from './mutation.ts';
import { Node } from './node.ts';
import { planId, priceOfPlan } from './reference.ts';
import { Plan, PlanPrice, RegionalPrice } from './refs.ts';
import { expectedRevision } from './revision.ts';
import { secret } from './secret.ts';
import { BillingInterval, DiscountType } from './vocabulary.ts';

/** An offer knows no currency of its own: it is that of its price. */
export const IntroOffer = builder
  .objectRef<IntroOfferRecord & { currency: string }>('IntroOffer')
  .implement({
    description: 'A discount for the first billing cycles of a subscription.',
    fields: (t) => ({
      enabled: t.exposeBoolean('enabled', { description: 'The offer is made.' }),
      discountType: t.expose('discountType', {
        type: DiscountType,
        nullable: true,
        description: 'How the discount is counted.',
      }),
      discountValue: t.expose('discountValue', {
        type: 'Quantity',
        nullable: true,
        description: 'Basis points of a percentage (5000 = 50 %), or an amount in rate scale.',
      }),
      durationCycles: t.exposeInt('durationCycles', {
        nullable: true,
        description: 'For how many billing cycles the discount lasts; null for no end.',
      }),
      formattedDiscount: t.string({
        nullable: true,
        description: 'The discount as people read it: "50%", "$5.00".',
        args: moneyFormat,
        resolve: ({ discountType, discountValue, currency }, format) => {
          if (discountType === null || discountValue === null) return null;
          return discountType === 'percentage'
            ? formatBasisPoints(discountValue, format.locale)
            : formatAmount(discountValue, currency, format);
        },
      }),
    }),
  });

PlanPrice.implement({
  description: 'What a plan costs for one billing interval, in the base currency.',
  interfaces: [Node],
  fields: (t) => ({
    billingInterval: t.expose('billingInterval', {
      type: BillingInterval,
      description: 'How often it is charged.',
    }),
    price: t.expose('price', {
      type: 'RateAmount',
      description: 'Price in rate scale: 10000 is one unit of the currency.',
    }),
    currency: t.field({
      type: 'CurrencyCode',
      description: 'The base currency of the organization.',
      resolve: (_price, _args, { baseCurrency }) => baseCurrency,
    }),
    formattedPrice: t.string({
      description: 'The price as people read it: "$29.00".',
      args: moneyFormat,
      resolve: ({ price }, format, { baseCurrency }) => formatAmount(price, baseCurrency, format),
    }),
    isDefault: t.exposeBoolean('isDefault', {
      description: 'The price to offer first; one a plan.',
    }),
    trialDays: t.exposeInt('trialDays', { description: 'Days before the first charge.' }),
    includedBalance: t.expose('includedBalance', {
      type: 'RateAmount',
      nullable: true,
      description: 'Balance granted each month, in rate scale.',
    }),
    formattedIncludedBalance: t.string({
      nullable: true,
      description: 'The included balance as people read it.',
      args: moneyFormat,
      resolve: ({ includedBalance }, format, { baseCurrency }) =>
        includedBalance === null ? null : formatAmount(includedBalance, baseCurrency, format),
    }),
    includedCredits: t.exposeInt('includedCredits', {
      nullable: true,
      description: 'Credits granted each month.',
    }),
    introOffer: t.field({
      type: IntroOffer,
      nullable: true,
      description: 'A discount for new subscribers.',
      resolve: ({ introOffer }, _args, { baseCurrency }) =>
        introOffer && { ...introOffer, currency: baseCurrency },
    }),
    metadata: t.field({
      type: 'JSONObject',
      nullable: true,
      description: 'JSON object of your own. Refused to publishable keys.',
      resolve: secret('metadata'),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it last changed.' }),
    revision: t.int({
      nullable: true,
      description:
        'Counts the writes that changed the price, or its amounts in currencies and markets. ' +
        'Refused to publishable keys.',
      resolve: secret('revision'),
    }),
    plan: t.field({
      type: Plan,
      description: 'The plan that it is a price of.',
      resolve: ({ planId }, _, { loaders }, info) =>
        linked(loaders.loadWith(planById, planId, includeOf(info)), 'plan_not_found'),
    }),
    regionalPrices: t.field({
      ...reads(regionalPricesOfPrice),
      type: [RegionalPrice],
      description:
        'The price in other currencies, by currency. A variant has those of the price that it ' +
        'inherits from.',
      resolve: ({ id, inheritsFromPriceId }, _, { loaders }) =>
        loaders.load(regionalPricesOfPrice, inheritsFromPriceId ?? id),
    }),
    regionalPrice: t.field({
      ...reads(regionalPricesOfPrice),
      type: RegionalPrice,
      nullable: true,
      description: 'The price in one other currency.',
      args: {
        currency: t.arg({
          type: 'CurrencyCode',
          required: true,
          description: 'The currency, in any case.',
        }),
      },
      resolve: ({ id, inheritsFromPriceId }, { currency }, { loaders }) =>
        mapMaybePromise(loaders.load(regionalPricesOfPrice, inheritsFromPriceId ?? id), (prices) =>
          prices.find((price) => price.currency === currency.toLowerCase()),
        ),
    }),
  }),
});

const DeletedPlanPrice = builder.objectRef<DeletedPlanPriceRecord>('DeletedPlanPrice').implement({
  description: 'A price that was taken out of its plan.',
  fields: (t) => ({
    deletedId: t.exposeID('id', {
      description: 'Id of the price. It will never name another object.',
    }),
    plan: t.field({
      type: Plan,
      nullable: true,
      description: 'The plan without it; null when that was deleted right after.',
      resolve: ({ planId }, _, { loaders }, info) =>
        planId === undefined ? null : loaders.loadWith(planById, planId, includeOf(info)),
    }),
  }),
});

builder.mutationFields((t) => ({
  addPlanPrice: t.field({
    type: PlanPrice,
    description:
      'Adds a price for a billing interval. Regional prices are derived at the exchange rates of ' +
      'the plan. ' +
      'Errors: `plan_not_found`, `duplicate` (billingInterval), `market_not_found`.',
    args: {
      ...planId,
      input: t.arg({
        required: true,
        description: 'The price.',
        type: inputType('AddPlanPriceInput', AddPlanPriceInput, 'A new price of a plan.', {
          billingInterval: BillingInterval,
          price: 'RateAmount',
          trialDays: 'Int',
          isDefault: 'Boolean',
          includedBalance: 'RateAmount',
          includedCredits: 'Int',
          introOffer: inputType(
            'IntroOfferInput',
            IntroOfferInput,
            'A discount for the first billing cycles.',
            {
              enabled: 'Boolean',
              discountType: DiscountType,
              discountValue: 'Quantity',
              durationCycles: 'Int',
            },
          ),
          metadata: 'JSONObject',
          marketPrices: [MarketPriceInput],
        }),
      }),
    },
    ...mutation,
    resolve: (_, { planId, input }, { write }) => write((w) => addPlanPrice(w, planId, input)),
  }),
  updatePlanPrice: t.field({
    type: PlanPrice,
    description:
      'Changes a price; what is left out stays. Derived regional prices and variants follow. Of a ' +
      'variant, `name`, `metadata` and `marketPrices` change. Errors: `plan_not_found`, ' +
      '`price_not_found`, `market_not_found`, `feature_not_found`, `unit_price_not_found`, ' +
      '`price_in_use`.',
    args: {
      ...expectedRevision,
      ...priceOfPlan,
      input: t.arg({
        required: true,
        description: 'The changes.',
        type: inputType('UpdatePlanPriceInput', UpdatePlanPriceInput, 'Changes to a price.', {
          price: 'RateAmount',
          trialDays: 'Int',
          isDefault: 'Boolean',
          includedBalance: 'RateAmount',
          includedCredits: 'Int',
          introOffer: inputType(
            'UpdateIntroOfferInput',
            UpdateIntroOfferInput,
            'Changes to an introductory offer.',
            {
              enabled: 'Boolean',
              discountType: DiscountType,
              discountValue: 'Quantity',
              durationCycles: 'Int',
            },
          ),
          metadata: 'JSONObject',
          name: 'String',
          marketPrices: [MarketPriceInput],
        }),
      }),
    },
    ...mutation,
    resolve: (_, { planId, priceId, input, expectedRevision }, { write }) =>
      write((w) => updatePlanPrice(w, planId, priceId, input), {
        guard: priceAt(expectedRevision, planId, priceId),
      }),
  }),
  setDefaultPlanPrice: t.field({
    type: PlanPrice,
    description:
      'Makes a price the default of its plan. Errors: `plan_not_found`, `price_not_found`.',
    args: { ...priceOfPlan, ...expectedRevision },
    ...mutation,
    resolve: (_, { planId, priceId, expectedRevision }, { write }) =>
      write((w) => setDefaultPlanPrice(w, planId, priceId), {
        guard: priceAt(expectedRevision, planId, priceId),
      }),
  }),
  deletePlanPrice: t.field({
    type: DeletedPlanPrice,
    description:
      'Takes a price out of the plan. When it was the default, the oldest remaining price becomes ' +
      'it. ' +
      'Errors: `plan_not_found`, `price_not_found`, `price_in_use` (it has variants).',
    args: { ...priceOfPlan, ...expectedRevision },
    ...mutation,
    resolve: (_, { planId, priceId, expectedRevision }, { write }) =>
      write((w) => deletePlanPrice(w, planId, priceId), {
        guard: priceAt(expectedRevision, planId, priceId),
      }),
  }),
}));
