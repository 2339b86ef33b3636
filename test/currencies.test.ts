import { describe, expect, it } from 'vitest';
import { digitsOf, isCurrency } from '../src/currencies.ts';
import { regionalCurrencies } from '../src/vocabulary.ts';

describe('the currencies', () => {
  it.each([
    ['usd', 2],
    ['eur', 2],
    ['jpy', 0],
    ['cop', 2],
    ['huf', 2],
    ['isk', 0],
    ['kwd', 3],
    ['iqd', 3],
    ['clf', 4],
    ['xaf', 0],
    ['xcg', 2],
  ])('knows %s with %d digits', (code, digits) => {
    expect(isCurrency(code)).toBe(true);
    expect(digitsOf(code)).toBe(digits);
  });

  it.each([
    'xxx',
    'xts',
    'xau',
    'xdr',
    'zzz',
    'dem',
    'hrk',
    'EUR',
    'eu',
    '',
    'constructor',
    '__proto__',
  ])('does not know %j, and shows it with two digits', (code) => {
    expect(isCurrency(code)).toBe(false);
    expect(digitsOf(code)).toBe(2);
  });

  it('has every currency of the REST contract', () => {
    expect(regionalCurrencies.filter((code) => !isCurrency(code))).toEqual([]);
  });
});
