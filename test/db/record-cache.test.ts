import { describe, expect, it } from 'vitest';
import { connect } from '../../src/db/engine/connect.ts';
import { including } from '../../src/db/read/include.ts';
import { Loaders } from '../../src/db/read/loaders.ts';
import type { Reader, Tenant } from '../../src/db/read/reader.ts';
import { RecordCache } from '../../src/db/read/record-cache.ts';
import { exchangeRatesOfPlan } from '../../src/db/records/exchange-rate.ts';
import { featureById } from '../../src/db/records/feature.ts';
import { limitsOfFeature, limitsOfPlan } from '../../src/db/records/feature-limit.ts';
import { revisionOf } from '../../src/db/records/organization.ts';
import { planByCode, planById } from '../../src/db/records/plan.ts';
import { featuresOfPlan, insertPlanFeatures } from '../../src/db/records/plan-feature.ts';
import { pricesOfPlan } from '../../src/db/records/price.ts';
import { regionalOveragesOfPlan } from '../../src/db/records/regional-overage.ts';
import { regionalPricesOfPrice } from '../../src/db/records/regional-price.ts';
import { translationsOfFeature, translationsOfPlan } from '../../src/db/records/translation.ts';
import { Store } from '../../src/db/store.ts';
import type { Plan } from '../../src/db/tables.ts';
import type { Writer } from '../../src/db/write/writer.ts';
import { updateFeature } from '../../src/domain/feature.ts';
import { setFeatureLimits, setPlanFeatureLimits } from '../../src/domain/feature-limit.ts';
import { operation } from '../../src/domain/operation.ts';
import { deletePlan, updatePlan } from '../../src/domain/plan.ts';
import { addPlanFeature } from '../../src/domain/plan-feature.ts';
import { addPlanToGroup, reorderPlansInGroup } from '../../src/domain/plan-group.ts';
import { addPlanPrice, updatePlanPrice } from '../../src/domain/price.ts';
import { setTranslation } from '../../src/domain/translation.ts';
import type { Audience } from '../../src/vocabulary.ts';
import { newCatalogue } from '../catalogue.ts';
import { anyone, onEveryEngine } from '../engines.ts';

const selected = including(pricesOfPlan, featuresOfPlan);

/** Plans with their prices and features, as a request sees them. */
const readTrees = async (reader: Reader, ids: readonly string[]) => {
  const loaders = new Loaders(reader);
  const plans = await Promise.all(ids.map((id) => loaders.loadWith(planById, id, selected)));
  return plans.map(
    (plan) =>
      plan && {
        plan,
        prices: loaders.peek(pricesOfPlan, plan.id) ?? [],
        features: loaders.peek(featuresOfPlan, plan.id) ?? [],
      },
  );
};

describe('what was read before a write', () => {
  const asItWas = { id: 'pln_1', name: 'as it was' } as Plan;
  const asItIs = { id: 'pln_1', name: 'as it is' } as Plan;

  it.each([[['pln_1']], [['pln_2']], [undefined]])(
    'is not cached when it comes after it: the write changed %s',
    (ownerIds) => {
      const cache = new RecordCache(2 ** 20);
      const early = cache.view('tenant', 'all', 1);
      cache.written('tenant', 2, ownerIds);
      early?.put(planById, 'pln_1', asItWas, 'pln_1');
      expect(cache.view('tenant', 'all', 2)?.get(planById, 'pln_1')).toBeUndefined();
      const late = cache.view('tenant', 'all', 2);
      late?.put(planById, 'pln_1', asItIs, 'pln_1');
      expect(cache.view('tenant', 'all', 2)?.get(planById, 'pln_1')).toBe(asItIs);
      expect(cache.view('tenant', 'public', 2)?.get(planById, 'pln_1')).toBeUndefined();
      expect(cache.view('stranger', 'all', 2)?.get(planById, 'pln_1')).toBeUndefined();
    },
  );

  it('goes with the plan that it belongs to', () => {
    const cache = new RecordCache(2 ** 20);
    const view = cache.view('tenant', 'all', 1);
    view?.put(planById, 'pln_1', asItWas, 'pln_1');
    view?.put(regionalPricesOfPrice, 'pp_1', [], 'pln_1');
    view?.put(regionalPricesOfPrice, 'pp_2', [], 'pln_2');
    cache.written('tenant', 2, ['pln_1']);
    const after = cache.view('tenant', 'all', 2);
    expect(after?.get(planById, 'pln_1')).toBeUndefined();
    expect(after?.get(regionalPricesOfPrice, 'pp_1')).toBeUndefined();
    expect(after?.get(regionalPricesOfPrice, 'pp_2')).toEqual([]);
  });
});

