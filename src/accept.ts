/** What a client accepts: RFC 9110, 12.5. */

interface Range {
  readonly type: string;
  readonly quality: number;
}

const QUALITY = /;\s*q\s*=\s*([\d.]+)/i;
const FOREIGN_CHARSET = /;\s*charset\s*=\s*"?(?!utf-?8\b)/i;

/** Malformed ranges are ignored. */
const rangesIn = (accept: string): Range[] =>
  accept
    .toLowerCase()
    .split(',')
    .filter((range) => !FOREIGN_CHARSET.test(range))
    .map((range) => {
      const [type = ''] = range.split(';', 1);
      const quality = Number(QUALITY.exec(range)?.[1] ?? 1);
      return { type: type.trim(), quality: Number.isNaN(quality) ? 1 : quality };
    });

/** The most exact range that the type is in. */
const rangeOf = (type: string, ranges: readonly Range[]): Range | undefined => {
  const [family = ''] = type.split('/', 1);
  for (const name of [type, `${family}/*`, '*/*']) {
    const range = ranges.find((candidate) => candidate.type === name);
    if (range) return range;
  }
  return undefined;
};

interface Wish<Type> {
  readonly type: Type;
  readonly quality: number;
}

/**
 * The type of highest quality; among equals the one that the client names first, else the first of
 * ours.
 */
export const preferred = <Type extends string>(
  accept: string,
  types: readonly Type[],
): Wish<Type> | undefined => {
  const ranges = rangesIn(accept);
  let best: (Wish<Type> & { place: number }) | undefined;
  for (const type of types) {
    const range = rangeOf(type, ranges);
    if (!range || range.quality === 0) continue;
    const { quality } = range;
    const place = ranges.indexOf(range);
    if (!best || quality > best.quality || (quality === best.quality && place < best.place))
      best = { type, quality, place };
  }
  return best;
};

/** Old clients call it so. */
const aliases: Readonly<Record<string, string>> = { 'x-gzip': 'gzip' };

/**
 * The content coding of highest quality, among equals the first of ours; undefined where the client
 * would rather have none, or takes none of ours.
 */
export const preferredCoding = <Coding extends string>(
  acceptEncoding: string,
  codings: readonly Coding[],
): Coding | undefined => {
  const qualities = new Map<string, number>();
  for (const { type, quality } of rangesIn(acceptEncoding))
    qualities.set(aliases[type] ?? type, quality);
  const anyOther = qualities.get('*') ?? 0;
  // As it is, content is welcome unless that is refused; but no more so than what is named.
  let best: { coding: Coding | undefined; quality: number } = {
    coding: undefined,
    quality: qualities.get('identity') ?? 0,
  };
  for (const coding of codings) {
    const quality = qualities.get(coding) ?? anyOther;
    const isBetter = best.coding ? quality > best.quality : quality >= best.quality;
    if (quality > 0 && isBetter) best = { coding, quality };
  }
  return best.coding;
};
