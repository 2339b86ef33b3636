import { describe, expect, it } from 'vitest';
import { lint } from '../../../../src/domain/catalogue/lint.ts';
import { found, lintText } from './linted.ts';

describe('missing-field', () => {
  const missing = (text: string) => found('missing-field', text);

  it('asks for what definitions need', () => {
    expect(
      missing(`
sections: { meetings: {} }
features: { seats: { limits: { minutes: {} } } }
markets: { brazil: {} }
plans: { pro: { features: { seats: { limits: { minutes: null } } } } }
groups: { ladder: {} }
`),
    ).toEqual([
      'sections.meetings: sections.meetings has no name.',
      'features.seats: features.seats has no name.',
      'features.seats: features.seats has no type.',
      'features.seats.limits.minutes: features.seats.limits.minutes has no name.',
      'markets.brazil: markets.brazil has no name.',
      'markets.brazil: markets.brazil has no countries.',
      'plans.pro: plans.pro has no name.',
      'groups.ladder: groups.ladder has no name.',
    ]);
  });

  it('asks for what prices need', () => {
    const tiers = '[{ upTo: 5, unitPrice: 2 }, { unitPrice: 1 }]';
    const path = 'plans.pro.prices.monthly';
    expect(
      missing(`
features: { a: { name: A, type: seats }, b: { name: B, type: seats }, c: { name: C, type: seats } }
markets: { brazil: { name: Brazil, countries: [BR] } }
plans:
  pro:
    name: Pro
    exchangeRates: { eur: 0.9 }
    features: { a: {}, b: {}, c: {} }
    prices:
      monthly:
        introOffer: { durationCycles: 1 }
        unitPrices:
          a: {}
          b: { unitPrice: 1, tiersMode: volume, tiers: ${tiers} }
          c: { tiers: ${tiers} }
        regional: { eur: { includedBalance: 5 }, gbp: { includedBalance: 5 } }
        markets: { brazil: {} }
        variants: { trial: { name: Trial } }
      yearly:
        price: 100
        introOffer: { enabled: false }
`),
    ).toEqual([
      `${path}: ${path} has no price.`,
      `${path}.introOffer: ${path}.introOffer has neither a percentage nor an amount.`,
      `${path}.unitPrices.a: ${path}.unitPrices.a has neither a unitPrice nor tiers.`,
      `${path}.unitPrices.b: ${path}.unitPrices.b has both a unitPrice and tiers. Units have one or the other.`,
      `${path}.unitPrices.c: ${path}.unitPrices.c has tiers, but no tiersMode.`,
      `${path}.regional.gbp: ${path}.regional.gbp has no price, and the plan has no exchange rate to derive it at.`,
      `${path}.markets.brazil: ${path}.markets.brazil has no currency.`,
      `${path}.markets.brazil: ${path}.markets.brazil has no price.`,
      `${path}.variants.trial: ${path}.variants.trial has no markets. A variant is a price in at least one market.`,
    ]);
  });

  it('asks for nothing that is derived or left out', () => {
    expect(
      missing(`
features: { seats: { name: Seats, type: seats } }
plans:
  pro:
    name: Pro
    exchangeRates: { eur: 0.9 }
    features: { seats: { overage: { unitPrice: 1 }, regionalOverages: { eur: {} } } }
    prices: { monthly: { price: 10, regional: { eur: { includedBalance: 5 }, gbp: { omitted: true } } } }
`),
    ).toEqual([]);
  });

  it('asks for the texts of a translation', () => {
    const translations = new Map([['de', {}]]);
    const catalogue = { plans: new Map([['pro', { name: 'Pro', translations }]]) };
    expect(lint(catalogue, { baseCurrency: 'usd' })).toMatchObject([
      { rule: 'missing-field', path: 'plans.pro.translations.de' },
    ]);
  });
});

