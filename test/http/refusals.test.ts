import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pinApiVersion } from '../../src/domain/organization.ts';
import type { ApiVersion } from '../../src/vocabulary.ts';
import { newCatalogue } from '../catalogue.ts';
import { anyone, type Database, newSqliteFile, World } from '../engines.ts';
import { Gateway, keyOf } from '../gateway.ts';

/** Every refusal of the edge has the shape of its surface, and in REST of the era. */

const WRAPPED: ApiVersion = '2026-05-25';
const BARE: ApiVersion = '2026-07-24';

interface Refusal {
  status: number;
  code: string;
}

interface Answer {
  status: number;
  headers: Map<string, string>;
  // biome-ignore lint/suspicious/noExplicitAny: the shape of the body is what is tested.
  body: any;
}

let database: Database;
let world: World;
let key: string;
let pinnedKey: string;
beforeAll(async () => {
  database = await newSqliteFile();
  world = await World.open(database.url);
  key = await keyOf(world, await world.newTenant());
  const tenant = await world.tenantOf('Pinned', 'live');
  await pinApiVersion(world.store, 'Pinned', BARE, anyone);
  pinnedKey = await keyOf(world, tenant);
});
afterAll(async () => {
  await world.close();
  await database.remove();
});

const answersIn = (text: string): Answer[] =>
  text.split(/(?=HTTP\/1\.1 \d{3} )/).map((answer) => {
    const [head = '', body = ''] = answer.split('\r\n\r\n');
    const [line = '', ...lines] = head.split('\r\n');
    const headers = new Map(
      lines.map((header) => {
        const colon = header.indexOf(':');
        return [header.slice(0, colon).toLowerCase(), header.slice(colon + 1).trim()];
      }),
    );
    expect(Buffer.byteLength(body)).toBe(Number(headers.get('content-length')));
    return { status: Number(line.split(' ')[1]), headers, body: JSON.parse(body) };
  });

