import { z } from 'zod';
import { type JsonObject, type JsonValue, MAX_INT32, RATE_SCALE } from '../vocabulary.ts';

/** The fields that inputs are made of. They check and never change a value. */

const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes('\0');
const storable = 'must not contain NUL or unpaired surrogates';

const text = (longest: number) =>
  z.string().max(longest, `must have at most ${longest} characters`).refine(isStorable, storable);

export const name = text(255).min(1, 'must not be empty').describe('Display name, 1 to 255 characters.');
export const description = text(2_000).describe('Free text, at most 2000 characters.');
export const unitName = text(255).describe('What one unit is called, for display only.');
export const code = text(64)
  .min(1, 'must not be empty')
  .regex(/^[a-z0-9_]+$/, 'must consist of lower-case letters, digits and underscores')
  .describe('Stable identifier: lower-case letters, digits and underscores, at most 64 characters.');
/** An id or code that names something which exists or not; nothing to check but that it is there. */
export const reference = z.string().min(1, 'must not be empty');

const whole = 'must be a whole number';
const wholeNumber = (longest: number) =>
  z
    .number(whole)
    .refine(Number.isInteger, { error: whole, abort: true })
    .min(0, 'must not be negative')
    .max(longest, `must be at most ${longest}`)
    .meta({ type: 'integer' });

export const rateAmount = wholeNumber(Number.MAX_SAFE_INTEGER).describe(
  `Amount in rate scale: ${RATE_SCALE} is one unit of the currency ($1.00, ¥1).`,
);
export const quantity = wholeNumber(Number.MAX_SAFE_INTEGER);
export const count = wholeNumber(MAX_INT32);

export const currency = z
  .string()
  .regex(/^[A-Za-z]{3}$/, 'must be a currency code of three letters')
  .describe('ISO 4217 currency code, in any case.');

const METADATA_BYTES = 16 * 1024;
const METADATA_KEYS = 50;
const METADATA_DEPTH = 5;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What is wrong with a JSON value that shall come back as it was sent. */
const jsonFault = (value: unknown, depth: number): string | undefined => {
  if (value === null || typeof value === 'boolean') return undefined;
  if (typeof value === 'string') return isStorable(value) ? undefined : storable;
  if (typeof value === 'number')
    return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value))
      ? undefined
      : 'must not contain numbers that JSON clients cannot read back exactly';
  if (typeof value !== 'object') return 'must be JSON';
  if (depth > METADATA_DEPTH) return `must not be nested deeper than ${METADATA_DEPTH} levels`;
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
  if (Object.keys(value).length > METADATA_KEYS) return `must have at most ${METADATA_KEYS} keys`;
  const fault = jsonFault(value, 1);
  if (fault) return fault;
  if (Buffer.byteLength(JSON.stringify(value)) > METADATA_BYTES)
    return `must be at most ${METADATA_BYTES} bytes of JSON`;
  return undefined;
};

// Not z.record: it copies, and drops a key named `__proto__`.
export const metadata = z
  .custom<JsonObject>()
  .superRefine((value, context) => {
    const fault = metadataFault(value);
    if (fault) context.addIssue({ code: 'custom', message: fault });
  })
  .meta({ type: 'object', additionalProperties: true })
  .describe(
    `JSON object of your own: at most ${METADATA_KEYS} keys, ${METADATA_BYTES / 1024} KiB, ${METADATA_DEPTH} levels deep. Returned as it was sent.`,
  );

/** Key-wise merge: null deletes a key. */
export const mergeMetadata = (before: JsonObject, changes: JsonObject): JsonObject => {
  const merged = new Map<string, JsonValue>(Object.entries(before));
  for (const [key, value] of Object.entries(changes)) {
    if (value === null) merged.delete(key);
    else merged.set(key, value);
  }
  return Object.fromEntries(merged);
};
