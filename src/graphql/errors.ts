import { type ASTNode, BREAK, type DocumentNode, GraphQLError, Kind, visit } from 'graphql';
import type { Context } from '../context.ts';
import {
  type ApiError,
  LimitExceeded,
  shortMessage,
  toApiError,
  ValidationError,
} from '../errors.ts';

/**
 * Errors that are not a mutation's typed answer: syntax, the type system, reads that are refused,
 * faults.
 */

type RequestFacts = Pick<Context, 'requestId' | 'docUrl'>;

/** What a client may know of an error in addition to its message. */
const extensionsOf = (error: ApiError, facts: RequestFacts) => {
  const { code, type, param, details, retryAfter } = error;
  return {
    code,
    type,
    ...(param === undefined ? {} : { param }),
    ...(details ? { details } : {}),
    ...(retryAfter === undefined ? {} : { retryAfter }),
    ...(code === 'internal_error' ? { requestId: facts.requestId } : {}),
    docUrl: facts.docUrl(code),
    ...(error instanceof LimitExceeded ? { limit: error.limit, reached: error.reached } : {}),
  };
};

/** Of one error: fields that contradict one another may be all of a document. */
const MOST_PLACES = 10;

/** Keeps the place of an error and replaces its message and extensions. */
const reworded = (
  error: GraphQLError,
  message: string,
  extensions: Record<string, unknown>,
): GraphQLError => {
  const { nodes, source, positions, path } = error;
  return new GraphQLError(shortMessage(message), {
    nodes: nodes?.slice(0, MOST_PLACES) ?? null,
    source: source ?? null,
    positions: positions?.slice(0, MOST_PLACES) ?? null,
    path: path ?? null,
    extensions,
  });
};

/** The argument, input field or variable that a node of a document is the value of. */
export const holderOf = (node: ASTNode): string[] => {
  if (node.kind === Kind.ARGUMENT || node.kind === Kind.OBJECT_FIELD) return [node.name.value];
  return node.kind === Kind.VARIABLE_DEFINITION ? [node.variable.name.value] : [];
};

const stepsTo = (target: ASTNode, document: DocumentNode): string[] => {
  let steps: string[] = [];
  visit(document, {
    enter(node, _key, parent, path, ancestors) {
      if (node !== target) return undefined;
      const placeIn = (depth: number) =>
        path[depth - 1] === 'values' ? [String(path[depth])] : [];
      const way = [...ancestors, parent ?? [], node];
      steps = way.flatMap((step, depth) => ('kind' in step ? holderOf(step) : placeIn(depth)));
      return BREAK;
    },
  });
  return steps;
};

/** A field or argument that is missing, or one too many. */
const NAMED =
  /(?:^|; )(?:Field "[^"]*" argument|Field|Argument) "(?:[A-Z]\w*\.)?([^"]*)" (?:of (?:required )?type|is not defined by type) /;

/**
 * The path to the offending field. For a place inside a variable, graphql-js gives it only in the
 * text of the message.
 */
const stepsOf = (
  { message, nodes }: GraphQLError,
  document: DocumentNode | undefined,
): string[] => {
  const variable = /^Variable "\$(\w+)" got invalid value/.exec(message)?.[1];
  if (!variable)
    return (
      (document &&
        nodes?.map((node) => stepsTo(node, document)).findLast(({ length }) => length > 0)) ??
      []
    );
  const inside = message.match(new RegExp(` at "(${variable}[.\\w[\\]]+)"; `))?.[1] ?? variable;
  return inside.split(/[.[\]]+/).filter(Boolean);
};

/** The same on both surfaces: a field of the input, or the argument itself. */
export const paramAt = (steps: readonly string[]): string =>
  (steps.length > 1 ? steps.slice(1) : steps).join('.');

const paramOf = (error: GraphQLError, document: DocumentNode | undefined): string | undefined => {
  const steps = stepsOf(error, document);
  const named = NAMED.exec(error.message)?.[1];
  if (named && steps.at(-1) !== named) steps.push(named);
  return paramAt(steps) || undefined;
};

/** What GraphQL itself refuses, before any resolver. */
const refusal = (
  error: GraphQLError,
  facts: RequestFacts,
  document: DocumentNode | undefined,
): GraphQLError => {
  const param = paramOf(error, document);
  const { message } = error;
  const failure = new ValidationError(param === undefined ? [] : [{ field: param, message }]);
  return reworded(error, message, extensionsOf(failure, facts));
};

/**
 * The refusal of a whole request. Status 400, except where the GraphQL-over-HTTP specification
 * wants 200.
 */
export const requestRefusal = (
  error: GraphQLError,
  facts: RequestFacts,
  document?: DocumentNode,
): GraphQLError => {
  const refused = refusal(error, facts, document);
  return reworded(refused, refused.message, {
    ...refused.extensions,
    http: { status: 400, spec: true },
  });
};

/** The value of an argument, which only a variable could spoil so late. */
const isOfArgument = ({ nodes }: GraphQLError): boolean =>
  nodes?.[0] !== undefined && nodes[0].kind !== Kind.FIELD;

/** An error of one field. An unexpected error shows the client nothing but the request id. */
export const fieldError = (
  error: GraphQLError,
  context: Context,
  document: DocumentNode,
): GraphQLError => {
  const original = error.originalError ?? error;
  if (original instanceof GraphQLError && isOfArgument(original))
    return refusal(error, context, document);
  const failure = toApiError(original);
  context.report(original);
  return reworded(error, failure.message, extensionsOf(failure, context));
};

/**
 * The request was well-formed but cannot be executed, which GraphQL over HTTP answers with 200 to
 * clients that accept only plain JSON.
 */
const isAboutQuery = ({ code }: ApiError): boolean =>
  code === 'query_too_complex' ||
  code === 'PERSISTED_QUERY_NOT_FOUND' ||
  code === 'PERSISTED_QUERY_NOT_SUPPORTED';

/** A request that is turned away as a whole, with the status of the error. */
export const requestError = (error: ApiError, facts: RequestFacts): GraphQLError => {
  const { message, status, headers } = error;
  const http = { status, headers, spec: isAboutQuery(error) };
  return new GraphQLError(message, { extensions: { ...extensionsOf(error, facts), http } });
};
