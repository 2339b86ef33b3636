import { findPlanFeature } from '../../../db/records/plan-feature.ts';
import { isSame } from '../../../db/write/change-list.ts';
import type { Named } from '../../fields.ts';
import type { Writer } from '../../operation.ts';
import { findNamed } from '../../reference.ts';
import { setTranslation, textNames } from '../../translation.ts';
import type { Catalogue, CatalogueTranslation } from '../document.ts';
import { none } from '../level.ts';
import { at } from './refusal.ts';

/** Texts in other languages, of all objects that have some. */

type Translations = ReadonlyMap<string, CatalogueTranslation>;

const writeTexts = async (
  writer: Writer,
  path: string,
  findId: () => Promise<string | undefined>,
  before: Translations = none,
  after: Translations = none,
): Promise<void> => {
  const locales = new Set([...before.keys(), ...after.keys()]);
  let id: string | undefined;
  for (const locale of locales) {
    const earlier = before.get(locale) ?? {};
    const texts = after.get(locale) ?? {};
    if (isSame(earlier, texts)) continue;
    id ??= await findId();
    // What is gone has no texts any more.
    if (id === undefined) return;
    const objectId = id;
    const input = Object.fromEntries(
      textNames
        .filter((name) => earlier[name] !== undefined || texts[name] !== undefined)
        .map((name) => [name, texts[name] ?? null]),
    );
    await at(`${path}.translations.${locale}`, () =>
      setTranslation(writer, objectId, locale, input),
    );
  }
};

const maps = [
  ['sections', 'featureSection'],
  ['features', 'feature'],
  ['plans', 'plan'],
  ['groups', 'planGroup'],
] as const satisfies readonly (readonly [keyof Catalogue, Named])[];

export const writeTranslations = async (
  writer: Writer,
  before: Catalogue,
  after: Catalogue,
): Promise<void> => {
  for (const [name, noun] of maps)
    for (const [code, { translations }] of after[name] ?? none)
      await writeTexts(
        writer,
        `${name}.${code}`,
        async () => (await findNamed(writer, noun, code))?.id,
        before[name]?.get(code)?.translations,
        translations,
      );
  for (const [code, plan] of after.plans ?? none)
    for (const [feature, { translations }] of plan.features ?? none) {
      const findId = async () => {
        const owner = await findNamed(writer, 'plan', code);
        const named = await findNamed(writer, 'feature', feature);
        return owner && named && (await findPlanFeature(writer, owner.id, named.id))?.id;
      };
      const earlier = before.plans?.get(code)?.features?.get(feature)?.translations;
      await writeTexts(writer, `plans.${code}.features.${feature}`, findId, earlier, translations);
    }
};
