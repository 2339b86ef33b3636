import { z } from 'zod';
import { toMinorUnits } from '../../domain/exchange.ts';
import type { IntroOffer, PlanPrice } from '../../domain/price.ts';
import type { RegionalPrice } from '../../domain/regional-price.ts';
import { billingIntervals } from '../../vocabulary.ts';
import { type PriceDetail, planDetails } from '../details.ts';
import { answer } from './era.ts';
import * as fields from './fields.ts';

/** In what unit prices are written. */
export interface PriceAmounts {
  readonly schema: z.ZodType<number>;
  amountOf(amount: number, currency: string): number;
}

export const asStored: PriceAmounts = { schema: fields.amount, amountOf: (amount) => amount };
export const inMinorUnits: PriceAmounts = { schema: fields.minorUnits, amountOf: toMinorUnits };

/** What every era shows of a price. */
export const priceFields = {
  billingInterval: z.enum(billingIntervals),
  price: fields.amount,
  isDefault: fields.flag,
  trialDays: fields.count,
};

/**
 * A new object each time, to which more is added: to spread it into another would cost Node many
 * times as much.
 */
export const writePrice = ({ billingInterval, price, isDefault, trialDays }: PlanPrice) => ({
  billingInterval,
  price,
  isDefault,
  trialDays,
});

/** What a price grants each month. */
export const allowanceFields = {
  includedBalance: fields.amount.nullable(),
  includedCredits: fields.count.nullable(),
};

export const introOffer = z.object({
  enabled: fields.flag,
  discountType: fields.discountType.nullable(),
  discountValue: fields.count
    .nullable()
    .describe('Basis points of a percentage, or an amount in rate scale.'),
  durationCycles: fields.count.nullable(),
});

export const writeIntroOffer = (offer: IntroOffer | null): IntroOffer | null =>
  offer && {
    enabled: offer.enabled,
    discountType: offer.discountType,
    discountValue: offer.discountValue,
    durationCycles: offer.durationCycles,
  };

export const priceAnswer = answer({
  name: 'PlanPrice',
  object: 'plan',
  fields: z.object({
    id: fields.text,
    planId: fields.text,
    ...priceFields,
    ...allowanceFields,
    introOffer: introOffer.nullable(),
    createdAt: fields.time,
    updatedAt: fields.time,
  }),
  write: (price: PlanPrice) => ({
    id: price.id,
    planId: price.planId,
    ...writePrice(price),
    includedBalance: price.includedBalance,
    includedCredits: price.includedCredits,
    introOffer: writeIntroOffer(price.introOffer),
    createdAt: price.createdAt,
    updatedAt: price.updatedAt,
  }),
});

export const regionalPrice = z.object({
  currency: fields.currency,
  price: fields.amount,
  includedBalance: fields.amount.nullable(),
  autoSynced: fields.flag.describe(
    'Derived from the price in the base currency; false where it was set by hand.',
  ),
});

export const writeRegionalPrice = (
  { currency, price, includedBalance, autoSynced }: RegionalPrice,
  { amountOf } = asStored,
) => ({
  currency,
  price: amountOf(price, currency),
  includedBalance,
  autoSynced,
});

export const priceInPlan = {
  details: planDetails,
  fields: z.object({
    ...priceFields,
    ...allowanceFields,
    introOffer: introOffer.nullable(),
    regionalPrices: z.array(regionalPrice),
  }),
  write: ({ price, regionalPrices }: PriceDetail) =>
    Object.assign(writePrice(price), {
      includedBalance: price.includedBalance,
      includedCredits: price.includedCredits,
      introOffer: writeIntroOffer(price.introOffer),
      regionalPrices: regionalPrices.map((row) => writeRegionalPrice(row)),
    }),
};
