import { type Member, membersOf, numberPlans } from '../db/records/group-order.ts';
import { placePlans } from '../db/records/plan.ts';
import { findPlanGroup } from '../db/records/plan-group.ts';
import type { Plan, PlanGroup } from '../db/tables.ts';
import { invalid, NotFoundError } from '../errors.ts';
import type { ConsumptionModel } from '../vocabulary.ts';
import { refuseGrowth } from './maxima.ts';
import type { Reader, Writer } from './operation.ts';

/** Which plans stand in a group, and in which order: 0…n−1 without gaps. */

export const requirePlanGroup = async (
  reader: Reader,
  groupId: string,
  param = 'planGroupId',
): Promise<PlanGroup> => {
  const group = await findPlanGroup(reader, groupId);
  if (!group) throw new NotFoundError('plan_group_not_found', param);
  return group;
};

/** A plan joins plans of its own consumption model; a plan without one fits any. */
export const refuseOtherModel = (
  members: readonly Member[],
  model: ConsumptionModel | null,
  param: string,
): void => {
  const other = members.find(
    ({ consumptionModel }) => consumptionModel && model && consumptionModel !== model,
  );
  if (other)
    throw invalid(
      param,
      `the plan is ${model}, but ${other.code} in the group is ${other.consumptionModel}`,
    );
};

/** The plan goes to the place that is asked for; to the end when none is, or one beyond it. */
export const joinGroup = async (
  writer: Writer,
  group: PlanGroup,
  members: readonly Member[],
  plan: Plan,
  { sortOrder, param }: { sortOrder?: number | null | undefined; param: string },
): Promise<Plan> => {
  refuseGrowth('plansOfGroup', members.length, members.length + 1, param);
  const position = Math.min(sortOrder ?? members.length, members.length);
  const place = { planGroupId: group.id, sortOrder: members.length };
  const [joined = plan] = await placePlans(writer, [{ id: plan.id, ...place }], group.isPublic);
  const { id, code, consumptionModel, isPublic } = plan;
  const member = { ...place, id, code, consumptionModel, isPublic, publicSortOrder: 0 };
  await numberPlans(writer, group, members.toSpliced(position, 0, member));
  return { ...joined, sortOrder: position };
};

/** Numbers the plans that remain when one has left. */
export const closeGap = async (writer: Writer, groupId: string): Promise<void> => {
  const group = await requirePlanGroup(writer, groupId);
  const remaining = await membersOf(writer, groupId);
  await numberPlans(writer, group, remaining);
};

/** The plans stay, outside any group. */
export const takeOut = async (
  writer: Writer,
  group: PlanGroup,
  planIds: readonly string[],
): Promise<void> => {
  const outside = { planGroupId: null, sortOrder: 0 };
  await placePlans(
    writer,
    planIds.map((id) => ({ id, ...outside })),
    group.isPublic,
  );
};
