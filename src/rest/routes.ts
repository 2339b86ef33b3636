import { z } from 'zod';
import {
  CreateFeatureInput,
  createFeature,
  deleteFeature,
  getFeature,
  listFeatures,
  UpdateFeatureInput,
  updateFeature,
} from '../domain/feature.ts';
import { atLeastOne } from '../domain/fields.ts';
import {
  CreateMarketInput,
  createMarket,
  deleteMarket,
  getMarket,
  listMarkets,
  UpdateMarketInput,
  updateMarket,
} from '../domain/market.ts';
import { maxima } from '../domain/maxima.ts';
import {
  CreatePlanInput,
  createPlan,
  deletePlan,
  getPlan,
  listPlans,
  requirePlan,
  SetPlanVisibilityInput,
  setPlanVisibility,
  UpdatePlanInput,
  updatePlan,
} from '../domain/plan.ts';
import {
  AddPlanFeatureInput,
  addPlanFeature,
  removePlanFeature,
  UpdatePlanFeatureInput,
  updatePlanFeature,
} from '../domain/plan-feature.ts';
import {
  AddPlanToGroupInput,
  addPlanToGroup,
  CreatePlanGroupInput,
  createPlanGroup,
  deletePlanGroup,
  getPlanGroup,
  listPlanGroups,
  ReorderPlansInGroupInput,
  removePlanFromGroup,
  reorderPlansInGroup,
  UpdatePlanGroupInput,
  updatePlanGroup,
} from '../domain/plan-group.ts';
import {
  AddPlanPriceInput,
  addPlanPrice,
  deletePlanPrice,
  requirePrice,
  setDefaultPlanPrice,
  UpdatePlanPriceInput,
} from '../domain/price.ts';
import {
  deleteRegionalPrices,
  UpsertRegionalPricesInput,
  upsertRegionalPrices,
} from '../domain/regional-price.ts';
import { SetPlanRegionalPricingInput, setPlanRegionalPricing } from '../domain/regional-pricing.ts';
import { beyondContract, featureBeyondContract } from './beyond-contract.ts';
import { operation } from './operation.ts';
import { AddVariantInput, addVariant, updatePrice } from './price-variant.ts';
import { includePrivate, paging, rows } from './query.ts';

const LONGEST_LIST = 1_000;
const LONGEST_GROUP_LIST = 100;
const USUAL_GROUP_LIST = 25;

/**
 * What REST clients may do. Routes are those of the older versions; `eras/` says where a version
 * differs.
 */
