import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setExchangeRate } from '../../src/domain/exchange-rate.ts';
import { createFeature } from '../../src/domain/feature.ts';
import { createMarket } from '../../src/domain/market.ts';
import { setMarketPrices } from '../../src/domain/market-price.ts';
import { operation } from '../../src/domain/operation.ts';
import { changeTaxBehavior } from '../../src/domain/organization.ts';
import { createPlan } from '../../src/domain/plan.ts';
import { addPlanFeature } from '../../src/domain/plan-feature.ts';
import { addPlanPrice } from '../../src/domain/price.ts';
import { addPriceVariant } from '../../src/domain/price-variant.ts';
import { upsertRegionalPrices } from '../../src/domain/regional-price.ts';
import { setUnitPrice } from '../../src/domain/unit-price.ts';
import { billingIntervals } from '../../src/vocabulary.ts';
import { Catalogue, newCatalogue } from '../catalogue.ts';
import { anyone, onEveryEngine } from '../engines.ts';
import { Gateway, keyOf } from '../gateway.ts';

/** Plans with all that decides what their prices come to. */
const stockMany = operation('stockMany', async (writer, count: number) => {
  const featureIds = ['seats', 'calls'];
  for (const code of featureIds)
    await createFeature(writer, { code, name: code, type: code === 'seats' ? 'seats' : 'usage' });
  const market = await createMarket(writer, { name: 'Brazil', countryCodes: ['BR'] });
  for (let number = 0; number < count; number += 1) {
    const code = `plan_${number}`;
    await createPlan(writer, { code, name: code, consumptionModel: 'metered' });
    for (const featureId of featureIds)
      await addPlanFeature(writer, code, { featureId, overage: { enabled: true, unitPrice: 100 } });
    await setExchangeRate(writer, code, { currency: 'eur', exchangeRate: 0.9 });
    for (const billingInterval of billingIntervals) {
      const { id } = await addPlanPrice(writer, code, { billingInterval, price: 290_000 });
      await setUnitPrice(writer, code, id, { featureId: 'seats', unitPrice: 10_000 });
      const unitPrices = [{ featureId: 'seats', unitPrice: 50_000 }];
      const inBrazil = { marketId: market.id, currency: 'usd', price: 319_000, unitPrices };
      await setMarketPrices(writer, code, id, { marketPrices: [inBrazil] });
      await addPriceVariant(writer, code, {
        inheritsFromPriceId: id,
        marketPrices: [{ ...inBrazil, price: 310_000 }],
      });
    }
  }
  writer.about(market.id);
});

