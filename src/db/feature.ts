import type { Insertable, Selectable } from 'kysely';
import type { FeatureType } from '../vocabulary.ts';
import { byCreation, cut, type Stretch } from './keyset.ts';
import { ofLivePlan } from './plan.ts';
import { queries, type Reader, type Writer } from './session.ts';
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

const record = (row: Selectable<FeatureTable>): Feature => ({
  id: row.id,
  code: row.code,
  name: row.name,
  type: row.type,
  description: row.description,
  unitName: row.unit_name,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

/** Live features; for the public, those of public plans. */
const liveFeatures = (reader: Reader) =>
  reader[queries]
    .selectFrom('feature')
    .where('feature.tenant_id', '=', reader.tenant.id)
    .where('feature.deleted_at', 'is', null)
    .$if(reader.audience === 'public', (features) =>
      features.where((eb) =>
        eb.exists(
          eb
            .selectFrom('plan_feature')
            .select('plan_feature.feature_id')
            .where('plan_feature.tenant_id', '=', reader.tenant.id)
            .whereRef('plan_feature.feature_id', '=', 'feature.id')
            .where(ofLivePlan(reader, 'plan_feature.plan_id')),
        ),
      ),
    );

/** By id, else by code: an id wins over a code that looks like it. */
export const findFeature = async (reader: Reader, idOrCode: string): Promise<Feature | undefined> => {
  const rows = await liveFeatures(reader)
    .selectAll()
    .where((eb) => eb.or([eb('id', '=', idOrCode), eb('code', '=', idOrCode)]))
    .execute();
  const row = rows.find(({ id }) => id === idOrCode) ?? rows[0];
  return row && record(row);
};

export const findFeatures = async (reader: Reader, ids: readonly string[]): Promise<Feature[]> => {
  if (ids.length === 0) return [];
  const rows = await liveFeatures(reader).selectAll().where('id', 'in', ids).execute();
  return rows.map(record);
};

export const findFeaturesByCode = async (reader: Reader, codes: readonly string[]): Promise<Feature[]> => {
  if (codes.length === 0) return [];
  const rows = await liveFeatures(reader).selectAll().where('code', 'in', codes).execute();
  return rows.map(record);
};

export const findFeatureNamed = async (reader: Reader, name: string): Promise<Feature | undefined> => {
  const row = await liveFeatures(reader).selectAll().where('name', '=', name).executeTakeFirst();
  return row && record(row);
};

export const listFeatures = async (reader: Reader, stretch: Stretch): Promise<Feature[]> => {
  const rows = await cut(liveFeatures(reader).selectAll(), byCreation, stretch).execute();
  return rows.map(record);
};

export const countFeatures = async (reader: Reader): Promise<number> => {
  const { count } = await liveFeatures(reader)
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return count;
};

export const insertFeature = async (writer: Writer, feature: Feature): Promise<void> => {
  const row: Insertable<FeatureTable> = {
    tenant_id: writer.tenant.id,
    id: feature.id,
    code: feature.code,
    name: feature.name,
    type: feature.type,
    description: feature.description,
    unit_name: feature.unitName,
    created_at: feature.createdAt,
    updated_at: feature.updatedAt,
    deleted_at: null,
  };
  await writer[queries].insertInto('feature').values(row).execute();
};

const updateFeatureRow = (writer: Writer, id: string) =>
  writer[queries].updateTable('feature').where('tenant_id', '=', writer.tenant.id).where('id', '=', id);

export const saveFeature = async (writer: Writer, feature: Feature): Promise<void> => {
  const { id, name, description, unitName, updatedAt } = feature;
  await updateFeatureRow(writer, id).set({ name, description, unit_name: unitName, updated_at: updatedAt }).execute();
};

export const markFeatureDeleted = async (writer: Writer, id: string, at: string): Promise<void> => {
  await updateFeatureRow(writer, id).set({ deleted_at: at, updated_at: at }).execute();
};
