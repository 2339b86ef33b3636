import { describe, expect, it } from 'vitest';
import { headline, savings } from '../../src/messages/offer.ts';
import { wordsIn } from '../../src/messages/words.ts';

const charge = (unitName: string) => ({ unitName, blockSize: 1, unitPrice: 1_234_5000, tiers: [] });

/** A headline with a number, an amount and a list. */
const textIn = async (locale: string): Promise<string> => {
  const unitPrices = [charge('a'), charge('b'), charge('c')];
  const terms = { currency: 'usd', billingInterval: 'monthly', isPerMonth: false } as const;
  const text = headline(await wordsIn(locale), { ...terms, price: 0, unitPrices });
  return text.replaceAll(/[\u00a0\u202f]/g, ' ');
};

describe('words', () => {
  it.each([
    ['en-US', '$1,234.50 per a, $1,234.50 per b, and $1,234.50 per c each month'],
    ['en-GB', 'US$1,234.50 per a, US$1,234.50 per b and US$1,234.50 per c each month'],
    ['de-DE', 'monatlich 1.234,50 $ pro a, 1.234,50 $ pro b und 1.234,50 $ pro c'],
    ['de-AT', 'monatlich $ 1.234,50 pro a, $ 1.234,50 pro b und $ 1.234,50 pro c'],
    ['pt', 'US$ 1.234,50 por a, US$ 1.234,50 por b e US$ 1.234,50 por c a cada mês'],
    ['es-MX', 'USD 1,234.50 por a, USD 1,234.50 por b y USD 1,234.50 por c cada mes'],
  ])('of %s follow the language, and numbers and lists the region', async (locale, text) => {
    expect(await textIn(locale)).toBe(text);
  });

  it.each([
    ['zh-CN', 'US$1,234.50 per a, US$1,234.50 per b, and US$1,234.50 per c each month'],
    ['nl', 'US$ 1.234,50 per a, US$ 1.234,50 per b, and US$ 1.234,50 per c each month'],
    ['tr', '$1.234,50 per a, $1.234,50 per b, and $1.234,50 per c each month'],
  ])('of %s, which has no messages, are English with its own numbers', async (locale, text) => {
    expect(await textIn(locale)).toBe(text);
  });

  it('of an unknown language with a percentage of its own', async () => {
    expect(savings(await wordsIn('tr'), 1_700)).toBe('Save %17');
  });
});
