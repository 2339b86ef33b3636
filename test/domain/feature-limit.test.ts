import { describe, expect, it } from 'vitest';
import { findPlan } from '../../src/db/records/plan.ts';
import { listAuditLog } from '../../src/domain/audit-log.ts';
import { deleteFeature, getFeature } from '../../src/domain/feature.ts';
import {
  SetFeatureLimitsInput,
  SetPlanFeatureLimitsInput,
  setFeatureLimits,
  setPlanFeatureLimits,
} from '../../src/domain/feature-limit.ts';
import { deletePlan } from '../../src/domain/plan.ts';
import { removePlanFeature, requirePlanFeature } from '../../src/domain/plan-feature.ts';
import { limitsOfFeature, limitsOfPlan } from '../../src/domain/relations.ts';
import { featureAt, planFeatureAt } from '../../src/domain/revision.ts';
import { limitPeriods } from '../../src/vocabulary.ts';
import { bothModes, type Catalogue, keepsInvariants, newCatalogue } from '../catalogue.ts';
import { onEveryEngine } from '../engines.ts';
import { bad, expectAcceptance, expectRefusals } from '../refusals.ts';
import { beforeLastWrite, sortedRows, storedOf } from '../restore.ts';

describe('the inputs', () => {
  const definition = {
    code: 'size',
    name: 'Size',
    unitName: null,
    unitNamePlural: null,
    decimals: null,
    period: null,
    perFeatureId: null,
  };

  it('refuse bad definitions by field', () => {
    expectRefusals(
      SetFeatureLimitsInput,
      { limits: [definition] },
      {
        limits: [null, undefined, 'x', 7, {}, Array(11).fill(definition)],
        'limits.0.code': [...bad.codes, null, undefined],
        'limits.0.name': [...bad.names, null, undefined],
        'limits.0.unitName': bad.unitNames,
        'limits.0.unitNamePlural': bad.names,
        'limits.0.decimals': [...bad.counts, 5],
        'limits.0.period': bad.words,
        'limits.0.perFeatureId': bad.references,
      },
    );
    expectAcceptance(
      SetFeatureLimitsInput,
      { limits: [definition] },
      {
        limits: [[], Array(10).fill(definition)],
        'limits.0.decimals': [0, 4],
        'limits.0.period': limitPeriods,
      },
    );
  });

  it('refuse bad amounts by field', () => {
    const amount = { code: 'size', amount: 5, unlimited: null };
    expectRefusals(
      SetPlanFeatureLimitsInput,
      { limits: [amount] },
      {
        limits: [null, undefined, 'x', 7, {}, Array(11).fill(amount)],
        'limits.0.code': [...bad.codes, null, undefined],
        'limits.0.amount': [...bad.amounts, null, undefined],
        'limits.0.unlimited': bad.flags,
      },
    );
    expectAcceptance(
      SetPlanFeatureLimitsInput,
      { limits: [amount] },
      { limits: [[]], 'limits.0.amount': [0, Number.MAX_SAFE_INTEGER] },
    );
  });

  it.each([
    [{ code: 'size' }],
    [{ code: 'size', amount: null, unlimited: false }],
    [{ code: 'size', amount: 0, unlimited: true }],
  ])('take an amount or none: not %j', (limit) => {
    const limits = [{ code: 'rate', unlimited: true }, limit];
    const { error } = SetPlanFeatureLimitsInput.safeParse({ limits });
    expect(error?.issues.map(({ path }) => path.join('.'))).toEqual(['limits.1.amount']);
  });
});

