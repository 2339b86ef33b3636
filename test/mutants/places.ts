import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Mutant } from './mutants.ts';

/** The source file with the fault. Throws where the text stands in no place, or in more than one. */
export const mutated = async (root: string, { name, file, text, replacement }: Mutant): Promise<string> => {
  const parts = (await readFile(join(root, file), 'utf8')).split(text);
  if (parts.length !== 2) throw new Error(`${name}: its text stands in ${parts.length - 1} places of ${file}`);
  return parts.join(replacement);
};
