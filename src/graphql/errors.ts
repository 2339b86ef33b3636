import { type ASTNode, BREAK, type DocumentNode, GraphQLError, type GraphQLErrorOptions, visit } from 'graphql';
import type { Context } from '../context.ts';
import { type ApiError, type ErrorDetail, toApiError } from '../errors.ts';

/** Errors that are not a mutation's typed answer: syntax, the type system, reads that are refused, faults. */

/** Where a value stands in the arguments of a document, as a dotted path without the argument that holds the input. */
const pathInDocument = (document: DocumentNode, target: ASTNode): string | undefined => {
  let path: string | undefined;
  visit(document, {
    enter(node, _key, _parent, _path, ancestors) {
      if (node !== target) return undefined;
      const names = [...ancestors.flat(), node].flatMap((ancestor) =>
        'kind' in ancestor && (ancestor.kind === 'Argument' || ancestor.kind === 'ObjectField')
          ? [ancestor.name.value]
          : [],
      );
      path = inInput(names);
      return BREAK;
    },
  });
  return path;
};

/** `param` is the same on both surfaces: a field of the input, or the argument itself. */
const inInput = (names: string[]): string | undefined =>
  (names.length > 1 ? names.slice(1) : names).join('.') || undefined;

/** The offending field, from the words of graphql-js: it tells paths in its messages only. */
const paramOf = (error: GraphQLError, document: DocumentNode | undefined): string | undefined => {
  const { message, nodes } = error;
  const missing = /(?:Field|Argument) "(\w+)" of (?:required )?type/.exec(message)?.[1];
  const variable = /^Variable "\$(\w+)"/.exec(message)?.[1];
  if (variable) {
    const inside = / at "(.+?)"/
      .exec(message)?.[1]
      ?.replaceAll(/\[(\d+)\]/g, '.$1')
      .split('.') ?? [variable];
    return inInput(missing ? [...inside, missing] : inside);
  }
  const place = document && nodes?.[0] && pathInDocument(document, nodes[0]);
  return [place, missing].filter(Boolean).join('.') || undefined;
};

/** What GraphQL itself refuses before any resolver runs. Status 400, except where the GraphQL-over-HTTP specification wants 200. */
export const refusal = (error: GraphQLError, document?: DocumentNode): GraphQLError => {
  const param = paramOf(error, document);
  const details: ErrorDetail[] = param ? [{ field: param, message: error.message }] : [];
  return new GraphQLError(error.message, {
    ...locationOf(error),
    extensions: { code: 'validation_error', ...(param ? { param } : {}), details, http: { status: 400, spec: true } },
  });
};

const locationOf = ({ nodes, source, positions, path }: GraphQLError): GraphQLErrorOptions => ({
  nodes: nodes ?? null,
  source: source ?? null,
  positions: positions ?? null,
  path: path ?? null,
});

const extensionsOf = (error: ApiError, docUrl: Context['docUrl']) => {
  const { code, type, param, details } = error;
  return {
    code,
    type,
    ...(param === undefined ? {} : { param }),
    ...(details ? { details } : {}),
    docUrl: docUrl(code),
  };
};

/** An error of a resolver. What is not ours tells nothing but the request id, and is reported. */
export const resolverError = (error: GraphQLError, { docUrl, requestId, report }: Context): GraphQLError => {
  if (!error.originalError) return refusal(error);
  const failure = toApiError(error.originalError);
  if (failure.code === 'internal_error') report(error.originalError);
  return new GraphQLError(failure.message, {
    ...locationOf(error),
    extensions: { ...extensionsOf(failure, docUrl), ...(failure.code === 'internal_error' ? { requestId } : {}) },
  });
};

/** A request that is turned away as a whole, with the status of the error. */
export const requestError = (error: ApiError, docUrl: Context['docUrl']): GraphQLError =>
  new GraphQLError(error.message, { extensions: { ...extensionsOf(error, docUrl), http: { status: error.status } } });
