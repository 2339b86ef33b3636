import { describe, expect, it } from 'vitest';
import { formatAmount, formatList } from '../src/formatting.ts';
import { canonicalLocale, resolvedLocale } from '../src/locale.ts';

const letters = [...'abcdefghijklmnopqrstuvwxyz'];
const pairs = letters.flatMap((first) => letters.map((second) => first + second));

describe('locales', () => {
  it('are canonical, however a tag is written', () => {
    for (const tag of ['pt-BR', 'pt_br', 'PT_BR', 'pt-br'])
      expect(canonicalLocale(tag)).toBe('pt-BR');
    expect(canonicalLocale('zh_hant_TW')).toBe('zh-Hant-TW');
  });

  it('are as many as Intl knows, for any tags that clients invent', () => {
    const regions = pairs.map((region) => canonicalLocale(`en-${region}`));
    expect(new Set(regions).size).toBeGreaterThan(600);
    expect(new Set(regions.map(resolvedLocale)).size).toBeLessThan(150);
    for (const variant of ['en-abcde', 'en-latn-abcdefgh', 'en-qm-vwxyz'])
      expect(resolvedLocale(variant)).toBe('en');
  });

  it('share a format where they share a locale', () => {
    const made: string[] = [];
    const { NumberFormat } = Intl;
    Intl.NumberFormat = new Proxy(NumberFormat, {
      construct: (target, [locale, options]) => {
        if (options !== undefined) made.push(locale);
        return new target(locale, options);
      },
    });
    try {
      for (const region of pairs)
        formatAmount(1, 'bhd', { locale: canonicalLocale(`ak-${region}`), trimZeros: false });
    } finally {
      Intl.NumberFormat = NumberFormat;
    }
    expect(made).toHaveLength(new Set(made).size);
    expect(made.length).toBeLessThan(5);
  });

  it('share a list format where they share a locale', () => {
    const made: unknown[] = [];
    const { ListFormat } = Intl;
    const counting = new Proxy(ListFormat, {
      construct: (target, [locale, options]) => {
        made.push(locale);
        return new target(locale, options);
      },
    });
    Object.assign(Intl, { ListFormat: counting });
    try {
      for (const region of pairs)
        formatList(['one', 'two'], 'long', canonicalLocale(`sw-${region}`));
    } finally {
      Object.assign(Intl, { ListFormat });
    }
    expect(made).toHaveLength(new Set(made).size);
    expect(made.length).toBeGreaterThan(0);
    expect(made.length).toBeLessThan(7);
  });
});
