import { digitsOf } from '../currencies.ts';
import { invalid } from '../errors.ts';
import { defaultBaseCurrency, RATE_SCALE } from '../vocabulary.ts';
import type { Tenant, Writer } from './operation.ts';

/** Exact decimal arithmetic on amounts; no floating point touches money. */

interface Decimal {
  digits: bigint;
  /** The value is digits ÷ 10^scale. */
  scale: number;
}

/** The shortest decimal that stands for the number: 0.1 is a tenth, not its binary neighbour. */
const decimalOf = (value: number): Decimal => {
  const [mantissa = '', exponent = '0'] = String(value).split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const scale = fraction.length - Number(exponent);
  const digits = BigInt(whole + fraction);
  return scale >= 0 ? { digits, scale } : { digits: digits * 10n ** BigInt(-scale), scale: 0 };
};

/**
 * amount × rate to the nearest multiple of `step`, halves up. A positive amount never becomes 0.
 */
const multiply = (amount: number, rate: number, step: number): bigint => {
  const { digits, scale } = decimalOf(rate);
  const dividend = BigInt(amount) * digits;
  const divisor = BigInt(step) * 10n ** BigInt(scale);
  const steps = (2n * dividend + divisor) / (2n * divisor);
  return (steps === 0n && dividend > 0n ? 1n : steps) * BigInt(step);
};

/** A derived amount; undefined where it is too large to be one. */
const bounded = (amount: bigint): number | undefined =>
  amount <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(amount) : undefined;

/** How much one minor unit of the currency is in rate scale. */
const minorUnit = (currency: string): number => RATE_SCALE / 10 ** digitsOf(currency);

/** An amount in minor units of its currency, halves up. */
export const toMinorUnits = (amount: number, currency: string): number => {
  const unit = minorUnit(currency);
  const rest = amount % unit;
  return (amount - rest) / unit + (2 * rest >= unit ? 1 : 0);
};

/** Minor units of a currency as an amount in rate scale. */
export const fromMinorUnits = (count: number, currency: string): number =>
  count * minorUnit(currency);

/** An amount in equal parts: one of them to the minor unit of the currency, halves up. */
export const dividedAmount = (amount: number, parts: number, currency: string): number => {
  const step = BigInt(parts) * BigInt(minorUnit(currency));
  return Number(((2n * BigInt(amount) + step) / (2n * step)) * BigInt(minorUnit(currency)));
};

/** The most minor units that are an amount. */
export const mostMinorUnits = (currency: string): number =>
  Math.floor(Number.MAX_SAFE_INTEGER / minorUnit(currency));

/** A price or balance in another currency, rounded to its minor unit. */
export const convertAmount = (amount: number, rate: number, currency: string): number | undefined =>
  bounded(multiply(amount, rate, RATE_SCALE / 10 ** digitsOf(currency)));

/** An overage unit price in another currency. Unit prices may be finer than the minor unit. */
export const convertUnitPrice = (unitPrice: number, rate: number): number | undefined =>
  bounded(multiply(unitPrice, rate, 1));

/**
 * A price has one amount in the base currency, its own. Commet's clients write US dollars beside US
 * dollars, and may.
 */
export const refuseBaseCurrency = (
  { baseCurrency }: Tenant,
  currency: string,
  param = 'currency',
): void => {
  if (currency === baseCurrency && currency !== defaultBaseCurrency)
    throw invalid(param, 'is the base currency, in which the price itself is');
};

/**
 * What a price that was sent comes to. Who sees prices in minor units cannot see what is finer: a
 * price that is sent as it was shown stays as it is stored.
 */
export const priceSent = (
  { priceUnit, tenant }: Writer,
  sent: number,
  stored: number | undefined,
  currency = tenant.baseCurrency,
): number =>
  priceUnit === 'minor_unit' &&
  stored !== undefined &&
  toMinorUnits(sent, currency) === toMinorUnits(stored, currency)
    ? stored
    : sent;
