/** A character takes up to so many bytes in JSON: a control character is written as \u0000. */
const LONGEST_CHARACTER = 6;

type Measure = (text: string) => number;

const countCharacters: Measure = (text) => text.length + 2;
const countBytes: Measure = (text) => Buffer.byteLength(JSON.stringify(text));

/** The size of a value as JSON; stops soon after it has passed `most`. */
const sizeOf = (value: unknown, measure: Measure, most: number): number => {
  if (typeof value === 'string') return measure(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value).length;
  if (typeof value !== 'object' || value === null) return 4;
  let size = 2;
  if (Array.isArray(value)) {
    for (const item of value) {
      size += sizeOf(item, measure, most - size) + 1;
      if (size > most) return size;
    }
    return size;
  }
  const members = value as Readonly<Record<string, unknown>>;
  // Answers are plain objects, of which each member is their own: a list of entries costs more than
  // all the rest.
  for (const name in members) {
    size += measure(name) + 2 + sizeOf(members[name], measure, most - size);
    if (size > most) return size;
  }
  return size;
};

/**
 * Bytes of a value as JSON, without printing it: what is beyond `most` may be too long for any
 * text. Where that is certain to fit, characters are counted instead, which takes less time.
 */
export const bytesOfJson = (value: unknown, most: number): number => {
  const characters = sizeOf(value, countCharacters, most);
  return characters > most || characters * LONGEST_CHARACTER <= most
    ? characters
    : sizeOf(value, countBytes, most);
};
