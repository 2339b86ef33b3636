/** Names for people from the keys of foreign documents. */

/** `maxUsersPerTeam`, `BUSINESS_PLUS` and `my-plan`, in words. An acronym stays one word. */
const wordsOf = (key: string): string[] =>
  key
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z]{2,})/g, '$1 $2')
    .split(/[\s_-]+/)
    .filter((word) => word !== '');

const isAcronym = (word: string): boolean => /^[A-Z]{2,}/.test(word);

export const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** The key of a feature as a phrase: `maxUsersPerTeam` is "Max users per team". */
export const phraseOf = (key: string): string => {
  if (/\s/.test(key)) return capitalized(key.trim());
  const words = isShouted(key) ? wordsOf(key.toLowerCase()) : wordsOf(key);
  return capitalized(
    words.map((word) => (isAcronym(word) ? word : word.toLowerCase())).join(' ') || key,
  );
};

/** The key of a plan as a name: `BUSINESS_PLUS` is "Business Plus". */
export const titleOf = (key: string): string => {
  if (/\s/.test(key)) return capitalized(key.trim());
  const words = isShouted(key) ? wordsOf(key.toLowerCase()) : wordsOf(key);
  return words.map(capitalized).join(' ') || key;
};

const isShouted = (key: string): boolean => key === key.toUpperCase();

/** The singular of an English word, as far as its last letters tell. */
export const singularOf = (word: string): string => {
  if (word === 'people') return 'person';
  if (/[^aeiou]ies$/.test(word)) return word.replace(/ies$/, 'y');
  if (/(?:ss|us|is)$/.test(word)) return word;
  return word.replace(/s$/, '');
};

const people = new Set([
  'user',
  'seat',
  'member',
  'agent',
  'person',
  'licence',
  'license',
  'editor',
  'creator',
  'host',
  'employee',
  'collaborator',
  'staff account',
]);

/** Whether units with this name are people who use the product. */
export const countsPeople = (unit: string): boolean => people.has(singularOf(unit.toLowerCase()));
