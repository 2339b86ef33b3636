import type { Random } from './model/random.ts';

export const MOST = Number.MAX_SAFE_INTEGER;

/** How a locale writes numbers, said without Intl. */
export const separators = {
  'en-US': [',', '.'],
  'de-DE': ['.', ','],
  'ja-JP': [',', '.'],
} as const;

export type Locale = keyof typeof separators;

/** The number that stands for an amount, in whole numbers only. */
export const numberOf = (
  amount: number,
  digits: number,
  locale: Locale,
  trimZeros: boolean,
): string => {
  const [group, point] = separators[locale];
  const whole = BigInt(amount) / 10_000n;
  const rest = BigInt(amount) % 10_000n;
  const least = trimZeros && rest === 0n ? 0 : digits;
  let fraction = String(rest).padStart(4, '0');
  while (fraction.length > least && fraction.endsWith('0')) fraction = fraction.slice(0, -1);
  let grouped = String(whole);
  for (let place = grouped.length - 3; place > 0; place -= 3)
    grouped = `${grouped.slice(0, place)}${group}${grouped.slice(place)}`;
  return fraction === '' ? grouped : `${grouped}${point}${fraction}`;
};

/** Digits and what stands between them, one for each number of a text. */
export const numbersIn = (text: string): string[] =>
  [...text.matchAll(/\d[\d.,]*/g)].map(([number]) => number.replace(/[.,]$/, ''));

/** Of every order of magnitude, round and not. */
export const anyAmount = (random: Random): number => {
  const largest = Math.min(MOST, 10 ** random.below(17));
  const step = 10 ** random.below(6);
  const amount = random.below(largest);
  return amount - (amount % step);
};
