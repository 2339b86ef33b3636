import type { Call, CallOf, OperationName } from './calls.ts';
import { applyChangeSet, createChangeSet, discardChangeSet } from './change-set.ts';
import { removePlanCurrency, setExchangeRate } from './exchange-rate.ts';
import { createFeature, deleteFeature, updateFeature } from './feature.ts';
import { setFeatureLimits, setPlanFeatureLimits } from './feature-limit.ts';
import {
  arrangeFeatures,
  createFeatureSection,
  deleteFeatureSection,
  updateFeatureSection,
} from './feature-section.ts';
import {
  addPriceVariant,
  createMarket,
  deleteMarket,
  setMarketPrices,
  updateMarket,
} from './market.ts';
import {
  addPlanToGroup,
  createPlan,
  createPlanGroup,
  deletePlan,
  deletePlanGroup,
  removePlanFromGroup,
  reorderPlansInGroup,
  updatePlan,
  updatePlanGroup,
} from './plan.ts';
import { addPlanFeature, removePlanFeature, updatePlanFeature } from './plan-feature.ts';
import { addPlanPrice, deletePlanPrice, setDefaultPlanPrice, updatePlanPrice } from './price.ts';
import { deriveRegionalPrice, setRegionalOverage } from './regional-amount.ts';
import {
  deleteRegionalPrices,
  setPlanRegionalPricing,
  upsertRegionalPrices,
} from './regional-pricing.ts';
import type { ReferenceTenant, Result, Stamp } from './tenant.ts';
import { removeUnitPrice, setUnitPrice } from './unit-price.ts';

type Rules = {
  [Name in OperationName]: (tenant: ReferenceTenant, call: CallOf<Name>, stamp: Stamp) => Result;
};

/**
 * What each operation does, as the contract and the invariants have it. Each checks everything
 * before it changes anything.
 */
const rules: Rules = {
  createPlan,
  updatePlan,
  setPlanVisibility: updatePlan,
  deletePlan,
  addPlanFeature,
  updatePlanFeature,
  removePlanFeature,
  addPlanPrice,
  updatePlanPrice,
  deletePlanPrice,
  setDefaultPlanPrice,
  createMarket,
  updateMarket,
  deleteMarket,
  setMarketPrices,
  addPriceVariant,
  upsertRegionalPrices,
  deleteRegionalPrices,
  deriveRegionalPrice,
  setRegionalOverage,
  setExchangeRate,
  removePlanCurrency,
  setPlanRegionalPricing,
  createFeature,
  updateFeature,
  deleteFeature,
  createFeatureSection,
  updateFeatureSection,
  deleteFeatureSection,
  arrangeFeatures,
  setFeatureLimits,
  setPlanFeatureLimits,
  setUnitPrice,
  removeUnitPrice,
  createPlanGroup,
  updatePlanGroup,
  deletePlanGroup,
  addPlanToGroup,
  removePlanFromGroup,
  reorderPlansInGroup,
  createChangeSet,
  applyChangeSet,
  discardChangeSet,
};

/** The result as it is at that moment. Throws a `Refusal`. */
export const carryOut = (tenant: ReferenceTenant, call: Call, stamp: Stamp): Result => {
  const rule = rules[call.operation] as (
    tenant: ReferenceTenant,
    call: Call,
    stamp: Stamp,
  ) => Result;
  const result = structuredClone(rule(tenant, call, stamp));
  if (!('isQuiet' in result && result.isQuiet)) tenant.revision += 1;
  return result;
};
