import {
  type MarketPrice as MarketPriceRecord,
  type MarketUnitPrice as MarketUnitPriceRecord,
  SetMarketPricesInput,
  setMarketPrices,
} from '../src/domain/market-price.ts';
import {
  MarketPriceInput as MarketPriceSchema,
  MarketUnitPriceInput,
} from '../src/domain/market-pricing.ts';
import {
  featureById,
  featureOfMarketUnitPrice,
  marketById,
  marketOfMarketPrice,
  marketPricesOfPrice,
  marketUnitPricesOfPrice,
  priceById,
} from '../src/domain/relations.ts';
import { priceAt } from '../src/domain/revision.ts';
import { formatAmount } from '../src/formatting.ts';
import { mapMaybePromise } from '../src/maybe-promise.ts';
import { builder } from './builder.ts';
import { reads } from './include.ts';
import { inputType } from './input.ts';
import { linked } from './lookup.ts';
import { moneyFormat } from './money.ts';
import { mutation } from './mutation.ts';
import { priceOfPlan } from './reference.ts';
import { Feature, Market, PlanPrice } from './refs.ts';
import { expectedRevision } from './revision.ts';
import { PriceTier, PriceTierInput, tiersIn } from './unit-price.ts';
import { TiersMode } from './vocabulary.ts';

/** It knows no currency of its own: it is that of its market price. */
const MarketUnitPrice = builder
  .objectRef<MarketUnitPriceRecord & { currency: string }>('MarketUnitPrice')
  .implement({
    description:
      'What units of a feature cost in a market. Blocks and quantities are those of the unit ' +
      'price at the price of the plan.',
    fields: (t) => ({
      id: t.id({
        description:
          'Id for caches, made from the price, the feature and the market. `node` does not know it.',
        resolve: ({ priceId, featureId, marketId }) => `${priceId}_${featureId}_${marketId}`,
      }),
      feature: t.field({
        ...reads(featureOfMarketUnitPrice),
        type: Feature,
        description: 'The feature whose units it charges.',
        resolve: ({ featureId }, _, { loaders }) =>
          linked(loaders.load(featureById, featureId), 'feature_not_found'),
      }),
      currency: t.expose('currency', {
        type: 'CurrencyCode',
        description: 'The currency of the market price.',
      }),
      unitPrice: t.expose('unitPrice', {
        type: 'RateAmount',
        nullable: true,
        description: 'Price of one block, in rate scale of the currency; null where tiers say it.',
      }),
      formattedUnitPrice: t.string({
        nullable: true,
        description: 'The price of one block as people read it: "R$ 59,90".',
        args: moneyFormat,
        resolve: ({ unitPrice, currency }, format) =>
          unitPrice === null ? null : formatAmount(unitPrice, currency, format),
      }),
      tiersMode: t.expose('tiersMode', {
        type: TiersMode,
        nullable: true,
        description: 'How units are spread over the tiers; null where `unitPrice` says it.',
      }),
      tiers: t.field({
        type: [PriceTier],
        description: 'The tiers, from the first unit on; empty where `unitPrice` says it.',
        resolve: ({ tiers, currency }) => tiersIn(tiers, currency),
      }),
    }),
  });

const MarketPrice = builder.objectRef<MarketPriceRecord>('MarketPrice').implement({
  description: 'What a price is in the countries of a market.',
  fields: (t) => ({
    id: t.id({
      description: 'Id for caches, made from the price and the market. `node` does not know it.',
      resolve: ({ priceId, marketId }) => `${priceId}_${marketId}`,
    }),
    market: t.field({
      ...reads(marketOfMarketPrice),
      type: Market,
      description: 'The market.',
      resolve: ({ marketId }, _, { loaders }) =>
        linked(loaders.load(marketById, marketId), 'market_not_found'),
    }),
    currency: t.expose('currency', {
      type: 'CurrencyCode',
      description: 'The currency that is paid in there.',
    }),
    price: t.expose('price', {
      type: 'RateAmount',
      description: 'Price in rate scale of the currency: 10000 is one unit of it.',
    }),
    formattedPrice: t.string({
      description: 'The price as people read it: "R$ 31,90".',
      args: moneyFormat,
      resolve: ({ price, currency }, format) => formatAmount(price, currency, format),
    }),
    unitPrices: t.field({
      ...reads(marketUnitPricesOfPrice),
      type: [MarketUnitPrice],
      description:
        'What units of features cost there, in the same currency. Only what was set for the market.',
      resolve: ({ priceId, marketId, currency }, _, { loaders }) =>
        mapMaybePromise(loaders.load(marketUnitPricesOfPrice, priceId), (rows) =>
          rows
            .filter((row) => row.marketId === marketId)
            .map((row) => Object.assign({ currency }, row)),
        ),
    }),
    planPrice: t.field({
      type: PlanPrice,
      description: 'The price of the plan that this is in the market.',
      resolve: ({ priceId }, _, { loaders }) =>
        linked(loaders.load(priceById, priceId), 'price_not_found'),
    }),
  }),
});

builder.objectFields(PlanPrice, (t) => ({
  marketPrices: t.field({
    ...reads(marketPricesOfPrice),
    type: [MarketPrice],
    description:
      'What it is in markets, the oldest market first. Of a variant, only what it overrides.',
    resolve: ({ id }, _, { loaders }) => loaders.load(marketPricesOfPrice, id),
  }),
}));

export const MarketPriceInput = inputType(
  'MarketPriceInput',
  MarketPriceSchema,
  'What a price is in a market.',
  {
    marketId: 'ID',
    currency: 'CurrencyCode',
    price: 'RateAmount',
    unitPrices: [
      inputType(
        'MarketUnitPriceInput',
        MarketUnitPriceInput,
        'What units of a feature cost in a market.',
        {
          featureId: 'ID',
          unitPrice: 'RateAmount',
          tiers: [PriceTierInput],
          tiersMode: TiersMode,
        },
      ),
    ],
  },
);

builder.mutationFields((t) => ({
  setMarketPrices: t.field({
    type: PlanPrice,
    description:
      'Sets what a price or a variant is in markets: the whole list. A variant overrides markets ' +
      'of the price that it inherits from, at least one. Errors: `plan_not_found`, ' +
      '`price_not_found`, `market_not_found`, `feature_not_found`, `unit_price_not_found`, ' +
      '`price_in_use` (a variant overrides the price in a market that is left out).',
    args: {
      ...expectedRevision,
      ...priceOfPlan,
      input: t.arg({
        required: true,
        description: 'The prices.',
        type: inputType('SetMarketPricesInput', SetMarketPricesInput, 'A price in all markets.', {
          marketPrices: [MarketPriceInput],
        }),
      }),
    },
    ...mutation,
    resolve: (_, { planId, priceId, input, expectedRevision }, { write }) =>
      write((w) => setMarketPrices(w, planId, priceId, input), {
        guard: priceAt(expectedRevision, planId, priceId),
      }),
  }),
}));
