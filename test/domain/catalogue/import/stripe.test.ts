import { describe, expect, it } from 'vitest';
import { importStripe } from '../../../../src/domain/catalogue/import/stripe.ts';
import { Random } from '../../../model/random.ts';
import { printed, refusal, told } from './imported-file.ts';

/** As GET /v1/products prints them, apart from what a test is about. */
const product = (members: object = {}) => ({
  id: 'prod_pro',
  object: 'product',
  active: true,
  attributes: [],
  created: 1_678_833_149,
  default_price: null,
  description: null,
  images: [],
  marketing_features: [],
  livemode: false,
  metadata: {},
  name: 'Pro',
  package_dimensions: null,
  shippable: null,
  statement_descriptor: null,
  tax_code: null,
  type: 'service',
  unit_label: null,
  updated: 1_678_833_149,
  url: null,
  ...members,
});

const monthly = {
  aggregate_usage: null,
  interval: 'month',
  interval_count: 1,
  meter: null,
  trial_period_days: null,
  usage_type: 'licensed',
};

const price = (members: object = {}) => ({
  id: 'price_pro',
  object: 'price',
  active: true,
  billing_scheme: 'per_unit',
  created: 1_679_431_181,
  currency: 'usd',
  custom_unit_amount: null,
  livemode: false,
  lookup_key: null,
  metadata: {},
  nickname: null,
  product: 'prod_pro',
  recurring: monthly,
  tax_behavior: 'unspecified',
  tiers_mode: null,
  transform_quantity: null,
  type: 'recurring',
  unit_amount: 2900,
  unit_amount_decimal: '2900',
  ...members,
});

const list = (data: object[], has_more = false) => ({ object: 'list', data, has_more, url: '/v1' });

const imported = (products: object[], prices: object[], baseCurrency?: string) =>
  importStripe(JSON.stringify({ products, prices }), baseCurrency ? { baseCurrency } : {});

const priceOf = (members: object, ofProduct: object = {}) => {
  const result = imported([product(ofProduct)], [price(members)]);
  printed(result);
  const prices = result.file.plans?.get('pro')?.prices;
  return { prices, file: result.file, leftOut: told(result.leftOut) };
};

describe('an export of Stripe', () => {
  it('becomes a file', () => {
    const result = imported(
      [
        product({
          description: 'For teams',
          default_price: 'price_year',
          unit_label: 'seat',
          metadata: { tier: '2' },
          marketing_features: [{ name: 'Unlimited projects' }, { name: 'SSO' }],
        }),
        product({ id: 'prod_max', name: 'Max', marketing_features: [{ name: 'sso' }] }),
      ],
      [
        price({
          lookup_key: 'pro_monthly',
          recurring: { ...monthly, trial_period_days: 14 },
          currency_options: {
            eur: { unit_amount: 2700, unit_amount_decimal: '2700', tax_behavior: 'unspecified' },
            usd: { unit_amount: 2900, unit_amount_decimal: '2900' },
          },
          metadata: { campaign: 'spring' },
        }),
        price({
          id: 'price_year',
          unit_amount: 29_000,
          unit_amount_decimal: '29000',
          recurring: { ...monthly, interval: 'year' },
        }),
        price({
          id: 'price_calls',
          billing_scheme: 'tiered',
          unit_amount: null,
          unit_amount_decimal: null,
          product: { id: 'prod_max', object: 'product' },
          nickname: 'API calls',
          recurring: { ...monthly, usage_type: 'metered', meter: 'mtr_calls' },
          tiers_mode: 'graduated',
          tiers: [
            { flat_amount: 500, up_to: 1000, unit_amount: 0, unit_amount_decimal: '0' },
            { flat_amount: null, up_to: null, unit_amount: null, unit_amount_decimal: '0.05' },
          ],
        }),
        price({
          id: 'price_max',
          product: 'prod_max',
          unit_amount: 9900,
          unit_amount_decimal: '9900',
        }),
      ],
    );
    expect(printed(result)).toBe(`catalogue: 1
baseCurrency: usd
features:
  seat:
    name: Seat
    type: seats
    unitName: seat
  unlimited_projects:
    name: Unlimited projects
    type: boolean
  sso:
    name: SSO
    type: boolean
  api_calls:
    name: API calls
    type: usage
plans:
  pro:
    name: Pro
    description: For teams
    metadata:
      tier: "2"
      stripe_product: prod_pro
    defaultInterval: yearly
    prices:
      yearly:
        price: 0
        metadata:
          stripe_price_seat: price_year
        unitPrices:
          seat:
            unitPrice: 290
      monthly:
        price: 0
        trialDays: 14
        metadata:
          campaign: spring
          stripe_price_seat: price_pro
          stripe_lookup_key_seat: pro_monthly
        unitPrices:
          seat:
            unitPrice: 29
        regional:
          eur:
            price: 0
            unitPrices:
              seat:
                unitPrice: 27
    features:
      seat: {}
      unlimited_projects: {}
      sso: {}
  max:
    name: Max
    metadata:
      stripe_product: prod_max
    prices:
      monthly:
        price: 99
        metadata:
          stripe_price_api_calls: price_calls
          stripe_price: price_max
        unitPrices:
          api_calls:
            tiersMode: graduated
            tiers:
              - {upTo: 1000, unitPrice: 0, flatPrice: 5}
              - {unitPrice: 0.0005}
    features:
      api_calls: {}
      sso: {}
`);
    expect(told(result.leftOut)).toEqual([
      'prices.price_calls.nickname: A price has no name.',
      'prices.price_calls.recurring.meter: A catalogue does not meter usage.',
    ]);
  });

  it.each([
    [
      'an object of two lists',
      () => JSON.stringify({ products: list([product()]), prices: list([price()]) }),
    ],
    ['an array of two lists', () => JSON.stringify([list([product()]), list([price()])])],
    ['an array of objects', () => JSON.stringify([price(), product()])],
    ['one list', () => JSON.stringify(list([price(), product()]))],
    [
      'two lists one after another',
      () =>
        [list([product()]), list([price()])].map((all) => JSON.stringify(all, null, 2)).join('\n'),
    ],
  ])('may be %s', (_, text) => {
    const result = importStripe(text());
    expect(result.file.plans?.get('pro')?.prices?.get('monthly')?.price).toBe(290_000);
    expect(result.leftOut).toEqual([]);
  });

  it('says that it is one page of more', () => {
    const text = JSON.stringify({ products: list([product()], true), prices: [], customers: [] });
    expect(told(importStripe(text).leftOut)).toEqual([
      'products.has_more: The list has more pages, which are not in the export.',
      'customers: Nothing is known of it.',
    ]);
  });
});

