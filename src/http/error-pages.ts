import { type ApiError, catalogue, type ErrorCode } from '../errors.ts';
import type { GatewayRequest } from '../request/request.ts';
import type { GatewayResponse } from '../response.ts';
import { type AddressOf, page, prose } from './page.ts';

/**
 * What each error code means, where `doc_url` leads; and errors as a person in a browser reads
 * them.
 */

const codes = Object.keys(catalogue) as ErrorCode[];

export const errorIndex = (at: AddressOf): GatewayResponse => {
  const rows = codes.map((code) => {
    const { status, meaning } = catalogue[code];
    return `<li><a href="${at(`/docs/errors/${code}`)}"><code>${code}</code></a> <span class="faint">${status}</span> <span class="meaning">${prose(meaning)}</span></li>`;
  });
  return page(
    {
      title: 'Errors',
      main: `<main class="text">
<h1>Errors</h1>
<p>Every error has one of these codes, in GraphQL and in REST. <code>message</code> is for people and may change; <code>code</code> is for programs and stays. The number is the HTTP status.</p>
<ul class="codes">
${rows.join('\n')}
</ul>
</main>`,
    },
    at,
  );
};

/** Undefined for a code that there is not. */
export const errorPage = (name: string, at: AddressOf): GatewayResponse | undefined => {
  const code = codes.find((known) => known === name);
  if (!code) return undefined;
  const { type, status, meaning, remedy } = catalogue[code];
  return page(
    {
      title: code,
      main: `<main class="text">
<h1><code>${code}</code></h1>
<dl>
<dt>What it means</dt><dd>${prose(meaning)}</dd>
<dt>What to do</dt><dd>${prose(remedy)}</dd>
<dt>Status</dt><dd>${status}</dd>
<dt>Type</dt><dd><code>${type}</code></dd>
</dl>
<p><a href="${at('/docs/errors')}">All errors</a></p>
</main>`,
    },
    at,
  );
};

/** A person opens the address. Programs take anything, or name the type that they read. */
export const isBrowser = (request: GatewayRequest): boolean =>
  request.method === 'GET' && (request.header('accept')?.includes('text/html') ?? false);

export const failurePage = (
  { code, message, status, headers }: ApiError,
  at: AddressOf,
): GatewayResponse =>
  page(
    {
      title: `Error ${status}`,
      main: `<main class="text">
<h1>${prose(message)}</h1>
<p>${prose(catalogue[code].remedy)}</p>
<p class="faint">Status ${status} · <a href="${at(`/docs/errors/${code}`)}"><code>${code}</code></a></p>
<p><a href="${at('/docs')}">REST reference</a> · <a href="${at('/docs/errors')}">All errors</a></p>
</main>`,
      status,
      headers,
    },
    at,
  );
