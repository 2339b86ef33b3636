import { z } from 'zod';
import type { DeletedObject, Plan } from '../../domain/plan.ts';
import type { Details, PlanDetail } from '../details.ts';
import type { Currencies } from './currencies.ts';
import { type Answer, answer, gathered } from './era.ts';
import * as fields from './fields.ts';
import { featureInPlan } from './plan-feature.ts';

/** The plan itself, without what belongs to it. */
export const planFields = {
  id: fields.text,
  name: fields.text,
  code: fields.text,
  description: fields.text.nullable(),
  consumptionModel: fields.consumptionModel.nullable(),
  isPublic: fields.flag,
  isDefault: fields.flag.describe('Always false: no operation sets it.'),
  isFree: fields.flag,
  blockOnExhaustion: fields.flag,
  sortOrder: fields.count.describe('Position in the plan group; 0 outside groups.'),
  planGroupId: fields.text.nullable(),
  metadata: fields.metadata.nullable(),
  createdAt: fields.time,
  updatedAt: fields.time,
};

/** A new object each time, like `writePrice`. */
export const writePlan = (plan: Plan) => ({
  id: plan.id,
  name: plan.name,
  code: plan.code,
  description: plan.description,
  consumptionModel: plan.consumptionModel,
  isPublic: plan.isPublic,
  isDefault: false,
  isFree: plan.isFree,
  blockOnExhaustion: plan.blockOnExhaustion,
  sortOrder: plan.sortOrder,
  planGroupId: plan.planGroupId,
  metadata: plan.metadata,
  createdAt: plan.createdAt,
  updatedAt: plan.updatedAt,
});

const exchangeRate = z.object({
  currency: fields.currency,
  exchangeRate: z.number().describe('Units of the currency for one unit of the base currency.'),
});

/** How an era shows the prices of a plan, and what it reads for that. */
interface PriceInPlan<Price, Shape extends z.ZodRawShape> {
  details: Details<Plan, PlanDetail<Price>>;
  fields: z.ZodObject<Shape>;
  write(price: Price, baseCurrency: string): z.output<z.ZodObject<Shape>>;
}

/** A plan with all that belongs to it. Eras differ in how they show its prices. */
export const planWith = <Price, Shape extends z.ZodRawShape>(
  price: PriceInPlan<Price, Shape>,
  currencies: Currencies,
): Answer<Plan> => {
  const feature = featureInPlan(currencies);
  return gathered(price.details, {
    name: 'Plan',
    object: 'plan',
    fields: z.object({
      ...planFields,
      features: z.array(feature.fields),
      prices: z.array(price.fields),
      exchangeRates: z.array(exchangeRate),
    }),
    write: ({ plan, features, prices, exchangeRates }, baseCurrency) =>
      Object.assign(writePlan(plan), {
        features: features.map(feature.write),
        prices: prices.map((each) => price.write(each, baseCurrency)),
        exchangeRates: exchangeRates
          .filter(({ currency }) => currencies.has(currency))
          .map(({ currency, exchangeRate }) => ({ currency, exchangeRate })),
      }),
  });
};

/** What is left of an object: its id. */
export const deleted = (name: string, object: string): Answer<DeletedObject> =>
  answer({
    name,
    object,
    fields: z.object({ id: fields.text, deleted: z.literal(true) }),
    write: ({ id }) => ({ id, deleted: true as const }),
  });

/** What was taken off something else: its id. */
export const removed = (name: string, object: string): Answer<DeletedObject> =>
  answer({
    name,
    object,
    fields: z.object({ id: fields.text, removed: z.literal(true) }),
    write: ({ id }) => ({ id, removed: true as const }),
  });
