/**
 * Each kind of mutation, as a page would send it, and the query whose answer must be new
 * afterwards.
 */

const offer = '{ enabled discountType discountValue durationCycles }';
const amounts = `id currency price includedBalance autoSynced
  introOffer ${offer}`;
const market = 'id code name countryCodes taxBehavior updatedAt';
const marketPrices = `id currency price market { ${market} }
  unitPrices { id unitPrice feature { id } }`;
const price = `id billingInterval price isDefault trialDays includedBalance includedCredits metadata updatedAt
  name marketPrices { ${marketPrices} } variants { id name price trialDays marketPrices { ${marketPrices} } }
  introOffer ${offer}
  regionalPrices { ${amounts} }
  unitPrices { id unitPrice tiersMode tiers { upTo unitPrice } isOverage regional { id currency unitPrice } }`;
const feature = `id code name description unitName updatedAt position section { id code name position updatedAt }
  limits { id code name decimals period perFeature { id } }`;
const planFeature = `id enabled includedAmount unlimited creditsPerUnit pricingMode margin displayValue updatedAt
  limits { id amount unlimited formattedAmount limit { id code name } }
  overage { enabled unitPrice }
  regionalOverages { id currency unitPrice autoSynced }
  feature { ${feature} }`;
const group = 'id name description isPublic updatedAt plans { id sortOrder }';
const plan = `id code name description isPublic sortOrder metadata updatedAt
  prices { ${price} }
  features { ${planFeature} }
  exchangeRates { id currency exchangeRate }
  localized(locale: "de") { name description }
  group { ${group} }`;

/** What the page shows. */
export const page = `query Page($plan: ID!, $other: ID!, $group: ID!) {
  plan(id: $plan) { ${plan} }
  other: plan(id: $other) { ${plan} }
  planGroup(id: $group) { ${group} }
}`;

export interface Scene {
  plan: string;
  other: string;
  group: string;
  feature: string;
  spare: string;
  monthly: string;
  yearly: string;
}

export const arrangement = `mutation Arrange {
  plan: createPlan(input: { name: "Pro", code: "pro", consumptionModel: METERED }) { ... on Plan { id } }
  other: createPlan(input: { name: "Team", code: "team", consumptionModel: METERED }) { ... on Plan { id } }
  group: createPlanGroup(input: { name: "Plans" }) { ... on PlanGroup { id } }
  feature: createFeature(input: { name: "API calls", code: "api_calls", type: USAGE }) { ... on Feature { id } }
  spare: createFeature(input: { name: "Seats", code: "seats", type: SEATS }) { ... on Feature { id } }
}`;

export const pricing = `mutation Price($plan: ID!) {
  monthly: addPlanPrice(planId: $plan, input: { billingInterval: MONTHLY, price: 290000 }) { ... on PlanPrice { id } }
  yearly: addPlanPrice(planId: $plan, input: { billingInterval: YEARLY, price: 2900000 }) { ... on PlanPrice { id } }
}`;

/** One mutation of the Mutation type; what it declares is passed from the scene. */
export interface Step {
  name: string;
  document: string;
  /** An object that a client drops afterwards. */
  drops?: (scene: Scene) => { __typename: string; id: string };
  /** The page shows the dropped object itself, so that its client has to ask again. */
  asksAgain?: boolean;
}

const step = (
  name: string,
  args: string,
  selection: string,
  then: Pick<Step, 'drops' | 'asksAgain'> = {},
): Step => {
  const used = ['plan', 'other', 'group', 'feature', 'spare', 'monthly', 'yearly'].filter(
    (variable) => new RegExp(`\\$${variable}\\b`).test(args),
  );
  const declared = used.map((variable) => `$${variable}: ID!`).join(', ');
  const document = `mutation Step${declared && `(${declared})`} {
    ${name}(${args}) { __typename ${selection} ... on Error { code message param } }
  }`;
  return { name, document, ...then };
};

const changedPlan = `... on Plan { ${plan} }`;
const changedGroup = `... on PlanGroup { ${group} }`;
const changedPrice = `... on PlanPrice { ${price} plan { ${plan} } }`;
/** Plans list their features in the order of these. */
const movedFeature = `${feature} planFeatures(first: 2) { nodes { id plan { id features { id } } } }`;
const changedFeature = `... on PlanFeature { ${planFeature} plan { ${plan} } }`;

