import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  Lexer,
  parse,
  Source,
  TokenKind,
  validate,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import type { GraphqlLimits } from '../config.ts';
import { LimitExceeded, MOST_ERRORS } from '../errors.ts';
import { refuseLongLiterals } from './lists.ts';
import { type Shapes, shapesOf } from './shape.ts';

/** Of text: parsed, it takes about eighty times as much. */
const CACHE_BYTES = 512 * 1024;
/** What even the shortest takes in the cache, counted as text. */
const ENTRY_BYTES = 256;

/** A document that may run. */
export interface Valid {
  document: DocumentNode;
  shapes: Shapes;
}

/** A document that may run, or what is wrong with it. */
export type Checked =
  | (Valid & { errors?: undefined })
  | { document?: DocumentNode; shapes?: undefined; errors: readonly GraphQLError[] };

/** How much errors may reveal: they may suggest names of the schema, or not. */
interface ErrorDetailLevel {
  hideSuggestions: boolean;
}

/**
 * Parses and validates documents; throws where one is beyond the limits, the cheapest first.
 * Valid ones are kept, up to a size in bytes; the least recently used go first.
 */
export const createDocuments = (
  schema: GraphQLSchema,
  limits: GraphqlLimits,
): ((text: string, detail?: ErrorDetailLevel) => Checked) => {
  const cache = new LRUCache<string, Valid>({
    maxSize: CACHE_BYTES,
    maxEntrySize: CACHE_BYTES / 4,
  });

  return (text, detail) => {
    const known = cache.get(text);
    if (known) return known;
    const checked = check(schema, limits, text, detail);
    if (!checked.errors) cache.set(text, checked, { size: text.length + ENTRY_BYTES });
    return checked;
  };
};

const check = (
  schema: GraphQLSchema,
  limits: GraphqlLimits,
  text: string,
  detail?: ErrorDetailLevel,
): Checked => {
  const size = Buffer.byteLength(text);
  if (size > limits.bytes)
    throw new LimitExceeded(`The document has ${size} bytes`, limits.bytes, size);
  try {
    limitTokens(text, limits.tokens);
    const document = parse(text);
    const shapes = shapesOf(document, limits);
    // The last one says that there are more: collecting all of them takes long.
    const errors = validate(schema, document, undefined, {
      ...detail,
      maxErrors: MOST_ERRORS - 1,
    });
    if (errors.length > 0) return { document, errors };
    refuseLongLiterals(schema, document, limits.list);
    return { document, shapes };
  } catch (thrown) {
    if (thrown instanceof GraphQLError) return { errors: [thrown] };
    if (thrown instanceof RangeError)
      return { errors: [new GraphQLError('The document is nested too deep.')] };
    throw thrown;
  }
};

const limitTokens = (text: string, limit: number): void => {
  const lexer = new Lexer(new Source(text));
  let tokens = 0;
  while (lexer.advance().kind !== TokenKind.EOF) tokens += 1;
  if (tokens > limit) throw new LimitExceeded(`The document has ${tokens} tokens`, limit, tokens);
};
