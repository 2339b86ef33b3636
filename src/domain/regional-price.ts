import { z } from 'zod';
import { findExchangeRates } from '../db/records/exchange-rate.ts';
import {
  findRegionalPrices,
  removeRegionalPrices,
  saveRegionalPrices,
} from '../db/records/regional-price.ts';
import type { PlanPrice, RegionalPrice } from '../db/tables.ts';
import { touchContainers } from '../db/write/containers.ts';
import { NotFoundError } from '../errors.ts';
import { derivedRow, followPrice, refuseOfferAbovePrice } from './derived-pricing.ts';
import { removeUnitPricesWithoutRate } from './derived-unit-pricing.ts';
import { priceSent, refuseBaseCurrency } from './exchange.ts';
import * as fields from './fields.ts';
import { refuseGrowth } from './maxima.ts';
import { operationOn } from './operation.ts';
import { refusePriceOnFreePlan, requirePlan } from './plan.ts';
import { requireBasePrice, requirePrice } from './price.ts';
import { refuseRepeats } from './repeats.ts';

export type { RegionalPrice };

/**
 * The row with amounts that are set by hand. A balance that is left out stays what it is: derived
 * where it was derived.
 */
export const overwritten = (
  row: RegionalPrice,
  { price, includedBalance }: { price: number; includedBalance?: number | null | undefined },
): RegionalPrice => ({
  ...row,
  price,
  autoSynced: false,
  ...(includedBalance == null ? {} : { includedBalance, includedBalanceAutoSynced: false }),
});

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

export const upsertRegionalPrices = operationOn(
  'upsertRegionalPrices',
  [fields.planId, fields.reference, UpsertRegionalPricesInput],
  async (writer, planId, priceId, input): Promise<UpsertedRegionalPrices> => {
    refuseRepeats(
      input.overrides.map(({ currency }) => currency.toLowerCase()),
      (index) => `overrides.${index}.currency`,
    );
    for (const [index, { currency }] of input.overrides.entries())
      refuseBaseCurrency(writer.tenant, currency.toLowerCase(), `overrides.${index}.currency`);
    const plan = await requirePlan(writer, planId);
    const price = await requireBasePrice(writer, planId, priceId);
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
 * from them again. Unit prices stay in the currencies that have a rate.
 */
export const deleteRegionalPrices = operationOn(
  'deleteRegionalPrices',
  [fields.planId, fields.reference],
  async (writer, planId, priceId): Promise<PlanPrice> => {
    await requirePlan(writer, planId);
    await requireBasePrice(writer, planId, priceId);
    writer.about(priceId);
    await removeRegionalPrices(writer, priceId);
    await removeUnitPricesWithoutRate(writer, planId, priceId);
    await touchContainers(writer);
    return requirePrice(writer, planId, priceId);
  },
);

/** The row of one currency as the exchange rate of the plan makes it, whatever it was before. */
export const deriveRegionalPrice = operationOn(
  'deriveRegionalPrice',
  [fields.planId, fields.reference, fields.currency],
  async (writer, planId, priceId, code): Promise<PlanPrice> => {
    const currency = code.toLowerCase();
    await requirePlan(writer, planId);
    const price = await requireBasePrice(writer, planId, priceId);
    const rates = await findExchangeRates(writer, [planId]);
    const rate = rates.find((rate) => rate.currency === currency);
    if (!rate) throw new NotFoundError('exchange_rate_not_found', 'currency');
    const before = await findRegionalPrices(writer, [priceId]);
    const isNew = !before.some((row) => row.currency === currency);
    refuseGrowth('currenciesOfPrice', before.length, before.length + Number(isNew), 'currency');
    const row = followPrice(price, derivedRow(priceId, currency), rate, 'priceId');
    writer.about(priceId);
    await saveRegionalPrices(writer, before, [row]);
    await touchContainers(writer);
    return requirePrice(writer, planId, priceId);
  },
);
