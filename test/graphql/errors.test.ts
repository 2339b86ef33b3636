import { buildSchema } from 'graphql';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { createExecute } from '../../src/graphql/execute.ts';
import { type Database, newSqliteFile, World } from '../engines.ts';
import { Gateway } from '../gateway.ts';
import { Client, onEveryGateway } from './client.ts';
import { newContext } from './context.ts';

onEveryGateway('errors', (client) => {
  it('tell where they are explained', async () => {
    const { url } = client().gateway;
    const { docUrl } = await client().mutate('deletePlan', { planId: 'pln_0' });
    expect(docUrl).toBe(`${url}/docs/errors/plan_not_found`);
    expect((await client().refusal('{ plans(first: -1) { totalCount } }')).docUrl).toBe(
      `${url}/docs/errors/validation_error`,
    );
    expect((await client().refusal('{')).docUrl).toBe(`${url}/docs/errors/validation_error`);
  });

  it('of a server with a public address tell that', async () => {
    const gateway = await Gateway.start(client().world, {
      PUBLIC_URL: 'https://plans.example.com/',
    });
    try {
      const { errors } = await gateway.graphql(client().key, '{ plan { id } }');
      expect(errors[0].extensions.docUrl).toBe(
        'https://plans.example.com/docs/errors/validation_error',
      );
    } finally {
      await gateway.close();
    }
  });

  it('name the field as REST does', async () => {
    const { gateway, key, catalogue } = client();
    const plan = await catalogue.plan();
    const inputs = [
      { billingInterval: 'monthly', price: -1 },
      { billingInterval: 'monthly', price: 1.5, trialDays: -1 },
      { billingInterval: 'one_time', price: 1, includedCredits: -1 },
      { billingInterval: 'monthly', price: 1, includedBalance: 2 ** 53 },
    ];
    for (const input of inputs) {
      const response = await fetch(`${gateway.url}/api/v1/plans/${plan.id}/prices`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-api-key': key },
        body: JSON.stringify(input),
      });
      const { error } = await response.json();
      const typed = await client().mutate('addPlanPrice', {
        planId: plan.id,
        input: { ...input, billingInterval: input.billingInterval.toUpperCase() },
      });
      const { errorType, code, message, param, details, docUrl } = typed;
      expect({ type: errorType, code, message, param, details, doc_url: docUrl }).toEqual(error);
    }
  });

  it('leave the rest of a query as it is', async () => {
    const { status, data, errors } = await client().answer(
      '{ viewer { mode } plan(id: "a", code: "b") { id } feature(id: "a") { id } }',
    );
    expect({ status, data }).toEqual({
      status: 200,
      data: { viewer: { mode: 'LIVE' }, plan: null, feature: null },
    });
    expect(errors).toEqual([
      {
        message: 'code: cannot be combined with id',
        locations: [{ line: 1, column: 19 }],
        path: ['plan'],
        extensions: {
          code: 'validation_error',
          type: 'validation_error',
          param: 'code',
          details: [{ field: 'code', message: 'cannot be combined with id' }],
          docUrl: expect.any(String),
        },
      },
    ]);
  });

  it('of one mutation leave the others as they are', async () => {
    const data = await client().data(`mutation {
      a: createPlan(input: { name: "A", code: "a" }) { __typename ... on Error { code } }
      b: createPlan(input: { name: "B", code: "a" }) { __typename ... on Error { code } }
      c: createPlan(input: { name: "", code: "c" }) { __typename ... on ValidationError { details { field } } }
      d: createPlan(input: { name: "D", code: "d" }) { __typename }
    }`);
    expect(data).toEqual({
      a: { __typename: 'Plan' },
      b: { __typename: 'ConflictError', code: 'duplicate' },
      c: { __typename: 'ValidationError', details: [{ field: 'name' }] },
      d: { __typename: 'Plan' },
    });
  });

  it('can be told apart by their interface', async () => {
    const data = await client().data(
      'mutation { deletePlan(planId: "pln_0") { ... on Error { __typename type code message param ' +
        'docUrl } } }',
    );
    expect(data.deletePlan).toEqual({
      __typename: 'NotFoundError',
      type: 'not_found_error',
      code: 'plan_not_found',
      message: expect.any(String),
      param: 'planId',
      docUrl: expect.any(String),
    });
  });
});

