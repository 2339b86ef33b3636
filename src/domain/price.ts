import { z } from 'zod';
import { including } from '../db/read/include.ts';
import { Loaders } from '../db/read/loaders.ts';
import { exchangeRatesOfPlan } from '../db/records/exchange-rate.ts';
import { removeMarketPrices } from '../db/records/market-price.ts';
import { planById } from '../db/records/plan.ts';
import {
  archivePrice,
  findPrice,
  insertPrice,
  pricesOfPlan,
  savePrice,
  storedPricesOf,
  storedVariantsOf,
} from '../db/records/price.ts';
import { findRegionalPrices } from '../db/records/regional-price.ts';
import { removeUnitPrices } from '../db/records/unit-price.ts';
import type { IntroOffer, Plan, PlanPrice } from '../db/tables.ts';
import { isSame } from '../db/write/change-list.ts';
import { touchContainers } from '../db/write/containers.ts';
import { isWriter } from '../db/write/writer.ts';
import { ConflictError, invalid, NotFoundError, ValidationError } from '../errors.ts';
import { metadataFault } from '../metadata.ts';
import { BASIS_POINTS, billingIntervals, discountTypes } from '../vocabulary.ts';
import { deriveRegionalPrices, isAbovePrice, rederiveRegionalPrices } from './derived-pricing.ts';
import { priceSent } from './exchange.ts';
import * as fields from './fields.ts';
import { marketPrices, writeMarketPrices } from './market-pricing.ts';
import { operationOn, type Reader, type Writer } from './operation.ts';
import { type DeletedObject, refusePriceOnFreePlan, requirePlan } from './plan.ts';

export type { IntroOffer, PlanPrice };

export const requirePrice = async (
  reader: Reader,
  planId: string,
  priceId: string,
  param = 'priceId',
): Promise<PlanPrice> => {
  const price = await findPrice(reader, planId, priceId);
  const isHidden = isWriter(reader) && reader.withoutVariants && price?.inheritsFromPriceId;
  if (!price || isHidden) throw new NotFoundError('price_not_found', param);
  return price;
};

/** What only a price has that is no variant. */
export const requireBasePrice = async (
  reader: Reader,
  planId: string,
  priceId: string,
  param = 'priceId',
): Promise<PlanPrice> => {
  const price = await requirePrice(reader, planId, priceId, param);
  if (price.inheritsFromPriceId !== null)
    throw invalid(param, 'is a variant, which inherits this from another price');
  return price;
};

/** What a variant repeats of the price that it inherits from. */
export const inherited = ({
  billingInterval,
  price,
  trialDays,
  includedBalance,
  includedCredits,
  introOffer,
}: PlanPrice) => ({
  billingInterval,
  price,
  trialDays,
  includedBalance,
  includedCredits,
  introOffer,
});

export const IntroOfferInput = z.object({
  enabled: z.boolean().describe('The offer is made. It needs a discount then.'),
  discountType: z.enum(discountTypes).nullish().describe('How the discount is counted.'),
  discountValue: fields.quantity
    .nullish()
    .describe('Basis points of a percentage (5000 = 50 %), or an amount in rate scale.'),
  durationCycles: fields.count
    .nullish()
    .describe('For how many billing cycles the discount lasts, at least one; null for no end.'),
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
  if (offer.enabled && offer.durationCycles === 0)
    throw invalid('introOffer.durationCycles', 'must be at least 1, or null for no end');
};

/** `param` is what the input changes: the discount, or the price that it is taken off. */
const refuseDiscountAbovePrice = ({ introOffer, price }: PlanPrice, param: string): void => {
  if (introOffer?.enabled && isAbovePrice(introOffer, price))
    throw invalid(param, 'would make the introductory discount larger than the price');
};

/** A price that becomes the default takes the flag from the one that had it. */
const yieldDefault = async (
  writer: Writer,
  prices: readonly PlanPrice[],
  heir: string,
): Promise<void> => {
  const former = prices.find(({ isDefault, id }) => isDefault && id !== heir);
  if (former) await savePrice(writer, { ...former, isDefault: false });
};

export const AddPlanPriceInput = z.object({
  billingInterval: z
    .enum(billingIntervals)
    .describe('How often the price is charged; each interval once a plan.'),
  price: fields.rateAmount.describe(
    'Price in rate scale of the base currency: 10000 is one unit. 0 on a free plan.',
  ),
  trialDays: fields.count.nullish().describe('Days before the first charge; 0 when omitted.'),
  isDefault: z
    .boolean()
    .nullish()
    .describe(
      'Takes the default over from another price. The first price of a plan is its default in any ' +
        'case.',
    ),
  includedBalance: fields.rateAmount
    .nullish()
    .describe('Balance granted each month, in rate scale.'),
  includedCredits: fields.count.nullish().describe('Credits granted each month.'),
  introOffer: IntroOfferInput.nullish().describe('A discount for the first billing cycles.'),
  metadata: fields.metadata.nullish(),
  marketPrices: marketPrices.nullish().describe('The price in markets, one a market.'),
});
export type AddPlanPriceInput = z.infer<typeof AddPlanPriceInput>;

const pricing = including(pricesOfPlan, exchangeRatesOfPlan);

/** A live plan with all that a new price of it has to fit. */
const requirePricing = async (writer: Writer, planId: string) => {
  const plan = await requirePlan(writer, planId);
  const loaders = new Loaders(writer);
  await loaders.prefetch(planById, [plan], pricing);
  return {
    plan,
    prices: loaders.peek(pricesOfPlan, planId) ?? [],
    exchangeRates: loaders.peek(exchangeRatesOfPlan, planId) ?? [],
  };
};

export const addPlanPrice = operationOn(
  'addPlanPrice',
  [fields.planId, AddPlanPriceInput],
  async (writer, planId, input): Promise<PlanPrice> => {
    const { billingInterval, introOffer: offer } = input;
    const introOffer = offer
      ? {
          enabled: offer.enabled,
          discountType: offer.discountType ?? null,
          discountValue: offer.discountValue ?? null,
          durationCycles: offer.durationCycles ?? null,
        }
      : null;
    checkIntroOffer(introOffer);
    const { plan, prices, exchangeRates } = await requirePricing(writer, planId);
    refusePriceOnFreePlan(plan, input.price, 'price');
    if (prices.some((price) => price.billingInterval === billingInterval))
      throw new ConflictError(
        'duplicate',
        `The plan has a ${billingInterval} price already.`,
        'billingInterval',
      );

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
      revision: 1,
      inheritsFromPriceId: null,
      code: null,
      name: null,
    };
    refuseDiscountAbovePrice(price, 'introOffer.discountValue');
    writer.about(price.id);
    if (price.isDefault) await yieldDefault(writer, prices, price.id);
    await insertPrice(writer, price, plan);
    await deriveRegionalPrices(writer, price, exchangeRates);
    if (input.marketPrices) await writeMarketPrices(writer, plan, price, input.marketPrices);
    return price;
  },
);

