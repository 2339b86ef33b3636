import { expect, it } from 'vitest';
import { deletePlan } from '../../src/domain/plan.ts';
import { createPublishableKey } from '../../src/domain/publishable-key.ts';
import { onEveryGateway } from './client.ts';

const TIERS = '{ upTo unitPrice formattedUnitPrice flatPrice formattedFlatPrice }';
const UNIT_PRICES = `unitPrices {
  planFeature { feature { code } } unitPrice formattedUnitPrice blockSize
  minimumQuantity maximumQuantity tiersMode tiers ${TIERS} isOverage
}`;

onEveryGateway('unit prices', (client) => {
  /** A team plan that is sold by the seat, with API calls beyond those that it includes. */
  const scene = async () => {
    const { catalogue } = client();
    const plan = await catalogue.plan({ code: 'team', consumptionModel: 'metered' });
    const monthly = await catalogue.price(plan, { price: 0 });
    const yearly = await catalogue.price(plan, { price: 0, billingInterval: 'yearly' });
    const seats = await catalogue.feature({ code: 'seats', type: 'seats' });
    const calls = await catalogue.feature({ code: 'calls', type: 'usage' });
    const storage = await catalogue.feature({ code: 'storage', type: 'quota' });
    await catalogue.attach(plan, seats);
    await catalogue.attach(plan, calls, { includedAmount: 10_000 });
    const overage = { enabled: true, unitPrice: 20 };
    await catalogue.attach(plan, storage, { includedAmount: 5, overage });
    const set = (priceId: string, input: object, selection = UNIT_PRICES) =>
      client().mutate('setUnitPrice', { planId: plan.id, priceId, input }, selection);
    return { catalogue, plan, monthly, yearly, seats, calls, storage, set };
  };

  const callsInTiers = {
    featureId: 'calls',
    blockSize: 1_000,
    tiersMode: 'GRADUATED',
    tiers: [
      { upTo: 90_000, unitPrice: 5_000 },
      { unitPrice: 3_000, flatPrice: 10_000 },
    ],
  };

  it('say a price list by the seat and in tiers', async () => {
    const { monthly, yearly, set } = await scene();
    const seats = { featureId: 'seats', minimumQuantity: 3 };
    await set(yearly.id, { ...seats, unitPrice: 1_200_000 });
    await set(monthly.id, { ...seats, unitPrice: 120_000 });
    const answer = await set(monthly.id, callsInTiers);
    const flat = { tiersMode: null, tiers: [], isOverage: false };
    expect(answer.unitPrices).toEqual([
      {
        ...flat,
        planFeature: { feature: { code: 'seats' } },
        unitPrice: 120_000,
        formattedUnitPrice: '$12.00',
        blockSize: 1,
        minimumQuantity: 3,
        maximumQuantity: null,
      },
      {
        planFeature: { feature: { code: 'calls' } },
        unitPrice: null,
        formattedUnitPrice: null,
        blockSize: 1_000,
        minimumQuantity: 0,
        maximumQuantity: null,
        tiersMode: 'GRADUATED',
        tiers: [
          {
            upTo: 90_000,
            unitPrice: 5_000,
            formattedUnitPrice: '$0.50',
            flatPrice: 0,
            formattedFlatPrice: '$0.00',
          },
          {
            upTo: null,
            unitPrice: 3_000,
            formattedUnitPrice: '$0.30',
            flatPrice: 10_000,
            formattedFlatPrice: '$1.00',
          },
        ],
        isOverage: false,
      },
      {
        ...flat,
        planFeature: { feature: { code: 'storage' } },
        unitPrice: 20,
        formattedUnitPrice: '$0.002',
        blockSize: 1,
        minimumQuantity: 0,
        maximumQuantity: null,
        isOverage: true,
      },
    ]);
    const costs = await client().data(`{ plan(code: "team") { prices { unitPrices {
      two: costOf(quantity: 2) { chargedQuantity amount formattedAmount(trimZeros: true) currency }
      many: costOf(quantity: 110001) { chargedQuantity amount }
    } } } }`);
    const [ofMonth, ofYear] = costs.plan.prices;
    expect(ofMonth.unitPrices).toEqual([
      {
        two: { chargedQuantity: 3, amount: 360_000, formattedAmount: '$36', currency: 'usd' },
        many: { chargedQuantity: 110_001, amount: 13_200_120_000 },
      },
      {
        two: { chargedQuantity: 0, amount: 0, formattedAmount: '$0', currency: 'usd' },
        many: { chargedQuantity: 101_000, amount: 90 * 5_000 + 11 * 3_000 + 10_000 },
      },
      {
        two: { chargedQuantity: 0, amount: 0, formattedAmount: '$0', currency: 'usd' },
        many: { chargedQuantity: 109_996, amount: 2_199_920 },
      },
    ]);
    expect(ofYear.unitPrices).toMatchObject([
      { two: { chargedQuantity: 3, amount: 3_600_000 } },
      { many: { chargedQuantity: 109_996 * 12, amount: 109_996 * 12 * 20 } },
    ]);
  });

  it('are there in every currency of the plan', async () => {
    const { catalogue, plan, monthly, set } = await scene();
    await catalogue.regionalPricing(plan, { currency: 'eur', exchangeRate: 0.9 });
    await catalogue.regionalPricing(plan, { currency: 'jpy', exchangeRate: 150 });
    const regional = `unitPrices { isOverage
      regional { id currency unitPrice formattedUnitPrice autoSynced tiers { upTo unitPrice flatPrice } }
      euros: costOf(quantity: 11001, currency: "EUR") { amount currency formattedAmount(locale: "de") }
      pounds: costOf(quantity: 11001, currency: "gbp") { amount }
    }`;
    await set(monthly.id, callsInTiers);
    const { unitPrices } = await set(
      monthly.id,
      { featureId: 'seats', unitPrice: 100, regional: [{ currency: 'jpy', unitPrice: 20_000 }] },
      regional,
    );
    const flat = { tiers: [], autoSynced: true };
    const id = expect.stringMatching(/^pp_\w+_ftr_\w+_(eur|jpy)$/);
    expect(unitPrices).toEqual([
      {
        isOverage: false,
        regional: [
          { ...flat, id, currency: 'eur', unitPrice: 90, formattedUnitPrice: '€0.009' },
          {
            id,
            currency: 'jpy',
            unitPrice: 20_000,
            formattedUnitPrice: '¥2',
            tiers: [],
            autoSynced: false,
          },
        ],
        euros: { amount: 990_090, currency: 'eur', formattedAmount: '99,009\u00a0€' },
        pounds: null,
      },
      {
        isOverage: false,
        regional: [
          {
            id,
            currency: 'eur',
            unitPrice: null,
            formattedUnitPrice: null,
            autoSynced: true,
            tiers: [
              { upTo: 90_000, unitPrice: 4_500, flatPrice: 0 },
              { upTo: null, unitPrice: 2_700, flatPrice: 9_000 },
            ],
          },
          expect.objectContaining({ currency: 'jpy', autoSynced: true }),
        ],
        euros: { amount: 9_000, currency: 'eur', formattedAmount: '0,90\u00a0€' },
        pounds: null,
      },
      {
        isOverage: true,
        regional: [
          { ...flat, id, currency: 'eur', unitPrice: 18, formattedUnitPrice: '€0.0018' },
          { ...flat, id, currency: 'jpy', unitPrice: 3_000, formattedUnitPrice: '¥0.3' },
        ],
        euros: { amount: 197_928, currency: 'eur', formattedAmount: '19,7928\u00a0€' },
        pounds: null,
      },
    ]);
  });

  it('cost no quantity that cannot be bought', async () => {
    const { monthly, set } = await scene();
    await set(monthly.id, { featureId: 'seats', unitPrice: 1, maximumQuantity: 9 });
    const ask = (quantity: number) =>
      client().answer(
        `query($quantity: Quantity!) { plan(code: "team") { price(billingInterval: MONTHLY) {
          unitPrices { costOf(quantity: $quantity) { amount } } } } }`,
        { quantity },
      );
    const { data } = await ask(9);
    expect(data.plan.price.unitPrices[0]).toEqual({ costOf: { amount: 9 } });
    for (const quantity of [10, -1, 1.5]) {
      const answer = await ask(quantity);
      expect(answer.data.plan.price.unitPrices[0]).toEqual({ costOf: null });
      expect(answer.errors[0]).toMatchObject({
        path: ['plan', 'price', 'unitPrices', 0, 'costOf'],
        extensions: { code: 'validation_error', param: 'quantity' },
      });
    }
  });

  it('are removed, and the overage of the feature counts again', async () => {
    const { plan, monthly, set } = await scene();
    const charged = 'unitPrices { id unitPrice isOverage planPrice { id } }';
    const before = await set(monthly.id, { featureId: 'storage', unitPrice: 50 }, charged);
    expect(before.unitPrices).toMatchObject([{ unitPrice: 50, isOverage: false }]);
    const args = { planId: plan.id, priceId: monthly.id, featureId: 'storage' };
    const { unitPrices } = await client().mutate('removeUnitPrice', args, charged);
    // The same object for clients: what the feature costs at the price.
    const [{ id, planPrice }] = before.unitPrices;
    expect(planPrice).toEqual({ id: monthly.id });
    expect(unitPrices).toEqual([{ id, unitPrice: 20, isOverage: true, planPrice }]);
    expect(await client().mutate('removeUnitPrice', args)).toMatchObject({
      __typename: 'NotFoundError',
      code: 'unit_price_not_found',
      param: 'featureId',
    });
  });

  it('are refused with the field that is to blame, and nothing is written', async () => {
    const { monthly, yearly, plan, set } = await scene();
    await set(monthly.id, { featureId: 'seats', unitPrice: 1 });
    await client().changesNothing(async () => {
      for (const [input, param] of [
        [{ featureId: 'seats' }, 'unitPrice'],
        [{ ...callsInTiers, unitPrice: 1 }, 'tiers'],
        [{ ...callsInTiers, blockSize: 7 }, 'tiers.0.upTo'],
        [
          { featureId: 'seats', unitPrice: 1, regional: [{ currency: 'eur' }] },
          'regional.0.currency',
        ],
      ] as const)
        expect(await set(yearly.id, input)).toMatchObject({
          __typename: 'ValidationError',
          param,
          details: [{ field: param }],
        });
      const unlimited = { planId: plan.id, featureId: 'seats', input: { unlimited: true } };
      expect(await client().mutate('updatePlanFeature', unlimited)).toMatchObject({
        __typename: 'ValidationError',
        param: 'unlimited',
      });
      const stale = { planId: plan.id, priceId: monthly.id, expectedRevision: 1 };
      const input = { featureId: 'seats', unitPrice: 2 };
      for (const answer of [
        await client().mutate('setUnitPrice', { ...stale, input }),
        await client().mutate('removeUnitPrice', { ...stale, featureId: 'seats' }),
      ])
        expect(answer).toMatchObject({ __typename: 'ConflictError', code: 'revision_mismatch' });
    });
  });

  it('are shown to publishable keys', async () => {
    const { catalogue, plan, monthly, set } = await scene();
    await catalogue.regionalPricing(plan, { currency: 'eur', exchangeRate: 0.9 });
    await set(monthly.id, { featureId: 'seats', unitPrice: 10 });
    const origin = 'https://shop.example';
    const { secret } = await catalogue.change((w) =>
      createPublishableKey(w, { name: 'Page', allowedOrigins: [origin] }),
    );
    const ask = (headers: Record<string, string>) =>
      client().gateway.graphql(
        secret ?? '',
        `{ plan(code: "team") { price(billingInterval: MONTHLY) { unitPrices {
          unitPrice isOverage regional { unitPrice } costOf(quantity: 7) { amount } } } } }`,
        {},
        headers,
      );
    expect((await ask({ origin })).data.plan.price.unitPrices).toEqual([
      { unitPrice: 10, isOverage: false, regional: [{ unitPrice: 9 }], costOf: { amount: 70 } },
      { unitPrice: 20, isOverage: true, regional: [{ unitPrice: 18 }], costOf: { amount: 40 } },
    ]);
    await catalogue.change((w) => deletePlan(w, plan.id));
    expect((await ask({ origin })).data).toEqual({ plan: null });
  });
});
