import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ApiError, invalid } from '../../src/errors.ts';
import { createLog } from '../../src/observe/log.ts';
import { type Database, newSqliteFile, World } from '../engines.ts';
import { Gateway, keyOf } from '../gateway.ts';

const listen = () => {
  const lines: string[] = [];
  const log = createLog('info', { write: (line) => lines.push(line) });
  return { log, lines, told: () => lines.map((line) => JSON.parse(line)) };
};

describe('of a failure, the log', () => {
  it('tells what it was and what caused it', () => {
    const { log, told } = listen();
    log.fault('req_1', new Error('outer', { cause: new Error('disk full') }));
    expect(told()).toMatchObject([
      {
        level: 'error',
        requestId: 'req_1',
        code: 'internal_error',
        error: {
          message: 'outer',
          stack: expect.stringContaining('outer'),
          cause: { message: 'disk full' },
        },
      },
    ]);
  });

  it('tells the true cause of an answer that the client reads as unavailable', () => {
    const { log, told } = listen();
    log.fault(
      'req_2',
      new ApiError('service_unavailable', 'Try again.', { cause: new Error('connection lost') }),
    );
    expect(told()).toMatchObject([
      { code: 'service_unavailable', error: { message: 'connection lost' } },
    ]);
  });

  it('passes over what a client did wrong, and over work turned away on purpose', () => {
    const { log, told } = listen();
    log.fault('req_3', invalid('price', 'must not be negative'));
    log.fault('req_4', new ApiError('service_unavailable', 'Too much is under way.'));
    expect(told()).toEqual([]);
  });

  it('tells no more of it than a page', () => {
    const { log, lines } = listen();
    const loop = new Error('x'.repeat(100_000));
    loop.cause = loop;
    log.fault('req_5', loop);
    expect(lines.join().length).toBeLessThan(200_000);
    log.fault('req_6', 'y'.repeat(100_000));
    expect(lines[1]?.length).toBeLessThan(10_000);
  });

  const secret = 'ck_live_0123456789abcdefABCDEF_-x';
  it.each([
    `the key ${secret}`,
    `the key pk_sandbox_${secret}`,
    `line\n${secret}\n`,
    `\u001c${secret}`,
    JSON.stringify({ key: secret, 'x-api-key': 'plain-old-secret' }),
    `x-api-key: plain-old-secret ${secret}`,
    "headers: { authorization: 'Basic plain-old-secret' }",
    'Authorization: Bearer plain-old-secret',
    'cookie=session=plain-old-secret',
    'line\nbearer plain-old-secret',
    'line\nx-api-key: plain-old-secret',
    'cannot reach postgres://gateway:plain-old-secret@db.example.com/plans',
  ])('keeps the secrets to itself in %j', (message) => {
    const { log, lines, told } = listen();
    log.fault('req_7', new Error(message, { cause: new Error('inner', { cause: message }) }));
    expect(told()).toMatchObject([{ error: { cause: { message: 'inner' } } }]);
    expect(lines.join()).toContain('[redacted]');
    expect(lines.join()).not.toMatch(/0123456789|plain-old-secret/);
  });
});

