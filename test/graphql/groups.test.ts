import { describe, expect, it } from 'vitest';
import { onEveryGateway } from './client.ts';

const everything =
  'id name description isPublic createdAt updatedAt plans { code sortOrder group { id } }';

onEveryGateway('plan groups', (client) => {
  const arrange = async (...codes: string[]) => {
    const { catalogue } = client();
    const group = await catalogue.group();
    const plans = [];
    for (const code of codes) plans.push(await catalogue.plan({ code, planGroupId: group.id }));
    return { group, plans, ids: plans.map(({ id }) => id) };
  };
  const order = (group: { plans: { code: string; sortOrder: number }[] }) => {
    expect(group.plans.map(({ sortOrder }) => sortOrder)).toEqual(
      group.plans.map((_, position) => position),
    );
    return group.plans.map(({ code }) => code);
  };

  it('are created, changed and deleted', async () => {
    const create = (input: object) => client().mutate('createPlanGroup', { input }, everything);
    const group = await create({ name: 'Tiers', description: 'D', isPublic: false });
    expect(group).toEqual({
      __typename: 'PlanGroup',
      id: expect.stringMatching(/^plg_[0-9a-z]{26}$/),
      name: 'Tiers',
      description: 'D',
      isPublic: false,
      createdAt: expect.any(String),
      updatedAt: group.createdAt,
      plans: [],
    });
    expect(await create({ name: 'B', description: null, isPublic: null })).toMatchObject({
      description: null,
      isPublic: true,
    });

    const update = (input: object) =>
      client().mutate('updatePlanGroup', { planGroupId: group.id, input }, everything);
    expect(await update({ name: 'New', isPublic: true })).toMatchObject({
      name: 'New',
      description: 'D',
      isPublic: true,
    });
    expect(await update({ description: null })).toMatchObject({ name: 'New', description: null });
    await client().changesNothing(async () => {
      for (const field of ['name', 'isPublic'])
        expect(await update({ [field]: null })).toMatchObject({
          __typename: 'ValidationError',
          param: field,
        });
    });

    const member = await client().catalogue.plan({ code: 'member', planGroupId: group.id });
    expect(
      await client().mutate(
        'deletePlanGroup',
        { planGroupId: group.id },
        'deletedId plans { id group { id } }',
      ),
    ).toEqual({
      __typename: 'DeletedPlanGroup',
      deletedId: group.id,
      plans: [{ id: member.id, group: null }],
    });
    expect(
      await client().data(
        'query($id: ID!) { planGroup(id: $id) { id } plan(code: "member") { sortOrder group { id ' +
          '} } }',
        { id: group.id },
      ),
    ).toEqual({
      planGroup: null,
      plan: { sortOrder: 0, group: null },
    });
  });

  it('show their plans in order, public and private', async () => {
    const { group } = await arrange('b', 'a');
    await client().catalogue.plan({ code: 'hidden', isPublic: false, planGroupId: group.id });
    const { planGroup, planGroups } = await client().data(
      `query($id: ID!) { planGroup(id: $id) { ${everything} } planGroups { totalCount nodes { id plans { code } } } }`,
      { id: group.id },
    );
    expect(order(planGroup)).toEqual(['b', 'a', 'hidden']);
    expect(planGroup.plans[0].group).toEqual({ id: group.id });
    expect(planGroups).toEqual({
      totalCount: 1,
      nodes: [{ id: group.id, plans: [{ code: 'b' }, { code: 'a' }, { code: 'hidden' }] }],
    });
  });

  describe('addPlanToGroup', () => {
    it.each([
      [undefined, ['a', 'b', 'new']],
      [null, ['a', 'b', 'new']],
      [0, ['new', 'a', 'b']],
      [1, ['a', 'new', 'b']],
      [2_147_483_647, ['a', 'b', 'new']],
    ])('puts the plan at %s', async (sortOrder, expected) => {
      const { group } = await arrange('a', 'b');
      const { id: planId } = await client().catalogue.plan({ code: 'new' });
      expect(
        order(
          await client().mutate(
            'addPlanToGroup',
            { planGroupId: group.id, input: { planId, sortOrder } },
            everything,
          ),
        ),
      ).toEqual(expected);
    });

    it('tells why a plan cannot join', async () => {
      const { catalogue } = client();
      const { group, ids } = await arrange('a');
      const metered = await catalogue.plan({ consumptionModel: 'metered' });
      const credits = await catalogue.plan({ consumptionModel: 'credits' });
      const add = (planId: string | undefined, planGroupId = group.id) =>
        client().mutate('addPlanToGroup', { planGroupId, input: { planId } });
      await add(metered.id);
      await client().changesNothing(async () => {
        expect(await add(ids[0])).toMatchObject({
          __typename: 'ConflictError',
          code: 'duplicate',
          param: 'planId',
        });
        expect(await add(credits.id)).toMatchObject({
          __typename: 'ValidationError',
          param: 'planId',
        });
        expect(await add('pln_0')).toMatchObject({
          __typename: 'NotFoundError',
          code: 'plan_not_found',
          param: 'planId',
        });
        expect(await add(credits.id, 'plg_0')).toMatchObject({
          __typename: 'NotFoundError',
          code: 'plan_group_not_found',
          param: 'planGroupId',
        });
      });
    });
  });

  it('removePlanFromGroup closes the gap', async () => {
    const { group, ids } = await arrange('a', 'b', 'c');
    const outside = await client().catalogue.plan();
    const remove = (planId: string | undefined) =>
      client().mutate('removePlanFromGroup', { planGroupId: group.id, planId }, everything);
    expect(order(await remove(ids[1]))).toEqual(['a', 'c']);
    await client().changesNothing(async () => {
      for (const planId of [ids[1], outside.id, 'pln_0'])
        expect(await remove(planId)).toMatchObject({
          __typename: 'NotFoundError',
          code: 'plan_not_found',
          param: 'planId',
        });
    });
  });

  it('reorderPlansInGroup wants every plan once', async () => {
    const { group, ids } = await arrange('a', 'b', 'c');
    const [a = '', b = '', c = ''] = ids;
    const outside = await client().catalogue.plan();
    const reorder = (planIds: string[]) =>
      client().mutate(
        'reorderPlansInGroup',
        { planGroupId: group.id, input: { planIds } },
        everything,
      );
    expect(order(await reorder([c, a, b]))).toEqual(['c', 'a', 'b']);
    await client().changesNothing(async () => {
      for (const planIds of [
        [],
        [a, b],
        [a, b, b],
        [a, b, c, c],
        [a, b, outside.id],
        [a, b, c, outside.id],
      ])
        expect(await reorder(planIds)).toMatchObject({
          __typename: 'ValidationError',
          param: 'planIds',
        });
    });
  });

  it('tell of an unknown group', async () => {
    const { id: planId } = await client().catalogue.plan();
    const error = {
      __typename: 'NotFoundError',
      code: 'plan_group_not_found',
      param: 'planGroupId',
    };
    await client().changesNothing(async () => {
      for (const [name, args] of [
        ['updatePlanGroup', { input: {} }],
        ['deletePlanGroup', {}],
        ['removePlanFromGroup', { planId }],
        ['reorderPlansInGroup', { input: { planIds: [planId] } }],
      ] as const)
        expect(await client().mutate(name, { planGroupId: 'plg_0', ...args })).toMatchObject(error);
    });
  });
});
