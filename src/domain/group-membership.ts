import { numberPlans } from '../db/records/group-order.ts';
import { findPlansOfGroups, placePlan } from '../db/records/plan.ts';
import { findPlanGroup } from '../db/records/plan-group.ts';
import type { Plan, PlanGroup } from '../db/tables.ts';
import { touchPlanGroup } from '../db/write/updated-at.ts';
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
export const refuseOtherModel = async (
  reader: Reader,
  groupId: string,
  model: ConsumptionModel | null,
  param: string,
): Promise<void> => {
  const members = await findPlansOfGroups(reader, [groupId]);
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
  groupId: string,
  plan: Plan,
  { sortOrder, param }: { sortOrder?: number | null | undefined; param: string },
): Promise<Plan> => {
  const members = await findPlansOfGroups(writer, [groupId]);
  refuseGrowth('plansOfGroup', members.length, members.length + 1, param);
  const position = Math.min(sortOrder ?? members.length, members.length);
  const updatedAt = writer.after(plan.updatedAt);
  await placePlan(writer, plan.id, { planGroupId: groupId, sortOrder: members.length, updatedAt });
  await numberPlans(writer, groupId, members.map(({ id }) => id).toSpliced(position, 0, plan.id));
  await touchPlanGroup(writer, groupId, plan.isPublic);
  return { ...plan, planGroupId: groupId, sortOrder: position, updatedAt };
};

const takeOut = async (writer: Writer, plan: Plan): Promise<Plan> => {
  const outside = { planGroupId: null, sortOrder: 0, updatedAt: writer.after(plan.updatedAt) };
  await placePlan(writer, plan.id, outside);
  return { ...plan, ...outside };
};

/** Closes the gap that the plan leaves. */
export const leaveGroup = async (writer: Writer, plan: Plan): Promise<Plan> => {
  if (plan.planGroupId === null) return plan;
  const outside = await takeOut(writer, plan);
  const remaining = await findPlansOfGroups(writer, [plan.planGroupId]);
  await numberPlans(
    writer,
    plan.planGroupId,
    remaining.map(({ id }) => id),
  );
  await touchPlanGroup(writer, plan.planGroupId, plan.isPublic);
  return outside;
};

export const emptyGroup = async (writer: Writer, groupId: string): Promise<Plan[]> => {
  const plans = await findPlansOfGroups(writer, [groupId]);
  for (const plan of plans) await takeOut(writer, plan);
  return plans;
};
