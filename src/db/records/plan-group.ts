import { sql } from 'kysely';
import type { MaybePromise } from '../../maybe-promise.ts';
import { nounOf } from '../ids.ts';
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
export const planGroupByCode = record(planGroup, groups, { key: 'code', byId: planGroupById });

export const findPlanGroups = found(planGroupById);
const findPlanGroupsByCode = found(planGroupByCode);

export const findPlanGroup = async (reader: Reader, id: string): Promise<PlanGroup | undefined> =>
  isWriter(reader) ? storedPlanGroup(reader, id) : (await findPlanGroups(reader, [id]))[0];

const storedPlanGroup = async (writer: Writer, id: string): Promise<PlanGroup | undefined> => {
  const image = await planGroupRows.find(writer, id);
  return image && planGroupRows.record(image);
};

/** The group with this id, else with this code. */
export const findPlanGroupNamed = async (
  writer: Writer,
  idOrCode: string,
): Promise<PlanGroup | undefined> => {
  const byId =
    nounOf(idOrCode) === 'planGroup' ? await storedPlanGroup(writer, idOrCode) : undefined;
  if (byId) return byId;
  const [byCode] = await planGroupRows.select(writer, { code: idOrCode });
  return byCode && planGroupRows.record(byCode);
};

export const findPlanGroupByCode = async (
  reader: Reader,
  code: string,
): Promise<PlanGroup | undefined> => (await findPlanGroupsByCode(reader, [code]))[0];

/** Codes of groups that begin with `code`. */
export const groupCodesLike = async (writer: Writer, code: string): Promise<Set<string>> => {
  // Nothing in a code sorts between `_` and `a`.
  const rows = await groups(writer)
    .where('code', '>=', code)
    .where('code', '<', `${code}\``)
    .select('code')
    .execute();
  return new Set(rows.map((row) => row.code));
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
