import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schema } from '../../schema/index.ts';
import { Budget } from '../../src/budget.ts';
import { fill } from '../../src/cli/seed/fill.ts';
import { readConfig } from '../../src/config.ts';
import { turns } from '../../src/db/read/reader.ts';
import { MOST_BYTES } from '../../src/graphql/bounds.ts';
import { createExecute } from '../../src/graphql/execute.ts';
import { bytesOfJson } from '../../src/graphql/size.ts';
import { type Catalogue, newCatalogue } from '../catalogue.ts';
import { newSqliteFile, onEveryEngine, World } from '../engines.ts';
import { Gateway, keyOf } from '../gateway.ts';
import { newContext } from './context.ts';

const LIMIT = 100_000;
const MEMBERS = 20;
const KIBIBYTE = 1_024;

const times = (count: number, text: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => text(index)).join(' ');

const repeated = (count: number, open: string, inside: string): string =>
  `${open.repeat(count)}${inside}${'}'.repeat(count * (open.split('{').length - 1))}`;

/** Circles of the schema: what lists really hold is far more than what is expected of them. */
const circles = (group: string, feature: string): Record<string, string> => ({
  'a group and its plans': `{ planGroup(id: "${group}") { ${repeated(6, 'plans { group { ', 'id')} } }`,
  'a feature and its plans': `{ feature(id: "${feature}") {
    ${repeated(2, 'plans { plan { group { plans { feature(code: "shared") { feature { ', 'id')} } }`,
  'a price, its plan and its group': `{ plan(code: "member_0") {
    ${repeated(3, 'defaultPrice { plan { group { plans { ', 'id code name description isFree isPublic sortOrder createdAt updatedAt consumptionModel blockOnExhaustion __typename group { id }')} } }`,
  'pages of where a feature is attached': `{ feature(id: "${feature}") {
    ${repeated(2, 'planFeatures(first: 20) { nodes { plan { group { plans { feature(code: "shared") { feature { ', 'id')} } }`,
});