describe('intervals', () => {
  it.each([
    ['week', 1, 'weekly'],
    ['month', 1, 'monthly'],
    ['month', 3, 'quarterly'],
    ['month', 12, 'yearly'],
    ['year', 1, 'yearly'],
  ])('every %s by %i is %s', (interval, interval_count, expected) => {
    const { prices } = priceOf({ recurring: { ...monthly, interval, interval_count } });
    expect([...(prices?.keys() ?? [])]).toEqual([expected]);
  });

  it('is one time where nothing recurs', () => {
    expect([...(priceOf({ recurring: null, type: 'one_time' }).prices?.keys() ?? [])]).toEqual([
      'one_time',
    ]);
  });

  it.each([
    ['day', 1],
    ['week', 2],
    ['month', 6],
    ['year', 2],
  ])('every %s by %i is none', (interval, interval_count) => {
    const { prices, leftOut } = priceOf({ recurring: { ...monthly, interval, interval_count } });
    expect(prices).toEqual(new Map());
    expect(leftOut).toEqual([
      `prices.price_pro: A price cannot be for every ${interval_count} ${interval}s.`,
    ]);
  });
});

describe('amounts', () => {
  it.each([
    ['usd', '2999', 299_900],
    ['jpy', '500', 5_000_000],
    ['kwd', '1250', 12_500],
    ['isk', '500', 50_000],
    ['ugx', '500', 50_000],
    ['mga', '500', 5_000_000],
    ['usd', '0.01', 1],
    ['usd', '12.5', 1250],
  ])('in %s, %s is %i in rate scale', (currency, unit_amount_decimal, expected) => {
    const { prices, file } = priceOf({ currency, unit_amount: null, unit_amount_decimal });
    expect(file.baseCurrency).toBe(currency);
    expect(prices?.get('monthly')?.price).toBe(expected);
  });

  it('are read from whole numbers where there is no other', () => {
    const { prices } = priceOf({ unit_amount: 1, unit_amount_decimal: undefined });
    expect(prices?.get('monthly')?.price).toBe(100);
  });

  it.each([
    [{ unit_amount_decimal: '0.001' }, 'Its amount is finer than four decimals.'],
    [{ unit_amount_decimal: `1${'0'.repeat(20)}` }, 'Its amount is too large.'],
    [{ unit_amount: null, unit_amount_decimal: null }, 'It has no amount.'],
    [{ custom_unit_amount: { minimum: 100 } }, 'The customer chooses the amount.'],
    [
      { transform_quantity: { divide_by: 10, round: 'down' } },
      'Its units are rounded down to whole blocks; a catalogue rounds up.',
    ],
    [{ transform_quantity: { divide_by: 0, round: 'up' } }, 'Its blocks are empty.'],
    [{ billing_scheme: 'tiered' }, 'Its tiers are not in the export; expand data.tiers.'],
    [
      { billing_scheme: 'tiered', tiers: [{ up_to: 5, unit_amount: 1 }] },
      'Its last tier has to be open, and no other.',
    ],
    [
      { billing_scheme: 'tiered', tiers: [{ up_to: 5 }, { up_to: 5 }, { up_to: 'inf' }] },
      'Its tiers do not rise.',
    ],
    [
      { billing_scheme: 'tiered', tiers: [{ up_to: 'inf', unit_amount_decimal: '0.001' }] },
      'An amount of its tiers is finer than four decimals.',
    ],
    [
      { billing_scheme: 'tiered', tiers: Array.from({ length: 51 }, () => ({})) },
      'It has more than 50 tiers.',
    ],
    [{ currency: 'xyz' }, 'Its currency is none of ISO 4217.'],
  ])('that cannot be said are left out (%#)', (members, reason) => {
    const result = imported([product()], [price(members)], 'usd');
    const leftOut = told(result.leftOut).filter((line) => !line.includes('has no such price'));
    expect(leftOut).toEqual([`prices.price_pro: ${reason}`]);
    const plan = result.file.plans?.get('pro');
    expect(plan?.prices).toEqual(new Map());
    expect(plan?.features).toEqual(new Map());
    expect(result.file.features).toEqual(new Map());
  });

  it('are for blocks of units', () => {
    const { prices } = priceOf(
      { transform_quantity: { divide_by: 500, round: 'up' } },
      { unit_label: 'contact' },
    );
    expect(prices?.get('monthly')).toMatchObject({
      price: 0,
      unitPrices: new Map([['contact', { unitPrice: 290_000, blockSize: 500 }]]),
    });
  });

  it('are for tiers by volume', () => {
    const { prices, file } = priceOf({
      billing_scheme: 'tiered',
      tiers_mode: 'volume',
      tiers: [
        { up_to: 10, unit_amount: 700 },
        { up_to: 'inf', unit_amount: 500, flat_amount_decimal: '12.5' },
      ],
    });
    expect(file.features?.get('units')?.type).toBe('quota');
    expect(prices?.get('monthly')?.unitPrices?.get('units')).toEqual({
      tiersMode: 'volume',
      tiers: [
        { upTo: 10, unitPrice: 70_000 },
        { unitPrice: 50_000, flatPrice: 1250 },
      ],
    });
  });
});

