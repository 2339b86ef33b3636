import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../src/db/engine/connect.ts';
import { catalogue, type ErrorCode } from '../../src/errors.ts';
import type { ApiVersion } from '../../src/vocabulary.ts';
import { keyOf } from '../gateway.ts';
import { expectExactly, onRest, type RestAnswer, type RestClient } from './client.ts';

const LARGE = 'x'.repeat(256 * 1024 + 1);
const json = { 'content-type': 'application/json' };

onRest('refusals', (server) => {
  let client: RestClient;
  let readKey: string;
  let planId: string;
  beforeAll(async () => {
    client = await server().newClient();
    readKey = await keyOf(server().world, client.catalogue.tenant, 'read');
    const plan = await client.catalogue.plan({ code: 'pro' });
    planId = plan.id;
    await client.catalogue.price(plan, { billingInterval: 'weekly' });
  });

  const codeOf = ({ body }: RestAnswer) => body.error.code;
  /** The envelope of the older versions, as the seed shows it. */
  const refusal = (code: ErrorCode, message: string, rest: object = {}) => ({
    success: false,
    error: {
      type: catalogue[code].type,
      code,
      message,
      doc_url: `${server().gateway.url}/docs/errors/${code}`,
      ...rest,
    },
  });
  const send = (method: string, path: string, body: string, headers: object = json) =>
    client.send(path, { method, headers: { ...headers }, ...(body && { body }) });

  describe('come in their order: of a request with all these faults, the first is named', () => {
    const steps: [
      name: string,
      status: number,
      code: ErrorCode,
      request: () => Promise<RestAnswer>,
    ][] = [
      [
        'no key',
        401,
        'unauthorized',
        () =>
          send('POST', '/plans', LARGE, {
            'content-type': 'text/plain',
            'x-api-key': 'ck_live_unknown',
          }),
      ],
      [
        'of another version',
        404,
        'endpoint_not_available',
        () => send('POST', '/plans', LARGE, { 'content-type': 'text/plain' }),
      ],
      [
        'unknown path',
        404,
        'not_found',
        () => send('POST', '/nowhere', LARGE, { 'content-type': 'text/plain' }),
      ],
      [
        'wrong method',
        405,
        'method_not_allowed',
        () => send('POST', '/plans/x/visibility', LARGE, { 'content-type': 'text/plain' }),
      ],
      [
        'too large',
        413,
        'payload_too_large',
        () =>
          send('POST', '/plans/manage', LARGE, {
            'content-type': 'text/plain',
            'x-api-key': readKey,
          }),
      ],
      [
        'not declared as JSON',
        415,
        'unsupported_media_type',
        () =>
          send('POST', '/plans/manage', '{', {
            'content-type': 'text/plain',
            'x-api-key': readKey,
          }),
      ],
      [
        'not JSON',
        400,
        'invalid_json',
        () => send('POST', '/plans/manage', '{', { ...json, 'x-api-key': readKey }),
      ],
      [
        'not allowed to write',
        403,
        'forbidden',
        () => send('POST', '/plans/pln_unknown/prices', '{}', { ...json, 'x-api-key': readKey }),
      ],
      ['invalid', 400, 'validation_error', () => send('POST', '/plans/pln_unknown/prices', '{}')],
      [
        'of something missing',
        404,
        'plan_group_not_found',
        () =>
          send('POST', '/plans/manage', '{"name":"Pro","code":"pro","planGroupId":"plg_unknown"}'),
      ],
      [
        'in conflict',
        409,
        'duplicate',
        () => send('POST', '/plans/manage', '{"name":"Pro","code":"pro"}'),
      ],
    ];
    it.each(steps)('%s: %d %s', async (_name, status, code, request) => {
      const answer = await request();
      expect({ status: answer.status, code: codeOf(answer) }).toEqual({ status, code });
    });
  });

  describe('stand in the envelope of the seed', () => {
    it('with the parameter that is to blame', async () => {
      const answer = await client.call('GET', '/plans/pln_unknown');
      expectExactly(
        answer,
        404,
        refusal('plan_not_found', catalogue.plan_not_found.meaning, { param: 'planId' }),
      );
    });

    it('without one where there is none', async () => {
      const answer = await client.send('/plans', { headers: { 'x-api-key': 'ck_live_x' } });
      expectExactly(
        answer,
        401,
        refusal('unauthorized', 'The API key is unknown, expired or revoked.'),
      );
    });

    it('with details of every fault of a request', async () => {
      const answer = await client.call('POST', `/plans/${planId}/prices`, {
        billingInterval: 'weekly',
        price: -1,
        trialDays: 0.5,
      });
      const details = [
        { field: 'price', message: 'must not be negative' },
        { field: 'trialDays', message: 'must be a whole number' },
      ];
      const message = 'price: must not be negative';
      expectExactly(answer, 400, refusal('validation_error', message, { param: 'price', details }));
    });

    it('for bodies that are packed or written in another way than is read', async () => {
      const body = JSON.stringify({ name: 'Pro €', code: 'packed', description: null });
      const send = (
        headers: Record<string, string>,
        sent: string | Uint8Array<ArrayBuffer> = body,
      ) =>
        client.send('/plans/manage', {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...headers },
          body: sent,
        });
      for (const coding of ['br', 'deflate', 'gzip, br']) {
        const answer = await send({ 'content-encoding': coding });
        expect([answer.status, answer.body.error.code]).toEqual([415, 'unsupported_media_type']);
      }
      expect((await send({ 'content-type': 'application/json; charset=latin1' })).status).toBe(415);
      expect((await send({ 'content-encoding': 'gzip' })).body.error.code).toBe('invalid_json');
      const done = await send({ 'content-encoding': 'gzip' }, new Uint8Array(gzipSync(body)));
      expect([done.status, done.body.data.name]).toEqual([201, 'Pro €']);
    });

    it('with the methods that a path takes', async () => {
      const answer = await client.call('POST', '/plans/x');
      expectExactly(answer, 405, refusal('method_not_allowed', 'This path takes GET, HEAD only.'));
      expect(answer.headers.get('allow')).toBe('GET, HEAD');
      const group = await client.call('PATCH', '/plan-groups/x/plans/reorder');
      expect(group.headers.get('allow')).toBe('DELETE, PUT');
    });

    it('with the versions that have what this one has not', async () => {
      const answer = await client.call('PATCH', '/plans/x', {});
      const message =
        'The endpoint is not in the API version 2026-05-25, but in 2026-07-24, 2026-07-31, ' +
        '2026-08-27.';
      expectExactly(answer, 404, refusal('endpoint_not_available', message));
    });
  });

  it('stand without `success` in the newest versions', async () => {
    const answer = await client.call('GET', '/plans/pln_unknown', undefined, {
      'commet-version': '2026-07-24',
    });
    const { error } = refusal('plan_not_found', catalogue.plan_not_found.meaning, {
      param: 'planId',
    });
    expectExactly(answer, 404, { error });
    const nobody = await client.send('/plans', {
      headers: { 'x-api-key': '', 'commet-version': '2026-07-31' },
    });
    expect(Object.keys(nobody.body)).toEqual(['error']);
  });

  describe('name the field as the version does', () => {
    const A = '2026-05-25';
    const B = '2026-07-11';
    const C = '2026-07-31';
    const price = { billingInterval: 'monthly', price: 0 };
    const cases: [
      version: ApiVersion,
      method: string,
      path: string,
      body: unknown,
      fields: string[],
    ][] = [
      [A, 'POST', '/plans/manage', { code: 'Capital' }, ['name', 'code']],
      [A, 'POST', '/plans/manage', [1], ['body']],
      [A, 'POST', '/plans/manage', [], ['name', 'code']],
      [A, 'POST', '/plans/manage', null, ['body']],
      [
        A,
        'POST',
        '/plans/{plan}/prices',
        { ...price, introOfferEnabled: 'yes' },
        ['introOfferEnabled'],
      ],
      [
        A,
        'POST',
        '/plans/{plan}/prices',
        { ...price, introOfferEnabled: true },
        ['introOfferDiscountType'],
      ],
      [
        A,
        'POST',
        '/plans/{plan}/prices',
        {
          ...price,
          introOfferEnabled: true,
          introOfferDiscountType: 'percentage',
          introOfferDiscountValue: 10_001,
        },
        ['introOfferDiscountValue'],
      ],
      [
        A,
        'PUT',
        '/plans/{plan}/prices/pp_x',
        { introOfferDurationCycles: -1 },
        ['introOfferDurationCycles'],
      ],
      [
        A,
        'POST',
        '/plans/{plan}/features',
        { featureId: 'calls', overageUnitPrice: 1.5 },
        ['overageUnitPrice'],
      ],
      [
        A,
        'POST',
        '/plans/{plan}/features',
        { featureId: 'calls', overageEnabled: true, overageUnitPrice: 1 },
        ['overageEnabled', 'overageUnitPrice'],
      ],
      [A, 'PUT', '/features/calls/manage', {}, ['name']],
      [A, 'PUT', '/plan-groups/x/plans/reorder', { planIds: [''] }, ['planIds.0']],
      [
        B,
        'POST',
        '/plans/{plan}/prices',
        { ...price, introOffer: { enabled: 'yes' } },
        ['introOffer.enabled'],
      ],
      [
        B,
        'POST',
        '/plans/{plan}/prices',
        { ...price, introOffer: { enabled: true } },
        ['introOffer.discountType'],
      ],
      [
        B,
        'POST',
        '/plans/{plan}/features',
        { featureId: 'calls', overage: { enabled: true, unitPrice: 1 } },
        ['overage.enabled', 'overage.unitPrice'],
      ],
      [
        B,
        'PUT',
        '/plans/{plan}/regional',
        { currency: 'chf', exchangeRate: 0 },
        ['currency', 'exchangeRate'],
      ],
      [
        B,
        'PUT',
        '/plans/{plan}/prices/pp_x/regional',
        { overrides: [{ currency: 'EURO', price: 1 }] },
        ['overrides.0.currency'],
      ],
      [
        C,
        'PATCH',
        '/plans/{plan}/features/calls',
        { overage: { unitPrice: -1 } },
        ['overage.unitPrice'],
      ],
      [
        C,
        'POST',
        '/plans/{plan}/prices',
        { ...price, metadata: { a: { b: { c: { d: { e: {} } } } } } },
        ['metadata'],
      ],
    ];
    beforeAll(() => client.catalogue.feature({ code: 'calls', name: 'Calls' }));
    it.each(cases)('%s %s %s %j: %j', async (version, method, path, body, fields) => {
      const answer = await client.call(method, path.replace('{plan}', planId), body, {
        'commet-version': version,
      });
      const { code, param, details } = answer.body.error;
      expect({ status: answer.status, code, param }).toEqual({
        status: 400,
        code: 'validation_error',
        param: fields[0],
      });
      expect(details.map(({ field }: { field: string }) => field)).toEqual(fields);
    });
  });

  it.each([
    ['GET', '/plans?includePrivate=True', 'includePrivate'],
    ['GET', '/plans?includePrivate=', 'includePrivate'],
    ['GET', '/plans?includePrivate=2', 'includePrivate'],
    ['GET', '/plans?includePrivate=01', 'includePrivate'],
    ['GET', '/plans?limit=0', 'limit'],
    ['GET', '/plans?limit=1001', 'limit'],
    ['GET', '/plans?limit=ten', 'limit'],
    ['GET', '/plans?limit=1.5', 'limit'],
    ['GET', '/plans?limit=', 'limit'],
    ['GET', '/plans?limit=99999999999999999999', 'limit'],
    ['GET', '/plans?cursor=cur_xxx', 'cursor'],
    ['GET', '/plans?cursor=', 'cursor'],
    ['GET', '/plan-groups?limit=101', 'limit'],
    ['GET', '/plan-groups?cursor=%00', 'cursor'],
  ])('blame the query: %s %s', async (method, path, param) => {
    const answer = await client.call(method, path);
    expect(answer.body.error).toMatchObject({
      code: 'validation_error',
      param,
      details: [{ field: param }],
    });
  });

  it(
    'tell nothing apart: of another organization, of the other mode, deleted, never ' + 'there',
    async () => {
      const other = await server().newClient();
      const foreign = await other.catalogue.plan();
      const foreignGroup = await other.catalogue.group();
      const gone = await client.call('POST', '/plans/manage', { name: 'Gone', code: 'gone' });
      const goneId = gone.body.data.id;
      await client.call('DELETE', `/plans/${goneId}/manage`);
      const ofPlan = (id: string) =>
        [
          ['GET', `/plans/${id}`, undefined],
          ['PUT', `/plans/${id}/manage`, {}],
          ['DELETE', `/plans/${id}/manage`, undefined],
          ['POST', `/plans/${id}/prices`, { billingInterval: 'weekly', price: 0 }],
          ['PUT', `/plans/${id}/prices/pp_x/default`, {}],
          ['DELETE', `/plans/${id}/features/x`, undefined],
        ] as const;
      const expected = refusal('plan_not_found', catalogue.plan_not_found.meaning, {
        param: 'planId',
      });
      for (const id of [foreign.id, goneId, 'pln_never'])
        for (const [method, path, body] of ofPlan(id))
          expectExactly(await client.call(method, path, body), 404, expected);
      const group = await client.call('GET', `/plan-groups/${foreignGroup.id}`);
      expect(group.body).toEqual(
        refusal('plan_group_not_found', catalogue.plan_group_not_found.meaning, {
          param: 'planGroupId',
        }),
      );
    },
  );

  it.each([
    '%',
    '%zz',
    '%00',
    '%ff%fe',
    '%20',
    '..;',
    'a%2Fb',
    '💥',
    "' or 1=1",
    'x'.repeat(4_000),
  ])('take any text for an id that does not exist: %s', async (id) => {
    const [read, written] = [
      await client.call('GET', `/plans/${id}`),
      await client.call('DELETE', `/plans/${id}/prices/${id}`),
    ];
    expect([read.status, written.status]).toEqual([404, 404]);
    expect([codeOf(read), codeOf(written)]).toEqual(['plan_not_found', 'plan_not_found']);
  });

  it.each(['/', '', '//plans', '/plans/', '/plans//prices', '/Plans', '/plans/x/y/z/w/v'])(
    'know no such path: %s',
    async (path) => {
      const answer = await client.call('GET', path);
      expect({ status: answer.status, code: codeOf(answer) }).toEqual({
        status: 404,
        code: 'not_found',
      });
    },
  );

  describe('are not for what harms nobody', () => {
    it('empty bodies that are declared as JSON', async () => {
      expect((await send('GET', '/plans', '')).status).toBe(200);
      const { id } = await client.catalogue.group();
      expect((await send('DELETE', `/plan-groups/${id}`, '')).status).toBe(200);
    });

    it('an empty body on POST, which counts as one without fields', async () => {
      const answer = await send('POST', '/plan-groups', '');
      expect(answer.body.error).toMatchObject({ code: 'validation_error', param: 'name' });
    });

    it('unknown headers, query parameters and body fields', async () => {
      const headers = {
        ...json,
        'commet-client-info': '{"sdk":"x"}',
        'commet-client-telemetry': 'x',
        'x-other': 'y',
      };
      const body =
        '{"name":"Group","__proto__":{"isPublic":false},"constructor":1,"unknown":{"deep":[1]}}';
      const answer = await send('POST', '/plan-groups?unknown=1', body, headers);
      expect(answer.status).toBe(201);
      expect(answer.body.data.isPublic).toBe(true);
    });

    it.each([
      'application/json; charset=utf-8',
      'Application/JSON',
      'application/merge-patch+json',
    ])('%s', async (type) => {
      expect(
        (await send('POST', '/plan-groups', '{"name":"Group"}', { 'content-type': type })).status,
      ).toBe(201);
    });
  });

  it('answer HEAD as GET, without the body', async () => {
    const response = await fetch(`${client.url}/plans`, {
      method: 'HEAD',
      headers: { 'x-api-key': client.key },
    });
    expect({ status: response.status, text: await response.text() }).toEqual({
      status: 200,
      text: '',
    });
  });

  it('carry the request id that was sent, if it is a sane one', async () => {
    const sane = await client.send('/nowhere', { headers: { 'x-request-id': 'req_abc-1' } });
    expect(sane.headers.get('x-request-id')).toBe('req_abc-1');
    const odd = await client.send('/nowhere', { headers: { 'x-request-id': 'a b<script>' } });
    expect(odd.headers.get('x-request-id')).toMatch(/^req_\w+$/);
  });

  it.each([
    ['lists', '['.repeat(60_000) + ']'.repeat(60_000)],
    ['objects', `${'{"a":'.repeat(40_000)}1${'}'.repeat(40_000)}`],
    ['a number beyond all bounds', '{"a":1e999}'],
    ['half a character', '{"a":"\\ud800"}'],
    ['more digits than a number keeps', '{"a":[{"b":0.1234567890123456789}]}'],
    ['a number that would become 0', '{"a":1e-400}'],
  ])('name the field that holds %s, however deep', async (_name, metadata) => {
    const answer = await send(
      'POST',
      '/plans/manage',
      `{"name":"Deep","code":"deep","metadata":${metadata}}`,
    );
    expect(answer.body.error).toMatchObject({ code: 'validation_error', param: 'metadata' });
  });

  it('say when to come back while the catalogue is locked', async () => {
    const { catalogue } = client;
    const other = await connect(server().world.url);
    await other.writing.transaction().execute(async (transaction) => {
      await other.lockTenant(transaction, catalogue.tenant.id);
      const answer = await client.call('POST', '/plan-groups', { name: 'Late' });
      expect({ status: answer.status, code: codeOf(answer) }).toEqual({
        status: 503,
        code: 'service_unavailable',
      });
      expect(answer.headers.get('retry-after')).toBe('1');
    });
    await other.close();
    expect((await client.call('POST', '/plan-groups', { name: 'Late' })).status).toBe(201);
  });
});
