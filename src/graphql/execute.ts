import {
  type ExecutionResult,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  type OperationDefinitionNode,
  execute as run,
} from 'graphql';
import type { Context } from '../context.ts';
import { invalid, MethodNotAllowed, toApiError } from '../errors.ts';
import { createDocuments } from './documents.ts';
import { fieldError, requestError, requestRefusal } from './errors.ts';
import { operationNameOf } from './operation-name.ts';

export interface Params {
  query: string;
  operationName?: string | null | undefined;
  variables?: Record<string, unknown> | null | undefined;
  /** A GET: it must not change anything. */
  readOnly?: boolean;
}

export type Execute = (params: Params, context: Context) => Promise<ExecutionResult>;

/** The pipeline of every GraphQL request, whoever received it: parse, validate, limits, execution. */
export const createExecute = (schema: GraphQLSchema): Execute => {
  const check = createDocuments(schema);

  const answer: Execute = async ({ query, operationName, variables, readOnly }, context) => {
    context.account.operation = 'invalid';
    const { document, errors: faults } = check(query);
    if (faults) return { errors: faults.map((error) => requestRefusal(error, context, document)) };
    const operation = getOperationAST(document, operationName);
    if (operation) context.account.operation = operationNameOf(operation);
    if (operation && !schema.getRootType(operation.operation))
      return { errors: [requestRefusal(new GraphQLError('There are no subscriptions.'), context)] };
    if (operation?.operation === 'mutation') {
      if (readOnly) throw new MethodNotAllowed(['POST'], 'A mutation');
      if (context.idempotencyKey !== undefined) refuseMoreThanOneEffect(operation);
    }
    const variableValues = variables ?? {};
    const { data, errors } = await run({ schema, document, contextValue: context, variableValues, operationName });
    // Without data, nothing ran: an unknown operation name, or variables that do not fit.
    if (data === undefined) return { errors: (errors ?? []).map((error) => requestRefusal(error, context, document)) };
    return {
      ...(errors ? { errors: errors.map((error) => fieldError(error, context, document)) } : {}),
      data,
      ...(context.account.replayed ? { extensions: { http: { headers: { 'Idempotent-Replayed': 'true' } } } } : {}),
    };
  };

  return async (params, context) => {
    try {
      return await answer(params, context);
    } catch (thrown) {
      context.report(thrown);
      return { errors: [requestError(toApiError(thrown), context)] };
    }
  };
};

const refuseMoreThanOneEffect = ({ selectionSet: { selections } }: OperationDefinitionNode): void => {
  if (selections.length !== 1 || selections[0]?.kind !== 'Field')
    throw invalid('Idempotency-Key', 'needs a document with exactly one mutation field');
};