describe('currencies', () => {
  it('stand beside those of the base, whichever price has them', () => {
    const result = imported(
      [product()],
      [
        price({ id: 'price_eur', currency: 'eur', unit_amount: 2500, unit_amount_decimal: '2500' }),
        price({ currency_options: { jpy: { unit_amount: 4000 } } }),
        price({ id: 'price_gbp', currency: 'gbp', recurring: { ...monthly, interval: 'year' } }),
        price({ id: 'price_again', currency: 'eur' }),
      ],
      'usd',
    );
    printed(result);
    expect(result.file.plans?.get('pro')?.prices?.get('monthly')?.regional).toEqual(
      new Map([
        ['jpy', { price: 40_000_000 }],
        ['eur', { price: 250_000 }],
      ]),
    );
    expect(told(result.leftOut)).toEqual([
      'prices.price_gbp: The plan has no such price in usd.',
      'prices.price_again: The plan has another such price in eur.',
    ]);
  });

  it('have a price for the plan as a whole where units have one', () => {
    const metered = { ...monthly, usage_type: 'metered' };
    const { file, leftOut } = (() => {
      const result = imported(
        [product()],
        [
          price(),
          price({
            id: 'price_calls',
            nickname: 'Calls',
            recurring: metered,
            currency_options: { eur: { unit_amount: 1 } },
          }),
        ],
      );
      printed(result);
      return { file: result.file, leftOut: told(result.leftOut) };
    })();
    expect(file.plans?.get('pro')?.prices?.get('monthly')?.regional).toEqual(new Map());
    expect(leftOut).toContain(
      'prices.price_pro.currency_options.eur: Units have a price in this currency, and the plan has none.',
    );
  });

  it('are those of most prices unless said otherwise', () => {
    const prices = [
      price(),
      price({ id: 'b', currency: 'eur' }),
      price({ id: 'c', currency: 'eur' }),
    ];
    expect(imported([product()], prices).file.baseCurrency).toBe('eur');
    expect(imported([product()], prices, 'USD').file.baseCurrency).toBe('usd');
    expect(refusal(() => imported([product()], prices, 'xyz'))).toEqual([
      'baseCurrency: must be the code of an ISO 4217 currency',
    ]);
  });
});

