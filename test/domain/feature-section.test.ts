import { describe, expect, it } from 'vitest';
import { findFeaturesOfPlans } from '../../src/db/records/plan-feature.ts';
import {
  createFeature,
  deleteFeature,
  type Feature,
  getFeature,
  listFeatures,
  updateFeature,
} from '../../src/domain/feature.ts';
import {
  ArrangeFeaturesInput,
  arrangeFeatures,
  CreateFeatureSectionInput,
  countFeatureSections,
  countFeaturesOfSection,
  createFeatureSection,
  deleteFeatureSection,
  type FeatureSection,
  listFeatureSections,
  listFeaturesOfSection,
  requireFeatureSection,
  UpdateFeatureSectionInput,
  updateFeatureSection,
} from '../../src/domain/feature-section.ts';
import { maxima } from '../../src/domain/maxima.ts';
import type { Reader } from '../../src/domain/operation.ts';
import { deletePlan, setPlanVisibility } from '../../src/domain/plan.ts';
import { Loaders } from '../../src/domain/relations.ts';
import { bothModes, type Catalogue, keepsInvariants, newCatalogue } from '../catalogue.ts';
import { onEveryEngine } from '../engines.ts';
import { bad, expectRefusals } from '../refusals.ts';

describe('inputs of sections', () => {
  it('refuse bad values by field', () => {
    const code = [...bad.codes, 'fse_1'];
    expectRefusals(
      CreateFeatureSectionInput,
      { name: 'Limits', code: null },
      { name: [...bad.names, null, undefined], code },
    );
    expectRefusals(
      UpdateFeatureSectionInput,
      { name: 'Limits' },
      { name: [...bad.names, null, undefined] },
    );
  });

  it('refuse arrangements that are too long or name nothing', () => {
    const many = (length: number) => Array.from({ length }, () => 'a');
    const blamed = (sections: unknown) =>
      ArrangeFeaturesInput.safeParse({ sections }).error?.issues.map(({ path }) => path.join('.'));
    const [ids, entry] = ['sections.0.featureIds', 'sections.0.featureIds.0'];
    expect(blamed([{ sectionId: null, featureIds: many(2_000) }])).toBeUndefined();
    expect(blamed([])).toEqual(['sections']);
    expect(blamed(null)).toEqual(['sections']);
    expect(blamed(undefined)).toEqual(['sections']);
    expect(blamed([{}])).toEqual([ids]);
    expect(blamed([{ featureIds: null }])).toEqual([ids]);
    expect(blamed([{ featureIds: [''] }])).toEqual([entry]);
    expect(blamed([{ featureIds: [7] }])).toEqual([entry]);
    expect(blamed([{ sectionId: '', featureIds: [] }])).toEqual(['sections.0.sectionId']);
    expect(blamed([{ featureIds: many(2_001) }])).toEqual([ids]);
    expect(blamed([{ featureIds: many(1_001) }, { featureIds: many(1_000) }])).toEqual([
      'sections',
    ]);
    expect(blamed(Array.from({ length: 102 }, () => ({ featureIds: [] })))).toEqual(['sections']);
  });
});