/** Sends the parts of a request, a packet each, and reads until the server ends the connection. */
const converse = async ({ url }: Gateway, ...packets: string[]): Promise<Answer> => {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  let text = '';
  const isOver = new Promise<void>((resolve) => {
    socket.on('data', (data) => {
      text += data;
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve());
  });
  for (const packet of packets) {
    await new Promise((resolve) => socket.write(packet, resolve));
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await isOver;
  const answers = answersIn(text);
  expect(answers).toHaveLength(1);
  return answers[0] as Answer;
};

/** One way to speak to the gateway, and the shape in which it says no. */
interface Client {
  name: string;
  path: string;
  headers: () => string[];
  /** The members of the body, and where the code stands. */
  expectShape(answer: Answer, refusal: Refusal): void;
}

const graphql = (accept: string): Client => ({
  name: `GraphQL as ${accept}`,
  path: '/graphql',
  headers: () => [`accept: ${accept}`, `x-api-key: ${key}`],
  expectShape: ({ headers, body }, { code }) => {
    expect(headers.get('content-type')).toBe(`${accept}; charset=utf-8`);
    expect(Object.keys(body)).toEqual(['errors']);
    expect(body.errors).toHaveLength(1);
    expect(body.errors[0].extensions).toMatchObject({ code, docUrl: expect.stringMatching(code) });
  },
});

const rest = (name: string, version: ApiVersion, headers: () => string[]): Client => ({
  name: `REST ${name}`,
  path: '/api/v1/plans',
  headers,
  expectShape: ({ headers: sent, body }, { code }) => {
    expect(sent.get('commet-version')).toBe(version);
    expect(Object.keys(body)).toEqual(version === BARE ? ['error'] : ['success', 'error']);
    expect(body.error).toMatchObject({ code, doc_url: expect.stringMatching(code) });
  },
});

const unversioned: Client = {
  name: 'REST before its versions',
  path: '/api/plans',
  headers: () => [`x-api-key: ${pinnedKey}`],
  expectShape: ({ headers, body }, { code }) => {
    expect(headers.get('deprecation')).toBe('true');
    expect(Object.keys(body).slice(0, 3)).toEqual(['success', 'code', 'message']);
    expect(body.code).toBe(code);
  },
};

const clients: Client[] = [
  graphql('application/json'),
  graphql('application/graphql-response+json'),
  rest('of no version', WRAPPED, () => [`x-api-key: ${key}`]),
  rest('of the version that the organization is pinned to', BARE, () => [
    `x-api-key: ${pinnedKey}`,
  ]),
  rest('of the version in the header', WRAPPED, () => [
    `x-api-key: ${pinnedKey}`,
    `commet-version: ${WRAPPED}`,
  ]),
  unversioned,
];

const text = (line: string, lines: string[], body = '') =>
  [`${line} HTTP/1.1`, ...lines, '', body].join('\r\n');
const LAST = ['host: localhost', 'connection: close'];
const CHUNKED = ['content-type: application/json', 'transfer-encoding: chunked'];

describe.each(clients)('$name is refused in its own shape', ({ path, headers, expectShape }) => {
  const refuses = async (
    refusal: Refusal,
    packets: string[],
    environment: Record<string, string> = {},
    before: (gateway: Gateway) => Promise<unknown> = async () => {},
  ) => {
    await Gateway.during(world, { LOG_LEVEL: 'info', ...environment }, async (gateway) => {
      await before(gateway);
      const answer = await converse(gateway, ...packets);
      expect(answer.status).toBe(refusal.status);
      expect(answer.headers.get('x-request-id')).toMatch(/^req_/);
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expectShape(answer, refusal);
      const last = gateway.log.at(-1);
      expect(last).toMatchObject({
        status: refusal.status,
        requestId: answer.headers.get('x-request-id'),
        surface: path === '/graphql' ? 'graphql' : 'rest',
      });
    });
  };
  const read = (...more: string[]) =>
    text(`GET ${path}?query=%7Bviewer%7Bmode%7D%7D`, [...LAST, ...headers(), ...more]);
  const invalid = (status: number) => ({ status, code: 'validation_error' });

  it('without a Host', () =>
    refuses(invalid(400), [text(`GET ${path}`, ['connection: close', ...headers()])]));

  it('with two', () => refuses(invalid(400), [read('host: elsewhere')]));

  it('for TRACE', () =>
    refuses({ status: 405, code: 'method_not_allowed' }, [
      text(`TRACE ${path}`, [...LAST, ...headers()]),
    ]));

  it('for another method that it does not take', () =>
    refuses({ status: 405, code: 'method_not_allowed' }, [
      text(`DELETE ${path}`, [...LAST, ...headers()]),
    ]));

  it('over the rate limit', () =>
    refuses(
      { status: 429, code: 'rate_limited' },
      [read()],
      { RATE_LIMIT: '1' },
      async (gateway) => {
        for (const secret of [key, pinnedKey])
          await fetch(`${gateway.url}/api/v1/features`, { headers: { 'x-api-key': secret } });
      },
    ));

  it('for a body that is too large', () =>
    refuses({ status: 413, code: 'payload_too_large' }, [
      text(`${path === '/graphql' ? 'POST' : 'GET'} ${path}`, [
        ...LAST,
        ...headers(),
        'content-type: application/json',
        'content-length: 3000000',
      ]),
    ]));

  it('for headers that are too large', () =>
    refuses(invalid(431), [read(`x-long: ${'x'.repeat(20_000)}`)]));

  it('for an address that is too long', () =>
    refuses(invalid(431), [text(`GET ${path}?x=${'x'.repeat(20_000)}`, [...LAST, ...headers()])]));

  it('for a header that is none', () => refuses(invalid(400), [read('b@d: 1')]));

  it('for a body that does not end', () =>
    refuses(
      invalid(408),
      [
        text(
          `${path === '/graphql' ? 'POST' : 'GET'} ${path}`,
          ['host: localhost', ...headers(), 'content-type: application/json', 'content-length: 9'],
          '{',
        ),
      ],
      { REQUEST_TIMEOUT_SECONDS: '1' },
    ));

  it.each([1, 2])('for a chunk that is none, in %i packets', (count) => {
    const head = text(`${path === '/graphql' ? 'POST' : 'GET'} ${path}`, [
      'host: localhost',
      ...headers(),
      ...CHUNKED,
    ]);
    return refuses(invalid(400), count === 1 ? [`${head}zz\r\n`] : [head, 'zz\r\n']);
  });
});

describe('without a usable key', () => {
  const anonymous: Client[] = [
    graphql('application/graphql-response+json'),
    rest('of no version', WRAPPED, () => []),
    rest('of the version in the header', BARE, () => [`commet-version: ${BARE}`]),
  ];

  it.each(anonymous)(
    '$name is refused in its own shape',
    async ({ path, headers, expectShape }) => {
      const others = headers().filter((header) => !header.startsWith('x-api-key'));
      await Gateway.during(
        world,
        { RATE_LIMIT: '9', RATE_LIMIT_WITHOUT_KEY: '3' },
        async (gateway) => {
          const ask = (...more: string[]) =>
            converse(gateway, text(`GET ${path}?query=x`, [...LAST, ...others, ...more]));
          const refused = { status: 401, code: 'unauthorized' };
          for (const answer of [await ask(), await ask('x-api-key: ck_live_wrong')]) {
            expect(answer.status).toBe(401);
            expectShape(answer, refused);
          }
          const trace = await converse(
            gateway,
            text(`TRACE ${path}`, [...LAST, ...others, 'x-api-key: ck_live_wrong']),
          );
          expect(trace.status).toBe(405);
          expectShape(trace, { status: 405, code: 'method_not_allowed' });
          const limited = await ask();
          expect(limited.status).toBe(429);
          expectShape(limited, { status: 429, code: 'rate_limited' });
        },
      );
    },
  );
});

describe('under overload', () => {
  it('each surface refuses in its own shape', async () => {
    const catalogue = await newCatalogue(world);
    const big = await keyOf(world, catalogue.tenant);
    const metadata = Object.fromEntries(
      Array.from({ length: 30 }, (_, place) => [`key${place}`, 'x'.repeat(500)]),
    );
    for (let count = 0; count < 100; count += 1) await catalogue.plan({ metadata });
    const page = encodeURIComponent(
      '{ plans(first: 100) { nodes { metadata a: metadata b: metadata } } }',
    );
    const environment = { MAX_CONCURRENT_REQUESTS: '2', RESPONSE_CACHE: 'off' };
    await Gateway.during(world, environment, async (gateway) => {
      const { hostname, port } = new URL(gateway.url);
      const deaf: Socket = connect(Number(port), hostname, () =>
        deaf.write(text(`GET /graphql?query=${page}`, ['host: localhost', `x-api-key: ${big}`])),
      );
      deaf.pause();
      deaf.on('error', () => {});
      await expect
        .poll(async () => (await gateway.graphql(key, '{ viewer { mode } }')).status)
        .toBe(503);
      for (const { path, headers, expectShape } of clients) {
        const answer = await converse(
          gateway,
          text(`GET ${path}?query=%7Bviewer%7Bmode%7D%7D`, [...LAST, ...headers()]),
        );
        expect(answer.status).toBe(503);
        expect(answer.headers.get('retry-after')).toBe('1');
        expectShape(answer, { status: 503, code: 'service_unavailable' });
      }
      deaf.destroy();
    });
  });
});

it('CONNECT is refused, and the connection ends', async () => {
  await Gateway.during(world, {}, async (gateway) => {
    const { status, headers, body } = await converse(
      gateway,
      text('CONNECT localhost:1', ['host: localhost:1', `x-api-key: ${key}`]),
    );
    expect(status).toBe(405);
    expect(headers.get('allow')).toMatch('GET, HEAD, POST');
    expect(body.error.code).toBe('method_not_allowed');
  });
});

it.each(['CONNECT localhost:1', 'nonsense'])(
  'a client that keeps its side open after %s does not keep the server',
  async (line) => {
    let socket: Socket | undefined;
    await Gateway.during(world, {}, async ({ url }) => {
      const { hostname, port } = new URL(url);
      const client = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
      socket = client;
      client.on('error', () => {});
      client.write(text(line, ['host: localhost:1']));
      await once(client, 'data');
      client.resume();
      await once(client, 'end');
    });
    expect(socket?.writable).toBe(true);
    socket?.destroy();
  },
  5_000,
);

it('a request that names no surface is refused as the pages are', async () => {
  await Gateway.during(world, {}, async (gateway) => {
    for (const sent of ['nonsense\r\n\r\n', 'GET /docs HTTP/1.1\r\nb@d: 1\r\n\r\n']) {
      const { status, body } = await converse(gateway, sent);
      expect({ status, body }).toMatchObject({
        status: 400,
        body: { success: false, error: { code: 'validation_error', message: 'This is not HTTP.' } },
      });
    }
  });
});
