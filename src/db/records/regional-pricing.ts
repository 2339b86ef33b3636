import { inOneList, relation } from '../read/lookup.ts';
import { queries } from '../read/reader.ts';
import {
  type ExchangeRate,
  exchangeRate,
  type RegionalOverage,
  type RegionalPrice,
  regionalOverage,
  regionalPrice,
} from '../tables.ts';
import { insertInto } from '../write/insertion.ts';
import type { Writer } from '../write/writer.ts';
import { MOST_PLANS, planById } from './plan.ts';
import { priceById } from './price.ts';

/** A price in other currencies, by currency. */
export const regionalPricesOfPrice = relation({
  owner: priceById,
  table: regionalPrice,
  rows: ({ tenant, [queries]: db }) =>
    db.selectFrom('regional_price').where('regional_price.tenant_id', '=', tenant.id),
  by: 'priceId',
  order: ['currency'],
  most: MOST_PLANS,
});

/** Overages of hundreds of features, each in hundreds of currencies. */
const MOST_OVERAGES = 25;

/** The overage of a plan in other currencies, by feature and currency. */
export const regionalOveragesOfPlan = relation({
  owner: planById,
  table: regionalOverage,
  rows: ({ tenant, [queries]: db }) =>
    db.selectFrom('regional_overage').where('regional_overage.tenant_id', '=', tenant.id),
  by: 'planId',
  order: ['featureId', 'currency'],
  most: MOST_OVERAGES,
});

/** The exchange rates of a plan, by currency. */
export const exchangeRatesOfPlan = relation({
  owner: planById,
  table: exchangeRate,
  rows: ({ tenant, [queries]: db }) =>
    db.selectFrom('exchange_rate').where('exchange_rate.tenant_id', '=', tenant.id),
  by: 'planId',
  order: ['currency'],
});

export const findRegionalPrices = inOneList(regionalPricesOfPrice);
export const findRegionalOverages = inOneList(regionalOveragesOfPlan);
export const findExchangeRates = inOneList(exchangeRatesOfPlan);

const upsertPrices = insertInto(regionalPrice, { replaces: true });

export const saveRegionalPrices = (
  writer: Writer,
  prices: readonly RegionalPrice[],
): Promise<void> => upsertPrices(writer, prices);

export const removeRegionalPrices = async (writer: Writer, priceId: string): Promise<void> => {
  await writer[queries]
    .deleteFrom('regional_price')
    .where('tenant_id', '=', writer.tenant.id)
    .where('price_id', '=', priceId)
    .execute();
};

const upsertOverages = insertInto(regionalOverage, { replaces: true });

export const saveRegionalOverages = (
  writer: Writer,
  overages: readonly RegionalOverage[],
): Promise<void> => upsertOverages(writer, overages);

export const removeRegionalOverages = async (
  writer: Writer,
  planId: string,
  featureId: string,
): Promise<void> => {
  await writer[queries]
    .deleteFrom('regional_overage')
    .where('tenant_id', '=', writer.tenant.id)
    .where('plan_id', '=', planId)
    .where('feature_id', '=', featureId)
    .execute();
};

const upsertRates = insertInto(exchangeRate, { replaces: true });

export const saveExchangeRate = (writer: Writer, rate: ExchangeRate): Promise<void> =>
  upsertRates(writer, [rate]);
