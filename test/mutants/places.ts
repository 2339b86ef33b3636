import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Mutant } from './mutants.ts';

/** The text however the formatter breaks its lines: with any space, and a comma before a bracket. */
const anySpacing = (text: string): RegExp => {
  const characters = [...text.replace(/\s+/g, '')];
  const pattern = characters.map((character) =>
    /[)\]}]/.test(character) ? `,?\\s*\\${character}` : character.replace(/\W/, '\\$&'),
  );
  return new RegExp(pattern.join('\\s*'), 'g');
};

/**
 * The source file with the fault. Throws where the text stands in no place, or in more than one.
 */
export const mutated = async (
  root: string,
  { name, file, text, replacement }: Mutant,
): Promise<string> => {
  const source = await readFile(join(root, file), 'utf8');
  const places = source.match(anySpacing(text))?.length ?? 0;
  if (places !== 1) throw new Error(`${name}: its text stands in ${places} places of ${file}`);
  return source.replace(anySpacing(text), () => replacement);
};
