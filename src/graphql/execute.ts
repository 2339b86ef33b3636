import {
  type DocumentNode,
  type ExecutionResult,
  type GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  execute as run,
} from 'graphql';
import type { Context } from '../context.ts';
import { invalid } from '../errors.ts';
import { createDocuments } from './documents.ts';
import { refusal, requestError, resolverError } from './errors.ts';

export interface Params {
  query?: string | undefined;
  operationName?: string | undefined;
  variables?: Record<string, unknown> | undefined;
}

export type Execute = (params: Params, context: Context) => Promise<ExecutionResult>;

/** The pipeline of every GraphQL request, whoever received it: parse, validate, limits, execution. */
export const createExecute = (schema: GraphQLSchema): Execute => {
  const check = createDocuments(schema);
  return async ({ query, operationName, variables }, context) => {
    const checked = check(query ?? '');
    if ('errors' in checked) return checked;
    const { document } = checked;
    const repeated = severalEffects(document, operationName, context);
    if (repeated) return { errors: [repeated] };
    const { data, errors } = await run({
      schema,
      document,
      contextValue: context,
      variableValues: variables,
      operationName,
    });
    // Without data, nothing ran: an unknown operation name, or variables that do not fit.
    if (data === undefined) return { errors: (errors ?? []).map((error) => refusal(error, document)) };
    return {
      ...(errors ? { errors: errors.map((error) => resolverError(error, context)) } : {}),
      data,
      ...(context.replayed ? { extensions: { http: { headers: { 'Idempotent-Replayed': 'true' } } } } : {}),
    };
  };
};

/** An idempotency key stands for one effect, so that its document holds exactly one mutation field. */
const severalEffects = (
  document: DocumentNode,
  operationName: string | undefined,
  context: Context,
): GraphQLError | undefined => {
  const operation = getOperationAST(document, operationName);
  if (context.idempotencyKey === undefined || operation?.operation !== 'mutation') return undefined;
  const { selections } = operation.selectionSet;
  if (selections.length === 1 && selections[0]?.kind === 'Field') return undefined;
  return requestError(invalid('Idempotency-Key', 'needs a document with exactly one mutation field'), context.docUrl);
};
