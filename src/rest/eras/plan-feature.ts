import { z } from 'zod';
import { hasOverage } from '../../domain/derived-pricing.ts';
import type { PlanFeature } from '../../domain/plan-feature.ts';
import { pricingModes } from '../../vocabulary.ts';
import type { PlanDetail } from '../details.ts';
import type { Currencies } from './currencies.ts';
import { answer } from './era.ts';
import { currentNames } from './feature.ts';
import * as fields from './fields.ts';

export const planFeatureAnswer = answer({
  name: 'PlanFeature',
  object: 'plan',
  fields: z.object({
    planId: fields.text,
    featureId: fields.text,
    enabled: fields.flag,
    includedAmount: fields.count,
    unlimited: fields.flag,
    overage: z.object({ enabled: fields.flag, unitPrice: fields.amount }),
    creditsPerUnit: fields.count.nullable(),
    pricingMode: z.enum(pricingModes),
    margin: fields.count.nullable(),
  }),
  write: (link: PlanFeature) => ({
    planId: link.planId,
    featureId: link.featureId,
    enabled: link.enabled,
    includedAmount: link.includedAmount,
    unlimited: link.unlimited,
    overage: { enabled: link.overage.enabled, unitPrice: link.overage.unitPrice },
    creditsPerUnit: link.creditsPerUnit,
    pricingMode: link.pricingMode,
    margin: link.margin,
  }),
});

/** What usage beyond the included amount costs; null where nothing is charged. */
export const overageInPlan = z
  .object({
    enabled: fields.flag,
    model: z.enum(['per_unit']).nullable(),
    unitPrice: fields.amount.nullable(),
  })
  .nullable();

export const writeOverageInPlan = (link: PlanFeature): z.output<typeof overageInPlan> =>
  hasOverage(link)
    ? { enabled: link.overage.enabled, model: 'per_unit', unitPrice: link.overage.unitPrice }
    : null;

export const featureInPlan = (currencies: Currencies) => ({
  fields: z.object({
    code: fields.text,
    name: fields.text,
    type: currentNames.schema,
    unitName: fields.text.nullable(),
    enabled: fields.flag,
    includedAmount: fields.count.nullable().describe('Null on boolean features.'),
    unlimited: fields.flag,
    overage: overageInPlan,
    regionalPrices: z.array(
      z.object({
        currency: fields.currency,
        overageUnitPrice: fields.amount.nullable(),
        autoSynced: fields.flag.describe(
          'Derived from the price in the base currency; false where it was set by hand.',
        ),
      }),
    ),
  }),
  write: ({ link, feature, regionalOverages }: PlanDetail['features'][number]) => ({
    code: feature.code,
    name: feature.name,
    type: currentNames.nameOf(feature.type),
    unitName: feature.unitName,
    enabled: link.enabled,
    includedAmount: feature.type === 'boolean' ? null : link.includedAmount,
    unlimited: link.unlimited,
    overage: writeOverageInPlan(link),
    regionalPrices: regionalOverages
      .filter(({ currency }) => currencies.has(currency))
      .map(({ currency, unitPrice, autoSynced }) => ({
        currency,
        overageUnitPrice: unitPrice,
        autoSynced,
      })),
  }),
});
