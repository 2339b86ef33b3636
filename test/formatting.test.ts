import { describe, expect, it } from 'vitest';
import { currencies, digitsOf } from '../src/currencies.ts';
import { formatAmount } from '../src/formatting.ts';
import { Random } from './model/random.ts';

const MOST = Number.MAX_SAFE_INTEGER;

/** How a locale writes numbers, said without Intl. */
const separators = { 'en-US': [',', '.'], 'de-DE': ['.', ','], 'ja-JP': [',', '.'] } as const;

type Locale = keyof typeof separators;

/** The number that stands for an amount, in whole numbers only. */
const numberOf = (amount: number, digits: number, locale: Locale, trimZeros: boolean): string => {
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

/** Digits and what stands between them. */
const numberIn = (text: string): string => /\d[\d.,]*/.exec(text)?.[0].replace(/[.,]$/, '') ?? '';

/** Of every order of magnitude, round and not. */
const anyAmount = (random: Random): number => {
  const largest = Math.min(MOST, 10 ** random.below(17));
  const step = 10 ** random.below(6);
  const amount = random.below(largest);
  return amount - (amount % step);
};

describe('a formatted amount', () => {
  it('says exactly the amount, with the digits of its currency at least', () => {
    for (let round = 0; round < 20_000; round += 1) {
      const random = new Random(14, round);
      const currency = random.pick([...currencies, 'xyz']);
      const locale = random.pick(Object.keys(separators) as Locale[]);
      const trimZeros = random.chance(0.5);
      const amount = random.chance(0.05) ? random.pick([0, 1, 9_999, MOST]) : anyAmount(random);
      const text = formatAmount(amount, currency, { locale, trimZeros });
      expect({ round, amount, currency, locale, trimZeros, text: numberIn(text) }).toEqual({
        ...{ round, amount, currency, locale, trimZeros },
        text: numberOf(amount, digitsOf(currency), locale, trimZeros),
      });
    }
  });

  it.each([
    [0, 'usd', 'en-US', '$0.00', '$0'],
    [190_000, 'usd', 'en-US', '$19.00', '$19'],
    [195_000, 'usd', 'en-US', '$19.50', '$19.50'],
    [4, 'usd', 'en-US', '$0.0004', '$0.0004'],
    [1_191_175_000, 'cop', 'en-US', 'COP 119,117.50', 'COP 119,117.50'],
    [15_000_000, 'jpy', 'en-US', '¥1,500', '¥1,500'],
    [15_005_000, 'jpy', 'ja-JP', '￥1,500.5', '￥1,500.5'],
    [10_000, 'kwd', 'en-US', 'KWD 1.000', 'KWD 1'],
    [10_000, 'clf', 'en-US', 'CLF 1.0000', 'CLF 1'],
    [10_000, 'huf', 'hu-HU', '1,00 Ft', '1 Ft'],
    [10_000, 'isk', 'is-IS', '1 kr.', '1 kr.'],
    [12_345_600, 'eur', 'de-DE', '1.234,56 €', '1.234,56 €'],
    [12_340_000, 'eur', 'fr-FR', '1 234,00 €', '1 234 €'],
    [12_340_000, 'brl', 'pt-BR', 'R$ 1.234,00', 'R$ 1.234'],
    [10_000, 'xyz', 'en-US', 'XYZ 1.00', 'XYZ 1'],
    [MOST, 'eur', 'en-US', '€900,719,925,474.0991', '€900,719,925,474.0991'],
  ])('%d of %s for %s is %s, or %s', (amount, currency, locale, usual, trimmed) => {
    const text = (trimZeros: boolean) =>
      formatAmount(amount, currency, { locale, trimZeros }).replaceAll(/[\u00a0\u202f]/g, ' ');
    expect([text(false), text(true)]).toEqual([usual, trimmed]);
  });
});
