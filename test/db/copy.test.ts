import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ContentHash, countRows } from '../../src/db/content.ts';
import { type Copy, copyEverything } from '../../src/db/maintenance/copy.ts';
import { auditInvariants } from '../../src/db/maintenance/invariants.ts';
import { findPlan } from '../../src/db/records/plan.ts';
import { createApiKey } from '../../src/domain/api-key.ts';
import { deleteFeature } from '../../src/domain/feature.ts';
import { setFeatureLimits, setPlanFeatureLimits } from '../../src/domain/feature-limit.ts';
import { createPlan, deletePlan } from '../../src/domain/plan.ts';
import { addPlanToGroup } from '../../src/domain/plan-group.ts';
import { addPlanPrice, deletePlanPrice } from '../../src/domain/price.ts';
import { createPublishableKey } from '../../src/domain/publishable-key.ts';
import { setPlanRegionalPricing } from '../../src/domain/regional-pricing.ts';
import { setTranslation } from '../../src/domain/translation.ts';
import { bothModes, type Catalogue } from '../catalogue.ts';
import { type Database, emptyDatabases, World } from '../engines.ts';

/** A plan with something in every table. */
const fill = async (catalogue: Catalogue): Promise<void> => {
  const plan = await catalogue.plan({
    code: 'pro',
    name: 'Ünïcode 🦄 "\\',
    consumptionModel: 'metered',
    metadata: { z: 1, a: [0.1, null, { deep: 'ж' }] },
  });
  const feature = await catalogue.feature();
  const market = await catalogue.market({ countryCodes: ['BR'] });
  await catalogue.price(plan, {
    price: Number.MAX_SAFE_INTEGER,
    marketPrices: [{ marketId: market.id, currency: 'brl', price: 5 }],
  });
  const yearly = await catalogue.price(plan, { billingInterval: 'yearly', price: 1 });
  await catalogue.attach(plan, feature, { overage: { enabled: true, unitPrice: 5 } });
  await catalogue.change((w) =>
    setPlanRegionalPricing(w, plan.id, { currency: 'jpy', exchangeRate: 1e-7 }),
  );
  const seats = await catalogue.feature();
  const limits = [{ code: 'size', name: 'Größe', decimals: 1, perFeatureId: seats.id }];
  await catalogue.change((w) => setFeatureLimits(w, feature.id, { limits }));
  await catalogue.change((w) =>
    setPlanFeatureLimits(w, plan.id, feature.id, { limits: [{ code: 'size', amount: 5 }] }),
  );
  await catalogue.change((w) => deletePlanPrice(w, plan.id, yearly.id), { idempotencyKey: 'once' });
  const group = await catalogue.group();
  await catalogue.change((w) => addPlanToGroup(w, group.id, { planId: plan.id }));
  for (const { id } of [plan, feature, group])
    await catalogue.change((w) => setTranslation(w, id, 'zh-Hant', { name: '團隊' }));
  await catalogue.change((w) => createApiKey(w, { name: 'key', scope: 'read' }));
  const page = {
    name: 'page',
    allowedOrigins: ['https://shop.example'],
    trustedDocumentsOnly: true,
  };
  await catalogue.change((w) => createPublishableKey(w, page));
};

/** Deleted things, which keep links that no new row may have, and whose codes others have taken. */
const leaveBehind = async (catalogue: Catalogue): Promise<void> => {
  const plan = await catalogue.plan({ code: 'pro' });
  const feature = await catalogue.feature({ code: 'seats', name: 'Seats' });
  await catalogue.price(plan);
  await catalogue.attach(plan, feature);
  await catalogue.change((w) =>
    setPlanRegionalPricing(w, plan.id, { currency: 'eur', exchangeRate: 0.92 }),
  );
  await catalogue.change((w) => deletePlan(w, plan.id));
  await catalogue.change((w) => deleteFeature(w, feature.id));
};

const engines = emptyDatabases.flatMap((from) =>
  emptyDatabases.map((to) => [from[0], to[0], from[1], to[1]] as const),
);

describe.each(engines)('a copy from %s to %s', (_from, _to, createSource, createTarget) => {
  let databases: Database[];
  let source: World;
  let target: World;
  let live: Catalogue;
  beforeAll(async () => {
    databases = [await createSource(), await createTarget()];
    [source, target] = (await Promise.all(databases.map(({ url }) => World.open(url)))) as [
      World,
      World,
    ];
    const [first, sandbox] = await bothModes(source);
    live = first;
    await leaveBehind(live);
    await leaveBehind(live);
    for (const catalogue of [live, sandbox]) await fill(catalogue);
  });
  afterAll(async () => {
    for (const world of [source, target]) await world.close();
    for (const database of databases) await database.remove();
  });

  const copy = (onProgress: (rows: number, total: number) => void = () => {}): Promise<Copy> =>
    copyEverything(source.store.engine, target.store.engine, onProgress);

  it('that fails on the way leaves nothing', async () => {
    const attempt = copy((rows) => {
      if (rows > 20) throw new Error('interrupted');
    });
    await expect(attempt).rejects.toThrow('interrupted');
    expect(await countRows(target.store.engine.reading)).toBe(0);
  });

  it('holds the same, to the last letter', async () => {
    const reports: [number, number][] = [];
    const { rows, contentHash } = await copy((...report) => reports.push(report));
    expect(reports.at(-1)).toEqual([rows, rows]);
    for (const { store } of [source, target]) {
      expect(await countRows(store.engine.reading)).toBe(rows);
      expect(await ContentHash.of(store.engine.reading)).toBe(contentHash);
    }
    expect(await auditInvariants(target.store)).toEqual([]);
  });

  it('is a catalogue to go on with, under the same rules', async () => {
    const { store } = target;
    expect(await store.engine.storageFaults()).toEqual([]);
    const change = <Result>(work: Parameters<typeof store.write<Result>>[2]) =>
      store.write(live.tenant, { apiKeyId: null, requestId: null }, work);
    const plan = await change((w) => createPlan(w, { name: 'New', code: 'new' }));
    await change((w) => addPlanPrice(w, plan.id, { billingInterval: 'monthly', price: 1 }));
    expect(await findPlan(store.reader(live.tenant), plan.id)).toEqual({
      ...plan,
      updatedAt: expect.any(String),
      revision: 2,
    });
    await change((w) => deletePlan(w, plan.id));
    const revival = store.engine.writing
      .updateTable('plan')
      .set({ name: 'Revived' })
      .where('id', '=', plan.id);
    await expect(revival.execute()).rejects.toThrow('a deleted plan never changes again');
    expect(await auditInvariants(store)).toEqual([]);
  });

  it('is not made where there is something', async () => {
    await expect(copy()).rejects.toThrow('the target is not empty');
  });
});

it('shows one difference in a letter by its hash', async () => {
  for (const [, create] of emptyDatabases) {
    const database = await create();
    const world = await World.open(database.url);
    const [live] = await bothModes(world);
    await live.plan({ name: 'Plan A' });
    const before = await ContentHash.of(world.store.engine.reading);
    await world.store.engine.writing.updateTable('plan').set({ name: 'Plan B' }).execute();
    const after = await ContentHash.of(world.store.engine.reading);
    expect(after).not.toBe(before);
    await world.close();
    await database.remove();
  }
});