describe('what is left out', () => {
  it('is what is not active, is shipped or has no product', () => {
    const result = imported(
      [
        product({ active: false }),
        product({ id: 'prod_shirt', name: 'Shirt', type: 'good' }),
        product({ id: 'prod_max', name: 'Max' }),
      ],
      [
        price(),
        price({ id: 'price_old', product: 'prod_max', active: false }),
        price({ id: 'price_lost', product: 'prod_lost' }),
      ],
    );
    expect(told(result.leftOut)).toEqual([
      'prices.price_pro: Its product is not imported.',
      'prices.price_old: It is not active.',
      'prices.price_lost: Its product is not imported.',
      'products.prod_pro: It is not active.',
      'products.prod_shirt: It is a good that is shipped, no plan.',
    ]);
    expect([...(result.file.plans?.keys() ?? [])]).toEqual(['max']);
  });

  it('is every price but one of an interval; the default price goes first', () => {
    const result = imported(
      [product({ default_price: { id: 'price_b', object: 'price' } })],
      [price(), price({ id: 'price_b', unit_amount: 1900, unit_amount_decimal: '1900' })],
    );
    expect(result.file.plans?.get('pro')?.prices?.get('monthly')?.price).toBe(190_000);
    expect(told(result.leftOut)).toEqual(['prices.price_pro: The plan has another monthly price.']);
  });

  it('is named member by member', () => {
    const result = imported(
      [
        product({
          images: ['https://example.com/pro.png'],
          package_dimensions: { height: 1 },
          shippable: true,
          statement_descriptor: 'PRO',
          tax_code: 'txcd_10103001',
          url: 'https://example.com',
          colour: 'red',
        }),
      ],
      [
        price({
          nickname: 'Standard',
          tax_behavior: 'inclusive',
          colour: 'red',
          recurring: { ...monthly, aggregate_usage: 'max', colour: 'red' },
        }),
      ],
    );
    expect(told(result.leftOut)).toEqual([
      'products.prod_pro.images: A plan has no pictures.',
      'products.prod_pro.package_dimensions: A plan is not shipped.',
      'products.prod_pro.shippable: A plan is not shipped.',
      'products.prod_pro.statement_descriptor: A plan has no text for statements of account.',
      'products.prod_pro.tax_code: A catalogue computes no tax.',
      'products.prod_pro.url: A plan has no link.',
      'products.prod_pro.colour: Nothing is known of it.',
      'prices.price_pro.nickname: A price has no name.',
      'prices.price_pro.tax_behavior: Whether tax is included is set elsewhere.',
      'prices.price_pro.recurring.aggregate_usage: Usage is added up.',
      'prices.price_pro.recurring.colour: Nothing is known of it.',
      'prices.price_pro.colour: Nothing is known of it.',
    ]);
  });

  it('is what two prices of one interval say differently', () => {
    const result = imported(
      [product()],
      [
        price({ metadata: { a: '1', b: '2' }, recurring: { ...monthly, trial_period_days: 7 } }),
        price({
          id: 'price_calls',
          metadata: { a: '1', b: '3' },
          recurring: { ...monthly, usage_type: 'metered', trial_period_days: 14 },
        }),
      ],
    );
    expect(told(result.leftOut)).toEqual([
      'prices.price_calls.recurring.trial_period_days: The plan has another trial.',
      'prices.price_calls.metadata.b: Another price has it, too.',
    ]);
  });

  it('is a name that another feature has', () => {
    const result = imported(
      [product({ unit_label: 'seat', marketing_features: [{ name: 'SEAT' }] })],
      [price()],
    );
    expect([...(result.file.features ?? [])].map(([code, { name }]) => [code, name])).toEqual([
      ['seat', 'Seat'],
      ['seat_2', 'SEAT 2'],
    ]);
    expect(told(result.leftOut)).toEqual([
      'products.prod_pro.marketing_features.0: It is called SEAT 2: another feature is called SEAT.',
    ]);
  });

  it('is metadata that is too much', () => {
    const metadata = Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`k${at}`, 'v']));
    const result = imported([product({ metadata })], []);
    expect(result.file.plans?.get('pro')?.metadata).toEqual(metadata);
    expect(told(result.leftOut)).toEqual([
      'products.prod_pro.metadata: With the ids of Stripe it is too large.',
    ]);
  });
});

