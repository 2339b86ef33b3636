import { beforeEach, describe, expect, it } from 'vitest';
import { catalogue as errors } from '../../src/errors.ts';
import type { ApiVersion } from '../../src/vocabulary.ts';
import { newCatalogue } from '../catalogue.ts';
import { keyOf } from '../gateway.ts';
import { expectExactly, onRest, type RestClient } from './client.ts';
import { isEraC, versionsWhere } from './raw.ts';

const CREATED = '2026-08-01T10:00:00.000Z';
const CHANGED = '2026-08-01T10:00:05.000Z';

/** How the versions that have markets speak of them, as the contract says. */
const names = {
  '2026-07-24': {
    path: '/pricing/market-groups',
    object: 'market_group',
    missing: 'market_group_not_found',
    used: 'market_group_in_use',
    param: 'marketGroupId',
  },
  '2026-07-31': {
    path: '/markets',
    object: 'market',
    missing: 'market_not_found',
    used: 'market_in_use',
    param: 'marketId',
  },
} as const;
const namesIn = (version: ApiVersion) =>
  names[version === '2026-07-24' ? '2026-07-24' : '2026-07-31'];

onRest('markets', (server) => {
  let client: RestClient;
  const inVersion = async (version: ApiVersion) => {
    server().world.time = new Date(CREATED);
    client = await server().newClient({ version });
  };
  const call = (method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
    client.call(method, path, body, headers);

  describe.each(versionsWhere(isEraC))('of %s', (version) => {
    const { path, object, missing, used, param } = namesIn(version);
    beforeEach(() => inVersion(version));

    const create = (body: object) => call('POST', path, body);
    const market = (id: string, rest: object = {}) => ({
      id,
      name: 'South America',
      countryCodes: ['BR', 'AR'],
      metadata: {},
      createdAt: CREATED,
      updatedAt: CREATED,
      ...rest,
      object,
      livemode: true,
    });
    const refusal = (code: keyof typeof errors, rest: object = {}, message?: string) => ({
      error: {
        type: errors[code].type,
        code,
        message: message ?? errors[code].meaning,
        doc_url: `${server().gateway.url}/docs/errors/${code}`,
        ...rest,
      },
    });

    const unknown = () => refusal(missing, { param }, errors.market_not_found.meaning);

    it('are created, listed, read, updated and deleted', async () => {
      const metadata = { z: 1, a: { deep: [true] } };
      const given = { name: 'South America', countryCodes: ['br', 'AR'] };
      const created = await create({ ...given, metadata });
      const { id } = created.body;
      expect(id).toMatch(/^pmg_[0-9a-z]{26}$/);
      expectExactly(created, 201, market(id, { metadata }));
      const plain = await create({ name: ' Japan ', countryCodes: ['JP'], metadata: null });
      const other = market(plain.body.id, { name: 'Japan', countryCodes: ['JP'] });
      expectExactly(plain, 201, other);

      expectExactly(await call('GET', `${path}/${id}`), 200, market(id, { metadata }));
      const list = { object: 'list', data: [market(id, { metadata }), other], hasMore: false };
      expectExactly(await call('GET', path), 200, list);

      server().world.time = new Date(CHANGED);
      const changes = { name: 'Brazil', countryCodes: ['UY', 'BR'], metadata: { z: null, b: 2 } };
      const after = market(id, {
        ...changes,
        metadata: { a: { deep: [true] }, b: 2 },
        updatedAt: CHANGED,
      });
      expectExactly(await call('PATCH', `${path}/${id}`, changes), 200, after);
      expectExactly(await call('GET', `${path}/${id}`), 200, after);

      const gone = { id, deleted: true, object, livemode: true };
      expectExactly(await call('DELETE', `${path}/${id}`), 200, gone);
      for (const [method, body] of [['GET'], ['DELETE'], ['PATCH', changes]] as const)
        expectExactly(await call(method, `${path}/${id}`, body), 404, unknown());
      expectExactly(await call('GET', path), 200, {
        object: 'list',
        data: [other],
        hasMore: false,
      });
      // Its countries are free.
      expect((await create(given)).status).toBe(201);
    });

    it('are listed as a whole', async () => {
      for (const code of ['BR', 'AR', 'UY', 'PY', 'CL', 'PE', 'BO', 'EC', 'CO', 'VE', 'MX', 'CR'])
        await client.catalogue.market({ countryCodes: [code] });
      for (const code of ['PA', 'NI', 'SV', 'HN', 'GT', 'BZ', 'CU', 'DO', 'HT', 'JM', 'TT', 'BB'])
        await client.catalogue.market({ countryCodes: [code] });
      for (const code of ['DE', 'FR', 'IT', 'ES', 'PT'])
        await client.catalogue.market({ countryCodes: [code] });
      const { body } = await call('GET', `${path}?limit=1`);
      expect([body.data.length, body.hasMore, 'nextCursor' in body]).toEqual([29, false, false]);
    });

    it('have each country once', async () => {
      await create({ name: 'Brazil', countryCodes: ['BR'] });
      const second = await create({ name: 'Other', countryCodes: ['AR'] });
      const message = 'The country BR is in another market already.';
      const taken = refusal('duplicate', { param: 'countryCodes' }, message);
      expectExactly(await create({ name: 'New', countryCodes: ['CL', 'br'] }), 409, taken);
      const change = { name: 'Other', countryCodes: ['AR', 'BR'] };
      expectExactly(await call('PATCH', `${path}/${second.body.id}`, change), 409, taken);
      const repeated = await create({ name: 'New', countryCodes: ['CL', 'cl'] });
      expect(repeated.body.error).toMatchObject({
        code: 'validation_error',
        param: 'countryCodes.1',
      });
    });

    it.each([
      ['name', { countryCodes: ['BR'] }],
      ['name', { name: null, countryCodes: ['BR'] }],
      ['name', { name: ' ', countryCodes: ['BR'] }],
      ['countryCodes', { name: 'New' }],
      ['countryCodes', { name: 'New', countryCodes: null }],
      ['countryCodes', { name: 'New', countryCodes: [] }],
      ['countryCodes', { name: 'New', countryCodes: 'BR' }],
      ['countryCodes.1', { name: 'New', countryCodes: ['BR', 'ZZ'] }],
      ['metadata', { name: 'New', countryCodes: ['BR'], metadata: [1] }],
    ])('validate %s of what creates and updates (%#)', async (field, body) => {
      const { id } = (await create({ name: 'Japan', countryCodes: ['JP'] })).body;
      const before = await client.catalogue.contents();
      for (const answer of [await create(body), await call('PATCH', `${path}/${id}`, body)]) {
        expect(answer.status).toBe(400);
        expect(answer.body.error).toMatchObject({ code: 'validation_error', param: field });
      }
      expect(await client.catalogue.contents()).toEqual(before);
    });

    it('take `[]` for metadata, and leave out what no version knows', async () => {
      const body = {
        name: 'Brazil',
        countryCodes: ['BR'],
        metadata: [],
        code: 'x',
        taxBehavior: 5,
      };
      const { status, body: made } = await create(body);
      expect([status, made.metadata]).toEqual([201, {}]);
      const change = { ...body, metadata: null };
      expect((await call('PATCH', `${path}/${made.id}`, change)).status).toBe(200);
      const [row] = await client.catalogue.rows('market');
      expect(row).toMatchObject({ code: 'brazil', tax_behavior: null, metadata: '{}' });
    });

    it('stay while a price has an amount in them', async () => {
      const { id } = await client.catalogue.market();
      const plan = await client.catalogue.plan();
      const price = await client.catalogue.price(plan, {
        marketPrices: [{ marketId: id, currency: 'brl', price: 10_000 }],
      });
      expectExactly(
        await call('DELETE', `${path}/${id}`),
        409,
        refusal(used, { param }, 'A price has an amount in this market.'),
      );
      await call('DELETE', `/plans/${plan.id}/prices/${price.id}`);
      expect((await call('DELETE', `${path}/${id}`)).status).toBe(200);
    });

    it('are named by ids only, and not by those of others', async () => {
      const { code } = await client.catalogue.market({ code: 'brazil' });
      const stranger = await newCatalogue(server().world);
      const foreign = await stranger.market();
      for (const id of [code, foreign.id, 'pmg_missing', 'pln_x', '%'])
        for (const method of ['GET', 'DELETE'])
          expectExactly(await call(method, `${path}/${id}`), 404, unknown());
    });

    it('are revalidated, and guarded by their tag', async () => {
      const { id } = (await create({ name: 'Brazil', countryCodes: ['BR'] })).body;
      const tagOf = async (at: string) => (await call('GET', at)).headers.get('etag') ?? '';
      const conditional = (at: string, etag: string) =>
        fetch(`${client.url}${at}`, {
          headers: {
            'x-api-key': client.key,
            'commet-version': version,
            'if-none-match': etag,
          },
        });
      const [one, list] = [await tagOf(`${path}/${id}`), await tagOf(path)];
      expect(one).toMatch(/^W\/"[\w-]{22}"$/);
      expect((await conditional(`${path}/${id}`, one)).status).toBe(304);
      expect((await conditional(path, list)).status).toBe(304);

      const change = (name: string) => ({ name, countryCodes: ['BR'] });
      const write = (method: string, etag: string, body?: object) =>
        call(method, `${path}/${id}`, body, { 'if-match': etag });
      const failed = { code: 'precondition_failed', type: 'conflict_error', param: 'If-Match' };
      for (const [method, body] of [['PATCH', change('New')], ['DELETE']] as const) {
        const { status, body: answer } = await write(method, '"of another state"', body);
        expect({ status, error: answer.error }).toMatchObject({ status: 412, error: failed });
      }
      expect((await write('PATCH', one, change('New'))).body.name).toBe('New');
      expect((await write('PATCH', one, change('Newer'))).status).toBe(412);
      const none = { 'if-none-match': await tagOf(`${path}/${id}`) };
      expect((await call('PATCH', `${path}/${id}`, change('Newer'), none)).status).toBe(412);
      expect((await conditional(`${path}/${id}`, one)).status).toBe(200);
      expect((await conditional(path, list)).status).toBe(200);
      const made = await call('POST', path, change('Another'), { 'if-match': '*' });
      expect(made.body.error).toMatchObject(failed);
      expect((await write('DELETE', await tagOf(`${path}/${id}`))).status).toBe(200);
    });

    it('are written once for each idempotency key', async () => {
      const keyed = (key: string, method: string, at: string, body?: object) =>
        call(method, at, body, { 'idempotency-key': key });
      const given = { name: 'Brazil', countryCodes: ['BR'] };
      const twice = async (key: string, method: string, at: string, body?: object) => {
        const [first, second] = [
          await keyed(key, method, at, body),
          await keyed(key, method, at, body),
        ];
        expect([first, second].map(({ headers }) => headers.get('idempotent-replayed'))).toEqual([
          null,
          'true',
        ]);
        expect([second.status, second.body]).toEqual([first.status, first.body]);
        return first.body;
      };
      const { id } = await twice('create', 'POST', path, given);
      const other = await keyed('create', 'POST', path, { ...given, name: 'Other' });
      expect(other.body.error.code).toBe('idempotency_key_mismatch');
      await twice('update', 'PATCH', `${path}/${id}`, { ...given, metadata: { a: 1 } });
      await twice('delete', 'DELETE', `${path}/${id}`);
      await twice('missing', 'DELETE', `${path}/pmg_missing`);
      const entries = await client.catalogue.rows('audit_log');
      expect(entries.map(({ operation }) => operation).sort()).toEqual([
        'createApiKey',
        'createMarket',
        'deleteMarket',
        'updateMarket',
      ]);
    });

    it('are written by keys with the scope `write`', async () => {
      const reader = await keyOf(server().world, client.catalogue.tenant, 'read');
      const { id } = await client.catalogue.market();
      const headers = { 'x-api-key': reader };
      expect((await call('GET', path, undefined, headers)).status).toBe(200);
      expect((await call('GET', `${path}/${id}`, undefined, headers)).status).toBe(200);
      const body = { name: 'New', countryCodes: ['JP'] };
      for (const [method, at] of [
        ['POST', path],
        ['PATCH', `${path}/${id}`],
        ['DELETE', `${path}/${id}`],
      ] as const)
        expect((await call(method, at, body, headers)).status).toBe(403);
    });
  });

  it('print an outcome in the version asked for', async () => {
    await inVersion('2026-07-31');
    const body = { name: 'Brazil', countryCodes: ['BR'] };
    const keyed = (version: ApiVersion, key: string, method: string, rest: string, sent?: object) =>
      call(method, `${namesIn(version).path}${rest}`, sent, {
        'idempotency-key': key,
        'commet-version': version,
      });
    const [first, again] = [
      await keyed('2026-07-31', 'create', 'POST', '', body),
      await keyed('2026-07-24', 'create', 'POST', '', body),
    ];
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(again.body).toEqual({ ...first.body, object: 'market_group' });
    const refused = [
      await keyed('2026-07-24', 'missing', 'DELETE', '/pmg_x'),
      await keyed('2026-08-27', 'missing', 'DELETE', '/pmg_x'),
    ];
    expect(refused.map((answer) => [answer.body.error.code, answer.body.error.param])).toEqual([
      ['market_group_not_found', 'marketGroupId'],
      ['market_not_found', 'marketId'],
    ]);
  });

  it.each(versionsWhere((version) => !isEraC(version)))('are not in %s', async (version) => {
    await inVersion(version);
    for (const [path, versions] of [
      ['/markets', '2026-07-31, 2026-08-27'],
      ['/markets/pmg_x', '2026-07-31, 2026-08-27'],
      ['/pricing/market-groups', '2026-07-24'],
      ['/pricing/market-groups/pmg_x', '2026-07-24'],
    ] as const) {
      const { status, body } = await call('GET', path);
      expect({ status, error: body.error }).toMatchObject({
        status: 404,
        error: {
          code: 'endpoint_not_available',
          message: `The endpoint is not in the API version ${version}, but in ${versions}.`,
        },
      });
    }
  });
});
