import { formatAmount } from '../../../formatting.ts';

/** How messages call objects and amounts. */

export const named = (object: { name?: string | undefined } | undefined, code: string): string =>
  object?.name?.trim() || code;

export const money = (amount: number, currency: string): string =>
  formatAmount(amount, currency, { locale: 'en-US', trimZeros: true });

export const inCapitals = (currency: string): string => currency.toUpperCase();

/** "$14 a month" */
export const perInterval: Readonly<Record<string, string>> = {
  weekly: 'a week',
  monthly: 'a month',
  quarterly: 'a quarter',
  yearly: 'a year',
  one_time: 'once',
};

export const listed = (items: readonly string[]): string =>
  items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
