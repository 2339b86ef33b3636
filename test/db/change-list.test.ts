import { describe, expect, it } from 'vitest';
import { including } from '../../src/db/read/include.ts';
import { Loaders } from '../../src/db/read/loaders.ts';
import { revisionOf } from '../../src/db/records/organization.ts';
import { planById } from '../../src/db/records/plan.ts';
import { featuresOfPlan } from '../../src/db/records/plan-feature.ts';
import { pricesOfPlan } from '../../src/db/records/price.ts';
import { Store } from '../../src/db/store.ts';
import { ChangeList, type Identity, ownersOf } from '../../src/db/write/change-list.ts';
import type { Writer } from '../../src/domain/operation.ts';
import { createPlan, deletePlan, setPlanVisibility, updatePlan } from '../../src/domain/plan.ts';
import { addPlanFeature } from '../../src/domain/plan-feature.ts';
import { addPlanPrice } from '../../src/domain/price.ts';
import { setPlanRegionalPricing } from '../../src/domain/regional-pricing.ts';
import { newCatalogue } from '../catalogue.ts';
import { anyone, onEveryEngine } from '../engines.ts';

const identity = (id: string, planId: string | null = null, type = 'Plan'): Identity => ({
  type,
  id,
  planId,
  record: ({ secret: _, ...rest }) => rest as ReturnType<Identity['record']>,
  unlogged: ['secret'],
});

describe('a change list', () => {
  it('makes one change of several, member by member', () => {
    const list = new ChangeList();
    list.read(identity('a'), { id: 'a', name: 'old', place: 1, tags: { x: 1 } });
    list.note(identity('a'), { id: 'a', name: 'old' }, { id: 'a', name: 'new' });
    list.note(identity('a'), { place: 1 }, { place: 2 }, false);
    list.note(identity('a'), { name: 'new', tags: { x: 1 } }, { name: 'newer', tags: { x: 1 } });
    expect(list.changes('batch')).toEqual([
      {
        type: 'Plan',
        objectId: 'a',
        planId: null,
        before: { name: 'old', place: 1 },
        after: { name: 'newer', place: 2 },
      },
    ]);
    expect(list.stateOf('a')).toEqual({
      before: { id: 'a', name: 'old', place: 1, tags: { x: 1 } },
      after: { id: 'a', name: 'newer', place: 2, tags: { x: 1 } },
    });
  });

  it('drops what comes to nothing', () => {
    const list = new ChangeList();
    list.read(identity('read'), { id: 'read' });
    list.note(identity('back'), { place: 1 }, { place: 2 });
    list.note(identity('back'), { place: 2 }, { place: 1 });
    list.note(identity('short'), null, { id: 'short' });
    list.note(identity('short'), { id: 'short' }, null);
    expect(list.changes('batch')).toEqual([]);
    expect(list.written().map(({ identity: { id } }) => id)).toEqual(['back']);
  });

  it('tells a row from the one whose place it took', () => {
    const list = new ChangeList();
    const link = (id: string) => ({ ...identity(id, 'pln_1', 'PlanFeature'), key: 'pln_1 ftr_1' });
    list.note(link('old'), { id: 'old', place: 1 }, null);
    list.note(link('new'), null, { id: 'new', place: 1 });
    list.note(link('new'), { id: 'new', place: 1 }, { id: 'new', place: 2 });
    const changes = list.changes('batch');
    expect(changes).toMatchObject([
      { objectId: 'old', before: { id: 'old', place: 1 }, after: null },
      { objectId: 'new', before: null, after: { id: 'new', place: 2 } },
    ]);
    expect([...list.objectIds(changes)]).toEqual(['old', 'pln_1', 'new']);
  });

  it('keeps what was there of a row that is written in part before it is read', () => {
    const list = new ChangeList();
    list.note(identity('a'), { place: 1 }, { place: 2 }, false);
    list.read(identity('a'), { id: 'a', name: 'old', place: 2 });
    list.note(identity('a'), { name: 'old' }, { name: 'new' });
    expect(list.changes('batch')).toMatchObject([
      { before: { name: 'old', place: 1 }, after: { name: 'new', place: 2 } },
    ]);
  });

  it('tells of rows that nobody finds any more as of those that are gone', () => {
    const list = new ChangeList();
    list.noteGone(identity('a', 'a'), { id: 'a', secret: 's' });
    expect(list.changes('batch')).toEqual([
      { type: 'Plan', objectId: 'a', planId: 'a', before: { id: 'a' }, after: null },
    ]);
  });

  it('counts what a batch adds, and takes nothing else from it', () => {
    const list = new ChangeList();
    list.summarize();
    for (const id of ['a', 'b']) list.note(identity(id), null, { id });
    list.note(identity('c', null, 'Feature'), null, { id: 'c' });
    expect(list.changes('batch')).toEqual([
      { type: 'Plan', objectId: 'batch', planId: null, before: null, after: { count: 2 } },
      { type: 'Feature', objectId: 'batch', planId: null, before: null, after: { count: 1 } },
    ]);
    expect(() => list.note(identity('d'), { id: 'd' }, null)).toThrow('was there before');
  });
});

