import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schema } from '../../schema/index.ts';
import { readConfig } from '../../src/config.ts';
import { createTextOf } from '../../src/graphql/trusted-documents.ts';

const MODE = '{ viewer { mode } }';
const NAME = '{ viewer { organization { name } } }';
const hash = (text: string) => createHash('sha256').update(text).digest('hex');

let folder: string;
const withFile = async (content: string | undefined) => {
  const TRUSTED_DOCUMENTS = join(folder, 'documents.json');
  if (content === undefined) return createTextOf(schema, readConfig({}));
  await writeFile(TRUSTED_DOCUMENTS, content);
  return createTextOf(schema, readConfig({ TRUSTED_DOCUMENTS }));
};
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trusted-documents-'));
});
afterAll(() => rm(folder, { recursive: true }));

const free = { trustedDocumentsOnly: false };
const bound = { trustedDocumentsOnly: true };

describe('a trusted document', () => {
  it.each([free, bound])('is found by its id and by its hash, by a key with %j', async (caller) => {
    const textOf = await withFile(JSON.stringify({ mode: MODE, [hash(NAME)]: NAME }));
    expect(textOf({ documentId: 'mode' }, caller)).toBe(MODE);
    expect(textOf({ documentId: hash(MODE), query: null }, caller)).toBe(MODE);
    for (const text of [MODE, NAME])
      expect(textOf({ extensions: { persistedQuery: { version: 1, sha256Hash: hash(text) } } }, caller)).toBe(text);
  });

  it('that nobody approved is not found', async () => {
    for (const content of [undefined, '{}', JSON.stringify({ mode: MODE })]) {
      const textOf = await withFile(content);
      for (const documentId of ['other', '', '__proto__', 'constructor'])
        expect(() => textOf({ documentId }, free)).toThrow(
          expect.objectContaining({ code: 'document_not_found', status: 404, param: 'documentId' }),
        );
      expect(() => textOf({ extensions: { persistedQuery: { sha256Hash: 'x' } } }, free)).toThrow(
        expect.objectContaining({
          code: 'document_not_found',
          param: 'extensions.persistedQuery.sha256Hash',
        }),
      );
    }
  });
});

describe('a text', () => {
  it('runs, unless its key is bound to trusted documents', async () => {
    const textOf = await withFile(JSON.stringify({ mode: MODE }));
    expect(textOf({ query: NAME }, free)).toBe(NAME);
    expect(textOf({ query: NAME, extensions: { persistedQuery: { sha256Hash: hash(NAME) } } }, free)).toBe(NAME);
    for (const asked of [{ query: NAME }, { query: MODE }, { query: '' }, { query: MODE, documentId: 'mode' }])
      expect(() => textOf(asked, bound)).toThrow(expect.objectContaining({ code: 'forbidden' }));
  });

  it('stands beside no id, and must be there where no document is named', async () => {
    const textOf = await withFile(JSON.stringify({ mode: MODE }));
    expect(() => textOf({ query: NAME, documentId: 'mode' }, free)).toThrow(
      expect.objectContaining({ code: 'validation_error', param: 'documentId' }),
    );
    for (const asked of [{}, { query: null, documentId: null }, { extensions: { persistedQuery: { sha256Hash: 5 } } }])
      for (const caller of [free, bound])
        expect(() => textOf(asked, caller)).toThrow(
          expect.objectContaining({ code: 'validation_error', param: 'query' }),
        );
  });
});

describe('the file of trusted documents is refused at the start', () => {
  it.each([
    ['without JSON', '{', 'cannot be read as a JSON object of documents by id'],
    ['as a list', JSON.stringify([MODE]), 'cannot be read as a JSON object of documents by id'],
    ['with something else than texts', '{"mode":{}}', 'cannot be read as a JSON object of documents by id'],
    ['with a syntax error', '{"broken":"{"}', 'the document broken of'],
    ['with a field that does not exist', '{"strange":"{ viewer { age } }"}', 'Cannot query field "age"'],
    ['with a document beyond the limits', JSON.stringify({ long: MODE.padEnd(16_385) }), 'the document long of'],
  ])('%s', async (_, content, message) => {
    await expect(withFile(content)).rejects.toThrow(message);
  });

  it('when it is not there', () => {
    const config = readConfig({ TRUSTED_DOCUMENTS: join(folder, 'missing.json') });
    expect(() => createTextOf(schema, config)).toThrow(/TRUSTED_DOCUMENTS: .*missing\.json cannot be read/);
  });
});
