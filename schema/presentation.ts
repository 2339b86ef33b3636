import {
  CallToActionInput,
  PlanPresentationInput as NewPresentation,
  type PlanPresentation as PlanPresentationRecord,
  UpdatePlanPresentationInput as PresentationChanges,
} from '../src/domain/presentation.ts';
import { builder } from './builder.ts';
import { inputType } from './input.ts';

const CallToAction = builder.objectRef<{ label: string; url: string }>('CallToAction').implement({
  description: 'The button of a plan.',
  fields: (t) => ({
    label: t.exposeString('label', { description: 'Its text.' }),
    url: t.exposeString('url', {
      description:
        'Where it leads: https:, mailto:, tel:, or a path of the site that begins with one slash.',
    }),
  }),
});

export const PlanPresentation = builder
  .objectRef<PlanPresentationRecord>('PlanPresentation')
  .implement({
    description: 'How a page shows a plan.',
    fields: (t) => ({
      tagline: t.exposeString('tagline', {
        nullable: true,
        description: 'One line under the name.',
      }),
      badge: t.exposeString('badge', {
        nullable: true,
        description: 'A word that sets the plan apart, e.g. "Most popular".',
      }),
      highlighted: t.exposeBoolean('highlighted', {
        description: 'Shown as the plan to choose.',
      }),
      callToAction: t.field({
        type: CallToAction,
        nullable: true,
        description: 'The button of the plan.',
        resolve: ({ callToActionLabel: label, callToActionUrl: url }) =>
          label === null || url === null ? null : { label, url },
      }),
    }),
  });

const callToAction = inputType('CallToActionInput', CallToActionInput, 'The button of a plan.', {
  label: 'String',
  url: 'String',
});

export const PlanPresentationInput = inputType(
  'PlanPresentationInput',
  NewPresentation,
  'How a page shows a plan.',
  { tagline: 'String', badge: 'String', highlighted: 'Boolean', callToAction },
);

export const UpdatePlanPresentationInput = inputType(
  'UpdatePlanPresentationInput',
  PresentationChanges,
  'Changes to how a page shows a plan.',
  { tagline: 'String', badge: 'String', highlighted: 'Boolean', callToAction },
);
