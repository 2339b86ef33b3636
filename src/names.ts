/** What counts as a name, and when two names are the same. A leaf: imports nothing of ours. */

const invisible = /^[\p{White_Space}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]*$/u;

/** Spaces, control and zero-width characters alone are no name. */
export const isVisible = (name: string): boolean => !invisible.test(name);

/**
 * Names that differ by case, width or normalization only are the same (NFKC_Casefold of Unicode).
 */
export const foldName = (name: string): string =>
  name
    .normalize('NFKC')
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .toUpperCase()
    .toLowerCase()
    .replaceAll('ς', 'σ')
    .normalize('NFKC');
