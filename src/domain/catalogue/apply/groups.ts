import { isSame } from '../../../db/write/change-list.ts';
import type { Writer } from '../../operation.ts';
import {
  addPlanToGroup,
  CreatePlanGroupInput,
  createPlanGroup,
  deletePlanGroup,
  ReorderPlansInGroupInput,
  removePlanFromGroup,
  reorderPlansInGroup,
  UpdatePlanGroupInput,
  updatePlanGroup,
} from '../../plan-group.ts';
import type { Catalogue } from '../document.ts';
import { none } from '../level.ts';
import { at, checked } from './refusal.ts';

const pathOf = (code: string) => `groups.${code}`;

/** Groups, and the plans that leave them. */
export const removeGroups = async (
  writer: Writer,
  before: Catalogue,
  after: Catalogue,
): Promise<void> => {
  for (const [code, { plans = [] }] of before.groups ?? none) {
    const group = after.groups?.get(code);
    if (!group) await at(pathOf(code), () => deletePlanGroup(writer, code));
    else
      for (const plan of plans)
        if (!group.plans?.includes(plan) && after.plans?.has(plan))
          await at(pathOf(code), () => removePlanFromGroup(writer, code, plan));
  }
};

/** Groups with their plans, in their order. */
export const writeGroups = async (
  writer: Writer,
  before: Catalogue,
  after: Catalogue,
): Promise<void> => {
  for (const [code, group] of after.groups ?? none)
    await at(pathOf(code), async () => {
      const { name = '', description, isPublic, plans = [] } = group;
      const earlier = before.groups?.get(code);
      const members = { name, description: description ?? null, isPublic: isPublic ?? true };
      if (!earlier)
        await createPlanGroup(writer, checked(CreatePlanGroupInput, { code, ...members }));
      else if (
        earlier.name !== name ||
        earlier.description !== description ||
        earlier.isPublic !== isPublic
      )
        await updatePlanGroup(writer, code, checked(UpdatePlanGroupInput, members));
      const staying = (earlier?.plans ?? []).filter((plan) => plans.includes(plan));
      const joining = plans.filter((plan) => !staying.includes(plan));
      for (const planId of joining) await addPlanToGroup(writer, code, { planId });
      if (!isSame([...staying, ...joining], plans))
        await reorderPlansInGroup(
          writer,
          code,
          checked(ReorderPlansInGroupInput, { planIds: plans }),
        );
    });
};