describe('unknown-reference', () => {
  const paths = (text: string) =>
    found('unknown-reference', text).map((finding) => finding.split(': ')[0]);

  it('follows codes of features and plans', () => {
    expect(
      paths(`
features:
  seats:
    name: Seats
    type: seats
    section: none
    limits: { a: { name: A, per: none }, b: { name: B, per: seats } }
plans:
  pro: { name: Pro, basedOn: none, features: { none: {}, seats: { limits: { a: 1, c: 1 } } } }
groups: { ladder: { name: Plans, plans: [none, pro, neither] } }
`),
    ).toEqual([
      'features.seats.section',
      'features.seats.limits.a.per',
      'features.seats.limits.b.per',
      'plans.pro.basedOn',
      'plans.pro.features.seats.limits.c',
      'plans.pro.features.none',
      'groups.ladder.plans.0',
      'groups.ladder.plans.2',
    ]);
  });

  it('follows what prices stand on', () => {
    const price = 'plans.pro.prices.monthly';
    expect(
      paths(`
features: { seats: { name: Seats, type: seats }, calls: { name: Calls, type: usage }, exports: { name: Exports, type: usage } }
markets: { brazil: { name: Brazil, countries: [BR] }, japan: { name: Japan, countries: [JP] } }
plans:
  pro:
    name: Pro
    features: { seats: { regionalOverages: { eur: 1 } }, exports: { overage: {}, regionalOverages: { eur: 1 } } }
    prices:
      monthly:
        price: 10
        unitPrices: { calls: 1 }
        regional: { eur: { price: 9, unitPrices: { seats: 1, calls: 1 } } }
        markets:
          none: { currency: eur, price: 9 }
          brazil: { currency: brl, price: 50, unitPrices: { seats: 5 } }
        variants:
          trial:
            name: Trial
            markets: { brazil: { currency: brl, price: 50 }, japan: { currency: jpy, price: 900 } }
`),
    ).toEqual([
      `${price}.unitPrices.calls`,
      `${price}.regional.eur.unitPrices.seats`,
      `${price}.markets.brazil.unitPrices.seats`,
      `${price}.markets.none`,
      `${price}.variants.trial.markets.japan`,
      'plans.pro.features.seats.regionalOverages.eur',
    ]);
  });

  it('finds a default interval without a price', () => {
    const prices = new Map([['monthly', { price: 0 }]]);
    const plans = new Map([['pro', { name: 'Pro', defaultInterval: 'yearly' as const, prices }]]);
    expect(lint({ plans }, { baseCurrency: 'usd' })).toMatchObject([
      {
        rule: 'unknown-reference',
        path: 'plans.pro.defaultInterval',
        message: 'Pro has yearly as its default interval, but no yearly price.',
      },
    ]);
  });

  it('finds plans that are based on themselves, and not those that lead to them', () => {
    const circle = `
plans:
  a: { name: A, basedOn: b }
  b: { name: B, basedOn: c }
  c: { name: C, basedOn: b }
  d: { name: D, basedOn: d }
  e: { name: E, basedOn: a }
  f: { name: F }
`;
    expect(paths(circle)).toEqual(['plans.b.basedOn', 'plans.c.basedOn', 'plans.d.basedOn']);
  });
});

describe('duplicate-name', () => {
  it('folds names, and is an error for features alone', () => {
    const findings = lintText(`
catalogue: 1
sections: { a: { name: Core }, b: { name: " core " } }
features:
  a: { name: Straße, type: boolean, limits: { x: { name: X }, y: { name: x } } }
  b: { name: STRASSE, type: boolean }
markets:
  a: { name: Europe, countries: [DE] }
  b: { name: europe, countries: [FR] }
plans:
  a: { name: Pro, features: { a: {}, b: {} } }
  b: { name: ＰＲＯ }
groups: { a: { name: Plans }, b: { name: plans } }
`).filter(({ rule }) => rule === 'duplicate-name');
    expect(findings.map(({ severity, path }) => `${severity} ${path}`)).toEqual([
      'warning sections.b.name',
      'warning features.a.limits.y.name',
      'error features.b.name',
      'warning markets.b.name',
      'warning plans.b.name',
      'warning groups.b.name',
    ]);
  });
});

