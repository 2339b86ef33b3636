import { describe, expect, it } from 'vitest';
import { branchesNamed, planTrees } from '../../src/db/read/plan-tree.ts';
import { revisionOf } from '../../src/db/records/organization.ts';
import { Store } from '../../src/db/store.ts';
import { ChangeList, type Identity, onlyPlanOf } from '../../src/db/write/change-list.ts';
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
    expect(list.changed().map(({ identity: { id } }) => id)).not.toContain('back');
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

describe('the only plan that changes', () => {
  const change = (planId: string | null, type = 'PlanPrice', before: object | null = {}) => ({
    type,
    objectId: 'any',
    planId,
    before: before as Record<string, never> | null,
    after: {},
  });

  it.each([
    ['pln_1', [change('pln_1'), change('pln_1', 'Plan')]],
    [undefined, []],
    [undefined, [change('pln_1'), change('pln_2')]],
    [undefined, [change(null, 'Feature')]],
    [undefined, [change('pln_1'), change(null, 'PlanGroup')]],
    // Its code is taken, or free again.
    [undefined, [change('pln_1', 'Plan', null)]],
  ])('is %s', (planId, changes) => {
    expect(onlyPlanOf(changes)).toBe(planId);
  });
});

onEveryEngine('records that are cached', (world) => {
  const readTrees = planTrees('id', branchesNamed(['prices', 'features']));

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
      await readTrees(reader, [id]);
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
    leavesOthers: boolean,
    work: (s: Scene) => (w: Writer) => Promise<unknown>,
  ][] = [
    [
      'a name',
      true,
      ({ changed }) =>
        (w) =>
          updatePlan(w, changed.id, { name: 'New' }),
    ],
    [
      'a price',
      true,
      ({ changed }) =>
        (w) =>
          addPlanPrice(w, changed.id, { billingInterval: 'yearly', price: 1 }),
    ],
    [
      'a feature of the plan',
      true,
      ({ changed, feature }) =>
        (w) =>
          addPlanFeature(w, changed.id, { featureId: feature.id }),
    ],
    [
      'a rate',
      true,
      ({ changed }) =>
        (w) =>
          setPlanRegionalPricing(w, changed.id, { currency: 'eur', exchangeRate: 2 }),
    ],
    [
      'a visibility that moves the places of others',
      false,
      ({ changed }) =>
        (w) =>
          setPlanVisibility(w, changed.id, { isPublic: false }),
    ],
    [
      'a deletion',
      false,
      ({ changed }) =>
        (w) =>
          deletePlan(w, changed.id),
    ],
    ['a new plan', false, () => (w) => createPlan(w, { name: 'New', code: 'new' })],
  ];

  it.each(writes)('of other plans after %s: left %s', async (_what, leavesOthers, work) => {
    const site = await scene();
    await site.warm();
    await site.write(work(site));
    expect((await site.statementsFor(site.other.id)) === 0).toBe(leavesOthers);
    expect(await site.statementsFor(site.changed.id)).toBeGreaterThan(0);
  });
});
