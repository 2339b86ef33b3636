import { catalogue, type ErrorCode } from '../errors.ts';
import type { Reply } from '../exchange.ts';
import { type AddressOf, page, prose } from './page.ts';

/** What each error code means: where `doc_url` leads. */

const codes = Object.keys(catalogue) as ErrorCode[];

export const errorIndex = (at: AddressOf): Reply => {
  const rows = codes.map((code) => {
    const { status, meaning } = catalogue[code];
    return `<tr><td><a href="${at(`/docs/errors/${code}`)}"><code>${code}</code></a></td><td>${status}</td><td>${prose(meaning)}</td></tr>`;
  });
  return page(
    {
      title: 'Errors',
      main: `<main class="text">
<h1>Errors</h1>
<p>Every refusal names one of these codes, on both surfaces. <code>message</code> is for people and may change; <code>code</code> is for programs and stays.</p>
<table><thead><tr><th>Code</th><th>Status</th><th>Meaning</th></tr></thead><tbody>
${rows.join('\n')}
</tbody></table>
</main>`,
    },
    at,
  );
};

/** Undefined for a code that there is not. */
export const errorPage = (name: string, at: AddressOf): Reply | undefined => {
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