onEveryEngine('cached records', (world) => {
  const keeping = () => new Store(world().store.engine, { recordBytes: 2 ** 20 });

  /** What a request sees that comes now, and how many statements it takes. */
  const seen = async (
    store: Store,
    tenant: Tenant,
    ids: readonly string[],
    audience: Audience = 'all',
  ) => {
    const reader = store.reader(tenant, audience, await revisionOf(store, tenant));
    const before = world().statements.length;
    const trees = await readTrees(reader, ids);
    const features = trees.flatMap((tree) => tree?.features ?? []);
    const definitions = await featureById.read(
      reader,
      features.map(({ featureId }) => featureId),
    );
    const plans = trees.map((tree) => tree?.plan ?? null);
    // A plan is the same on every way it is found.
    expect(await planById.read(reader, ids)).toEqual(plans);
    const live = plans.filter((plan) => plan !== null);
    const codes = live.map(({ code }) => code);
    expect(await planByCode.read(reader, codes)).toEqual(live);
    return { trees, definitions, statements: world().statements.length - before };
  };

  const scene = async () => {
    const catalogue = await newCatalogue(world());
    const plans = [await catalogue.plan(), await catalogue.plan()];
    const [first, second] = plans.map(({ id }) => id);
    if (!first || !second) throw new Error('there are two');
    await catalogue.change((w) => addPlanPrice(w, first, { billingInterval: 'monthly', price: 1 }));
    const store = keeping();
    const write = <Result>(work: (writer: Writer) => Promise<Result>) =>
      store.write(catalogue.tenant, anyone, work);
    const look = (audience?: Audience) => seen(store, catalogue.tenant, [first, second], audience);
    return { catalogue, first, second, store, write, look };
  };

  it('are not read again until something changes', async () => {
    const { look } = await scene();
    const { statements, ...read } = await look();
    expect(statements).toBeGreaterThan(0);
    expect(await look()).toEqual({ ...read, statements: 0 });
  });

  it('are read again where a write of this process changed them, and only there', async () => {
    const { catalogue, first, second, store, write, look } = await scene();
    const [price] = (await look()).trees[0]?.prices ?? [];
    await write((w) => updatePlanPrice(w, first, price?.id ?? '', { price: 2 }));
    expect(await seen(store, catalogue.tenant, [second])).toMatchObject({ statements: 0 });
    const { trees } = await look();
    expect(trees[0]?.prices).toMatchObject([{ price: 2 }]);
    expect((await look()).statements).toBe(0);
  });

  it('do not outlive a write of another process', async () => {
    const { catalogue, first, look } = await scene();
    await look();
    const engine = await connect(world().url);
    try {
      await new Store(engine).write(catalogue.tenant, anyone, (w) =>
        updatePlan(w, first, { name: 'Renamed' }),
      );
    } finally {
      await engine.close();
    }
    expect((await look()).trees[0]?.plan.name).toBe('Renamed');
  });

  it('do not outlive a write that changes several plans', async () => {
    const { catalogue, first, second, write, look } = await scene();
    const group = await catalogue.group();
    for (const planId of [first, second])
      await write((w) => addPlanToGroup(w, group.id, { planId }));
    expect((await look()).trees.map((tree) => tree?.plan.sortOrder)).toEqual([0, 1]);
    await write((w) => reorderPlansInGroup(w, group.id, { planIds: [second, first] }));
    expect((await look()).trees.map((tree) => tree?.plan.sortOrder)).toEqual([1, 0]);
    await write((w) => deletePlan(w, second));
    expect((await look()).trees.map((tree) => tree?.plan.sortOrder)).toEqual([0, undefined]);
  });

  it('show the public nothing of what is no longer public', async () => {
    const { first, write, look } = await scene();
    expect((await look('public')).trees[0]?.plan.isPublic).toBe(true);
    await write((w) => updatePlan(w, first, { isPublic: false }));
    expect((await look('public')).trees[0]).toBe(null);
    expect((await look()).trees[0]?.plan.isPublic).toBe(false);
  });

  it('show the public nothing of what others were shown at the same revision', async () => {
    const { catalogue, first, second, store, write, look } = await scene();
    const feature = await catalogue.feature();
    await write((w) => addPlanFeature(w, first, { featureId: feature.id }));
    await write((w) => updatePlan(w, first, { isPublic: false }));
    await write((w) => updatePlan(w, second, { metadata: { secret: 'ours' } }));
    const ofSecretKeys = await look('all');
    expect(ofSecretKeys).toMatchObject({
      trees: [{ plan: { id: first } }, { plan: { metadata: { secret: 'ours' } } }],
      definitions: [{ id: feature.id }],
    });
    const ofThePublic = await look('public');
    expect(ofThePublic).toMatchObject({
      trees: [null, { plan: { id: second, metadata: null } }],
      definitions: [],
    });
    const reader = store.reader(
      catalogue.tenant,
      'public',
      await revisionOf(store, catalogue.tenant),
    );
    expect(await featureById.read(reader, [feature.id])).toEqual([null]);
    // And the other way round: what the public was shown lacks what others may see.
    expect(await look('all')).toEqual({ ...ofSecretKeys, statements: 0 });
    expect(await look('public')).toEqual({ ...ofThePublic, statements: expect.any(Number) });
  });

  it('are definitions of features, too', async () => {
    const { catalogue, first, write, look } = await scene();
    const feature = await catalogue.feature();
    await write((w) => addPlanFeature(w, first, { featureId: feature.id }));
    expect((await look()).definitions).toMatchObject([{ name: feature.name }]);
    expect((await look()).statements).toBe(0);
    await write((w) => updateFeature(w, feature.id, { name: 'Renamed' }));
    expect((await look()).definitions).toMatchObject([{ name: 'Renamed' }]);
  });

  it('are translations, too, until one of the same object changes', async () => {
    const { catalogue, first, second, store, write } = await scene();
    const feature = await catalogue.feature();
    for (const id of [first, second, feature.id])
      await write((w) => setTranslation(w, id, 'de', { name: 'Neu' }));
    const look = async (id: string) => {
      const revision = await revisionOf(store, catalogue.tenant);
      const reader = store.reader(catalogue.tenant, 'all', revision);
      const before = world().statements.length;
      const lookup = id === feature.id ? translationsOfFeature : translationsOfPlan;
      const [translations] = await lookup.read(reader, [id]);
      return {
        names: translations?.map(({ name }) => name),
        statements: world().statements.length - before,
      };
    };
    for (const id of [first, second, feature.id]) {
      expect(await look(id)).toEqual({ names: ['Neu'], statements: 1 });
      expect(await look(id)).toEqual({ names: ['Neu'], statements: 0 });
    }
    for (const [changed, ...others] of [
      [first, second, feature.id],
      [feature.id, first, second],
    ] as const) {
      await write((w) => setTranslation(w, changed, 'de', { name: 'Anders' }));
      for (const id of others) expect(await look(id)).toMatchObject({ statements: 0 });
      expect(await look(changed)).toEqual({ names: ['Anders'], statements: 1 });
    }
  });

  it('are limits, too, until one of the same feature or plan changes', async () => {
    const { catalogue, first, second, store, write } = await scene();
    const [feature, other] = [await catalogue.feature(), await catalogue.feature()];
    const limits = [{ code: 'size', name: 'Size' }];
    for (const { id } of [feature, other]) await write((w) => setFeatureLimits(w, id, { limits }));
    for (const planId of [first, second]) {
      await write((w) => addPlanFeature(w, planId, { featureId: feature.id }));
      await write((w) =>
        setPlanFeatureLimits(w, planId, feature.id, { limits: [{ code: 'size', amount: 1 }] }),
      );
    }
    const statementsOf = async (id: string) => {
      const revision = await revisionOf(store, catalogue.tenant);
      const reader = store.reader(catalogue.tenant, 'all', revision);
      const before = world().statements.length;
      const isFeature = id === feature.id || id === other.id;
      const [found] = await (isFeature ? limitsOfFeature : limitsOfPlan).read(reader, [id]);
      expect(found).toHaveLength(1);
      return world().statements.length - before;
    };
    for (const id of [first, second, feature.id, other.id]) {
      expect(await statementsOf(id)).toBe(1);
      expect(await statementsOf(id)).toBe(0);
    }
    const renamed = { limits: [{ code: 'size', name: 'Space' }] };
    await write((w) => setFeatureLimits(w, feature.id, renamed));
    for (const id of [first, second, other.id]) expect(await statementsOf(id)).toBe(0);
    expect(await statementsOf(feature.id)).toBe(1);
    const more = { limits: [{ code: 'size', amount: 2 }] };
    await write((w) => setPlanFeatureLimits(w, first, feature.id, more));
    for (const id of [second, feature.id, other.id]) expect(await statementsOf(id)).toBe(0);
    expect(await statementsOf(first)).toBe(1);
  });

  it('are not taken from a request that has seen the state before', async () => {
    const { catalogue, first, store, write, look } = await scene();
    const early = store.reader(catalogue.tenant, 'all', await revisionOf(store, catalogue.tenant));
    await write((w) => updatePlan(w, first, { name: 'Renamed' }));
    await readTrees(early, [first]);
    const { statements, trees } = await look();
    expect(statements).toBeGreaterThan(0);
    expect(trees[0]).toMatchObject({
      plan: { name: 'Renamed' },
      prices: [{ price: 1 }],
    });
  });

  it('are read again by the request that changed them', async () => {
    const { catalogue, first, second, store, write, look } = await scene();
    const group = await catalogue.group();
    for (const planId of [first, second])
      await write((w) => addPlanToGroup(w, group.id, { planId }));
    const feature = await catalogue.feature();
    await write((w) => addPlanFeature(w, first, { featureId: feature.id }));
    await look();
    const reader = store.reader(catalogue.tenant, 'all', await revisionOf(store, catalogue.tenant));
    await write((w) => reorderPlansInGroup(w, group.id, { planIds: [second, first] }));
    expect((await readTrees(reader, [first]))[0]?.plan.sortOrder).toBe(1);
    await look();
    const next = store.reader(catalogue.tenant, 'all', await revisionOf(store, catalogue.tenant));
    await write((w) => updateFeature(w, feature.id, { name: 'Renamed' }));
    expect(await featureById.read(next, [feature.id])).toMatchObject([{ name: 'Renamed' }]);
  });

  it('show the request that writes what other processes wrote before it', async () => {
    const { catalogue, first, second, store, write, look } = await scene();
    await look();
    const reader = store.reader(catalogue.tenant, 'all', await revisionOf(store, catalogue.tenant));
    await catalogue.change((w) => updatePlan(w, second, { name: 'Renamed' }));
    await write((w) => updatePlan(w, first, { description: 'Described' }));
    expect((await readTrees(reader, [second]))[0]?.plan.name).toBe('Renamed');
  });

  it('show the request that is a repetition what the first one wrote', async () => {
    const { catalogue, first, store, look } = await scene();
    await look();
    const reader = store.reader(catalogue.tenant, 'all', await revisionOf(store, catalogue.tenant));
    const rename = (w: Writer) => updatePlan(w, first, { name: 'Renamed' });
    const idempotencyKey = 'once';
    await catalogue.change(rename, { idempotencyKey });
    await store.write(catalogue.tenant, { ...anyone, idempotencyKey }, rename);
    expect((await readTrees(reader, [first]))[0]?.plan.name).toBe('Renamed');
  });

  it('do not outlive a batch, even one about a feature', async () => {
    const { catalogue, first, write, look } = await scene();
    const [feature, added] = [await catalogue.feature(), await catalogue.feature()];
    const plan = await catalogue.plan();
    const link = await catalogue.attach(plan, feature);
    const attachAll = operation(
      'attachAll',
      async (w) => {
        const attached = { ...link, id: w.newId('planFeature'), planId: first };
        await insertPlanFeatures(w, [{ link: attached, plan, feature }]);
        w.about(added.id);
      },
      { isBatch: true },
    );
    expect((await look()).trees[0]?.features).toEqual([]);
    await write((w) => attachAll(w));
    expect((await look()).trees[0]?.features).toMatchObject([{ featureId: feature.id }]);
  });

  it('are read once, for any selections of a plan in any order', async () => {
    const { catalogue, first, store } = await scene();
    const reader = async () =>
      new Loaders(store.reader(catalogue.tenant, 'all', await revisionOf(store, catalogue.tenant)));
    const statementsOf = async (include: ReturnType<typeof including>) => {
      const loaders = await reader();
      const before = world().statements.length;
      await loaders.loadWith(planById, first, include);
      return world().statements.slice(before);
    };
    expect(await statementsOf(including(pricesOfPlan))).toHaveLength(1);
    const [more, ...rest] = await statementsOf(including(pricesOfPlan, featuresOfPlan));
    expect(rest).toEqual([]);
    expect(more).toContain('"plan_feature"');
    expect(more).not.toContain('"plan_price"');
    expect(more).not.toContain('"plan"."name"');
    const regional = including([pricesOfPlan, regionalPricesOfPrice], featuresOfPlan);
    const [currencies, ...others] = await statementsOf(regional);
    expect(others).toEqual([]);
    expect(currencies).toContain('"regional_price"');
    expect(currencies).not.toContain('"plan_feature"');
    expect(await statementsOf(regional)).toEqual([]);
    expect(await statementsOf(including(exchangeRatesOfPlan, regionalOveragesOfPlan))).toHaveLength(
      1,
    );
    expect(
      await statementsOf(
        including(
          [pricesOfPlan, regionalPricesOfPrice],
          regionalOveragesOfPlan,
          exchangeRatesOfPlan,
        ),
      ),
    ).toEqual([]);
  });

  it('take no more memory than they may', async () => {
    const { catalogue, first, second } = await scene();
    const tight = new Store(world().store.engine, { recordBytes: 24 * 1024 });
    const look = (id: string) => seen(tight, catalogue.tenant, [id]);
    const more = await Promise.all(Array.from({ length: 20 }, () => catalogue.plan()));
    for (const { id } of [{ id: first }, { id: second }, ...more]) await look(id);
    expect((await look(first)).statements).toBeGreaterThan(0);
    expect((await look(first)).statements).toBe(0);
  });
});
