import { z } from 'zod';
import { storedMarkets } from '../db/records/market.ts';
import {
  findMarketPrices,
  marketsOfVariants,
  replaceMarketPrices,
  storedMarketPrices,
  storedMarketUnitPrices,
} from '../db/records/market-price.ts';
import { storedUnitPrices } from '../db/records/unit-price.ts';
import type { MarketPrice, MarketUnitPrice, Plan, PlanPrice, UnitPrice } from '../db/tables.ts';
import { ConflictError, invalid, NotFoundError } from '../errors.ts';
import { regionalCurrencies } from '../vocabulary.ts';
import { priceSent } from './exchange.ts';
import { getFeature } from './feature.ts';
import * as fields from './fields.ts';
import { maxima } from './maxima.ts';
import type { Writer } from './operation.ts';
import { refusePriceOnFreePlan } from './plan.ts';
import { refuseRepeats } from './repeats.ts';
import { amountsOf, checkTiers, tiers, tiersMode, unitPriceOfBlock } from './unit-amounts.ts';

/** Prices in markets as inputs say them, with the rules that they obey. */

export const MarketUnitPriceInput = z.object({
  featureId: fields.featureId.describe(
    'Id or code of a feature that the price has a unit price of its own for.',
  ),
  unitPrice: unitPriceOfBlock,
  tiers,
  tiersMode: tiersMode.describe('How units are spread over the tiers. Required with tiers.'),
});

export const MarketPriceInput = z.object({
  marketId: fields.marketId,
  currency: fields.currency,
  price: fields.rateAmount.describe(
    'Price in rate scale of that currency: 10000 is one unit. 0 on a free plan.',
  ),
  unitPrices: fields
    .list(MarketUnitPriceInput, maxima.featuresOfPlan)
    .optional()
    .describe(
      'What units of features cost in the market, in its currency: all of them. Left out, they ' +
        'stay as they are.',
    ),
});
export type MarketPriceInput = z.infer<typeof MarketPriceInput>;

export const marketPrices = fields
  .list(MarketPriceInput, maxima.marketsOfCatalogue)
  .describe('The price in markets, one a market: all of them. Markets that are not named go.');

/** The price that unit prices stand on: of a variant, the one that it inherits from. */
const basePriceIdOf = ({ id, inheritsFromPriceId }: PlanPrice): string => inheritsFromPriceId ?? id;

const pathTo = (index: number): string => `marketPrices.${index}`;

const checkMarkets = async (
  writer: Writer,
  { inheritsFromPriceId }: PlanPrice,
  marketIds: readonly string[],
): Promise<void> => {
  refuseRepeats(marketIds, (index) => `${pathTo(index)}.marketId`);
  const found = new Set((await storedMarkets(writer, marketIds)).map(({ id }) => id));
  const missing = marketIds.findIndex((id) => !found.has(id));
  if (missing >= 0) throw new NotFoundError('market_not_found', `${pathTo(missing)}.marketId`);
  if (inheritsFromPriceId === null) return;
  if (marketIds.length === 0)
    throw invalid('marketPrices', 'must have at least one market on a variant');
  const ofBase = new Set(
    (await findMarketPrices(writer, [inheritsFromPriceId])).map(({ marketId }) => marketId),
  );
  const foreign = marketIds.findIndex((id) => !ofBase.has(id));
  if (foreign >= 0)
    throw invalid(
      `${pathTo(foreign)}.marketId`,
      'must be a market of the price that the variant inherits from',
    );
};

/** What a variant overrides stays. */
const refuseOverridden = async (
  writer: Writer,
  price: PlanPrice,
  before: readonly MarketPrice[],
  marketIds: readonly string[],
): Promise<void> => {
  const removed = before.filter(({ marketId }) => !marketIds.includes(marketId));
  if (price.inheritsFromPriceId !== null || removed.length === 0) return;
  const overridden = await marketsOfVariants(writer, price.id);
  const needed = removed.find(({ marketId }) => overridden.has(marketId));
  if (needed)
    throw new ConflictError(
      'price_in_use',
      `A variant overrides the price in the market ${needed.marketId}.`,
      'marketPrices',
    );
};

