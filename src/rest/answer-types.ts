import { z } from 'zod';
import type { Answer, Era } from './eras/era.ts';

export type Json = Record<string, unknown>;
type JsonSchema = z.core.JSONSchema.JSONSchema;

/** A JSON schema without what only a document of its own has. */
const part = ({ $schema: _schema, $id: _id, ...schema }: JsonSchema): JsonSchema => schema;

/** The type as a JSON schema: `input` for what clients send, `output` for what they get. */
export const jsonSchema = (type: z.ZodType, io: 'input' | 'output'): JsonSchema =>
  part(z.toJSONSchema(type, { io, unrepresentable: 'any' }));

export const schemaRef = (name: string): Json => ({ $ref: `#/components/schemas/${name}` });

/** The types of an era's answers, each once and under its name. */
export class AnswerTypes {
  readonly #era: Era;
  readonly #types = new Map<string, z.ZodType>();
  readonly #names = z.registry<{ id: string }>();

  constructor(era: Era) {
    this.#era = era;
    this.#named('Error', () => era.envelope.schema.refusal);
  }

  /** The answer in its envelope, and where it stands among the schemas. */
  add({ name, object, fields }: Answer<unknown>, isList: boolean): { type: z.ZodType; ref: Json } {
    const { stamp, envelope } = this.#era;
    const type = this.#named(name, () =>
      z.object(stamp({ object: z.literal(object), livemode: z.boolean() }, fields.shape)),
    );
    const whole = isList
      ? this.#named(`${name}List`, () => envelope.schema.many(type))
      : this.#named(`${name}Answer`, () => envelope.schema.one(type));
    return { type: whole, ref: schemaRef(this.#names.get(whole)?.id ?? name) };
  }

  schemas(): Json {
    const { schemas } = z.toJSONSchema(this.#names, {
      unrepresentable: 'any',
      uri: (name) => `#/components/schemas/${name}`,
    });
    return Object.fromEntries(
      Object.entries(schemas).map(([name, schema]) => [name, part(schema)]),
    );
  }

  /** Without an envelope, the whole is the object itself and keeps its name. */
  #named(name: string, create: () => z.ZodType): z.ZodType {
    const type = this.#types.get(name) ?? create();
    this.#types.set(name, type);
    if (!this.#names.has(type)) this.#names.add(type, { id: name });
    return type;
  }
}