describe('a fault', () => {
  let database: Database;
  let world: World;
  let gateway: Gateway;
  let client: Client;
  beforeEach(async () => {
    database = await newSqliteFile();
    world = await World.open(database.url);
    gateway = await Gateway.start(world);
    client = await Client.open(world, gateway);
  });
  afterEach(async () => {
    await gateway.close();
    await world.close();
    await database.remove();
  });

  const drop = (table: string) =>
    sql`drop table ${sql.table(table)}`.execute(world.store.engine.writing);
  const masked = (requestId: string) => ({
    message: 'Something went wrong on the server.',
    extensions: {
      code: 'internal_error',
      type: 'internal_error',
      requestId,
      docUrl: `${gateway.url}/docs/errors/internal_error`,
    },
  });

  it('in a field tells the client its request id, and the operator what it was', async () => {
    await client.catalogue.feature();
    await drop('regional_overage');
    await drop('plan_feature');
    const { status, data, errors, headers } = await client.answer(
      '{ viewer { mode } features { nodes { id plans { enabled } } } }',
      {},
      { 'x-request-id': 'my-request' },
    );
    expect({ status, data }).toEqual({ status: 200, data: null });
    const requestId = headers.get('gateway-request-id') ?? '';
    expect(requestId).toMatch(/^req_[0-9a-f]{32}$/);
    expect(errors).toEqual([
      {
        ...masked(requestId),
        path: ['features', 'nodes', 0, 'plans'],
        locations: expect.any(Array),
      },
    ]);
    expect(headers.get('x-request-id')).toBe('my-request');
    expect(gateway.log).toEqual([
      {
        level: 'error',
        time: expect.any(String),
        requestId,
        code: 'internal_error',
        error: expect.objectContaining({
          message: 'no such table: plan_feature',
          stack: expect.stringContaining('.ts'),
        }),
      },
    ]);
    expect(gateway.lines.join()).not.toContain(client.key);
  });

  it('in a mutation writes nothing', async () => {
    const before = await client.catalogue.rows('plan_group');
    await drop('audit_log_object');
    await drop('audit_log');
    const { data, errors } = await client.answer(
      'mutation { createPlanGroup(input: { name: "N" }) { __typename } }',
    );
    expect(data).toEqual({ createPlanGroup: null });
    expect(errors).toMatchObject([{ ...masked(expect.any(String)), path: ['createPlanGroup'] }]);
    expect(gateway.log).toHaveLength(1);
    expect(await client.catalogue.rows('plan_group')).toEqual(before);
  });

  it('before execution is none of the client either', async () => {
    await sql`alter table api_key rename to lost`.execute(world.store.engine.writing);
    const { status, data, errors, headers } = await client.answer('{ viewer { mode } }');
    expect({ status, data }).toEqual({ status: 500, data: undefined });
    expect(errors).toEqual([masked(headers.get('x-request-id') ?? '')]);
    expect(gateway.log).toMatchObject([{ error: { message: 'no such table: api_key' } }]);
  });

  it('of the schema itself is masked as well', async () => {
    const faults: unknown[] = [];
    const context = await newContext(world, client.key, {
      publicUrl: gateway.url,
      observer: { step: (_, work) => work(), report: (_, fault) => faults.push(fault) },
    });
    const result = await createExecute(buildSchema('type NoQuery { a: Int }'), readConfig({}))(
      { query: '{ a }' },
      context,
    );
    expect(Object.keys(result)).toEqual(['errors']);
    expect(JSON.parse(JSON.stringify(result.errors))).toMatchObject([masked(context.requestId)]);
    expect(faults).toHaveLength(1);
  });
});
