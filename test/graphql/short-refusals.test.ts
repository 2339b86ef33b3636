import { expect, it } from 'vitest';
import { createPublishableKey } from '../../src/domain/publishable-key.ts';
import { type Client, mutationOf, onEveryGateway } from './client.ts';

/**
 * A refusal is short for any request: at most 10 errors and details, and no long value in
 * any of them.
 */

const LONG = 100_000;
const long = 'y'.repeat(LONG);
const unknown = (count: number, text: string) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`unknown${index}`, text]));

const FILTER = 'query($filter: PlanFilter) { plans(filter: $filter) { totalCount } }';
const ADD_PRICE = mutationOf('addPlanPrice');
const UPSERT = mutationOf('upsertRegionalPrices');
const ids = { planId: 'pln_0', priceId: 'pp_0' };
const price = { billingInterval: 'MONTHLY', price: 1 };
const fields = (count: number, field: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => field(index)).join(' ');

interface Sent {
  query: string;
  variables?: unknown;
  operationName?: string;
  extensions?: unknown;
  documentId?: string;
}

const requests: Record<string, Sent> = {
  'unknown members': {
    query: ADD_PRICE,
    variables: { planId: 'p', input: { ...price, ...unknown(60, long.slice(0, 3_400)) } },
  },
  'unknown members of a filter': {
    query: FILTER,
    variables: { filter: unknown(60, long.slice(0, 3_400)) },
  },
  'members with long names': {
    query: FILTER,
    variables: { filter: { [long]: 1, [`${long}z`]: 1 } },
  },
  'a variable of another kind': { query: FILTER, variables: { filter: long } },
  'a list of the wrong kind': {
    query: UPSERT,
    variables: {
      ...ids,
      input: { overrides: Array.from({ length: 200 }, () => long.slice(0, 900)) },
    },
  },
  'a currency that is none': {
    query: UPSERT,
    variables: { ...ids, input: { overrides: [{ currency: long, price: 1 }] } },
  },
  'many currencies that are none': {
    query: UPSERT,
    variables: {
      ...ids,
      input: {
        overrides: Array.from({ length: 200 }, () => ({
          currency: 'zzz',
          price: long.slice(0, 500),
        })),
      },
    },
  },
  'a word that an enum lacks': {
    query: ADD_PRICE,
    variables: { planId: 'p', input: { ...price, billingInterval: long } },
  },
  'an id of another kind': { query: ADD_PRICE, variables: { planId: { id: long }, input: price } },
  'an operation that is not there': { query: '{ viewer { mode } }', operationName: long },
  'a name of an unknown field': { query: `{ ${'y'.repeat(15_000)} }` },
  'many unknown fields': { query: `{ ${fields(300, (index) => `f${index}${'y'.repeat(30)}`)} }` },
  'many unknown arguments': {
    query: `{ viewer { mode(${fields(200, (index) => `a${index}: "${'y'.repeat(50)}"`)}) } }`,
  },
  'a literal of another kind': {
    query: `{ plans(first: "${'y'.repeat(15_000)}") { totalCount } }`,
  },
  'a literal that no enum has': {
    query: `{ plan(id: "a") { price(billingInterval: ${'Y'.repeat(15_000)}) { id } } }`,
  },
  'an operation with a long name': {
    query: `query ${'y'.repeat(7_000)} { viewer { mode } } query ${'y'.repeat(7_000)} { viewer { mode } }`,
  },
  'fields that contradict one another': {
    query: `{ ${fields(300, () => 'plan(id: "a") { id } plan(id: "b") { id }')} }`
      .slice(0, 12_000)
      .replace(/[^}]*$/, ' }'),
  },
  'a syntax error': { query: `{ plans "${'y'.repeat(15_000)}" }` },
  'a document of an unknown id': { query: '', documentId: long },
};

onEveryGateway('a refusal', (client) => {
  const post = async (
    { gateway, key }: Pick<Client, 'gateway' | 'key'>,
    sent: object,
    headers = {},
  ) => {
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: {
        'x-api-key': key,
        'content-type': 'application/json',
        accept: 'application/graphql-response+json',
        ...headers,
      },
      body: JSON.stringify(sent),
    });
    return { status: response.status, text: await response.text() };
  };

  it.each(Object.entries(requests))('of %s is short', async (_name, { query, ...rest }) => {
    const { status, text } = await post(client(), query === '' ? rest : { query, ...rest });
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
    expect(text.length).toBeLessThan(10_000);
    expect(text).not.toMatch(/([yY])\1{200}/);
    const { errors } = JSON.parse(text);
    expect(errors.length).toBeGreaterThan(0);
    expect(errors.length).toBeLessThanOrEqual(10);
    for (const { extensions } of errors)
      expect((extensions.details ?? []).length).toBeLessThanOrEqual(10);
  });

  it('still says what is wrong, and where', async () => {
    const { text } = await post(client(), requests['unknown members'] ?? {});
    const { errors } = JSON.parse(text);
    expect(errors[0].extensions.param).toBe('unknown0');
    expect(errors[0].message).toMatch(
      /^Variable "\$input" got invalid value .*….*Field "unknown0" is not defined by type/,
    );
    expect(errors.at(-1).message).toContain('Too many errors');
  });

  it('by a mutation lists ten details, and names and values of 200 characters', async () => {
    const overrides = Array.from({ length: 60 }, () => ({ currency: 'eur', price: -1 }));
    const answer = await client().mutate('upsertRegionalPrices', { ...ids, input: { overrides } });
    expect(answer.details).toHaveLength(10);
    expect(answer.details[0]).toEqual({
      field: 'overrides.0.price',
      message: 'must not be negative',
    });
  });

  it('of many fields of one answer lists ten', async () => {
    const { catalogue, gateway } = client();
    for (let count = 0; count < 15; count += 1) await catalogue.plan();
    const form = { name: 'Page', allowedOrigins: ['https://shop.example'] };
    const { secret } = await catalogue.change((w) => createPublishableKey(w, form));
    const query = '{ plans(first: 50) { nodes { id metadata } } }';
    const { status, text } = await post(
      { gateway, key: secret ?? '' },
      { query },
      { origin: 'https://shop.example' },
    );
    const { data, errors } = JSON.parse(text);
    expect({ status, plans: data.plans.nodes.length, errors: errors.length }).toEqual({
      status: 200,
      plans: 15,
      errors: 10,
    });
  });

  it('by REST lists ten details', async () => {
    const { gateway, key, catalogue } = client();
    const plan = await catalogue.plan();
    const { id } = await catalogue.price(plan);
    const response = await fetch(`${gateway.url}/api/v1/plans/${plan.id}/prices/${id}/regional`, {
      method: 'PUT',
      headers: {
        'x-api-key': key,
        'content-type': 'application/json',
        'commet-version': '2026-07-11',
      },
      body: JSON.stringify({
        overrides: Array.from({ length: 150 }, () => ({ currency: long.slice(0, 500), price: -1 })),
      }),
    });
    const { error } = await response.json();
    expect(response.status).toBe(400);
    expect(error.details).toHaveLength(10);
    const path = await fetch(`${gateway.url}/api/v1/${long.slice(0, 7_000)}`, {
      headers: { 'x-api-key': key },
    });
    expect((await path.text()).length).toBeLessThan(1_000);
  });
});
