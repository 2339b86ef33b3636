import { invalid } from '../src/errors.ts';
import { RATE_SCALE } from '../src/vocabulary.ts';
import { builder } from './builder.ts';

/** Amounts as people read them, so that no page divides by the scale by hand. */

const SCALE_DIGITS = String(RATE_SCALE).length - 1;

/** The amount as an exact decimal: Intl takes the text as it is, without a detour through a float. */
const decimal = (amount: number): `${number}` => {
  const digits = String(amount).padStart(SCALE_DIGITS + 1, '0');
  return `${digits.slice(0, -SCALE_DIGITS)}.${digits.slice(-SCALE_DIGITS)}` as `${number}`;
};

/** Longer than any tag in use; a bound for what is kept. */
const LONGEST_LOCALE = 64;
const MOST_FORMATS = 1_000;
const formats = new Map<string, Intl.NumberFormat>();

const isLocale = (locale: string): boolean => {
  try {
    return locale.length <= LONGEST_LOCALE && Intl.getCanonicalLocales(locale).length > 0;
  } catch {
    return false;
  }
};

const formatOf = (locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat => {
  const key = `${locale} ${options.currency}`;
  const known = formats.get(key);
  if (known) return known;
  if (!isLocale(locale)) throw invalid('locale', 'is not a BCP 47 language tag');
  const { minimumFractionDigits = 0 } = new Intl.NumberFormat(locale, options).resolvedOptions();
  const format = new Intl.NumberFormat(locale, {
    ...options,
    minimumFractionDigits,
    maximumFractionDigits: SCALE_DIGITS,
  });
  if (formats.size >= MOST_FORMATS) formats.clear();
  formats.set(key, format);
  return format;
};

/** Shows the currency's own decimals at least, and finer ones where the amount has them. */
export const formatAmount = (amount: number, currency: string, locale: string): string =>
  formatOf(locale, { style: 'currency', currency }).format(decimal(amount));

export const formatBasisPoints = (value: number, locale: string): string =>
  formatOf(locale, { style: 'percent' }).format(decimal(value));

/** The argument of every formatted amount. */
export const inLocale = builder.args((t) => ({
  locale: t.string({ required: true, defaultValue: 'en-US', description: 'BCP 47 language tag, e.g. "pt-BR".' }),
}));
