import { Client, cacheExchange, fetchExchange } from '@urql/core';
import { initGraphQLTada } from 'gql.tada';
import type { introspection } from './graphql-env.d.ts';

const graphql = initGraphQLTada<{
  introspection: introspection;
  scalars: { CountryCode: string; CurrencyCode: string; Locale: string };
}>();

/** What the page shows. The types of the answer follow from it and from the schema. */
export const PricingPage = graphql(`
  query PricingPage($group: ID!, $context: PriceContext!, $locale: Locale!) {
    pricingPage(group: $group, context: $context, locale: $locale) {
      currency taxNote intervals
      columns {
        plan { code presentation { highlighted callToAction { url } } }
        texts { name description tagline badge callToActionLabel }
        offers { billingInterval intervalName headline headlineAmount trial introOffer savings }
        gainsTitle
        gains { id }
      }
      sections { name rows { name cells { kind text planFeature { id limits { unlimited } } } } }
    }
  }
`);

const address = new URLSearchParams(location.search);
const { VITE_GATEWAY, VITE_KEY, VITE_GROUP } = import.meta.env;

/** Parameters of the address win over what the page was built with. */
const gateway = address.get('gateway') ?? VITE_GATEWAY ?? '';
const key = address.get('key') ?? VITE_KEY ?? '';
/** Code of the plan group to show. */
export const group = address.get('group') ?? VITE_GROUP ?? 'workspace';

/** GETs with the key in their address: browsers send no preflight, and caches may answer. */
export const client = new Client({
  url: `${gateway}/graphql?key=${encodeURIComponent(key)}`,
  preferGetMethod: 'force',
  exchanges: [cacheExchange, fetchExchange],
});
