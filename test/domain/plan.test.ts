import { describe, expect, it } from 'vitest';
import { findExchangeRates } from '../../src/db/records/exchange-rate.ts';
import { findPlan, findPlanByCode, findPlans, findPlansByCode } from '../../src/db/records/plan.ts';
import { findFeaturesOfPlans } from '../../src/db/records/plan-feature.ts';
import { findPrices, findPricesOfPlans } from '../../src/db/records/price.ts';
import { findRegionalOverages } from '../../src/db/records/regional-overage.ts';
import { findRegionalPrices } from '../../src/db/records/regional-price.ts';
import { createApiKey } from '../../src/domain/api-key.ts';
import { updateFeature } from '../../src/domain/feature.ts';
import type { Writer } from '../../src/domain/operation.ts';
import {
  CreatePlanInput,
  countPlans,
  createPlan,
  deletePlan,
  getPlan,
  listPlans,
  type Plan,
  PlanFilter,
  type PlanSorting,
  SetPlanVisibilityInput,
  setPlanVisibility,
  UpdatePlanInput,
  updatePlan,
} from '../../src/domain/plan.ts';
import { addPlanFeature } from '../../src/domain/plan-feature.ts';
import { createPlanGroup, updatePlanGroup } from '../../src/domain/plan-group.ts';
import { addPlanPrice, updatePlanPrice } from '../../src/domain/price.ts';
import { createPublishableKey } from '../../src/domain/publishable-key.ts';
import { setPlanRegionalPricing } from '../../src/domain/regional-pricing.ts';
import { Loaders, plansOfFeature } from '../../src/domain/relations.ts';
import { bothModes, type Catalogue, keepsInvariants, newCatalogue } from '../catalogue.ts';
import { onEveryEngine } from '../engines.ts';
import { bad, expectAcceptance, expectRefusals, goodMetadata } from '../refusals.ts';

describe('inputs of plans', () => {
  it('refuse bad values by field', () => {
    const created = { name: 'Pro', code: 'pro' };
    expectRefusals(CreatePlanInput, created, {
      name: [...bad.names, null, undefined],
      code: [...bad.codes, null, undefined],
      description: bad.descriptions,
      consumptionModel: bad.words,
      isPublic: bad.flags,
      isFree: bad.flags,
      blockOnExhaustion: bad.flags,
      planGroupId: bad.references,
      metadata: bad.metadata,
    });
    expectRefusals(
      UpdatePlanInput,
      {},
      {
        name: [...bad.names, null],
        description: bad.descriptions,
        isPublic: [...bad.flags, null],
        metadata: [...bad.metadata, null],
      },
    );
    expectRefusals(
      SetPlanVisibilityInput,
      { isPublic: true },
      { isPublic: [...bad.flags, null, undefined] },
    );
    expectRefusals(
      PlanFilter,
      {},
      {
        visibility: bad.words,
        consumptionModel: bad.words,
        isFree: bad.flags,
        text: ['', 'x'.repeat(256), 'a\0b', '\ud800', 7, true, {}, []],
        'metadata.key': ['a\0', 7],
        codes: ['pro', Array(101).fill('pro')],
      },
    );
  });

  it('take null for absent on creation, and as the way to clear on update', () => {
    const absent = {
      description: null,
      consumptionModel: null,
      isPublic: null,
      isFree: null,
      blockOnExhaustion: null,
    };
    expect(
      CreatePlanInput.parse({
        name: 'Pro',
        code: 'pro',
        ...absent,
        planGroupId: null,
        metadata: null,
      }),
    ).toBeDefined();
    expectAcceptance(CreatePlanInput, { name: 'Pro', code: 'pro' }, { metadata: goodMetadata });
    expect(UpdatePlanInput.parse({ description: null })).toEqual({ description: null });
  });

  it('ignore keys that they do not know', () => {
    expect(CreatePlanInput.parse({ name: 'Pro', code: 'pro', sortOrder: 'x' })).toEqual({
      name: 'Pro',
      code: 'pro',
    });
  });
});

