import type { CallOf } from './calls.ts';
import type { FeatureLimit, PlanFeatureLimit } from './records.ts';
import {
  invalid,
  type ReferenceTenant,
  Refusal,
  type Result,
  type Stamp,
  touch,
} from './tenant.ts';
import { namedUnit, unnamedUnit } from './unit-name.ts';

const refuseRepeats = (limits: readonly { code: string }[]): void => {
  for (const [index, { code }] of limits.entries())
    if (limits.slice(0, index).some((earlier) => earlier.code === code))
      throw invalid(`limits.${index}.code`);
};

export const setFeatureLimits = (
  tenant: ReferenceTenant,
  { featureId, input: { limits } }: CallOf<'setFeatureLimits'>,
  { now }: Stamp,
): Result => {
  refuseRepeats(limits);
  const feature = tenant.feature(featureId);
  const after = limits.map((limit, index): FeatureLimit => {
    const param = `limits.${index}.perFeatureId`;
    const unit = namedUnit(unnamedUnit, limit, `limits.${index}.unitNamePlural`);
    const per = limit.perFeatureId == null ? null : tenant.feature(limit.perFeatureId, param);
    if (per === feature) throw invalid(param);
    return {
      featureId: feature.id,
      code: limit.code,
      name: limit.name.trim(),
      ...unit,
      decimals: limit.decimals ?? 0,
      period: limit.period ?? 'never',
      perFeatureId: per?.id ?? null,
    };
  });
  const before = tenant.limitsOf(feature.id);
  for (const used of tenant.planLimits)
    if (used.featureId === feature.id && !after.some(({ code }) => code === used.code))
      throw new Refusal('feature_in_use', 'limits');
  if (before.length + after.length > 0) touch(feature, now);
  tenant.limits = [...tenant.limits.filter((limit) => limit.featureId !== feature.id), ...after];
  return { feature };
};

export const setPlanFeatureLimits = (
  tenant: ReferenceTenant,
  { planId, featureId: idOrCode, input: { limits } }: CallOf<'setPlanFeatureLimits'>,
  { now }: Stamp,
): Result => {
  refuseRepeats(limits);
  const plan = tenant.plan(planId);
  const { id: featureId } = tenant.feature(idOrCode);
  const planFeature = tenant.planFeature(planId, featureId);
  const after = limits.map(({ code, amount, unlimited }, index): PlanFeatureLimit => {
    if (!tenant.limitsOf(featureId).some((limit) => limit.code === code))
      throw new Refusal('feature_limit_not_found', `limits.${index}.code`);
    return { planId, featureId, code, amount: amount ?? null, unlimited: unlimited ?? false };
  });
  const before = tenant.planLimitsOf(planId, featureId);
  if (before.length + after.length > 0) for (const each of [planFeature, plan]) touch(each, now);
  tenant.planLimits = [...tenant.planLimits.filter((row) => !before.includes(row)), ...after];
  return { planFeature };
};