describe('bad exports', () => {
  it.each([
    ['', [expect.stringMatching(/^document: must be JSON/)]],
    ['[{"object":"product"', [expect.stringMatching(/^document: must be JSON/)]],
    ['7', ['document: must be products and prices of Stripe']],
    ['{}', ['document: must be products and prices of Stripe']],
    ['[{"id":"a"}]', ['0: must be a product or a price']],
    ['[null]', ['0: must be a product or a price']],
    ['{"object":"list","data":{}}', ['data: must be a list']],
    ['{"products":7}', ['products: must be products and prices of Stripe']],
    ['{"products":[{"object":"customer"}]}', ['products.0: must be a product or a price']],
    [JSON.stringify([product({ name: 7 })]), ['0.name: must be a text']],
    [JSON.stringify([product(), product()]), ['1.id: prod_pro is there twice']],
    [
      JSON.stringify({ prices: [price({ unit_amount: 1.5 })] }),
      ['prices.0.unit_amount: must be a whole number'],
    ],
    [
      JSON.stringify({ prices: [price({ unit_amount_decimal: '-1' })] }),
      ['prices.0.unit_amount_decimal: must be a decimal number'],
    ],
    [
      JSON.stringify([price({ currency_options: { eur: { tiers: [{ up_to: 'never' }] } } })]),
      ['0.currency_options.eur.tiers.0.up_to: must be a whole number, or inf'],
    ],
    [
      JSON.stringify([price({ recurring: { interval: 'fortnight' } })]),
      ['0.recurring.interval: must be day, week, month or year'],
    ],
    [JSON.stringify([price({ product: null })]), ['0.product: must be an id']],
    ['['.repeat(100_000), [expect.stringMatching(/^document: must be JSON/)]],
    ['['.repeat(100_000) + ']'.repeat(100_000), ['0: must be a product or a price']],
  ])('are refused with the path (%#)', (text, faults) => {
    expect(refusal(() => importStripe(text))).toEqual(faults);
  });
});

describe('exports by chance', () => {
  const seed = Number(process.env.SEED ?? 16);

  it.each(Array.from({ length: 60 }, (_, round) => round))(
    `keep each price, or say that it is left out (seed ${seed}, export %i)`,
    (round) => {
      const random = new Random(seed, round);
      const ids = ['prod_a', 'prod_b', 'prod_c'].slice(0, 1 + random.below(3));
      const products = ids.map((id) =>
        product({
          id,
          name: random.pick(['Pro', 'Max', '価格']),
          active: random.chance(0.9),
          unit_label: random.pick([null, 'seat', 'site']),
          marketing_features: random.pick([[], [{ name: 'SSO' }], [{ name: 'sso ' }]]),
        }),
      );
      const anyAmount = () =>
        random.pick(['0', '2900', '0.05', '0.001', String(random.below(1e9))]);
      const prices = Array.from({ length: random.below(12) }, (_, at) =>
        price({
          id: `price_${at}`,
          product: random.pick([...ids, 'prod_lost']),
          active: random.chance(0.9),
          currency: random.pick(['usd', 'usd', 'eur', 'jpy']),
          unit_amount: null,
          unit_amount_decimal: anyAmount(),
          billing_scheme: random.pick(['per_unit', 'per_unit', 'tiered']),
          tiers_mode: random.pick(['graduated', 'volume']),
          tiers: [
            { up_to: 1 + random.below(9), unit_amount_decimal: anyAmount() },
            { up_to: null, unit_amount_decimal: anyAmount(), flat_amount: random.below(99) },
          ],
          currency_options: random.pick([null, { eur: { unit_amount: 5, tiers: [{}] } }]),
          transform_quantity: random.pick([null, null, { divide_by: 100, round: 'up' }]),
          recurring: random.pick([
            null,
            monthly,
            { ...monthly, usage_type: 'metered' },
            { ...monthly, interval_count: 3 },
            { ...monthly, interval: 'day' },
          ]),
        }),
      );
      const result = imported(products, prices, 'usd');
      printed(result);
      const kept = new Set(
        [...(result.file.plans?.values() ?? [])].flatMap((plan) =>
          [...(plan?.prices?.values() ?? [])].flatMap((each) =>
            Object.values(each?.metadata ?? {}),
          ),
        ),
      );
      const leftOut = new Set(result.leftOut.map(({ path }) => path));
      for (const { id } of prices)
        expect(kept.has(id) || leftOut.has(`prices.${id}`), `${id} of export ${round}`).toBe(true);
    },
  );
});
