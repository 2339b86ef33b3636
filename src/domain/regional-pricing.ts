import { z } from 'zod';
import { storedFeaturesOf } from '../db/records/plan-feature.ts';
import { storedPricesOf } from '../db/records/price.ts';
import {
  findExchangeRates,
  findRegionalOverages,
  findRegionalPrices,
  removeRegionalPrices,
  saveExchangeRate,
  saveRegionalOverages,
  saveRegionalPrices,
} from '../db/records/regional-pricing.ts';
import type {
  ExchangeRate,
  Plan,
  PlanFeature,
  PlanPrice,
  RegionalOverage,
  RegionalPrice,
} from '../db/tables.ts';
import { touchContainers } from '../db/write/containers.ts';
import { ConflictError, invalid, NotFoundError } from '../errors.ts';
import { discountTypes } from '../vocabulary.ts';
import {
  derivedRow,
  deriveOverage,
  followPrice,
  hasOverage,
  isAbovePrice,
} from './derived-pricing.ts';
import { getFeature } from './feature.ts';
import * as fields from './fields.ts';
import { maxima, refuseGrowth } from './maxima.ts';
import { operation, type Reader, type Writer } from './operation.ts';
import { requirePlan } from './plan.ts';
import {
  priceSent,
  refuseDiscountAbove100Percent,
  refusePriceOnFreePlan,
  requirePrice,
} from './price.ts';

export type { ExchangeRate, RegionalOverage, RegionalPrice };

/**
 * The row with amounts that are set by hand. A balance that is left out stays what it is: derived
 * where it was derived.
 */
const overwritten = (
  row: RegionalPrice,
  { price, includedBalance }: { price: number; includedBalance?: number | null | undefined },
): RegionalPrice => ({
  ...row,
  price,
  autoSynced: false,
  ...(includedBalance == null ? {} : { includedBalance, includedBalanceAutoSynced: false }),
});

const refuseOfferAbovePrice = (
  { introOffer, price, currency }: RegionalPrice,
  param: string,
): void => {
  if (introOffer && isAbovePrice(introOffer, price))
    throw invalid(
      param,
      `would make the introductory discount in ${currency} larger than the price`,
    );
};

/** Refuses a list that names the same thing twice. */
const refuseRepeats = (keys: string[], param: (index: number) => string): void => {
  for (const [index, key] of keys.entries())
    if (keys.indexOf(key) !== index) throw invalid(param(index), 'is named twice');
};

export const UpsertRegionalPricesInput = z.object({
  overrides: fields
    .list(
      z.object({
        currency: fields.currency,
        price: fields.rateAmount.describe(
          'Price in rate scale of that currency: 10000 is one unit. 0 on a free plan.',
        ),
        includedBalance: fields.rateAmount
          .nullish()
          .describe(
            'Balance granted each month, in rate scale of that currency. Left out, it stays, or ' +
              'is derived.',
          ),
      }),
    )
    .describe('Manual prices, one a currency. Other currencies stay as they are.'),
});
export type UpsertRegionalPricesInput = z.infer<typeof UpsertRegionalPricesInput>;

/** A price, with the rows that the operation wrote. */
export interface UpsertedRegionalPrices {
  price: PlanPrice;
  overrides: RegionalPrice[];
}

export const upsertRegionalPrices = operation(
  'upsertRegionalPrices',
  async (
    writer,
    planId: string,
    priceId: string,
    input: UpsertRegionalPricesInput,
  ): Promise<UpsertedRegionalPrices> => {
    refuseRepeats(
      input.overrides.map(({ currency }) => currency.toLowerCase()),
      (index) => `overrides.${index}.currency`,
    );
    const plan = await requirePlan(writer, planId);
    const price = await requirePrice(writer, planId, priceId);
    for (const [index, override] of input.overrides.entries())
      refusePriceOnFreePlan(plan, override.price, `overrides.${index}.price`);

    const before = await findRegionalPrices(writer, [priceId]);
    const rates = await findExchangeRates(writer, [planId]);
    const overrides = input.overrides.map(
      ({ currency: code, ...override }, index): RegionalPrice => {
        const currency = code.toLowerCase();
        const known = before.find((row) => row.currency === currency);
        const rate = rates.find((rate) => rate.currency === currency);
        const sent = {
          ...override,
          price: priceSent(writer, override.price, known?.price, currency),
        };
        const row = overwritten(known ?? derivedRow(priceId, currency), sent);
        const written = followPrice(price, row, rate, `overrides.${index}.currency`);
        refuseOfferAbovePrice(written, `overrides.${index}.price`);
        return written;
      },
    );
    const fresh = overrides.findIndex(
      ({ currency }) => !before.some((row) => row.currency === currency),
    );
    const currencies = new Set([...before, ...overrides].map(({ currency }) => currency));
    refuseGrowth(
      'currenciesOfPrice',
      before.length,
      currencies.size,
      `overrides.${fresh}.currency`,
    );
    writer.about(priceId);
    await saveRegionalPrices(writer, before, overrides);
    await touchContainers(writer);
    return { price: await requirePrice(writer, planId, priceId), overrides };
  },
);

