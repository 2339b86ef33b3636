/**
 * Language tags as clients write them, and the locales that this server formats in. A leaf: imports
 * nothing of ours.
 */

/** Longer than any tag in use. */
const LONGEST_TAG = 64;
/** Bounds for what is kept: clients choose tags, and there is no end of them. */
const MOST_TAGS = 500;

/**
 * The canonical form of a BCP 47 tag; `_` counts as `-`. Extensions (`-u-`, `-t-`) and private use
 * (`-x-`) are refused: they change numerals and make any number of tags that mean the same. Throws
 * a RangeError.
 */
export const canonicalLocale = (tag: string): string => {
  const [locale] =
    tag.length > LONGEST_TAG ? [] : Intl.getCanonicalLocales(tag.replaceAll('_', '-'));
  if (locale === undefined || locale.split('-').some((subtag) => subtag.length === 1))
    throw new RangeError('not a plain BCP 47 language tag');
  return locale;
};

const resolved = new Map<string, string>();

/** The locale whose rules hold for a tag. Tags of all kinds come to a few hundred of them. */
export const resolvedLocale = (locale: string): string => {
  const known = resolved.get(locale);
  if (known !== undefined) return known;
  const found = new Intl.NumberFormat(locale).resolvedOptions().locale;
  if (resolved.size >= MOST_TAGS) resolved.clear();
  resolved.set(locale, found);
  return found;
};
