import type { ConsumptionModel } from '../../vocabulary.ts';
import { queries } from '../read/reader.ts';
import { planGroupRows, planRows } from '../write/catalogue.ts';
import type { Image } from '../write/change-list.ts';
import type { Writer } from '../write/writer.ts';
import { number } from './numbering.ts';

/** Which plans stand in a group, and in which order: 0…n−1 without gaps. */

/** What the order of a group depends on, of one of its plans. */
export interface Member {
  id: string;
  code: string;
  consumptionModel: ConsumptionModel | null;
  isPublic: boolean;
  planGroupId: string;
  sortOrder: number;
  publicSortOrder: number;
}

/** The plans of a group, in its order. */
export const membersOf = async (writer: Writer, planGroupId: string): Promise<Member[]> => {
  const rows = await writer[queries]
    .selectFrom('plan')
    .select(['id', 'code', 'consumption_model', 'is_public', 'sort_order', 'public_sort_order'])
    .where('tenant_id', '=', writer.tenant.id)
    .where('plan_group_id', '=', planGroupId)
    .orderBy('sort_order')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    code: row.code,
    consumptionModel: row.consumption_model === 'none' ? null : row.consumption_model,
    isPublic: row.is_public === 1,
    planGroupId,
    sortOrder: row.sort_order,
    publicSortOrder: row.public_sort_order,
  }));
};

const unnumber = async (writer: Writer, ids: readonly string[]): Promise<void> => {
  await writer[queries]
    .updateTable('plan')
    .set({ public_sort_order: 0 })
    .where('tenant_id', '=', writer.tenant.id)
    .where('id', 'in', ids)
    .execute();
};

/** What of the plan moves with the order of its group, and tells who sees that. */
const orderOf = ({ id, planGroupId, isPublic, sortOrder, publicSortOrder }: Member): Image => ({
  id,
  planGroupId,
  isPublic,
  sortOrder,
  publicSortOrder,
});

/**
 * Numbers the plans of a group 0…n−1 as listed, and its public ones as the public sees them, if the
 * group is public. In two phases: a one-statement swap would break the unique index on the position
 * on both engines, so that all plans first get out of the way.
 */
export const numberPlans = async (
  writer: Writer,
  group: { isPublic: boolean },
  members: readonly Member[],
): Promise<void> => {
  const shown = members.filter(({ isPublic }) => group.isPublic && isPublic);
  const places = new Map(shown.map(({ id }, place) => [id, place]));
  const after = members.map((member, sortOrder) => ({
    ...member,
    sortOrder,
    publicSortOrder: places.get(member.id) ?? 0,
  }));
  const ids = members.map(({ id }) => id);
  const moving = ids.filter((_, place) => members[place]?.sortOrder !== place);
  if (moving.length > 0) {
    const clear = Math.max(...members.map(({ sortOrder }) => sortOrder)) + 1;
    await number(writer, 'plan.sort_order', moving, clear);
    await number(writer, 'plan.sort_order', ids);
  }
  if (shown.some(({ publicSortOrder }, place) => publicSortOrder !== place))
    await number(
      writer,
      'plan.public_sort_order',
      shown.map(({ id }) => id),
    );
  const hidden = members.filter(
    ({ id, publicSortOrder }) => publicSortOrder !== 0 && !places.has(id),
  );
  if (hidden.length > 0)
    await unnumber(
      writer,
      hidden.map(({ id }) => id),
    );
  for (const [place, member] of members.entries()) {
    const moved = after[place];
    const isMoved =
      moved?.sortOrder !== member.sortOrder || moved.publicSortOrder !== member.publicSortOrder;
    if (moved && isMoved) planRows.noteMembers(writer, orderOf(member), orderOf(moved));
  }
};

/** The same where plans stay, and one of them or the group is shown or hidden. */
export const numberPublicPlans = async (writer: Writer, groupId: string): Promise<void> => {
  const group = await planGroupRows.find(writer, groupId);
  if (group) await numberPlans(writer, group, await membersOf(writer, groupId));
};
