import { findPlansOfGroups, type Plan, placePlan } from '../db/plan.ts';
import { findPlanGroup, numberPlans, type PlanGroup } from '../db/plan-group.ts';
import { invalid, NotFoundError } from '../errors.ts';
import type { Reader, Writer } from './operation.ts';

/** Which plans stand in a group, and in which order: 0…n−1 without gaps. */

export const requirePlanGroup = async (reader: Reader, groupId: string, param = 'planGroupId'): Promise<PlanGroup> => {
  const group = await findPlanGroup(reader, groupId);
  if (!group) throw new NotFoundError('plan_group_not_found', param);
  return group;
};

interface Joining {
  /** Where the plan goes; at the end when omitted or beyond it. */
  sortOrder?: number | null | undefined;
  /** The input field that names the plan or group, for errors. */
  param: string;
}

/** A plan joins plans of its own consumption model; a plan without one fits any. */
export const joinGroup = async (
  writer: Writer,
  groupId: string,
  plan: Plan,
  { sortOrder, param }: Joining,
): Promise<Plan> => {
  const members = await findPlansOfGroups(writer, [groupId]);
  const other = members.find(
    ({ consumptionModel: model }) => model && plan.consumptionModel && model !== plan.consumptionModel,
  );
  if (other)
    throw invalid(
      param,
      `the plan is ${plan.consumptionModel}, but ${other.code} in the group is ${other.consumptionModel}`,
    );
  const position = Math.min(sortOrder ?? members.length, members.length);
  const updatedAt = writer.after(plan.updatedAt);
  await placePlan(writer, plan.id, { planGroupId: groupId, sortOrder: members.length, updatedAt });
  if (position < members.length)
    await numberPlans(writer, groupId, members.map(({ id }) => id).toSpliced(position, 0, plan.id));
  return { ...plan, planGroupId: groupId, sortOrder: position, updatedAt };
};

/** Closes the gap that the plan leaves. */
export const leaveGroup = async (writer: Writer, plan: Plan): Promise<Plan> => {
  if (plan.planGroupId === null) return plan;
  const updatedAt = writer.after(plan.updatedAt);
  await placePlan(writer, plan.id, { planGroupId: null, sortOrder: 0, updatedAt });
  const remaining = await findPlansOfGroups(writer, [plan.planGroupId]);
  await numberPlans(
    writer,
    plan.planGroupId,
    remaining.map(({ id }) => id),
  );
  return { ...plan, planGroupId: null, sortOrder: 0, updatedAt };
};
