import type { InputFieldMap, InputRef, InputTypeParam } from '@pothos/core';
import { z } from 'zod';
import { builder } from './builder.ts';

type Types = typeof builder.$inferSchemaTypes;
type Scalars = Types['inputShapes'];

type Same<A, B> = [A, B] extends [B, A] ? true : false;

/** The GraphQL types whose values are exactly these. */
type TypeOf<Value> = [Value] extends [readonly (infer Item)[]]
  ? [TypeOf<Item>]
  :
      | InputRef<Value>
      | {
          [Name in keyof Scalars]: Same<Scalars[Name], Value> extends true ? Name : never;
        }[keyof Scalars];

/** The GraphQL type of each key of a zod object: no key may be missing, none may be new. */
type TypesOf<Shape> = { [Key in keyof Shape]-?: TypeOf<NonNullable<Shape[Key]>> };

/** The wrappers of what may be null or left out hide the description. */
const descriptionOf = (field: z.core.$ZodType): string => {
  const { description } = z.globalRegistry.get(field) ?? {};
  if (description !== undefined) return description;
  const isWrapper = field instanceof z.ZodOptional || field instanceof z.ZodNullable;
  return isWrapper ? descriptionOf(field.unwrap()) : '';
};

/**
 * The GraphQL input of a zod object, which also checks it: required keys and descriptions are the
 * object's own.
 */
/**
 * A list that has a maximum of its own is held to that, on both surfaces, and not to the general
 * one.
 */
const longestListOf = (field: z.core.$ZodType): number | undefined => {
  if (field instanceof z.ZodOptional || field instanceof z.ZodNullable)
    return longestListOf(field.unwrap());
  return field instanceof z.ZodArray
    ? z.toJSONSchema(field, { unrepresentable: 'any' }).maxItems
    : undefined;
};

export const inputType = <Schema extends z.ZodObject>(
  name: string,
  schema: Schema,
  description: string,
  types: TypesOf<z.infer<Schema>>,
): InputRef<z.infer<Schema>> => {
  const fieldTypes: [string, InputTypeParam<Types>][] = Object.entries(types);
  const ref: InputRef<unknown> = builder.inputType(name, {
    description,
    validate: { schema },
    fields: (t): InputFieldMap =>
      Object.fromEntries(
        fieldTypes.map(([key, type]) => {
          const field: z.ZodType = schema.shape[key];
          const extensions = { longestList: longestListOf(field) };
          return [
            key,
            t.field({
              type,
              required: !field.isOptional(),
              description: descriptionOf(field),
              extensions,
            }),
          ];
        }),
      ),
  });
  // Built key by key from types that hold what the zod object holds.
  return ref as InputRef<z.infer<Schema>>;
};
