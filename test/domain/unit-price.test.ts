import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { findPlan } from '../../src/db/records/plan.ts';
import { findPrices } from '../../src/db/records/price.ts';
import { listAuditLog } from '../../src/domain/audit-log.ts';
import { removePlanCurrency, setExchangeRate } from '../../src/domain/exchange-rate.ts';
import { deletePlan } from '../../src/domain/plan.ts';
import { removePlanFeature, updatePlanFeature } from '../../src/domain/plan-feature.ts';
import { deletePlanPrice, type PlanPrice } from '../../src/domain/price.ts';
import { deleteRegionalPrices, upsertRegionalPrices } from '../../src/domain/regional-price.ts';
import { setPlanRegionalPricing } from '../../src/domain/regional-pricing.ts';
import { featuresOfPlan, Loaders, unitPricesOfPrice } from '../../src/domain/relations.ts';
import { priceAt } from '../../src/domain/revision.ts';
import {
  costOfQuantity,
  removeUnitPrice,
  SetUnitPriceInput,
  setUnitPrice,
  unitPricesAt,
} from '../../src/domain/unit-price.ts';
import type { BillingInterval, FeatureType } from '../../src/vocabulary.ts';
import { bothModes, type Catalogue, keepsInvariants, newCatalogue } from '../catalogue.ts';
import { onEveryEngine } from '../engines.ts';
import { bad, expectAcceptance, expectRefusals } from '../refusals.ts';
import { beforeLastWrite, sortedRows, storedOf } from '../restore.ts';

const most = Number.MAX_SAFE_INTEGER;
const tiers = [
  { upTo: 1_000, unitPrice: 5_000 },
  { upTo: null, unitPrice: 3_000, flatPrice: 70_000 },
];
const stored = [
  { upTo: 1_000, unitPrice: 5_000, flatPrice: 0 },
  { upTo: null, unitPrice: 3_000, flatPrice: 70_000 },
];
const openTiers = (count: number) =>
  Array.from({ length: count }, (_, place) => ({
    upTo: place === count - 1 ? null : place + 1,
    unitPrice: 1,
  }));

it('the input refuses bad values by field', () => {
  expectRefusals(
    SetUnitPriceInput,
    { featureId: 'seats', unitPrice: 0, blockSize: 1, minimumQuantity: 0, maximumQuantity: null },
    {
      featureId: [...bad.references, null, undefined],
      unitPrice: [...bad.amounts, null],
      blockSize: [...bad.amounts, 0, null],
      minimumQuantity: [...bad.amounts, null],
      maximumQuantity: bad.amounts,
      regional: [7, null, Array(201).fill({ currency: 'eur' })],
    },
  );
  expectRefusals(
    SetUnitPriceInput,
    {
      featureId: 'calls',
      tiersMode: 'graduated',
      tiers,
      regional: [{ currency: 'eur', unitPrice: 0 }],
    },
    {
      tiersMode: [...bad.words, null],
      tiers: [[], 7, null, openTiers(51)],
      'tiers.0.upTo': bad.amounts,
      'tiers.0.unitPrice': [...bad.amounts, null, undefined],
      'tiers.0.flatPrice': bad.amounts,
      'regional.0.currency': [...bad.currencies, null, undefined],
      'regional.0.unitPrice': [...bad.amounts, null],
      'regional.0.tiers': [[], 7, null, openTiers(51)],
    },
  );
  expectAcceptance(
    SetUnitPriceInput,
    { featureId: 'calls', tiersMode: 'volume', tiers },
    {
      tiers: [openTiers(50)],
      blockSize: [1, most, undefined],
      maximumQuantity: [null, undefined, most],
      'tiers.1.upTo': [null, undefined],
      regional: [[], [{ currency: 'EUR' }], undefined],
    },
  );
});

