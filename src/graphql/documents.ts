import { type DocumentNode, GraphQLError, type GraphQLSchema, parse, validate } from 'graphql';

/** Far above any pricing page; below what overflows the parser's stack. */
const MOST_TOKENS = 4_000;
const LONGEST_DOCUMENT_BYTES = 16 * 1024;
/** Of text: parsed, it takes about eighty times as much. */
const CACHE_BYTES = 512 * 1024;

/** A document that may run, or what is wrong with it. */
export type Checked =
  | { document: DocumentNode; errors?: undefined }
  | { document?: DocumentNode; errors: readonly GraphQLError[] };

/** Parses and validates documents. Valid ones are kept, up to a size in bytes; the least recently used go first. */
export const createDocuments = (schema: GraphQLSchema): ((text: string) => Checked) => {
  const kept = new Map<string, DocumentNode>();
  let bytes = 0;

  const keep = (text: string, document: DocumentNode) => {
    kept.set(text, document);
    bytes += text.length;
    for (const oldest of kept.keys()) {
      if (bytes <= CACHE_BYTES) return;
      kept.delete(oldest);
      bytes -= oldest.length;
    }
  };

  return (text) => {
    const known = kept.get(text);
    if (known) {
      kept.delete(text);
      kept.set(text, known);
      return { document: known };
    }
    const checked = check(schema, text);
    if (!checked.errors) keep(text, checked.document);
    return checked;
  };
};

const check = (schema: GraphQLSchema, text: string): Checked => {
  const size = Buffer.byteLength(text);
  if (size > LONGEST_DOCUMENT_BYTES)
    return { errors: [new GraphQLError(`The document has ${size} bytes; the limit is ${LONGEST_DOCUMENT_BYTES}.`)] };
  try {
    const document = parse(text, { maxTokens: MOST_TOKENS });
    const errors = validate(schema, document);
    return errors.length > 0 ? { document, errors } : { document };
  } catch (thrown) {
    if (thrown instanceof GraphQLError) return { errors: [thrown] };
    if (thrown instanceof RangeError) return { errors: [new GraphQLError('The document is nested too deep.')] };
    throw thrown;
  }
};