describe('priced-free-plan', () => {
  it('looks at every amount', () => {
    expect(
      found(
        'priced-free-plan',
        `
features: { seats: { name: Seats, type: seats }, calls: { name: Calls, type: usage } }
markets: { brazil: { name: Brazil, countries: [BR] } }
plans:
  free:
    name: Free
    isFree: true
    features: { seats: { overage: { enabled: false } }, calls: { overage: {}, regionalOverages: { eur: 1 } } }
    prices:
      monthly:
        price: 0
        unitPrices: { seats: 0 }
        regional: { eur: 0, gbp: 3 }
        markets: { brazil: { currency: brl, price: 0.5 } }
      yearly: 0
`,
      ),
    ).toEqual([
      'plans.free.prices.monthly.unitPrices.seats: Free is free, but has a unit price for Seats.',
      'plans.free.prices.monthly.regional.gbp: Free is free, but costs £3 a month.',
      'plans.free.prices.monthly.markets.brazil: Free is free, but costs R$0.50 a month in Brazil.',
      'plans.free.features.calls: Free is free, but charges overage of Calls.',
      'plans.free.features.calls.regionalOverages.eur: Free is free, but charges overage of Calls in EUR.',
    ]);
  });
});

describe('an overage that is off', () => {
  it('charges nothing on a free plan', () => {
    const features = new Map([['calls', { name: 'Calls', type: 'usage' as const }]]);
    const links = new Map([['calls', { overage: { enabled: false } }]]);
    const plans = new Map([['free', { name: 'Free', isFree: true, features: links }]]);
    expect(lint({ features, plans }, { baseCurrency: 'usd' })).toEqual([]);
  });
});

describe('discount-above-price', () => {
  const discounts = (introOffer: string, regional: string) =>
    found(
      'discount-above-price',
      `
plans:
  pro:
    name: Pro
    exchangeRates: { jpy: 100 }
    prices: { monthly: { price: 10, introOffer: ${introOffer}, regional: ${regional} } }
`,
    );

  it('compares discounts by hand with prices that are set or derived', () => {
    const regional =
      '{ eur: { price: 9, introOffer: { amount: 9.01 } }, jpy: { introOffer: { amount: 1001 } } }';
    const price = 'plans.pro.prices.monthly.regional';
    expect(discounts('{ amount: 10 }', regional)).toEqual([
      `${price}.eur.introOffer: Pro costs €9 a month, and its introductory offer takes €9.01 off.`,
      `${price}.jpy.introOffer: Pro costs ¥1,000 a month, and its introductory offer takes ¥1,001 off.`,
    ]);
  });

  it('leaves offers alone that are off, and percentages', () => {
    expect(discounts('{ enabled: false, amount: 11 }', '{}')).toEqual([]);
    expect(discounts('{ percentage: 100 }', '{ eur: { price: 9 } }')).toEqual([]);
    expect(discounts('{ amount: 11 }', '{}')).toHaveLength(1);
  });
});

describe('amount-finer-than-currency', () => {
  it('goes by the minor unit of each currency, and leaves unit prices alone', () => {
    const price = 'plans.pro.prices.monthly';
    expect(
      found(
        'amount-finer-than-currency',
        `
features: { seats: { name: Seats, type: seats } }
markets: { japan: { name: Japan, countries: [JP] }, kuwait: { name: Kuwait, countries: [KW] } }
plans:
  pro:
    name: Pro
    features: { seats: {} }
    prices:
      monthly:
        price: 9.99
        includedBalance: 0.001
        introOffer: { amount: 1.005 }
        unitPrices: { seats: 0.0001 }
        regional: { eur: 9.999 }
        markets:
          japan: { currency: jpy, price: 99.5 }
          kuwait: { currency: kwd, price: 3.125 }
`,
      ),
    ).toEqual([
      `${price}: The balance of the monthly price of Pro is $0.001: USD has no amount below $0.01.`,
      `${price}.introOffer: The discount on the monthly price of Pro is $1.005: USD has no amount below $0.01.`,
      `${price}.regional.eur: The monthly price of Pro is €9.999: EUR has no amount below €0.01.`,
      `${price}.markets.japan: The monthly price of Pro is ¥99.5: JPY has no amount below ¥1.`,
    ]);
  });
});

