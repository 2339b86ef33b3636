import { describe, expect, it } from 'vitest';
import { queries } from '../../src/db/read/reader.ts';
import { findPlan } from '../../src/db/records/plan.ts';
import { findFeaturesOfPlans, insertPlanFeatures } from '../../src/db/records/plan-feature.ts';
import { maxima } from '../../src/domain/maxima.ts';
import { operation, type Reader, type Writer } from '../../src/domain/operation.ts';
import type { PageRequest } from '../../src/domain/page.ts';
import { deletePlan } from '../../src/domain/plan.ts';
import {
  AddPlanFeatureInput,
  addPlanFeature,
  countPlansOfFeature,
  listPlansOfFeature,
  removePlanFeature,
  UpdatePlanFeatureInput,
  updatePlanFeature,
} from '../../src/domain/plan-feature.ts';
import { Loaders } from '../../src/domain/relations.ts';
import {
  type ConsumptionModel,
  consumptionModels,
  type FeatureType,
  featureTypes,
  MAX_INT32,
} from '../../src/vocabulary.ts';
import { bothModes, keepsInvariants, newCatalogue } from '../catalogue.ts';
import { onEveryEngine } from '../engines.ts';
import { bad, expectRefusals } from '../refusals.ts';

const pageOf = (reader: Reader, featureId: string, request: PageRequest = {}) =>
  listPlansOfFeature(new Loaders(reader, false), featureId, request);

describe('inputs of plan features', () => {
  const values = {
    enabled: bad.flags,
    includedAmount: bad.amounts,
    unlimited: bad.flags,
    overage: ['x', 7, []],
    'overage.enabled': bad.flags,
    'overage.unitPrice': bad.amounts,
    creditsPerUnit: bad.counts,
    pricingMode: bad.words,
    margin: bad.counts,
    displayValue: bad.names,
  };

  it('refuse bad values by field', () => {
    expectRefusals(
      AddPlanFeatureInput,
      {
        featureId: 'ftr_1',
        enabled: null,
        includedAmount: null,
        unlimited: null,
        overage: { enabled: null, unitPrice: null },
        creditsPerUnit: null,
        pricingMode: null,
        margin: null,
        displayValue: null,
      },
      { ...values, featureId: [...bad.references, null, undefined] },
    );
    expectRefusals(
      UpdatePlanFeatureInput,
      { overage: {}, creditsPerUnit: null, margin: null, displayValue: null },
      values,
    );
  });

  it('take null on update only where it clears', () => {
    const notNull = ['enabled', 'includedAmount', 'unlimited', 'overage', 'pricingMode'];
    expectRefusals(
      UpdatePlanFeatureInput,
      {},
      Object.fromEntries(
        [...notNull, 'overage.enabled', 'overage.unitPrice'].map((field) => [field, [null]]),
      ),
    );
  });
});

