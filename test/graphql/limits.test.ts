import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, newSqliteFile, World } from '../engines.ts';
import { Gateway } from '../gateway.ts';
import { Client } from './client.ts';

let database: Database;
let world: World;
let gateway: Gateway;
let client: Client;
beforeAll(async () => {
  database = await newSqliteFile();
  world = await World.open(database.url);
  gateway = await Gateway.start(world);
  client = await Client.open(world, gateway);
});
afterAll(async () => {
  await gateway.close();
  await world.close();
  await database.remove();
});

const times = (count: number, text: (index: number) => string): string =>
  Array.from({ length: count }, (_, i) => text(i)).join(' ');
const list = (count: number, item: unknown = 'a') => Array.from({ length: count }, () => item);

/** A document of so many bytes. */
const bytes = (count: number) => '{ viewer { mode } }'.padEnd(count);

/** Inline fragments inside one another take three tokens each. */
const tokens = (count: number) => {
  const start = count % 3 === 0 ? '{' : count % 3 === 1 ? 'query {' : 'query Q {';
  const levels = Math.floor((count - 6) / 3);
  return `${start} ${'... {'.repeat(levels)} viewer { mode } ${'}'.repeat(levels)} }`;
};

/** Objects that lead to one another cost little. */
const depth = (count: number): string => {
  const below = (left: number, isPlan: boolean): string => {
    if (left === 1) return 'id';
    return isPlan
      ? `defaultPrice { ${below(left - 1, false)} }`
      : `plan { ${below(left - 1, true)} }`;
  };
  return `{ plan(code: "a") { ${below(count - 1, true)} } }`;
};

/**
 * Fragments that spread another one twice: each selects twice as much as the one before, and four
 * fields more.
 */
const doubling = times(
  7,
  (level) =>
    `fragment F${level + 1} on Plan { defaultPrice { plan { ...F${level} } } price(billingInterval: MONTHLY) { plan { ...F${level} } } }`,
).concat(' fragment F0 on Plan { id }');
const fields = (count: number) => `{
  a: plan(code: "a") { ...F7 } b: plan(code: "b") { ...F6 } c: plan(code: "c") { ...F3 } d: plan(code: "d") { ...F1 }
  viewer { ${['mode', 'scopes', 'more'].slice(0, count - 999).join(' ')} }
} ${doubling}`;

const aliases = (count: number) => `{ viewer { ${times(count, (index) => `a${index}: mode`)} } }`;
const repeats = (count: number) => `{ viewer { ${times(count + 1, () => 'mode')} } }`;
const repeatsInParts = (count: number) =>
  `{ viewer { ${times(count + 1, () => '... { mode }')} } }`;
const spreadAliases = (count: number) => `{
  viewer { ...F ${count % 2 === 0 ? 'a: mode' : ''} } apart: viewer { ...F }
} fragment F on Viewer { ${times(Math.floor((count - 1) / 2), (index) => `f${index}: mode`)} }`;

const rootFields = (count: number) => `{ ${times(count, (index) => `a${index}: __typename`)} }`;
const spreadRootFields = (count: number) => `{
  ...F ...G viewer { mode } ${count % 2 === 0 ? '__typename' : ''}
} fragment F on Query { ...G } fragment G on Query { ${times(Math.floor((count - 1) / 2), (index) => `a${index}: __typename`)} }`;

/**
 * 960 for the counts, 39 for the other fields: 100 times 999 and 1 for the first page, 1 + last for
 * the second.
 */
const cost = (last: number | string, declaration = '') => `query${declaration} {
  a: plans(first: 100) {
    ${times(48, (index) => `t${index}: totalCount`)}
    __typename pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor }
    nodes { id code name description isPublic isFree sortOrder metadata createdAt updatedAt blockOnExhaustion consumptionModel
      prices { id price } group { id name description isPublic createdAt updatedAt } defaultPrice { id } }
  }
  b: plans(first: ${last}) { nodes { id } }
}`;

interface Case {
  document: string;
  variables?: Record<string, unknown>;
}
const inDocument =
  (of: (count: number) => string) =>
  (count: number): Case => ({ document: of(count) });
const inVariables =
  (document: string, of: (count: number) => Record<string, unknown>) =>
  (count: number): Case => ({
    document,
    variables: of(count),
  });

const NODES = 'query($ids: [ID!]!) { nodes(ids: $ids) { id } }';
const PLANS = 'query($filter: PlanFilter) { plans(filter: $filter) { totalCount } }';
const UPSERT = `mutation($input: UpsertRegionalPricesInput!) {
  upsertRegionalPrices(planId: "a", priceId: "b", input: $input) { __typename }
}`;
const override = { currency: 'eur', price: 1 };

