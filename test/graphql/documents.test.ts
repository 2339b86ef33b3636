import { describe, expect, it } from 'vitest';
import { schema } from '../../schema/index.ts';
import { readConfig } from '../../src/config.ts';
import { createDocuments } from '../../src/graphql/documents.ts';

const { graphqlLimits } = readConfig({});

const ofKilobytes = (size: number, name: string): string =>
  `query ${name} { viewer { mode } }${' '.repeat(size * 1024)}`;

describe('documents', () => {
  it('are kept once they are valid', () => {
    const check = createDocuments(schema, graphqlLimits);
    const { document } = check('{ viewer { mode } }');
    expect(document).toBeDefined();
    expect(check('{ viewer { mode } }').document).toBe(document);
    const { errors } = check('{ viewer { age } }');
    expect(errors).toHaveLength(1);
    expect(check('{ viewer { age } }').errors).not.toBe(errors);
  });

  it(
    'make room for others: half a megabyte of them is kept, the least recently used go ' + 'first',
    () => {
      const check = createDocuments(schema, graphqlLimits);
      const [oldest, used] = [ofKilobytes(15, 'oldest'), ofKilobytes(15, 'used')];
      const before = [check(oldest).document, check(used).document];
      for (let count = 0; count < 30; count += 1) check(ofKilobytes(15, `other${count}`));
      expect(check(used).document).toBe(before[1]);
      for (let count = 0; count < 10; count += 1) check(ofKilobytes(15, `another${count}`));
      expect(check(used).document).toBe(before[1]);
      expect(check(oldest).document).not.toBe(before[0]);
    },
  );

  it.each([
    ['selections', `${'{ a '.repeat(3_500)}`],
    ['lists', `{ plans(filter: { codes: ${'['.repeat(3_900)}`],
    [
      'whole lists',
      `{ plans(filter: { codes: ${'['.repeat(1_900)}${']'.repeat(1_900)} }) { totalCount } }`,
    ],
    [
      'whole objects',
      `{ plans(filter: ${'{ metadata: '.repeat(900)}1${'}'.repeat(900)}) { totalCount } }`,
    ],
    ['types', `query($a: ${'['.repeat(3_900)}`],
  ])('nested too deep in %s are refused, not fallen over', (_, text) => {
    const check = createDocuments(schema, { ...graphqlLimits, tokens: 8_000 });
    expect(check(text).errors?.length).toBeGreaterThan(0);
  });
});
