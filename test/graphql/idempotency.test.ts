import { describe, expect, it } from 'vitest';
import type { GraphqlAnswer } from '../gateway.ts';
import { Client, mutationOf, onEveryGateway } from './client.ts';

const REPLAYED = 'idempotent-replayed';

onEveryGateway('an idempotency key', (client) => {
  const send = (
    key: string,
    name: string,
    args: Record<string, unknown>,
    selection = 'id',
    by = client(),
  ): Promise<GraphqlAnswer> =>
    by.answer(mutationOf(name, selection), args, { 'idempotency-key': key });
  const createPlan = (key: string, input: object = {}, by = client()) =>
    send(key, 'createPlan', { input: { name: 'Pro', code: 'pro', ...input } }, 'id code', by);

  it('makes a repeated mutation answer as the first one did, and do nothing', async () => {
    const first = await createPlan('a');
    expect(first.data.createPlan).toMatchObject({ __typename: 'Plan', code: 'pro' });
    expect(first.headers.has(REPLAYED)).toBe(false);
    const second = await client().changesNothing(() => createPlan('a'));
    expect(second.data).toEqual(first.data);
    expect(second.headers.get(REPLAYED)).toBe('true');
    expect((await client().catalogue.rows('plan')).length).toBe(1);
  });

  it('makes no difference between an argument as a literal and as a variable', async () => {
    const first = await createPlan('a');
    const { data, headers } = await client().answer(
      'mutation Other { createPlan(input: { code: "pro", name: "Pro" }) { ... on Plan { id code } ' +
        '__typename } }',
      {},
      { 'idempotency-key': 'a' },
    );
    expect(data).toEqual(first.data);
    expect(headers.get(REPLAYED)).toBe('true');
  });

  it('answers with today’s selection', async () => {
    const { data } = await createPlan('a');
    const again = await send(
      'a',
      'createPlan',
      { input: { name: 'Pro', code: 'pro' } },
      'name prices { id } group { id }',
    );
    expect(again.headers.get(REPLAYED)).toBe('true');
    expect(again.data.createPlan).toEqual({
      __typename: 'Plan',
      name: 'Pro',
      prices: [],
      group: null,
    });
    expect(data.createPlan.code).toBe('pro');
  });

  it('keeps errors of what exists, too', async () => {
    await client().catalogue.plan({ code: 'pro' });
    const first = await createPlan('a');
    expect(first.data.createPlan).toMatchObject({
      __typename: 'ConflictError',
      code: 'duplicate',
      param: 'code',
    });
    await client().mutate('deletePlan', { planId: (await client().catalogue.rows('plan'))[0]?.id });
    const second = await createPlan('a');
    expect(second.data).toEqual(first.data);
    expect(second.headers.get(REPLAYED)).toBe('true');
    const unknown = () => send('b', 'updatePlan', { planId: 'pln_0', input: {} });
    expect((await unknown()).data).toEqual((await unknown()).data);
  });

  it('is free again after a refused input or a forbidden mutation', async () => {
    const refused = await createPlan('a', { name: '' });
    expect(refused.data.createPlan).toMatchObject({ __typename: 'ValidationError', param: 'name' });
    const forbidden = await createPlan('a', {}, await client().as('read'));
    expect(forbidden.data.createPlan).toMatchObject({ __typename: 'ForbiddenError' });
    expect((await createPlan('a')).data.createPlan).toMatchObject({ __typename: 'Plan' });
  });

  it('is for one operation with one input', async () => {
    await createPlan('a');
    await client().changesNothing(async () => {
      for (const other of [
        await createPlan('a', { name: 'Other' }),
        await send('a', 'createPlanGroup', { input: { name: 'Pro' } }),
      ]) {
        expect(Object.values(other.data)).toEqual([
          expect.objectContaining({
            __typename: 'ConflictError',
            code: 'idempotency_key_mismatch',
            param: null,
          }),
        ]);
        expect(other.headers.has(REPLAYED)).toBe(false);
      }
    });
  });

  it('belongs to a tenant, and to all of its keys', async () => {
    const { data } = await createPlan('a');
    expect((await createPlan('a', {}, await client().as('write'))).data).toEqual(data);
    const stranger = await Client.open(client().world, client().gateway);
    const theirs = await createPlan('a', {}, stranger);
    expect(theirs.headers.has(REPLAYED)).toBe(false);
    expect(theirs.data.createPlan.id).not.toBe(data.createPlan.id);
  });

  it('shows no secret twice', async () => {
    const args = { input: { name: 'Site', scope: 'READ' } };
    const create = () => send('a', 'createApiKey', args, 'secret apiKey { id hint }');
    const first = await create();
    const second = await create();
    expect(first.data.createApiKey.secret).toMatch(/^ck_live_/);
    expect(second.headers.get(REPLAYED)).toBe('true');
    expect(second.data.createApiKey).toEqual({ ...first.data.createApiKey, secret: null });
    expect(JSON.stringify(await client().catalogue.contents())).not.toContain(
      first.data.createApiKey.secret.slice(8),
    );
  });

  it.each([
    [
      'two mutations',
      'mutation { a: deletePlan(planId: "a") { __typename } b: deletePlan(planId: "b") { ' +
        '__typename } }',
    ],
    ['a mutation and __typename', 'mutation { __typename deletePlan(planId: "a") { __typename } }'],
    [
      'a fragment',
      'mutation { ...both } fragment both on Mutation { a: deletePlan(planId: "a") { __typename } ' +
        'b: deletePlan(planId: "b") { __typename } }',
    ],
    ['an inline fragment', 'mutation { ... { deletePlan(planId: "a") { __typename } } }'],
  ])('cannot stand for %s', async (_, document) => {
    const { status, data, errors } = await client().changesNothing(() =>
      client().answer(document, {}, { 'idempotency-key': 'a' }),
    );
    expect({ status, data }).toEqual({ status: 400, data: undefined });
    expect(errors).toEqual([
      expect.objectContaining({
        extensions: expect.objectContaining({ code: 'validation_error', param: 'Idempotency-Key' }),
      }),
    ]);
    expect((await client().answer(document)).errors).toBeUndefined();
  });

  it('counts mutations of the operation that runs, not of the document', async () => {
    const document = `query Read { viewer { mode } plans { totalCount } }
      mutation Write { createPlan(input: { name: "N", code: "n" }) { __typename } }`;
    const run = (operationName: string) =>
      fetch(`${client().gateway.url}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-api-key': client().key,
          'idempotency-key': 'a',
        },
        body: JSON.stringify({ query: document, operationName }),
      }).then((response) => response.json());
    expect((await run('Read')).data).toEqual({
      viewer: { mode: 'LIVE' },
      plans: { totalCount: 0 },
    });
    expect((await run('Write')).data).toEqual({ createPlan: { __typename: 'Plan' } });
    expect(await run('Read')).toMatchObject({ data: { plans: { totalCount: 1 } } });
  });

  it('is nothing to a query', async () => {
    const read = () => client().answer('{ plans { totalCount } }', {}, { 'idempotency-key': 'a' });
    expect((await read()).data).toEqual({ plans: { totalCount: 0 } });
    await createPlan('a');
    const { data, headers } = await read();
    expect(data).toEqual({ plans: { totalCount: 1 } });
    expect(headers.has(REPLAYED)).toBe(false);
  });

  describe('may be 1 to 255 visible ASCII characters', () => {
    it.each(['!', '~'.repeat(255), 'sdk_1-2:3/4', `commet-node-retry-${'0'.repeat(36)}`])(
      'like %j',
      async (key) => {
        expect((await createPlan(key)).data.createPlan).toMatchObject({ __typename: 'Plan' });
      },
    );

    it.each(['', 'a b', 'é', '\t', 'x'.repeat(256)])('unlike %j', async (key) => {
      const { status, data } = await client().changesNothing(() => createPlan(key));
      expect(status).toBe(200);
      expect(data.createPlan).toMatchObject({
        __typename: 'ValidationError',
        param: 'Idempotency-Key',
      });
    });
  });

  it('lets simultaneous duplicates do the work once', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => createPlan('a')));
    const ids = new Set(answers.map(({ data }) => data.createPlan.id));
    expect(ids.size).toBe(1);
    expect(answers.filter(({ headers }) => headers.has(REPLAYED))).toHaveLength(7);
  });
});
