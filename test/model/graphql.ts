import type { Call, OperationName } from './reference/calls.ts';
import { isStale } from './reference/change-set.ts';
import type {
  ChangeSet,
  Feature,
  Group,
  PlacedPlan,
  PlanFeature,
  Price,
  RegionalPrice,
  Section,
} from './reference/records.ts';
import type { ReferenceTenant, Result } from './reference/tenant.ts';
import { type Answer, headersOf, type Send, type Surface } from './surface.ts';

const fragments = {
  Offer: 'fragment Offer on IntroOffer { enabled discountType discountValue durationCycles }',
  Price: `fragment Price on PlanPrice {
    id billingInterval price currency isDefault trialDays includedBalance includedCredits introOffer { ...Offer } metadata
    createdAt updatedAt
    regionalPrices {
      currency price includedBalance autoSynced includedBalanceAutoSynced introOffer { ...Offer } introOfferAutoSynced
    }
    unitPrices {
      planFeature { feature { id } } unitPrice tiersMode tiers { upTo unitPrice flatPrice } blockSize minimumQuantity
      maximumQuantity isOverage regional { currency unitPrice tiers { upTo unitPrice flatPrice } autoSynced }
    }
    code name inheritsFrom { id } marketPrices { ...MarketPrice }
    variants { id code name price trialDays metadata createdAt updatedAt marketPrices { ...MarketPrice } }
  }
  fragment MarketPrice on MarketPrice {
    market { id } currency price unitPrices { feature { id } unitPrice tiersMode tiers { upTo unitPrice flatPrice } }
  }`,
  Market:
    'fragment Market on Market { id code name countryCodes taxBehavior metadata createdAt updatedAt }',
  PlanFeature: `fragment PlanFeature on PlanFeature {
    feature { id } enabled includedAmount unlimited overage { enabled unitPrice } creditsPerUnit pricingMode margin
    displayValue limits { amount unlimited limit { code } } createdAt updatedAt regionalOverages { currency unitPrice autoSynced }
  }`,
  Plan: `fragment Plan on Plan {
    id name code description consumptionModel isPublic isFree
    availability presentation { tagline badge highlighted callToAction { label url } } basedOn { id } blockOnExhaustion sortOrder metadata createdAt updatedAt
    group { id } exchangeRates { currency exchangeRate } prices { ...Price } features { ...PlanFeature }
  }`,
  Feature: `fragment Feature on Feature {
    id name code type description unitName unitNamePlural createdAt updatedAt
    limits { code name unitName unitNamePlural decimals period perFeature { id } }
  }`,
  Section: `fragment Section on FeatureSection {
    id code name createdAt updatedAt
  }`,
  ChangeSet: 'fragment ChangeSet on ChangeSet { id hash name status changes { totalCount } }',
  Group:
    'fragment Group on PlanGroup { id code name description isPublic createdAt updatedAt plans { id } }',
};
const planParts = [fragments.Plan, fragments.Price, fragments.PlanFeature, fragments.Offer].join(
  '\n',
);

const selections = {
  Plan: ['... on Plan { ...Plan }', planParts],
  PlanPrice: ['... on PlanPrice { ...Price }', `${fragments.Price} ${fragments.Offer}`],
  PlanFeature: ['... on PlanFeature { ...PlanFeature }', fragments.PlanFeature],
  Feature: ['... on Feature { ...Feature }', fragments.Feature],
  FeatureSection: ['... on FeatureSection { ...Section }', fragments.Section],
  Market: ['... on Market { ...Market }', fragments.Market],
  DeletedMarket: ['... on DeletedMarket { id: deletedId }', ''],
  FeatureArrangement: ['... on FeatureArrangement { sections { id } }', ''],
  DeletedFeatureSection: ['... on DeletedFeatureSection { id: deletedId }', ''],
  ChangeSet: ['... on ChangeSet { ...ChangeSet }', fragments.ChangeSet],
  PlanGroup: ['... on PlanGroup { ...Group }', fragments.Group],
  DeletedPlan: ['... on DeletedPlan { id: deletedId }', ''],
  DeletedPlanPrice: ['... on DeletedPlanPrice { id: deletedId }', ''],
  DeletedFeature: ['... on DeletedFeature { id: deletedId }', ''],
  DeletedPlanGroup: ['... on DeletedPlanGroup { id: deletedId }', ''],
} as const;

