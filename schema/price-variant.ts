import { AddPriceVariantInput, addPriceVariant } from '../src/domain/price-variant.ts';
import { priceById, variantsOfPrice } from '../src/domain/relations.ts';
import { builder } from './builder.ts';
import { reads } from './include.ts';
import { inputType } from './input.ts';
import { MarketPriceInput } from './market-price.ts';
import { mutation } from './mutation.ts';
import { planId } from './reference.ts';
import { PlanPrice } from './refs.ts';

builder.objectFields(PlanPrice, (t) => ({
  code: t.exposeString('code', {
    nullable: true,
    description:
      'Of a variant: stable identifier, unique among the variants of the price. Null otherwise.',
  }),
  name: t.exposeString('name', {
    nullable: true,
    description: 'Of a variant: display name. Null otherwise.',
  }),
  inheritsFrom: t.field({
    type: PlanPrice,
    nullable: true,
    description:
      'Of a variant: the price that it inherits all but its name, its metadata and its market ' +
      'prices from. Null otherwise.',
    resolve: ({ inheritsFromPriceId }, _, { loaders }) =>
      inheritsFromPriceId === null ? null : loaders.load(priceById, inheritsFromPriceId),
  }),
  variants: t.field({
    ...reads(variantsOfPrice),
    type: [PlanPrice],
    description:
      'Prices that inherit from it and have other amounts in some of its markets, oldest first.',
    resolve: ({ id }, _, { loaders }) => loaders.load(variantsOfPrice, id),
  }),
}));

builder.mutationFields((t) => ({
  addPriceVariant: t.field({
    type: PlanPrice,
    description:
      'Adds a variant of a price: another price for the same billing interval, which inherits all ' +
      'but its amounts in some markets. A price has at most 20. Errors: `plan_not_found`, ' +
      '`price_not_found`, `market_not_found`, `feature_not_found`, `unit_price_not_found`, ' +
      '`duplicate` (code).',
    args: {
      ...planId,
      input: t.arg({
        required: true,
        description: 'The variant.',
        type: inputType('AddPriceVariantInput', AddPriceVariantInput, 'A variant of a price.', {
          inheritsFromPriceId: 'ID',
          name: 'String',
          code: 'String',
          marketPrices: [MarketPriceInput],
          metadata: 'JSONObject',
        }),
      }),
    },
    ...mutation,
    resolve: (_, { planId, input }, { write }) => write((w) => addPriceVariant(w, planId, input)),
  }),
}));
