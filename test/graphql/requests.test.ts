import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { onEveryGateway } from './client.ts';

const SPEC = 'application/graphql-response+json';
const JSON_TYPE = 'application/json';

interface Sent {
  method?: string;
  path?: string;
  body?: string | Uint8Array<ArrayBuffer>;
  headers?: Record<string, string>;
}

onEveryGateway('a GraphQL request', (client) => {
  const send = async ({ method = 'POST', path = '', body, headers = {} }: Sent) => {
    const response = await fetch(`${client().gateway.url}/graphql${path}`, {
      method,
      headers: {
        'x-api-key': client().key,
        accept: SPEC,
        ...(body !== undefined && { 'content-type': JSON_TYPE }),
        ...headers,
      },
      ...(body !== undefined && { body }),
    });
    const text = await response.text();
    expect(text).not.toMatch(/internal_error|node_modules|\.ts:\d/);
    const { data, errors } = text ? JSON.parse(text) : {};
    return {
      status: response.status,
      headers: response.headers,
      data,
      errors,
      extensions: errors?.[0].extensions,
    };
  };
  const post = (params: unknown, headers?: Record<string, string>) =>
    send({ body: JSON.stringify(params), ...(headers && { headers }) });

  describe('is refused as a whole', () => {
    it.each<[string, Sent, number, string, string?]>([
      ['without a body', { body: '' }, 400, 'invalid_json'],
      ['without JSON', { body: '{"query": ' }, 400, 'invalid_json'],
      ['with other JSON', { body: "{'query': '{ viewer { mode } }'}" }, 400, 'invalid_json'],
      [
        'with broken UTF-8',
        { body: new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x7d]) },
        400,
        'invalid_json',
      ],
      [
        'with half a surrogate in UTF-8',
        { body: new Uint8Array([0x22, 0xed, 0xa0, 0x80, 0x22]) },
        400,
        'invalid_json',
      ],
      ['as a list', { body: '[{"query":"{ viewer { mode } }"}]' }, 400, 'validation_error', 'body'],
      ['as an empty list', { body: '[]' }, 400, 'validation_error', 'body'],
      ['as null', { body: 'null' }, 400, 'validation_error', 'body'],
      ['as a number', { body: '5' }, 400, 'validation_error', 'body'],
      ['as a text', { body: '"{ viewer { mode } }"' }, 400, 'validation_error', 'body'],
      ['without a query', { body: '{}' }, 400, 'validation_error', 'query'],
      ['with a query that is no text', { body: '{"query":{}}' }, 400, 'validation_error', 'query'],
      [
        'with variables in a list',
        { body: '{"query":"{ viewer { mode } }","variables":[]}' },
        400,
        'validation_error',
        'variables',
      ],
      [
        'with variables in a text',
        { body: '{"query":"{ viewer { mode } }","variables":"{}"}' },
        400,
        'validation_error',
        'variables',
      ],
      [
        'with an operation name that is no text',
        { body: '{"query":"{ viewer { mode } }","operationName":5}' },
        400,
        'validation_error',
        'operationName',
      ],
      [
        'with extensions that are no object',
        { body: '{"query":"{ viewer { mode } }","extensions":5}' },
        400,
        'validation_error',
        'extensions',
      ],
      [
        'with a body that is too large',
        {
          body: JSON.stringify({
            query: '{ viewer { mode } }',
            variables: { a: 'x'.repeat(2 * 1024 * 1024) },
          }),
        },
        413,
        'payload_too_large',
      ],
      [
        'with a document that is too large',
        { body: JSON.stringify({ query: `{ viewer { mode } }${' '.repeat(16 * 1024)}` }) },
        400,
        'query_too_complex',
      ],
      [
        'as a form',
        {
          body: 'query={viewer{mode}}',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
        },
        415,
        'unsupported_media_type',
      ],
      [
        'in parts',
        { body: '--x--', headers: { 'content-type': 'multipart/form-data; boundary=x' } },
        415,
        'unsupported_media_type',
      ],
      [
        'as plain text',
        { body: '{"query":"{ viewer { mode } }"}', headers: { 'content-type': 'text/plain' } },
        415,
        'unsupported_media_type',
      ],
      [
        'as a bare document',
        { body: '{ viewer { mode } }', headers: { 'content-type': 'application/graphql' } },
        415,
        'unsupported_media_type',
      ],
      [
        'without a content type',
        { body: new Uint8Array([0x7b, 0x7d]), headers: { 'content-type': '' } },
        415,
        'unsupported_media_type',
      ],
      [
        'by PUT',
        { method: 'PUT', body: '{"query":"{ viewer { mode } }"}' },
        405,
        'method_not_allowed',
      ],
      ['by DELETE', { method: 'DELETE' }, 405, 'method_not_allowed'],
      ['by GET without a query', { method: 'GET' }, 400, 'validation_error', 'query'],
      [
        'by GET with variables that are no JSON',
        { method: 'GET', path: '?query={viewer{mode}}&variables={' },
        400,
        'invalid_json',
      ],
      [
        'by GET with variables in a list',
        { method: 'GET', path: '?query={viewer{mode}}&variables=[]' },
        400,
        'validation_error',
        'variables',
      ],
      [
        'by GET with extensions that are no JSON',
        { method: 'GET', path: '?query={viewer{mode}}&extensions=x' },
        400,
        'invalid_json',
      ],
    ])('%s', async (_, sent, status, code, param) => {
      const answer = await client().changesNothing(() => send(sent));
      expect(answer).toMatchObject({
        status,
        errors: [{ message: expect.any(String) }],
        extensions: { code },
      });
      expect(answer.extensions.param).toBe(param);
      expect(answer.extensions.docUrl).toBe(`${client().gateway.url}/docs/errors/${code}`);
      expect(answer.headers.get('content-type')).toBe(`${SPEC}; charset=utf-8`);
      expect(answer.data).toBeUndefined();
    });

    it('by GET when it would change something', async () => {
      const query = 'mutation { createPlanGroup(input: { name: "N" }) { __typename } }';
      const answer = await client().changesNothing(() =>
        send({ method: 'GET', path: `?query=${encodeURIComponent(query)}` }),
      );
      expect(answer).toMatchObject({ status: 405, extensions: { code: 'method_not_allowed' } });
      expect(answer.headers.get('allow')).toBe('POST');
    });

    it('as a batch, with a clear word', async () => {
      const { errors } = await post([{ query: '{ viewer { mode } }' }]);
      expect(errors[0].message).toBe(
        'body: must be one request: batches are not served, send each in a request of its own',
      );
    });

    it('without reading a body that is too large to the end', async () => {
      const { hostname, port } = new URL(client().gateway.url);
      const answer = await new Promise<string>((resolve, reject) => {
        const socket = connect(Number(port), hostname, () => {
          socket.write(
            `POST /graphql HTTP/1.1\r\nHost: ${hostname}:${port}\r\nx-api-key: ${client().key}\r\n` +
              `content-type: ${JSON_TYPE}\r\ncontent-length: 1000000000\r\n\r\n{"query":`,
          );
        });
        socket.once('data', (data) => {
          socket.destroy();
          resolve(data.toString());
        });
        socket.once('error', reject);
      });
      expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    });
  });

  describe('is refused by its document', () => {
    const nested = (depth: number) =>
      `{ plans(filter: { metadata: ${'{ key: '.repeat(depth)}1${'}'.repeat(depth)} }) { totalCount } }`;
    it.each([
      ['nothing', ''],
      ['blanks', ' \n '],
      ['a comment', '# nothing'],
      ['no GraphQL', 'select 1'],
      ['an open brace', '{ viewer { mode }'],
      ['NUL', '{ viewer { mode \0 } }'],
      ['a lone surrogate', '{ viewer { mode \ud800 } }'],
      ['a lone surrogate in a text', '{ plan(code: "\ud800") { id } }'],
      ['fragments only', 'fragment F on Plan { id }'],
      ['a subscription', 'subscription { plans { totalCount } }'],
      ['a type', 'type Query { a: Int }'],
      [
        'fragments in a circle',
        '{ plan(code: "a") { ...A } } fragment A on Plan { group { plans { ...A } } }',
      ],
      ['open braces', '{'.repeat(1_900)],
      ['open brackets', `{ nodes(ids: ${'['.repeat(1_900)}`],
      ['5 KB of nested objects', nested(350)],
    ])('of %s', async (_, query) => {
      const { status, errors } = await client().changesNothing(() => post({ query }));
      expect(status).toBe(400);
      for (const { extensions } of errors)
        expect(extensions).toMatchObject({
          code: 'validation_error',
          type: 'validation_error',
          details: expect.any(Array),
        });
    });

    it('with the status that its client expects', async () => {
      for (const [accept, status] of [
        [SPEC, 400],
        [JSON_TYPE, 200],
        ['*/*', 200],
      ] as const) {
        const answer = await post({ query: '{ viewer { age } }' }, { accept });
        expect({ accept, status: answer.status }).toEqual({ accept, status });
        expect(answer.errors).toEqual([
          {
            message: expect.stringContaining('age'),
            locations: [{ line: 1, column: 12 }],
            extensions: {
              code: 'validation_error',
              type: 'validation_error',
              details: [],
              docUrl: expect.any(String),
            },
          },
        ]);
      }
    });

    it('when it has no such operation, or several', async () => {
      const query = 'query A { viewer { mode } } query B { viewer { scopes } }';
      expect((await post({ query, operationName: 'B' })).data).toEqual({
        viewer: { scopes: ['READ', 'WRITE', 'ADMIN', 'AUDIT'] },
      });
      for (const operationName of ['C', '', '__proto__', '\ud800', undefined, null])
        expect(await post({ query, operationName })).toMatchObject({
          status: 400,
          extensions: { code: 'validation_error' },
        });
    });
  });

  describe('is answered', () => {
    it('with any other member next to the query', async () => {
      const query = '{ viewer { mode } }';
      const data = { viewer: { mode: 'LIVE' } };
      for (const params of [
        { query, operationName: null, variables: null, extensions: null },
        { query, variables: { unused: 1, constructor: 2 } },
        JSON.parse(`{"query":"${query}","variables":{"__proto__":{"a":1}},"__proto__":5}`),
        { query, id: 5, other: [] },
      ])
        expect(await post(params)).toMatchObject({ status: 200, data });
      expect(
        await post({ query }, { 'content-type': 'Application/JSON; charset=UTF-8' }),
      ).toMatchObject({
        status: 200,
        data,
      });
      expect(await send({ method: 'GET', path: `?query=${query}&variables={}` })).toMatchObject({
        status: 200,
      });
    });

    it('under any alias', async () => {
      const query =
        '{ __proto__: __typename constructor: __typename plan(code: "none") { __proto__: id } }';
      const { status, data } = await post({ query });
      expect([status, Object.entries(data)]).toEqual([
        200,
        [
          ['__proto__', 'Query'],
          ['constructor', 'Query'],
          ['plan', null],
        ],
      ]);
    });

    it('in the type that its client accepts', async () => {
      for (const [accept, type] of [
        [SPEC, SPEC],
        [JSON_TYPE, JSON_TYPE],
        [`text/html, ${SPEC}`, SPEC],
      ] as const) {
        const { headers } = await post({ query: '{ viewer { mode } }' }, { accept });
        expect(headers.get('content-type')).toBe(`${type}; charset=utf-8`);
      }
    });

    it('in the type that its client likes best', async () => {
      for (const [accept, type] of [
        [`${JSON_TYPE};q=0.5, ${SPEC}`, SPEC],
        [`${SPEC};q=0.5, ${JSON_TYPE}`, JSON_TYPE],
        [`${JSON_TYPE};q=0, ${SPEC};q=0.1`, SPEC],
        [`${JSON_TYPE};q=0, */*`, SPEC],
        [`*/*, ${JSON_TYPE};q=0.1`, SPEC],
        [`${SPEC};charset=utf-8;q=0.9, ${JSON_TYPE};q=0.8`, SPEC],
        [`${SPEC}; q=0.1 , application/*`, JSON_TYPE],
        [`${JSON_TYPE}, ${SPEC}`, JSON_TYPE],
        [`multipart/mixed;q=0.5, ${SPEC}`, SPEC],
        [`multipart/mixed, ${JSON_TYPE};q=0.9`, 'multipart/mixed'],
        [`text/event-stream;q=0, ${SPEC}`, SPEC],
        [`text/event-stream, ${JSON_TYPE}`, JSON_TYPE],
      ] as const) {
        const { headers } = await fetch(`${client().gateway.url}/graphql`, {
          method: 'POST',
          headers: { 'x-api-key': client().key, accept, 'content-type': JSON_TYPE },
          body: '{"query":"{ viewer { mode } }"}',
        });
        expect({ accept, type: headers.get('content-type')?.split(';')[0] }).toEqual({
          accept,
          type,
        });
      }
    });

    it('as a page only where its client likes one best', async () => {
      const typeOf = async (accept: string, method = 'GET') => {
        const { headers } = await fetch(`${client().gateway.url}/graphql?query={viewer{mode}}`, {
          method,
          headers: { 'x-api-key': client().key, accept },
        });
        return headers.get('content-type')?.split(';')[0];
      };
      const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
      for (const method of ['GET', 'HEAD']) {
        expect(await typeOf(browser, method)).toBe('text/html');
        expect(await typeOf(`${JSON_TYPE}, text/html;q=0.9`, method)).toBe(JSON_TYPE);
        expect(await typeOf(`text/html;q=0, ${SPEC}`, method)).toBe(SPEC);
        expect(await typeOf('*/*', method)).toBe(JSON_TYPE);
      }
      expect(await typeOf(browser, 'POST')).toBe(JSON_TYPE);
    });

    it('by HEAD as by GET, without its body', async () => {
      const path = `?query=${encodeURIComponent('{ plans(first: 1) { totalCount } }')}`;
      const ask = (method: string, headers: Record<string, string> = {}) =>
        fetch(`${client().gateway.url}/graphql${path}`, {
          method,
          headers: { 'x-api-key': client().key, ...headers },
        });
      const [get, head] = [await ask('GET'), await ask('HEAD')];
      expect([get.status, head.status]).toEqual([200, 200]);
      const text = await get.text();
      expect(await head.text()).toBe('');
      expect(head.headers.get('content-length')).toBe(String(Buffer.byteLength(text)));
      for (const name of ['etag', 'content-type', 'cache-control', 'vary'])
        expect(head.headers.get(name)).toBe(get.headers.get(name));
      expect((await ask('HEAD', { 'if-none-match': get.headers.get('etag') ?? '' })).status).toBe(
        304,
      );
      const mutation = encodeURIComponent(
        'mutation { createPlanGroup(input: { name: "N" }) { __typename } }',
      );
      const refused = await client().changesNothing(() =>
        send({ method: 'HEAD', path: `?query=${mutation}` }),
      );
      expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'POST']);
    });

    it('by GET with any parameter left empty', async () => {
      const query = 'query={viewer{mode}}';
      for (const empty of [
        'operationName=',
        'variables=',
        'extensions=',
        'documentId=',
        'operationName=&variables=&x=',
      ])
        expect(await send({ method: 'GET', path: `?${query}&${empty}` })).toMatchObject({
          status: 200,
        });
      expect(await send({ method: 'GET', path: '?query=' })).toMatchObject({ status: 400 });
    });

    it('packed by gzip, and in no other coding or charset', async () => {
      const body = JSON.stringify({ query: '{ viewer { mode } }', variables: { ü: '€' } });
      const packed = new Uint8Array(gzipSync(body));
      const coded = (coding: string, bytes: string | Uint8Array<ArrayBuffer>, type = JSON_TYPE) =>
        send({ body: bytes, headers: { 'content-encoding': coding, 'content-type': type } });
      for (const coding of ['gzip', 'GZIP', 'x-gzip'])
        expect((await coded(coding, packed)).status).toBe(200);
      for (const coding of ['identity', '']) expect((await coded(coding, body)).status).toBe(200);
      for (const coding of ['br', 'deflate', 'compress', 'gzip, gzip', 'nonsense']) {
        const { status, headers } = await coded(coding, packed);
        expect([status, headers.get('accept-encoding')]).toEqual([415, 'gzip, identity']);
      }
      expect(await coded('gzip', body)).toMatchObject({
        status: 400,
        extensions: { code: 'invalid_json' },
      });
      expect(await coded('gzip', packed.subarray(0, -9))).toMatchObject({ status: 400 });
      // A bomb: some kilobytes that become three megabytes.
      expect(
        await coded('gzip', new Uint8Array(gzipSync(Buffer.alloc(3 * 2 ** 20, ' ')))),
      ).toMatchObject({ status: 413 });
      for (const charset of ['latin1', 'utf-16', 'iso-8859-1', '"UTF-16"'])
        expect(await coded('identity', body, `${JSON_TYPE}; charset=${charset}`)).toMatchObject({
          status: 415,
        });
      for (const charset of ['utf-8', '"UTF-8"', 'utf8'])
        expect(await coded('identity', body, `${JSON_TYPE}; charset=${charset}`)).toMatchObject({
          status: 200,
        });
    });

    it('where a literal of JSON holds a variable that was not given', async () => {
      const query = `mutation($given: String, $none: String) { createPlan(input: { name: "N", code: "gaps",
        metadata: { a: $none, b: [1, $none, $given], c: { d: $none, e: $given } } }) { ... on Plan { metadata } } }`;
      const { data } = await post({ query, variables: { given: 'x' } });
      expect(data).toEqual({ createPlan: { metadata: { b: [1, null, 'x'], c: { e: 'x' } } } });
    });

    it.each([
      'text/plain',
      'image/*',
      'nonsense',
      'application/json; charset=latin1',
      '',
      ',;',
      'constructor',
    ])('in JSON when its client accepts %j only', async (accept) => {
      const query =
        'mutation { createPlanGroup(input: { name: "N" }) { ... on PlanGroup { name } } }';
      const { status, headers, data } = await post({ query }, { accept });
      expect({ status, data }).toEqual({ status: 200, data: { createPlanGroup: { name: 'N' } } });
      expect(headers.get('content-type')).toBe(`${JSON_TYPE}; charset=utf-8`);
    });

    it('as a stream when its client wants one', async () => {
      const answer = await fetch(`${client().gateway.url}/graphql?query={viewer{mode}}`, {
        headers: { 'x-api-key': client().key, accept: 'text/event-stream' },
      });
      expect(answer.headers.get('content-type')).toBe('text/event-stream');
      expect(await answer.text()).toContain(
        'data: {"data":{"viewer":{"mode":"LIVE"}},"extensions":{"cost":',
      );
    });

    it('in parts when its client wants these, framed one way only', async () => {
      const answer = await fetch(`${client().gateway.url}/graphql?query={viewer{mode}}`, {
        headers: { 'x-api-key': client().key, accept: 'multipart/mixed' },
      });
      expect(answer.headers.get('transfer-encoding')).toBeNull();
      expect(await answer.text()).toContain('{"data":{"viewer":{"mode":"LIVE"}}');
    });

    it('when a variable is nested deep where nobody looks', async () => {
      const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
      const body = (type: string, field: string) =>
        `{"query":"query($deep: ${type}) { ${field} }","variables":{"deep":${deep}}}`;
      expect(
        await send({ body: `{"query":"{ viewer { mode } }","variables":{"deep":${deep}}}` }),
      ).toMatchObject({
        status: 200,
      });
      expect(await send({ body: body('ID!', 'node(id: $deep) { id }') })).toMatchObject({
        status: 400,
        extensions: { code: 'validation_error', param: 'deep' },
      });
      expect(await send({ body: body('[ID!]!', 'nodes(ids: $deep) { id }') })).toMatchObject({
        status: 400,
        extensions: { code: 'validation_error' },
      });
      expect(
        await send({ body: body('PlanFilter', 'plans(filter: $deep) { totalCount }') }),
      ).toMatchObject({
        status: 400,
        extensions: { code: 'validation_error', param: 'deep' },
      });
    });

    it.each(['0.1234567890123456789', '1e-400', '[1e-400]', '{\\"b\\": 0.30000000000000004441}'])(
      'by a typed error when metadata holds a number that is lost: %s',
      async (lost) => {
        const create = (metadata: string) =>
          `createPlan(input: { name: \\"N\\", code: \\"n\\", metadata: ${metadata} }) { __typename ... on Error { param } }`;
        const value = lost.replaceAll('\\"', '"');
        const bodies = [
          `{"query":"mutation { ${create(`{ a: ${lost.replaceAll('\\"', '')} }`)} }"}`,
          `{"query":"mutation($m: JSONObject) { ${create('$m')} }","variables":{"m":{"a":${value}}}}`,
          `{"query":"mutation($m: JSONObject) { ${create('{ x: $m }')} }","variables":{"m":{"a":${value}}}}`,
        ];
        for (const body of bodies) {
          const answer = await client().changesNothing(() => send({ body }));
          expect(answer).toMatchObject({
            data: { createPlan: { __typename: 'ValidationError', param: 'metadata' } },
          });
        }
      },
    );

    it('by a typed error when metadata is nested deep', async () => {
      for (const [open, close] of [
        ['[', ']'],
        ['{"a":', '}'],
      ] as const) {
        const deep = `${open.repeat(30_000)}1${close.repeat(30_000)}`;
        const query =
          'mutation($m: JSONObject) { createPlan(input: { name: \\"N\\", code: \\"n\\", metadata: ' +
          '{ m: $m } }) { __typename ... on Error { param } } }';
        const answer = await client().changesNothing(() =>
          send({ body: `{"query":"${query}","variables":{"m":${deep}}}` }),
        );
        expect(answer.data).toEqual({
          createPlan: { __typename: 'ValidationError', param: 'metadata' },
        });
      }
    });
  });
});
