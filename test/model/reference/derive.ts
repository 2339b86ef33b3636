import { inCurrency, unitPriceAt } from './money.ts';
import type { PlanFeature, Price, Rate, RegionalOffer, RegionalOverage, RegionalPrice } from './records.ts';
import { invalid } from './tenant.ts';

/** What follows from a US dollar amount at an exchange rate. What grows too large is refused. */

const bounded = (amount: number | undefined): number => {
  if (amount === undefined) throw invalid();
  return amount;
};

export const amountsAt = (price: Price, { exchangeRate, currency }: Rate) => {
  const at = (amount: number) => bounded(inCurrency(amount, exchangeRate, currency));
  return { price: at(price.price), includedBalance: price.includedBalance === null ? null : at(price.includedBalance) };
};

export const offerAt = ({ introOffer }: Price, currency: string, rate: Rate | undefined): RegionalOffer | null => {
  if (!introOffer?.enabled || introOffer.discountType === null || introOffer.discountValue === null) return null;
  const { discountType, discountValue, durationCycles } = introOffer;
  if (discountType === 'percentage') return { discountType, discountValue, durationCycles };
  if (!rate) return null;
  return {
    discountType,
    discountValue: bounded(inCurrency(discountValue, rate.exchangeRate, currency)),
    durationCycles,
  };
};

export const regionalPriceAt = (price: Price, rate: Rate): RegionalPrice => ({
  priceId: price.id,
  currency: rate.currency,
  ...amountsAt(price, rate),
  autoSynced: true,
  introOffer: offerAt(price, rate.currency, rate),
  introOfferAutoSynced: true,
});

export const regionalOverageAt = ({ planId, featureId, overage }: PlanFeature, rate: Rate): RegionalOverage => ({
  planId,
  featureId,
  currency: rate.currency,
  unitPrice: bounded(unitPriceAt(overage.unitPrice, rate.exchangeRate)),
  autoSynced: true,
});

export const hasOverage = ({ overage }: PlanFeature): boolean => overage.enabled || overage.unitPrice > 0;
