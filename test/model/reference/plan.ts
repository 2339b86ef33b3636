import type { CallOf } from './calls.ts';
import { newCode } from './codes.ts';
import type { Plan, Presentation } from './records.ts';
import {
  invalid,
  type ReferenceTenant,
  Refusal,
  type Result,
  type Stamp,
  touch,
} from './tenant.ts';

/** Plans, and which group they stand in. */

export const createPlan = (
  tenant: ReferenceTenant,
  { input }: CallOf<'createPlan'>,
  { now, id }: Stamp,
): Result => {
  const { planGroupId } = input;
  if (planGroupId) {
    tenant.group(planGroupId);
    refuseOtherModel(tenant, planGroupId, input.consumptionModel ?? null, 'planGroupId');
  }
  if (tenant.plans.some(({ code }) => code === input.code)) throw new Refusal('duplicate', 'code');
  if (input.basedOnPlanId) tenant.plan(input.basedOnPlanId, 'basedOnPlanId');
  const plan: Plan = {
    id,
    name: input.name.trim(),
    code: input.code,
    description: input.description ?? null,
    consumptionModel: input.consumptionModel ?? null,
    isPublic: input.isPublic ?? true,
    isFree: input.isFree ?? false,
    availability: input.availability ?? 'self_service',
    presentation: presented(input.presentation ?? {}),
    basedOnPlanId: input.basedOnPlanId ?? null,
    blockOnExhaustion: input.blockOnExhaustion ?? false,
    metadata: input.metadata ?? null,
    createdAt: now,
    updatedAt: now,
  };
  tenant.plans.push(plan);
  if (planGroupId) {
    tenant.membersOf(planGroupId).push(id);
    touch(tenant.group(planGroupId), now);
  }
  return { plan: tenant.placed(plan) };
};

export const updatePlan = (
  tenant: ReferenceTenant,
  { planId, input }: CallOf<'updatePlan'> | CallOf<'setPlanVisibility'>,
  { now }: Stamp,
): Result => {
  const plan = tenant.plan(planId);
  const basis = ('basedOnPlanId' in input && input.basedOnPlanId) || null;
  if (basis !== null && basis !== plan.basedOnPlanId) {
    tenant.plan(basis, 'basedOnPlanId');
    for (let id: string | null = basis; id !== null; id = tenant.plan(id).basedOnPlanId)
      if (id === planId) throw invalid('basedOnPlanId');
  }
  Object.assign(plan, input, {
    name: ('name' in input && input.name?.trim()) || plan.name,
    presentation: presented(
      ('presentation' in input && input.presentation) || {},
      plan.presentation,
    ),
  });
  touch(plan, now);
  return { plan: tenant.placed(plan) };
};

const plain: Presentation = { tagline: null, badge: null, highlighted: false, callToAction: null };

/** What is left out stays. */
const presented = (
  input: { [Member in keyof Presentation]?: Presentation[Member] | null },
  before = plain,
): Presentation => {
  const { tagline = before.tagline, badge = before.badge } = input;
  const { callToAction = before.callToAction } = input;
  return {
    tagline: tagline?.trim() ?? null,
    badge: badge?.trim() ?? null,
    highlighted: input.highlighted ?? before.highlighted,
    callToAction: callToAction && { ...callToAction, label: callToAction.label.trim() },
  };
};

export const deletePlan = (
  tenant: ReferenceTenant,
  { planId }: CallOf<'deletePlan'>,
  { now }: Stamp,
): Result => {
  const plan = tenant.plan(planId);
  leave(tenant, planId, now);
  tenant.plans.splice(tenant.plans.indexOf(plan), 1);
  for (const other of tenant.plans)
    if (other.basedOnPlanId === planId) {
      other.basedOnPlanId = null;
      touch(other, now);
    }
  const prices = tenant.prices.filter((price) => price.planId === planId).map(({ id }) => id);
  tenant.prices = tenant.prices.filter((price) => price.planId !== planId);
  tenant.regionalPrices = tenant.regionalPrices.filter((row) => !prices.includes(row.priceId));
  tenant.marketPrices = tenant.marketPrices.filter((row) => !prices.includes(row.priceId));
  tenant.regionalOverages = tenant.regionalOverages.filter((row) => row.planId !== planId);
  tenant.planFeatures = tenant.planFeatures.filter((link) => link.planId !== planId);
  tenant.unitPrices = tenant.unitPrices.filter((unit) => unit.planId !== planId);
  tenant.planLimits = tenant.planLimits.filter((row) => row.planId !== planId);
  tenant.rates = tenant.rates.filter((rate) => rate.planId !== planId);
  tenant.gone.push(planId);
  return { id: planId };
};

