import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  type OperationDefinitionNode,
} from 'graphql';
import type { GraphqlLimits, IntrospectionPolicy } from '../config.ts';
import type { Context } from '../context.ts';
import { invalid, MethodNotAllowed, MOST_ERRORS, toApiError } from '../errors.ts';
import { type HttpExtension, OperationResult, type RequestErrors, type Result } from './answer.ts';
import { refuseBeyondAudit } from './audit-scope.ts';
import { type Bounded, boundedMutation, boundedQuery, budgetLimits } from './bounds.ts';
import { isCatalogueRead } from './catalogue-read.ts';
import { createCostCheck } from './cost.ts';
import { createDocuments } from './documents.ts';
import { fieldError, requestError, requestRefusal } from './errors.ts';
import { createExecution } from './execution.ts';
import { introspectionRefused, maySeeSchema } from './introspection.ts';
import { createListCheck } from './lists.ts';
import { operationNameOf } from './operation-name.ts';

export interface Params {
  query: string;
  operationName?: string | null | undefined;
  variables?: Record<string, unknown> | null | undefined;
  /** A GET: it must not change anything. */
  readOnly?: boolean | undefined;
}

export type Execute = (params: Params, context: Context) => Promise<Result>;

export interface ExecuteOptions {
  graphqlLimits: GraphqlLimits;
  /** Infinity compiles nothing. */
  graphqlCompileAfter: number;
  introspection: IntrospectionPolicy;
}

/** The pipeline of every GraphQL request: parse, validate, check limits, execute. */
export const createExecute = (
  schema: GraphQLSchema,
  { graphqlLimits, graphqlCompileAfter, introspection }: ExecuteOptions,
): Execute => {
  const check = createDocuments(schema, graphqlLimits);
  const refuseLongLists = createListCheck(schema, graphqlLimits.list);
  const run = createExecution(schema, graphqlCompileAfter);
  const limits = budgetLimits(graphqlLimits);
  const costWithin = createCostCheck(schema, graphqlLimits.cost);

  const answer: Execute = async ({ query, operationName, variables, readOnly }, context) => {
    context.log.operation = 'invalid';
    const hideSuggestions = !maySeeSchema(introspection, context.caller);
    const { document, shapes, errors: faults } = check(query, { hideSuggestions });
    if (faults) return refused(faults, context, document);
    const operation = getOperationAST(document, operationName);
    const shape = operation && shapes.get(operation);
    if (!operation || !shape)
      return { errors: [requestRefusal(noOperation(operationName), context)] };
    if (!schema.getRootType(operation.operation))
      return { errors: [requestRefusal(new GraphQLError('There are no subscriptions.'), context)] };
    context.log.operation = operationNameOf(operation);
    refuseBeyondAudit(document, operation, context.caller.scope);
    if (shape.introspections > 0 && hideSuggestions) throw introspectionRefused(introspection);
    if (operation.operation === 'mutation') {
      if (readOnly) throw new MethodNotAllowed(['POST'], 'A mutation');
      if (context.idempotencyKey !== undefined) refuseMoreThanOneEffect(operation);
    }
    const variableValues = variables ?? {};
    refuseLongLists(operation, variableValues);
    const cost = costWithin(document, operation, shape, variableValues);
    context.budget.limitTo(limits);
    const request = {
      document,
      operation,
      contextValue: context,
      variableValues,
      hideSuggestions,
      cost: cost.requested,
    };
    let bounded: Bounded;
    // A promise only where the database has to be asked.
    const reserving = context.reserve(cost.requested);
    if (reserving) await reserving;
    try {
      const bound = operation.operation === 'mutation' ? boundedMutation : boundedQuery;
      bounded = await bound(run(request), context);
    } finally {
      context.settle(cost.requested);
    }
    const { data, text, errors } = bounded;
    // Without data, nothing ran: the variables do not fit.
    if (data === undefined) return refused(errors ?? [], context, document);
    if (!errors)
      return new OperationResult(
        data,
        text,
        cost,
        context,
        httpExtensionOf(context, isCatalogueRead(operation) && !context.showsChangeSets),
      );
    const most = operation.operation === 'mutation' ? graphqlLimits.rootFields : MOST_ERRORS;
    const told = errors.slice(0, most).map((error) => fieldError(error, context, document));
    return new OperationResult(data, text, cost, context, httpExtensionOf(context, false), told);
  };

  return async (params, context) => {
    try {
      return await answer(params, context);
    } catch (thrown) {
      if (thrown instanceof GraphQLError) return { errors: [requestRefusal(thrown, context)] };
      context.report(thrown);
      return { errors: [requestError(toApiError(thrown), context)] };
    }
  };
};

const refused = (
  errors: readonly GraphQLError[],
  context: Context,
  document: DocumentNode | undefined,
): RequestErrors => ({
  errors: errors.slice(0, MOST_ERRORS).map((error) => requestRefusal(error, context, document)),
});

const CACHEABLE: HttpExtension = { isCacheable: true };

/** For proxies, too. */
const SECRET: HttpExtension = { headers: { 'cache-control': 'no-store, no-transform' } };

const httpExtensionOf = (
  { log, showsSecret }: Context,
  isCacheable: boolean,
): HttpExtension | undefined => {
  if (showsSecret) return SECRET;
  if (log.replayed) return { headers: { 'Idempotent-Replayed': 'true' } };
  return isCacheable ? CACHEABLE : undefined;
};

const noOperation = (name: string | null | undefined): GraphQLError =>
  new GraphQLError(
    typeof name === 'string'
      ? `The document has no operation ${name}.`
      : 'The document has several operations; name one in operationName.',
  );

const refuseMoreThanOneEffect = ({
  selectionSet: { selections },
}: OperationDefinitionNode): void => {
  if (selections.length !== 1 || selections[0]?.kind !== 'Field')
    throw invalid('Idempotency-Key', 'needs a document with exactly one mutation field');
};
