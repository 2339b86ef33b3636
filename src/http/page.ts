import { type Reply, reply } from '../exchange.ts';

/** Pages for people: plain HTML that asks nothing of any other host. */

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const escapeHtml = (text: string): string => text.replace(/[&<>"]/g, (character) => entities[character] ?? character);

/** Prose of the catalogue, where backticks mark code. */
export const prose = (text: string): string => escapeHtml(text).replace(/`([^`]+)`/g, '<code>$1</code>');

const contentPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

const style = `
  :root { color-scheme: light; }
  body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: #1f2430; background: #fff; }
  header { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; align-items: center; padding: .75rem 1.5rem; background: #1f2430; color: #fff; }
  header a { color: #fff; text-decoration: none; }
  header .name { font-weight: 600; margin-right: auto; }
  header label { display: flex; gap: .5rem; align-items: center; font-size: .875rem; }
  header input, header select { font: inherit; padding: .25rem .5rem; border: 1px solid #6b7280; border-radius: .25rem; }
  header input { width: 22rem; max-width: 60vw; }
  main.text { max-width: 46rem; margin: 2rem auto; padding: 0 1.5rem; }
  code { background: #f1f3f7; border-radius: .25rem; padding: .1rem .3rem; font-size: .9em; }
  h1 code { font-size: 1em; }
  table { border-collapse: collapse; width: 100%; }
  th, td { text-align: left; vertical-align: top; padding: .4rem .75rem .4rem 0; border-bottom: 1px solid #e5e7eb; }
  dt { font-weight: 600; margin-top: 1rem; }
  dd { margin: 0; }
`;

/** The address of a page of ours, on whichever path the server stands behind its proxy. */
export type AddressOf = (path: `/${string}`) => string;

interface Content {
  title: string;
  /** HTML beside the name in the head of the page. */
  tools?: string;
  main: string;
  /** HTML at the end of the page. */
  scripts?: string;
  styles?: string;
}

export const page = ({ title, tools = '', main, scripts = '', styles = '' }: Content, at: AddressOf): Reply =>
  reply(
    `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} · Plans Gateway</title>
<link rel="icon" href="data:,">
${styles}<style>${style}</style>
</head>
<body>
<header><a class="name" href="${at('/docs')}">Plans Gateway</a>${tools}<a href="${at('/docs/errors')}">Errors</a></header>
${main}
${scripts}
</body>
</html>
`,
    'text/html; charset=utf-8',
    {
      'content-security-policy': contentPolicy,
      'referrer-policy': 'no-referrer',
    },
  );
