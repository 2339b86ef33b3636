import { z } from 'zod';
import type { Plan } from '../db/tables.ts';
import { isLink } from '../link.ts';
import * as fields from './fields.ts';

/** How a page shows a plan. */
export type PlanPresentation = Plan['presentation'];

const LONGEST_URL = 2_000;

export const callToActionUrl = fields
  .text(LONGEST_URL)
  .refine(
    (url) => isLink(url.trim()),
    'must be an address with https:, mailto: or tel:, or a path that begins with one slash',
  )
  .describe(
    `Where it leads: https:, mailto:, tel:, or a path that begins with one slash; at most ${LONGEST_URL} characters.`,
  );

export const CallToActionInput = z.object({
  label: fields.label.describe('Text of the button, 1 to 255 characters.'),
  url: callToActionUrl,
});

export const PlanPresentationInput = z.object({
  tagline: fields.label.nullish().describe('One line under the name, 1 to 255 characters.'),
  badge: fields.label
    .nullish()
    .describe('A word that sets the plan apart, e.g. "Most popular", 1 to 255 characters.'),
  highlighted: z.boolean().nullish().describe('Shown as the plan to choose; false when omitted.'),
  callToAction: CallToActionInput.nullish().describe('The button of the plan.'),
});
export type PlanPresentationInput = z.infer<typeof PlanPresentationInput>;

export const UpdatePlanPresentationInput = z.object({
  tagline: fields.label.nullish().describe('One line under the name. Null clears it.'),
  badge: fields.label.nullish().describe('A word that sets the plan apart. Null clears it.'),
  highlighted: z.boolean().optional().describe('Shown as the plan to choose.'),
  callToAction: CallToActionInput.nullish().describe('Replaces the button. Null clears it.'),
});

const plain: PlanPresentation = {
  tagline: null,
  badge: null,
  highlighted: false,
  callToActionLabel: null,
  callToActionUrl: null,
};

/** What an input leaves out stays. */
export const presented = (
  input: PlanPresentationInput | null | undefined,
  before = plain,
): PlanPresentation => {
  if (!input) return before;
  const { tagline, badge, highlighted, callToAction } = input;
  return {
    tagline: tagline === undefined ? before.tagline : (tagline?.trim() ?? null),
    badge: badge === undefined ? before.badge : (badge?.trim() ?? null),
    highlighted: highlighted ?? before.highlighted,
    callToActionLabel:
      callToAction === undefined ? before.callToActionLabel : (callToAction?.label.trim() ?? null),
    callToActionUrl:
      callToAction === undefined ? before.callToActionUrl : (callToAction?.url.trim() ?? null),
  };
};
