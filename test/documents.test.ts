import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { configurationPage } from '../src/cli/variables.ts';

const root = new URL('../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');

it('docs/configuration.md is what `npm run docs:configuration` prints', () => {
  expect(read('docs/configuration.md')).toBe(configurationPage());
});

/** Code is no prose: what looks like a link or a heading in it is none. */
const proseOf = (markdown: string): string =>
  markdown
    .replace(/^```.*?^```$/gms, '')
    .replace(/`[^`\n]*`/g, (code) => code.replace(/[[\]()]/g, ' '));

const linksOf = (markdown: string): string[] =>
  [...proseOf(markdown).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);

/** As GitHub names the headings of a page. */
const anchorsOf = (markdown: string): string[] =>
  [...markdown.replace(/^```.*?^```$/gms, '').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );

/** The links of a page that lead nowhere. */
const brokenLinks = (page: string, markdown: string): string[] =>
  linksOf(markdown).filter((link) => {
    if (/^https?:/.test(link)) return false;
    const [file = '', anchor] = link.split('#');
    const target = file === '' ? page : posix.join(posix.dirname(page), file);
    if (!existsSync(new URL(target, root))) return true;
    return (
      anchor !== undefined && !anchorsOf(target === page ? markdown : read(target)).includes(anchor)
    );
  });

const pages = [
  'README.md',
  ...readdirSync(new URL('docs', root), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
  ...readdirSync(new URL('examples', root)).map((name) => `examples/${name}/README.md`),
];

describe('links', () => {
  it.each(pages)('of %s lead to files and headings that exist', (page) => {
    expect(brokenLinks(page, read(page))).toEqual([]);
  });

  it('are found broken where the file or the heading is missing', () => {
    const markdown =
      '# A Page: `x`\n[a](#a-page-x) [b](#b) [c](no.md) [d](../README.md) [e](../README.md#no) ' +
      '`[f](g)`';
    expect(brokenLinks('docs/configuration.md', markdown)).toEqual([
      '#b',
      'no.md',
      '../README.md#no',
    ]);
  });
});