export const UpdatePlanPriceInput = z.object({
  price: fields.rateAmount
    .optional()
    .describe('Price in rate scale. Derived regional prices follow.'),
  trialDays: fields.count.optional().describe('Days before the first charge.'),
  isDefault: z
    .boolean()
    .optional()
    .describe('True takes the default over; it cannot be unset, only moved to another price.'),
  includedBalance: fields.rateAmount.nullish().describe('Null clears it.'),
  includedCredits: fields.count.nullish().describe('Null clears it.'),
  introOffer: UpdateIntroOfferInput.optional().describe(
    'Members that are left out stay as they are.',
  ),
  metadata: fields.metadata.optional().describe('Merged key by key; null deletes a key.'),
  name: fields.name.optional().describe('Display name of a variant, 1 to 255 characters.'),
  marketPrices: marketPrices.optional(),
});
export type UpdatePlanPriceInput = z.infer<typeof UpdatePlanPriceInput>;

const changesOffer = (
  changes: UpdateIntroOfferInput | undefined,
): changes is UpdateIntroOfferInput =>
  changes !== undefined && Object.values(changes).some((change) => change !== undefined);

const mergeIntroOffer = (
  before: IntroOffer | null,
  { enabled, discountType, discountValue, durationCycles }: UpdateIntroOfferInput,
): IntroOffer => {
  const changesUnit = discountType != null && discountType !== before?.discountType;
  if (changesUnit && before && before.discountValue !== null && discountValue === undefined)
    throw invalid(
      'introOffer.discountValue',
      'is required where discountType changes: it counts something else then',
    );
  return {
    enabled: enabled ?? before?.enabled ?? false,
    discountType: discountType === undefined ? (before?.discountType ?? null) : discountType,
    discountValue: discountValue === undefined ? (before?.discountValue ?? null) : discountValue,
    durationCycles:
      durationCycles === undefined ? (before?.durationCycles ?? null) : durationCycles,
  };
};

/** What a variant has of its own. */
const ofVariants: ReadonlySet<string> = new Set(['name', 'metadata', 'marketPrices']);

const refuseInherited = ({ inheritsFromPriceId }: PlanPrice, input: UpdatePlanPriceInput): void => {
  if (inheritsFromPriceId === null) {
    if (input.name !== undefined) throw invalid('name', 'is for variants only');
    return;
  }
  const details = Object.entries(input)
    .filter(([field, value]) => value !== undefined && !ofVariants.has(field))
    .map(([field]) => ({ field, message: 'is inherited from another price' }));
  if (details.length > 0) throw new ValidationError(details);
};

/** Its variants repeat what they inherit from it. */
const followBase = async (writer: Writer, before: PlanPrice, after: PlanPrice): Promise<void> => {
  if (isSame(inherited(before), inherited(after))) return;
  for (const variant of await storedVariantsOf(writer, after.id))
    await savePrice(writer, { ...variant, ...inherited(after) });
};

