import { z } from 'zod';
import { isCountry } from '../countries.ts';
import { isCurrency } from '../currencies.ts';
import { nounOf, prefixOf } from '../db/ids.ts';
import { isStorable, metadataFault, metadataLimits, storable } from '../metadata.ts';
import { isVisible } from '../names.ts';
import { type JsonObject, type JsonValue, MAX_INT32, RATE_SCALE } from '../vocabulary.ts';

/** The fields that inputs are made of. They check and never change a value. */

export const text = (longest: number) =>
  z.string().max(longest, `must have at most ${longest} characters`).refine(isStorable, storable);

const shown = text(255)
  .min(1, { error: 'must not be empty', abort: true })
  .refine(isVisible, 'must have a character that can be seen');
export const name = shown.describe(
  'Display name, 1 to 255 characters. Spaces around it are dropped.',
);
export const description = text(2_000).describe('Free text, at most 2000 characters.');
/** A short text that people see. */
export const label = shown.describe('1 to 255 characters. Spaces around it are dropped.');
export const displayValue = shown.describe(
  'What a page shows instead of a number, e.g. "24/7", 1 to 255 characters. Spaces around it are ' +
    'dropped.',
);
export const unitName = text(255).describe('What one unit is called, for display only.');
export const unitNamePlural = shown.describe(
  'What several units are called, e.g. "calls", 1 to 255 characters. Spaces around it are dropped. ' +
    'Needs a `unitName`, which stands for several, too, where this is null.',
);

/** What has a code, so that an input may name it by its id or by its code. */
export type Named = 'plan' | 'planGroup' | 'feature' | 'featureSection' | 'market';

export const code = text(64)
  .min(1, 'must not be empty')
  .regex(/^[a-z0-9_]+$/, 'must consist of lower-case letters, digits and underscores')
  .describe(
    'Stable identifier: lower-case letters, digits and underscores, at most 64 characters.',
  );

/** The code of something new. One that looks like an id might hide what has that id. */
export const codeOf = (noun: Named) =>
  code
    .refine((code) => nounOf(code) !== noun, `must not begin with ${prefixOf(noun)}, as ids do`)
    .describe(
      'Stable identifier: lower-case letters, digits and underscores, at most 64 characters; does ' +
        `not begin with ${prefixOf(noun)}.`,
    );

/** Something that exists or not; nothing to check but that it is named. */
export const reference = z.string().min(1, 'must not be empty');

/** Which fields are an id or a code, and of what. Operations get ids in their place. */
export const references = z.registry<{ noun: Named }>();
const referenceTo = (noun: Named) =>
  z.string().min(1, 'must not be empty').register(references, { noun });

export const planId = referenceTo('plan').describe('Id or code of a plan.');
export const planGroupId = referenceTo('planGroup').describe('Id or code of a plan group.');
export const featureId = referenceTo('feature').describe('Id or code of a feature.');
export const sectionId = referenceTo('featureSection').describe('Id or code of a section.');
export const marketId = referenceTo('market').describe('Id or code of a market.');

const whole = 'must be a whole number';
export const wholeNumber = (longest: number) =>
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

const noCurrency = 'must be the code of an ISO 4217 currency';
export const currency = z
  .string()
  .regex(/^[A-Za-z]{3}$/, { error: noCurrency, abort: true })
  .refine((code) => isCurrency(code.toLowerCase()), noCurrency)
  .describe('Code of an active ISO 4217 currency, in any case.');

const noCountry = 'must be the code of an ISO 3166-1 country';
export const countryCode = z
  .string()
  .regex(/^[A-Za-z]{2}$/, { error: noCountry, abort: true })
  .refine((code) => isCountry(code.toUpperCase()), noCountry)
  .describe('Two-letter code of an ISO 3166-1 country, in any case.');

const LONGEST_LIST = 200;

/** A list in an input; every list has a maximum. */
export const list = <Item extends z.ZodType>(item: Item, longest = LONGEST_LIST) =>
  z.array(item).max(longest, `must have at most ${longest} entries`);

/** An input that has to give at least one of its fields. */
export const atLeastOne = <Shape extends z.ZodRawShape>(shape: Shape) => {
  const names = Object.keys(shape);
  const last = names.pop();
  return z
    .object(shape)
    .refine((input) => Object.values(input).some((value) => value !== undefined), {
      error: `at least one of ${names.join(', ')} and ${last} is required`,
      path: names.slice(0, 1),
    });
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
    `JSON object of your own: at most ${metadataLimits.keys} keys, ${metadataLimits.bytes / 1024} KiB, ${metadataLimits.depth} levels deep. Returned as it was sent.`,
  );

export const publicMetadata = metadata.describe(
  'JSON object of your own that everyone may read, with the limits of metadata.',
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
