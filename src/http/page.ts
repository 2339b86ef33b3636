import { type GatewayResponse, type Headers, responseOf } from '../response.ts';
import { pageStyle } from './page-style.ts';

/** Pages for people: plain HTML that asks nothing of any other host. */

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => entities[character] ?? character);

/** Prose of the catalogue, where backticks mark code. */
export const prose = (text: string): string =>
  escapeHtml(text).replace(/`([^`]+)`/g, '<code>$1</code>');

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

/** The address of one of our pages, with the path under which a proxy serves the gateway. */
export type AddressOf = (path: `/${string}`) => string;

interface Content {
  title: string;
  /** HTML next to the name in the head of the page. */
  tools?: string;
  main: string;
  /** HTML at the end of the page. */
  scripts?: string;
  styles?: string;
  status?: number;
  headers?: Headers;
}

export const page = (content: Content, at: AddressOf): GatewayResponse => {
  const {
    title,
    tools = '',
    main,
    scripts = '',
    styles = '',
    status = 200,
    headers = {},
  } = content;
  return responseOf(
    `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} · Plans Gateway</title>
<link rel="icon" href="data:,">
<style>${pageStyle}</style>${styles}
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
      ...headers,
    },
    status,
  );
};
