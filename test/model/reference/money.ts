/** The contract's arithmetic, in fractions. */

const unitsOfOne = 10_000n;

const fractionOf = (rate: number): [numerator: bigint, denominator: bigint] => {
  const [, digits = '', fraction = '', exponent = '0'] =
    /^(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(rate)) ?? [];
  const power = Number(exponent) - fraction.length;
  const number = BigInt(digits + fraction);
  return power >= 0 ? [number * 10n ** BigInt(power), 1n] : [number, 10n ** BigInt(-power)];
};

/** An amount in minor units, halves up. */
export const shownInMinorUnits = (amount: number, currency: string): number => {
  const unit = minorUnit(currency);
  return Number((2n * BigInt(amount) + unit) / (2n * unit));
};

/** Minor units as an amount. */
export const minorUnits = (count: number, currency: string): number =>
  count * Number(minorUnit(currency));

/** What a price comes to: one that is sent as it is shown stays. */
export const priceAfter = (
  { seesMinorUnits }: { seesMinorUnits?: true },
  sent: number,
  before: number | undefined,
  currency: string,
): number =>
  seesMinorUnits &&
  before !== undefined &&
  shownInMinorUnits(before, currency) === shownInMinorUnits(sent, currency)
    ? before
    : sent;

const minorUnit = (currency: string): bigint => {
  const { maximumFractionDigits = 2 } = new Intl.NumberFormat('en', {
    style: 'currency',
    currency,
  }).resolvedOptions();
  return unitsOfOne / 10n ** BigInt(maximumFractionDigits);
};

const exchange = (amount: number, rate: number, step: bigint): number | undefined => {
  const [numerator, denominator] = fractionOf(rate);
  const exact = BigInt(amount) * numerator;
  const whole = exact / (denominator * step);
  const isHalfOrMore = 2n * (exact - whole * denominator * step) >= denominator * step;
  const nearest = whole + (isHalfOrMore ? 1n : 0n);
  const rounded = (nearest === 0n && exact > 0n ? 1n : nearest) * step;
  return rounded <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(rounded) : undefined;
};

/**
 * An amount of the base currency in another one, in whole minor units; undefined when it is no safe
 * integer.
 */
export const inCurrency = (amount: number, rate: number, currency: string): number | undefined =>
  exchange(amount, rate, minorUnit(currency));

/** The price of one unit, which may be finer than the minor unit. */
export const unitPriceAt = (unitPrice: number, rate: number): number | undefined =>
  exchange(unitPrice, rate, 1n);
