import {
  type FeatureLimit as FeatureLimitRecord,
  type PlanFeatureLimit as PlanFeatureLimitRecord,
  SetFeatureLimitsInput,
  SetPlanFeatureLimitsInput,
  setFeatureLimits,
  setPlanFeatureLimits,
} from '../src/domain/feature-limit.ts';
import type { PlanFeature as PlanFeatureRecord } from '../src/domain/plan-feature.ts';
import { featureById, limitsOfFeature, limitsOfPlan } from '../src/domain/relations.ts';
import { featureAt, planFeatureAt } from '../src/domain/revision.ts';
import { formatQuantity } from '../src/formatting.ts';
import { mapMaybePromise } from '../src/maybe-promise.ts';
import { builder } from './builder.ts';
import { reads } from './include.ts';
import { inputType } from './input.ts';
import { mutation } from './mutation.ts';
import { featureId, featureOfPlan } from './reference.ts';
import { Feature, PlanFeature } from './refs.ts';
import { expectedRevision } from './revision.ts';
import { LimitPeriod } from './vocabulary.ts';

const UNLIMITED = '∞';

const FeatureLimit = builder.objectRef<FeatureLimitRecord>('FeatureLimit').implement({
  description: 'A limit that plans may set of a feature, e.g. storage per seat.',
  fields: (t) => ({
    id: t.id({
      description: 'Id for caches, made from the feature and the code. `node` does not know it.',
      resolve: ({ featureId, code }) => `${featureId}_${code}`,
    }),
    code: t.exposeString('code', {
      description: 'Stable identifier of your choice, unique among the limits of the feature.',
    }),
    name: t.exposeString('name', { description: 'Display name.' }),
    unitName: t.exposeString('unitName', {
      nullable: true,
      description: 'What one unit is called, e.g. "GB".',
    }),
    unitNamePlural: t.exposeString('unitNamePlural', {
      nullable: true,
      description: 'What several units are called. Null where `unitName` stands for them, too.',
    }),
    decimals: t.exposeInt('decimals', {
      description:
        'How many of the last digits of an amount stand after the point, 0 to 4: with 1, an ' +
        'amount of 5 is 0.5.',
    }),
    period: t.expose('period', {
      type: LimitPeriod,
      description: 'What the limit counts anew with.',
    }),
    perFeature: t.field({
      type: Feature,
      nullable: true,
      description:
        'The feature of which each unit has the limit for itself. Null where there is none, and ' +
        'to a publishable key where no public plan has that feature.',
      resolve: ({ perFeatureId }, _, { loaders }) =>
        perFeatureId === null ? null : loaders.load(featureById, perFeatureId),
    }),
  }),
});

/** What a plan allows, with what it is of. */
interface LimitOfPlan extends PlanFeatureLimitRecord {
  planFeature: PlanFeatureRecord;
  limit: FeatureLimitRecord;
}

const PlanFeatureLimit = builder.objectRef<LimitOfPlan>('PlanFeatureLimit').implement({
  description: 'How much a plan allows of a limit of one of its features.',
  fields: (t) => ({
    id: t.id({
      description:
        'Id for caches, made from the feature of the plan and the code of the limit. `node` does ' +
        'not know it.',
      resolve: ({ planFeature, code }) => `${planFeature.id}_${code}`,
    }),
    limit: t.expose('limit', { type: FeatureLimit, description: 'The limit.' }),
    amount: t.expose('amount', {
      type: 'Quantity',
      nullable: true,
      description:
        'How much the plan allows, as a whole number of the last decimal of the limit: with one ' +
        'decimal, 5 is 0.5. Null where it is unlimited.',
    }),
    unlimited: t.exposeBoolean('unlimited', { description: 'No limit at all.' }),
    formattedAmount: t.string({
      description:
        `The amount as people read it, without its unit: "0.5"; "${UNLIMITED}" where it is ` +
        'unlimited.',
      args: {
        locale: t.arg({
          type: 'Locale',
          required: true,
          defaultValue: 'en-US',
          description: 'The language and region to write for, e.g. "pt-BR".',
        }),
      },
      resolve: ({ amount, limit: { decimals } }, { locale }) =>
        amount === null ? UNLIMITED : formatQuantity(amount, decimals, locale),
    }),
  }),
});

