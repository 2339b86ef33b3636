import { Refusal } from './tenant.ts';

/** Codes of groups and sections. */

/** All names of the model are letters, digits and blanks, or hold none that a code can have. */
const codeOf = (name: string, otherwise: string): string =>
  [...name.normalize('NFKD')]
    .filter((letter) => !/\p{M}/u.test(letter))
    .map((letter) => (/[A-Za-z0-9]/.test(letter) ? letter.toLowerCase() : ' '))
    .join('')
    .split(/ +/)
    .join('_')
    .slice(0, 56)
    .replace(/^_/, '')
    .replace(/_$/, '') || otherwise;

/** The code that was asked for, or a free one made from the name. */
export const newCode = (
  { code, name }: { code?: string | null; name: string },
  taken: readonly { code: string }[],
  otherwise: string,
): string => {
  const isTaken = (some: string) => taken.some((other) => other.code === some);
  if (code != null && isTaken(code)) throw new Refusal('duplicate', 'code');
  const made = codeOf(name, otherwise);
  let free = code ?? made;
  for (let count = 2; isTaken(free); count += 1) free = `${made}_${count}`;
  return free;
};
