import { describe, expect, it } from 'vitest';
import { currencies, digitsOf } from '../src/currencies.ts';
import { formatAmount } from '../src/formatting.ts';
import { anyAmount, type Locale, MOST, numberOf, numbersIn, separators } from './exact-decimal.ts';
import { Random } from './model/random.ts';

describe('a formatted amount', () => {
  it('says exactly the amount, with the digits of its currency at least', () => {
    for (let round = 0; round < 20_000; round += 1) {
      const random = new Random(14, round);
      const currency = random.pick([...currencies, 'xyz']);
      const locale = random.pick(Object.keys(separators) as Locale[]);
      const trimZeros = random.chance(0.5);
      const amount = random.chance(0.05) ? random.pick([0, 1, 9_999, MOST]) : anyAmount(random);
      const text = formatAmount(amount, currency, { locale, trimZeros });
      expect({ round, amount, currency, locale, trimZeros, text: numbersIn(text) }).toEqual({
        ...{ round, amount, currency, locale, trimZeros },
        text: [numberOf(amount, digitsOf(currency), locale, trimZeros)],
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
