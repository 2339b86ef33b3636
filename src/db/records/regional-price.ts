import { inOneList, relation } from '../read/lookup.ts';
import { queries } from '../read/reader.ts';
import { type RegionalPrice, regionalPrice } from '../tables.ts';
import { regionalPriceRows } from '../write/catalogue.ts';
import type { Writer } from '../write/writer.ts';
import { MOST_PLANS } from './plan.ts';
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

export const findRegionalPrices = inOneList(regionalPricesOfPrice);

/** `before` is what is stored of the same rows. Their prices have been read to be written. */
export const saveRegionalPrices = (
  writer: Writer,
  before: readonly RegionalPrice[],
  after: readonly RegionalPrice[],
): Promise<void> => regionalPriceRows.replace(writer, before, after);

/** In these currencies; in all of them where none are named. */
export const removeRegionalPrices = async (
  writer: Writer,
  priceId: string,
  currencies?: readonly string[],
): Promise<void> => {
  await regionalPriceRows.remove(writer, { priceId, ...(currencies && { currency: currencies }) });
};
