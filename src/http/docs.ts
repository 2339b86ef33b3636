import { type Incoming, type Reply, reply } from '../exchange.ts';
import { versionOf } from '../rest/eras/index.ts';
import { openApi } from '../rest/openapi.ts';
import { type ApiVersion, defaultApiVersion } from '../vocabulary.ts';
import { errorIndex, errorPage } from './error-pages.ts';
import { referenceAsset, referencePage } from './reference.ts';

const documents = new Map<ApiVersion, string>();

const openApiDocument = (version: ApiVersion): Reply => {
  const text = documents.get(version) ?? JSON.stringify(openApi(version));
  documents.set(version, text);
  return reply(text, 'application/json');
};

/** The reference, for programs and for people. Undefined for whatever is none of it. */
export const docsPages = async ({ method, path, query }: Incoming): Promise<Reply | undefined> => {
  if (method !== 'GET' && method !== 'HEAD') return undefined;
  const version = versionOf(query.get('version') || defaultApiVersion);
  if (path === '/openapi.json') return openApiDocument(version);
  if (path === '/docs') return referencePage(version);
  if (path === '/docs/errors') return errorIndex();
  const [, folder, name = ''] = /^\/docs\/(errors|assets)\/([\w.-]+)$/.exec(path) ?? [];
  if (folder === 'errors') return errorPage(name);
  if (folder === 'assets') return referenceAsset(name);
  return undefined;
};
