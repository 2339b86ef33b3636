import { describe, expect, it } from 'vitest';
import { isCountry } from '../src/countries.ts';
import { currencyOfCountry } from '../src/country-currencies.ts';
import { isCurrency } from '../src/currencies.ts';

const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
const pairs = letters.flatMap((first) => letters.map((second) => first + second));

describe('the countries', () => {
  it('are the 249 of ISO 3166-1, and Intl has a name for each', () => {
    const countries = pairs.filter(isCountry);
    expect(countries).toHaveLength(249);
    const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
    expect(countries.filter((code) => names.of(code) === undefined)).toEqual([]);
  });

  it.each(['BR', 'DE', 'GB', 'US', 'AX', 'SS', 'TL', 'ZW'])('have %s', (code) => {
    expect(isCountry(code)).toBe(true);
  });

  // What is reserved, in use by somebody else, or no more.
  it.each(['UK', 'EU', 'UN', 'XK', 'AC', 'DD', 'YU', 'AN', 'ZZ', 'br', 'BRA', '07', '', ' '])(
    'do not have %j',
    (code) => {
      expect(isCountry(code)).toBe(false);
    },
  );
});

describe('the currencies of countries', () => {
  it('are active ones of ISO 4217, and every country but Antarctica has one', () => {
    const countries = pairs.filter(isCountry);
    const without = countries.filter((code) => currencyOfCountry(code) === undefined);
    expect(without).toEqual(['AQ']);
    const currencies = countries.flatMap((code) => currencyOfCountry(code) ?? []);
    expect(currencies.filter((code) => !isCurrency(code))).toEqual([]);
  });

  it.each([
    ['BR', 'brl'],
    ['EC', 'usd'],
    ['DE', 'eur'],
    ['HR', 'eur'],
    ['CH', 'chf'],
    ['PA', 'pab'],
    ['JP', 'jpy'],
  ])('of %s is %s', (country, currency) => {
    expect(currencyOfCountry(country)).toBe(currency);
  });

  it('name countries that there are, each once', () => {
    expect(pairs.filter((code) => !isCountry(code) && currencyOfCountry(code))).toEqual([]);
  });
});
