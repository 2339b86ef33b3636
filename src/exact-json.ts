/** JSON whose numbers are looked at as they were written. A leaf: imports nothing of ours. */

/** Objects and arrays that hold a number which JavaScript has bent. */
const inexact = new WeakSet<object>();

export const noteInexactNumbers = (container: object): void => {
  inexact.add(container);
};

export const hasInexactNumbers = (container: object): boolean => inexact.has(container);

/**
 * The canonical form of a decimal: equal numbers give equal texts. Undefined for text that is not a
 * decimal.
 */
const canonical = (text: string): string | undefined => {
  const [, sign, whole, fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const digits = whole + fraction;
  let start = 0;
  let end = digits.length;
  while (digits[start] === '0') start += 1;
  while (end > start && digits[end - 1] === '0') end -= 1;
  if (start === end) return '0';
  const power = Number(exponent) - fraction.length + digits.length - end;
  return `${sign}${digits.slice(start, end)}e${power}`;
};

/**
 * A JSON client reads back what was written: 0.10 is 0.1, but 0.1234567890123456789 and 1e-400 are
 * lost.
 */
export const isExactNumber = (text: string): boolean =>
  canonical(text) === canonical(String(Number(text)));

/** Up to 15 digits without an exponent are exact in any case. */
const mayBeInexact = /\d(?:\.?\d){15}|\d[eE]/;

const token = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*|[{}[\],:]/g;

interface Place {
  readonly container: object | undefined;
  /** Of an array, where in it; of an object, the member. */
  key: string | number;
  awaitsKey: boolean;
}

const memberOf = (place: Place | undefined): unknown =>
  place?.container && (place.container as Record<string, unknown>)[place.key];

const asContainer = (value: unknown): object | undefined =>
  typeof value === 'object' && value !== null ? value : undefined;

/** Walks through the text and the value side by side. */
const noteNumbers = (text: string, value: unknown): void => {
  const path: Place[] = [];
  for (const [part] of text.matchAll(token)) {
    const place = path.at(-1);
    if (part === '{' || part === '[') {
      const container = asContainer(place ? memberOf(place) : value);
      path.push({ container, key: part === '[' ? 0 : '', awaitsKey: part === '{' });
    } else if (part === '}' || part === ']') path.pop();
    else if (!place) continue;
    else if (part === ',') {
      if (typeof place.key === 'number') place.key += 1;
      else place.awaitsKey = true;
    } else if (part === ':') place.awaitsKey = false;
    else if (part.startsWith('"')) {
      if (place.awaitsKey) place.key = JSON.parse(part);
    } else if (place.container && !isExactNumber(part)) noteInexactNumbers(place.container);
  }
};

/** How deep a value is searched for numbers; deeper ones may take the whole stack. */
const SEARCHED_LEVELS = 10;

/**
 * Whether a number may stand in a value: in most requests none does, and the text need not be
 * searched.
 */
const mayHaveNumber = (value: unknown, levels = SEARCHED_LEVELS): boolean => {
  if (typeof value !== 'object' || value === null) return typeof value === 'number';
  if (levels === 0) return true;
  const members = value as Readonly<Record<string, unknown>>;
  for (const name in members) if (mayHaveNumber(members[name], levels - 1)) return true;
  return false;
};

/**
 * Like `JSON.parse`, and notes which objects and arrays hold numbers that are not what was written.
 */
export const parseJson = (text: string): unknown => {
  const value: unknown = JSON.parse(text);
  if (mayHaveNumber(value) && mayBeInexact.test(text)) noteNumbers(text, value);
  return value;
};
