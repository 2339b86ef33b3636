import { z } from 'zod';
import { storedFeaturesOf } from '../db/records/plan-feature.ts';
import { storedPricesOf } from '../db/records/price.ts';
import type { ExchangeRate, Plan, PlanFeature, PlanPrice, RegionalPrice } from '../db/tables.ts';
import { ConflictError, invalid, NotFoundError } from '../errors.ts';
import { discountTypes } from '../vocabulary.ts';
import {
  derivedRow,
  deriveOverage,
  followPrice,
  hasOverage,
  refuseOfferAbovePrice,
} from './derived-pricing.ts';
import { priceSent, refuseBaseCurrency } from './exchange.ts';
import { Rate, writeExchangeRate } from './exchange-rate.ts';
import { getFeature } from './feature.ts';
import * as fields from './fields.ts';
import { maxima } from './maxima.ts';
import { operationOn, type Reader, type Writer } from './operation.ts';
import { refusePriceOnFreePlan, requirePlan } from './plan.ts';
import { refuseDiscountAbove100Percent, requireBasePrice } from './price.ts';
import { overageByHand } from './regional-overage.ts';
import { overwritten } from './regional-price.ts';
import { refuseRepeats } from './repeats.ts';

export const SetPlanRegionalPricingInput = Rate.extend({
  prices: fields
    .list(
      z.object({
        priceId: fields.reference.describe('Id of a price of the plan.'),
        price: fields.rateAmount.describe('Price in rate scale of the currency. 0 on a free plan.'),
        includedBalance: fields.rateAmount.nullish().describe('Derived when omitted.'),
      }),
    )
    .nullish()
    .describe('Prices that are set by hand; the others are derived.'),
  features: fields
    .list(
      z.object({
        featureId: fields.featureId.describe('Id or code of a feature with overage.'),
        overageUnitPrice: fields.rateAmount.describe(
          'Price of one unit in rate scale of the currency.',
        ),
      }),
      maxima.featuresOfPlan,
    )
    .nullish()
    .describe('Overage prices that are set by hand; the others are derived.'),
  introOffers: fields
    .list(
      z.object({
        priceId: fields.reference.describe('Id of a price of the plan.'),
        discountType: z.enum(discountTypes).describe('How the discount is counted.'),
        discountValue: fields.quantity.describe(
          'Basis points of a percentage, or an amount in rate scale of the currency.',
        ),
        durationCycles: fields.count
          .min(1, 'must be at least 1')
          .describe('For how many billing cycles it lasts.'),
      }),
    )
    .nullish()
    .describe('Introductory offers that are set by hand; the others are derived.'),
});
export type SetPlanRegionalPricingInput = z.infer<typeof SetPlanRegionalPricingInput>;

export interface PlanRegionalPricing {
  plan: Plan;
  currency: string;
  exchangeRate: number;
  pricesConfigured: number;
  featuresConfigured: number;
}

/** Amounts that are set by hand. All others are derived. */
type ManualEntries = Required<{
  [List in 'prices' | 'features' | 'introOffers']: NonNullable<SetPlanRegionalPricingInput[List]>;
}>;

const checkEntries = ({ prices, introOffers }: ManualEntries): void => {
  for (const [list, entries] of Object.entries({ prices, introOffers }))
    refuseRepeats(
      entries.map(({ priceId }) => priceId),
      (index) => `${list}.${index}.priceId`,
    );
  for (const [index, offer] of introOffers.entries())
    refuseDiscountAbove100Percent(offer, `introOffers.${index}.discountValue`);
};

const refuseUnknownPrices = async (
  writer: Writer,
  planId: string,
  { prices, introOffers }: ManualEntries,
  known: PlanPrice[],
): Promise<void> => {
  for (const [list, entries] of Object.entries({ prices, introOffers }))
    for (const [index, { priceId }] of entries.entries())
      if (!known.some(({ id }) => id === priceId))
        await requireBasePrice(writer, planId, priceId, `${list}.${index}.priceId`);
};

/**
 * An offer that is off is off in every currency. A price without one may have one in some
 * currencies.
 */
