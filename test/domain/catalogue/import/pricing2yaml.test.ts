import { describe, expect, it } from 'vitest';
import { importPricing2Yaml } from '../../../../src/domain/catalogue/import/pricing2yaml.ts';
import { randomPricing2Yaml } from './foreign-generator.ts';
import { printed, refusal, told } from './imported-file.ts';
import * as documents from './pricing2yaml-documents.ts';

const kinds =
  /^features\.[\w/]+\.(type|automationType|integrationType): A feature of a catalogue has no/;

describe('documents of real products', () => {
  it('reads one that is priced per user, with contact sales and words', () => {
    const imported = importPricing2Yaml(documents.slack);
    expect(printed(imported)).toBe(`catalogue: 1
baseCurrency: usd
features:
  seats:
    name: Seats
    type: seats
    unitName: user
  messages_access:
    name: Messages access
    type: quota
    description: 90-day message history
    unitName: message
  canvas:
    name: Canvas
    type: boolean
    description: "Slack Canvas: LIMITED or FULL."
  standard_workflows:
    name: Standard workflows
    type: boolean
  premium_workflows:
    name: Premium workflows
    type: usage
    description: The number of premium workflow executions per month.
    unitName: execution
  admin_analytics_api:
    name: Admin analytics API
    type: boolean
  support:
    name: Support
    type: boolean
    description: Access to customer support.
  use_workflows:
    name: Use workflows
    type: quota
    description: The number of workflows that can be published, both standard and premium.
    unitName: workflow
plans:
  free:
    name: Free
    description: The fastest and easiest way to try Slack.
    prices:
      monthly:
        price: 0
        unitPrices:
          seats:
            unitPrice: 0
      yearly:
        price: 0
        unitPrices:
          seats:
            unitPrice: 0
    features:
      seats: {}
      messages_access:
        includedAmount: 90
      canvas:
        displayValue: LIMITED
      support:
        displayValue: Standard support
  business_plus:
    name: Business Plus
    prices:
      monthly:
        price: 0
        unitPrices:
          seats:
            unitPrice: 15
      yearly:
        price: 0
        unitPrices:
          seats:
            unitPrice: 150
    features:
      seats: {}
      messages_access:
        unlimited: true
      canvas:
        displayValue: LIMITED
      standard_workflows: {}
      premium_workflows:
        includedAmount: 2000
      admin_analytics_api: {}
      support:
        displayValue: 24/7 support with an initial response time of 4 hours
      use_workflows:
        unlimited: true
  enterprise_grid:
    name: Enterprise Grid
    availability: contact_sales
    features:
      messages_access:
        includedAmount: 90
      canvas:
        displayValue: LIMITED
      premium_workflows:
        includedAmount: 5000
      support:
        displayValue: Standard support
      use_workflows:
        unlimited: true
groups:
  slack:
    name: slack
    plans: [free, business_plus, enterprise_grid]
`);
    const kindsToo = told(imported.leftOut);
    expect(kindsToo.filter((line) => kinds.test(line))).toHaveLength(9);
    expect(kindsToo.filter((line) => !kinds.test(line))).toEqual([
      'usageLimits.useMessagesAccess.description: A limit has no description.',
      'usageLimits.useWorkflows.linkedFeatures: It is a feature of its own, as it does not belong to one feature alone.',
      'plans.BUSINESS_PLUS.usageLimits.useMessagesAccess: 10000000000000 stands for "unlimited".',
      'plans.BUSINESS_PLUS.usageLimits.useWorkflows: 10000000000000 stands for "unlimited".',
      'plans.ENTERPRISE_GRID.unit: The plan has no price.',
      'plans.ENTERPRISE_GRID.usageLimits.useWorkflows: 10000000000000 stands for "unlimited".',
      'version: A catalogue has no version of its own.',
      'createdAt: A catalogue has no date.',
      'addOns.slackAI: A catalogue has no add-ons.',
    ]);
  });

  it('reads one with a yearly discount, tags and limits in words', () => {
    const imported = importPricing2Yaml(documents.shopify);
    expect(printed(imported)).toBe(`catalogue: 1
baseCurrency: usd
sections:
  core_features:
    name: Core features
  shopify_payments:
    name: Shopify Payments
features:
  checkout:
    name: Checkout
    type: boolean
    description: Equip your store with a world-class checkout.
    section: core_features
  additional_staff_accounts:
    name: Additional staff accounts
    type: seats
    unitName: staff account
    section: core_features
  24_7support:
    name: 24/7support
    type: boolean
    section: core_features
  online_standard_card_rates:
    name: Online standard card rates
    type: boolean
    section: shopify_payments
  transaction_fees:
    name: Transaction fees
    type: boolean
    section: shopify_payments
    limits:
      transaction_fee_rates:
        name: Transaction fee rates
        decimals: 3
  api:
    name: Api
    type: boolean
  custom_apps:
    name: Custom apps
    type: boolean
  custom_apps_restrictions:
    name: Custom apps restrictions
    type: boolean
plans:
  basic:
    name: Basic
    description: For solo entrepreneurs
    prices:
      monthly:
        price: 39
      yearly:
        price: 351
    features:
      checkout:
        displayValue: Standard
      24_7support:
        displayValue: Live chat
      online_standard_card_rates:
        displayValue: 2.9% + 30¢
      transaction_fees:
        limits:
          transaction_fee_rates: 0.02
      api: {}
      custom_apps: {}
      custom_apps_restrictions:
        displayValue: Limited data access (no PII)
  plus:
    name: Plus
    description: For more complex businesses
    prices:
      monthly:
        price: 2300
      yearly:
        price: 20700
    features:
      checkout:
        displayValue: 40x
      additional_staff_accounts:
        unlimited: true
      24_7support:
        displayValue: Priority support by phone or live chat
      online_standard_card_rates:
        displayValue: Most competitive rates
      transaction_fees:
        limits:
          transaction_fee_rates: 0.002
      api: {}
      custom_apps: {}
      custom_apps_restrictions:
        displayValue: Full data access
groups:
  shopify:
    name: Shopify
    plans: [basic, plus]
`);
    expect(told(imported.leftOut).filter((line) => !kinds.test(line))).toEqual([
      'usageLimits.checkoutCapacity.description: A limit has no description.',
      'usageLimits.customAppsRestrictions.linkedFeatures: It is a feature of its own, as it does not belong to one feature alone.',
      'version: A catalogue has no version of its own.',
      'createdAt: A catalogue has no date.',
      'url: A catalogue has no link to its page.',
      'addOns.TAX_PLATFORM: A catalogue has no add-ons.',
      'addOns.SHOPIFY_POS_PRO: A catalogue has no add-ons.',
    ]);
  });

  it('reads one with several limits of a feature and means of payment', () => {
    const imported = importPricing2Yaml(documents.planable);
    const text = printed(imported);
    expect(text).toContain(`  posts:
    name: Posts
    type: boolean
    limits:
      posts_limit:
        name: Posts limit
        unitName: posts
      posts_per_month_limit:
        name: Posts per month limit
        unitName: posts
        period: month
`);
    expect(text).toContain(`  publish_tweets:
    name: Publish tweets
    type: boolean
    limits:
      tweets_limit:
        name: Tweets limit
        unitName: tweet/page
        period: day
`);
    expect(text).toContain(`  pro:
    name: Pro
    description: For growing social media teams
    prices:
      monthly:
        price: 0
        unitPrices:
          seats:
            unitPrice: 26
      yearly:
        price: 0
        unitPrices:
          seats:
            unitPrice: 264
    features:
      seats: {}
      posts:
        limits:
          posts_limit: unlimited
          posts_per_month_limit: 10000000
      publish_tweets:
        limits:
          tweets_limit: unlimited
      payment_options:
        displayValue: Card
`);
    expect(text).toContain('displayValue: Card, ACH, Wire transfer, Gateway');
    expect(told(imported.leftOut)).toContain('addOns.extraWorkspace: A catalogue has no add-ons.');
  });

  it('reads one of 2.0, whose prices are per month and per month of a year', () => {
    const imported = importPricing2Yaml(documents.petClinic);
    expect(printed(imported)).toContain(`  gold:
    name: Gold
    description: Advanced plan
    prices:
      monthly:
        price: 0
        unitPrices:
          seats:
            unitPrice: 5
    features:
      seats: {}
      pets:
        includedAmount: 4
      visits:
        includedAmount: 3
      support_priority:
        displayValue: MEDIUM
      have_calendar: {}
`);
    expect(told(imported.leftOut)).toEqual(
      expect.arrayContaining([
        'features.pets.expression: A catalogue evaluates no expressions.',
        'features.pets.serverExpression: A catalogue evaluates no expressions.',
        'plans.GOLD.annualPrice: The document has no yearly payment.',
      ]),
    );
  });
});