describe('currency-missing-at-interval', () => {
  const missing = (plan: string) =>
    found(
      'currency-missing-at-interval',
      `
features: { seats: { name: Seats, type: seats } }
markets: { brazil: { name: Brazil, countries: [BR] }, japan: { name: Japan, countries: [JP] } }
plans:
  pro:
    name: Pro
    features: { seats: {} }
    ${plan}
`,
    );

  it('counts what is set by hand, and what a rate derives unless it is left out', () => {
    expect(
      missing(`exchangeRates: { gbp: 0.8 }
    prices:
      monthly: { price: 10, regional: { eur: 9 } }
      yearly: { price: 100, regional: { gbp: { omitted: true } } }
      one_time: { price: 200, regional: { eur: 180 } }`),
    ).toEqual([
      'plans.pro.prices.yearly: Pro has no yearly price in EUR, but a monthly and one-time one.',
      'plans.pro.prices.yearly: Pro has no yearly price in GBP, but a monthly and one-time one.',
    ]);
  });

  it('leaves free plans and the base currency alone', () => {
    const prices = (currency: string) =>
      `prices: { monthly: { price: 0, regional: { ${currency}: 0 } }, yearly: 0 }`;
    expect(missing(prices('eur'))).toHaveLength(1);
    expect(missing(prices('usd'))).toEqual([]);
    expect(missing(`isFree: true\n    ${prices('eur')}`)).toEqual([]);
  });

  it('asks for unit prices in the currency, too', () => {
    const regional = (units: string) => `prices:
      monthly: { price: 10, regional: { eur: 9 } }
      yearly: { price: 100, unitPrices: { seats: 5 }, regional: { eur: { price: 90${units} } } }`;
    expect(missing(regional(''))).toHaveLength(1);
    expect(missing(regional(', unitPrices: { seats: 4 }'))).toEqual([]);
  });

  it('looks at markets, where a price in the same currency will do', () => {
    expect(
      missing(`prices:
      monthly:
        price: 10
        markets: { brazil: { currency: brl, price: 50 }, japan: { currency: jpy, price: 900 } }
      yearly: { price: 100, regional: { jpy: 9000 } }`),
    ).toEqual(
      [
        'plans.pro.prices.yearly: Pro has no yearly price in the market Brazil, but a monthly one.',
        'plans.pro.prices.monthly: Pro has no monthly price in JPY, but a yearly one.',
      ].sort(),
    );
  });
});

