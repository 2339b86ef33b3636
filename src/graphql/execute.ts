import {
  type ExecutionResult,
  type GraphQLSchema,
  getOperationAST,
  type OperationDefinitionNode,
  execute as run,
} from 'graphql';
import type { Context } from '../context.ts';
import { ApiError, invalid } from '../errors.ts';
import { createDocuments } from './documents.ts';
import { refusal, requestError, resolverError } from './errors.ts';

export interface Params {
  query?: string | undefined;
  operationName?: string | undefined;
  variables?: Record<string, unknown> | undefined;
  /** A GET: it must not change anything. */
  readOnly?: boolean;
}

export type Execute = (params: Params, context: Context) => Promise<ExecutionResult>;

/** The pipeline of every GraphQL request, whoever received it: parse, validate, limits, execution. */
export const createExecute = (schema: GraphQLSchema): Execute => {
  const check = createDocuments(schema);
  return async ({ query, operationName, variables, readOnly }, context) => {
    const checked = check(query ?? '');
    if ('errors' in checked) return checked;
    const { document } = checked;
    const operation = getOperationAST(document, operationName);
    const refused = operation?.operation === 'mutation' && refusedMutation(operation, readOnly, context);
    if (refused) return { errors: [requestError(refused, context.docUrl)] };
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

const refusedMutation = (
  { selectionSet: { selections } }: OperationDefinitionNode,
  readOnly: boolean | undefined,
  { idempotencyKey }: Context,
): ApiError | undefined => {
  if (readOnly) return new ApiError('method_not_allowed', 'A mutation is sent with POST.');
  const isOneField = selections.length === 1 && selections[0]?.kind === 'Field';
  // An idempotency key stands for one effect.
  return idempotencyKey !== undefined && !isOneField
    ? invalid('Idempotency-Key', 'needs a document with exactly one mutation field')
    : undefined;
};
