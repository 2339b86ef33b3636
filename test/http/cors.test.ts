import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, newSqliteFile, World } from '../engines.ts';
import { Gateway, keyOf } from '../gateway.ts';

describe('pages of other origins', () => {
  let database: Database;
  let world: World;
  let key: string;
  beforeAll(async () => {
    database = await newSqliteFile();
    world = await World.open(database.url);
    key = await keyOf(world, await world.newTenant());
  });
  afterAll(async () => {
    await world.close();
    await database.remove();
  });

  const onGateway = (
    environment: Record<string, string>,
    work: (gateway: Gateway) => Promise<void>,
  ) => Gateway.during(world, environment, work);

  /** What a browser needs to let the page send its request, and read the answer. */
  const allowed = async ({ url }: Gateway, origin: string) => {
    const preflight = await fetch(`${url}/graphql`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'x-api-key,content-type',
      },
    });
    const answer = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { origin, 'content-type': 'application/json', 'x-api-key': key },
      body: '{"query":"{ viewer { mode } }"}',
    });
    expect(preflight.status).toBe(204);
    expect(answer.status).toBe(200);
    const origins = [preflight, answer].map(({ headers }) => {
      expect(headers.has('access-control-allow-credentials')).toBe(false);
      expect(headers.get('vary')?.toLowerCase()).toContain('origin');
      return headers.get('access-control-allow-origin');
    });
    expect(origins[0]).toBe(origins[1]);
    return origins[0];
  };

  const local = [
    'http://localhost',
    'http://localhost:3000',
    'https://localhost:8443',
    'http://127.0.0.1:5173',
    'http://[::1]:80',
  ];
  const foreign = [
    'https://example.com',
    'http://localhost.example.com',
    'http://example.com:3000',
    'http://notlocalhost',
    'http://127.0.0.1.example.com',
    'https://localhost@example.com',
    'http://localhost:3000.example.com',
    'null',
    'file://',
  ];

  it('are let in from every localhost where CORS_ORIGINS says so', () =>
    onGateway({ CORS_ORIGINS: 'localhost' }, async (gateway) => {
      for (const origin of local) expect(await allowed(gateway, origin)).toBe(origin);
      for (const origin of foreign)
        expect({ origin, allowed: await allowed(gateway, origin) }).toEqual({
          origin,
          allowed: null,
        });
    }));

  it.each(['production', 'development'])(
    'are not let in in %s unless origins are named',
    (environment) =>
      onGateway({ NODE_ENV: environment }, async (gateway) => {
        for (const origin of [...local, ...foreign])
          expect(await allowed(gateway, origin)).toBeNull();
      }),
  );

  it.each(['production', 'development'])(
    'are let in in %s where CORS_ORIGINS names them, and no others',
    (environment) =>
      onGateway(
        { NODE_ENV: environment, CORS_ORIGINS: 'https://example.com, http://localhost:3000' },
        async (gateway) => {
          for (const origin of ['https://example.com', 'http://localhost:3000'])
            expect(await allowed(gateway, origin)).toBe(origin);
          for (const origin of [
            'http://example.com',
            'https://example.com:8443',
            'https://www.example.com',
            'http://localhost',
            'null',
          ])
            expect(await allowed(gateway, origin)).toBeNull();
        },
      ),
  );

  it('learn what they may send and read, for a day', () =>
    onGateway({ CORS_ORIGINS: 'localhost' }, async ({ url }) => {
      const preflight = async (origin: string, method: string, wanted?: string) =>
        (
          await fetch(`${url}/api/v1/plans`, {
            method: 'OPTIONS',
            headers: {
              origin,
              'access-control-request-method': method,
              ...(wanted !== undefined && { 'access-control-request-headers': wanted }),
            },
          })
        ).headers;
      const origin = 'http://localhost:3000';
      const wanted =
        'apollographql-client-name,content-type,if-none-match,traceparent,x-anything, x-api-key';
      const headers = await preflight(origin, 'PATCH', wanted);
      expect(headers.get('access-control-allow-headers')).toBe(wanted);
      expect(headers.get('access-control-max-age')).toBe('86400');
      expect(headers.get('access-control-allow-methods')?.split(', ')).toEqual(
        expect.arrayContaining(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']),
      );
      expect((await preflight(origin, 'PATCH')).get('access-control-allow-headers')).toBeNull();
      for (const strange of ['a b', 'x-é', 'a,,b', 'a:b', ','])
        expect(
          (await preflight(origin, 'GET', strange)).get('access-control-allow-headers'),
        ).toBeNull();
      const foreign = [...(await preflight('https://example.com', 'PATCH', wanted))];
      expect(foreign.filter(([name]) => name.startsWith('access-control-'))).toEqual([]);
      const answer = await fetch(`${url}/health`, { headers: { origin } });
      expect(answer.headers.get('access-control-expose-headers')?.split(', ')).toEqual(
        expect.arrayContaining([
          'etag',
          'x-request-id',
          'gateway-request-id',
          'commet-version',
          'idempotent-replayed',
          'retry-after',
          'ratelimit-limit',
          'ratelimit-remaining',
          'ratelimit-reset',
        ]),
      );
    }));

  it('read refusals, too', () =>
    onGateway({ CORS_ORIGINS: 'localhost' }, async ({ url }) => {
      const origin = 'http://localhost:3000';
      for (const path of ['/graphql', '/api/v1/plans', '/nowhere']) {
        const { status, headers } = await fetch(`${url}${path}`, {
          headers: { origin, accept: 'application/json' },
        });
        expect(status).toBeGreaterThanOrEqual(400);
        expect(headers.get('access-control-allow-origin')).toBe(origin);
      }
    }));
});
