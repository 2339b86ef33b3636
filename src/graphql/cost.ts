import { complexityFromQuery } from '@pothos/plugin-complexity';
import {
  type ASTNode,
  type DocumentNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  visit,
} from 'graphql';
import { COST_OF_INTROSPECTION, sizeArguments } from '../../schema/cost.ts';
import { LimitExceeded } from '../errors.ts';
import type { Shape } from './shape.ts';

type Variables = Readonly<Record<string, unknown>>;

const variablesIn = (nodes: readonly ASTNode[]): Set<string> => {
  const names = new Set<string>();
  for (const node of nodes) visit(node, { Variable: ({ name }) => void names.add(name.value) });
  return names;
};

/** Only the arguments that costs depend on; others may need variables that need not be read. */
const reduced = <Node extends ASTNode>(node: Node): Node =>
  visit(node, {
    Directive: () => null,
    Argument: ({ name }) => (sizeArguments.has(name.value) ? undefined : null),
  });

/** The operation with only what its cost depends on, and whether that is any variable. */
const costed = (
  document: DocumentNode,
  operation: OperationDefinitionNode,
): [DocumentNode, boolean] => {
  const fragments = document.definitions
    .filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION)
    .map(reduced);
  const { selectionSet } = reduced(operation);
  const used = variablesIn([selectionSet, ...fragments]);
  const variableDefinitions = (operation.variableDefinitions ?? []).filter(
    ({ variable: { name } }) => used.has(name.value),
  );
  const definitions = [{ ...operation, selectionSet, variableDefinitions }, ...fragments];
  return [{ kind: Kind.DOCUMENT, definitions }, variableDefinitions.length > 0];
};

interface Cost {
  readonly requested: number;
  readonly limit: number;
}

/**
 * What an operation costs; throws where that is too much. Where it is the same for all variables,
 * it is computed once.
 */
export const createCostCheck = (schema: GraphQLSchema, limit: number) => {
  const known = new WeakMap<OperationDefinitionNode, (variables: Variables) => Cost>();

  const costing = (
    document: DocumentNode,
    operation: OperationDefinitionNode,
    { introspections }: Shape,
  ) => {
    const [query, isVariable] = costed(document, operation);
    const cost = (variables: Variables): Cost => {
      const { complexity } = complexityFromQuery(query, { schema, variables });
      const requested = Math.min(
        complexity + introspections * COST_OF_INTROSPECTION,
        Number.MAX_SAFE_INTEGER,
      );
      return { requested, limit };
    };
    if (isVariable) return cost;
    const always = cost({});
    return () => always;
  };

  return (
    document: DocumentNode,
    operation: OperationDefinitionNode,
    shape: Shape,
    variables: Variables,
  ) => {
    const costOf = known.get(operation) ?? costing(document, operation, shape);
    known.set(operation, costOf);
    const cost = costOf(variables);
    const { requested } = cost;
    if (requested > limit)
      throw new LimitExceeded(`The operation costs ${requested}`, limit, requested);
    return cost;
  };
};
