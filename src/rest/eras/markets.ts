import { z } from 'zod';
import { fromMinorUnits, toMinorUnits } from '../../domain/exchange.ts';
import * as inputs from '../../domain/fields.ts';
import type { MarketPriceInput } from '../../domain/market-price.ts';
import { maxima } from '../../domain/maxima.ts';
import { AddPlanPriceInput, UpdatePlanPriceInput } from '../../domain/price.ts';
import { AddVariantInput } from '../price-variant.ts';
import { withUsd } from './currencies.ts';
import { amountIn, DESCRIPTION, perBaseCurrency, refuseTooMuch } from './minor-units.ts';

/** Bodies of prices that name markets, and of variants, which inherit all else. */

const marketPrice = z
  .object({
    marketGroupId: inputs.reference.describe('Id of the market.'),
    currency: inputs.currency.refine((currency) => withUsd.has(currency.toLowerCase()), {
      error: 'is not a currency of market prices',
    }),
    price: inputs.quantity.describe(DESCRIPTION),
  })
  .superRefine(({ price, currency }, context) =>
    refuseTooMuch(price, currency, ['price'], context),
  );
type MarketPrice = z.infer<typeof marketPrice>;

const marketPrices = inputs
  .list(marketPrice, maxima.marketsOfCatalogue)
  .describe('Prices in markets, one a market: all of them.');

const fromWire = (sent: readonly MarketPrice[]): MarketPriceInput[] =>
  sent.map(({ marketGroupId, currency, price }) => ({
    marketId: marketGroupId,
    currency,
    price: fromMinorUnits(price, currency.toLowerCase()),
  }));

const toWire = (entries: readonly MarketPriceInput[]): MarketPrice[] =>
  entries.map(({ marketId, currency, price }) => ({
    marketGroupId: marketId,
    currency,
    price: toMinorUnits(price, currency.toLowerCase()),
  }));

/** What a variant names; all else it inherits. */
const ofVariants: ReadonlySet<string> = new Set([
  'billingInterval',
  'inheritsFromPriceId',
  'marketPrices',
  'metadata',
]);

export const addPlanPrice = perBaseCurrency((baseCurrency) =>
  z.codec(
    AddPlanPriceInput.omit({ introOffer: true })
      .extend({
        price: amountIn(baseCurrency)
          .optional()
          .describe(`${DESCRIPTION} Required unless the price inherits from another one.`),
        inheritsFromPriceId: inputs.reference
          .nullish()
          .describe(
            'Makes a variant of this price, with the same billing interval: it names its ' +
              'market prices, at least one, and may name metadata, in which `name` is its name.',
          ),
        marketPrices: marketPrices.nullish(),
      })
      .superRefine((body, context) => {
        const refuse = (field: string, message: string) =>
          context.addIssue({ code: 'custom', path: [field], message });
        if (!body.inheritsFromPriceId) {
          if (body.price === undefined) refuse('price', 'is required');
          return;
        }
        if (!body.marketPrices?.length) refuse('marketPrices', 'must have at least one entry');
        for (const [name, value] of Object.entries(body))
          if (value != null && !ofVariants.has(name)) refuse(name, 'is inherited by a variant');
      }),
    z.union([AddVariantInput, AddPlanPriceInput]),
    {
      decode: ({ inheritsFromPriceId, marketPrices, price = 0, ...body }) => {
        const ofMarkets = marketPrices && fromWire(marketPrices);
        if (!inheritsFromPriceId)
          return {
            ...body,
            price: fromMinorUnits(price, baseCurrency),
            ...(ofMarkets && { marketPrices: ofMarkets }),
          };
        const { billingInterval, metadata } = body;
        return { inheritsFromPriceId, billingInterval, metadata, marketPrices: ofMarkets ?? [] };
      },
      encode: (input) => {
        if ('inheritsFromPriceId' in input) {
          const { marketPrices, ...body } = input;
          return { ...body, marketPrices: toWire(marketPrices) };
        }
        const { price, marketPrices, introOffer: _, ...body } = input;
        return {
          ...body,
          price: toMinorUnits(price, baseCurrency),
          ...(marketPrices && { marketPrices: toWire(marketPrices) }),
        };
      },
    },
  ),
);

export const updatePlanPrice = perBaseCurrency((baseCurrency) =>
  z.codec(
    UpdatePlanPriceInput.omit({ introOffer: true, name: true }).extend({
      price: amountIn(baseCurrency).optional(),
      marketPrices: marketPrices.optional(),
    }),
    UpdatePlanPriceInput,
    {
      decode: ({ marketPrices, price, ...body }) => ({
        ...body,
        ...(marketPrices && { marketPrices: fromWire(marketPrices) }),
        ...(price !== undefined && { price: fromMinorUnits(price, baseCurrency) }),
      }),
      encode: ({ marketPrices, price, introOffer: _, name: __, ...body }) => ({
        ...body,
        ...(marketPrices && { marketPrices: toWire(marketPrices) }),
        ...(price !== undefined && { price: toMinorUnits(price, baseCurrency) }),
      }),
    },
  ),
);
