import {
  CreatePlanInput,
  countPlans,
  createPlan,
  type DeletedPlan as DeletedPlanRecord,
  deletePlan,
  listPlans,
  PlanFilter,
  SetPlanVisibilityInput,
  setPlanVisibility,
  UpdatePlanInput,
  updatePlan,
} from '../src/domain/plan.ts';
import {
  exchangeRatesOfPlan,
  featureByCode,
  featuresOfPlan,
  planByCode,
  planById,
  planGroupById,
  pricesOfPlan,
} from '../src/domain/relations.ts';
import { planAt } from '../src/domain/revision.ts';
import { mapMaybePromise } from '../src/maybe-promise.ts';
import { builder } from './builder.ts';
import { connection, connectionTypes, pageRequest } from './connection.ts';
import { COST_OF_FEATURES, costOfPage } from './cost.ts';
import { includeOf, reads, startsInclude } from './include.ts';
import { inputType } from './input.ts';
import { byIdOrCode } from './lookup.ts';
import { mutation } from './mutation.ts';
import { Node } from './node.ts';
import {
  PlanPresentation,
  PlanPresentationInput,
  UpdatePlanPresentationInput,
} from './presentation.ts';
import { planId } from './reference.ts';
import { ExchangeRate, Plan, PlanFeature, PlanGroup, PlanPrice } from './refs.ts';
import { expectedRevision } from './revision.ts';
import { secret } from './secret.ts';
import { BillingInterval, ConsumptionModel, PlanAvailability, Visibility } from './vocabulary.ts';

Plan.implement({
  ...startsInclude,
  description:
    'What a customer can subscribe to: prices by billing interval, and features with their limits.',
  interfaces: [Node],
  fields: (t) => ({
    code: t.exposeString('code', {
      description: 'Stable identifier of your choice, unique among live plans.',
    }),
    name: t.exposeString('name', { description: 'Display name.' }),
    description: t.exposeString('description', { nullable: true, description: 'Free text.' }),
    consumptionModel: t.expose('consumptionModel', {
      type: ConsumptionModel,
      nullable: true,
      description: 'How usage is charged; null when the plan has no model.',
    }),
    isPublic: t.exposeBoolean('isPublic', { description: 'Listed for everyone.' }),
    isFree: t.exposeBoolean('isFree', { description: 'Takes only prices of 0 and no overage.' }),
    blockOnExhaustion: t.exposeBoolean('blockOnExhaustion', {
      description: 'Usage stops when the balance is used up.',
    }),
    availability: t.expose('availability', {
      type: PlanAvailability,
      description: 'How customers get it.',
    }),
    presentation: t.expose('presentation', {
      type: PlanPresentation,
      description: 'How a page shows it.',
    }),
    basedOn: t.field({
      type: Plan,
      nullable: true,
      description:
        'The plan whose features it has, and more: "Everything in Pro, plus …". Null where the key ' +
        'may not see that plan.',
      resolve: ({ basedOnPlanId }, _, { loaders }, info) =>
        basedOnPlanId === null ? null : loaders.loadWith(planById, basedOnPlanId, includeOf(info)),
    }),
    sortOrder: t.exposeInt('sortOrder', {
      description: 'Position in the group from 0; 0 outside groups.',
    }),
    metadata: t.field({
      type: 'JSONObject',
      nullable: true,
      description: 'JSON object of your own. Refused to publishable keys.',
      resolve: secret('metadata'),
    }),
    publicMetadata: t.expose('publicMetadata', {
      type: 'JSONObject',
      description: 'JSON object of your own, shown to publishable keys as well.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it last changed.' }),
    revision: t.int({
      nullable: true,
      description:
        'Counts the writes that changed the plan or what belongs to it. ' +
        'Refused to publishable keys.',
      resolve: secret('revision'),
    }),
    group: t.field({
      type: PlanGroup,
      nullable: true,
      description: 'The group that the plan stands in.',
      resolve: ({ planGroupId }, _, { loaders }) =>
        planGroupId === null ? null : loaders.load(planGroupById, planGroupId),
    }),
    prices: t.field({
      ...reads(pricesOfPlan),
      type: [PlanPrice],
      description: 'Live prices, oldest first; one a billing interval.',
      resolve: ({ id }, _, { loaders }) => loaders.load(pricesOfPlan, id),
    }),
    price: t.field({
      ...reads(pricesOfPlan),
      type: PlanPrice,
      nullable: true,
      description: 'The live price of one billing interval.',
      args: {
        billingInterval: t.arg({
          type: BillingInterval,
          required: true,
          description: 'The interval of the price.',
        }),
      },
      resolve: ({ id }, { billingInterval }, { loaders }) =>
        mapMaybePromise(loaders.load(pricesOfPlan, id), (prices) =>
          prices.find((price) => price.billingInterval === billingInterval),
        ),
    }),
    defaultPrice: t.field({
      ...reads(pricesOfPlan),
      type: PlanPrice,
      nullable: true,
      description: 'The price to offer first; null while the plan has none.',
      resolve: ({ id }, _, { loaders }) =>
        mapMaybePromise(loaders.load(pricesOfPlan, id), (prices) =>
          prices.find(({ isDefault }) => isDefault),
        ),
    }),
    features: t.field({
      ...reads(featuresOfPlan),
      type: [PlanFeature],
      complexity: COST_OF_FEATURES,
      description:
        'The features of the plan, in the order of features: section by section, those without ' +
        'one last.',
      resolve: ({ id }, _, { loaders }) => loaders.load(featuresOfPlan, id),
    }),
    feature: t.field({
      ...reads(featuresOfPlan),
      type: PlanFeature,
      nullable: true,
      description: 'One feature of the plan, by the code of the feature.',
      args: { code: t.arg.string({ required: true, description: 'Code of the feature.' }) },
      resolve: async ({ id }, { code }, { loaders }) => {
        const [links, feature] = await Promise.all([
          loaders.load(featuresOfPlan, id),
          loaders.load(featureByCode, code),
        ]);
        return links.find(({ featureId }) => featureId === feature?.id);
      },
    }),
    exchangeRates: t.field({
      ...reads(exchangeRatesOfPlan),
      type: [ExchangeRate],
      description: 'The rates that regional prices of the plan are derived at, by currency.',
      resolve: ({ id }, _, { loaders }) => loaders.load(exchangeRatesOfPlan, id),
    }),
  }),
});

