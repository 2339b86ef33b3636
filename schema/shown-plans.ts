import {
  defaultFieldResolver,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isIntrospectionType,
  isObjectType,
} from 'graphql';
import type { Context } from '../src/context.ts';
import { Node } from './node.ts';
import { Feature, Plan, PlanFeature } from './refs.ts';

/** A plan itself, or what belongs to one. */
const planIdOf = (found: object): unknown => {
  if ('planId' in found) return found.planId;
  return 'id' in found && String(found.id).startsWith('pln_') ? found.id : undefined;
};

/** Records, lists of them, and connections on their way to any field. */
const note = (found: unknown, shown: Set<string>): void => {
  if (Array.isArray(found)) for (const each of found) note(each, shown);
  else if (typeof found === 'object' && found !== null) {
    if ('edges' in found) note(found.edges, shown);
    else if ('node' in found) note(found.node, shown);
    else {
      const id = planIdOf(found);
      if (typeof id === 'string') shown.add(id);
    }
  }
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

const leadsToPlans = new Set([Plan.name, `${Plan.name}Connection`, Node.name]);
const leadsToParts = new Set([PlanFeature.name, `${PlanFeature.name}Connection`]);

/**
 * Whether the field is a way to a plan, or from elsewhere to what belongs to one. What is inside a
 * connection was noted with it.
 */
const isWay = (of: GraphQLObjectType, field: GraphQLField<unknown, Context>): boolean => {
  if (/(?:Connection|Edge)$/.test(of.name)) return false;
  const { name } = getNamedType(field.type);
  return leadsToPlans.has(name) || (of.name === Feature.name && leadsToParts.has(name));
};

/** The schema with a note of the plans in each answer that shared caches may hold. */
export const notingPlans = (schema: GraphQLSchema): GraphQLSchema => {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || isIntrospectionType(type)) continue;
    for (const field of Object.values(type.getFields())) if (isWay(type, field)) notePlans(field);
  }
  return schema;
};
