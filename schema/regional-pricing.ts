import {
  SetPlanRegionalPricingInput,
  setPlanRegionalPricing,
} from '../src/domain/regional-pricing.ts';
import { planAt } from '../src/domain/revision.ts';
import { builder } from './builder.ts';
import { inputType } from './input.ts';
import { mutation } from './mutation.ts';
import { planId } from './reference.ts';
import { Plan } from './refs.ts';
import { expectedRevision } from './revision.ts';
import { DiscountType } from './vocabulary.ts';

const { prices, features, introOffers } = SetPlanRegionalPricingInput.shape;

builder.mutationFields((t) => ({
  setPlanRegionalPricing: t.field({
    type: Plan,
    description:
      'Sets the exchange rate of a plan for one currency, and with it every price, overage and ' +
      'introductory offer in it: ' +
      'named entries by hand, the others derived. ' +
      'Errors: `plan_not_found`, `price_not_found`, `feature_not_found`, `no_prices_configured`.',
    args: {
      ...expectedRevision,
      ...planId,
      input: t.arg({
        required: true,
        description: 'The rate, and what does not follow it.',
        type: inputType(
          'SetPlanRegionalPricingInput',
          SetPlanRegionalPricingInput,
          'Regional pricing of a plan.',
          {
            currency: 'CurrencyCode',
            exchangeRate: 'Float',
            prices: [
              inputType(
                'ManualRegionalPriceInput',
                prices.unwrap().unwrap().element,
                'A price that is set by hand.',
                {
                  priceId: 'ID',
                  price: 'RateAmount',
                  includedBalance: 'RateAmount',
                },
              ),
            ],
            features: [
              inputType(
                'ManualRegionalOverageInput',
                features.unwrap().unwrap().element,
                'An overage price that is set by hand.',
                {
                  featureId: 'ID',
                  overageUnitPrice: 'RateAmount',
                },
              ),
            ],
            introOffers: [
              inputType(
                'ManualRegionalIntroOfferInput',
                introOffers.unwrap().unwrap().element,
                'A discount that is set by hand.',
                {
                  priceId: 'ID',
                  discountType: DiscountType,
                  discountValue: 'Quantity',
                  durationCycles: 'Int',
                },
              ),
            ],
          },
        ),
      }),
    },
    ...mutation,
    resolve: async (_, { planId, input, expectedRevision }, { write }) =>
      (
        await write((w) => setPlanRegionalPricing(w, planId, input), {
          guard: planAt(expectedRevision, planId),
        })
      ).plan,
  }),
}));
