import {
  ApolloClient,
  gql as apolloGql,
  HttpLink,
  InMemoryCache,
  type TypePolicies,
} from '@apollo/client';
import { fetchExchange, Client as UrqlClient, gql as urqlGql } from '@urql/core';
import { cacheExchange, type UpdateResolver } from '@urql/exchange-graphcache';
import { buildClientSchema, getIntrospectionQuery, type IntrospectionQuery } from 'graphql';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  arrangement,
  creations,
  ofChangeSets,
  ofKeys,
  page,
  pricing,
  type Scene,
  type Step,
  steps,
} from './mutations.ts';
import { Site } from './site.ts';

/** A page's client. */
interface Pages {
  /** From the server, into the cache. */
  read(): Promise<unknown>;
  /** What the cache has; undefined where something is missing. */
  cached(): Promise<unknown>;
  change(step: Step): Promise<unknown>;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Clients ask for the type of each object. */
const withoutTypes = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutTypes);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => name !== '__typename')
      .map(([name, member]) => [name, withoutTypes(member)]),
  );
};

const introspect = async (site: Site): Promise<IntrospectionQuery> =>
  (await site.ask(getIntrospectionQuery())) as IntrospectionQuery;

const possibleTypesOf = ({ __schema: { types } }: IntrospectionQuery): Record<string, string[]> =>
  Object.fromEntries(
    types.flatMap((type) =>
      type.kind === 'INTERFACE' || type.kind === 'UNION'
        ? [[type.name, type.possibleTypes.map(({ name }) => name)]]
        : [],
    ),
  );

/**
 * A list of the server replaces that of the cache. Unless told so, Apollo Client warns when a list
 * has become shorter.
 */
const wholeLists = ({ __schema: { types } }: IntrospectionQuery): TypePolicies =>
  Object.fromEntries(
    types.flatMap((type) => {
      if (type.kind !== 'OBJECT') return [];
      const lists = type.fields.filter(
        ({ type }) => (type.kind === 'NON_NULL' ? type.ofType : type).kind === 'LIST',
      );
      return [
        [
          type.name,
          { fields: Object.fromEntries(lists.map(({ name }) => [name, { merge: false }])) },
        ],
      ];
    }),
  );

const variablesOf = (document: string, scene: Scene): Record<string, string> =>
  Object.fromEntries(Object.entries(scene).filter(([name]) => document.includes(`$${name}: ID!`)));

const apollo = async (site: Site, scene: Scene): Promise<Pages> => {
  const schema = await introspect(site);
  const cache = new InMemoryCache({
    possibleTypes: possibleTypesOf(schema),
    typePolicies: wholeLists(schema),
  });
  const client = new ApolloClient({
    cache,
    link: new HttpLink({ uri: site.endpoint, headers: site.headers }),
  });
  const query = apolloGql(page);
  const variables = variablesOf(page, scene);
  return {
    read: async () => (await client.query({ query, variables, fetchPolicy: 'network-only' })).data,
    cached: async () => cache.readQuery({ query, variables }) ?? undefined,
    change: async ({ document, drops }) => {
      const { data } = await client.mutate({
        mutation: apolloGql(document),
        variables: variablesOf(document, scene),
        update: (store) => {
          if (!drops) return;
          const id = store.identify(drops(scene));
          if (id === undefined) throw new Error('the object has no place in the cache');
          store.evict({ id });
          store.gc();
        },
      });
      return data;
    },
  };
};

const urql = async (site: Site, scene: Scene): Promise<Pages> => {
  const schema = await introspect(site);
  const updates: Record<string, UpdateResolver> = Object.fromEntries(
    steps.flatMap(({ name, drops }): [string, UpdateResolver][] =>
      drops ? [[name, (_result, _args, cache) => cache.invalidate(drops(scene))]] : [],
    ),
  );
  const client = new UrqlClient({
    url: site.endpoint,
    preferGetMethod: false,
    fetchOptions: { headers: site.headers },
    exchanges: [
      cacheExchange({
        schema,
        // Values of the object that they stand in.
        keys: { Overage: () => null, IntroOffer: () => null, LocalizedTexts: () => null },
        updates: { Mutation: updates },
      }),
      fetchExchange,
    ],
  });
  const query = urqlGql(page);
  const variables = variablesOf(page, scene);
  const failing = ({ data, error }: { data?: unknown; error?: Error | undefined }) => {
    if (error) throw error;
    return data;
  };
  return {
    read: async () =>
      failing(await client.query(query, variables, { requestPolicy: 'network-only' }).toPromise()),
    cached: async () =>
      (await client.query(query, variables, { requestPolicy: 'cache-only' }).toPromise()).data ??
      undefined,
    change: async ({ document }) =>
      failing(await client.mutation(urqlGql(document), variablesOf(document, scene)).toPromise()),
  };
};

