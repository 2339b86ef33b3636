import { describe, expect, it } from 'vitest';
import { setPlanRegionalPricing } from '../../src/domain/regional-pricing.ts';
import { onEveryGateway } from './client.ts';

const everything = `id billingInterval price formattedPrice isDefault trialDays includedBalance includedCredits
  introOffer { enabled discountType discountValue durationCycles } metadata createdAt updatedAt
  plan { id prices { id isDefault } } regionalPrices { currency price autoSynced }`;

onEveryGateway('prices', (client) => {
  const newPlan = (input: object = {}) => client().catalogue.plan(input);

  describe('addPlanPrice', () => {
    it('keeps everything it is given', async () => {
      const { id: planId } = await newPlan();
      const input = {
        billingInterval: 'YEARLY',
        price: 9_007_199_254_740_991,
        trialDays: 14,
        isDefault: true,
        includedBalance: 100_000,
        includedCredits: 500,
        introOffer: {
          enabled: true,
          discountType: 'PERCENTAGE',
          discountValue: 5_000,
          durationCycles: 3,
        },
        metadata: { name: 'Yearly' },
      };
      const price = await client().mutate('addPlanPrice', { planId, input }, everything);
      expect(price).toEqual({
        __typename: 'PlanPrice',
        id: expect.stringMatching(/^pp_[0-9a-z]{26}$/),
        ...input,
        formattedPrice: '$900,719,925,474.0991',
        createdAt: expect.any(String),
        updatedAt: price.createdAt,
        plan: { id: planId, prices: [{ id: price.id, isDefault: true }] },
        regionalPrices: [],
      });
    });

    it('needs an interval and an amount only, and takes null for absent', async () => {
      const { id: planId } = await newPlan();
      const defaults = {
        trialDays: 0,
        includedBalance: null,
        includedCredits: null,
        introOffer: null,
        metadata: {},
      };
      const add = (input: object) => client().mutate('addPlanPrice', { planId, input }, everything);
      expect(await add({ billingInterval: 'MONTHLY', price: 0 })).toMatchObject({
        ...defaults,
        isDefault: true,
      });
      const nulls = {
        trialDays: null,
        isDefault: null,
        includedBalance: null,
        includedCredits: null,
        introOffer: null,
        metadata: null,
      };
      expect(await add({ billingInterval: 'YEARLY', price: 1, ...nulls })).toMatchObject({
        ...defaults,
        isDefault: false,
      });
    });

    it('takes every interval once', async () => {
      const { id: planId } = await newPlan();
      for (const billingInterval of ['WEEKLY', 'MONTHLY', 'QUARTERLY', 'YEARLY', 'ONE_TIME']) {
        const input = { billingInterval, price: 1 };
        expect(await client().mutate('addPlanPrice', { planId, input }, 'billingInterval')).toEqual(
          {
            __typename: 'PlanPrice',
            billingInterval,
          },
        );
        expect(
          await client().changesNothing(() => client().mutate('addPlanPrice', { planId, input })),
        ).toMatchObject({
          __typename: 'ConflictError',
          code: 'duplicate',
          param: 'billingInterval',
        });
      }
    });

    it('shows what it changed in addition to the price itself', async () => {
      const { catalogue } = client();
      const plan = await newPlan();
      const first = await catalogue.price(plan);
      await catalogue.change((w) =>
        setPlanRegionalPricing(w, plan.id, { currency: 'eur', exchangeRate: 0.5 }),
      );
      const price = await client().mutate(
        'addPlanPrice',
        { planId: plan.id, input: { billingInterval: 'YEARLY', price: 100_000, isDefault: true } },
        everything,
      );
      expect(price).toMatchObject({
        isDefault: true,
        plan: {
          prices: [
            { id: first.id, isDefault: false },
            { id: price.id, isDefault: true },
          ],
        },
        regionalPrices: [{ currency: 'eur', price: 50_000, autoSynced: true }],
      });
    });

    it('takes amounts as literals', async () => {
      const { id } = await newPlan();
      const data = await client().data(
        `mutation { addPlanPrice(planId: "${id}", input: { billingInterval: MONTHLY, price: 9007199254740991 }) { ... on PlanPrice { price } } }`,
      );
      expect(data.addPlanPrice).toEqual({ price: Number.MAX_SAFE_INTEGER });
    });
  });

  describe('updatePlanPrice', () => {
    it('changes what it is given and leaves the rest', async () => {
      const { catalogue } = client();
      const plan = await newPlan();
      const { id: priceId } = await catalogue.price(plan, {
        trialDays: 7,
        includedCredits: 5,
        includedBalance: 9,
        metadata: { a: 1, b: 2 },
      });
      const update = (input: object) =>
        client().mutate('updatePlanPrice', { planId: plan.id, priceId, input }, everything);
      expect(await update({ price: 5 })).toMatchObject({
        price: 5,
        trialDays: 7,
        includedCredits: 5,
        metadata: { a: 1, b: 2 },
      });
      expect(await update({ metadata: { a: null, c: 3 }, trialDays: 0 })).toMatchObject({
        trialDays: 0,
        metadata: { b: 2, c: 3 },
      });
      expect(await update({ includedCredits: null, includedBalance: null })).toMatchObject({
        includedCredits: null,
        includedBalance: null,
      });
      expect(
        await update({
          introOffer: {
            enabled: true,
            discountType: 'AMOUNT',
            discountValue: 1,
            durationCycles: 2,
          },
        }),
      ).toMatchObject({
        introOffer: { enabled: true, discountType: 'AMOUNT', discountValue: 1, durationCycles: 2 },
      });
      expect(
        await update({ introOffer: { discountValue: 2, durationCycles: null } }),
      ).toMatchObject({
        introOffer: {
          enabled: true,
          discountType: 'AMOUNT',
          discountValue: 2,
          durationCycles: null,
        },
      });
    });

    it('moves the default, and never gives it up', async () => {
      const { catalogue } = client();
      const plan = await newPlan();
      const [first, second] = [
        await catalogue.price(plan),
        await catalogue.price(plan, { billingInterval: 'yearly' }),
      ];
      const update = (priceId: string, isDefault: boolean) =>
        client().mutate(
          'updatePlanPrice',
          { planId: plan.id, priceId, input: { isDefault } },
          everything,
        );
      expect(await update(second.id, true)).toMatchObject({
        isDefault: true,
        plan: {
          prices: [
            { id: first.id, isDefault: false },
            { id: second.id, isDefault: true },
          ],
        },
      });
      expect(await client().changesNothing(() => update(second.id, false))).toMatchObject({
        __typename: 'ValidationError',
        param: 'isDefault',
      });
    });

    it('takes null only where null clears', async () => {
      const plan = await newPlan();
      const { id: priceId } = await client().catalogue.price(plan);
      await client().changesNothing(async () => {
        for (const field of ['price', 'trialDays', 'isDefault', 'introOffer', 'metadata'])
          expect(
            await client().mutate('updatePlanPrice', {
              planId: plan.id,
              priceId,
              input: { [field]: null },
            }),
          ).toMatchObject({ __typename: 'ValidationError', param: field });
      });
    });
  });

  it('setDefaultPlanPrice takes the default over', async () => {
    const { catalogue } = client();
    const plan = await newPlan();
    const [first, second] = [
      await catalogue.price(plan),
      await catalogue.price(plan, { billingInterval: 'yearly' }),
    ];
    expect(
      await client().mutate(
        'setDefaultPlanPrice',
        { planId: plan.id, priceId: second.id },
        everything,
      ),
    ).toMatchObject({
      id: second.id,
      isDefault: true,
      plan: {
        prices: [
          { id: first.id, isDefault: false },
          { id: second.id, isDefault: true },
        ],
      },
    });
  });

  it('deletePlanPrice hands the default to the oldest price that remains', async () => {
    const { catalogue } = client();
    const plan = await newPlan();
    const [first, second] = [
      await catalogue.price(plan),
      await catalogue.price(plan, { billingInterval: 'yearly' }),
    ];
    expect(
      await client().mutate(
        'deletePlanPrice',
        { planId: plan.id, priceId: first.id },
        'deletedId plan { id prices { id isDefault } }',
      ),
    ).toEqual({
      __typename: 'DeletedPlanPrice',
      deletedId: first.id,
      plan: { id: plan.id, prices: [{ id: second.id, isDefault: true }] },
    });
    expect(
      await client().data(
        'query($id: ID!) { plan(id: $id) { prices { id } defaultPrice { id } ' +
          'price(billingInterval: MONTHLY) { id } } }',
        { id: plan.id },
      ),
    ).toEqual({
      plan: { prices: [{ id: second.id }], defaultPrice: { id: second.id }, price: null },
    });
  });

  it('tells which of plan and price is unknown', async () => {
    const { catalogue } = client();
    const [plan, other] = [await newPlan(), await newPlan()];
    const { id: priceId } = await catalogue.price(plan);
    const noPlan = { __typename: 'NotFoundError', code: 'plan_not_found', param: 'planId' };
    const noPrice = { __typename: 'NotFoundError', code: 'price_not_found', param: 'priceId' };
    await client().changesNothing(async () => {
      for (const [name, input] of [
        ['updatePlanPrice', {}],
        ['setDefaultPlanPrice'],
        ['deletePlanPrice'],
        ['deleteRegionalPrices'],
        ['upsertRegionalPrices', { overrides: [] }],
      ] as const) {
        const mutate = (planId: string, priceId: string) =>
          client().mutate(name, { planId, priceId, ...(input && { input }) });
        expect(await mutate('pln_0', priceId)).toMatchObject(noPlan);
        expect(await mutate(plan.id, 'pp_0')).toMatchObject(noPrice);
        expect(await mutate(other.id, priceId)).toMatchObject(noPrice);
      }
    });
  });
});
