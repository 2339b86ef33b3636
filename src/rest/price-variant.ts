import { z } from 'zod';
import { priceSent } from '../domain/exchange.ts';
import * as fields from '../domain/fields.ts';
import { operationOn, type Writer } from '../domain/operation.ts';
import { requirePlan } from '../domain/plan.ts';
import {
  AddPlanPriceInput,
  type PlanPrice,
  requirePrice,
  UpdatePlanPriceInput,
  updatePlanPrice,
} from '../domain/price.ts';
import { AddPriceVariantInput, addPriceVariant } from '../domain/price-variant.ts';
import { fromZod, invalid, NotFoundError } from '../errors.ts';
import type { JsonObject, JsonValue } from '../vocabulary.ts';

/**
 * Writes of variants as the contract has them: `name` in the metadata is the name of a variant, and
 * what it inherits may be repeated. Whether a price is a variant is seen in the transaction; a
 * repeated request is compared with what was sent.
 */

const Named = z.object({ metadata: z.object({ name: fields.name }) });

const checkedName = (name: JsonValue | undefined): string => {
  const { success, data, error } = Named.safeParse({ metadata: { name } });
  if (!success) throw fromZod(error);
  return data.metadata.name;
};

export const AddVariantInput = AddPriceVariantInput.omit({ name: true, code: true }).extend({
  billingInterval: AddPlanPriceInput.shape.billingInterval,
});
export type AddVariantInput = z.infer<typeof AddVariantInput>;

export const addVariant = operationOn(
  'addPriceVariant',
  [fields.planId, AddVariantInput],
  async (writer, planId, { billingInterval, metadata: sent, ...input }): Promise<PlanPrice> => {
    const { name = null, ...metadata } = sent ?? {};
    const named = name !== null && { name: checkedName(name) };
    await requirePlan(writer, planId);
    const param = 'inheritsFromPriceId';
    const base = await requirePrice(writer, planId, input.inheritsFromPriceId, param);
    if (base.billingInterval !== billingInterval)
      throw new NotFoundError(
        'price_not_found',
        param,
        `The plan has no ${billingInterval} price with this id.`,
      );
    return addPriceVariant(writer, planId, { ...input, metadata, ...named });
  },
);

/** Null clears nothing in a variant. */
const unlessInherited = (
  writer: Writer,
  variant: PlanPrice,
  { price, trialDays, isDefault, includedBalance, includedCredits }: UpdatePlanPriceInput,
) => {
  const unless = <Value>(value: Value | null | undefined, inherited: unknown): Value | undefined =>
    value === inherited ? undefined : (value ?? undefined);
  const sent = price === undefined ? undefined : priceSent(writer, price, variant.price);
  return {
    price: unless(sent, variant.price),
    trialDays: unless(trialDays, variant.trialDays),
    isDefault: unless(isDefault, false),
    includedBalance: unless(includedBalance, variant.includedBalance),
    includedCredits: unless(includedCredits, variant.includedCredits),
  };
};

const renamed = (sent: JsonObject | undefined) => {
  if (!sent || !Object.hasOwn(sent, 'name')) return {};
  const { name, ...metadata } = sent;
  if (name === null) throw invalid('metadata.name', 'cannot be removed from a variant');
  return { name: checkedName(name), metadata };
};

/** Of any price. */
export const updatePrice = operationOn(
  'updatePlanPrice',
  [fields.planId, fields.reference, UpdatePlanPriceInput],
  async (writer, planId, priceId, input): Promise<PlanPrice> => {
    await requirePlan(writer, planId);
    const price = await requirePrice(writer, planId, priceId);
    const ofVariant = price.inheritsFromPriceId !== null && {
      ...unlessInherited(writer, price, input),
      ...renamed(input.metadata),
    };
    return updatePlanPrice(writer, planId, priceId, { ...input, ...ofVariant });
  },
);
