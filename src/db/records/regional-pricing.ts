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
import { exchangeRateRows, regionalOverageRows, regionalPriceRows } from '../write/catalogue.ts';
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

/** `before` is what is stored of the same rows. Their prices have been read to be written. */
export const saveRegionalPrices = (
  writer: Writer,
  before: readonly RegionalPrice[],
  after: readonly RegionalPrice[],
): Promise<void> => regionalPriceRows.replace(writer, before, after);

export const removeRegionalPrices = async (writer: Writer, priceId: string): Promise<void> => {
  await regionalPriceRows.remove(writer, { priceId });
};

/** `before` is what is stored of the same rows. Their features have been read to be written. */
export const saveRegionalOverages = (
  writer: Writer,
  before: readonly RegionalOverage[],
  after: readonly RegionalOverage[],
): Promise<void> => regionalOverageRows.replace(writer, before, after);

export const removeRegionalOverages = async (
  writer: Writer,
  planId: string,
  featureId: string,
): Promise<void> => {
  await regionalOverageRows.remove(writer, { planId, featureId });
};

export const saveExchangeRate = (
  writer: Writer,
  before: ExchangeRate | undefined,
  after: ExchangeRate,
): Promise<void> => exchangeRateRows.replace(writer, before ? [before] : [], [after]);
