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

interface MadeCode {
  noun: Noun;
  /** Stands in for a name without letters or digits. */
  word: string;
  /** The codes that are taken; those that begin with `code` are enough. */
  takenLike(code: string): Promise<ReadonlySet<string>>;
}

/** A free code for a name. */
export const codeFor = async (
  name: string,
  { noun, word, takenLike }: MadeCode,
): Promise<string> => {
  const made = codeOf(name);
  const code = made === '' || nounOf(made) === noun ? word : made;
  const taken = await takenLike(code);
  let free = code;
  for (let count = 2; taken.has(free); count += 1) free = `${code}_${count}`;
  return free;
};