describe('a list with a maximum of its own is held to that, and not to the general limit:', () => {
  it.each<[what: string, param: string, longest: number, of: (count: number) => Case]>([
    [
      'in an input object',
      'codes',
      100,
      inVariables(PLANS, (count) => ({ filter: { codes: list(count) } })),
    ],
    [
      'in an input object of the document',
      'codes',
      100,
      inDocument(
        (count) => `{ plans(filter: { codes: [${times(count, () => '"a"')}] }) { totalCount } }`,
      ),
    ],
    [
      'of input objects',
      'overrides',
      200,
      inVariables(UPSERT, (count) => ({ input: { overrides: list(count, override) } })),
    ],
    [
      'of input objects in the document',
      'overrides',
      200,
      inDocument(
        (count) => `mutation { upsertRegionalPrices(planId: "a", priceId: "b", input: {
          overrides: [${times(count, () => '{currency:"eur",price:1}')}]
        }) { __typename } }`,
      ),
    ],
  ])('%s', async (_, param, longest, of) => {
    const [at, beyond] = [of(longest), of(longest + 1)];
    const passed = await client.answer(at.document, at.variables);
    expect(JSON.stringify(passed.errors ?? [])).not.toContain('entries');
    const refused = await client.answer(beyond.document, beyond.variables);
    const message = `${param}: must have at most ${longest} entries`;
    expect(refused.errors).toMatchObject([
      { message, extensions: { code: 'validation_error', param } },
    ]);
  });
});

describe('a request at the limit passes, and one beyond it is refused:', () => {
  it.each<[what: string, message: string, limit: number, of: (count: number) => Case]>([
    ['bytes', 'The document has 16385 bytes', 16_384, inDocument(bytes)],
    ['tokens', 'The document has 2001 tokens', 2_000, inDocument(tokens)],
    ['depth', 'The document is 17 fields deep', 16, inDocument(depth)],
    ['fields', 'The document selects 1001 fields', 1_000, inDocument(fields)],
    ['aliases', 'The document has 51 aliases and repeated fields', 50, inDocument(aliases)],
    [
      'fields selected again',
      'The document has 51 aliases and repeated fields',
      50,
      inDocument(repeats),
    ],
    [
      'fields selected again in parts',
      'The document has 51 aliases and repeated fields',
      50,
      inDocument(repeatsInParts),
    ],
    [
      'aliases in fragments',
      'The document has 51 aliases and repeated fields',
      50,
      inDocument(spreadAliases),
    ],
    [
      'root fields in fragments',
      'The operation has 21 root fields',
      20,
      inDocument(spreadRootFields),
    ],
    ['root fields', 'The operation has 21 root fields', 20, inDocument(rootFields)],
    [
      'a list of ids',
      'The list ids has 101 entries',
      100,
      inVariables(NODES, (count) => ({ ids: list(count) })),
    ],
    [
      'a list of ids in the document',
      'The list ids has 101 entries',
      100,
      inDocument((count) => `{ nodes(ids: [${times(count, () => '"a"')}]) { id } }`),
    ],
    ['cost', 'The operation costs 100001', 100_000, inDocument((count) => cost(count - 99_902))],
    [
      'cost by variables',
      'The operation costs 100001',
      100_000,
      inVariables(cost('$last', '($last: Int)'), (count) => ({ last: count - 99_902 })),
    ],
  ])('%s', async (_, message, limit, of) => {
    const [at, beyond] = [of(limit), of(limit + 1)];
    const passed = await client.answer(at.document, at.variables);
    expect(passed).toMatchObject({ status: 200 });
    expect(passed.errors).toBeUndefined();
    const refused = await client.changesNothing(() =>
      client.answer(beyond.document, beyond.variables),
    );
    expect(refused).toMatchObject({
      status: 400,
      errors: [
        {
          message: `${message}; the limit is ${limit}.`,
          extensions: {
            code: 'query_too_complex',
            type: 'validation_error',
            limit,
            reached: limit + 1,
          },
        },
      ],
    });
    expect(refused.errors).toHaveLength(1);
    expect(refused.data).toBeUndefined();
  });

  it(
    'in a fragment that nobody spreads, too, and as JSON with the status that its readers ' +
      'expect',
    async () => {
      const document = `{ viewer { mode } } fragment F on Plan { ${times(51, (index) => `a${index}: id`)} }`;
      const answer = await client.answer(document, {}, { accept: 'application/json' });
      expect(answer).toMatchObject({
        status: 200,
        errors: [{ extensions: { limit: 50, reached: 51 } }],
      });
    },
  );

  it('in a default value', async () => {
    const document = `query($ids: [ID!]! = [${times(101, () => '"a"')}]) { nodes(ids: $ids) { id } }`;
    expect(await client.refusal(document)).toMatchObject({ limit: 100, reached: 101 });
  });
});

