import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

/** The recipes name real files and scripts, so that a move or a rename has to correct them. */

const root = new URL('../', import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, root), 'utf8');
const text = read('CONTRIBUTING.md');

const matches = (pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([, name = '']) => name);

it('CONTRIBUTING.md names files that are there', () => {
  const files = matches(/(?<![\w./-])((?:migrations|schema|src|test|\.ci)\/[\w./-]+)/g);
  expect(files.length).toBeGreaterThan(40);
  const isThere = (file: string) =>
    file.startsWith('migrations/NNNN') || file.endsWith('-') || existsSync(new URL(file, root));
  expect(files.filter((file) => !isThere(file))).toEqual([]);
});

it('CONTRIBUTING.md names scripts that are there', () => {
  const scripts = matches(/npm run ([\w:]+)/g);
  expect(scripts.length).toBeGreaterThan(4);
  expect(Object.keys(JSON.parse(read('package.json')).scripts)).toEqual(
    expect.arrayContaining(scripts),
  );
});
