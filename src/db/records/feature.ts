import { sql } from 'kysely';
import type { MaybePromise } from '../../maybe-promise.ts';
import { foldName } from '../../names.ts';
import { byCreation, type PageSpec, paginate } from '../read/keyset.ts';
import { found, record } from '../read/lookup.ts';
import { columns, listed } from '../read/nested.ts';
import { queries, type Reader, type Source } from '../read/reader.ts';
import { countedAll } from '../read/slices.ts';
import { type Feature, feature } from '../tables.ts';
import { insertInto } from '../write/insertion.ts';
import type { Writer } from '../write/writer.ts';
import { ofLivePlan } from './plan.ts';

/** Live features; for the public, those of public plans. */
const liveFeatures = (source: Source) =>
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

export const listFeatures = (reader: Reader, spec: PageSpec): MaybePromise<Feature[]> =>
  listed(reader, paginate(liveFeatures(reader), byCreation, spec), columns(reader, feature));

export const countFeatures = (reader: Reader): Promise<number> =>
  countedAll(reader, liveFeatures(reader), byCreation);

const insertFeatureImages = insertInto(feature);

export const insertFeature = (writer: Writer, added: Feature): Promise<void> =>
  insertFeatureImages(writer, [feature.fresh(added, { foldedName: foldName(added.name) })]);

const updateFeatureRow = (writer: Writer, id: string) =>
  writer[queries]
    .updateTable('feature')
    .where('tenant_id', '=', writer.tenant.id)
    .where('id', '=', id);

/** A name that stays keeps how it is told apart: an old one may be the same as another. */
export const saveFeature = async (
  writer: Writer,
  feature: Feature,
  isRenamed: boolean,
): Promise<void> => {
  const { id, name, description, unitName, updatedAt } = feature;
  await updateFeatureRow(writer, id)
    .set({
      name,
      description,
      unit_name: unitName,
      updated_at: updatedAt,
      ...(isRenamed && { folded_name: foldName(name) }),
    })
    .execute();
};

export const markFeatureDeleted = async (writer: Writer, id: string, at: string): Promise<void> => {
  await updateFeatureRow(writer, id).set({ deleted_at: at, updated_at: at }).execute();
};
