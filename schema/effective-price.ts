import {
  type EffectivePrice as EffectivePriceRecord,
  effectivePriceOf,
  PriceContext as PriceContextSchema,
  type PriceStep as PriceStepRecord,
  type UnitPriceInCurrency,
} from '../src/domain/effective-price.ts';
import {
  exchangeRatesOfPlan,
  featuresOfPlan,
  marketPricesOfPrice,
  marketUnitPricesOfPrice,
  regionalOveragesOfPlan,
  regionalPricesOfPrice,
  regionalUnitPricesOfPrice,
  unitPricesOfPrice,
} from '../src/domain/relations.ts';
import { formatAmount } from '../src/formatting.ts';
import { builder } from './builder.ts';
import { COST_OF_EFFECTIVE_PRICE } from './cost.ts';
import { readsOnly } from './include.ts';
import { inputType } from './input.ts';
import { moneyFormat } from './money.ts';
import { IntroOffer } from './price.ts';
import { Market, PlanPrice } from './refs.ts';
import { PriceTier, tiersIn, UnitPrice } from './unit-price.ts';
import { PriceRule, PriceSource, StepOutcome, TaxBehavior } from './vocabulary.ts';

export const PriceContext = inputType(
  'PriceContext',
  PriceContextSchema,
  'Whom a price is shown to. Without members, it is the price in the base currency.',
  { country: 'CountryCode', currency: 'CurrencyCode' },
);

const PriceStep = builder.objectRef<PriceStepRecord>('PriceStep').implement({
  description: 'A rule that decides what a price comes to, and what it found.',
  fields: (t) => ({
    rule: t.expose('rule', { type: PriceRule, description: 'The rule.' }),
    outcome: t.expose('outcome', {
      type: StepOutcome,
      description: 'Whether the rule decided; the first one that finds a whole price does.',
    }),
    reason: t.exposeString('reason', { description: 'Why, in English.' }),
    price: t.expose('price', {
      type: 'RateAmount',
      nullable: true,
      description: 'The price that the rule finds, in rate scale; null where it finds none.',
    }),
    currency: t.expose('currency', {
      type: 'CurrencyCode',
      nullable: true,
      description: 'The currency of that price.',
    }),
    exchangeRate: t.exposeFloat('exchangeRate', {
      nullable: true,
      description:
        'Of a price that is derived at the exchange rate of the plan, units of the currency for ' +
        'one unit of the base currency.',
    }),
  }),
});

const EffectiveUnitPrice = builder.objectRef<UnitPriceInCurrency>('EffectiveUnitPrice').implement({
  description: 'What units of a feature cost a visitor.',
  fields: (t) => ({
    unitPrice: t.expose('unitPrice', {
      type: UnitPrice,
      description: 'The unit price, or the overage that counts as one, in the base currency.',
    }),
    amount: t.field({
      type: 'RateAmount',
      nullable: true,
      description: 'Price of one block, in rate scale; null where tiers say it.',
      resolve: ({ amounts }) => amounts.unitPrice,
    }),
    formattedAmount: t.string({
      nullable: true,
      description: 'The price of one block as people read it: "R$ 62,00".',
      args: moneyFormat,
      resolve: ({ amounts: { unitPrice }, currency }, format) =>
        unitPrice === null ? null : formatAmount(unitPrice, currency, format),
    }),
    tiers: t.field({
      type: [PriceTier],
      description: 'The tiers, from the first unit on; empty where `amount` says it.',
      resolve: ({ amounts, currency }) => tiersIn(amounts.tiers, currency),
    }),
    currency: t.expose('currency', { type: 'CurrencyCode', description: 'The currency.' }),
  }),
});

export const EffectivePrice = builder.objectRef<EffectivePriceRecord>('EffectivePrice').implement({
  description: 'What a price comes to for a visitor.',
  fields: (t) => ({
    price: t.expose('price', {
      type: 'RateAmount',
      description: 'The price for one billing interval, in rate scale of the currency.',
    }),
    currency: t.expose('currency', { type: 'CurrencyCode', description: 'The currency.' }),
    formattedPrice: t.string({
      description: 'The price as people read it: "R$ 149,00".',
      args: moneyFormat,
      resolve: ({ price, currency }, format) => formatAmount(price, currency, format),
    }),
    perMonth: t.expose('perMonth', {
      type: 'RateAmount',
      nullable: true,
      description:
        'What a quarterly or yearly price is by the month, rounded half up to the minor unit; null ' +
        'at other billing intervals.',
    }),
    formattedPerMonth: t.string({
      nullable: true,
      description: 'The price by the month as people read it.',
      args: moneyFormat,
      resolve: ({ perMonth, currency }, format) =>
        perMonth === null ? null : formatAmount(perMonth, currency, format),
    }),
    source: t.expose('source', { type: PriceSource, description: 'Where the price is from.' }),
    market: t.expose('market', {
      type: Market,
      nullable: true,
      description: 'The market whose price it is; null for any other source.',
    }),
    taxBehavior: t.expose('taxBehavior', {
      type: TaxBehavior,
      description: 'Whether the amounts include tax: as the market says, else the organization.',
    }),
    unitPrices: t.field({
      type: [EffectiveUnitPrice],
      description: 'What units of features cost, in the order of the features.',
      resolve: ({ unitPrices }) => unitPrices,
    }),
    introOffer: t.field({
      type: IntroOffer,
      nullable: true,
      description:
        'The introductory offer in the currency; null without one. In a market, a percentage is ' +
        'that of the price, and an amount that of the currency.',
      resolve: ({ introOffer, currency }) => introOffer && Object.assign({ currency }, introOffer),
    }),
    explanation: t.field({
      type: [PriceStep],
      description: 'Every rule in the order in which they are tried; exactly one matched.',
      resolve: ({ explanation }) => explanation,
    }),
  }),
});

builder.objectFields(PlanPrice, (t) => ({
  effective: t.field({
    ...readsOnly(
      regionalPricesOfPrice,
      unitPricesOfPrice,
      regionalUnitPricesOfPrice,
      marketPricesOfPrice,
      marketUnitPricesOfPrice,
      featuresOfPlan,
      regionalOveragesOfPlan,
      exchangeRatesOfPlan,
    ),
    type: EffectivePrice,
    complexity: COST_OF_EFFECTIVE_PRICE,
    description:
      'What the price comes to for a visitor, and why. The first that there is counts: the price ' +
      'of the variant in the market of the country, that of the base price there, the price in the ' +
      "currency that is asked for, in the country's own, and the price itself. An amount counts " +
      'only where every unit price has one in its currency.',
    args: {
      context: t.arg({
        type: PriceContext,
        required: true,
        description: 'The country of the visitor, and the currency that is asked for.',
      }),
    },
    resolve: (price, { context }, { loaders, caller }) =>
      effectivePriceOf(loaders, price, context, caller.organization),
  }),
}));
