import { sql } from 'kysely';
import { queries } from '../read/reader.ts';
import type { Writer } from '../write/writer.ts';

/**
 * Numbers the plans of a group as the public sees them: the public ones 0…n−1, if the group is
 * public. Belongs to whatever moves, shows or hides a plan or its group.
 */
export const numberPublicPlans = async (writer: Writer, groupId: string): Promise<void> => {
  const tenantId = writer.tenant.id;
  await sql`
    update plan set public_sort_order = seen.place
    from (
      select id, case when is_public = 1 and exists (
          select 1 from plan_group where tenant_id = ${tenantId} and id = ${groupId} and is_public = 1
        ) then sum(is_public) over (order by sort_order) - 1 else 0 end as place
      from plan where tenant_id = ${tenantId} and plan_group_id = ${groupId}
    ) as seen
    where plan.tenant_id = ${tenantId} and plan.id = seen.id and plan.public_sort_order <> seen.place`.execute(
    writer[queries],
  );
};
