import { describe, expect, it } from 'vitest';
import { isCurrency } from '../../../../src/currencies.ts';
import { canonical } from '../../../../src/domain/catalogue/canonical.ts';
import type {
  Catalogue,
  CatalogueFeature,
  CataloguePlan,
} from '../../../../src/domain/catalogue/document.ts';
import { lintRules } from '../../../../src/domain/catalogue/finding.ts';
import { lint } from '../../../../src/domain/catalogue/lint.ts';
import { type BillingInterval, billingIntervals } from '../../../../src/vocabulary.ts';
import { anyCatalogue } from '../../../catalogue-files/catalogue-generator.ts';
import { Random } from '../../../model/random.ts';

const context = { baseCurrency: 'usd' };
const CATALOGUES = 200;
const first = Number(process.env.LINT_SEED ?? Math.floor(Math.random() * 2 ** 31));

const amounts = [1, 7, 10_001, 150_000, Number.MAX_SAFE_INTEGER];
const codes = ['seats', 'pro', 'starter', 'brazil', 'none'];
/** Keys of one kind, which the reader lets pass for no other. */
const kinds: readonly (readonly string[])[] = [
  billingIntervals,
  ['eur', 'jpy', 'usd'],
  ['de', 'fr'],
];
const isCurrencyOrLocale = (key: string) => isCurrency(key) || /^[a-z]{2}(-|$)/.test(key);
const otherKey = (random: Random, key: string): string =>
  random.pick(
    kinds.find((kind) => kind.includes(key)) ?? (isCurrencyOrLocale(key) ? [key] : codes),
  );

/** The same shape with other amounts, other codes and gaps. */
const broken = (random: Random, value: unknown, hasGaps = true): unknown => {
  if (value instanceof Map) {
    const items = [...value].filter(() => !random.chance(0.05));
    return new Map(
      items.map(([key, item]) => [
        random.chance(0.05) ? otherKey(random, key) : key,
        broken(random, item),
      ]),
    );
  }
  // The reader takes lists as a whole, or not at all.
  if (Array.isArray(value)) return value.map((item) => broken(random, item, false));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value)
        .filter(() => !hasGaps || !random.chance(0.05))
        .map(([name, member]) => [
          name,
          ['section', 'per', 'basedOn'].includes(name) && random.chance(0.3)
            ? random.pick(codes)
            : broken(random, member),
        ]),
    );
  return typeof value === 'number' && random.chance(0.3) ? random.pick(amounts) : value;
};

const brokenCatalogue = (seed: number): Catalogue => {
  const random = new Random(seed);
  const isWhole = random.chance(0.1);
  const catalogue = anyCatalogue(random);
  // What is broken has the shape of what it was.
  return isWhole ? catalogue : (broken(random, catalogue) as Catalogue);
};

/** Whether something stands at a path, or would stand there. */
const leads = (catalogue: object, path: string): boolean => {
  const steps = path.split('.');
  let found: unknown = catalogue;
  for (const step of steps.slice(0, -1)) {
    found = found instanceof Map ? found.get(step) : new Map(Object.entries(found ?? {})).get(step);
    if (found === undefined) return false;
  }
  return true;
};