/** What units cost in a market stands on a unit price of the price itself. */
const refuseUnpriced = async (
  writer: Writer,
  entries: readonly MarketPriceInput[],
  units: readonly UnitPrice[],
): Promise<void> => {
  const priced = new Set(units.map(({ featureId }) => featureId));
  for (const [index, { unitPrices = [] }] of entries.entries())
    for (const [place, { featureId }] of unitPrices.entries()) {
      if (priced.has(featureId)) continue;
      const param = `${pathTo(index)}.unitPrices.${place}.featureId`;
      await getFeature(writer, featureId, param);
      throw new NotFoundError('unit_price_not_found', param);
    }
};

const seenCurrencies: ReadonlySet<string> = new Set(regionalCurrencies);

/** Versions of REST that have markets show them in some currencies only: what is not shown stays. */
const isUnseen = ({ priceUnit }: Writer, { currency }: MarketPrice): boolean =>
  priceUnit === 'minor_unit' && !seenCurrencies.has(currency);

/** What units cost in one market, as it was sent or as it was before. */
const unitPricesIn = (
  entry: MarketPriceInput,
  row: MarketPrice,
  units: readonly UnitPrice[],
  before: MarketPrice | undefined,
  unitsBefore: readonly MarketUnitPrice[],
  path: string,
): MarketUnitPrice[] => {
  const { priceId, marketId, basePriceId } = row;
  if (entry.unitPrices === undefined) {
    const kept = unitsBefore.filter((unit) => unit.marketId === marketId);
    if (kept.length > 0 && before?.currency !== row.currency)
      throw invalid(`${path}.unitPrices`, 'is required where the currency changes');
    return kept;
  }
  refuseRepeats(
    entry.unitPrices.map(({ featureId }) => featureId),
    (index) => `${path}.unitPrices.${index}.featureId`,
  );
  return entry.unitPrices.map(({ featureId, ...amounts }, index) => {
    const place = `${path}.unitPrices.${index}`;
    const { blockSize = 1 } = units.find((unit) => unit.featureId === featureId) ?? {};
    const { unitPrice, tiersMode, tiers } = amountsOf(amounts, undefined, `${place}.`);
    checkTiers(tiers, blockSize, `${place}.tiers`);
    return { priceId, featureId, marketId, basePriceId, unitPrice, tiersMode, tiers };
  });
};

/** Puts entries in the place of all market prices of a price, which has been read to be written. */
export const writeMarketPrices = async (
  writer: Writer,
  plan: Plan,
  price: PlanPrice,
  entries: readonly MarketPriceInput[],
): Promise<void> => {
  const priceId = price.id;
  const basePriceId = basePriceIdOf(price);
  const marketIds = entries.map(({ marketId }) => marketId);
  await checkMarkets(writer, price, marketIds);
  for (const [index, entry] of entries.entries())
    refusePriceOnFreePlan(plan, entry.price, `${pathTo(index)}.price`);
  const before = {
    prices: await storedMarketPrices(writer, priceId),
    unitPrices: await storedMarketUnitPrices(writer, priceId),
  };
  const kept = before.prices.filter(
    (row) => isUnseen(writer, row) && !marketIds.includes(row.marketId),
  );
  const staying = [...marketIds, ...kept.map(({ marketId }) => marketId)];
  await refuseOverridden(writer, price, before.prices, staying);

  const namesUnits = entries.some(({ unitPrices = [] }) => unitPrices.length > 0);
  const units = namesUnits ? await storedUnitPrices(writer, { priceId: basePriceId }) : [];
  await refuseUnpriced(writer, entries, units);
  const prices: MarketPrice[] = [...kept];
  const unitPrices = before.unitPrices.filter(({ marketId }) =>
    kept.some((row) => row.marketId === marketId),
  );
  for (const [index, entry] of entries.entries()) {
    const { marketId } = entry;
    const currency = entry.currency.toLowerCase();
    const known = before.prices.find((row) => row.marketId === marketId);
    const stored = known?.currency === currency ? known.price : undefined;
    const amount = priceSent(writer, entry.price, stored, currency);
    const row = { priceId, marketId, basePriceId, currency, price: amount };
    prices.push(row);
    unitPrices.push(...unitPricesIn(entry, row, units, known, before.unitPrices, pathTo(index)));
  }
  await replaceMarketPrices(writer, priceId, before, { prices, unitPrices });
};