onEveryEngine('plans', (world) => {
  keepsInvariants(world);

  it('have names without the spaces around them, as groups, features and keys do', async () => {
    const shop = await newCatalogue(world());
    const name = ' \t\u00a0Pro plan\n';
    const plan = await shop.plan({ name });
    const group = await shop.group({ name });
    const feature = await shop.feature({ name });
    const { apiKey } = await shop.change((w) => createApiKey(w, { name, scope: 'read' }));
    const origins = { allowedOrigins: ['https://shop.example'] };
    const publishable = await shop.change((w) => createPublishableKey(w, { name, ...origins }));
    for (const named of [plan, group, feature, apiKey, publishable.apiKey])
      expect(named.name).toBe('Pro plan');
    const renamed = ' New ';
    for (const named of [
      await shop.change((w) => updatePlan(w, plan.id, { name: renamed })),
      await shop.change((w) => updatePlanGroup(w, group.id, { name: renamed })),
      await shop.change((w) => updateFeature(w, feature.id, { name: renamed })),
    ])
      expect(named.name).toBe('New');
    expect((await findPlan(shop.reader(), plan.id))?.name).toBe('New');
  });

  it('answer a repeated request by what was sent, not by what is stored of it', async () => {
    const shop = await newCatalogue(world());
    const create = (name: string) =>
      shop.change((w) => createPlan(w, { name, code: 'repeated' }), { idempotencyKey: 'names' });
    const plan = await create(' Pro ');
    expect(await create(' Pro ')).toEqual(plan);
    await expect(create('Pro')).rejects.toMatchObject({ code: 'idempotency_key_mismatch' });
  });

  it('have defaults for what is left out', async () => {
    const shop = await newCatalogue(world());
    const plan = await shop.changeAt('2026-01-01T00:00:00.000Z', (w) =>
      createPlan(w, { name: 'Pro', code: 'pro' }),
    );
    expect(plan).toEqual({
      id: expect.stringMatching(/^pln_[0-9a-z]{26}$/),
      name: 'Pro',
      code: 'pro',
      description: null,
      consumptionModel: null,
      isPublic: true,
      isFree: false,
      blockOnExhaustion: false,
      availability: 'self_service',
      presentation: {
        tagline: null,
        badge: null,
        highlighted: false,
        callToActionLabel: null,
        callToActionUrl: null,
      },
      basedOnPlanId: null,
      planGroupId: null,
      sortOrder: 0,
      metadata: null,
      publicMetadata: {},
      createdAt: '2026-01-01T00:00:00.000Z',
      updatedAt: '2026-01-01T00:00:00.000Z',
      revision: 1,
    });
    expect(await findPlan(shop.reader(), plan.id)).toEqual(plan);
  });

  it('take null for absent', async () => {
    const shop = await newCatalogue(world());
    const nulls = {
      description: null,
      consumptionModel: null,
      isPublic: null,
      isFree: null,
      blockOnExhaustion: null,
    };
    const plan = await shop.plan({ ...nulls, planGroupId: null, metadata: null });
    expect(plan).toMatchObject({
      description: null,
      isPublic: true,
      isFree: false,
      blockOnExhaustion: false,
    });
  });

  it('keep everything that is given', async () => {
    const shop = await newCatalogue(world());
    const group = await shop.group();
    const given = {
      name: '価格 🐘 "x" \\ %_',
      code: 'a_1',
      description: 'Line\nline',
      consumptionModel: 'balance',
      isPublic: false,
      isFree: true,
      blockOnExhaustion: true,
      planGroupId: group.id,
      metadata: { z: 1, a: [null, true, 0.1, 'ä'] },
    } as const;
    const plan = await shop.plan({
      ...given,
      metadata: { ...given.metadata, a: [...given.metadata.a] },
    });
    expect(plan).toMatchObject(given);
    expect(await findPlan(shop.reader(), plan.id)).toEqual(plan);
  });

  it('return metadata as it was sent', async () => {
    const shop = await newCatalogue(world());
    for (const metadata of goodMetadata) {
      const { id } = await shop.plan({ metadata });
      const found = await findPlan(shop.reader(), id);
      expect(JSON.stringify(found?.metadata)).toBe(JSON.stringify(metadata));
    }
  });

  it('have a code of their own among live plans', async () => {
    const shop = await newCatalogue(world());
    const first = await shop.plan({ code: 'pro' });
    const again = (w: Writer) => createPlan(w, { name: 'Other', code: 'pro' });
    await shop.refuses(again, { code: 'duplicate', param: 'code' });
    await shop.change((w) => deletePlan(w, first.id));
    const second = await shop.change(again);
    expect(second.id).not.toBe(first.id);
    expect(await findPlanByCode(shop.reader(), 'pro')).toEqual(second);
    expect(await (await newCatalogue(world())).plan({ code: 'pro' })).toMatchObject({
      code: 'pro',
    });
  });

  it('join only a group that exists', async () => {
    const shop = await newCatalogue(world());
    const foreign = await (await newCatalogue(world())).group();
    for (const planGroupId of ['plg_none', foreign.id])
      await shop.refuses((w) => createPlan(w, { name: 'Pro', code: 'pro', planGroupId }), {
        code: 'plan_group_not_found',
        param: 'planGroupId',
      });
  });

  it('meet refusals in order: validation, existence, conflict', async () => {
    const shop = await newCatalogue(world());
    const group = await shop.group();
    await shop.plan({ code: 'metered', consumptionModel: 'metered', planGroupId: group.id });
    await shop.refuses(
      (w) =>
        createPlan(w, {
          name: 'Pro',
          code: 'metered',
          consumptionModel: 'credits',
          planGroupId: group.id,
        }),
      { code: 'validation_error', param: 'planGroupId' },
    );
    await shop.refuses(
      (w) => createPlan(w, { name: 'Pro', code: 'metered', planGroupId: 'plg_none' }),
      {
        code: 'plan_group_not_found',
      },
    );
  });

  it('are found by id, else by code', async () => {
    const shop = await newCatalogue(world());
    const plan = await shop.plan({ code: 'pro', isPublic: false });
    const mimic = await shop.plan({ code: plan.id });
    expect(await getPlan(shop.reader(), plan.id)).toEqual(plan);
    expect(await getPlan(shop.reader(), 'pro')).toEqual(plan);
    await shop.change((w) => deletePlan(w, plan.id));
    expect(await getPlan(shop.reader(), plan.id)).toEqual(mimic);
    for (const missing of [
      '',
      'none',
      'pln_none',
      'a\0b',
      '\ud800',
      "' or 1 = 1 --",
      'x'.repeat(10_000),
    ])
      await expect(getPlan(shop.reader(), missing)).rejects.toMatchObject({
        code: 'plan_not_found',
        param: 'planId',
      });
  });

  it('change only what an update names', async () => {
    const shop = await newCatalogue(world());
    const plan = await shop.plan({ description: 'Old', metadata: { a: 1, b: { c: 2 } } });
    const later = '2100-01-01T00:00:00.000Z';
    const update = (input: UpdatePlanInput) =>
      shop.changeAt(later, (w) => updatePlan(w, plan.id, input));
    expect(await update({})).toEqual({ ...plan, updatedAt: later, revision: 2 });
    const third = { updatedAt: later, revision: 3 };
    expect(await update({ name: 'New' })).toEqual({ ...plan, name: 'New', ...third });
    expect(await update({ description: null })).toMatchObject({ name: 'New', description: null });
    expect(await update({ metadata: { b: { d: null } } })).toMatchObject({
      metadata: { b: { d: null } },
    });
    expect((await update({ metadata: {} })).metadata).toEqual({});
    const last = await update({ isPublic: false });
    expect(last).toMatchObject({ name: 'New', isPublic: false, metadata: {} });
    expect(await findPlan(shop.reader(), plan.id)).toEqual(last);
  });

  it('are shown and hidden', async () => {
    const shop = await newCatalogue(world());
    const { id } = await shop.plan();
    expect(await shop.change((w) => setPlanVisibility(w, id, { isPublic: false }))).toMatchObject({
      isPublic: false,
    });
    expect(await findPlan(shop.reader('public'), id)).toBeUndefined();
    expect(await shop.change((w) => setPlanVisibility(w, id, { isPublic: true }))).toMatchObject({
      isPublic: true,
    });
  });

  it('never go back in time when the clock does', async () => {
    const shop = await newCatalogue(world());
    const plan = await shop.changeAt('2026-06-01T00:00:00.000Z', (w) =>
      createPlan(w, { name: 'Pro', code: 'pro' }),
    );
    const early = '2020-01-01T00:00:00.000Z';
    const changed = await shop.changeAt(early, (w) => updatePlan(w, plan.id, { name: 'New' }));
    expect(changed.updatedAt).toBe(plan.createdAt);
    await shop.changeAt(early, (w) => deletePlan(w, plan.id));
    expect(await shop.rows('plan')).toMatchObject([
      { updated_at: plan.createdAt, deleted_at: plan.createdAt },
    ]);
  });

  it('are gone for good once deleted', async () => {
    const shop = await newCatalogue(world());
    const group = await shop.group();
    const plan = await shop.plan({ consumptionModel: 'metered', planGroupId: group.id });
    const price = await shop.price(plan);
    const feature = await shop.feature();
    await shop.attach(plan, feature, { overage: { enabled: true, unitPrice: 10 } });
    await shop.change((w) =>
      setPlanRegionalPricing(w, plan.id, { currency: 'eur', exchangeRate: 1 }),
    );
    expect(await shop.change((w) => deletePlan(w, plan.id))).toEqual({
      id: plan.id,
      planGroupId: group.id,
    });

    const reader = shop.reader();
    expect(await findPlan(reader, plan.id)).toBeUndefined();
    for (const found of [
      findPlans(reader, [plan.id]),
      findPlansByCode(reader, [plan.code]),
      findPrices(reader, [price.id]),
      findPricesOfPlans(reader, [plan.id]),
      findFeaturesOfPlans(reader, [plan.id]),
      new Loaders(reader, false).loadPage(plansOfFeature, feature.id, { limit: 1 }),
      findExchangeRates(reader, [plan.id]),
      findRegionalPrices(reader, [price.id]),
      findRegionalOverages(reader, [plan.id]),
    ])
      expect(await found).toEqual([]);
    expect((await listPlans(reader, { visibility: 'all' }, {})).items).toEqual([]);
    expect(await countPlans(reader, { visibility: 'all' })).toBe(0);
    expect(await shop.rows('plan')).toMatchObject([{ plan_group_id: null, sort_order: 0 }]);

    for (const work of [
      (w) => deletePlan(w, plan.id),
      (w) => updatePlan(w, plan.id, {}),
      (w) => setPlanVisibility(w, plan.id, { isPublic: true }),
      (w) => addPlanPrice(w, plan.id, { billingInterval: 'yearly', price: 1 }),
      (w) => updatePlanPrice(w, plan.id, price.id, { price: 1 }),
      (w) => addPlanFeature(w, plan.id, { featureId: feature.id }),
      (w) => setPlanRegionalPricing(w, plan.id, { currency: 'eur', exchangeRate: 2 }),
    ] satisfies ((w: Writer) => Promise<unknown>)[])
      await shop.refuses(work, { code: 'plan_not_found', param: 'planId' });
  });

  it('belong to one organization and one mode', async () => {
    const [live, sandbox] = await bothModes(world());
    const plan = await live.plan({ code: 'pro' });
    for (const other of [sandbox, await newCatalogue(world())]) {
      await expect(getPlan(other.reader(), plan.id)).rejects.toMatchObject({
        code: 'plan_not_found',
      });
      await expect(getPlan(other.reader(), 'pro')).rejects.toMatchObject({
        code: 'plan_not_found',
      });
      await other.refuses((w) => updatePlan(w, plan.id, { name: 'Mine' }), {
        code: 'plan_not_found',
        param: 'planId',
      });
      await other.refuses((w) => deletePlan(w, plan.id), {
        code: 'plan_not_found',
        param: 'planId',
      });
      expect((await listPlans(other.reader(), { visibility: 'all' }, {})).items).toEqual([]);
    }
    expect(await findPlan(live.reader(), plan.id)).toEqual(plan);
  });
});