/**
 * Removes every regional price of the price. The plan keeps its exchange rates, but derives no row
 * from them again.
 */
export const deleteRegionalPrices = operation(
  'deleteRegionalPrices',
  async (writer, planId: string, priceId: string): Promise<PlanPrice> => {
    await requirePlan(writer, planId);
    await requirePrice(writer, planId, priceId);
    writer.about(priceId);
    await removeRegionalPrices(writer, priceId);
    await touchContainers(writer);
    return requirePrice(writer, planId, priceId);
  },
);

export const SetPlanRegionalPricingInput = z.object({
  currency: fields.currency,
  exchangeRate: z
    .number()
    .positive('must be greater than 0')
    .describe('Units of the currency that one US dollar buys.'),
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
        featureId: fields.reference.describe('Id or code of a feature with overage.'),
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

const refuseUnknownPrices = ({ prices, introOffers }: ManualEntries, known: PlanPrice[]): void => {
  for (const [list, entries] of Object.entries({ prices, introOffers }))
    for (const [index, { priceId }] of entries.entries())
      if (!known.some(({ id }) => id === priceId))
        throw new NotFoundError('price_not_found', `${list}.${index}.priceId`);
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

const regionalPrice = (
  price: PlanPrice,
  rate: ExchangeRate,
  { prices, introOffers }: ManualEntries,
): RegionalPrice => {
  const manual = prices.find(({ priceId }) => priceId === price.id);
  const place = introOffers.findIndex(({ priceId }) => priceId === price.id);
  const offer = introOffers[place];
  const row = derivedRow(price.id, rate.currency);
  const written = manual ? overwritten(row, manual) : row;
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

const regionalOverage = (
  link: PlanFeature,
  rate: ExchangeRate,
  unitPrice: number | undefined,
): RegionalOverage =>
  unitPrice === undefined
    ? deriveOverage(link, rate, 'exchangeRate')
    : {
        planId: link.planId,
        featureId: link.featureId,
        currency: rate.currency,
        unitPrice,
        autoSynced: false,
      };

/** The prices that an input sets by hand, as they will be stored. `rows` are those of now. */
const pricesSent = (
  writer: Writer,
  { prices }: ManualEntries,
  currency: string,
  rows: readonly RegionalPrice[],
): ManualEntries['prices'] =>
  prices.map((entry) => {
    const row = rows.find((row) => row.priceId === entry.priceId && row.currency === currency);
    return { ...entry, price: priceSent(writer, entry.price, row?.price, currency) };
  });

export const setPlanRegionalPricing = operation(
  'setPlanRegionalPricing',
  async (
    writer,
    planId: string,
    input: SetPlanRegionalPricingInput,
  ): Promise<PlanRegionalPricing> => {
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
    checkEntries(manual);
    const plan = await requirePlan(writer, planId);
    for (const [index, { price }] of manual.prices.entries())
      refusePriceOnFreePlan(plan, price, `prices.${index}.price`);
    const prices = await storedPricesOf(writer, planId);
    refuseUnknownPrices(manual, prices);
    refuseOffersThatAreOff(manual, prices);
    const links = await storedFeaturesOf(writer, planId);
    const unitPrices = await manualUnitPrices(writer, manual, links);
    if (prices.length === 0)
      throw new ConflictError('no_prices_configured', 'The plan has no price yet.', 'planId');

    const priceIds = prices.map(({ id }) => id);
    const rowsBefore = await findRegionalPrices(writer, priceIds);
    const byHand = { ...manual, prices: pricesSent(writer, manual, rate.currency, rowsBefore) };
    const regionalPrices = prices.map((price) => regionalPrice(price, rate, byHand));
    const regionalOverages = links
      .filter(hasOverage)
      .map((link) => regionalOverage(link, rate, unitPrices.get(link.featureId)));
    for (const { id } of prices) {
      const currencies = rowsBefore
        .filter(({ priceId }) => priceId === id)
        .map(({ currency }) => currency);
      refuseGrowth(
        'currenciesOfPrice',
        currencies.length,
        new Set([...currencies, rate.currency]).size,
        'currency',
      );
    }
    const rates = await findExchangeRates(writer, [planId]);
    const overages = await findRegionalOverages(writer, [planId]);
    writer.about(planId);
    await saveExchangeRate(
      writer,
      rates.find(({ currency }) => currency === rate.currency),
      rate,
    );
    await saveRegionalPrices(writer, rowsBefore, regionalPrices);
    await saveRegionalOverages(writer, overages, regionalOverages);
    await touchContainers(writer);
    return {
      plan: await requirePlan(writer, planId),
      currency: rate.currency,
      exchangeRate: rate.exchangeRate,
      pricesConfigured: regionalPrices.length,
      featuresConfigured: regionalOverages.length,
    };
  },
);