const answers: Record<OperationName, keyof typeof selections> = {
  createPlan: 'Plan',
  updatePlan: 'Plan',
  setPlanVisibility: 'Plan',
  deletePlan: 'DeletedPlan',
  addPlanFeature: 'PlanFeature',
  updatePlanFeature: 'PlanFeature',
  removePlanFeature: 'Plan',
  addPlanPrice: 'PlanPrice',
  updatePlanPrice: 'PlanPrice',
  deletePlanPrice: 'DeletedPlanPrice',
  setDefaultPlanPrice: 'PlanPrice',
  createMarket: 'Market',
  updateMarket: 'Market',
  deleteMarket: 'DeletedMarket',
  setMarketPrices: 'PlanPrice',
  addPriceVariant: 'PlanPrice',
  upsertRegionalPrices: 'PlanPrice',
  deleteRegionalPrices: 'PlanPrice',
  deriveRegionalPrice: 'PlanPrice',
  setRegionalOverage: 'PlanFeature',
  setExchangeRate: 'Plan',
  removePlanCurrency: 'Plan',
  setPlanRegionalPricing: 'Plan',
  createFeature: 'Feature',
  updateFeature: 'Feature',
  deleteFeature: 'DeletedFeature',
  createFeatureSection: 'FeatureSection',
  updateFeatureSection: 'FeatureSection',
  deleteFeatureSection: 'DeletedFeatureSection',
  arrangeFeatures: 'FeatureArrangement',
  setFeatureLimits: 'Feature',
  setPlanFeatureLimits: 'PlanFeature',
  setUnitPrice: 'PlanPrice',
  removeUnitPrice: 'PlanPrice',
  createPlanGroup: 'PlanGroup',
  updatePlanGroup: 'PlanGroup',
  deletePlanGroup: 'DeletedPlanGroup',
  addPlanToGroup: 'PlanGroup',
  removePlanFromGroup: 'PlanGroup',
  reorderPlansInGroup: 'PlanGroup',
  createChangeSet: 'ChangeSet',
  applyChangeSet: 'ChangeSet',
  discardChangeSet: 'ChangeSet',
};

const documentOf = ({ operation, ...call }: Call): string => {
  const args = Object.keys(call);
  const types: Record<string, string> = {
    input: `${operation.charAt(0).toUpperCase()}${operation.slice(1)}Input!`,
    expectedHash: 'String!',
    currency: operation === 'removePlanCurrency' ? 'String!' : 'CurrencyCode!',
  };
  const typeOf = (arg: string) => types[arg] ?? 'ID!';
  const declared = args.map((arg) => `$${arg}: ${typeOf(arg)}`).join(', ');
  const passed = args.map((arg) => `${arg}: $${arg}`).join(', ');
  const [selection, parts] = selections[answers[operation]];
  return `mutation (${declared}) { answer: ${operation}(${passed}) { ${selection} ... on Error { failure: code param } } } ${parts}`;
};

const enums = new Set([
  'billingInterval',
  'availability',
  'consumptionModel',
  'type',
  'period',
  'pricingMode',
  'tiersMode',
  'discountType',
  'taxBehavior',
  'status',
]);

/** Words of enums in GraphQL's case; keys of metadata are nobody's words. */
const recased = (value: unknown, change: (word: string) => string, key = ''): unknown => {
  if (key === 'metadata') return value;
  if (Array.isArray(value)) return value.map((item) => recased(item, change));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, recased(item, change, key)]),
    );
  return enums.has(key) && typeof value === 'string' ? change(value) : value;
};
const upper = (word: string) => word.toUpperCase();

interface Reply {
  data?: { answer?: { failure?: string; param?: string | null } | null } | null;
  errors?: { message: string; extensions: { code: string; param?: string } }[];
}

const ask = async (to: Send, query: string, variables: unknown): Promise<[Response, Reply]> => {
  const response = await fetch(`${to.url}/graphql`, {
    method: 'POST',
    headers: { ...headersOf(to), accept: 'application/graphql-response+json' },
    body: JSON.stringify({ query, variables }),
  });
  return [response, (await response.json()) as Reply];
};

const write = async (to: Send, call: Call): Promise<Answer> => {
  const { operation: _, ...variables } = call;
  const [response, { data, errors }] = await ask(to, documentOf(call), recased(variables, upper));
  const answer = data?.answer;
  const [error] = errors ?? [];
  const failure = error
    ? { code: error.extensions.code, param: error.extensions.param }
    : answer?.failure
      ? { code: answer.failure, param: answer.param ?? undefined }
      : undefined;
  return {
    status: response.status,
    isReplay: response.headers.has('idempotent-replayed'),
    ...(failure ? { failure } : { body: answer }),
  };
};

const withoutParents = <Row extends object>(row: Row, ...parents: (keyof Row)[]): object =>
  Object.fromEntries(
    Object.entries(row).filter(([key]) => !parents.some((parent) => parent === key)),
  );

const regionalPriceOf = ({ priceId: _, ...row }: RegionalPrice) => ({
  ...row,
  introOffer: row.introOffer && { enabled: true, ...row.introOffer },
});

