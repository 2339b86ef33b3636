import { describe, expect, it } from 'vitest';
import { operation } from '../../src/domain/operation.ts';
import { createPlan } from '../../src/domain/plan.ts';
import { addPlanFeature } from '../../src/domain/plan-feature.ts';
import { onEveryGateway } from './client.ts';

const catalogued =
  'id code name type description unitName unitNamePlural createdAt updatedAt plans { plan { code } enabled }';
const attached = `enabled includedAmount unlimited overage { enabled unitPrice formattedUnitPrice } creditsPerUnit pricingMode
  margin displayValue createdAt updatedAt feature { code } plan { code } regionalOverages { currency }`;

onEveryGateway('features', (client) => {
  describe('the catalogue', () => {
    it('keeps everything createFeature is given', async () => {
      for (const type of ['BOOLEAN', 'USAGE', 'SEATS', 'QUOTA']) {
        const input = {
          name: `N ${type}`,
          code: type.toLowerCase(),
          type,
          description: 'D',
          unitName: 'call',
          unitNamePlural: 'calls',
        };
        const feature = await client().mutate('createFeature', { input }, catalogued);
        expect(feature).toEqual({
          __typename: 'Feature',
          id: expect.stringMatching(/^ftr_[0-9a-z]{26}$/),
          ...input,
          createdAt: expect.any(String),
          updatedAt: feature.createdAt,
          plans: [],
        });
      }
    });

    it('tells of a taken code or name', async () => {
      const { code, name } = await client().catalogue.feature();
      const create = (input: object) =>
        client().mutate('createFeature', {
          input: { name: 'N', code: 'c', type: 'USAGE', ...input },
        });
      await client().changesNothing(async () => {
        const error = { __typename: 'ConflictError', code: 'feature_already_exists' };
        expect(await create({ code })).toMatchObject({ ...error, param: 'code' });
        expect(await create({ name })).toMatchObject({ ...error, param: 'name' });
      });
    });

    it('changes by id or by code', async () => {
      const { catalogue } = client();
      const feature = await catalogue.feature({ description: 'Old', unitName: 'call' });
      const update = (featureId: string, input: object) =>
        client().mutate('updateFeature', { featureId, input }, catalogued);
      expect(await update(feature.id, { name: 'New' })).toMatchObject({
        name: 'New',
        description: 'Old',
        unitName: 'call',
      });
      expect(await update(feature.code, { description: null })).toMatchObject({
        name: 'New',
        description: null,
        unitName: 'call',
      });
      const { name } = await catalogue.feature();
      await client().changesNothing(async () => {
        expect(await update(feature.id, {})).toMatchObject({
          __typename: 'ValidationError',
          param: 'name',
        });
        expect(await update(feature.id, { name })).toMatchObject({
          __typename: 'ConflictError',
          code: 'feature_already_exists',
          param: 'name',
        });
        expect(await update('ftr_0', { name: 'N' })).toMatchObject({
          __typename: 'NotFoundError',
          code: 'feature_not_found',
          param: 'featureId',
        });
      });
    });

    it('has a plural of its unit, which goes with its name', async () => {
      const unit = (answer: object) => ({ __typename: 'Feature', ...answer });
      const input = { name: 'Calls', code: 'calls', type: 'USAGE', unitName: 'call' };
      const selection = 'unitName unitNamePlural';
      expect(await client().mutate('createFeature', { input }, selection)).toEqual(
        unit({ unitName: 'call', unitNamePlural: null }),
      );
      const update = (input: object) =>
        client().mutate('updateFeature', { featureId: 'calls', input }, selection);
      expect(await update({ unitNamePlural: 'calls' })).toEqual(
        unit({ unitName: 'call', unitNamePlural: 'calls' }),
      );
      expect(
        (await client().data('{ feature(code: "calls") { unitName unitNamePlural } }')).feature,
      ).toEqual({ unitName: 'call', unitNamePlural: 'calls' });
      const [entry] = (
        await client().data('{ auditLog(first: 1) { nodes { changes { before after } } } }')
      ).auditLog.nodes;
      expect(entry.changes[0]).toMatchObject({
        before: { unitNamePlural: null },
        after: { unitNamePlural: 'calls' },
      });
      expect(await update({ unitName: 'request' })).toEqual(
        unit({ unitName: 'request', unitNamePlural: null }),
      );
      await client().changesNothing(async () => {
        expect(await update({ unitName: null, unitNamePlural: 'calls' })).toMatchObject({
          __typename: 'ValidationError',
          param: 'unitNamePlural',
        });
      });
    });

    it('lets go of a feature that no plan has', async () => {
      const { catalogue } = client();
      const plan = await catalogue.plan();
      const feature = await catalogue.feature();
      await catalogue.attach(plan, feature);
      const remove = () =>
        client().mutate('deleteFeature', { featureId: feature.code }, 'deletedId');
      expect(await client().changesNothing(remove)).toMatchObject({
        __typename: 'ConflictError',
        code: 'feature_in_use',
        param: 'featureId',
      });
      await client().mutate('removePlanFeature', { planId: plan.id, featureId: feature.id });
      expect(await remove()).toEqual({ __typename: 'DeletedFeature', deletedId: feature.id });
      expect(await remove()).toMatchObject({
        __typename: 'NotFoundError',
        code: 'feature_not_found',
        param: 'featureId',
      });
      expect(
        await client().data(
          'query($id: ID!) { feature(id: $id) { id } features { totalCount nodes { id } } }',
          {
            id: feature.id,
          },
        ),
      ).toEqual({
        feature: null,
        features: { totalCount: 0, nodes: [] },
      });
    });

    it('is read by id or code, and as a list, oldest first', async () => {
      const { catalogue } = client();
      const [first, second] = [
        await catalogue.feature(),
        await catalogue.feature({ type: 'boolean' }),
      ];
      const plan = await catalogue.plan({ isPublic: false });
      await catalogue.attach(plan, first, { enabled: false });
      const found = await client().data(
        `query($id: ID, $code: String) {
          byId: feature(id: $id) { code plans { enabled plan { code } } }
          byCode: feature(code: $code) { id type }
          none: feature(code: "none") { id }
          features { totalCount nodes { id } }
        }`,
        { id: first.id, code: second.code },
      );
      expect(found).toEqual({
        byId: { code: first.code, plans: [{ enabled: false, plan: { code: plan.code } }] },
        byCode: { id: second.id, type: 'BOOLEAN' },
        none: null,
        features: { totalCount: 2, nodes: [{ id: first.id }, { id: second.id }] },
      });
    });

    it('has the plans that offer it, in pages', async () => {
      const { catalogue } = client();
      const feature = await catalogue.feature();
      const plans = [
        await catalogue.plan(),
        await catalogue.plan({ isPublic: false }),
        await catalogue.plan(),
      ];
      for (const [month, { id }] of plans.entries())
        await catalogue.changeAt(`2026-0${month + 1}-01T00:00:00.000Z`, (w) =>
          addPlanFeature(w, id, { featureId: feature.id, includedAmount: month }),
        );
      const document = `query($id: ID, $first: Int, $after: String) { feature(id: $id) {
        plans { includedAmount }
        planFeatures(first: $first, after: $after) {
          totalCount nodes { includedAmount } edges { cursor node { plan { code } } } pageInfo { hasNextPage endCursor }
        }
      } }`;
      const page = async (variables: object) =>
        (await client().data(document, { id: feature.id, ...variables })).feature;
      const whole = await page({});
      expect(whole.plans).toEqual([0, 1, 2].map((includedAmount) => ({ includedAmount })));
      expect(whole.planFeatures).toMatchObject({
        totalCount: 3,
        nodes: whole.plans,
        pageInfo: { hasNextPage: false },
      });
      const start = (await page({ first: 2 })).planFeatures;
      expect(
        start.edges.map(({ node }: { node: { plan: { code: string } } }) => node.plan.code),
      ).toEqual(plans.slice(0, 2).map(({ code }) => code));
      expect(start.pageInfo).toEqual({ hasNextPage: true, endCursor: start.edges[1].cursor });
      const rest = (await page({ after: start.pageInfo.endCursor })).planFeatures;
      expect(rest).toMatchObject({
        totalCount: 3,
        nodes: [{ includedAmount: 2 }],
        pageInfo: { hasNextPage: false },
      });
      const refused = await client().refusal(document, { id: feature.id, after: 'cur_none' });
      expect(refused).toMatchObject({ code: 'validation_error', param: 'after' });
    });

    it('has no list of more plans than that can bear', async () => {
      const { catalogue } = client();
      const feature = await catalogue.feature();
      const fill = operation('fill', async (writer, from: number, to: number) => {
        for (let number = from; number < to; number += 1) {
          const { id } = await createPlan(writer, { name: 'Plan', code: `many_${number}` });
          await addPlanFeature(writer, id, { featureId: feature.id });
        }
      });
      const document = 'query($id: ID) { feature(id: $id) { plans { enabled } } }';
      await catalogue.change((w) => fill(w, 0, 1_000));
      expect((await client().data(document, { id: feature.id })).feature.plans).toHaveLength(1_000);
      await catalogue.change((w) => fill(w, 1_000, 1_001));
      const { data, errors } = await client().answer(document, { id: feature.id });
      expect(data).toEqual({ feature: null });
      expect(errors).toMatchObject([
        {
          message: expect.stringContaining('planFeatures'),
          extensions: { code: 'query_too_complex', limit: 1_000 },
        },
      ]);
      const pages =
        'query($id: ID) { feature(id: $id) { planFeatures(first: 1) { totalCount nodes { enabled ' +
        '} } } }';
      expect(await client().data(pages, { id: feature.id })).toEqual({
        feature: { planFeatures: { totalCount: 1_001, nodes: [{ enabled: true }] } },
      });
    });

    it('wants one of id and code', async () => {
      expect(await client().refusal('{ feature { id } }')).toMatchObject({
        code: 'validation_error',
        param: 'id',
      });
      expect(await client().refusal('{ feature(id: "a", code: "b") { id } }')).toMatchObject({
        param: 'code',
      });
    });
  });

  describe('on a plan', () => {
    const add = (planId: string, input: object) =>
      client().mutate('addPlanFeature', { planId, input }, attached);

    it('keep everything addPlanFeature is given', async () => {
      const plan = await client().catalogue.plan({ consumptionModel: 'balance' });
      const feature = await client().catalogue.feature();
      const input = {
        enabled: false,
        includedAmount: 9_007_199_254_740_991,
        unlimited: false,
        creditsPerUnit: 3,
        pricingMode: 'AI_MODEL',
        margin: 2_000,
        displayValue: '24/7',
      };
      const link = await add(plan.id, {
        featureId: feature.code,
        ...input,
        overage: { enabled: true, unitPrice: 20 },
      });
      expect(link).toEqual({
        __typename: 'PlanFeature',
        ...input,
        overage: { enabled: true, unitPrice: 20, formattedUnitPrice: '$0.002' },
        createdAt: expect.any(String),
        updatedAt: link.createdAt,
        feature: { code: feature.code },
        plan: { code: plan.code },
        regionalOverages: [],
      });
    });

    it('need an id only, and take null for absent', async () => {
      const plan = await client().catalogue.plan();
      const defaults = {
        enabled: true,
        includedAmount: 0,
        unlimited: false,
        overage: { enabled: false, unitPrice: 0 },
        creditsPerUnit: null,
        pricingMode: 'FIXED',
        margin: null,
        displayValue: null,
      };
      const nulls = {
        enabled: null,
        includedAmount: null,
        unlimited: null,
        overage: null,
        creditsPerUnit: null,
        pricingMode: null,
        margin: null,
        displayValue: null,
      };
      for (const input of [{}, nulls, { overage: { enabled: null, unitPrice: null } }])
        expect(
          await add(plan.id, { featureId: (await client().catalogue.feature()).id, ...input }),
        ).toMatchObject(defaults);
    });

    it('change in part', async () => {
      const { catalogue } = client();
      const plan = await catalogue.plan({ consumptionModel: 'metered' });
      const feature = await catalogue.feature();
      await catalogue.attach(plan, feature, {
        includedAmount: 5,
        creditsPerUnit: 2,
        margin: 1,
        overage: { enabled: true, unitPrice: 7 },
      });
      const update = (input: object, featureId = feature.id) =>
        client().mutate('updatePlanFeature', { planId: plan.id, featureId, input }, attached);
      expect(await update({ enabled: false })).toMatchObject({
        enabled: false,
        includedAmount: 5,
        overage: { enabled: true, unitPrice: 7 },
      });
      expect(await update({ overage: { unitPrice: 8 } }, feature.code)).toMatchObject({
        overage: { enabled: true, unitPrice: 8 },
      });
      expect(await update({ creditsPerUnit: null, margin: null, includedAmount: 0 })).toMatchObject(
        {
          creditsPerUnit: null,
          margin: null,
          includedAmount: 0,
        },
      );
      await client().changesNothing(async () => {
        for (const field of ['enabled', 'includedAmount', 'unlimited', 'overage', 'pricingMode'])
          expect(await update({ [field]: null })).toMatchObject({
            __typename: 'ValidationError',
            param: field,
          });
      });
    });

    it('go', async () => {
      const { catalogue } = client();
      const plan = await catalogue.plan();
      const feature = await catalogue.feature();
      await catalogue.attach(plan, feature);
      expect(
        await client().mutate(
          'removePlanFeature',
          { planId: plan.id, featureId: feature.code },
          'id features { id }',
        ),
      ).toEqual({
        __typename: 'Plan',
        id: plan.id,
        features: [],
      });
      expect(
        await client().data(
          'query($id: ID!) { plan(id: $id) { features { enabled } } feature(code: "none") { id } }',
          {
            id: plan.id,
          },
        ),
      ).toEqual({
        plan: { features: [] },
        feature: null,
      });
    });

    it('tell of what is unknown, or attached already', async () => {
      const { catalogue } = client();
      const plan = await catalogue.plan();
      const [feature, unattached] = [await catalogue.feature(), await catalogue.feature()];
      await catalogue.attach(plan, feature);
      const noPlan = { __typename: 'NotFoundError', code: 'plan_not_found', param: 'planId' };
      const noFeature = {
        __typename: 'NotFoundError',
        code: 'feature_not_found',
        param: 'featureId',
      };
      await client().changesNothing(async () => {
        expect(await add('pln_0', { featureId: feature.id })).toMatchObject(noPlan);
        expect(await add(plan.id, { featureId: 'ftr_0' })).toMatchObject(noFeature);
        expect(await add(plan.id, { featureId: feature.id })).toMatchObject({
          __typename: 'ConflictError',
          code: 'feature_already_exists',
          param: 'featureId',
        });
        for (const [name, input] of [
          ['updatePlanFeature', { input: {} }],
          ['removePlanFeature', {}],
        ] as const) {
          expect(
            await client().mutate(name, { planId: 'pln_0', featureId: feature.id, ...input }),
          ).toMatchObject(noPlan);
          for (const featureId of ['ftr_0', unattached.id])
            expect(
              await client().mutate(name, { planId: plan.id, featureId, ...input }),
            ).toMatchObject(noFeature);
        }
      });
    });
  });
});
