import { type RawBuilder, sql } from 'kysely';
import { queries, type Writer } from './session.ts';

/** Time never goes back, even where the clock does. */
const latest = (column: 'updated_at' | 'public_updated_at', now: string): RawBuilder<string> =>
  sql`case when ${sql.ref(column)} < ${now} then ${now} else ${sql.ref(column)} end`;

/** Moves `updatedAt` of what contains a change. */
export const touch = async (writer: Writer, table: 'plan' | 'plan_price', ...ids: readonly string[]): Promise<void> => {
  if (ids.length === 0) return;
  await writer[queries]
    .updateTable(table)
    .set({ updated_at: latest('updated_at', writer.now) })
    .where('tenant_id', '=', writer.tenant.id)
    .where('id', 'in', ids)
    .execute();
};

/** The public sees no change of what it does not see. */
export const touchPlanGroup = async (writer: Writer, id: string, isSeen: boolean): Promise<void> => {
  await writer[queries]
    .updateTable('plan_group')
    .set({
      updated_at: latest('updated_at', writer.now),
      ...(isSeen && { public_updated_at: latest('public_updated_at', writer.now) }),
    })
    .where('tenant_id', '=', writer.tenant.id)
    .where('id', '=', id)
    .execute();
};

export const touchPlanFeatures = async (
  writer: Writer,
  planId: string,
  featureIds: readonly string[],
): Promise<void> => {
  if (featureIds.length === 0) return;
  await writer[queries]
    .updateTable('plan_feature')
    .set({ updated_at: latest('updated_at', writer.now) })
    .where('tenant_id', '=', writer.tenant.id)
    .where('plan_id', '=', planId)
    .where('feature_id', 'in', featureIds)
    .execute();
};