onEveryEngine('sections of features', (world) => {
  keepsInvariants(world);

  const arrange = (shop: Catalogue, ...sections: [FeatureSection | null, ...Feature[]][]) =>
    shop.change((w) =>
      arrangeFeatures(w, {
        sections: sections.map(([section, ...features]) => ({
          sectionId: section?.id,
          featureIds: features.map(({ id }) => id),
        })),
      }),
    );
  const idsOf = (objects: readonly { id: string }[]) => objects.map(({ id }) => id);
  /** Codes of the features as they are listed, page by page, with their sections. */
  const listed = async (reader: Reader): Promise<string[]> => {
    const codes: string[] = [];
    for (let after: string | undefined, goesOn = true; goesOn; ) {
      const { items, hasNextPage, cursorOf } = await listFeatures(reader, { first: 2, after });
      const last = items.at(-1);
      codes.push(...items.map(({ code, position }) => `${code} ${position}`));
      after = last && cursorOf(last);
      goesOn = hasNextPage;
    }
    return codes;
  };
  const sectionsOf = async (reader: Reader) =>
    (await listFeatureSections(reader, { first: 100 })).items;
  const featureOf = (shop: Catalogue, code: string, section?: FeatureSection) =>
    shop.feature({ code, sectionId: section?.id ?? null });

  /** Two sections with two features each, and two features without one. */
  const stocked = async () => {
    const shop = await newCatalogue(world());
    const [x, y] = [await featureOf(shop, 'x'), await featureOf(shop, 'y')];
    const first = await shop.section({ name: 'First' });
    const second = await shop.section({ name: 'Second' });
    const [c, d] = [await featureOf(shop, 'c', second), await featureOf(shop, 'd', second)];
    const [a, b] = [await featureOf(shop, 'a', first), await featureOf(shop, 'b', first)];
    return { shop, first, second, a, b, c, d, x, y };
  };

  it('have a code that is made from the name unless it is given', async () => {
    const shop = await newCatalogue(world());
    const codeOf = async (name: string, code?: string) => (await shop.section({ name, code })).code;
    expect(await codeOf(' Größe & Crème brûlée! ')).toBe('gro_e_creme_brulee');
    expect(await codeOf('Limits', 'own')).toBe('own');
    expect(await codeOf('Own')).toBe('own_2');
    expect(await codeOf('own')).toBe('own_3');
    expect(await codeOf('機能')).toBe('section');
    expect(await codeOf('—')).toBe('section_2');
    expect(await codeOf('fse_own')).toBe('section_3');
    expect(await codeOf('x'.repeat(200))).toBe('x'.repeat(56));
    expect(await codeOf('X'.repeat(201))).toBe(`${'x'.repeat(56)}_2`);
    const taken = { code: 'duplicate', param: 'code' };
    await shop.refuses((w) => createFeatureSection(w, { name: 'N', code: 'own' }), taken);
    expect(await (await newCatalogue(world())).section({ code: 'own' })).toMatchObject({
      code: 'own',
    });
  });

  it('stand behind one another, and are found by id or code', async () => {
    const shop = await newCatalogue(world());
    const time = '2026-01-01T00:00:00.000Z';
    const first = await shop.changeAt(time, (w) => createFeatureSection(w, { name: ' Limits ' }));
    expect(first).toEqual({
      id: expect.stringMatching(/^fse_[0-9a-z]{26}$/),
      code: 'limits',
      name: 'Limits',
      position: 0,
      createdAt: time,
      updatedAt: time,
      revision: 1,
    });
    const second = await shop.section({ name: 'Support' });
    expect(second.position).toBe(1);
    const reader = shop.reader();
    expect(await requireFeatureSection(reader, first.id)).toEqual(first);
    expect(await requireFeatureSection(reader, 'support')).toEqual(second);
    const { items, cursorOf } = await listFeatureSections(reader, { first: 1 });
    expect(items).toEqual([first]);
    const rest = await listFeatureSections(reader, { after: cursorOf(first) });
    expect(rest).toMatchObject({ items: [second], hasNextPage: false });
    expect(await countFeatureSections(reader)).toBe(2);
  });

  it('answer for what is not there', async () => {
    const [shop, sandbox] = await bothModes(world());
    const missing = { code: 'feature_section_not_found', param: 'sectionId' };
    const { id } = await sandbox.section();
    const gone = await shop.section();
    await shop.change((w) => deleteFeatureSection(w, gone.id));
    const feature = await shop.feature();
    for (const sectionId of [id, gone.id, gone.code, 'fse_none', 'a\0', feature.id]) {
      await expect(requireFeatureSection(shop.reader(), sectionId)).rejects.toMatchObject(missing);
      await shop.refuses((w) => updateFeatureSection(w, sectionId, { name: 'N' }), missing);
      await shop.refuses((w) => deleteFeatureSection(w, sectionId), missing);
      await shop.refuses((w) => updateFeature(w, feature.id, { sectionId }), missing);
      await shop.refuses(
        (w) => createFeature(w, { name: 'N', code: 'n', type: 'usage', sectionId }),
        missing,
      );
      await shop.refuses((w) => arrangeFeatures(w, { sections: [{ sectionId, featureIds: [] }] }), {
        code: 'feature_section_not_found',
        param: 'sections.0.sectionId',
      });
    }
  });

  it('are at most 100', async () => {
    const shop = await newCatalogue(world());
    for (let count = 0; count < maxima.sectionsOfCatalogue; count += 1) await shop.section();
    await shop.refuses((w) => createFeatureSection(w, { name: 'N' }), {
      code: 'validation_error',
      param: 'name',
    });
  });

  it('change by their name only', async () => {
    const { shop, first, second, a, c } = await stocked();
    const later = '2100-01-01T00:00:00.000Z';
    const renamed = await shop.changeAt(later, (w) =>
      updateFeatureSection(w, first.code, { name: ' New ' }),
    );
    expect(renamed).toEqual({ ...first, name: 'New', updatedAt: later, revision: 2 });
    await arrange(shop, [second, a], [first]);
    await featureOf(shop, 'more', first);
    await shop.change((w) => deleteFeature(w, c.id));
    expect(await sectionsOf(shop.reader())).toEqual([
      { ...second, position: 0 },
      { ...renamed, position: 1 },
    ]);
  });

  it('put features in an order: by section, those without one last', async () => {
    const { shop, first, a, b, c } = await stocked();
    const plan = await shop.plan();
    const features = (await listFeatures(shop.reader(), { first: 100 })).items;
    for (const feature of features.toReversed()) await shop.attach(plan, feature);
    const order = ['a 0', 'b 1', 'c 0', 'd 1', 'x 0', 'y 1'];
    for (const audience of ['all', 'public'] as const) {
      const reader = shop.reader(audience);
      expect(await listed(reader)).toEqual(order);
      const links = await findFeaturesOfPlans(reader, [plan.id]);
      expect(links.map(({ featureId }) => featureId)).toEqual(features.map(({ id }) => id));
      const page = (request: object) =>
        listFeaturesOfSection(new Loaders(reader), first.id, request);
      const { items, cursorOf } = await page({ first: 1 });
      expect(idsOf(items)).toEqual(idsOf([a]));
      expect(idsOf((await page({ after: cursorOf(a) })).items)).toEqual(idsOf([b]));
      expect(await countFeaturesOfSection(reader, first.id)).toBe(2);
      const back = await listFeatures(reader, { last: 2, before: cursorOfFeature(c) });
      expect(idsOf(back.items)).toEqual(idsOf([a, b]));
    }
  });

  /** As the list of features makes them. */
  const cursorOfFeature = ({ sectionPosition, position, id }: Feature) =>
    `cur_${Buffer.from(
      JSON.stringify(['features', sectionPosition ?? 2_147_483_647, position, id]),
    ).toString('base64url')}`;

  it('refuse cursors of the order that was', async () => {
    const { shop, a } = await stocked();
    const text = JSON.stringify(['features', a.createdAt, a.id]);
    const after = `cur_${Buffer.from(text).toString('base64url')}`;
    expect(() => listFeatures(shop.reader(), { after })).toThrow('is not a cursor of this list');
  });

  it('take features in at their end, and let them go', async () => {
    const { shop, first, second, a, b, c, x, y } = await stocked();
    const later = '2100-01-01T00:00:00.000Z';
    const move = (feature: Feature, sectionId: string | null) =>
      shop.changeAt(later, (w) => updateFeature(w, feature.id, { sectionId }));
    const moved = await move(a, second.code);
    expect(moved).toEqual({
      ...a,
      sectionId: second.id,
      sectionPosition: 1,
      position: 2,
      updatedAt: later,
      revision: 2,
    });
    expect(await listed(shop.reader())).toEqual(['b 0', 'c 0', 'd 1', 'a 2', 'x 0', 'y 1']);
    expect(await getFeature(shop.reader(), b.id)).toEqual({ ...b, position: 0 });
    // It stays where it is.
    expect(await move(c, second.id)).toEqual({ ...c, updatedAt: later, revision: 2 });
    expect(await move(c, null)).toMatchObject({ sectionId: null, position: 2, revision: 3 });
    expect(await move(x, first.id)).toMatchObject({ sectionId: first.id, position: 1 });
    expect(await listed(shop.reader())).toEqual(['b 0', 'x 1', 'd 0', 'a 1', 'y 0', 'c 1']);
    await shop.change((w) => deleteFeature(w, y.id));
    await shop.change((w) => deleteFeature(w, b.id));
    expect(await listed(shop.reader())).toEqual(['x 0', 'd 0', 'a 1', 'c 0']);
  });

  it('leave their features behind, at the end of those without one', async () => {
    const { shop, first, second, a, b, x } = await stocked();
    const later = '2100-01-01T00:00:00.000Z';
    expect(await shop.changeAt(later, (w) => deleteFeatureSection(w, first.code))).toEqual({
      id: first.id,
      featureIds: [a.id, b.id],
    });
    expect(await listed(shop.reader())).toEqual(['c 0', 'd 1', 'x 0', 'y 1', 'a 2', 'b 3']);
    expect(await sectionsOf(shop.reader())).toEqual([{ ...second, position: 0 }]);
    const loose = { sectionId: null, sectionPosition: null, updatedAt: later, revision: 2 };
    expect(await getFeature(shop.reader(), a.id)).toEqual({ ...a, ...loose, position: 2 });
    expect(await getFeature(shop.reader(), b.id)).toEqual({ ...b, ...loose, position: 3 });
    expect(await getFeature(shop.reader(), x.id)).toEqual(x);
    const again = await shop.section({ name: first.name });
    expect(again).toMatchObject({ code: first.code, position: 1 });
  });

  describe('are arranged', () => {
    it('as named; the rest follows in its old order', async () => {
      const { shop, first, second, a, b, c, d, x, y } = await stocked();
      const { sections } = await arrange(shop, [second, d], [null, y]);
      expect(sections.map(({ id, position }) => [id, position])).toEqual([
        [second.id, 0],
        [first.id, 1],
      ]);
      expect(await listed(shop.reader())).toEqual(['d 0', 'c 1', 'a 0', 'b 1', 'y 0', 'x 1']);
      await arrange(shop, [first, b, y, c]);
      expect(await listed(shop.reader())).toEqual(['b 0', 'y 1', 'c 2', 'a 3', 'd 0', 'x 0']);
      await arrange(shop, [null, a, b], [second, x], [first]);
      expect(await listed(shop.reader())).toEqual(['x 0', 'd 1', 'y 0', 'c 1', 'a 0', 'b 1']);
      expect(await sectionsOf(shop.reader())).toEqual([
        { ...second, position: 0 },
        { ...first, position: 1 },
      ]);
    });

    it('by codes as well, and all at once', async () => {
      const { shop, first, second } = await stocked();
      await shop.change((w) =>
        arrangeFeatures(w, {
          sections: [
            { sectionId: second.code, featureIds: ['y', 'a', 'c'] },
            { sectionId: first.code, featureIds: ['d', 'x'] },
          ],
        }),
      );
      expect(await listed(shop.reader())).toEqual(['y 0', 'a 1', 'c 2', 'd 0', 'x 1', 'b 2']);
    });

    it('so that only features that change their section have changed', async () => {
      const { shop, first, second, a, b, c, d } = await stocked();
      const later = '2100-01-01T00:00:00.000Z';
      await shop.changeAt(later, (w) =>
        arrangeFeatures(w, {
          sections: [
            { sectionId: second.id, featureIds: [d.id, a.id] },
            { sectionId: first.id, featureIds: [] },
          ],
        }),
      );
      const reader = shop.reader();
      expect(await getFeature(reader, d.id)).toEqual({ ...d, sectionPosition: 0, position: 0 });
      expect(await getFeature(reader, c.id)).toEqual({ ...c, sectionPosition: 0, position: 2 });
      expect(await getFeature(reader, b.id)).toEqual({ ...b, sectionPosition: 1, position: 0 });
      expect(await getFeature(reader, a.id)).toEqual({
        ...a,
        sectionId: second.id,
        sectionPosition: 0,
        position: 1,
        updatedAt: later,
        revision: 2,
      });
    });

    it('only where each is named once', async () => {
      const { shop, first, second, a } = await stocked();
      const refuses = (sections: ArrangeFeaturesInput['sections'], code: string, param: string) =>
        shop.refuses((w) => arrangeFeatures(w, { sections }), { code, param });
      const here = { sectionId: first.id, featureIds: [a.id] };
      const invalid = 'validation_error';
      await refuses([here, { ...here, featureIds: [] }], invalid, 'sections.1.sectionId');
      await refuses(
        [here, { sectionId: first.code, featureIds: [] }],
        invalid,
        'sections.1.sectionId',
      );
      await refuses(
        [here, { sectionId: second.id, featureIds: ['c', a.code] }],
        invalid,
        'sections.1.featureIds.1',
      );
      await refuses([{ featureIds: [] }], invalid, 'sections.0.featureIds');
      await refuses(
        [here, { featureIds: ['none'] }],
        'feature_not_found',
        'sections.1.featureIds.0',
      );
      const gone = await shop.feature();
      await shop.change((w) => deleteFeature(w, gone.id));
      await refuses([{ featureIds: [gone.id] }], 'feature_not_found', 'sections.0.featureIds.0');
      const { id } = await (await newCatalogue(world())).feature();
      await refuses([{ featureIds: [id] }], 'feature_not_found', 'sections.0.featureIds.0');
      expect(await listed(shop.reader())).toEqual(['a 0', 'b 1', 'c 0', 'd 1', 'x 0', 'y 1']);
    });
  });

  it('exist for the public with a feature that it sees', async () => {
    const { shop, first, second, a, c } = await stocked();
    const plan = await shop.plan({ isPublic: false });
    await shop.attach(plan, c);
    const seen = async () => {
      const reader = shop.reader('public');
      const sections = await sectionsOf(reader);
      expect(await countFeatureSections(reader)).toBe(sections.length);
      for (const section of [first, second]) {
        const isSeen = sections.some(({ id }) => id === section.id);
        const found = requireFeatureSection(reader, section.id);
        if (isSeen) expect(await found).toEqual({ ...section, revision: null });
        else await expect(found).rejects.toMatchObject({ code: 'feature_section_not_found' });
        const { items } = await listFeaturesOfSection(new Loaders(reader), section.id, {});
        expect(items.length > 0).toBe(isSeen);
      }
      return sections.map(({ id }) => id);
    };
    expect(await seen()).toEqual([]);
    await shop.change((w) => setPlanVisibility(w, plan.id, { isPublic: true }));
    expect(await seen()).toEqual([second.id]);
    const other = await shop.plan();
    await shop.attach(other, a);
    expect(await seen()).toEqual([first.id, second.id]);
    await shop.change((w) => deletePlan(w, plan.id));
    expect(await seen()).toEqual([first.id]);
  });
});
