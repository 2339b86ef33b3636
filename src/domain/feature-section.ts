import { z } from 'zod';
import type { Loaders } from '../db/read/loaders.ts';
import { byPlace } from '../db/records/feature.ts';
import {
  numberSections,
  type PlacedFeature,
  type Placing,
  placedFeatures,
  placeFeatures,
} from '../db/records/feature-order.ts';
import {
  bySectionPosition,
  countFeatureSections as count,
  countFeaturesOfSection as countFeatures,
  deleteFeatureSectionRow,
  featuresOfSection,
  findFeatureSection,
  insertFeatureSection,
  listFeatureSections as list,
  saveFeatureSection,
  storedFeatureSections,
} from '../db/records/feature-section.ts';
import type { Feature, FeatureSection } from '../db/tables.ts';
import { ConflictError, invalid, NotFoundError } from '../errors.ts';
import type { MaybePromise } from '../maybe-promise.ts';
import { codeFor } from './codes.ts';
import * as fields from './fields.ts';
import { refuseGrowth } from './maxima.ts';
import { operationOn, type Reader } from './operation.ts';
import { type Page, type PageRequest, page } from './page.ts';
import type { DeletedObject } from './plan.ts';

export type { FeatureSection };

/** By id, else by code. */
export const requireFeatureSection = async (
  reader: Reader,
  idOrCode: string,
  param = 'sectionId',
): Promise<FeatureSection> => {
  const section = await findFeatureSection(reader, idOrCode);
  if (!section) throw new NotFoundError('feature_section_not_found', param);
  return section;
};

/** In their order. */
export const listFeatureSections = (
  reader: Reader,
  request: PageRequest,
): MaybePromise<Page<FeatureSection>> =>
  page(request, {
    list: 'feature-sections',
    sortKey: bySectionPosition,
    fetch: (spec) => list(reader, spec),
  });

export const countFeatureSections = (reader: Reader): Promise<number> => count(reader);

/** The features of a section, in its order. */
export const listFeaturesOfSection = (
  loaders: Loaders,
  sectionId: string,
  request: PageRequest,
): MaybePromise<Page<Feature>> =>
  page(request, {
    list: 'featuresOfSection',
    sortKey: byPlace,
    fetch: (spec) => loaders.loadPage(featuresOfSection, sectionId, spec),
  });

export const countFeaturesOfSection = (reader: Reader, sectionId: string): Promise<number> =>
  countFeatures(reader, sectionId);

export const CreateFeatureSectionInput = z.object({
  name: fields.name,
  code: fields
    .codeOf('featureSection')
    .nullish()
    .describe('Stable identifier, final: like codes of features; made from the name when omitted.'),
});
export type CreateFeatureSectionInput = z.infer<typeof CreateFeatureSectionInput>;

export const createFeatureSection = operationOn(
  'createFeatureSection',
  [CreateFeatureSectionInput],
  async (writer, input): Promise<FeatureSection> => {
    const name = input.name.trim();
    const sections = await storedFeatureSections(writer);
    const taken = new Set(sections.map(({ code }) => code));
    if (typeof input.code === 'string' && taken.has(input.code))
      throw new ConflictError('duplicate', `A section with the code ${input.code} exists.`, 'code');
    const { length } = sections;
    refuseGrowth('sectionsOfCatalogue', length, length + 1, 'name');
    const section: FeatureSection = {
      id: writer.newId('featureSection'),
      code:
        input.code ??
        (await codeFor(name, {
          noun: 'featureSection',
          word: 'section',
          takenLike: async () => taken,
        })),
      name,
      position: length,
      createdAt: writer.now,
      updatedAt: writer.now,
      revision: 1,
    };
    writer.about(section.id);
    await insertFeatureSection(writer, section);
    return section;
  },
);

export const UpdateFeatureSectionInput = z.object({ name: fields.name });
export type UpdateFeatureSectionInput = z.infer<typeof UpdateFeatureSectionInput>;

export const updateFeatureSection = operationOn(
  'updateFeatureSection',
  [fields.sectionId, UpdateFeatureSectionInput],
  async (writer, sectionId, { name }): Promise<FeatureSection> => {
    const before = await requireFeatureSection(writer, sectionId);
    writer.about(before.id);
    return saveFeatureSection(writer, { ...before, name: name.trim() });
  },
);

export interface DeletedFeatureSection extends DeletedObject {
  /** The features that were in it. */
  featureIds: string[];
}

