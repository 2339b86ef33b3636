import { describe, expect, it } from 'vitest';
import { currencies, digitsOf } from '../../src/currencies.ts';
import { cellText } from '../../src/messages/cell.ts';
import { headline, introOffer, savings, trial } from '../../src/messages/offer.ts';
import { wordsIn } from '../../src/messages/words.ts';
import { anyAmount, type Locale, numberOf, numbersIn, separators } from '../exact-decimal.ts';
import { Random } from '../model/random.ts';

const locales = Object.keys(separators) as Locale[];
const words = new Map(
  await Promise.all(locales.map(async (locale) => [locale, await wordsIn(locale)] as const)),
);

const ROUNDS = 5_000;

/** A whole number as the locale writes it, without Intl. */
const whole = (number: number, locale: Locale): string => {
  const [group] = separators[locale];
  return String(number).replaceAll(/\B(?=(?:\d{3})+$)/g, group);
};

/** A number whose last digits stand after the point. */
const scaled = (number: number, decimals: number, locale: Locale): string => {
  const [, point] = separators[locale];
  const digits = String(number).padStart(decimals + 1, '0');
  const fraction = digits.slice(digits.length - decimals).replace(/0+$/, '');
  const integer = whole(Number(digits.slice(0, digits.length - decimals)), locale);
  return decimals === 0 || fraction === '' ? integer : `${integer}${point}${fraction}`;
};

/** The words of a locale, amounts of a currency, and what they must read as. */
const anyPage = (round: number) => {
  const random = new Random(15, round);
  const locale = random.pick(locales);
  const currency = random.pick([...currencies]);
  const texts = words.get(locale);
  if (!texts) throw new Error(`no words for ${locale}`);
  const exact = (amount: number) => numberOf(amount, digitsOf(currency), locale, true);
  return { random, locale, currency, texts, exact, amount: () => 1 + anyAmount(random) };
};

describe('the numbers of a text are exactly those of the catalogue', () => {
  it('in headlines', () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { random, currency, texts, locale, exact, amount } = anyPage(round);
      const price = random.chance(0.5) ? 0 : amount();
      const unitPrice = amount();
      const blockSize = random.pick([1, 2, 500, 100_000]);
      const charge = { unitName: 'call', blockSize, unitPrice, tiers: [] };
      const offer = { currency, isPerMonth: random.chance(0.5), price, unitPrices: [charge] };
      const text = headline(texts, { ...offer, billingInterval: 'monthly' });
      const blocks = blockSize === 1 ? [] : [whole(blockSize, locale)];
      const ofUnit =
        locale === 'ja-JP' ? [...blocks, exact(unitPrice)] : [exact(unitPrice), ...blocks];
      expect({ round, text: numbersIn(text) }).toEqual({
        round,
        text: [...(price === 0 ? [] : [exact(price)]), ...ofUnit],
      });
    }
  });

  it('in cells', () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { random, currency, texts, locale, exact, amount } = anyPage(round);
      const includedAmount = random.chance(0.2) ? 0 : amount();
      const decimals = random.below(5);
      const limit = {
        ...{ name: 'Size', amount: amount(), decimals, unitName: 'GB' },
        ...{ period: 'never' as const, perUnitName: null },
      };
      const unitPrice = amount();
      const charge = { unitName: 'call', blockSize: 1, unitPrice, tiers: [] };
      const text = cellText(texts, {
        ...{ kind: 'metered', includedAmount, charge, currency, limits: [limit] },
      });
      expect({ round, text: numbersIn(text) }).toEqual({
        round,
        text: [
          ...(includedAmount === 0 ? [] : [whole(includedAmount, locale)]),
          ...[exact(unitPrice), scaled(limit.amount, decimals, locale)],
        ],
      });
    }
  });

  it('in trials, introductory offers and savings', () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { random, currency, texts, locale, exact, amount } = anyPage(round);
      const days = random.below(100_000);
      expect(numbersIn(trial(texts, days))).toEqual([whole(days, locale)]);

      const discountValue = amount();
      const cycles = 1 + random.below(5_000);
      const text = introOffer(texts, {
        ...{ currency, discountType: 'amount', discountValue, durationCycles: cycles },
        billingInterval: 'quarterly',
      });
      const numbers = [exact(discountValue), whole(cycles * 3, locale)];
      expect(numbersIn(text)).toEqual(locale === 'ja-JP' ? numbers.reverse() : numbers);

      const basisPoints = random.below(10_001);
      const saved = savings(texts, basisPoints);
      const percent = String(BigInt(basisPoints) / 100n);
      if (percent === '0') expect(saved).toBeNull();
      else expect(numbersIn(saved ?? '')).toEqual([percent]);
    }
  });
});