onEveryEngine('the budget of a GraphQL request', (world) => {
  let catalogue: Catalogue;
  let key: string;
  let ids: { planGroup: string; feature: string };
  let compiled: Gateway;
  let interpreted: Gateway;
  beforeAll(async () => {
    compiled = await Gateway.start(world(), { GRAPHQL_COMPILE_AFTER: '1' });
    interpreted = await Gateway.start(world(), {
      GRAPHQL_COMPILE_AFTER: 'off',
      RESPONSE_CACHE: 'off',
    });
    catalogue = await newCatalogue(world());
    key = await keyOf(world(), catalogue.tenant);
    const group = await catalogue.group();
    const feature = await catalogue.feature({ code: 'shared' });
    ids = { planGroup: group.id, feature: feature.id };
    for (let index = 0; index < MEMBERS; index += 1) {
      const metadata = { text: 'x'.repeat(15 * KIBIBYTE) };
      const plan = await catalogue.plan({
        code: `member_${index}`,
        planGroupId: group.id,
        metadata,
      });
      await catalogue.price(plan);
      await catalogue.attach(plan, feature);
    }
  });
  afterAll(async () => {
    await compiled.close();
    await interpreted.close();
  });

  const both = () => Object.entries({ compiled, interpreted });

  it('ends at what lists really return, for every circle of the schema', async () => {
    for (const [name, document] of Object.entries(circles(ids.planGroup, ids.feature)))
      for (const [way, gateway] of both()) {
        const { status, data, errors } = await gateway.graphql(key, document);
        expect({ name, way, status, data, count: errors?.length }).toEqual({
          name,
          way,
          status: 400,
          data: undefined,
          count: 1,
        });
        const { code, limit, reached } = errors[0].extensions;
        expect({ name, code, limit }).toEqual({ name, code: 'query_too_complex', limit: LIMIT });
        expect(reached).toBeGreaterThan(LIMIT);
        // The list that passes the limit is the last one to be counted.
        expect(reached).toBeLessThan(LIMIT + 20 * MEMBERS);
      }
  });

  it('counts what is there, not what might be', async () => {
    const document = `{ planGroup(id: "${ids.planGroup}") { id plans { id group { id plans { id } } } } }`;
    for (const [, gateway] of both()) {
      const { errors, extensions } = await gateway.graphql(key, document);
      expect(errors).toBeUndefined();
      // planGroup, its id and plans; of each plan three fields and the group's two; of each plan of
      // these one.
      expect(extensions.cost.spent).toBe(3 + MEMBERS * 4 + MEMBERS ** 2);
    }
  });

  it('lets an answer have 5 MB, and refuses a larger one before it is printed', async () => {
    const page = (aliases: number) =>
      `{ plans(first: 20, filter: { planGroupId: "${ids.planGroup}" }) { nodes { ${times(aliases, (index) => `m${index}: metadata`)} } } }`;
    for (const [, gateway] of both()) {
      const fits = await gateway.graphql(key, page(16));
      expect(fits.errors).toBeUndefined();
      const length = JSON.stringify(fits.data).length;
      expect(length).toBeGreaterThan(0.9 * MOST_BYTES);
      expect(length).toBeLessThan(MOST_BYTES);
      const { status, data, errors } = await gateway.graphql(key, page(18));
      expect({ status, data }).toEqual({ status: 400, data: undefined });
      expect(errors).toMatchObject([
        { extensions: { code: 'query_too_complex', limit: MOST_BYTES } },
      ]);
    }
  });

  it('knows how long an answer is at most before it is printed', async () => {
    const execute = createExecute(schema, readConfig({}));
    const everything = `plans(first: 20) { totalCount nodes { ${'long'.repeat(20)}: metadata id name description
      prices { id price metadata } features { enabled feature { name } } group { id plans { code } } } }`;
    for (const document of [
      `{ ${everything} }`,
      '{ features { nodes { name planFeatures { nodes { plan { metadata } } } } } }',
    ]) {
      const context = await newContext(world(), key);
      const result = await execute({ query: document }, context);
      if (!('text' in result)) throw new Error('it is answered');
      expect(context.budget.bytesAtMost).toBeGreaterThanOrEqual(Buffer.byteLength(result.text));
      expect(context.budget.bytesAtMost).toBeLessThan(Number.POSITIVE_INFINITY);
    }
    // What an entry of the log holds may be of any length, as may the schema.
    for (const document of [
      '{ auditLog { nodes { before } } }',
      '{ __schema { types { name } } }',
    ]) {
      const context = await newContext(world(), key);
      await execute({ query: document }, context);
      expect(context.budget.bytesAtMost).toBe(Number.POSITIVE_INFINITY);
    }
  });

  it('counts the names of fields among the bytes of an answer', async () => {
    const name = 'n'.repeat(12_000);
    const inner = `plans { ${name}: id }`;
    const document = `{ planGroup(id: "${ids.planGroup}") { plans { group { ${inner} } } } }`;
    const { status, errors } = await interpreted.graphql(key, document);
    expect(status).toBe(200);
    expect(errors).toBeUndefined();
    const tooLong = document.replace(
      inner,
      `plans { ${name}: id a: id b: group { plans { ${'c'.repeat(3_000)}: id } } }`,
    );
    expect((await interpreted.graphql(key, tooLong)).errors).toMatchObject([
      { extensions: { code: 'query_too_complex', limit: MOST_BYTES } },
    ]);
  });

  it('never hides what a mutation has done', async () => {
    const loop = repeated(6, 'plans { group { ', 'id');
    const document = `mutation {
      first: updatePlanGroup(planGroupId: "${ids.planGroup}", input: { name: "Renamed" }) { ... on PlanGroup { name } }
      second: updatePlanGroup(planGroupId: "${ids.planGroup}", input: { description: "Described" }) {
        ... on PlanGroup { name ${loop} }
      }
      third: updatePlanGroup(planGroupId: "${ids.planGroup}", input: { name: "Never" }) { ... on PlanGroup { name } }
    }`;
    const { status, data, errors } = await compiled.graphql(key, document);
    expect(status).toBe(200);
    expect(data.first).toEqual({ name: 'Renamed' });
    expect(data.third).toBeNull();
    for (const { path, extensions } of errors) {
      expect(['second', 'third']).toContain(path[0]);
      expect(extensions).toMatchObject({ code: 'query_too_complex', limit: LIMIT });
    }
    expect(errors.filter(({ path }: { path: unknown[] }) => path[0] === 'third')).toHaveLength(1);
    const { data: after } = await interpreted.graphql(
      key,
      `{ planGroup(id: "${ids.planGroup}") { name description } }`,
    );
    expect(after.planGroup).toEqual({ name: 'Renamed', description: 'Described' });
  });

  it('leaves out of a mutation what is too large to be answered, and says where', async () => {
    const metadata = times(18, (index) => `m${index}: metadata`);
    const document = `mutation {
      first: updatePlanGroup(planGroupId: "${ids.planGroup}", input: { name: "Large" }) {
        ... on PlanGroup { name plans { ${metadata} } }
      }
      second: updatePlanGroup(planGroupId: "${ids.planGroup}", input: { name: "Small" }) { ... on PlanGroup { name } }
    }`;
    const { status, data, errors } = await compiled.graphql(key, document);
    expect({ status, data }).toEqual({
      status: 200,
      data: { first: null, second: { name: 'Small' } },
    });
    expect(errors).toMatchObject([
      { path: ['first'], extensions: { code: 'query_too_complex', limit: MOST_BYTES } },
    ]);
  });
});

