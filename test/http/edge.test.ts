import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, newSqliteFile, World } from '../engines.ts';
import { Gateway, keyOf } from '../gateway.ts';

const OWN_ID = /^req_[0-9a-f]{32}$/;

describe('the edge', () => {
  let database: Database;
  let world: World;
  let gateway: Gateway;
  let production: Gateway;
  let key: string;
  beforeAll(async () => {
    database = await newSqliteFile();
    world = await World.open(database.url);
    gateway = await Gateway.start(world);
    production = await Gateway.start(world, { NODE_ENV: 'production' });
    key = await keyOf(world, await world.newTenant());
  });
  afterAll(async () => {
    await Promise.all([gateway.close(), production.close()]);
    await world.close();
    await database.remove();
  });

  const get = (path: string, headers: Record<string, string> = {}, at = gateway) =>
    fetch(`${at.url}${path}`, { headers });
  const post = (headers: Record<string, string>, body = '{"query":"{ viewer { mode } }"}', at = gateway) =>
    fetch(`${at.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });

  /** One of each kind of answer. */
  const answers: [string, (headers: Record<string, string>) => Promise<Response>][] = [
    ['200', (headers) => post({ 'x-api-key': key, ...headers })],
    ['400', (headers) => post({ 'x-api-key': key, ...headers }, '{')],
    ['401', (headers) => post(headers)],
    ['401 over REST', (headers) => get('/api/v1/plans', headers)],
    ['200 over REST', (headers) => get('/api/v1/plans', { 'x-api-key': key, ...headers })],
    ['404', (headers) => get('/nowhere', headers)],
    ['405', (headers) => fetch(`${gateway.url}/graphql`, { method: 'PUT', headers: { 'x-api-key': key, ...headers } })],
    ['413', (headers) => post({ 'x-api-key': key, ...headers }, 'x'.repeat(256 * 1024 + 1))],
    ['415', (headers) => post({ 'x-api-key': key, ...headers, 'content-type': 'text/plain' })],
    ['the health', (headers) => get('/health', headers)],
    ['the explorer', (headers) => get('/graphql', { accept: 'text/html', ...headers })],
    [
      'a preflight',
      (headers) =>
        fetch(`${gateway.url}/graphql`, {
          method: 'OPTIONS',
          headers: { 'access-control-request-method': 'POST', ...headers },
        }),
    ],
  ];

  describe('gives every answer a request id', () => {
    it.each(answers)('%s', async (_, answer) => {
      expect((await answer({})).headers.get('x-request-id')).toMatch(OWN_ID);
      expect((await answer({ 'x-request-id': 'mine:1.2_3-4' })).headers.get('x-request-id')).toBe('mine:1.2_3-4');
    });

    it.each(['', 'a b', 'a/b', '<script>', 'é', 'x'.repeat(129), '{"a":1}'])(
      'which is not the insane %j',
      async (id) => {
        expect((await get('/health', { 'x-request-id': id })).headers.get('x-request-id')).toMatch(OWN_ID);
      },
    );

    it('of its own', async () => {
      const ids = await Promise.all(
        Array.from({ length: 20 }, async () => (await get('/health')).headers.get('x-request-id')),
      );
      expect(new Set(ids).size).toBe(20);
    });
  });

  describe('lets in', () => {
    const statusOf = async (headers: Record<string, string>) => (await post(headers)).status;

    it('a key in either header', async () => {
      for (const headers of [
        { 'x-api-key': key },
        { authorization: `Bearer ${key}` },
        { authorization: `bearer  ${key}` },
        { 'x-api-key': key, authorization: 'Basic abc' },
        { 'x-api-key': '', authorization: `Bearer ${key}` },
      ])
        expect({ headers, status: await statusOf(headers) }).toEqual({ headers, status: 200 });
    });

    it('nobody else', async () => {
      const wrong = key.slice(0, -1) + (key.endsWith('A') ? 'B' : 'A');
      for (const headers of [
        {},
        { 'x-api-key': '' },
        { 'x-api-key': wrong },
        { 'x-api-key': key.slice(3) },
        { 'x-api-key': `${key}x` },
        { 'x-api-key': key.toUpperCase() },
        { 'x-api-key': wrong, authorization: `Bearer ${key}` },
        { 'x-api-key': 'é' },
        { 'x-api-key': 'ck_live_'.padEnd(8_000, 'x') },
        { authorization: key },
        { authorization: `Basic ${key}` },
        { authorization: 'Bearer ' },
        { authorization: `Bearer ${wrong}` },
        { cookie: `x-api-key=${key}` },
      ])
        expect({ headers, status: await statusOf(headers) }).toEqual({ headers, status: 401 });
      expect((await get(`/api/v1/plans?x-api-key=${key}`)).status).toBe(401);
    });

    it('with a clear message', async () => {
      const messages = [];
      for (const headers of [{}, { 'x-api-key': 'ck_live_x' }]) {
        const [error] = (await (await post(headers)).json()).errors;
        expect(error.extensions).toEqual({
          code: 'unauthorized',
          type: 'authentication_error',
          docUrl: `${gateway.url}/docs/errors/unauthorized`,
        });
        messages.push(error.message);
      }
      expect(messages).toEqual([
        'An API key is needed: send it as x-api-key or as Authorization: Bearer.',
        'The API key is unknown, expired or revoked.',
      ]);
    });

    it('nobody before their key is known', async () => {
      expect((await post({}, '{')).status).toBe(401);
      expect((await post({ 'content-type': 'text/plain' }, 'x')).status).toBe(401);
      expect((await get('/graphql?query=x', { accept: 'application/json' })).status).toBe(401);
    });
  });

  it('says that it is well', async () => {
    const response = await get('/health');
    expect({ status: response.status, body: await response.json() }).toEqual({ status: 200, body: { status: 'ok' } });
    expect((await get('/health', {}, production)).status).toBe(200);
  });

  it.each([
    '/nowhere',
    '/graphql/',
    '/graphql/x',
    '/Graphql',
    '/api',
    '/api/v2/plans',
    '/health/x',
    '/%00',
    '/%ff',
    '/..%2f',
  ])('has nothing at %j', async (path) => {
    const response = await get(path, { 'x-api-key': key });
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({
      success: false,
      error: { type: 'not_found_error', code: 'not_found', doc_url: `${gateway.url}/docs/errors/not_found` },
    });
  });

  const raw = (text: string) =>
    new Promise<string>((resolve) => {
      const { hostname, port } = new URL(gateway.url);
      let answer = '';
      const socket = connect(Number(port), hostname, () => socket.end(text));
      socket.on('data', (data) => {
        answer += data;
      });
      socket.on('close', () => resolve(answer));
      socket.on('error', () => {});
    });

  it('says why to whoever names no host, and answers whoever expects something else', async () => {
    const [head = '', body = ''] = (await raw('GET /health HTTP/1.1\r\n\r\n')).split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1\.1 400 [\s\S]*x-request-id: req_/);
    expect(JSON.parse(body).error).toMatchObject({
      code: 'validation_error',
      message: 'The header Host names no host.',
    });
    expect(await raw('GET /health HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 /);
    const expecting = await raw('GET /health HTTP/1.1\r\nHost: localhost\r\nExpect: wonders\r\n\r\n');
    expect(expecting).toMatch(/^HTTP\/1\.1 200 [\s\S]*\{"status":"ok"\}$/);
  });

  it('outlives requests that are none', async () => {
    for (const text of [
      'nonsense\r\n\r\n',
      'GET / HTTP/1.1\r\n\r\n',
      'GET /health HTTP/1.1\r\nHost: a b\r\n\r\n',
      'GET /health HTTP/1.1\r\nHost: [\r\n\r\n',
      'GET http:// HTTP/1.1\r\nHost: localhost\r\n\r\n',
      'GET //\\ HTTP/1.1\r\nHost: localhost\r\n\r\n',
      `GET /health HTTP/1.1\r\nHost: localhost\r\nx-long: ${'x'.repeat(20_000)}\r\n\r\n`,
      `POST /graphql HTTP/1.1\r\nHost: localhost\r\nx-api-key: ${key}\r\ncontent-type: application/json\r\ncontent-length: 50\r\n\r\n{"query"`,
    ])
      expect((await raw(text)).split('\r\n')[0]).not.toMatch(/ (200|500) /);
    expect((await get('/health')).status).toBe(200);
  });

  it('leads from the bare address to the explorer, or to the reference where there is none', async () => {
    const bare = (at: Gateway) => fetch(`${at.url}/`, { redirect: 'manual' });
    expect((await bare(gateway)).headers.get('location')).toBe('/graphql');
    expect((await bare(production)).headers.get('location')).toBe('/docs');
  });

  describe('in production', () => {
    it('has no explorer unless asked for', async () => {
      const page = (at: Gateway) => get('/graphql', { accept: 'text/html' }, at);
      expect((await page(gateway)).headers.get('content-type')).toMatch('text/html');
      expect((await page(production)).status).toBe(401);
      const query = encodeURIComponent('{ viewer { mode } }');
      const asked = await get(`/graphql?query=${query}`, { accept: 'text/html,*/*', 'x-api-key': key }, production);
      expect(await asked.json()).toMatchObject({ data: { viewer: { mode: 'LIVE' } } });
      const open = await Gateway.start(world, { NODE_ENV: 'production', GRAPHIQL: 'on' });
      expect((await page(open)).headers.get('content-type')).toMatch('text/html');
      await open.close();
    });

    it('serves the API all the same', async () => {
      expect((await production.graphql(key, '{ viewer { mode } }')).data).toEqual({ viewer: { mode: 'LIVE' } });
    });
  });
});
