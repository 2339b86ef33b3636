import { describe, expect, it } from 'vitest';
import { findPlan } from '../../src/db/records/plan.ts';
import { findPrices, findPricesOfPlans } from '../../src/db/records/price.ts';
import type { Writer } from '../../src/domain/operation.ts';
import { type Plan, setPlanVisibility } from '../../src/domain/plan.ts';
import {
  AddPlanPriceInput,
  addPlanPrice,
  deletePlanPrice,
  type PlanPrice,
  setDefaultPlanPrice,
  UpdatePlanPriceInput,
  updatePlanPrice,
} from '../../src/domain/price.ts';
import { billingIntervals } from '../../src/vocabulary.ts';
import { bothModes, type Catalogue, keepsInvariants, newCatalogue } from '../catalogue.ts';
import { onEveryEngine } from '../engines.ts';
import { bad, expectAcceptance, expectRefusals, goodMetadata } from '../refusals.ts';

describe('inputs of prices', () => {
  const introOffer = {
    'introOffer.discountType': bad.words,
    'introOffer.discountValue': bad.amounts,
    'introOffer.durationCycles': bad.counts,
  };
  const added = { billingInterval: 'monthly', price: 0 };

  it('refuse bad values by field', () => {
    expectRefusals(
      AddPlanPriceInput,
      {
        ...added,
        trialDays: null,
        isDefault: null,
        includedBalance: null,
        includedCredits: null,
        introOffer: {
          enabled: false,
          discountType: null,
          discountValue: null,
          durationCycles: null,
        },
        metadata: null,
      },
      {
        billingInterval: [...bad.words, 'daily', null, undefined],
        price: [...bad.amounts, null, undefined],
        trialDays: bad.counts,
        isDefault: bad.flags,
        includedBalance: bad.amounts,
        includedCredits: bad.counts,
        introOffer: ['x', 7, []],
        'introOffer.enabled': [...bad.flags, null, undefined],
        ...introOffer,
        metadata: bad.metadata,
      },
    );
    expectRefusals(
      UpdatePlanPriceInput,
      { includedBalance: null, includedCredits: null, introOffer: { discountType: null } },
      {
        price: [...bad.amounts, null],
        trialDays: [...bad.counts, null],
        isDefault: [...bad.flags, null],
        includedBalance: bad.amounts,
        includedCredits: bad.counts,
        introOffer: ['x', 7, [], null],
        'introOffer.enabled': [...bad.flags, null],
        ...introOffer,
        metadata: [...bad.metadata, null],
      },
    );
  });

  it('take good values as they are', () => {
    const good = {
      metadata: goodMetadata,
      price: [0, Number.MAX_SAFE_INTEGER],
      trialDays: [0, 2 ** 31 - 1],
    };
    expectAcceptance(AddPlanPriceInput, added, {
      ...good,
      introOffer: [null],
      billingInterval: billingIntervals,
    });
    expectAcceptance(UpdatePlanPriceInput, {}, { ...good, introOffer: [{}] });
  });
});