describe('a request on a longer catalogue', () => {
  const PLANS = 700;
  let file: Awaited<ReturnType<typeof newSqliteFile>>;
  let world: World;
  let gateway: Gateway;
  /** Its requests have one second. */
  let hasty: Gateway;
  let key: string;
  let catalogue: Catalogue;
  beforeAll(async () => {
    file = await newSqliteFile();
    world = await World.open(file.url);
    catalogue = await newCatalogue(world);
    for await (const _ of fill(world.store, catalogue.tenant, PLANS));
    key = await keyOf(world, catalogue.tenant);
    gateway = await Gateway.start(world, { RESPONSE_CACHE: 'off' });
    hasty = await Gateway.start(world, { GRAPHQL_TIMEOUT_SECONDS: '1', RESPONSE_CACHE: 'off' });
  });
  afterAll(async () => {
    await gateway.close();
    await hasty.close();
    await world.close();
    await file.remove();
  });

  const statementsOf = async (document: string) => {
    const before = world.statements.length;
    const { errors, extensions } = await gateway.graphql(key, document);
    expect(errors).toBeUndefined();
    const statements = world.statements.slice(before).filter((text) => /count\(|offset/.test(text));
    return { statements, spent: extensions.cost.spent };
  };

  it('counts the same once, and pays for each row that it looks at', async () => {
    const total = (aliases: number) =>
      `{ plans(first: 1) { ${times(aliases, (index) => `t${index}: totalCount`)} } }`;
    const [once, often] = [await statementsOf(total(1)), await statementsOf(total(40))];
    expect(often.statements).toEqual(once.statements);
    expect(once.spent).toBeGreaterThanOrEqual(PLANS);
    expect(often.spent).toBe(once.spent + 39);
    const apart = await statementsOf(
      '{ a: plans(first: 1) { totalCount } b: plans(first: 1) { totalCount } }',
    );
    expect(apart.spent).toBeLessThan(2 * PLANS);
    const others = await statementsOf(
      '{ plans(first: 1, filter: { text: "nowhere" }) { totalCount nodes { id } } }',
    );
    // The total looks at all plans, the list at the public ones.
    expect(others.spent).toBeGreaterThan(1.8 * PLANS);
  });

  /** While another tenant's scan has its turn, and does not end. */
  const whileScanned = async (work: () => Promise<void>) => {
    const release = await catalogue
      .reader()
      [turns].take('another tenant', Number.POSITIVE_INFINITY);
    try {
      await work();
    } finally {
      release();
    }
  };

  it('is answered 503 as a whole when its time is up', () =>
    whileScanned(async () => {
      const { status, data, errors } = await hasty.graphql(
        key,
        '{ viewer { mode } plans { totalCount } }',
      );
      expect({ status, data }).toEqual({ status: 503, data: undefined });
      expect(errors).toMatchObject([{ extensions: { code: 'timeout' } }]);
      // What is no long scan waits for none.
      expect((await gateway.graphql(key, '{ plans { nodes { id } } }')).status).toBe(200);
    }));

  it('tells what a mutation has done when its time is up, and begins nothing more', () =>
    whileScanned(async () => {
      const { data: found } = await gateway.graphql(
        key,
        '{ feature(code: "seed_feature_01") { id } }',
      );
      const update = (name: string, selection: string) =>
        `updateFeature(featureId: "${found.feature.id}", input: { name: "${name}" }) { ... on Feature { name ${selection} } }`;
      const document = `mutation { a: ${update('Done', '')} b: ${update('Done, too', 'planFeatures { totalCount }')} c: ${update('Not begun', '')} }`;
      const { status, data, errors } = await hasty.graphql(key, document);
      expect({ status, data }).toEqual({
        status: 200,
        data: { a: { name: 'Done' }, b: null, c: null },
      });
      expect(
        errors.map(({ path, extensions }: { path: unknown; extensions: { code: string } }) => [
          path,
          extensions.code,
        ]),
      ).toEqual([
        [['b'], 'timeout'],
        [['c'], 'timeout'],
      ]);
      const { data: after } = await gateway.graphql(
        key,
        '{ feature(code: "seed_feature_01") { name } }',
      );
      expect(after.feature.name).toBe('Done, too');
    }));
});

describe('a budget', () => {
  it('gives others a turn after some thousand fields', async () => {
    const budget = new Budget();
    expect(budget.addFields(10_000)).toBeUndefined();
    const turns: string[] = [];
    setImmediate(() => turns.push('others'));
    const lists = [1, 9_999, 2, 10_000].map(async (fields, list) => {
      await budget.addFields(fields);
      turns.push(`list ${list}`);
    });
    await Promise.all(lists);
    expect(turns).toEqual(['others', 'list 0', 'list 1', 'list 2', 'list 3']);
    expect(budget.addFields(0)).toBeUndefined();
  });

  it('ends with what is read', () => {
    const budget = new Budget();
    budget.limitTo({ fields: 1, charactersRead: 10, seconds: 60 });
    budget.addCharactersRead(10);
    expect(() => budget.addCharactersRead(1)).toThrow('The request reads too much');
    expect(() => budget.check()).toThrow('The request reads too much');
  });
});

describe('the size of an answer', () => {
  it.each([
    [null],
    [{ a: [1, 2.5, true, null], b: 'ü', c: '"\u0000\n\\', d: {}, e: [] }],
    [{ 'ä"': { nested: [{ x: '😀' }, { y: '' }] } }],
  ])('of %j is at least its bytes as JSON, and hardly more', (value) => {
    const bytes = Buffer.byteLength(JSON.stringify(value));
    expect(bytesOfJson(value, bytes + 10)).toBeGreaterThanOrEqual(bytes);
    expect(bytesOfJson(value, bytes + 10)).toBeLessThanOrEqual(bytes + 6);
  });
});
