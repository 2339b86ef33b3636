import { z } from 'zod';
import {
  replaceLimitsOfFeature,
  replaceLimitsOfPlanFeature,
  storedLimitsOfFeature,
  storedLimitsOfPlanFeature,
  usedLimitsOf,
} from '../db/records/feature-limit.ts';
import type { Feature, FeatureLimit, PlanFeature, PlanFeatureLimit } from '../db/tables.ts';
import { touchContainers } from '../db/write/containers.ts';
import { ConflictError, invalid, NotFoundError } from '../errors.ts';
import { limitPeriods } from '../vocabulary.ts';
import { getFeature } from './feature.ts';
import * as fields from './fields.ts';
import { beyond, maxima } from './maxima.ts';
import { operationOn, type Writer } from './operation.ts';
import { requirePlan } from './plan.ts';
import { requirePlanFeature } from './plan-feature.ts';
import { refuseRepeats } from './repeats.ts';
import { changedUnit, unnamed } from './unit-name.ts';

export type { FeatureLimit, PlanFeatureLimit };

const MOST_DECIMALS = 4;

const listOfLimits = <Item extends z.ZodType>(item: Item) =>
  z.array(item).max(maxima.limitsOfFeature, beyond('limitsOfFeature'));

const codeAt = (index: number) => `limits.${index}.code`;

export const SetFeatureLimitsInput = z.object({
  limits: listOfLimits(
    z.object({
      code: fields.code,
      name: fields.name,
      unitName: fields.unitName.nullish(),
      unitNamePlural: fields.unitNamePlural.nullish(),
      decimals: fields
        .wholeNumber(MOST_DECIMALS)
        .nullish()
        .describe(
          'How many of the last digits of an amount stand after the point, 0 to 4: with 1, an ' +
            'amount of 5 is 0.5. 0 when omitted. Amounts that plans have stay as they are.',
        ),
      period: z
        .enum(limitPeriods)
        .nullish()
        .describe('What the limit counts anew with; never when omitted: a standing limit.'),
      perFeatureId: fields.featureId
        .nullish()
        .describe('Id or code of another feature of which each unit has the limit for itself.'),
    }),
  ).describe(
    'Every limit of the feature, at most 10, in the order of pages. One that is left out goes, ' +
      'unless a plan uses it.',
  ),
});
export type SetFeatureLimitsInput = z.infer<typeof SetFeatureLimitsInput>;

const perFeatureOf = async (
  writer: Writer,
  feature: Feature,
  perFeatureId: string,
  param: string,
): Promise<string> => {
  const { id } = await getFeature(writer, perFeatureId, param);
  if (id === feature.id) throw invalid(param, 'must be another feature');
  return id;
};

/** Sets all limits that plans may set of the feature. */
export const setFeatureLimits = operationOn(
  'setFeatureLimits',
  [fields.featureId, SetFeatureLimitsInput],
  async (writer, featureId, { limits }): Promise<Feature> => {
    const codes = limits.map(({ code }) => code);
    refuseRepeats(codes, codeAt);
    const feature = await getFeature(writer, featureId);
    const after: FeatureLimit[] = [];
    for (const [position, limit] of limits.entries()) {
      const { code, name, decimals, period, perFeatureId } = limit;
      after.push({
        featureId: feature.id,
        code,
        position,
        name: name.trim(),
        ...changedUnit(unnamed, limit, `limits.${position}.unitNamePlural`),
        decimals: decimals ?? 0,
        period: period ?? 'never',
        perFeatureId:
          perFeatureId == null
            ? null
            : await perFeatureOf(writer, feature, perFeatureId, `limits.${position}.perFeatureId`),
      });
    }
    for (const code of await usedLimitsOf(writer, feature.id))
      if (!codes.includes(code))
        throw new ConflictError('feature_in_use', `A plan uses the limit ${code}.`, 'limits');
    writer.about(feature.id);
    await replaceLimitsOfFeature(writer, await storedLimitsOfFeature(writer, feature.id), after);
    await touchContainers(writer);
    return getFeature(writer, feature.id);
  },
);

export const SetPlanFeatureLimitsInput = z.object({
  limits: listOfLimits(
    z
      .object({
        code: fields.code.describe('Code of a limit of the feature.'),
        amount: fields.quantity
          .nullish()
          .describe(
            'How much the plan allows, as a whole number of its last decimal: with one decimal, 5 ' +
              'is 0.5. Either this or `unlimited`.',
          ),
        unlimited: z.boolean().nullish().describe('No limit at all; false when omitted.'),
      })
      .refine(({ amount, unlimited }) => amount != null || unlimited === true, {
        error: 'must be given, unless unlimited is true',
        path: ['amount'],
      })
      .refine(({ amount, unlimited }) => amount == null || unlimited !== true, {
        error: 'must be absent where unlimited is true',
        path: ['amount'],
      }),
  ).describe('Every limit that the plan sets of the feature. One that is left out goes.'),
});
export type SetPlanFeatureLimitsInput = z.infer<typeof SetPlanFeatureLimitsInput>;

/** Sets what the plan allows of the limits of one of its features. */
export const setPlanFeatureLimits = operationOn(
  'setPlanFeatureLimits',
  [fields.planId, fields.featureId, SetPlanFeatureLimitsInput],
  async (writer, planId, featureId, { limits }): Promise<PlanFeature> => {
    refuseRepeats(
      limits.map(({ code }) => code),
      codeAt,
    );
    await requirePlan(writer, planId);
    const feature = await getFeature(writer, featureId);
    const link = await requirePlanFeature(writer, planId, feature.id);
    const defined = await storedLimitsOfFeature(writer, feature.id);
    const after = limits.map(({ code, amount, unlimited }, index): PlanFeatureLimit => {
      if (!defined.some((limit) => limit.code === code))
        throw new NotFoundError('feature_limit_not_found', codeAt(index));
      return {
        planId,
        featureId: feature.id,
        code,
        amount: amount ?? null,
        unlimited: unlimited ?? false,
      };
    });
    writer.about(link.id);
    const before = await storedLimitsOfPlanFeature(writer, planId, feature.id);
    await replaceLimitsOfPlanFeature(writer, before, after);
    await touchContainers(writer);
    return requirePlanFeature(writer, planId, feature.id);
  },
);