export const operations = {
  'create-plan': operation('POST /plans/manage', {
    summary: 'Creates a plan.',
    body: CreatePlanInput.omit(beyondContract),
    errors: ['plan_group_not_found', 'duplicate'],
    run: ({ write, body }) => write((w) => createPlan(w, body)),
  }),
  'list-plans': operation('GET /plans', {
    summary: 'Lists plans with their prices and features.',
    query: z.object({ includePrivate, ...paging(LONGEST_LIST, LONGEST_LIST) }),
    run: ({ reader, query }) =>
      rows(query, LONGEST_LIST, (page) =>
        listPlans(reader, { visibility: query.includePrivate ? 'all' : 'public' }, page),
      ),
  }),
  'get-plan': operation('GET /plans/{id}', {
    summary: 'Answers one plan, by id or code.',
    errors: ['plan_not_found'],
    run: ({ reader, params }) => getPlan(reader, params.id),
  }),
  'update-plan': operation('PUT /plans/{id}/manage', {
    summary: 'Updates the name, description, visibility or metadata of a plan.',
    body: UpdatePlanInput.omit(beyondContract),
    final: {
      members: ['code', 'isFree', 'consumptionModel', 'blockOnExhaustion', 'planGroupId'],
      read: (reader, { id }) => requirePlan(reader, id),
    },
    errors: ['plan_not_found'],
    run: ({ write, params, body }) => write((w) => updatePlan(w, params.id, body)),
  }),
  'delete-plan': operation('DELETE /plans/{id}/manage', {
    summary: 'Deletes a plan: nobody can select it any more.',
    errors: ['plan_not_found'],
    run: ({ write, params }) => write((w) => deletePlan(w, params.id)),
  }),
  'set-plan-visibility': operation('PUT /plans/{id}/visibility', {
    summary: 'Makes a plan public or private.',
    body: SetPlanVisibilityInput,
    errors: ['plan_not_found'],
    run: ({ write, params, body }) => write((w) => setPlanVisibility(w, params.id, body)),
  }),

  'add-plan-feature': operation('POST /plans/{id}/features', {
    summary: 'Attaches a feature to a plan.',
    body: AddPlanFeatureInput.omit({ displayValue: true }),
    errors: ['plan_not_found', 'feature_not_found', 'feature_already_exists'],
    run: ({ write, params, body }) => write((w) => addPlanFeature(w, params.id, body)),
  }),
  'update-plan-feature': operation('PUT /plans/{id}/features/{featureId}', {
    summary: 'Updates the limits and overage of a feature on a plan.',
    body: UpdatePlanFeatureInput.omit({ displayValue: true }),
    errors: ['plan_not_found', 'feature_not_found'],
    run: ({ write, params, body }) =>
      write((w) => updatePlanFeature(w, params.id, params.featureId, body)),
  }),
  'remove-plan-feature': operation('DELETE /plans/{id}/features/{featureId}', {
    summary: 'Detaches a feature from a plan.',
    errors: ['plan_not_found', 'feature_not_found'],
    run: ({ write, params }) => write((w) => removePlanFeature(w, params.id, params.featureId)),
  }),

  'add-plan-price': operation('POST /plans/{id}/prices', {
    summary: 'Adds a price for a billing interval to a plan.',
    body: z.union([AddVariantInput, AddPlanPriceInput]),
    errors: ['plan_not_found', 'duplicate'],
    run: ({ write, params, body }) =>
      write((w) =>
        'inheritsFromPriceId' in body
          ? addVariant(w, params.id, body)
          : addPlanPrice(w, params.id, body),
      ),
  }),
  'update-plan-price': operation('PUT /plans/{id}/prices/{priceId}', {
    summary: 'Updates a price of a plan.',
    body: UpdatePlanPriceInput,
    final: {
      members: ['billingInterval', 'inheritsFromPriceId'],
      read: (reader, { id, priceId }) => requirePrice(reader, id, priceId),
    },
    errors: ['plan_not_found', 'price_not_found'],
    run: ({ write, params, body }) => write((w) => updatePrice(w, params.id, params.priceId, body)),
  }),
  'delete-plan-price': operation('DELETE /plans/{id}/prices/{priceId}', {
    summary: 'Removes a price from a plan.',
    errors: ['plan_not_found', 'price_not_found', 'price_in_use'],
    run: ({ write, params }) => write((w) => deletePlanPrice(w, params.id, params.priceId)),
  }),
  'set-default-plan-price': operation('PUT /plans/{id}/prices/{priceId}/default', {
    summary: 'Makes a price the default of its plan.',
    errors: ['plan_not_found', 'price_not_found'],
    run: ({ write, params }) => write((w) => setDefaultPlanPrice(w, params.id, params.priceId)),
  }),

  'upsert-regional-prices': operation('PUT /plans/{id}/prices/{priceId}/regional', {
    summary: 'Sets a price by hand in other currencies.',
    body: UpsertRegionalPricesInput,
    errors: ['plan_not_found', 'price_not_found'],
    run: ({ write, params, body }) =>
      write((w) => upsertRegionalPrices(w, params.id, params.priceId, body)),
  }),
  'delete-regional-prices': operation('DELETE /plans/{id}/prices/{priceId}/regional', {
    summary: 'Removes a price in every other currency.',
    errors: ['plan_not_found', 'price_not_found'],
    run: ({ write, params }) => write((w) => deleteRegionalPrices(w, params.id, params.priceId)),
  }),
  'set-plan-regional-pricing': operation('PUT /plans/{id}/regional', {
    summary: 'Sets the whole plan in one other currency, at an exchange rate and by hand.',
    since: '2026-06-07',
    body: SetPlanRegionalPricingInput,
    errors: ['plan_not_found', 'price_not_found', 'feature_not_found', 'no_prices_configured'],
    run: ({ write, params, body }) => write((w) => setPlanRegionalPricing(w, params.id, body)),
  }),

  'list-features': operation('GET /features', {
    summary: 'Lists the features of the catalogue.',
    since: '2026-06-10',
    query: z.object(paging(LONGEST_LIST, LONGEST_LIST)),
    run: ({ reader, query }) => rows(query, LONGEST_LIST, (page) => listFeatures(reader, page)),
  }),
  'get-feature': operation('GET /features/{code}', {
    summary: 'Answers one feature of the catalogue, by id or code.',
    since: '2026-06-10',
    errors: ['feature_not_found'],
    run: ({ reader, params }) => getFeature(reader, params.code),
  }),
  'create-feature': operation('POST /features/manage', {
    summary: 'Creates a feature.',
    body: CreateFeatureInput.omit(featureBeyondContract),
    errors: ['feature_already_exists'],
    run: ({ write, body }) => write((w) => createFeature(w, body)),
  }),
  'update-feature': operation('PUT /features/{code}/manage', {
    summary: 'Updates the name, description or unit of a feature.',
    body: atLeastOne(z.object(UpdateFeatureInput.shape).omit(featureBeyondContract).shape),
    final: { members: ['code', 'type'], read: (reader, { code }) => getFeature(reader, code) },
    errors: ['feature_not_found', 'feature_already_exists'],
    run: ({ write, params, body }) => write((w) => updateFeature(w, params.code, body)),
  }),
  'delete-feature': operation('DELETE /features/{code}/manage', {
    summary: 'Deletes a feature that no live plan has.',
    errors: ['feature_not_found', 'feature_in_use'],
    run: ({ write, params }) => write((w) => deleteFeature(w, params.code)),
  }),

  'list-plan-groups': operation('GET /plan-groups', {
    summary: 'Lists plan groups.',
    query: z.object(paging(LONGEST_GROUP_LIST, USUAL_GROUP_LIST)),
    run: ({ reader, query }) =>
      rows(query, USUAL_GROUP_LIST, (page) => listPlanGroups(reader, page)),
  }),
  'get-plan-group': operation('GET /plan-groups/{id}', {
    summary: 'Answers one plan group with its plans in their order.',
    errors: ['plan_group_not_found'],
    run: ({ reader, params }) => getPlanGroup(reader, params.id),
  }),
  'create-plan-group': operation('POST /plan-groups', {
    summary: 'Creates a plan group.',
    body: CreatePlanGroupInput.omit({ code: true }),
    run: ({ write, body }) => write((w) => createPlanGroup(w, body)),
  }),
  'update-plan-group': operation('PUT /plan-groups/{id}', {
    summary: 'Updates the name, description or visibility of a plan group.',
    body: UpdatePlanGroupInput,
    errors: ['plan_group_not_found'],
    run: ({ write, params, body }) => write((w) => updatePlanGroup(w, params.id, body)),
  }),
  'delete-plan-group': operation('DELETE /plan-groups/{id}', {
    summary: 'Deletes a plan group; its plans stay.',
    errors: ['plan_group_not_found'],
    run: ({ write, params }) => write((w) => deletePlanGroup(w, params.id)),
  }),
  'add-plan-to-group': operation('POST /plan-groups/{id}/plans', {
    summary: 'Puts a plan into a group.',
    body: AddPlanToGroupInput,
    errors: ['plan_group_not_found', 'plan_not_found', 'duplicate'],
    run: ({ write, params, body }) => write((w) => addPlanToGroup(w, params.id, body)),
  }),
  'remove-plan-from-group': operation('DELETE /plan-groups/{id}/plans/{planId}', {
    summary: 'Takes a plan out of a group.',
    errors: ['plan_group_not_found', 'plan_not_found'],
    run: async ({ write, params }) => {
      await write((w) => removePlanFromGroup(w, params.id, params.planId));
      return { id: params.planId };
    },
  }),
  'reorder-plans-in-group': operation('PUT /plan-groups/{id}/plans/reorder', {
    summary: 'Puts the plans of a group in order.',
    body: ReorderPlansInGroupInput,
    errors: ['plan_group_not_found'],
    run: ({ write, params, body }) => write((w) => reorderPlansInGroup(w, params.id, body)),
  }),

  'list-markets': operation('GET /markets', {
    summary: 'Lists all markets.',
    since: '2026-07-24',
    query: z.object({}),
    run: ({ reader }) => rows({}, maxima.marketsOfCatalogue, (page) => listMarkets(reader, page)),
  }),
  'get-market': operation('GET /markets/{id}', {
    summary: 'Answers one market.',
    since: '2026-07-24',
    errors: ['market_not_found'],
    run: ({ reader, params }) => getMarket(reader, params.id),
  }),
  'create-market': operation('POST /markets', {
    summary: 'Creates a market.',
    since: '2026-07-24',
    body: CreateMarketInput.omit({ code: true, taxBehavior: true }),
    errors: ['duplicate'],
    run: ({ write, body }) => write((w) => createMarket(w, body)),
  }),
  'update-market': operation('PATCH /markets/{id}', {
    summary: 'Updates the name, the countries or the metadata of a market.',
    since: '2026-07-24',
    body: UpdateMarketInput.omit({ taxBehavior: true }).required({
      name: true,
      countryCodes: true,
    }),
    errors: ['market_not_found', 'duplicate'],
    run: ({ write, params, body }) => write((w) => updateMarket(w, params.id, body)),
  }),
  'delete-market': operation('DELETE /markets/{id}', {
    summary: 'Deletes a market that no price has.',
    since: '2026-07-24',
    errors: ['market_not_found', 'market_in_use'],
    run: ({ write, params }) => write((w) => deleteMarket(w, params.id)),
  }),
};

export type Operations = typeof operations;
export type OperationId = keyof Operations;
export const operationIds = Object.keys(operations) as OperationId[];
