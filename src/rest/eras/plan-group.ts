import { z } from 'zod';
import type { Plan } from '../../domain/plan.ts';
import type { PlanGroup } from '../../domain/plan-group.ts';
import { planGroupDetails } from '../details.ts';
import { type Answer, answer, gathered } from './era.ts';
import * as fields from './fields.ts';

const groupFields = {
  id: fields.text,
  name: fields.text,
  description: fields.text.nullable(),
  isPublic: fields.flag,
  createdAt: fields.time,
  updatedAt: fields.time,
};

const writeGroup = ({ id, name, description, isPublic, createdAt, updatedAt }: PlanGroup) => ({
  id,
  name,
  description,
  isPublic,
  createdAt,
  updatedAt,
});

/** The group without its plans. */
export const groupAnswer = answer({
  name: 'PlanGroup',
  object: 'plan_group',
  fields: z.object(groupFields),
  write: writeGroup,
});

/**
 * What a group shows of a plan in it. Its own key sees private plans too: to put a group in order,
 * each has to be named.
 */
const planInGroup = {
  fields: { id: fields.text, name: fields.text, sortOrder: fields.count, isPublic: fields.flag },
  write: ({ id, name, sortOrder, isPublic }: Plan) => ({ id, name, sortOrder, isPublic }),
};

/** The group with its plans in their order. */
export const groupWithPlans = (name: string): Answer<PlanGroup> =>
  gathered(planGroupDetails, {
    name,
    object: 'plan_group',
    fields: z.object({ ...groupFields, plans: z.array(z.object(planInGroup.fields)) }),
    write: ({ group, plans }) =>
      Object.assign(writeGroup(group), { plans: plans.map(planInGroup.write) }),
  });

export const addedToGroup = (object: string): Answer<PlanGroup> =>
  answer({
    name: 'AddedPlanToGroup',
    object,
    fields: z.object({ success: z.literal(true) }),
    write: () => ({ success: true as const }),
  });

export const reordered = (object: string): Answer<PlanGroup> =>
  answer({
    name: 'ReorderedPlans',
    object,
    fields: z.object({ reordered: z.literal(true) }),
    write: () => ({ reordered: true as const }),
  });
