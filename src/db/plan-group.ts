import { type Insertable, type Selectable, sql } from 'kysely';
import type { Eventual } from '../eventual.ts';
import { batch, found } from './batch.ts';
import { byCreation, cut, type Stretch } from './keyset.ts';
import { listed, only, shape } from './nested.ts';
import { findPlansOfGroups } from './plan.ts';
import { numberPublicPlans } from './public-order.ts';
import { flag } from './rows.ts';
import { queries, type Reader, type Source, type Writer } from './session.ts';
import { countedAll } from './slices.ts';
import type { PlanGroupTable } from './tables.ts';

export interface PlanGroup {
  id: string;
  name: string;
  description: string | null;
  isPublic: boolean;
  createdAt: string;
  updatedAt: string;
}

const planGroup = shape(
  'plan_group',
  ['id', 'name', 'description', 'is_public', 'created_at', 'updated_at'],
  ([id, name, description, isPublic, createdAt, updatedAt]): PlanGroup => ({
    id,
    name,
    description,
    isPublic: isPublic === 1,
    createdAt,
    updatedAt,
  }),
);

const columns = (group: PlanGroup) => ({
  name: group.name,
  description: group.description,
  is_public: flag(group.isPublic),
  updated_at: group.updatedAt,
  public_updated_at: group.updatedAt,
});

/** The table as the public sees it: whether private plans have come or gone shows nowhere. */
const publicGroups = sql<Selectable<PlanGroupTable>>`(
  select tenant_id, id, name, description, is_public, created_at, public_updated_at as updated_at, public_updated_at
  from plan_group where is_public = 1)`;

const everyGroup = sql<Selectable<PlanGroupTable>>`${sql.table('plan_group')}`;

const groups = (source: Source) =>
  source[queries]
    .selectFrom((source.audience === 'public' ? publicGroups : everyGroup).as('plan_group'))
    .where('plan_group.tenant_id', '=', source.tenant.id);

export const planGroupById = batch((source, id) =>
  only(groups(source).where('plan_group.id', '=', id), planGroup(source)),
);
export const findPlanGroups = found(planGroupById);

export const findPlanGroup = async (reader: Reader, id: string): Promise<PlanGroup | undefined> =>
  (await findPlanGroups(reader, [id]))[0];

export const listPlanGroups = (reader: Reader, stretch: Stretch): Eventual<PlanGroup[]> =>
  listed(reader, cut(groups(reader), byCreation, stretch), planGroup(reader));

export const countPlanGroups = (reader: Reader): Promise<number> =>
  countedAll(reader, groups(reader), byCreation);

export const insertPlanGroup = async (writer: Writer, group: PlanGroup): Promise<void> => {
  const row: Insertable<PlanGroupTable> = {
    tenant_id: writer.tenant.id,
    id: group.id,
    ...columns(group),
    created_at: group.createdAt,
  };
  await writer[queries].insertInto('plan_group').values(row).execute();
};

export const savePlanGroup = async (writer: Writer, group: PlanGroup): Promise<void> => {
  await writer[queries]
    .updateTable('plan_group')
    .set(columns(group))
    .where('tenant_id', '=', writer.tenant.id)
    .where('id', '=', group.id)
    .execute();
  await numberPublicPlans(writer, group.id);
};

export const deletePlanGroupRow = async (writer: Writer, id: string): Promise<void> => {
  await writer[queries]
    .deleteFrom('plan_group')
    .where('tenant_id', '=', writer.tenant.id)
    .where('id', '=', id)
    .execute();
};

/**
 * Numbers the plans of a group 0…n−1 as listed. In two phases: a one-statement swap would break the
 * unique index on the position on both engines, so that all that move first get out of the way.
 */
export const numberPlans = async (
  writer: Writer,
  groupId: string,
  planIds: readonly string[],
): Promise<void> => {
  const plans = await findPlansOfGroups(writer, [groupId]);
  const places = new Map(plans.map(({ id, sortOrder }) => [id, sortOrder]));
  const moves = [...planIds.entries()].filter(([position, id]) => places.get(id) !== position);
  const clear = (plans.at(-1)?.sortOrder ?? 0) + 1;
  for (const start of [clear, 0])
    for (const [position, id] of moves)
      await writer[queries]
        .updateTable('plan')
        .set({ sort_order: start + position })
        .where('tenant_id', '=', writer.tenant.id)
        .where('id', '=', id)
        .execute();
  await numberPublicPlans(writer, groupId);
};