const addedVariant = `... on PlanPrice { id name price trialDays marketPrices { ${marketPrices} }
  inheritsFrom { ${price} plan { ${plan} } } }`;

export const steps: Step[] = [
  step(
    'updatePlan',
    'planId: $plan, input: { name: "Professional", metadata: { a: 1 } }',
    changedPlan,
  ),
  step(
    'setTranslation',
    'objectId: $plan, locale: "de", input: { name: "Profi" }',
    `... on Translation { object { id ${changedPlan} } }`,
  ),
  step('setPlanVisibility', 'planId: $plan, input: { isPublic: false }', changedPlan),
  step(
    'addPlanToGroup',
    'planGroupId: $group, input: { planId: $plan }',
    `${changedGroup}
    ... on PlanGroup { plans { ${plan} } }`,
  ),
  step(
    'addPlanToGroup',
    'planGroupId: $group, input: { planId: $other }',
    `${changedGroup}
    ... on PlanGroup { plans { ${plan} } }`,
  ),
  step(
    'reorderPlansInGroup',
    'planGroupId: $group, input: { planIds: [$other, $plan] }',
    changedGroup,
  ),
  step('updatePlanGroup', 'planGroupId: $group, input: { name: "Ladder" }', changedGroup),
  step(
    'addPlanFeature',
    `planId: $plan,
    input: { featureId: $feature, includedAmount: 1000, overage: { enabled: true, unitPrice: 20 } }`,
    changedFeature,
  ),
  step(
    'updatePlanFeature',
    'planId: $plan, featureId: $feature, input: { overage: { unitPrice: 30 } }',
    changedFeature,
  ),
  step(
    'setFeatureLimits',
    `featureId: $feature,
    input: { limits: [{ code: "size", name: "Size", perFeatureId: $spare }, { code: "rate", name: "Rate" }] }`,
    `... on Feature { ${feature} }`,
  ),
  step(
    'setPlanFeatureLimits',
    'planId: $plan, featureId: $feature, input: { limits: [{ code: "rate", amount: 60 }] }',
    changedFeature,
  ),
  step(
    'setFeatureLimits',
    'featureId: $feature, input: { limits: [{ code: "rate", name: "Calls a minute" }] }',
    `... on Feature { ${feature} }`,
  ),
  step('createFeatureSection', 'input: { name: "Usage" }', '... on FeatureSection { id }'),
  step('createFeatureSection', 'input: { name: "First" }', '... on FeatureSection { id }'),
  step(
    'updateFeature',
    'featureId: $feature, input: { sectionId: "usage" }',
    `... on Feature { ${movedFeature} }`,
  ),
  step(
    'arrangeFeatures',
    'input: { sections: [{ sectionId: "first", featureIds: [] }] }',
    `... on FeatureArrangement { sections { id code name position updatedAt }
      features(first: 5) { nodes { ${movedFeature} } } }`,
  ),
  step(
    'updateFeatureSection',
    'sectionId: "usage", input: { name: "What you use" }',
    '... on FeatureSection { id code name position updatedAt }',
  ),
  step(
    'deleteFeatureSection',
    'sectionId: "usage"',
    `... on DeletedFeatureSection { deletedId features { ${movedFeature} } }`,
  ),
  step(
    'updateFeature',
    'featureId: $feature, input: { name: "Calls" }',
    `... on Feature { ${feature} }`,
  ),
  step(
    'addPlanPrice',
    'planId: $plan, input: { billingInterval: WEEKLY, price: 90000 }',
    changedPrice,
  ),
  step(
    'setPlanRegionalPricing',
    'planId: $plan, input: { currency: "eur", exchangeRate: 0.9 }',
    changedPlan,
  ),
  step(
    'setExchangeRate',
    'planId: $plan, input: { currency: "jpy", exchangeRate: 150 }',
    changedPlan,
  ),
  step(
    'setRegionalOverage',
    'planId: $plan, featureId: $feature, input: { currency: "jpy", unitPrice: 7 }',
    changedFeature,
  ),
  step(
    'updatePlanPrice',
    `planId: $plan, priceId: $monthly, input: { price: 310000, introOffer:
    { enabled: true, discountType: PERCENTAGE, discountValue: 5000, durationCycles: 3 } }`,
    changedPrice,
  ),
  step('setDefaultPlanPrice', 'planId: $plan, priceId: $yearly', changedPrice),
  step(
    'upsertRegionalPrices',
    `planId: $plan, priceId: $monthly,
    input: { overrides: [{ currency: "gbp", price: 250000 }] }`,
    changedPrice,
  ),
  step('deriveRegionalPrice', 'planId: $plan, priceId: $monthly, currency: "eur"', changedPrice),
  step('removePlanCurrency', 'planId: $plan, currency: "jpy"', changedPlan),
  step(
    'setUnitPrice',
    'planId: $plan, priceId: $monthly, input: { featureId: $feature, unitPrice: 90 }',
    changedPrice,
  ),
  // Before a page shows one: urql forgets what it knows of a type when a mutation makes another.
  step(
    'createMarket',
    'input: { name: "Chile", countryCodes: ["CL"] }',
    `... on Market { ${market} }`,
  ),
  step(
    'createMarket',
    'input: { name: "Brazil", countryCodes: ["BR"] }',
    `... on Market { ${market} }`,
  ),
  step(
    'setMarketPrices',
    `planId: $plan, priceId: $monthly, input: { marketPrices: [{ marketId: "brazil", currency: "brl",
      price: 1599000, unitPrices: [{ featureId: $feature, unitPrice: 400 }] }] }`,
    changedPrice,
  ),
  step(
    'setMarketPrices',
    `planId: $plan, priceId: $yearly, input: { marketPrices: [
      { marketId: "brazil", currency: "brl", price: 15990000 }] }`,
    changedPrice,
  ),
  step(
    'addPriceVariant',
    `planId: $plan, input: { inheritsFromPriceId: $yearly, name: "Partners",
      marketPrices: [{ marketId: "brazil", currency: "brl", price: 12990000 }] }`,
    addedVariant,
  ),
  // Its variant follows.
  step(
    'updatePlanPrice',
    'planId: $plan, priceId: $yearly, input: { price: 2800000 }',
    changedPrice,
  ),
  step('deleteMarket', 'marketId: "chile"', '... on DeletedMarket { deletedId }'),
  step(
    'updateMarket',
    'marketId: "brazil", input: { name: "Brasil", countryCodes: ["BR", "PT"] }',
    `... on Market { ${market} }`,
  ),
  step('deleteRegionalPrices', 'planId: $plan, priceId: $monthly', changedPrice),
  step('removeUnitPrice', 'planId: $plan, priceId: $monthly, featureId: $feature', changedPrice),
  step('removePlanFeature', 'planId: $plan, featureId: $feature', changedPlan),
  step(
    'deletePlanPrice',
    'planId: $plan, priceId: $monthly',
    `... on DeletedPlanPrice { deletedId plan { ${plan} } }`,
    {
      drops: ({ monthly }) => ({ __typename: 'PlanPrice', id: monthly }),
    },
  ),
  step('deleteFeature', 'featureId: $spare', '... on DeletedFeature { deletedId }', {
    drops: ({ spare }) => ({ __typename: 'Feature', id: spare }),
  }),
  // The group no longer leads to the plan that left it.
  step('removePlanFromGroup', 'planGroupId: $group, planId: $other', changedGroup, {
    drops: ({ other }) => ({ __typename: 'Plan', id: other }),
    asksAgain: true,
  }),
  step(
    'addPlanToGroup',
    'planGroupId: $group, input: { planId: $other, sortOrder: 0 }',
    `... on PlanGroup {
    ${group} plans { ${plan} } }`,
  ),
  step(
    'deletePlanGroup',
    'planGroupId: $group',
    `... on DeletedPlanGroup { deletedId plans { ${plan} } }`,
    {
      drops: ({ group }) => ({ __typename: 'PlanGroup', id: group }),
      asksAgain: true,
    },
  ),
  step('deletePlan', 'planId: $other', '... on DeletedPlan { deletedId }', {
    drops: ({ other }) => ({ __typename: 'Plan', id: other }),
    asksAgain: true,
  }),
];

/** They show their answer only: no page holds a list of them. */
export const creations = ['createPlan', 'createPlanGroup', 'createFeature'];
export const ofKeys = ['createApiKey', 'createPublishableKey', 'rotateApiKey', 'revokeApiKey'];
/** They answer the set: after one was applied, a page reads again what it shows. */
export const ofChangeSets = ['create', 'apply', 'schedule', 'unschedule', 'revert', 'discard'].map(
  (verb) => `${verb}ChangeSet`,
);
