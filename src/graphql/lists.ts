import {
  type DocumentNode,
  type GraphQLInputType,
  type GraphQLSchema,
  getNullableType,
  isInputObjectType,
  isInputType,
  isListType,
  type OperationDefinitionNode,
  TypeInfo,
  typeFromAST,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { LimitExceeded } from '../errors.ts';
import { holderOf, paramAt } from './errors.ts';

/** Lists in arguments: in a document once it is valid, and in the variables of each request. */

const hold = (entries: number, limit: number, steps: readonly string[]): void => {
  if (entries <= limit) return;
  const param = paramAt(steps);
  throw new LimitExceeded(`The list ${param} has ${entries} entries`, limit, entries, param);
};

export const refuseLongLiterals = (schema: GraphQLSchema, document: DocumentNode, limit: number): void => {
  const types = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(types, {
      ListValue: ({ values }, _key, parent, _path, ancestors) => {
        // What a JSON scalar holds is a value of its own, with limits of its own.
        if (!isListType(getNullableType(types.getParentInputType()))) return;
        const way = [...ancestors, parent ?? []];
        hold(
          values.length,
          limit,
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

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const refuseIn = (value: unknown, type: GraphQLInputType, limit: number, steps: readonly string[]): void => {
  const bare = getNullableType(type);
  if (isListType(bare)) {
    // One item may stand for a list of it.
    const items: readonly unknown[] = Array.isArray(value) ? value : [value];
    hold(items.length, limit, steps);
    if (mayHoldLists(bare.ofType))
      for (const [index, item] of items.entries()) refuseIn(item, bare.ofType, limit, [...steps, String(index)]);
  } else if (isInputObjectType(bare) && isObject(value))
    for (const { name, type: inner } of Object.values(bare.getFields()))
      if (mayHoldLists(inner)) refuseIn(value[name], inner, limit, [...steps, name]);
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
      return isInputType(type) && mayHoldLists(type) ? [{ name: definition.variable.name.value, type }] : [];
    });

  return (operation: OperationDefinitionNode, variables: Readonly<Record<string, unknown>>): void => {
    const holders = known.get(operation) ?? holdersOf(operation);
    known.set(operation, holders);
    for (const { name, type } of holders) refuseIn(variables[name], type, limit, [name]);
  };
};