builder.objectFields(Feature, (t) => ({
  limits: t.field({
    ...reads(limitsOfFeature),
    type: [FeatureLimit],
    description: 'The limits that plans may set of it, in their order; at most 10.',
    resolve: ({ id }, _, { loaders }) => loaders.load(limitsOfFeature, id),
  }),
}));

builder.objectFields(PlanFeature, (t) => ({
  limits: t.field({
    ...reads(limitsOfPlan),
    type: [PlanFeatureLimit],
    description: 'How much the plan allows of limits of the feature, in the order of the feature.',
    resolve: (planFeature, _, { loaders }) =>
      mapMaybePromise(loaders.load(limitsOfPlan, planFeature.planId), (found) => {
        const amounts = found.filter(({ featureId }) => featureId === planFeature.featureId);
        if (amounts.length === 0) return [];
        return mapMaybePromise(loaders.load(limitsOfFeature, planFeature.featureId), (limits) =>
          limits.flatMap((limit) =>
            amounts
              .filter(({ code }) => code === limit.code)
              .map((amount) => ({ ...amount, planFeature, limit })),
          ),
        );
      }),
  }),
}));

builder.mutationFields((t) => ({
  setFeatureLimits: t.field({
    type: Feature,
    description:
      'Sets all limits that plans may set of a feature. Errors: `feature_not_found` (also of ' +
      '`perFeatureId`), `feature_in_use` (a plan uses a limit that is left out).',
    args: {
      ...expectedRevision,
      ...featureId,
      input: t.arg({
        required: true,
        description: 'The limits.',
        type: inputType(
          'SetFeatureLimitsInput',
          SetFeatureLimitsInput,
          'All limits of a feature.',
          {
            limits: [
              inputType(
                'FeatureLimitInput',
                SetFeatureLimitsInput.shape.limits.element,
                'A limit that plans may set.',
                {
                  code: 'String',
                  name: 'String',
                  unitName: 'String',
                  unitNamePlural: 'String',
                  decimals: 'Int',
                  period: LimitPeriod,
                  perFeatureId: 'ID',
                },
              ),
            ],
          },
        ),
      }),
    },
    ...mutation,
    resolve: (_, { featureId, input, expectedRevision }, { write }) =>
      write((w) => setFeatureLimits(w, featureId, input), {
        guard: featureAt(expectedRevision, featureId),
      }),
  }),
  setPlanFeatureLimits: t.field({
    type: PlanFeature,
    description:
      'Sets how much a plan allows of the limits of one of its features. Errors: ' +
      '`plan_not_found`, `feature_not_found`, `feature_limit_not_found` (a code that the feature ' +
      'does not define).',
    args: {
      ...expectedRevision,
      ...featureOfPlan,
      input: t.arg({
        required: true,
        description: 'The limits.',
        type: inputType(
          'SetPlanFeatureLimitsInput',
          SetPlanFeatureLimitsInput,
          'All limits that a plan sets of one of its features.',
          {
            limits: [
              inputType(
                'PlanFeatureLimitInput',
                SetPlanFeatureLimitsInput.shape.limits.element,
                'How much the plan allows of one limit.',
                { code: 'String', amount: 'Quantity', unlimited: 'Boolean' },
              ),
            ],
          },
        ),
      }),
    },
    ...mutation,
    resolve: (_, { planId, featureId, input, expectedRevision }, { write }) =>
      write((w) => setPlanFeatureLimits(w, planId, featureId, input), {
        guard: planFeatureAt(expectedRevision, planId, featureId),
      }),
  }),
}));
