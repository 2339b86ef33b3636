import { describe, expect, it } from 'vitest';
import { findFeatures, findFeaturesByCode } from '../../src/db/records/feature.ts';
import {
  CreateFeatureInput,
  countFeatures,
  createFeature,
  deleteFeature,
  getFeature,
  listFeatures,
  UpdateFeatureInput,
  updateFeature,
} from '../../src/domain/feature.ts';
import { deletePlan } from '../../src/domain/plan.ts';
import { addPlanFeature, removePlanFeature } from '../../src/domain/plan-feature.ts';
import { bothModes, keepsInvariants, newCatalogue } from '../catalogue.ts';
import { onEveryEngine } from '../engines.ts';
import { bad, expectRefusals } from '../refusals.ts';

describe('inputs of features', () => {
  it('refuse bad values by field', () => {
    expectRefusals(
      CreateFeatureInput,
      { name: 'Seats', code: 'seats', type: 'seats', description: null, unitNamePlural: null },
      {
        name: [...bad.names, null, undefined],
        code: [...bad.codes, null, undefined],
        type: [...bad.words, 'metered', null, undefined],
        description: bad.descriptions,
        unitName: bad.unitNames,
        unitNamePlural: bad.names,
      },
    );
    expectRefusals(
      UpdateFeatureInput,
      { name: 'Seats', description: null, unitName: null },
      {
        name: [...bad.names, null],
        description: bad.descriptions,
        unitName: bad.unitNames,
        unitNamePlural: bad.names,
      },
    );
  });

  it('want at least one field to update', () => {
    for (const nothing of [{}, { name: undefined }, { code: 'new', type: 'usage' }])
      expect(UpdateFeatureInput.safeParse(nothing).error?.issues).toMatchObject([
        {
          path: ['name'],
          message:
            'at least one of name, description, unitName, unitNamePlural and sectionId is required',
        },
      ]);
    expect(UpdateFeatureInput.safeParse({ unitName: null }).success).toBe(true);
  });
});

