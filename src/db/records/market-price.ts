import { inOneList, Reference, relation } from '../read/lookup.ts';
import { queries } from '../read/reader.ts';
import { type MarketPrice, type MarketUnitPrice, marketPrice, marketUnitPrice } from '../tables.ts';
import { marketPriceRows, marketUnitPriceRows } from '../write/catalogue.ts';
import type { Writer } from '../write/writer.ts';
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

export const findMarketPrices = inOneList(marketPricesOfPrice);
export const findMarketUnitPrices = inOneList(marketUnitPricesOfPrice);

type OfPrices = { priceId: string } | { basePriceId: string } | { marketId: string };

/** Market prices of a price, of a base price and its variants, or in a market, to be written. */
export const storedMarketPrices = async (writer: Writer, where: OfPrices): Promise<MarketPrice[]> =>
  (await marketPriceRows.select(writer, where)).map(marketPriceRows.record);

/** Their prices have been read to be written. */
export const storedMarketUnitPrices = async (
  writer: Writer,
  where: { priceId: string } | { basePriceId: string; featureId: string },
): Promise<MarketUnitPrice[]> =>
  (await marketUnitPriceRows.select(writer, where)).map(marketUnitPriceRows.record);

const keyOf = ({ marketId, featureId = '' }: { marketId: string; featureId?: string }): string =>
  `${featureId} ${marketId}`;

const missingIn = <Row extends { marketId: string; featureId?: string }>(
  rows: readonly Row[],
  others: readonly Row[],
): Row[] => {
  const keys = new Set(others.map(keyOf));
  return rows.filter((row) => !keys.has(keyOf(row)));
};

/**
 * Puts the rows of a price in the place of those that it has. The price has been read to be
 * written.
 */
export const replaceMarketPrices = async (
  writer: Writer,
  before: { prices: readonly MarketPrice[]; unitPrices: readonly MarketUnitPrice[] },
  after: { prices: readonly MarketPrice[]; unitPrices: readonly MarketUnitPrice[] },
): Promise<void> => {
  for (const { priceId, featureId, marketId } of missingIn(before.unitPrices, after.unitPrices))
    await marketUnitPriceRows.remove(writer, { priceId, featureId, marketId });
  for (const { priceId, marketId } of missingIn(before.prices, after.prices))
    await marketPriceRows.remove(writer, { priceId, marketId });
  await marketPriceRows.replace(writer, before.prices, after.prices);
  await marketUnitPriceRows.replace(writer, before.unitPrices, after.unitPrices);
};

/** Unit prices in markets that have nothing more to stand on. */
export const removeMarketUnitPrices = async (
  writer: Writer,
  rows: readonly MarketUnitPrice[],
): Promise<void> => {
  for (const { priceId, featureId, marketId } of rows)
    await marketUnitPriceRows.remove(writer, { priceId, featureId, marketId });
};
