import { expect, it } from 'vitest';
import { schema } from '../../schema/index.ts';
import { Budget } from '../../src/budget.ts';
import { Store } from '../../src/db/store.ts';
import { createApiKey, revokeApiKey } from '../../src/domain/api-key.ts';
import { countAuditLog, listAuditLog } from '../../src/domain/audit-log.ts';
import { deleteFeature } from '../../src/domain/feature.ts';
import { deleteFeatureSection } from '../../src/domain/feature-section.ts';
import { deleteMarket } from '../../src/domain/market.ts';
import { operation } from '../../src/domain/operation.ts';
import type { PageRequest } from '../../src/domain/page.ts';
import { createPlan, deletePlan, updatePlan } from '../../src/domain/plan.ts';
import { removePlanFeature } from '../../src/domain/plan-feature.ts';
import { deletePlanGroup } from '../../src/domain/plan-group.ts';
import {
  addPlanPrice,
  deletePlanPrice,
  setDefaultPlanPrice,
  updatePlanPrice,
} from '../../src/domain/price.ts';
import { deleteRegionalPrices, upsertRegionalPrices } from '../../src/domain/regional-price.ts';
import { setPlanRegionalPricing } from '../../src/domain/regional-pricing.ts';
import { bothModes, type Catalogue, keepsInvariants, newCatalogue } from '../catalogue.ts';
import { anyone, onEveryEngine } from '../engines.ts';

/** A write whose entry has nine megabytes. */
const createLargePlans = operation('createLargePlans', async (writer, code: string) => {
  const publicMetadata = { large: 'x'.repeat(15_000) };
  for (let count = 0; count < 600; count += 1)
    await createPlan(writer, { name: 'Large', code: `${code}_${count}`, publicMetadata });
});