onEveryEngine('limits of features', (world) => {
  keepsInvariants(world);

  const size = { code: 'size', name: 'Size', unitName: 'GB', decimals: 1 };
  const rate = { code: 'rate', name: 'Rate', period: 'minute' } as const;

  const define = (shop: Catalogue, featureId: string, ...limits: SetFeatureLimitsInput['limits']) =>
    shop.change((w) => setFeatureLimits(w, featureId, { limits }));
  const allow = (
    shop: Catalogue,
    planId: string,
    featureId: string,
    ...limits: SetPlanFeatureLimitsInput['limits']
  ) => shop.change((w) => setPlanFeatureLimits(w, planId, featureId, { limits }));
  const definitionsOf = async (shop: Catalogue, id: string) =>
    (await limitsOfFeature.read(shop.reader(), [id])).flat();
  const amountsOf = async (shop: Catalogue, id: string) =>
    (await limitsOfPlan.read(shop.reader(), [id])).flat();

  const open = async () => {
    const shop = await newCatalogue(world());
    const plan = await shop.plan();
    const feature = await shop.feature({ code: 'storage' });
    const link = await shop.attach(plan, feature);
    return { shop, plan, feature, link };
  };

  it('are defined as a whole list, in its order', async () => {
    const { shop, feature } = await open();
    const seats = await shop.feature({ code: 'seats' });
    const own = { featureId: feature.id };
    const defaults = {
      ...{ unitName: null, unitNamePlural: null },
      ...{ decimals: 0, period: 'never', perFeatureId: null },
    };
    const sized = { ...own, ...defaults, ...size };
    const rated = { ...own, ...defaults, ...rate };
    await define(shop, feature.id, { ...size, name: ' Size\t', perFeatureId: 'seats' }, rate);
    expect(await definitionsOf(shop, feature.id)).toEqual([
      { ...sized, position: 0, perFeatureId: seats.id },
      { ...rated, position: 1 },
    ]);
    await define(shop, 'storage', rate, size);
    expect(await definitionsOf(shop, feature.id)).toEqual([
      { ...rated, position: 0 },
      { ...sized, position: 1 },
    ]);
    await define(shop, feature.id, size);
    expect(await definitionsOf(shop, feature.id)).toEqual([{ ...sized, position: 0 }]);
    await define(shop, feature.id);
    expect(await definitionsOf(shop, feature.id)).toEqual([]);
  });

  it('have a unit with a plural', async () => {
    const { shop, feature } = await open();
    const counted = { ...rate, unitName: 'call', unitNamePlural: ' calls ' };
    await define(shop, feature.id, size, counted);
    const units = async () =>
      (await definitionsOf(shop, feature.id)).map(({ unitName, unitNamePlural }) => [
        unitName,
        unitNamePlural,
      ]);
    expect(await units()).toEqual([
      ['GB', null],
      ['call', 'calls'],
    ]);
    await define(shop, feature.id, { ...rate, unitName: 'call' });
    expect(await units()).toEqual([['call', null]]);
    const limits = [size, { ...rate, unitNamePlural: 'calls' }];
    await shop.refuses((w) => setFeatureLimits(w, feature.id, { limits }), {
      code: 'validation_error',
      param: 'limits.1.unitNamePlural',
    });
  });

  it('are set by a plan as a whole list', async () => {
    const { shop, plan, feature } = await open();
    await define(shop, feature.id, size, rate);
    const own = { planId: plan.id, featureId: feature.id };
    await allow(
      shop,
      plan.id,
      'storage',
      { code: 'size', amount: 5 },
      { ...rate, unlimited: true },
    );
    expect(await amountsOf(shop, plan.id)).toEqual([
      { ...own, code: 'rate', amount: null, unlimited: true },
      { ...own, code: 'size', amount: 5, unlimited: false },
    ]);
    await allow(shop, plan.id, feature.id, { code: 'size', amount: 0, unlimited: false });
    expect(await amountsOf(shop, plan.id)).toEqual([
      { ...own, code: 'size', amount: 0, unlimited: false },
    ]);
    await allow(shop, plan.id, feature.id);
    expect(await amountsOf(shop, plan.id)).toEqual([]);
  });

  it('have codes of their own', async () => {
    const { shop, plan, feature } = await open();
    const twice = { code: 'validation_error', param: 'limits.2.code' };
    await shop.refuses(
      (w) => setFeatureLimits(w, feature.id, { limits: [size, rate, size] }),
      twice,
    );
    await define(shop, feature.id, size, rate);
    const limits = ['size', 'rate', 'rate'].map((code) => ({ code, amount: 1 }));
    await shop.refuses((w) => setPlanFeatureLimits(w, plan.id, feature.id, { limits }), twice);
    const other = await shop.feature();
    await define(shop, other.id, { ...size, name: 'Other' });
    expect(await definitionsOf(shop, feature.id)).toMatchObject([{ name: 'Size' }, rate]);
  });

  it('need their definition', async () => {
    const { shop, plan, feature } = await open();
    const other = await shop.feature();
    await define(shop, feature.id, size);
    await define(shop, other.id, rate);
    const limits = [
      { code: 'size', amount: 1 },
      { code: 'rate', amount: 1 },
    ];
    await shop.refuses((w) => setPlanFeatureLimits(w, plan.id, feature.id, { limits }), {
      code: 'feature_limit_not_found',
      param: 'limits.1.code',
    });
  });

  it('need a plan that has the feature', async () => {
    const { shop, plan, feature } = await open();
    const spare = await shop.feature();
    const set =
      (planId: string, featureId: string) => (w: Parameters<typeof setFeatureLimits>[0]) =>
        setPlanFeatureLimits(w, planId, featureId, { limits: [] });
    for (const [planId, featureId, code, param] of [
      ['pln_none', feature.id, 'plan_not_found', 'planId'],
      [plan.id, 'ftr_none', 'feature_not_found', 'featureId'],
      [plan.id, spare.id, 'feature_not_found', 'featureId'],
    ] as const)
      await shop.refuses(set(planId, featureId), { code, param });
    await shop.refuses((w) => setFeatureLimits(w, 'ftr_none', { limits: [] }), {
      code: 'feature_not_found',
      param: 'featureId',
    });
  });

  it('stay as long as a live plan uses them', async () => {
    const { shop, plan, feature } = await open();
    await define(shop, feature.id, size, rate);
    await allow(shop, plan.id, feature.id, { code: 'size', amount: 5 });
    const isInUse = () =>
      shop.refuses((w) => setFeatureLimits(w, feature.id, { limits: [rate] }), {
        code: 'feature_in_use',
        param: 'limits',
      });
    await isInUse();
    await define(shop, feature.id, { ...size, name: 'Space', decimals: 2 });
    expect(await definitionsOf(shop, feature.id)).toMatchObject([{ name: 'Space', decimals: 2 }]);
    expect(await amountsOf(shop, plan.id)).toMatchObject([{ code: 'size', amount: 5 }]);
    await isInUse();
    await shop.change((w) => deletePlan(w, plan.id));
    await define(shop, feature.id, rate);
    expect(await definitionsOf(shop, feature.id)).toMatchObject([{ code: 'rate' }]);
  });

  it('are counted per another live feature of the tenant, which stays', async () => {
    const [shop, sandbox] = await bothModes(world());
    const [feature, seats, gone] = [
      await shop.feature(),
      await shop.feature({ code: 'seats' }),
      await shop.feature(),
    ];
    const theirs = await sandbox.feature();
    await shop.change((w) => deleteFeature(w, gone.id));
    const per = (perFeatureId: string) => (w: Parameters<typeof setFeatureLimits>[0]) =>
      setFeatureLimits(w, feature.id, { limits: [rate, { ...size, perFeatureId }] });
    const param = 'limits.1.perFeatureId';
    for (const id of [gone.id, theirs.id, 'ftr_none', 'none'])
      await shop.refuses(per(id), { code: 'feature_not_found', param });
    for (const id of [feature.id, feature.code])
      await shop.refuses(per(id), { code: 'validation_error', param });
    await shop.change(per('seats'));
    await shop.refuses((w) => deleteFeature(w, seats.id), {
      code: 'feature_in_use',
      param: 'featureId',
    });
    await shop.change((w) => deleteFeature(w, feature.id));
    await shop.change((w) => deleteFeature(w, seats.id));
  });

  it('move what contains them, and nothing else', async () => {
    const { shop, plan, feature } = await open();
    const other = await shop.attach(await shop.plan(), feature);
    const states = async () => ({
      plan: await findPlan(shop.reader(), plan.id),
      link: await requirePlanFeature(shop.reader(), plan.id, feature.id),
      other: await requirePlanFeature(shop.reader(), other.planId, feature.id),
      feature: await getFeature(shop.reader(), feature.id),
    });
    const limits = [{ code: 'size', amount: 5 }];
    const at = '2100-01-01T00:00:00.000Z';
    const before = await states();
    const defined = await shop.changeAt(at, (w) =>
      setFeatureLimits(w, feature.id, { limits: [size] }),
    );
    expect(defined).toEqual({ ...feature, revision: 2, updatedAt: at });
    expect(await states()).toEqual({ ...before, feature: defined });
    // Each operation counts, even one that leaves all as it was.
    for (const revision of [2, 3]) {
      const allowed = await shop.changeAt(at, (w) =>
        setPlanFeatureLimits(w, plan.id, feature.id, { limits }),
      );
      expect(allowed).toEqual({ ...before.link, revision, updatedAt: at });
      expect(await states()).toEqual({
        ...before,
        plan: { ...before.plan, revision: revision + 1, updatedAt: at },
        link: allowed,
        feature: defined,
      });
    }
  });

  it('are guarded by the revision of what they are of', async () => {
    const { shop, plan, feature } = await open();
    const mismatch = { code: 'revision_mismatch', currentRevision: 1 };
    const guarded = (guard: ReturnType<typeof featureAt>) => ({ guard });
    await expect(
      shop.change(
        (w) => setFeatureLimits(w, feature.id, { limits: [size] }),
        guarded(featureAt(2, feature.id)),
      ),
    ).rejects.toMatchObject(mismatch);
    await expect(
      shop.change(
        (w) => setPlanFeatureLimits(w, plan.id, feature.id, { limits: [] }),
        guarded(planFeatureAt(2, plan.id, feature.id)),
      ),
    ).rejects.toMatchObject(mismatch);
    await shop.change(
      (w) => setFeatureLimits(w, feature.id, { limits: [size] }),
      guarded(featureAt(1, feature.id)),
    );
  });

  it('go with the feature of the plan, the plan and the feature, as the audit log tells', async () => {
    const writes = {
      removePlanFeature: removePlanFeature,
      deletePlan: deletePlan,
    };
    for (const [operation, remove] of Object.entries(writes)) {
      const { shop, plan, feature, link } = await open();
      await define(shop, feature.id, size, rate);
      await allow(shop, plan.id, feature.id, { code: 'size', amount: 5 });
      const before = sortedRows(await storedOf(shop));
      await shop.change((w) => remove(w, plan.id, feature.id));
      expect(await amountsOf(shop, plan.id)).toEqual([]);
      expect(await shop.rows('plan_feature_limit')).toEqual([]);
      expect(await shop.rows('feature_limit')).toHaveLength(2);
      const [entry] = (await listAuditLog(shop.reader(), { objectId: link.id }, {})).items;
      expect(entry).toMatchObject({ operation });
      expect(entry?.changes).toContainEqual({
        type: 'PlanFeatureLimit',
        objectId: `${link.id}_size`,
        planId: plan.id,
        before: {
          planId: plan.id,
          featureId: feature.id,
          code: 'size',
          amount: 5,
          unlimited: false,
        },
        after: null,
      });
      expect(sortedRows(await beforeLastWrite(shop))).toEqual(before);
    }

    const { shop, plan, feature } = await open();
    await define(shop, feature.id, size);
    await shop.change((w) => removePlanFeature(w, plan.id, feature.id));
    const before = sortedRows(await storedOf(shop));
    await shop.change((w) => deleteFeature(w, feature.id));
    expect(await shop.rows('feature_limit')).toEqual([]);
    const [entry] = (await listAuditLog(shop.reader(), { objectId: feature.id }, {})).items;
    expect(entry?.changes).toMatchObject([
      { type: 'Feature', after: null },
      { type: 'FeatureLimit', objectId: `${feature.id}_size`, before: size, after: null },
    ]);
    expect(sortedRows(await beforeLastWrite(shop))).toEqual(before);
  });

  it('are put back from the entry of their change alone', async () => {
    const { shop, plan, feature } = await open();
    await define(shop, feature.id, size, rate);
    await allow(shop, plan.id, feature.id, { code: 'size', amount: 5 });
    for (const change of [
      () => define(shop, feature.id, { ...size, name: 'Space' }, { code: 'runs', name: 'Runs' }),
      () => allow(shop, plan.id, feature.id, { code: 'runs', amount: 1 }),
      () => allow(shop, plan.id, feature.id, { code: 'runs', unlimited: true }),
    ]) {
      const before = sortedRows(await storedOf(shop));
      await change();
      expect(sortedRows(await beforeLastWrite(shop))).toEqual(before);
    }
  });

  it('are seen by the public where their plan or feature is', async () => {
    const { shop, plan, feature } = await open();
    const secret = await shop.plan({ isPublic: false });
    const hidden = await shop.feature();
    for (const each of [feature, hidden]) {
      await shop.attach(secret, each);
      await define(shop, each.id, size);
      await allow(shop, secret.id, each.id, { code: 'size', amount: 7 });
    }
    await shop.change((w) => removePlanFeature(w, secret.id, feature.id));
    await allow(shop, plan.id, feature.id, { code: 'size', amount: 5 });
    const seen = async (lookup: typeof limitsOfFeature | typeof limitsOfPlan, ...ids: string[]) =>
      (await lookup.read(shop.reader('public'), ids)).map((limits) => limits.length);
    expect(await seen(limitsOfFeature, feature.id, hidden.id)).toEqual([1, 0]);
    expect(await seen(limitsOfPlan, plan.id, secret.id)).toEqual([1, 0]);
  });
});