describe('lint', () => {
  it(`takes any catalogue (LINT_SEED=${first})`, () => {
    const rules = new Set<string>();
    for (let seed = first; seed < first + CATALOGUES; seed += 1) {
      const catalogue = brokenCatalogue(seed);
      const findings = lint(catalogue, context);
      expect(lint(catalogue, context), `seed ${seed}`).toEqual(findings);
      for (const { rule, severity, code, path, message } of findings) {
        const which = `seed ${seed}: ${rule} at ${path}: ${message}`;
        rules.add(rule);
        expect(Object.keys(lintRules), which).toContain(rule);
        expect(['error', 'warning'], which).toContain(severity);
        expect(path.split('.')[1], which).toBe(code);
        expect(leads(catalogue, path), which).toBe(true);
        expect(message, which).toMatch(/^\S.*\.$/s);
        expect(message, which).not.toMatch(/undefined|NaN|\[object/);
      }
      const places = findings.map(({ path, message }) => `${path} ${message}`);
      // Two markets may have one name.
      const twice = places.filter(
        (place, index) => places.indexOf(place) !== index && !place.includes('the market'),
      );
      expect(twice, `seed ${seed}`).toEqual([]);
    }
    // Else the catalogues are too good, or too much alike, to try the rules.
    expect(rules.size).toBeGreaterThan(10);
  });

  it(`says the same of the canonical form (LINT_SEED=${first})`, () => {
    for (let seed = first; seed < first + CATALOGUES; seed += 1) {
      const catalogue = anyCatalogue(new Random(seed));
      expect(lint(canonical(catalogue), context), `seed ${seed}`).toEqual(lint(catalogue, context));
    }
  });

  it(`finds no error in catalogues that can be stored (LINT_SEED=${first})`, () => {
    for (let seed = first; seed < first + CATALOGUES; seed += 1) {
      const findings = lint(anyCatalogue(new Random(seed)), context);
      const errors = findings.filter(({ severity }) => severity === 'error');
      expect(errors, `seed ${seed}`).toEqual([]);
    }
  });
});

let looks = 0;

class CountedMap<Value> extends Map<string, Value> {
  override get(key: string): Value | undefined {
    looks += 1;
    return super.get(key);
  }

  override has(key: string): boolean {
    looks += 1;
    return super.has(key);
  }

  override *[Symbol.iterator](): MapIterator<[string, Value]> {
    for (const entry of super.entries()) {
      looks += 1;
      yield entry;
    }
  }

  override *keys(): MapIterator<string> {
    for (const [key] of this) yield key;
  }

  override *values(): MapIterator<Value> {
    for (const [, value] of this) yield value;
  }
}

const counter: ProxyHandler<object> = {
  get: (target, name, receiver) => {
    looks += 1;
    return Reflect.get(target, name, receiver);
  },
};

/** The same, with every look at it counted. */
const counted = (value: unknown): unknown => {
  if (value instanceof Map)
    return new CountedMap([...value].map(([key, item]) => [key, counted(item)] as const));
  if (Array.isArray(value)) return new Proxy(value.map(counted), counter);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([name, member]) => [name, counted(member)]);
  return new Proxy(Object.fromEntries(members), counter);
};

const looksAt = (catalogue: Catalogue): number => {
  const same = counted(catalogue) as Catalogue;
  looks = 0;
  lint(same, context);
  return looks;
};

const GROUP = 100;

/** Everything grows with the number of plans; each member of a group has what no other one has. */
const catalogueOf = (plans: number): Catalogue => {
  const range = Array.from({ length: plans }, (_, place) => place);
  const interval = (price: number, of: BillingInterval) =>
    [of, { price, unitPrices: new Map([['seats', { unitPrice: price }]]) }] as const;
  const plan = (place: number): CataloguePlan => ({
    name: `Plan ${place % 10}`,
    basedOn: `plan_${place === 0 ? plans - 1 : place - 1}`,
    exchangeRates: new Map([['eur', { exchangeRate: 0.9 }]]),
    features: new Map([
      ['seats', { includedAmount: plans - place }],
      [`feature_${place}`, { includedAmount: 1 }],
    ]),
    prices: new Map(billingIntervals.map((of) => interval(place + 10_001, of))),
  });
  const feature = (place: number): CatalogueFeature => ({
    name: `Feature ${place}`,
    type: 'quota',
    section: 'none',
  });
  return {
    features: new Map<string, CatalogueFeature>([
      ['seats', { name: 'Seats', type: 'seats' }],
      ...range.map((place) => [`feature_${place}`, feature(place)] as const),
    ]),
    plans: new Map(range.map((place) => [`plan_${place}`, plan(place)])),
    groups: new Map(
      range
        .filter((place) => place % GROUP === 0)
        .map((start) => [
          `group_${start}`,
          { name: 'Plans', plans: range.slice(start, start + GROUP).map((each) => `plan_${each}`) },
        ]),
    ),
  };
};

describe('the work of lint', () => {
  it('grows with the catalogue, and not with its square', () => {
    const [some, twice, large] = [200, 400, 2_000].map((plans) => looksAt(catalogueOf(plans)));
    expect(some).toBeGreaterThan(10_000);
    expect((twice ?? 0) / (some ?? 1)).toBeCloseTo(2, 1);
    expect((large ?? 0) / (some ?? 1)).toBeCloseTo(10, 0);
  });
});
