import type { Context } from '../src/context.ts';
import type { PlanPrice as PlanPriceRecord } from '../src/domain/price.ts';
import {
  featuresOfPlan,
  type Loaders,
  priceById,
  regionalOveragesOfPlan,
  regionalUnitPricesOfPrice,
  unitPricesOfPrice,
} from '../src/domain/relations.ts';
import { priceAt } from '../src/domain/revision.ts';
import { PriceTierInput as PriceTierSchema } from '../src/domain/unit-amounts.ts';
import type { UnitCost as UnitCostRecord } from '../src/domain/unit-cost.ts';
import {
  costOfQuantity,
  type EffectiveUnitPrice,
  isOverage,
  overageIn,
  type PriceTier as PriceTierRecord,
  type RegionalUnitPrice as RegionalUnitPriceRecord,
  removeUnitPrice,
  SetUnitPriceInput,
  setUnitPrice,
  unitPricesAt,
} from '../src/domain/unit-price.ts';
import { formatAmount } from '../src/formatting.ts';
import { type MaybePromise, mapMaybePromise } from '../src/maybe-promise.ts';
import { builder } from './builder.ts';
import { reads } from './include.ts';
import { inputType } from './input.ts';
import { moneyFormat } from './money.ts';
import { mutation } from './mutation.ts';
import { featureId, priceOfPlan } from './reference.ts';
import { PlanFeature, PlanPrice } from './refs.ts';
import { expectedRevision } from './revision.ts';
import { TiersMode } from './vocabulary.ts';

/** A tier knows no currency of its own: it is that of its unit price. */
export const PriceTier = builder
  .objectRef<PriceTierRecord & { currency: string }>('PriceTier')
  .implement({
    description: 'What units cost from the end of the tier before to the end of this one.',
    fields: (t) => ({
      upTo: t.expose('upTo', {
        type: 'Quantity',
        nullable: true,
        description:
          'The last unit of the tier, counted beyond the included amount; null for all beyond, in ' +
          'the last tier only.',
      }),
      unitPrice: t.expose('unitPrice', {
        type: 'RateAmount',
        description: 'Price of one block, in rate scale.',
      }),
      formattedUnitPrice: t.string({
        description: 'The price of one block as people read it: "$0.50".',
        args: moneyFormat,
        resolve: ({ unitPrice, currency }, format) => formatAmount(unitPrice, currency, format),
      }),
      flatPrice: t.expose('flatPrice', {
        type: 'RateAmount',
        description: 'Charged once as soon as the tier is reached, in rate scale.',
      }),
      formattedFlatPrice: t.string({
        description: 'The flat price as people read it.',
        args: moneyFormat,
        resolve: ({ flatPrice, currency }, format) => formatAmount(flatPrice, currency, format),
      }),
    }),
  });

export const tiersIn = (tiers: readonly PriceTierRecord[], currency: string) =>
  tiers.map((tier) => Object.assign({ currency }, tier));

const RegionalUnitPrice = builder
  .objectRef<RegionalUnitPriceRecord>('RegionalUnitPrice')
  .implement({
    description: 'What units of a feature cost in another currency.',
    fields: (t) => ({
      id: t.id({
        description:
          'Id for caches, made from the price, the feature and the currency. `node` does not know ' +
          'it.',
        resolve: ({ priceId, featureId, currency }) => `${priceId}_${featureId}_${currency}`,
      }),
      currency: t.expose('currency', { type: 'CurrencyCode', description: 'The currency.' }),
      unitPrice: t.expose('unitPrice', {
        type: 'RateAmount',
        nullable: true,
        description: 'Price of one block, in rate scale of the currency; null where tiers say it.',
      }),
      formattedUnitPrice: t.string({
        nullable: true,
        description: 'The price of one block as people read it: "11,00 €".',
        args: moneyFormat,
        resolve: ({ unitPrice, currency }, format) =>
          unitPrice === null ? null : formatAmount(unitPrice, currency, format),
      }),
      tiers: t.field({
        type: [PriceTier],
        description: 'The tiers, from the first unit on; empty where `unitPrice` says it.',
        resolve: ({ tiers, currency }) => tiersIn(tiers, currency),
      }),
      autoSynced: t.exposeBoolean('autoSynced', {
        description: 'Derived at the exchange rate of the plan; false when it was set by hand.',
      }),
    }),
  });

