import { describe, expect, it } from 'vitest';
import { importCommet } from '../../../../src/domain/catalogue/import/commet.ts';
import { Random } from '../../../model/random.ts';
import { printed, refusal, told } from './imported-file.ts';

const inRateScale = { amountsIn: 'rate_scale', baseCurrency: 'usd' } as const;
const inMinorUnits = { amountsIn: 'minor_unit', baseCurrency: 'usd' } as const;

const config = {
  features: {
    api_calls: { name: 'API calls', type: 'usage', unitName: 'call' },
    seats: { name: 'Seats', type: 'seats', description: 'People who use it' },
    sso: { name: 'Single sign-on', type: 'boolean' },
    audit: { name: 'Audit', type: 'boolean' },
    minutes: { name: 'Minutes', type: 'metered' },
  },
  plans: {
    free: { name: 'Free', isFree: true, isPublic: false, prices: [] },
    pro: {
      name: 'Pro',
      description: 'For teams',
      consumptionModel: 'metered',
      defaultInterval: 'yearly',
      sortOrder: 2,
      prices: [
        { interval: 'monthly', amount: 2900, trialDays: 14 },
        { interval: 'yearly', amount: 29_000 },
      ],
      features: {
        api_calls: { included: 1000, overage: { unitPrice: 12 } },
        seats: { unlimited: true },
        sso: true,
        audit: false,
      },
    },
  },
};

describe('a configuration of Commet', () => {
  it('becomes a file', () => {
    const imported = importCommet(JSON.stringify(config), inMinorUnits);
    expect(printed(imported)).toBe(`catalogue: 1
baseCurrency: usd
features:
  api_calls:
    name: API calls
    type: usage
    unitName: call
  seats:
    name: Seats
    type: seats
    description: People who use it
  sso:
    name: Single sign-on
    type: boolean
  audit:
    name: Audit
    type: boolean
  minutes:
    name: Minutes
    type: usage
plans:
  free:
    name: Free
    isPublic: false
    isFree: true
  pro:
    name: Pro
    description: For teams
    consumptionModel: metered
    defaultInterval: yearly
    prices:
      monthly:
        price: 29
        trialDays: 14
      yearly:
        price: 290
    features:
      api_calls:
        includedAmount: 1000
        overage:
          unitPrice: 0.0012
      seats:
        unlimited: true
      sso: {}
      audit:
        enabled: false
`);
    expect(told(imported.leftOut)).toEqual([
      'plans.pro.sortOrder: A plan has its place in a group, and the file has none.',
    ]);
  });

  const priceOf = (amounts: object, options: Parameters<typeof importCommet>[1]) => {
    const prices = [{ interval: 'monthly', ...amounts }];
    const text = JSON.stringify({ features: {}, plans: { a: { name: 'A', prices } } });
    return importCommet(text, options).file.plans?.get('a')?.prices?.get('monthly')?.price;
  };

  it.each([
    [{ amount: 29 }, inRateScale, 29],
    [{ amount: 29 }, inMinorUnits, 2900],
    [{ amount: 29 }, { amountsIn: 'minor_unit', baseCurrency: 'jpy' } as const, 290_000],
    [{ amount: 29 }, { amountsIn: 'minor_unit', baseCurrency: 'kwd' } as const, 290],
    [{ amountInCents: 29 }, inRateScale, 2900],
    [{ amount: Number.MAX_SAFE_INTEGER }, inRateScale, Number.MAX_SAFE_INTEGER],
  ])('says %j in %j as %i', (amounts, options, price) => {
    expect(priceOf(amounts, options)).toBe(price);
  });

  it('says what nothing is known of', () => {
    const imported = importCommet(
      JSON.stringify({
        features: { a: { name: 'A', type: 'quota', colour: 'red' } },
        plans: {
          b: {
            name: 'B',
            offers: [1],
            prices: [{ interval: 'weekly', amount: 1, marketPrices: [{}] }],
            features: { a: { included: 1, margin: 3, overage: { unitPrice: 1, cap: 2 } } },
          },
        },
        addons: { c: {} },
      }),
      inRateScale,
    );
    expect(told(imported.leftOut)).toEqual([
      'addons: Nothing is known of it.',
      'features.a.colour: Nothing is known of it.',
      'plans.b.offers: Nothing is known of it.',
      'plans.b.prices.0.marketPrices: Nothing is known of it.',
      'plans.b.features.a.margin: Nothing is known of it.',
      'plans.b.features.a.overage.cap: Nothing is known of it.',
    ]);
  });
});

