import { type Insertable, sql } from 'kysely';
import type { Eventual } from '../eventual.ts';
import { foldName } from '../names.ts';
import type { FeatureType } from '../vocabulary.ts';
import { batch, found } from './batch.ts';
import { Part } from './kept-records.ts';
import { byCreation, cut, type Stretch } from './keyset.ts';
import { listed, only, shape } from './nested.ts';
import { ofLivePlan } from './plan.ts';
import { queries, type Reader, type Source, type Writer } from './session.ts';
import { shelved } from './shelved.ts';
import { countedAll } from './slices.ts';
import type { FeatureTable } from './tables.ts';

export interface Feature {
  id: string;
  code: string;
  name: string;
  type: FeatureType;
  description: string | null;
  unitName: string | null;
  createdAt: string;
  updatedAt: string;
}

const feature = shape(
  'feature',
  ['id', 'code', 'name', 'type', 'description', 'unit_name', 'created_at', 'updated_at'],
  ([id, code, name, type, description, unitName, createdAt, updatedAt]): Feature => ({
    id,
    code,
    name,
    type,
    description,
    unitName,
    createdAt,
    updatedAt,
  }),
);

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

const definition = new Part<Feature>();

export const featureById = shelved(
  batch((source, id) => only(liveFeatures(source).where('feature.id', '=', id), feature(source))),
  {
    find: (shelf, id) => shelf.get('feature', id, definition),
    put: (shelf, feature) => shelf.put('feature', feature.id, definition, feature),
  },
);
export const featureByCode = batch((source, code) =>
  only(liveFeatures(source).where('feature.code', '=', code), feature(source)),
);

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
    feature(reader),
  );
  return features.find(({ id }) => id === idOrCode) ?? features[0];
};

/** Those whose names differ by case, width or normalization only. */
export const findFeaturesNamed = (reader: Reader, name: string): Eventual<Feature[]> =>
  listed(
    reader,
    liveFeatures(reader).where((eb) =>
      eb.or([eb('feature.folded_name', '=', foldName(name)), eb('feature.name', '=', name)]),
    ),
    feature(reader),
  );

export const listFeatures = (reader: Reader, stretch: Stretch): Eventual<Feature[]> =>
  listed(reader, cut(liveFeatures(reader), byCreation, stretch), feature(reader));

export const countFeatures = (reader: Reader): Promise<number> =>
  countedAll(reader, liveFeatures(reader), byCreation);

export const insertFeature = async (writer: Writer, feature: Feature): Promise<void> => {
  const row: Insertable<FeatureTable> = {
    tenant_id: writer.tenant.id,
    id: feature.id,
    code: feature.code,
    name: feature.name,
    type: feature.type,
    description: feature.description,
    unit_name: feature.unitName,
    folded_name: foldName(feature.name),
    created_at: feature.createdAt,
    updated_at: feature.updatedAt,
    deleted_at: null,
  };
  await writer[queries].insertInto('feature').values(row).execute();
};

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
