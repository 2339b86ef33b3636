import { sql } from 'kysely';
import type { MaybePromise } from '../../maybe-promise.ts';
import { batch, found } from '../read/batch.ts';
import { byCreation, cut, type Stretch } from '../read/keyset.ts';
import { columns, listed, maybeOne } from '../read/nested.ts';
import { queries, type Reader, type Source } from '../read/reader.ts';
import { countedAll } from '../read/slices.ts';
import { flag } from '../rows.ts';
import { type PlanGroup, planGroup } from '../tables.ts';
import { insertInto } from '../write/insertion.ts';
import type { Writer } from '../write/writer.ts';
import { findPlansOfGroups } from './plan.ts';
import { numberPublicPlans } from './public-order.ts';

const groups = (source: Source) =>
  source[queries]
    .selectFrom('plan_group')
    .where('plan_group.tenant_id', '=', source.tenant.id)
    .$if(source.audience === 'public', (all) =>
      all.where('plan_group.is_public', '=', sql.lit<1>(1)),
    );

export const planGroupById = batch((source, id) =>
  maybeOne(groups(source).where('plan_group.id', '=', id), columns(source, planGroup)),
);
export const findPlanGroups = found(planGroupById);

export const findPlanGroup = async (reader: Reader, id: string): Promise<PlanGroup | undefined> =>
  (await findPlanGroups(reader, [id]))[0];

export const listPlanGroups = (reader: Reader, stretch: Stretch): MaybePromise<PlanGroup[]> =>
  listed(reader, cut(groups(reader), byCreation, stretch), columns(reader, planGroup));

export const countPlanGroups = (reader: Reader): Promise<number> =>
  countedAll(reader, groups(reader), byCreation);

const insertPlanGroupImages = insertInto(planGroup);

export const insertPlanGroup = (writer: Writer, added: PlanGroup): Promise<void> =>
  insertPlanGroupImages(writer, [planGroup.fresh(added, { publicUpdatedAt: added.updatedAt })]);

export const savePlanGroup = async (writer: Writer, group: PlanGroup): Promise<void> => {
  await writer[queries]
    .updateTable('plan_group')
    .set({
      name: group.name,
      description: group.description,
      is_public: flag(group.isPublic),
      updated_at: group.updatedAt,
      public_updated_at: group.updatedAt,
    })
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
