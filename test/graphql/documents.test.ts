import { describe, expect, it } from 'vitest';
import { schema } from '../../schema/index.ts';
import { createDocuments } from '../../src/graphql/documents.ts';

const ofKilobytes = (size: number, name: string): string =>
  `query ${name} { viewer { mode } }${' '.repeat(size * 1024)}`;

describe('documents', () => {
  it('are kept once they are valid', () => {
    const check = createDocuments(schema);
    const { document } = check('{ viewer { mode } }');
    expect(document).toBeDefined();
    expect(check('{ viewer { mode } }').document).toBe(document);
    const { errors } = check('{ viewer { age } }');
    expect(errors).toHaveLength(1);
    expect(check('{ viewer { age } }').errors).not.toBe(errors);
  });

  it('make room for others: half a megabyte of them is kept, the least recently used go first', () => {
    const check = createDocuments(schema);
    const [oldest, used] = [ofKilobytes(15, 'oldest'), ofKilobytes(15, 'used')];
    const before = [check(oldest).document, check(used).document];
    for (let count = 0; count < 30; count += 1) check(ofKilobytes(15, `other${count}`));
    expect(check(used).document).toBe(before[1]);
    for (let count = 0; count < 10; count += 1) check(ofKilobytes(15, `another${count}`));
    expect(check(used).document).toBe(before[1]);
    expect(check(oldest).document).not.toBe(before[0]);
  });

  it.each([
    [
      'of more than 16 KiB',
      `{ viewer { mode } }${' '.repeat(16 * 1024)}`,
      'The document has 16403 bytes; the limit is 16384.',
    ],
    ['of more than 4000 tokens', `{ viewer { ${'a '.repeat(4_000)} } }`, '4000 tokens'],
  ])('%s are refused', (_, text, message) => {
    expect(createDocuments(schema)(text).errors?.[0]?.message).toContain(message);
  });

  it.each([
    ['selections', `${'{ a '.repeat(3_500)}`],
    ['lists', `{ plans(filter: { codes: ${'['.repeat(3_900)}`],
    ['whole lists', `{ plans(filter: { codes: ${'['.repeat(1_900)}${']'.repeat(1_900)} }) { totalCount } }`],
    ['whole objects', `{ plans(filter: ${'{ metadata: '.repeat(900)}1${'}'.repeat(900)}) { totalCount } }`],
    ['types', `query($a: ${'['.repeat(3_900)}`],
  ])('nested too deep in %s are refused, not fallen over', (_, text) => {
    expect(createDocuments(schema)(text).errors?.length).toBeGreaterThan(0);
  });
});
