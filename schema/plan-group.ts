import {
  AddPlanToGroupInput,
  addPlanToGroup,
  CreatePlanGroupInput,
  countPlanGroups,
  createPlanGroup,
  type DeletedPlanGroup as DeletedPlanGroupRecord,
  deletePlanGroup,
  listPlanGroups,
  ReorderPlansInGroupInput,
  removePlanFromGroup,
  reorderPlansInGroup,
  UpdatePlanGroupInput,
  updatePlanGroup,
} from '../src/domain/plan-group.ts';
import { planById, planGroupByCode, planGroupById, plansOfGroup } from '../src/domain/relations.ts';
import { planGroupAt } from '../src/domain/revision.ts';
import { builder } from './builder.ts';
import { connection, connectionTypes, pageRequest } from './connection.ts';
import { costOfPage } from './cost.ts';
import { includeOf } from './include.ts';
import { inputType } from './input.ts';
import { byIdOrCode } from './lookup.ts';
import { mutation } from './mutation.ts';
import { Node } from './node.ts';
import { planGroupId, planId } from './reference.ts';
import { Plan, PlanGroup } from './refs.ts';
import { expectedRevision } from './revision.ts';
import { secret } from './secret.ts';

PlanGroup.implement({
  description:
    'Plans that a customer moves between, in the order of upgrades. All have the same consumption ' +
    'model or none.',
  interfaces: [Node],
  fields: (t) => ({
    code: t.exposeString('code', {
      description: 'Stable identifier, unique among the groups. It stays when the name changes.',
    }),
    name: t.exposeString('name', { description: 'Display name.' }),
    description: t.exposeString('description', { nullable: true, description: 'Free text.' }),
    isPublic: t.exposeBoolean('isPublic', { description: 'Shown to everyone.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it last changed.' }),
    revision: t.int({
      nullable: true,
      description:
        'Counts the writes that changed the group, its members or their order. ' +
        'Refused to publishable keys.',
      resolve: secret('revision'),
    }),
    plans: t.field({
      type: [Plan],
      description: 'The plans of the group, public and private, in the order of the group.',
      resolve: async ({ id }, _, { loaders }, info) =>
        loaders.withRelations(planById, await loaders.load(plansOfGroup, id), includeOf(info)),
    }),
  }),
});

const DeletedPlanGroup = builder.objectRef<DeletedPlanGroupRecord>('DeletedPlanGroup').implement({
  description: 'A plan group that was deleted.',
  fields: (t) => ({
    deletedId: t.exposeID('id', {
      description: 'Id of the group. It will never name another object.',
    }),
    plans: t.field({
      type: [Plan],
      description:
        'The plans that were in it and now are in no group; without those that were deleted right ' +
        'after.',
      resolve: async ({ planIds = [] }, _, { loaders }, info) => {
        const plans = await Promise.all(
          planIds.map((id) => loaders.loadWith(planById, id, includeOf(info))),
        );
        return plans.filter((plan) => plan !== null);
      },
    }),
  }),
});

builder.queryFields((t) => ({
  planGroup: t.field({
    type: PlanGroup,
    nullable: true,
    description:
      'One plan group by its id or by its code; null when there is none that the key may see.',
    args: {
      id: t.arg.id({ description: 'Id of the plan group. Either this or `code`.' }),
      code: t.arg.string({ description: 'Code of the plan group. Either this or `id`.' }),
    },
    resolve: (_, by, { loaders }) =>
      byIdOrCode(by, (key, value) =>
        loaders.load(key === 'id' ? planGroupById : planGroupByCode, value),
      ),
  }),
  planGroups: t.connection(
    {
      type: PlanGroup,
      complexity: costOfPage,
      description: 'The plan groups, oldest first, at most 100 a page (20 unless said otherwise).',
      resolve: async (_, args, { reader, total }) =>
        connection(await listPlanGroups(reader, pageRequest(args)), () =>
          total('planGroups', null, () => countPlanGroups(reader)),
        ),
    },
    ...connectionTypes('PlanGroup'),
  ),
}));

