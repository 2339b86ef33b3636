/** What a page of the documentation shows, and whether the server answers it. */

/** The blocks of a language, in their order. */
export const blocksOf = (page: string, language: string): string[] =>
  [...page.matchAll(/^```(\w*)\n(.*?)^```$/gms)]
    .filter(([, name]) => name === language)
    .map(([, , text = '']) => text);

/** As an editor writes it, without spaces that do not break. */
const legible = (value: unknown): unknown =>
  typeof value === 'string' ? value.replaceAll('\u00a0', ' ') : value;

/** What is shown stands in what is answered; shown lists may leave entries out. */
export const shows = (shown: unknown, answered: unknown): boolean => {
  if (Array.isArray(shown) && Array.isArray(answered))
    return shown.every((entry) => answered.some((candidate) => shows(entry, candidate)));
  if (
    typeof shown !== 'object' ||
    shown === null ||
    typeof answered !== 'object' ||
    answered === null
  )
    return shown === legible(answered);
  const members = new Map<string, unknown>(Object.entries(answered));
  const isSame = ([name, value]: [string, unknown]) =>
    members.has(name) && shows(value, members.get(name));
  return Object.keys(shown).length === members.size && Object.entries(shown).every(isSame);
};