const PlanFilterInput = inputType(
  'PlanFilter',
  PlanFilter,
  'Which plans a list shows: those that meet every condition.',
  {
    codes: ['String'],
    planGroupId: 'ID',
    visibility: Visibility,
    isFree: 'Boolean',
    consumptionModel: ConsumptionModel,
    text: 'String',
    metadata: inputType(
      'MetadataFilter',
      PlanFilter.shape.metadata.unwrap().unwrap(),
      'A key of the metadata and its value.',
      {
        key: 'String',
        value: 'String',
      },
    ),
  },
);

const PlanOrderField = builder.enumType('PlanOrderField', {
  description: 'What plans are sorted by.',
  values: {
    SORT_ORDER: { value: 'sortOrder', description: 'Position in the group, then creation.' },
    NAME: { value: 'name', description: 'Name, byte by byte.' },
    CREATED_AT: { value: 'createdAt', description: 'Creation.' },
  } as const,
});

const SortDirection = builder.enumType('SortDirection', {
  description: 'Which end of a list comes first.',
  values: {
    ASC: { value: 'asc', description: 'Smallest or oldest first.' },
    DESC: { value: 'desc', description: 'Largest or newest first.' },
  } as const,
});

const PlanOrder = builder.inputType('PlanOrder', {
  description: 'How plans are sorted.',
  fields: (t) => ({
    field: t.field({ type: PlanOrderField, required: true, description: 'What to sort by.' }),
    direction: t.field({ type: SortDirection, description: 'ASC when omitted.' }),
  }),
});

builder.queryFields((t) => ({
  plan: t.field({
    type: Plan,
    nullable: true,
    description:
      'One plan by its id or by its code, public or private; null when there is none that the key ' +
      'may see.',
    args: {
      id: t.arg.id({ description: 'Id of the plan. Either this or `code`.' }),
      code: t.arg.string({ description: 'Code of the plan. Either this or `id`.' }),
    },
    resolve: (_, by, { loaders }, info) =>
      byIdOrCode(by, (key, value) =>
        loaders.loadAlone(key === 'id' ? planById : planByCode, value, includeOf(info)),
      ),
  }),
  plans: t.connection(
    {
      type: Plan,
      complexity: costOfPage,
      description:
        'Plans, page by page, at most 100 a page (20 unless said otherwise). Public plans only, ' +
        'unless the filter says otherwise.',
      args: {
        filter: t.arg({ type: PlanFilterInput, description: 'Which plans.' }),
        orderBy: t.arg({
          type: PlanOrder,
          description: 'In which order; by SORT_ORDER when omitted.',
        }),
      },
      resolve: (_, { filter, orderBy, ...request }, { reader, loaders, total }, info) => {
        const order = {
          by: orderBy?.field ?? 'sortOrder',
          descending: orderBy?.direction === 'desc',
        };
        return mapMaybePromise(
          listPlans(reader, filter ?? {}, pageRequest(request), order),
          (page) =>
            mapMaybePromise(loaders.prefetch(planById, page.items, includeOf(info)), () =>
              connection(page, () =>
                total('plans', filter, () => countPlans(reader, filter ?? {})),
              ),
            ),
        );
      },
    },
    ...connectionTypes('Plan'),
  ),
}));

