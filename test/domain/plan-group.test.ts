import { describe, expect, it } from 'vitest';
import { numberPublicPlans } from '../../src/db/records/group-order.ts';
import { findPlan, findPlans, findPlansOfGroups, insertPlans } from '../../src/db/records/plan.ts';
import { findPlanGroups } from '../../src/db/records/plan-group.ts';
import { listAuditLog } from '../../src/domain/audit-log.ts';
import { maxima } from '../../src/domain/maxima.ts';
import { operation, type Writer } from '../../src/domain/operation.ts';
import { createPlan, deletePlan, type Plan, updatePlan } from '../../src/domain/plan.ts';
import {
  AddPlanToGroupInput,
  addPlanToGroup,
  CreatePlanGroupInput,
  countPlanGroups,
  createPlanGroup,
  deletePlanGroup,
  getPlanGroup,
  listPlanGroups,
  type PlanGroup,
  ReorderPlansInGroupInput,
  removePlanFromGroup,
  reorderPlansInGroup,
  UpdatePlanGroupInput,
  updatePlanGroup,
} from '../../src/domain/plan-group.ts';
import { bothModes, type Catalogue, keepsInvariants, newCatalogue } from '../catalogue.ts';
import { onEveryEngine } from '../engines.ts';
import { bad, expectRefusals } from '../refusals.ts';

describe('inputs of plan groups', () => {
  it('refuse bad values by field', () => {
    expectRefusals(
      CreatePlanGroupInput,
      { name: 'Group', description: null, isPublic: null },
      { name: [...bad.names, null, undefined], description: bad.descriptions, isPublic: bad.flags },
    );
    expectRefusals(
      UpdatePlanGroupInput,
      { description: null },
      { name: [...bad.names, null], description: bad.descriptions, isPublic: [...bad.flags, null] },
    );
    expectRefusals(
      AddPlanToGroupInput,
      { planId: 'pln_1', sortOrder: null },
      { planId: [...bad.references, null, undefined], sortOrder: bad.counts },
    );
    expectRefusals(
      ReorderPlansInGroupInput,
      { planIds: ['pln_1'] },
      { planIds: [[], 'pln_1', null, undefined], 'planIds.0': [...bad.references, null] },
    );
  });
});

