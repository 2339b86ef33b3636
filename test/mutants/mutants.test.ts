import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { type Mutant, mutants } from './mutants.ts';
import { mutated } from './places.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

it('there are many faults to seed, each under a name of its own', () => {
  expect(mutants.length).toBeGreaterThanOrEqual(60);
  expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length);
});

it.each(mutants.map((mutant): [string, Mutant] => [mutant.name, mutant]))(
  'the text of a fault stands in one place, and its tests are there: %s',
  async (_name, mutant) => {
    expect(mutant.replacement).not.toBe(mutant.text);
    await expect(mutated(root, mutant)).resolves.toBeTypeOf('string');
    for (const file of mutant.tests)
      expect({ file, isThere: existsSync(join(root, file)) }).toEqual({ file, isThere: true });
  },
);

it('a text that is gone is refused with the name of its fault', async () => {
  const [first] = mutants;
  if (!first) throw new Error('there are many');
  await expect(mutated(root, { ...first, text: 'nowhere to be found' })).rejects.toThrow(
    `${first.name}: its text stands in 0 places of ${first.file}`,
  );
});
