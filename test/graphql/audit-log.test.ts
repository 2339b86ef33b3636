import { getNamedType, isUnionType } from 'graphql';
import { describe, expect, it } from 'vitest';
import { schema } from '../../schema/index.ts';
import { arrange, cases } from '../parity-cases.ts';
import { Client, mutationOf, onEveryGateway } from './client.ts';

const ENTRY =
  'id at apiKeyId apiKey { id name } operation objectId before after requestId clientRequestId';

onEveryGateway('auditLog', (client) => {
  const log = async (args = ''): Promise<Record<string, unknown>[]> =>
    (await client().data(`{ auditLog${args} { nodes { ${ENTRY} } } }`)).auditLog.nodes;

  it('tells newest first who did what to which object', async () => {
    const { headers, data } = await client().answer(
      mutationOf('createPlan', 'id name code createdAt'),
      { input: { name: 'Pro', code: 'pro' } },
      { 'x-request-id': 'the-request' },
    );
    expect(headers.get('x-request-id')).toBe('the-request');
    expect(headers.get('gateway-request-id')).toMatch(/^req_[0-9a-f]{32}$/);
    const { id, createdAt } = data.createPlan;
    await client().mutate('deletePlan', { planId: id });
    const [deleted, created, key, ...rest] = await log();
    const { apiKeys } = await client().data('{ apiKeys { nodes { id name } } }');
    const [apiKey] = apiKeys.nodes;
    expect(created).toEqual({
      id: expect.stringMatching(/^aud_/),
      at: createdAt,
      apiKeyId: apiKey.id,
      apiKey,
      operation: 'createPlan',
      objectId: id,
      before: null,
      after: expect.objectContaining({ id, name: 'Pro', code: 'pro', metadata: null }),
      requestId: headers.get('gateway-request-id'),
      clientRequestId: 'the-request',
    });
    expect(deleted).toMatchObject({ operation: 'deletePlan', before: created?.after, after: null });
    expect(key).toMatchObject({
      operation: 'createApiKey',
      apiKeyId: null,
      apiKey: null,
      requestId: null,
      clientRequestId: null,
    });
    expect(rest).toEqual([]);
  });

  it('can be read about one object', async () => {
    const [one] = [await client().catalogue.plan(), await client().catalogue.plan()];
    const entries = await log(`(filter: { objectId: "${one.id}" })`);
    expect(entries).toMatchObject([{ operation: 'createPlan', objectId: one.id }]);
    expect(await log('(filter: { objectId: "pln_none" })')).toEqual([]);
    expect(await log('(filter: { objectId: null })')).toHaveLength(3);
    expect(await log('(filter: null)')).toHaveLength(3);
  });

  it('can be walked in both directions, each entry once', async () => {
    for (let made = 0; made < 4; made += 1) await client().catalogue.plan();
    const page = async (args: object) => {
      const document = `query($first: Int, $after: String, $last: Int, $before: String) {
        auditLog(first: $first, after: $after, last: $last, before: $before) {
          totalCount nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
        }
      }`;
      const { auditLog } = await client().data(document, { ...args });
      expect(auditLog.totalCount).toBe(5);
      return { ids: auditLog.nodes.map(({ id }: { id: string }) => id), ...auditLog.pageInfo };
    };
    const all = (await page({})).ids;
    expect(all).toEqual([...all].sort().reverse());
    const forward: string[] = [];
    for (let after = null, goesOn = true; goesOn; ) {
      const { ids, endCursor, hasNextPage } = await page({ first: 2, after });
      forward.push(...ids);
      [after, goesOn] = [endCursor, hasNextPage];
    }
    expect(forward).toEqual(all);
    const backward: string[] = [];
    for (let before = null, goesOn = true; goesOn; ) {
      const { ids, startCursor, hasPreviousPage } = await page({ last: 2, before });
      backward.unshift(...ids);
      [before, goesOn] = [startCursor, hasPreviousPage];
    }
    expect(backward).toEqual(all);
  });

  it.each([101, -1])('holds no page of %d', async (size) => {
    for (const param of ['first', 'last'])
      expect(
        await client().refusal(`{ auditLog(${param}: ${size}) { totalCount } }`),
      ).toMatchObject({ param });
  });

  it('takes no cursor of another list, and no text that is none', async () => {
    await client().catalogue.plan();
    const { plans } = await client().data('{ plans { pageInfo { endCursor } } }');
    for (const cursor of [plans.pageInfo.endCursor, '', 'cur_', '\0'])
      for (const param of ['after', 'before'])
        expect(
          await client().refusal(
            `query($cursor: String) { auditLog(${param}: $cursor) { totalCount } }`,
            { cursor },
          ),
        ).toMatchObject({ code: 'validation_error', param });
  });

  it('needs the scope admin or audit', async () => {
    for (const scope of ['read', 'write'] as const)
      expect(await (await client().as(scope)).refusal('{ auditLog { totalCount } }')).toMatchObject(
        {
          code: 'forbidden',
          type: 'authentication_error',
        },
      );
  });

  it('can be read about a plan, an operation, a key and a time', async () => {
    const [plan] = [await client().catalogue.plan(), await client().catalogue.plan()];
    await client().mutate('updatePlan', { planId: plan.id, input: { name: 'New' } });
    const { apiKeys } = await client().data('{ apiKeys { nodes { id } } }');
    const read = async (filter: object) => {
      const { auditLog } = await client().data(
        `query($filter: AuditLogFilter) { auditLog(filter: $filter) { totalCount nodes { operation } } }`,
        { filter },
      );
      const found = auditLog.nodes.map(({ operation }: { operation: string }) => operation);
      expect(auditLog.totalCount).toBe(found.length);
      return found;
    };
    expect(await read({ planId: plan.id })).toEqual(['updatePlan', 'createPlan']);
    expect(await read({ operation: 'updatePlan' })).toEqual(['updatePlan']);
    expect(await read({ apiKeyId: apiKeys.nodes[0].id })).toEqual(['updatePlan']);
    expect(await read({ from: '2000-01-01T00:00:00Z', to: '2001-01-01T00:00:00Z' })).toEqual([]);
    expect(await read({ from: '2000-01-01T00:00:00Z', planId: plan.id })).toHaveLength(2);
  });

  it('lists what a write changed, with what contains it', async () => {
    const plan = await client().catalogue.plan();
    const price = await client().catalogue.price(plan);
    await client().mutate('upsertRegionalPrices', {
      planId: plan.id,
      priceId: price.id,
      input: { overrides: [{ currency: 'eur', price: 5 }] },
    });
    const { auditLog } = await client().data(`{ auditLog(first: 1) { nodes {
      objectId sequence revision changes { type objectId planId before after } } } }`);
    expect(auditLog.nodes).toEqual([
      {
        objectId: price.id,
        sequence: 4,
        revision: 3,
        changes: [
          {
            type: 'RegionalPrice',
            objectId: `${price.id}_eur`,
            planId: plan.id,
            before: null,
            after: expect.objectContaining({ priceId: price.id, currency: 'eur', price: 5 }),
          },
          {
            type: 'PlanPrice',
            objectId: price.id,
            planId: plan.id,
            before: { updatedAt: price.updatedAt, revision: 1 },
            after: { updatedAt: expect.any(String), revision: 2 },
          },
          {
            type: 'Plan',
            objectId: plan.id,
            planId: plan.id,
            before: { updatedAt: expect.any(String), revision: 2 },
            after: { updatedAt: expect.any(String), revision: 3 },
          },
        ],
      },
    ]);
  });

  describe('is all that a key with the scope audit reads', () => {
    const readable = `{ auditLog { totalCount nodes { id operation apiKey { id name }
      changes { type } } } ...Me } fragment Me on Query { __typename viewer { scopes } }`;

    it('with the names of keys', async () => {
      await client().mutate('createPlan', { input: { name: 'Pro', code: 'pro' } });
      const { auditLog, viewer } = await (await client().as('audit')).data(readable);
      expect(viewer).toEqual({ scopes: ['AUDIT'] });
      expect(auditLog.nodes).toMatchObject([
        { operation: 'createApiKey', apiKey: null },
        { operation: 'createPlan', apiKey: { name: 'admin key' } },
        { operation: 'createApiKey', apiKey: null },
      ]);
    });

    it('but not what else keys have', async () => {
      const { gateway } = client();
      await client().mutate('createPlan', { input: { name: 'Pro', code: 'pro' } });
      const { key } = await client().as('audit');
      const { data, errors } = await gateway.graphql(
        key,
        '{ auditLog(filter: { operation: "createPlan" }) { nodes { apiKey { id hint } } } }',
      );
      expect(data).toEqual({ auditLog: { nodes: [{ apiKey: null }] } });
      expect(errors).toMatchObject([{ extensions: { code: 'forbidden' } }]);
    });

    it.each([
      '{ plans { totalCount } }',
      '{ viewer { scopes } a: features { totalCount } }',
      '{ ... on Query { planGroups { totalCount } } }',
      '{ ...A } fragment A on Query { ...B } fragment B on Query { node(id: "pln_none") { id } }',
      '{ apiKeys { totalCount } }',
      '{ __schema { queryType { name } } }',
    ])('and nothing by %s', async (document) => {
      const { gateway } = client();
      // Others have had the answer, and it may be kept.
      await client().data(document);
      await client().data(document);
      const { key } = await client().as('audit');
      const { status, data, errors } = await gateway.graphql(key, document);
      expect({ status, data, errors }).toMatchObject({
        status: 403,
        errors: [{ extensions: { code: 'forbidden', type: 'authentication_error' } }],
      });
      expect(data).toBeUndefined();
    });

    it('and writes nothing', async () => {
      const audit = await client().as('audit');
      await client().changesNothing(async () => {
        expect(
          await audit.mutate('createPlan', { input: { name: 'Pro', code: 'pro' } }),
        ).toMatchObject({ __typename: 'ForbiddenError', code: 'forbidden' });
      });
    });

    it('and nothing over REST', async () => {
      const { gateway, key } = client();
      const { key: audit } = await client().as('audit');
      const ask = (as: string, method = 'GET', path = '/plans') =>
        fetch(`${gateway.url}/api/v1${path}`, { method, headers: { 'x-api-key': as } });
      expect((await ask(key)).status).toBe(200);
      for (const [method, path] of [
        ['GET', '/plans'],
        ['GET', '/nothing'],
        ['POST', '/plan-groups'],
      ]) {
        const refused = await ask(audit, method, path);
        expect(refused.status).toBe(403);
        expect(await refused.json()).toMatchObject({ error: { code: 'forbidden' } });
      }
    });
  });

  it('shows nothing of another tenant', async () => {
    const other = await Client.open(client().world, client().gateway);
    const { id } = await other.catalogue.plan();
    expect(await log(`(filter: { objectId: "${id}" })`)).toEqual([]);
    expect((await log()).map(({ operation }) => operation)).toEqual(['createApiKey']);
  });

  describe('holds no secret', () => {
    const inputs: Record<string, object> = {
      createApiKey: { input: { name: 'K', scope: 'READ' } },
      createPublishableKey: { input: { name: 'K', allowedOrigins: ['https://shop.example'] } },
      rotateApiKey: { input: {} },
    };
    const makers = Object.values(schema.getMutationType()?.getFields() ?? {}).filter(({ type }) => {
      const result = getNamedType(type);
      return isUnionType(result) && result.getTypes().some((member) => member.getFields().secret);
    });

    it.each(makers.map(({ name }) => name))('of %s', async (name) => {
      const { catalogue, key } = client();
      const [known] = await catalogue.rows('api_key');
      const make = () =>
        client().answer(
          mutationOf(name, 'secret apiKey { id }'),
          { id: known?.id, ...inputs[name] },
          { 'idempotency-key': 'once' },
        );
      const { secret, apiKey } = (await make()).data[name];
      expect((await make()).data[name]).toMatchObject({ secret: null, apiKey });
      await client().mutate('revokeApiKey', { id: apiKey.id });
      const entries = await log();
      expect(entries.map(({ operation }) => operation)).toEqual([
        'revokeApiKey',
        name,
        'createApiKey',
      ]);
      const kept = [await catalogue.rows('audit_log'), await catalogue.rows('idempotency_record')];
      for (const part of [secret.slice(-20), key.slice(-20)])
        expect(JSON.stringify([entries, ...kept])).not.toContain(part);
      for (const { hash } of await catalogue.rows('api_key'))
        expect(JSON.stringify([entries, ...kept])).not.toContain(hash);
    });
  });

  describe('tells before and after of every operation as objects', () => {
    it.each(Object.keys(cases))('%s', async (name) => {
      const { catalogue } = client();
      const scene = await arrange(catalogue);
      const [, ids, input] = cases[name]?.find(([refused]) => refused === '') ?? [];
      const args = ['planGroupId', 'planId', 'priceId', 'featureId', 'marketId'].filter((arg) =>
        mutationOf(name).includes(`$${arg}:`),
      );
      const named = args.map((arg, index) => [arg, ids?.(scene)[index]]);
      const words = (value: unknown) =>
        JSON.parse(JSON.stringify(value), (key, word) =>
          ['billingInterval', 'consumptionModel', 'type', 'discountType'].includes(key)
            ? word.toUpperCase()
            : word,
        );
      const variables = {
        ...Object.fromEntries(named),
        ...(input && { input: words(input(scene)) }),
      };
      expect(await client().mutate(name, variables)).not.toHaveProperty('code');
      const [entry] = await log('(first: 1)');
      expect(entry?.operation).toBe(name);
      for (const state of [entry?.before, entry?.after])
        expect(state === null || Object.getPrototypeOf(state) === Object.prototype).toBe(true);
      expect([entry?.before, entry?.after]).not.toEqual([null, null]);
    });
  });
});