const UnitCost = builder.objectRef<UnitCostRecord & { currency: string }>('UnitCost').implement({
  description: 'What a quantity costs for one billing interval.',
  fields: (t) => ({
    chargedQuantity: t.expose('chargedQuantity', {
      type: 'Quantity',
      description: 'Units that are charged: those beyond the included amount, in whole blocks.',
    }),
    amount: t.expose('amount', {
      type: 'RateAmount',
      description: 'The cost, in rate scale of the currency.',
    }),
    formattedAmount: t.string({
      description: 'The cost as people read it: "$48.00".',
      args: moneyFormat,
      resolve: ({ amount, currency }, format) => formatAmount(amount, currency, format),
    }),
    currency: t.expose('currency', { type: 'CurrencyCode', description: 'The currency.' }),
  }),
});

/** In other currencies; of overage, what the feature costs there. */
const regionalOf = (
  unit: EffectiveUnitPrice,
  { loaders }: Context,
): MaybePromise<RegionalUnitPriceRecord[]> => {
  const { planPrice, planFeature } = unit;
  const isItsOwn = ({ featureId }: { featureId: string }) => featureId === planFeature.featureId;
  return isOverage(unit)
    ? mapMaybePromise(loaders.load(regionalOveragesOfPlan, planPrice.planId), (overages) =>
        overages.filter(isItsOwn).map((overage) => overageIn(unit, overage)),
      )
    : mapMaybePromise(loaders.load(regionalUnitPricesOfPrice, planPrice.id), (rows) =>
        rows.filter(isItsOwn),
      );
};

export const UnitPrice = builder.objectRef<EffectiveUnitPrice>('UnitPrice').implement({
  description:
    'What units of a feature cost beyond the included amount, each billing interval of the price.',
  fields: (t) => ({
    id: t.id({
      description: 'Id for caches, made from the price and the feature. `node` does not know it.',
      resolve: ({ planPrice, planFeature }) => `${planPrice.id}_${planFeature.featureId}`,
    }),
    planPrice: t.expose('planPrice', {
      type: PlanPrice,
      description: 'The price of the plan that it belongs to.',
    }),
    planFeature: t.field({
      ...reads(featuresOfPlan),
      type: PlanFeature,
      description: 'The feature of the plan whose units it charges.',
      resolve: ({ planFeature }) => planFeature,
    }),
    unitPrice: t.expose('unitPrice', {
      type: 'RateAmount',
      nullable: true,
      description: 'Price of one block, in rate scale; null where tiers say it.',
    }),
    formattedUnitPrice: t.string({
      nullable: true,
      description: 'The price of one block as people read it: "$12.00".',
      args: moneyFormat,
      resolve: ({ unitPrice }, format, { baseCurrency }) =>
        unitPrice === null ? null : formatAmount(unitPrice, baseCurrency, format),
    }),
    blockSize: t.expose('blockSize', {
      type: 'Quantity',
      description: 'Units that are sold together; a begun block counts whole.',
    }),
    minimumQuantity: t.expose('minimumQuantity', {
      type: 'Quantity',
      description: 'The least that a customer can buy.',
    }),
    maximumQuantity: t.expose('maximumQuantity', {
      type: 'Quantity',
      nullable: true,
      description: 'The most that a customer can buy; null for no end.',
    }),
    tiersMode: t.expose('tiersMode', {
      type: TiersMode,
      nullable: true,
      description: 'How units are spread over the tiers; null where `unitPrice` says it.',
    }),
    tiers: t.field({
      type: [PriceTier],
      description: 'The tiers, from the first unit on; empty where `unitPrice` says it.',
      resolve: ({ tiers }, _, { baseCurrency }) => tiersIn(tiers, baseCurrency),
    }),
    regional: t.field({
      ...reads(regionalUnitPricesOfPrice, regionalOveragesOfPlan),
      type: [RegionalUnitPrice],
      description:
        'The same in other currencies, by currency: set by hand, or derived at the exchange rates ' +
        'of the plan.',
      resolve: (unit, _, context) => regionalOf(unit, context),
    }),
    isOverage: t.boolean({
      description:
        'The price has no unit price of its own for the feature: this is its overage, a monthly ' +
        'price that holds at every billing interval.',
      resolve: isOverage,
    }),
    costOf: t.field({
      type: UnitCost,
      nullable: true,
      description:
        'What a quantity costs for one billing interval. Usage, and whatever overage charges, is ' +
        'a quantity of each month: a yearly price costs that of twelve months. Seats and quota ' +
        'are standing. Less than `minimumQuantity` costs as much as that; null in a currency ' +
        'without amounts. Errors: `validation_error` (quantity above `maximumQuantity`, or a cost ' +
        'beyond what an amount can hold).',
      args: {
        quantity: t.arg({
          type: 'Quantity',
          required: true,
          description: 'Units in all, the included ones among them.',
        }),
        currency: t.arg({
          type: 'CurrencyCode',
          description: 'That of the price when omitted.',
        }),
      },
      resolve: (unit, { quantity, currency: code }, context) => {
        const { baseCurrency } = context;
        const currency = code?.toLowerCase() ?? baseCurrency;
        if (currency === baseCurrency)
          return Object.assign({ currency }, costOfQuantity(unit, unit, quantity));
        return mapMaybePromise(regionalOf(unit, context), (rows) => {
          const row = rows.find((row) => row.currency === currency);
          return row && Object.assign({ currency }, costOfQuantity(unit, row, quantity));
        });
      },
    }),
  }),
});