builder.mutationFields((t) => ({
  createPlanGroup: t.field({
    type: PlanGroup,
    description: 'Adds an empty plan group. Errors: `duplicate` (code).',
    args: {
      input: t.arg({
        required: true,
        description: 'The group.',
        type: inputType('CreatePlanGroupInput', CreatePlanGroupInput, 'A new plan group.', {
          name: 'String',
          code: 'String',
          description: 'String',
          isPublic: 'Boolean',
        }),
      }),
    },
    ...mutation,
    resolve: (_, { input }, { write }) => write((w) => createPlanGroup(w, input)),
  }),
  updatePlanGroup: t.field({
    type: PlanGroup,
    description: 'Changes a plan group; what is left out stays. Errors: `plan_group_not_found`.',
    args: {
      ...expectedRevision,
      ...planGroupId,
      input: t.arg({
        required: true,
        description: 'The changes.',
        type: inputType('UpdatePlanGroupInput', UpdatePlanGroupInput, 'Changes to a plan group.', {
          name: 'String',
          description: 'String',
          isPublic: 'Boolean',
        }),
      }),
    },
    ...mutation,
    resolve: (_, { planGroupId, input, expectedRevision }, { write }) =>
      write((w) => updatePlanGroup(w, planGroupId, input), {
        guard: planGroupAt(expectedRevision, planGroupId),
      }),
  }),
  deletePlanGroup: t.field({
    type: DeletedPlanGroup,
    description:
      'Deletes a plan group; its plans stay, outside any group. Errors: `plan_group_not_found`.',
    args: { ...planGroupId, ...expectedRevision },
    ...mutation,
    resolve: (_, { planGroupId, expectedRevision }, { write }) =>
      write((w) => deletePlanGroup(w, planGroupId), {
        guard: planGroupAt(expectedRevision, planGroupId),
      }),
  }),
  addPlanToGroup: t.field({
    type: PlanGroup,
    description:
      'Adds a plan to a group. Errors: `plan_group_not_found`, `plan_not_found`, `duplicate` (the ' +
      'plan is in a group already).',
    args: {
      ...expectedRevision,
      ...planGroupId,
      input: t.arg({
        required: true,
        description: 'The plan and its place.',
        type: inputType('AddPlanToGroupInput', AddPlanToGroupInput, 'A plan that joins a group.', {
          planId: 'ID',
          sortOrder: 'Int',
        }),
      }),
    },
    ...mutation,
    resolve: (_, { planGroupId, input, expectedRevision }, { write }) =>
      write((w) => addPlanToGroup(w, planGroupId, input), {
        guard: planGroupAt(expectedRevision, planGroupId),
      }),
  }),
  removePlanFromGroup: t.field({
    type: PlanGroup,
    description:
      'Takes a plan out of a group; later plans move down. Errors: `plan_group_not_found`, ' +
      '`plan_not_found`.',
    args: {
      ...expectedRevision,
      ...planGroupId,
      ...planId,
    },
    ...mutation,
    resolve: (_, { planGroupId, planId, expectedRevision }, { write }) =>
      write((w) => removePlanFromGroup(w, planGroupId, planId), {
        guard: planGroupAt(expectedRevision, planGroupId),
      }),
  }),
  reorderPlansInGroup: t.field({
    type: PlanGroup,
    description: 'Puts the plans of a group into another order. Errors: `plan_group_not_found`.',
    args: {
      ...expectedRevision,
      ...planGroupId,
      input: t.arg({
        required: true,
        description: 'The order.',
        type: inputType(
          'ReorderPlansInGroupInput',
          ReorderPlansInGroupInput,
          'The order of a group.',
          {
            planIds: ['ID'],
          },
        ),
      }),
    },
    ...mutation,
    resolve: (_, { planGroupId, input, expectedRevision }, { write }) =>
      write((w) => reorderPlansInGroup(w, planGroupId, input), {
        guard: planGroupAt(expectedRevision, planGroupId),
      }),
  }),
}));