onEveryEngine('features', (world) => {
  keepsInvariants(world);

  it('have defaults for what is left out', async () => {
    const shop = await newCatalogue(world());
    const time = '2026-01-01T00:00:00.000Z';
    const feature = await shop.changeAt(time, (w) =>
      createFeature(w, { name: 'Seats', code: 'seats', type: 'seats' }),
    );
    expect(feature).toEqual({
      id: expect.stringMatching(/^ftr_[0-9a-z]{26}$/),
      name: 'Seats',
      code: 'seats',
      type: 'seats',
      description: null,
      unitName: null,
      unitNamePlural: null,
      sectionId: null,
      sectionPosition: null,
      position: 0,
      createdAt: time,
      updatedAt: time,
      revision: 1,
    });
    expect(await getFeature(shop.reader(), feature.id)).toEqual(feature);
  });

  it.each(['boolean', 'usage', 'seats', 'quota'] as const)('may be of type %s', async (type) => {
    const shop = await newCatalogue(world());
    const given = { name: 'ä "x"', code: 'x_1', type, description: 'Text', unitName: 'call' };
    const { id } = await shop.feature(given);
    expect(await getFeature(shop.reader(), id)).toMatchObject(given);
  });

  it('have a code and a name of their own among live features', async () => {
    const shop = await newCatalogue(world());
    const feature = await shop.feature({ code: 'calls', name: 'Calls' });
    const sameCode = { code: 'calls', name: 'Other', type: 'usage' } as const;
    const sameName = { code: 'other', name: 'Calls', type: 'usage' } as const;
    await shop.refuses((w) => createFeature(w, sameCode), {
      code: 'feature_already_exists',
      param: 'code',
    });
    await shop.refuses((w) => createFeature(w, sameName), {
      code: 'feature_already_exists',
      param: 'name',
    });
    for (const name of ['calls', 'CALLS', ' Calls ', 'Ｃalls', 'Ca\u200blls'])
      await shop.refuses((w) => createFeature(w, { ...sameName, name }), {
        code: 'feature_already_exists',
        param: 'name',
      });
    await shop.change((w) => deleteFeature(w, feature.id));
    expect(await shop.feature(sameCode)).toMatchObject(sameCode);
    expect(await shop.feature(sameName)).toMatchObject(sameName);
    expect(await (await newCatalogue(world())).feature(sameCode)).toMatchObject(sameCode);
  });

  it.each([
    ['Straße', 'STRASSE'],
    ['Caf\u00e9', 'Cafe\u0301'],
    ['ΟΔΟΣ', 'οδος'],
    ['ﬁle', 'FILE'],
    ['ｶﾞ', 'ガ'],
  ])('are told apart by more than case, width or normalization: %s and %s', async (one, other) => {
    const shop = await newCatalogue(world());
    const first = await shop.feature({ name: one });
    const second = await shop.feature({ name: `${other} 2` });
    const taken = { code: 'feature_already_exists', param: 'name' };
    await shop.refuses(
      (w) => createFeature(w, { name: other, code: 'other', type: 'usage' }),
      taken,
    );
    await shop.refuses((w) => updateFeature(w, second.id, { name: other }), taken);
    expect(await shop.change((w) => updateFeature(w, first.id, { name: other }))).toMatchObject({
      name: other,
    });
    expect(
      await shop.change((w) => updateFeature(w, first.id, { name: `${other}\n` })),
    ).toMatchObject({ name: other });
    expect(await shop.feature({ name: 'Résumé' })).toMatchObject({ name: 'Résumé' });
    expect(await shop.feature({ name: 'Resume' })).toMatchObject({ name: 'Resume' });
  });

  it('are found by id, else by code', async () => {
    const shop = await newCatalogue(world());
    const { id } = await shop.feature({ code: 'calls' });
    const mimic = await shop.feature({ code: id });
    // PostgreSQL moves a row that changes behind the others.
    const feature = await shop.change((w) => updateFeature(w, id, { name: 'Calls' }));
    expect(await getFeature(shop.reader(), feature.id)).toEqual(feature);
    expect(await getFeature(shop.reader(), 'calls')).toEqual(feature);
    expect(await shop.change((w) => updateFeature(w, 'calls', { name: 'New' }))).toMatchObject({
      id: feature.id,
    });
    expect(await shop.change((w) => deleteFeature(w, 'calls'))).toEqual({ id: feature.id });
    const left = { ...mimic, position: 0 };
    expect(await getFeature(shop.reader(), feature.id)).toEqual(left);
    expect(await findFeatures(shop.reader(), [feature.id, mimic.id])).toEqual([left]);
    expect(await findFeaturesByCode(shop.reader(), ['calls', mimic.code])).toEqual([left]);
  });

  it('change only what an update names', async () => {
    const shop = await newCatalogue(world());
    const feature = await shop.feature({ description: 'Old', unitName: 'call' });
    const later = '2100-01-01T00:00:00.000Z';
    const update = (input: UpdateFeatureInput) =>
      shop.changeAt(later, (w) => updateFeature(w, feature.id, input));
    const second = { updatedAt: later, revision: 2 };
    expect(await update({ name: 'New' })).toEqual({ ...feature, name: 'New', ...second });
    expect(await update({ name: 'New' })).toMatchObject({ name: 'New' });
    expect(await update({ description: null })).toMatchObject({
      description: null,
      unitName: 'call',
    });
    expect(await update({ unitName: null })).toMatchObject({ name: 'New', unitName: null });
    await shop.feature({ name: 'Taken' });
    await shop.refuses((w) => updateFeature(w, feature.id, { name: 'Taken' }), {
      code: 'feature_already_exists',
      param: 'name',
    });
  });

  it('have a unit, whose plural goes with its name', async () => {
    const shop = await newCatalogue(world());
    const { id } = await shop.feature({ unitName: 'call', unitNamePlural: ' calls ' });
    const unit = async () => {
      const { unitName, unitNamePlural } = await getFeature(shop.reader(), id);
      return [unitName, unitNamePlural];
    };
    expect(await unit()).toEqual(['call', 'calls']);
    const update = (input: UpdateFeatureInput) => shop.change((w) => updateFeature(w, id, input));
    await update({ name: 'New' });
    await update({ unitName: 'call' });
    expect(await unit()).toEqual(['call', 'calls']);
    const updated = await update({ unitName: 'image' });
    expect(updated).toMatchObject({ unitName: 'image', unitNamePlural: null });
    expect(await unit()).toEqual(['image', null]);
    await update({ unitNamePlural: 'images' });
    expect(await unit()).toEqual(['image', 'images']);
    await update({ unitName: 'call', unitNamePlural: 'calls' });
    expect(await unit()).toEqual(['call', 'calls']);
    const alone = { code: 'validation_error', param: 'unitNamePlural' };
    await shop.refuses(
      (w) => updateFeature(w, id, { unitName: null, unitNamePlural: 'calls' }),
      alone,
    );
    await update({ unitNamePlural: null });
    expect(await unit()).toEqual(['call', null]);
    await update({ unitName: null });
    await shop.refuses((w) => updateFeature(w, id, { unitNamePlural: 'calls' }), alone);
    const input = { name: 'Calls', code: 'x', type: 'usage', unitNamePlural: 'calls' } as const;
    await shop.refuses((w) => createFeature(w, input), alone);
  });

  it('stay while a live plan has them', async () => {
    const shop = await newCatalogue(world());
    const feature = await shop.feature();
    const kept = await shop.plan();
    const dropped = await shop.plan({ isPublic: false });
    await shop.attach(kept, feature);
    await shop.attach(dropped, feature, { enabled: false });
    const inUse = { code: 'feature_in_use', param: 'featureId' };
    await shop.refuses((w) => deleteFeature(w, feature.id), inUse);
    await shop.change((w) => removePlanFeature(w, kept.id, feature.id));
    await shop.refuses((w) => deleteFeature(w, feature.id), inUse);
    await shop.change((w) => deletePlan(w, dropped.id));
    expect(await shop.change((w) => deleteFeature(w, feature.id))).toEqual({ id: feature.id });
  });

  it('never go back in time when the clock does', async () => {
    const shop = await newCatalogue(world());
    const feature = await shop.feature();
    const early = '2020-01-01T00:00:00.000Z';
    const changed = await shop.changeAt(early, (w) =>
      updateFeature(w, feature.id, { name: 'New' }),
    );
    expect(changed.updatedAt).toBe(feature.createdAt);
    await shop.changeAt(early, (w) => deleteFeature(w, feature.id));
    expect(await shop.rows('feature')).toMatchObject([{ deleted_at: feature.createdAt }]);
  });

  it('are listed oldest first, page by page', async () => {
    const shop = await newCatalogue(world());
    const features = [await shop.feature(), await shop.feature(), await shop.feature()];
    const gone = await shop.feature();
    await shop.change((w) => deleteFeature(w, gone.id));
    const { items, hasNextPage, cursorOf } = await listFeatures(shop.reader(), { first: 2 });
    expect({ items, hasNextPage }).toEqual({ items: features.slice(0, 2), hasNextPage: true });
    const [first, second] = items;
    const rest = await listFeatures(shop.reader(), { after: second && cursorOf(second) });
    expect(rest).toMatchObject({ items: features.slice(2), hasNextPage: false });
    const back = await listFeatures(shop.reader(), { last: 5, before: second && cursorOf(second) });
    expect(back).toMatchObject({ items: [first], hasPreviousPage: false, hasNextPage: true });
    expect(await countFeatures(shop.reader())).toBe(3);
  });

  it('answer for what is not there', async () => {
    const [shop, sandbox] = await bothModes(world());
    const feature = await shop.feature({ code: 'calls' });
    const gone = await shop.feature();
    await shop.change((w) => deleteFeature(w, gone.id));
    const missing = { code: 'feature_not_found', param: 'featureId' };
    for (const [where, id] of [
      [shop, 'ftr_none'],
      [shop, gone.id],
      [shop, gone.code],
      [shop, 'a\0'],
      [sandbox, feature.id],
      [sandbox, 'calls'],
      [await newCatalogue(world()), feature.id],
    ] as const) {
      await expect(getFeature(where.reader(), id)).rejects.toMatchObject(missing);
      await where.refuses((w) => updateFeature(w, id, { name: 'x' }), missing);
      await where.refuses((w) => deleteFeature(w, id), missing);
    }
    const plan = await sandbox.plan();
    await sandbox.refuses((w) => addPlanFeature(w, plan.id, { featureId: feature.id }), missing);
  });
});
