import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Encodings } from '../content-coding.ts';
import type { GatewayRequest } from '../request/request.ts';
import { type GatewayResponse, responseOf } from '../response.ts';

/** The example of a pricing page, as it stands in the repository, for people who try the gateway. */

export const PRICING_PAGE_EXAMPLE = '/examples/pricing-page/';

const manifest = createRequire(import.meta.url).resolve('plans-gateway/package.json');
const folder = new URL('examples/pricing-page/', pathToFileURL(manifest));

const types = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
} as const;

/** By the last part of the address. */
const files = new Map<string, { name: string; type: string }>([
  ['', { name: 'index.html', type: types.html }],
  ['pricing-page.css', { name: 'pricing-page.css', type: types.css }],
  ...['draw.js', 'pricing-page.js', 'words.js'].map(
    (name) => [name, { name, type: types.js }] as const,
  ),
]);

const headers = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    // The empty icon.
    'img-src data:',
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'referrer-policy': 'no-referrer',
};

/** Each is in memory once, however many connections take it. */
const responses = new Map<string, GatewayResponse>();

/** Undefined for any other address. */
export const exampleFile = async ({
  method,
  path,
}: GatewayRequest): Promise<GatewayResponse | undefined> => {
  if ((method !== 'GET' && method !== 'HEAD') || !path.startsWith(PRICING_PAGE_EXAMPLE))
    return undefined;
  const name = path.slice(PRICING_PAGE_EXAMPLE.length);
  const known = responses.get(name);
  const file = files.get(name);
  if (known || !file) return known;
  const content = await readFile(new URL(file.name, folder));
  const response = responseOf(content, file.type, headers).withEncodings(new Encodings());
  responses.set(name, response);
  return response;
};
