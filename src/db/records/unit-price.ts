import { inOneList, relation } from '../read/lookup.ts';
import { queries } from '../read/reader.ts';
import { type RegionalUnitPrice, regionalUnitPrice, type UnitPrice, unitPrice } from '../tables.ts';
import { regionalUnitPriceRows, unitPriceRows } from '../write/catalogue.ts';
import type { Writer } from '../write/writer.ts';
import { removeMarketUnitPricesOn } from './market-price.ts';
import { MOST_PLANS } from './plan.ts';
import { priceById } from './price.ts';

/** What units of features cost at a price, by feature. */
export const unitPricesOfPrice = relation({
  owner: priceById,
  table: unitPrice,
  rows: ({ tenant, [queries]: db }) =>
    db.selectFrom('unit_price').where('unit_price.tenant_id', '=', tenant.id),
  by: 'priceId',
  order: ['featureId'],
  most: MOST_PLANS,
});

/** Unit prices in hundreds of currencies, each with dozens of tiers. */
const MOST_PRICES = 25;

/** The unit prices of a price in other currencies, by feature and currency. */
export const regionalUnitPricesOfPrice = relation({
  owner: priceById,
  table: regionalUnitPrice,
  rows: ({ tenant, [queries]: db }) =>
    db.selectFrom('regional_unit_price').where('regional_unit_price.tenant_id', '=', tenant.id),
  by: 'priceId',
  order: ['featureId', 'currency'],
  most: MOST_PRICES,
});

/** The unit prices of several prices, each with its own rows in other currencies. */
export const findRegionalUnitPrices = inOneList(regionalUnitPricesOfPrice);

type Where =
  | { planId: string }
  | { priceId: string }
  | { planId: string; featureId: string }
  | { priceId: string; featureId: string };

/** Unit prices of a price, a plan or a feature of a plan, to be written. */
export const storedUnitPrices = async (writer: Writer, where: Where): Promise<UnitPrice[]> =>
  (await unitPriceRows.select(writer, where)).map(unitPriceRows.record);

/** Prices and features of plans that are new themselves. */
export const insertUnitPrices = async (
  writer: Writer,
  added: readonly UnitPrice[],
  regional: readonly RegionalUnitPrice[],
): Promise<void> => {
  await unitPriceRows.insert(
    writer,
    added.map((each) => unitPrice.fresh(each)),
  );
  await regionalUnitPriceRows.insert(writer, regional);
};

/** `before` is what is stored of the same price and feature. */
export const saveUnitPrice = (
  writer: Writer,
  before: UnitPrice | undefined,
  after: UnitPrice,
): Promise<void> =>
  unitPriceRows.replace(writer, before ? [unitPrice.fresh(before)] : [], [unitPrice.fresh(after)]);

/** `before` is what is stored of the same rows. Their unit prices have been read to be written. */
export const saveRegionalUnitPrices = (
  writer: Writer,
  before: readonly RegionalUnitPrice[],
  after: readonly RegionalUnitPrice[],
): Promise<void> => regionalUnitPriceRows.replace(writer, before, after);

/** Their unit prices have been read to be written. */
export const removeRegionalUnitPrices = async (
  writer: Writer,
  rows: readonly RegionalUnitPrice[],
): Promise<void> => {
  for (const { priceId, featureId, currency } of rows)
    await regionalUnitPriceRows.remove(writer, { priceId, featureId, currency });
};

/** Their rows in other currencies and in markets go with them. */
export const removeUnitPrices = async (writer: Writer, where: Where): Promise<void> => {
  const found = await storedUnitPrices(writer, where);
  await removeMarketUnitPricesOn(writer, found);
  for (const { priceId, featureId } of found)
    await regionalUnitPriceRows.remove(writer, { priceId, featureId });
  if (found.length > 0) await unitPriceRows.remove(writer, where);
};