onEveryEngine('lists of plans', (world) => {
  keepsInvariants(world);

  const codesOf = async (shop: Catalogue, filter: PlanFilter = {}, order?: PlanSorting) =>
    (
      await listPlans(shop.reader(), { visibility: 'all', ...filter }, { first: 1_000 }, order)
    ).items.map(({ code }) => code);

  it('hold public plans only, unless asked for others', async () => {
    const shop = await newCatalogue(world());
    await shop.plan({ code: 'shown' });
    await shop.plan({ code: 'hidden', isPublic: false });
    expect(await codesOf(shop, { visibility: undefined })).toEqual(['shown']);
    expect(await codesOf(shop, { visibility: null })).toEqual(['shown']);
    expect(await codesOf(shop, { visibility: 'public' })).toEqual(['shown']);
    expect(await codesOf(shop, { visibility: 'private' })).toEqual(['hidden']);
    expect(await codesOf(shop, { visibility: 'all' })).toEqual(['shown', 'hidden']);
    expect(await countPlans(shop.reader(), {})).toBe(1);
    const forPublic = await listPlans(shop.reader('public'), { visibility: 'all' }, {});
    expect(forPublic.items.map(({ code }) => code)).toEqual(['shown']);
    expect(await countPlans(shop.reader('public'), { visibility: 'private' })).toBe(0);
  });

  it('are filtered by every field', async () => {
    const shop = await newCatalogue(world());
    const group = await shop.group();
    await shop.plan({ code: 'free', isFree: true });
    await shop.plan({ code: 'pro', consumptionModel: 'metered', planGroupId: group.id });
    await shop.plan({ code: 'max', consumptionModel: 'balance' });
    expect(await codesOf(shop, { codes: ['max', 'free', 'none'] })).toEqual(['free', 'max']);
    expect(await codesOf(shop, { codes: [] })).toEqual([]);
    expect(await codesOf(shop, { planGroupId: group.id })).toEqual(['pro']);
    expect(await codesOf(shop, { planGroupId: 'plg_none' })).toEqual([]);
    expect(await codesOf(shop, { isFree: true })).toEqual(['free']);
    expect(await codesOf(shop, { isFree: false })).toEqual(['pro', 'max']);
    expect(await codesOf(shop, { consumptionModel: 'balance' })).toEqual(['max']);
    expect(await codesOf(shop, { isFree: false, consumptionModel: 'metered', text: 'x' })).toEqual(
      [],
    );
    const nothing = {
      codes: null,
      planGroupId: null,
      isFree: null,
      consumptionModel: null,
      text: null,
      metadata: null,
    };
    expect(await codesOf(shop, nothing)).toEqual(['free', 'pro', 'max']);
    expect(await countPlans(shop.reader(), { isFree: false })).toBe(2);
  });

  it('are searched for text as it stands', async () => {
    const shop = await newCatalogue(world());
    await shop.plan({ code: 'a_b', name: 'Ten % off' });
    await shop.plan({ code: 'axb', name: 'Back\\slash' });
    await shop.plan({ code: 'umlaut', name: 'GRÖẞE Größe' });
    expect(await codesOf(shop, { text: '%' })).toEqual(['a_b']);
    expect(await codesOf(shop, { text: 'a_b' })).toEqual(['a_b']);
    expect(await codesOf(shop, { text: '_' })).toEqual(['a_b']);
    expect(await codesOf(shop, { text: 'AXB' })).toEqual(['axb']);
    expect(await codesOf(shop, { text: 'k\\S' })).toEqual(['axb']);
    expect(await codesOf(shop, { text: 'TEN % OFF' })).toEqual(['a_b']);
    expect(await codesOf(shop, { text: 'größe' })).toEqual(['umlaut']);
    expect(await codesOf(shop, { text: "'" })).toEqual([]);
  });

  it.each([
    [{ key: 'text', value: 'x' }],
    [{ key: 'text', value: '' }],
    [{ key: 'text', value: '1' }],
    [{ key: 'text', value: 'true' }],
    [{ key: 'text', value: 'ä"\\\n🐘' }],
    [{ key: '', value: 'x' }],
    [{ key: 'a"b\\c\n.$[0]', value: 'x' }],
    [{ key: '__proto__', value: 'x' }],
  ])('find metadata text %j', async (metadata) => {
    const shop = await newCatalogue(world());
    await shop.plan({ code: 'it', metadata: Object.fromEntries([[metadata.key, metadata.value]]) });
    await shop.plan({
      code: 'nested',
      metadata: { a: Object.fromEntries([[metadata.key, metadata.value]]) },
    });
    await shop.plan({ code: 'other', metadata: Object.fromEntries([[metadata.key, 'other']]) });
    await shop.plan({ code: 'none' });
    expect(await codesOf(shop, { metadata })).toEqual(['it']);
    expect(await countPlans(shop.reader(), { metadata })).toBe(1);
  });

  it.each([
    [0, '0'],
    [-5, '-5'],
    [0.1, '0.1'],
    [1e-7, '1e-7'],
    [0.30000000000000004, '0.30000000000000004'],
    [Number.MAX_SAFE_INTEGER, '9007199254740991'],
    [true, 'true'],
    [false, 'false'],
  ])('find the metadata value %j', async (value, printed) => {
    const shop = await newCatalogue(world());
    await shop.plan({ code: 'it', metadata: { key: value } });
    await shop.plan({ code: 'other', metadata: { key: [value], other: value } });
    expect(await codesOf(shop, { metadata: { key: 'key', value: printed } })).toEqual(['it']);
    expect(await codesOf(shop, { metadata: { key: 'key', value: `${printed}0x` } })).toEqual([]);
  });

  it('stand in the order of their groups, then of creation', async () => {
    const shop = await newCatalogue(world());
    const group = await shop.group();
    await shop.plan({ code: 'a', planGroupId: group.id });
    await shop.plan({ code: 'b', planGroupId: group.id });
    await shop.plan({ code: 'c' });
    expect(await codesOf(shop)).toEqual(['a', 'c', 'b']);
  });

  it.each(['sortOrder', 'name', 'createdAt'] as const)(
    'are paged forwards and backwards by %s',
    async (by) => {
      const shop = await newCatalogue(world());
      const group = await shop.change((w) => createPlanGroup(w, { name: 'Group' }));
      const names = ['b', 'a', 'B', 'ä', 'a', '\\u001fx', '🐘', '￿', 'Z', 'a b'];
      const times = ['2026-01-02', '2026-01-02', '2026-01-01'];
      for (const [index, name] of names.entries())
        await shop.changeAt(`${times[index % 3]}T00:00:00.000Z`, (w) =>
          createPlan(w, {
            name: name || ' ',
            code: `p${index}`,
            planGroupId: index % 2 ? group.id : null,
          }),
        );
      for (const descending of [false, true]) {
        const order = { by, descending };
        const all = await codesOf(shop, {}, order);
        expect(all).toEqual(
          descending ? (await codesOf(shop, {}, { by, descending: false })).reverse() : all,
        );
        expect(new Set(all).size).toBe(names.length);

        const walk = async (size: 'first' | 'last', from: 'after' | 'before'): Promise<Plan[]> => {
          const [onward, back] =
            size === 'first'
              ? (['hasNextPage', 'hasPreviousPage'] as const)
              : (['hasPreviousPage', 'hasNextPage'] as const);
          const seen: Plan[] = [];
          let cursor: string | undefined;
          while (seen.length < names.length) {
            const page = await listPlans(shop.reader(), {}, { [size]: 3, [from]: cursor }, order);
            seen.splice(size === 'first' ? seen.length : 0, 0, ...page.items);
            expect({ [back]: page[back], [onward]: page[onward] }).toEqual({
              [back]: cursor !== undefined,
              [onward]: seen.length < names.length,
            });
            const edge = page.items.at(size === 'first' ? -1 : 0);
            cursor = edge && page.cursorOf(edge);
          }
          return seen;
        };
        expect((await walk('first', 'after')).map(({ code }) => code)).toEqual(all);
        expect((await walk('last', 'before')).map(({ code }) => code)).toEqual(all);

        const { items, cursorOf } = await listPlans(shop.reader(), {}, {}, order);
        const [, second] = items;
        const [eighth] = items.slice(7);
        if (!second || !eighth) throw new Error('too few plans');
        const between = { after: cursorOf(second), before: cursorOf(eighth) };
        const middle = await listPlans(shop.reader(), {}, between, order);
        expect(middle.items).toEqual(items.slice(2, 7));
      }
    },
  );

  it('sort names by code points', async () => {
    const shop = await newCatalogue(world());
    for (const name of ['b', 'a', 'B', 'ä', '🐘', '￿', 'Z']) await shop.plan({ name });
    const { items } = await listPlans(shop.reader(), {}, {}, { by: 'name', descending: false });
    expect(items.map(({ name }) => name)).toEqual(['B', 'Z', 'a', 'b', 'ä', '￿', '🐘']);
  });

  it('refuse cursors of another order', async () => {
    const shop = await newCatalogue(world());
    const plan = await shop.plan();
    const after = (
      await listPlans(shop.reader(), {}, {}, { by: 'name', descending: true })
    ).cursorOf(plan);
    for (const order of [{ by: 'name', descending: false } as const, undefined])
      await expect(async () =>
        listPlans(shop.reader(), {}, { after }, order),
      ).rejects.toMatchObject({
        param: 'after',
      });
  });

  it('go on at the same place when rows come and go', async () => {
    const shop = await newCatalogue(world());
    const a = await shop.plan({ code: 'a' });
    const b = await shop.plan({ code: 'b' });
    const { cursorOf } = await listPlans(shop.reader(), {}, {});
    await shop.change((w) => deletePlan(w, a.id));
    await shop.change((w) => deletePlan(w, b.id));
    await shop.plan({ code: 'c' });
    const { items } = await listPlans(shop.reader(), {}, { after: cursorOf(b) });
    expect(items.map(({ code }) => code)).toEqual(['c']);
  });
});