const small = (members: string, rest = '') => `
syntaxVersion: '2.1'
saasName: Small
createdAt: 2024-11-14
currency: EUR
features:
  exports: { type: DOMAIN, valueType: BOOLEAN, defaultValue: true }
plans:
  PRO: { ${members} }
${rest}`;

/** The only plan of a small document, and what is left out of it. */
const planOf = (members: string, rest?: string) => {
  const imported = importPricing2Yaml(small(members, rest));
  printed(imported);
  const ignored = /^(createdAt|features\.\w+\.type):/;
  return {
    plan: imported.file.plans?.get('pro'),
    file: imported.file,
    leftOut: told(imported.leftOut).filter((line) => !ignored.test(line)),
  };
};

describe('prices', () => {
  const unitPrices = (feature: string, entry: object) => new Map([[feature, entry]]);

  it.each([
    ['/month', 'monthly', {}],
    ['month', 'monthly', {}],
    ['USD/month', 'monthly', {}],
    ['year', 'yearly', {}],
    ['week', 'weekly', {}],
    ['once', 'one_time', {}],
    ['quarter', 'quarterly', {}],
  ])('are for the whole plan with the unit %j', (unit, interval) => {
    const { plan, leftOut } = planOf(`price: 9.99, unit: ${unit}`);
    expect(plan?.prices).toEqual(new Map([[interval, { price: 99_900 }]]));
    expect(leftOut).toEqual([]);
  });

  it.each([
    ['user/month', 'seats', { unitPrice: 99_900 }],
    ['users per month', 'seats', { unitPrice: 99_900 }],
    ['connection/month', 'connection', { unitPrice: 99_900 }],
    ['500 contacts/month', 'contact', { unitPrice: 99_900, blockSize: 500 }],
  ])('are unit prices with the unit %j', (unit, feature, entry) => {
    const { plan, leftOut } = planOf(`price: 9.99, unit: ${unit}`);
    expect(plan?.prices?.get('monthly')).toEqual({
      price: 0,
      unitPrices: unitPrices(feature, entry),
    });
    expect(plan?.features?.has(feature)).toBe(true);
    expect(leftOut).toEqual([]);
  });

  it('say what of a unit they cannot say', () => {
    expect(planOf('price: 1, unit: user/workspace/month').leftOut).toEqual([
      'plans.PRO.unit: A price cannot say "workspace".',
    ]);
    const daily = planOf('price: 1, unit: user/day');
    expect(daily.leftOut).toEqual(['plans.PRO.price: A price has no such period.']);
    expect(daily.plan?.prices).toEqual(new Map());
  });

  it('are read digit by digit', () => {
    const { plan } = planOf('price: 90071992547.0991');
    expect(plan?.prices?.get('monthly')?.price).toBe(900_719_925_470_991);
    expect(planOf('price: 0.00001').leftOut).toEqual([
      'plans.PRO.price: Its monthly price is finer than four decimals.',
    ]);
    expect(planOf('price: 1e30').leftOut).toEqual([
      'plans.PRO.price: Its monthly price is too large.',
    ]);
  });

  it('are multiplied by each billing', () => {
    const billing = 'billing: { monthly: 1, quarterly: 0.95, annual: 0.9, semester: 0.93 }';
    const { plan, leftOut } = planOf('price: 9.99', billing);
    expect([...(plan?.prices ?? [])]).toEqual([
      ['monthly', { price: 99_900 }],
      ['quarterly', { price: 284_715 }],
      ['yearly', { price: 1_078_920 }],
    ]);
    expect(leftOut).toEqual(['billing.semester: A price has no such interval.']);
    expect(planOf('price: 9.99', 'billing: { annual: 0.33333 }').leftOut).toEqual([
      'plans.PRO.price: Its yearly price is finer than four decimals.',
    ]);
  });

  it('keep the billing before the yearly price of older versions', () => {
    const { plan, leftOut } = planOf(
      'price: 10, annualPrice: 8, monthlyPrice: 11',
      'billing: { annual: 0.5 }',
    );
    expect([...(plan?.prices ?? [])]).toEqual([['yearly', { price: 600_000 }]]);
    expect(leftOut).toEqual([
      'plans.PRO.monthlyPrice: The price is 10.',
      'plans.PRO.annualPrice: The yearly price follows from the billing.',
    ]);
  });

  it.each([
    ['"5 * #x"', 150_000],
    ['"#x * #y"', 60_000],
    ['"(10 + #x) / 4 - -#y"', 52_500],
  ])('are computed from %s', (expression, price) => {
    const { plan } = planOf(`price: ${expression}`, 'variables: { x: 3, y: 2.0 }');
    expect(plan?.prices?.get('monthly')?.price).toBe(price);
  });

  it.each(['"#z * 2"', '"#x / 0"', '"#x -"', '"#vip ? #x : 0.0"', '"(#x"', '"1 - #x"'])(
    'leave out %s',
    (expression) => {
      const { plan, leftOut } = planOf(`price: ${expression}`, 'variables: { x: 3 }');
      expect(plan).toMatchObject({ prices: new Map() });
      expect(leftOut).toContain('plans.PRO.price: It is an expression that cannot be evaluated.');
    },
  );

  it('say which variables no price uses', () => {
    expect(planOf('price: "#x * 2"', 'variables: { x: 3, vip: true }').leftOut).toEqual([
      'variables.vip: No price of a plan uses it.',
    ]);
  });

  it('are a matter for sales where they are words', () => {
    expect(planOf('price: Custom').plan?.availability).toBe('contact_sales');
    const odd = planOf('price: 1% up to $99, annualPrice: 12');
    expect(odd.plan?.availability).toBe('contact_sales');
    expect(odd.leftOut).toEqual([
      'plans.PRO.price: It is a text. The plan says that one has to contact sales.',
      'plans.PRO.annualPrice: The plan has no price.',
    ]);
  });
});

