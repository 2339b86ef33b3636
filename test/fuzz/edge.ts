import type { Random } from '../model/random.ts';
import { hostileText } from './hostile.ts';
import type { Header, Request } from './probe.ts';
import type { Holder } from './tenants.ts';

/** What stands around requests: headers and addresses. */

const names = [
  'x-request-id',
  'idempotency-key',
  'origin',
  'accept',
  'commet-version',
  'x-forwarded-for',
  'x-forwarded-host',
];

const values: Record<string, string[]> = {
  accept: [
    '*/*',
    'text/html',
    'text/event-stream',
    'multipart/mixed',
    'application/graphql-response+json',
    'image/png',
    'application/json;q=x',
  ],
  origin: ['null', 'https://evil.example', 'http://localhost:3000', 'x', 'https://[', 'file://'],
  'idempotency-key': ['one', 'two', 'three', 'x'.repeat(255), 'x'.repeat(256), 'a b'],
  'x-forwarded-for': ['127.0.0.1', '1.2.3.4, 5.6.7.8', '::1', '999.999.999.999'],
  'x-forwarded-host': ['evil.example', 'evil.example:99999'],
  'x-request-id': ['x', 'x'.repeat(128), 'x'.repeat(129), '<b>'],
  authorization: [
    'Bearer',
    'Bearer x',
    'Basic eDp5',
    'bearer ck_live_unknown',
    `Bearer ${'x'.repeat(2_000)}`,
  ],
  'content-encoding': ['gzip', 'br', 'identity', 'x'],
  expect: ['100-continue'],
  'accept-encoding': ['gzip, deflate, br', '*;q=0'],
  'access-control-request-method': ['POST', 'x'],
  'if-none-match': ['*', '"x"', 'W/"x"', '"'],
  range: ['bytes=0-1', 'bytes=x'],
  cookie: ['session=x', '__proto__=1', '; ; ='],
  upgrade: ['websocket', 'h2c'],
  te: ['trailers', 'chunked'],
  'x-http-method-override': ['DELETE'],
  traceparent: ['00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', 'x'],
  constructor: ['x'],
  'content-type': ['application/json', 'text/plain'],
};

/** One header that is unusual, or unusually filled. */
export const strangeHeader = (random: Random): Header => {
  if (random.chance(0.2))
    return [random.pick(names), random.pick([hostileText(random), 'é', 'x'.repeat(9_000)])];
  const name = random.pick(Object.keys(values));
  return [name, random.pick(values[name] ?? [])];
};

const paths = [
  '/',
  '/health',
  '/ready',
  '/metrics',
  '/docs',
  '/docs/errors',
  '/docs/errors/plan_not_found',
  '/docs/errors/__proto__',
  '/docs/errors/..',
  '/docs/assets/reference.js',
  '/docs/assets/..%2f..%2fpackage.json',
  '/docs/assets/../../package.json',
  '/openapi.json',
  '/openapi.json?version=__proto__',
  '/openapi.json?version=%00',
  '/docs?version=%3Cscript%3E',
  '/graphql',
  '/graphql/',
  '/graphql?query=%',
  '/graphql?query={__typename}',
  '/graphql?query=%7B__typename%7D&variables=%7B',
  '/graphql?query=%7B__typename%7D&extensions=1e400',
  '/graphql?query=mutation%20%7B%20deletePlan(planId:%22x%22)%20%7B%20__typename%20%7D%20%7D',
  '/graphql?query={__typename}&key=pk_live_x',
  '/graphql?query={__typename}&key=%ff&k%65y',
  '/pricing-page',
  '/pricing-page?group=__proto__&country=DE',
  '/pricing-page?plans=,,%00&locale=%ff&currency=x&group=',
  '/pricing-page?plans=pro&plans=pro&key=&key=ck_live_x',
  '//',
  '///api/v1/plans',
  '/api/v1//plans',
  '/api/v1/plans/',
  '/api/v1/',
  '/api/v1',
  '/api/v1/../v1/plans',
  '/api/v1/plans/%',
  '/api/v1/plans/%2e%2e/features',
  '/api/v1/plans/%00',
  '/api/v1/plans/%ff%fe',
  '/api/v1/plans/pln_x%2fprices',
  '/api/v1/plans;a=b',
  '/api/v1/plans#fragment',
  '/api/v1/__proto__',
  '/.env',
  '/..%2f..%2fetc%2fhosts',
  '/%',
  '/%c0%ae%c0%ae/',
  '/api/cli/push',
  '/catalogue',
  '/catalogue/lint',
  '/catalogue/schema.json',
  '/catalogue/change-sets',
  '/catalogue/change-sets/chs_0/apply',
  'http://localhost/health',
  'http://evil.example/api/v1/plans',
  'http://[/api/v1/plans',
  'http:///graphql',
  '//\\',
  '*',
  'x',
  '?',
  '/é',
];

