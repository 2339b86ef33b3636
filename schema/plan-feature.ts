import {
  AddPlanFeatureInput,
  addPlanFeature,
  type PlanFeature as PlanFeatureRecord,
  removePlanFeature,
  UpdatePlanFeatureInput,
  updatePlanFeature,
} from '../src/domain/plan-feature.ts';
import {
  featureById,
  featureOfPlanFeature,
  planById,
  regionalOveragesOfPlan,
} from '../src/domain/relations.ts';
import { planFeatureAt } from '../src/domain/revision.ts';
import { formatAmount } from '../src/formatting.ts';
import { mapMaybePromise } from '../src/maybe-promise.ts';
import { builder } from './builder.ts';
import { includeOf, reads } from './include.ts';
import { inputType } from './input.ts';
import { linked } from './lookup.ts';
import { moneyFormat } from './money.ts';
import { mutation } from './mutation.ts';
import { Node } from './node.ts';
import { featureOfPlan, planId } from './reference.ts';
import { Feature, Plan, PlanFeature, RegionalOverage } from './refs.ts';
import { expectedRevision } from './revision.ts';
import { secret } from './secret.ts';
import { PricingMode } from './vocabulary.ts';

const Overage = builder.objectRef<PlanFeatureRecord['overage']>('Overage').implement({
  description: 'What usage beyond the included amount costs, in the base currency.',
  fields: (t) => ({
    enabled: t.exposeBoolean('enabled', {
      description: 'Usage beyond the included amount is charged.',
    }),
    unitPrice: t.expose('unitPrice', {
      type: 'RateAmount',
      description: 'Price of one unit in rate scale: 20 is 0.002 of the currency.',
    }),
    formattedUnitPrice: t.string({
      description: 'The unit price as people read it: "$0.002".',
      args: moneyFormat,
      resolve: ({ unitPrice }, format, { baseCurrency }) =>
        formatAmount(unitPrice, baseCurrency, format),
    }),
  }),
});

PlanFeature.implement({
  description: 'A feature as one plan offers it.',
  interfaces: [Node],
  fields: (t) => ({
    enabled: t.exposeBoolean('enabled', { description: 'The plan offers the feature.' }),
    includedAmount: t.expose('includedAmount', {
      type: 'Quantity',
      description: 'Units included in the price.',
    }),
    unlimited: t.exposeBoolean('unlimited', { description: 'No limit at all.' }),
    overage: t.expose('overage', {
      type: Overage,
      description: 'What usage beyond the included amount costs.',
    }),
    creditsPerUnit: t.exposeInt('creditsPerUnit', {
      nullable: true,
      description: 'Credits that one unit costs on a credits plan.',
    }),
    pricingMode: t.expose('pricingMode', {
      type: PricingMode,
      description: 'How a balance plan charges usage.',
    }),
    margin: t.int({
      nullable: true,
      description: 'Margin on the cost of AI models, in basis points. Refused to publishable keys.',
      resolve: secret('margin'),
    }),
    displayValue: t.exposeString('displayValue', {
      nullable: true,
      description: 'What a page shows instead of a number, e.g. "24/7"; null where nobody said.',
    }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      description: 'When it was attached to the plan.',
    }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it last changed.' }),
    revision: t.int({
      nullable: true,
      description:
        'Counts the writes that changed it or its regional overages. ' +
        'Refused to publishable keys.',
      resolve: secret('revision'),
    }),
    feature: t.field({
      ...reads(featureOfPlanFeature),
      type: Feature,
      description: 'The feature itself.',
      resolve: ({ featureId }, _, { loaders }) =>
        linked(loaders.load(featureById, featureId), 'feature_not_found'),
    }),
    plan: t.field({
      type: Plan,
      description: 'The plan that offers it.',
      resolve: ({ planId }, _, { loaders }, info) =>
        linked(loaders.loadWith(planById, planId, includeOf(info)), 'plan_not_found'),
    }),
    regionalOverages: t.field({
      ...reads(regionalOveragesOfPlan),
      type: [RegionalOverage],
      description: 'The overage unit price in other currencies, by currency.',
      resolve: (planFeature, _, { loaders }) =>
        mapMaybePromise(loaders.load(regionalOveragesOfPlan, planFeature.planId), (overages) =>
          overages
            .filter(({ featureId }) => featureId === planFeature.featureId)
            .map((overage) => ({ ...overage, planFeature })),
        ),
    }),
    regionalOverage: t.field({
      ...reads(regionalOveragesOfPlan),
      type: RegionalOverage,
      nullable: true,
      description: 'The overage unit price in one other currency.',
      args: {
        currency: t.arg({
          type: 'CurrencyCode',
          required: true,
          description: 'The currency, in any case.',
        }),
      },
      resolve: (planFeature, { currency }, { loaders }) =>
        mapMaybePromise(loaders.load(regionalOveragesOfPlan, planFeature.planId), (overages) => {
          const overage = overages.find(
            (overage) =>
              overage.featureId === planFeature.featureId &&
              overage.currency === currency.toLowerCase(),
          );
          return overage && { ...overage, planFeature };
        }),
    }),
  }),
});

