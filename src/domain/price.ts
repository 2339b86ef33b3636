import { z } from 'zod';
import type { Plan } from '../db/plan.ts';
import { branchesNamed, planTrees } from '../db/plan-tree.ts';
import {
  archivePrice,
  findPrice,
  findPricesOfPlans,
  type IntroOffer,
  insertPrice,
  type PlanPrice,
  savePrice,
} from '../db/price.ts';
import { ConflictError, invalid, NotFoundError } from '../errors.ts';
import { metadataFault } from '../metadata.ts';
import { BASIS_POINTS, type BillingInterval, billingIntervals, discountTypes } from '../vocabulary.ts';
import { deriveRegionalPrices, rederiveRegionalPrices } from './derived-pricing.ts';
import * as fields from './fields.ts';
import { operation, type Reader, type Writer } from './operation.ts';
import { type DeletedObject, requirePlan } from './plan.ts';

export { findPrices, findPricesOfPlans } from '../db/price.ts';
export type { IntroOffer, PlanPrice };

export const requirePrice = async (
  reader: Reader,
  planId: string,
  priceId: string,
  param = 'priceId',
): Promise<PlanPrice> => {
  const price = await findPrice(reader, planId, priceId);
  if (!price) throw new NotFoundError('price_not_found', param);
  return price;
};

export const IntroOfferInput = z.object({
  enabled: z.boolean().describe('The offer is made. It needs a discount then.'),
  discountType: z.enum(discountTypes).nullish().describe('How the discount is counted.'),
  discountValue: fields.quantity
    .nullish()
    .describe('Basis points of a percentage (5000 = 50 %), or an amount in rate scale.'),
  durationCycles: fields.count.nullish().describe('For how many billing cycles the discount lasts.'),
});
export type IntroOfferInput = z.infer<typeof IntroOfferInput>;

export const UpdateIntroOfferInput = IntroOfferInput.partial({ enabled: true });
export type UpdateIntroOfferInput = z.infer<typeof UpdateIntroOfferInput>;

export const refuseDiscountAbove100Percent = (
  offer: Pick<IntroOffer, 'discountType' | 'discountValue'>,
  param: string,
): void => {
  if (offer.discountType === 'percentage' && (offer.discountValue ?? 0) > BASIS_POINTS)
    throw invalid(param, `must be at most ${BASIS_POINTS} basis points`);
};

const checkIntroOffer = (offer: IntroOffer | null): void => {
  if (!offer) return;
  if (offer.enabled && offer.discountType === null)
    throw invalid('introOffer.discountType', 'is required while the offer is enabled');
  if (offer.enabled && offer.discountValue === null)
    throw invalid('introOffer.discountValue', 'is required while the offer is enabled');
  refuseDiscountAbove100Percent(offer, 'introOffer.discountValue');
};

const checkTrial = (billingInterval: BillingInterval, trialDays: number): void => {
  if (billingInterval === 'one_time' && trialDays > 0) throw invalid('trialDays', 'must be 0 on a one-time price');
};

export const refusePriceOnFreePlan = (plan: Plan, price: number, param: string): void => {
  if (plan.isFree && price > 0) throw invalid(param, 'must be 0 on a free plan');
};

/** A price that becomes the default takes the flag from the one that had it. */
const yieldDefault = async (writer: Writer, prices: PlanPrice[], heir: string): Promise<void> => {
  const holder = prices.find(({ isDefault, id }) => isDefault && id !== heir);
  if (holder) await savePrice(writer, { ...holder, isDefault: false, updatedAt: writer.after(holder.updatedAt) });
};

export const AddPlanPriceInput = z.object({
  billingInterval: z.enum(billingIntervals).describe('How often the price is charged; each interval once a plan.'),
  price: fields.rateAmount.describe('Price in rate scale: 10000 is $1.00. 0 on a free plan.'),
  trialDays: fields.count
    .nullish()
    .describe('Days before the first charge; 0 when omitted, and always on a one-time price.'),
  isDefault: z
    .boolean()
    .nullish()
    .describe('Takes the default over from another price. The first price of a plan is its default in any case.'),
  includedBalance: fields.rateAmount.nullish().describe('Balance granted each month, in rate scale.'),
  includedCredits: fields.count.nullish().describe('Credits granted each month.'),
  introOffer: IntroOfferInput.nullish().describe('A discount for the first billing cycles.'),
  metadata: fields.metadata.nullish(),
});
export type AddPlanPriceInput = z.infer<typeof AddPlanPriceInput>;

const pricings = planTrees('id', branchesNamed(['prices', 'exchangeRates']));

/** A live plan with all that a new price of it has to fit, in one statement. */
const requirePricing = async (writer: Writer, planId: string) => {
  const [pricing] = await pricings(writer, [planId]);
  if (!pricing) throw new NotFoundError('plan_not_found', 'planId');
  const { plan, prices = [], exchangeRates = [] } = pricing;
  return { plan, prices: prices.map(({ price }) => price), exchangeRates };
};