describe('the operator may set another limit:', () => {
  it.each<[variable: string, limit: number, of: (count: number) => Case]>([
    ['GRAPHQL_MAX_BYTES', 40, inDocument(bytes)],
    ['GRAPHQL_MAX_TOKENS', 20, inDocument(tokens)],
    ['GRAPHQL_MAX_DEPTH', 4, inDocument(depth)],
    [
      'GRAPHQL_MAX_FIELDS',
      3,
      inDocument(
        (count) => `{ viewer { ${['mode', 'scopes', 'keyKind'].slice(0, count - 1).join(' ')} } }`,
      ),
    ],
    ['GRAPHQL_MAX_ALIASES', 2, inDocument(aliases)],
    ['GRAPHQL_MAX_ROOT_FIELDS', 2, inDocument(rootFields)],
    ['GRAPHQL_MAX_LIST', 2, inVariables(NODES, (count) => ({ ids: list(count) }))],
    [
      'GRAPHQL_MAX_COST',
      10,
      inDocument((count) => `{ plans(first: ${count - 1}) { nodes { id } } }`),
    ],
  ])('%s', async (variable, limit, of) => {
    const stricter = await Gateway.start(world, { [variable]: String(limit) });
    try {
      const [at, beyond] = [of(limit), of(limit + 1)];
      const passed = await stricter.graphql(client.key, at.document, at.variables);
      expect(passed).toMatchObject({
        status: 200,
        extensions: { cost: { requested: expect.any(Number) } },
      });
      expect(passed.errors).toBeUndefined();
      const refused = await stricter.graphql(client.key, beyond.document, beyond.variables);
      expect(refused).toMatchObject({
        status: 400,
        errors: [{ extensions: { code: 'query_too_complex', limit, reached: limit + 1 } }],
      });
      expect((await client.answer(beyond.document, beyond.variables)).errors).toBeUndefined();
    } finally {
      await stricter.close();
    }
  });

  it('of costs is told with every answer', async () => {
    const generous = await Gateway.start(world, { GRAPHQL_MAX_COST: '200000' });
    try {
      const { document } = inDocument((count) => cost(count - 99_902))(100_001);
      const { errors, extensions } = await generous.graphql(client.key, document);
      expect(errors).toBeUndefined();
      expect(extensions.cost).toMatchObject({ requested: 100_001, limit: 200_000 });
    } finally {
      await generous.close();
    }
  });
});

describe('passes', () => {
  it('a list inside metadata, which has limits of its own', async () => {
    const input = { name: 'P', code: 'long_metadata', metadata: { numbers: list(101, 1) } };
    expect(await client.mutate('createPlan', { input })).toEqual({ __typename: 'Plan' });
    const literal = `mutation { createPlan(input: { name: "P", code: "literal", metadata: { numbers: [${times(101, () => '1')}] } }) { __typename } }`;
    expect(await client.data(literal)).toEqual({ createPlan: { __typename: 'Plan' } });
  });

  it('what GraphiQL asks about the schema', async () => {
    const document = getIntrospectionQuery({
      inputValueDeprecation: true,
      schemaDescription: true,
      specifiedByUrl: true,
    });
    expect((await client.data(document)).__schema.queryType).toEqual({
      name: 'Query',
      kind: 'OBJECT',
    });
  });
});

