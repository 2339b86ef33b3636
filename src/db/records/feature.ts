import { sql } from 'kysely';
import type { MaybePromise } from '../../maybe-promise.ts';
import { foldName } from '../../names.ts';
import { MAX_INT32 } from '../../vocabulary.ts';
import { nounOf } from '../ids.ts';
import { type PageSpec, paginate, type SortKey } from '../read/keyset.ts';
import { found, record } from '../read/lookup.ts';
import { columns, listed } from '../read/nested.ts';
import { queries, type Reader, type Source } from '../read/reader.ts';
import { countedAll } from '../read/slices.ts';
import { type Feature, feature } from '../tables.ts';
import { featureLimitRows, featureRows } from '../write/catalogue.ts';
import { isWriter, type Writer } from '../write/writer.ts';
import { closeGap } from './feature-order.ts';
import { ofLivePlan } from './plan.ts';

/** Live features; for the public, those of public plans. */
export const liveFeatures = (source: Source) =>
  source[queries]
    .selectFrom('feature')
    .where('feature.tenant_id', '=', source.tenant.id)
    .where('feature.deleted_at', 'is', null)
    .$if(source.audience === 'public', (features) =>
      features.where((eb) =>
        eb.exists(
          eb
            .selectFrom('plan_feature')
            .select('plan_feature.feature_id')
            .where('plan_feature.tenant_id', '=', source.tenant.id)
            .whereRef('plan_feature.feature_id', '=', 'feature.id')
            .where(ofLivePlan(source, sql.ref('plan_feature.plan_id'))),
        ),
      ),
    );

export const featureById = record(feature, liveFeatures, { isCached: true });
export const featureByCode = record(feature, liveFeatures, { key: 'code', byId: featureById });

export const findFeatures = found(featureById);
export const findFeaturesByCode = found(featureByCode);

/** By id, else by code: an id wins over a code that looks like it. */
export const findFeature = async (
  reader: Reader,
  idOrCode: string,
): Promise<Feature | undefined> => {
  if (isWriter(reader)) return storedFeature(reader, idOrCode);
  const features = await listed(
    reader,
    liveFeatures(reader).where((eb) =>
      eb.or([eb('feature.id', '=', idOrCode), eb('feature.code', '=', idOrCode)]),
    ),
    columns(reader, feature),
  );
  return features.find(({ id }) => id === idOrCode) ?? features[0];
};

/** Those whose names differ by case, width or normalization only. */
export const findFeaturesNamed = (reader: Reader, name: string): MaybePromise<Feature[]> =>
  listed(
    reader,
    liveFeatures(reader).where((eb) =>
      eb.or([eb('feature.folded_name', '=', foldName(name)), eb('feature.name', '=', name)]),
    ),
    columns(reader, feature),
  );

/** The order of features everywhere: by section, those without one last. */
export const byPlace: SortKey<Feature> = {
  columns: { section_position: 'int32', position: 'int32', id: 'text' },
  of: ({ sectionPosition, position, id }) => [sectionPosition ?? MAX_INT32, position, id],
};

export const listFeatures = (reader: Reader, spec: PageSpec): MaybePromise<Feature[]> =>
  listed(reader, paginate(liveFeatures(reader), byPlace, spec), columns(reader, feature));

export const countFeatures = (reader: Reader): Promise<number> =>
  countedAll(reader, liveFeatures(reader), byPlace);

const storedFeature = async (writer: Writer, idOrCode: string): Promise<Feature | undefined> => {
  const byId =
    nounOf(idOrCode) === 'feature' ? await featureRows.find(writer, idOrCode) : undefined;
  if (byId && byId.deletedAt === null) return featureRows.record(byId);
  const [byCode] = await featureRows.select(writer, { code: idOrCode, deletedAt: null });
  return byCode && featureRows.record(byCode);
};

export const insertFeature = (writer: Writer, added: Feature): Promise<void> =>
  featureRows.insert(writer, [feature.fresh(added, { foldedName: foldName(added.name) })]);

/** A name that stays keeps how it is told apart: an old one may be the same as another. */
export const saveFeature = async (
  writer: Writer,
  feature: Feature,
  isRenamed: boolean,
): Promise<Feature> => {
  const folded = isRenamed && { foldedName: foldName(feature.name) };
  const [saved] = await featureRows.update(writer, [{ ...feature, ...folded }]);
  return saved ? featureRows.record(saved) : feature;
};

/** Its limits go with it: they are removed, so that the features that they count per are free. */
export const markFeatureDeleted = async (writer: Writer, feature: Feature): Promise<void> => {
  const deletedAt = writer.nextTimestamp(feature.updatedAt);
  const nowhere = { sectionId: null, sectionPosition: null, position: 0 };
  const deleted = await featureRows.update(writer, [{ ...feature, ...nowhere, deletedAt }]);
  await closeGap(writer, feature);
  featureRows.noteGone(writer, deleted);
  await featureLimitRows.remove(writer, { featureId: feature.id });
};
