import { execFile } from 'node:child_process';
import { type IncomingHttpHeaders, request } from 'node:http';
import { promisify } from 'node:util';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDemoCatalogue } from '../../src/cli/demo/create.ts';
import type { Tenant } from '../../src/domain/operation.ts';
import { listPlans } from '../../src/domain/plan.ts';
import { anyone, newSqliteFile, World } from '../engines.ts';
import { Gateway, keyOf } from '../gateway.ts';

const decoders: Record<string, (bytes: Buffer) => Buffer> = {
  br: brotliDecompressSync,
  gzip: gunzipSync,
};

interface Answer {
  status: number | undefined;
  headers: IncomingHttpHeaders;
  coding: string | undefined;
  bytes: Buffer;
  text: string;
}

interface Asked {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
}

/** Unlike fetch, it asks for what it is told to, and shows the bytes as they came. */
const askAt = (url: string, { method = 'GET', headers = {}, body }: Asked): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const sent = request(url, { method, headers }, (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece) => pieces.push(piece));
      response.on('error', reject);
      response.on('end', () => {
        const bytes = Buffer.concat(pieces);
        const coding = response.headers['content-encoding'];
        const decode = coding === undefined || bytes.length === 0 ? undefined : decoders[coding];
        const text = (decode ? decode(bytes) : bytes).toString();
        resolve({ status: response.statusCode, headers: response.headers, coding, bytes, text });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });

const LONG_QUERY = `{ plans(first: 10) { nodes {
  id name code description features { enabled displayValue feature { code name } }
  prices { id billingInterval formattedPrice trialDays } } } }`;

const database = await newSqliteFile();
const world = await World.open(database.url);
let gateway: Gateway;
let withoutCompression: Gateway;
let tenant: Tenant;
let key: string;
let planId: string;

beforeAll(async () => {
  gateway = await Gateway.start(world, { GRAPHIQL: 'on' });
  withoutCompression = await Gateway.start(world, { COMPRESSION: 'off' });
  tenant = await world.newTenant();
  await world.store.write(tenant, anyone, createDemoCatalogue);
  key = await keyOf(world, tenant);
  const { items } = await listPlans(world.store.reader(tenant), {}, { first: 1 });
  planId = items[0]?.id ?? expect.fail('the demo has plans');
});
afterAll(async () => {
  await gateway.close();
  await withoutCompression.close();
  await world.close();
  await database.remove();
});

const ask = (path: string, { headers, ...rest }: Asked = {}, at = gateway): Promise<Answer> =>
  askAt(`${at.url}${path}`, { headers: { 'x-api-key': key, ...headers }, ...rest });

const askFor = (coding: string, path: string, { headers, ...rest }: Asked = {}) =>
  ask(path, { headers: { 'accept-encoding': coding, ...headers }, ...rest });

const post = (query: string): Asked => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ query }),
});

/** What differs from one GraphQL answer to the next. */
const withoutSpending = (text: string): string => text.replace(/"spent":\d+/, '"spent":0');

const answers: [string, string, Asked][] = [
  ['GraphQL by POST', '/graphql', post(LONG_QUERY)],
  ['GraphQL by GET', `/graphql?query=${encodeURIComponent(LONG_QUERY)}`, {}],
  ['REST', '/api/v1/plans', {}],
  ['the pricing page', '/pricing-page?group=workspace', {}],
  [
    'the pricing page in Markdown',
    '/pricing-page?group=workspace',
    { headers: { accept: 'text/markdown' } },
  ],
  ['the catalogue', '/catalogue', {}],
  ['the catalogue as JSON', '/catalogue', { headers: { accept: 'application/json' } }],
  ['the schema of catalogues', '/catalogue/schema.json', {}],
  ['OpenAPI', '/openapi.json', {}],
  ['the reference', '/docs', {}],
  ['the errors', '/docs/errors', {}],
  ['a style sheet', '/docs/assets/swagger-ui.css', {}],
  ['a script', '/docs/assets/swagger-ui-bundle.js', {}],
  ['the example', '/examples/pricing-page/pricing-page.js', {}],
  ['the explorer', '/graphql', { headers: { accept: 'text/html' } }],
];