/** Writes a price with what follows from it. */
const writePrice = async (
  writer: Writer,
  plan: Plan,
  before: PlanPrice,
  after: PlanPrice,
  changesOffer: boolean,
): Promise<PlanPrice> => {
  refusePriceOnFreePlan(plan, after.price, 'price');
  // What is not written stays, even where today's rules would refuse it.
  if (changesOffer) checkIntroOffer(after.introOffer);
  if (changesOffer) refuseDiscountAbovePrice(after, 'introOffer.discountValue');
  else if (after.price < before.price) refuseDiscountAbovePrice(after, 'price');
  const fault = metadataFault(after.metadata);
  if (fault) throw invalid('metadata', fault);

  writer.about(after.id);
  if (after.isDefault && !before.isDefault)
    await yieldDefault(writer, await storedPricesOf(writer, plan.id), after.id);
  const saved = await savePrice(writer, after);
  await followBase(writer, before, after);
  const rows = await findRegionalPrices(writer, [after.id]);
  await rederiveRegionalPrices(writer, after, rows);
  return saved;
};

export const updatePlanPrice = operationOn(
  'updatePlanPrice',
  [fields.planId, fields.reference, UpdatePlanPriceInput],
  async (writer, planId, priceId, input): Promise<PlanPrice> => {
    const plan = await requirePlan(writer, planId);
    const before = await requirePrice(writer, planId, priceId);
    refuseInherited(before, input);
    if (before.isDefault && input.isDefault === false)
      throw invalid('isDefault', 'cannot be unset: make another price the default instead');
    const offer = changesOffer(input.introOffer)
      ? mergeIntroOffer(before.introOffer, input.introOffer)
      : undefined;
    const after: PlanPrice = {
      ...before,
      price:
        input.price === undefined ? before.price : priceSent(writer, input.price, before.price),
      trialDays: input.trialDays ?? before.trialDays,
      isDefault: before.isDefault || input.isDefault === true,
      includedBalance:
        input.includedBalance === undefined ? before.includedBalance : input.includedBalance,
      includedCredits:
        input.includedCredits === undefined ? before.includedCredits : input.includedCredits,
      introOffer: offer ?? before.introOffer,
      metadata: input.metadata
        ? fields.mergeMetadata(before.metadata, input.metadata)
        : before.metadata,
      name: input.name?.trim() ?? before.name,
    };
    const saved = await writePrice(writer, plan, before, after, offer !== undefined);
    if (!input.marketPrices) return saved;
    await writeMarketPrices(writer, plan, after, input.marketPrices);
    await touchContainers(writer);
    return requirePrice(writer, planId, priceId);
  },
);

/** What a price says of itself, all of it. */
export type PriceTerms = Pick<
  PlanPrice,
  'price' | 'trialDays' | 'includedBalance' | 'includedCredits' | 'introOffer' | 'metadata'
>;

/** Puts terms in the place of all that a price that is no variant says of itself. */
export const replacePriceTerms = async (
  writer: Writer,
  planId: string,
  priceId: string,
  terms: PriceTerms,
): Promise<void> => {
  const plan = await requirePlan(writer, planId);
  const before = await requireBasePrice(writer, planId, priceId);
  const changesOffer = !isSame(before.introOffer, terms.introOffer);
  await writePrice(writer, plan, before, { ...before, ...terms }, changesOffer);
};

/** Puts a name and metadata in the place of those of a variant. */
export const replaceVariantTerms = async (
  writer: Writer,
  planId: string,
  priceId: string,
  terms: Pick<PlanPrice, 'name' | 'metadata'>,
): Promise<void> => {
  const before = await requirePrice(writer, planId, priceId);
  await savePrice(writer, { ...before, ...terms });
};

export const setDefaultPlanPrice = operationOn(
  'setDefaultPlanPrice',
  [fields.planId, fields.reference],
  async (writer, planId, priceId): Promise<PlanPrice> => {
    await requirePlan(writer, planId);
    const before = await requireBasePrice(writer, planId, priceId);
    writer.about(priceId);
    await yieldDefault(writer, await storedPricesOf(writer, planId), priceId);
    return savePrice(writer, { ...before, isDefault: true });
  },
);

export interface DeletedPlanPrice extends DeletedObject {
  /** The plan that it was taken out of. Unknown where an earlier release deleted it. */
  planId?: string;
}

/**
 * The price can be selected no more. When it was the default, the oldest remaining price becomes
 * it.
 */
export const deletePlanPrice = operationOn(
  'deletePlanPrice',
  [fields.planId, fields.reference],
  async (writer, planId, priceId): Promise<DeletedPlanPrice> => {
    await requirePlan(writer, planId);
    const before = await requirePrice(writer, planId, priceId);
    if ((await storedVariantsOf(writer, priceId)).length > 0)
      throw new ConflictError('price_in_use', 'The price has variants.', 'priceId');
    const regionalPrices = await findRegionalPrices(writer, [priceId]);
    writer.about(priceId);
    await removeUnitPrices(writer, { priceId });
    await removeMarketPrices(writer, [priceId]);
    await archivePrice(writer, before, regionalPrices);
    const [heir] = before.isDefault ? await storedPricesOf(writer, planId) : [];
    if (heir) await savePrice(writer, { ...heir, isDefault: true });
    return { id: priceId, planId };
  },
);