describe('year-dearer-than-months', () => {
  const dearer = (plan: string) =>
    found(
      'year-dearer-than-months',
      `
features: { seats: { name: Seats, type: seats }, calls: { name: Calls, type: usage } }
markets: { brazil: { name: Brazil, countries: [BR] } }
plans:
  pro:
    name: Pro
    features: { seats: {}, calls: {} }
    ${plan}
`,
    );
  const yearly = 'plans.pro.prices.yearly';

  it('allows twelve months, and no cent more', () => {
    expect(dearer('prices: { monthly: 15, yearly: 180 }')).toEqual([]);
    expect(dearer('prices: { monthly: 15, yearly: 180.01 }')).toEqual([
      `${yearly}: Pro costs $180.01 a year and $15 a month: twelve months are $180.`,
    ]);
  });

  it('knows quarters', () => {
    expect(dearer('prices: { monthly: 10, quarterly: 31, yearly: 119 }')).toEqual([
      'plans.pro.prices.quarterly: Pro costs $31 a quarter and $10 a month: three months are $30.',
    ]);
    expect(dearer('prices: { monthly: 10, quarterly: 25, yearly: 110 }')).toEqual([
      `${yearly}: Pro costs $110 a year and $25 a quarter: four quarters are $100.`,
    ]);
  });

  it('compares what is set by hand with what a rate derives, and blames no rounding', () => {
    const prices = (regional: string) =>
      `exchangeRates: { eur: 0.9 }
    prices: { monthly: { price: 10 }, yearly: { price: 100, regional: ${regional} } }`;
    expect(dearer(prices('{ eur: 108 }'))).toEqual([]);
    expect(dearer(prices('{ eur: 109 }'))).toEqual([
      `${yearly}.regional.eur: Pro costs €109 a year and €9 a month: twelve months are €108.`,
    ]);
    expect(
      dearer(`exchangeRates: { eur: 0.9 }
    prices: { monthly: { price: 10, regional: { eur: 7 } }, yearly: 100 }`),
    ).toEqual([
      'plans.pro.prices.monthly.regional.eur: Pro costs €90 a year and €7 a month: twelve months are €84.',
    ]);
    // €0.9234 is €0.92 a month, and €11.0808 is €11.08 a year.
    expect(
      dearer('exchangeRates: { eur: 0.9234 }\n    prices: { monthly: 1, yearly: 12 }'),
    ).toEqual([]);
  });

  it('compares markets in the same currency', () => {
    const prices = (currency: string) => `prices:
      monthly: { price: 10, markets: { brazil: { currency: brl, price: 50 } } }
      yearly: { price: 100, markets: { brazil: { currency: ${currency}, price: 700 } } }`;
    expect(dearer(prices('usd'))).toEqual([]);
    expect(dearer(prices('brl'))).toEqual([
      `${yearly}.markets.brazil: Pro costs R$700 a year and R$50 a month in Brazil: twelve months are R$600.`,
    ]);
  });

  const units = (feature: string, monthly: string, annual: string) =>
    dearer(`prices:
      monthly: { price: 0, unitPrices: { ${feature}: ${monthly} } }
      yearly: { price: 0, unitPrices: { ${feature}: ${annual} } }`);

  it('compares seats by the interval and usage by the month', () => {
    expect(units('seats', '10', '120')).toEqual([]);
    expect(units('seats', '10', '121')).toEqual([
      `${yearly}.unitPrices.seats: Pro charges for a unit of Seats $121 a year and $10 a month: twelve months are $120.`,
    ]);
    expect(units('calls', '0.01', '0.01')).toEqual([]);
    expect(units('calls', '0.01', '0.02')).toEqual([
      `${yearly}.unitPrices.calls: Pro charges for a unit of Calls each month $0.24 a year and $0.01 a month: twelve months are $0.12.`,
    ]);
  });

  it('compares blocks of different sizes by what they have in common', () => {
    const block = (unitPrice: number, blockSize: number) =>
      `{ unitPrice: ${unitPrice}, blockSize: ${blockSize} }`;
    expect(units('seats', block(10, 10), block(180, 15))).toEqual([]);
    expect(units('seats', block(10, 10), block(181, 15))).toEqual([
      `${yearly}.unitPrices.seats: Pro charges for 30 units of Seats $362 a year and $30 a month: twelve months are $360.`,
    ]);
  });

  it('compares tiers where they end', () => {
    const tiers = (first: number, last: number) =>
      `{ tiersMode: volume, tiers: [{ upTo: 10, unitPrice: ${first} }, { unitPrice: ${last} }] }`;
    expect(units('seats', tiers(10, 8), tiers(100, 96))).toEqual([]);
    expect(units('seats', tiers(10, 8), tiers(100, 97))).toEqual([
      `${yearly}.unitPrices.seats: Pro charges for 11 units of Seats $1,067 a year and $88 a month: twelve months are $1,056.`,
    ]);
  });
});

