import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { print } from 'graphql';
import { afterAll, describe, expect, it } from 'vitest';
import { Site } from './site.ts';

/**
 * Apollo's automatic persisted queries: by hash where the operator knows the document, else by
 * text.
 */

const KNOWN = gql('query Known { viewer { id mode } }');
const UNKNOWN = gql('query Unknown { viewer { id keyKind } }');

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

const folder = await mkdtemp(join(tmpdir(), 'persisted-queries-'));
const TRUSTED_DOCUMENTS = join(folder, 'manifest.json');
afterAll(() => rm(folder, { recursive: true }));

const open = (site: Site) => {
  const sent: string[] = [];
  const http = new HttpLink({
    uri: site.endpoint,
    headers: site.headers,
    fetch: (input, init) => {
      sent.push('query' in JSON.parse(String(init?.body)) ? 'text' : 'hash');
      return fetch(input, init);
    },
  });
  const link = ApolloLink.from([new PersistedQueryLink({ sha256 }), http]);
  return { client: new ApolloClient({ cache: new InMemoryCache(), link }), sent };
};

describe('with a manifest of Apollo', async () => {
  // As the client sends it: with the type of each object.
  const body = print(new InMemoryCache().transformDocument(KNOWN));
  const operations = [{ id: sha256(body), name: 'Known', type: 'query', body }];
  await writeFile(
    TRUSTED_DOCUMENTS,
    JSON.stringify({ format: 'apollo-persisted-query-manifest', version: 1, operations }),
  );
  const site = Site.forSuite({ TRUSTED_DOCUMENTS });

  it('a listed document is found by its hash, and another one is sent as text', async () => {
    const { client, sent } = open(site());
    expect((await client.query({ query: KNOWN })).data).toMatchObject({ viewer: { mode: 'LIVE' } });
    expect(sent).toEqual(['hash']);
    expect((await client.query({ query: UNKNOWN })).data).toMatchObject({
      viewer: { keyKind: 'SECRET' },
    });
    expect(sent).toEqual(['hash', 'hash', 'text']);
  });
});

describe('without documents', () => {
  const site = Site.forSuite();

  it('the client stops asking by hash', async () => {
    const { client, sent } = open(site());
    expect((await client.query({ query: KNOWN })).data).toMatchObject({ viewer: { mode: 'LIVE' } });
    expect((await client.query({ query: UNKNOWN })).data).toMatchObject({
      viewer: { keyKind: 'SECRET' },
    });
    expect(sent).toEqual(['hash', 'text', 'text']);
  });
});
