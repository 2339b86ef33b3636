import type { GraphiQLOptions } from 'graphql-yoga';
import type { Reader } from '../domain/operation.ts';
import { listPlans } from '../domain/plan.ts';
import { findPricesOfPlans } from '../domain/price.ts';
import { billingIntervals } from '../vocabulary.ts';

/** What the explorer opens with: operations that run as they stand. */

const pricingPage = `# A pricing page: public plans with their prices, also in euros, and what they include.
query PricingPage {
  plans(first: 10) {
    nodes {
      code
      name
      description
      prices {
        billingInterval
        formattedPrice
        trialDays
        isDefault
        regionalPrice(currency: "eur") {
          formattedPrice(locale: "de-DE")
        }
      }
      features {
        feature {
          name
          unitName
        }
        includedAmount
        unlimited
        overage {
          enabled
          formattedUnitPrice
        }
      }
    }
  }
}
`;

const addPlanPrice = `# A new price. Amounts count ten-thousandths: 290000 is $29.00. Run it twice to see a typed error.
mutation AddPlanPrice($planId: ID!, $input: AddPlanPriceInput!) {
  addPlanPrice(planId: $planId, input: $input) {
    __typename
    ... on PlanPrice {
      id
      billingInterval
      formattedPrice
      isDefault
      plan {
        name
        prices {
          billingInterval
          formattedPrice
        }
      }
    }
    ... on Error {
      code
      message
      param
      docUrl
    }
  }
}
`;

/** A key to start with, and what it may read. */
export interface DemoKey {
  secret: string;
  reader: Reader;
}

/** A plan that can take another price, and the interval that it lacks. */
const roomForPrice = async (reader: Reader) => {
  const { items: plans } = await listPlans(reader, { visibility: 'all', isFree: false }, { first: 20 });
  const prices = await findPricesOfPlans(
    reader,
    plans.map(({ id }) => id),
  );
  for (const { id } of plans) {
    const taken = prices.filter(({ planId }) => planId === id).map(({ billingInterval }) => billingInterval);
    const free = billingIntervals.find((interval) => !taken.includes(interval));
    if (free) return { planId: id, billingInterval: free.toUpperCase() };
  }
  return undefined;
};

/** The page's options. With a key, it is in the header editor, and the examples name a plan of that key's catalogue. */
export const graphiqlOptions = async (demo: DemoKey | undefined): Promise<GraphiQLOptions> => {
  const headers = JSON.stringify({ 'x-api-key': demo?.secret ?? 'ck_…' }, null, 2);
  const room = demo && (await roomForPrice(demo.reader));
  const { planId = 'pln_…', billingInterval = 'WEEKLY' } = room ?? {};
  const variables = JSON.stringify({ planId, input: { billingInterval, price: 290_000 } }, null, 2);
  return {
    title: 'Plans Gateway',
    headers,
    defaultHeaders: headers,
    shouldPersistHeaders: true,
    defaultEditorToolsVisibility: 'headers',
    defaultTabs: [
      { query: pricingPage, headers },
      { query: addPlanPrice, variables, headers },
    ],
  };
};