const arrange = async (site: Site): Promise<Scene> => {
  type Made<Name extends string> = Record<Name, { id: string }>;
  const made = (await site.ask(arrangement)) as Made<
    'plan' | 'other' | 'group' | 'feature' | 'spare'
  >;
  const prices = (await site.ask(pricing, { plan: made.plan.id })) as Made<'monthly' | 'yearly'>;
  const { plan, other, group, feature, spare } = made;
  const { monthly, yearly } = prices;
  return {
    plan: plan.id,
    other: other.id,
    group: group.id,
    feature: feature.id,
    spare: spare.id,
    monthly: monthly.id,
    yearly: yearly.id,
  };
};

describe.each([
  ['Apollo Client', apollo],
  ['graphcache of urql', urql],
])('the normalized cache of %s', (_, open) => {
  const site = Site.forSuite();
  const warnings: unknown[][] = [];

  beforeEach(() => {
    warnings.length = 0;
    for (const level of ['warn', 'error'] as const)
      vi.spyOn(console, level).mockImplementation((...words) => void warnings.push(words));
  });
  afterEach(() => void vi.restoreAllMocks());

  it('shows the new value after each kind of mutation, without a warning', async () => {
    const scene = await arrange(site());
    const pages = await open(site(), scene);
    await pages.read();
    for (const step of steps) {
      const answer = await pages.change(step);
      expect(answer, step.name).not.toMatchObject({ [step.name]: { message: expect.anything() } });
      const fresh = await site().ask(page, variablesOf(page, scene));
      if (step.asksAgain) await pages.read();
      expect(withoutTypes(await pages.cached()), step.name).toEqual(fresh);
    }
    expect(warnings).toEqual([]);
  });
});

it('Apollo Client merges values without ids that two queries select differently', async () => {
  const warnings: unknown[][] = [];
  for (const level of ['warn', 'error'] as const)
    vi.spyOn(console, level).mockImplementation((...words) => void warnings.push(words));
  const scene = await arrange(covering());
  const { endpoint: uri, headers } = covering();
  // As docs/graphql.md tells.
  const typePolicies = { Overage: { merge: true }, IntroOffer: { merge: true } };
  const client = new ApolloClient({
    cache: new InMemoryCache({ typePolicies }),
    link: new HttpLink({ uri, headers }),
  });
  await covering().ask(
    `mutation Offer($plan: ID!, $price: ID!, $feature: ID!) {
      addPlanFeature(planId: $plan, input: { featureId: $feature, overage: { enabled: true, unitPrice: 20 } }) { __typename }
      updatePlanPrice(planId: $plan, priceId: $price, input:
        { introOffer: { enabled: true, discountType: PERCENTAGE, discountValue: 5000 } }) { __typename }
    }`,
    { plan: scene.plan, price: scene.monthly, feature: scene.feature },
  );
  const parts = (viewer: string, overage: string, offer: string) => ({
    query: apolloGql(`query Parts($plan: ID!) {
      viewer { id ${viewer} organization { id name } }
      plan(id: $plan) { id features { id overage { ${overage} } } prices { id introOffer { ${offer} } } }
    }`),
    variables: { plan: scene.plan },
  });
  const first = parts('mode', 'enabled', 'enabled');
  await client.query(first);
  await client.query(parts('keyKind', 'unitPrice', 'discountValue'));
  expect(client.readQuery(first)).toMatchObject({
    plan: { features: [{ overage: { enabled: true } }] },
  });
  expect(warnings).toEqual([]);
  vi.restoreAllMocks();
});

it('tries every mutation that changes what a page shows', async () => {
  const tried = new Set([
    ...steps.map(({ name }) => name),
    ...creations,
    ...ofKeys,
    ...ofChangeSets,
  ]);
  const schema = buildClientSchema(await introspect(covering()));
  expect(
    Object.keys(schema.getMutationType()?.getFields() ?? {}).filter((name) => !tried.has(name)),
  ).toEqual([]);
});

const covering = Site.forSuite();
