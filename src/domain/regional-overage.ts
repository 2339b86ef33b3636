import { z } from 'zod';
import { findRegionalOverages, saveRegionalOverages } from '../db/records/regional-overage.ts';
import type { PlanFeature, RegionalOverage } from '../db/tables.ts';
import { touchContainers } from '../db/write/containers.ts';
import { invalid } from '../errors.ts';
import { hasOverage } from './derived-pricing.ts';
import { refuseBaseCurrency } from './exchange.ts';
import { getFeature } from './feature.ts';
import * as fields from './fields.ts';
import { operationOn } from './operation.ts';
import { requirePlan } from './plan.ts';
import { requirePlanFeature } from './plan-feature.ts';

export type { RegionalOverage };

export const overageByHand = (
  { planId, featureId }: PlanFeature,
  currency: string,
  unitPrice: number,
): RegionalOverage => ({ planId, featureId, currency, unitPrice, autoSynced: false });

export const SetRegionalOverageInput = z.object({
  currency: fields.currency,
  unitPrice: fields.rateAmount.describe('Price of one unit in rate scale of the currency.'),
});
export type SetRegionalOverageInput = z.infer<typeof SetRegionalOverageInput>;

export const setRegionalOverage = operationOn(
  'setRegionalOverage',
  [fields.planId, fields.featureId, SetRegionalOverageInput],
  async (writer, planId, featureId, { currency: code, unitPrice }): Promise<PlanFeature> => {
    const currency = code.toLowerCase();
    refuseBaseCurrency(writer.tenant, currency);
    await requirePlan(writer, planId);
    const feature = await getFeature(writer, featureId);
    const link = await requirePlanFeature(writer, planId, feature.id);
    if (!hasOverage(link)) throw invalid('featureId', 'has no overage on this plan');
    const before = await findRegionalOverages(writer, [planId]);
    const row = overageByHand(link, currency, unitPrice);
    writer.about(link.id);
    await saveRegionalOverages(writer, before, [row]);
    await touchContainers(writer);
    return requirePlanFeature(writer, planId, feature.id);
  },
);
