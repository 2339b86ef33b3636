import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { createFeature } from '../../src/domain/feature.ts';
import { setFeatureLimits, setPlanFeatureLimits } from '../../src/domain/feature-limit.ts';
import { operation } from '../../src/domain/operation.ts';
import { createPlan } from '../../src/domain/plan.ts';
import { addPlanFeature } from '../../src/domain/plan-feature.ts';
import { mutationOf, onEveryGateway } from './client.ts';

const DEFINITION = 'id code name unitName unitNamePlural decimals period perFeature { code }';
const AMOUNT = `id amount unlimited formattedAmount limit { ${DEFINITION} }`;

const size = { code: 'size', name: 'Size', unitName: 'GB', unitNamePlural: 'GBs', decimals: 1 };
const rate = { code: 'rate', name: 'Rate', period: 'MINUTE' };

/** Plans with features that have limits, in one transaction. */
const fill = operation('fill', async (writer, plans: number, features: number): Promise<void> => {
  for (let number = 1; number <= plans; number += 1) {
    const plan = await createPlan(writer, { name: 'Plan', code: `plan_${number}` });
    for (let place = 1; place <= features; place += 1) {
      const code = `feature_${number}_${place}`;
      const { id } = await createFeature(writer, { name: code, code, type: 'usage' });
      await addPlanFeature(writer, plan.id, { featureId: id });
      await setFeatureLimits(writer, id, { limits: [{ code: 'size', name: 'Size' }] });
      const limits = [{ code: 'size', amount: place }];
      await setPlanFeatureLimits(writer, plan.id, id, { limits });
    }
  }
  writer.about('all');
});

