import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasInexactNumbers, isExactNumber, parseJson } from '../src/exact-json.ts';
import { metadataFault } from '../src/metadata.ts';

describe('a number', () => {
  it.each([
    '0',
    '-0',
    '0.0',
    '0e400',
    '0.1',
    '0.10',
    '1e2',
    '1E+2',
    '100e-2',
    '9007199254740991',
    '5e-324',
    '-1.5e-7',
  ])('is kept as %s', (text) => {
    expect(isExactNumber(text)).toBe(true);
  });

  it.each([
    '0.1234567890123456789',
    '1e-400',
    '-1e-400',
    '1e400',
    '9007199254740993',
    '0.30000000000000004441',
    '4.9e-324',
    `1${'0'.repeat(400)}`,
  ])('is lost as %s', (text) => {
    expect(isExactNumber(text)).toBe(false);
  });

  it('is kept as JavaScript writes it', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) =>
        isExactNumber(String(value)),
      ),
    );
  });

  it('is looked at in time that grows with its length', () => {
    const zeros = '0'.repeat(500_000);
    expect(isExactNumber(`1.${zeros}1`)).toBe(false);
    expect(isExactNumber(`0.${zeros}`)).toBe(true);
  });
});

describe('JSON', () => {
  it('is what JSON.parse makes of it, for any content', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(parseJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  const lost = '0.1234567890123456789';

  it.each([
    ['a member', `{"metadata": {"a": ${lost}}}`],
    ['one of several', `{"metadata": {"x": "}\\"", "y": [], "a": ${lost}, "b": 1}}`],
    ['an item', `{"metadata": {"a": [1, {"b": []}, ${lost}]}}`],
    ['a member within', `{"other": [[1e-400]], "metadata": {"a": {"b": {"c": 1e-400}}}}`],
    ['a member with an odd name', `{"metadata": {"__proto__": ${lost}}}`],
    ['an escaped name', `{"metad\\u0061ta": {"a": ${lost}}}`],
  ])('tells of a lost number as %s', (_where, text) => {
    const { metadata } = parseJson(text) as { metadata: unknown };
    expect(metadataFault(metadata)).toBe(
      'must not contain numbers that JSON clients cannot read back exactly',
    );
  });

  it('tells of no number that is kept, nor of one elsewhere', () => {
    const text = `{"exchangeRate": ${lost}, "metadata": {"a": 0.1, "b": [1e2, "${lost}"], "1e-400": null}}`;
    const value = parseJson(text) as { metadata: object };
    expect(hasInexactNumbers(value)).toBe(true);
    expect(metadataFault(value.metadata)).toBeUndefined();
  });
});