describe('bad configurations', () => {
  const withPlan = (members: object) => ({
    features: { a: { name: 'A', type: 'boolean' } },
    plans: { b: { name: 'B', prices: [], ...members } },
  });

  it.each([
    ['{', [expect.stringMatching(/^document: must be JSON/)]],
    [[], ['document: must be a map']],
    [{ features: {} }, ['plans: must be a map']],
    [
      { features: { 'A b': { name: 'A', type: 'boolean' } }, plans: {} },
      ['features.A b: must consist of lower-case letters, digits and underscores'],
    ],
    [
      { features: { a: { name: 'A', type: 'switch' } }, plans: {} },
      ['features.a.type: must be one of boolean, usage, metered, seats, quota'],
    ],
    [
      { features: { a: { name: '', type: 'seats' } }, plans: {} },
      ['features.a.name: must not be empty'],
    ],
    [
      { features: {}, plans: { B: { name: 'B', prices: [] } } },
      ['plans.B: must consist of lower-case letters, digits and underscores'],
    ],
    [withPlan({ prices: {} }), ['plans.b.prices: must be a list']],
    [
      withPlan({ prices: [{ interval: 'daily', amount: 1 }] }),
      ['plans.b.prices.0.interval: must be one of weekly, monthly, quarterly, yearly, one_time'],
    ],
    [withPlan({ prices: [{ interval: 'weekly' }] }), ['plans.b.prices.0.amount: is required']],
    [
      withPlan({ prices: [{ interval: 'weekly', amount: 1.5 }] }),
      ['plans.b.prices.0.amount: must be a whole number that is not negative'],
    ],
    [
      withPlan({ prices: [{ interval: 'weekly', amount: -1 }] }),
      ['plans.b.prices.0.amount: must be a whole number that is not negative'],
    ],
    [
      withPlan({ prices: [{ interval: 'weekly', amount: 2 ** 53 - 1 }] }),
      ['plans.b.prices.0.amount: is too large'],
    ],
    [
      withPlan({
        prices: [
          { interval: 'weekly', amount: 1 },
          { interval: 'weekly', amount: 2 },
        ],
      }),
      ['plans.b.prices.1.interval: is there twice'],
    ],
    [
      withPlan({ features: { c: true } }),
      ['plans.b.features.c: is no feature of the configuration'],
    ],
    [withPlan({ features: { a: 'yes' } }), ['plans.b.features.a: must be true, false or a map']],
    [withPlan({ isFree: 1 }), ['plans.b.isFree: must be true or false']],
    [{ schemaVersion: 2, features: {}, plans: {} }, ['schemaVersion: must be 1']],
  ])('are refused with the path (%#)', (value, faults) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    expect(refusal(() => importCommet(text, inMinorUnits))).toEqual(faults);
  });

  it('refuses a base currency that is none', () => {
    const options = { amountsIn: 'rate_scale', baseCurrency: 'xyz' } as const;
    expect(refusal(() => importCommet('{}', options))).toHaveLength(1);
  });

  it('keeps a key that JavaScript has a use for', () => {
    const text = '{"features":{"__proto__":{"name":"P","type":"seats"}},"plans":{}}';
    expect([...(importCommet(text, inRateScale).file.features?.keys() ?? [])]).toEqual([
      '__proto__',
    ]);
  });
});

describe('configurations by chance', () => {
  const seed = Number(process.env.SEED ?? 16);

  it.each(Array.from({ length: 40 }, (_, round) => round))(
    `keep every amount (seed ${seed}, configuration %i)`,
    (round) => {
      const random = new Random(seed, round);
      const baseCurrency = random.pick(['usd', 'jpy', 'kwd', 'clf']);
      const amountsIn = random.pick(['rate_scale', 'minor_unit'] as const);
      const perUnit = { usd: 100, jpy: 10_000, kwd: 10, clf: 1 }[baseCurrency] ?? 0;
      const amounts = (['weekly', 'monthly', 'yearly', 'one_time'] as const)
        .filter(() => random.chance(0.6))
        .map((interval) => ({ interval, amount: random.below(10 ** random.below(11)) }));
      const included = random.below(1000);
      const text = JSON.stringify({
        features: { f: { name: 'F', type: random.pick(['usage', 'seats', 'quota']) } },
        plans: { p: { name: 'P', prices: amounts, features: { f: { included } } } },
      });
      const imported = importCommet(text, { amountsIn, baseCurrency });
      printed(imported);
      const plan = imported.file.plans?.get('p');
      expect([...(plan?.prices ?? [])]).toEqual(
        amounts.map(({ interval, amount }) => [
          interval,
          { price: amountsIn === 'rate_scale' ? amount : amount * perUnit },
        ]),
      );
      expect(plan?.features?.get('f')).toEqual({ includedAmount: included });
    },
  );
});
