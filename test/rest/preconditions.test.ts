import { beforeEach, describe, expect, it } from 'vitest';
import type { OperationId } from '../../src/rest/routes.ts';
import { type ApiVersion, apiVersions } from '../../src/vocabulary.ts';
import { onRest, type RestClient } from './client.ts';
import { RawClient } from './raw.ts';

onRest('If-Match', (server) => {
  let client: RestClient;
  let ids: {
    plan: string;
    price: string;
    feature: string;
    spare: string;
    group: string;
    outside: string;
  };

  beforeEach(async () => {
    client = await server().newClient();
    const { catalogue } = client;
    const group = await catalogue.group();
    const plan = await catalogue.plan({
      code: 'pro',
      consumptionModel: 'metered',
      planGroupId: group.id,
    });
    const outside = await catalogue.plan({ code: 'outside', consumptionModel: 'metered' });
    const price = await catalogue.price(plan, { billingInterval: 'monthly', price: 290_000 });
    const feature = await catalogue.feature({ code: 'calls', name: 'Calls' });
    const spare = await catalogue.feature({ code: 'spare', name: 'Spare' });
    await catalogue.attach(plan, feature, {});
    ids = {
      ...{ plan: plan.id, price: price.id, feature: feature.id, spare: spare.id },
      ...{ group: group.id, outside: outside.id },
    };
  });

  type Named = 'plan' | 'feature' | 'group';

  /** Every write on an object that its path names, and that object. Deletions come last. */
  const writes = (): [id: OperationId, path: string[], named: Named | 'spare', body: string][] => [
    ['update-plan', [ids.plan], 'plan', '{"name":"Renamed"}'],
    ['set-plan-visibility', [ids.plan], 'plan', '{"isPublic":false}'],
    ['add-plan-feature', [ids.plan], 'plan', '{"featureId":"spare"}'],
    ['update-plan-feature', [ids.plan, ids.feature], 'plan', '{"includedAmount":7}'],
    ['add-plan-price', [ids.plan], 'plan', '{"billingInterval":"yearly","price":10000}'],
    ['update-plan-price', [ids.plan, ids.price], 'plan', '{"trialDays":3}'],
    ['set-default-plan-price', [ids.plan, ids.price], 'plan', ''],
    [
      'upsert-regional-prices',
      [ids.plan, ids.price],
      'plan',
      '{"overrides":[{"currency":"eur","price":100}]}',
    ],
    ['set-plan-regional-pricing', [ids.plan], 'plan', '{"currency":"jpy","exchangeRate":150}'],
    ['delete-regional-prices', [ids.plan, ids.price], 'plan', ''],
    ['update-feature', [ids.feature], 'feature', '{"name":"Requests"}'],
    ['update-plan-group', [ids.group], 'group', '{"name":"Teams"}'],
    ['add-plan-to-group', [ids.group], 'group', `{"planId":"${ids.outside}"}`],
    [
      'reorder-plans-in-group',
      [ids.group],
      'group',
      `{"planIds":["${ids.outside}","${ids.plan}"]}`,
    ],
    ['remove-plan-from-group', [ids.group, ids.outside], 'group', ''],
    ['remove-plan-feature', [ids.plan, ids.feature], 'plan', ''],
    ['delete-plan-price', [ids.plan, ids.price], 'plan', ''],
    ['delete-plan-group', [ids.group], 'group', ''],
    ['delete-plan', [ids.plan], 'plan', ''],
    ['delete-feature', [ids.feature], 'feature', ''],
  ];

  const reads = { plan: 'get-plan', feature: 'get-feature', group: 'get-plan-group' } as const;

  const tagFrom = async (named: Named, version: ApiVersion): Promise<string> => {
    const { headers } = await new RawClient(client, version).call(reads[named], [ids[named]]);
    return headers.get('etag') ?? '';
  };

  const refusedWith = (param: string) => ({
    code: 'precondition_failed',
    type: 'conflict_error',
    param,
  });

  /**
   * Of the object as the version shows it. Some versions have no GET of features, but their tag is
   * that of the next.
   */
  const currentTag = async (
    raw: RawClient,
    id: OperationId,
    path: string[],
    named: Named,
    text: string,
  ): Promise<string> => {
    if (raw.has(reads[named])) return tagFrom(named, raw.version);
    const { body } = await raw.call(id, path, text, { 'if-match': '"of another state"' });
    return /W\/"[\w-]+"/.exec(body.error.message)?.[0] ?? '';
  };

  it.each(apiVersions)('holds back and lets through each write of %s', async (version) => {
    const raw = new RawClient(client, version);
    for (const [id, path, named, body] of writes()) {
      if (!raw.has(id)) continue;
      const object = named === 'spare' ? 'feature' : named;
      const before = await client.catalogue.contents();
      for (const other of ['"of another state"', 'W/"x"', '', 'nonsense', '"a", W/"b"']) {
        const { status, body: answer } = await raw.call(id, path, body, { 'if-match': other });
        expect({ id, other, status, error: answer.error }).toMatchObject({
          ...{ id, other, status: 412 },
          error: refusedWith('If-Match'),
        });
      }
      expect(await client.catalogue.contents()).toEqual(before);
      const tag = await currentTag(raw, id, path, object, body);
      expect(tag).toMatch(/^W\/"[\w-]{22}"$/);
      const answer = await raw.call(id, path, body, { 'if-match': `"x, y", ${tag}` });
      expect({ id, status: answer.status < 300, body: answer.body }).toMatchObject({
        id,
        status: true,
      });
    }
  });

  it.each(apiVersions)(
    'lets through in %s what asks for any state, or names the tag without its W/',
    async (version) => {
      const raw = new RawClient(client, version);
      const any = await raw.call('update-plan', [ids.plan], '{"name":"A"}', { 'if-match': '*' });
      expect(any.status).toBe(200);
      const strong = (await tagFrom('plan', version)).replace('W/', '');
      expect(
        (await raw.call('update-plan', [ids.plan], '{"name":"B"}', { 'if-match': strong })).status,
      ).toBe(200);
      expect(
        (await raw.call('update-plan', [ids.plan], '{"name":"C"}', { 'if-match': strong })).status,
      ).toBe(412);
    },
  );

  it('is that of the same version: another shows another text', async () => {
    const raw = new RawClient(client, '2026-05-25');
    const tag = await tagFrom('plan', '2026-08-27');
    expect(
      (await raw.call('update-plan', [ids.plan], '{"name":"A"}', { 'if-match': tag })).status,
    ).toBe(412);
  });

  it.each(apiVersions)('never holds where %s creates something of its own', async (version) => {
    const raw = new RawClient(client, version);
    const creations: [OperationId, string][] = [
      ['create-plan', '{"name":"New","code":"new"}'],
      ['create-feature', '{"name":"New","code":"new","type":"seats"}'],
      ['create-plan-group', '{"name":"New"}'],
    ];
    const before = await client.catalogue.contents();
    for (const [id, body] of creations)
      for (const tag of ['*', '"x"'])
        expect((await raw.call(id, [], body, { 'if-match': tag })).status).toBe(412);
    expect(await client.catalogue.contents()).toEqual(before);
    for (const [id, body] of creations)
      expect((await raw.call(id, [], body, { 'if-none-match': '*' })).status).toBe(201);
  });

  it.each(apiVersions)('answers in %s first what is wrong without it', async (version) => {
    const raw = new RawClient(client, version);
    const guard = { 'if-match': '"x"' };
    expect((await raw.call('update-plan', [ids.plan], '{"name":""}', guard)).status).toBe(400);
    expect((await raw.call('update-plan', ['pln_x'], '{"name":"A"}', guard)).status).toBe(404);
    expect((await raw.call('update-plan', ['pro'], '{"name":"A"}', guard)).status).toBe(404);
    expect((await raw.call('update-feature', ['x'], '{"name":"A"}', guard)).status).toBe(404);
    expect((await raw.call('update-plan-group', ['x'], '{"name":"A"}', guard)).status).toBe(404);
    expect((await raw.call('update-plan', [ids.plan], '{"code":"x"}', guard)).body.error.code).toBe(
      'validation_error',
    );
  });

  it.each(apiVersions)('has If-None-Match for a sibling in %s', async (version) => {
    const raw = new RawClient(client, version);
    const tag = await tagFrom('plan', version);
    const update = (value: string) =>
      raw.call('update-plan', [ids.plan], '{"name":"A"}', { 'if-none-match': value });
    for (const known of ['*', tag, `"x", ${tag}`]) {
      const { status, body } = await update(known);
      expect({ status, error: body.error }).toMatchObject({
        status: 412,
        error: refusedWith('If-None-Match'),
      });
    }
    expect((await update('"x"')).status).toBe(200);
  });

  describe('with an idempotency key', () => {
    const update = (raw: RawClient, tag: string, key: string) =>
      raw.call('update-plan', [ids.plan], '{"name":"A"}', {
        'if-match': tag,
        'idempotency-key': key,
      });

    it('is compared once: the repeated request answers as the first, also after later changes', async () => {
      const raw = new RawClient(client, '2026-05-25');
      const tag = await tagFrom('plan', '2026-05-25');
      expect((await update(raw, tag, 'one')).status).toBe(200);
      const again = await update(raw, tag, 'one');
      expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([200, 'true']);
      const refused = await update(raw, tag, 'two');
      expect(refused.status).toBe(412);
      const refusedAgain = await update(raw, tag, 'two');
      expect([refusedAgain.status, refusedAgain.headers.get('idempotent-replayed')]).toEqual([
        412,
        'true',
      ]);
      expect(refusedAgain.body).toEqual(refused.body);
    });

    it('belongs to what the key stands for', async () => {
      const raw = new RawClient(client, '2026-05-25');
      expect((await update(raw, '*', 'one')).status).toBe(200);
      expect((await update(raw, '"x"', 'one')).body.error.code).toBe('idempotency_key_mismatch');
      const bare = await raw.call('update-plan', [ids.plan], '{"name":"A"}', {
        'idempotency-key': 'one',
      });
      expect(bare.body.error.code).toBe('idempotency_key_mismatch');
    });
  });

  it('lets one of many through that start from the same state', async () => {
    const raw = new RawClient(client, '2026-05-25');
    const tag = await tagFrom('plan', '2026-05-25');
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        raw.call('update-plan', [ids.plan], `{"name":"Writer ${index}"}`, { 'if-match': tag }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(7).fill(412)]);
  });
});
