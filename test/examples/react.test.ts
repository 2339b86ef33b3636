import { readdir, readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { holdExample } from './example.ts';

const folder = new URL('../../examples/react/', import.meta.url);

/** As `npm run build` makes it. */
holdExample('react', new URL('dist/', folder));

it('the components of the example react have at most 150 lines', async () => {
  const sources = new URL('src/', folder);
  const names = (await readdir(sources)).filter((name) => name.endsWith('.tsx'));
  const texts = await Promise.all(names.map((name) => readFile(new URL(name, sources), 'utf8')));
  const lines = texts.flatMap((text) => text.trimEnd().split('\n'));
  expect(lines.length).toBeGreaterThan(100);
  expect(lines.length).toBeLessThanOrEqual(150);
  expect(texts.join()).not.toMatch(/NumberFormat|toFixed|dangerouslySetInnerHTML/);
});
