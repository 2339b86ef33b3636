import { expect, it } from 'vitest';
import { setPlanRegionalPricing, upsertRegionalPrices } from '../../src/domain/regional-pricing.ts';
import { onEveryGateway } from './client.ts';

const formatted = `query($id: ID!, $locale: String = "en-US") {
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
    (await client().data(formatted, { id: (await priceOf({ price })).id, locale })).node.formattedPrice;

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
      await catalogue.change((w) => setPlanRegionalPricing(w, price.planId, { currency, exchangeRate }));
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
        { currency: 'kwd', formattedPrice: 'KWD\u00a01.234', formattedIncludedBalance: null, introOffer: null },
        { currency: 'xyz', formattedPrice: 'XYZ\u00a01.50', formattedIncludedBalance: null, introOffer: null },
      ],
    });
  });

  it('writes parts of a yen where an amount has them', async () => {
    const { catalogue } = client();
    const price = await priceOf({});
    await catalogue.change((w) =>
      upsertRegionalPrices(w, price.planId, price.id, { overrides: [{ currency: 'jpy', price: 1_234_560 }] }),
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
    const { id } = await priceOf({ introOffer: { enabled: true, discountType: 'percentage', discountValue } });
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
    await catalogue.change((w) => setPlanRegionalPricing(w, plan.id, { currency: 'eur', exchangeRate: 0.92 }));
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

  it.each([
    '',
    'e',
    'en_US',
    'en-US-',
    '*',
    'a\0b',
    '\ud800',
    'x'.repeat(5_000),
    `en-x-${'a'.repeat(8)}`.padEnd(68, '-bcdefgh'),
  ])('refuses the locale %j', async (locale) => {
    const { id } = await priceOf({ introOffer: { enabled: true, discountType: 'percentage', discountValue: 1 } });
    const { data, errors } = await client().answer(formatted, { id, locale });
    expect(data.node).toBeNull();
    expect(errors).not.toHaveLength(0);
    for (const { extensions } of errors)
      expect(extensions).toMatchObject({ code: 'validation_error', param: 'locale', details: [{ field: 'locale' }] });
  });

  it('refuses a locale that a variable takes away', async () => {
    const { id } = await priceOf({});
    expect(
      await client().refusal(
        'query($id: ID!, $locale: String = "en") { node(id: $id) { ... on PlanPrice { formattedPrice(locale: $locale) } } }',
        { id, locale: null },
      ),
    ).toMatchObject({
      code: 'validation_error',
      param: 'locale',
    });
  });
});