onEveryEngine('the audit log', (world) => {
  keepsInvariants(world);

  it('reads of large entries only those that it shows', async () => {
    const shop = await newCatalogue(world());
    for (const code of ['first', 'second']) await shop.change((w) => createLargePlans(w, code));
    const list = (charactersRead: number, request: PageRequest) => {
      const budget = new Budget();
      budget.limitTo({ fields: Number.POSITIVE_INFINITY, charactersRead, seconds: 60 });
      return listAuditLog(world().store.reader(shop.tenant, 'all', undefined, budget), {}, request);
    };
    const enoughForOne = 12 * 2 ** 20;
    const codesOf = ({ items }: Awaited<ReturnType<typeof list>>) =>
      items.map(({ changes }) => [changes.length, changes[0]?.after?.code]);
    for (const request of [{ first: 1 }, { last: 1 }]) {
      const page = await list(enoughForOne, request);
      expect(codesOf(page)).toEqual([[600, 'first' in request ? 'second_0' : 'first_0']]);
      expect([page.hasNextPage, page.hasPreviousPage]).toEqual(
        'first' in request ? [true, false] : [false, true],
      );
    }
    const before = world().statements.length;
    await expect(list(enoughForOne, { first: 2 })).rejects.toThrow('reads too much');
    expect(world().statements.length - before).toBe(1);
    expect(codesOf(await list(3 * enoughForOne, { first: 2 }))).toEqual([
      [600, 'second_0'],
      [600, 'first_0'],
    ]);
  });

  const entriesOf = async (shop: Catalogue, filter = {}) =>
    (await listAuditLog(shop.reader(), filter, {})).items;
  const operationsOf = async (shop: Catalogue, filter = {}) =>
    (await entriesOf(shop, filter)).map(({ operation }) => operation);

  it('says who did what to which object, when, and on which request', async () => {
    const shop = await newCatalogue(world());
    const { apiKey } = await shop.change((w) => createApiKey(w, { name: 'Key', scope: 'admin' }));
    const at = '2026-01-01T00:00:00.000Z';
    const request = { apiKeyId: apiKey.id, requestId: 'req_1', clientRequestId: 'mine' };
    const plan = await shop.changeAt(
      at,
      (w) => createPlan(w, { name: 'Old', code: 'pro' }),
      request,
    );
    const after = await shop.changeAt(at, (w) => updatePlan(w, plan.id, { name: 'New' }), request);
    await shop.changeAt(at, (w) => deletePlan(w, plan.id));
    const [deleted, updated, created, ...rest] = await entriesOf(shop);
    const common = {
      id: expect.stringMatching(/^aud_[0-9a-z]{26}$/),
      at,
      objectId: plan.id,
      sequence: expect.any(Number),
      revision: expect.any(Number),
      scheduled: false,
    };
    const changes = (before: object | null, after: object | null) => [
      { type: 'Plan', objectId: plan.id, planId: plan.id, before, after },
    ];
    const internals = { deletedAt: null, publicSortOrder: 0, publicUpdatedAt: null };
    const byKey = {
      ...common,
      requestId: 'req_1',
      clientRequestId: 'mine',
      apiKeyId: apiKey.id,
      apiKey,
    };
    expect(created).toEqual({
      ...byKey,
      operation: 'createPlan',
      before: null,
      after: plan,
      changes: changes(null, { ...plan, ...internals }),
      revision: 1,
    });
    expect(updated).toEqual({
      ...byKey,
      operation: 'updatePlan',
      before: plan,
      after,
      changes: changes({ name: 'Old', revision: 1 }, { name: 'New', revision: 2 }),
      revision: 2,
    });
    expect(deleted).toEqual({
      ...common,
      requestId: null,
      clientRequestId: null,
      apiKeyId: null,
      apiKey: null,
      operation: 'deletePlan',
      before: after,
      after: null,
      changes: changes({ ...after, ...internals }, null),
      revision: 3,
    });
    expect(rest).toMatchObject([{ operation: 'createApiKey', objectId: apiKey.id }]);
  });

  it('shows keys as they are now', async () => {
    const shop = await newCatalogue(world());
    const { apiKey } = await shop.change((w) => createApiKey(w, { name: 'Key', scope: 'admin' }));
    await shop.change((w) => createPlan(w, { name: 'Plan', code: 'pro' }), { apiKeyId: apiKey.id });
    const revoked = await shop.change((w) => revokeApiKey(w, apiKey.id));
    expect((await entriesOf(shop))[1]).toMatchObject({ operation: 'createPlan', apiKey: revoked });
  });

  it('tells of regional prices as objects', async () => {
    const shop = await newCatalogue(world());
    const plan = await shop.plan();
    const price = await shop.price(plan);
    const overrides = [{ currency: 'eur', price: 1 }];
    await shop.change((w) => upsertRegionalPrices(w, plan.id, price.id, { overrides }));
    await shop.change((w) => deleteRegionalPrices(w, plan.id, price.id));
    const entries = await entriesOf(shop, { objectId: price.id });
    const row = expect.objectContaining({ currency: 'eur', price: 1 });
    const change = { type: 'RegionalPrice', objectId: `${price.id}_eur`, planId: plan.id };
    expect(entries.map(({ changes }) => changes.find(({ type }) => type === change.type))).toEqual([
      { ...change, before: row, after: null },
      { ...change, before: null, after: row },
      undefined,
    ]);
    expect(entries.map(({ before, after }) => [before?.revision, after?.revision])).toEqual([
      [2, 3],
      [1, 2],
      [undefined, 1],
    ]);
  });

  it('can be read about one object', async () => {
    const shop = await newCatalogue(world());
    const [one, other] = [await shop.plan(), await shop.plan()];
    await shop.change((w) => updatePlan(w, other.id, { name: 'New' }));
    expect(await operationsOf(shop, { objectId: one.id })).toEqual(['createPlan']);
    expect(await operationsOf(shop, { objectId: other.id })).toEqual(['updatePlan', 'createPlan']);
    for (const objectId of ['pln_none', '', 'a\0', '\ud800', '%'])
      expect(await operationsOf(shop, { objectId })).toEqual([]);
    for (const [objectId, count] of [
      [other.id, 2],
      ['pln_none', 0],
      [null, 3],
    ] as const)
      expect(await countAuditLog(shop.reader(), { objectId })).toBe(count);
  });

  it('is read by plan, operation, key and time, alone and together', async () => {
    const shop = await newCatalogue(world());
    const { apiKey } = await shop.change((w) => createApiKey(w, { name: 'Key', scope: 'admin' }));
    const day = (number: number) => `2100-01-0${number}T00:00:00.000Z`;
    const request = { apiKeyId: apiKey.id };
    const plan = await shop.changeAt(day(1), (w) => createPlan(w, { name: 'A', code: 'a' }));
    const other = await shop.changeAt(
      day(2),
      (w) => createPlan(w, { name: 'B', code: 'b' }),
      request,
    );
    await shop.changeAt(day(3), (w) => updatePlan(w, plan.id, { name: 'C' }), request);
    await shop.changeAt(day(4), (w) => updatePlan(w, other.id, { name: 'D' }));
    const price = await shop.changeAt(day(5), (w) =>
      addPlanPrice(w, plan.id, { billingInterval: 'monthly', price: 1 }),
    );
    const cases: [filter: Parameters<typeof listAuditLog>[1], times: number[]][] = [
      [{ planId: plan.id }, [5, 3, 1]],
      [{ planId: other.id }, [4, 2]],
      [{ planId: price.id }, [5]],
      [{ operation: 'updatePlan' }, [4, 3]],
      [{ operation: 'updateplan' }, []],
      [{ apiKeyId: apiKey.id }, [3, 2]],
      [{ apiKeyId: 'key_none' }, []],
      [{ from: day(3) }, [5, 4, 3]],
      [{ from: '2100-01-03T00:00:00Z', to: day(5) }, [4, 3]],
      [{ from: day(1), to: day(1) }, []],
      [{ planId: plan.id, operation: 'updatePlan', apiKeyId: apiKey.id, from: day(2) }, [3]],
      [{ planId: plan.id, objectId: price.id }, [5]],
      [{ planId: other.id, objectId: price.id }, []],
      [{ planId: null, operation: null, from: null, to: day(2), objectId: plan.id }, [1]],
    ];
    for (const [filter, days] of cases) {
      const found: string[] = [];
      for (let after: string | undefined, goesOn = true; goesOn; ) {
        const page = await listAuditLog(shop.reader(), filter, { first: 1, after });
        found.push(...page.items.map(({ at }) => at));
        const last = page.items.at(-1);
        after = last && page.cursorOf(last);
        goesOn = page.hasNextPage;
      }
      expect({ filter, found }).toEqual({ filter, found: days.map(day) });
      expect(await countAuditLog(shop.reader(), filter)).toBe(days.length);
    }
  });

  it(
    'is walked newest first, in the order of writing even when the clock stands or goes ' + 'back',
    async () => {
      const shop = await newCatalogue(world());
      const written: string[] = [];
      for (const time of ['2026-01-01', '2026-01-01', '2020-01-01', '2026-01-01', '2026-01-01'])
        written.unshift(
          (
            await shop.changeAt(`${time}T00:00:00.000Z`, (w) =>
              createPlan(w, { name: 'Plan', code: `p${written.length}` }),
            )
          ).id,
        );
      const walked: string[] = [];
      for (let after: string | undefined, goesOn = true; goesOn; ) {
        const page = await listAuditLog(shop.reader(), {}, { first: 2, after });
        walked.push(...page.items.map(({ objectId }) => objectId));
        const last = page.items.at(-1);
        after = last && page.cursorOf(last);
        goesOn = page.hasNextPage;
      }
      expect(walked).toEqual(written);
      const { items } = await listAuditLog(shop.reader(), {}, { last: 2 });
      expect(items.map(({ objectId }) => objectId)).toEqual(written.slice(-2));
    },
  );

  it('is in the order of writing also where the clock of another process is behind', async () => {
    const shop = await newCatalogue(world());
    const behind = new Store(world().store.engine, { clock: () => new Date('2020-01-01') });
    const written: string[] = [];
    for (const store of [world().store, behind, world().store, behind])
      written.unshift(
        (
          await store.write(shop.tenant, anyone, (w) =>
            createPlan(w, { name: 'Plan', code: `p${written.length}` }),
          )
        ).id,
      );
    const entries = await entriesOf(shop);
    expect(entries.map(({ objectId }) => objectId)).toEqual(written);
    expect(entries.map(({ sequence }) => sequence)).toEqual([4, 3, 2, 1]);
    const page = await listAuditLog(shop.reader(), {}, { first: 2 });
    const [, second] = page.items;
    const rest = await listAuditLog(shop.reader(), {}, { after: second && page.cursorOf(second) });
    expect(rest.items.map(({ objectId }) => objectId)).toEqual(written.slice(2));
  });

  it('finds what was done to the prices of a plan by its id', async () => {
    const shop = await newCatalogue(world());
    const plan = await shop.plan();
    const monthly = await shop.price(plan);
    const yearly = await shop.price(plan, { billingInterval: 'yearly' });
    await shop.change((w) => updatePlanPrice(w, plan.id, yearly.id, { isDefault: true }));
    await shop.change((w) =>
      setPlanRegionalPricing(w, plan.id, { currency: 'eur', exchangeRate: 2 }),
    );
    await shop.change((w) =>
      upsertRegionalPrices(w, plan.id, yearly.id, { overrides: [{ currency: 'eur', price: 1 }] }),
    );
    await shop.change((w) => deleteRegionalPrices(w, plan.id, yearly.id));
    await shop.change((w) => deletePlanPrice(w, plan.id, yearly.id));
    await (await newCatalogue(world())).plan();
    const ofYearly = [
      'deletePlanPrice',
      'deleteRegionalPrices',
      'upsertRegionalPrices',
      'setPlanRegionalPricing',
      'updatePlanPrice',
      'addPlanPrice',
    ];
    expect(await operationsOf(shop, { objectId: plan.id })).toEqual([
      ...ofYearly,
      'addPlanPrice',
      'createPlan',
    ]);
    expect(await operationsOf(shop, { objectId: yearly.id })).toEqual(ofYearly);
    // It lost the default and got it back.
    expect(await operationsOf(shop, { objectId: monthly.id })).toEqual([
      'deletePlanPrice',
      'setPlanRegionalPricing',
      'updatePlanPrice',
      'addPlanPrice',
    ]);
    expect(await countAuditLog(shop.reader(), { objectId: plan.id })).toBe(8);
  });

  it('finds groups by their plans, and features of plans by their features', async () => {
    const shop = await newCatalogue(world());
    const group = await shop.group();
    const plan = await shop.plan({ planGroupId: group.id });
    const feature = await shop.feature();
    await shop.attach(plan, feature);
    await shop.change((w) => removePlanFeature(w, plan.id, feature.id));
    await shop.change((w) => deletePlanGroup(w, group.id));
    expect(await operationsOf(shop, { objectId: plan.id })).toEqual([
      'deletePlanGroup',
      'removePlanFeature',
      'addPlanFeature',
      'createPlan',
    ]);
    expect(await operationsOf(shop, { objectId: feature.id })).toEqual([
      'removePlanFeature',
      'addPlanFeature',
      'createFeature',
    ]);
    expect(await operationsOf(shop, { objectId: group.id })).toEqual([
      'deletePlanGroup',
      'createPlan',
      'createPlanGroup',
    ]);
  });

  it('tells of all that an operation replaced', async () => {
    const shop = await newCatalogue(world());
    const group = await shop.group();
    const plan = await shop.plan({ consumptionModel: 'metered', planGroupId: group.id });
    const monthly = await shop.price(plan);
    const yearly = await shop.price(plan, { billingInterval: 'yearly' });
    const feature = await shop.feature();
    const link = await shop.attach(plan, feature, { overage: { unitPrice: 10 } });
    const set = (exchangeRate: number) =>
      shop.change((w) => setPlanRegionalPricing(w, plan.id, { currency: 'eur', exchangeRate }));
    await set(2);
    await set(3);
    await shop.change((w) => setDefaultPlanPrice(w, plan.id, yearly.id));
    await shop.change((w) => deletePlanPrice(w, plan.id, yearly.id));
    await shop.change((w) => removePlanFeature(w, plan.id, feature.id));
    await shop.change((w) => deletePlan(w, plan.id));
    await shop.change((w) => deletePlanGroup(w, group.id));
    const entries = await entriesOf(shop);
    const entryOf = (operation: string) => entries.find((entry) => entry.operation === operation);
    /** What was there of each object that the operation changed. */
    const beforeOf = (operation: string) =>
      Object.fromEntries(
        entryOf(operation)?.changes.map(({ objectId, before }) => [objectId, before]) ?? [],
      );
    expect(beforeOf('setPlanRegionalPricing')).toMatchObject({
      [`${plan.id}_eur`]: { exchangeRate: 2 },
      [`${monthly.id}_eur`]: { price: 580_000 },
      [`${yearly.id}_eur`]: { price: 580_000 },
      [`${link.id}_eur`]: { unitPrice: 20 },
    });
    expect(beforeOf('setDefaultPlanPrice')).toMatchObject({
      [yearly.id]: { isDefault: false },
      [monthly.id]: { isDefault: true },
    });
    expect(beforeOf('deletePlanPrice')).toMatchObject({
      [yearly.id]: { id: yearly.id, isDefault: true },
      [`${yearly.id}_eur`]: { currency: 'eur', price: 870_000 },
      [monthly.id]: { isDefault: false },
    });
    expect(beforeOf('removePlanFeature')).toMatchObject({
      [link.id]: { featureId: feature.id },
      [`${link.id}_eur`]: { currency: 'eur', unitPrice: 30 },
    });
    expect(beforeOf('deletePlan')).toMatchObject({
      [plan.id]: { id: plan.id, planGroupId: group.id },
      [monthly.id]: { id: monthly.id },
      [`${monthly.id}_eur`]: { currency: 'eur' },
      [`${plan.id}_eur`]: { exchangeRate: 3 },
    });
    expect(beforeOf('deletePlanGroup')).toMatchObject({ [group.id]: { id: group.id } });
    for (const [operation, objectId] of [
      ['deletePlanPrice', yearly.id],
      ['removePlanFeature', link.id],
      ['deletePlan', plan.id],
      ['deletePlanGroup', group.id],
    ] as const)
      expect(entryOf(operation)).toMatchObject({ objectId, before: { id: objectId } });
    for (const { operation, after } of entries)
      if (/^(delete|remove)/.test(operation)) expect(after).toBeNull();
  });

  /** Each deletion, of something that the catalogue gets for it. */
  const deletions: Record<string, (shop: Catalogue) => Promise<unknown>> = {
    deletePlan: async (shop) => {
      const { id } = await shop.plan();
      await shop.change((w) => deletePlan(w, id));
    },
    deletePlanPrice: async (shop) => {
      const plan = await shop.plan();
      const { id } = await shop.price(plan);
      await shop.change((w) => deletePlanPrice(w, plan.id, id));
    },
    removePlanFeature: async (shop) => {
      const [plan, feature] = [await shop.plan(), await shop.feature()];
      await shop.attach(plan, feature);
      await shop.change((w) => removePlanFeature(w, plan.id, feature.id));
    },
    deleteFeature: async (shop) => {
      const { id } = await shop.feature();
      await shop.change((w) => deleteFeature(w, id));
    },
    deleteFeatureSection: async (shop) => {
      const { id } = await shop.section();
      await shop.change((w) => deleteFeatureSection(w, id));
    },
    deleteMarket: async (shop) => {
      const { id } = await shop.market();
      await shop.change((w) => deleteMarket(w, id));
    },
    deletePlanGroup: async (shop) => {
      const { id } = await shop.group();
      await shop.change((w) => deletePlanGroup(w, id));
    },
  };

  it.each(Object.keys(deletions))(
    'says of %s that nothing is left of what was there',
    async (operation) => {
      const shop = await newCatalogue(world());
      await deletions[operation]?.(shop);
      const [entry] = await entriesOf(shop);
      expect(entry).toMatchObject({ operation, before: expect.any(Object) });
      expect(entry?.after).toBeNull();
      expect(entry?.before).not.toEqual({});
    },
  );

  it('knows every deletion that clients can ask for', () => {
    const mutations = Object.keys(schema.getMutationType()?.getFields() ?? {});
    const asked = mutations.filter((name) => /^(delete|remove)/.test(name));
    // These take something out of what stays, and tell of that as it is after.
    const partial = [
      'deleteRegionalPrices',
      'removePlanCurrency',
      'removePlanFromGroup',
      'removeUnitPrice',
    ];
    expect(asked.sort()).toEqual([...Object.keys(deletions), ...partial].sort());
  });

  it('reads entries and keys with one statement each', async () => {
    const shop = await newCatalogue(world());
    for (const name of ['a', 'b', 'c']) {
      const { apiKey } = await shop.change((w) => createApiKey(w, { name, scope: 'admin' }));
      await shop.change((w) => createPlan(w, { name, code: name }), { apiKeyId: apiKey.id });
    }
    const before = world().statements.length;
    const entries = await entriesOf(shop);
    expect(entries.map(({ apiKey }) => apiKey?.name)).toEqual([
      'c',
      undefined,
      'b',
      undefined,
      'a',
      undefined,
    ]);
    expect(world().statements.length - before).toBe(2);
  });

  it('belongs to one tenant', async () => {
    const [live, sandbox] = await bothModes(world());
    const { id } = await live.plan();
    const page = await listAuditLog(live.reader(), {}, {});
    const [entry] = page.items;
    for (const other of [sandbox, await newCatalogue(world())]) {
      await other.plan();
      await other.plan();
      const [own] = await entriesOf(other);
      expect(own).toBeDefined();
      for (const filter of [{ objectId: id }, { objectId: entry?.id }]) {
        expect(await entriesOf(other, filter)).toEqual([]);
        expect(await countAuditLog(other.reader(), filter)).toBe(0);
      }
      // A cursor is a place in any such list, no way into another.
      const beyond = await listAuditLog(
        other.reader(),
        {},
        { before: entry && page.cursorOf(entry) },
      );
      expect(beyond.items).toEqual([own]);
    }
  });
});