onEveryEngine('the price of a visitor', (world) => {
  let gateway: Gateway;
  let catalogue: Catalogue;
  let key: string;
  let planId: string;
  let priceId: string;
  let marketId: string;

  beforeAll(async () => {
    gateway = await Gateway.start(world());
    catalogue = await newCatalogue(world());
    key = await keyOf(world(), catalogue.tenant);
    const plan = await catalogue.plan({ name: 'Pro', code: 'pro' });
    planId = plan.id;
    const price = await catalogue.price(plan, { billingInterval: 'monthly', price: 290_000 });
    priceId = price.id;
    const market = await catalogue.change((w) =>
      createMarket(w, { name: 'Brazil', countryCodes: ['BR'], taxBehavior: 'inclusive' }),
    );
    marketId = market.id;
    await catalogue.change((w) =>
      setExchangeRate(w, planId, { currency: 'eur', exchangeRate: 0.9 }),
    );
    const byHand = { overrides: [{ currency: 'jpy', price: 39_000_000 }] };
    await catalogue.change((w) => upsertRegionalPrices(w, planId, priceId, byHand));
  });
  afterAll(() => gateway.close());

  const effective = async (context: Record<string, string>, code = 'pro') => {
    const { data, errors } = await gateway.graphql(
      key,
      `query ($code: String!, $context: PriceContext!) { plan(code: $code) { defaultPrice {
        effective(context: $context) {
          price currency formattedPrice perMonth formattedPerMonth source market { code } taxBehavior
          unitPrices { amount currency tiers { upTo } unitPrice { planFeature { feature { code } } } }
          introOffer { formattedDiscount } explanation { rule outcome reason price currency exchangeRate }
        }
      } } }`,
      { code, context },
    );
    expect(errors).toBeUndefined();
    return data.plan.defaultPrice.effective;
  };
  const rules = ({ explanation }: { explanation: { rule: string; outcome: string }[] }) =>
    explanation.map(({ rule, outcome }) => `${rule} ${outcome}`);

  it('is changed for Brazil by one mutation once the market exists, and says why', async () => {
    const before = await effective({ country: 'BR' });
    expect(before).toMatchObject({ price: 290_000, source: 'BASE', market: null });

    await gateway.graphql(
      key,
      `mutation ($priceId: ID!) { setMarketPrices(planId: "pro", priceId: $priceId, input: {
        marketPrices: [{ marketId: "brazil", currency: "usd", price: 319000 }] }) { __typename } }`,
      { priceId },
    );

    const brazilian = await effective({ country: 'br' });
    expect(brazilian).toMatchObject({
      price: 319_000,
      currency: 'usd',
      formattedPrice: '$31.90',
      perMonth: null,
      source: 'MARKET',
      market: { code: 'brazil' },
      taxBehavior: 'INCLUSIVE',
    });
    expect(rules(brazilian)).toEqual([
      'VARIANT_MARKET SKIPPED',
      'MARKET MATCHED',
      'CURRENCY SKIPPED',
      'COUNTRY_CURRENCY SKIPPED',
      'BASE SKIPPED',
    ]);
    expect(brazilian.explanation[1].reason).toBe(
      'Brazil is in the market Brazil, where this price is $31.90.',
    );

    const ecuadorian = await effective({ country: 'EC', currency: 'USD' });
    expect(ecuadorian).toMatchObject({ price: 290_000, source: 'BASE', market: null });
    expect(ecuadorian.taxBehavior).toBe('UNSPECIFIED');
    expect(ecuadorian.explanation.map(({ reason }: { reason: string }) => reason)).toEqual([
      'The price is not a variant.',
      'Ecuador is in no market with a price.',
      'The context asks for USD, which is the base currency: $29.00.',
      'People in Ecuador pay in USD, which is the base currency: $29.00. An earlier rule matched.',
      'The price itself is $29.00. An earlier rule matched.',
    ]);
  });

  it.each([
    [{ currency: 'eur' }, 261_000, 'eur', 'DERIVED', 'CURRENCY', 0.9],
    [{ country: 'DE' }, 261_000, 'eur', 'DERIVED', 'COUNTRY_CURRENCY', 0.9],
    [{ country: 'JP' }, 39_000_000, 'jpy', 'REGIONAL', 'COUNTRY_CURRENCY', null],
    [{ country: 'JP', currency: 'EUR' }, 261_000, 'eur', 'DERIVED', 'CURRENCY', 0.9],
    [{ country: 'GB' }, 290_000, 'usd', 'BASE', 'BASE', null],
    [{ country: 'AQ' }, 290_000, 'usd', 'BASE', 'BASE', null],
    [{ currency: 'gbp' }, 290_000, 'usd', 'BASE', 'BASE', null],
    [{ country: 'GB', currency: 'inr' }, 290_000, 'usd', 'BASE', 'BASE', null],
    [{}, 290_000, 'usd', 'BASE', 'BASE', null],
  ])(
    'of %j is %d %s',
    async (context: Record<string, string>, price, currency, source, rule, rate) => {
      const found = await effective(context);
      expect(found).toMatchObject({ price, currency, source });
      const matched = found.explanation.filter(
        ({ outcome }: { outcome: string }) => outcome === 'MATCHED',
      );
      expect(matched).toMatchObject([{ rule, price, currency, exchangeRate: rate }]);
    },
  );

  it('is not in a market whose currency is another than the one that is asked for', async () => {
    const found = await effective({ country: 'BR', currency: 'eur' });
    expect(found).toMatchObject({ price: 261_000, source: 'DERIVED' });
    expect(found.explanation[1]).toMatchObject({ outcome: 'SKIPPED', price: 319_000 });
    expect(found.explanation[1].reason).toMatch(/\$31\.90\. The context asks for EUR\.$/);
  });

  it('of a year is shown by the month, half up to the minor unit', async () => {
    const yearly = await catalogue.change((w) =>
      addPlanPrice(w, planId, { billingInterval: 'yearly', price: 2_999_900 }),
    );
    const { data } = await gateway.graphql(
      key,
      `query ($id: ID!) { node(id: $id) { ... on PlanPrice { effective(context: {}) {
        perMonth formattedPerMonth } } } }`,
      { id: yearly.id },
    );
    expect(data.node.effective).toEqual({ perMonth: 250_000, formattedPerMonth: '$25.00' });
  });

  it('of a variant is that of its market, else what its base comes to', async () => {
    const variant = await catalogue.change((w) =>
      addPriceVariant(w, planId, {
        inheritsFromPriceId: priceId,
        name: 'Partners',
        marketPrices: [{ marketId, currency: 'brl', price: 990_000 }],
      }),
    );
    const of = async (context: object) => {
      const { data, errors } = await gateway.graphql(
        key,
        `query ($id: ID!, $context: PriceContext!) { node(id: $id) { ... on PlanPrice {
          effective(context: $context) { price currency source explanation { rule outcome } } } } }`,
        { id: variant.id, context },
      );
      expect(errors).toBeUndefined();
      return data.node.effective;
    };
    expect(await of({ country: 'BR' })).toMatchObject({
      price: 990_000,
      currency: 'brl',
      source: 'MARKET',
    });
    expect(rules(await of({ country: 'BR' }))[0]).toBe('VARIANT_MARKET MATCHED');
    // The variant has no price in dollars there, its base has.
    expect(await of({ country: 'BR', currency: 'usd' })).toMatchObject({ price: 319_000 });
    expect(await of({ country: 'DE' })).toMatchObject({ price: 261_000, source: 'DERIVED' });
  });

  it('counts only where every unit price has an amount in the currency', async () => {
    const plan = await catalogue.plan({ code: 'team', name: 'Team' });
    const price = await catalogue.price(plan, { billingInterval: 'monthly', price: 100_000 });
    const seats = await catalogue.feature({ code: 'seats', name: 'Seats', type: 'seats' });
    await catalogue.attach(plan, seats);
    await catalogue.change((w) =>
      setUnitPrice(w, plan.id, price.id, { featureId: seats.id, unitPrice: 50_000 }),
    );
    const inEuros = { overrides: [{ currency: 'eur', price: 90_000 }] };
    await catalogue.change((w) => upsertRegionalPrices(w, plan.id, price.id, inEuros));
    const without = await effective({ currency: 'eur' }, 'team');
    expect(without).toMatchObject({ price: 100_000, currency: 'usd', source: 'BASE' });
    expect(without.explanation[2].reason).toBe(
      'The context asks for EUR, in which the price is set by hand: €9.00. ' +
        'The unit price of Seats has no amount in this currency.',
    );

    const unitPrice = {
      featureId: seats.id,
      regional: [{ currency: 'eur', unitPrice: 45_000 }],
    };
    await catalogue.change((w) => setUnitPrice(w, plan.id, price.id, unitPrice));
    const whole = await effective({ currency: 'eur' }, 'team');
    expect(whole).toMatchObject({ price: 90_000, currency: 'eur', source: 'REGIONAL' });
    expect(whole.unitPrices).toMatchObject([
      {
        amount: 45_000,
        currency: 'eur',
        unitPrice: { planFeature: { feature: { code: 'seats' } } },
      },
    ]);

    const ofMarket = (unitPrices?: { featureId: string; unitPrice: number }[]) =>
      catalogue.change((w) =>
        setMarketPrices(w, plan.id, price.id, {
          marketPrices: [{ marketId, currency: 'brl', price: 400_000, unitPrices }],
        }),
      );
    await ofMarket();
    expect(await effective({ country: 'BR' }, 'team')).toMatchObject({ source: 'BASE' });
    await ofMarket([{ featureId: seats.id, unitPrice: 200_000 }]);
    expect(await effective({ country: 'BR' }, 'team')).toMatchObject({
      source: 'MARKET',
      price: 400_000,
      unitPrices: [{ amount: 200_000, currency: 'brl' }],
    });
  });

  it('is written in its own currency, with all that belongs to it', async () => {
    const plan = await catalogue.plan({ code: 'data', name: 'Data' });
    const price = await catalogue.price(plan, {
      billingInterval: 'yearly',
      price: 1_200_000,
      introOffer: { enabled: true, discountType: 'amount', discountValue: 100_000 },
    });
    const rows = await catalogue.feature({ code: 'rows', type: 'usage' });
    const files = await catalogue.feature({ code: 'files', type: 'usage' });
    for (const feature of [rows, files]) await catalogue.attach(plan, feature);
    await catalogue.change((w) => setExchangeRate(w, 'data', { currency: 'eur', exchangeRate: 2 }));
    const tiers = [{ upTo: null, unitPrice: 500, flatPrice: 10_000 }];
    for (const input of [
      { featureId: 'rows', tiers, tiersMode: 'volume' as const },
      { featureId: 'files', unitPrice: 7 },
    ])
      await catalogue.change((w) => setUnitPrice(w, 'data', price.id, input));
    const { data, errors } = await gateway.graphql(
      key,
      `query ($locale: Locale!) { plan(code: "data") { defaultPrice {
        effective(context: { currency: "eur" }) {
          formattedPrice(locale: $locale) trimmed: formattedPrice(trimZeros: true)
          formattedPerMonth(locale: $locale, trimZeros: true)
          introOffer { enabled discountValue formattedDiscount(locale: $locale) }
          unitPrices {
            amount formattedAmount(locale: $locale)
            unitPrice { unitPrice tiersMode }
            tiers { unitPrice formattedUnitPrice(locale: $locale) formattedFlatPrice(trimZeros: true) }
          }
        }
      } } }`,
      { locale: 'de-DE' },
    );
    expect(errors).toBeUndefined();
    expect(data.plan.defaultPrice.effective).toEqual({
      formattedPrice: '240,00\u00a0€',
      trimmed: '€240',
      formattedPerMonth: '20\u00a0€',
      introOffer: {
        enabled: true,
        discountValue: 200_000,
        formattedDiscount: '20,00\u00a0€',
      },
      unitPrices: [
        {
          amount: null,
          formattedAmount: null,
          unitPrice: { unitPrice: null, tiersMode: 'VOLUME' },
          tiers: [
            {
              unitPrice: 1_000,
              formattedUnitPrice: '0,10\u00a0€',
              formattedFlatPrice: '€2',
            },
          ],
        },
        {
          amount: 14,
          formattedAmount: '0,0014\u00a0€',
          unitPrice: { unitPrice: 7, tiersMode: null },
          tiers: [],
        },
      ],
    });
  });

  it("follows the organization's tax behavior at once", async () => {
    const name = `Taxed ${Math.random()}`;
    const taxed = new Catalogue(world(), await world().tenantOf(name, 'live'));
    await taxed.price(await taxed.plan({ code: 'pro' }));
    const keyOfTaxed = await keyOf(world(), taxed.tenant, 'read');
    for (const taxBehavior of ['inclusive', 'exclusive'] as const) {
      await changeTaxBehavior(world().store, name, taxBehavior, anyone);
      const { data } = await gateway.graphql(
        keyOfTaxed,
        '{ plan(code: "pro") { defaultPrice { effective(context: {}) { taxBehavior } } } }',
      );
      expect(data.plan.defaultPrice.effective.taxBehavior).toBe(taxBehavior.toUpperCase());
    }
  });

  it('is refused for countries and currencies that there are not', async () => {
    for (const context of [{ country: 'XX' }, { currency: 'xyz' }]) {
      const { errors } = await gateway.graphql(
        key,
        'query ($c: PriceContext!) { plan(code: "pro") { prices { effective(context: $c) { price } } } }',
        { c: context },
      );
      expect(errors[0].extensions.code).toBe('validation_error');
    }
  });

  describe('of many plans', () => {
    const PLANS = 20;
    /** Where nothing is read ahead, two relations are read of 25 prices at a time. */
    const SLICES = 6;
    let many: Catalogue;
    let keyOfMany: string;

    beforeAll(async () => {
      many = await newCatalogue(world());
      keyOfMany = await keyOf(world(), many.tenant);
      await many.change((w) => stockMany(w, PLANS));
    });

    /** Nothing is kept of what is read before. */
    const statementsOf = async (document: string, count: number): Promise<string[]> => {
      await many.change((w) =>
        setExchangeRate(w, 'plan_0', { currency: 'eur', exchangeRate: 0.9 }),
      );
      return world().statementsOf(async () => {
        const { data, errors } = await gateway.graphql(keyOfMany, document);
        expect(errors).toBeUndefined();
        const { nodes } = data.plans as { nodes: { prices: unknown[] }[] };
        expect(nodes.flatMap(({ prices }) => prices)).toHaveLength(count);
      });
    };
    const effectiveOf = (first: number, context: string) => `{ plans(first: ${first}) { nodes {
      prices { effective(context: ${context}) {
        price unitPrices { amount unitPrice { planFeature { feature { name } } } }
        introOffer { discountValue } market { name } explanation { reason }
      } }
    } } }`;

    it.each(['{ country: "BR" }', '{ country: "EC", currency: "eur" }', '{}'])(
      'takes as many statements for 100 prices as for five (%s)',
      async (context) => {
        await statementsOf(effectiveOf(1, context), 5);
        const few = await statementsOf(effectiveOf(1, context), 5);
        const lots = await statementsOf(effectiveOf(PLANS, context), 100);
        const slices = process.env.TEST_SHORT_CUTS === 'off' ? SLICES : 0;
        expect(lots).toHaveLength(few.length + slices);
      },
    );

    it('takes as many statements for the variants of 100 prices as for those of five', async () => {
      const ofVariants = (first: number) => `{ plans(first: ${first}) { nodes { prices {
        variants { effective(context: { country: "BR" }) { price unitPrices { amount } } }
      } } } }`;
      await statementsOf(ofVariants(1), 5);
      const few = await statementsOf(ofVariants(1), 5);
      const lots = await statementsOf(ofVariants(PLANS), 100);
      // What they inherit is not read ahead, either.
      expect(lots.length - few.length).toBeLessThanOrEqual(2 * SLICES);
    });

    it('reads nothing of markets and currencies where it is not selected', async () => {
      const statements = await statementsOf(
        '{ plans(first: 9) { nodes { prices { price } } } }',
        45,
      );
      const isRead = (table: string) => statements.some((text) => text.includes(table));
      expect(isRead('plan_price')).toBe(true);
      expect(['market', 'regional', 'unit_price', 'exchange_rate'].filter(isRead)).toEqual([]);
    });
  });
});
