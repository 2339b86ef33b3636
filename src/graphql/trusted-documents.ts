import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { GraphQLSchema } from 'graphql';
import { z } from 'zod';
import type { GraphqlLimits } from '../config.ts';
import type { KeyHolder } from '../domain/api-key.ts';
import { ApiError, ForbiddenError, invalid, NotFoundError } from '../errors.ts';
import { createDocuments } from './documents.ts';

/** Documents that the operator has approved, which requests may name instead of sending a text. */

export interface TrustedDocumentsOptions {
  /** Path of a JSON file: texts by id or SHA-256, as Relay writes them, or a manifest of Apollo. */
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
const ApolloManifest = z.object({
  format: z.literal('apollo-persisted-query-manifest'),
  version: z.literal(1),
  operations: z.array(z.object({ id: z.string(), body: z.string() })),
});
const DocumentsFile = z.union([
  ApolloManifest.transform(({ operations }) =>
    operations.map(({ id, body }) => [id, body] as const),
  ),
  Texts.transform((texts) => Object.entries(texts)),
]);
const PersistedQuery = z.object({ persistedQuery: z.object({ sha256Hash: z.string() }) });

/** By id, and by SHA-256 with and without its prefix, as far as the file names them. */
const createTrustedDocuments = (
  schema: GraphQLSchema,
  { trustedDocuments: path, graphqlLimits }: TrustedDocumentsOptions,
): ReadonlyMap<string, string> => {
  const texts = path === undefined ? [] : readTexts(path);
  const check = createDocuments(schema, graphqlLimits);
  for (const [id, text] of texts) {
    const fault = faultOf(() => check(text).errors?.[0]);
    if (fault)
      throw new Error(
        `TRUSTED_DOCUMENTS: the document ${id} of ${path} cannot run: ${fault.message}`,
      );
    if (id.startsWith(PREFIX) && id !== `${PREFIX}${sha256(text)}`)
      throw new Error(`TRUSTED_DOCUMENTS: the document ${id} of ${path} has another SHA-256`);
  }
  const hashes = texts.map(([, text]) => [sha256(text), text] as const);
  return new Map([
    ...hashes,
    ...hashes.map(([hash, text]) => [`${PREFIX}${hash}`, text] as const),
    ...texts,
  ]);
};

const readTexts = (path: string): (readonly [id: string, text: string])[] => {
  try {
    return DocumentsFile.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    throw new Error(
      `TRUSTED_DOCUMENTS: ${path} cannot be read as a JSON object of documents by id, or as a manifest of Apollo`,
      { cause },
    );
  }
};

/** The GraphQL over HTTP specification writes ids so that are hashes. */
const PREFIX = 'sha256:';
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const faultOf = (find: () => Error | undefined): Error | undefined => {
  try {
    return find();
  } catch (thrown) {
    if (thrown instanceof Error) return thrown;
    throw thrown;
  }
};

const hashIn = ({ extensions }: Asked): string | undefined =>
  PersistedQuery.safeParse(extensions).data?.persistedQuery.sha256Hash;

/** What automatic persisted queries wait for, to the letter. */
const unknownHash = (hasDocuments: boolean): ApiError => {
  const param = 'extensions.persistedQuery.sha256Hash';
  return hasDocuments
    ? new ApiError('PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotFound', { param })
    : new ApiError('PERSISTED_QUERY_NOT_SUPPORTED', 'PersistedQueryNotSupported', { param });
};

/**
 * The text to run: the request's own, unless its key is bound to trusted documents, or that of the
 * document which it names.
 */
export const createTextOf = (schema: GraphQLSchema, options: TrustedDocumentsOptions) => {
  const texts = createTrustedDocuments(schema, options);

  return (
    asked: Asked,
    { trustedDocumentsOnly }: Pick<KeyHolder, 'trustedDocumentsOnly'>,
  ): string => {
    const { query, documentId } = asked;
    if (typeof query === 'string') {
      if (trustedDocumentsOnly)
        throw new ForbiddenError(
          'This key runs trusted documents only: send the id of one as documentId, and no query.',
        );
      if (typeof documentId === 'string')
        throw invalid('documentId', 'cannot be combined with query');
      return query;
    }
    const name = documentId ?? hashIn(asked);
    if (name === undefined)
      throw invalid('query', 'is required, unless a trusted document is named');
    const text = texts.get(name);
    if (text !== undefined) return text;
    if (typeof documentId === 'string') throw new NotFoundError('document_not_found', 'documentId');
    throw unknownHash(texts.size > 0);
  };
};
