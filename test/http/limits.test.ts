import { IncomingMessage } from 'node:http';
import { connect, Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Tenant } from '../../src/db/read/reader.ts';
import { createPublishableKey } from '../../src/domain/publishable-key.ts';
import { readText } from '../../src/http/body.ts';
import { Shares } from '../../src/http/shares.ts';
import { canonicalAddress, networkOf } from '../../src/request/addresses.ts';
import { newCatalogue } from '../catalogue.ts';
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

  const onGateway = (
    environment: Record<string, string>,
    work: (gateway: Gateway) => Promise<void>,
  ) => Gateway.during(world, environment, work);
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
          const [wait, reset] = [
            refused.headers.get('retry-after'),
            refused.headers.get('ratelimit-reset'),
          ];
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
          (
            await viaRest(gateway, {
              'x-api-key': secret ?? '',
              origin,
              'x-forwarded-for': address,
            })
          ).status;
        expect([await from('192.0.2.1'), await from('192.0.2.1'), await from('192.0.2.1')]).toEqual(
          [200, 200, 429],
        );
        expect(await from('192.0.2.2')).toBe(200);
      }));

    it('without a usable key from one address, from where usable ones work all the same', () =>
      onGateway(
        { RATE_LIMIT_WITHOUT_KEY: '3', RATE_LIMIT: '100', TRUST_PROXY: 'on' },
        async (gateway) => {
          const from = (address: string, secret?: string) =>
            viaRest(gateway, {
              'x-forwarded-for': `203.0.113.9, ${address}`,
              ...(secret && { 'x-api-key': secret }),
            });
          expect((await from('192.0.2.1')).status).toBe(401);
          expect((await from('192.0.2.1', 'ck_live_wrong')).status).toBe(401);
          expect((await from('192.0.2.1', key)).status).toBe(200);
          expect((await from('192.0.2.1', 'nonsense')).status).toBe(401);
          const refused = await from('192.0.2.1', 'ck_live_other');
          expect(refused.status).toBe(429);
          expect(refused.headers.get('retry-after')).toMatch(/^[1-9]\d?$/);
          expect((await from('192.0.2.1', key)).status).toBe(200);
          expect(
            (await viaGraphql(gateway, { 'x-forwarded-for': '192.0.2.1', 'x-api-key': key }))
              .status,
          ).toBe(200);
          expect((await viaGraphql(gateway, { 'x-forwarded-for': '192.0.2.1' })).status).toBe(429);
          expect((await from('192.0.2.2')).status).toBe(401);
        },
      ));

    it('from one address, in every form a proxy writes it', () =>
      onGateway(
        { RATE_LIMIT_WITHOUT_KEY: '1', RATE_LIMIT: '100', TRUST_PROXY: 'on' },
        async (gateway) => {
          const statusFrom = async (address: string) =>
            (await viaRest(gateway, { 'x-forwarded-for': address })).status;
          for (const forms of [
            [
              '192.0.2.1',
              '192.0.2.1:1',
              '192.0.2.1:65535',
              '::ffff:192.0.2.1',
              '[::ffff:c000:201]:80',
              '::FFFF:192.0.2.1',
            ],
            [
              '2001:db8:1:2::1',
              '[2001:db8:1:2::2]',
              '[2001:DB8:1:2::3]:443',
              '2001:0db8:0001:0002:0:0:0:9',
              '2001:db8:1:2::1%eth0',
            ],
            // Anything that is not an address counts as the address of the proxy.
            ['unknown', '_hidden', '', '999.1.1.1', '192.0.2.001', '[::1', 'a, b'],
          ]) {
            const statuses = [];
            for (const form of forms) statuses.push(await statusFrom(form));
            expect({ forms, statuses }).toEqual({
              forms,
              statuses: forms.map((_, place) => (place === 0 ? 401 : 429)),
            });
          }
        },
      ));

    it.each([
      ['off', '192.0.2.1, 192.0.2.2, 192.0.2.3', '127.0.0.1'],
      ['0', '192.0.2.1', '127.0.0.1'],
      ['on', '192.0.2.1, 192.0.2.2, 192.0.2.3', '192.0.2.3'],
      ['1', '192.0.2.1, 192.0.2.2, 192.0.2.3', '192.0.2.3'],
      ['2', '192.0.2.1, 192.0.2.2, 192.0.2.3', '192.0.2.2'],
      ['3', '192.0.2.2', '192.0.2.2'],
      ['2', '192.0.2.1, nonsense, 192.0.2.3', '192.0.2.3'],
      ['127.0.0.0/8', '192.0.2.1, 192.0.2.2', '192.0.2.2'],
      ['127.0.0.1, 192.0.2.2', '192.0.2.1, 192.0.2.2', '192.0.2.1'],
      [
        '127.0.0.1,10.0.0.0/8,2001:db8::/32',
        '192.0.2.1, 10.1.1.1, [2001:db8::5]:99, ::ffff:10.2.2.2',
        '192.0.2.1',
      ],
      ['127.0.0.1,10.0.0.0/8', '10.9.9.9', '10.9.9.9'],
      ['10.0.0.0/8', '192.0.2.1', '127.0.0.1'],
    ])('from the client as TRUST_PROXY=%j tells it: %j is %s', (trust, forwarded, address) =>
      onGateway(
        { RATE_LIMIT_WITHOUT_KEY: '1', RATE_LIMIT: '100', TRUST_PROXY: trust },
        async (gateway) => {
          const direct = trust === 'off' || trust === '0' || trust === '10.0.0.0/8';
          expect((await viaRest(gateway, { 'x-forwarded-for': forwarded })).status).toBe(401);
          const again = direct
            ? {}
            : { 'x-forwarded-for': trust === '2' ? `${address}, ${address}` : address };
          expect((await viaRest(gateway, again)).status).toBe(429);
          if (!direct) expect((await viaRest(gateway, {})).status).toBe(401);
        },
      ),
    );

    it('as one client, for any address it claims', () =>
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
      ['::ffff:192.0.2.1', '192.0.2.1'],
      ['::ffff:c000:201', '192.0.2.1'],
      ['[2001:DB8::6]:80', '2001:db8:0:0'],
      ['fe80::1%eth0', 'fe80:0:0:0'],
    ])('counting %s as %s', (address, network) => {
      expect(networkOf(canonicalAddress(address) ?? '')).toBe(network);
    });
  });

  it('so many requests at once, of one holder half of them', () => {
    const places = new Shares(5, 'requests at once');
    const refused = { code: 'service_unavailable', status: 503, headers: { 'retry-after': '1' } };
    const take = (keyHolder: string, network: string) => () => places.take({ keyHolder, network });
    for (let count = 0; count < 3; count += 1) take('key', `address ${count}`)();
    expect(take('key', 'another address')).toThrow(expect.objectContaining(refused));
    take('other key', 'address 0')();
    take('third key', 'address 0')();
    expect(take('fourth key', 'address 9')).toThrow(expect.objectContaining(refused));
    places.giveBack({ keyHolder: 'key', network: 'address 1' });
    expect(take('fourth key', 'address 0')).toThrow(expect.objectContaining(refused));
    take('key', 'address 1')();
    expect(() => places.take({ keyHolder: undefined, network: 'big' }, 4)).toThrow(
      expect.objectContaining(refused),
    );
  });

  /** Sends a part of a request on a connection of its own, and no more. */
  const begin = ({ url }: Gateway, sent: string): Promise<Socket> =>
    new Promise((resolve) => {
      const { hostname, port } = new URL(url);
      const socket = connect(Number(port), hostname, () =>
        socket.write(sent, () => resolve(socket)),
      );
      socket.on('error', () => {});
    });

  const unfinished = (secret: string, part = '{"query"') =>
    `POST /graphql HTTP/1.1\r\nHost: localhost\r\nx-api-key: ${secret}\r\ncontent-type: application/json\r\ncontent-length: 200000\r\n\r\n${part}`;

  it('bodies as slowly as they come, without a place for them', () =>
    onGateway({ MAX_CONCURRENT_REQUESTS: '2' }, async (gateway) => {
      const slow = await Promise.all(
        Array.from({ length: 40 }, () => begin(gateway, unfinished(key))),
      );
      await expect
        .poll(
          async () =>
            /in_flight (\d+)/.exec(await (await fetch(`${gateway.url}/metrics`)).text())?.[1],
        )
        .toBe('41');
      for (const secret of [key, otherKey]) {
        expect((await viaRest(gateway, { 'x-api-key': secret })).status).toBe(200);
        expect((await viaGraphql(gateway, { 'x-api-key': secret })).status).toBe(200);
      }
      for (const socket of slow) socket.destroy();
    }));

  it("no more of unfinished bodies than their holder's share of the memory", async () => {
    const tell = (bytes: Shares, part: string) => {
      const message = new IncomingMessage(new Socket());
      message.headers['content-length'] = '200000';
      const read = readText(message, bytes, { keyHolder: 'key', network: 'address' }, 262_144);
      message.push(part);
      return { message, read };
    };
    const bytes = new Shares(1_000, 'bytes');
    const first = tell(bytes, 'x'.repeat(400));
    const second = tell(bytes, 'x'.repeat(400));
    await expect(second.read).rejects.toMatchObject({ code: 'service_unavailable' });
    first.message.push(null);
    expect(await first.read).toBe('x'.repeat(400));
    const third = tell(bytes, 'x'.repeat(500));
    third.message.push(null);
    expect(await third.read).toHaveLength(500);
  });

  it('from one key half of the requests at once, until their answers are taken', () =>
    onGateway(
      { MAX_CONCURRENT_REQUESTS: '2', RESPONSE_CACHE: 'off', TRUST_PROXY: 'on' },
      async (gateway) => {
        const catalogue = await newCatalogue(world);
        const big = await keyOf(world, catalogue.tenant);
        const padding = Object.fromEntries(
          Array.from({ length: 30 }, (_, place) => [`key${place}`, 'x'.repeat(500)]),
        );
        for (let count = 0; count < 100; count += 1) await catalogue.plan({ metadata: padding });
        const page = encodeURIComponent(
          '{ plans(first: 100) { nodes { metadata a: metadata b: metadata } } }',
        );
        const asked = `GET /graphql?query=${page} HTTP/1.1\r\nHost: localhost\r\nx-api-key: ${big}\r\nx-forwarded-for: 192.0.2.1\r\n\r\n`;
        const deaf = await begin(gateway, asked);
        deaf.pause();
        const from = (address: string, secret: string) => ({
          'x-api-key': secret,
          'x-forwarded-for': address,
        });
        // The same key from elsewhere, and another key from the same address.
        await expect
          .poll(async () => (await viaGraphql(gateway, from('192.0.2.2', big))).status)
          .toBe(503);
        for (const answer of [
          await viaRest(gateway, from('192.0.2.2', big)),
          await viaGraphql(gateway, from('192.0.2.1', key)),
          await viaRest(gateway, from('192.0.2.1', key)),
        ]) {
          expect(answer.status).toBe(503);
          expect(answer.headers.get('retry-after')).toBe('1');
          const { error, errors } = await answer.json();
          expect((error ?? errors[0].extensions).code).toBe('service_unavailable');
        }
        expect((await viaRest(gateway, from('192.0.2.2', key))).status).toBe(200);
        expect((await fetch(`${gateway.url}/health`)).status).toBe(200);
        deaf.destroy();
        await expect
          .poll(async () => (await viaRest(gateway, from('192.0.2.1', big))).status)
          .toBe(200);
      },
    ));

  it('as many pages that need no key, which take no place from those who have one', () =>
    onGateway({ MAX_CONCURRENT_REQUESTS: '2' }, async (gateway) => {
      const page = () => fetch(`${gateway.url}/graphql`, { headers: { accept: 'text/html' } });
      const deaf = await begin(
        gateway,
        'GET /graphql HTTP/1.1\r\nHost: localhost\r\naccept: text/html\r\n\r\n',
      );
      deaf.pause();
      await expect
        .poll(async () => {
          const answer = await page();
          await answer.body?.cancel();
          return answer.status;
        })
        .toBe(503);
      expect((await fetch(`${gateway.url}/docs`)).status).toBe(503);
      expect((await viaRest(gateway)).status).toBe(200);
      expect((await viaGraphql(gateway)).status).toBe(200);
      deaf.destroy();
      await expect.poll(async () => (await fetch(`${gateway.url}/docs`)).status).toBe(200);
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
        const answer = await conversation(
          gateway,
          'GET /health HTTP/1.1\r\nHost: localhost\r\nx-slow: ',
        );
        expect(answer).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
        const [head = '', body = ''] = answer.split('\r\n\r\n');
        expect(head).toMatch(/x-request-id: req_[0-9a-f]{32}/);
        expect(JSON.parse(body)).toMatchObject({
          success: false,
          error: { type: 'validation_error' },
        });
      }));

    it('a body that does not end', () =>
      onGateway({ REQUEST_TIMEOUT_SECONDS: '1' }, async (gateway) => {
        const head = `POST /graphql HTTP/1.1\r\nHost: localhost\r\nx-api-key: ${key}\r\ncontent-type: application/json\r\ncontent-length: 50`;
        expect(await conversation(gateway, `${head}\r\n\r\n{"query"`)).not.toMatch(/ (200|500) /);
        expect((await viaGraphql(gateway)).status).toBe(200);
      }));

    it('a connection without requests', () =>
      onGateway({ KEEP_ALIVE_SECONDS: '1' }, async (gateway) => {
        const answer = await conversation(
          gateway,
          'GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n',
        );
        expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
      }));
  });

  it('no guess at what an answer is', () =>
    onGateway({}, async (gateway) => {
      for (const path of [
        '/health',
        '/docs',
        '/docs/errors',
        '/openapi.json',
        '/api/v1/plans',
        '/graphql',
        '/nowhere',
      ])
        expect((await fetch(`${gateway.url}${path}`)).headers.get('x-content-type-options')).toBe(
          'nosniff',
        );
      for (const path of ['/docs', '/docs/errors', '/docs/errors/duplicate', '/graphql']) {
        const { headers } = await fetch(`${gateway.url}${path}`, {
          headers: { accept: 'text/html' },
        });
        expect(headers.get('content-type')).toMatch('text/html');
        expect(headers.get('content-security-policy')).toMatch(
          /default-src 'none'.*frame-ancestors 'none'/,
        );
        expect(headers.get('referrer-policy')).toBe('no-referrer');
        expect(headers.get('set-cookie')).toBeNull();
      }
    }));
});
