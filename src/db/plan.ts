import { type Insertable, type Selectable, sql } from 'kysely';
import type { ConsumptionModel, JsonObject } from '../vocabulary.ts';
import { byCreation, cut, type SortKey, type Stretch } from './keyset.ts';
import { flag, json, parseJson, slices } from './rows.ts';
import { dialect, queries, type Reader, type Writer } from './session.ts';
import type { PlanTable } from './tables.ts';

export interface Plan {
  id: string;
  code: string;
  name: string;
  description: string | null;
  consumptionModel: ConsumptionModel | null;
  isPublic: boolean;
  isFree: boolean;
  blockOnExhaustion: boolean;
  planGroupId: string | null;
  /** Position in its group; 0 outside groups. */
  sortOrder: number;
  metadata: JsonObject | null;
  createdAt: string;
  updatedAt: string;
}

const record = (row: Selectable<PlanTable>): Plan => ({
  id: row.id,
  code: row.code,
  name: row.name,
  description: row.description,
  consumptionModel: row.consumption_model === 'none' ? null : row.consumption_model,
  isPublic: row.is_public === 1,
  isFree: row.is_free === 1,
  blockOnExhaustion: row.block_on_exhaustion === 1,
  planGroupId: row.plan_group_id,
  sortOrder: row.sort_order,
  metadata: row.metadata === null ? null : parseJson(row.metadata),
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

/**
 * The table as the public sees it: whatever selects, sorts or counts these rows learns nothing of private plans and groups, and
 * finds no metadata. A plan's position is its place among the public plans of its group.
 */
const publicPlans = sql<Selectable<PlanTable>>`(
  select seen.tenant_id, seen.id, seen.code, seen.name, seen.description, seen.consumption_model, seen.is_public,
    seen.is_free, seen.block_on_exhaustion, cast(null as text) as metadata, seen.created_at, seen.updated_at,
    seen.deleted_at, plan_group.id as plan_group_id,
    case when plan_group.id is null then 0 else (
      select count(*) from plan as earlier where earlier.tenant_id = seen.tenant_id and earlier.is_public = 1
        and earlier.plan_group_id = seen.plan_group_id and earlier.sort_order < seen.sort_order
    ) end as sort_order
  from plan as seen left join plan_group
    on plan_group.tenant_id = seen.tenant_id and plan_group.id = seen.plan_group_id and plan_group.is_public = 1
  where seen.is_public = 1)`;

const everyPlan = sql<Selectable<PlanTable>>`${sql.table('plan')}`;

/** The one source of plans: live ones that the reader's audience may see. */
const livePlans = (reader: Reader) =>
  reader[queries]
    .selectFrom((reader.audience === 'public' ? publicPlans : everyPlan).as('plan'))
    .where('plan.tenant_id', '=', reader.tenant.id)
    .where('plan.deleted_at', 'is', null);

/** A condition: `livePlans` shows the plan that the column names. Correlated, so that it costs one look-up a row. */
export const ofLivePlan = (reader: Reader, column: string) =>
  sql<boolean>`exists ${livePlans(reader).select('plan.id').where('plan.id', '=', sql.ref<string>(column))}`;

export const findPlan = async (reader: Reader, id: string): Promise<Plan | undefined> => {
  const row = await livePlans(reader).selectAll().where('id', '=', id).executeTakeFirst();
  return row && record(row);
};

export const findPlanByCode = async (reader: Reader, code: string): Promise<Plan | undefined> => {
  const row = await livePlans(reader).selectAll().where('code', '=', code).executeTakeFirst();
  return row && record(row);
};

export const findPlans = async (reader: Reader, ids: readonly string[]): Promise<Plan[]> => {
  if (ids.length === 0) return [];
  const rows = await livePlans(reader).selectAll().where('id', 'in', ids).execute();
  return rows.map(record);
};

export const findPlansByCode = async (reader: Reader, codes: readonly string[]): Promise<Plan[]> => {
  if (codes.length === 0) return [];
  const rows = await livePlans(reader).selectAll().where('code', 'in', codes).execute();
  return rows.map(record);
};

/** The plans of each group, in the order of the group. */
export const findPlansOfGroups = async (reader: Reader, groupIds: readonly string[]): Promise<Plan[]> => {
  if (groupIds.length === 0) return [];
  const rows = await livePlans(reader)
    .selectAll()
    .where('plan_group_id', 'in', groupIds)
    .orderBy('plan_group_id')
    .orderBy('sort_order')
    .execute();
  return rows.map(record);
};

export interface PlanSelection {
  codes?: readonly string[] | undefined;
  planGroupId?: string | undefined;
  isPublic?: boolean | undefined;
  isFree?: boolean | undefined;
  consumptionModel?: ConsumptionModel | undefined;
  /** Found in the name or the code, whatever the case of ASCII letters. */
  text?: string | undefined;
  metadata?: { key: string; value: string } | undefined;
}

const asciiLowerCase = (text: string): string => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

const selectPlans = (reader: Reader, selection: PlanSelection) => {
  const { codes, planGroupId, isPublic, isFree, consumptionModel, text, metadata } = selection;
  let plans = livePlans(reader);
  if (codes) plans = codes.length > 0 ? plans.where('code', 'in', codes) : plans.where(sql<boolean>`1 = 0`);
  if (planGroupId !== undefined) plans = plans.where('plan_group_id', '=', planGroupId);
  if (isPublic !== undefined) plans = plans.where('is_public', '=', flag(isPublic));
  if (isFree !== undefined) plans = plans.where('is_free', '=', flag(isFree));
  if (consumptionModel !== undefined) plans = plans.where('consumption_model', '=', consumptionModel);
  if (text !== undefined) {
    const pattern = `%${asciiLowerCase(text).replace(/[\\%_]/g, '\\$&')}%`;
    plans = plans.where(sql<boolean>`(lower(name) like ${pattern} escape '\\' or code like ${pattern} escape '\\')`);
  }
  if (metadata) plans = plans.where(reader[dialect].metadataHas('plan.metadata', metadata.key, metadata.value));
  return plans;
};

export type PlanOrder = 'sortOrder' | 'name' | 'createdAt';

export const planSortKeys: Record<PlanOrder, SortKey<Plan>> = {
  sortOrder: {
    columns: { sort_order: 'int32', created_at: 'text', id: 'text' },
    of: (plan) => [plan.sortOrder, plan.createdAt, plan.id],
  },
  name: { columns: { name: 'text', id: 'text' }, of: (plan) => [plan.name, plan.id] },
  createdAt: byCreation,
};

export const listPlans = async (
  reader: Reader,
  selection: PlanSelection,
  order: { by: PlanOrder; descending: boolean },
  stretch: Stretch,
): Promise<Plan[]> => {
  const plans = selectPlans(reader, selection).selectAll();
  const rows = await cut(plans, planSortKeys[order.by], stretch, order.descending).execute();
  return rows.map(record);
};

export const countPlans = async (reader: Reader, selection: PlanSelection): Promise<number> => {
  const { count } = await selectPlans(reader, selection)
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return count;
};

export const insertPlan = (writer: Writer, plan: Plan): Promise<void> => insertPlans(writer, [plan]);

export const insertPlans = async (writer: Writer, plans: readonly Plan[]): Promise<void> => {
  const rows = plans.map(
    (plan): Insertable<PlanTable> => ({
      tenant_id: writer.tenant.id,
      id: plan.id,
      code: plan.code,
      name: plan.name,
      description: plan.description,
      consumption_model: plan.consumptionModel ?? 'none',
      is_public: flag(plan.isPublic),
      is_free: flag(plan.isFree),
      block_on_exhaustion: flag(plan.blockOnExhaustion),
      plan_group_id: plan.planGroupId,
      sort_order: plan.sortOrder,
      metadata: plan.metadata && json(plan.metadata),
      created_at: plan.createdAt,
      updated_at: plan.updatedAt,
      deleted_at: null,
    }),
  );
  for (const slice of slices(rows)) await writer[queries].insertInto('plan').values(slice).execute();
};

const updatePlanRow = (writer: Writer, id: string) =>
  writer[queries].updateTable('plan').where('tenant_id', '=', writer.tenant.id).where('id', '=', id);

export const savePlan = async (writer: Writer, plan: Plan): Promise<void> => {
  await updatePlanRow(writer, plan.id)
    .set({
      name: plan.name,
      description: plan.description,
      is_public: flag(plan.isPublic),
      metadata: plan.metadata && json(plan.metadata),
      updated_at: plan.updatedAt,
    })
    .execute();
};

/** A place in a group, or none. */
export const placePlan = async (
  writer: Writer,
  id: string,
  place: { planGroupId: string | null; sortOrder: number; updatedAt: string },
): Promise<void> => {
  const { planGroupId, sortOrder, updatedAt } = place;
  await updatePlanRow(writer, id)
    .set({ plan_group_id: planGroupId, sort_order: sortOrder, updated_at: updatedAt })
    .execute();
};

export const markPlanDeleted = async (writer: Writer, id: string, at: string): Promise<void> => {
  await updatePlanRow(writer, id).set({ deleted_at: at, updated_at: at }).execute();
};
