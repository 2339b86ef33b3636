import {
  type DocumentNode,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isInputObjectType,
  isInputType,
  isListType,
  type OperationDefinitionNode,
  TypeInfo,
  typeFromAST,
  type ValueNode,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { invalid, LimitExceeded } from '../errors.ts';
import { holderOf, paramAt } from './errors.ts';

/** Lists in arguments: in a document once it is valid, and in the variables of each request. */

/**
 * `own` is the list's own maximum, where it has one: it stands in place of the general limit, and
 * is a rule of the input.
 */
const hold = (
  entries: number,
  limit: number,
  own: number | undefined,
  steps: readonly string[],
): void => {
  if (entries <= (own ?? limit)) return;
  const param = paramAt(steps);
  if (own !== undefined) throw invalid(param ?? '', `must have at most ${own} entries`);
  throw new LimitExceeded(`The list ${param} has ${entries} entries`, limit, entries, param);
};

/** What a field of an input says of its list. */
const longestOf = ({ extensions }: GraphQLInputField): number | undefined => {
  const { longestList } = extensions;
  return typeof longestList === 'number' ? longestList : undefined;
};

export const refuseLongLiterals = (
  schema: GraphQLSchema,
  document: DocumentNode,
  limit: number,
): void => {
  const types = new TypeInfo(schema);
  const own = new Map<ValueNode, number | undefined>();
  visit(
    document,
    visitWithTypeInfo(types, {
      ObjectField: ({ name, value }) => {
        const holder = getNamedType(types.getParentInputType());
        const field = isInputObjectType(holder) ? holder.getFields()[name.value] : undefined;
        if (field) own.set(value, longestOf(field));
      },
      ListValue: (node, _key, parent, _path, ancestors) => {
        // What a JSON scalar holds is a value of its own, with limits of its own.
        if (!isListType(getNullableType(types.getParentInputType()))) return;
        const way = [...ancestors, parent ?? []];
        hold(
          node.values.length,
          limit,
          own.get(node),
          way.flatMap((step) => ('kind' in step ? holderOf(step) : [])),
        );
      },
    }),
  );
};

const mayHoldLists = (type: GraphQLInputType, seen = new Set<GraphQLInputType>()): boolean => {
  const bare = getNullableType(type);
  if (isListType(bare)) return true;
  if (!isInputObjectType(bare) || seen.has(bare)) return false;
  seen.add(bare);
  return Object.values(bare.getFields()).some((field) => mayHoldLists(field.type, seen));
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

const refuseIn = (
  value: unknown,
  type: GraphQLInputType,
  limit: number,
  steps: readonly string[],
  own?: number,
): void => {
  const bare = getNullableType(type);
  if (isListType(bare)) {
    // One item may stand for a list of it.
    const items: readonly unknown[] = Array.isArray(value) ? value : [value];
    hold(items.length, limit, own, steps);
    if (mayHoldLists(bare.ofType))
      for (const [index, item] of items.entries())
        refuseIn(item, bare.ofType, limit, [...steps, String(index)]);
  } else if (isInputObjectType(bare) && isObject(value))
    for (const field of Object.values(bare.getFields()))
      if (mayHoldLists(field.type))
        refuseIn(value[field.name], field.type, limit, [...steps, field.name], longestOf(field));
};

interface Holder {
  name: string;
  type: GraphQLInputType;
}

/** Refuses variables with long lists, before graphql-js reads them. */
export const createListCheck = (schema: GraphQLSchema, limit: number) => {
  const known = new WeakMap<OperationDefinitionNode, readonly Holder[]>();

  const holdersOf = ({ variableDefinitions }: OperationDefinitionNode): Holder[] =>
    (variableDefinitions ?? []).flatMap((definition) => {
      const type = typeFromAST(schema, definition.type);
      return isInputType(type) && mayHoldLists(type)
        ? [{ name: definition.variable.name.value, type }]
        : [];
    });

  return (
    operation: OperationDefinitionNode,
    variables: Readonly<Record<string, unknown>>,
  ): void => {
    const holders = known.get(operation) ?? holdersOf(operation);
    known.set(operation, holders);
    for (const { name, type } of holders) refuseIn(variables[name], type, limit, [name]);
  };
};
