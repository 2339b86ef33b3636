import { valueFromASTUntyped } from 'graphql';
import type { JsonObject } from '../src/vocabulary.ts';
import { builder } from './builder.ts';

/** A scalar lets its whole JSON kind through: what else is wrong with a value is a typed error of the mutation. */

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
    'An amount of money: a whole number from 0 to 2^53 - 1 that counts ten-thousandths of one unit of its currency. ' +
    '10000 is $1.00, and ¥1. Amounts beside no currency are US dollars.',
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

builder.scalarType('CurrencyCode', {
  description: 'An ISO 4217 currency code of three letters. Written in any case, answered in lower case, e.g. "eur".',
  serialize: (value) => value,
  parseValue: text,
  parseLiteral: (node) => text(valueFromASTUntyped(node)),
});

builder.scalarType('DateTime', {
  description: 'A moment in UTC, as ISO 8601 with milliseconds: "2026-01-31T12:00:00.000Z".',
  serialize: (value) => value,
  parseValue: text,
  parseLiteral: (node) => text(valueFromASTUntyped(node)),
});

builder.scalarType('JSONObject', {
  description: 'A JSON object, as a literal or a variable.',
  serialize: (value) => value,
  // zod refuses what is not an object.
  parseValue: (value) => value as JsonObject,
  parseLiteral: (node, variables) => valueFromASTUntyped(node, variables) as JsonObject,
});
