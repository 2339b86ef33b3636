import type { MaybePromise } from '../../maybe-promise.ts';
import { inOneList, Reference, relation } from '../read/lookup.ts';
import { columns, listed } from '../read/nested.ts';
import { queries } from '../read/reader.ts';
import { type MarketPrice, type MarketUnitPrice, marketPrice, marketUnitPrice } from '../tables.ts';
import { marketPriceRows, marketUnitPriceRows, priceRows } from '../write/catalogue.ts';
import type { Writer } from '../write/writer.ts';
import { featureById } from './feature.ts';
import { marketById } from './market.ts';
import { MOST_PLANS } from './plan.ts';
import { priceById } from './price.ts';

/** What a price is in markets, the oldest market first. */
export const marketPricesOfPrice = relation({
  owner: priceById,
  table: marketPrice,
  rows: ({ tenant, [queries]: db }) =>
    db
      .selectFrom('market_price')
      .innerJoin('market', (join) =>
        join
          .onRef('market.tenant_id', '=', 'market_price.tenant_id')
          .onRef('market.id', '=', 'market_price.market_id'),
      )
      .where('market_price.tenant_id', '=', tenant.id),
  by: 'priceId',
  order: ['market.created_at', 'marketId'],
  most: MOST_PLANS,
});

export const marketOfMarketPrice = new Reference(
  marketPricesOfPrice,
  marketById,
  ({ marketId }) => marketId,
);

/** Unit prices in hundreds of markets, each with dozens of tiers. */
const MOST_PRICES = 25;

/** The unit prices of a price in markets, by feature and market. */
export const marketUnitPricesOfPrice = relation({
  owner: priceById,
  table: marketUnitPrice,
  rows: ({ tenant, [queries]: db }) =>
    db.selectFrom('market_unit_price').where('market_unit_price.tenant_id', '=', tenant.id),
  by: 'priceId',
  order: ['featureId', 'marketId'],
  most: MOST_PRICES,
});

export const featureOfMarketUnitPrice = new Reference(
  marketUnitPricesOfPrice,
  featureById,
  ({ featureId }) => featureId,
);

export const findMarketPrices = inOneList(marketPricesOfPrice);

/** The market prices of a price that has been read, to be written. */
export const storedMarketPrices = async (writer: Writer, priceId: string): Promise<MarketPrice[]> =>
  (await marketPriceRows.select(writer, { priceId })).map(marketPriceRows.record);

/** The unit prices in markets of a price that has been read, to be written. */
export const storedMarketUnitPrices = async (
  writer: Writer,
  priceId: string,
): Promise<MarketUnitPrice[]> =>
  (await marketUnitPriceRows.select(writer, { priceId })).map(marketUnitPriceRows.record);

/** The markets that variants of a price override. */
export const marketsOfVariants = async (
  writer: Writer,
  basePriceId: string,
): Promise<ReadonlySet<string>> => {
  const rows = await writer[queries]
    .selectFrom('market_price')
    .where('tenant_id', '=', writer.tenant.id)
    .where('base_price_id', '=', basePriceId)
    .where('price_id', '<>', basePriceId)
    .select('market_id')
    .execute();
  return new Set(rows.map((row) => row.market_id));
};

/** What a unit price is in the markets of its price and of the variants of that. */
export const findMarketUnitPricesOn = (
  writer: Writer,
  { priceId, featureId }: { priceId: string; featureId: string },
): MaybePromise<MarketUnitPrice[]> =>
  listed(
    writer,
    writer[queries]
      .selectFrom('market_unit_price')
      .where('market_unit_price.tenant_id', '=', writer.tenant.id)
      .where('market_unit_price.base_price_id', '=', priceId)
      .where('market_unit_price.feature_id', '=', featureId),
    columns(writer, marketUnitPrice),
  );

/** A live price has an amount of its own in the market. */
export const isPriced = async (writer: Writer, marketId: string): Promise<boolean> => {
  const row = await writer[queries]
    .selectFrom('market_price')
    .where('tenant_id', '=', writer.tenant.id)
    .where('market_id', '=', marketId)
    .select('price_id')
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
};

/** Of prices that are new themselves. */
export const insertMarketPrices = async (
  writer: Writer,
  prices: readonly MarketPrice[],
  unitPrices: readonly MarketUnitPrice[],
): Promise<void> => {
  await marketPriceRows.insert(writer, prices);
  await marketUnitPriceRows.insert(writer, unitPrices);
};

interface InMarkets {
  prices: readonly MarketPrice[];
  unitPrices: readonly MarketUnitPrice[];
}

/** The markets of rows that have none in their place, by feature. */
const missingIn = <Row extends { marketId: string; featureId?: string }>(
  rows: readonly Row[],
  others: readonly Row[],
): Map<string | undefined, string[]> => {
  const keyOf = ({ marketId, featureId }: Row) => `${marketId} ${featureId}`;
  const keys = new Set(others.map(keyOf));
  const missing = new Map<string | undefined, string[]>();
  for (const row of rows) {
    if (keys.has(keyOf(row))) continue;
    const markets = missing.get(row.featureId) ?? [];
    markets.push(row.marketId);
    missing.set(row.featureId, markets);
  }
  return missing;
};

/** Puts rows of a price in the place of those that it has. It has been read to be written. */
export const replaceMarketPrices = async (
  writer: Writer,
  priceId: string,
  before: InMarkets,
  after: InMarkets,
): Promise<void> => {
  for (const [featureId, marketId] of missingIn(before.unitPrices, after.unitPrices))
    await marketUnitPriceRows.remove(writer, { priceId, featureId, marketId });
  for (const marketId of missingIn(before.prices, after.prices).values())
    await marketPriceRows.remove(writer, { priceId, marketId });
  await marketPriceRows.replace(writer, before.prices, after.prices);
  await marketUnitPriceRows.replace(writer, before.unitPrices, after.unitPrices);
};

/** Of prices that have been read to be written. */
export const removeMarketPrices = async (
  writer: Writer,
  priceIds: readonly string[],
): Promise<void> => {
  await marketUnitPriceRows.remove(writer, { priceId: priceIds });
  await marketPriceRows.remove(writer, { priceId: priceIds });
};

/** Goes with the unit prices that it stands on. */
export const removeMarketUnitPricesOn = async (
  writer: Writer,
  units: readonly { priceId: string; featureId: string }[],
): Promise<void> => {
  for (const unit of units) {
    const { priceId: basePriceId, featureId } = unit;
    const rows = await findMarketUnitPricesOn(writer, unit);
    if (rows.length === 0) continue;
    await priceRows.select(writer, { id: [...new Set(rows.map(({ priceId }) => priceId))] });
    await marketUnitPriceRows.remove(writer, { basePriceId, featureId });
  }
};