onEveryEngine('plan features', (world) => {
  keepsInvariants(world);

  it('move the time of their plan', async () => {
    const shop = await newCatalogue(world());
    const plan = await shop.plan();
    const feature = await shop.feature();
    const times: string[] = [];
    const changes: ((w: Writer) => Promise<unknown>)[] = [
      (w) => addPlanFeature(w, plan.id, { featureId: feature.id }),
      (w) => updatePlanFeature(w, plan.id, feature.id, { includedAmount: 1 }),
      (w) => removePlanFeature(w, plan.id, feature.id),
    ];
    for (const [day, change] of changes.entries()) {
      times.push(`2100-01-0${day + 1}T00:00:00.000Z`);
      await shop.changeAt(times.at(-1) ?? '', change);
      expect(await findPlan(shop.reader(), plan.id)).toEqual({
        ...plan,
        updatedAt: times.at(-1),
        revision: 1 + times.length,
      });
    }
  });

  it('are at most 500 a plan; a plan with more stays and takes no new one', async () => {
    const shop = await newCatalogue(world());
    const plan = await shop.plan();
    const [first, spare] = [await shop.feature(), await shop.feature()];
    const link = await shop.attach(plan, first);
    let filled = 2;
    const fill = (count: number) =>
      shop.change(async (writer) => {
        const features = Array.from({ length: count }, () => ({
          ...first,
          id: writer.newId('feature'),
        }));
        await writer[queries]
          .insertInto('feature')
          .values(
            features.map(({ id }, place) => ({
              ...{
                tenant_id: writer.tenant.id,
                id,
                code: id.toLowerCase(),
                name: id,
                folded_name: id,
                type: first.type,
              },
              ...{ description: null, unit_name: null, deleted_at: null },
              ...{ section_id: null, section_position: MAX_INT32, position: filled + place },
              ...{ created_at: writer.now, updated_at: writer.now, revision: 1 },
            })),
          )
          .execute();
        await insertPlanFeatures(
          writer,
          features.map((feature) => ({
            plan,
            feature,
            link: { ...link, id: writer.newId('planFeature'), featureId: feature.id },
          })),
        );
        filled += count;
        return operation('fill', async (w) => w.about(plan.id))(writer);
      });
    await fill(maxima.featuresOfPlan - 1);
    const add = (w: Writer) => addPlanFeature(w, plan.id, { featureId: spare.id });
    const refused = { code: 'validation_error', param: 'featureId' };
    await shop.refuses(add, refused);
    await fill(1);
    await shop.refuses(add, refused);
    await shop.change((w) => updatePlanFeature(w, plan.id, first.id, { includedAmount: 1 }));
    await shop.change((w) => removePlanFeature(w, plan.id, first.id));
    await shop.refuses(add, refused);
    const [another] = await findFeaturesOfPlans(shop.reader(), [plan.id]);
    await shop.change((w) => removePlanFeature(w, plan.id, another?.featureId ?? ''));
    await shop.change(add);
  });

  it('have defaults for what is left out', async () => {
    const shop = await newCatalogue(world());
    const plan = await shop.plan();
    const feature = await shop.feature();
    const time = '2026-01-01T00:00:00.000Z';
    const link = await shop.changeAt(time, (w) =>
      addPlanFeature(w, plan.id, { featureId: feature.id }),
    );
    expect(link).toEqual({
      id: expect.stringMatching(/^plf_/),
      planId: plan.id,
      featureId: feature.id,
      enabled: true,
      includedAmount: 0,
      unlimited: false,
      overage: { enabled: false, unitPrice: 0 },
      creditsPerUnit: null,
      pricingMode: 'fixed',
      margin: null,
      displayValue: null,
      createdAt: time,
      updatedAt: time,
      revision: 1,
    });
    expect(await findFeaturesOfPlans(shop.reader(), [plan.id])).toEqual([link]);
    expect((await pageOf(shop.reader(), feature.id)).items).toEqual([link]);
  });

  it('take null for absent', async () => {
    const shop = await newCatalogue(world());
    const nulls = {
      enabled: null,
      includedAmount: null,
      unlimited: null,
      overage: null,
      pricingMode: null,
    };
    const link = await shop.attach(await shop.plan(), await shop.feature(), nulls);
    expect(link).toMatchObject({
      enabled: true,
      includedAmount: 0,
      unlimited: false,
      pricingMode: 'fixed',
    });
    const overage = { enabled: null, unitPrice: null };
    expect(await shop.attach(await shop.plan(), await shop.feature(), { overage })).toMatchObject({
      overage: { enabled: false, unitPrice: 0 },
    });
  });

  it('keep everything that is given', async () => {
    const shop = await newCatalogue(world());
    const plan = await shop.plan({ consumptionModel: 'balance' });
    const given = {
      enabled: false,
      includedAmount: Number.MAX_SAFE_INTEGER,
      overage: { enabled: true, unitPrice: Number.MAX_SAFE_INTEGER },
      creditsPerUnit: 2 ** 31 - 1,
      pricingMode: 'ai_model',
      margin: 2 ** 31 - 1,
      displayValue: '✓'.repeat(255),
    } as const;
    const link = await shop.attach(plan, await shop.feature(), given);
    expect(link).toMatchObject(given);
    expect(await findFeaturesOfPlans(shop.reader(), [plan.id])).toEqual([link]);
  });

  it('name the feature by id or code', async () => {
    const shop = await newCatalogue(world());
    const plan = await shop.plan();
    const feature = await shop.feature({ code: 'calls' });
    expect(
      await shop.change((w) => addPlanFeature(w, plan.id, { featureId: 'calls' })),
    ).toMatchObject({
      featureId: feature.id,
    });
    expect(
      await shop.change((w) => updatePlanFeature(w, plan.id, 'calls', { unlimited: true })),
    ).toMatchObject({
      featureId: feature.id,
      unlimited: true,
    });
    expect(await shop.change((w) => removePlanFeature(w, plan.id, 'calls'))).toMatchObject({
      id: feature.id,
      plan: { id: plan.id },
    });
    expect(await findFeaturesOfPlans(shop.reader(), [plan.id])).toEqual([]);
  });

  it('show a text instead of a number, without spaces around it', async () => {
    const shop = await newCatalogue(world());
    const plan = await shop.plan();
    const feature = await shop.feature({ type: 'boolean' });
    const link = await shop.attach(plan, feature, { displayValue: ' 24/7\t' });
    expect(link.displayValue).toBe('24/7');
    const update = (input: UpdatePlanFeatureInput) =>
      shop.change((w) => updatePlanFeature(w, plan.id, feature.id, input));
    expect(await update({ enabled: false })).toMatchObject({ displayValue: '24/7' });
    expect(await update({ displayValue: ' Email ' })).toMatchObject({ displayValue: 'Email' });
    expect(await update({ displayValue: null })).toMatchObject({ displayValue: null });
    expect(await findFeaturesOfPlans(shop.reader(), [plan.id])).toMatchObject([
      { displayValue: null, revision: 4 },
    ]);
  });

  it('are attached once, and again after removal', async () => {
    const shop = await newCatalogue(world());
    const plan = await shop.plan();
    const feature = await shop.feature();
    await shop.attach(plan, feature);
    await shop.refuses((w) => addPlanFeature(w, plan.id, { featureId: feature.code }), {
      code: 'feature_already_exists',
      param: 'featureId',
    });
    await shop.change((w) => removePlanFeature(w, plan.id, feature.id));
    expect(await shop.attach(plan, feature, { unlimited: true })).toMatchObject({
      unlimited: true,
    });
  });

  it('change only what an update names', async () => {
    const shop = await newCatalogue(world());
    const plan = await shop.plan({ consumptionModel: 'balance' });
    const feature = await shop.feature();
    const link = await shop.attach(plan, feature, {
      overage: { enabled: true, unitPrice: 5 },
      creditsPerUnit: 3,
      margin: 4,
    });
    const later = '2100-01-01T00:00:00.000Z';
    const update = (input: UpdatePlanFeatureInput) =>
      shop.changeAt(later, (w) => updatePlanFeature(w, plan.id, feature.id, input));
    expect(await update({})).toEqual({ ...link, updatedAt: later, revision: 2 });
    expect(await update({ enabled: false, includedAmount: 7 })).toMatchObject({
      enabled: false,
      includedAmount: 7,
    });
    expect(await update({ overage: { unitPrice: 6 } })).toMatchObject({
      overage: { enabled: true, unitPrice: 6 },
    });
    expect(await update({ overage: { enabled: false } })).toMatchObject({
      overage: { enabled: false, unitPrice: 6 },
    });
    expect(await update({ creditsPerUnit: null, margin: null })).toMatchObject({
      creditsPerUnit: null,
      margin: null,
    });
    const last = await update({
      pricingMode: 'ai_model',
      overage: { unitPrice: 0 },
      unlimited: true,
    });
    expect(last).toMatchObject({
      pricingMode: 'ai_model',
      unlimited: true,
      enabled: false,
      includedAmount: 7,
    });
    expect(await findFeaturesOfPlans(shop.reader(), [plan.id])).toEqual([last]);
    const earlier = await shop.change((w) => updatePlanFeature(w, plan.id, feature.id, {}));
    expect(earlier.updatedAt).toBe(later);
  });

  const refusals: [
    what: string,
    plan: { isFree?: boolean; consumptionModel?: ConsumptionModel | null },
    type: FeatureType,
    input: Omit<AddPlanFeatureInput, 'featureId'> & UpdatePlanFeatureInput,
    fields: string[],
  ][] = [
    [
      'overage on a free plan',
      { isFree: true, consumptionModel: 'metered' },
      'usage',
      { overage: { enabled: true } },
      ['overage.enabled'],
    ],
    [
      'an overage price on a free plan',
      { isFree: true, consumptionModel: 'balance' },
      'usage',
      { overage: { unitPrice: 1 } },
      ['overage.unitPrice'],
    ],
    [
      'overage without a model',
      { consumptionModel: null },
      'usage',
      { overage: { enabled: true, unitPrice: 1 } },
      ['overage.enabled', 'overage.unitPrice'],
    ],
    [
      'overage on a credits plan',
      { consumptionModel: 'credits' },
      'quota',
      { overage: { unitPrice: 1 } },
      ['overage.unitPrice'],
    ],
    [
      'overage without limit',
      { consumptionModel: 'metered' },
      'usage',
      { unlimited: true, overage: { enabled: true } },
      ['overage.enabled'],
    ],
    [
      'an overage price without limit',
      { consumptionModel: 'balance' },
      'seats',
      { unlimited: true, overage: { unitPrice: 1 } },
      ['overage.unitPrice'],
    ],
    [
      'an amount of a boolean',
      { consumptionModel: 'balance' },
      'boolean',
      { includedAmount: 1 },
      ['includedAmount'],
    ],
    [
      'a boolean without limit',
      { consumptionModel: 'balance' },
      'boolean',
      { unlimited: true },
      ['unlimited'],
    ],
    [
      'overage of a boolean',
      { consumptionModel: 'balance' },
      'boolean',
      { overage: { enabled: true, unitPrice: 1 } },
      ['overage.enabled', 'overage.unitPrice'],
    ],
    [
      'credits for a boolean',
      { consumptionModel: 'credits' },
      'boolean',
      { creditsPerUnit: 1 },
      ['creditsPerUnit'],
    ],
    [
      'a margin on a boolean',
      { consumptionModel: 'balance' },
      'boolean',
      { margin: 1 },
      ['margin'],
    ],
    [
      'AI pricing on a metered plan',
      { consumptionModel: 'metered' },
      'usage',
      { pricingMode: 'ai_model' },
      ['pricingMode'],
    ],
    [
      'AI pricing on a credits plan',
      { consumptionModel: 'credits' },
      'usage',
      { pricingMode: 'ai_model' },
      ['pricingMode'],
    ],
    [
      'AI pricing without a model',
      { consumptionModel: null },
      'usage',
      { pricingMode: 'ai_model' },
      ['pricingMode'],
    ],
    [
      'all of it at once',
      { isFree: true, consumptionModel: 'metered' },
      'boolean',
      {
        includedAmount: 1,
        unlimited: true,
        overage: { enabled: true, unitPrice: 1 },
        creditsPerUnit: 1,
        margin: 1,
        pricingMode: 'ai_model',
      },
      [
        'includedAmount',
        'unlimited',
        'overage.enabled',
        'overage.unitPrice',
        'creditsPerUnit',
        'margin',
        'pricingMode',
      ],
    ],
  ];

  it.each(refusals)('refuse %s', async (_what, kind, type, input, fields) => {
    const shop = await newCatalogue(world());
    const plan = await shop.plan(kind);
    const feature = await shop.feature({ type });
    const refused = {
      code: 'validation_error',
      param: fields[0] ?? '',
      details: fields.map((field) => ({ field, message: expect.any(String) })),
    };
    await shop.refuses(
      (w) => addPlanFeature(w, plan.id, { featureId: feature.id, ...input }),
      refused,
    );
    await shop.attach(plan, feature);
    await shop.refuses((w) => updatePlanFeature(w, plan.id, feature.id, input), refused);
  });

  it('count zero, false and null as absent', async () => {
    const shop = await newCatalogue(world());
    const nothing = {
      includedAmount: 0,
      unlimited: false,
      overage: { enabled: false, unitPrice: 0 },
      creditsPerUnit: 0,
      margin: 0,
      pricingMode: 'fixed',
    } as const;
    for (const isFree of [true, false])
      for (const consumptionModel of [null, ...consumptionModels])
        for (const type of featureTypes) {
          const plan = await shop.plan({ isFree, consumptionModel });
          expect(await shop.attach(plan, await shop.feature({ type }), nothing)).toMatchObject(
            nothing,
          );
        }
  });

  it('refuse a change that breaks a rule together with what is there', async () => {
    const shop = await newCatalogue(world());
    const plan = await shop.plan({ consumptionModel: 'metered' });
    const charged = await shop.feature();
    const unlimited = await shop.feature();
    await shop.attach(plan, charged, { overage: { enabled: true, unitPrice: 1 } });
    await shop.attach(plan, unlimited, { unlimited: true });
    await shop.refuses((w) => updatePlanFeature(w, plan.id, charged.id, { unlimited: true }), {
      code: 'validation_error',
      param: 'overage.enabled',
    });
    await shop.refuses(
      (w) => updatePlanFeature(w, plan.id, unlimited.id, { overage: { unitPrice: 1 } }),
      {
        code: 'validation_error',
        param: 'overage.unitPrice',
      },
    );
    const swapped = await shop.change((w) =>
      updatePlanFeature(w, plan.id, unlimited.id, { unlimited: false, overage: { unitPrice: 1 } }),
    );
    expect(swapped).toMatchObject({ unlimited: false, overage: { enabled: false, unitPrice: 1 } });
  });

  it('answer for what is not there', async () => {
    const [shop, sandbox] = await bothModes(world());
    const plan = await shop.plan();
    const feature = await shop.feature();
    const detached = await shop.feature();
    await shop.attach(plan, feature);
    const noPlan = { code: 'plan_not_found', param: 'planId' };
    for (const [where, planId] of [
      [shop, 'pln_none'],
      [sandbox, plan.id],
      [await newCatalogue(world()), plan.id],
    ] as const) {
      await where.refuses((w) => addPlanFeature(w, planId, { featureId: feature.id }), noPlan);
      await where.refuses((w) => updatePlanFeature(w, planId, feature.id, {}), noPlan);
      await where.refuses((w) => removePlanFeature(w, planId, feature.id), noPlan);
    }
    const noFeature = { code: 'feature_not_found', param: 'featureId' };
    await shop.refuses((w) => addPlanFeature(w, plan.id, { featureId: 'ftr_none' }), noFeature);
    for (const featureId of ['ftr_none', 'a\0', detached.id, detached.code]) {
      await shop.refuses((w) => updatePlanFeature(w, plan.id, featureId, {}), noFeature);
      await shop.refuses((w) => removePlanFeature(w, plan.id, featureId), noFeature);
    }
  });

  it('stand in the order of features; the public sees those of public plans', async () => {
    const shop = await newCatalogue(world());
    const plan = await shop.plan();
    const hidden = await shop.plan({ isPublic: false });
    const features = [await shop.feature(), await shop.feature()];
    for (const [index, { id }] of features.toReversed().entries())
      for (const { id: planId } of [plan, hidden])
        await shop.changeAt(`2026-01-0${index + 1}T00:00:00.000Z`, (w) =>
          addPlanFeature(w, planId, { featureId: id }),
        );
    const ids = features.map(({ id }) => id);
    const links = await findFeaturesOfPlans(shop.reader(), [hidden.id, plan.id]);
    expect(
      links.filter(({ planId }) => planId === plan.id).map(({ featureId }) => featureId),
    ).toEqual(ids);
    expect(links).toHaveLength(4);
    expect(await findFeaturesOfPlans(shop.reader('public'), [hidden.id])).toEqual([]);
    for (const id of ids) {
      expect((await pageOf(shop.reader('public'), id)).items.map(({ planId }) => planId)).toEqual([
        plan.id,
      ]);
      expect(await countPlansOfFeature(shop.reader('public'), id)).toBe(1);
      expect(await countPlansOfFeature(shop.reader(), id)).toBe(2);
    }
  });

  describe('by feature', () => {
    /** Two features on five plans, of which one is deleted, and a third one that no plan has. */
    const scene = async () => {
      const shop = await newCatalogue(world());
      const [first, second, unused] = [
        await shop.feature(),
        await shop.feature(),
        await shop.feature(),
      ];
      const plans: string[] = [];
      for (let month = 1; month <= 5; month += 1) {
        const { id } = await shop.plan();
        // Two months share a time: the plan's id decides.
        for (const { id: featureId } of [first, second])
          await shop.changeAt(`2026-0${Math.max(month, 2)}-01T00:00:00.000Z`, (w) =>
            addPlanFeature(w, id, { featureId }),
          );
        plans.push(id);
      }
      await shop.change((w) => deletePlan(w, plans[2] ?? ''));
      return { shop, first, second, unused, plans: plans.toSpliced(2, 1) };
    };

    it('come in pages, from either end', async () => {
      const { shop, first, unused, plans } = await scene();
      const walk = async (size: number, isBackwards: boolean) => {
        const seen: string[] = [];
        for (let cursor: string | undefined; ; ) {
          const request = isBackwards
            ? { last: size, before: cursor }
            : { first: size, after: cursor };
          const { items, cursorOf, hasNextPage, hasPreviousPage } = await pageOf(
            shop.reader(),
            first.id,
            request,
          );
          const ids = items.map(({ planId }) => planId);
          seen.splice(isBackwards ? 0 : seen.length, 0, ...ids);
          const edge = items.at(isBackwards ? 0 : -1);
          if (!edge || !(isBackwards ? hasPreviousPage : hasNextPage)) return seen;
          cursor = cursorOf(edge);
        }
      };
      for (const size of [1, 2, 3, 4, 5])
        for (const isBackwards of [false, true])
          expect(await walk(size, isBackwards)).toEqual(plans);
      expect(await countPlansOfFeature(shop.reader(), first.id)).toBe(4);
      expect(await pageOf(shop.reader(), unused.id)).toMatchObject({
        items: [],
        hasNextPage: false,
      });
      expect(await countPlansOfFeature(shop.reader(), unused.id)).toBe(0);
    });

    it('come in one statement for all features whose page is the same', async () => {
      const { shop, first, second, unused, plans } = await scene();
      const loaders = new Loaders(shop.reader(), false);
      const before = world().statements.length;
      const pages = await Promise.all(
        [first, unused, second].map(({ id }) => listPlansOfFeature(loaders, id, { first: 3 })),
      );
      expect(world().statements.length - before).toBe(1);
      expect(pages.map(({ items }) => items.map(({ planId }) => planId))).toEqual([
        plans.slice(0, 3),
        [],
        plans.slice(0, 3),
      ]);
      expect(pages.map(({ hasNextPage }) => hasNextPage)).toEqual([true, false, true]);
    });

    it("are nobody else's", async () => {
      const { first } = await scene();
      const stranger = (await newCatalogue(world())).reader();
      expect((await pageOf(stranger, first.id)).items).toEqual([]);
      expect(await countPlansOfFeature(stranger, first.id)).toBe(0);
    });
  });
});
