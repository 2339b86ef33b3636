import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPublishableKey } from '../../src/domain/publishable-key.ts';
import { type Catalogue, newCatalogue } from '../catalogue.ts';
import { anyone, onEveryEngine } from '../engines.ts';
import { Gateway, keyOf } from '../gateway.ts';

const ORIGIN = 'https://shop.example';
const OTHER = 'https://other.example';
const NAMES = '{ plans(first: 10) { nodes { id name } } }';

onEveryEngine('a key in the address', (world) => {
  let gateway: Gateway;
  let shared: Gateway;
  let catalogue: Catalogue;
  let publishable: string;
  let second: string;
  let secret: string;

  const publishableKey = async (): Promise<string> => {
    const { secret } = await world().store.write(catalogue.tenant, anyone, (w) =>
      createPublishableKey(w, { name: 'page', allowedOrigins: [ORIGIN] }),
    );
    return secret ?? expect.fail('a new key has a secret');
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
    publishable = await publishableKey();
    second = await publishableKey();
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

    it.each([
      ['a POST to /graphql', '/graphql', 'POST'],
      ['REST', '/api/v1/plans', 'GET'],
      ['unversioned REST', '/api/plans', 'GET'],
    ])('by %s, as if it were not there', async (_, path, method) => {
      const response = await fetch(`${gateway.url}${path}?key=${publishable}`, {
        method,
        headers: { 'content-type': 'application/json' },
        ...(method === 'POST' && { body: JSON.stringify({ query: NAMES }) }),
      });
      expect(response.status).toBe(401);
      expect(await response.text()).not.toContain(publishable);
    });
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
