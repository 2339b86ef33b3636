import { z } from 'zod';
import { byCreation } from '../db/read/keyset.ts';
import { membersOf, numberPlans } from '../db/records/group-order.ts';
import { storedPlansOfGroup } from '../db/records/plan.ts';
import {
  countPlanGroups as count,
  deletePlanGroupRow,
  findPlanGroupByCode,
  groupCodesLike,
  insertPlanGroup,
  listPlanGroups as list,
  savePlanGroup,
} from '../db/records/plan-group.ts';
import type { PlanGroup } from '../db/tables.ts';
import { touchContainers } from '../db/write/containers.ts';
import { ConflictError, invalid, NotFoundError } from '../errors.ts';
import type { MaybePromise } from '../maybe-promise.ts';
import { codeFor } from './codes.ts';
import * as fields from './fields.ts';
import {
  closeGap,
  joinGroup,
  refuseOtherModel,
  requirePlanGroup,
  takeOut,
} from './group-membership.ts';
import { operation, operationOn, type Reader, type Writer } from './operation.ts';
import { type Page, type PageRequest, page } from './page.ts';
import { type DeletedObject, requirePlan } from './plan.ts';

export type { PlanGroup };

export const getPlanGroup = (reader: Reader, groupId: string): Promise<PlanGroup> =>
  requirePlanGroup(reader, groupId);

/** Oldest first. */
export const listPlanGroups = (
  reader: Reader,
  request: PageRequest,
): MaybePromise<Page<PlanGroup>> =>
  page(request, {
    list: 'plan-groups',
    sortKey: byCreation,
    fetch: (spec) => list(reader, spec),
  });

export const countPlanGroups = (reader: Reader): Promise<number> => count(reader);

export const CreatePlanGroupInput = z.object({
  name: fields.name,
  code: fields
    .codeOf('planGroup')
    .nullish()
    .describe('Stable identifier, final: like codes of plans; made from the name when omitted.'),
  description: fields.description.nullish(),
  isPublic: z.boolean().nullish().describe('Shown to everyone; true when omitted.'),
});
export type CreatePlanGroupInput = z.infer<typeof CreatePlanGroupInput>;

const madeCode = (writer: Writer, name: string): Promise<string> =>
  codeFor(name, {
    noun: 'planGroup',
    word: 'group',
    takenLike: (code) => groupCodesLike(writer, code),
  });

export const createPlanGroup = operation(
  'createPlanGroup',
  async (
    writer,
    { code, description, isPublic, ...input }: CreatePlanGroupInput,
  ): Promise<PlanGroup> => {
    const name = input.name.trim();
    if (typeof code === 'string' && (await findPlanGroupByCode(writer, code)))
      throw new ConflictError('duplicate', `A group with the code ${code} exists.`, 'code');
    const group: PlanGroup = {
      id: writer.newId('planGroup'),
      code: code ?? (await madeCode(writer, name)),
      name,
      description: description ?? null,
      isPublic: isPublic ?? true,
      createdAt: writer.now,
      updatedAt: writer.now,
      revision: 1,
    };
    writer.about(group.id);
    await insertPlanGroup(writer, group);
    return group;
  },
);

export const UpdatePlanGroupInput = z.object({
  name: fields.name.optional(),
  description: fields.description.nullish().describe('Null clears it.'),
  isPublic: z.boolean().optional().describe('Shown to everyone.'),
});
export type UpdatePlanGroupInput = z.infer<typeof UpdatePlanGroupInput>;

export const updatePlanGroup = operationOn(
  'updatePlanGroup',
  [fields.planGroupId, UpdatePlanGroupInput],
  async (writer, planGroupId, { name, description, isPublic }): Promise<PlanGroup> => {
    const before = await requirePlanGroup(writer, planGroupId);
    writer.about(planGroupId);
    return savePlanGroup(writer, {
      ...before,
      name: name?.trim() ?? before.name,
      description: description === undefined ? before.description : description,
      isPublic: isPublic ?? before.isPublic,
    });
  },
);

