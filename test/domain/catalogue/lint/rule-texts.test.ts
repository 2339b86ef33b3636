import { describe, expect, it } from 'vitest';
import {
  type Finding,
  type LintRule,
  lintRules,
} from '../../../../src/domain/catalogue/finding.ts';
import { ruleTexts } from '../../../../src/domain/catalogue/lint/rule-texts.ts';
import { catalogueRules } from '../../../../src/domain/catalogue/lint.ts';
import { lintText } from './linted.ts';

/** Rules that look at what a file would change. Change sets apply them. */
const ofChanges: readonly LintRule[] = [
  'base-currency',
  'final-field',
  'refused-change',
  'new-ids',
];

const findings: Readonly<Partial<Record<LintRule, Omit<Finding, 'rule' | 'severity'>>>> = {
  'missing-field': { code: 'pro', path: 'plans.pro', message: 'plans.pro has no name.' },
  'unknown-reference': {
    code: 'pro',
    path: 'plans.pro.features.seat',
    message: 'Pro has the feature seat, which is not there.',
  },
  'duplicate-name': {
    code: 'api_calls',
    path: 'features.api_calls.name',
    message: 'The feature api_calls has the same name as calls: api Calls.',
  },
  'priced-free-plan': {
    code: 'free',
    path: 'plans.free.prices.monthly',
    message: 'Free is free, but costs $5 a month.',
  },
  'discount-above-price': {
    code: 'pro',
    path: 'plans.pro.prices.monthly.introOffer',
    message: 'Pro costs $15 a month, and its introductory offer takes $20 off.',
  },
  'amount-finer-than-currency': {
    code: 'pro',
    path: 'plans.pro.prices.monthly',
    message: 'The monthly price of Pro is $14.995: USD has no amount below $0.01.',
  },
  'currency-missing-at-interval': {
    code: 'pro',
    path: 'plans.pro.prices.yearly',
    message: 'Pro has no yearly price in EUR, but a monthly one.',
  },
  'year-dearer-than-months': {
    code: 'pro',
    path: 'plans.pro.prices.yearly',
    message: 'Pro costs $180 a year and $14 a month: twelve months are $168.',
  },
  'dearer-plan-lowers-limit': {
    code: 'pro',
    path: 'plans.pro.features.projects',
    message:
      'Pro costs $20 a month and Basic $10 a month, but Projects is 5 in Pro and 50 in Basic.',
  },
  'dearer-plan-offers-less': {
    code: 'pro',
    path: 'plans.pro',
    message: 'Pro costs $20 a month and offers nothing that Basic does not offer for $10 a month.',
  },
  'no-common-currency': {
    code: 'ladder',
    path: 'groups.ladder',
    message:
      'In the group Plans, Pro can be had in EUR and Basic cannot: a page shows all of them in USD.',
  },
  'unused-feature': { code: 'fax', path: 'features.fax', message: 'No plan has the feature Fax.' },
  'unit-price-not-on-rest': {
    code: 'pro',
    path: 'plans.pro.prices.monthly.unitPrices.calls',
    message: 'Pro sells Calls at $0.02 a month; the REST API shows no price for it.',
  },
};

describe('the text about a rule', () => {
  const all = Object.keys(lintRules);

  it('is there for every rule, and every rule of a catalogue is applied', () => {
    expect(Object.keys(ruleTexts).sort()).toEqual([...all].sort());
    const applied: string[] = catalogueRules.map(({ name }) => name);
    expect(applied).toEqual(all.filter((rule) => applied.includes(rule)));
    expect([...applied, ...ofChanges].sort()).toEqual([...all].sort());
    expect(Object.keys(findings).sort()).toEqual([...applied].sort());
  });

  it.each(Object.entries(ruleTexts))('is whole: %s', (_, text) => {
    const { failing, passing, ...prose } = text;
    for (const sentence of Object.values(prose)) expect(sentence).toMatch(/^[A-Z¥$].{20,}\.$/);
    expect(failing).not.toBe(passing);
    for (const example of [failing, passing]) expect(example).toMatch(/^(# .*\n)?catalogue: 1\n/);
  });

  it.each(catalogueRules)('has examples that fail and pass: $name', ({ name }) => {
    const { failing, passing } = ruleTexts[name];
    const expected = findings[name];
    expect(lintText(failing)).toEqual([
      {
        rule: name,
        severity: name === 'duplicate-name' ? 'error' : lintRules[name],
        ...expected,
      },
    ]);
    expect(lintText(passing)).toEqual([]);
  });

  it.each(ofChanges)('has examples that nothing else is wrong with: %s', (name) => {
    const { failing, passing } = ruleTexts[name];
    for (const example of [failing, passing])
      expect(lintText(example).filter(({ rule }) => rule !== 'unused-feature')).toEqual([]);
  });
});
