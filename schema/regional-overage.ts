import { SetRegionalOverageInput, setRegionalOverage } from '../src/domain/regional-overage.ts';
import { planFeatureAt } from '../src/domain/revision.ts';
import { formatAmount } from '../src/formatting.ts';
import { builder } from './builder.ts';
import { inputType } from './input.ts';
import { moneyFormat } from './money.ts';
import { mutation } from './mutation.ts';
import { planId } from './reference.ts';
import { PlanFeature, RegionalOverage } from './refs.ts';
import { expectedRevision } from './revision.ts';

RegionalOverage.implement({
  description: 'What one unit of overage costs in another currency.',
  fields: (t) => ({
    id: t.id({
      description:
        'Id for caches, made from the feature of the plan and the currency. `node` does not know ' +
        'it.',
      resolve: ({ planFeature, currency }) => `${planFeature.id}_${currency}`,
    }),
    currency: t.expose('currency', { type: 'CurrencyCode', description: 'The currency.' }),
    unitPrice: t.expose('unitPrice', {
      type: 'RateAmount',
      description: 'Price of one unit in rate scale of the currency.',
    }),
    formattedUnitPrice: t.string({
      description: 'The unit price as people read it.',
      args: moneyFormat,
      resolve: ({ unitPrice, currency }, format) => formatAmount(unitPrice, currency, format),
    }),
    autoSynced: t.exposeBoolean('autoSynced', {
      description: 'Derived at the exchange rate of the plan; false when it was set by hand.',
    }),
    planFeature: t.expose('planFeature', {
      type: PlanFeature,
      description: 'The feature of the plan that is charged.',
    }),
  }),
});

builder.mutationFields((t) => ({
  setRegionalOverage: t.field({
    type: PlanFeature,
    description:
      'Sets by hand what one unit of overage costs in another currency. ' +
      'Errors: `plan_not_found`, `feature_not_found`.',
    args: {
      ...expectedRevision,
      ...planId,
      featureId: t.arg.id({
        required: true,
        description: 'Id or code of a feature of the plan that has overage.',
      }),
      input: t.arg({
        required: true,
        description: 'The unit price.',
        type: inputType(
          'SetRegionalOverageInput',
          SetRegionalOverageInput,
          'The unit price of overage in one other currency.',
          { currency: 'CurrencyCode', unitPrice: 'RateAmount' },
        ),
      }),
    },
    ...mutation,
    resolve: (_, { planId, featureId, input, expectedRevision }, { write }) =>
      write((w) => setRegionalOverage(w, planId, featureId, input), {
        guard: planFeatureAt(expectedRevision, planId, featureId),
      }),
  }),
}));
