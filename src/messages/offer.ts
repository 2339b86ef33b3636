import type { BillingInterval, DiscountType } from '../vocabulary.ts';
import { chargeOf, chargePerUnit, isFreeOfCharge, type UnitCharge } from './unit.ts';
import type { Words } from './words.ts';

/** What a plan costs at one billing interval. Amounts are in rate scale. */
export interface OfferPrice {
  currency: string;
  billingInterval: BillingInterval;
  /**
   * The amounts are those of one month of a quarter or a year: "$13.33 per month, billed yearly".
   * Otherwise they are those of the interval: "$160 per year".
   */
  isPerMonth: boolean;
  price: number;
  /** Those that belong into the headline; "plus $5 per user" is true from the first user on. */
  unitPrices: readonly UnitCharge[];
}

/** A price in words, and the amount in them that people compare. */
interface Price {
  text: string;
  /** As it stands in the text; null where several units cost something and nothing else does. */
  amount: string | null;
}

const priceWithUnits = (
  words: Words,
  { currency, price, unitPrices }: OfferPrice,
  interval: BillingInterval,
): Price => {
  const charges = unitPrices.filter((charge) => !isFreeOfCharge(charge));
  const [first] = charges;
  const plain = words.amount(price, currency);
  const base = words.say('price', { amount: plain, interval });
  if (first === undefined) return { text: base, amount: plain };
  if (price === 0 && charges.length === 1) {
    const { amount, unit } = chargeOf(words, first, currency);
    const text =
      unit === null
        ? words.say('price', { amount, interval })
        : words.say('unitPrice', { amount, unit, interval });
    return { text, amount };
  }
  const units = words.list(
    charges.map((charge) => chargePerUnit(words, charge, currency)),
    'long',
  );
  return price === 0
    ? { text: words.say('unitPrices', { units, interval }), amount: null }
    : { text: words.say('priceAndUnits', { price: base, units }), amount: plain };
};

const isFree = ({ price, unitPrices }: OfferPrice): boolean =>
  price === 0 && unitPrices.every(isFreeOfCharge);

/** "Free", "$29 per month", "$13.33 per user and month, billed yearly", … */
export const headline = (words: Words, offer: OfferPrice): string => {
  const { billingInterval: interval, isPerMonth } = offer;
  if (isFree(offer)) return words.say('free');
  return isPerMonth && (interval === 'quarterly' || interval === 'yearly')
    ? words.say('billed', { price: priceWithUnits(words, offer, 'monthly').text, interval })
    : priceWithUnits(words, offer, interval).text;
};

/** "$13.33", "from $5": what pages print larger than the rest of the headline. */
export const headlineAmount = (words: Words, offer: OfferPrice): string | null =>
  isFree(offer) ? null : priceWithUnits(words, offer, offer.billingInterval).amount;

/** "$0.50 per 1,000 calls": a plan of which only what is used costs anything. */
export const usageHeadline = (
  words: Words,
  charges: readonly UnitCharge[],
  currency: string,
): string =>
  words.list(
    charges.map((charge) => chargePerUnit(words, charge, currency)),
    'long',
  );

/** "14 days free" */
export const trial = (words: Words, days: number): string =>
  words.say('trial', { days, number: words.number(days) });

/** A discount for new subscribers. */
export interface IntroductoryDiscount {
  currency: string;
  billingInterval: BillingInterval;
  discountType: DiscountType;
  /** Basis points of a percentage, or an amount in rate scale. */
  discountValue: number;
  /** Null for no end. */
  durationCycles: number | null;
}

type TimeUnit = 'week' | 'month' | 'year';

/** One billing cycle; what is charged once has none. */
const cycles: Readonly<Record<BillingInterval, { unit: TimeUnit; length: number } | null>> = {
  weekly: { unit: 'week', length: 1 },
  monthly: { unit: 'month', length: 1 },
  quarterly: { unit: 'month', length: 3 },
  yearly: { unit: 'year', length: 1 },
  one_time: null,
};

/** "50% off for 3 months", "$10 off" */
export const introOffer = (words: Words, offer: IntroductoryDiscount): string => {
  const { discountType, discountValue, currency } = offer;
  const discount =
    discountType === 'percentage'
      ? words.percent(discountValue)
      : words.amount(discountValue, currency);
  const cycle = cycles[offer.billingInterval];
  if (cycle === null || offer.durationCycles === null) return words.say('discount', { discount });
  const count = offer.durationCycles * cycle.length;
  const time = words.say('time', { count, number: words.number(count), unit: cycle.unit });
  return words.say('discountFor', { discount, time });
};

const ONE_PERCENT = 100;

/**
 * "Save 16%". In whole percent, rounded down, so that no page promises more than it keeps: two
 * months free of twelve are 16 %. Null where less than one percent is saved.
 */
export const savings = (words: Words, basisPoints: number): string | null =>
  basisPoints < ONE_PERCENT
    ? null
    : words.say('savings', { percent: words.percent(basisPoints - (basisPoints % ONE_PERCENT)) });