onEveryGateway('limits', (client) => {
  const scene = async () => {
    const { catalogue } = client();
    const plan = await catalogue.plan({ code: 'team' });
    const feature = await catalogue.feature({ code: 'storage' });
    const seats = await catalogue.feature({ code: 'seats', type: 'seats' });
    const link = await catalogue.attach(plan, feature);
    return { plan, feature, seats, link };
  };
  const define = (featureId: string, limits: unknown[], others = {}) =>
    client().mutate(
      'setFeatureLimits',
      { featureId, input: { limits }, ...others },
      `revision limits { ${DEFINITION} }`,
    );
  const allow = (planId: string, featureId: string, limits: unknown[], others = {}) =>
    client().mutate(
      'setPlanFeatureLimits',
      { planId, featureId, input: { limits }, ...others },
      `revision plan { revision } limits { ${AMOUNT} }`,
    );

  it('are defined by features and set by plans', async () => {
    const { plan, feature, link } = await scene();
    const defined = await define('storage', [{ ...size, perFeatureId: 'seats' }, rate]);
    const definitions = [
      { ...size, id: `${feature.id}_size`, period: 'NEVER', perFeature: { code: 'seats' } },
      {
        ...{ ...rate, id: `${feature.id}_rate`, unitName: null, unitNamePlural: null },
        ...{ decimals: 0, perFeature: null },
      },
    ];
    expect(defined).toEqual({ __typename: 'Feature', revision: 2, limits: definitions });
    const allowed = await allow(plan.id, 'storage', [
      { code: 'rate', unlimited: true },
      { code: 'size', amount: 5 },
    ]);
    const [ofSize, ofRate] = definitions;
    // In the order of the feature.
    const limits = [
      {
        id: `${link.id}_size`,
        amount: 5,
        unlimited: false,
        formattedAmount: '0.5',
        limit: ofSize,
      },
      { id: `${link.id}_rate`, amount: null, unlimited: true, formattedAmount: '∞', limit: ofRate },
    ];
    expect(allowed).toEqual({
      __typename: 'PlanFeature',
      revision: 2,
      plan: { revision: 3 },
      limits,
    });
    const { plan: read, feature: alone } = await client().data(`{
      plan(code: "team") { features { limits { ${AMOUNT} } feature { limits { ${DEFINITION} } } } }
      feature(code: "storage") { limits { ${DEFINITION} } }
    }`);
    expect(read).toEqual({ features: [{ limits, feature: { limits: definitions } }] });
    expect(alone).toEqual({ limits: definitions });
  });

  it('are written for people', async () => {
    const { plan } = await scene();
    const amounts = [0, 5, 10, 12_345_678, Number.MAX_SAFE_INTEGER];
    const limits = amounts.map((amount, place) => ({ code: `limit_${place}`, amount }));
    for (const [decimals, locale, written] of [
      [0, 'en-US', ['0', '5', '10', '12,345,678', '9,007,199,254,740,991']],
      [1, 'en-US', ['0', '0.5', '1', '1,234,567.8', '900,719,925,474,099.1']],
      [4, 'de', ['0', '0,0005', '0,001', '1.234,5678', '900.719.925.474,0991']],
    ] as const) {
      const definitions = limits.map(({ code }) => ({ code, name: code, decimals }));
      await define('storage', definitions);
      await allow(plan.id, 'storage', limits);
      const { plan: read } = await client().data(
        `{ plan(code: "team") { features { limits { formattedAmount(locale: "${locale}") } } } }`,
      );
      expect(
        read.features[0].limits.map((limit: { formattedAmount: string }) => limit.formattedAmount),
      ).toEqual(written);
    }
  });

  it('answer typed errors that name the entry', async () => {
    const { plan } = await scene();
    await define('storage', [size, rate]);
    await client().changesNothing(async () => {
      const refused = { __typename: 'ValidationError', code: 'validation_error' };
      for (const [limits, expected] of [
        [[size, size], { ...refused, param: 'limits.1.code' }],
        [[size, { ...rate, code: 'Rate' }], { ...refused, param: 'limits.1.code' }],
        [[size, { ...rate, name: ' ' }], { ...refused, param: 'limits.1.name' }],
        [[size, { ...rate, decimals: 5 }], { ...refused, param: 'limits.1.decimals' }],
        [[{ ...size, perFeatureId: 'storage' }], { ...refused, param: 'limits.0.perFeatureId' }],
        [
          [{ ...size, perFeatureId: 'none' }],
          { code: 'feature_not_found', param: 'limits.0.perFeatureId' },
        ],
      ] as const)
        expect(await define('storage', [...limits])).toMatchObject(expected);
      const { status, errors } = await client().answer(mutationOf('setFeatureLimits'), {
        featureId: 'storage',
        input: { limits: Array(11).fill(size) },
      });
      expect(status).toBe(400);
      expect(errors).toMatchObject([
        { message: 'limits: must have at most 10 entries', extensions: { param: 'limits' } },
      ]);
      const amount = { code: 'size', amount: 5 };
      for (const [limit, expected] of [
        [
          { code: 'none', amount: 1 },
          { code: 'feature_limit_not_found', param: 'limits.1.code' },
        ],
        [amount, { ...refused, param: 'limits.1.code' }],
        [{ code: 'rate' }, { ...refused, param: 'limits.1.amount' }],
        [
          { code: 'rate', amount: 1, unlimited: true },
          { ...refused, param: 'limits.1.amount' },
        ],
      ] as const)
        expect(await allow(plan.id, 'storage', [amount, limit])).toMatchObject(expected);
      expect(await allow(plan.id, 'seats', [])).toMatchObject({ code: 'feature_not_found' });
    });
  });

  it('stay while they are used', async () => {
    const { plan, seats } = await scene();
    await define('storage', [{ ...size, perFeatureId: seats.id }, rate]);
    await allow(plan.id, 'storage', [{ code: 'size', amount: 5 }]);
    const inUse = { __typename: 'ConflictError', code: 'feature_in_use' };
    expect(await define('storage', [rate])).toMatchObject({ ...inUse, param: 'limits' });
    expect(await client().mutate('deleteFeature', { featureId: 'seats' })).toMatchObject({
      ...inUse,
      param: 'featureId',
    });
    expect(await define('storage', [rate], { expectedRevision: 7 })).toMatchObject({
      code: 'revision_mismatch',
      param: 'expectedRevision',
    });
  });

  describe('are read', () => {
    const statementsOn = async (tables: RegExp, document: string) => {
      // As after a write of another process: nothing that was read before counts.
      const { writing } = client().world.store.engine;
      await sql`update tenant set revision = revision + 1`.execute(writing);
      const statements = await client().statementsOf(() => client().data(document));
      return statements.filter((statement) => tables.test(statement));
    };
    const limits = /"(plan_)?feature_limit"/;

    it('with their plans, and in one statement for all features', async () => {
      await client().catalogue.change((w) => fill(w, 20, 3));
      const { readsAhead } = client().world.store;
      const page = (selection: string) => `{ plans(first: 20) { nodes { ${selection} } } }`;
      const [ofPlans, ofFeatures, ...rest] = await statementsOn(
        limits,
        page(`prices { price } features { limits { ${AMOUNT} } }`),
      );
      expect(rest).toEqual([]);
      expect(ofPlans?.includes('"plan_price"')).toBe(readsAhead);
      expect(ofFeatures).toContain('"feature_limit"');
      expect(
        await statementsOn(limits, page('features { feature { limits { name } } }')),
      ).toHaveLength(1);
      expect(
        await statementsOn(limits, '{ features(first: 100) { nodes { limits { name } } } }'),
      ).toHaveLength(1);
    });

    it('not where no plan has any', async () => {
      await scene();
      const document = `{ plan(code: "team") { features { limits { ${AMOUNT} } } } }`;
      expect(await statementsOn(/"feature_limit"/, document)).toEqual([]);
    });
  });

  it('and values in words leave what REST answers as it is', async () => {
    const { plan, feature } = await scene();
    const { gateway, key } = client();
    const rest = async (method: string, path: string, body?: unknown) => {
      const response = await fetch(`${gateway.url}/api/v1${path}`, {
        method,
        headers: { 'x-api-key': key, 'content-type': 'application/json' },
        body: body === undefined ? null : JSON.stringify(body),
      });
      const { data } = (await response.json()) as { data: Record<string, unknown> };
      return { ...data, updatedAt: 'moves' };
    };
    const answers = async () => [
      await rest('GET', `/plans/${plan.id}`),
      await rest('PUT', `/plans/${plan.id}/features/${feature.id}`, { displayValue: 'REST' }),
    ];
    const before = await answers();
    await define('storage', [size]);
    await allow(plan.id, 'storage', [{ code: 'size', amount: 5 }]);
    const input = { displayValue: '24/7' };
    await client().mutate('updatePlanFeature', { planId: plan.id, featureId: 'storage', input });
    expect(await answers()).toEqual(before);
    const [link] = await client().catalogue.rows('plan_feature');
    expect(link?.display_value).toBe('24/7');
  });
});