/** A plan that sells a feature of each kind by the unit. */
const open = async (shop: Catalogue) => {
  const plan = await shop.plan({ consumptionModel: 'metered' });
  const price = await shop.price(plan, { billingInterval: 'yearly' });
  const attach = async (type: FeatureType, input = {}) => {
    const feature = await shop.feature({ type });
    await shop.attach(plan, feature, input);
    return feature;
  };
  const seats = await attach('seats');
  const calls = await attach('usage', { includedAmount: 10 });
  const set = (input: SetUnitPriceInput, at: PlanPrice = price) =>
    shop.change((w) => setUnitPrice(w, plan.id, at.id, input));
  const remove = (featureId: string, at: PlanPrice = price) =>
    shop.change((w) => removeUnitPrice(w, plan.id, at.id, featureId));
  const refuses = (input: SetUnitPriceInput, param: string, code = 'validation_error') =>
    shop.refuses((w) => setUnitPrice(w, plan.id, price.id, input), { code, param });
  const rows = async () =>
    (await shop.rows('unit_price')).map(({ tenant_id, tiers, ...row }) => ({
      ...row,
      tiers: JSON.parse(tiers),
    }));
  const regional = async () =>
    (await shop.rows('regional_unit_price'))
      .map(({ currency, unit_price, tiers, auto_synced }) => [
        currency,
        unit_price ?? JSON.parse(tiers),
        auto_synced === 1,
      ])
      .sort();
  return { shop, plan, price, attach, seats, calls, set, remove, refuses, rows, regional };
};