describe('of each request, the log', () => {
  let database: Database;
  let world: World;
  let gateway: Gateway;
  let key: string;
  let other: string;
  beforeAll(async () => {
    database = await newSqliteFile();
    world = await World.open(database.url);
    gateway = await Gateway.start(world, { LOG_LEVEL: 'info' });
    const tenant = await world.newTenant();
    key = await keyOf(world, tenant);
    other = await keyOf(world, tenant);
  });
  afterAll(async () => {
    await gateway.close();
    await world.close();
    await database.remove();
  });
  beforeEach(() => {
    gateway.lines.length = 0;
  });

  const send = (
    path: string,
    init: { method?: string; headers?: Record<string, string>; body?: string } = {},
  ) => fetch(`${gateway.url}${path}`, init);
  const graphql = (query: string, headers: Record<string, string> = {}) =>
    gateway.graphql(key, query, {}, headers);

  it('has one line that tells who did what, and how it went', async () => {
    await graphql('mutation { createPlanGroup(input: { name: "Secret name" }) { __typename } }', {
      'x-request-id': 'mine',
      'idempotency-key': 'once',
    });
    expect(gateway.log).toEqual([
      {
        level: 'info',
        time: expect.stringMatching(/^\d{4}-.*Z$/),
        requestId: expect.stringMatching(/^req_[0-9a-f]{32}$/),
        clientRequestId: 'mine',
        clientAddress: '127.0.0.1',
        apiKeyId: expect.stringMatching(/^key_/),
        organizationId: expect.stringMatching(/^org_/),
        tenantId: expect.any(String),
        surface: 'graphql',
        operation: 'createPlanGroup',
        method: 'POST',
        path: '/graphql',
        status: 200,
        durationMs: expect.any(Number),
      },
    ]);
    expect(gateway.lines.join()).not.toContain('Secret name');
  });

  it('marks the repetition of a write', async () => {
    const repeat = () =>
      graphql('mutation { createPlanGroup(input: { name: "Twice" }) { __typename } }', {
        'idempotency-key': 'twice',
      });
    await repeat();
    await repeat();
    expect(gateway.log.map(({ replayed }) => replayed)).toEqual([undefined, true]);
  });

  it('names the operation in words of ours', async () => {
    await graphql('{ plans(first: 1) { totalCount } }');
    await graphql('{ x: __typename }');
    await graphql('{ a: viewer { mode } b: viewer { mode } }');
    await graphql('{ nothing }');
    await graphql('query ClientsOwn { viewer { mode } }');
    await gateway.graphql('ck_live_nobody', '{ viewer { mode } }');
    await send('/api/v1/plans', { headers: { 'x-api-key': key } });
    await send('/api/v1/nothing', { headers: { 'x-api-key': key } });
    await send('/api/v1/plans');
    for (const path of ['/metrics', '/docs', '/clients-own']) await send(path);
    expect(
      gateway.log.map(({ surface, operation, status }) => `${surface} ${operation} ${status}`),
    ).toEqual([
      'graphql plans 200',
      'graphql introspection 200',
      'graphql several 200',
      'graphql invalid 400',
      'graphql viewer 200',
      'graphql unknown 401',
      'rest list-plans 200',
      'rest unknown 404',
      'rest unknown 401',
      'other metrics 200',
      'other docs 200',
      'other unknown 404',
    ]);
  });

  it('never holds a key, wherever it was sent', async () => {
    const json = { 'content-type': 'application/json' };
    await send(`/nowhere/${key}/${other}`);
    await send(`/nowhere/${encodeURIComponent(`"${key}"`)}?key=${key}`);
    await send(`/api/v1/plans/${key}?x-api-key=${key}`, {
      headers: { authorization: `Bearer ${other}` },
    });
    await send('/graphql', { headers: { cookie: `x-api-key=${key}`, 'x-request-id': key } });
    await send('/graphql', { method: 'POST', headers: { ...json, 'x-api-key': key }, body: key });
    await graphql(`{ plan(id: "${key}") { id } }`, {
      'idempotency-key': key,
      'user-agent': key,
      origin: key,
    });
    await graphql(
      `mutation { createApiKey(input: { name: "${key}", scope: READ }) { __typename } }`,
    );
    await graphql(`{ ${key} }`);
    await gateway.graphql(`${key}x`, '{ viewer { mode } }');
    expect(gateway.log).toHaveLength(9);
    for (const secret of [key, other])
      expect(gateway.lines.join()).not.toContain(secret.slice('ck_live_'.length));
    expect(gateway.lines.join()).not.toMatch(/ck_live_./);
  });

  it('bounds and escapes what the client wrote', async () => {
    await send(`/${'x'.repeat(8_000)}`);
    await send('/%22%7D%0A{"level":"fatal"}');
    expect(gateway.log).toHaveLength(2);
    expect(gateway.log[0].path).toHaveLength(256);
  });

  it('has a line for a probe only where everything is wanted', async () => {
    for (const path of ['/health', '/ready', '/ready?x', '/healthy']) await send(path);
    expect(gateway.log.map(({ path }) => path)).toEqual(['/healthy']);
    await Gateway.during(world, { LOG_LEVEL: 'debug' }, async (chatty) => {
      for (const path of ['/health', '/ready', '/docs']) await fetch(`${chatty.url}${path}`);
      expect(chatty.log).toMatchObject([
        { level: 'debug', path: '/health', status: 200 },
        { level: 'debug', path: '/ready', status: 200 },
        { level: 'info', path: '/docs', status: 200 },
      ]);
    });
  });

  it('names the address of the client as far as trusted proxies tell it', async () => {
    const told = async (TRUST_PROXY: string, forwarded?: string): Promise<string> => {
      let address = '';
      await Gateway.during(world, { LOG_LEVEL: 'info', TRUST_PROXY }, async (behind) => {
        const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
        await fetch(`${behind.url}/docs`, { headers });
        [{ clientAddress: address }] = behind.log;
      });
      return address;
    };
    expect(await told('off', '192.0.2.1')).toBe('127.0.0.1');
    expect(await told('1', '203.0.113.9, 192.0.2.1')).toBe('192.0.2.1');
    expect(await told('2', '203.0.113.9, 192.0.2.1')).toBe('203.0.113.9');
    expect(await told('127.0.0.0/8', '203.0.113.9, 192.0.2.1:4711')).toBe('192.0.2.1');
    // Whole, where limits count the network.
    expect(await told('1', '2001:DB8:0:0::1')).toBe('2001:db8::1');
    expect(await told('1')).toBe('127.0.0.1');
    expect(await told('1', '"},{"level":"fatal')).toBe('127.0.0.1');
  });

  it('has no line where only warnings are wanted', async () => {
    const quiet = await Gateway.start(world);
    await quiet.graphql(key, '{ viewer { mode } }');
    expect(quiet.lines).toEqual([]);
    await quiet.close();
  });
});