const ladder = (basic: string, pro: string) => `
features:
  seats: { name: Seats, type: seats }
  storage: { name: Storage, type: quota, limits: { file: { name: File size, decimals: 1 } } }
  support: { name: Support, type: boolean }
plans:
  basic: { name: Basic, ${basic} }
  pro: { name: Pro, ${pro} }
groups: { ladder: { name: Plans, plans: [basic, pro] } }
`;

describe('dearer-plan-lowers-limit', () => {
  const lower = (basic: string, pro: string) =>
    found('dearer-plan-lowers-limit', ladder(basic, pro));
  const at = (price: number, features: string) =>
    `prices: { monthly: ${price} }, features: ${features}`;

  it('compares amounts, unlimited features and limits', () => {
    expect(
      lower(
        at(10, '{ seats: { unlimited: true }, storage: { limits: { file: unlimited } } }'),
        at(20, '{ seats: { includedAmount: 5 }, storage: { limits: { file: 0.5 } } }'),
      ),
    ).toEqual([
      'plans.pro.features.seats: Pro costs $20 a month and Basic $10 a month, but Seats is 5 in Pro and unlimited in Basic.',
      'plans.pro.features.storage.limits.file: Pro costs $20 a month and Basic $10 a month, but File size of Storage is 0.5 in Pro and unlimited in Basic.',
    ]);
  });

  it.each([
    ['the same price', at(10, '{ seats: { includedAmount: 9 } }'), at(10, '{ seats: {} }')],
    ['a lower price', at(10, '{ seats: {} }'), at(9, '{ seats: {} }')],
    [
      'units to buy',
      at(10, '{ seats: { includedAmount: 9 } }'),
      at(20, '{ seats: { overage: {} } }'),
    ],
    [
      'words instead',
      at(10, '{ seats: { includedAmount: 9 } }'),
      at(20, '{ seats: { displayValue: Many } }'),
    ],
    [
      'no feature',
      at(10, '{ seats: { includedAmount: 9 } }'),
      at(20, '{ seats: { enabled: false } }'),
    ],
    [
      'another consumption model',
      at(10, '{ seats: { includedAmount: 9 } }'),
      `consumptionModel: credits, ${at(20, '{ seats: {} }')}`,
    ],
    [
      'a private plan',
      `isPublic: false, ${at(10, '{ seats: { includedAmount: 9 } }')}`,
      at(20, '{ seats: {} }'),
    ],
  ])('says nothing about %s', (_, basic, pro) => {
    expect(lower(basic, pro)).toEqual([]);
  });

  it('counts the least number of units that have a price', () => {
    const sold = (minimum: number) =>
      `prices: { monthly: { price: 0, unitPrices: { seats: { unitPrice: 5, minimum: ${minimum}, maximum: ${1000 / minimum} } } } }, features: { seats: {} }`;
    expect(lower(sold(1), sold(10))).toEqual([
      'plans.pro.features.seats: Pro costs $50 a month at least and Basic $5 a month at least, but Seats is 100 in Pro and 1,000 in Basic.',
    ]);
  });
});

