import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import * as fields from '../../src/domain/fields.ts';
import { fromZod } from '../../src/errors.ts';
import { bad, expectAcceptance, expectRefusals, goodMetadata } from '../refusals.ts';

const one = (schema: z.ZodType) => z.object({ field: schema });

const messageOf = (schema: z.ZodType, value: unknown): string | undefined =>
  fromZod(one(schema).safeParse({ field: value }).error ?? new z.ZodError([])).details[0]?.message;

describe('fields', () => {
  it.each([
    ['name', fields.name, 'Pro', [...bad.names, null, undefined]],
    ['description', fields.description, '', [...bad.descriptions, null, undefined]],
    ['unitName', fields.unitName, '', [...bad.unitNames, null, undefined]],
    ['code', fields.codeOf('plan'), 'pro_1', [...bad.codes, null, undefined]],
    ['reference', fields.reference, 'pln_1', [...bad.references, null, undefined]],
    ['rateAmount', fields.rateAmount, 1, [...bad.amounts, null, undefined]],
    ['quantity', fields.quantity, 1, [...bad.amounts, null, undefined]],
    ['count', fields.count, 1, [...bad.counts, null, undefined]],
    ['currency', fields.currency, 'eur', [...bad.currencies, null, undefined]],
    ['metadata', fields.metadata, {}, [...bad.metadata, null, undefined]],
  ])('refuses what %s must not hold', (_name, schema, valid, values) => {
    expectRefusals(one(schema), { field: valid }, { field: values });
  });

  it.each([
    [
      'name',
      fields.name,
      ['x', ' x ', 'x'.repeat(255), '<b>"\'; drop table plan', '価格 🐘', '\nx', '.', '👩‍👩‍👧'],
    ],
    ['description', fields.description, ['x'.repeat(2_000)]],
    ['code', fields.codeOf('plan'), ['a', '0', '_', 'x'.repeat(64)]],
    ['rateAmount', fields.rateAmount, [0, 1, Number.MAX_SAFE_INTEGER]],
    ['count', fields.count, [0, 2 ** 31 - 1]],
    ['currency', fields.currency, ['eur', 'EUR', 'CHf', 'xof', 'uyw']],
    ['metadata', fields.metadata, goodMetadata],
  ])('takes everything that %s may hold, unchanged', (_name, schema, values) => {
    expectAcceptance(one(schema), {}, { field: values });
  });

  it('says one thing about each fault', () => {
    expect(messageOf(fields.rateAmount, '1')).toBe('must be a whole number');
    expect(messageOf(fields.rateAmount, 1.5)).toBe('must be a whole number');
    expect(messageOf(fields.rateAmount, -1)).toBe('must not be negative');
    expect(messageOf(fields.count, 2 ** 31)).toBe('must be at most 2147483647');
    expect(messageOf(fields.name, '')).toBe('must not be empty');
    expect(messageOf(fields.name, 'a\0')).toBe('must not contain NUL or unpaired surrogates');
    expect(messageOf(fields.metadata, [])).toBe('must be a JSON object');
    expect(messageOf(fields.metadata, { a: { b: { c: { d: [[]] } } } })).toBe(
      'must not be nested deeper than 5 levels',
    );
  });

  it('keeps a metadata key named __proto__', () => {
    const metadata = JSON.parse('{"__proto__":{"a":1}}');
    expect(JSON.stringify(fields.metadata.parse(metadata))).toBe('{"__proto__":{"a":1}}');
  });
});

describe('mergeMetadata', () => {
  const merge = (before: string, changes: string) =>
    JSON.stringify(fields.mergeMetadata(JSON.parse(before), JSON.parse(changes)));

  it('sets, replaces and deletes whole keys', () => {
    expect(merge('{"a":1,"b":2,"c":{"d":1}}', '{"b":null,"c":{"e":null},"f":[]}')).toBe(
      '{"a":1,"c":{"e":null},"f":[]}',
    );
    expect(merge('{"a":1}', '{}')).toBe('{"a":1}');
    expect(merge('{}', '{"absent":null}')).toBe('{}');
  });

  it('knows __proto__ for a key like any other', () => {
    expect(merge('{}', '{"__proto__":{"a":1}}')).toBe('{"__proto__":{"a":1}}');
    expect(merge('{"__proto__":1,"b":2}', '{"__proto__":null}')).toBe('{"b":2}');
  });
});