const DeletedPlan = builder.objectRef<DeletedPlanRecord>('DeletedPlan').implement({
  description: 'A plan that was taken out of the catalogue.',
  fields: (t) => ({
    deletedId: t.exposeID('id', {
      description: 'Id of the plan. It will never name another object.',
    }),
    group: t.field({
      type: PlanGroup,
      nullable: true,
      description:
        'The group that it left; null when it was in none, or that was deleted right after.',
      resolve: ({ planGroupId = null }, _, { loaders }) =>
        planGroupId === null ? null : loaders.load(planGroupById, planGroupId),
    }),
  }),
});

builder.mutationFields((t) => ({
  createPlan: t.field({
    type: Plan,
    description:
      'Adds a plan to the catalogue. Errors: `duplicate` (code), `plan_group_not_found`, ' +
      '`plan_not_found` (basedOnPlanId).',
    args: {
      input: t.arg({
        required: true,
        description: 'The plan.',
        type: inputType('CreatePlanInput', CreatePlanInput, 'A new plan.', {
          name: 'String',
          code: 'String',
          description: 'String',
          consumptionModel: ConsumptionModel,
          isPublic: 'Boolean',
          isFree: 'Boolean',
          blockOnExhaustion: 'Boolean',
          planGroupId: 'ID',
          metadata: 'JSONObject',
          publicMetadata: 'JSONObject',
          availability: PlanAvailability,
          presentation: PlanPresentationInput,
          basedOnPlanId: 'ID',
        }),
      }),
    },
    ...mutation,
    resolve: (_, { input }, { write }) => write((w) => createPlan(w, input)),
  }),
  updatePlan: t.field({
    type: Plan,
    description: 'Changes a plan; what is left out stays. Errors: `plan_not_found`.',
    args: {
      ...expectedRevision,
      ...planId,
      input: t.arg({
        required: true,
        description: 'The changes.',
        type: inputType('UpdatePlanInput', UpdatePlanInput, 'Changes to a plan.', {
          name: 'String',
          description: 'String',
          metadata: 'JSONObject',
          publicMetadata: 'JSONObject',
          isPublic: 'Boolean',
          availability: PlanAvailability,
          presentation: UpdatePlanPresentationInput,
          basedOnPlanId: 'ID',
        }),
      }),
    },
    ...mutation,
    resolve: (_, { planId, input, expectedRevision }, { write }) =>
      write((w) => updatePlan(w, planId, input), { guard: planAt(expectedRevision, planId) }),
  }),
  setPlanVisibility: t.field({
    type: Plan,
    description: 'Lists a plan for everyone, or hides it. Errors: `plan_not_found`.',
    args: {
      ...expectedRevision,
      ...planId,
      input: t.arg({
        required: true,
        description: 'The visibility.',
        type: inputType(
          'SetPlanVisibilityInput',
          SetPlanVisibilityInput,
          'The visibility of a plan.',
          {
            isPublic: 'Boolean',
          },
        ),
      }),
    },
    ...mutation,
    resolve: (_, { planId, input, expectedRevision }, { write }) =>
      write((w) => setPlanVisibility(w, planId, input), {
        guard: planAt(expectedRevision, planId),
      }),
  }),
  deletePlan: t.field({
    type: DeletedPlan,
    description:
      'Takes a plan out of the catalogue for good. It leaves its group, and no plan is based on it ' +
      'any more. Errors: `plan_not_found`.',
    args: { ...planId, ...expectedRevision },
    ...mutation,
    resolve: (_, { planId, expectedRevision }, { write }) =>
      write((w) => deletePlan(w, planId), { guard: planAt(expectedRevision, planId) }),
  }),
}));
