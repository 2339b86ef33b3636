import { z } from 'zod';
import { insertPrice, storedVariantsOf } from '../db/records/price.ts';
import { touchContainers } from '../db/write/containers.ts';
import { ConflictError, invalid } from '../errors.ts';
import { codeFor } from './codes.ts';
import * as fields from './fields.ts';
import { marketPrices, writeMarketPrices } from './market-pricing.ts';
import { refuseGrowth } from './maxima.ts';
import { operationOn } from './operation.ts';
import { requirePlan } from './plan.ts';
import { inherited, type PlanPrice, requirePrice } from './price.ts';

export const AddPriceVariantInput = z.object({
  inheritsFromPriceId: fields.reference.describe(
    'Id of the price of the plan that it inherits from, which is no variant itself.',
  ),
  name: fields.name
    .nullish()
    .describe('Display name, 1 to 255 characters; made from the number of the variant if omitted.'),
  code: fields.code
    .nullish()
    .describe(
      'Stable identifier, final, unique among the variants of the price: like codes of plans; ' +
        'made from the name when omitted.',
    ),
  marketPrices: marketPrices
    .min(1, 'must have at least one market')
    .describe('The prices that it overrides: in markets of the price that it inherits from.'),
  metadata: fields.metadata.nullish(),
});
export type AddPriceVariantInput = z.infer<typeof AddPriceVariantInput>;

/** Of a variant without a name; the price itself counts as the first. */
const numbered = (taken: ReadonlySet<string>) => {
  let number = 2;
  while (taken.has(`variant_${number}`)) number += 1;
  return { code: `variant_${number}`, name: `Variant ${number}` };
};

export const addPriceVariant = operationOn(
  'addPriceVariant',
  [fields.planId, AddPriceVariantInput],
  async (writer, planId, input): Promise<PlanPrice> => {
    const { inheritsFromPriceId, marketPrices, metadata } = input;
    const plan = await requirePlan(writer, planId);
    const base = await requirePrice(writer, planId, inheritsFromPriceId, 'inheritsFromPriceId');
    if (base.inheritsFromPriceId !== null)
      throw invalid('inheritsFromPriceId', 'must not be a variant itself');
    const variants = await storedVariantsOf(writer, base.id);
    refuseGrowth('variantsOfPrice', variants.length, variants.length + 1, 'inheritsFromPriceId');
    const taken = new Set(variants.flatMap(({ code }) => code ?? []));
    if (typeof input.code === 'string' && taken.has(input.code))
      throw new ConflictError('duplicate', `A variant with the code ${input.code} exists.`, 'code');
    const name = input.name?.trim();
    const made = numbered(taken);
    const madeCode =
      name === undefined
        ? made.code
        : await codeFor(name, { noun: 'price', word: 'variant', takenLike: async () => taken });
    const variant: PlanPrice = {
      id: writer.newId('price'),
      planId,
      ...inherited(base),
      isDefault: false,
      metadata: metadata ?? {},
      createdAt: writer.now,
      updatedAt: writer.now,
      revision: 1,
      inheritsFromPriceId: base.id,
      code: input.code ?? madeCode,
      name: name ?? made.name,
    };
    writer.about(variant.id);
    await insertPrice(writer, variant, plan);
    await writeMarketPrices(writer, plan, variant, marketPrices);
    await touchContainers(writer);
    return requirePrice(writer, planId, variant.id);
  },
);
