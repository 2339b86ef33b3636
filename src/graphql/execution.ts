import {
  BREAK,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
  execute as interpret,
  Kind,
  type OperationDefinitionNode,
  visit,
} from 'graphql';
import { type CompiledQuery, compileQuery, isCompiledQuery } from 'graphql-jit';
import { LRUCache } from 'lru-cache';
import { sizeOfOperation } from '../../schema/selection.ts';
import type { Budget } from '../budget.ts';
import { MOST_ERRORS } from '../errors.ts';
import { type MaybePromise, mapMaybePromise } from '../maybe-promise.ts';

/** Each error of a variable prints its whole value. The last one says that there are more. */
const options = { maxCoercionErrors: MOST_ERRORS - 1 };

interface Request {
  document: DocumentNode;
  operation: OperationDefinitionNode;
  variableValues: Record<string, unknown>;
  contextValue: { readonly budget: Budget };
  hideSuggestions: boolean;
  /** How many fields the answer may hold. */
  cost: number;
}

/**
 * To compile a query and run it once takes less than to interpret one that costs so much, and keeps
 * others waiting for less.
 */
const COST_WORTH_COMPILING = 10_000;
/** A document that selects more would block other requests while it is compiled. */
const MOST_FIELDS = 300;
/** A compiled query takes some hundred times the memory of its text. */
const MOST_COMPILED = 100;

/**
 * Executes an operation. A query that has come `compileAfter` times is compiled, a large one at
 * once. The answers are the same: what does not end well is interpreted once more, for errors in
 * the words of graphql-js, unless it must not go on.
 */
export const createExecution = (
  schema: GraphQLSchema,
  compileAfter: number,
): ((request: Request) => MaybePromise<ExecutionResult>) => {
  const compilesAny = Number.isFinite(compileAfter);
  const times = new WeakMap<OperationDefinitionNode, number>();
  const cache = new LRUCache<OperationDefinitionNode, CompiledQuery>({ max: MOST_COMPILED });

  const isDue = ({ operation, cost }: Request): boolean => {
    const count = (times.get(operation) ?? 0) + 1;
    times.set(operation, count);
    return count === compileAfter || (count === 1 && cost >= COST_WORTH_COMPILING && compilesAny);
  };

  const compile = (request: Request): CompiledQuery | undefined => {
    const { document, operation } = request;
    if (!isDue(request) || !isCompilable(document, operation)) return undefined;
    const compiled = compileQuery(schema, document, operation.name?.value, {
      disablingCapturingStackErrors: true,
    });
    return isCompiledQuery(compiled) ? compiled : undefined;
  };

  /**
   * The least recently used goes first. It stays interpreted for as long as its document is kept.
   */
  const compiledOf = (request: Request): CompiledQuery | undefined => {
    const { operation } = request;
    const known = cache.get(operation);
    if (known) return known;
    const compiled = compile(request);
    if (compiled) cache.set(operation, compiled);
    return compiled;
  };

  const interpreted = ({
    document,
    operation,
    contextValue,
    variableValues,
    hideSuggestions,
  }: Request) => {
    contextValue.budget.begin(sizeOfOperation(schema, document, operation));
    const operationName = operation.name?.value;
    return interpret({
      schema,
      document,
      operationName,
      contextValue,
      variableValues,
      hideSuggestions,
      options,
    });
  };

  return (request) => {
    const compiled = compiledOf(request);
    if (!compiled) return interpreted(request);
    const { document, operation, contextValue, variableValues } = request;
    const { budget } = contextValue;
    budget.begin(sizeOfOperation(schema, document, operation));
    return mapMaybePromise(compiled.query(undefined, contextValue, variableValues), (result) =>
      result.errors && !budget.refusal ? interpreted(request) : result,
    );
  };
};

/**
 * Mutations have their effect once, so that they are never tried. Conditional fragments are left to
 * graphql-js.
 */
const isCompilable = (document: DocumentNode, { operation }: OperationDefinitionNode): boolean => {
  if (operation !== 'query') return false;
  let fields = 0;
  let isPlain = true;
  visit(document, {
    [Kind.FIELD]: ({ alias }) => {
      fields += 1;
      // Compiled, the answer would take the value for its prototype.
      if (alias?.value === '__proto__') isPlain = false;
    },
    [Kind.DIRECTIVE]: () => {
      isPlain = false;
      return BREAK;
    },
  });
  return isPlain && fields <= MOST_FIELDS;
};
