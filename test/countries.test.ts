import { describe, expect, it } from 'vitest';
import { isCountry } from '../src/countries.ts';

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
