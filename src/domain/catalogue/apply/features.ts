import { isSame } from '../../../db/write/change-list.ts';
import {
  CreateFeatureInput,
  createFeature,
  deleteFeature,
  UpdateFeatureInput,
  updateFeature,
} from '../../feature.ts';
import { SetFeatureLimitsInput, setFeatureLimits } from '../../feature-limit.ts';
import {
  ArrangeFeaturesInput,
  arrangeFeatures,
  CreateFeatureSectionInput,
  createFeatureSection,
  deleteFeatureSection,
  UpdateFeatureSectionInput,
  updateFeatureSection,
} from '../../feature-section.ts';
import type { Writer } from '../../operation.ts';
import type { Catalogue, CatalogueFeature, CatalogueFeatureLimit } from '../document.ts';
import { none } from '../level.ts';
import { at, checked } from './refusal.ts';

/** Sections and features. What they are called and what type they have is checked before. */

const limitsOf = (
  limits: ReadonlyMap<string, CatalogueFeatureLimit> = none,
): SetFeatureLimitsInput =>
  checked(SetFeatureLimitsInput, {
    limits: [...limits].map(([code, { name = '', per, ...limit }]) => ({
      code,
      name,
      ...limit,
      perFeatureId: per,
    })),
  });

export const writeSections = async (
  writer: Writer,
  { sections: before = none }: Catalogue,
  { sections: after = none }: Catalogue,
): Promise<void> => {
  for (const [code, { name = '' }] of after)
    await at(`sections.${code}`, async () => {
      const earlier = before.get(code);
      if (!earlier)
        await createFeatureSection(writer, checked(CreateFeatureSectionInput, { code, name }));
      else if (earlier.name !== name)
        await updateFeatureSection(writer, code, checked(UpdateFeatureSectionInput, { name }));
    });
};

const hasChanged = (before: CatalogueFeature, after: CatalogueFeature): boolean =>
  (['name', 'description', 'unitName', 'unitNamePlural', 'section'] as const).some(
    (name) => before[name] !== after[name],
  );

/** Features with their limits. */
export const writeFeatures = async (
  writer: Writer,
  { features: before = none }: Catalogue,
  { features: after = none }: Catalogue,
): Promise<void> => {
  for (const [code, feature] of after)
    await at(`features.${code}`, async () => {
      const { name = '', type = 'boolean', description, unitName, unitNamePlural } = feature;
      const earlier = before.get(code);
      const texts = { description, unitName, unitNamePlural };
      if (!earlier)
        await createFeature(
          writer,
          checked(CreateFeatureInput, { code, name, type, ...texts, sectionId: feature.section }),
        );
      else if (hasChanged(earlier, feature))
        await updateFeature(
          writer,
          code,
          checked(UpdateFeatureInput, {
            name,
            description: description ?? null,
            unitName: unitName ?? null,
            unitNamePlural: unitNamePlural ?? null,
            sectionId: feature.section ?? null,
          }),
        );
    });
  for (const [code, { limits }] of after)
    await at(`features.${code}.limits`, async () => {
      const staying = stayingLimits(before.get(code), limits);
      if (!isSameMap(staying, limits)) await setFeatureLimits(writer, code, limitsOf(limits));
    });
};

const stayingLimits = (
  { limits: before = none }: CatalogueFeature = {},
  after: ReadonlyMap<string, unknown> = none,
): ReadonlyMap<string, CatalogueFeatureLimit> =>
  new Map([...before].filter(([code]) => after.has(code)));

/** The same objects in the same order. */
export const isSameMap = (
  one: ReadonlyMap<string, unknown> = none,
  other: ReadonlyMap<string, unknown> = none,
): boolean => isSame([...one], [...other]);

/** What no plan uses any more. */
export const removeFeatures = async (
  writer: Writer,
  before: Catalogue,
  after: Catalogue,
): Promise<void> => {
  const isGone = (code: string | undefined) => code !== undefined && !after.features?.has(code);
  for (const [code, feature] of before.features ?? none) {
    // What is counted per a feature that goes is counted per another, or goes as well.
    const staying = new Map(
      [...stayingLimits(feature, after.features?.get(code)?.limits)].map(([limit, definition]) => [
        limit,
        isGone(definition.per) ? { ...definition, per: undefined } : definition,
      ]),
    );
    if (!isSameMap(feature.limits, staying))
      await at(`features.${code}.limits`, () => setFeatureLimits(writer, code, limitsOf(staying)));
  }
  for (const code of before.features?.keys() ?? [])
    if (!after.features?.has(code)) await at(`features.${code}`, () => deleteFeature(writer, code));
};

export const removeSections = async (
  writer: Writer,
  before: Catalogue,
  after: Catalogue,
): Promise<void> => {
  for (const code of before.sections?.keys() ?? [])
    if (!after.sections?.has(code))
      await at(`sections.${code}`, () => deleteFeatureSection(writer, code));
};

/** Puts sections and features in their order. */
export const arrange = async (writer: Writer, after: Catalogue): Promise<void> => {
  const { sections = none, features = none } = after;
  const inSection = (section: string | undefined) =>
    [...features].filter(([, feature]) => feature.section === section).map(([code]) => code);
  const loose = inSection(undefined);
  await at('features', () =>
    arrangeFeatures(
      writer,
      checked(ArrangeFeaturesInput, {
        sections: [
          ...[...sections.keys()].map((code) => ({ sectionId: code, featureIds: inSection(code) })),
          ...(loose.length > 0 ? [{ featureIds: loose }] : []),
        ],
      }),
    ),
  );
};
