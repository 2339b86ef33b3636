import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPublishableKey } from '../../src/domain/publishable-key.ts';
import { newCatalogue } from '../catalogue.ts';
import { type Database, newSqliteFile, World } from '../engines.ts';
import { Gateway, keyOf } from '../gateway.ts';

const ORIGIN = 'https://shop.example';

let database: Database;
let world: World;
let keys: Record<'secret' | 'publishable', string>;
beforeAll(async () => {
  database = await newSqliteFile();
  world = await World.open(database.url);
  const catalogue = await newCatalogue(world);
  const form = { name: 'Page', allowedOrigins: [ORIGIN] };
  const { secret } = await catalogue.change((w) => createPublishableKey(w, form));
  keys = { secret: await keyOf(world, catalogue.tenant, 'read'), publishable: secret ?? '' };
});
afterAll(async () => {
  await world.close();
  await database.remove();
});

type Ask = (
  kind: keyof typeof keys,
  document: string,
  variables?: Record<string, unknown>,
) => ReturnType<Gateway['graphql']>;

const kinds = ['secret', 'publishable'] as const;

const withServer = async (
  environment: Record<string, string>,
  work: (ask: Ask) => Promise<void>,
): Promise<void> => {
  const gateway = await Gateway.start(world, environment);
  try {
    await work((kind, document, variables) =>
      gateway.graphql(
        keys[kind],
        document,
        variables,
        kind === 'publishable' ? { origin: ORIGIN } : {},
      ),
    );
  } finally {
    await gateway.close();
  }
};

const questions = [
  getIntrospectionQuery(),
  '{ __type(name: "Plan") { name } }',
  '{ ...F } fragment F on Query { a: __schema { queryType { name } } }',
  '{ viewer { mode } ... { __type(name: "Plan") { name } } }',
];

/** Whose keys may learn the schema: secret ones, publishable ones. */
const policies: [environment: Record<string, string>, secret: boolean, publishable: boolean][] = [
  [{}, true, true],
  [{ NODE_ENV: 'production' }, true, false],
  [{ NODE_ENV: 'production', INTROSPECTION: 'on' }, true, true],
  [{ INTROSPECTION: 'secret' }, true, false],
  [{ INTROSPECTION: 'off' }, false, false],
];

describe('questions about the schema', () => {
  it.each(policies)(
    'with %j: by secret keys %s, by publishable ones %s',
    (environment, secret, publishable) =>
      withServer(environment, async (ask) => {
        for (const kind of kinds) {
          const isAllowed = { secret, publishable }[kind];
          for (const question of questions) {
            const { status, data, errors } = await ask(kind, question);
            if (isAllowed)
              expect({ status, errors, data }).toEqual({ status: 200, data: expect.any(Object) });
            else
              expect({ status, data, errors }).toEqual({
                status: 403,
                data: undefined,
                errors: [
                  expect.objectContaining({
                    extensions: expect.objectContaining({ code: 'forbidden' }),
                  }),
                ],
              });
          }
          const { data } = await ask(kind, '{ __typename viewer { __typename } }');
          expect(data).toEqual({ __typename: 'Query', viewer: { __typename: 'Viewer' } });
        }
      }),
  );
});

const FILTERED = 'query($filter: PlanFilter) { plans(filter: $filter) { totalCount } }';

describe('a slip of the pen', () => {
  const slips: [meant: string, document: string, variables?: Record<string, unknown>][] = [
    ['mode', '{ viewer { mod } }'],
    ['first', '{ plans(frist: 1) { totalCount } }'],
    ['Plan', '{ node(id: "a") { ... on Pln { id } } }'],
    ['PlanPrice', '{ node(id: "a") { formattedPrice } }'],
    ['MONTHLY', '{ plan(code: "a") { price(billingInterval: MONTLY) { id } } }'],
    ['visibility', '{ plans(filter: { visibilty: ALL }) { totalCount } }'],
    ['PlanFilter', 'query($filter: PlanFilte) { plans(filter: $filter) { totalCount } }'],
    ['visibility', FILTERED, { filter: { visibilty: 'ALL' } }],
    ['ALL', FILTERED, { filter: { visibility: 'AL' } }],
  ];

  it.each(policies)(
    'tells what exists as questions do, with %j: %s, %s',
    (environment, secret, publishable) =>
      withServer(environment, async (ask) => {
        for (const [meant, document, variables] of slips)
          for (const kind of [...kinds, ...kinds]) {
            const isAllowed = { secret, publishable }[kind];
            const { status, data, errors } = await ask(kind, document, variables);
            expect({ status, data }).toEqual({ status: 400, data: undefined });
            const suggestion = new RegExp(`Did you mean.* "${meant}"`);
            if (isAllowed) expect(errors[0].message).toMatch(suggestion);
            else
              expect(JSON.stringify(errors)).not.toMatch(new RegExp(`Did you mean|\\b${meant}\\b`));
          }
      }),
  );
});