onEveryEngine('prices', (world) => {
  keepsInvariants(world);

  const pricesOf = (shop: Catalogue, plan: Plan) => findPricesOfPlans(shop.reader(), [plan.id]);
  const defaultsOf = async (shop: Catalogue, plan: Plan) =>
    (await pricesOf(shop, plan))
      .filter(({ isDefault }) => isDefault)
      .map(({ billingInterval }) => billingInterval);

  /** A plan with a monthly price, its default, a yearly and a one-time one. */
  const threePrices = async (shop: Catalogue): Promise<[Plan, PlanPrice, PlanPrice, PlanPrice]> => {
    const plan = await shop.plan();
    return [
      plan,
      await shop.price(plan),
      await shop.price(plan, { billingInterval: 'yearly' }),
      await shop.price(plan, { billingInterval: 'one_time' }),
    ];
  };

  it('have defaults for what is left out', async () => {
    const shop = await newCatalogue(world());
    const plan = await shop.plan();
    const time = '2026-01-01T00:00:00.000Z';
    const price = await shop.changeAt(time, (w) =>
      addPlanPrice(w, plan.id, { billingInterval: 'monthly', price: 0 }),
    );
    expect(price).toEqual({
      id: expect.stringMatching(/^pp_[0-9a-z]{26}$/),
      planId: plan.id,
      billingInterval: 'monthly',
      price: 0,
      isDefault: true,
      trialDays: 0,
      includedBalance: null,
      includedCredits: null,
      introOffer: null,
      metadata: {},
      createdAt: time,
      updatedAt: time,
      revision: 1,
      inheritsFromPriceId: null,
      code: null,
      name: null,
    });
    expect(await pricesOf(shop, plan)).toEqual([price]);
    expect(await findPrices(shop.reader(), [price.id, 'pp_none'])).toEqual([price]);
  });

  it('take null for absent', async () => {
    const shop = await newCatalogue(world());
    const nulls = {
      trialDays: null,
      isDefault: null,
      includedBalance: null,
      includedCredits: null,
    };
    expect(
      await shop.price(await shop.plan(), { ...nulls, introOffer: null, metadata: null }),
    ).toMatchObject({
      trialDays: 0,
      isDefault: true,
      introOffer: null,
      metadata: {},
    });
  });

  it('keep everything that is given', async () => {
    const shop = await newCatalogue(world());
    const plan = await shop.plan();
    const given = {
      billingInterval: 'yearly',
      price: Number.MAX_SAFE_INTEGER,
      trialDays: 2 ** 31 - 1,
      includedBalance: Number.MAX_SAFE_INTEGER,
      includedCredits: 2 ** 31 - 1,
      introOffer: { enabled: true, discountType: 'amount', discountValue: 1, durationCycles: 3 },
      metadata: { z: 1, a: null },
    } as const;
    const price = await shop.price(plan, given);
    expect(price).toMatchObject(given);
    expect(await pricesOf(shop, plan)).toEqual([price]);
  });

  it('return metadata as it was sent', async () => {
    const shop = await newCatalogue(world());
    for (const metadata of goodMetadata) {
      const plan = await shop.plan();
      await shop.price(plan, { metadata });
      const [found] = await pricesOf(shop, plan);
      expect(JSON.stringify(found?.metadata)).toBe(JSON.stringify(metadata));
    }
  });

  it('may stand once for each interval', async () => {
    const shop = await newCatalogue(world());
    const plan = await shop.plan();
    for (const billingInterval of billingIntervals) await shop.price(plan, { billingInterval });
    for (const billingInterval of billingIntervals)
      await shop.refuses((w) => addPlanPrice(w, plan.id, { billingInterval, price: 1 }), {
        code: 'duplicate',
        param: 'billingInterval',
      });
    expect(await pricesOf(shop, plan)).toHaveLength(5);
    await shop.price(await shop.plan());
  });

  it('are added by one statement that reads, and one for each table that is written', async () => {
    const shop = await newCatalogue(world());
    const plan = await shop.plan();
    await shop.price(plan);
    for (const currency of ['brl', 'eur', 'jpy'])
      await shop.regionalPricing(plan, { currency, exchangeRate: 2 });
    const before = world().statements.length;
    await shop.price(plan, { billingInterval: 'yearly' });
    const statements = world().statements.slice(before);
    const named = (...tables: string[]) =>
      statements.filter((text) => tables.some((name) => text.includes(`"${name}"`)));
    expect(named('plan_price', 'exchange_rate', 'regional_price')).toEqual([
      expect.stringMatching(/^select .*"exchange_rate"/),
      expect.stringMatching(/^insert into "plan_price"/),
      expect.stringMatching(/^insert into "regional_price"/),
    ]);
  });

  it('leave their interval free once archived', async () => {
    const shop = await newCatalogue(world());
    const plan = await shop.plan();
    const first = await shop.price(plan);
    expect(await shop.change((w) => deletePlanPrice(w, plan.id, first.id))).toEqual({
      id: first.id,
      planId: plan.id,
    });
    expect(await pricesOf(shop, plan)).toEqual([]);
    const second = await shop.price(plan);
    expect(second).toMatchObject({ isDefault: true });
    expect(second.id).not.toBe(first.id);
    expect(await shop.rows('plan_price')).toHaveLength(2);
  });

  describe('the default', () => {
    it('is the first price, for any value of the flag', async () => {
      const shop = await newCatalogue(world());
      for (const isDefault of [undefined, null, false, true])
        expect(await shop.price(await shop.plan(), { isDefault })).toMatchObject({
          isDefault: true,
        });
    });

    it('stays where it is when others come', async () => {
      const shop = await newCatalogue(world());
      const [plan, , yearly] = await threePrices(shop);
      expect(yearly.isDefault).toBe(false);
      expect(await shop.price(plan, { billingInterval: 'weekly', isDefault: false })).toMatchObject(
        {
          isDefault: false,
        },
      );
      expect(await defaultsOf(shop, plan)).toEqual(['monthly']);
    });

    it('moves to a price that claims it', async () => {
      const shop = await newCatalogue(world());
      const [plan, monthly, yearly] = await threePrices(shop);
      const later = '2100-01-01T00:00:00.000Z';
      const weekly = await shop.changeAt(later, (w) =>
        addPlanPrice(w, plan.id, { billingInterval: 'weekly', price: 1, isDefault: true }),
      );
      expect(weekly.isDefault).toBe(true);
      expect(await defaultsOf(shop, plan)).toEqual(['weekly']);
      expect(await findPrices(shop.reader(), [monthly.id])).toMatchObject([
        { isDefault: false, updatedAt: later },
      ]);

      const updated = await shop.change((w) =>
        updatePlanPrice(w, plan.id, yearly.id, { isDefault: true }),
      );
      expect(updated).toMatchObject({ id: yearly.id, isDefault: true });
      expect(await defaultsOf(shop, plan)).toEqual(['yearly']);

      const set = await shop.change((w) => setDefaultPlanPrice(w, plan.id, monthly.id));
      expect(set).toMatchObject({ id: monthly.id, isDefault: true });
      expect(await defaultsOf(shop, plan)).toEqual(['monthly']);
      expect(await shop.change((w) => setDefaultPlanPrice(w, plan.id, monthly.id))).toMatchObject({
        isDefault: true,
      });
      expect(await defaultsOf(shop, plan)).toEqual(['monthly']);
    });

    it('cannot be unset', async () => {
      const shop = await newCatalogue(world());
      const [plan, monthly, yearly] = await threePrices(shop);
      await shop.refuses(
        (w) => updatePlanPrice(w, plan.id, monthly.id, { price: 1, isDefault: false }),
        {
          code: 'validation_error',
          param: 'isDefault',
        },
      );
      const other = await shop.change((w) =>
        updatePlanPrice(w, plan.id, yearly.id, { isDefault: false }),
      );
      expect(other.isDefault).toBe(false);
      expect(
        await shop.change((w) => updatePlanPrice(w, plan.id, monthly.id, { isDefault: true })),
      ).toMatchObject({
        isDefault: true,
      });
      expect(await defaultsOf(shop, plan)).toEqual(['monthly']);
    });

    it('passes to the oldest price that remains', async () => {
      const shop = await newCatalogue(world());
      const [plan, monthly, yearly, oneTime] = await threePrices(shop);
      const later = '2100-01-01T00:00:00.000Z';
      await shop.changeAt(later, (w) => deletePlanPrice(w, plan.id, monthly.id));
      expect(await pricesOf(shop, plan)).toEqual([
        { ...yearly, isDefault: true, updatedAt: later, revision: 2 },
        oneTime,
      ]);
      await shop.change((w) => setDefaultPlanPrice(w, plan.id, oneTime.id));
      await shop.change((w) => deletePlanPrice(w, plan.id, yearly.id));
      expect(await defaultsOf(shop, plan)).toEqual(['one_time']);
      await shop.change((w) => deletePlanPrice(w, plan.id, oneTime.id));
      expect(await pricesOf(shop, plan)).toEqual([]);
      expect(await shop.rows('plan_price')).toMatchObject([
        { is_default: 0 },
        { is_default: 0 },
        { is_default: 0 },
      ]);
    });
  });

  it('change only what an update names', async () => {
    const shop = await newCatalogue(world());
    const plan = await shop.plan();
    const price = await shop.price(plan, {
      trialDays: 7,
      includedBalance: 5,
      includedCredits: 6,
      metadata: { a: 1 },
    });
    const later = '2100-01-01T00:00:00.000Z';
    const update = (input: UpdatePlanPriceInput) =>
      shop.changeAt(later, (w) => updatePlanPrice(w, plan.id, price.id, input));
    expect(await update({})).toEqual({ ...price, updatedAt: later, revision: 2 });
    const third = { updatedAt: later, revision: 3 };
    expect(await update({ price: 0 })).toEqual({ ...price, price: 0, ...third });
    expect(await update({ trialDays: 0, includedBalance: null })).toMatchObject({
      trialDays: 0,
      includedBalance: null,
    });
    const last = await update({ includedCredits: null });
    expect(last).toMatchObject({ price: 0, includedCredits: null, metadata: { a: 1 } });
    expect(await pricesOf(shop, plan)).toEqual([last]);
  });

  it('merge metadata key by key', async () => {
    const shop = await newCatalogue(world());
    const plan = await shop.plan();
    const { id } = await shop.price(plan, { metadata: { a: 1, b: { c: 2 }, d: 3 } });
    const merge = async (changes: string) => {
      const metadata = JSON.parse(changes);
      return JSON.stringify(
        (await shop.change((w) => updatePlanPrice(w, plan.id, id, { metadata }))).metadata,
      );
    };
    expect(await merge('{"b":{"e":4},"d":null,"f":"x","absent":null}')).toBe(
      '{"a":1,"b":{"e":4},"f":"x"}',
    );
    expect(await merge('{}')).toBe('{"a":1,"b":{"e":4},"f":"x"}');
    expect(await merge('{"__proto__":{"g":null}}')).toBe(
      '{"a":1,"b":{"e":4},"f":"x","__proto__":{"g":null}}',
    );
    expect(await merge('{"__proto__":null,"a":null,"b":null,"f":null}')).toBe('{}');
  });

  it('keep metadata within bounds after a merge', async () => {
    const shop = await newCatalogue(world());
    const plan = await shop.plan();
    const keys = (prefix: string, count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`${prefix}${index}`, 0]));
    const many = await shop.price(plan, { metadata: keys('a', 50) });
    const big = await shop.price(plan, {
      billingInterval: 'yearly',
      metadata: { a: 'x'.repeat(9_000) },
    });
    const refused = { code: 'validation_error', param: 'metadata' };
    await shop.refuses(
      (w) => updatePlanPrice(w, plan.id, many.id, { metadata: { b: 0 } }),
      refused,
    );
    await shop.refuses(
      (w) => updatePlanPrice(w, plan.id, big.id, { metadata: { b: 'x'.repeat(9_000) } }),
      refused,
    );
    const swapped = await shop.change((w) =>
      updatePlanPrice(w, plan.id, many.id, { metadata: { a0: null, b: 0 } }),
    );
    expect(Object.keys(swapped.metadata)).toHaveLength(50);
  });

  it('are 0 on a free plan', async () => {
    const shop = await newCatalogue(world());
    const plan = await shop.plan({ isFree: true });
    const refused = { code: 'validation_error', param: 'price' };
    await shop.refuses(
      (w) => addPlanPrice(w, plan.id, { billingInterval: 'monthly', price: 1 }),
      refused,
    );
    const { id } = await shop.price(plan, { price: 0, includedBalance: 5 });
    await shop.refuses((w) => updatePlanPrice(w, plan.id, id, { price: 1 }), refused);
    expect(
      await shop.change((w) => updatePlanPrice(w, plan.id, id, { price: 0, trialDays: 3 })),
    ).toMatchObject({
      price: 0,
      trialDays: 3,
    });
    await shop.refuses(
      (w) => addPlanPrice(w, plan.id, { billingInterval: 'monthly', price: 1 }),
      refused,
    );
  });

  it('have trials and introductory offers also when they are charged once', async () => {
    const shop = await newCatalogue(world());
    const introOffer = {
      enabled: true,
      discountType: 'amount',
      discountValue: 1,
      durationCycles: 1,
    } as const;
    const price = await shop.price(await shop.plan(), {
      billingInterval: 'one_time',
      trialDays: 7,
      introOffer,
    });
    expect(price).toMatchObject({ trialDays: 7, introOffer });
    expect(
      await shop.change((w) => updatePlanPrice(w, price.planId, price.id, { trialDays: 14 })),
    ).toMatchObject({
      trialDays: 14,
      introOffer,
    });
  });

  it('meet refusals in order: validation, existence, conflict', async () => {
    const shop = await newCatalogue(world());
    const plan = await shop.plan({ isFree: true });
    await shop.price(plan, { price: 0, billingInterval: 'one_time' });
    const introOffer = { enabled: true };
    await shop.refuses(
      (w) => addPlanPrice(w, 'pln_none', { billingInterval: 'one_time', price: 0, introOffer }),
      {
        code: 'validation_error',
        param: 'introOffer.discountType',
      },
    );
    await shop.refuses((w) => addPlanPrice(w, plan.id, { billingInterval: 'one_time', price: 1 }), {
      code: 'validation_error',
      param: 'price',
    });
  });

  it('move the time of their plan', async () => {
    const shop = await newCatalogue(world());
    const plan = await shop.plan();
    let day = 0;
    const moves = async <Result>(work: (w: Writer) => Promise<Result>): Promise<Result> => {
      day += 1;
      const at = `2100-01-${String(day).padStart(2, '0')}T00:00:00.000Z`;
      const result = await shop.changeAt(at, work);
      expect(await findPlan(shop.reader(), plan.id)).toEqual({
        ...plan,
        updatedAt: at,
        revision: 1 + day,
      });
      return result;
    };
    const { id } = await moves((w) =>
      addPlanPrice(w, plan.id, { billingInterval: 'monthly', price: 1 }),
    );
    const other = await moves((w) =>
      addPlanPrice(w, plan.id, { billingInterval: 'yearly', price: 1 }),
    );
    await moves((w) => updatePlanPrice(w, plan.id, id, { price: 2 }));
    await moves((w) => setDefaultPlanPrice(w, plan.id, other.id));
    await moves((w) => deletePlanPrice(w, plan.id, other.id));
  });

  describe('an introductory offer', () => {
    it.each([
      ['no kind', { enabled: true, discountValue: 1 }, 'introOffer.discountType'],
      ['no value', { enabled: true, discountType: 'amount' }, 'introOffer.discountValue'],
      [
        'more than all of it',
        { enabled: true, discountType: 'percentage', discountValue: 10_001 },
        'introOffer.discountValue',
      ],
      [
        'more than the price',
        { enabled: true, discountType: 'amount', discountValue: 290_001 },
        'introOffer.discountValue',
      ],
      [
        'no cycle',
        { enabled: true, discountType: 'amount', discountValue: 1, durationCycles: 0 },
        'introOffer.durationCycles',
      ],
      [
        'more than all of it, while off',
        { enabled: false, discountType: 'percentage', discountValue: 10_001 },
        'introOffer.discountValue',
      ],
    ] as const)('is refused with %s', async (_what, introOffer, param) => {
      const shop = await newCatalogue(world());
      const plan = await shop.plan();
      await shop.refuses(
        (w) => addPlanPrice(w, plan.id, { billingInterval: 'monthly', price: 1, introOffer }),
        {
          code: 'validation_error',
          param,
        },
      );
      const { id } = await shop.price(plan);
      await shop.refuses((w) => updatePlanPrice(w, plan.id, id, { introOffer }), {
        code: 'validation_error',
        param,
      });
    });

    it('takes up to 100 %, and up to the price', async () => {
      const shop = await newCatalogue(world());
      for (const introOffer of [
        { enabled: true, discountType: 'percentage', discountValue: 10_000, durationCycles: null },
        { enabled: true, discountType: 'amount', discountValue: 290_000, durationCycles: 1 },
        {
          enabled: false,
          discountType: 'amount',
          discountValue: Number.MAX_SAFE_INTEGER,
          durationCycles: 0,
        },
        { enabled: false, discountType: null, discountValue: null, durationCycles: null },
      ] as const)
        expect(await shop.price(await shop.plan(), { introOffer })).toMatchObject({ introOffer });
    });

    it('changes member by member', async () => {
      const shop = await newCatalogue(world());
      const plan = await shop.plan();
      const { id } = await shop.price(plan);
      const update = async (introOffer: UpdatePlanPriceInput['introOffer']) =>
        (await shop.change((w) => updatePlanPrice(w, plan.id, id, { introOffer }))).introOffer;
      expect(await update(undefined)).toBeNull();
      expect(await update({})).toBeNull();
      const none = {
        enabled: false,
        discountType: null,
        discountValue: null,
        durationCycles: null,
      };
      expect(await update({ durationCycles: 3 })).toEqual({ ...none, durationCycles: 3 });
      const half = {
        enabled: true,
        discountType: 'percentage',
        discountValue: 5_000,
        durationCycles: 3,
      } as const;
      expect(
        await update({ enabled: true, discountType: 'percentage', discountValue: 5_000 }),
      ).toEqual(half);
      expect(await update({})).toEqual(half);
      expect(await update({ durationCycles: null })).toEqual({ ...half, durationCycles: null });
      expect(await update({ enabled: false, discountType: null })).toMatchObject({
        discountType: null,
        discountValue: 5_000,
      });
      await shop.refuses(
        (w) => updatePlanPrice(w, plan.id, id, { introOffer: { enabled: true } }),
        {
          code: 'validation_error',
          param: 'introOffer.discountType',
        },
      );
      const [price] = await pricesOf(shop, plan);
      expect(price?.introOffer).toEqual({ ...none, discountValue: 5_000 });
    });

    it('changes what its value counts only together with the value', async () => {
      const shop = await newCatalogue(world());
      const plan = await shop.plan();
      const dollarOff = {
        enabled: true,
        discountType: 'amount',
        discountValue: 10_000,
        durationCycles: null,
      } as const;
      const { id } = await shop.price(plan, { introOffer: dollarOff });
      const refused = { code: 'validation_error', param: 'introOffer.discountValue' };
      for (const introOffer of [
        { discountType: 'percentage' },
        { discountType: 'percentage', enabled: true, durationCycles: 2 },
      ] as const)
        await shop.refuses((w) => updatePlanPrice(w, plan.id, id, { introOffer }), refused);
      const update = (introOffer: UpdatePlanPriceInput['introOffer']) =>
        shop.change((w) => updatePlanPrice(w, plan.id, id, { introOffer }));
      expect(await update({ discountType: 'amount' })).toMatchObject({ introOffer: dollarOff });
      expect(await update({ discountType: 'percentage', discountValue: 100 })).toMatchObject({
        introOffer: { discountType: 'percentage', discountValue: 100 },
      });
      await update({ enabled: false, discountType: null, discountValue: 3 });
      await shop.refuses(
        (w) => updatePlanPrice(w, plan.id, id, { introOffer: { discountType: 'amount' } }),
        refused,
      );
      await update({ discountValue: null });
      expect(await update({ discountType: 'amount' })).toMatchObject({
        introOffer: { discountType: 'amount' },
      });
    });

    it('is never above its price when either of the two changes', async () => {
      const shop = await newCatalogue(world());
      const plan = await shop.plan();
      const { id } = await shop.price(plan, {
        price: 10_000,
        introOffer: { enabled: true, discountType: 'amount', discountValue: 10_000 },
      });
      const update = (input: UpdatePlanPriceInput) => (w: Writer) =>
        updatePlanPrice(w, plan.id, id, input);
      await shop.refuses(update({ price: 9_999 }), { code: 'validation_error', param: 'price' });
      await shop.refuses(update({ introOffer: { discountValue: 10_001 } }), {
        code: 'validation_error',
        param: 'introOffer.discountValue',
      });
      await shop.change(update({ price: 9_999, introOffer: { discountValue: 9_999 } }));
      await shop.change(update({ price: 5, introOffer: { enabled: false } }));
      await shop.refuses(update({ introOffer: { enabled: true } }), {
        code: 'validation_error',
        param: 'introOffer.discountValue',
      });
    });
  });

  it('never go back in time when the clock does', async () => {
    const shop = await newCatalogue(world());
    const [plan, monthly, yearly] = await threePrices(shop);
    const early = '2020-01-01T00:00:00.000Z';
    const updated = await shop.changeAt(early, (w) =>
      updatePlanPrice(w, plan.id, yearly.id, { price: 1 }),
    );
    expect(updated.updatedAt).toBe(yearly.updatedAt);
    await shop.changeAt(early, (w) => setDefaultPlanPrice(w, plan.id, yearly.id));
    await shop.changeAt(early, (w) => deletePlanPrice(w, plan.id, yearly.id));
    expect(await findPrices(shop.reader(), [monthly.id])).toMatchObject([
      { isDefault: true, updatedAt: monthly.updatedAt },
    ]);
    const fresh = await shop.changeAt(early, (w) =>
      addPlanPrice(w, plan.id, { billingInterval: 'yearly', price: 1 }),
    );
    expect(fresh).toMatchObject({ createdAt: early, updatedAt: early });
    await shop.changeAt('2019-01-01T00:00:00.000Z', (w) => deletePlanPrice(w, plan.id, fresh.id));
  });

  it('answer for what is not there', async () => {
    const [shop, sandbox] = await bothModes(world());
    const [plan, monthly, yearly] = await threePrices(shop);
    const other = await shop.plan();
    await shop.change((w) => deletePlanPrice(w, plan.id, yearly.id));
    const noPlan = { code: 'plan_not_found', param: 'planId' };
    const noPrice = { code: 'price_not_found', param: 'priceId' };
    for (const [where, planId, priceId, expected] of [
      [shop, 'pln_none', monthly.id, noPlan],
      [sandbox, plan.id, monthly.id, noPlan],
      [await newCatalogue(world()), plan.id, monthly.id, noPlan],
      [shop, plan.id, 'pp_none', noPrice],
      [shop, plan.id, 'a\0', noPrice],
      [shop, plan.id, yearly.id, noPrice],
      [shop, other.id, monthly.id, noPrice],
    ] as const) {
      await where.refuses((w) => updatePlanPrice(w, planId, priceId, {}), expected);
      await where.refuses((w) => setDefaultPlanPrice(w, planId, priceId), expected);
      await where.refuses((w) => deletePlanPrice(w, planId, priceId), expected);
    }
    await sandbox.refuses(
      (w) => addPlanPrice(w, plan.id, { billingInterval: 'weekly', price: 1 }),
      noPlan,
    );
    expect(await findPrices(sandbox.reader(), [monthly.id])).toEqual([]);
  });

  it('are hidden from the public with their plan', async () => {
    const shop = await newCatalogue(world());
    const [plan, monthly] = await threePrices(shop);
    const forPublic = shop.reader('public');
    expect(await findPricesOfPlans(forPublic, [plan.id])).toHaveLength(3);
    await shop.change((w) => setPlanVisibility(w, plan.id, { isPublic: false }));
    expect(await findPricesOfPlans(forPublic, [plan.id])).toEqual([]);
    expect(await findPrices(forPublic, [monthly.id])).toEqual([]);
    expect(await pricesOf(shop, plan)).toHaveLength(3);
  });
});
