import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schema } from '../../schema/index.ts';
import { readConfig } from '../../src/config.ts';
import { deletePlan } from '../../src/domain/plan.ts';
import { createPublishableKey } from '../../src/domain/publishable-key.ts';
import { createTextOf } from '../../src/graphql/trusted-documents.ts';
import { type Catalogue, newCatalogue } from '../catalogue.ts';
import { type Database, newSqliteFile, World } from '../engines.ts';
import { Gateway, keyOf } from '../gateway.ts';

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
      expect(
        textOf({ extensions: { persistedQuery: { version: 1, sha256Hash: hash(text) } } }, caller),
      ).toBe(text);
  });

  it('that nobody approved is not found', async () => {
    for (const content of [undefined, '{}', JSON.stringify({ mode: MODE })]) {
      const textOf = await withFile(content);
      for (const documentId of ['other', '', '__proto__', 'constructor'])
        expect(() => textOf({ documentId }, free)).toThrow(
          expect.objectContaining({ code: 'document_not_found', status: 404, param: 'documentId' }),
        );
      const hasDocuments = content?.includes('mode') ?? false;
      expect(() => textOf({ extensions: { persistedQuery: { sha256Hash: 'x' } } }, free)).toThrow(
        expect.objectContaining({
          code: hasDocuments ? 'PERSISTED_QUERY_NOT_FOUND' : 'PERSISTED_QUERY_NOT_SUPPORTED',
          message: hasDocuments ? 'PersistedQueryNotFound' : 'PersistedQueryNotSupported',
          param: 'extensions.persistedQuery.sha256Hash',
        }),
      );
    }
  });

  it('is found by the prefixed hash, in any kind of file', async () => {
    const operation = { name: 'Mode', type: 'query', body: MODE };
    const manifest = {
      format: 'apollo-persisted-query-manifest',
      version: 1,
      operations: [{ id: 'mode', ...operation }],
    };
    const ofRelay = { [createHash('md5').update(MODE).digest('hex')]: MODE };
    for (const content of [manifest, ofRelay, { [`sha256:${hash(MODE)}`]: MODE }, { mode: MODE }]) {
      const textOf = await withFile(JSON.stringify(content));
      for (const documentId of [`sha256:${hash(MODE)}`, hash(MODE)])
        expect(textOf({ documentId }, bound)).toBe(MODE);
      expect(
        textOf({ extensions: { persistedQuery: { version: 1, sha256Hash: hash(MODE) } } }, bound),
      ).toBe(MODE);
    }
    const textOf = await withFile(JSON.stringify(manifest));
    expect(textOf({ documentId: 'mode' }, bound)).toBe(MODE);
    expect(
      textOf({ extensions: { persistedQuery: { version: 1, sha256Hash: 'mode' } } }, bound),
    ).toBe(MODE);
    expect(() => textOf({ documentId: `sha256:${hash(NAME)}` }, free)).toThrow(
      expect.objectContaining({ code: 'document_not_found' }),
    );
  });
});

describe('a text', () => {
  it('runs, unless its key is bound to trusted documents', async () => {
    const textOf = await withFile(JSON.stringify({ mode: MODE }));
    expect(textOf({ query: NAME }, free)).toBe(NAME);
    expect(
      textOf({ query: NAME, extensions: { persistedQuery: { sha256Hash: hash(NAME) } } }, free),
    ).toBe(NAME);
    for (const asked of [
      { query: NAME },
      { query: MODE },
      { query: '' },
      { query: MODE, documentId: 'mode' },
    ])
      expect(() => textOf(asked, bound)).toThrow(expect.objectContaining({ code: 'forbidden' }));
  });

  it('cannot be combined with an id, and must be there where no document is named', async () => {
    const textOf = await withFile(JSON.stringify({ mode: MODE }));
    expect(() => textOf({ query: NAME, documentId: 'mode' }, free)).toThrow(
      expect.objectContaining({ code: 'validation_error', param: 'documentId' }),
    );
    for (const asked of [
      {},
      { query: null, documentId: null },
      { extensions: { persistedQuery: { sha256Hash: 5 } } },
    ])
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
    [
      'with something else than texts',
      '{"mode":{}}',
      'cannot be read as a JSON object of documents by id',
    ],
    [
      'with a manifest of another version',
      JSON.stringify({ format: 'apollo-persisted-query-manifest', version: 2, operations: [] }),
      'or as a manifest of Apollo',
    ],
    [
      'with a manifest of a broken document',
      JSON.stringify({
        format: 'apollo-persisted-query-manifest',
        version: 1,
        operations: [{ id: 'b', body: '{' }],
      }),
      'the document b of',
    ],
    [
      'with a hash of another document',
      JSON.stringify({ [`sha256:${hash(NAME)}`]: MODE }),
      'has another SHA-256',
    ],
    ['with a syntax error', '{"broken":"{"}', 'the document broken of'],
    [
      'with a field that does not exist',
      '{"strange":"{ viewer { age } }"}',
      'Cannot query field "age"',
    ],
    [
      'with a document beyond the limits',
      JSON.stringify({ long: MODE.padEnd(16_385) }),
      'the document long of',
    ],
  ])('%s', async (_, content, message) => {
    await expect(withFile(content)).rejects.toThrow(message);
  });

  it('when it is not there', () => {
    const config = readConfig({ TRUSTED_DOCUMENTS: join(folder, 'missing.json') });
    expect(() => createTextOf(schema, config)).toThrow(
      /TRUSTED_DOCUMENTS: .*missing\.json cannot be read/,
    );
  });
});