onEveryEngine('plan groups', (world) => {
  keepsInvariants(world);

  const orderOf = async (shop: Catalogue, group: PlanGroup) =>
    (await findPlansOfGroups(shop.reader(), [group.id])).map(
      ({ code, sortOrder }) => `${sortOrder} ${code}`,
    );

  const groupOf = async (shop: Catalogue, ...codes: string[]) => {
    const group = await shop.group();
    const plans: Plan[] = [];
    for (const code of codes) plans.push(await shop.plan({ code, planGroupId: group.id }));
    return { group, plans };
  };

  it('have defaults for what is left out', async () => {
    const shop = await newCatalogue(world());
    const time = '2026-01-01T00:00:00.000Z';
    const group = await shop.changeAt(time, (w) => createPlanGroup(w, { name: 'Group' }));
    expect(group).toEqual({
      id: expect.stringMatching(/^plg_[0-9a-z]{26}$/),
      code: 'group',
      name: 'Group',
      description: null,
      isPublic: true,
      createdAt: time,
      updatedAt: time,
      revision: 1,
    });
    expect(await shop.group({ description: null, isPublic: null })).toMatchObject({
      isPublic: true,
    });
    expect(await getPlanGroup(shop.reader(), group.id)).toEqual(group);
  });

  it('change only what an update names', async () => {
    const shop = await newCatalogue(world());
    const group = await shop.group({ description: 'Old', isPublic: false });
    const later = '2100-01-01T00:00:00.000Z';
    const update = (input: UpdatePlanGroupInput) =>
      shop.changeAt(later, (w) => updatePlanGroup(w, group.id, input));
    expect(await update({})).toEqual({ ...group, updatedAt: later, revision: 2 });
    expect(await update({ name: 'New' })).toMatchObject({
      name: 'New',
      description: 'Old',
      isPublic: false,
    });
    expect(await update({ description: null, isPublic: true })).toMatchObject({
      description: null,
      isPublic: true,
    });
    const earlier = await shop.change((w) => updatePlanGroup(w, group.id, {}));
    expect(earlier.updatedAt).toBe(later);
    expect(await getPlanGroup(shop.reader(), group.id)).toEqual(earlier);
  });

  it('are listed oldest first, page by page', async () => {
    const shop = await newCatalogue(world());
    const groups: PlanGroup[] = [];
    for (const name of ['a', 'b', 'c'])
      groups.push(await shop.group({ name, isPublic: name !== 'b' }));
    const { items, hasNextPage, cursorOf } = await listPlanGroups(shop.reader(), { first: 2 });
    expect({ items, hasNextPage }).toEqual({ items: groups.slice(0, 2), hasNextPage: true });
    const [, second] = items;
    const rest = await listPlanGroups(shop.reader(), { after: second && cursorOf(second) });
    expect(rest).toMatchObject({ items: groups.slice(2), hasNextPage: false });
    expect(await countPlanGroups(shop.reader())).toBe(3);
    expect((await listPlanGroups(shop.reader('public'), {})).items).toHaveLength(2);
    expect(await countPlanGroups(shop.reader('public'))).toBe(2);
    expect(await findPlanGroups(shop.reader('public'), [groups[1]?.id ?? ''])).toEqual([]);
  });

  it('append a new plan', async () => {
    const shop = await newCatalogue(world());
    const { group, plans } = await groupOf(shop, 'a', 'b');
    expect(plans.map(({ planGroupId, sortOrder }) => ({ planGroupId, sortOrder }))).toEqual([
      { planGroupId: group.id, sortOrder: 0 },
      { planGroupId: group.id, sortOrder: 1 },
    ]);
    expect(await orderOf(shop, group)).toEqual(['0 a', '1 b']);
  });

  it.each([
    [undefined, ['0 a', '1 b', '2 new']],
    [null, ['0 a', '1 b', '2 new']],
    [0, ['0 new', '1 a', '2 b']],
    [1, ['0 a', '1 new', '2 b']],
    [2, ['0 a', '1 b', '2 new']],
    [2 ** 31 - 1, ['0 a', '1 b', '2 new']],
  ])('take a plan in at %s and shift the later ones', async (sortOrder, order) => {
    const shop = await newCatalogue(world());
    const { group, plans } = await groupOf(shop, 'a', 'b');
    const plan = await shop.plan({ code: 'new' });
    const later = '2100-01-01T00:00:00.000Z';
    const answer = await shop.changeAt(later, (w) =>
      addPlanToGroup(w, group.id, { planId: plan.id, sortOrder }),
    );
    const revision = 1 + plans.length + 1;
    expect(answer).toEqual({ ...group, updatedAt: later, revision });
    expect(await getPlanGroup(shop.reader(), group.id)).toEqual(answer);
    expect(await orderOf(shop, group)).toEqual(order);
    expect(await findPlan(shop.reader(), plan.id)).toMatchObject({ updatedAt: later });
    for (const { id, updatedAt } of plans)
      expect(await findPlan(shop.reader(), id)).toMatchObject({ updatedAt });
  });

  it('move their time when a new plan joins or a plan is deleted', async () => {
    const shop = await newCatalogue(world());
    const { group } = await groupOf(shop);
    const [joined, left] = ['2100-01-01T00:00:00.000Z', '2100-01-02T00:00:00.000Z'];
    const plan = await shop.changeAt(joined, (w) =>
      createPlan(w, { name: 'New', code: 'new', planGroupId: group.id }),
    );
    expect(await getPlanGroup(shop.reader(), group.id)).toMatchObject({ updatedAt: joined });
    await shop.changeAt(left, (w) => deletePlan(w, plan.id));
    expect(await getPlanGroup(shop.reader(), group.id)).toMatchObject({ updatedAt: left });
  });

  it('take 200 plans and no more; a larger one stays and shrinks', async () => {
    const shop = await newCatalogue(world());
    const { group } = await groupOf(shop);
    const fill = (most: number) =>
      shop.change(async (writer) => {
        const plans = Array.from({ length: most }, (_, index) => ({
          ...template,
          id: writer.newId('plan'),
          code: `many_${most}_${index}`,
          planGroupId: group.id,
          sortOrder: index + (most === maxima.plansOfGroup ? 0 : maxima.plansOfGroup),
          createdAt: writer.now,
          updatedAt: writer.now,
        }));
        await insertPlans(writer, plans);
        await numberPublicPlans(writer, group.id);
        return operation('fill', async (w) => w.about(group.id))(writer);
      });
    const template = await shop.plan();
    await fill(maxima.plansOfGroup);
    const refused = { code: 'validation_error', param: 'planId' };
    const other = await shop.plan();
    await shop.refuses((w) => addPlanToGroup(w, group.id, { planId: other.id }), refused);
    await shop.refuses((w) => createPlan(w, { name: 'x', code: 'x', planGroupId: group.id }), {
      ...refused,
      param: 'planGroupId',
    });
    await fill(2);
    await shop.refuses((w) => addPlanToGroup(w, group.id, { planId: other.id }), refused);
    const members = await findPlansOfGroups(shop.reader(), [group.id]);
    const planIds = members.map(({ id }) => id).reverse();
    await shop.change((w) => reorderPlansInGroup(w, group.id, { planIds }));
    for (const planId of planIds.slice(0, 3))
      await shop.change((w) => removePlanFromGroup(w, group.id, planId));
    await shop.change((w) => addPlanToGroup(w, group.id, { planId: other.id }));
  });

  it('take a plan in only once', async () => {
    const shop = await newCatalogue(world());
    const { group, plans } = await groupOf(shop, 'a');
    const other = await shop.group();
    for (const { id } of [group, other])
      await shop.refuses((w) => addPlanToGroup(w, id, { planId: plans[0]?.id ?? '' }), {
        code: 'duplicate',
        param: 'planId',
      });
  });

  it('hold one consumption model; plans without one fit any', async () => {
    const shop = await newCatalogue(world());
    const { group } = await groupOf(shop, 'plain');
    const add = async (consumptionModel: 'metered' | 'credits' | null) => {
      const { id } = await shop.plan({ consumptionModel });
      return (w: Writer) => addPlanToGroup(w, group.id, { planId: id });
    };
    await shop.change(await add('metered'));
    await shop.change(await add(null));
    await shop.change(await add('metered'));
    await shop.refuses(await add('credits'), { code: 'validation_error', param: 'planId' });
    await shop.refuses(
      (w) =>
        createPlan(w, { name: 'x', code: 'x', consumptionModel: 'balance', planGroupId: group.id }),
      { code: 'validation_error', param: 'planGroupId' },
    );
  });

  it('refuse a invalidInput that is in another group as invalid, not as duplicate', async () => {
    const shop = await newCatalogue(world());
    const metered = await shop.group();
    const credits = await shop.group();
    await shop.plan({ consumptionModel: 'metered', planGroupId: metered.id });
    const plan = await shop.plan({ consumptionModel: 'credits', planGroupId: credits.id });
    await shop.refuses((w) => addPlanToGroup(w, metered.id, { planId: plan.id }), {
      code: 'validation_error',
      param: 'planId',
    });
  });

  it('close the gap that a plan leaves', async () => {
    const shop = await newCatalogue(world());
    const { group, plans } = await groupOf(shop, 'a', 'b', 'c', 'd');
    const [a, b, c, d] = plans;
    if (!a || !b || !c || !d) throw new Error('too few plans');
    const later = '2100-01-01T00:00:00.000Z';
    expect(await shop.changeAt(later, (w) => removePlanFromGroup(w, group.id, b.id))).toEqual({
      ...group,
      updatedAt: later,
      revision: 1 + plans.length + 1,
    });
    expect(await orderOf(shop, group)).toEqual(['0 a', '1 c', '2 d']);
    expect(await findPlan(shop.reader(), b.id)).toMatchObject({
      planGroupId: null,
      sortOrder: 0,
      updatedAt: later,
    });
    expect(await findPlan(shop.reader(), c.id)).toMatchObject({
      sortOrder: 1,
      updatedAt: c.updatedAt,
    });
    await shop.change((w) => deletePlan(w, a.id));
    expect(await orderOf(shop, group)).toEqual(['0 c', '1 d']);
    await shop.change((w) => removePlanFromGroup(w, group.id, d.id));
    await shop.change((w) => addPlanToGroup(w, group.id, { planId: b.id, sortOrder: 0 }));
    expect(await orderOf(shop, group)).toEqual(['0 b', '1 c']);
  });

  it('move only the plans whose place changes', async () => {
    const shop = await newCatalogue(world());
    const { group, plans } = await groupOf(shop, 'a', 'b', 'c', 'd');
    const [a, b, c, d] = plans.map(({ id }) => id);
    if (!a || !b || !c || !d) throw new Error('too few plans');
    const shifted = async (work: (w: Writer) => Promise<unknown>) => {
      await shop.change(work);
      const { items } = await listAuditLog(shop.reader(), {}, { first: 1 });
      const places = items[0]?.changes.filter(
        ({ objectId, before, after }) => objectId !== d && before?.sortOrder !== after?.sortOrder,
      );
      return places?.length;
    };
    const reorder = (planIds: string[]) =>
      shifted((w) => reorderPlansInGroup(w, group.id, { planIds }));
    expect(await reorder([a, b, c, d])).toBe(0);
    expect(await reorder([a, c, b, d])).toBe(2);
    expect(await shifted((w) => removePlanFromGroup(w, group.id, d))).toBe(0);
    const join = { planId: d, sortOrder: 2 };
    expect(await shifted((w) => addPlanToGroup(w, group.id, join))).toBe(1);
    expect(await orderOf(shop, group)).toEqual(['0 a', '1 c', '2 d', '3 b']);
  });

  it('are put into any order', async () => {
    const shop = await newCatalogue(world());
    const { group, plans } = await groupOf(shop, 'a', 'b', 'c');
    const [a, b, c] = plans.map(({ id }) => id);
    if (!a || !b || !c) throw new Error('too few plans');
    const later = '2100-01-01T00:00:00.000Z';
    for (const { planIds, revision } of [
      { planIds: [b, a, c], revision: 5 },
      { planIds: [c, b, a], revision: 6 },
      { planIds: [a, c, b], revision: 7 },
      { planIds: [a, c, b], revision: 8 },
    ]) {
      const answer = await shop.changeAt(later, (w) =>
        reorderPlansInGroup(w, group.id, { planIds }),
      );
      expect(answer).toEqual({ ...group, updatedAt: later, revision });
      expect(await getPlanGroup(shop.reader(), group.id)).toEqual(answer);
      expect((await findPlansOfGroups(shop.reader(), [group.id])).map(({ id }) => id)).toEqual(
        planIds,
      );
    }
    expect(await orderOf(shop, group)).toEqual(['0 a', '1 c', '2 b']);
    for (const { id, updatedAt } of plans)
      expect(await findPlan(shop.reader(), id)).toMatchObject({ updatedAt });
  });

  it('are reordered by naming each plan exactly once', async () => {
    const shop = await newCatalogue(world());
    const { group, plans } = await groupOf(shop, 'a', 'b');
    const [a, b] = plans.map(({ id }) => id);
    if (!a || !b) throw new Error('too few plans');
    const outside = await shop.plan();
    for (const planIds of [
      [a],
      [b],
      [a, a],
      [a, b, b],
      [a, b, outside.id],
      [a, outside.id],
      [a, 'pln_none'],
      ['a', 'c'],
    ])
      await shop.refuses((w) => reorderPlansInGroup(w, group.id, { planIds }), {
        code: 'validation_error',
        param: 'planIds',
      });
    const empty = await shop.group();
    await shop.refuses((w) => reorderPlansInGroup(w, empty.id, { planIds: [a] }), {
      code: 'validation_error',
    });
  });

  it('unlink their plans when they are deleted', async () => {
    const shop = await newCatalogue(world());
    const { group, plans } = await groupOf(shop, 'a', 'b');
    const later = '2100-01-01T00:00:00.000Z';
    expect(await shop.changeAt(later, (w) => deletePlanGroup(w, group.id))).toEqual({
      id: group.id,
      planIds: plans.map(({ id }) => id),
    });
    await expect(getPlanGroup(shop.reader(), group.id)).rejects.toMatchObject({
      code: 'plan_group_not_found',
    });
    for (const { id } of plans)
      expect(await findPlan(shop.reader(), id)).toMatchObject({
        planGroupId: null,
        sortOrder: 0,
        updatedAt: later,
      });
    const next = await shop.group();
    await shop.change((w) => addPlanToGroup(w, next.id, { planId: plans[1]?.id ?? '' }));
    expect(await orderOf(shop, next)).toEqual(['0 b']);
  });

  it('outlive their deleted plans', async () => {
    const shop = await newCatalogue(world());
    const { group, plans } = await groupOf(shop, 'a');
    await shop.change((w) => deletePlan(w, plans[0]?.id ?? ''));
    expect(await shop.change((w) => deletePlanGroup(w, group.id))).toEqual({
      id: group.id,
      planIds: [],
    });
  });

  it('answer for what is not there', async () => {
    const [shop, sandbox] = await bothModes(world());
    const { group, plans } = await groupOf(shop, 'a');
    const outside = await shop.plan();
    const planId = plans[0]?.id ?? '';
    const noGroup = { code: 'plan_group_not_found', param: 'planGroupId' };
    for (const [where, id] of [
      [shop, 'plg_none'],
      [shop, 'a\0'],
      [sandbox, group.id],
      [await newCatalogue(world()), group.id],
    ] as const) {
      await where.refuses((w) => updatePlanGroup(w, id, {}), noGroup);
      await where.refuses((w) => deletePlanGroup(w, id), noGroup);
      await where.refuses((w) => addPlanToGroup(w, id, { planId }), noGroup);
      await where.refuses((w) => removePlanFromGroup(w, id, planId), noGroup);
      await where.refuses((w) => reorderPlansInGroup(w, id, { planIds: [planId] }), noGroup);
      await expect(getPlanGroup(where.reader(), id)).rejects.toMatchObject(noGroup);
    }
    const foreign = await (await newCatalogue(world())).plan();
    const noPlan = { code: 'plan_not_found', param: 'planId' };
    await shop.refuses((w) => addPlanToGroup(w, group.id, { planId: 'pln_none' }), noPlan);
    await shop.refuses((w) => addPlanToGroup(w, group.id, { planId: foreign.id }), noPlan);
    await shop.refuses((w) => removePlanFromGroup(w, group.id, outside.id), noPlan);
    await shop.refuses((w) => removePlanFromGroup(w, group.id, 'pln_none'), noPlan);
  });

  it('that turn private or public place anew what the public sees', async () => {
    const shop = await newCatalogue(world());
    const { group, plans } = await groupOf(shop, 'a', 'hidden', 'b', 'c');
    await shop.change((w) => updatePlan(w, plans[1]?.id ?? '', { isPublic: false }));
    const ids = plans.map(({ id }) => id);
    const seen = async () =>
      (await findPlans(shop.reader('public'), ids)).map(({ code, planGroupId, sortOrder }) => [
        code,
        planGroupId,
        sortOrder,
      ]);
    const inGroup = [
      ['a', group.id, 0],
      ['b', group.id, 1],
      ['c', group.id, 2],
    ];
    const outside = ['a', 'b', 'c'].map((code) => [code, null, 0]);
    expect(await seen()).toEqual(inGroup);
    for (let round = 0; round < 2; round += 1) {
      await shop.change((w) => updatePlanGroup(w, group.id, { isPublic: false }));
      expect(await seen()).toEqual(outside);
      await shop.change((w) => updatePlanGroup(w, group.id, { isPublic: true }));
      expect(await seen()).toEqual(inGroup);
    }
    // Where plans come, go and change places while nobody sees the group, it shows as they stand
    // then.
    await shop.change((w) => updatePlanGroup(w, group.id, { isPublic: false }));
    await shop.change((w) => reorderPlansInGroup(w, group.id, { planIds: ids.toReversed() }));
    await shop.change((w) => updatePlan(w, ids[1] ?? '', { isPublic: true }));
    await shop.change((w) => removePlanFromGroup(w, group.id, ids[0] ?? ''));
    expect((await seen()).map(([, , sortOrder]) => sortOrder)).toEqual([0, 0, 0, 0]);
    await shop.change((w) => updatePlanGroup(w, group.id, { isPublic: true }));
    expect(await seen()).toEqual([
      ['a', null, 0],
      ['hidden', group.id, 2],
      ['b', group.id, 1],
      ['c', group.id, 0],
    ]);
    // Private ones have their places all the time.
    expect(await orderOf(shop, group)).toEqual(['0 c', '1 b', '2 hidden']);
  });

  it('show the public only public plans', async () => {
    const shop = await newCatalogue(world());
    const { group } = await groupOf(shop, 'a', 'b');
    await shop.plan({ code: 'hidden', planGroupId: group.id, isPublic: false });
    const shown = await findPlansOfGroups(shop.reader('public'), [group.id]);
    expect(shown.map(({ code }) => code)).toEqual(['a', 'b']);
  });
});
