import {
  type BreakEven as BreakEvenRecord,
  type EstimateLine as EstimateLineRecord,
  estimate,
  type PlanEstimate as PlanEstimateRecord,
  UsageInput,
} from '../src/domain/estimate.ts';
import { planById } from '../src/domain/relations.ts';
import { formatAmount } from '../src/formatting.ts';
import { builder } from './builder.ts';
import { includeOf } from './include.ts';
import { inputType } from './input.ts';
import { linked } from './lookup.ts';
import { moneyFormat } from './money.ts';
import { planChoice, priceContext } from './pricing-page.ts';
import { Feature, Plan } from './refs.ts';
import { UnitPrice } from './unit-price.ts';
import { BillingInterval } from './vocabulary.ts';

const EstimateLine = builder.objectRef<EstimateLineRecord>('EstimateLine').implement({
  description: 'A part of what a plan costs.',
  fields: (t) => ({
    unitPrice: t.expose('unitPrice', {
      type: UnitPrice,
      nullable: true,
      description: 'What is charged by the unit; null for the base price.',
    }),
    quantity: t.expose('quantity', {
      type: 'Quantity',
      description: 'How much is used; 1 for the base price, 0 where only a minimum is charged.',
    }),
    chargedQuantity: t.expose('chargedQuantity', {
      type: 'Quantity',
      description:
        'Units that are charged for one billing interval: those beyond the included amount, in ' +
        'whole blocks.',
    }),
    amount: t.expose('amount', {
      type: 'RateAmount',
      description: 'What it comes to in one billing interval, in rate scale.',
    }),
    formattedAmount: t.string({
      description: 'The same as people read it: "$48.00".',
      args: moneyFormat,
      resolve: ({ amount, currency }, format) => formatAmount(amount, currency, format),
    }),
    currency: t.expose('currency', {
      type: 'CurrencyCode',
      description: 'The currency of the amount.',
    }),
  }),
});

const BreakEven = builder.objectRef<BreakEvenRecord>('BreakEven').implement({
  description: 'A quantity at which another plan becomes the cheapest.',
  fields: (t) => ({
    feature: t.expose('feature', {
      type: Feature,
      description: 'The feature whose quantity changes, while the rest of the usage stays.',
    }),
    quantity: t.expose('quantity', {
      type: 'Quantity',
      description: 'The nearest quantity at which the plan is the cheapest.',
    }),
    plan: t.field({
      type: Plan,
      description: 'The plan that is the cheapest there.',
      resolve: ({ plan }, _, { loaders }, info) =>
        linked(loaders.loadWith(planById, plan.id, includeOf(info)), 'plan_not_found'),
    }),
    billingInterval: t.expose('billingInterval', {
      type: BillingInterval,
      description: 'The billing interval at which it is.',
    }),
  }),
});

const PlanEstimate = builder.objectRef<PlanEstimateRecord>('PlanEstimate').implement({
  description: 'What a plan costs at one billing interval for a given usage.',
  fields: (t) => ({
    plan: t.field({
      type: Plan,
      description: 'The plan.',
      resolve: ({ plan }, _, { loaders }, info) =>
        linked(loaders.loadWith(planById, plan.id, includeOf(info)), 'plan_not_found'),
    }),
    billingInterval: t.expose('billingInterval', {
      type: BillingInterval,
      description: 'How often it is charged.',
    }),
    total: t.expose('total', {
      type: 'RateAmount',
      description:
        'The cost of one billing interval, in rate scale; without trials and introductory offers.',
    }),
    formattedTotal: t.string({
      description: 'The same as people read it: "$77.00".',
      args: moneyFormat,
      resolve: ({ total, currency }, format) => formatAmount(total, currency, format),
    }),
    currency: t.expose('currency', {
      type: 'CurrencyCode',
      description: 'The currency, the same for all plans.',
    }),
    perMonth: t.expose('perMonth', {
      type: 'RateAmount',
      description: 'The cost of one month; of longer intervals, rounded half up to the minor unit.',
    }),
    formattedPerMonth: t.string({
      description: 'The same as people read it: "$6.42".',
      args: moneyFormat,
      resolve: ({ perMonth, currency }, format) => formatAmount(perMonth, currency, format),
    }),
    lines: t.expose('lines', {
      type: [EstimateLine],
      description: 'What the total consists of: the base price, then what is charged by the unit.',
    }),
    breakEvens: t.field({
      type: [BreakEven],
      description:
        'For each feature that is used, the nearest quantities below and above at which another ' +
        'plan than the first of the list is the cheapest, up to 1,000,000,000. They are the same ' +
        'for all estimates of a list.',
      resolve: (estimate) => estimate.breakEvens(),
    }),
  }),
});

const UsageInputType = inputType('UsageInput', UsageInput, 'How much of a feature is used.', {
  feature: 'ID',
  quantity: 'Quantity',
});

builder.queryFields((t) => ({
  estimate: t.field({
    type: [PlanEstimate],
    description:
      'What plans cost for a usage, at each billing interval of whole months, the cheapest first ' +
      'by what a month costs. Left out are plans that are sold by contact, plans that lack a ' +
      'feature which is used or have too little of it, and plans whose usage is paid in credits ' +
      'or from a balance. Empty where no plan is left; so is that of an unknown group.',
    args: {
      ...planChoice,
      usage: t.arg({
        type: [UsageInputType],
        required: true,
        description: 'What is used; each feature once.',
      }),
      ...priceContext,
    },
    resolve: async (_, args, { reader, loaders, caller, shownPlans }) => {
      const { taxBehavior } = caller.organization;
      const estimates = await estimate(reader, loaders, { ...args, taxBehavior });
      if (shownPlans) for (const { plan } of estimates) shownPlans.add(plan.id);
      return estimates;
    },
  }),
}));
