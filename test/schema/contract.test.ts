import { readdir } from 'node:fs/promises';
import {
  type GraphQLInputObjectType,
  type GraphQLInputType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { schema } from '../../schema/index.ts';
import { operation } from '../../src/domain/operation.ts';

/**
 * What a form takes, without the words of either language: GraphQL and zod are each told in this
 * one.
 */
type Shape = string | { list: Shape } | { words: string[] } | { fields: Record<string, Field> };
interface Field {
  required: boolean;
  shape: Shape;
}

const domain = new URL('../../src/domain/', import.meta.url);
const files = (await readdir(domain)).filter((file) => file.endsWith('.ts'));
const exported = (
  await Promise.all(files.map((file) => import(new URL(file, domain).href)))
).flatMap(Object.entries);

const zodInputs = new Map<string, z.ZodObject>(
  exported.filter(
    ([name, value]) => /Input$|Filter$|Context$/.test(name) && value instanceof z.ZodObject,
  ),
);

const unwrap = (type: z.core.$ZodType): z.core.$ZodType =>
  type instanceof z.ZodOptional || type instanceof z.ZodNullable ? unwrap(type.unwrap()) : type;

const shapeOfZod = (wrapped: z.core.$ZodType): Shape => {
  const type = unwrap(wrapped);
  if (type instanceof z.ZodArray) return { list: shapeOfZod(type.element) };
  if (type instanceof z.ZodEnum)
    return { words: type.options.map((word) => String(word).toUpperCase()).sort() };
  if (type instanceof z.ZodObject)
    return {
      fields: Object.fromEntries(
        Object.entries<z.ZodType>(type.shape).map(([key, field]) => [
          key,
          { required: !field.isOptional(), shape: shapeOfZod(field) },
        ]),
      ),
    };
  return type._zod.def.type;
};

/** The JSON kind that a scalar of ours holds. */
const kinds: Record<string, string> = {
  ID: 'string',
  String: 'string',
  CurrencyCode: 'string',
  CountryCode: 'string',
  DateTime: 'string',
  Boolean: 'boolean',
  Int: 'number',
  Float: 'number',
  RateAmount: 'number',
  Quantity: 'number',
  JSONObject: 'custom',
};

const shapeOfGraphql = (wrapped: GraphQLInputType): Shape => {
  const type = isNonNullType(wrapped) ? wrapped.ofType : wrapped;
  if (isListType(type)) return { list: shapeOfGraphql(type.ofType) };
  if (isEnumType(type)) {
    for (const { name, value } of type.getValues()) expect(name).toBe(value.toUpperCase());
    return {
      words: type
        .getValues()
        .map(({ name }) => name)
        .sort(),
    };
  }
  if (isInputObjectType(type))
    return {
      fields: Object.fromEntries(
        Object.values(type.getFields()).map((field) => [
          field.name,
          { required: isNonNullType(field.type), shape: shapeOfGraphql(field.type) },
        ]),
      ),
    };
  return kinds[type.name] ?? type.name;
};

const graphqlInputs = Object.values(schema.getTypeMap()).filter(isInputObjectType);

/** The input types that stand inside others, by way of fields and lists. */
const within = (type: GraphQLInputObjectType): GraphQLInputObjectType[] =>
  Object.values(type.getFields()).flatMap(({ type: wrapped }) => {
    let inner: GraphQLInputType = wrapped;
    while (isNonNullType(inner) || isListType(inner)) inner = inner.ofType;
    return isInputObjectType(inner) ? [inner, ...within(inner)] : [];
  });

describe('the inputs of the domain', () => {
  it('are found', () => {
    expect([...zodInputs.keys()]).toEqual(
      expect.arrayContaining(['AddPlanPriceInput', 'PlanFilter', 'OverageInput']),
    );
    expect(zodInputs.size).toBeGreaterThanOrEqual(18);
  });

  it.each([...zodInputs])('%s is the GraphQL input of that name', (name, input) => {
    const type = schema.getType(name);
    expect(isInputObjectType(type) && shapeOfGraphql(type)).toEqual(shapeOfZod(input));
  });

  it('are all that GraphQL has', () => {
    const known = new Set(
      graphqlInputs
        .filter(({ name }) => zodInputs.has(name))
        .flatMap((type) => [type, ...within(type)]),
    );
    // An order consists of two enums: the type system checks all of it.
    expect(graphqlInputs.filter((type) => !known.has(type)).map(({ name }) => name)).toEqual([
      'PlanOrder',
    ]);
  });
});

describe('the operations of the domain', () => {
  // What `operation` makes is one function over different effects.
  const made = String(operation('any', async () => {}));
  const operations = exported.filter(
    ([, value]) => typeof value === 'function' && String(value) === made,
  );
  const mutations = Object.keys(schema.getMutationType()?.getFields() ?? {});

  it('are mutations by the same name, and there are no others', () => {
    expect(operations.length).toBeGreaterThanOrEqual(24);
    // Applying again answers as the first time, outside of the operation; to fail is the schedule's.
    const named = operations.map(([name]) => name).filter((name) => name !== 'failChangeSet');
    expect(mutations.sort()).toEqual([...named, 'applyChangeSet'].sort());
  });

  it.each(mutations)('%s takes a revision if it updates or deletes what has one', (name) => {
    const args = schema
      .getMutationType()
      ?.getFields()
      [name]?.args.map((arg) => arg.name);
    // An arrangement names many objects, none before the others; a change set has a hash.
    const addsOrIsOfKeys =
      /ChangeSet$|^(create|addPlanPrice$|addPriceVariant$|addPlanFeature$|arrangeFeatures$)|Key$/.test(
        name,
      );
    expect(args?.includes('expectedRevision')).toBe(!addsOrIsOfKeys);
  });

  it.each(mutations)('%s takes what it names as arguments and the rest as one input', (name) => {
    const args = schema.getMutationType()?.getFields()[name]?.args ?? [];
    const input = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
    for (const { name: arg, type } of args) {
      const others: Record<string, string> = {
        input: `${input}!`,
        locale: 'Locale!',
        currency: name === 'removePlanCurrency' ? 'String!' : 'CurrencyCode!',
        expectedRevision: 'Int',
        expectedHash: 'String!',
        appliesAt: 'DateTime!',
      };
      expect(String(type)).toBe(others[arg] ?? 'ID!');
    }
    expect(zodInputs.has(input)).toBe(args.some(({ name: arg }) => arg === 'input'));
  });
});
