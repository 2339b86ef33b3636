import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { holdExample } from './example.ts';

const folder = new URL('../../examples/pricing-page/', import.meta.url);

holdExample('pricing-page', folder);

/** Without comments and texts. What stands between the braces of a template is code. */
const codeOf = (script: string): string =>
  script.replace(/\/\*[\s\S]*?\*\/|\/\/.*|'[^'\n]*'|`[^`]*`/g, (piece) =>
    piece.startsWith('`') ? (piece.match(/\$\{[^}]*\}/g) ?? []).join('') : ' ',
  );

const ownArithmetic = (script: string): string[] =>
  codeOf(script).match(/[-+*/%]|\b(?:Math|Number|NumberFormat|parse(?:Int|Float)|toFixed)\b/g) ??
  [];

describe('the script of the example pricing-page', async () => {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.js'));
  const scripts = await Promise.all(
    names.map(async (name) => [name, await readFile(new URL(name, folder), 'utf8')] as const),
  );

  it.each(scripts)('%s prints amounts and computes none', (_, script) => {
    expect(ownArithmetic(script)).toEqual([]);
  });

  it('would be found to compute', () => {
    expect(ownArithmetic('`each $' + '{price / 12} - `')).toEqual(['/']);
    expect(ownArithmetic("// a + b\nprice.toFixed('1 * 2') - 1")).toEqual(['toFixed', '-']);
  });

  it.each(scripts)('%s makes no elements of texts', (_, script) => {
    expect(script).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write/);
  });

  it('is short', () => {
    expect(names).toEqual(['draw.js', 'pricing-page.js', 'words.js']);
    for (const [, script] of scripts) expect(script.split('\n').length).toBeLessThan(150);
  });
});