describe('dearer-plan-offers-less', () => {
  const less = (basic: string, pro: string) => found('dearer-plan-offers-less', ladder(basic, pro));
  const at = (price: number | string, features: string) =>
    `prices: { monthly: ${price} }, features: ${features}`;
  const all = '{ seats: { includedAmount: 5 }, support: {} }';

  it.each([
    ['the same', all],
    ['a feature less', '{ seats: { includedAmount: 5 } }'],
    ['less of one', '{ seats: { includedAmount: 4 }, support: {} }'],
    ['nothing', '{}'],
  ])('finds a plan with %s', (_, features) => {
    expect(less(at(10, all), at(20, features))).toEqual([
      'plans.pro: Pro costs $20 a month and offers nothing that Basic does not offer for $10 a month.',
    ]);
  });

  it.each([
    ['a feature more', at(20, '{ storage: {} }')],
    ['more of one', at(20, '{ seats: { includedAmount: 6 } }')],
    ['a limit of its own', at(20, '{ storage: { limits: { file: 1 } } }')],
    ['words of its own', at(20, '{ support: { displayValue: 24/7 } }')],
    ['a balance', at('{ price: 20, includedBalance: 5 }', all)],
    ['credits', at('{ price: 20, includedCredits: 5 }', all)],
    ['a trial', at('{ price: 20, trialDays: 5 }', all)],
    ['the same price', at(10, '{}')],
  ])('says nothing about a plan with %s', (_, pro) => {
    expect(less(at(10, all), pro)).toEqual([]);
  });

  it('says nothing where no plan lists anything', () => {
    expect(less('prices: { monthly: 10 }', 'prices: { monthly: 20 }')).toEqual([]);
  });

  it('takes cheaper units for an offer', () => {
    const sold = (price: number, unitPrice: number) =>
      at(`{ price: ${price}, unitPrices: { seats: ${unitPrice} } }`, '{ seats: {} }');
    expect(less(sold(10, 5), sold(50, 4))).toEqual([]);
    expect(less(sold(10, 5), sold(50, 5))).toHaveLength(1);
  });

  it('compares with all cheaper plans, not only with the next', () => {
    expect(
      found(
        'dearer-plan-offers-less',
        `
features: { a: { name: A, type: boolean }, b: { name: B, type: boolean }, c: { name: C, type: boolean } }
plans:
  one: { name: One, prices: { monthly: 1, yearly: 1 }, features: { a: {}, b: {} } }
  two: { name: Two, prices: { monthly: 2, yearly: 2 }, features: { c: {} } }
  three: { name: Three, prices: { monthly: 3, yearly: 3 }, features: { b: {} } }
groups: { ladder: { name: Plans, plans: [three, two, one] } }
`,
      ),
    ).toEqual([
      'plans.three: Three costs $3 a month and offers nothing that One does not offer for $1 a month.',
    ]);
  });
});

describe('no-common-currency', () => {
  const common = (plans: string) =>
    found(
      'no-common-currency',
      `
markets: { brazil: { name: Brazil, countries: [BR] } }
plans: ${plans}
groups: { ladder: { name: Plans, plans: [a, b, c] } }
`,
    );
  const euro = 'prices: { monthly: { price: 10, regional: { eur: 9 } } }';

  it('leaves out plans that no page shows with a price', () => {
    expect(
      common(`
  a: { name: A, ${euro} }
  b: { name: B, isFree: true, prices: { monthly: 0 } }
  c: { name: C, availability: contact_sales, prices: { monthly: 99 } }`),
    ).toEqual([]);
    expect(
      common(`
  a: { name: A, ${euro} }
  b: { name: B }
  c: { name: C, isPublic: false, prices: { monthly: 99 } }`),
    ).toEqual([]);
  });

  it('looks at markets, where a price in the same currency will do', () => {
    const inBrazil =
      'prices: { monthly: { price: 10, markets: { brazil: { currency: brl, price: 50 } } } }';
    const inReal = 'prices: { monthly: { price: 10, regional: { brl: 50 } } }';
    const message =
      'groups.ladder: In the group Plans, A and B can be had in the market Brazil and C cannot: ' +
      'a page shows all of them in USD.';
    const others = `
  a: { name: A, ${inBrazil} }
  b: { name: B, ${inReal} }`;
    expect(common(`${others}\n  c: { name: C, prices: { monthly: 20 } }`)).toContain(message);
    expect(common(`${others}\n  c: { name: C, ${inReal} }`)).not.toContainEqual(
      expect.stringContaining('the market'),
    );
  });

  it('shortens long lists', () => {
    const codes = Array.from({ length: 9 }, (_, place) => `p${place}`);
    const plans = codes.map((code) => `  ${code}: { name: ${code}, prices: { monthly: 5 } }`);
    expect(
      found(
        'no-common-currency',
        `
plans:
  euro: { name: Euro, ${euro} }
${plans.join('\n')}
groups: { ladder: { name: Plans, plans: [euro, ${codes.join(', ')}] } }
`,
      ),
    ).toEqual([
      'groups.ladder: In the group Plans, Euro can be had in EUR and p0, p1 and 7 more cannot: a page shows all of them in USD.',
    ]);
  });
});

