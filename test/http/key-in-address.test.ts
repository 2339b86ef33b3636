import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { revokeApiKey } from '../../src/domain/api-key.ts';
import { createPublishableKey } from '../../src/domain/publishable-key.ts';
import { type Catalogue, newCatalogue } from '../catalogue.ts';
import { onEveryEngine } from '../engines.ts';
import { Gateway, keyOf } from '../gateway.ts';

const ORIGIN = 'https://shop.example';
const OTHER = 'https://other.example';
const NAMES = '{ plans(first: 10) { nodes { id name } } }';
const CODE = '{ plans(first: 1) { nodes { code } } }';

onEveryEngine('a key in the address', (world) => {
  let gateway: Gateway;
  let shared: Gateway;
  let catalogue: Catalogue;
  let publishable: string;
  let second: string;
  let secret: string;

  const newKey = async (of: Catalogue, trustedDocumentsOnly = false) => {
    const { secret, apiKey } = await of.change((w) =>
      createPublishableKey(w, { name: 'page', allowedOrigins: [ORIGIN], trustedDocumentsOnly }),
    );
    return { id: apiKey.id, secret: secret ?? expect.fail('a new key has a secret') };
  };

  beforeAll(async () => {
    gateway = await Gateway.start(world(), {
      CORS_ORIGINS: OTHER,
      RATE_LIMIT: '10000',
      LOG_LEVEL: 'info',
    });
    shared = await Gateway.start(world(), { PUBLIC_CACHE_SECONDS: '60', RATE_LIMIT: '10000' });
    catalogue = await newCatalogue(world());
    await catalogue.plan({ code: 'pro', name: 'Pro' });
    await catalogue.plan({ code: 'hidden', name: 'Hidden', isPublic: false });
    ({ secret: publishable } = await newKey(catalogue));
    ({ secret: second } = await newKey(catalogue));
    secret = await keyOf(world(), catalogue.tenant);
  });
  afterAll(async () => {
    await gateway.close();
    await shared.close();
  });

  const addressOf = (keys: readonly string[], query = NAMES, server = gateway): string => {
    const search = new URLSearchParams({ query });
    for (const key of keys) search.append('key', key);
    return `${server.url}/graphql?${search}`;
  };
  const get = (address: string, headers: Record<string, string> = {}, method = 'GET') =>
    fetch(address, { method, headers: { accept: '*/*', ...headers } });

  it.each([
    ['without an Origin', {}, 200],
    ['from one of its origins', { origin: ORIGIN }, 200],
    ['from another origin', { origin: OTHER }, 403],
    ['from a page in a file', { origin: 'null' }, 403],
  ])('is good for a GET %s', async (_, headers: Record<string, string>, status) => {
    const response = await get(addressOf([publishable]), headers);
    expect(response.status).toBe(status);
    expect(response.headers.get('vary')).toContain('origin');
    const text = await response.text();
    expect(text.includes('"Pro"')).toBe(status === 200);
    expect(text).not.toContain('Hidden');
  });

  it('lets pages of its origins read the answer, whatever the server allows others', async () => {
    const allowed = async (headers: Record<string, string>) =>
      (await get(addressOf([publishable]), headers)).headers.get('access-control-allow-origin');
    expect(await allowed({ origin: ORIGIN })).toBe(ORIGIN);
    expect(await allowed({ origin: OTHER })).toBe(OTHER);
    expect(await allowed({ origin: 'https://third.example' })).toBeNull();
    expect(await allowed({})).toBeNull();
  });

  it('is good for HEAD', async () => {
    const response = await get(addressOf([publishable]), {}, 'HEAD');
    expect([response.status, await response.text()]).toEqual([200, '']);
  });

  it('leaves the rule for keys in headers', async () => {
    const address = addressOf([]);
    expect((await get(address, { 'x-api-key': publishable })).status).toBe(403);
    expect((await get(address, { 'x-api-key': publishable, origin: ORIGIN })).status).toBe(200);
  });

  describe('is refused', () => {
    it.each([
      ['a secret key', () => addressOf([secret]), {}],
      ['an empty key', () => addressOf(['']), {}],
      ['an unknown key', () => addressOf([`${publishable}x`]), {}],
      ['two keys', () => addressOf([publishable, second]), {}],
      ['the same key twice', () => addressOf([publishable, publishable]), {}],
      ['a secret key behind a good one', () => addressOf([publishable, secret]), {}],
      [
        'a secret key under a name in percent-encoding',
        () => addressOf([]).concat(`&%6Bey=${secret}`),
        {},
      ],
      [
        'a secret key under such a name behind a good one',
        () => addressOf([publishable]).concat(`&k%65%79=${secret}`),
        {},
      ],
      ['a second key in x-api-key', () => addressOf([publishable]), { 'x-api-key': 'second' }],
      ['the same key in a header', () => addressOf([publishable]), { 'x-api-key': 'same' }],
      ['a Bearer token in addition', () => addressOf([publishable]), { authorization: 'secret' }],
    ])('%s', async (_, address, headers: Record<string, string>) => {
      const sent = Object.fromEntries(
        Object.entries(headers).map(([name, which]) => [
          name,
          { second, same: publishable, secret: `Bearer ${secret}` }[which] ?? '',
        ]),
      );
      const response = await get(address(), sent);
      const text = await response.text();
      expect([response.status, JSON.parse(text).errors[0].extensions.code]).toEqual([
        401,
        'unauthorized',
      ]);
      expect(response.headers.get('cache-control')).toBe('no-store');
      for (const key of [secret, publishable, second]) expect(text).not.toContain(key);
    });

    it('on the pricing page as well', async () => {
      const statusOf = async (keys: string[], headers: Record<string, string> = {}) => {
        const search = keys.map((key) => `key=${key}`).join('&');
        const response = await get(`${gateway.url}/pricing-page?group=none&${search}`, headers);
        expect(await response.text()).not.toContain(secret);
        return response.status;
      };
      expect(await statusOf([publishable])).toBe(404);
      expect(await statusOf([publishable], { origin: ORIGIN })).toBe(404);
      expect(await statusOf([publishable], { origin: OTHER })).toBe(403);
      expect(await statusOf([secret])).toBe(401);
      expect(await statusOf([publishable, publishable])).toBe(401);
      expect(await statusOf([publishable], { 'x-api-key': secret })).toBe(401);
      expect(await statusOf([], { 'x-api-key': secret })).toBe(404);
    });

    it('once it is revoked, at once', async () => {
      const { id, secret: revoked } = await newKey(catalogue);
      expect((await get(addressOf([revoked]))).status).toBe(200);
      await catalogue.change((w) => revokeApiKey(w, id));
      const refused = await get(addressOf([revoked]));
      expect([refused.status, refused.headers.get('cache-control')]).toEqual([401, 'no-store']);
    });

    it.each([
      ['a POST to /graphql', '/graphql', 'POST'],
      ['a PUT to /graphql', '/graphql', 'PUT'],
      ['a POST to the pricing page', '/pricing-page', 'POST'],
      ['REST', '/api/v1/plans', 'GET'],
      ['unversioned REST', '/api/plans', 'GET'],
      ['a longer path', '/graphql/', 'GET'],
    ])('by %s, as if it were not there', async (_, path, method) => {
      const statusWith = async (search: string) => {
        const response = await fetch(`${gateway.url}${path}${search}`, {
          method,
          headers: { 'content-type': 'application/json' },
          ...(method === 'POST' && { body: JSON.stringify({ query: NAMES }) }),
        });
        const text = await response.text();
        for (const key of [publishable, secret]) expect(text).not.toContain(key);
        return response.status;
      };
      const without = await statusWith('');
      expect(without).toBeGreaterThan(400);
      expect(await statusWith(`?key=${publishable}`)).toBe(without);
      expect(await statusWith(`?key=${secret}&key=${publishable}`)).toBe(without);
    });
  });

  it('may be named in percent-encoding', async () => {
    expect((await get(`${addressOf([])}&%6b%65%79=${publishable}`)).status).toBe(200);
  });

  it('asks for the answer, not for GraphiQL, in a browser as well', async () => {
    const explored = await Gateway.start(world(), { GRAPHIQL: 'on' });
    const open = (keys: string[]) =>
      get(addressOf(keys, NAMES, explored), { accept: 'text/html,*/*;q=0.8' });
    try {
      expect((await open([])).headers.get('content-type')).toContain('text/html');
      const answer = await open([publishable]);
      expect([answer.status, (await answer.json()).data.plans.nodes[0].name]).toEqual([200, 'Pro']);
      expect((await open([secret])).status).toBe(401);
    } finally {
      await explored.close();
    }
  });

  it('leaves other parameters of similar names alone', async () => {
    const address = `${addressOf([publishable])}&keys=${secret}&monkey=${secret}&KEY=${secret}`;
    expect((await get(address)).status).toBe(200);
    expect((await get(addressOf([]), { 'x-api-key': secret })).status).toBe(200);
  });

  it('shows nothing of another organization, nor what another key has read', async () => {
    const other = await newCatalogue(world());
    await other.plan({ code: 'theirs', name: 'Theirs' });
    const { secret: theirs } = await newKey(other);
    for (let round = 0; round < 2; round += 1)
      for (const server of [gateway, shared]) {
        const texts = [publishable, second, theirs].map(async (key) =>
          (await get(addressOf([key], CODE, server))).text(),
        );
        const codes = (await Promise.all(texts)).map((text) => JSON.parse(text).data.plans.nodes);
        expect(codes).toEqual([[{ code: 'pro' }], [{ code: 'pro' }], [{ code: 'theirs' }]]);
      }
  });

  describe('is held to limits', () => {
    const during = (environment: Record<string, string>, work: (at: Gateway) => Promise<void>) =>
      Gateway.during(world(), { TRUST_PROXY: 'on', ...environment }, work);

    it('each visitor by their own, and pages read that they are over', () =>
      during({ RATE_LIMIT: '2' }, async (at) => {
        const from = (visitor: string, headers: Record<string, string> = { origin: ORIGIN }) =>
          get(addressOf([publishable], NAMES, at), { 'x-forwarded-for': visitor, ...headers });
        for (const status of [200, 200, 429]) expect((await from('192.0.2.1')).status).toBe(status);
        const refused = await from('192.0.2.1');
        expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
        expect(refused.headers.get('cache-control')).toBe('no-store');
        expect(refused.headers.get('access-control-allow-origin')).toBe(ORIGIN);
        const foreign = await from('192.0.2.1', { origin: OTHER });
        expect(foreign.status).toBe(429);
        expect(foreign.headers.get('access-control-allow-origin')).toBeNull();
        expect((await from('192.0.2.2')).status).toBe(200);
      }));

    it('an address with keys that are none, and nobody else', () =>
      during({ RATE_LIMIT_WITHOUT_KEY: '2', RATE_LIMIT: '100' }, async (at) => {
        const from = async (visitor: string, keys: string[]) =>
          (await get(addressOf(keys, NAMES, at), { 'x-forwarded-for': visitor })).status;
        expect(await from('192.0.2.1', [secret])).toBe(401);
        expect(await from('192.0.2.1', [publishable, publishable])).toBe(401);
        expect(await from('192.0.2.1', [secret])).toBe(429);
        expect(await from('192.0.2.1', [publishable])).toBe(200);
        expect(await from('192.0.2.2', [secret])).toBe(401);
      }));

    it('by trusted documents where it is bound to them', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'key-in-address-'));
      const TRUSTED_DOCUMENTS = join(folder, 'documents.json');
      await writeFile(TRUSTED_DOCUMENTS, JSON.stringify({ code: CODE }));
      const { secret: bound } = await newKey(catalogue, true);
      try {
        await during({ TRUSTED_DOCUMENTS, PUBLIC_CACHE_SECONDS: '60' }, async (at) => {
          const asked = await get(addressOf([bound], CODE, at));
          expect([asked.status, asked.headers.get('cache-control')]).toEqual([403, 'no-store']);
          const named = await get(`${at.url}/graphql?documentId=code&key=${bound}`);
          expect((await named.json()).data.plans.nodes).toEqual([{ code: 'pro' }]);
          expect(named.headers.get('cache-control')).toContain('s-maxage=60');
        });
      } finally {
        await rm(folder, { recursive: true });
      }
    });
  });

  /** The whole response to bytes that no client library would send. */
  const raw = async (head: string): Promise<string> => {
    const { hostname, port } = new URL(gateway.url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    socket.end(head);
    return textOf(socket);
  };

  it.each([
    ['without a Host', (key: string) => `GET /graphql?key=${key} HTTP/1.1\r\n\r\n`, 400],
    ['of no version', (key: string) => `GET /graphql?key=${key} HTTP/9\r\n\r\n`, 400],
    [
      'to a proxy',
      (key: string) =>
        `GET http://a/graphql?key=${key} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
      401,
    ],
    [
      'that echoes',
      (key: string) => `TRACE /graphql?key=${key} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
      405,
    ],
  ])('is not told to who sends a request %s', async (_, head, status) => {
    const response = await raw(head(secret));
    expect(response).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(response).not.toContain(secret);
  });

  it('is in no line about a failure of the server', async () => {
    const { writing } = world().store.engine;
    const before = gateway.lines.length;
    await sql`alter table plan rename to lost`.execute(writing);
    const failed = await get(addressOf([publishable], '{ plans { nodes { code name } } }'));
    await sql`alter table lost rename to plan`.execute(writing);
    expect(await failed.text()).not.toContain(publishable);
    expect(failed.headers.get('cache-control')).toBe('no-store');
    const lines = gateway.lines.slice(before);
    expect(lines.some((line) => line.includes('"level":"error"'))).toBe(true);
    expect(lines.join('')).not.toContain(publishable);
  });

  it('is in no line of the log and no metric, whatever became of it', async () => {
    const metrics = await fetch(`${gateway.url}/metrics`);
    const told = [...gateway.lines, await metrics.text()].join('\n');
    expect(gateway.lines.length).toBeGreaterThan(10);
    for (const key of [secret, publishable, second]) {
      expect(told).not.toContain(key);
      expect(told).not.toContain(key.slice(8));
    }
  });

  describe('where shared caches may hold answers', () => {
    const headersOf = async (query: string, headers: Record<string, string> = {}) => {
      const response = await get(addressOf([publishable], query, shared), headers);
      return { status: response.status, headers: response.headers, text: await response.text() };
    };

    it('says for how long, and that browsers ask each time', async () => {
      const { headers } = await headersOf(NAMES);
      expect(headers.get('cache-control')).toBe(
        'public, max-age=0, s-maxage=60, stale-while-revalidate=60',
      );
      expect(headers.get('vary')).toMatch(/x-api-key.*origin/);
    });

    it('holds for pages and estimates, too', async () => {
      const page = '{ pricingPage(plans: ["pro"], context: {}) { columns { texts { name } } } }';
      const estimates = '{ estimate(plans: ["pro"], usage: [], context: {}) { formattedTotal } }';
      for (const query of [page, estimates, '{ markets { nodes { name } } }'])
        expect((await headersOf(query)).headers.get('cache-control')).toContain('s-maxage=60');
    });

    it('answers 304 to whoever has the answer, with the same directives', async () => {
      const { headers } = await headersOf(NAMES);
      const again = await headersOf(NAMES, { 'if-none-match': headers.get('etag') ?? '' });
      expect(again.status).toBe(304);
      expect(again.headers.get('cache-control')).toBe(headers.get('cache-control'));
      expect(again.headers.get('cache-tag')).toBe(headers.get('cache-tag'));
    });

    it('tells every client the same: nothing of what one may still spend', async () => {
      const { headers, text } = await headersOf(NAMES);
      expect([...headers.keys()].filter((name) => name.startsWith('ratelimit'))).toEqual([]);
      expect(JSON.parse(text).extensions.cost).toMatchObject({
        rateBudgetLeft: null,
        pointsLeft: null,
      });
    });

    it('names the plans on it and the catalogue, and no private plan', async () => {
      const { tenant } = catalogue;
      const plans = JSON.parse((await headersOf(NAMES)).text).data.plans.nodes;
      const expected = [
        `${tenant.organizationId}_${tenant.mode}`,
        ...plans.map(({ id }: { id: string }) => id),
      ];
      const tags = async (query: string) => (await headersOf(query)).headers.get('cache-tag');
      expect((await tags(NAMES))?.split(',')).toEqual(expected);
      expect((await tags('{ plan(code: "pro") { name } }'))?.split(',')).toEqual(expected);
      expect(await tags('{ plan(code: "hidden") { name } }')).toBe(expected[0]);
    });

    it('has no such directive for errors, mutations, refusals and keys in headers', async () => {
      const refused = await headersOf('{ plans(first: 10) { nodes { metadata } } }');
      expect(refused.headers.get('cache-control')).toBe('no-store');
      const malformed = await headersOf('{ nothing }');
      expect(malformed.headers.get('cache-control')).toBe('no-store');
      expect(malformed.headers.get('ratelimit-limit')).toBe('10000');
      const elsewhere = await headersOf(NAMES, { origin: OTHER });
      expect([elsewhere.status, elsewhere.headers.get('cache-control')]).toEqual([403, 'no-store']);
      const inHeader = await fetch(addressOf([], NAMES, shared), {
        headers: { 'x-api-key': publishable, origin: ORIGIN },
      });
      expect(inHeader.headers.get('cache-control')).toBe('public, no-cache');
      expect(inHeader.headers.get('cache-tag')).toBeNull();
      const ofSecret = await fetch(addressOf([], NAMES, shared), {
        headers: { 'x-api-key': secret },
      });
      expect(ofSecret.headers.get('cache-control')).toBe('private, no-cache');
    });

    it('goes without tags of plans that would be too long', async () => {
      for (let count = 0; count < 300; count += 1) await catalogue.plan();
      const pages = Array.from(
        { length: 4 },
        (_, page) => `p${page}: plans(first: 100, after: $a${page}) { nodes { id } }`,
      );
      const cursors: string[] = [];
      let after = '';
      for (let page = 0; page < 3; page += 1) {
        const { text } = await headersOf(
          `{ plans(first: 100${after && `, after: "${after}"`}) { pageInfo { endCursor } } }`,
        );
        after = JSON.parse(text).data.plans.pageInfo.endCursor;
        cursors.push(after);
      }
      const query = `{ ${pages
        .map((page, at) =>
          at === 0
            ? page.replace(', after: $a0', '')
            : page.replace(`$a${at}`, JSON.stringify(cursors[at - 1])),
        )
        .join(' ')} }`;
      const { headers, text } = await headersOf(query);
      expect(JSON.parse(text).data.p2.nodes).toHaveLength(100);
      const { tenant } = catalogue;
      expect(headers.get('cache-tag')).toBe(`${tenant.organizationId}_${tenant.mode}`);
    });
  });
});
