import { type LintRule, lintRules } from '../domain/catalogue/finding.ts';
import { ruleTexts } from '../domain/catalogue/lint/rule-texts.ts';
import type { GatewayResponse } from '../response.ts';
import { type AddressOf, escapeHtml, page, prose } from './page.ts';

/** What each rule of the lint finds, where `docUrl` of a finding leads. */

const rules = Object.keys(lintRules) as LintRule[];

export const lintIndex = (at: AddressOf): GatewayResponse => {
  const rows = rules.map(
    (rule) =>
      `<li><a href="${at(`/docs/lint/${rule}`)}"><code>${rule}</code></a> <span class="faint">${lintRules[rule]}</span> <span class="meaning">${prose(ruleTexts[rule].finds)}</span></li>`,
  );
  return page(
    {
      title: 'Lint',
      main: `<main class="text">
<h1>Lint</h1>
<p>The lint looks at a catalogue for what is wrong, or most likely wrong. Errors keep a change set from being applied; warnings do not.</p>
<ul class="codes">
${rows.join('\n')}
</ul>
</main>`,
    },
    at,
  );
};

/** Undefined for a rule that there is not. */
export const lintPage = (name: string, at: AddressOf): GatewayResponse | undefined => {
  const rule = rules.find((known) => known === name);
  if (!rule) return undefined;
  const { finds, matters, remedy, failing, passing } = ruleTexts[rule];
  return page(
    {
      title: rule,
      main: `<main class="text">
<h1><code>${rule}</code></h1>
<dl>
<dt>What it finds</dt><dd>${prose(finds)}</dd>
<dt>Why it matters</dt><dd>${prose(matters)}</dd>
<dt>What to do</dt><dd>${prose(remedy)}</dd>
<dt>Severity</dt><dd>${lintRules[rule]}</dd>
</dl>
<h2>Fails</h2>
<pre tabindex="0"><code>${escapeHtml(failing)}</code></pre>
<h2>Passes</h2>
<pre tabindex="0"><code>${escapeHtml(passing)}</code></pre>
<p><a href="${at('/docs/lint')}">All rules</a></p>
</main>`,
    },
    at,
  );
};
