import type { Catalogue } from './data.ts';
import type { ServerName } from './servers.ts';

/**
 * Requests of one kind, sent one after the other; the list starts over at its end unless each may
 * be sent once only.
 */
export interface Traffic {
  method: 'GET' | 'POST';
  path: string;
  /** Which version of the REST contract is asked for. */
  version?: string;
  /** The key stands in the address. */
  hasKeyInAddress?: boolean;
  /** One empty body for GET. */
  bodies: string[];
  once?: boolean;
}

export type Targets = Partial<Record<ServerName, number>>;

export interface Workload {
  title: string;
  /** Every server gets a file of its own. */
  writes?: boolean;
  /** A cache of responses has no part in it. */
  uncachedOnly?: boolean;
  traffic(catalogue: Catalogue): Traffic;
  /** The least ratio against each server. What is not named is not measured. */
  targets: Targets;
}

const depth = `fragment Depth on Plan {
  id code name description consumptionModel isPublic isFree sortOrder createdAt updatedAt
  prices {
    id billingInterval price isDefault trialDays includedBalance includedCredits
    regionalPrices { currency price includedBalance autoSynced }
  }
  features {
    enabled includedAmount unlimited overage { enabled unitPrice }
    feature { id code name type unitName }
  }
}`;

/** What a price list has beyond that. */
const rest = `fragment Rest on Plan {
  availability presentation { tagline badge highlighted callToAction { label url } } basedOn { id }
  prices {
    unitPrices {
      unitPrice blockSize minimumQuantity maximumQuantity tiersMode
      tiers { upTo unitPrice flatPrice }
      regional { currency unitPrice tiers { upTo unitPrice flatPrice } }
    }
  }
  features {
    displayValue limits { amount unlimited limit { code name unitName decimals } }
    feature { position section { code name position } }
  }
}`;

const pricingPage = `query Page($group: ID!) {
  pricingPage(group: $group, context: { country: "US" }, locale: "en-US") {
    currency taxNote
    columns {
      texts { name tagline badge callToActionLabel }
      offers {
        billingInterval intervalName headline trial introOffer savings
        effective { price currency perMonth }
      }
      gainsTitle
    }
    sections { name rows { name differs cells { kind text change } } }
  }
}`;

/** What every request says of itself. */
export const headersOf = (
  { version, hasKeyInAddress }: Traffic,
  key: string,
): Record<string, string> => ({
  'content-type': 'application/json',
  accept: 'application/json',
  ...(hasKeyInAddress ? {} : { 'x-api-key': key }),
  ...(version === undefined ? {} : { 'commet-version': version }),
});

const documents = {
  PricingPage: `query PricingPage { plans(first: 50) { nodes { ...Depth } } } ${depth}`,
  PriceList: `query PriceList { plans(first: 50) { nodes { ...Depth ...Rest } } } ${depth} ${rest}`,
  PriceLists: `query PriceLists($first: Int!) { plans(first: $first) { nodes { ...Depth ...Rest } } } ${depth} ${rest}`,
  DistantPage: `query DistantPage($after: String!) { plans(first: 50, after: $after) { nodes { ...Depth } } } ${depth}`,
  OnePlan: `query OnePlan($code: String!) { plan(code: $code) { ...Depth } } ${depth}`,
  PlanName: 'query PlanName($code: String!) { plan(code: $code) { id name } }',
  AddPrice: `mutation AddPrice($planId: ID!, $input: AddPlanPriceInput!) {
    addPlanPrice(planId: $planId, input: $input) {
      __typename
      ... on PlanPrice {
        id billingInterval price isDefault trialDays
        regionalPrices { currency price includedBalance autoSynced }
      }
      ... on Error { code message param }
    }
  }`,
  DescribePlan: `mutation DescribePlan($planId: ID!, $input: UpdatePlanInput!) {
    updatePlan(planId: $planId, input: $input) {
      __typename
      ... on Plan { id description }
      ... on Error { code message param }
    }
  }`,
};

const body = (operationName: keyof typeof documents, variables: object = {}): string =>
  JSON.stringify({ operationName, query: documents[operationName], variables });

export const graphql = (bodies: string[]): Traffic => ({
  method: 'POST',
  path: '/graphql',
  bodies,
});

/** W1 further down the list. */
export const distantPage = (after: string): Traffic => graphql([body('DistantPage', { after })]);

/** W7 of another length. */
export const priceLists = (first: number): Traffic => graphql([body('PriceLists', { first })]);

