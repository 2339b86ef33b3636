import { Encodings } from '../content-coding.ts';
import type { GatewayRequest } from '../request/request.ts';
import { type GatewayResponse, responseOf } from '../response.ts';
import { versionOf } from '../rest/eras/index.ts';
import { openApi } from '../rest/openapi.ts';
import { REST_PATH } from '../rest/paths.ts';
import { type ApiVersion, defaultApiVersion } from '../vocabulary.ts';
import { errorIndex, errorPage } from './error-pages.ts';
import { lintIndex, lintPage } from './lint-pages.ts';
import type { AddressOf } from './page.ts';
import { referenceAsset, referencePage } from './reference.ts';

/** The reference, for programs and for people. Returns undefined for any other address. */
export const createDocs = (
  at: AddressOf,
): ((request: GatewayRequest) => Promise<GatewayResponse | undefined>) => {
  const documents = new Map<ApiVersion, GatewayResponse>();

  const openApiDocument = (version: ApiVersion): GatewayResponse => {
    const known = documents.get(version);
    if (known) return known;
    const text = JSON.stringify(openApi(version, at(REST_PATH)));
    const document = responseOf(Buffer.from(text), 'application/json').withEncodings(
      new Encodings(),
    );
    documents.set(version, document);
    return document;
  };

  return async ({ method, path, query }) => {
    if (method !== 'GET' && method !== 'HEAD') return undefined;
    const version = versionOf(query.get('version') || defaultApiVersion);
    if (path === '/openapi.json') return openApiDocument(version);
    if (path === '/docs') return referencePage(version, at);
    if (path === '/docs/errors') return errorIndex(at);
    if (path === '/docs/lint') return lintIndex(at);
    const [, folder, name = ''] = /^\/docs\/(errors|lint|assets)\/([\w.-]+)$/.exec(path) ?? [];
    if (folder === 'errors') return errorPage(name, at);
    if (folder === 'lint') return lintPage(name, at);
    if (folder === 'assets') return referenceAsset(name);
    return undefined;
  };
};