describe('the cost of an answer', () => {
  const costOf = async (document: string, variables?: Record<string, unknown>) => {
    const { extensions } = await client.answer(document, variables);
    return extensions.cost;
  };

  it.each<[number, string, Record<string, unknown>?]>([
    [2, '{ viewer { mode } }'],
    [1 + 20 * 1, '{ plans { nodes { id } } }'],
    [1 + 5 * 2, '{ plans(first: 5) { nodes { id name } } }'],
    [1 + 5 * 2, '{ plans(last: 5) { edges { cursor } nodes { id } } }'],
    [1 + 7 * 3, 'query($n: Int) { plans(first: $n) { edges { node { id name } } } }', { n: 7 }],
    [1 + 7 * 1, 'query($n: Int = 7) { plans(first: $n) { nodes { id } } }'],
    [1 + 20 * 1, 'query($n: Int) { plans(first: $n) { nodes { id } } }', { n: null }],
    [1 + 1 * 20, '{ plans(first: 1) { totalCount } }'],
    [1 + 3 * 1, 'query($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids: ['a', 'b', 'c'] }],
    [1 + 1 * 1, 'query($id: ID!) { nodes(ids: [$id]) { id } }', { id: 'a' }],
    [
      1 + (1 + 5 * (1 + (1 + 5 * 1))),
      '{ plan(code: "a") { prices { price regionalPrices { price } } } }',
    ],
    [1 + (1 + 50 * 1), '{ plan(code: "a") { features { enabled } } }'],
    [101, 'mutation { deletePlan(planId: "a") { __typename } }'],
    [5_001, '{ __schema { types { name } } }'],
  ])('is %i for %s', async (requested, document, variables) => {
    expect(await costOf(document, variables)).toEqual({
      requested,
      limit: 100_000,
      spent: expect.any(Number),
      rateBudgetLeft: null,
      pointsLeft: null,
    });
    // Once more, as it was kept.
    expect(await costOf(document, variables)).toMatchObject({ requested });
  });

  it('leaves room for a page of five plans with all that they offer', async () => {
    const page = `query($group: ID!) { planGroup(id: $group) { name plans {
      id code name description
      prices { billingInterval formattedPrice regionalPrices { currency formattedPrice } }
      features {
        enabled includedAmount unlimited displayValue overage { enabled formattedUnitPrice }
        regionalOverages { currency unitPrice }
        limits { formattedAmount unlimited limit { name unitName period } }
        feature { code name unitName position section { code name position } }
      } } } }`;
    const { requested } = await costOf(page, { group: 'plg_0' });
    expect(requested).toBeLessThan(15_000);
  });

  it('follows the variables of a document that is kept', async () => {
    const document =
      'query($n: Int, $text: String) { plans(first: $n, filter: { text: $text }) { nodes { id } } ' +
      '}';
    for (const n of [3, 50, 1])
      expect(await costOf(document, { n })).toMatchObject({ requested: 1 + n });
  });

  it('is that of the operation which is named', async () => {
    const query = 'query A { viewer { mode } } query B { plans(first: 9) { nodes { id } } }';
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': client.key },
      body: JSON.stringify({ query, operationName: 'B' }),
    });
    expect(await response.json()).toMatchObject({ extensions: { cost: { requested: 10 } } });
  });

  it(
    'takes a page of a forbidden size for a page, and leaves the refusal to the ' + 'field',
    async () => {
      for (const first of [-1, -5, 2_147_483_647])
        expect(
          await client.refusal('query($first: Int) { plans(first: $first) { nodes { id } } }', {
            first,
          }),
        ).toMatchObject({
          code: 'validation_error',
          param: 'first',
        });
    },
  );

  it('is known before anything runs, or nothing does', async () => {
    const document = `query($ids: [ID!] = []) { nodes(ids: $ids) { id } ${cost(100).slice('query {'.length)}`;
    const { status, data, errors } = await client.answer(document, { ids: null });
    expect({ status, data }).toEqual({ status: 400, data: undefined });
    expect(errors).toHaveLength(1);
  });
});

describe('a hostile document of less than 16 KiB is refused or answered at once:', () => {
  const spread = (count: number, name: (index: number) => string) =>
    times(count, (index) => `...${name(index)}`);
  it.each([
    ['one field 1990 times', `{ viewer { ${times(1_990, () => 'mode')} } }`],
    [
      'one field under one name for two',
      `{ viewer { ${times(600, (index) => (index % 2 ? 'a: mode' : 'a: scopes'))} } }`,
    ],
    ['objects again and again', `{ ${times(380, () => 'plans { nodes { id } }')} }`],
    ['fields that do not exist', `{ viewer { ${times(990, (index) => `mod${index}`)} } }`],
    [
      'arguments that do not exist',
      `{ plans(${times(600, (index) => `firs${index}: 1`)}) { totalCount } }`,
    ],
    ['variables of one name', `query(${times(390, () => '$a: Int')}) { viewer { mode } }`],
    [
      'fragments of one name',
      `{ viewer { mode } } ${times(270, () => 'fragment F on Plan { id }')}`,
    ],
    [
      'fragments that overlap',
      `{ ${spread(150, (index) => `F${index}`)} } ${times(150, (index) => `fragment F${index} on Query { viewer { mode } }`)}`,
    ],
    [
      'fragments in a circle',
      `{ ...F0 } ${times(240, (index) => `fragment F${index} on Query { ...F${(index + 1) % 240} }`)}`,
    ],
    [
      'fragments that spread all later ones',
      `{ plan(code: "a") { ...F0 } } ${times(40, (index) => `fragment F${index} on Plan { id ${spread(39 - index, (later) => `F${index + later + 1}`)} }`)}`,
    ],
    [
      'operations that spread all fragments',
      `${times(120, (index) => `query Q${index} { ...F0 }`)} ${times(120, (index) => `fragment F${index} on Query { node(id: $a) { id } ${index < 119 ? `...F${index + 1}` : ''} }`)}`,
    ],
  ])('%s', async (_, document) => {
    expect(document.length).toBeLessThan(16 * 1024);
    const before = process.cpuUsage();
    const { status, errors } = await client.answer(document);
    const { user, system } = process.cpuUsage(before);
    // Of the processor, in microseconds: what others use of it meanwhile does not count.
    expect(user + system).toBeLessThan(2_000_000);
    expect([200, 400]).toContain(status);
    expect(errors?.length ?? 0).toBeLessThanOrEqual(11);
  });
});
