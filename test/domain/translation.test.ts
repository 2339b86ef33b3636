import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { findPlan } from '../../src/db/records/plan.ts';
import { translation } from '../../src/db/tables.ts';
import { listAuditLog } from '../../src/domain/audit-log.ts';
import { deleteFeature, getFeature } from '../../src/domain/feature.ts';
import { deleteFeatureSection } from '../../src/domain/feature-section.ts';
import { deletePlan } from '../../src/domain/plan.ts';
import { removePlanFeature } from '../../src/domain/plan-feature.ts';
import { deletePlanGroup, getPlanGroup } from '../../src/domain/plan-group.ts';
import {
  translationsOfFeature,
  translationsOfGroup,
  translationsOfPlan,
  translationsOfPlanFeatures,
  translationsOfSection,
} from '../../src/domain/relations.ts';
import {
  type LocalizedTexts,
  localized,
  SetTranslationInput,
  setTranslation,
  translatedAt,
} from '../../src/domain/translation.ts';
import { bothModes, keepsInvariants, newCatalogue } from '../catalogue.ts';
import { onEveryEngine } from '../engines.ts';
import { bad, expectRefusals } from '../refusals.ts';

const noTexts = {
  name: null,
  description: null,
  tagline: null,
  badge: null,
  callToActionLabel: null,
  displayValue: null,
  unitName: null,
  unitNamePlural: null,
};

describe('the texts of an object in a locale', () => {
  const object: LocalizedTexts = {
    ...noTexts,
    name: 'Team',
    description: 'For teams',
    badge: 'New',
  };
  const translated = (locale: string, texts: Partial<LocalizedTexts>) => ({
    objectId: 'pln_1',
    locale,
    ...noTexts,
    ...texts,
  });

  it('are its own where nothing is translated', () => {
    expect(localized(object, [], 'pt-BR')).toEqual(object);
  });

  it.each([
    ['pt-BR', { name: 'Equipe', description: 'Para equipas', badge: 'Novo', tagline: 'Sim' }],
    ['pt', { name: 'Equipa', description: 'Para equipas', badge: 'Novo' }],
    ['pt-PT', { name: 'Equipa', description: 'Para equipas', badge: 'Novo' }],
    ['de-AT', { description: '' }],
    ['en', {}],
    ['p', {}],
    ['zh-Hant-TW', { name: '團隊' }],
    ['zh-TW', {}],
  ])('fall back one by one: %s', (locale, texts) => {
    const translations = [
      translated('de', { description: '' }),
      translated('pt', { name: 'Equipa', description: 'Para equipas', badge: 'Novo' }),
      translated('pt-BR', { name: 'Equipe', tagline: 'Sim' }),
      translated('zh-Hant', { name: '團隊' }),
    ];
    expect(localized(object, translations, locale)).toEqual({ ...object, ...texts });
  });

  it.each<[string, [string, string | null]]>([
    ['en', ['seat', 'seats']],
    ['de', ['Platz', 'Plätze']],
    ['de-AT', ['Sitzplatz', null]],
    ['fr', ['place', null]],
    ['fr-CA', ['siège', 'sièges']],
    ['fr-CH', ['place', null]],
    ['es', ['seat', 'seats']],
  ])('name a unit in one language, with its plural: %s', (locale, unit) => {
    const translations = [
      translated('de', { unitName: 'Platz', unitNamePlural: 'Plätze' }),
      translated('de-AT', { unitName: 'Sitzplatz' }),
      translated('es', { name: 'Asientos' }),
      translated('fr', { unitName: 'place' }),
      translated('fr-CA', { unitName: 'siège', unitNamePlural: 'sièges' }),
      translated('fr-CH', { name: 'Places' }),
    ];
    const stored = { ...object, unitName: 'seat', unitNamePlural: 'seats' };
    const { unitName, unitNamePlural } = localized(stored, translations, locale);
    expect([unitName, unitNamePlural]).toEqual(unit);
  });
});

it('the input has the limits of the originals', () => {
  expectRefusals(
    SetTranslationInput,
    { name: 'Equipe', description: 'Para equipes' },
    {
      name: bad.names,
      description: bad.descriptions,
      tagline: bad.names,
      badge: bad.names,
      callToActionLabel: bad.names,
      displayValue: bad.names,
      unitName: bad.names,
      unitNamePlural: bad.names,
    },
  );
});