describe.each(['br', 'gzip'])('compression by %s', (coding) => {
  it.each(answers)('shortens %s, the first time and again', async (_, path, asked) => {
    const plain = await ask(path, asked);
    expect([plain.status, plain.coding]).toEqual([200, undefined]);
    for (let time = 0; time < 2; time += 1) {
      const packed = await askFor(coding, path, asked);
      expect([packed.status, packed.coding]).toEqual([200, coding]);
      expect(withoutSpending(packed.text)).toBe(withoutSpending(plain.text));
      expect(packed.bytes.length).toBeLessThan(plain.bytes.length / 1.5);
      expect(packed.headers['content-length']).toBe(String(packed.bytes.length));
      for (const name of ['content-type', 'etag', 'cache-control', 'vary'])
        expect([name, packed.headers[name]]).toEqual([name, plain.headers[name]]);
      expect(packed.headers.vary).toMatch(/\baccept-encoding\b/);
    }
  });

  const read = answers.filter(([, , { method }]) => method === undefined);
  it.each(read)('answers HEAD like GET for %s', async (_, path, asked) => {
    const [head, get] = [
      await askFor(coding, path, { ...asked, method: 'HEAD' }),
      await askFor(coding, path, asked),
    ];
    expect(head.bytes).toHaveLength(0);
    for (const name of ['content-type', 'content-encoding', 'content-length', 'etag', 'vary'])
      expect([name, head.headers[name]]).toEqual([name, get.headers[name]]);
  });

  it.each(read.filter(([, path]) => /^.(graphql.q|api|pri|catalogue$)/.test(path)))(
    'leaves the tag of %s valid',
    async (_, path, asked) => {
      const { headers } = await askFor(coding, path, asked);
      const tag = headers.etag ?? expect.fail('there is no tag');
      for (const other of ['br', 'gzip', 'identity']) {
        const again = await askFor(other, path, {
          headers: { ...asked.headers, 'if-none-match': tag },
        });
        expect([again.status, again.bytes.length, again.coding]).toEqual([304, 0, undefined]);
        expect([again.headers.etag, again.headers.vary]).toEqual([tag, headers.vary]);
        const changed = await askFor(other, path, {
          headers: { ...asked.headers, 'if-none-match': 'W/"other"' },
        });
        expect([changed.status, changed.headers.etag]).toEqual([200, tag]);
      }
    },
  );

  it('lets the tag of a read guard a write', async () => {
    const path = `/api/v1/plans/${planId}`;
    const json = { 'content-type': 'application/json' };
    const { headers, coding: used } = await askFor(coding, path);
    expect(used).toBe(coding);
    const write = (name: string) =>
      askFor(coding, `${path}/manage`, {
        method: 'PUT',
        headers: { ...json, 'if-match': headers.etag ?? '' },
        body: JSON.stringify({ name }),
      });
    expect(await write(`Named by ${coding}`)).toMatchObject({ status: 200 });
    expect((await write('Named again')).status).toBe(412);
  });

  it('ends each of many answers at once with its own cost', async () => {
    const limited = await Gateway.start(world, { RATE_LIMIT: '6000' });
    try {
      const all = await Promise.all(
        Array.from({ length: 100 }, () =>
          ask(
            '/graphql',
            { ...post(LONG_QUERY), headers: { ...post('').headers, 'accept-encoding': coding } },
            limited,
          ),
        ),
      );
      const left = all.map(({ text }) => JSON.parse(text).extensions.cost.rateBudgetLeft);
      expect(all.every((answer) => answer.coding === coding)).toBe(true);
      expect(new Set(left).size).toBe(100);
    } finally {
      await limited.close();
    }
  });
});