const middle = <Item>(items: readonly Item[]): Item => {
  const item = items[Math.floor(items.length / 2)];
  if (item === undefined) throw new Error('the list is empty');
  return item;
};

const intervals = ['MONTHLY', 'YEARLY', 'WEEKLY', 'QUARTERLY', 'ONE_TIME'];

/** A price for every interval of every plan that has none yet. */
export const newPrices = ({ pricelessPlans }: Catalogue): string[] =>
  pricelessPlans.flatMap((planId) =>
    intervals.map((billingInterval, index) => {
      const trialDays = billingInterval === 'ONE_TIME' ? 0 : 14;
      const input = {
        billingInterval,
        price: 190_000 + index * 100_000,
        trialDays,
        metadata: { channel: 'web' },
      };
      return body('AddPrice', { planId, input });
    }),
  );

/** Later versions of the contract do not show regional prices. */
const NEWEST_WITH_REGIONS = '2026-07-11';

const READS_PER_WRITE = 99;

const readsAndWrites = ({ plans }: Catalogue): string[] =>
  plans.flatMap(({ id, code }, index) => {
    const read = body('OnePlan', { code });
    return index % READS_PER_WRITE === READS_PER_WRITE - 1
      ? [
          read,
          body('DescribePlan', { planId: id, input: { description: `Described anew, ${index}` } }),
        ]
      : [read];
  });

export const workloads = {
  W1: {
    title: '50 plans with prices, regional prices, features and their definitions',
    traffic: () => graphql([body('PricingPage')]),
    targets: {
      mercurius: 2,
      equalMercurius: 1.5,
      apollo: 5,
      stockYoga: 5,
      sqliteJson: 0.5,
      readyBuffer: 0.5,
    },
  },
  W2: {
    title: 'one plan by code, same depth',
    traffic: ({ plans }) => graphql([body('OnePlan', { code: middle(plans).code })]),
    targets: {
      mercurius: 2,
      equalMercurius: 1.5,
      apollo: 5,
      stockYoga: 5,
      sqliteJson: 0.4,
      readyBuffer: 0.5,
    },
  },
  W3: {
    title: 'one plan by code, id and name',
    traffic: ({ plans }) => graphql([body('PlanName', { code: middle(plans).code })]),
    targets: {
      mercurius: 1,
      equalMercurius: 1.5,
      apollo: 4,
      stockYoga: 8,
      sqliteJson: 0.5,
      readyBuffer: 0.5,
    },
  },
  W4: {
    title: 'addPlanPrice, validated, durable, read back',
    writes: true,
    uncachedOnly: true,
    traffic: (catalogue) => ({ ...graphql(newPrices(catalogue)), once: true }),
    targets: {
      mercurius: 1.5,
      equalMercurius: 1.5,
      apollo: 1.5,
      stockYoga: 2,
      sqliteJson: 0.4,
    },
  },
  W5: {
    title: 'REST GET /plans/{id}, same depth',
    traffic: ({ plans }) => ({
      method: 'GET',
      path: `/api/v1/plans/${middle(plans).id}`,
      version: NEWEST_WITH_REGIONS,
      bodies: [''],
    }),
    targets: { sqliteJson: 0.6, readyBuffer: 0.6 },
  },
  W6: {
    title: 'W2 with another plan each time, one write in a hundred',
    writes: true,
    traffic: (catalogue) => graphql(readsAndWrites(catalogue)),
    targets: { mercurius: 2, equalMercurius: 1.5, apollo: 5, stockYoga: 5, sqliteJson: 0.4 },
  },
  W7: {
    title: 'W1 with unit prices, tiers, limits, sections and presentation',
    traffic: () => graphql([body('PriceList')]),
    targets: { mercurius: 2, apollo: 5, stockYoga: 5, sqliteJson: 0.5, readyBuffer: 0.5 },
  },
  W8: {
    title: 'pricingPage of 5 plans with 60 features, by GET with a publishable key',
    traffic: ({ page }) => {
      if (!page) throw new Error('there is no pricing page in the catalogue');
      const variables = JSON.stringify({ group: page.group });
      const search = new URLSearchParams({ key: page.key, query: pricingPage, variables });
      return {
        method: 'GET',
        path: `/graphql?${search}`,
        hasKeyInAddress: true,
        bodies: [''],
      };
    },
    targets: { mercurius: 1, readyBuffer: 0.5 },
  },
} satisfies Record<string, Workload>;

export type WorkloadName = keyof typeof workloads;
export const workloadNames = Object.keys(workloads) as WorkloadName[];