onEveryEngine('translations', (world) => {
  keepsInvariants(world);

  const open = async () => {
    const shop = await newCatalogue(world());
    const group = await shop.group();
    const plan = await shop.plan({ planGroupId: group.id });
    const feature = await shop.feature();
    const translate = (objectId: string, locale: string, input: SetTranslationInput) =>
      shop.change((w) => setTranslation(w, objectId, locale, input));
    const rows = async () =>
      (await shop.rows('translation')).map(({ object_id, locale, name, description }) => ({
        object_id,
        locale,
        name,
        description,
      }));
    return { shop, group, plan, feature, translate, rows };
  };

  it('are set text by text: what is left out stays, null removes', async () => {
    const { plan, translate, rows } = await open();
    const stored = { object_id: plan.id, locale: 'de' };
    const first = await translate(plan.id, 'de', { name: ' Mannschaft ' });
    expect(first).toMatchObject({ locale: 'de', name: 'Mannschaft', description: null });
    await translate(plan.id, 'de', { description: 'Für alle' });
    expect(await rows()).toEqual([{ ...stored, name: 'Mannschaft', description: 'Für alle' }]);
    await translate(plan.id, 'de', { name: null });
    expect(await rows()).toEqual([{ ...stored, name: null, description: 'Für alle' }]);
    const last = await translate(plan.id, 'de', { name: null, description: null });
    expect(last).toMatchObject({ name: null, description: null });
    expect(await rows()).toEqual([]);
    await translate(plan.id, 'de', { name: null });
    expect(await rows()).toEqual([]);
  });

  it('name units of features, and a plural goes with its name', async () => {
    const { shop, feature, translate } = await open();
    const rows = async () =>
      (await shop.rows('translation')).map((row) => [row.unit_name, row.unit_name_plural]);
    const set = (unitName?: string | null, unitNamePlural?: string | null) =>
      translate(feature.id, 'de', { unitName, unitNamePlural });
    const alone = { code: 'validation_error', param: 'unitNamePlural' };
    await shop.refuses(
      (w) => setTranslation(w, feature.id, 'de', { unitNamePlural: 'Plätze' }),
      alone,
    );
    expect(await set(' Platz ', ' Plätze ')).toMatchObject({
      unitName: 'Platz',
      unitNamePlural: 'Plätze',
    });
    await translate(feature.id, 'de', { name: 'Plätze' });
    await set(' Platz ');
    expect(await rows()).toEqual([['Platz', 'Plätze']]);
    expect(await set('Sitz')).toMatchObject({ unitName: 'Sitz', unitNamePlural: null });
    expect(await rows()).toEqual([['Sitz', null]]);
    await set(undefined, 'Sitze');
    expect(await rows()).toEqual([['Sitz', 'Sitze']]);
    await set(undefined, null);
    expect(await rows()).toEqual([['Sitz', null]]);
    await set(undefined, 'Sitze');
    await shop.refuses(
      (w) => setTranslation(w, feature.id, 'de', { unitName: null, unitNamePlural: 'Sitze' }),
      alone,
    );
    await set(null);
    expect(await rows()).toEqual([[null, null]]);
    await translate(feature.id, 'de', { name: null });
    expect(await rows()).toEqual([]);
    // Nothing but the unit may be translated.
    await translate(feature.id, 'fr', { unitName: 'place' });
    expect(await rows()).toEqual([['place', null]]);
    expect((await getFeature(shop.reader(), feature.id)).unitName).toBe(feature.unitName);
  });

  it('move the object that they are of, and nothing else', async () => {
    const { shop, group, plan, feature } = await open();
    await shop.attach(plan, feature);
    const states = async () => ({
      plan: await findPlan(shop.reader(), plan.id),
      feature: await getFeature(shop.reader(), feature.id),
      planGroup: await getPlanGroup(shop.reader(), group.id),
    });
    for (const [noun, id] of [
      ['plan', plan.id],
      ['feature', feature.id],
      ['planGroup', group.id],
    ] as const) {
      const before = await states();
      const at = '2027-01-01T00:00:00.000Z';
      const { object } = await shop.changeAt(at, (w) =>
        setTranslation(w, id, 'de', { name: 'Neu' }),
      );
      const moved = { ...before[noun], revision: (before[noun]?.revision ?? 0) + 1, updatedAt: at };
      expect(object).toEqual(moved);
      expect(await states()).toEqual({ ...before, [noun]: moved });
      // Each operation counts, like an update of the object that leaves it as it was.
      await shop.changeAt(at, (w) => setTranslation(w, id, 'de', { name: 'Neu' }));
      const again = { ...moved, revision: moved.revision + 1 };
      expect(await states()).toEqual({ ...before, [noun]: again });
    }
  });

  it('show the public that the object has changed', async () => {
    const { shop, plan } = await open();
    const at = '2027-01-01T00:00:00.000Z';
    await shop.changeAt(at, (w) => setTranslation(w, plan.id, 'de', { name: 'Neu' }));
    expect(await findPlan(shop.reader('public'), plan.id)).toMatchObject({ updatedAt: at });
  });

  it('are of a live plan, feature or group', async () => {
    const { shop, plan, feature, group, translate } = await open();
    const price = await shop.price(plan);
    const named = await shop.feature({ code: 'ftr_code' });
    const [other] = await bothModes(world());
    const foreign = await other.plan();
    const gone = await shop.plan();
    await shop.change((w) => deletePlan(w, gone.id));
    for (const [objectId, code] of [
      [gone.id, 'plan_not_found'],
      [foreign.id, 'plan_not_found'],
      ['pln_none', 'plan_not_found'],
      ['ftr_none', 'feature_not_found'],
      [named.code, 'feature_not_found'],
      ['plg_none', 'plan_group_not_found'],
      [price.id, 'not_found'],
      [feature.code, 'not_found'],
      ['', 'not_found'],
    ])
      await shop.refuses((w) => setTranslation(w, String(objectId), 'de', { name: 'Neu' }), {
        code: String(code),
        param: 'objectId',
      });
    for (const { id } of [plan, feature, group])
      expect(await translate(id, 'de', { name: 'Neu' })).toMatchObject({ objectId: id });
  });

  it('depend on the revision that their author has seen', async () => {
    const { shop, plan, feature, group } = await open();
    for (const { id } of [plan, feature, group]) {
      const write = (expected: number) =>
        shop.change((w) => setTranslation(w, id, 'de', { name: `Neu ${expected}` }), {
          guard: translatedAt(expected, id),
        });
      await write(id === group.id ? 2 : 1);
      await expect(write(1)).rejects.toMatchObject({ code: 'revision_mismatch' });
    }
  });

  it('are in 50 locales at most', async () => {
    const { shop, plan, translate, rows } = await open();
    const letter = (n: number) => String.fromCharCode(97 + (n % 26));
    const locales = Array.from({ length: 50 }, (_, n) => `x${letter(n)}${n < 26 ? '' : '-DE'}`);
    for (const locale of locales) await translate(plan.id, locale, { name: 'Neu' });
    await shop.refuses((w) => setTranslation(w, plan.id, 'de', { name: 'Neu' }), {
      code: 'validation_error',
      param: 'locale',
    });
    await translate(plan.id, 'xa', { name: 'Anders' });
    await translate(plan.id, 'de', { name: null });
    await translate(plan.id, 'xa', { name: null });
    await translate(plan.id, 'de', { name: 'Neu' });
    expect(await rows()).toHaveLength(50);
  });

  it('are found in order by what they are of, in its tenant only', async () => {
    const { shop, plan, feature, group, translate } = await open();
    const stranger = await newCatalogue(world());
    const lookups = [
      [translationsOfPlan, plan.id],
      [translationsOfFeature, feature.id],
      [translationsOfGroup, group.id],
    ] as const;
    for (const [lookup, id] of lookups) {
      for (const locale of ['pt', 'de', 'pt-BR']) await translate(id, locale, { name: locale });
      const [found] = await lookup.read(shop.reader(), [id]);
      expect(found?.map(({ locale }) => locale)).toEqual(['de', 'pt', 'pt-BR']);
      expect(await lookup.read(stranger.reader(), [id])).toEqual([[]]);
    }
    for (const [lookup] of lookups)
      for (const [other, id] of lookups) {
        const [found] = await lookup.read(shop.reader(), [id]);
        expect(found).toHaveLength(lookup === other ? 3 : 0);
      }
  });

  it('are shown to the public with what they are of', async () => {
    const { shop, translate } = await open();
    const group = await shop.group({ isPublic: false });
    const plan = await shop.plan({ isPublic: false });
    const feature = await shop.feature();
    await shop.attach(plan, feature);
    for (const [lookup, id] of [
      [translationsOfPlan, plan.id],
      [translationsOfFeature, feature.id],
      [translationsOfGroup, group.id],
    ] as const) {
      await translate(id, 'de', { name: 'Geheim' });
      expect(await lookup.read(shop.reader('public'), [id])).toEqual([[]]);
      expect((await lookup.read(shop.reader(), [id])).flat()).toHaveLength(1);
    }
  });

  it('go with their object, and the audit entry has them', async () => {
    const { shop, plan, feature, group, translate } = await open();
    const deletions = [
      [plan.id, (id: string) => shop.change((w) => deletePlan(w, id))],
      [feature.id, (id: string) => shop.change((w) => deleteFeature(w, id))],
      [group.id, (id: string) => shop.change((w) => deletePlanGroup(w, id))],
    ] as const;
    for (const [id, remove] of deletions) {
      await translate(id, 'de', { name: 'Neu' });
      await translate(id, 'fr', { description: 'Pour tous' });
      await remove(id);
      const [entry] = (await listAuditLog(shop.reader(), { objectId: id }, {})).items;
      const gone = entry?.changes.filter(({ type }) => type === 'Translation');
      expect(gone).toMatchObject([
        { objectId: `${id}_de`, before: { name: 'Neu', description: null }, after: null },
        { objectId: `${id}_fr`, before: { name: null }, after: null },
      ]);
      const rows = await shop.rows('translation');
      expect(rows.filter(({ object_id }) => object_id === id)).toEqual([]);
    }
  });

  it('are put back by the audit entry alone', async () => {
    const { shop, plan, feature, group, translate } = await open();
    const images = async () =>
      new Map(
        (await shop.rows('translation')).map((row) => {
          const image = translation.image(row);
          return [`${image.objectId}_${image.locale}`, image];
        }),
      );
    const inputs = [
      { name: 'Neu' },
      { description: 'Alle' },
      { name: null },
      { description: null },
    ];
    for (const { id } of [plan, feature, group])
      for (const input of inputs) {
        const before = await images();
        await translate(id, 'de', input);
        const [entry] = (await listAuditLog(shop.reader(), { objectId: `${id}_de` }, {})).items;
        expect(entry).toMatchObject({ operation: 'setTranslation', objectId: id });
        const restored: Map<string, unknown> = await images();
        for (const change of entry?.changes.filter(({ type }) => type === 'Translation') ?? [])
          if (change.before === null) restored.delete(change.objectId);
          else
            restored.set(
              change.objectId,
              Object.assign({}, restored.get(change.objectId), change.before),
            );
        expect(await images()).not.toEqual(before);
        expect(restored).toEqual(before);
      }
  });

  describe('of sections and of features of plans', () => {
    const stock = async () => {
      const { shop, plan, translate } = await open();
      const section = await shop.section();
      const feature = await shop.feature({ sectionId: section.id });
      const link = await shop.attach(plan, feature, { displayValue: 'Email' });
      const textsOfLinks = async (audience?: 'public') => {
        const [found] = await translationsOfPlanFeatures.read(shop.reader(audience), [plan.id]);
        return found?.map(({ objectId, displayValue }) => [objectId, displayValue]);
      };
      return { shop, plan, section, feature, link, translate, textsOfLinks };
    };

    it('are set and read', async () => {
      const { shop, section, link, translate, textsOfLinks } = await stock();
      expect(await translate(section.id, 'de', { name: ' Hilfe ' })).toMatchObject({
        name: 'Hilfe',
        object: { id: section.id },
      });
      const [ofSection] = await translationsOfSection.read(shop.reader(), [section.id]);
      expect(ofSection).toMatchObject([{ objectId: section.id, locale: 'de', name: 'Hilfe' }]);
      await translate(link.id, 'de', { displayValue: ' E-Mail ' });
      expect(await textsOfLinks()).toEqual([[link.id, 'E-Mail']]);
      expect(await textsOfLinks('public')).toEqual([[link.id, 'E-Mail']]);
    });

    it('move what they are of, and the plan of a feature', async () => {
      const { shop, plan, section, feature, link, translate } = await stock();
      const revisions = async () => {
        const numbers: Record<string, number> = {};
        for (const table of ['plan', 'feature', 'feature_section', 'plan_feature'] as const)
          for (const { id, revision } of await shop.rows(table)) numbers[id ?? ''] = revision;
        return numbers;
      };
      const before = await revisions();
      const next = (id: string) => (before[id] ?? 0) + 1;
      await translate(section.id, 'de', { name: 'Hilfe' });
      expect(await revisions()).toEqual({ ...before, [section.id]: next(section.id) });
      await translate(link.id, 'de', { displayValue: 'E-Mail' });
      expect(await revisions()).toEqual({
        ...before,
        [section.id]: next(section.id),
        [link.id]: next(link.id),
        [plan.id]: next(plan.id),
      });
      expect(before).toHaveProperty(feature.id);
    });

    it('are texts that the object has', async () => {
      const { shop, plan, section, feature, link } = await stock();
      const all = {
        name: 'Neu',
        description: 'Neu',
        tagline: 'Neu',
        badge: 'Neu',
        callToActionLabel: 'Neu',
        displayValue: 'Neu',
        unitName: 'Neu',
        unitNamePlural: 'Neue',
      };
      for (const [{ id }, ...own] of [
        [plan, 'name', 'description', 'tagline', 'badge', 'callToActionLabel'],
        [feature, 'name', 'description', 'unitName', 'unitNamePlural'],
        [section, 'name'],
        [link, 'displayValue'],
      ] as const)
        for (const [name, text] of Object.entries(all)) {
          if (own.some((each) => each === name))
            expect(
              await shop.change((w) => setTranslation(w, id, 'de', { [name]: text })),
            ).toMatchObject({ [name]: text });
          else
            await shop.refuses((w) => setTranslation(w, id, 'de', { [name]: text }), {
              code: 'validation_error',
              param: name,
            });
          // There is nothing to remove.
          await shop.change((w) => setTranslation(w, id, 'fr', { [name]: null }));
        }
    });

    it('are of what is there', async () => {
      const { shop, plan, section, link } = await stock();
      await shop.change((w) => deletePlan(w, plan.id));
      for (const [objectId, code] of [
        [link.id, 'feature_not_found'],
        ['plf_none', 'feature_not_found'],
        [section.code, 'not_found'],
        ['fse_none', 'feature_section_not_found'],
      ] as const)
        await shop.refuses((w) => setTranslation(w, objectId, 'de', { name: 'Neu' }), {
          code,
          param: 'objectId',
        });
    });

    it('go with what they are of, and the audit entry has them', async () => {
      const { shop, plan, section, feature, link, translate } = await stock();
      const other = await shop.attach(plan, await shop.feature());
      await translate(section.id, 'de', { name: 'Hilfe' });
      for (const { id } of [link, other]) await translate(id, 'de', { displayValue: 'E-Mail' });
      await translate(plan.id, 'de', { name: 'Neu' });
      const removed = async (work: () => Promise<unknown>) => {
        await work();
        const [entry] = (await listAuditLog(shop.reader(), {}, { first: 1 })).items;
        return entry?.changes
          .filter(({ type, after }) => type === 'Translation' && after === null)
          .map(({ objectId }) => objectId)
          .sort();
      };
      expect(await removed(() => shop.change((w) => deleteFeatureSection(w, section.id)))).toEqual([
        `${section.id}_de`,
      ]);
      expect(
        await removed(() => shop.change((w) => removePlanFeature(w, plan.id, feature.id))),
      ).toEqual([`${link.id}_de`]);
      const again = await shop.attach(plan, feature);
      await translate(again.id, 'de', { displayValue: 'E-Mail' });
      const before = world().statements.length;
      expect(await removed(() => shop.change((w) => deletePlan(w, plan.id)))).toEqual(
        [`${again.id}_de`, `${other.id}_de`, `${plan.id}_de`].sort(),
      );
      const deletions = world()
        .statements.slice(before)
        .filter((text) => /from "?translation/.test(text));
      expect(deletions).toHaveLength(2);
      expect(await shop.rows('translation')).toEqual([]);
    });

    it('depend on the revision that their author has seen', async () => {
      const { shop, section, link } = await stock();
      for (const [{ id }, text] of [
        [section, { name: 'Neu' }],
        [link, { displayValue: 'Neu' }],
      ] as const) {
        const write = (expected: number) =>
          shop.change((w) => setTranslation(w, id, 'de', text), {
            guard: translatedAt(expected, id),
          });
        await write(1);
        await expect(write(1)).rejects.toMatchObject({ code: 'revision_mismatch' });
      }
    });
  });

  it('are never left behind by a group', async () => {
    const { shop, group, translate } = await open();
    await translate(group.id, 'de', { name: 'Neu' });
    await shop.change((w) => deletePlanGroup(w, group.id));
    expect(await shop.rows('translation')).toEqual([]);
    const other = await shop.group();
    await translate(other.id, 'de', { name: 'Neu' });
    await expect(
      sql`delete from plan_group where tenant_id = ${shop.tenant.id} and id = ${other.id}`.execute(
        world().store.engine.writing,
      ),
    ).rejects.toThrow(/foreign key/i);
  });
});
