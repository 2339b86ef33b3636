import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import { getNamedType, isAbstractType, isCompositeType, Kind, parse } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { schema } from '../schema/index.ts';
import type { Coding } from '../src/content-coding.ts';
import { updatePlan } from '../src/domain/plan.ts';
import { createPublishableKey } from '../src/domain/publishable-key.ts';
import { isCatalogueRead } from '../src/graphql/catalogue-read.ts';
import { GatewayResponse, jsonResponse, responseOf } from '../src/response.ts';
import { ResponseCache } from '../src/response-cache.ts';
import { type Catalogue, newCatalogue } from './catalogue.ts';
import { anyone, onEveryEngine, World } from './engines.ts';
import { Gateway, keyOf } from './gateway.ts';
import { newContext } from './graphql/context.ts';

const NAMES = '{ plans(first: 100) { nodes { name } } }';
const ORIGIN = 'https://shop.example';

const queryFields = Object.keys(schema.getQueryType()?.getFields() ?? {});
const isHeld = (field: string) => {
  const [operation] = parse(`{ ${field} }`).definitions;
  return operation?.kind === Kind.OPERATION_DEFINITION && isCatalogueRead(operation);
};

it('holds every read of the catalogue, and none of keys, of the log or of the caller', () => {
  expect(queryFields.filter((field) => !isHeld(field)).sort()).toEqual([
    'apiKeys',
    'auditLog',
    'catalogue',
    'catalogueHash',
    'changeSet',
    'changeSets',
    'lint',
    'viewer',
  ]);
});