describe('the plans and features whose cache entries are out of date', () => {
  const change = (planId: string | null, type = 'PlanPrice', objectId = 'any') => ({
    type,
    objectId,
    planId,
    before: {},
    after: {},
  });

  it.each([
    [['pln_1'], [change('pln_1'), change('pln_1', 'Plan')]],
    [[], []],
    [
      ['pln_1', 'pln_2'],
      [change('pln_1'), change('pln_2')],
    ],
    [['ftr_1'], [change(null, 'Feature', 'ftr_1')]],
    [['pln_1'], [change('pln_1'), change(null, 'PlanGroup')]],
    [['ftr_1'], [change(null, 'Feature', 'ftr_1'), change(null, 'Translation', 'ftr_1_de')]],
    [['ftr_1'], [change(null, 'Feature', 'ftr_1'), change(null, 'FeatureLimit', 'ftr_1_size')]],
    [[], [change(null, 'PlanGroup', 'plg_1'), change(null, 'Translation', 'plg_1_de')]],
    // A batch counts, and says of no plan that it is one of them.
    [undefined, [change('pln_1'), change(null, 'Plan')]],
    [undefined, [change(null, 'Feature', 'tnt_1')]],
  ])('are %s', (ids, changes) => {
    const owners = ownersOf(changes);
    expect(owners && [...owners]).toEqual(ids);
  });
});

onEveryEngine('records that are cached', (world) => {
  const selected = including(pricesOfPlan, featuresOfPlan);

  const scene = async () => {
    const shop = await newCatalogue(world());
    const group = await shop.group();
    const planGroupId = group.id;
    const [changed, other] = [
      await shop.plan({ planGroupId, consumptionModel: 'metered' }),
      await shop.plan({ planGroupId, consumptionModel: 'metered' }),
    ];
    await shop.price(changed);
    const feature = await shop.feature();
    const store = new Store(world().store.engine, { recordBytes: 2 ** 20 });
    const statementsFor = async (id: string) => {
      const reader = store.reader(shop.tenant, 'all', await revisionOf(store, shop.tenant));
      const before = world().statements.length;
      await new Loaders(reader).loadWith(planById, id, selected);
      return world().statements.length - before;
    };
    const warm = async () => {
      for (const { id } of [changed, other]) await statementsFor(id);
      expect(await statementsFor(other.id)).toBe(0);
    };
    const write = (work: (writer: Writer) => Promise<unknown>) =>
      store.write(shop.tenant, anyone, work);
    return { changed, other, feature, statementsFor, warm, write };
  };
  type Scene = Awaited<ReturnType<typeof scene>>;

  const writes: [
    what: string,
    left: { changed: boolean; other: boolean },
    work: (s: Scene) => (w: Writer) => Promise<unknown>,
  ][] = [
    [
      'a name',
      { changed: false, other: true },
      ({ changed }) =>
        (w) =>
          updatePlan(w, changed.id, { name: 'New' }),
    ],
    [
      'a price',
      { changed: false, other: true },
      ({ changed }) =>
        (w) =>
          addPlanPrice(w, changed.id, { billingInterval: 'yearly', price: 1 }),
    ],
    [
      'a feature of the plan',
      { changed: false, other: true },
      ({ changed, feature }) =>
        (w) =>
          addPlanFeature(w, changed.id, { featureId: feature.id }),
    ],
    [
      'a rate',
      { changed: false, other: true },
      ({ changed }) =>
        (w) =>
          setPlanRegionalPricing(w, changed.id, { currency: 'eur', exchangeRate: 2 }),
    ],
    [
      'a visibility that moves the places of others',
      { changed: false, other: false },
      ({ changed }) =>
        (w) =>
          setPlanVisibility(w, changed.id, { isPublic: false }),
    ],
    [
      'a deletion',
      { changed: false, other: false },
      ({ changed }) =>
        (w) =>
          deletePlan(w, changed.id),
    ],
    [
      'a new plan',
      { changed: true, other: true },
      () => (w) => createPlan(w, { name: 'New', code: 'new' }),
    ],
  ];

  it.each(writes)('after %s: left %o', async (_what, left, work) => {
    const site = await scene();
    await site.warm();
    await site.write(work(site));
    expect({
      other: (await site.statementsFor(site.other.id)) === 0,
      changed: (await site.statementsFor(site.changed.id)) === 0,
    }).toEqual(left);
  });
});
