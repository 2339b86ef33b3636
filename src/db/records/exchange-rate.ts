import { inOneList, relation } from '../read/lookup.ts';
import { queries } from '../read/reader.ts';
import { type ExchangeRate, exchangeRate } from '../tables.ts';
import {
  exchangeRateRows,
  regionalOverageRows,
  regionalPriceRows,
  regionalUnitPriceRows,
} from '../write/catalogue.ts';
import type { Writer } from '../write/writer.ts';
import { planById } from './plan.ts';
import { storedUnitPrices } from './unit-price.ts';

/** The exchange rates of a plan, by currency. */
export const exchangeRatesOfPlan = relation({
  owner: planById,
  table: exchangeRate,
  rows: ({ tenant, [queries]: db }) =>
    db.selectFrom('exchange_rate').where('exchange_rate.tenant_id', '=', tenant.id),
  by: 'planId',
  order: ['currency'],
});

export const findExchangeRates = inOneList(exchangeRatesOfPlan);

export const saveExchangeRate = (
  writer: Writer,
  before: ExchangeRate | undefined,
  after: ExchangeRate,
): Promise<void> => exchangeRateRows.replace(writer, before ? [before] : [], [after]);

/**
 * Deletes what a plan has in a currency, and answers how many rows that were. Its prices and
 * features have been read to be written.
 */
export const removeCurrency = async (
  writer: Writer,
  planId: string,
  prices: readonly { id: string }[],
  currency: string,
): Promise<number> => {
  const removed: object[] = await exchangeRateRows.remove(writer, { planId, currency });
  removed.push(...(await regionalOverageRows.remove(writer, { planId, currency })));
  for (const { id } of prices)
    removed.push(...(await regionalPriceRows.remove(writer, { priceId: id, currency })));
  const unitPrices = await storedUnitPrices(writer, { planId });
  for (const priceId of new Set(unitPrices.map(({ priceId }) => priceId)))
    removed.push(...(await regionalUnitPriceRows.remove(writer, { priceId, currency })));
  return removed.length;
};
