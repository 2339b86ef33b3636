import { describe, expect, it } from 'vitest';
import { catalogueFor, catalogues } from '../../src/messages/catalogues.ts';
import type { MessageKey, Messages } from '../../src/messages/message.ts';
import { billingIntervals, limitPeriods } from '../../src/vocabulary.ts';

const languages = Object.keys(catalogues);
const counts = [0, 1, 2, 5, 1_000_000];

/** Values for every branch of every message. What is printed stands in brackets. */
const samples: { [Key in MessageKey]: Messages[Key][] } = {
  free: [[]],
  price: billingIntervals.map((interval) => [{ amount: '[amount]', interval }]),
  unitPrice: billingIntervals.map((interval) => [{ amount: '[amount]', unit: '[unit]', interval }]),
  unitPrices: billingIntervals.map((interval) => [{ units: '[units]', interval }]),
  priceAndUnits: [[{ price: '[price]', units: '[units]' }]],
  billed: [
    [{ price: '[price]', interval: 'quarterly' }],
    [{ price: '[price]', interval: 'yearly' }],
  ],
  perUnit: [[{ amount: '[amount]', unit: '[unit]' }]],
  from: [[{ amount: '[amount]' }]],
  unit: counts.map((count) => [{ count }]),
  trial: counts.map((days) => [{ days, number: '[number]' }]),
  discount: [[{ discount: '[discount]' }]],
  discountFor: [[{ discount: '[discount]', time: '[time]' }]],
  time: (['week', 'month', 'year'] as const).flatMap((unit) =>
    counts.map((count): Messages['time'] => [{ count, number: '[number]', unit }]),
  ),
  savings: [[{ percent: '[percent]' }]],
  included: [[]],
  notIncluded: [[]],
  unlimited: [[]],
  credits: counts.map((count) => [{ count, number: '[number]', unit: '[unit]' }]),
  byUsage: [[]],
  thenCharged: [[{ included: '[included]', price: '[price]' }]],
  limit: limitPeriods.map((period) => [{ amount: '[amount]', period }]),
  limitPerUnit: limitPeriods.map((period) => [{ amount: '[amount]', unit: '[unit]', period }]),
  named: [[{ name: '[name]', text: '[text]' }]],
  withLimits: [[{ text: '[text]', limits: '[limits]' }]],
  interval: billingIntervals.map((interval) => [{ interval }]),
  taxIncluded: [[]],
  taxExcluded: [[]],
  contactSales: [[]],
  everythingIn: [[{ plan: '[plan]' }]],
  otherFeatures: [[]],
};

const keys = Object.keys(samples) as MessageKey[];

/** Every text of a message that its branches make. */
const textsOf = <Key extends MessageKey>(language: string, key: Key): string[] =>
  samples[key].map((values) => catalogueFor(language).print(key, ...values));

const printedBy = (values: readonly object[]): string[] =>
  values
    .flatMap((value): unknown[] => Object.values(value))
    .filter((value) => typeof value === 'string')
    .filter((value) => value.startsWith('['));

describe.each(languages)('the messages in %s', (language) => {
  it.each(keys)('print the values of %s, each once, and nothing left over', (key) => {
    for (const [place, text] of textsOf(language, key).entries()) {
      const values = printedBy(samples[key][place] ?? []);
      for (const value of values) expect(text).toContain(value);
      expect(text.match(/\[\w+\]/g) ?? []).toHaveLength(values.length);
      expect(text).not.toMatch(/[{}#<>|]|undefined|_|^\s|\s$|\s\s/);
      expect(text).not.toBe('');
    }
  });

  it.each([
    'price',
    'unitPrice',
    'unitPrices',
    'billed',
    'limit',
    'limitPerUnit',
    'interval',
  ] as const)('tell the times of %s apart', (key) => {
    const texts = textsOf(language, key);
    expect(new Set(texts).size).toBe(texts.length);
  });
});

it('are chosen by language, and in English where it is unknown', () => {
  const free = (locale: string) => catalogueFor(locale).print('free');
  expect(['pt-BR', 'pt-PT', 'de-AT', 'fr-CA', 'ja-JP', 'en-IN'].map(free)).toEqual([
    ...['Grátis', 'Grátis', 'Kostenlos', 'Gratuit', '無料', 'Free'],
  ]);
  expect(['zh-Hant-TW', 'nl', 'tlh', 'constructor'].map(free)).toEqual(Array(4).fill('Free'));
});

it('print values as they are, whatever they hold', () => {
  const plan = "{amount} '{0}' <b># [x]</b>";
  for (const language of languages)
    expect(catalogueFor(language).print('everythingIn', { plan })).toContain(plan);
});