builder.mutationFields((t) => ({
  addPlanFeature: t.field({
    type: PlanFeature,
    description:
      'Attaches a feature to a plan. Errors: `plan_not_found`, `feature_not_found`, ' +
      '`feature_already_exists` (featureId).',
    args: {
      ...planId,
      input: t.arg({
        required: true,
        description: 'The feature and its limits.',
        type: inputType(
          'AddPlanFeatureInput',
          AddPlanFeatureInput,
          'A feature as the plan offers it.',
          {
            featureId: 'ID',
            enabled: 'Boolean',
            includedAmount: 'Quantity',
            unlimited: 'Boolean',
            overage: inputType(
              'OverageInput',
              AddPlanFeatureInput.shape.overage.unwrap().unwrap(),
              'What usage beyond the included amount costs.',
              { enabled: 'Boolean', unitPrice: 'RateAmount' },
            ),
            creditsPerUnit: 'Int',
            pricingMode: PricingMode,
            margin: 'Int',
            displayValue: 'String',
          },
        ),
      }),
    },
    ...mutation,
    resolve: (_, { planId, input }, { write }) => write((w) => addPlanFeature(w, planId, input)),
  }),
  updatePlanFeature: t.field({
    type: PlanFeature,
    description:
      'Changes how a plan offers a feature; what is left out stays. Errors: `plan_not_found`, ' +
      '`feature_not_found`.',
    args: {
      ...expectedRevision,
      ...featureOfPlan,
      input: t.arg({
        required: true,
        description: 'The changes.',
        type: inputType(
          'UpdatePlanFeatureInput',
          UpdatePlanFeatureInput,
          'Changes to a feature of a plan.',
          {
            enabled: 'Boolean',
            includedAmount: 'Quantity',
            unlimited: 'Boolean',
            overage: inputType(
              'UpdateOverageInput',
              UpdatePlanFeatureInput.shape.overage.unwrap(),
              'Changes to the price of overage.',
              { enabled: 'Boolean', unitPrice: 'RateAmount' },
            ),
            creditsPerUnit: 'Int',
            pricingMode: PricingMode,
            margin: 'Int',
            displayValue: 'String',
          },
        ),
      }),
    },
    ...mutation,
    resolve: (_, { planId, featureId, input, expectedRevision }, { write }) =>
      write((w) => updatePlanFeature(w, planId, featureId, input), {
        guard: planFeatureAt(expectedRevision, planId, featureId),
      }),
  }),
  removePlanFeature: t.field({
    type: Plan,
    description:
      'Takes a feature off a plan and answers the plan; the feature stays in the catalogue. ' +
      'Errors: `plan_not_found`, `feature_not_found`.',
    args: { ...featureOfPlan, ...expectedRevision },
    ...mutation,
    resolve: async (_, { planId, featureId, expectedRevision }, context) => {
      const { plan } = await context.write((w) => removePlanFeature(w, planId, featureId), {
        guard: planFeatureAt(expectedRevision, planId, featureId),
      });
      return plan ?? linked(context.loaders.load(planById, planId), 'plan_not_found');
    },
  }),
}));