/** The group as it is once its members or their order have changed. */
const touched = async (writer: Writer, planGroupId: string): Promise<PlanGroup> => {
  await touchContainers(writer);
  return requirePlanGroup(writer, planGroupId);
};

export interface DeletedPlanGroup extends DeletedObject {
  /** The plans that were in it. Unknown where an earlier release deleted it. */
  planIds?: string[];
}

/** The plans of the group are unlinked, not deleted. */
export const deletePlanGroup = operationOn(
  'deletePlanGroup',
  [fields.planGroupId],
  async (writer, planGroupId): Promise<DeletedPlanGroup> => {
    const group = await requirePlanGroup(writer, planGroupId);
    const planIds = (await storedPlansOfGroup(writer, planGroupId)).map(({ id }) => id);
    writer.about(planGroupId);
    await takeOut(writer, group, planIds);
    await deletePlanGroupRow(writer, planGroupId);
    return { id: planGroupId, planIds };
  },
);

export const AddPlanToGroupInput = z.object({
  planId: fields.planId.describe('Id or code of a plan outside any group.'),
  sortOrder: fields.count
    .nullish()
    .describe('Position from 0; at the end when omitted. Later plans move up by one.'),
});
export type AddPlanToGroupInput = z.infer<typeof AddPlanToGroupInput>;

export const addPlanToGroup = operationOn(
  'addPlanToGroup',
  [fields.planGroupId, AddPlanToGroupInput],
  async (writer, planGroupId, { planId, sortOrder }): Promise<PlanGroup> => {
    const group = await requirePlanGroup(writer, planGroupId);
    const plan = await requirePlan(writer, planId);
    const members = await membersOf(writer, planGroupId);
    refuseOtherModel(members, plan.consumptionModel, 'planId');
    if (plan.planGroupId !== null)
      throw new ConflictError(
        'duplicate',
        `The plan is in the group ${plan.planGroupId} already.`,
        'planId',
      );
    writer.about(planGroupId);
    await joinGroup(writer, group, members, plan, { sortOrder, param: 'planId' });
    return touched(writer, planGroupId);
  },
);

export const removePlanFromGroup = operationOn(
  'removePlanFromGroup',
  [fields.planGroupId, fields.planId],
  async (writer, planGroupId, planId): Promise<PlanGroup> => {
    const group = await requirePlanGroup(writer, planGroupId);
    const plan = await requirePlan(writer, planId);
    if (plan.planGroupId !== planGroupId)
      throw new NotFoundError('plan_not_found', 'planId', 'The plan is not in this group.');
    writer.about(planGroupId);
    await takeOut(writer, group, [planId]);
    await closeGap(writer, planGroupId);
    return touched(writer, planGroupId);
  },
);

export const ReorderPlansInGroupInput = z.object({
  planIds: fields
    .list(fields.planId, 1_000)
    .min(1, 'must not be empty')
    .describe('Every plan of the group, in the new order.'),
});
export type ReorderPlansInGroupInput = z.infer<typeof ReorderPlansInGroupInput>;

export const reorderPlansInGroup = operationOn(
  'reorderPlansInGroup',
  [fields.planGroupId, ReorderPlansInGroupInput],
  async (writer, planGroupId, { planIds }): Promise<PlanGroup> => {
    const group = await requirePlanGroup(writer, planGroupId);
    const members = new Map(
      (await membersOf(writer, planGroupId)).map((member) => [member.id, member]),
    );
    const ordered = planIds.flatMap((id) => members.get(id) ?? []);
    const isSameSet =
      planIds.length === members.size &&
      new Set(planIds).size === planIds.length &&
      ordered.length === planIds.length;
    if (!isSameSet)
      throw invalid('planIds', 'must contain every plan of the group exactly once, and no other');
    writer.about(planGroupId);
    await numberPlans(writer, group, ordered);
    return touched(writer, planGroupId);
  },
);
