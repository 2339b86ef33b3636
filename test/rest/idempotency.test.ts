import { beforeEach, describe, expect, it } from 'vitest';
import { onRest, type RestAnswer, type RestClient } from './client.ts';

const HOUR = 60 * 60 * 1_000;

onRest('idempotency keys', (server) => {
  let client: RestClient;
  beforeEach(async () => {
    server().world.time = undefined;
    client = await server().newClient();
  });

  const call = (
    key: string,
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ) => client.call(method, path, body, { 'idempotency-key': key, ...headers });
  const isReplay = ({ headers }: RestAnswer) => headers.get('idempotent-replayed');
  const plan = { name: 'Pro', code: 'pro' };

  it('answer the first outcome again, and say so', async () => {
    const first = await call('k', 'POST', '/plans/manage', plan);
    const second = await call('k', 'POST', '/plans/manage', plan);
    expect(first.status).toBe(201);
    expect(isReplay(first)).toBeNull();
    expect(isReplay(second)).toBe('true');
    expect({ status: second.status, body: second.body }).toEqual({ status: 201, body: first.body });
    expect(await client.catalogue.rows('plan')).toHaveLength(1);
    expect(await client.catalogue.rows('audit_log')).toMatchObject([
      { operation: 'createApiKey' },
      { operation: 'createPlan' },
    ]);
  });

  it('answer a refusal of the domain again', async () => {
    const { id } = await client.catalogue.plan();
    const request = () => call('k', 'PUT', `/plans/${id}/prices/pp_none/default`, {});
    const first = await request();
    const second = await request();
    expect(first.body.error.code).toBe('price_not_found');
    expect(isReplay(second)).toBe('true');
    expect({ status: second.status, body: second.body }).toEqual({ status: 404, body: first.body });
    expect(second.headers.get('x-request-id')).not.toBe(first.headers.get('x-request-id'));
  });

  it('answer the first outcome, also after later changes', async () => {
    await call('k', 'POST', '/plans/manage', plan);
    const { body } = await client.call('GET', '/plans/pro');
    await client.call('PUT', `/plans/${body.data.id}/manage`, { name: 'Renamed' });
    expect((await call('k', 'POST', '/plans/manage', plan)).body.data.name).toBe('Pro');
    await client.call('DELETE', `/plans/${body.data.id}/manage`);
    expect((await call('k', 'POST', '/plans/manage', plan)).body.data.name).toBe('Pro');
  });

  it('print the outcome in the version asked for', async () => {
    await call('k', 'POST', '/plans/manage', plan);
    const again = await call('k', 'POST', '/plans', plan, { 'commet-version': '2026-07-31' });
    expect(isReplay(again)).toBe('true');
    expect(again.body).toMatchObject({ object: 'plan', code: 'pro', prices: [] });
  });

  it('take the order of fields and unknown ones for the same request', async () => {
    await call('k', 'POST', '/plans/manage', plan);
    const again = await call('k', 'POST', '/plans/manage', {
      code: 'pro',
      unknown: 1,
      name: 'Pro',
    });
    expect(isReplay(again)).toBe('true');
  });

  it('take the flat and the nested form for the same request', async () => {
    const { id } = await client.catalogue.plan({ consumptionModel: 'metered' });
    await client.catalogue.feature({ code: 'calls' });
    const path = `/plans/${id}/features`;
    await call('k', 'POST', path, {
      featureId: 'calls',
      overageEnabled: true,
      overageUnitPrice: 5,
    });
    const nested = { featureId: 'calls', overage: { enabled: true, unitPrice: 5 } };
    expect(
      isReplay(await call('k', 'POST', path, nested, { 'commet-version': '2026-07-11' })),
    ).toBe('true');
  });

  describe('are refused', () => {
    const mismatch = { type: 'conflict_error', code: 'idempotency_key_mismatch' };

    it('with another input', async () => {
      await call('k', 'POST', '/plans/manage', plan);
      const other = await call('k', 'POST', '/plans/manage', { ...plan, code: 'other' });
      expect(other.body.error).toMatchObject(mismatch);
      expect(other.status).toBe(409);
      expect(isReplay(other)).toBeNull();
      expect(await client.catalogue.rows('plan')).toHaveLength(1);
    });

    it('with another operation on the same thing', async () => {
      const { id } = await client.catalogue.plan();
      await call('k', 'PUT', `/plans/${id}/visibility`, { isPublic: false });
      const other = await call('k', 'PUT', `/plans/${id}/manage`, { isPublic: false });
      expect(other.body.error).toMatchObject(mismatch);
    });

    it('with the same operation on another thing', async () => {
      const [one, other] = [await client.catalogue.plan(), await client.catalogue.plan()];
      await call('k', 'DELETE', `/plans/${one.id}/manage`);
      expect((await call('k', 'DELETE', `/plans/${other.id}/manage`)).body.error).toMatchObject(
        mismatch,
      );
    });

    it.each(['', 'x'.repeat(256), 'a b', 'ü', 'ck_live_abc', 'my-PK_SANDBOX_abc'])(
      'when they are no key: %j',
      async (key) => {
        const answer = await call(key, 'POST', '/plans/manage', plan);
        expect(answer.body.error).toMatchObject({
          code: 'validation_error',
          param: 'Idempotency-Key',
        });
        expect(await client.catalogue.rows('plan')).toHaveLength(0);
      },
    );
  });

  it('are looked at by writes only, and after the route', async () => {
    expect((await call('a b', 'GET', '/plans')).status).toBe(200);
    expect((await call('a b', 'POST', '/nowhere', plan)).body.error).toMatchObject({
      code: 'not_found',
    });
    expect((await call('a b', 'POST', '/plans/manage', {})).body.error).toMatchObject({
      param: 'name',
    });
  });

  it('are free again after a validation failure', async () => {
    expect((await call('k', 'POST', '/plans/manage', { name: 'Pro' })).status).toBe(400);
    const corrected = await call('k', 'POST', '/plans/manage', plan);
    expect(corrected.status).toBe(201);
    expect(isReplay(corrected)).toBeNull();
  });

  it('belong to one tenant', async () => {
    await call('k', 'POST', '/plans/manage', plan);
    const other = await server().newClient();
    const answer = await other.call('POST', '/plans/manage', plan, { 'idempotency-key': 'k' });
    expect({ status: answer.status, replayed: isReplay(answer) }).toEqual({
      status: 201,
      replayed: null,
    });
  });

  it('are honoured on PUT, PATCH and DELETE too', async () => {
    const { id } = await client.catalogue.plan();
    const requests: [
      method: string,
      path: string,
      body?: unknown,
      headers?: Record<string, string>,
    ][] = [
      ['PUT', `/plans/${id}/visibility`, { isPublic: false }],
      ['PATCH', `/plans/${id}`, { name: 'Renamed' }, { 'commet-version': '2026-07-31' }],
      ['DELETE', `/plans/${id}/manage`],
    ];
    for (const [method, path, body, headers] of requests) {
      const first = await call(method, method, path, body, headers);
      const second = await call(method, method, path, body, headers);
      expect({ status: second.status, replayed: isReplay(second), body: second.body }).toEqual({
        status: 200,
        replayed: 'true',
        body: first.body,
      });
    }
  });

  it('are nothing to a read', async () => {
    const { id } = await client.catalogue.plan();
    for (const path of ['/plans', `/plans/${id}`])
      expect(isReplay(await call('k', 'GET', path))).toBeNull();
  });

  it('are kept for 24 hours', async () => {
    const start = Date.parse('2026-06-01T10:00:00Z');
    const at = (time: number) => {
      server().world.time = new Date(start + time);
      return call('k', 'DELETE', '/plan-groups/plg_none');
    };
    expect([
      isReplay(await at(0)),
      isReplay(await at(24 * HOUR - 1)),
      isReplay(await at(24 * HOUR)),
    ]).toEqual([null, 'true', null]);
  });

  it('make one effect and equal answers of twenty requests at once', async () => {
    const { id } = await client.catalogue.plan();
    const requests = Array.from({ length: 20 }, () =>
      call('k', 'POST', `/plans/${id}/prices`, { billingInterval: 'weekly', price: 0 }),
    );
    const answers = await Promise.all(requests);
    const [first] = answers;
    expect(first?.status).toBe(201);
    for (const { status, body } of answers)
      expect({ status, body }).toEqual({ status: 201, body: first?.body });
    expect(answers.filter((answer) => isReplay(answer) === 'true')).toHaveLength(19);
    expect(await client.catalogue.rows('plan_price')).toHaveLength(1);
    expect(
      (await client.catalogue.rows('audit_log')).filter(
        ({ operation }) => operation === 'addPlanPrice',
      ),
    ).toHaveLength(1);
  });

  it('make the second wait for the first, and give up in the end', async () => {
    const { world } = server();
    const { id } = await client.catalogue.plan();
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const first = world.store.write(
      client.catalogue.tenant,
      { apiKeyId: null, requestId: null, idempotencyKey: 'k' },
      async () => held,
    );
    const second = await call('k', 'PUT', `/plans/${id}/visibility`, { isPublic: false });
    release();
    await first;
    expect({ status: second.status, code: second.body.error.code }).toEqual({
      status: 409,
      code: 'idempotency_in_progress',
    });
    expect((await call('k', 'PUT', `/plans/${id}/visibility`, { isPublic: false })).status).toBe(
      200,
    );
  });
});