const unitPricesOf = (
  price: PlanPriceRecord,
  loaders: Loaders,
): MaybePromise<EffectiveUnitPrice[]> =>
  mapMaybePromise(loaders.load(unitPricesOfPrice, price.id), (own) =>
    mapMaybePromise(loaders.load(featuresOfPlan, price.planId), (features) =>
      unitPricesAt(price, own, features),
    ),
  );

builder.objectFields(PlanPrice, (t) => ({
  unitPrices: t.field({
    ...reads(unitPricesOfPrice, featuresOfPlan),
    type: [UnitPrice],
    description:
      'What units of features cost at this price, in the order of the features. A feature without ' +
      'a unit price of its own has that of its overage, where this is enabled. A variant has those ' +
      'of the price that it inherits from.',
    resolve: (price, _, { loaders }) => {
      const { inheritsFromPriceId } = price;
      if (inheritsFromPriceId === null) return unitPricesOf(price, loaders);
      // Only a repeated answer of a mutation can outlive the base of a variant.
      return mapMaybePromise(loaders.load(priceById, inheritsFromPriceId), (base) =>
        base ? unitPricesOf(base, loaders) : [],
      );
    },
  }),
}));

const { regional } = SetUnitPriceInput.shape;

export const PriceTierInput = inputType(
  'PriceTierInput',
  PriceTierSchema,
  'What units cost from the end of the tier before to the end of this one.',
  { upTo: 'Quantity', unitPrice: 'RateAmount', flatPrice: 'RateAmount' },
);

builder.mutationFields((t) => ({
  setUnitPrice: t.field({
    type: PlanPrice,
    description:
      'Sets what units of a feature cost at a price, and answers the price. Of a unit price that ' +
      'is there already, what is left out stays; a new one needs `unitPrice` or `tiers`. Errors: ' +
      '`plan_not_found`, `price_not_found`, `feature_not_found`.',
    args: {
      ...expectedRevision,
      ...priceOfPlan,
      input: t.arg({
        required: true,
        description: 'The unit price.',
        type: inputType(
          'SetUnitPriceInput',
          SetUnitPriceInput,
          'What units of a feature cost at a price.',
          {
            featureId: 'ID',
            unitPrice: 'RateAmount',
            tiers: [PriceTierInput],
            tiersMode: TiersMode,
            blockSize: 'Quantity',
            minimumQuantity: 'Quantity',
            maximumQuantity: 'Quantity',
            regional: [
              inputType(
                'RegionalUnitPriceInput',
                regional.unwrap().element,
                'What units of a feature cost in another currency.',
                {
                  currency: 'CurrencyCode',
                  unitPrice: 'RateAmount',
                  tiers: [PriceTierInput],
                },
              ),
            ],
          },
        ),
      }),
    },
    ...mutation,
    resolve: (_, { planId, priceId, input, expectedRevision }, { write }) =>
      write((w) => setUnitPrice(w, planId, priceId, input), {
        guard: priceAt(expectedRevision, planId, priceId),
      }),
  }),
  removeUnitPrice: t.field({
    type: PlanPrice,
    description:
      'Removes the unit price of a feature from a price, and answers the price. Where the feature ' +
      'has overage, that is its unit price from then on. Errors: `plan_not_found`, ' +
      '`price_not_found`, `feature_not_found`, `unit_price_not_found`.',
    args: {
      ...expectedRevision,
      ...priceOfPlan,
      ...featureId,
    },
    ...mutation,
    resolve: (_, { planId, priceId, featureId, expectedRevision }, { write }) =>
      write((w) => removeUnitPrice(w, planId, priceId, featureId), {
        guard: priceAt(expectedRevision, planId, priceId),
      }),
  }),
}));
