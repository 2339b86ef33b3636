import { expect, it } from 'vitest';
import { upsertRegionalPrices } from '../../src/domain/regional-price.ts';
import { setPlanRegionalPricing } from '../../src/domain/regional-pricing.ts';
import { type Client, onEveryGateway } from './client.ts';

const formatted = `query($id: ID!, $locale: Locale = "en-US") {
  node(id: $id) { ... on PlanPrice {
    formattedPrice(locale: $locale)
    formattedIncludedBalance(locale: $locale)
    introOffer { formattedDiscount(locale: $locale) }
    regionalPrices {
      currency formattedPrice(locale: $locale) formattedIncludedBalance(locale: $locale)
      introOffer { formattedDiscount(locale: $locale) }
    }
  } }
}`;

onEveryGateway('money', (client) => {
  const priceOf = async (input: object) => {
    const { catalogue } = client();
    return catalogue.price(await catalogue.plan(), input);
  };
  const inUsd = async (price: number, locale = 'en-US') =>
    (await client().data(formatted, { id: (await priceOf({ price })).id, locale })).node
      .formattedPrice;

  it.each([
    [0, '$0.00'],
    [290_000, '$29.00'],
    [295_000, '$29.50'],
    [10_000, '$1.00'],
    [100, '$0.01'],
    [20, '$0.002'],
    [1, '$0.0001'],
    [12_345, '$1.2345'],
    [21_474_836_470_000, '$2,147,483,647.00'],
    [Number.MAX_SAFE_INTEGER, '$900,719,925,474.0991'],
    [Number.MAX_SAFE_INTEGER - 1, '$900,719,925,474.099'],
  ])('writes %d in US dollars as %s', async (price, text) => {
    expect(await inUsd(price)).toBe(text);
  });

  it.each([
    ['en-US', '$1,234.50'],
    ['en-GB', 'US$1,234.50'],
    ['de-DE', '1.234,50\u00a0$'],
    ['pt-BR', 'US$\u00a01.234,50'],
    ['ja-JP', '$1,234.50'],
    ['EN-us', '$1,234.50'],
    ['en_US', '$1,234.50'],
    ['pt_BR', 'US$\u00a01.234,50'],
    ['zh_hant_tw', 'US$1,234.50'],
    ['en-ZZ', '$1,234.50'],
  ])('writes as people in %s do', async (locale, text) => {
    expect(await inUsd(12_345_000, locale)).toBe(text);
  });

  it('writes each regional price in its own currency, with its own decimals', async () => {
    const { catalogue } = client();
    const price = await priceOf({
      price: 290_000,
      includedBalance: 100_000,
      introOffer: { enabled: true, discountType: 'amount', discountValue: 50_000 },
    });
    for (const [currency, exchangeRate] of [
      ['EUR', 0.92],
      ['JPY', 150.3],
      ['BRL', 5.4321],
    ] as const)
      await catalogue.change((w) =>
        setPlanRegionalPricing(w, price.planId, { currency, exchangeRate }),
      );
    await catalogue.change((w) =>
      upsertRegionalPrices(w, price.planId, price.id, {
        overrides: [
          { currency: 'kwd', price: 12_340 },
          { currency: 'xyz', price: 15_000 },
        ],
      }),
    );
    const { node } = await client().data(formatted, { id: price.id });
    expect(node).toEqual({
      formattedPrice: '$29.00',
      formattedIncludedBalance: '$10.00',
      introOffer: { formattedDiscount: '$5.00' },
      regionalPrices: [
        {
          currency: 'brl',
          formattedPrice: 'R$157.53',
          formattedIncludedBalance: 'R$54.32',
          introOffer: { formattedDiscount: 'R$27.16' },
        },
        {
          currency: 'eur',
          formattedPrice: '€26.68',
          formattedIncludedBalance: '€9.20',
          introOffer: { formattedDiscount: '€4.60' },
        },
        {
          currency: 'jpy',
          formattedPrice: '¥4,359',
          formattedIncludedBalance: '¥1,503',
          introOffer: { formattedDiscount: '¥752' },
        },
        {
          currency: 'kwd',
          formattedPrice: 'KWD\u00a01.234',
          formattedIncludedBalance: null,
          introOffer: null,
        },
        {
          currency: 'xyz',
          formattedPrice: 'XYZ\u00a01.50',
          formattedIncludedBalance: null,
          introOffer: null,
        },
      ],
    });
  });

  it('writes parts of a yen where an amount has them', async () => {
    const { catalogue } = client();
    const price = await priceOf({});
    await catalogue.change((w) =>
      upsertRegionalPrices(w, price.planId, price.id, {
        overrides: [{ currency: 'jpy', price: 1_234_560 }],
      }),
    );
    const { node } = await client().data(formatted, { id: price.id, locale: 'ja-JP' });
    expect(node.regionalPrices[0].formattedPrice).toBe('￥123.456');
  });

  it.each([
    [5_000, 'en-US', '50%'],
    [3_333, 'en-US', '33.33%'],
    [1, 'en-US', '0.01%'],
    [10_000, 'de-DE', '100\u00a0%'],
  ])('writes a discount of %d basis points', async (discountValue, locale, text) => {
    const { id } = await priceOf({
      introOffer: { enabled: true, discountType: 'percentage', discountValue },
    });
    const { node } = await client().data(formatted, { id, locale });
    expect(node.introOffer.formattedDiscount).toBe(text);
  });

  it('says nothing of a discount that is not there', async () => {
    const { id } = await priceOf({ introOffer: { enabled: false } });
    expect((await client().data(formatted, { id })).node).toMatchObject({
      formattedIncludedBalance: null,
      introOffer: { formattedDiscount: null },
    });
  });

  it('writes unit prices finer than a cent', async () => {
    const { catalogue } = client();
    const plan = await catalogue.plan({ consumptionModel: 'metered' });
    await catalogue.price(plan);
    const feature = await catalogue.feature();
    await catalogue.attach(plan, feature, { overage: { enabled: true, unitPrice: 20 } });
    await catalogue.change((w) =>
      setPlanRegionalPricing(w, plan.id, { currency: 'eur', exchangeRate: 0.92 }),
    );
    const { node } = await client().data(
      `query($id: ID!) { node(id: $id) { ... on Plan { features {
        overage { formattedUnitPrice german: formattedUnitPrice(locale: "de-DE") }
        regionalOverages { formattedUnitPrice }
      } } } }`,
      { id: plan.id },
    );
    expect(node.features).toEqual([
      {
        overage: { formattedUnitPrice: '$0.002', german: '0,002\u00a0$' },
        regionalOverages: [{ formattedUnitPrice: '€0.0018' }],
      },
    ]);
  });

  const spoilt: [string, string][] = [
    ...[
      '',
      'e',
      'en US',
      'en-US-',
      'en_US.UTF-8',
      '*',
      'a\0b',
      '\ud800',
      'x'.repeat(5_000),
      'en-x-private',
      'x-private',
      'de-u-nu-thai',
      'de_u_co_phonebk',
      'en-t-de',
      'en-a-other',
      `en-${'abcdefgh-'.repeat(8)}US`,
    ].map((value): [string, string] => ['locale', value]),
    ...['', 'eu', 'euro', 'zzz', 'xxx', 'XAU', 'dem', 'e\0r', '\ud800', 'x'.repeat(5_000)].map(
      (value): [string, string] => ['currency', value],
    ),
  ];

  it.each(spoilt)('refuses the %s %j before anything runs', async (name, value) => {
    const { id } = await priceOf({});
    const variables = { id, locale: 'en', currency: 'eur', [name]: value };
    const text = JSON.stringify(value);
    const [locale, currency] = name === 'locale' ? [text, '"eur"'] : ['"en"', text];
    const price = (locale: string, currency: string) => `... on PlanPrice {
      formattedPrice(locale: ${locale}) regionalPrice(currency: ${currency}) { price }
    }`;
    for (const [document, given] of [
      [
        `query($id: ID!, $locale: Locale!, $currency: CurrencyCode!) { node(id: $id) { ${price('$locale', '$currency')} } }`,
        variables,
      ],
      // JSON writes no code point by its braces, and GraphQL knows the rest of its escapes.
      ...(value.includes('\ud800')
        ? []
        : ([
            [`query($id: ID!) { node(id: $id) { ${price(locale, currency)} } }`, { id }],
          ] as const)),
    ] as const) {
      let answer: Awaited<ReturnType<Client['answer']>> | undefined;
      const statements = await client().statementsOf(async () => {
        answer = await client().answer(document, given);
      });
      expect(statements.filter((statement) => statement.includes('plan_price'))).toEqual([]);
      expect(answer).toMatchObject({
        status: 400,
        errors: [
          { extensions: { code: 'validation_error', param: name, details: [{ field: name }] } },
        ],
      });
      expect(answer?.data).toBeUndefined();
    }
  });

  it(
    'writes every currency with the digits of ISO 4217, independent of the data of the runtime ' +
      'prefers',
    async () => {
      const { catalogue } = client();
      const price = await priceOf({});
      const amounts = {
        cop: 1_191_175_000,
        huf: 1_191_170_000,
        idr: 10_000,
        isk: 15_000,
        iqd: 10_000,
        jpy: 10_000,
      };
      const overrides = Object.entries({ ...amounts, clf: 1, xyz: 10_000 }).map(
        ([currency, price]) => ({
          currency,
          price,
        }),
      );
      await catalogue.change((w) => upsertRegionalPrices(w, price.planId, price.id, { overrides }));
      const texts = async (args: string) => {
        const document = `query($id: ID!) { node(id: $id) { ... on PlanPrice { regionalPrices { currency formattedPrice${args} } } } }`;
        const { node } = await client().data(document, { id: price.id });
        const rows: { currency: string; formattedPrice: string }[] = node.regionalPrices;
        return Object.fromEntries(
          rows.map((row) => [row.currency, row.formattedPrice.replace('\u00a0', ' ')]),
        );
      };
      expect(await texts('')).toEqual({
        clf: 'CLF 0.0001',
        cop: 'COP 119,117.50',
        huf: 'HUF 119,117.00',
        idr: 'IDR 1.00',
        iqd: 'IQD 1.000',
        isk: 'ISK 1.5',
        jpy: '¥1',
        xyz: 'XYZ 1.00',
      });
      expect(await texts('(trimZeros: true)')).toEqual({
        clf: 'CLF 0.0001',
        cop: 'COP 119,117.50',
        huf: 'HUF 119,117',
        idr: 'IDR 1',
        iqd: 'IQD 1',
        isk: 'ISK 1.5',
        jpy: '¥1',
        xyz: 'XYZ 1',
      });
    },
  );

  it('refuses a locale that a variable takes away', async () => {
    const { id } = await priceOf({});
    expect(
      await client().refusal(
        'query($id: ID!, $locale: Locale = "en") { node(id: $id) { ... on PlanPrice { ' +
          'formattedPrice(locale: $locale) } } }',
        { id, locale: null },
      ),
    ).toMatchObject({
      code: 'validation_error',
      param: 'locale',
    });
  });
});
