import { sql } from 'kysely';
import type { MaybePromise } from '../../maybe-promise.ts';
import { byCreation, type PageSpec, paginate } from '../read/keyset.ts';
import { found, record } from '../read/lookup.ts';
import { columns, listed } from '../read/nested.ts';
import { queries, type Reader, type Source } from '../read/reader.ts';
import { countedAll } from '../read/slices.ts';
import { flag } from '../rows.ts';
import { type PlanGroup, planGroup } from '../tables.ts';
import { insertInto } from '../write/insertion.ts';
import type { Writer } from '../write/writer.ts';
import { numberPublicPlans } from './public-order.ts';

const groups = (source: Source) =>
  source[queries]
    .selectFrom('plan_group')
    .where('plan_group.tenant_id', '=', source.tenant.id)
    .$if(source.audience === 'public', (all) =>
      all.where('plan_group.is_public', '=', sql.lit<1>(1)),
    );

export const planGroupById = record(planGroup, groups);

export const findPlanGroups = found(planGroupById);

export const findPlanGroup = async (reader: Reader, id: string): Promise<PlanGroup | undefined> =>
  (await findPlanGroups(reader, [id]))[0];

export const listPlanGroups = (reader: Reader, spec: PageSpec): MaybePromise<PlanGroup[]> =>
  listed(reader, paginate(groups(reader), byCreation, spec), columns(reader, planGroup));

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
