import { type RawBuilder, sql } from 'kysely';
import { queries } from '../read/reader.ts';
import type { Writer } from './writer.ts';

/** Time never goes back, even where the clock does. */
const latest = (column: 'updated_at' | 'public_updated_at', now: string): RawBuilder<string> =>
  sql`case when ${sql.ref(column)} < ${now} then ${now} else ${sql.ref(column)} end`;

/**
 * What `public_updated_at` becomes with a change. It is null while the public has seen the last
 * change.
 */
export const publicTime = (isSeen: boolean): RawBuilder<string | null> =>
  isSeen ? sql`null` : sql`coalesce(public_updated_at, updated_at)`;

/** The `updated_at` that the public sees. */
export const seenTime = (table: 'plan' | 'plan_price' | 'plan_feature'): RawBuilder<string> =>
  sql`coalesce(${sql.ref(`${table}.public_updated_at`)}, ${sql.ref(`${table}.updated_at`)})`;

/** Moves `updatedAt` of what contains a change. */
export const touch = (
  writer: Writer,
  table: 'plan' | 'plan_price',
  ...ids: readonly string[]
): Promise<void> => move(writer, table, ids, true);

/** Moves it for all but the public, which does not see the change. */
export const touchUnseen = (writer: Writer, table: 'plan', id: string): Promise<void> =>
  move(writer, table, [id], false);

const move = async (
  writer: Writer,
  table: 'plan' | 'plan_price',
  ids: readonly string[],
  isSeen: boolean,
): Promise<void> => {
  if (ids.length === 0) return;
  await writer[queries]
    .updateTable(table)
    .set({ updated_at: latest('updated_at', writer.now), public_updated_at: publicTime(isSeen) })
    .where('tenant_id', '=', writer.tenant.id)
    .where('id', 'in', ids)
    .execute();
};

/** The public sees no change of what it does not see. */
export const touchPlanGroup = async (
  writer: Writer,
  id: string,
  isSeen: boolean,
): Promise<void> => {
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
    .set({ updated_at: latest('updated_at', writer.now), public_updated_at: null })
    .where('tenant_id', '=', writer.tenant.id)
    .where('plan_id', '=', planId)
    .where('feature_id', 'in', featureIds)
    .execute();
};
