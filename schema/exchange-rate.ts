import {
  removePlanCurrency,
  SetExchangeRateInput,
  setExchangeRate,
} from '../src/domain/exchange-rate.ts';
import { planById } from '../src/domain/relations.ts';
import { planAt } from '../src/domain/revision.ts';
import { builder } from './builder.ts';
import { includeOf } from './include.ts';
import { inputType } from './input.ts';
import { linked } from './lookup.ts';
import { mutation } from './mutation.ts';
import { planId } from './reference.ts';
import { ExchangeRate, Plan } from './refs.ts';
import { expectedRevision } from './revision.ts';

ExchangeRate.implement({
  description: 'The rate at which a plan derives its prices in one currency.',
  fields: (t) => ({
    id: t.id({
      description: 'Id for caches, made from the plan and the currency. `node` does not know it.',
      resolve: ({ planId, currency }) => `${planId}_${currency}`,
    }),
    currency: t.expose('currency', { type: 'CurrencyCode', description: 'The currency.' }),
    exchangeRate: t.exposeFloat('exchangeRate', {
      description: 'Units of the currency for one unit of the base currency.',
    }),
    plan: t.field({
      type: Plan,
      description: 'The plan.',
      resolve: ({ planId }, _, { loaders }, info) =>
        linked(loaders.loadWith(planById, planId, includeOf(info)), 'plan_not_found'),
    }),
  }),
});

builder.mutationFields((t) => ({
  setExchangeRate: t.field({
    type: Plan,
    description:
      'Sets the exchange rate of a plan for one currency. Each price and each overage of the plan ' +
      'then has an amount in it: what was set by hand stays, everything else is derived. ' +
      'Errors: `plan_not_found`.',
    args: {
      ...expectedRevision,
      ...planId,
      input: t.arg({
        required: true,
        description: 'The rate.',
        type: inputType(
          'SetExchangeRateInput',
          SetExchangeRateInput,
          'The exchange rate of a plan for one currency.',
          { currency: 'CurrencyCode', exchangeRate: 'Float', overwrite: 'Boolean' },
        ),
      }),
    },
    ...mutation,
    resolve: (_, { planId, input, expectedRevision }, { write }) =>
      write((w) => setExchangeRate(w, planId, input), { guard: planAt(expectedRevision, planId) }),
  }),
  removePlanCurrency: t.field({
    type: Plan,
    description:
      'Takes a currency off a plan: its exchange rate, and every amount of the plan in it, those ' +
      'set by hand included. Errors: `plan_not_found`, `exchange_rate_not_found` where the plan ' +
      'has nothing in the currency.',
    args: {
      ...planId,
      currency: t.arg.string({
        required: true,
        description:
          'Its code, in any case. A code that is no currency any more can be taken off, too.',
      }),
      ...expectedRevision,
    },
    ...mutation,
    resolve: (_, { planId, currency, expectedRevision }, { write }) =>
      write((w) => removePlanCurrency(w, planId, currency), {
        guard: planAt(expectedRevision, planId),
      }),
  }),
}));
