import { z } from 'zod';
import type { PlanPrice } from '../../domain/price.ts';
import type { UpsertedRegionalPrices } from '../../domain/regional-price.ts';
import type { PlanRegionalPricing } from '../../domain/regional-pricing.ts';
import { type Answer, answer } from './era.ts';
import * as fields from './fields.ts';
import { asStored, type PriceAmounts } from './price.ts';

export const upsertedRegionalPrices = (
  object: string,
  { schema, amountOf }: PriceAmounts = asStored,
): Answer<UpsertedRegionalPrices> =>
  answer({
    name: 'PlanRegionalPricing',
    object,
    fields: z.object({
      priceId: fields.text,
      overrides: z.array(
        z.object({
          currency: fields.currency,
          price: schema,
          includedBalance: fields.amount.optional(),
        }),
      ),
    }),
    write: ({ price, overrides }) => ({
      priceId: price.id,
      overrides: overrides.map(({ currency, price, includedBalance }) => ({
        currency,
        price: amountOf(price, currency),
        ...(includedBalance !== null && { includedBalance }),
      })),
    }),
  });

export const deletedRegionalPrices = (object: string): Answer<PlanPrice> =>
  answer({
    name: 'DeletedPlanRegionalPricing',
    object,
    fields: z.object({ deleted: z.literal(true) }),
    write: () => ({ deleted: true as const }),
  });

export const regionalPricingResult = (object: string): Answer<PlanRegionalPricing> =>
  answer({
    name: 'PlanRegionalPricingResult',
    object,
    fields: z.object({
      planId: fields.text,
      currency: fields.currency,
      exchangeRate: z.number(),
      pricesConfigured: fields.count,
      featuresConfigured: fields.count,
    }),
    write: ({ plan, currency, exchangeRate, pricesConfigured, featuresConfigured }) => ({
      planId: plan.id,
      currency,
      exchangeRate,
      pricesConfigured,
      featuresConfigured,
    }),
  });