describe('unused-feature', () => {
  it('takes a feature that limits are counted per for used', () => {
    expect(
      found(
        'unused-feature',
        `
features:
  meetings: { name: Meetings, type: boolean, limits: { minutes: { name: Minutes, per: rooms } } }
  calls: { name: Calls, type: boolean, limits: { minutes: { name: Minutes, per: calls } } }
  rooms: { name: Rooms, type: quota }
  fax: { name: Fax, type: boolean }
plans: { pro: { name: Pro, features: { meetings: { enabled: false } } } }
`,
      ),
    ).toEqual([
      'features.calls: No plan has the feature Calls.',
      'features.fax: No plan has the feature Fax.',
    ]);
  });
});

describe('unit-price-not-on-rest', () => {
  const onRest = (unit: string, overage: string) =>
    found(
      'unit-price-not-on-rest',
      `
features: { calls: { name: Calls, type: usage } }
plans:
  pro:
    name: Pro
    prices: { monthly: { price: 10, unitPrices: { calls: ${unit} } } }
    features: { calls: { overage: ${overage} } }
`,
    ).map((finding) => finding.split('REST API ')[1]);

  it('compares with the overage', () => {
    expect(onRest('0.02', '{ unitPrice: 0.02 }')).toEqual([]);
    expect(onRest('0.02', '{ unitPrice: 0.03 }')).toEqual(['shows the overage of $0.03.']);
    expect(onRest('{ unitPrice: 0.02, blockSize: 5 }', '{ unitPrice: 0.02 }')).toHaveLength(1);
    expect(onRest('{ unitPrice: 0.02, minimum: 5 }', '{ unitPrice: 0.02 }')).toHaveLength(1);
    expect(onRest('{ unitPrice: 0.02, maximum: 5 }', '{ unitPrice: 0.02 }')).toHaveLength(1);
    expect(onRest('0.02', '{ enabled: false }')).toEqual(['shows no price for it.']);
  });
});

describe('findings', () => {
  it('stand in the order of the document and then of the rules', () => {
    const findings = lintText(`
catalogue: 1
features:
  fax: { name: Fax, type: boolean, section: none }
  seats: { name: Seats, type: seats }
  places: { name: seats, type: seats }
plans:
  pro:
    name: Pro
    basedOn: none
    prices: { monthly: { price: 9.999, regional: { eur: 9.999 } }, yearly: 900 }
    features: { none: {}, places: {}, seats: {} }
  free: { name: Free, isFree: true, prices: { monthly: 0.001 } }
groups: { plans: { name: Plans, plans: [none, pro, free] } }
`);
    expect(findings.map(({ rule, path }) => `${path} ${rule}`)).toEqual([
      'features.fax unused-feature',
      'features.fax.section unknown-reference',
      'features.places.name duplicate-name',
      'plans.pro.basedOn unknown-reference',
      'plans.pro.prices.monthly amount-finer-than-currency',
      'plans.pro.prices.monthly.regional.eur amount-finer-than-currency',
      'plans.pro.prices.yearly currency-missing-at-interval',
      'plans.pro.prices.yearly year-dearer-than-months',
      'plans.pro.features.none unknown-reference',
      'plans.free.prices.monthly priced-free-plan',
      'plans.free.prices.monthly amount-finer-than-currency',
      'groups.plans.plans.0 unknown-reference',
    ]);
  });

  it('name the currency that the organization has', () => {
    const text =
      'catalogue: 1\nplans: { pro: { name: Pro, prices: { monthly: 14, yearly: 180 } } }';
    const [finding] = lintText(text, 'eur');
    expect(finding?.message).toBe('Pro costs €180 a year and €14 a month: twelve months are €168.');
  });

  it('are none for an empty catalogue', () => {
    expect(lint({}, { baseCurrency: 'usd' })).toEqual([]);
  });
});
