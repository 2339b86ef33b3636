import { hasInexactNumbers } from './exact-json.ts';

/** What text and metadata may hold wherever they are stored. */

export const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes('\0');
export const storable = 'must not contain NUL or unpaired surrogates';

export const metadataLimits = { bytes: 16 * 1024, keys: 50, depth: 5 };

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const unreadable = 'must not contain numbers that JSON clients cannot read back exactly';

/** What is wrong with a JSON value that has to come back as it was sent. */
const jsonFault = (value: unknown, depth: number): string | undefined => {
  if (value === null || typeof value === 'boolean') return undefined;
  if (typeof value === 'string') return isStorable(value) ? undefined : storable;
  if (typeof value === 'number')
    return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value))
      ? undefined
      : unreadable;
  if (typeof value !== 'object') return 'must be JSON';
  if (hasInexactNumbers(value)) return unreadable;
  if (depth > metadataLimits.depth)
    return `must not be nested deeper than ${metadataLimits.depth} levels`;
  for (const [key, item] of Object.entries(value)) {
    if (!isStorable(key)) return storable;
    const fault = jsonFault(item, depth + 1);
    if (fault) return fault;
  }
  return undefined;
};

/** What is wrong with metadata as a whole; undefined when it may be stored. */
export const metadataFault = (value: unknown): string | undefined => {
  if (!isObject(value)) return 'must be a JSON object';
  if (Object.keys(value).length > metadataLimits.keys)
    return `must have at most ${metadataLimits.keys} keys`;
  const fault = jsonFault(value, 1);
  if (fault) return fault;
  if (Buffer.byteLength(JSON.stringify(value)) > metadataLimits.bytes)
    return `must be at most ${metadataLimits.bytes} bytes of JSON`;
  return undefined;
};
