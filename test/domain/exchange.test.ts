import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digitsOf } from '../../src/currencies.ts';
import { convertAmount, convertUnitPrice } from '../../src/domain/exchange.ts';

const most = Number.MAX_SAFE_INTEGER;

describe('convertAmount', () => {
  it.each([
    ['eur', 290_000, 0.92, 266_800],
    ['eur', 10_000, 0.1, 1_000],
    ['eur', 30_000, 0.1, 3_000],
    ['eur', 10_000, 0.00499, 100],
    ['eur', 10_000, 0.005, 100],
    ['eur', 10_000, 0.00501, 100],
    ['eur', 10_000, 1.005, 10_100],
    ['eur', 10_000, 1.115, 11_200],
    ['eur', 10_100, 1.5, 15_200],
    ['brl', 1, 5.0721, 100],
    ['brl', 9, 5.6, 100],
    ['jpy', 10_000, 149.4, 1_490_000],
    ['jpy', 10_000, 149.5, 1_500_000],
    ['jpy', 99, 50, 10_000],
    ['jpy', 0, 50, 0],
    ['jpy', 100, 50, 10_000],
    ['clp', 290_000, 950.123_456_789, 275_540_000],
    ['cop', 290_000, 4_000.005, 1_160_001_500],
    ['kwd', 10_000, 0.305_27, 3_050],
    ['clf', 10_000, 0.024_56, 246],
    ['isk', 10_000, 137.5, 1_380_000],
    ['usd', 290_000, 1.1, 319_000],
    ['eur', 0, 1e300, 0],
    ['eur', most, 5e-324, 100],
    ['eur', most, 1e-13, 900],
    ['eur', 100, 90_071_992_547_409, 9_007_199_254_740_900],
  ])('makes %s of %d at %d', (currency, amount, rate, expected) => {
    expect(convertAmount(amount, rate, currency)).toBe(expected);
  });

  it.each([
    ['eur', most, 1],
    ['eur', most, 1.000_000_1],
    ['jpy', most, 1.000_001],
    ['eur', 1, 1e300],
    ['cop', 2 ** 40, 1e6],
  ])('makes nothing in %s of %d at %d, which would be too large', (currency, amount, rate) => {
    expect(convertAmount(amount, rate, currency)).toBeUndefined();
  });

  it(
    'is the nearest multiple of the minor unit, halves up, and no positive amount becomes ' + '0',
    () => {
      fc.assert(
        fc.property(
          fc.constantFrom('eur', 'jpy', 'cop', 'kwd', 'clf', 'isk'),
          fc.nat({ max: 10_000_000 }),
          fc.nat({ max: 10_000_000 }),
          fc.integer({ min: 0, max: 6 }),
          (currency, amount, digits, places) => {
            const rate = Number(`${digits}e-${places}`);
            const step = 10n ** BigInt(4 - digitsOf(currency));
            const scale = 10n ** BigInt(places);
            const converted = convertAmount(amount, rate, currency);
            if (converted === undefined) return false;
            // Twice the distance to the exact product, in units of step ÷ scale: −1 excluded, 1
            // included.
            const exact = BigInt(amount) * BigInt(digits);
            const twice = 2n * (BigInt(converted) * scale - exact);
            if (exact > 0n && exact < step * scale) return converted === Number(step);
            return (
              BigInt(converted) % step === 0n && twice > -step * scale && twice <= step * scale
            );
          },
        ),
      );
    },
  );
});

describe('convertUnitPrice', () => {
  it.each([
    [20, 0.92, 18],
    [1, 0.5, 1],
    [1, 0.499_999, 1],
    [1, 5e-324, 1],
    [0, 0.5, 0],
    [3, 0.5, 2],
    [20, 149.55, 2_991],
    [most, 1, most],
    [0, 1e300, 0],
  ])(
    'makes of %d at %d the nearest integer, halves up, and nothing only of nothing',
    (unitPrice, rate, expected) => {
      expect(convertUnitPrice(unitPrice, rate)).toBe(expected);
    },
  );

  it('makes nothing that would be too large', () => {
    expect(convertUnitPrice(most, 1.1)).toBeUndefined();
    expect(convertUnitPrice(1, 1e300)).toBeUndefined();
  });
});
