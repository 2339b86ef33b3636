import { expect } from 'vitest';
import type { ZodType } from 'zod';
import { fromZod } from '../src/errors.ts';

/** Values that no input may take, by what the field holds. */

const deep = (levels: number): unknown => (levels === 0 ? 0 : { a: deep(levels - 1) });
const keys = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, index]));

const badTexts = (longest: number) => ['x'.repeat(longest + 1), 'a\0b', '\ud800', 7, true, {}, []];
const notWhole = [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 1e300, '5', true, {}, []];

export const bad = {
  names: [
    '',
    ' ',
    '\n\t',
    '\u200b',
    '\u0007',
    '\u2066\u2069',
    '\ufeff\u00a0',
    '\u3164',
    '\u2800',
    'x'.repeat(5_000),
    ...badTexts(255),
  ],
  descriptions: badTexts(2_000),
  unitNames: badTexts(255),
  codes: ['', 'Pro', 'a b', 'a-b', 'ä', 'a\n', ...badTexts(64)],
  references: ['', 7, true, {}, []],
  flags: ['true', 0, 1, {}, []],
  words: ['', 'MONTHLY', 'other', 7, {}],
  amounts: [...notWhole, Number.MAX_SAFE_INTEGER + 1],
  counts: [...notWhole, 2 ** 31],
  currencies: ['', 'eu', 'euro', 'e1r', 'éur', ' eur', 'zzz', 'xxx', 'XAU', 'dem', 7, {}],
  metadata: [
    'text',
    7,
    [],
    deep(6),
    keys(51),
    { text: 'x'.repeat(16 * 1024) },
    { big: Number.MAX_SAFE_INTEGER + 1 },
    { big: 1e300 },
    { infinite: Number.POSITIVE_INFINITY },
    { 'a\0': 1 },
    { nested: ['\ud800'] },
    { missing: undefined },
    { not: () => 'JSON' },
  ],
};

export const goodMetadata = [
  {},
  deep(5),
  keys(50),
  { text: 'x'.repeat(16 * 1024 - '{"text":""}'.length) },
  { exact: [Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER, 0.1, 5e-324, null, true, ''] },
  JSON.parse('{"__proto__":{"a":1},"constructor":2,"z":1,"a":2}'),
];

const placed = (input: unknown, [key, ...rest]: string[], value: unknown): unknown => {
  if (key === undefined) return value;
  const copy: Record<string, unknown> = Array.isArray(input)
    ? Object.assign([], input)
    : Object.assign({}, input);
  copy[key] = placed(copy[key], rest, value);
  return copy;
};

type Values = Record<string, readonly unknown[]>;

const blamedFields = (schema: ZodType, valid: unknown, values: Values) =>
  Object.entries(values).flatMap(([field, candidates]) =>
    candidates.map((value) => {
      const { error } = schema.safeParse(placed(valid, field.split('.'), value));
      return { field, value, blamed: error && fromZod(error).param };
    }),
  );

/**
 * The schema blames each field for each of its bad values, which stand in an otherwise valid input.
 */
export const expectRefusals = (schema: ZodType, valid: unknown, values: Values): void => {
  expect(schema.parse(valid)).toEqual(valid);
  for (const { field, value, blamed } of blamedFields(schema, valid, values))
    expect({ field, value, blamed }).toEqual({ field, value, blamed: field });
};

/** The schema takes each value and leaves it as it is. */
export const expectAcceptance = (schema: ZodType, valid: unknown, values: Values): void => {
  for (const [field, candidates] of Object.entries(values))
    for (const value of candidates) {
      const input = placed(valid, field.split('.'), value);
      const { data, error } = schema.safeParse(input);
      expect({ field, value, error, data }).toEqual({
        field,
        value,
        error: undefined,
        data: input,
      });
    }
};