onEveryEngine('unit prices', (world) => {
  keepsInvariants(world);
  const newShop = async () => open(await newCatalogue(world()));

  it('are flat, from one unit on, unless said otherwise', async () => {
    const { seats, set, rows, plan, price } = await newShop();
    const answer = await set({ featureId: seats.code, unitPrice: 120_000 });
    expect(answer).toMatchObject({ id: price.id, revision: 2 });
    expect(await rows()).toEqual([
      {
        price_id: price.id,
        feature_id: seats.id,
        plan_id: plan.id,
        unit_price: 120_000,
        tiers_mode: 'none',
        tiers: [],
        block_size: 1,
        minimum_quantity: 0,
        maximum_quantity: null,
        feature_type: 'seats',
        plan_is_free: 0,
        unlimited: 0,
      },
    ]);
  });

  it('keep what an input leaves out', async () => {
    const { seats, set, rows } = await newShop();
    const featureId = seats.id;
    const now = async () => {
      const [row] = await rows();
      const { unit_price, tiers_mode, block_size, minimum_quantity, maximum_quantity } = row ?? {};
      return [unit_price, tiers_mode, row?.tiers, block_size, minimum_quantity, maximum_quantity];
    };
    await set({ featureId, unitPrice: 5, blockSize: 10, minimumQuantity: 20, maximumQuantity: 90 });
    await set({ featureId });
    expect(await now()).toEqual([5, 'none', [], 10, 20, 90]);
    await set({ featureId, unitPrice: 0, maximumQuantity: null });
    expect(await now()).toEqual([0, 'none', [], 10, 20, null]);
    await set({ featureId, tiersMode: 'volume', tiers });
    expect(await now()).toEqual([null, 'volume', stored, 10, 20, null]);
    await set({ featureId, tiersMode: 'graduated' });
    expect(await now()).toEqual([null, 'graduated', stored, 10, 20, null]);
    await set({ featureId, tiers: [{ unitPrice: 1 }], minimumQuantity: 0 });
    const one = [{ upTo: null, unitPrice: 1, flatPrice: 0 }];
    expect(await now()).toEqual([null, 'graduated', one, 10, 0, null]);
    await set({ featureId, unitPrice: 7 });
    expect(await now()).toEqual([7, 'none', [], 10, 0, null]);
  });

  it('are either flat or in tiers, with a mode', async () => {
    const { seats, set, refuses } = await newShop();
    const featureId = seats.id;
    await refuses({ featureId }, 'unitPrice');
    await refuses({ featureId, tiersMode: 'volume' }, 'unitPrice');
    await refuses({ featureId, unitPrice: 1, tiers, tiersMode: 'volume' }, 'tiers');
    await refuses({ featureId, unitPrice: 1, tiersMode: 'volume' }, 'tiersMode');
    await refuses({ featureId, tiers }, 'tiersMode');
    await set({ featureId, unitPrice: 1 });
    await refuses({ featureId, tiersMode: 'volume' }, 'tiersMode');
    await refuses({ featureId, tiers }, 'tiersMode');
  });

  it('have tiers that rise in whole blocks to an open one', async () => {
    const { calls, set, refuses } = await newShop();
    const base = { featureId: calls.id, tiersMode: 'graduated' } as const;
    const ending = (...ends: (number | null)[]) => ends.map((upTo) => ({ upTo, unitPrice: 1 }));
    await refuses({ ...base, tiers: ending(10, 10, null) }, 'tiers.1.upTo');
    await refuses({ ...base, tiers: ending(10, 20) }, 'tiers.1.upTo');
    await refuses({ ...base, tiers: ending(10, null, null) }, 'tiers.1.upTo');
    await refuses({ ...base, tiers: ending(0, null) }, 'tiers.0.upTo');
    await refuses({ ...base, tiers: ending(10, 15, null), blockSize: 10 }, 'tiers.1.upTo');
    await set({ ...base, tiers: ending(10, 20, null), blockSize: 10 });
    await refuses({ ...base, blockSize: 20 }, 'blockSize');
  });

  it('have a minimum of at most the maximum, both in whole blocks', async () => {
    const { seats, set, refuses } = await newShop();
    const base = { featureId: seats.id, unitPrice: 1 };
    await refuses({ ...base, minimumQuantity: 3, maximumQuantity: 2 }, 'minimumQuantity');
    await refuses({ ...base, blockSize: 2, minimumQuantity: 3 }, 'minimumQuantity');
    await refuses({ ...base, blockSize: 2, maximumQuantity: 3 }, 'maximumQuantity');
    await set({ ...base, minimumQuantity: 3, maximumQuantity: 9 });
    await refuses({ ...base, maximumQuantity: 2 }, 'maximumQuantity');
    await refuses({ ...base, minimumQuantity: 10 }, 'minimumQuantity');
    await refuses({ ...base, blockSize: 2 }, 'blockSize');
    await refuses({ ...base, blockSize: 9 }, 'blockSize');
    await set({ ...base, blockSize: 3, minimumQuantity: 9 });
  });

  it('are of a seats, quota or usage feature of the plan, which is not unlimited', async () => {
    const { shop, attach, set, refuses, plan } = await newShop();
    await refuses({ featureId: (await attach('boolean')).id, unitPrice: 1 }, 'featureId');
    const unlimited = await attach('seats', { unlimited: true });
    await refuses({ featureId: unlimited.id, unitPrice: 1 }, 'featureId');
    const apart = await shop.feature();
    await refuses({ featureId: apart.id, unitPrice: 1 }, 'featureId', 'feature_not_found');
    await refuses({ featureId: 'none', unitPrice: 1 }, 'featureId', 'feature_not_found');
    await set({ featureId: (await attach('quota')).id, unitPrice: 1 });

    const free = await shop.plan({ isFree: true });
    const nothing = await shop.price(free, { price: 0 });
    await shop.attach(free, apart);
    const input = { featureId: apart.id, unitPrice: 0 };
    await shop.refuses((w) => setUnitPrice(w, free.id, nothing.id, input), {
      code: 'validation_error',
      param: 'planId',
    });
    await shop.refuses((w) => setUnitPrice(w, plan.id, nothing.id, input), {
      code: 'price_not_found',
    });
    await shop.refuses((w) => setUnitPrice(w, 'none', nothing.id, input), {
      code: 'plan_not_found',
    });
  });

  it('need no consumption model', async () => {
    const shop = await newCatalogue(world());
    const plan = await shop.plan();
    const price = await shop.price(plan);
    const seats = await shop.feature({ type: 'seats' });
    await shop.attach(plan, seats);
    await shop.change((w) =>
      setUnitPrice(w, plan.id, price.id, { featureId: seats.id, unitPrice: 1 }),
    );
    expect(await shop.rows('unit_price')).toHaveLength(1);
  });

  it('keep their feature from becoming unlimited', async () => {
    const { shop, plan, seats, set, remove } = await newShop();
    await set({ featureId: seats.id, unitPrice: 1 });
    const update = (unlimited: boolean) => (w: Parameters<typeof updatePlanFeature>[0]) =>
      updatePlanFeature(w, plan.id, seats.id, { unlimited });
    await shop.refuses(update(true), { code: 'validation_error', param: 'unlimited' });
    await shop.change(update(false));
    await remove(seats.id);
    await shop.change(update(true));
  });

  it('are derived at the rates of the plan, tier by tier, never to nothing', async () => {
    const { shop, plan, seats, calls, set, regional } = await newShop();
    await shop.regionalPricing(plan, { currency: 'jpy', exchangeRate: 150.5 });
    await set({ featureId: seats.id, unitPrice: 333 });
    expect(await regional()).toEqual([['jpy', 50_117, true]]);
    await shop.regionalPricing(plan, { currency: 'eur', exchangeRate: 0.0001 });
    expect(await regional()).toEqual([
      ['eur', 1, true],
      ['jpy', 50_117, true],
    ]);
    await set({ featureId: seats.id, unitPrice: 0 });
    expect(await regional()).toEqual([
      ['eur', 0, true],
      ['jpy', 0, true],
    ]);
    await set({ featureId: seats.id, tiersMode: 'volume', tiers });
    const inTiers = (first: number, last: number, flat: number) => [
      { upTo: 1_000, unitPrice: first, flatPrice: 0 },
      { upTo: null, unitPrice: last, flatPrice: flat },
    ];
    expect(await regional()).toEqual([
      ['eur', inTiers(1, 1, 7), true],
      ['jpy', inTiers(752_500, 451_500, 10_535_000), true],
    ]);
    await set({ featureId: seats.id, unitPrice: 2 });
    await shop.regionalPricing(plan, { currency: 'eur', exchangeRate: 0.5 });
    await set({ featureId: calls.id, unitPrice: 4 });
    expect(await regional()).toEqual([
      ['eur', 1, true],
      ['eur', 2, true],
      ['jpy', 301, true],
      ['jpy', 602, true],
    ]);
  });

  it('must not derive to more than an amount can hold', async () => {
    const { shop, plan, price, seats, set, refuses } = await newShop();
    await set({ featureId: seats.id, unitPrice: most });
    await shop.refuses(
      (w) => setPlanRegionalPricing(w, plan.id, { currency: 'jpy', exchangeRate: 2 }),
      { code: 'validation_error', param: 'exchangeRate' },
    );
    await set({ featureId: seats.id, unitPrice: 1 });
    await shop.regionalPricing(plan, { currency: 'jpy', exchangeRate: 2 });
    await refuses({ featureId: seats.id, unitPrice: most }, 'unitPrice');
    const steep = [{ unitPrice: 1, flatPrice: most }];
    await refuses({ featureId: seats.id, tiersMode: 'volume', tiers: steep }, 'tiers.0.flatPrice');
    expect(price.id).toMatch(/^pp_/);
  });

  it('may be set by hand in a currency, and then stay', async () => {
    const { shop, plan, price, seats, set, regional } = await newShop();
    const featureId = seats.id;
    await shop.regionalPricing(plan, { currency: 'eur', exchangeRate: 0.5 });
    await set({ featureId, unitPrice: 10, regional: [{ currency: 'EUR', unitPrice: 9 }] });
    await set({ featureId, unitPrice: 20 });
    await shop.regionalPricing(plan, { currency: 'eur', exchangeRate: 0.7 });
    expect(await regional()).toEqual([['eur', 9, false]]);
    await set({ featureId, regional: [{ currency: 'eur' }] });
    expect(await regional()).toEqual([['eur', 14, true]]);

    const overrides = [{ currency: 'brl', price: 1 }];
    await shop.change((w) => upsertRegionalPrices(w, plan.id, price.id, { overrides }));
    await set({ featureId, regional: [{ currency: 'brl', unitPrice: 3 }] });
    expect(await regional()).toEqual([
      ['brl', 3, false],
      ['eur', 14, true],
    ]);
  });

  it('follow a rate, and what is by hand only where it is overwritten', async () => {
    const { shop, plan, seats, calls, set, regional } = await newShop();
    const rate = (exchangeRate: number, overwrite?: boolean) =>
      shop.change((w) => setExchangeRate(w, plan.id, { currency: 'eur', exchangeRate, overwrite }));
    await rate(2);
    await set({ featureId: calls.id, unitPrice: 3 });
    await set({ featureId: seats.id, unitPrice: 1, regional: [{ currency: 'eur', unitPrice: 9 }] });
    await rate(3);
    expect(await regional()).toEqual([
      ['eur', 9, false],
      ['eur', 9, true],
    ]);
    await rate(4, true);
    expect(await regional()).toEqual([
      ['eur', 12, true],
      ['eur', 4, true],
    ]);
  });

  it('go with a currency that is taken off the plan', async () => {
    const { shop, plan, price, seats, set, regional } = await newShop();
    const monthly = await shop.price(plan);
    for (const currency of ['eur', 'jpy'])
      await shop.regionalPricing(plan, { currency, exchangeRate: 1 });
    for (const at of [price, monthly])
      await set(
        { featureId: seats.id, unitPrice: 1, regional: [{ currency: 'eur', unitPrice: 2 }] },
        at,
      );
    const before = sortedRows(await storedOf(shop));
    await shop.change((w) => removePlanCurrency(w, plan.id, 'eur'));
    expect(await regional()).toEqual([
      ['jpy', 1, true],
      ['jpy', 1, true],
    ]);
    expect(sortedRows(await beforeLastWrite(shop))).toEqual(before);
  });

  it('have tiers in every currency, or in none', async () => {
    const { shop, plan, seats, set, refuses, regional } = await newShop();
    const featureId = seats.id;
    await shop.regionalPricing(plan, { currency: 'eur', exchangeRate: 1 });
    const one = [{ unitPrice: 8 }];
    const asked = (unitPrice: number | undefined, inTiers: typeof one | undefined) => ({
      regional: [{ currency: 'eur', unitPrice, tiers: inTiers }],
    });
    await refuses({ featureId, unitPrice: 1, ...asked(undefined, one) }, 'regional.0.tiers');
    await refuses({ featureId, unitPrice: 1, ...asked(1, one) }, 'regional.0.tiers');
    const mode = { featureId, tiersMode: 'volume', tiers } as const;
    await refuses({ ...mode, ...asked(1, undefined) }, 'regional.0.unitPrice');
    const fallen = [{ upTo: 2, unitPrice: 1 }, { upTo: 1, unitPrice: 1 }, { unitPrice: 1 }];
    await refuses(
      { ...mode, regional: [{ currency: 'eur', tiers: fallen }] },
      'regional.0.tiers.1.upTo',
    );
    await set({ featureId, unitPrice: 1, ...asked(2, undefined) });
    await refuses(mode, 'regional');
    await set({
      ...mode,
      regional: [{ currency: 'eur', tiers: [{ upTo: 7, unitPrice: 9 }, ...one] }],
    });
    const row = [
      'eur',
      [
        { upTo: 7, unitPrice: 9, flatPrice: 0 },
        { upTo: null, unitPrice: 8, flatPrice: 0 },
      ],
      false,
    ];
    await set({ featureId, tiersMode: 'graduated' });
    expect(await regional()).toEqual([row]);
    expect((await shop.rows('regional_unit_price'))[0]?.tiers_mode).toBe('graduated');
    await refuses({ featureId, blockSize: 500 }, 'blockSize');
  });

  it('need a price or a rate in a currency', async () => {
    const { shop, plan, price, seats, set, refuses, regional } = await newShop();
    const featureId = seats.id;
    const inEuros = { regional: [{ currency: 'eur', unitPrice: 1 }] };
    await refuses({ featureId, unitPrice: 1, ...inEuros }, 'regional.0.currency');
    const overrides = ['eur', 'brl'].map((currency) => ({ currency, price: 1 }));
    await shop.change((w) => upsertRegionalPrices(w, plan.id, price.id, { overrides }));
    await refuses(
      { featureId, unitPrice: 1, regional: [{ currency: 'eur' }] },
      'regional.0.currency',
    );
    const twice = [
      { currency: 'eur', unitPrice: 1 },
      { currency: 'EUR', unitPrice: 1 },
    ];
    await refuses({ featureId, unitPrice: 1, regional: twice }, 'regional.1.currency');
    const both = ['brl', 'eur'].map((currency) => ({ currency, unitPrice: 4 }));
    await set({ featureId, unitPrice: 1, regional: both });
    await shop.regionalPricing(plan, { currency: 'brl', exchangeRate: 5 });
    await shop.change((w) => deleteRegionalPrices(w, plan.id, price.id));
    expect(await regional()).toEqual([['brl', 4, false]]);
  });

  it('move their price and its plan, and not the feature', async () => {
    const { shop, plan, price, seats, calls, set, remove } = await newShop();
    await shop.regionalPricing(plan, { currency: 'eur', exchangeRate: 1 });
    const revisions = async () => {
      const [found] = await findPrices(shop.reader(), [price.id]);
      const links = await shop.rows('plan_feature');
      const { revision } = (await findPlan(shop.reader(), plan.id)) ?? {};
      return [revision, found?.revision, ...links.map((row) => row.revision)];
    };
    const [ofPlan = 0, ofPrice = 0, ...ofLinks] = await revisions();
    await set({ featureId: seats.id, unitPrice: 1 });
    expect(await revisions()).toEqual([ofPlan + 1, ofPrice + 1, ...ofLinks]);
    await set({ featureId: seats.id, unitPrice: 1 });
    expect(await revisions()).toEqual([ofPlan + 2, ofPrice + 2, ...ofLinks]);
    await remove(seats.code);
    expect(await revisions()).toEqual([ofPlan + 3, ofPrice + 3, ...ofLinks]);
    await set({ featureId: calls.id, unitPrice: 1 });
    await shop.change((w) => removePlanFeature(w, plan.id, calls.id));
    expect((await revisions()).slice(0, 2)).toEqual([ofPlan + 5, ofPrice + 5]);
  });

  it('depend on the revision of the price that their author has seen', async () => {
    const { shop, plan, price, seats } = await newShop();
    const write = (expected: number) =>
      shop.change(
        (w) => setUnitPrice(w, plan.id, price.id, { featureId: seats.id, unitPrice: expected }),
        { guard: priceAt(expected, plan.id, price.id) },
      );
    await write(1);
    await expect(write(1)).rejects.toMatchObject({ code: 'revision_mismatch' });
  });

  it('are removed one by one', async () => {
    const { shop, plan, price, seats, calls, set, remove, rows, regional } = await newShop();
    await shop.regionalPricing(plan, { currency: 'eur', exchangeRate: 1 });
    for (const { id } of [seats, calls]) await set({ featureId: id, unitPrice: 1 });
    await remove(seats.code);
    expect((await rows()).map((row) => row.feature_id)).toEqual([calls.id]);
    expect(await regional()).toHaveLength(1);
    for (const [planId, priceId, featureId, code, param] of [
      [plan.id, price.id, seats.id, 'unit_price_not_found', 'featureId'],
      [plan.id, price.id, 'none', 'feature_not_found', 'featureId'],
      [plan.id, 'none', calls.id, 'price_not_found', 'priceId'],
      ['none', price.id, calls.id, 'plan_not_found', 'planId'],
    ] as const)
      await shop.refuses((w) => removeUnitPrice(w, planId, priceId, featureId), { code, param });
  });

  it('go with their feature, their price or their plan, and audit entries say so', async () => {
    const { shop, plan, price, seats, calls, set } = await newShop();
    await shop.regionalPricing(plan, { currency: 'eur', exchangeRate: 1 });
    const monthly = await shop.price(plan);
    for (const at of [price, monthly])
      for (const { id } of [seats, calls]) await set({ featureId: id, unitPrice: 1 }, at);
    const gone = async () => {
      const [entry] = (await listAuditLog(shop.reader(), {}, { first: 1 })).items;
      return entry?.changes
        .filter(({ type, after }) => type.endsWith('UnitPrice') && after === null)
        .map(({ objectId }) => objectId)
        .sort();
    };
    const idsOf = (...pairs: [PlanPrice, { id: string }][]) =>
      pairs
        .flatMap(([{ id }, feature]) => [`${id}_${feature.id}`, `${id}_${feature.id}_eur`])
        .sort();
    const put = async () => sortedRows(await beforeLastWrite(shop));
    const states = async () => sortedRows(await storedOf(shop));

    let before = await states();
    await shop.change((w) => removePlanFeature(w, plan.id, seats.id));
    expect(await gone()).toEqual(idsOf([price, seats], [monthly, seats]));
    expect(await put()).toEqual(before);
    before = await states();
    await shop.change((w) => deletePlanPrice(w, plan.id, price.id));
    expect(await gone()).toEqual(idsOf([price, calls]));
    expect(await put()).toEqual(before);
    expect(await shop.rows('unit_price')).toHaveLength(1);
    before = await states();
    await shop.change((w) => deletePlan(w, plan.id));
    expect(await gone()).toEqual(idsOf([monthly, calls]));
    expect(await put()).toEqual(before);
  });

  it('are put back by the audit entry alone', async () => {
    const { shop, plan, seats, set, remove } = await newShop();
    await shop.regionalPricing(plan, { currency: 'eur', exchangeRate: 1 });
    const featureId = seats.id;
    for (const write of [
      () => set({ featureId, unitPrice: 1, regional: [{ currency: 'eur', unitPrice: 3 }] }),
      () => set({ featureId, unitPrice: 2, regional: [{ currency: 'eur' }], blockSize: 5 }),
      () => set({ featureId, tiersMode: 'volume', tiers }),
      () => set({ featureId, tiersMode: 'graduated', maximumQuantity: 10 }),
      () => shop.regionalPricing(plan, { currency: 'eur', exchangeRate: 2 }),
      () => remove(featureId),
    ]) {
      const before = sortedRows(await storedOf(shop));
      await write();
      expect(sortedRows(await storedOf(shop))).not.toEqual(before);
      expect(sortedRows(await beforeLastWrite(shop))).toEqual(before);
    }
  });

  it('are found with their feature, else its overage is', async () => {
    const { shop, plan, price, attach, seats, calls, set } = await newShop();
    const overage = { enabled: true, unitPrice: 40 };
    const charged = await attach('usage', { overage });
    await attach('usage', { overage: { enabled: false, unitPrice: 40 } });
    await shop.change((w) => updatePlanFeature(w, plan.id, calls.id, { overage }));
    await set({ featureId: seats.id, unitPrice: 120_000 });
    const found = async () => {
      const loaders = new Loaders(shop.reader());
      const own = await loaders.load(unitPricesOfPrice, price.id);
      return unitPricesAt(price, own, await loaders.load(featuresOfPlan, plan.id)).map(
        ({ planFeature, unitPrice, featureType }) => [
          planFeature.featureId,
          unitPrice,
          featureType,
        ],
      );
    };
    expect(await found()).toEqual([
      [seats.id, 120_000, 'seats'],
      [calls.id, 40, null],
      [charged.id, 40, null],
    ]);
    await set({ featureId: calls.id, unitPrice: 9 });
    expect((await found())[1]).toEqual([calls.id, 9, 'usage']);
  });

  it.each<[BillingInterval, FeatureType | null, number]>([
    ['weekly', 'usage', 20],
    ['monthly', 'usage', 20],
    ['quarterly', 'usage', 60],
    ['yearly', 'usage', 240],
    ['one_time', 'usage', 20],
    ['yearly', 'seats', 20],
    ['quarterly', 'quota', 20],
    ['yearly', null, 240],
  ])('count months: %s, %s', async (billingInterval, type, amount) => {
    const shop = await newCatalogue(world());
    const plan = await shop.plan({ consumptionModel: 'metered' });
    const price = await shop.price(plan, { billingInterval });
    const feature = await shop.feature({ type: type ?? 'seats' });
    const link = await shop.attach(plan, feature, {
      includedAmount: 10,
      overage: { enabled: true, unitPrice: 2 },
    });
    if (type !== null)
      await shop.change((w) =>
        setUnitPrice(w, plan.id, price.id, { featureId: feature.id, unitPrice: 2 }),
      );
    const own = (await unitPricesOfPrice.read(shop.reader(), [price.id])).flat();
    const [unit] = unitPricesAt(price, own, [link]);
    if (!unit) throw new Error('there is no unit price');
    expect(costOfQuantity(unit, unit, 20).amount).toBe(amount);
  });

  it('cost a quantity up to the maximum', async () => {
    const { shop, price, seats, set } = await newShop();
    await set({ featureId: seats.id, unitPrice: 5, minimumQuantity: 3, maximumQuantity: 9 });
    const own = (await unitPricesOfPrice.read(shop.reader(), [price.id])).flat();
    const loaders = new Loaders(shop.reader());
    const [unit] = unitPricesAt(price, own, await loaders.load(featuresOfPlan, price.planId));
    if (!unit) throw new Error('there is no unit price');
    const cost = (quantity: number) => costOfQuantity(unit, unit, quantity).amount;
    expect([0, 3, 4, 9].map(cost)).toEqual([15, 15, 20, 45]);
    for (const quantity of [10, -1, 1.5, 2 ** 53, Number.NaN])
      expect(() => cost(quantity)).toThrowError(
        expect.objectContaining({ code: 'validation_error', param: 'quantity' }),
      );
  });

  it('are shown to the public with their price, and to no other tenant', async () => {
    const [shop, sandbox] = await bothModes(world());
    const { plan, price, seats, set } = await open(shop);
    await set({ featureId: seats.id, unitPrice: 5 });
    const countFor = async (reader: Parameters<typeof unitPricesOfPrice.read>[0]) =>
      (await unitPricesOfPrice.read(reader, [price.id])).flat().length;
    expect(await countFor(shop.reader('public'))).toBe(1);
    expect(await countFor(sandbox.reader())).toBe(0);
    await shop.change((w) => deletePlan(w, plan.id));
    expect(await countFor(shop.reader())).toBe(0);
  });

  it('stay off deleted plans', async () => {
    const { shop, plan, seats, set } = await newShop();
    await set({ featureId: seats.id, unitPrice: 5 });
    await shop.change((w) => deletePlan(w, plan.id));
    await expect(
      sql`update unit_price set unit_price = 6 where tenant_id = ${shop.tenant.id}`.execute(
        world().store.engine.writing,
      ),
    ).rejects.toThrow('a deleted plan takes no unit price');
  });
});
