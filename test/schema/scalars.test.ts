import { isScalarType, Kind } from 'graphql';
import { describe, expect, it } from 'vitest';
import { schema } from '../../schema/index.ts';

const read = (name: string, value: string): unknown[] => {
  const type = schema.getType(name);
  if (!isScalarType(type)) throw new Error(`there is no scalar ${name}`);
  return [type.parseValue(value), type.parseLiteral({ kind: Kind.STRING, value })];
};

describe('a scalar', () => {
  it.each([
    ['CurrencyCode', 'eur', 'eur'],
    ['CurrencyCode', 'JPY', 'JPY'],
    ['CurrencyCode', 'Chf', 'Chf'],
    ['CountryCode', 'BR', 'BR'],
    ['CountryCode', 'de', 'de'],
    ['CountryCode', 'Gb', 'Gb'],
    ['Locale', 'pt_BR', 'pt-BR'],
    ['Locale', 'zh-hant-tw', 'zh-Hant-TW'],
  ])('%s reads %j as %j', (name, given, value) => {
    expect(read(name, given)).toEqual([value, value]);
  });

  it.each([
    ...['', 'eu', 'euro', 'xau', 'xxx', 'dem', '\u212awd', ' eur', '€'].map(
      (value) => ['CurrencyCode', value, 'ISO 4217'] as const,
    ),
    ...['', 'b', 'BRA', 'UK', 'EU', 'XK', 'ZZ', ' br', '076', 'ıs'].map(
      (value) => ['CountryCode', value, 'ISO 3166-1'] as const,
    ),
    ...['', 'e', 'de-x-a', 'de-u-nu-thai', 'de--DE'].map(
      (value) => ['Locale', value, 'BCP 47'] as const,
    ),
  ])('%s refuses %j', (name, given, standard) => {
    expect(() => read(name, given)).toThrow(standard);
  });

  it.each(['CurrencyCode', 'CountryCode', 'Locale'])('%s is text', (name) => {
    const type = schema.getType(name);
    if (!isScalarType(type)) throw new Error(`there is no scalar ${name}`);
    for (const value of [7, true, null, {}, ['eur']])
      expect(() => type.parseValue(value)).toThrow();
    expect(() => type.parseLiteral({ kind: Kind.INT, value: '7' })).toThrow();
  });
});
