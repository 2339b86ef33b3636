import { findExchangeRates } from '../db/records/exchange-rate.ts';
import {
  findRegionalUnitPrices,
  removeRegionalUnitPrices,
  saveRegionalUnitPrices,
  storedUnitPrices,
} from '../db/records/unit-price.ts';
import type { ExchangeRate, RegionalUnitPrice, UnitPrice } from '../db/tables.ts';
import { derived } from './derived-pricing.ts';
import { convertUnitPrice } from './exchange.ts';
import type { Writer } from './operation.ts';

/** Unit prices in other currencies: derived at each exchange rate of the plan, or set by hand. */

/** `param` is the input field to blame when an amount grows too large, if not the amount's own. */
export const deriveUnitPrice = (
  { priceId, featureId, unitPrice, tiersMode, tiers }: UnitPrice,
  { currency, exchangeRate }: ExchangeRate,
  param?: string,
): RegionalUnitPrice => {
  const convert = (amount: number, field: string) =>
    derived(convertUnitPrice(amount, exchangeRate), currency, param ?? field);
  return {
    priceId,
    featureId,
    currency,
    unitPrice: unitPrice === null ? null : convert(unitPrice, 'unitPrice'),
    tiersMode,
    tiers: tiers.map((tier, place) => ({
      upTo: tier.upTo,
      unitPrice: convert(tier.unitPrice, `tiers.${place}.unitPrice`),
      flatPrice: convert(tier.flatPrice, `tiers.${place}.flatPrice`),
    })),
    autoSynced: true,
  };
};

const isOf = (unit: UnitPrice) => (row: RegionalUnitPrice) =>
  row.priceId === unit.priceId && row.featureId === unit.featureId;

const priceIdsOf = (units: readonly UnitPrice[]): string[] => [
  ...new Set(units.map(({ priceId }) => priceId)),
];

/** Every unit price of the plan follows a rate; what was set by hand stays, unless overwritten. */
export const rederiveUnitPrices = async (
  writer: Writer,
  rate: ExchangeRate,
  overwrites = false,
): Promise<void> => {
  const units = await storedUnitPrices(writer, { planId: rate.planId });
  if (units.length === 0) return;
  const before = (await findRegionalUnitPrices(writer, priceIdsOf(units))).filter(
    ({ currency }) => currency === rate.currency,
  );
  const byHand = overwrites ? [] : before.filter(({ autoSynced }) => !autoSynced);
  const following = units
    .filter((unit) => !byHand.some(isOf(unit)))
    .map((unit) => deriveUnitPrice(unit, rate, 'exchangeRate'));
  await saveRegionalUnitPrices(writer, before, following);
};

/** A row needs a price or a rate in its currency: the price is gone in all of them. */
export const removeUnitPricesWithoutRate = async (
  writer: Writer,
  planId: string,
  priceId: string,
): Promise<void> => {
  if ((await storedUnitPrices(writer, { priceId })).length === 0) return;
  const rates = await findExchangeRates(writer, [planId]);
  const rows = await findRegionalUnitPrices(writer, [priceId]);
  await removeRegionalUnitPrices(
    writer,
    rows.filter((row) => !rates.some(({ currency }) => currency === row.currency)),
  );
};
