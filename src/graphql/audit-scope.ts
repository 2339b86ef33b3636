import { type DocumentNode, Kind, type OperationDefinitionNode, type SelectionNode } from 'graphql';
import { ForbiddenError } from '../errors.ts';
import type { Scope } from '../vocabulary.ts';

const readable: ReadonlySet<string> = new Set(['auditLog', 'viewer', '__typename']);

/** The scope audit is apart from the ladder of the others: it reads the audit log. */
export const refuseBeyondAudit = (
  document: DocumentNode,
  { operation, selectionSet }: OperationDefinitionNode,
  scope: Scope,
): void => {
  if (scope !== 'audit' || operation !== 'query') return;
  const fragments = new Map(
    document.definitions.flatMap((node) =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node.selectionSet]] : [],
    ),
  );
  const namesOf = (selection: SelectionNode): string[] => {
    if (selection.kind === Kind.FIELD) return [selection.name.value];
    const inner =
      selection.kind === Kind.INLINE_FRAGMENT
        ? selection.selectionSet
        : fragments.get(selection.name.value);
    return inner?.selections.flatMap(namesOf) ?? [];
  };
  const refused = selectionSet.selections.flatMap(namesOf).find((name) => !readable.has(name));
  if (refused !== undefined)
    throw new ForbiddenError(`This key has the scope audit, which does not allow ${refused}.`);
};
