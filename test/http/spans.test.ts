import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-node';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type Database, newSqliteFile, World } from '../engines.ts';
import { Gateway, keyOf } from '../gateway.ts';

const exporter = new InMemorySpanExporter();
const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });

let database: Database;
let world: World;
let untraced: Gateway;
let gateway: Gateway;
let key: string;
beforeAll(async () => {
  database = await newSqliteFile();
  world = await World.open(database.url);
  untraced = await Gateway.start(world);
  // As an SDK does that is loaded before the gateway.
  provider.register();
  gateway = await Gateway.start(world);
  key = await keyOf(world, await world.newTenant());
});
afterAll(async () => {
  await provider.shutdown();
  await Promise.all([gateway.close(), untraced.close()]);
  await world.close();
  await database.remove();
});
beforeEach(() => exporter.reset());

const spans = (): ReadableSpan[] => exporter.getFinishedSpans();
const parentOf = (span: ReadableSpan | undefined) => span?.parentSpanContext;

it('a request is a span that says what was done, within the trace of its client', async () => {
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  const spanId = 'b7ad6b7169203331';
  const traceparent = `00-${traceId}-${spanId}-01`;
  await gateway.graphql(key, '{ viewer { mode } }', {}, { traceparent, 'x-request-id': 'mine' });
  expect(spans()).toHaveLength(1);
  const [span] = spans();
  expect(span).toMatchObject({
    name: 'POST /graphql viewer',
    kind: SpanKind.SERVER,
    status: { code: SpanStatusCode.UNSET },
    attributes: {
      'http.request.method': 'POST',
      'http.response.status_code': 200,
      'url.path': '/graphql',
      'plans_gateway.surface': 'graphql',
      'plans_gateway.operation': 'viewer',
      'plans_gateway.request_id': expect.stringMatching(/^req_[0-9a-f]{32}$/),
      'plans_gateway.client_request_id': 'mine',
      'plans_gateway.api_key.id': expect.stringMatching(/^key_/),
    },
  });
  expect(span?.spanContext().traceId).toBe(traceId);
  expect(parentOf(span)?.spanId).toBe(spanId);
});

it('a write has its transaction as a step', async () => {
  const create = () =>
    fetch(`${gateway.url}/api/v1/plan-groups`, {
      method: 'POST',
      headers: { 'x-api-key': key, 'content-type': 'application/json', 'idempotency-key': 'again' },
      body: '{"name":"Group"}',
    });
  await create();
  const [transaction, request] = spans();
  expect([transaction?.name, request?.name]).toEqual(['transaction', 'create-plan-group']);
  expect(parentOf(transaction)?.spanId).toBe(request?.spanContext().spanId);
  expect(parentOf(request)).toBeUndefined();
  await create();
  expect(spans().at(-1)?.attributes['plans_gateway.idempotent_replay']).toBe(true);
});

it('requests at once do not mix', async () => {
  const names = ['a', 'b', 'c', 'd', 'e'];
  const create = (name: string) =>
    gateway.graphql(
      key,
      'mutation ($name: String!) { createPlanGroup(input: { name: $name }) { __typename } }',
      {
        name,
      },
    );
  await Promise.all(names.map(create));
  const requests = new Set(
    spans().flatMap((span) => (span.name === 'transaction' ? [] : [span.spanContext().spanId])),
  );
  const parents = spans().flatMap((span) =>
    span.name === 'transaction' ? [parentOf(span)?.spanId] : [],
  );
  expect(requests.size).toBe(names.length);
  expect(new Set(parents)).toEqual(requests);
});

it('a failure of the server is an error, one of the client is none', async () => {
  await fetch(`${gateway.url}/nowhere`);
  expect(spans()[0]).toMatchObject({
    name: 'GET / unknown',
    status: { code: SpanStatusCode.UNSET },
  });
  exporter.reset();
  await sql`alter table api_key rename to lost`.execute(world.store.engine.writing);
  await gateway.graphql(key, '{ viewer { mode } }');
  await sql`alter table lost rename to api_key`.execute(world.store.engine.writing);
  expect(spans()[0]).toMatchObject({
    status: { code: SpanStatusCode.ERROR },
    attributes: { 'http.response.status_code': 500, 'error.type': '500' },
  });
});

it('no key stands in a span', async () => {
  await fetch(`${gateway.url}/nowhere/${key}?key=${key}`, {
    headers: { 'x-request-id': key, 'x-api-key': key },
  });
  await gateway.graphql(key, `{ plan(id: "${key}") { id } }`);
  expect(spans()).toHaveLength(2);
  expect(
    JSON.stringify(spans().map(({ name, attributes, events }) => ({ name, attributes, events }))),
  ).not.toContain(key.slice('ck_live_'.length));
});

it('a server that started without an SDK traces nothing', async () => {
  await untraced.graphql(key, '{ viewer { mode } }');
  expect(spans()).toEqual([]);
});
