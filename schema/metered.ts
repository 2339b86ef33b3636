import {
  defaultFieldResolver,
  type GraphQLField,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isCompositeType,
  isIntrospectionType,
  isListType,
  isObjectType,
} from 'graphql';
import type { Budget } from '../src/budget.ts';
import type { Context } from '../src/context.ts';
import { sizeOfObject } from './selection.ts';

type Field = GraphQLField<unknown, Context>;

const isListOfObjects = ({ type }: Field): boolean =>
  isListType(getNullableType(type)) && isCompositeType(getNamedType(type));

const lengthOf = (items: unknown): number => (Array.isArray(items) ? items.length : 0);

const counted = (items: unknown, budget: Budget, info: GraphQLResolveInfo): unknown => {
  const pause = budget.addObjects(lengthOf(items), sizeOfObject(info));
  if (pause) return pause.then(() => (budget.refusal ? [] : items));
  return budget.refusal ? [] : items;
};

/**
 * Counts what a list returns before anything below it is resolved. Once the request must not go on,
 * lists are empty: it ends at once, without an error for each of them, and what it has answered is
 * thrown away.
 */
const countItems = (field: Field): void => {
  const { resolve = defaultFieldResolver } = field;
  field.resolve = (source, args, context, info) => {
    const { budget } = context;
    if (budget.refusal) return [];
    const items: unknown = resolve(source, args, context, info);
    return items instanceof Promise
      ? items.then((found) => counted(found, budget, info))
      : counted(items, budget, info);
  };
};

/** Does not begin once the request must not go on. */
const checkFirst = (field: Field): void => {
  const { resolve = defaultFieldResolver } = field;
  field.resolve = (source, args, context, info: GraphQLResolveInfo) => {
    context.budget.beginField(String(info.path.key));
    return resolve(source, args, context, info);
  };
};

/**
 * The schema with one account of every answer. Objects lead to one another in circles, so that no
 * estimate made before execution bounds what nested lists return.
 */
export const metered = (schema: GraphQLSchema): GraphQLSchema => {
  const roots = new Set([schema.getQueryType(), schema.getMutationType()]);
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || isIntrospectionType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      if (isListOfObjects(field)) countItems(field);
      else if (roots.has(type)) checkFirst(field);
    }
  }
  return schema;
};
