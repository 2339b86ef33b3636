import type { CallOf } from './calls.ts';
import { hasOverage, regionalOverageAt } from './derive.ts';
import { dropMarketUnitPrices } from './market.ts';
import type { Feature, Plan, PlanFeature, RegionalOverage, UnitPrice } from './records.ts';
import {
  invalid,
  type ReferenceTenant,
  Refusal,
  type Result,
  type Stamp,
  touch,
} from './tenant.ts';

/** Zero, false and null amounts count as absent. */
const check = (link: PlanFeature, plan: Plan, feature: Feature): void => {
  const blamed: string[] = [];
  const overage = [
    ...(link.overage.enabled ? ['overage.enabled'] : []),
    ...(link.overage.unitPrice > 0 ? ['overage.unitPrice'] : []),
  ];
  const isOverageModel = plan.consumptionModel === 'metered' || plan.consumptionModel === 'balance';
  if (feature.type === 'boolean') {
    if (link.includedAmount > 0) blamed.push('includedAmount');
    if (link.unlimited) blamed.push('unlimited');
    if (link.creditsPerUnit) blamed.push('creditsPerUnit');
    if (link.margin) blamed.push('margin');
  }
  if (feature.type === 'boolean' || plan.isFree || !isOverageModel || link.unlimited)
    blamed.push(...overage);
  if (link.pricingMode === 'ai_model' && plan.consumptionModel !== 'balance')
    blamed.push('pricingMode');
  if (blamed.length > 0) throw invalid(...blamed);
};

/**
 * The overages of a feature after a change: manual ones stay, the others are derived; without
 * overage there is none.
 */
const overagesOf = (tenant: ReferenceTenant, link: PlanFeature): RegionalOverage[] => {
  if (!hasOverage(link)) return [];
  const manual = tenant
    .regionalOveragesOf(link.planId, link.featureId)
    .filter(({ autoSynced }) => !autoSynced);
  const derived = tenant
    .ratesOf(link.planId)
    .filter((rate) => !manual.some(({ currency }) => currency === rate.currency))
    .map((rate) => regionalOverageAt(link, rate));
  return [...manual, ...derived];
};

const replaceOverages = (
  tenant: ReferenceTenant,
  link: PlanFeature,
  rows: RegionalOverage[],
): void => {
  const isOther = (row: RegionalOverage) =>
    row.planId !== link.planId || row.featureId !== link.featureId;
  tenant.regionalOverages = [...tenant.regionalOverages.filter(isOther), ...rows];
};

export const addPlanFeature = (
  tenant: ReferenceTenant,
  { planId, input }: CallOf<'addPlanFeature'>,
  { now }: Stamp,
): Result => {
  const plan = tenant.plan(planId);
  const feature = tenant.feature(input.featureId);
  const planFeature: PlanFeature = {
    planId,
    featureId: feature.id,
    enabled: input.enabled ?? true,
    includedAmount: input.includedAmount ?? 0,
    unlimited: input.unlimited ?? false,
    overage: { enabled: false, unitPrice: 0, ...input.overage },
    creditsPerUnit: input.creditsPerUnit ?? null,
    pricingMode: input.pricingMode ?? 'fixed',
    margin: input.margin ?? null,
    displayValue: input.displayValue?.trim() ?? null,
    createdAt: now,
    updatedAt: now,
  };
  check(planFeature, plan, feature);
  if (tenant.planFeatures.some((link) => link.planId === planId && link.featureId === feature.id))
    throw new Refusal('feature_already_exists', 'featureId');
  replaceOverages(tenant, planFeature, overagesOf(tenant, planFeature));
  tenant.planFeatures.push(planFeature);
  touch(plan, now);
  return { planFeature };
};

export const updatePlanFeature = (
  tenant: ReferenceTenant,
  { planId, featureId, input }: CallOf<'updatePlanFeature'>,
  { now }: Stamp,
): Result => {
  const plan = tenant.plan(planId);
  const feature = tenant.feature(featureId);
  const planFeature = tenant.planFeature(planId, feature.id);
  const { displayValue = planFeature.displayValue } = input;
  const after = {
    ...planFeature,
    ...input,
    overage: { ...planFeature.overage, ...input.overage },
    displayValue: displayValue?.trim() ?? null,
  };
  check(after, plan, feature);
  const isPriced = tenant.unitPrices.some(
    (unit) => unit.planId === planId && unit.featureId === feature.id,
  );
  if (after.unlimited && isPriced) throw invalid('unlimited');
  const rows = overagesOf(tenant, after);
  Object.assign(planFeature, after);
  touch(planFeature, now);
  touch(plan, now);
  replaceOverages(tenant, planFeature, rows);
  return { planFeature };
};

export const removePlanFeature = (
  tenant: ReferenceTenant,
  { planId, featureId }: CallOf<'removePlanFeature'>,
  { now }: Stamp,
): Result => {
  const plan = tenant.plan(planId);
  const feature = tenant.feature(featureId);
  const planFeature = tenant.planFeature(planId, feature.id);
  tenant.planFeatures.splice(tenant.planFeatures.indexOf(planFeature), 1);
  replaceOverages(tenant, planFeature, []);
  tenant.planLimits = tenant.planLimits.filter(
    (row) => row.planId !== planId || row.featureId !== feature.id,
  );
  const isGone = (unit: UnitPrice) => unit.planId === planId && unit.featureId === feature.id;
  for (const { priceId } of tenant.unitPrices.filter(isGone)) {
    touch(tenant.price(planId, priceId), now);
    dropMarketUnitPrices(tenant, priceId, feature.id, now);
  }
  tenant.unitPrices = tenant.unitPrices.filter((unit) => !isGone(unit));
  touch(plan, now);
  return { id: feature.id, plan: tenant.placed(plan) };
};
