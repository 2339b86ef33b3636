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

interface Stem {
  noun: Noun;
  /** Stands in for a name without letters or digits. */
  word: string;
}

interface MadeCode extends Stem {
  /** The codes that are taken; those that begin with `code` are enough. */
  takenLike(code: string): Promise<ReadonlySet<string>>;
}

/** What the code of a name begins with. */
const stemOf = (name: string, { noun, word }: Stem): string => {
  const made = codeOf(name);
  return made === '' || nounOf(made) === noun ? word : made;
};

const freeCode = (code: string, taken: Pick<ReadonlySet<string>, 'has'>): string => {
  let free = code;
  for (let count = 2; taken.has(free); count += 1) free = `${code}_${count}`;
  return free;
};

/** A free code for a name. */
export const codeFor = async (name: string, made: MadeCode): Promise<string> => {
  const code = stemOf(name, made);
  return freeCode(code, await made.takenLike(code));
};

/** The same where the codes that are taken are at hand. */
export const codeAmong = (
  taken: Pick<ReadonlySet<string>, 'has'>,
  name: string,
  stem: Stem,
): string => freeCode(stemOf(name, stem), taken);
