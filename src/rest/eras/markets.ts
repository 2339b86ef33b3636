import { z } from 'zod';
import * as inputs from '../../domain/fields.ts';
import { AddPlanPriceInput, UpdatePlanPriceInput } from '../../domain/price.ts';
import { NotFoundError } from '../../errors.ts';
import { regionalCurrency } from '../regional-pricing.ts';

/** Bodies that may name markets, and prices that inherit from another one. This server keeps neither. */

const marketPrices = z
  .array(
    z.object({
      marketGroupId: inputs.reference,
      currency: regionalCurrency,
      price: inputs.rateAmount,
    }),
  )
  .describe('Empty, or the answer is `market_not_found`: this server keeps no markets.');

const refuseMarketPrices = (prices: unknown[] | null | undefined): void => {
  if (prices && prices.length > 0) throw new NotFoundError('market_not_found', 'marketPrices');
};

export const addPlanPrice = z.codec(
  AddPlanPriceInput.omit({ introOffer: true })
    .extend({
      price: AddPlanPriceInput.shape.price.optional().describe('Required unless the price inherits from another one.'),
      inheritsFromPriceId: inputs.reference
        .nullish()
        .describe('Left out, or the answer is `price_not_found`: this server keeps no variants of prices.'),
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
      return { ...body, price };
    },
    encode: (body) => body,
  },
);

export const updatePlanPrice = z.codec(
  UpdatePlanPriceInput.omit({ introOffer: true }).extend({ marketPrices: marketPrices.optional() }),
  UpdatePlanPriceInput,
  {
    decode: ({ marketPrices, ...body }) => {
      refuseMarketPrices(marketPrices);
      return body;
    },
    encode: (body) => body,
  },
);