onEveryEngine('an answer that was given before', (world) => {
  let gateway: Gateway;
  let other: Gateway;
  let otherWorld: World;
  let catalogue: Catalogue;
  let key: string;
  beforeAll(async () => {
    const environment = { RESPONSE_CACHE: '1', RATE_LIMIT: '1000' };
    gateway = await Gateway.start(world(), environment);
    // Another process: it shares nothing but the database.
    otherWorld = await World.open(world().url);
    other = await Gateway.start(otherWorld, environment);
  });
  beforeEach(async () => {
    catalogue = await newCatalogue(world());
    key = await keyOf(world(), catalogue.tenant);
    await catalogue.plan({ name: 'First' });
  });
  afterAll(async () => {
    await Promise.all([gateway.close(), other.close()]);
    await otherWorld.close();
  });

  const statementsOf = async <Result>(work: () => Promise<Result>): Promise<[Result, number]> => {
    const results: Result[] = [];
    const statements = await world().statementsOf(async () => results.push(await work()));
    return [results[0] as Result, statements.length];
  };
  const names = async (at = gateway, secret = key): Promise<string[]> => {
    const { data } = await at.graphql(secret, NAMES);
    return data.plans.nodes.map(({ name }: { name: string }) => name);
  };
  const get = (path: string, headers: Record<string, string> = {}, at = gateway) =>
    fetch(`${at.url}${path}`, { headers: { 'x-api-key': key, ...headers } });

  it('is given again without asking the database for more than the key', async () => {
    const [first, asked] = await statementsOf(() => gateway.graphql(key, NAMES));
    const [again, askedAgain] = await statementsOf(() => gateway.graphql(key, NAMES));
    expect(asked).toBeGreaterThan(0);
    expect(askedAgain).toBe(0);
    expect(again.data).toEqual(first.data);
    for (const path of ['/api/v1/plans', '/api/v1/features?limit=5']) {
      const [before] = await statementsOf(() => get(path));
      const [after, count] = await statementsOf(() => get(path));
      expect(count).toBe(0);
      expect(await after.json()).toEqual(await before.json());
      expect(after.headers.get('etag')).toBe(before.headers.get('etag'));
    }
  });

  it('tells what the rate limit leaves now', async () => {
    const left = async () => (await gateway.graphql(key, NAMES)).extensions.cost;
    const [first, second] = [await left(), await left()];
    expect(first.spent).toBeGreaterThan(0);
    expect(second).toEqual({ ...first, spent: 0, rateBudgetLeft: first.rateBudgetLeft - 1 });
  });

  it('is not given after a write of any client', async () => {
    const plan = await catalogue.plan({ name: 'Before' });
    for (const at of [gateway, other]) {
      expect(await names(at)).toContain('Before');
      expect((await (await get('/api/v1/plans', {}, at)).json()).data).toHaveLength(2);
    }
    for (const [name, writer] of [
      ['By another', other],
      ['By itself', gateway],
    ] as const) {
      const { data } = await writer.graphql(
        key,
        'mutation($id: ID!, $input: UpdatePlanInput!) { updatePlan(planId: $id, input: $input) { ' +
          '... on Plan { name } } }',
        { id: plan.id, input: { name } },
      );
      expect(data.updatePlan).toEqual({ name });
      for (const at of [gateway, other]) {
        expect(await names(at)).toContain(name);
        expect(await (await get('/api/v1/plans', {}, at)).text()).toContain(name);
      }
    }
    await catalogue.change((w) => updatePlan(w, plan.id, { name: 'By the command line' }));
    expect(await names()).toContain('By the command line');
  });

  it('is of its own catalogue only', async () => {
    const stranger = await newCatalogue(world());
    await stranger.plan({ name: 'Strange' });
    const strangersKey = await keyOf(world(), stranger.tenant);
    for (let round = 0; round < 2; round += 1) {
      expect(await names()).toEqual(['First']);
      expect(await names(gateway, strangersKey)).toEqual(['Strange']);
    }
  });

  it('is of its own audience only', async () => {
    await catalogue.plan({ name: 'Private', isPublic: false });
    const { secret } = await world().store.write(catalogue.tenant, anyone, (w) =>
      createPublishableKey(w, { name: 'shop', allowedOrigins: [ORIGIN] }),
    );
    const everything = '{ plans(first: 9, filter: { visibility: ALL }) { nodes { name } } }';
    for (let round = 0; round < 2; round += 1) {
      const all = await gateway.graphql(key, everything);
      const some = await gateway.graphql(secret ?? '', everything, {}, { origin: ORIGIN });
      expect(JSON.stringify(all.data)).toContain('Private');
      expect(JSON.stringify(some)).not.toContain('Private');
    }
  });

  it('is made of records of its own audience only, at the same revision', async () => {
    const plan = await catalogue.plan({ name: 'Private', isPublic: false });
    const { secret } = await world().store.write(catalogue.tenant, anyone, (w) =>
      createPublishableKey(w, { name: 'shop', allowedOrigins: [ORIGIN] }),
    );
    const page = { 'x-api-key': secret ?? '', origin: ORIGIN };
    await Gateway.during(world(), { RESPONSE_CACHE: 'off' }, async (at) => {
      for (let round = 0; round < 2; round += 1) {
        const document = `{ plan(id: "${plan.id}") { name } }`;
        expect((await at.graphql(key, document)).data).toEqual({ plan: { name: 'Private' } });
        expect((await at.graphql(secret ?? '', document, {}, { origin: ORIGIN })).data).toEqual({
          plan: null,
        });
        for (const path of [`/api/v1/plans/${plan.id}`, `/api/v1/plans/${plan.code}`]) {
          expect((await get(path, {}, at)).status).toBe(200);
          expect((await get(path, page, at)).status).toBe(404);
        }
      }
    });
  });

  it('is of its own variables, operation, version and page', async () => {
    await catalogue.plan({ name: 'Second' });
    const document = `query A($n: Int!) { plans(first: $n) { nodes { name } } } query B { features(first: 1) { nodes { name } } }`;
    const ask = async (operationName: string, n: number) => {
      const response = await fetch(`${gateway.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-api-key': key },
        body: JSON.stringify({
          query: document,
          operationName,
          variables: operationName === 'A' ? { n } : {},
        }),
      });
      return JSON.stringify((await response.json()).data);
    };
    for (let round = 0; round < 2; round += 1) {
      const answers = [await ask('A', 1), await ask('A', 2), await ask('B', 1)];
      expect(new Set(answers).size).toBe(3);
      const bodies = [];
      for (const [path, version] of [
        ['/api/v1/plans', '2026-05-25'],
        ['/api/v1/plans', '2026-07-31'],
        ['/api/v1/plans?limit=1', '2026-07-31'],
      ] as const)
        bodies.push(await (await get(path, { 'commet-version': version })).text());
      expect(new Set(bodies).size).toBe(3);
    }
  });

  it('is not kept when it is a refusal or not about the catalogue', async () => {
    await keyOf(world(), catalogue.tenant);
    const count = async () =>
      (await gateway.graphql(key, '{ apiKeys(first: 100) { totalCount } }')).data.apiKeys
        .totalCount;
    const before = await count();
    await keyOf(world(), catalogue.tenant);
    expect(await count()).toBe(before + 1);
    for (let round = 0; round < 2; round += 1) {
      expect((await get('/api/v1/plans/pln_unknown')).status).toBe(404);
      const { errors } = await gateway.graphql(key, '{ plans(first: 1) { nodes { nope } } }');
      expect(errors).toHaveLength(1);
    }
  });

  describe('to a GET', () => {
    const paths = ['/api/v1/plans', `/graphql?query=${encodeURIComponent(NAMES)}`];

    it.each(paths)('is only confirmed to a client that has it: %s', async (path) => {
      const first = await get(path);
      const etag = first.headers.get('etag') ?? '';
      expect(etag).toMatch(/^W\/"[\w-]{22}"$/);
      expect(first.headers.get('cache-control')).toBe('private, no-cache');
      expect(first.headers.get('vary')).toMatch('x-api-key');
      const strong = etag.replace('W/', '');
      const others = '"other", W/"a,b"';
      for (const known of [
        etag,
        `"other", ${etag}`,
        strong,
        `${others},${strong}`,
        `${etag} , ${others}`,
        '*',
        ' * ',
      ]) {
        const confirmed = await get(path, { 'if-none-match': known });
        expect(confirmed.status).toBe(304);
        expect(await confirmed.text()).toBe('');
        expect(confirmed.headers.get('etag')).toBe(etag);
      }
      for (const unknown of [
        '"other"',
        `"x${strong.slice(1)}`,
        strong.slice(1, -1),
        `"a,${strong.slice(1)}`,
        '"*"',
        '',
      ])
        expect((await get(path, { 'if-none-match': unknown })).status).toBe(200);
      expect((await get(path, { 'if-none-match': etag }, other)).status).toBe(304);
      await catalogue.plan({ name: 'New' });
      const changed = await get(path, { 'if-none-match': etag });
      expect(changed.status).toBe(200);
      expect(changed.headers.get('etag')).not.toBe(etag);
      expect(await changed.text()).toContain('New');
    });

    it('is another one in another media type, although the text is the same', async () => {
      const path = `/graphql?query=${encodeURIComponent(NAMES)}`;
      const types = ['application/json', 'application/graphql-response+json'];
      for (const at of [gateway, other]) {
        const [one, two] = await Promise.all(types.map((accept) => get(path, { accept }, at)));
        if (!one || !two) throw new Error('there are two');
        expect([one, two].map(({ headers }) => headers.get('content-type')?.split(';')[0])).toEqual(
          types,
        );
        const dataOf = async (response: Response) => (await response.json()).data;
        expect(await dataOf(one)).toEqual(await dataOf(two));
        const [tag, otherTag] = [one, two].map(({ headers }) => headers.get('etag') ?? '');
        expect(tag).not.toBe(otherTag);
        expect(
          (await get(path, { accept: types[1] ?? '', 'if-none-match': tag ?? '' }, at)).status,
        ).toBe(200);
        expect(
          (await get(path, { accept: types[0] ?? '', 'if-none-match': tag ?? '' }, at)).status,
        ).toBe(304);
      }
    });

    it('tells the public nothing of writes that it does not see', async () => {
      const { secret } = await world().store.write(catalogue.tenant, anyone, (w) =>
        createPublishableKey(w, { name: 'shop', allowedOrigins: [ORIGIN] }),
      );
      for (const path of paths) {
        const ofPage = async () =>
          (await get(path, { 'x-api-key': secret ?? '', origin: ORIGIN })).headers.get('etag');
        const before = await ofPage();
        await catalogue.plan({ isPublic: false });
        expect(await ofPage()).toBe(before);
        await catalogue.plan();
        expect(await ofPage()).not.toBe(before);
      }
    });

    it('may lie in shared caches when it is for everyone', async () => {
      const { secret } = await world().store.write(catalogue.tenant, anyone, (w) =>
        createPublishableKey(w, { name: 'shop', allowedOrigins: [ORIGIN] }),
      );
      const { headers } = await get('/api/v1/plans', { 'x-api-key': secret ?? '', origin: ORIGIN });
      expect(headers.get('cache-control')).toBe('public, no-cache');
      expect(headers.get('vary')).toMatch(/x-api-key.*origin/);
    });
  });

  it('takes no more memory than it may, however small it is', async () => {
    const cache = new ResponseCache(100 * 1024);
    const context = await newContext(world(), key);
    let asked = 0;
    const answer = () => {
      asked += 1;
      return jsonResponse({});
    };
    const ask = (question: string) =>
      cache.get(question, context, undefined) ?? cache.set(question, answer(), context, undefined);
    const questions = Array.from({ length: 200 }, (_, number) => String(number));
    for (const question of questions) ask(question);
    expect(ask('199')).toMatchObject({ isByteString: true, body: '{}' });
    expect(asked).toBe(200);
    for (const question of questions.toReversed().slice(0, 100)) ask(question);
    expect(asked).toBeGreaterThan(200);
  });

  it('counts what it keeps in content codings', async () => {
    const cache = new ResponseCache(100 * 1024);
    const context = await newContext(world(), key);
    // No shorter in any coding.
    const noise = () => randomBytes(7 * 1024);
    const kept = (question: string) => cache.get(question, context, undefined);
    const ask = async (question: string, coding?: Coding) => {
      const answer =
        kept(question) ?? cache.set(question, responseOf(noise(), 'x'), context, undefined);
      const { encodings, body } = answer;
      if (!encodings || typeof body !== 'string') throw new Error('a short answer is kept');
      let isMade = false;
      if (coding)
        await encodings.of(coding, () => {
          isMade = true;
          return Buffer.from(body, 'latin1');
        });
      return isMade;
    };
    const held = async (coding?: Coding) => {
      const questions = Array.from({ length: 40 }, (_, number) => `${coding} ${number}`);
      for (const question of questions) await ask(question, coding);
      return questions.filter((question) => kept(question)).length;
    };
    const [plain, twofold] = [await held(), await held('gzip')];
    expect(plain).toBeGreaterThan(10);
    expect(twofold).toBeLessThan(0.7 * plain);
    expect(await ask('once', 'gzip')).toBe(true);
    expect(await ask('once', 'gzip')).toBe(false);
    expect(await ask('once', 'br')).toBe(true);
    // What has left the cache meanwhile is not put back.
    const { encodings } = kept('once') ?? {};
    await held();
    expect(kept('once')).toBeUndefined();
    await encodings?.of('gzip', noise);
    expect(kept('once')).toBeUndefined();
  });

  it('does not hide what is wrong with a body', async () => {
    const { hostname, port } = new URL(gateway.url);
    const status = async (body: string) => {
      const headers = {
        'x-api-key': key,
        'content-type': 'application/json',
        'content-length': body.length,
      };
      const sent = request({ hostname, port, path: '/api/v1/plans', method: 'GET', headers }).end(
        body,
      );
      const [response] = await once(sent, 'response');
      response.resume();
      return response.statusCode;
    };
    for (const body of ['', '{', '{}', '{'])
      expect(await status(body)).toBe(body === '{' ? 400 : 200);
  });

  it('is sent as it was, and holds no memory of others, short or long', async () => {
    const cache = new ResponseCache(1024 * 1024);
    const context = await newContext(world(), key);
    for (const length of [10, 5_000, 50_000]) {
      const text = 'ü'.repeat(length);
      for (const body of [text, Buffer.from(text)]) {
        const whole = new GatewayResponse(200, {}, body);
        const kept = cache.set('question', whole, context, undefined);
        if (typeof kept.body === 'string')
          expect(Buffer.from(kept.body, 'latin1').toString()).toBe(text);
        else {
          if (!(kept.body instanceof Uint8Array)) throw new Error('bytes are kept as bytes');
          expect(Buffer.from(kept.body).toString()).toBe(text);
          expect(kept.body.buffer.byteLength).toBe(kept.body.byteLength);
        }
        expect(typeof kept.body === 'string').toBe(length < 50_000);
      }
    }
  });

  it('is the same text whether it was cached or not, for any content', async () => {
    const name = '","spent":7,"rateBudgetLeft":null,"pointsLeft":null}}},"data":[{"ü":1}]';
    await catalogue.plan({ name });
    const query =
      '{ data: plans(first: 9) { nodes { name extensions: name spent: name } } ' +
      'extensions: plans(first: 1) { cost: totalCount spent: totalCount } }';
    const texts = async (at: Gateway) => {
      const response = await fetch(`${at.url}/graphql?query=${encodeURIComponent(query)}`, {
        headers: { 'x-api-key': key },
      });
      const text = await response.text();
      const { data, extensions } = JSON.parse(text);
      // Its own end apart, which tells what this request has cost, nothing else is in the text.
      expect(text).toBe(JSON.stringify({ data, extensions }));
      expect(Object.keys(extensions.cost).slice(0, 3)).toEqual(['requested', 'limit', 'spent']);
      expect(data.data.nodes.map((plan: { spent: string }) => plan.spent)).toContain(name);
      const plans = await (await get('/api/v1/plans', {}, at)).text();
      expect(plans).toBe(JSON.stringify(JSON.parse(plans)));
      return [JSON.stringify(data), plans];
    };
    const off = await Gateway.start(world(), { RESPONSE_CACHE: 'off' });
    try {
      const plain = await texts(off);
      for (let round = 0; round < 3; round += 1) expect(await texts(gateway)).toEqual(plain);
    } finally {
      await off.close();
    }
  });

  it('is looked for nowhere when the cache is off', async () => {
    const off = await Gateway.start(world(), { RESPONSE_CACHE: 'off' });
    try {
      await names(off);
      const [, count] = await statementsOf(() => names(off));
      expect(count).toBeGreaterThan(0);
    } finally {
      await off.close();
    }
  });
});

describe('what is kept of GraphQL', () => {
  it('leads to nothing but the catalogue', () => {
    const query = schema.getQueryType()?.getFields() ?? {};
    const found = new Set<string>();
    const visit = (name: string) => {
      const type = schema.getType(name);
      // A change set is reached by its id alone, and makes its answer one that is not kept.
      if (!isCompositeType(type) || found.has(name) || name === 'ChangeSet') return;
      found.add(name);
      if (isAbstractType(type))
        for (const possible of schema.getPossibleTypes(type)) visit(possible.name);
      if ('getFields' in type)
        for (const field of Object.values(type.getFields())) visit(getNamedType(field.type).name);
    };
    for (const root of queryFields.filter(isHeld)) {
      const field = query[root];
      expect(field, root).toBeDefined();
      if (field) visit(getNamedType(field.type).name);
    }
    expect([...found]).toContain('RegionalPrice');
    expect([...found].filter((name) => /ApiKey|Viewer|Audit|Organization/.test(name))).toEqual([]);
  });
});
