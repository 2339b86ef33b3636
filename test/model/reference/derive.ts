import { inCurrency, unitPriceAt } from './money.ts';
import type {
  PlanFeature,
  Price,
  Rate,
  RegionalOffer,
  RegionalOverage,
  RegionalPrice,
} from './records.ts';
import { invalid } from './tenant.ts';

/** What follows from a US dollar amount at an exchange rate. What grows too large is refused. */

export const bounded = (amount: number | undefined): number => {
  if (amount === undefined) throw invalid();
  return amount;
};

const at = (amount: number, { exchangeRate, currency }: Rate): number =>
  bounded(inCurrency(amount, exchangeRate, currency));

export const isTooLarge = (
  offer: { discountType: string | null; discountValue: number | null },
  price: number,
) => offer.discountType === 'amount' && offer.discountValue !== null && offer.discountValue > price;

const offerAt = (
  { introOffer }: Price,
  most: number,
  rate: Rate | undefined,
): RegionalOffer | null => {
  if (!introOffer?.enabled || introOffer.discountType === null || introOffer.discountValue === null)
    return null;
  const { discountType, discountValue, durationCycles } = introOffer;
  if (discountType === 'percentage') return { discountType, discountValue, durationCycles };
  if (!rate) return null;
  return { discountType, discountValue: Math.min(most, at(discountValue, rate)), durationCycles };
};

/** A row with what is not set by hand in it as it should be. */
export const following = (
  price: Price,
  row: RegionalPrice,
  rate: Rate | undefined,
): RegionalPrice => {
  const amount = rate && row.autoSynced ? at(price.price, rate) : row.price;
  const balance = price.includedBalance;
  const balanceAt = (rate: Rate) => (balance === null ? null : at(balance, rate));
  const isByHand = price.introOffer?.enabled !== false && !row.introOfferAutoSynced;
  return {
    ...row,
    price: amount,
    includedBalance: rate && row.includedBalanceAutoSynced ? balanceAt(rate) : row.includedBalance,
    introOffer: isByHand ? row.introOffer : offerAt(price, amount, rate),
    introOfferAutoSynced: !isByHand,
  };
};

export const unset = (priceId: string, currency: string): RegionalPrice => ({
  ...{ priceId, currency, price: 0, includedBalance: null, introOffer: null },
  ...{ autoSynced: true, includedBalanceAutoSynced: true, introOfferAutoSynced: true },
});

/** By hand. A balance that is not given stays what it is. */
export const byHand = (
  row: RegionalPrice,
  { price, includedBalance }: { price: number; includedBalance?: number | null },
): RegionalPrice => {
  const written = { ...row, price, autoSynced: false };
  return includedBalance == null
    ? written
    : { ...written, includedBalance, includedBalanceAutoSynced: false };
};

export const regionalOverageAt = (
  { planId, featureId, overage }: PlanFeature,
  rate: Rate,
): RegionalOverage => ({
  planId,
  featureId,
  currency: rate.currency,
  unitPrice: bounded(unitPriceAt(overage.unitPrice, rate.exchangeRate)),
  autoSynced: true,
});

export const hasOverage = ({ overage }: PlanFeature): boolean =>
  overage.enabled || overage.unitPrice > 0;