/** Of each feature its own unit price, else its overage. */
const unitPricesOf = (tenant: ReferenceTenant, { id, planId }: Price) =>
  tenant.featuresOf(planId).flatMap(({ featureId, overage }) => {
    const planFeature = { feature: { id: featureId } };
    const own = tenant.unitPrices.find(
      (unit) => unit.priceId === id && unit.featureId === featureId,
    );
    if (own) {
      const { regional, priceId: _, planId: __, featureId: ___, ...unit } = own;
      const sorted = [...regional].sort((a, b) => (a.currency < b.currency ? -1 : 1));
      return [{ ...unit, planFeature, isOverage: false, regional: sorted }];
    }
    if (!overage.enabled) return [];
    const rows = tenant.regionalOveragesOf(planId, featureId);
    return [
      {
        planFeature,
        unitPrice: overage.unitPrice,
        tiersMode: null,
        tiers: [],
        blockSize: 1,
        minimumQuantity: 0,
        maximumQuantity: null,
        isOverage: true,
        regional: rows.map(({ currency, unitPrice, autoSynced }) => ({
          currency,
          unitPrice,
          tiers: [],
          autoSynced,
        })),
      },
    ];
  });

const marketPricesOf = (tenant: ReferenceTenant, priceId: string) =>
  tenant.marketPricesOf(priceId).map(({ marketId, currency, price, unitPrices }) => ({
    market: { id: marketId },
    currency,
    price,
    unitPrices: unitPrices
      .toSorted((a, b) => (a.featureId < b.featureId ? -1 : 1))
      .map(({ featureId, ...unit }) => ({ ...unit, feature: { id: featureId } })),
  }));

const variantOf = (tenant: ReferenceTenant, variant: Price) => {
  const { id, code, name, price, trialDays, metadata, createdAt, updatedAt } = variant;
  return {
    ...{ id, code, name, price, trialDays, metadata, createdAt, updatedAt },
    marketPrices: marketPricesOf(tenant, id),
  };
};

const priceOf = (tenant: ReferenceTenant, record: Price) => {
  const { planId: _, inheritsFromPriceId, ...price } = record;
  // What a variant inherits is that of its base as it is now, which may be gone.
  const base = tenant.prices.find(({ id }) => id === inheritsFromPriceId);
  return {
    ...price,
    currency: tenant.baseCurrency,
    regionalPrices: tenant.regionalPricesOf(inheritsFromPriceId ?? price.id).map(regionalPriceOf),
    unitPrices: inheritsFromPriceId !== null && !base ? [] : unitPricesOf(tenant, base ?? record),
    inheritsFrom: base ? { id: base.id } : null,
    marketPrices: marketPricesOf(tenant, price.id),
    variants: tenant.variantsOf(price.id).map((variant) => variantOf(tenant, variant)),
  };
};

const planFeatureOf = (tenant: ReferenceTenant, { planId, featureId, ...link }: PlanFeature) => ({
  ...link,
  feature: { id: featureId },
  limits: tenant.planLimitsOf(planId, featureId).map(({ amount, unlimited, code }) => ({
    amount,
    unlimited,
    limit: { code },
  })),
  regionalOverages: tenant
    .regionalOveragesOf(planId, featureId)
    .map((row) => withoutParents(row, 'planId', 'featureId')),
});

/** Answers to repeated requests show another place than there was: only lists are compared. */
const placeOf = (tenant: ReferenceTenant, { id }: Feature) => {
  const sectionId = tenant.sectionOf.get(id);
  return {
    section: sectionId === undefined ? null : { id: sectionId },
    position: tenant.featuresIn(sectionId).findIndex((feature) => feature.id === id),
  };
};

const contentsOf = (tenant: ReferenceTenant, section: Section) => ({
  ...section,
  position: tenant.sections.findIndex(({ id }) => id === section.id),
  features: { nodes: tenant.featuresIn(section.id).map(({ id }) => ({ id })) },
});

const featureOf = (tenant: ReferenceTenant, feature: Feature) => ({
  ...feature,
  limits: tenant.limitsOf(feature.id).map(({ featureId: _, perFeatureId, ...limit }) => ({
    ...limit,
    perFeature: perFeatureId === null ? null : { id: perFeatureId },
  })),
});

const planOf = (tenant: ReferenceTenant, { planGroupId, basedOnPlanId, ...plan }: PlacedPlan) => ({
  ...plan,
  basedOn: tenant.plans.some(({ id }) => id === basedOnPlanId) ? { id: basedOnPlanId } : null,
  group: tenant.groups.some(({ id }) => id === planGroupId) ? { id: planGroupId } : null,
  exchangeRates: tenant.ratesOf(plan.id).map((rate) => withoutParents(rate, 'planId')),
  prices: tenant.pricesOf(plan.id).map((price) => priceOf(tenant, price)),
  features: tenant.featuresOf(plan.id).map((link) => planFeatureOf(tenant, link)),
});

