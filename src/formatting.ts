/**
 * Amounts and lists as people read them, so that no page divides by the scale by hand. A leaf:
 * imports leaves only.
 */

import { digitsOf } from './currencies.ts';
import { resolvedLocale } from './locale.ts';
import { RATE_SCALE } from './vocabulary.ts';

const SCALE_DIGITS = String(RATE_SCALE).length - 1;

/**
 * The amount as an exact decimal: Intl takes the text as it is, without a detour through a float.
 */
const decimal = (amount: number, decimals = SCALE_DIGITS): `${number}` => {
  const digits = String(amount).padStart(decimals + 1, '0');
  const point = digits.length - decimals;
  return `${digits.slice(0, point)}.${digits.slice(point)}` as `${number}`;
};

/** An amount for machines: "190.00", "0.002", "1800", with the decimals of its currency at least. */
export const decimalAmount = (amount: number, currency: string): string => {
  const [whole = '', fraction = ''] = decimal(amount).split('.');
  const digits = fraction
    .replace(/0+$/, '')
    .padEnd(Math.min(digitsOf(currency), SCALE_DIGITS), '0');
  return digits === '' ? whole : `${whole}.${digits}`;
};

/** A format takes some ten kilobytes outside the heap, and clients choose the locales. */
const MOST_FORMATS = 200;
const numberFormats = new Map<string, Intl.NumberFormat>();
const listFormats = new Map<string, Intl.ListFormat>();
const pluralRules = new Map<string, Intl.PluralRules>();

const remember = <Format>(formats: Map<string, Format>, key: string, format: Format): Format => {
  if (formats.size >= MOST_FORMATS) formats.clear();
  formats.set(key, format);
  return format;
};

/**
 * Of a currency by its code, of percentages and of numbers. Digits are always given: those that
 * Intl prefers for a currency differ between releases of Node.
 */
const formatOf = (tag: string, kind: string, minimumFractionDigits: number): Intl.NumberFormat => {
  const locale = resolvedLocale(tag);
  const key = `${locale} ${kind} ${minimumFractionDigits}`;
  const known = numberFormats.get(key);
  if (known) return known;
  const format = new Intl.NumberFormat(locale, {
    ...(kind === 'percent' || kind === 'decimal'
      ? { style: kind }
      : { style: 'currency', currency: kind }),
    minimumFractionDigits,
    maximumFractionDigits: SCALE_DIGITS,
  });
  return remember(numberFormats, key, format);
};

export interface MoneyFormat {
  locale: string;
  trimZeros: boolean;
}

/**
 * Shows the decimals that ISO 4217 gives the currency at least, and finer ones where the amount has
 * them.
 */
export const formatAmount = (
  amount: number,
  currency: string,
  { locale, trimZeros }: MoneyFormat,
): string => {
  const isWhole = amount % RATE_SCALE === 0;
  return formatOf(locale, currency, trimZeros && isWhole ? 0 : digitsOf(currency)).format(
    decimal(amount),
  );
};

export const formatBasisPoints = (value: number, locale: string): string =>
  formatOf(locale, 'percent', 0).format(decimal(value));

/** A number whose last digits stand after the point, without the zeros at its end. */
export const formatQuantity = (amount: number, decimals: number, locale: string): string =>
  formatOf(locale, 'decimal', 0).format(decimal(amount, decimals));

/** Whether the noun behind such a number is singular: 1 in English, 0 and 1.5 in French, too. */
export const isSingular = (amount: number, decimals: number, tag: string): boolean => {
  const locale = resolvedLocale(tag);
  const rules =
    pluralRules.get(locale) ??
    remember(
      pluralRules,
      locale,
      new Intl.PluralRules(locale, { maximumFractionDigits: SCALE_DIGITS }),
    );
  return rules.select(Number(decimal(amount, decimals))) === 'one';
};

/** `long` joins with a word where the language does ("a and b"), `narrow` in as few as it can. */
export const formatList = (
  items: readonly string[],
  style: 'long' | 'narrow',
  tag: string,
): string => {
  const [first] = items;
  if (items.length === 1 && first !== undefined) return first;
  const locale = resolvedLocale(tag);
  const key = `${locale} ${style}`;
  const format =
    listFormats.get(key) ?? remember(listFormats, key, new Intl.ListFormat(locale, { style }));
  return format.format(items);
};
