import { sql } from 'kysely';
import { queries } from '../read/reader.ts';
import type { Plan } from '../tables.ts';
import { planRows } from '../write/catalogue.ts';
import type { Writer } from '../write/writer.ts';

/** Which plan another one is based on. */

/** Whether a plan is `basisId`, or is based on it through others. */
export const leadsTo = async (
  writer: Writer,
  planId: string,
  basisId: string,
): Promise<boolean> => {
  // `union` drops what was found before: the search ends even where there is a cycle.
  const { rows } = await sql`
    with recursive basis (id) as (
      select id from plan where tenant_id = ${writer.tenant.id} and id = ${planId}
      union
      select plan.based_on_plan_id from plan join basis on plan.id = basis.id
      where plan.tenant_id = ${writer.tenant.id} and plan.based_on_plan_id is not null
    ) select id from basis where id = ${basisId}`.execute(writer[queries]);
  return rows.length > 0;
};

/** The public sees the change if it sees one of the plans. */
export const saveBasis = async (
  writer: Writer,
  plan: Plan,
  basedOnPlanId: string | null,
): Promise<Plan> => {
  let isSeen = false;
  for (const id of [plan.basedOnPlanId, basedOnPlanId])
    if (id !== null && (await planRows.find(writer, id))?.isPublic) isSeen = true;
  const [saved] = await planRows.update(writer, [{ id: plan.id, basedOnPlanId }], { isSeen });
  return saved ? planRows.record(saved) : plan;
};

/** Plans that are based on a plan are based on none. */
export const takeAwayBasis = async (writer: Writer, basis: Plan): Promise<void> => {
  const dependents = await planRows.select(writer, { basedOnPlanId: basis.id });
  await planRows.update(
    writer,
    dependents.map(({ id }) => ({ id, basedOnPlanId: null })),
    { isSeen: basis.isPublic },
  );
};
