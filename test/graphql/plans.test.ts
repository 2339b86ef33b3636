import { describe, expect, it } from 'vitest';
import { createPlan, deletePlan } from '../../src/domain/plan.ts';
import { addPlanToGroup } from '../../src/domain/plan-group.ts';
import { setPlanRegionalPricing } from '../../src/domain/regional-pricing.ts';
import { onEveryGateway } from './client.ts';

const everything = `id code name description consumptionModel isPublic isFree blockOnExhaustion sortOrder metadata
  createdAt updatedAt group { id } defaultPrice { id } prices { id } features { feature { code } } exchangeRates { currency }`;

const codes = `query($filter: PlanFilter, $orderBy: PlanOrder) {
  plans(filter: $filter, orderBy: $orderBy) { nodes { code } totalCount }
}`;

onEveryGateway('plans', (client) => {
  describe('createPlan', () => {
    it('keeps everything it is given', async () => {
      const group = await client().catalogue.group();
      const input = {
        name: 'Pro',
        code: 'pro_2',
        description: 'For teams. 😀',
        consumptionModel: 'BALANCE',
        isPublic: false,
        isFree: false,
        blockOnExhaustion: true,
        metadata: { z: 1, a: [true, null, { b: 'c' }] },
      };
      const plan = await client().mutate(
        'createPlan',
        { input: { ...input, planGroupId: group.id } },
        everything,
      );
      expect(plan).toEqual({
        __typename: 'Plan',
        id: expect.stringMatching(/^pln_[0-9a-z]{26}$/),
        ...input,
        sortOrder: 0,
        createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        updatedAt: plan.createdAt,
        group: { id: group.id },
        defaultPrice: null,
        prices: [],
        features: [],
        exchangeRates: [],
      });
      expect(Object.keys(plan.metadata)).toEqual(['z', 'a']);
      expect(
        (
          await client().data(`query($id: ID!) { plan(id: $id) { ${everything} } }`, {
            id: plan.id,
          })
        ).plan,
      ).toEqual({
        ...plan,
        __typename: undefined,
      });
    });

    it('needs a name and a code only, and takes null for absent', async () => {
      const defaults = {
        description: null,
        consumptionModel: null,
        isPublic: true,
        isFree: false,
        blockOnExhaustion: false,
        sortOrder: 0,
        metadata: null,
        group: null,
      };
      expect(
        await client().mutate('createPlan', { input: { name: 'A', code: 'a' } }, everything),
      ).toMatchObject(defaults);
      const nulls = {
        description: null,
        consumptionModel: null,
        isPublic: null,
        isFree: null,
        blockOnExhaustion: null,
        planGroupId: null,
        metadata: null,
      };
      expect(
        await client().mutate(
          'createPlan',
          { input: { name: 'B', code: 'b', ...nulls } },
          everything,
        ),
      ).toMatchObject(defaults);
    });

    it('takes metadata as a literal, variables inside it included', async () => {
      const data = await client().data(
        `mutation($inside: JSONObject) { createPlan(input: { name: "L", code: "l", metadata: {
          text: "t", int: 3, float: 0.5, yes: true, none: null, word: WORD, list: [1, { deep: $inside }]
        } }) { ... on Plan { metadata } } }`,
        { inside: { from: 'outside' } },
      );
      expect(data.createPlan.metadata).toEqual({
        text: 't',
        int: 3,
        float: 0.5,
        yes: true,
        none: null,
        word: 'WORD',
        list: [1, { deep: { from: 'outside' } }],
      });
    });

    it('tells of a taken code and of an unknown group', async () => {
      await client().catalogue.plan({ code: 'taken' });
      await client().changesNothing(async () => {
        expect(
          await client().mutate('createPlan', { input: { name: 'A', code: 'taken' } }),
        ).toMatchObject({
          __typename: 'ConflictError',
          errorType: 'conflict_error',
          code: 'duplicate',
          param: 'code',
        });
        const input = { name: 'A', code: 'a', planGroupId: 'plg_0' };
        expect(await client().mutate('createPlan', { input })).toMatchObject({
          __typename: 'NotFoundError',
          errorType: 'not_found_error',
          code: 'plan_group_not_found',
          param: 'planGroupId',
        });
      });
    });
  });

  describe('updatePlan', () => {
    it('changes what it is given and leaves the rest', async () => {
      const plan = await client().catalogue.plan({ description: 'Old', metadata: { a: 1, b: 2 } });
      const update = (input: object) =>
        client().mutate('updatePlan', { planId: plan.id, input }, everything);
      expect(await update({ name: 'New' })).toMatchObject({
        name: 'New',
        description: 'Old',
        metadata: { a: 1, b: 2 },
        isPublic: true,
      });
      expect(await update({ metadata: { b: 3 }, isPublic: false })).toMatchObject({
        name: 'New',
        metadata: { b: 3 },
        isPublic: false,
      });
      expect(await update({ description: null })).toMatchObject({
        description: null,
        metadata: { b: 3 },
      });
      expect(await update({})).toMatchObject({ name: 'New', description: null });
    });

    it('takes null only where null clears', async () => {
      const { id: planId } = await client().catalogue.plan();
      await client().changesNothing(async () => {
        for (const field of ['name', 'metadata', 'isPublic'])
          expect(
            await client().mutate('updatePlan', { planId, input: { [field]: null } }),
          ).toMatchObject({
            __typename: 'ValidationError',
            param: field,
          });
      });
    });

    it('tells of an unknown plan', async () => {
      const error = { __typename: 'NotFoundError', code: 'plan_not_found', param: 'planId' };
      expect(await client().mutate('updatePlan', { planId: 'pln_0', input: {} })).toMatchObject(
        error,
      );
      expect(
        await client().mutate('setPlanVisibility', { planId: 'pln_0', input: { isPublic: true } }),
      ).toMatchObject(error);
      expect(await client().mutate('deletePlan', { planId: 'pln_0' })).toMatchObject(error);
    });
  });

  it('setPlanVisibility lists and hides', async () => {
    const { id: planId } = await client().catalogue.plan();
    for (const isPublic of [false, true])
      expect(
        await client().mutate('setPlanVisibility', { planId, input: { isPublic } }, 'id isPublic'),
      ).toMatchObject({
        id: planId,
        isPublic,
      });
  });

  it('deletePlan takes the plan out of every list', async () => {
    const { catalogue } = client();
    const group = await catalogue.group();
    const plan = await catalogue.plan({ code: 'gone', planGroupId: group.id });
    const price = await catalogue.price(plan);
    const feature = await catalogue.feature();
    await catalogue.attach(plan, feature);
    expect(
      await client().mutate(
        'deletePlan',
        { planId: plan.id },
        'deletedId group { id plans { id } }',
      ),
    ).toEqual({
      __typename: 'DeletedPlan',
      deletedId: plan.id,
      group: { id: group.id, plans: [] },
    });
    const found = await client().data(
      `query($plan: ID!, $price: ID!, $feature: ID!, $group: ID!) {
        byId: plan(id: $plan) { id }
        byCode: plan(code: "gone") { id }
        plans(filter: { visibility: ALL }) { totalCount nodes { id } }
        node(id: $plan) { id }
        price: node(id: $price) { id }
        feature(id: $feature) { plans { plan { id } } }
        planGroup(id: $group) { plans { id } }
      }`,
      { plan: plan.id, price: price.id, feature: feature.id, group: group.id },
    );
    expect(found).toEqual({
      byId: null,
      byCode: null,
      plans: { totalCount: 0, nodes: [] },
      node: null,
      price: null,
      feature: { plans: [] },
      planGroup: { plans: [] },
    });
  });

  describe('plan', () => {
    it('is found by id or code, public or private', async () => {
      const { id, code } = await client().catalogue.plan({ isPublic: false });
      expect(
        await client().data(
          'query($id: ID, $code: String) { byId: plan(id: $id) { code } byCode: plan(code: $code) ' +
            '{ id } }',
          { id, code },
        ),
      ).toEqual({
        byId: { code },
        byCode: { id },
      });
    });

    it('is null when there is none', async () => {
      expect(
        await client().data('{ byId: plan(id: "pln_0") { id } byCode: plan(code: "none") { id } }'),
      ).toEqual({
        byId: null,
        byCode: null,
      });
    });

    it('wants one of id and code', async () => {
      expect(await client().refusal('{ plan { id } }')).toMatchObject({
        code: 'validation_error',
        param: 'id',
      });
      expect(await client().refusal('{ plan(id: "a", code: "b") { id } }')).toMatchObject({
        code: 'validation_error',
        param: 'code',
      });
    });

    it('shows its prices, features, rates and group', async () => {
      const { catalogue } = client();
      const group = await catalogue.group({ name: 'Tiers' });
      const plan = await catalogue.plan({ consumptionModel: 'metered', planGroupId: group.id });
      await catalogue.price(plan);
      await catalogue.price(plan, { billingInterval: 'one_time', price: 1, isDefault: true });
      const [seats, calls] = [
        await catalogue.feature({ type: 'seats' }),
        await catalogue.feature(),
      ];
      await catalogue.attach(plan, seats, { includedAmount: 3 });
      await catalogue.attach(plan, calls);
      for (const [currency, exchangeRate] of [
        ['eur', 0.92],
        ['brl', 5.5],
      ] as const)
        await catalogue.change((w) =>
          setPlanRegionalPricing(w, plan.id, { currency, exchangeRate }),
        );
      const { plan: found } = await client().data(
        `query($id: ID!, $code: String!) { plan(id: $id) {
          prices { billingInterval price plan { id } }
          monthly: price(billingInterval: MONTHLY) { price }
          yearly: price(billingInterval: YEARLY) { price }
          defaultPrice { billingInterval }
          features { feature { code } includedAmount plan { id } }
          feature(code: $code) { includedAmount }
          unknown: feature(code: "unknown") { includedAmount }
          exchangeRates { currency exchangeRate plan { id } }
          group { name plans { id } }
        } }`,
        { id: plan.id, code: seats.code },
      );
      const back = { plan: { id: plan.id } };
      expect(found).toEqual({
        prices: [
          { billingInterval: 'MONTHLY', price: 290_000, ...back },
          { billingInterval: 'ONE_TIME', price: 1, ...back },
        ],
        monthly: { price: 290_000 },
        yearly: null,
        defaultPrice: { billingInterval: 'ONE_TIME' },
        features: [
          { feature: { code: seats.code }, includedAmount: 3, ...back },
          { feature: { code: calls.code }, includedAmount: 0, ...back },
        ],
        feature: { includedAmount: 3 },
        unknown: null,
        exchangeRates: [
          { currency: 'brl', exchangeRate: 5.5, ...back },
          { currency: 'eur', exchangeRate: 0.92, ...back },
        ],
        group: { name: 'Tiers', plans: [{ id: plan.id }] },
      });
    });

    it('shows no feature of another plan', async () => {
      const { catalogue } = client();
      const [plan, other] = [await catalogue.plan(), await catalogue.plan()];
      const feature = await catalogue.feature();
      await catalogue.attach(other, feature);
      expect(
        await client().data(
          'query($id: ID!, $code: String!) { plan(id: $id) { feature(code: $code) { enabled } } }',
          {
            id: plan.id,
            code: feature.code,
          },
        ),
      ).toEqual({
        plan: { feature: null },
      });
    });
  });

  describe('plans', () => {
    const listed = async (filter?: object, orderBy?: object): Promise<string[]> => {
      const { plans } = await client().data(codes, { filter, orderBy });
      expect(plans.totalCount).toBe(plans.nodes.length);
      return plans.nodes.map(({ code }: { code: string }) => code);
    };
    const arrange = async () => {
      const { catalogue } = client();
      const group = await catalogue.group();
      const at = (
        second: number,
        input: { code: string; name: string } & Record<string, unknown>,
      ) => catalogue.changeAt(`2026-01-01T00:00:0${second}.000Z`, (w) => createPlan(w, input));
      const free = await at(1, {
        code: 'free',
        name: 'b Free',
        isFree: true,
        metadata: { tier: 0, best: false },
      });
      const pro = await at(2, {
        code: 'pro',
        name: 'a Pro',
        consumptionModel: 'metered',
        metadata: { tier: '0', best: true },
      });
      await at(3, {
        code: 'private',
        name: 'c Hidden',
        isPublic: false,
        consumptionModel: 'metered',
      });
      const gone = await at(4, { code: 'gone', name: 'a Gone' });
      await catalogue.change((w) => addPlanToGroup(w, group.id, { planId: pro.id }));
      await catalogue.change((w) => addPlanToGroup(w, group.id, { planId: free.id }));
      await catalogue.change((w) => deletePlan(w, gone.id));
      return group;
    };

    it('meets every condition of the filter', async () => {
      const group = await arrange();
      expect(await listed()).toEqual(['pro', 'free']);
      expect(await listed(undefined)).toEqual(['pro', 'free']);
      expect(await listed({ visibility: 'PUBLIC' })).toEqual(['pro', 'free']);
      expect(await listed({ visibility: 'PRIVATE' })).toEqual(['private']);
      expect(await listed({ visibility: 'ALL' })).toEqual(['pro', 'private', 'free']);
      expect(await listed({ codes: ['free', 'private', 'gone', 'none'] })).toEqual(['free']);
      expect(await listed({ codes: [] })).toEqual([]);
      expect(await listed({ planGroupId: group.id })).toEqual(['pro', 'free']);
      expect(await listed({ planGroupId: 'plg_0' })).toEqual([]);
      expect(await listed({ isFree: true })).toEqual(['free']);
      expect(await listed({ isFree: false, visibility: 'ALL' })).toEqual(['pro', 'private']);
      expect(await listed({ consumptionModel: 'METERED' })).toEqual(['pro']);
      expect(await listed({ consumptionModel: 'CREDITS' })).toEqual([]);
      expect(await listed({ text: 'FREE' })).toEqual(['free']);
      expect(await listed({ text: 'p' })).toEqual(['pro']);
      expect(await listed({ text: '%' })).toEqual([]);
      expect(await listed({ metadata: { key: 'tier', value: '0' } })).toEqual(['pro', 'free']);
      expect(await listed({ metadata: { key: 'best', value: 'true' } })).toEqual(['pro']);
      expect(await listed({ metadata: { key: 'none', value: '' } })).toEqual([]);
      expect(await listed({ text: 'r', isFree: true, codes: ['pro', 'free'] })).toEqual(['free']);
      const nulls = {
        codes: null,
        planGroupId: null,
        visibility: null,
        isFree: null,
        consumptionModel: null,
        text: null,
        metadata: null,
      };
      expect(await listed(nulls)).toEqual(['pro', 'free']);
    });

    it('stands in every order', async () => {
      await arrange();
      const all = { visibility: 'ALL' };
      expect(await listed(all, { field: 'SORT_ORDER' })).toEqual(['pro', 'private', 'free']);
      expect(await listed(all, { field: 'SORT_ORDER', direction: 'DESC' })).toEqual([
        'free',
        'private',
        'pro',
      ]);
      expect(await listed(all, { field: 'NAME', direction: 'ASC' })).toEqual([
        'pro',
        'free',
        'private',
      ]);
      expect(await listed(all, { field: 'NAME', direction: 'DESC' })).toEqual([
        'private',
        'free',
        'pro',
      ]);
      expect(await listed(all, { field: 'CREATED_AT', direction: null })).toEqual([
        'free',
        'pro',
        'private',
      ]);
      expect(await listed(all, { field: 'CREATED_AT', direction: 'DESC' })).toEqual([
        'private',
        'pro',
        'free',
      ]);
      expect(await listed(all, null as never)).toEqual(['pro', 'private', 'free']);
    });
  });
});
