import { sql } from 'kysely';
import type { MaybePromise } from '../../maybe-promise.ts';
import { byCreation, type PageSpec, paginate } from '../read/keyset.ts';
import { found, record } from '../read/lookup.ts';
import { columns, listed } from '../read/nested.ts';
import { queries, type Reader, type Source } from '../read/reader.ts';
import { countedAll } from '../read/slices.ts';
import { type PlanGroup, planGroup } from '../tables.ts';
import { planGroupRows } from '../write/catalogue.ts';
import { isWriter, type Writer } from '../write/writer.ts';
import { numberPublicPlans } from './group-order.ts';

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
  isWriter(reader) ? storedPlanGroup(reader, id) : (await findPlanGroups(reader, [id]))[0];

const storedPlanGroup = async (writer: Writer, id: string): Promise<PlanGroup | undefined> => {
  const image = await planGroupRows.find(writer, id);
  return image && planGroupRows.record(image);
};

export const listPlanGroups = (reader: Reader, spec: PageSpec): MaybePromise<PlanGroup[]> =>
  listed(reader, paginate(groups(reader), byCreation, spec), columns(reader, planGroup));

export const countPlanGroups = (reader: Reader): Promise<number> =>
  countedAll(reader, groups(reader), byCreation);

export const insertPlanGroup = (writer: Writer, added: PlanGroup): Promise<void> =>
  planGroupRows.insert(writer, [planGroup.fresh(added, { publicUpdatedAt: added.updatedAt })]);

export const savePlanGroup = async (writer: Writer, group: PlanGroup): Promise<PlanGroup> => {
  const isShown = (await findPlanGroup(writer, group.id))?.isPublic;
  const [saved] = await planGroupRows.update(writer, [{ ...group }]);
  if (group.isPublic !== isShown) await numberPublicPlans(writer, group.id);
  return saved ? planGroupRows.record(saved) : group;
};

export const deletePlanGroupRow = async (writer: Writer, id: string): Promise<void> => {
  await planGroupRows.remove(writer, { id });
};