describe('through the server, a trusted document', () => {
  const NAMES = '{ plans(first: 9) { nodes { name } } }';
  const ORIGIN = 'https://shop.example';
  let database: Database;
  let world: World;
  let gateway: Gateway;
  let catalogue: Catalogue;
  let keys: Record<'secret' | 'open' | 'bound', string>;
  beforeAll(async () => {
    const TRUSTED_DOCUMENTS = join(folder, 'served.json');
    await writeFile(TRUSTED_DOCUMENTS, JSON.stringify({ names: NAMES }));
    database = await newSqliteFile();
    world = await World.open(database.url);
    gateway = await Gateway.start(world, { TRUSTED_DOCUMENTS });
    catalogue = await newCatalogue(world);
    await catalogue.plan({ name: 'First' });
    const ofPage = async (trustedDocumentsOnly: boolean) => {
      const form = { name: 'Page', allowedOrigins: [ORIGIN], trustedDocumentsOnly };
      return (await catalogue.change((w) => createPublishableKey(w, form))).secret ?? '';
    };
    const secret = await keyOf(world, catalogue.tenant, 'read');
    keys = { secret, open: await ofPage(false), bound: await ofPage(true) };
  });
  afterAll(async () => {
    await gateway.close();
    await world.close();
    await database.remove();
  });

  type Params = Record<string, unknown>;
  const headersOf = (key: keyof typeof keys) => ({
    'x-api-key': keys[key],
    origin: ORIGIN,
    accept: 'application/graphql-response+json',
  });
  const post = (key: keyof typeof keys, params: Params) =>
    fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { ...headersOf(key), 'content-type': 'application/json' },
      body: JSON.stringify(params),
    });
  const get = (key: keyof typeof keys, params: Params, headers: Record<string, string> = {}) => {
    const told = Object.entries(params).map(([name, value]): [string, string] => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]);
    return fetch(`${gateway.url}/graphql?${new URLSearchParams(told)}`, {
      headers: { ...headersOf(key), ...headers },
    });
  };
  const byHash = (text: string) => ({
    extensions: { persistedQuery: { version: 1, sha256Hash: hash(text) } },
  });

  it.each(['secret', 'open', 'bound'] as const)(
    'runs by id and by hash, posted or not, by a key: %s',
    async (key) => {
      for (const params of [{ documentId: 'names' }, { documentId: hash(NAMES) }, byHash(NAMES)])
        for (const ask of [post, get, post, get]) {
          const response = await ask(key, params);
          expect(response.status).toBe(200);
          expect((await response.json()).data).toEqual({ plans: { nodes: [{ name: 'First' }] } });
        }
    },
  );

  it(
    'is only confirmed to a browser that has its answer, until the catalogue ' + 'changes',
    async () => {
      const params = { documentId: 'names' };
      const { headers } = await get('bound', params);
      expect(headers.get('cache-control')).toBe('public, no-cache');
      const known = { 'if-none-match': headers.get('etag') ?? '' };
      const confirmed = await get('bound', params, known);
      expect(confirmed.status).toBe(304);
      expect(await confirmed.text()).toBe('');
      const second = await catalogue.plan({ name: 'Second' });
      const changed = await get('bound', params, known);
      expect(changed.status).toBe(200);
      expect(await changed.text()).toContain('Second');
      await catalogue.change((w) => deletePlan(w, second.id));
    },
  );

  it(
    'is all that a bound key runs, even where the answer to the text lies ready for ' + 'another',
    async () => {
      const texts = [{ query: NAMES }, { query: '{ features(first: 1) { totalCount } }' }];
      for (const params of texts)
        for (let round = 0; round < 2; round += 1) {
          expect((await post('open', params)).status).toBe(200);
          const { headers } = await get('open', params);
          const known = { 'if-none-match': headers.get('etag') ?? 'none' };
          expect((await get('open', params, known)).status).toBe(304);
          for (const refused of [await post('bound', params), await get('bound', params, known)]) {
            expect(refused.status).toBe(403);
            const answer = await refused.json();
            expect(answer).toMatchObject({ errors: [{ extensions: { code: 'forbidden' } }] });
            expect(answer.data).toBeUndefined();
          }
        }
      expect((await post('bound', { query: NAMES, documentId: 'names' })).status).toBe(403);
    },
  );

  it('is never the text that a client sends, for any hash it sends with it', async () => {
    const params = byHash(MODE);
    expect((await post('secret', { query: MODE, ...params })).status).toBe(200);
    for (const key of ['secret', 'open', 'bound'] as const)
      for (const [named, extensions] of [
        [
          params,
          { param: 'extensions.persistedQuery.sha256Hash', code: 'PERSISTED_QUERY_NOT_FOUND' },
        ],
        [{ documentId: 'unknown' }, { param: 'documentId', code: 'document_not_found' }],
      ] as const)
        for (const ask of [post, get]) {
          const response = await ask(key, named);
          expect(response.status).toBe(404);
          expect(await response.json()).toMatchObject({
            errors: [{ extensions }],
          });
        }
  });

  it('that is unknown by its hash answers as automatic persisted queries expect', async () => {
    const headers = { ...headersOf('open'), 'content-type': 'application/json', accept: '*/*' };
    const send = (params: Params) =>
      fetch(`${gateway.url}/graphql`, { method: 'POST', headers, body: JSON.stringify(params) });
    const unknown = await send({ operationName: 'Mode', variables: {}, ...byHash(MODE) });
    expect(unknown.status).toBe(200);
    expect(unknown.headers.get('cache-control')).toBe('no-store');
    expect(await unknown.json()).toMatchObject({
      errors: [
        { message: 'PersistedQueryNotFound', extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } },
      ],
    });
    expect((await (await send({ query: MODE, ...byHash(MODE) })).json()).data).toEqual({
      viewer: { mode: 'LIVE' },
    });
  });
});