describe('compression', () => {
  it.each([
    ['gzip, deflate, br', 'br'],
    ['gzip, deflate', 'gzip'],
    ['x-gzip', 'gzip'],
    ['GZIP', 'gzip'],
    ['gzip;q=1.0, br;q=0.5', 'gzip'],
    ['br;q=0, gzip;q=0.001', 'gzip'],
    ['br;q=0, *', 'gzip'],
    ['br;q=0, *;q=0', undefined],
    ['*', 'br'],
    ['*;q=0', undefined],
    ['', undefined],
    ['identity', undefined],
    ['identity;q=0', undefined],
    ['identity;q=0.5, gzip;q=0.2', undefined],
    ['identity;q=0.5, gzip;q=0.5', 'gzip'],
    ['deflate, zstd', undefined],
    ['brotli, gzipped', undefined],
    ['gzip ; q=0', undefined],
    [', ,gzip', 'gzip'],
    ['gzip;q=nonsense', 'gzip'],
  ])('of Accept-Encoding: %s is %s', async (accepted, coding) => {
    const answer = await askFor(accepted, '/api/v1/plans');
    expect([answer.status, answer.coding]).toEqual([200, coding]);
    expect(JSON.parse(answer.text).data.length).toBeGreaterThan(1);
  });

  it('leaves short answers, and what is asked for without a transformation', async () => {
    for (const path of ['/health', '/api/v1/plans/none', '/nowhere'])
      expect((await askFor('gzip', path)).coding).toBeUndefined();
    const asked = { headers: { 'cache-control': 'no-cache, No-Transform' } };
    expect((await askFor('gzip', '/api/v1/plans', asked)).coding).toBeUndefined();
  });

  it('shortens long refusals', async () => {
    const page = await askFor('br', '/nowhere', { headers: { accept: 'text/html' } });
    expect([page.status, page.coding]).toEqual([404, 'br']);
    expect(page.text).toContain('<h1>');
  });

  it('leaves answers that hold a secret key, and tells proxies to do so', async () => {
    const make = (field: string) =>
      `${field}(input: {name: "k", scope: READ}) { ... on CreatedApiKey { secret apiKey { id } } }`;
    const many = Array.from({ length: 15 }, (_, at) => make(`k${at}: createApiKey`)).join(' ');
    const asked = post(`mutation { ${many} }`);
    const answer = await ask('/graphql', {
      ...asked,
      headers: { ...asked.headers, 'accept-encoding': 'gzip, br' },
    });
    expect(answer.bytes.length).toBeGreaterThan(1_500);
    expect(answer.text).toMatch(/ck_live_/);
    expect([answer.coding, answer.headers['cache-control']]).toEqual([
      undefined,
      'no-store, no-transform',
    ]);
  });

  it('leaves the explorer where it holds the key of the demo', async () => {
    const demo = await Gateway.start(world, { GRAPHIQL: 'on' }, key);
    try {
      const page = await askAt(`${demo.url}/graphql`, {
        headers: { accept: 'text/html', 'accept-encoding': 'gzip' },
      });
      expect(page.text).toContain(key);
      expect(page.coding).toBeUndefined();
    } finally {
      await demo.close();
    }
  });

  it.each(['text/event-stream', 'multipart/mixed'])('leaves %s', async (accept) => {
    const asked = post(LONG_QUERY);
    const answer = await ask('/graphql', {
      ...asked,
      headers: { ...asked.headers, accept, 'accept-encoding': 'gzip, br' },
    });
    expect(answer.headers['content-type']).toContain(accept);
    expect(answer.bytes.length).toBeGreaterThan(1_024);
    // Yoga's word for it.
    expect(answer.coding ?? 'none').toBe('none');
  });

  it('is off where a proxy does it', async () => {
    const asked = { headers: { 'accept-encoding': 'gzip, br' } };
    for (const path of ['/api/v1/plans', '/docs/assets/swagger-ui.css']) {
      const answer = await ask(path, asked, withoutCompression);
      expect([answer.status, answer.coding]).toEqual([200, undefined]);
      expect(answer.headers.vary).not.toContain('accept-encoding');
    }
  });

  it('serves no ranges', async () => {
    const asked = { headers: { range: 'bytes=0-10' } };
    const [plain, whole] = [
      await askFor('gzip', '/api/v1/plans', asked),
      await askFor('gzip', '/api/v1/plans'),
    ];
    expect([plain.status, plain.text]).toEqual([200, whole.text]);
  });

  it('is read by fetch and by curl', async () => {
    const plain = await ask('/api/v1/plans');
    const fetched = await fetch(`${gateway.url}/api/v1/plans`, { headers: { 'x-api-key': key } });
    expect(fetched.headers.get('content-encoding')).toBe('gzip');
    expect(await fetched.text()).toBe(plain.text);
    const { stdout } = await promisify(execFile)('curl', [
      '--silent',
      '--fail',
      '--compressed',
      '--header',
      `x-api-key: ${key}`,
      `${gateway.url}/api/v1/plans`,
    ]);
    expect(stdout).toBe(plain.text);
  });
});
