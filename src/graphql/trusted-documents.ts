import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { GraphQLSchema } from 'graphql';
import { z } from 'zod';
import type { GraphqlLimits } from '../config.ts';
import type { KeyHolder } from '../domain/api-key.ts';
import { ForbiddenError, invalid, NotFoundError } from '../errors.ts';
import { createDocuments } from './documents.ts';

/** Documents that the operator has approved, which requests may name instead of sending a text. */

export interface TrustedDocumentsOptions {
  /** Path of a JSON object: id or SHA-256 → text. */
  trustedDocuments: string | undefined;
  graphqlLimits: GraphqlLimits;
}

/** How a request says what to run. */
export interface Asked {
  query?: string | null | undefined;
  documentId?: string | null | undefined;
  extensions?: Record<string, unknown> | null | undefined;
}

const Texts = z.record(z.string(), z.string());
const PersistedQuery = z.object({ persistedQuery: z.object({ sha256Hash: z.string() }) });

/** By id and by SHA-256, whichever of them the file tells. */
const createTrustedDocuments = (
  schema: GraphQLSchema,
  { trustedDocuments: path, graphqlLimits }: TrustedDocumentsOptions,
): ReadonlyMap<string, string> => {
  const texts = Object.entries(path === undefined ? {} : readTexts(path));
  const check = createDocuments(schema, graphqlLimits);
  for (const [id, text] of texts) {
    const fault = faultOf(() => check(text).errors?.[0]);
    if (fault) throw new Error(`TRUSTED_DOCUMENTS: the document ${id} of ${path} cannot run: ${fault.message}`);
  }
  return new Map([...texts.map(([, text]) => [sha256(text), text] as const), ...texts]);
};

const readTexts = (path: string): Record<string, string> => {
  try {
    return Texts.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    throw new Error(`TRUSTED_DOCUMENTS: ${path} cannot be read as a JSON object of documents by id`, { cause });
  }
};

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const faultOf = (find: () => Error | undefined): Error | undefined => {
  try {
    return find();
  } catch (thrown) {
    if (thrown instanceof Error) return thrown;
    throw thrown;
  }
};

const nameIn = ({ documentId, extensions }: Asked): [param: string, name: string | undefined] => {
  if (typeof documentId === 'string') return ['documentId', documentId];
  return ['extensions.persistedQuery.sha256Hash', PersistedQuery.safeParse(extensions).data?.persistedQuery.sha256Hash];
};

/** The text to run: the request's own, unless its key is bound to trusted documents, or that of the document which it names. */
export const createTextOf = (schema: GraphQLSchema, options: TrustedDocumentsOptions) => {
  const texts = createTrustedDocuments(schema, options);

  return (asked: Asked, { trustedDocumentsOnly }: Pick<KeyHolder, 'trustedDocumentsOnly'>): string => {
    const { query, documentId } = asked;
    if (typeof query === 'string') {
      if (trustedDocumentsOnly)
        throw new ForbiddenError(
          'This key runs trusted documents only: send the id of one as documentId, and no query.',
        );
      if (typeof documentId === 'string') throw invalid('documentId', 'must not stand beside query');
      return query;
    }
    const [param, name] = nameIn(asked);
    if (name === undefined) throw invalid('query', 'is required, unless a trusted document is named');
    const text = texts.get(name);
    if (text === undefined) throw new NotFoundError('document_not_found', param);
    return text;
  };
};