const leave = (tenant: ReferenceTenant, planId: string, now: string): void => {
  for (const [groupId, members] of tenant.members)
    if (members.includes(planId)) {
      members.splice(members.indexOf(planId), 1);
      touch(tenant.group(groupId), now);
    }
};

const refuseOtherModel = (
  tenant: ReferenceTenant,
  groupId: string,
  model: string | null,
  param: string,
): void => {
  const models = tenant.membersOf(groupId).map((id) => tenant.plan(id).consumptionModel);
  if (model && models.some((other) => other && other !== model)) throw invalid(param);
};

export const createPlanGroup = (
  tenant: ReferenceTenant,
  { input }: CallOf<'createPlanGroup'>,
  { now, id }: Stamp,
): Result => {
  const { name, description, isPublic } = input;
  const group = {
    id,
    code: newCode(input, tenant.groups, 'group'),
    name: name.trim(),
    description: description ?? null,
    isPublic: isPublic ?? true,
  };
  tenant.groups.push({ ...group, createdAt: now, updatedAt: now });
  tenant.members.set(id, []);
  return { group: tenant.group(id) };
};

export const updatePlanGroup = (
  tenant: ReferenceTenant,
  { planGroupId, input }: CallOf<'updatePlanGroup'>,
  { now }: Stamp,
): Result => {
  const group = tenant.group(planGroupId);
  Object.assign(group, input, { name: input.name?.trim() ?? group.name });
  touch(group, now);
  return { group };
};

export const deletePlanGroup = (
  tenant: ReferenceTenant,
  { planGroupId }: CallOf<'deletePlanGroup'>,
  { now }: Stamp,
): Result => {
  const group = tenant.group(planGroupId);
  for (const id of tenant.membersOf(planGroupId)) touch(tenant.plan(id), now);
  tenant.members.delete(planGroupId);
  tenant.groups.splice(tenant.groups.indexOf(group), 1);
  tenant.gone.push(planGroupId);
  return { id: planGroupId };
};

export const addPlanToGroup = (
  tenant: ReferenceTenant,
  { planGroupId, input }: CallOf<'addPlanToGroup'>,
  { now }: Stamp,
): Result => {
  const group = tenant.group(planGroupId);
  const plan = tenant.plan(input.planId);
  refuseOtherModel(tenant, planGroupId, plan.consumptionModel, 'planId');
  if (tenant.groupOf(plan.id)) throw new Refusal('duplicate', 'planId');
  const members = tenant.membersOf(planGroupId);
  members.splice(input.sortOrder ?? members.length, 0, plan.id);
  touch(plan, now);
  touch(group, now);
  return { group };
};

export const removePlanFromGroup = (
  tenant: ReferenceTenant,
  { planGroupId, planId }: CallOf<'removePlanFromGroup'>,
  { now }: Stamp,
): Result => {
  const group = tenant.group(planGroupId);
  const plan = tenant.plan(planId);
  if (tenant.groupOf(planId) !== planGroupId) throw new Refusal('plan_not_found', 'planId');
  leave(tenant, planId, now);
  touch(plan, now);
  return { group };
};

export const reorderPlansInGroup = (
  tenant: ReferenceTenant,
  { planGroupId, input }: CallOf<'reorderPlansInGroup'>,
  { now }: Stamp,
): Result => {
  const group = tenant.group(planGroupId);
  const members = tenant.membersOf(planGroupId);
  if ([...members].sort().join() !== [...input.planIds].sort().join()) throw invalid('planIds');
  tenant.members.set(planGroupId, [...input.planIds]);
  touch(group, now);
  return { group };
};
