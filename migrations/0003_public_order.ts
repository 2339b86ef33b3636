import { type Kysely, sql } from 'kysely';
import type { Ddl } from './ddl.ts';

/**
 * The place where the public sees a plan: known with the row, so that an index has what the public
 * lists in its order.
 */
export const up = async (db: Kysely<unknown>, { int32 }: Ddl): Promise<void> => {
  for (const statement of [
    `alter table plan add column public_sort_order ${int32} not null default 0
      check (public_sort_order between 0 and 2147483647 and (plan_group_id is not null or public_sort_order = 0))`,
    `update plan set public_sort_order = (
      select count(*) from plan as earlier where earlier.tenant_id = plan.tenant_id and earlier.is_public = 1
        and earlier.plan_group_id = plan.plan_group_id and earlier.sort_order < plan.sort_order)
      where is_public = 1 and exists (select 1 from plan_group where plan_group.tenant_id = plan.tenant_id
        and plan_group.id = plan.plan_group_id and plan_group.is_public = 1)`,
    `create index plan_by_public_position on plan (tenant_id, public_sort_order, created_at, id)
      where deleted_at is null and is_public = 1`,
  ])
    await sql.raw(statement).execute(db);
};
