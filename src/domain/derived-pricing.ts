import type { PlanFeature } from '../db/plan-feature.ts';
import type { PlanPrice } from '../db/price.ts';
import {
  type ExchangeRate,
  findExchangeRates,
  findRegionalOverages,
  findRegionalPrices,
  type RegionalIntroOffer,
  type RegionalOverage,
  type RegionalPrice,
  removeRegionalOverages,
  saveRegionalOverages,
  saveRegionalPrices,
} from '../db/regional-pricing.ts';
import { invalid } from '../errors.ts';
import { convertAmount, convertUnitPrice } from './exchange.ts';
import type { Writer } from './operation.ts';

/** Regional values that follow a USD amount at the plan's exchange rate, and stay derived when the amount changes. */

/** `param` is the input field to blame when an amount grows too large: the amount's own, or the rate. */
const derived = (amount: number | undefined, currency: string, param: string): number => {
  if (amount === undefined) throw invalid(param, `is too large for a derived amount in ${currency}`);
  return amount;
};

/** Amounts need a rate; percentages are the same everywhere. */
export const deriveIntroOffer = (
  { introOffer }: PlanPrice,
  currency: string,
  exchangeRate: number | undefined,
  param = 'introOffer.discountValue',
): RegionalIntroOffer | null => {
  if (!introOffer?.enabled || introOffer.discountType === null || introOffer.discountValue === null) return null;
  const { discountType, discountValue, durationCycles } = introOffer;
  if (discountType === 'percentage') return { discountType, discountValue, durationCycles };
  if (exchangeRate === undefined) return null;
  const amount = derived(convertAmount(discountValue, exchangeRate, currency), currency, param);
  return { discountType, discountValue: amount, durationCycles };
};

export const deriveIncludedBalance = (
  price: PlanPrice,
  { currency, exchangeRate }: ExchangeRate,
  param = 'includedBalance',
): number | null =>
  price.includedBalance === null
    ? null
    : derived(convertAmount(price.includedBalance, exchangeRate, currency), currency, param);

export const deriveAmounts = (
  price: PlanPrice,
  rate: ExchangeRate,
  param?: string,
): Pick<RegionalPrice, 'price' | 'includedBalance' | 'autoSynced'> => ({
  price: derived(convertAmount(price.price, rate.exchangeRate, rate.currency), rate.currency, param ?? 'price'),
  includedBalance: deriveIncludedBalance(price, rate, param),
  autoSynced: true,
});

export const deriveOverage = (link: PlanFeature, rate: ExchangeRate, param = 'overage.unitPrice'): RegionalOverage => ({
  planId: link.planId,
  featureId: link.featureId,
  currency: rate.currency,
  unitPrice: derived(convertUnitPrice(link.overage.unitPrice, rate.exchangeRate), rate.currency, param),
  autoSynced: true,
});

/** A new price gets a row for each exchange rate of its plan. */
export const deriveRegionalPrices = async (
  writer: Writer,
  price: PlanPrice,
  rates: readonly ExchangeRate[],
): Promise<void> => {
  await saveRegionalPrices(
    writer,
    rates.map((rate) => ({
      priceId: price.id,
      currency: rate.currency,
      ...deriveAmounts(price, rate),
      introOffer: deriveIntroOffer(price, rate.currency, rate.exchangeRate),
      introOfferAutoSynced: true,
    })),
  );
};

/** A changed price takes its derived rows along, and of manual rows the derived introductory offer. */
export const rederiveRegionalPrices = async (writer: Writer, price: PlanPrice): Promise<void> => {
  const rows = await findRegionalPrices(writer, [price.id]);
  if (rows.length === 0) return;
  const rates = new Map((await findExchangeRates(writer, [price.planId])).map((rate) => [rate.currency, rate]));
  const following = rows.map((row): RegionalPrice => {
    const rate = rates.get(row.currency);
    const amounts = row.autoSynced && rate ? deriveAmounts(price, rate) : {};
    const introOffer = row.introOfferAutoSynced
      ? deriveIntroOffer(price, row.currency, rate?.exchangeRate)
      : row.introOffer;
    return { ...row, ...amounts, introOffer };
  });
  await saveRegionalPrices(writer, following);
};

/** A feature with overage has a row for each exchange rate of its plan, one without overage has none. */
export const rederiveRegionalOverages = async (writer: Writer, link: PlanFeature): Promise<void> => {
  if (!hasOverage(link)) return removeRegionalOverages(writer, link.planId, link.featureId);
  const rates = await findExchangeRates(writer, [link.planId]);
  const rows = await findRegionalOverages(writer, [link.planId]);
  const isManual = (currency: string) =>
    rows.some((row) => row.featureId === link.featureId && row.currency === currency && !row.autoSynced);
  await saveRegionalOverages(
    writer,
    rates.filter(({ currency }) => !isManual(currency)).map((rate) => deriveOverage(link, rate)),
  );
};

/** Zero and false count as absent. */
export const hasOverage = ({ overage }: Pick<PlanFeature, 'overage'>): boolean =>
  overage.enabled || overage.unitPrice > 0;
