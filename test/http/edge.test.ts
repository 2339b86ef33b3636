import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, newSqliteFile, World } from '../engines.ts';
import { Gateway, keyOf } from '../gateway.ts';
import { packageVersion } from '../package-version.ts';

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
  const post = (
    headers: Record<string, string>,
    body = '{"query":"{ viewer { mode } }"}',
    at = gateway,
  ) =>
    fetch(`${at.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });

  /** One of each kind of answer. */
  const answers: [string, (headers: Record<string, string>) => Promise<Response>][] = [
    ['200', (headers) => post({ 'x-api-key': key, ...headers })],
    ['400', (headers) => post({ 'x-api-key': key, ...headers }, '{')],
    ['401', (headers) => post(headers)],
    ['401 over REST', (headers) => get('/api/v1/plans', headers)],
    ['200 over REST', (headers) => get('/api/v1/plans', { 'x-api-key': key, ...headers })],
    ['404', (headers) => get('/nowhere', headers)],
    [
      '405',
      (headers) =>
        fetch(`${gateway.url}/graphql`, {
          method: 'PUT',
          headers: { 'x-api-key': key, ...headers },
        }),
    ],
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
      const { headers } = await answer({ 'x-request-id': 'mine:1.2_3-4' });
      expect(headers.get('x-request-id')).toBe('mine:1.2_3-4');
      expect(headers.get('gateway-request-id')).toMatch(OWN_ID);
    });

    it.each(['', 'a b', 'a/b', '<script>', 'é', 'x'.repeat(129), '{"a":1}'])(
      'which is not the insane %j',
      async (id) => {
        expect((await get('/health', { 'x-request-id': id })).headers.get('x-request-id')).toMatch(
          OWN_ID,
        );
      },
    );

    it('which shows no key that was put there by mistake', async () => {
      for (const secret of [
        key,
        key.toUpperCase(),
        key.replace('ck_live_', 'pk_sandbox_'),
        `trace.${key}`,
      ]) {
        const { headers } = await get('/health', { 'x-request-id': secret });
        expect(headers.get('x-request-id')).toMatch(/^(trace\.)?\[redacted\]$/);
        expect(JSON.stringify([...headers])).not.toContain(secret.slice(-20));
      }
    });

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
    expect({ status: response.status, body: await response.json() }).toEqual({
      status: 200,
      body: { status: 'ok', version: packageVersion },
    });
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
      error: {
        type: 'not_found_error',
        code: 'not_found',
        doc_url: `${gateway.url}/docs/errors/not_found`,
      },
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

  it('says why to a client that names no host, and answers one that expects something else', async () => {
    const [head = '', body = ''] = (await raw('GET /health HTTP/1.1\r\n\r\n')).split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1\.1 400 [\s\S]*x-request-id: req_/);
    expect(JSON.parse(body).error).toMatchObject({
      code: 'validation_error',
      message: 'The request must name one host in one Host header.',
    });
    expect(await raw('GET /health HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 /);
    const expecting = await raw(
      'GET /health HTTP/1.1\r\nHost: localhost\r\nExpect: wonders\r\n\r\n',
    );
    expect(expecting).toMatch(/^HTTP\/1\.1 200 [\s\S]*\{"status":"ok","version":"[^"]+"\}$/);
  });

  it('refuses two Host lines on each surface, in its shape', async () => {
    for (const path of ['/graphql', '/api/v1/plans', '/health', '/docs']) {
      const answer = await raw(
        `GET ${path} HTTP/1.1\r\nHost: localhost\r\nhOST: localhost\r\nx-api-key: ${key}\r\naccept: application/json\r\n\r\n`,
      );
      const [head = '', body = ''] = answer.split('\r\n\r\n');
      expect(head).toMatch(/^HTTP\/1\.1 400 /);
      const { error, errors } = JSON.parse(body);
      expect(path === '/graphql' ? errors[0].extensions : error).toMatchObject({
        code: 'validation_error',
      });
    }
  });

  it('echoes nothing: TRACE is answered 405 everywhere, with or without a key', async () => {
    for (const path of ['/graphql', '/api/v1/plans', '/health', '/docs', '/nowhere'])
      for (const line of ['', `x-api-key: ${key}\r\n`]) {
        const answer = await raw(
          `TRACE ${path} HTTP/1.1\r\nHost: localhost\r\nx-secret: echo\r\n${line}\r\n`,
        );
        expect(answer).toMatch(/^HTTP\/1\.1 405 /);
        expect(answer).toMatch(/^allow: .*GET/im);
        expect(answer).not.toMatch(/x-secret|ck_live/);
      }
  });

  describe('tells caches', () => {
    /** As a cache reads it: line by line. */
    const headOf = async (request: string): Promise<string[]> => {
      const { hostname, port } = new URL(gateway.url);
      const socket = connect(Number(port), hostname, () => socket.write(`${request}\r\n\r\n`));
      let answer = '';
      for await (const data of socket) {
        answer += data;
        if (answer.includes('\r\n\r\n')) break;
      }
      socket.destroy();
      return (answer.split('\r\n\r\n')[0] ?? '').toLowerCase().split('\r\n');
    };
    const page = encodeURIComponent('{ plans(first: 1) { totalCount } }');
    const viewer = encodeURIComponent('{ viewer { mode } }');
    const withKey = () => `host: localhost\r\nx-api-key: ${key}\r\norigin: http://localhost:1`;
    const all: [string, string, () => string][] = [
      ['200', 'GET /health HTTP/1.1', () => 'host: localhost'],
      ['200', 'GET /docs HTTP/1.1', () => 'host: localhost'],
      ['200', 'GET /docs/assets/swagger-ui.css HTTP/1.1', () => 'host: localhost'],
      ['200', 'GET /graphql HTTP/1.1', () => 'host: localhost\r\naccept: text/html'],
      ['200', 'GET /api/v1/plans HTTP/1.1', withKey],
      ['304', 'GET /api/v1/plans HTTP/1.1', () => `${withKey()}\r\nif-none-match: *`],
      ['200', `GET /graphql?query=${page} HTTP/1.1`, withKey],
      ['304', `GET /graphql?query=${page} HTTP/1.1`, () => `${withKey()}\r\nif-none-match: *`],
      ['200', `GET /graphql?query=${viewer} HTTP/1.1`, withKey],
      [
        '200',
        `GET /graphql?query=${viewer} HTTP/1.1`,
        () => `${withKey()}\r\naccept: text/event-stream`,
      ],
      ['200', 'GET /graphql?query=x HTTP/1.1', withKey],
      [
        '400',
        'GET /graphql?query=x HTTP/1.1',
        () => `${withKey()}\r\naccept: application/graphql-response+json`,
      ],
      ['401', 'GET /api/v1/plans HTTP/1.1', () => 'host: localhost'],
      ['401', 'GET /graphql?query=x HTTP/1.1', () => 'host: localhost'],
      ['404', 'GET /api/v1/plans/none HTTP/1.1', withKey],
      ['404', 'GET /nowhere HTTP/1.1', () => 'host: localhost'],
      ['405', 'TRACE /health HTTP/1.1', () => 'host: localhost'],
      [
        '204',
        'OPTIONS /graphql HTTP/1.1',
        () => `${withKey()}\r\naccess-control-request-method: POST`,
      ],
    ];
    it.each(all)(
      '%s %s in one Vary line, and what they may keep',
      async (status, line, headers) => {
        const [first, ...lines] = await headOf(`${line}\r\n${headers()}`);
        expect(first).toContain(` ${status} `);
        const vary = lines.filter((name) => name.startsWith('vary:'));
        expect(vary).toHaveLength(1);
        expect(vary[0]).toContain('origin');
        const kept = lines.filter((name) => name.startsWith('cache-control:'));
        const mayKeep = lines.some((name) => name.startsWith('etag:')) || line.includes('/assets/');
        expect(kept).toHaveLength(1);
        expect(kept[0]).toMatch(mayKeep ? /private, no-cache|max-age/ : /: no-store$/);
        if (lines.some((name) => name.startsWith('etag:')))
          expect(vary[0]).toBe(
            'vary: x-api-key, authorization, commet-version, accept, accept-encoding, origin',
          );
      },
    );
  });

  it('names itself by PUBLIC_URL, else as the client or a trusted proxy does', async () => {
    const docUrl = async (environment: Record<string, string>, headers: string) => {
      const at = await Gateway.start(world, environment);
      const { hostname, port } = new URL(at.url);
      try {
        const socket = connect(Number(port), hostname, () =>
          socket.end(`GET /api/v1/plans HTTP/1.1\r\nconnection: close\r\n${headers}\r\n\r\n`),
        );
        let answer = '';
        for await (const data of socket) answer += data;
        return /"doc_url":"(.*?)\/docs\//.exec(answer)?.[1];
      } finally {
        await at.close();
      }
    };
    const foreign =
      'host: evil.example\r\nx-forwarded-host: worse.example\r\nx-forwarded-proto: https';
    const own = { PUBLIC_URL: 'https://api.example/plans/' };
    expect(await docUrl(own, foreign)).toBe('https://api.example/plans');
    expect(await docUrl({ ...own, TRUST_PROXY: 'on' }, foreign)).toBe('https://api.example/plans');
    expect(await docUrl({}, foreign)).toBe('http://evil.example');
    for (const trust of ['on', '2', '127.0.0.1']) {
      const proto = (said: string) =>
        docUrl(
          { TRUST_PROXY: trust },
          `host: api.example\r\nx-forwarded-for: 10.1.1.1, 10.1.1.2\r\nx-forwarded-proto: ${said}`,
        );
      expect(await proto('https')).toBe('https://api.example');
      expect(await proto('http')).toBe('http://api.example');
      expect(await proto('gopher')).toBe('http://api.example');
    }
    expect(
      await docUrl({ TRUST_PROXY: '10.0.0.0/8' }, 'host: api.example\r\nx-forwarded-proto: https'),
    ).toBe('http://api.example');
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

  it(
    'leads from the bare address to the explorer, or to the reference where there is ' + 'none',
    async () => {
      const bare = (at: Gateway) => fetch(`${at.url}/`, { redirect: 'manual' });
      expect((await bare(gateway)).headers.get('location')).toBe('/graphql');
      expect((await bare(production)).headers.get('location')).toBe('/docs');
    },
  );

  describe('in production', () => {
    it('has no explorer unless asked for', async () => {
      const page = (at: Gateway) => get('/graphql', { accept: 'text/html' }, at);
      expect((await page(gateway)).headers.get('content-type')).toMatch('text/html');
      expect((await page(production)).status).toBe(401);
      const query = encodeURIComponent('{ viewer { mode } }');
      const asked = await get(
        `/graphql?query=${query}`,
        { accept: 'text/html,*/*', 'x-api-key': key },
        production,
      );
      expect(await asked.json()).toMatchObject({ data: { viewer: { mode: 'LIVE' } } });
      const open = await Gateway.start(world, { NODE_ENV: 'production', GRAPHIQL: 'on' });
      expect((await page(open)).headers.get('content-type')).toMatch('text/html');
      await open.close();
    });

    it('serves the API all the same', async () => {
      expect((await production.graphql(key, '{ viewer { mode } }')).data).toEqual({
        viewer: { mode: 'LIVE' },
      });
    });
  });
});
