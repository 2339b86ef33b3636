import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schema } from '../../schema/index.ts';
import { readConfig } from '../../src/config.ts';
import { createContext } from '../../src/context.ts';
import { authenticate } from '../../src/domain/api-key.ts';
import { newAccount } from '../../src/exchange.ts';
import { createExecute } from '../../src/graphql/execute.ts';
import { newCatalogue } from '../catalogue.ts';
import { type Database, newSqliteFile, World } from '../engines.ts';
import { keyOf } from '../gateway.ts';

let database: Database;
let world: World;
let key: string;
beforeAll(async () => {
  database = await newSqliteFile();
  world = await World.open(database.url);
  key = await keyOf(world, (await newCatalogue(world)).tenant, 'read');
});
afterAll(async () => {
  await world.close();
  await database.remove();
});

const ask = async (environment: Record<string, string>, kind: 'secret' | 'publishable', query: string) => {
  const caller = await authenticate(world.store, key);
  if (!caller) throw new Error('the key is good');
  const context = createContext(
    world.store,
    { ...caller, kind },
    {
      requestId: 'r',
      idempotencyKey: undefined,
      rateBudgetLeft: 7,
      origin: '',
      account: newAccount(),
      step: (_, work) => work(),
      report: () => undefined,
    },
  );
  const { data, errors, extensions } = await createExecute(schema, readConfig(environment))({ query }, context);
  return { data, code: errors?.[0]?.extensions.code, count: errors?.length ?? 0, extensions };
};

const questions = [
  getIntrospectionQuery(),
  '{ __type(name: "Plan") { name } }',
  '{ ...F } fragment F on Query { a: __schema { queryType { name } } }',
  '{ viewer { mode } ... { __type(name: "Plan") { name } } }',
];

describe('introspection', () => {
  it.each([
    [{}, 'secret', true],
    [{}, 'publishable', true],
    [{ NODE_ENV: 'production' }, 'secret', true],
    [{ NODE_ENV: 'production' }, 'publishable', false],
    [{ NODE_ENV: 'production', INTROSPECTION: 'on' }, 'publishable', true],
    [{ INTROSPECTION: 'secret' }, 'secret', true],
    [{ INTROSPECTION: 'secret' }, 'publishable', false],
    [{ INTROSPECTION: 'off' }, 'secret', false],
    [{ INTROSPECTION: 'off' }, 'publishable', false],
  ] as const)('with %j and a %s key: %s', async (environment, kind, isAllowed) => {
    for (const question of questions)
      expect(await ask(environment, kind, question)).toMatchObject(
        isAllowed ? { count: 0, data: {} } : { count: 1, code: 'forbidden', data: undefined },
      );
    expect(await ask(environment, kind, '{ __typename viewer { __typename } }')).toMatchObject({
      data: { __typename: 'Query', viewer: { __typename: 'Viewer' } },
      extensions: { cost: { rateBudgetLeft: 7 } },
    });
  });
});
