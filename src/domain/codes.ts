import { type Noun, nounOf } from '../db/ids.ts';

/** Codes that are made from names. */

/** Leaves room for what tells codes apart. */
const LONGEST_MADE = 56;

/** ASCII letters and digits in lower case; each run of anything else is one underscore. */
const codeOf = (name: string): string =>
  name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .slice(0, LONGEST_MADE)
    .replace(/^_|_$/g, '');

/** A code for a name; `word` stands in for a name without letters or digits. */
export const codeFor = async (
  name: string,
  { noun, word, isTaken }: { noun: Noun; word: string; isTaken(code: string): Promise<boolean> },
): Promise<string> => {
  const made = codeOf(name);
  const code = made === '' || nounOf(made) === noun ? word : made;
  let free = code;
  for (let count = 2; await isTaken(free); count += 1) free = `${code}_${count}`;
  return free;
};
