import type { OperationDefinitionNode } from 'graphql';

/**
 * What the operator reads of a valid operation: its one field of Query or Mutation, or a word for
 * anything else.
 */
export const operationNameOf = ({
  selectionSet: { selections },
}: OperationDefinitionNode): string => {
  const [first, ...others] = selections;
  if (first?.kind !== 'Field' || others.length > 0) return 'several';
  return first.name.value.startsWith('__') ? 'introspection' : first.name.value;
};
