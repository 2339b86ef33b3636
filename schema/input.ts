import type { InputFieldMap, InputRef } from '@pothos/core';
import type { z } from 'zod';
import { builder } from './builder.ts';

type Named = 'String' | 'ID' | 'Int' | 'Float' | 'Boolean';
type Scalar = 'RateAmount' | 'Quantity' | 'CurrencyCode' | 'DateTime' | 'JSONObject';
type InputType = Named | Scalar | InputRef<unknown>;

/** The GraphQL type of each key of a zod object: no key may be missing, none may be new. */
type TypesOf<Shape> = { [Key in keyof Shape]-?: InputType | [InputType] };

/**
 * The GraphQL input of a zod object, which also checks it: required keys and descriptions are the object's own.
 * What the compiler cannot see (that the types agree) a contract test compares.
 */
export const inputType = <Schema extends z.ZodObject>(
  name: string,
  schema: Schema,
  description: string,
  types: TypesOf<z.infer<Schema>>,
): InputRef<z.infer<Schema>> => {
  const typeOf = new Map<string, InputType | [InputType]>(Object.entries(types));
  const ref: InputRef<unknown> = builder.inputType(name, {
    description,
    validate: { schema },
    fields: (t): InputFieldMap =>
      Object.fromEntries(
        Object.entries<z.ZodType>(schema.shape).map(([key, field]) => [
          key,
          t.field({
            type: typeOf.get(key) as Scalar,
            required: !field.isOptional(),
            description: field.description ?? '',
          }),
        ]),
      ),
  });
  return ref as InputRef<z.infer<Schema>>;
};
