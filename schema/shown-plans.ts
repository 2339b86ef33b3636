import {
  defaultFieldResolver,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  isIntrospectionType,
  isObjectType,
} from 'graphql';
import type { Context } from '../src/context.ts';
import { Plan } from './refs.ts';

/** Plans are records with an id on their way to any field of theirs. */
const note = (found: unknown, shown: Set<string>): void => {
  if (Array.isArray(found)) for (const each of found) note(each, shown);
  else if (typeof found === 'object' && found !== null && 'id' in found)
    shown.add(String(found.id));
};

const notePlans = (field: GraphQLField<unknown, Context>): void => {
  const { resolve = defaultFieldResolver } = field;
  field.resolve = (source, args, context, info) => {
    const found: unknown = resolve(source, args, context, info);
    const shown = context.shownPlans;
    if (!shown) return found;
    if (!(found instanceof Promise)) note(found, shown);
    else
      return found.then((plans: unknown) => {
        note(plans, shown);
        return plans;
      });
    return found;
  };
};

/** The schema with a note of the plans in each answer that shared caches may hold. */
export const notingPlans = (schema: GraphQLSchema): GraphQLSchema => {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || isIntrospectionType(type)) continue;
    for (const field of Object.values(type.getFields()))
      if (getNamedType(field.type).name === Plan.name) notePlans(field);
  }
  return schema;
};
