import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Tenant } from '../../src/db/session.ts';
import { createPublishableKey } from '../../src/domain/publishable-key.ts';
import { createConcurrencyCap } from '../../src/http/concurrency.ts';
import { networkOf } from '../../src/http/network.ts';
import { anyone, type Database, newSqliteFile, World } from '../engines.ts';
import { Gateway, keyOf } from '../gateway.ts';

describe('the edge takes', () => {
  let database: Database;
  let world: World;
  let key: string;
  let otherKey: string;
  let tenant: Tenant;
  beforeAll(async () => {
    database = await newSqliteFile();
    world = await World.open(database.url);
    tenant = await world.newTenant();
    key = await keyOf(world, tenant);
    otherKey = await keyOf(world, tenant);
  });
  afterAll(async () => {
    await world.close();
    await database.remove();
  });

  const onGateway = (environment: Record<string, string>, work: (gateway: Gateway) => Promise<void>) =>
    Gateway.during(world, environment, work);
  const viaRest = ({ url }: Gateway, headers: Record<string, string> = { 'x-api-key': key }) =>
    fetch(`${url}/api/v1/plans`, { headers });
  const viaGraphql = ({ url }: Gateway, headers: Record<string, string> = { 'x-api-key': key }) =>
    fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: '{"query":"{ viewer { mode } }"}',
    });
  const left = ({ headers }: Response) => headers.get('ratelimit-remaining');

  describe('so many requests a minute', () => {
    it('of one key by both surfaces, and says what is left', () =>
      onGateway({ RATE_LIMIT: '3' }, async (gateway) => {
        expect(left(await viaRest(gateway))).toBe('2');
        expect(left(await viaGraphql(gateway))).toBe('1');
        const last = await viaRest(gateway);
        expect(last.status).toBe(200);
        expect(last.headers.get('ratelimit-limit')).toBe('3');
        expect(left(last)).toBe('0');
        for (const refused of [await viaRest(gateway), await viaGraphql(gateway)]) {
          expect(refused.status).toBe(429);
          const [wait, reset] = [refused.headers.get('retry-after'), refused.headers.get('ratelimit-reset')];
          expect(wait).toMatch(/^([1-9]|[1-5]\d|60)$/);
          expect(reset).toBe(wait);
          expect(left(refused)).toBe('0');
          const { error, errors } = await refused.json();
          expect(error ?? { ...errors[0].extensions, message: errors[0].message }).toMatchObject({
            code: 'rate_limited',
            type: 'rate_limit_error',
            message: 'More than 3 requests a minute with this key.',
          });
        }
        expect((await viaRest(gateway, { 'x-api-key': otherKey })).status).toBe(200);
      }));

    it('of a publishable key from each address, so that no visitor spends the budget of all', () =>
      onGateway({ RATE_LIMIT: '2', TRUST_PROXY: 'on' }, async (gateway) => {
        const origin = 'https://shop.example';
        const { secret } = await world.store.write(tenant, anyone, (w) =>
          createPublishableKey(w, { name: 'shop', allowedOrigins: [origin] }),
        );
        const from = async (address: string) =>
          (await viaRest(gateway, { 'x-api-key': secret ?? '', origin, 'x-forwarded-for': address })).status;
        expect([await from('192.0.2.1'), await from('192.0.2.1'), await from('192.0.2.1')]).toEqual([200, 200, 429]);
        expect(await from('192.0.2.2')).toBe(200);
      }));

    it('without a usable key from one address, and then none from there', () =>
      onGateway({ RATE_LIMIT_WITHOUT_KEY: '3', RATE_LIMIT: '100', TRUST_PROXY: 'on' }, async (gateway) => {
        const from = (address: string, secret?: string) =>
          viaRest(gateway, { 'x-forwarded-for': `203.0.113.9, ${address}`, ...(secret && { 'x-api-key': secret }) });
        expect((await from('192.0.2.1')).status).toBe(401);
        expect((await from('192.0.2.1', 'ck_live_wrong')).status).toBe(401);
        expect((await from('192.0.2.1', key)).status).toBe(200);
        expect((await from('192.0.2.1', 'nonsense')).status).toBe(401);
        const refused = await from('192.0.2.1', 'ck_live_other');
        expect(refused.status).toBe(429);
        expect(refused.headers.get('retry-after')).toMatch(/^[1-9]\d?$/);
        expect((await from('192.0.2.1', key)).status).toBe(429);
        expect((await from('192.0.2.2', key)).status).toBe(200);
      }));

    it('as one client, whatever it says of its address', () =>
      onGateway({ RATE_LIMIT_WITHOUT_KEY: '2', RATE_LIMIT: '100' }, async (gateway) => {
        const statuses = [];
        for (const address of ['192.0.2.1', '192.0.2.2', '192.0.2.3'])
          statuses.push((await viaRest(gateway, { 'x-forwarded-for': address })).status);
        expect(statuses).toEqual([401, 401, 429]);
      }));

    it('or any number where the limit is off', () =>
      onGateway({ RATE_LIMIT: 'off', RATE_LIMIT_WITHOUT_KEY: '1' }, async (gateway) => {
        for (let count = 0; count < 4; count += 1) {
          expect((await viaRest(gateway, {})).status).toBe(401);
          const answer = await viaRest(gateway);
          expect(answer.status).toBe(200);
          expect(left(answer)).toBeNull();
        }
      }));

    it.each([
      ['192.0.2.1', '192.0.2.1'],
      ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
      ['2001:db8::6', '2001:db8:0:0'],
      ['::1', '0:0:0:0'],
      ['::ffff:192.0.2.1', '::ffff:192.0.2.1'],
    ])('counting %s as %s', (address, network) => {
      expect(networkOf(address)).toBe(network);
    });
  });

  it('so many requests at once', async () => {
    const capped = createConcurrencyCap(2);
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const running = [capped(() => held), capped(() => held)];
    await expect(capped(async () => 'never')).rejects.toMatchObject({
      code: 'service_unavailable',
      status: 503,
      headers: { 'retry-after': '1' },
    });
    release();
    await Promise.all(running);
    await expect(capped(() => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    expect(await capped(async () => 'again')).toBe('again');
  });

  it('more than that on neither surface', () =>
    onGateway({ MAX_CONCURRENT_REQUESTS: '1' }, async (gateway) => {
      const { hostname, port } = new URL(gateway.url);
      const head = `POST /graphql HTTP/1.1\r\nHost: localhost\r\nx-api-key: ${key}\r\ncontent-type: application/json\r\ncontent-length: 50`;
      const slow = connect(Number(port), hostname, () => slow.write(`${head}\r\n\r\n{"query"`));
      slow.on('error', () => {});
      await expect.poll(async () => (await viaRest(gateway)).status).toBe(503);
      for (const refused of [await viaRest(gateway), await viaGraphql(gateway)]) {
        expect(refused.status).toBe(503);
        expect(refused.headers.get('retry-after')).toBe('1');
        const { error, errors } = await refused.json();
        expect((error ?? errors[0].extensions).code).toBe('service_unavailable');
      }
      expect((await fetch(`${gateway.url}/health`)).status).toBe(200);
      slow.destroy();
      await expect.poll(async () => (await viaRest(gateway)).status).toBe(200);
      expect((await viaGraphql(gateway)).status).toBe(200);
    }));

  describe('only so long over', () => {
    /** What comes back on a connection until it is closed. */
    const conversation = ({ url }: Gateway, sent: string) =>
      new Promise<string>((resolve) => {
        const { hostname, port } = new URL(url);
        let answer = '';
        const socket = connect(Number(port), hostname, () => socket.write(sent));
        socket.on('data', (data) => {
          answer += data;
        });
        socket.on('close', () => resolve(answer));
        socket.on('error', () => {});
      });

    it('headers that do not end', () =>
      onGateway({ REQUEST_TIMEOUT_SECONDS: '1' }, async (gateway) => {
        const answer = await conversation(gateway, 'GET /health HTTP/1.1\r\nHost: localhost\r\nx-slow: ');
        expect(answer).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
        const [head = '', body = ''] = answer.split('\r\n\r\n');
        expect(head).toMatch(/x-request-id: req_[0-9a-f]{32}/);
        expect(JSON.parse(body)).toMatchObject({ success: false, error: { type: 'validation_error' } });
      }));

    it('a body that does not end', () =>
      onGateway({ REQUEST_TIMEOUT_SECONDS: '1' }, async (gateway) => {
        const head = `POST /graphql HTTP/1.1\r\nHost: localhost\r\nx-api-key: ${key}\r\ncontent-type: application/json\r\ncontent-length: 50`;
        expect(await conversation(gateway, `${head}\r\n\r\n{"query"`)).not.toMatch(/ (200|500) /);
        expect((await viaGraphql(gateway)).status).toBe(200);
      }));

    it('a connection without requests', () =>
      onGateway({ KEEP_ALIVE_SECONDS: '1' }, async (gateway) => {
        const answer = await conversation(gateway, 'GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n');
        expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
      }));
  });

  it('no guess at what an answer is', () =>
    onGateway({}, async (gateway) => {
      for (const path of ['/health', '/docs', '/docs/errors', '/openapi.json', '/api/v1/plans', '/graphql', '/nowhere'])
        expect((await fetch(`${gateway.url}${path}`)).headers.get('x-content-type-options')).toBe('nosniff');
      for (const path of ['/docs', '/docs/errors', '/docs/errors/duplicate', '/graphql']) {
        const { headers } = await fetch(`${gateway.url}${path}`, { headers: { accept: 'text/html' } });
        expect(headers.get('content-type')).toMatch('text/html');
        expect(headers.get('content-security-policy')).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
        expect(headers.get('referrer-policy')).toBe('no-referrer');
        expect(headers.get('set-cookie')).toBeNull();
      }
    }));
});
