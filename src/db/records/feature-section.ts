import { sql } from 'kysely';
import type { MaybePromise } from '../../maybe-promise.ts';
import { nounOf } from '../ids.ts';
import { batch } from '../read/batch.ts';
import { type PageSpec, paginate, type SortKey } from '../read/keyset.ts';
import { PagedRelation } from '../read/loaders.ts';
import { found, record } from '../read/lookup.ts';
import { columns, listed, pageOf } from '../read/nested.ts';
import { queries, type Reader, type Source } from '../read/reader.ts';
import { countedAll } from '../read/slices.ts';
import { type FeatureSection, feature, featureSection } from '../tables.ts';
import { featureSectionRows } from '../write/catalogue.ts';
import { isWriter, type Writer } from '../write/writer.ts';
import { byPlace, liveFeatures } from './feature.ts';

/** Sections; for the public, those with a feature that it sees. */
const sections = (source: Source) =>
  source[queries]
    .selectFrom('feature_section')
    .where('feature_section.tenant_id', '=', source.tenant.id)
    .$if(source.audience === 'public', (all) =>
      all.where((eb) =>
        eb.exists(
          liveFeatures(source)
            .where('feature.section_id', '=', sql.ref<string>('feature_section.id'))
            .select('feature.id'),
        ),
      ),
    );

export const featureSectionById = record(featureSection, sections, { isCached: true });
export const featureSectionByCode = record(featureSection, sections, {
  key: 'code',
  byId: featureSectionById,
});

const findSectionsById = found(featureSectionById);
const findSectionsByCode = found(featureSectionByCode);

/** By id, else by code: an id wins over a code that looks like it. */
export const findFeatureSection = async (
  reader: Reader,
  idOrCode: string,
): Promise<FeatureSection | undefined> => {
  if (isWriter(reader)) return storedFeatureSection(reader, idOrCode);
  const [byId] = await findSectionsById(reader, [idOrCode]);
  return byId ?? (await findSectionsByCode(reader, [idOrCode]))[0];
};

const storedFeatureSection = async (
  writer: Writer,
  idOrCode: string,
): Promise<FeatureSection | undefined> => {
  const byId =
    nounOf(idOrCode) === 'featureSection'
      ? await featureSectionRows.find(writer, idOrCode)
      : undefined;
  const image = byId ?? (await featureSectionRows.select(writer, { code: idOrCode }))[0];
  return image && featureSectionRows.record(image);
};

/** All sections, in their order, to be written. */
export const storedFeatureSections = async (writer: Writer): Promise<FeatureSection[]> =>
  (await featureSectionRows.select(writer, {}, ['position'])).map(featureSectionRows.record);

export const bySectionPosition: SortKey<FeatureSection> = {
  columns: { position: 'int32', id: 'text' },
  of: ({ position, id }) => [position, id],
};

export const listFeatureSections = (
  reader: Reader,
  spec: PageSpec,
): MaybePromise<FeatureSection[]> =>
  listed(
    reader,
    paginate(sections(reader), bySectionPosition, spec),
    columns(reader, featureSection),
  );

export const countFeatureSections = (reader: Reader): Promise<number> =>
  countedAll(reader, sections(reader), bySectionPosition);

/** The features of a section, in its order. */
export const featuresOfSection = new PagedRelation((page) =>
  batch((source, sectionId) =>
    pageOf(
      source,
      'feature',
      liveFeatures(source).where('feature.section_id', '=', sectionId),
      byPlace,
      page,
      columns(source, feature),
    ),
  ),
);

export const countFeaturesOfSection = (reader: Reader, sectionId: string): Promise<number> =>
  countedAll(reader, liveFeatures(reader).where('feature.section_id', '=', sectionId), byPlace);

export const insertFeatureSection = (writer: Writer, added: FeatureSection): Promise<void> =>
  featureSectionRows.insert(writer, [featureSection.fresh(added)]);

export const saveFeatureSection = async (
  writer: Writer,
  section: FeatureSection,
): Promise<FeatureSection> => {
  const [saved] = await featureSectionRows.update(writer, [{ ...section }]);
  return saved ? featureSectionRows.record(saved) : section;
};

export const deleteFeatureSectionRow = async (writer: Writer, id: string): Promise<void> => {
  await featureSectionRows.remove(writer, { id });
};