describe('plans and features', () => {
  it('are private where the document says so', () => {
    expect(planOf('price: 1, private: true').plan?.isPublic).toBe(false);
    expect(planOf('price: 1, private: false').plan).not.toHaveProperty('isPublic');
  });

  it('have codes and names that tell them apart', () => {
    const { file, leftOut } = importPricing2Yaml(`
syntaxVersion: '2.1'
saasName: Twins
currency: usd
features:
  apiCalls: { type: DOMAIN, valueType: NUMERIC, defaultValue: 5 }
  api_calls: { type: DOMAIN, valueType: NUMERIC, defaultValue: .inf }
  API-CALLS: { type: DOMAIN, valueType: NUMERIC, defaultValue: 0.5 }
  価格: { type: DOMAIN, valueType: NUMERIC, defaultValue: 0 }
plans: { Basic: { price: 0 }, BASIC: { price: 1 } }
`);
    expect([...(file.features?.keys() ?? [])]).toEqual([
      'api_calls',
      'api_calls_2',
      'api_calls_3',
      'feature',
    ]);
    expect(told(leftOut)).toEqual(
      expect.arrayContaining([
        'features.api_calls: It is called Api calls 2: another feature is called Api calls.',
        'features.API-CALLS: It is called Api calls 3: another feature is called Api calls.',
      ]),
    );
    expect([...(file.plans?.keys() ?? [])]).toEqual(['basic', 'basic_2']);
    expect(file.plans?.get('basic')?.features).toEqual(
      new Map([
        ['api_calls', { includedAmount: 5 }],
        ['api_calls_2', { unlimited: true }],
        ['api_calls_3', { displayValue: '0.5' }],
      ]),
    );
  });

  it('name what nothing is known of', () => {
    const { leftOut } = planOf('price: 1, colour: red, usageLimits: null', 'ends: 2030-01-01');
    expect(leftOut).toEqual([
      'plans.PRO.colour: Nothing is known of it.',
      'ends: Nothing is known of it.',
    ]);
  });

  it('say which limit a plan sets for a feature that it does not have', () => {
    const { leftOut } = planOf(
      'price: 1, features: { exports: { value: false } }, usageLimits: { rows: { value: 7 } }',
      `usageLimits:
  rows: { type: NON_RENEWABLE, valueType: NUMERIC, defaultValue: 0, linkedFeatures: [exports] }`,
    );
    expect(leftOut).toEqual([
      'plans.PRO.usageLimits.rows: The plan does not have the feature that it limits.',
    ]);
  });

  it('keep the periods of 3.x that limits have', () => {
    const limits = (period: string) => `usageLimits:
  rows:
    type: RENEWABLE
    valueType: NUMERIC
    defaultValue: 4
    linkedFeatures: [exports]
    period: ${period}`;
    const daily = planOf('price: 1', limits('{ value: 1, unit: DAY }'));
    expect(daily.file.features?.get('exports')?.limits?.get('rows')?.period).toBe('day');
    expect(daily.leftOut).toEqual([]);
    const long = planOf('price: 1', limits('{ value: 28, unit: DAY }'));
    expect(long.leftOut).toEqual([
      'usageLimits.rows.period: A limit counts anew after one period only.',
    ]);
  });

  it('leave out texts that are too long for them', () => {
    const { leftOut } = planOf(`price: 1, description: ${'x'.repeat(2001)}`);
    expect(leftOut).toEqual(['plans.PRO.description: It is longer than 2000 characters.']);
  });
});

