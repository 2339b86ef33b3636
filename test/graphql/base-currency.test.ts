import { expect, it } from 'vitest';
import { findTenant } from '../../src/db/records/organization.ts';
import { changeBaseCurrency, changeTaxBehavior } from '../../src/domain/organization.ts';
import { createPublishableKey } from '../../src/domain/publishable-key.ts';
import { Catalogue } from '../catalogue.ts';
import { anyone } from '../engines.ts';
import { keyOf } from '../gateway.ts';
import { Client, onEveryGateway } from './client.ts';

const PRICE = `currency price formattedPrice formattedIncludedBalance
  trimmed: formattedPrice(trimZeros: true) german: formattedPrice(locale: "de")
  introOffer { formattedDiscount }
  regionalPrices { currency price formattedPrice introOffer { formattedDiscount } }`;

const PLAN = `query($code: String!) { plan(code: $code) {
  prices { ${PRICE} }
  exchangeRates { currency exchangeRate }
  features { overage { formattedUnitPrice trimmed: formattedUnitPrice(trimZeros: true) }
    regionalOverages { currency formattedUnitPrice } }
} }`;

onEveryGateway('an organization with another base currency', (client) => {
  const inCurrency = (baseCurrency: string) => {
    const { world, gateway } = client();
    return Client.open(world, gateway, 'live', baseCurrency);
  };

  it.each([
    [
      'eur',
      { currency: 'usd', exchangeRate: 1.1 },
      {
        currency: 'eur',
        price: 290_000,
        formattedPrice: '€29.00',
        formattedIncludedBalance: '€0.50',
        trimmed: '€29',
        german: '29,00\u00a0€',
        introOffer: { formattedDiscount: '€5.00' },
        regionalPrices: [
          {
            currency: 'usd',
            price: 319_000,
            formattedPrice: '$31.90',
            introOffer: { formattedDiscount: '$5.50' },
          },
        ],
      },
      ['€0.002', '€0.002', '$0.0022'],
    ],
    [
      'jpy',
      { currency: 'eur', exchangeRate: 0.0061 },
      {
        currency: 'jpy',
        price: 290_000,
        formattedPrice: '¥29',
        formattedIncludedBalance: '¥0.5',
        trimmed: '¥29',
        german: '29\u00a0¥',
        introOffer: { formattedDiscount: '¥5' },
        regionalPrices: [
          {
            currency: 'eur',
            price: 1_800,
            formattedPrice: '€0.18',
            introOffer: { formattedDiscount: '€0.03' },
          },
        ],
      },
      ['¥0.002', '¥0.002', '€0.0001'],
    ],
  ] as const)('shows its amounts in %s', async (base, rate, price, [unit, trimmed, regional]) => {
    const shop = await inCurrency(base);
    const plan = await shop.mutate(
      'createPlan',
      { input: { name: 'Pro', code: 'pro', consumptionModel: 'METERED' } },
      'id',
    );
    const { catalogue } = shop;
    await shop.mutate('addPlanPrice', {
      planId: plan.id,
      input: {
        billingInterval: 'MONTHLY',
        price: 290_000,
        includedBalance: 5_000,
        introOffer: { enabled: true, discountType: 'AMOUNT', discountValue: 50_000 },
      },
    });
    const { id: featureId } = await catalogue.feature();
    await shop.mutate('addPlanFeature', {
      planId: plan.id,
      input: { featureId, overage: { enabled: true, unitPrice: 20 } },
    });
    await shop.mutate('setPlanRegionalPricing', { planId: plan.id, input: rate });
    expect(await shop.data(PLAN, { code: 'pro' })).toEqual({
      plan: {
        prices: [price],
        exchangeRates: [rate],
        features: [
          {
            overage: { formattedUnitPrice: unit, trimmed },
            regionalOverages: [{ currency: rate.currency, formattedUnitPrice: regional }],
          },
        ],
      },
    });
  });

  it('has no rate and no regional price in it', async () => {
    const shop = await inCurrency('eur');
    const plan = await shop.catalogue.plan();
    const price = await shop.catalogue.price(plan);
    expect(
      await shop.mutate('setPlanRegionalPricing', {
        planId: plan.id,
        input: { currency: 'EUR', exchangeRate: 1 },
      }),
    ).toMatchObject({ code: 'validation_error', param: 'currency' });
    expect(
      await shop.mutate('upsertRegionalPrices', {
        planId: plan.id,
        priceId: price.id,
        input: { overrides: [{ currency: 'eur', price: 1 }] },
      }),
    ).toMatchObject({ code: 'validation_error', param: 'overrides.0.currency' });
  });

  it('is seen by publishable keys, and in answers that were cached before it changed', async () => {
    const { world, gateway } = client();
    const name = `Organization ${Math.random()}`;
    const before = new Catalogue(world, await world.tenantOf(name, 'live'));
    const { secret } = await before.change((w) =>
      createPublishableKey(w, { name: 'Pages', allowedOrigins: ['https://shop.example'] }),
    );
    const VIEWER = '{ viewer { organization { baseCurrency taxBehavior } } }';
    const seen = async (key: string) =>
      (await gateway.graphql(key, VIEWER, {}, { origin: 'https://shop.example' })).data.viewer
        .organization;
    const keys = [secret ?? '', await keyOf(world, before.tenant, 'read')];
    for (const key of keys)
      expect(await seen(key)).toEqual({ baseCurrency: 'usd', taxBehavior: 'UNSPECIFIED' });
    await changeBaseCurrency(world.store, name, 'chf', anyone);
    await changeTaxBehavior(world.store, name, 'inclusive', anyone);
    for (const key of keys)
      expect(await seen(key)).toEqual({ baseCurrency: 'chf', taxBehavior: 'INCLUSIVE' });
    const tenant = (await findTenant(world.store, name, 'live')) ?? expect.fail('no tenant');
    const shop = new Catalogue(world, tenant);
    const price = await shop.price(await shop.plan({ isPublic: true }));
    for (const key of keys) {
      const { data } = await gateway.graphql(
        key,
        'query($id: ID!) { node(id: $id) { ... on PlanPrice { currency formattedPrice } } }',
        { id: price.id },
        { origin: 'https://shop.example' },
      );
      expect(data.node).toEqual({ currency: 'chf', formattedPrice: 'CHF\u00a029.00' });
    }
  });

  it('costs a request no statement more', async () => {
    const count = async (shop: Client) => {
      const plan = await shop.catalogue.plan();
      await shop.catalogue.price(plan);
      const read = `query($id: ID!) { viewer { organization { baseCurrency } }
        node(id: $id) { ... on Plan { prices { currency formattedPrice } } } }`;
      return (await shop.statementsOf(() => shop.data(read, { id: plan.id }))).length;
    };
    expect(await count(await inCurrency('eur'))).toBe(await count(client()));
    expect(await count(client())).toBe(client().world.store.readsAhead ? 1 : 2);
  });
});
