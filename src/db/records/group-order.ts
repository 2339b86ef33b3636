import { queries } from '../read/reader.ts';
import type { Writer } from '../write/writer.ts';
import { findPlansOfGroups } from './plan.ts';
import { numberPublicPlans } from './public-order.ts';

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