const groupOf = (tenant: ReferenceTenant, group: Group) => ({
  ...group,
  plans: tenant.membersOf(group.id).map((id) => ({ id })),
});

const changeSetOf = ({ id, hash, name, status, changes }: ChangeSet) => ({
  ...{ id, hash, name, status },
  changes: { totalCount: changes.length },
});

const objectOf = (tenant: ReferenceTenant, result: Result): object => {
  if ('plan' in result) return planOf(tenant, result.plan);
  if ('price' in result) return priceOf(tenant, result.price);
  if ('planFeature' in result) return planFeatureOf(tenant, result.planFeature);
  if ('section' in result) return result.section;
  if ('market' in result) return result.market;
  if ('changeSet' in result) return changeSetOf(result.changeSet);
  if ('sections' in result) return { sections: result.sections.map((id) => ({ id })) };
  if ('group' in result) return groupOf(tenant, result.group);
  return 'feature' in result ? featureOf(tenant, result.feature) : result;
};

const lists = {
  plans: { filter: 'filter: { visibility: ALL }', selection: '...Plan', parts: planParts },
  features: {
    filter: '',
    selection: '...Feature section { id } position',
    parts: fragments.Feature,
  },
  featureSections: {
    filter: '',
    selection: '...Section position features(first: 100) { nodes { id } }',
    parts: fragments.Section,
  },
  markets: { filter: '', selection: '...Market', parts: fragments.Market },
  planGroups: { filter: '', selection: '...Group', parts: fragments.Group },
  changeSets: { filter: '', selection: '...ChangeSet isStale', parts: fragments.ChangeSet },
};

interface Page {
  data?: {
    list: {
      nodes: unknown[];
      totalCount: number;
      pageInfo: { hasNextPage: boolean; endCursor: string };
    };
  };
}

/** All that a plan has costs too much for a longer page. */
const LONGEST_PAGE = 4;

const readList = async (to: Send, list: keyof typeof lists, first: number): Promise<unknown[]> => {
  const { filter, selection, parts } = lists[list];
  const query = `query ($first: Int!, $after: String) { list: ${list}(first: $first, after: $after ${filter}) {
    nodes { ${selection} } totalCount pageInfo { hasNextPage endCursor } } } ${parts}`;
  const nodes: unknown[] = [];
  for (let after: string | undefined; ; ) {
    const variables = { first: Math.min(first, LONGEST_PAGE), after };
    const [, page] = (await ask(to, query, variables)) as [Response, Page];
    if (!page.data) throw new Error(JSON.stringify(page));
    nodes.push(...page.data.list.nodes);
    const { hasNextPage, endCursor } = page.data.list.pageInfo;
    if (!hasNextPage) return [page.data.list.totalCount, ...nodes];
    after = endCursor;
  }
};

/** REST says which interval a variant is for, GraphQL does not. */
const withoutInterval = (call: Call): Call => {
  if (call.operation !== 'addPriceVariant') return call;
  const { billingInterval: _, ...input } = call.input;
  return { ...call, input };
};

export const graphql: Surface = {
  name: 'GraphQL',
  sayable: (call) =>
    'seesMinorUnits' in call || 'knowsNoVariants' in call ? undefined : withoutInterval(call),
  write,
  printed: (_call, { result }, tenant) => recased(objectOf(tenant, result), upper),
  readAll: async (to, pageSize) => ({
    plans: await readList(to, 'plans', pageSize),
    features: await readList(to, 'features', pageSize),
    sections: await readList(to, 'featureSections', pageSize),
    markets: await readList(to, 'markets', pageSize),
    groups: await readList(to, 'planGroups', pageSize),
    changeSets: await readList(to, 'changeSets', pageSize),
  }),
  everything: (tenant) => {
    const { listedPlans, listedFeatures, listedMarkets, listedGroups } = tenant;
    const plans = listedPlans.map((plan) => recased(planOf(tenant, plan), upper));
    return {
      plans: [plans.length, ...plans],
      features: [
        listedFeatures.length,
        ...listedFeatures.map((feature) => ({
          ...Object(recased(featureOf(tenant, feature), upper)),
          ...placeOf(tenant, feature),
        })),
      ],
      sections: [
        tenant.sections.length,
        ...tenant.sections.map((section) => contentsOf(tenant, section)),
      ],
      markets: [listedMarkets.length, ...listedMarkets.map((market) => recased(market, upper))],
      groups: [listedGroups.length, ...listedGroups.map((group) => groupOf(tenant, group))],
      changeSets: [
        tenant.changeSets.length,
        ...tenant.listedChangeSets.map((set) => ({
          ...Object(recased(changeSetOf(set), upper)),
          isStale: isStale(tenant, set.id),
        })),
      ],
    };
  },
  nameOf: (param) => param,
  statusOf: () => 200,
};
