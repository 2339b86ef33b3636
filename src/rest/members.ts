import { z } from 'zod';

/** The members of bodies, as the schemas of the versions name them. */

/** What a client sends: of a codec, its wire side. */
const wireOf = (schema: z.core.$ZodType): z.core.$ZodType => {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable)
    return wireOf(schema.unwrap());
  return schema instanceof z.ZodPipe ? wireOf(schema.in) : schema;
};

const shapeOf = (schema: z.core.$ZodType): Readonly<Record<string, z.core.$ZodType>> => {
  const wire = wireOf(schema);
  return wire instanceof z.ZodObject ? wire.shape : {};
};

export const membersOf = (schema: z.ZodType | undefined): string[] =>
  schema ? Object.keys(shapeOf(schema)) : [];

const takesNull = (schema: z.core.$ZodType): boolean => z.safeParse(schema, null).success;

/** Members of an update that null clears; those of nested objects by their path. */
export const clearedByNull = (schema: z.core.$ZodType): string[] =>
  Object.entries(shapeOf(schema)).flatMap(([name, member]) => [
    ...(takesNull(member) ? [name] : []),
    ...clearedByNull(member).map((inner) => `${name}.${inner}`),
  ]);

const isObjectType = (schema: z.core.$ZodType): boolean =>
  schema instanceof z.ZodObject || z.globalRegistry.get(schema)?.type === 'object';

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Reads what clients write in their own way: null in a member that cannot be null is a member that
 * is not given (Go and PHP send it for every member that was not set), and `[]` in place of an
 * object is `{}` (PHP). Changes the parsed body itself.
 */
export const asGiven = (schema: z.core.$ZodType, value: unknown): unknown => {
  const wire = wireOf(schema);
  if (Array.isArray(value)) {
    if (isObjectType(wire)) return value.length === 0 ? {} : value;
    if (wire instanceof z.ZodArray)
      for (const [index, item] of value.entries()) value[index] = asGiven(wire.element, item);
    return value;
  }
  if (!isRecord(value) || !(wire instanceof z.ZodObject)) return value;
  for (const [name, member] of Object.entries(wire.shape)) {
    if (!Object.hasOwn(value, name)) continue;
    if (value[name] === null && !takesNull(member)) delete value[name];
    else value[name] = asGiven(member, value[name]);
  }
  return value;
};
