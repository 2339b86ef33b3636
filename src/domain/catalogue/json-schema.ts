import { z } from 'zod';
import { catalogueLevel } from './document.ts';
import { decimals, type Level } from './level.ts';

/** The JSON Schema of catalogue files, by which editors complete and check them. */

type Schema = Record<string, unknown>;

const decimalSchema = (schema: z.core.$ZodType): Schema | undefined => {
  const decimal = decimals.get(schema as z.ZodType);
  if (!decimal) return undefined;
  const { description } = z.globalRegistry.get(schema) ?? {};
  const number = { type: 'number', minimum: 0, multipleOf: 1 / 10 ** decimal.places };
  return decimal.isText
    ? { description, oneOf: [number, { const: 'unlimited' }] }
    : { description, ...number };
};

const schemaOfMember = (member: z.core.$ZodType): Schema => {
  const { $schema: _, ...schema } = z.toJSONSchema(member, {
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      const decimal = decimalSchema(zodSchema);
      if (!decimal) return;
      for (const name of Object.keys(jsonSchema)) delete jsonSchema[name];
      Object.assign(jsonSchema, decimal);
    },
  });
  return schema;
};

/** Null takes a member, or an object, away. */
const orNull = (schema: Schema): Schema => {
  const { description, ...rest } = schema;
  return { ...(description !== undefined && { description }), anyOf: [rest, { type: 'null' }] };
};

const schemaOfLevel = (level: Level): Schema => {
  const { members, children, short } = level;
  const properties: Record<string, Schema> = {};
  for (const [name, member] of Object.entries(members))
    properties[name] = orNull(schemaOfMember(member));
  for (const [name, child] of Object.entries(children))
    properties[name] = {
      type: 'object',
      propertyNames: schemaOfMember(child.key),
      additionalProperties: orNull(schemaOfLevel(child)),
    };
  const object = { type: 'object', properties, additionalProperties: false };
  const member = short && members[short.member];
  return member ? { anyOf: [schemaOfMember(member), object] } : object;
};

let printed: string | undefined;

export const catalogueSchema = (): string => {
  if (printed !== undefined) return printed;
  const root = schemaOfLevel(catalogueLevel);
  const { properties } = root as { properties: Record<string, Schema> };
  printed = JSON.stringify({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Catalogue of plans and prices',
    description: 'Null takes a member or an object away.',
    ...root,
    required: ['catalogue'],
    properties: { $schema: { type: 'string' }, ...properties, catalogue: { const: 1 } },
  });
  return printed;
};
