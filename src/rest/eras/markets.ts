import { z } from 'zod';
import { fromMinorUnits, toMinorUnits } from '../../domain/exchange.ts';
import * as inputs from '../../domain/fields.ts';
import { AddPlanPriceInput, UpdatePlanPriceInput } from '../../domain/price.ts';
import { NotFoundError } from '../../errors.ts';
import { regionalCurrencies } from '../../vocabulary.ts';
import { amountIn, DESCRIPTION, perBaseCurrency } from './minor-units.ts';

/**
 * Bodies that may name markets, and prices that inherit from another one. This server keeps
 * neither.
 */

const currencies = new Set<string>(regionalCurrencies);

const marketPrices = inputs
  .list(
    z.object({
      marketGroupId: inputs.reference,
      currency: inputs.currency.refine((currency) => currencies.has(currency.toLowerCase()), {
        error: 'is not a currency of market prices',
      }),
      price: inputs.quantity.describe('Price in minor units of the currency.'),
    }),
  )
  .describe('Empty, or the answer is `market_not_found`: this server keeps no markets.');

const refuseMarketPrices = (prices: unknown[] | null | undefined): void => {
  if (prices && prices.length > 0) throw new NotFoundError('market_not_found', 'marketPrices');
};

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
            'Left out, or the answer is `price_not_found`: this server keeps no variants of prices.',
          ),
        marketPrices: marketPrices.nullish(),
      })
      .refine(({ price, inheritsFromPriceId }) => price !== undefined || inheritsFromPriceId, {
        error: 'is required',
        path: ['price'],
      }),
    AddPlanPriceInput,
    {
      decode: ({ inheritsFromPriceId, marketPrices, price = 0, ...body }) => {
        if (inheritsFromPriceId) throw new NotFoundError('price_not_found', 'inheritsFromPriceId');
        refuseMarketPrices(marketPrices);
        return { ...body, price: fromMinorUnits(price, baseCurrency) };
      },
      encode: ({ price, marketPrices: _, ...body }) => ({
        ...body,
        price: toMinorUnits(price, baseCurrency),
      }),
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
      decode: ({ marketPrices, price, ...body }) => {
        refuseMarketPrices(marketPrices);
        return {
          ...body,
          ...(price !== undefined && { price: fromMinorUnits(price, baseCurrency) }),
        };
      },
      encode: ({ price, name: _name, marketPrices: _, ...body }) => ({
        ...body,
        ...(price !== undefined && { price: toMinorUnits(price, baseCurrency) }),
      }),
    },
  ),
);