/** Its features stay: they go to the end of those without a section, in their order. */
export const deleteFeatureSection = operationOn(
  'deleteFeatureSection',
  [fields.sectionId],
  async (writer, sectionId): Promise<DeletedFeatureSection> => {
    const { id } = await requireFeatureSection(writer, sectionId);
    const features = await placedFeatures(writer);
    const loose = features.filter((feature) => feature.sectionId === null);
    const freed = features.filter((feature) => feature.sectionId === id);
    writer.about(id);
    await placeFeatures(
      writer,
      [...loose, ...freed].map((feature) => ({ feature, section: null })),
    );
    await deleteFeatureSectionRow(writer, id);
    await numberSections(writer, await storedFeatureSections(writer));
    return { id, featureIds: freed.map((feature) => feature.id) };
  },
);

/** How many features one arrangement may name. */
const MOST_FEATURES = 2_000;

export const ArrangedSectionInput = z.object({
  sectionId: fields.sectionId
    .nullish()
    .describe('Id or code of a section; null or omitted for the features without a section.'),
  featureIds: fields
    .list(fields.featureId, MOST_FEATURES)
    .describe(
      'Ids or codes of the features that come first in it, in this order. A feature of another ' +
        'section moves here.',
    ),
});

export const ArrangeFeaturesInput = z.object({
  sections: fields
    .list(ArrangedSectionInput, 101)
    .min(1, 'must not be empty')
    .refine(
      (sections) =>
        sections.reduce((sum, { featureIds }) => sum + featureIds.length, 0) <= MOST_FEATURES,
      `must name at most ${MOST_FEATURES} features`,
    )
    .describe(
      'The sections that come first, in this order, at most 100, each with its features; and the ' +
        'features without a section, which always come last. Together they name at most 2000 ' +
        'features.',
    ),
});
export type ArrangeFeaturesInput = z.infer<typeof ArrangeFeaturesInput>;

const byId = <Item extends { id: string }>(items: readonly Item[]) =>
  new Map(items.map((item) => [item.id, item]));

/** What an arrangement names: each section and each feature once. */
const readArrangement = (
  input: ArrangeFeaturesInput,
  sections: ReadonlyMap<string, FeatureSection>,
  features: ReadonlyMap<string, PlacedFeature>,
): Map<FeatureSection | null, PlacedFeature[]> => {
  const named = new Map<FeatureSection | null, PlacedFeature[]>();
  const known = new Set<PlacedFeature>();
  for (const [index, { sectionId, featureIds }] of input.sections.entries()) {
    const place = `sections.${index}`;
    const section = sectionId == null ? null : sections.get(sectionId);
    if (section === undefined)
      throw new NotFoundError('feature_section_not_found', `${place}.sectionId`);
    if (named.has(section)) throw invalid(`${place}.sectionId`, 'is named twice');
    const listed = featureIds.map((id, number) => {
      const param = `${place}.featureIds.${number}`;
      const feature = features.get(id);
      if (!feature) throw new NotFoundError('feature_not_found', param);
      if (known.has(feature)) throw invalid(param, 'is named twice');
      known.add(feature);
      return feature;
    });
    named.set(section, listed);
  }
  return named;
};

/** All sections in the order of the features. */
export interface FeatureArrangement {
  sections: FeatureSection[];
}

/** What is not named follows in its old order: sections, and features in the section they are in. */
export const arrangeFeatures = operationOn(
  'arrangeFeatures',
  [ArrangeFeaturesInput],
  async (writer, input): Promise<FeatureArrangement> => {
    const before = await storedFeatureSections(writer);
    const features = await placedFeatures(writer);
    const named = readArrangement(input, byId(before), byId(features));
    const first = [...named].flatMap(([section, [feature]]) => section ?? feature ?? []);
    if (!first[0]) throw invalid('sections.0.featureIds', 'must not be empty without a section');
    writer.about(first[0].id);

    const listed = [...named.keys()].filter((section) => section !== null);
    const rest = before.filter((section) => !named.has(section));
    const sections = await numberSections(writer, [...listed, ...rest]);
    const places = new Set([...named.values()].flat());
    const placings = [...sections, null].flatMap((section): Placing[] => {
      const key = section && (before.find(({ id }) => id === section.id) ?? null);
      const staying = features.filter(
        (feature) => feature.sectionId === (section?.id ?? null) && !places.has(feature),
      );
      return [...(named.get(key) ?? []), ...staying].map((feature) => ({ feature, section }));
    });
    await placeFeatures(writer, placings);
    return { sections };
  },
);