export const addPlanPrice = operation(
  'addPlanPrice',
  async (writer, planId: string, input: AddPlanPriceInput): Promise<PlanPrice> => {
    const { billingInterval, introOffer: offer } = input;
    const introOffer = offer
      ? {
          enabled: offer.enabled,
          discountType: offer.discountType ?? null,
          discountValue: offer.discountValue ?? null,
          durationCycles: offer.durationCycles ?? null,
        }
      : null;
    checkTrial(billingInterval, input.trialDays ?? 0);
    checkIntroOffer(introOffer);
    const { plan, prices, exchangeRates } = await requirePricing(writer, planId);
    refusePriceOnFreePlan(plan, input.price, 'price');
    if (prices.some((price) => price.billingInterval === billingInterval))
      throw new ConflictError('duplicate', `The plan has a ${billingInterval} price already.`, 'billingInterval');

    const price: PlanPrice = {
      id: writer.newId('price'),
      planId,
      billingInterval,
      price: input.price,
      isDefault: prices.length === 0 || input.isDefault === true,
      trialDays: input.trialDays ?? 0,
      includedBalance: input.includedBalance ?? null,
      includedCredits: input.includedCredits ?? null,
      introOffer,
      metadata: input.metadata ?? {},
      createdAt: writer.now,
      updatedAt: writer.now,
    };
    if (price.isDefault) await yieldDefault(writer, prices, price.id);
    await insertPrice(writer, price, plan);
    await deriveRegionalPrices(writer, price, exchangeRates);
    writer.changed(price.id, null, price);
    return price;
  },
  { changesItsPlanOnly: true },
);

export const UpdatePlanPriceInput = z.object({
  price: fields.rateAmount.optional().describe('Price in rate scale. Derived regional prices follow.'),
  trialDays: fields.count.optional().describe('Days before the first charge; 0 on a one-time price.'),
  isDefault: z.boolean().optional().describe('True takes the default over; the default itself cannot be given up.'),
  includedBalance: fields.rateAmount.nullish().describe('Null clears it.'),
  includedCredits: fields.count.nullish().describe('Null clears it.'),
  introOffer: UpdateIntroOfferInput.optional().describe('Members that are left out stay as they are.'),
  metadata: fields.metadata.optional().describe('Merged key by key; null deletes a key.'),
});
export type UpdatePlanPriceInput = z.infer<typeof UpdatePlanPriceInput>;

const mergeIntroOffer = (before: IntroOffer | null, changes: UpdateIntroOfferInput = {}): IntroOffer | null => {
  if (Object.values(changes).every((change) => change === undefined)) return before;
  const { enabled, discountType, discountValue, durationCycles } = changes;
  return {
    enabled: enabled ?? before?.enabled ?? false,
    discountType: discountType === undefined ? (before?.discountType ?? null) : discountType,
    discountValue: discountValue === undefined ? (before?.discountValue ?? null) : discountValue,
    durationCycles: durationCycles === undefined ? (before?.durationCycles ?? null) : durationCycles,
  };
};

export const updatePlanPrice = operation(
  'updatePlanPrice',
  async (writer, planId: string, priceId: string, input: UpdatePlanPriceInput): Promise<PlanPrice> => {
    const plan = await requirePlan(writer, planId);
    const before = await requirePrice(writer, planId, priceId);
    if (before.isDefault && input.isDefault === false)
      throw invalid('isDefault', 'cannot be given up: make another price the default instead');
    const after: PlanPrice = {
      ...before,
      price: input.price ?? before.price,
      trialDays: input.trialDays ?? before.trialDays,
      isDefault: before.isDefault || input.isDefault === true,
      includedBalance: input.includedBalance === undefined ? before.includedBalance : input.includedBalance,
      includedCredits: input.includedCredits === undefined ? before.includedCredits : input.includedCredits,
      introOffer: mergeIntroOffer(before.introOffer, input.introOffer),
      metadata: input.metadata ? fields.mergeMetadata(before.metadata, input.metadata) : before.metadata,
      updatedAt: writer.after(before.updatedAt),
    };
    refusePriceOnFreePlan(plan, after.price, 'price');
    checkTrial(after.billingInterval, after.trialDays);
    checkIntroOffer(after.introOffer);
    const fault = metadataFault(after.metadata);
    if (fault) throw invalid('metadata', fault);

    if (after.isDefault && !before.isDefault)
      await yieldDefault(writer, await findPricesOfPlans(writer, [planId]), priceId);
    await savePrice(writer, after);
    await rederiveRegionalPrices(writer, after);
    writer.changed(priceId, before, after);
    return after;
  },
  { changesItsPlanOnly: true },
);

export const setDefaultPlanPrice = operation(
  'setDefaultPlanPrice',
  async (writer, planId: string, priceId: string): Promise<PlanPrice> => {
    await requirePlan(writer, planId);
    const before = await requirePrice(writer, planId, priceId);
    await yieldDefault(writer, await findPricesOfPlans(writer, [planId]), priceId);
    const after = { ...before, isDefault: true, updatedAt: writer.after(before.updatedAt) };
    await savePrice(writer, after);
    writer.changed(priceId, before, after);
    return after;
  },
  { changesItsPlanOnly: true },
);

/** The price can be selected no more. When it was the default, the oldest remaining price becomes it. */
export const deletePlanPrice = operation(
  'deletePlanPrice',
  async (writer, planId: string, priceId: string): Promise<DeletedObject> => {
    await requirePlan(writer, planId);
    const before = await requirePrice(writer, planId, priceId);
    await archivePrice(writer, before, writer.after(before.updatedAt));
    const [heir] = before.isDefault ? await findPricesOfPlans(writer, [planId]) : [];
    if (heir) await savePrice(writer, { ...heir, isDefault: true, updatedAt: writer.after(heir.updatedAt) });
    writer.changed(priceId, before, null);
    return { id: priceId };
  },
  { changesItsPlanOnly: true },
);
