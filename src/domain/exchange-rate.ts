import { z } from 'zod';
import {
  findExchangeRates,
  removeCurrency,
  saveExchangeRate,
} from '../db/records/exchange-rate.ts';
import { storedFeaturesOf } from '../db/records/plan-feature.ts';
import { storedPricesOf } from '../db/records/price.ts';
import { findRegionalOverages, saveRegionalOverages } from '../db/records/regional-overage.ts';
import { findRegionalPrices, saveRegionalPrices } from '../db/records/regional-price.ts';
import type {
  ExchangeRate,
  Plan,
  PlanFeature,
  PlanPrice,
  RegionalOverage,
  RegionalPrice,
} from '../db/tables.ts';
import { touchContainers } from '../db/write/containers.ts';
import { NotFoundError } from '../errors.ts';
import { derivedRow, deriveOverage, follow, hasOverage } from './derived-pricing.ts';
import { rederiveUnitPrices } from './derived-unit-pricing.ts';
import { refuseBaseCurrency } from './exchange.ts';
import * as fields from './fields.ts';
import { refuseGrowth } from './maxima.ts';
import { operationOn, type Writer } from './operation.ts';
import { requirePlan } from './plan.ts';

export type { ExchangeRate };

/** What a rate derives amounts from. */
interface Priced {
  prices: readonly PlanPrice[];
  features: readonly PlanFeature[];
}

/** What the rows of a rate's currency become; `before` is the row as it is. */
interface RowsOfRate {
  price(price: PlanPrice, before: RegionalPrice | undefined): RegionalPrice;
  overage(feature: PlanFeature, before: RegionalOverage | undefined): RegionalOverage;
  /** Derives unit prices that were set by hand, too. */
  overwritesUnitPrices?: boolean;
}

/** Writes a rate with a row for each price, overage and unit price of its plan. */
export const writeExchangeRate = async (
  writer: Writer,
  rate: ExchangeRate,
  { prices, features }: Priced,
  rows: RowsOfRate,
): Promise<{ prices: RegionalPrice[]; overages: RegionalOverage[] }> => {
  const { planId, currency } = rate;
  const priceIds = prices.map(({ id }) => id);
  const pricesBefore = await findRegionalPrices(writer, priceIds);
  const overagesBefore = await findRegionalOverages(writer, [planId]);
  const rates = await findExchangeRates(writer, [planId]);
  const ofCurrency = (row: { currency: string }) => row.currency === currency;
  const regionalPrices = prices.map((price) => {
    const others = pricesBefore.filter(({ priceId }) => priceId === price.id);
    const before = others.find(ofCurrency);
    const after = others.length + (before ? 0 : 1);
    const row = rows.price(price, before);
    refuseGrowth('currenciesOfPrice', others.length, after, 'currency');
    return row;
  });
  const overagesNow = overagesBefore.filter(ofCurrency);
  const regionalOverages = features.filter(hasOverage).map((feature) =>
    rows.overage(
      feature,
      overagesNow.find(({ featureId }) => featureId === feature.featureId),
    ),
  );
  writer.about(planId);
  await saveExchangeRate(writer, rates.find(ofCurrency), rate);
  await saveRegionalPrices(writer, pricesBefore, regionalPrices);
  await saveRegionalOverages(writer, overagesBefore, regionalOverages);
  await rederiveUnitPrices(writer, rate, rows.overwritesUnitPrices);
  await touchContainers(writer);
  return { prices: regionalPrices, overages: regionalOverages };
};

export const Rate = z.object({
  currency: fields.currency,
  exchangeRate: z
    .number()
    .positive('must be greater than 0')
    .describe('Units of the currency for one unit of the base currency.'),
});

export const SetExchangeRateInput = Rate.extend({
  overwrite: z
    .boolean()
    .nullish()
    .describe('True derives also what was set by hand; false when omitted.'),
});
export type SetExchangeRateInput = z.infer<typeof SetExchangeRateInput>;

export const setExchangeRate = operationOn(
  'setExchangeRate',
  [fields.planId, SetExchangeRateInput],
  async (writer, planId, input): Promise<Plan> => {
    const { exchangeRate, overwrite } = input;
    const currency = input.currency.toLowerCase();
    const rate: ExchangeRate = { planId, currency, exchangeRate };
    refuseBaseCurrency(writer.tenant, currency);
    await requirePlan(writer, planId);
    const prices = await storedPricesOf(writer, planId);
    const features = await storedFeaturesOf(writer, planId);
    await writeExchangeRate(
      writer,
      rate,
      { prices, features },
      {
        price: (price, before) => {
          const row = overwrite || !before ? derivedRow(price.id, currency) : before;
          return follow(price, row, rate, 'exchangeRate');
        },
        overage: (feature, before) => {
          const isKept = before !== undefined && !before.autoSynced && !overwrite;
          return isKept ? before : deriveOverage(feature, rate, 'exchangeRate');
        },
        overwritesUnitPrices: overwrite === true,
      },
    );
    return requirePlan(writer, planId);
  },
);

/** Takes a currency off the plan: its rate, and every amount in it. */
export const removePlanCurrency = operationOn(
  'removePlanCurrency',
  [fields.planId, fields.currency],
  async (writer, planId, code): Promise<Plan> => {
    await requirePlan(writer, planId);
    const prices = await storedPricesOf(writer, planId);
    await storedFeaturesOf(writer, planId);
    writer.about(planId);
    const removed = await removeCurrency(writer, planId, prices, code.toLowerCase());
    if (removed === 0)
      throw new NotFoundError(
        'exchange_rate_not_found',
        'currency',
        'The plan has no exchange rate and no amount in this currency.',
      );
    await touchContainers(writer);
    return requirePlan(writer, planId);
  },
);