describe('bad documents', () => {
  it.each([
    ['', ['document: must be a map']],
    ['- 1', ['document: must be a map']],
    ['a: [', [expect.stringMatching(/^document: is no YAML: /)]],
    ['a: 1\na: 2', ['a: is there twice']],
    ['a: *b', [expect.stringMatching(/^(a|document): .*alias/i)]],
    ['a: &x [*x]', [expect.stringContaining('nested too deeply')]],
    [`a: ${'['.repeat(50_000)}`, ['document: is nested too deeply']],
    ['a: 1\n---\nb: 2', ['document: must be one document']],
    [small('unit: month'), ['plans.PRO.price: must be a number or a text']],
    [small('price: -1'), ['plans.PRO.price: must not be negative']],
    [small('price: [1]'), ['plans.PRO.price: must be a text']],
    [small('price: 1, private: maybe'), ['plans.PRO.private: must be true or false']],
    [
      small('price: 1, features: { no: { value: 1 } }'),
      ['plans.PRO.features.no: is no feature of the document'],
    ],
    [
      small('price: 1, usageLimits: { no: { value: 1 } }'),
      ['plans.PRO.usageLimits.no: is no usage limit of the document'],
    ],
    [
      small('price: 1, features: { exports: { value: often } }'),
      ['plans.PRO.features.exports.value: must be true or false'],
    ],
    [
      small('price: 1', 'billing: { annual: 0 }'),
      ['billing.annual: must be a number above 0, and at most 1'],
    ],
    [
      small('price: 1', 'billing: { annual: 1.1 }'),
      ['billing.annual: must be a number above 0, and at most 1'],
    ],
    [
      small('price: 1').replace('EUR', 'euros'),
      ['currency: must be the code of an ISO 4217 currency, such as USD'],
    ],
    [small('price: 1').replace("'2.1'", "'1.1'"), ['syntaxVersion: must be 2.x or 3.x, not 1.1']],
    [
      small('price: 1').replace('DOMAIN', 'MAGIC'),
      [expect.stringMatching(/^features.exports.type: must be one of INFORMATION/)],
    ],
    [
      small('price: 1').replace('BOOLEAN', 'NUMERIC'),
      ['features.exports.defaultValue: must be a number'],
    ],
    [
      small(
        'price: 1',
        'usageLimits: { a: { type: RENEWABLE, valueType: NUMERIC, defaultValue: 1, linkedFeatures: [b] } }',
      ),
      ['usageLimits.a.linkedFeatures.0: b is no feature'],
    ],
    [
      small(
        'price: 1',
        'usageLimits: { a: { type: RENEWABLE, valueType: NUMERIC, defaultValue: -1 } }',
      ),
      ['usageLimits.a.defaultValue: must not be negative'],
    ],
  ])('are refused with the path (%#)', (text, faults) => {
    expect(refusal(() => importPricing2Yaml(text))).toEqual(faults);
  });

  it('follows aliases, but not without end', () => {
    const many = Array.from(
      { length: 12 },
      (_, at) => `a${at + 1}: &b${at + 1} [${`*b${at},`.repeat(9)}]`,
    );
    const bomb = ['a0: &b0 x', ...many].join('\n');
    expect(refusal(() => importPricing2Yaml(bomb))[0]).toContain('too large');
    const shared = small('price: 1, features: &f { exports: { value: false } }', '').replace(
      /\n$/,
      '\n  MAX: { price: 2, features: *f }\n',
    );
    expect(importPricing2Yaml(shared).file.plans?.get('max')?.features).toEqual(new Map());
  });
});

describe('documents by chance', () => {
  const seed = Number(process.env.SEED ?? 16);

  it.each(Array.from({ length: 60 }, (_, round) => round))(
    `can be read again and say every amount or why not (seed ${seed}, document %i)`,
    (round) => {
      const { text, prices } = randomPricing2Yaml(seed, round);
      const imported = importPricing2Yaml(text);
      printed(imported);
      const leftOut = new Set(imported.leftOut.map(({ path }) => path));
      const plans = [...(imported.file.plans?.values() ?? [])];
      expect(plans).toHaveLength(prices.length);
      for (const [index, { path, monthly, isPerUnit }] of prices.entries()) {
        const price = plans[index]?.prices?.get('monthly');
        const [unit] = price?.unitPrices?.values() ?? [];
        const amount = isPerUnit ? unit?.unitPrice : price?.price;
        if (monthly === undefined) expect(leftOut).toContain(path);
        else expect(amount).toBe(monthly);
      }
    },
  );
});
