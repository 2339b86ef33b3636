import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { GatewayRequest } from '../request/request.ts';
import { type GatewayResponse, responseOf } from '../response.ts';
import { contentPolicy } from './page.ts';

/** The example of a pricing page, as it stands in the repository, for people who try the gateway. */

export const PRICING_PAGE_EXAMPLE = '/examples/pricing-page/';

const manifest = createRequire(import.meta.url).resolve('plans-gateway/package.json');
const folder = new URL('examples/pricing-page/', pathToFileURL(manifest));

const files: Readonly<Record<string, { name: string; type: string }>> = {
  '': { name: 'index.html', type: 'text/html; charset=utf-8' },
  'pricing-page.css': { name: 'pricing-page.css', type: 'text/css; charset=utf-8' },
  'pricing-page.js': { name: 'pricing-page.js', type: 'text/javascript; charset=utf-8' },
  'words.js': { name: 'words.js', type: 'text/javascript; charset=utf-8' },
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
  const file = Object.hasOwn(files, name) ? files[name] : undefined;
  if (known || !file) return known;
  const headers = { 'content-security-policy': contentPolicy, 'referrer-policy': 'no-referrer' };
  const response = responseOf(await readFile(new URL(file.name, folder)), file.type, headers);
  responses.set(name, response);
  return response;
};
