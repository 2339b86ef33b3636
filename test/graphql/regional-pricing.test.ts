import { describe, expect, it } from 'vitest';
import type { Plan } from '../../src/domain/plan.ts';
import { upsertRegionalPrices } from '../../src/domain/regional-price.ts';
import { onEveryGateway } from './client.ts';

const regional = `regionalPrices {
  currency price formattedPrice includedBalance formattedIncludedBalance autoSynced introOfferAutoSynced
  introOffer { enabled discountType discountValue durationCycles }
}`;

onEveryGateway('regional pricing', (client) => {
  const price = (plan: Plan, input: object = {}) => client().catalogue.price(plan, input);
  const newPlan = (input: object = {}) => client().catalogue.plan(input);

  describe('upsertRegionalPrices', () => {
    it('sets prices by hand and leaves other currencies', async () => {
      const plan = await newPlan();
      const { id: priceId } = await price(plan);
      const upsert = (overrides: object[]) =>
        client().mutate(
          'upsertRegionalPrices',
          { planId: plan.id, priceId, input: { overrides } },
          `id ${regional}`,
        );
      await upsert([
        { currency: 'EUR', price: 250_000, includedBalance: 10_000 },
        { currency: 'jpy', price: 43_590_000 },
      ]);
      expect(await upsert([{ currency: 'eur', price: 260_000 }])).toEqual({
        __typename: 'PlanPrice',
        id: priceId,
        regionalPrices: [
          {
            currency: 'eur',
            price: 260_000,
            formattedPrice: '€26.00',
            includedBalance: 10_000,
            formattedIncludedBalance: '€1.00',
            autoSynced: false,
            introOffer: null,
            introOfferAutoSynced: true,
          },
          {
            currency: 'jpy',
            price: 43_590_000,
            formattedPrice: '¥4,359',
            includedBalance: null,
            formattedIncludedBalance: null,
            autoSynced: false,
            introOffer: null,
            introOfferAutoSynced: true,
          },
        ],
      });
    });

    it('refuses a currency that is named twice, in any case', async () => {
      const plan = await newPlan();
      const { id: priceId } = await price(plan);
      const overrides = [
        { currency: 'EUR', price: 1 },
        { currency: 'eur', price: 2 },
      ];
      expect(
        await client().changesNothing(() =>
          client().mutate('upsertRegionalPrices', {
            planId: plan.id,
            priceId,
            input: { overrides },
          }),
        ),
      ).toMatchObject({ __typename: 'ValidationError', param: 'overrides.1.currency' });
    });
  });

  it('deleteRegionalPrices removes them and keeps the rates', async () => {
    const plan = await newPlan();
    const { id: priceId } = await price(plan);
    await client().mutate('setPlanRegionalPricing', {
      planId: plan.id,
      input: { currency: 'eur', exchangeRate: 0.9 },
    });
    expect(
      await client().mutate(
        'deleteRegionalPrices',
        { planId: plan.id, priceId },
        `id ${regional} plan { exchangeRates { currency } }`,
      ),
    ).toEqual({
      __typename: 'PlanPrice',
      id: priceId,
      regionalPrices: [],
      plan: { exchangeRates: [{ currency: 'eur' }] },
    });
  });

  describe('setPlanRegionalPricing', () => {
    const offered = {
      enabled: true,
      discountType: 'amount',
      discountValue: 10_000,
      durationCycles: 2,
    };

    it('derives what is not set by hand', async () => {
      const { catalogue } = client();
      const plan = await newPlan({ consumptionModel: 'metered' });
      const monthly = await price(plan, {
        price: 290_000,
        includedBalance: 50_000,
        introOffer: offered,
      });
      const yearly = await price(plan, {
        price: 2_900_000,
        billingInterval: 'yearly',
        introOffer: offered,
      });
      const [calls, events] = [await catalogue.feature(), await catalogue.feature()];
      await catalogue.attach(plan, calls, { overage: { enabled: true, unitPrice: 20 } });
      await catalogue.attach(plan, events, { overage: { enabled: true, unitPrice: 40 } });
      const changed = await client().mutate(
        'setPlanRegionalPricing',
        {
          planId: plan.id,
          input: {
            currency: 'BRL',
            exchangeRate: 5.5,
            prices: [{ priceId: yearly.id, price: 15_000_000, includedBalance: 1 }],
            features: [{ featureId: events.code, overageUnitPrice: 7 }],
            introOffers: [
              {
                priceId: yearly.id,
                discountType: 'PERCENTAGE',
                discountValue: 1_000,
                durationCycles: 1,
              },
            ],
          },
        },
        `id exchangeRates { currency exchangeRate }
         prices { ${regional} }
         features { regionalOverages { currency unitPrice formattedUnitPrice autoSynced planFeature { feature { id } } } }`,
      );
      const overage = (
        unitPrice: number,
        formattedUnitPrice: string,
        autoSynced: boolean,
        feature: { id: string },
      ) => ({
        regionalOverages: [
          {
            currency: 'brl',
            unitPrice,
            formattedUnitPrice,
            autoSynced,
            planFeature: { feature: { id: feature.id } },
          },
        ],
      });
      expect(changed).toEqual({
        __typename: 'Plan',
        id: plan.id,
        exchangeRates: [{ currency: 'brl', exchangeRate: 5.5 }],
        prices: [
          {
            regionalPrices: [
              {
                currency: 'brl',
                price: 1_595_000,
                formattedPrice: 'R$159.50',
                includedBalance: 275_000,
                formattedIncludedBalance: 'R$27.50',
                autoSynced: true,
                introOfferAutoSynced: true,
                introOffer: {
                  enabled: true,
                  discountType: 'AMOUNT',
                  discountValue: 55_000,
                  durationCycles: 2,
                },
              },
            ],
          },
          {
            regionalPrices: [
              {
                currency: 'brl',
                price: 15_000_000,
                formattedPrice: 'R$1,500.00',
                includedBalance: 1,
                formattedIncludedBalance: 'R$0.0001',
                autoSynced: false,
                introOfferAutoSynced: false,
                introOffer: {
                  enabled: true,
                  discountType: 'PERCENTAGE',
                  discountValue: 1_000,
                  durationCycles: 1,
                },
              },
            ],
          },
        ],
        features: [overage(110, 'R$0.011', true, calls), overage(7, 'R$0.0007', false, events)],
      });
      expect(monthly.planId).toBe(plan.id);
    });

    it('tells of what is unknown, and of a plan without prices', async () => {
      const { catalogue } = client();
      const plan = await newPlan({ consumptionModel: 'metered' });
      const other = await price(await newPlan());
      const unattached = await catalogue.feature();
      const set = (input: object, planId = plan.id) =>
        client().mutate('setPlanRegionalPricing', {
          planId,
          input: { currency: 'eur', exchangeRate: 1, ...input },
        });
      expect(await client().changesNothing(() => set({}))).toMatchObject({
        __typename: 'ConflictError',
        code: 'no_prices_configured',
        param: 'planId',
      });
      await price(plan);
      const offer = { discountType: 'AMOUNT', discountValue: 1, durationCycles: 1 };
      await client().changesNothing(async () => {
        expect(await set({}, 'pln_0')).toMatchObject({
          __typename: 'NotFoundError',
          code: 'plan_not_found',
          param: 'planId',
        });
        expect(await set({ prices: [{ priceId: other.id, price: 1 }] })).toMatchObject({
          __typename: 'NotFoundError',
          code: 'price_not_found',
          param: 'prices.0.priceId',
        });
        expect(await set({ introOffers: [{ priceId: 'pp_0', ...offer }] })).toMatchObject({
          code: 'price_not_found',
          param: 'introOffers.0.priceId',
        });
        for (const featureId of ['ftr_0', unattached.id])
          expect(await set({ features: [{ featureId, overageUnitPrice: 1 }] })).toMatchObject({
            __typename: 'NotFoundError',
            code: 'feature_not_found',
            param: 'features.0.featureId',
          });
      });
    });
  });

  describe('a rate and what follows it', () => {
    const shape = `id exchangeRates { currency exchangeRate }
      prices { regionalPrices { currency price autoSynced } }
      features { regionalOverages { currency unitPrice autoSynced } }`;

    it('can be set, corrected by hand, derived again and removed', async () => {
      const { catalogue } = client();
      const plan = await newPlan({ consumptionModel: 'metered' });
      const { id: priceId } = await price(plan, { price: 10_000 });
      const feature = await catalogue.feature();
      await catalogue.attach(plan, feature, { overage: { enabled: true, unitPrice: 10 } });
      const planId = plan.id;
      const setRate = (input: object) =>
        client().mutate('setExchangeRate', { planId, input: { currency: 'EUR', ...input } }, shape);
      const row = (amount: object, autoSynced: boolean) => ({
        currency: 'eur',
        ...amount,
        autoSynced,
      });
      const answer = (exchangeRate: number, regionalPrice: object, regionalOverage: object) => ({
        __typename: 'Plan',
        id: planId,
        exchangeRates: [{ currency: 'eur', exchangeRate }],
        prices: [{ regionalPrices: [regionalPrice] }],
        features: [{ regionalOverages: [regionalOverage] }],
      });
      expect(await setRate({ exchangeRate: 2 })).toEqual(
        answer(2, row({ price: 20_000 }, true), row({ unitPrice: 20 }, true)),
      );
      expect(
        await client().mutate(
          'setRegionalOverage',
          { planId, featureId: feature.code, input: { currency: 'Eur', unitPrice: 7 } },
          'regionalOverages { currency unitPrice autoSynced }',
        ),
      ).toEqual({
        __typename: 'PlanFeature',
        regionalOverages: [row({ unitPrice: 7 }, false)],
      });
      await client().mutate('upsertRegionalPrices', {
        planId,
        priceId,
        input: { overrides: [{ currency: 'eur', price: 5 }] },
      });
      const byHand = [row({ price: 5 }, false), row({ unitPrice: 7 }, false)] as const;
      expect(await setRate({ exchangeRate: 3 })).toEqual(answer(3, ...byHand));
      expect(
        await client().mutate(
          'deriveRegionalPrice',
          { planId, priceId, currency: 'EUR' },
          'id regionalPrices { currency price autoSynced }',
        ),
      ).toEqual({
        __typename: 'PlanPrice',
        id: priceId,
        regionalPrices: [row({ price: 30_000 }, true)],
      });
      expect(await setRate({ exchangeRate: 4, overwrite: true })).toEqual(
        answer(4, row({ price: 40_000 }, true), row({ unitPrice: 40 }, true)),
      );
      expect(
        await client().mutate('removePlanCurrency', { planId, currency: 'EUR' }, shape),
      ).toEqual({
        __typename: 'Plan',
        id: planId,
        exchangeRates: [],
        prices: [{ regionalPrices: [] }],
        features: [{ regionalOverages: [] }],
      });
    });

    it('tells of what is missing', async () => {
      const plan = await newPlan();
      const { id: priceId } = await price(plan);
      const feature = await client().catalogue.feature();
      await client().catalogue.attach(plan, feature);
      const noRate = { __typename: 'NotFoundError', code: 'exchange_rate_not_found' };
      await client().changesNothing(async () => {
        for (const [name, args] of [
          ['deriveRegionalPrice', { priceId, currency: 'eur' }],
          ['removePlanCurrency', { currency: 'eur' }],
        ] as const)
          expect(await client().mutate(name, { planId: plan.id, ...args })).toMatchObject({
            ...noRate,
            param: 'currency',
          });
        expect(
          await client().mutate('setRegionalOverage', {
            planId: plan.id,
            featureId: feature.id,
            input: { currency: 'eur', unitPrice: 1 },
          }),
        ).toMatchObject({ __typename: 'ValidationError', param: 'featureId' });
      });
    });

    it('of a code that is no currency any more can only be removed', async () => {
      const plan = await newPlan();
      const { id: priceId } = await price(plan);
      await client().catalogue.change(async (w) => {
        await upsertRegionalPrices(w, plan.id, priceId, {
          overrides: [{ currency: 'dem', price: 5 }],
        });
      });
      expect(
        await client().mutate(
          'removePlanCurrency',
          { planId: plan.id, currency: 'DEM' },
          'prices { regionalPrices { currency } }',
        ),
      ).toEqual({ __typename: 'Plan', prices: [{ regionalPrices: [] }] });
    });
  });

  it('is found by currency, in any case', async () => {
    const { catalogue } = client();
    const plan = await newPlan({ consumptionModel: 'balance' });
    const { id } = await price(plan);
    const feature = await catalogue.feature();
    await catalogue.attach(plan, feature, { overage: { unitPrice: 30 } });
    await client().mutate('setPlanRegionalPricing', {
      planId: plan.id,
      input: { currency: 'EUR', exchangeRate: 2 },
    });
    const { node } = await client().data(
      `query($id: ID!) { node(id: $id) { ... on PlanPrice {
        small: regionalPrice(currency: "eur") { price planPrice { id } }
        large: regionalPrice(currency: "EUR") { price }
        none: regionalPrice(currency: "jpy") { price }
        plan { features {
          small: regionalOverage(currency: "eur") { unitPrice planFeature { plan { id } } }
          large: regionalOverage(currency: "Eur") { unitPrice }
          none: regionalOverage(currency: "jpy") { unitPrice }
        } }
      } } }`,
      { id },
    );
    expect(node).toEqual({
      small: { price: 580_000, planPrice: { id } },
      large: { price: 580_000 },
      none: null,
      plan: {
        features: [
          {
            small: { unitPrice: 60, planFeature: { plan: { id: plan.id } } },
            large: { unitPrice: 60 },
            none: null,
          },
        ],
      },
    });
  });
});
