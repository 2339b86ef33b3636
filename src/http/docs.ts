import { versionOf } from '../rest/eras/index.ts';
import { openApi } from '../rest/openapi.ts';
import { type ApiVersion, defaultApiVersion } from '../vocabulary.ts';
import { errorIndex, errorPage } from './error-pages.ts';
import { referenceAsset, referencePage } from './reference.ts';

const documents = new Map<ApiVersion, string>();

const openApiDocument = (version: ApiVersion): Response => {
  const text = documents.get(version) ?? JSON.stringify(openApi(version));
  documents.set(version, text);
  return new Response(text, { headers: { 'content-type': 'application/json' } });
};

/** The reference, for programs and for people. Undefined for whatever is none of it. */
export const docsPages = async ({ method, url }: Request): Promise<Response | undefined> => {
  if (method !== 'GET' && method !== 'HEAD') return undefined;
  const { pathname, searchParams } = new URL(url);
  const version = versionOf(searchParams.get('version') || defaultApiVersion);
  if (pathname === '/openapi.json') return openApiDocument(version);
  if (pathname === '/docs') return referencePage(version);
  if (pathname === '/docs/errors') return errorIndex();
  const [, folder, name = ''] = /^\/docs\/(errors|assets)\/([\w.-]+)$/.exec(pathname) ?? [];
  if (folder === 'errors') return errorPage(name);
  if (folder === 'assets') return referenceAsset(name);
  return undefined;
};