const refuseOffersThatAreOff = ({ introOffers }: ManualEntries, prices: PlanPrice[]): void => {
  for (const [index, { priceId }] of introOffers.entries())
    if (prices.find(({ id }) => id === priceId)?.introOffer?.enabled === false)
      throw invalid(`introOffers.${index}.priceId`, 'is a price whose introductory offer is off');
};

/**
 * Overage prices by feature id. A feature may be named by its code; one without overage takes only
 * 0, which counts as absent.
 */
const manualUnitPrices = async (
  reader: Reader,
  { features }: ManualEntries,
  links: PlanFeature[],
): Promise<Map<string, number>> => {
  const unitPrices = new Map<string, number>();
  for (const [index, { featureId, overageUnitPrice }] of features.entries()) {
    const param = `features.${index}.featureId`;
    const feature = await getFeature(reader, featureId, param);
    const link = links.find((link) => link.featureId === feature.id);
    if (!link)
      throw new NotFoundError(
        'feature_not_found',
        param,
        'The feature is not attached to this plan.',
      );
    if (unitPrices.has(feature.id)) throw invalid(param, 'is named twice');
    if (!hasOverage(link) && overageUnitPrice > 0)
      throw invalid(param, 'has no overage on this plan');
    unitPrices.set(feature.id, overageUnitPrice);
  }
  return unitPrices;
};

/** The row of a price anew: what is not set by hand is derived. */
const regionalPrice = (
  writer: Writer,
  price: PlanPrice,
  rate: ExchangeRate,
  { prices, introOffers }: ManualEntries,
  before: RegionalPrice | undefined,
): RegionalPrice => {
  const { currency } = rate;
  const manual = prices.find(({ priceId }) => priceId === price.id);
  const place = introOffers.findIndex(({ priceId }) => priceId === price.id);
  const offer = introOffers[place];
  const row = derivedRow(price.id, currency);
  const written = manual
    ? overwritten(row, {
        ...manual,
        price: priceSent(writer, manual.price, before?.price, currency),
      })
    : row;
  if (offer) {
    const { discountType, discountValue, durationCycles } = offer;
    Object.assign(written, {
      introOffer: { discountType, discountValue, durationCycles },
      introOfferAutoSynced: false,
    });
  }
  const followed = followPrice(price, written, rate, 'exchangeRate');
  refuseOfferAbovePrice(followed, `introOffers.${place}.discountValue`);
  return followed;
};

export const setPlanRegionalPricing = operationOn(
  'setPlanRegionalPricing',
  [fields.planId, SetPlanRegionalPricingInput],
  async (writer, planId, input): Promise<PlanRegionalPricing> => {
    const rate: ExchangeRate = {
      planId,
      currency: input.currency.toLowerCase(),
      exchangeRate: input.exchangeRate,
    };
    const manual: ManualEntries = {
      prices: input.prices ?? [],
      features: input.features ?? [],
      introOffers: input.introOffers ?? [],
    };
    refuseBaseCurrency(writer.tenant, rate.currency);
    checkEntries(manual);
    const plan = await requirePlan(writer, planId);
    for (const [index, { price }] of manual.prices.entries())
      refusePriceOnFreePlan(plan, price, `prices.${index}.price`);
    const prices = await storedPricesOf(writer, planId);
    await refuseUnknownPrices(writer, planId, manual, prices);
    refuseOffersThatAreOff(manual, prices);
    const links = await storedFeaturesOf(writer, planId);
    const unitPrices = await manualUnitPrices(writer, manual, links);
    if (prices.length === 0)
      throw new ConflictError('no_prices_configured', 'The plan has no price yet.', 'planId');

    const written = await writeExchangeRate(
      writer,
      rate,
      { prices, features: links },
      {
        price: (price, before) => regionalPrice(writer, price, rate, manual, before),
        overage: (link) => {
          const unitPrice = unitPrices.get(link.featureId);
          return unitPrice === undefined
            ? deriveOverage(link, rate, 'exchangeRate')
            : overageByHand(link, rate.currency, unitPrice);
        },
      },
    );
    return {
      plan: await requirePlan(writer, planId),
      currency: rate.currency,
      exchangeRate: rate.exchangeRate,
      pricesConfigured: written.prices.length,
      featuresConfigured: written.overages.length,
    };
  },
);
