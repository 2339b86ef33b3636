import { findExchangeRates } from '../db/records/exchange-rate.ts';
import {
  findRegionalOverages,
  removeRegionalOverages,
  saveRegionalOverages,
} from '../db/records/regional-overage.ts';
import { saveRegionalPrices } from '../db/records/regional-price.ts';
import type {
  ExchangeRate,
  IntroOffer,
  PlanFeature,
  PlanPrice,
  RegionalIntroOffer,
  RegionalOverage,
  RegionalPrice,
} from '../db/tables.ts';
import { invalid } from '../errors.ts';
import { convertAmount, convertUnitPrice } from './exchange.ts';
import type { Writer } from './operation.ts';

/**
 * Regional values that follow an amount in the base currency at the plan's exchange rate, and stay derived when the
 * amount changes.
 */

/**
 * `param` is the input field to blame when an amount grows too large: the amount's own, or the
 * rate.
 */
export const derived = (amount: number | undefined, currency: string, param: string): number => {
  if (amount === undefined)
    throw invalid(param, `is too large for a derived amount in ${currency}`);
  return amount;
};

/** A fixed discount is at most the price that it is taken off. */
export const isAbovePrice = (
  { discountType, discountValue }: Pick<IntroOffer, 'discountType' | 'discountValue'>,
  price: number,
): boolean => discountType === 'amount' && (discountValue ?? 0) > price;

/**
 * Amounts need a rate, and are capped at the price in the currency; percentages are the same
 * everywhere. An offer that is off is off in every currency.
 */
const deriveIntroOffer = (
  { introOffer }: PlanPrice,
  { currency, price }: Pick<RegionalPrice, 'currency' | 'price'>,
  rate: ExchangeRate | undefined,
  param: string,
): RegionalIntroOffer | null => {
  if (!introOffer?.enabled || introOffer.discountType === null || introOffer.discountValue === null)
    return null;
  const { discountType, discountValue, durationCycles } = introOffer;
  if (discountType === 'percentage') return { discountType, discountValue, durationCycles };
  if (!rate) return null;
  const amount = derived(
    convertAmount(discountValue, rate.exchangeRate, currency),
    currency,
    param,
  );
  return { discountType, discountValue: Math.min(amount, price), durationCycles };
};

/** A row that is derived as a whole, before it is. */
export const derivedRow = (priceId: string, currency: string): RegionalPrice => ({
  priceId,
  currency,
  price: 0,
  includedBalance: null,
  autoSynced: true,
  includedBalanceAutoSynced: true,
  introOffer: null,
  introOfferAutoSynced: true,
});

/**
 * The row with what is derived in it as it follows from the price and the rate. What was set by
 * hand stays.
 */
export const followPrice = (
  price: PlanPrice,
  row: RegionalPrice,
  rate: ExchangeRate | undefined,
  param?: string,
): RegionalPrice => {
  const { currency } = row;
  const convert = (amount: number, { exchangeRate }: ExchangeRate, field: string) =>
    derived(convertAmount(amount, exchangeRate, currency), currency, param ?? field);
  const followed = { ...row };
  if (rate && row.autoSynced) followed.price = convert(price.price, rate, 'price');
  if (rate && row.includedBalanceAutoSynced)
    followed.includedBalance =
      price.includedBalance === null
        ? null
        : convert(price.includedBalance, rate, 'includedBalance');
  if (row.introOfferAutoSynced || price.introOffer?.enabled === false) {
    followed.introOffer = deriveIntroOffer(
      price,
      followed,
      rate,
      param ?? 'introOffer.discountValue',
    );
    followed.introOfferAutoSynced = true;
  }
  return followed;
};

export const refuseOfferAbovePrice = (
  { introOffer, price, currency }: RegionalPrice,
  param: string,
): void => {
  if (introOffer && isAbovePrice(introOffer, price))
    throw invalid(
      param,
      `would make the introductory discount in ${currency} larger than the price`,
    );
};

/**
 * A stored row after its price or its rate has changed. A discount that was set by hand holds a
 * derived price up; what was below one before may stay so.
 */
export const follow = (
  price: PlanPrice,
  row: RegionalPrice,
  rate: ExchangeRate | undefined,
  param?: string,
): RegionalPrice => {
  const followed = followPrice(price, row, rate, param);
  if (followed.price < row.price) refuseOfferAbovePrice(followed, param ?? 'price');
  return followed;
};

export const deriveOverage = (
  link: PlanFeature,
  rate: ExchangeRate,
  param = 'overage.unitPrice',
): RegionalOverage => ({
  planId: link.planId,
  featureId: link.featureId,
  currency: rate.currency,
  unitPrice: derived(
    convertUnitPrice(link.overage.unitPrice, rate.exchangeRate),
    rate.currency,
    param,
  ),
  autoSynced: true,
});

/** A new price gets a row for each exchange rate of its plan. */
export const deriveRegionalPrices = async (
  writer: Writer,
  price: PlanPrice,
  rates: readonly ExchangeRate[],
): Promise<void> => {
  const rows = rates.map((rate) => followPrice(price, derivedRow(price.id, rate.currency), rate));
  await saveRegionalPrices(writer, [], rows);
};

/** A changed price takes along what is derived from it. */
export const rederiveRegionalPrices = async (
  writer: Writer,
  price: PlanPrice,
  rows: readonly RegionalPrice[],
): Promise<void> => {
  if (rows.length === 0) return;
  const rates = new Map(
    (await findExchangeRates(writer, [price.planId])).map((rate) => [rate.currency, rate]),
  );
  const following = rows.map((row) => follow(price, row, rates.get(row.currency)));
  await saveRegionalPrices(writer, rows, following);
};

/**
 * A feature with overage has a row for each exchange rate of its plan, one without overage has
 * none.
 */
export const rederiveRegionalOverages = async (
  writer: Writer,
  link: PlanFeature,
): Promise<void> => {
  const before = (await findRegionalOverages(writer, [link.planId])).filter(
    ({ featureId }) => featureId === link.featureId,
  );
  if (!hasOverage(link)) {
    if (before.length > 0) await removeRegionalOverages(writer, link.planId, link.featureId);
    return;
  }
  const rates = await findExchangeRates(writer, [link.planId]);
  const manual = before.filter(({ autoSynced }) => !autoSynced);
  const following = rates
    .filter(({ currency }) => !manual.some((row) => row.currency === currency))
    .map((rate) => deriveOverage(link, rate));
  await saveRegionalOverages(writer, before, following);
};

/** Zero and false count as absent. */
export const hasOverage = ({ overage }: Pick<PlanFeature, 'overage'>): boolean =>
  overage.enabled || overage.unitPrice > 0;