const methods = ['GET', 'GET', 'GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'];

/** A request for any address, be there something or not. */
export const edgeRequest = (random: Random): Request => {
  const long = `/api/v1/plans/${'x'.repeat(random.pick([100, 5_000, 11_000, 17_000]))}`;
  const target = random.chance(0.05) ? long : random.pick(paths);
  const headers = Array.from({ length: random.below(3) }, () => strangeHeader(random));
  return { method: random.pick(methods), target, headers };
};

const ask = (holder: Holder, path: string, ...lines: string[]) =>
  [
    `GET ${path} HTTP/1.1`,
    'host: localhost',
    `x-api-key: ${holder.secret ?? 'x'}`,
    ...lines,
    '',
    '',
  ].join('\r\n');

const post = (holder: Holder, ...lines: string[]) =>
  [
    'POST /graphql HTTP/1.1',
    'host: localhost',
    `x-api-key: ${holder.secret ?? 'x'}`,
    'content-type: application/json',
    ...lines,
  ].join('\r\n');

const body = '{"query":"{ viewer { mode } }"}';

/** What is no HTTP, or lies about its frame. */
const junk: ((random: Random, holder: Holder) => string)[] = [
  () => 'nonsense\r\n\r\n',
  () => '\r\n\r\n\r\n',
  () => '\0\0\0\0\r\n\r\n',
  () => 'GET / HTTP/9.9\r\n\r\n',
  () => 'GET / HTTP/1.1\r\n\r\n',
  () => 'GET /health HTTP/1.0\r\n\r\n',
  () => 'GET  /  HTTP/1.1\r\nhost: x\r\n\r\n',
  () => 'GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n',
  () => 'GET / HTTP/1.1\r\nhost: a b\r\n\r\n',
  () => 'GET / HTTP/1.1\r\n: x\r\n\r\n',
  () => 'GET / HTTP/1.1\r\nhost: x\r\nno colon\r\n\r\n',
  () => 'CONNECT evil.example:443 HTTP/1.1\r\nhost: x\r\n\r\n',
  () => 'TRACE / HTTP/1.1\r\nhost: x\r\n\r\n',
  () => 'PROPFIND /api/v1/plans HTTP/1.1\r\nhost: x\r\n\r\n',
  () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  () => '\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03',
  (random) =>
    `GET / HTTP/1.1\r\nhost: x\r\nx-long: ${'x'.repeat(random.pick([10_000, 20_000, 200_000]))}\r\n\r\n`,
  (random) => `GET / HTTP/1.1\r\nhost: x\r\n${'x: y\r\n'.repeat(random.pick([50, 3_000]))}\r\n`,
  (_, holder) => ask(holder, '/api/v1/plans').slice(0, -2),
  (_, holder) => ask(holder, '/api/v1/plans').repeat(5),
  (_, holder) => ask(holder, '/api/v1/plans', 'connection: upgrade', 'upgrade: websocket'),
  (_, holder) => post(holder, 'content-length: 500', '', body),
  (_, holder) => post(holder, 'content-length: 5', '', body),
  (_, holder) => post(holder, 'content-length: -1', '', body),
  (_, holder) => post(holder, 'content-length: 1e3', '', body),
  (_, holder) => post(holder, 'content-length: 99999999999999999999', '', body),
  (_, holder) => post(holder, 'content-length: 31', 'content-length: 32', '', body),
  (_, holder) => post(holder, 'content-length: 31', 'transfer-encoding: chunked', '', body),
  (_, holder) => post(holder, 'transfer-encoding: chunked', '', `1f\r\n${body}\r\n0\r\n\r\n`),
  (_, holder) => post(holder, 'transfer-encoding: chunked', '', `zz\r\n${body}\r\n0\r\n\r\n`),
  (_, holder) => post(holder, 'transfer-encoding: chunked', '', `1f\r\n${body}`),
  (_, holder) => post(holder, 'transfer-encoding: chunked', '', `ffffffffffffffff1\r\n${body}`),
  (_, holder) => post(holder, 'transfer-encoding: gzip, x', '', body),
  (_, holder) => post(holder, `content-length: ${body.length}`, 'expect: nonsense', '', body),
  (_, holder) => `${post(holder, `content-length: ${body.length}`, '', body)}nonsense`,
];

export const junkBytes = (random: Random, holder: Holder): Buffer =>
  Buffer.from(random.pick(junk)(random, holder), 'latin1');
