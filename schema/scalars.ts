import { Kind, type ValueNode, valueFromASTUntyped } from 'graphql';
import { isCountry } from '../src/countries.ts';
import { isCurrency } from '../src/currencies.ts';
import { isExactNumber, noteInexactNumbers } from '../src/exact-json.ts';
import { canonicalLocale } from '../src/locale.ts';
import type { JsonObject } from '../src/vocabulary.ts';
import { builder } from './builder.ts';

/**
 * A number or text lets its whole JSON kind through: what else is wrong with it is a typed error of
 * the mutation. Currencies and locales stand in queries, too, and are refused with the whole
 * request: one bad argument must not spoil a page.
 */

const number = (value: unknown): number => {
  if (typeof value !== 'number') throw new TypeError('It must be a number.');
  return value;
};

const text = (value: unknown): string => {
  if (typeof value !== 'string') throw new TypeError('It must be a string.');
  return value;
};

builder.scalarType('RateAmount', {
  description:
    'An amount of money: a whole number from 0 to 2^53 - 1 that counts ten-thousandths of one ' +
    'unit of its currency. ' +
    '10000 is $1.00, and ¥1. Without a currency beside it, it is in the base currency of the organization.',
  serialize: (value) => value,
  parseValue: number,
  parseLiteral: (node) => number(valueFromASTUntyped(node)),
});

builder.scalarType('Quantity', {
  description: 'A whole number from 0 to 2^53 - 1.',
  serialize: (value) => value,
  parseValue: number,
  parseLiteral: (node) => number(valueFromASTUntyped(node)),
});

/** Some other letters become ASCII ones in the other case: `ı`, and the sign of the kelvin. */
const ascii = /^[A-Za-z]*$/;

/** As it was written: idempotency keys compare what was sent. */
const currencyCode = (value: unknown): string => {
  if (!ascii.test(text(value)) || !isCurrency(text(value).toLowerCase()))
    throw new TypeError('It must be the code of an ISO 4217 currency.');
  return text(value);
};

builder.scalarType('CurrencyCode', {
  description:
    'The code of an active ISO 4217 currency. Written in any case, answered in lower case, e.g. ' +
    '"eur". ' +
    'A request with any other code is refused.',
  serialize: (value) => value,
  parseValue: currencyCode,
  parseLiteral: (node) => currencyCode(valueFromASTUntyped(node)),
});

/** As it was written, like a currency. */
const countryCode = (value: unknown): string => {
  if (!ascii.test(text(value)) || !isCountry(text(value).toUpperCase()))
    throw new TypeError('It must be the code of an ISO 3166-1 country.');
  return text(value);
};

builder.scalarType('CountryCode', {
  description:
    'The two-letter code of an ISO 3166-1 country. Written in any case, answered in upper case, ' +
    'e.g. "BR". A request with any other code is refused.',
  serialize: (value) => value,
  parseValue: countryCode,
  parseLiteral: (node) => countryCode(valueFromASTUntyped(node)),
});

const locale = (value: unknown): string => {
  try {
    return canonicalLocale(text(value));
  } catch {
    throw new TypeError('It must be a BCP 47 language tag without extensions.');
  }
};

builder.scalarType('Locale', {
  description:
    'A BCP 47 language tag, e.g. "pt-BR"; `_` counts as `-`. A request with a malformed tag, or ' +
    'one with an extension ' +
    '(`-u-`, `-t-`, `-x-`), is refused; an unknown language reads as the default of the server.',
  serialize: (value) => value,
  parseValue: locale,
  parseLiteral: (node) => locale(valueFromASTUntyped(node)),
});

builder.scalarType('DateTime', {
  description: 'A moment in UTC, as ISO 8601 with milliseconds: "2026-01-31T12:00:00.000Z".',
  serialize: (value) => value,
  parseValue: text,
  parseLiteral: (node) => text(valueFromASTUntyped(node)),
});

type Variables = Parameters<typeof valueFromASTUntyped>[1];

const isInexact = (node: ValueNode): boolean =>
  (node.kind === Kind.INT || node.kind === Kind.FLOAT) && !isExactNumber(node.value);

/**
 * A variable that was not given leaves its member out, and is null in a list: as in the literal of
 * an input object.
 */
const json = (node: ValueNode, variables: Variables): unknown => {
  if (node.kind === Kind.LIST) {
    const items = node.values.map((item) => json(item, variables) ?? null);
    if (node.values.some(isInexact)) noteInexactNumbers(items);
    return items;
  }
  if (node.kind !== Kind.OBJECT) return valueFromASTUntyped(node, variables);
  const members = node.fields.map(
    ({ name, value }) => [name.value, json(value, variables)] as const,
  );
  const object = Object.fromEntries(members.filter(([, value]) => value !== undefined));
  if (node.fields.some(({ value }) => isInexact(value))) noteInexactNumbers(object);
  return object;
};

builder.scalarType('JSONObject', {
  description: 'A JSON object, as a literal or a variable.',
  serialize: (value) => value,
  // zod refuses what is not an object.
  parseValue: (value) => value as JsonObject,
  parseLiteral: (node, variables) => json(node, variables) as JsonObject,
});
