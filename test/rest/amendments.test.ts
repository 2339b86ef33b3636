import { beforeEach, describe, expect, it } from 'vitest';
import { updateFeature } from '../../src/domain/feature.ts';
import { pinApiVersion } from '../../src/domain/organization.ts';
import { createPublishableKey } from '../../src/domain/publishable-key.ts';
import { type ApiVersion, apiVersions, regionalCurrencies } from '../../src/vocabulary.ts';
import { Catalogue } from '../catalogue.ts';
import { anyone } from '../engines.ts';
import { Gateway, keyOf } from '../gateway.ts';
import { onRest, type RestClient } from './client.ts';
import { isEraA, isEraC, RawClient, versionsWhere } from './raw.ts';

onRest('what clients of other languages need', (server) => {
  let client: RestClient;
  beforeEach(async () => {
    client = await server().newClient();
  });

  describe('the type of features that count usage', () => {
    it.each(apiVersions)('has its name of %s in every answer and body', async (version) => {
      const raw = new RawClient(client, version);
      const [name, other] = version < '2026-05-18' ? ['metered', 'usage'] : ['usage', 'metered'];
      const created = await raw.done(
        'create-feature',
        [],
        `{"name":"Calls","code":"calls","type":"${name}"}`,
      );
      expect(created.type).toBe(name);
      expect(
        (await raw.done('update-feature', ['calls'], `{"name":"Requests","type":"${name}"}`)).type,
      ).toBe(name);
      const refused = await raw.call(
        'create-feature',
        [],
        `{"name":"New","code":"new","type":"${other}"}`,
      );
      expect(refused.body.error).toMatchObject({ code: 'validation_error', param: 'type' });
      for (const [code, type] of [
        ['sso', 'boolean'],
        ['people', 'seats'],
        ['disk', 'quota'],
      ])
        expect(
          (await raw.done('create-feature', [], JSON.stringify({ name: code, code, type }))).type,
        ).toBe(type);
      const plan = await client.catalogue.plan({ code: 'pro', consumptionModel: 'metered' });
      await raw.done('add-plan-feature', [plan.id], '{"featureId":"calls"}');
      expect((await raw.done('get-plan', [plan.id])).features).toMatchObject([
        { code: 'calls', type: name },
      ]);
      expect((await raw.done('list-plans')).at(0).features).toMatchObject([
        { code: 'calls', type: name },
      ]);
      if (raw.has('get-feature'))
        expect((await raw.done('get-feature', ['calls'])).type).toBe(name);
      const rows = await client.catalogue.rows('feature');
      expect(rows.find(({ code }) => code === 'calls')?.type).toBe('usage');
    });
  });

  it.each(apiVersions)('have a unit of one word only in %s', async (version) => {
    const raw = new RawClient(client, version);
    const type = version < '2026-05-18' ? 'metered' : 'usage';
    const unit = async () => {
      const [row] = await client.catalogue.rows('feature');
      return [row?.unit_name, row?.unit_name_plural];
    };
    const named = { name: 'Calls', code: 'calls', type, unitName: 'call', unitNamePlural: 'calls' };
    const created = await raw.done('create-feature', [], JSON.stringify(named));
    expect(created).not.toHaveProperty('unitNamePlural');
    expect(await unit()).toEqual(['call', null]);
    const give = () =>
      client.catalogue.change((w) => updateFeature(w, 'calls', { unitNamePlural: 'calls' }));
    await give();
    const update = (changes: object) =>
      raw.done('update-feature', ['calls'], JSON.stringify(changes));
    for (const changes of [
      { name: 'Requests' },
      { description: 'New', unitNamePlural: 'requests' },
      { name: 'New', unitName: 'call', unitNamePlural: null },
    ])
      expect(await update(changes)).not.toHaveProperty('unitNamePlural');
    expect(await unit()).toEqual(['call', 'calls']);
    expect(await update({ unitName: 'request' })).toMatchObject({ unitName: 'request' });
    expect(await unit()).toEqual(['request', null]);
    await give();
    await update({ unitName: null });
    expect(await unit()).toEqual([null, null]);
    const alone = await raw.call('update-feature', ['calls'], '{"unitNamePlural":"calls"}');
    expect(alone.status).toBe(400);
  });

  describe('groups', () => {
    const arrange = async () => {
      const { catalogue } = client;
      const group = await catalogue.group({ name: 'Teams' });
      const open = await catalogue.plan({ code: 'open', planGroupId: group.id });
      const hidden = await catalogue.plan({
        code: 'hidden',
        planGroupId: group.id,
        isPublic: false,
      });
      const free = await catalogue.plan({ code: 'free' });
      return { group, open, hidden, free };
    };

    it.each(apiVersions)(
      'show a secret key the private plans of %s, and say which they are',
      async (version) => {
        const raw = new RawClient(client, version);
        const { group, open, hidden } = await arrange();
        const { plans } = await raw.done('get-plan-group', [group.id]);
        const shown = plans.map(({ id, isPublic }: { id: string; isPublic: boolean }) => [
          id,
          isPublic,
        ]);
        expect(shown).toEqual([
          [open.id, true],
          [hidden.id, false],
        ]);
        const planIds = plans.map(({ id }: { id: string }) => id).reverse();
        await raw.done('reorder-plans-in-group', [group.id], JSON.stringify({ planIds }));
      },
    );

    it.each(apiVersions)('answer in %s to what adds and reorders', async (version) => {
      const raw = new RawClient(client, version);
      const { group, open, hidden, free } = await arrange();
      const added = await raw.done(
        'add-plan-to-group',
        [group.id],
        `{"planId":"${free.id}","sortOrder":null}`,
      );
      const planIds = [free.id, open.id, hidden.id];
      const reordered = await raw.done(
        'reorder-plans-in-group',
        [group.id],
        JSON.stringify({ planIds }),
      );
      expect([added.success, reordered.reordered]).toEqual([true, true]);
      if (!isEraA(version)) {
        expect(Object.keys(added).sort()).toEqual(['livemode', 'object', 'success']);
        expect(Object.keys(reordered).sort()).toEqual(['livemode', 'object', 'reordered']);
      } else {
        const { success: _, ...detail } = added;
        expect(detail).toMatchObject({ object: 'plan_group', id: group.id, name: 'Teams' });
        expect(detail.plans).toHaveLength(3);
        const { reordered: __, ...after } = reordered;
        expect(after).toEqual(await raw.done('get-plan-group', [group.id]));
      }
    });
  });

  describe('a price of era A', () => {
    it.each(versionsWhere(isEraA))(
      'has the fields of an offer in %s, with and without one',
      async (version) => {
        const raw = new RawClient(client, version);
        const plan = await client.catalogue.plan();
        const none = {
          introOfferEnabled: false,
          introOfferDiscountType: null,
          introOfferDiscountValue: null,
          introOfferDurationCycles: null,
        };
        const added = await raw.done(
          'add-plan-price',
          [plan.id],
          '{"billingInterval":"monthly","price":290000}',
        );
        expect(Object.keys(added).slice(-6)).toEqual([
          'createdAt',
          'updatedAt',
          ...Object.keys(none),
        ]);
        expect(added).toMatchObject(none);
        const updated = await raw.done('update-plan-price', [plan.id, added.id], '{"trialDays":1}');
        expect(updated).toMatchObject(none);
        expect(await raw.done('set-default-plan-price', [plan.id, added.id])).toMatchObject(none);
        const offer =
          '{"introOfferEnabled":true,"introOfferDiscountType":"percentage","introOfferDiscountValue":5000}';
        expect(await raw.done('update-plan-price', [plan.id, added.id], offer)).toMatchObject({
          introOfferEnabled: true,
          introOfferDiscountType: 'percentage',
          introOfferDiscountValue: 5_000,
          introOfferDurationCycles: null,
        });
      },
    );
  });

  it.each(apiVersions)(
    'a one-time price may have trial days in %s, and an offer where there are offers',
    async (version) => {
      const raw = new RawClient(client, version);
      const plan = await client.catalogue.plan();
      const offer = isEraA(version)
        ? ',"introOfferEnabled":true,"introOfferDiscountType":"percentage","introOfferDiscountValue":1000'
        : ',"introOffer":{"enabled":true,"discountType":"percentage","discountValue":1000}';
      const body = `{"billingInterval":"one_time","price":10000,"trialDays":3${isEraC(version) ? '' : offer}}`;
      const added = await raw.done('add-plan-price', [plan.id], body);
      expect(added).toMatchObject({ billingInterval: 'one_time', trialDays: 3 });
      if (!isEraC(version)) expect(added.introOffer?.enabled ?? added.introOfferEnabled).toBe(true);
    },
  );

  describe('currencies', () => {
    const listed = (version: ApiVersion) =>
      regionalCurrencies.filter((currency) => currency !== 'usd' || version >= '2026-07-11');

    it.each(versionsWhere((version) => !isEraA(version)))(
      'of exchange rates in %s',
      async (version) => {
        const raw = new RawClient(client, version);
        const plan = await client.catalogue.plan({ consumptionModel: 'metered' });
        const price = await client.catalogue.price(plan, {
          billingInterval: 'monthly',
          price: 10_000,
        });
        const feature = await client.catalogue.feature({ code: 'calls' });
        await client.catalogue.attach(plan, feature, { overage: { enabled: true, unitPrice: 20 } });
        const set = (currency: string) =>
          raw.call(
            'set-plan-regional-pricing',
            [plan.id],
            JSON.stringify({ currency, exchangeRate: 2 }),
          );
        expect((await set('usd')).status).toBe(version >= '2026-07-11' ? 200 : 400);
        expect((await set('gbp')).status).toBe(400);
        expect((await set('EUR')).status).toBe(200);

        // By way of another version, or of GraphQL.
        await new RawClient(client, '2026-08-27').done(
          'set-plan-regional-pricing',
          [plan.id],
          '{"currency":"usd","exchangeRate":3}',
        );
        const currencies = listed(version).includes('usd') ? ['eur', 'usd'] : ['eur'];
        const seen = (rows: { currency: string }[]) => rows.map(({ currency }) => currency);
        const shown = await raw.done('get-plan', [plan.id]);
        expect(seen(shown.exchangeRates)).toEqual(currencies);
        expect(seen(shown.features[0].regionalPrices)).toEqual(currencies);
        expect(seen(shown.prices[0].regionalPrices)).toEqual(['eur', 'usd']);

        // What a version does not show survives what it replaces.
        await set('eur');
        await raw.done(
          'upsert-regional-prices',
          [plan.id, price.id],
          '{"overrides":[{"currency":"gbp","price":100}]}',
        );
        expect(seen((await raw.done('get-plan', [plan.id])).prices[0].regionalPrices)).toEqual([
          'eur',
          'gbp',
          'usd',
        ]);
        const rates = (await client.catalogue.rows('exchange_rate')).map(({ currency }) =>
          String(currency),
        );
        expect(rates.sort()).toEqual(['eur', 'usd']);
        const overages = (await client.catalogue.rows('regional_overage')).map(({ currency }) =>
          String(currency),
        );
        expect(overages.sort()).toEqual(['eur', 'usd']);
      },
    );
  });

  describe('the version of an answer', () => {
    it.each(apiVersions)('stands in the header of each: %s', async (version) => {
      const raw = new RawClient(client, version);
      const group = await client.catalogue.group();
      const read = await raw.call('get-plan-group', [group.id]);
      const etag = read.headers.get('etag') ?? '';
      const answers = [
        read,
        await raw.call('get-plan-group', ['plg_x']),
        await raw.call('create-plan-group', [], '{"name":"New"}'),
        await raw.call('create-plan-group', [], '{'),
        await client.send('/nowhere', { headers: { 'commet-version': version } }),
        await client.send('/plans', {
          headers: { 'commet-version': version, 'x-api-key': 'ck_live_wrong' },
        }),
      ];
      expect(answers.map(({ headers }) => headers.get('commet-version'))).toEqual(
        answers.map(() => version),
      );
      const known = await fetch(`${client.url}/plan-groups/${group.id}`, {
        headers: { 'x-api-key': client.key, 'commet-version': version, 'if-none-match': etag },
      });
      expect([known.status, known.headers.get('commet-version')]).toEqual([304, version]);
    });

    it('is the newest where the header names none', async () => {
      const { headers } = await client.send('/plans', { headers: { 'commet-version': 'latest' } });
      expect(headers.get('commet-version')).toBe('2026-08-27');
    });
  });

  describe('a refusal before the surface', () => {
    const LARGE = JSON.stringify({ name: 'x'.repeat(300_000) });
    const pinned = async (version: ApiVersion) => {
      const { world } = server();
      const organization = `Pinned ${Math.random()}`;
      const tenant = await world.tenantOf(organization, 'live');
      await pinApiVersion(world.store, organization, version, anyone);
      return { key: await keyOf(world, tenant), catalogue: new Catalogue(world, tenant) };
    };

    it.each(apiVersions)(
      'has the shape of the version %s that the organization is pinned to',
      async (version) => {
        const { key } = await pinned(version);
        await Gateway.during(server().world, { RATE_LIMIT: '2' }, async (gateway) => {
          const post = () =>
            fetch(`${gateway.url}/api/v1/plan-groups`, {
              method: 'POST',
              headers: { 'x-api-key': key, 'content-type': 'application/json' },
              body: LARGE,
            });
          const answers = [await post(), await post(), await post()];
          expect(answers.map(({ status }) => status)).toEqual([413, 413, 429]);
          for (const answer of answers) {
            expect(answer.headers.get('commet-version')).toBe(version);
            const body = (await answer.json()) as { error: { code: string } };
            expect(Object.keys(body)).toEqual(isEraC(version) ? ['error'] : ['success', 'error']);
            expect(body.error.code).toBe(
              answer.status === 429 ? 'rate_limited' : 'payload_too_large',
            );
          }
        });
      },
    );

    it(
      'uses the version of the header before the key is known, else that of the ' + 'seed',
      async () => {
        const { key } = await pinned('2026-08-27');
        const refused = (headers: Record<string, string>) =>
          fetch(`${server().gateway.url}/api/v1/plans`, { method: 'TRACE', headers }).catch(
            () => undefined,
          );
        expect(await refused({ 'x-api-key': key })).toBeUndefined();
        const wrong = await client.send('/plans', { headers: { 'x-api-key': 'ck_live_wrong' } });
        expect(wrong.headers.get('commet-version')).toBe('2026-05-25');
        expect(Object.keys(wrong.body)).toEqual(['success', 'error']);
      },
    );
  });

  describe('what Commet serves and this server does not', () => {
    it.each([
      'offers',
      'addons',
      'credit-packs',
      'promo-codes',
      'customers',
      'subscriptions',
      'feature-access',
    ])('/%s answers so in every version', async (name) => {
      for (const version of apiVersions)
        for (const path of [`/${name}`, `/${name}/x`, `/${name}/x/y`]) {
          const { status, body } = await client.call('GET', path, undefined, {
            'commet-version': version,
          });
          expect({ status, code: body.error.code }).toEqual({ status: 404, code: 'not_found' });
          expect(body.error.message).toBe(
            `Commet serves /${name}. This server serves plans, features, plan groups and, from ` +
              '2026-07-24 on, markets; no offers, add-ons, credit packs or promo codes, and ' +
              'nothing of customers.',
          );
        }
    });

    it('but not what nobody serves', async () => {
      const { body } = await client.call('GET', '/nonsense');
      expect(body.error).toMatchObject({
        code: 'not_found',
        message: expect.not.stringContaining('Commet'),
      });
    });
  });

  it.each(apiVersions)('names HEAD where %s serves GET', async (version) => {
    const allow = async (method: string, path: string) =>
      (await client.call(method, path, undefined, { 'commet-version': version })).headers.get(
        'allow',
      );
    expect(await allow('POST', '/plans/x')).toBe(
      isEraC(version) ? 'GET, HEAD, PATCH, DELETE' : 'GET, HEAD',
    );
    expect(await allow('PUT', '/plan-groups')).toBe(
      isEraC(version) ? 'GET, HEAD, POST' : 'GET, HEAD, POST',
    );
    expect(await allow('POST', '/plan-groups/x/plans/reorder')).toBe('DELETE, PUT');
  });
});

onRest('reads without a version', (server) => {
  let client: RestClient;
  let ids: { plan: string; price: string };

  beforeEach(async () => {
    server().world.time = new Date('2026-08-01T10:00:00.000Z');
    client = await server().newClient();
    const { catalogue } = client;
    const plan = await catalogue.plan({
      code: 'pro',
      name: 'Pro',
      description: 'All',
      consumptionModel: 'metered',
    });
    const introOffer = {
      enabled: true,
      discountType: 'amount',
      discountValue: 5,
      durationCycles: null,
    } as const;
    const price = await catalogue.price(plan, {
      billingInterval: 'monthly',
      price: 290_000,
      trialDays: 7,
      introOffer,
    });
    const feature = await catalogue.feature({ code: 'calls', name: 'Calls', unitName: 'call' });
    await catalogue.attach(plan, feature, {
      includedAmount: 9,
      overage: { enabled: true, unitPrice: 20 },
    });
    await catalogue.plan({ code: 'hidden', isPublic: false });
    ids = { plan: plan.id, price: price.id };
  });

  const send = async (path: string, init: RequestInit = {}) => {
    const headers = {
      'x-api-key': client.key,
      'content-type': 'application/json',
      ...init.headers,
    };
    const response = await fetch(`${server().gateway.url}${path}`, { ...init, headers });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? undefined : JSON.parse(text),
    };
  };

  const price = { billingInterval: 'monthly', price: 290_000, isDefault: true, trialDays: 7 };
  const feature = {
    ...{
      code: 'calls',
      name: 'Calls',
      type: 'metered',
      unitName: 'call',
      enabled: true,
      includedAmount: 9,
    },
    ...{ unlimited: false, overageEnabled: true, overageUnitPrice: 20 },
  };
  const time = '2026-08-01T10:00:00.000Z';
  const listed = () => ({
    ...{
      id: ids.plan,
      code: 'pro',
      name: 'Pro',
      description: 'All',
      isPublic: true,
      isFree: false,
    },
    ...{ isDefault: false, sortOrder: 0, prices: [price], features: [feature], createdAt: time },
  });

  it('list plans in the shape of the first pages', async () => {
    const { status, headers, body } = await send('/api/plans');
    expect({ status, body }).toStrictEqual({
      status: 200,
      body: { success: true, data: [listed()], hasMore: false },
    });
    expect(headers.get('deprecation')).toBe('true');
    expect(headers.get('link')).toBe('<v1/plans>; rel="successor-version"');
    expect(headers.get('commet-version')).toBeNull();
    const { body: all } = await send('/api/plans?includePrivate=true');
    expect(all.data).toHaveLength(2);
  });

  it('answer one plan by id and by code', async () => {
    const { isFree: _, ...shown } = listed();
    const introOffer = {
      enabled: true,
      discountType: 'amount',
      discountValue: 5,
      durationCycles: null,
    };
    const overage = { enabled: true, model: 'per_unit', unitPrice: 20 };
    const data = {
      ...shown,
      prices: [{ ...price, introOffer }],
      features: [{ ...feature, overage }],
      updatedAt: time,
    };
    for (const id of [ids.plan, 'pro']) {
      const { status, headers, body } = await send(`/api/plans/${id}`, {
        headers: { 'commet-version': '2026-07-31' },
      });
      expect({ status, body }).toStrictEqual({ status: 200, body: { success: true, data } });
      const link = headers.get('link') ?? '';
      const [, target = ''] = /^<(.+)>; rel="successor-version"$/.exec(link) ?? [];
      const successor = new URL(target, `${server().gateway.url}/api/plans/${id}`);
      expect(successor.pathname).toBe(`/api/v1/plans/${id}`);
    }
  });

  it.each([
    ['/api/plans/x', {}, 404, 'plan_not_found'],
    ['/api/plans?includePrivate=maybe', {}, 400, 'validation_error'],
    ['/api/plans', { headers: { 'x-api-key': 'ck_live_wrong' } }, 401, 'unauthorized'],
    ['/api/plans', { method: 'POST', body: '{}' }, 405, 'method_not_allowed'],
    ['/api/plans/x/prices', {}, 404, 'not_found'],
  ])('refuse flatly: %s %j', async (path, init, status, code) => {
    const answer = await send(path, init);
    expect({ status: answer.status, body: answer.body }).toMatchObject({
      status,
      body: { success: false, code },
    });
    const names = Object.keys(answer.body).filter((name) => name !== 'details');
    expect(names).toEqual(['success', 'code', 'message']);
    expect(answer.body.details === undefined).toBe(code !== 'validation_error');
    expect(answer.headers.get('deprecation')).toBe('true');
    expect(answer.headers.get('link')).toMatch(
      /v1\/plans>; rel="successor-version"$|v1\/plans\/x>; rel="successor-version"$/,
    );
  });

  it('have tags of their own, and HEAD', async () => {
    const { headers } = await send('/api/plans');
    const tag = headers.get('etag') ?? '';
    expect((await send('/api/plans', { headers: { 'if-none-match': tag } })).status).toBe(304);
    const head = await send('/api/plans', { method: 'HEAD' });
    expect([head.status, head.headers.get('etag'), head.headers.get('deprecation')]).toEqual([
      200,
      tag,
      'true',
    ]);
  });

  it('show a publishable key no private plan', async () => {
    const { catalogue } = client;
    const origin = 'https://shop.example';
    const { secret } = await catalogue.change((w) =>
      createPublishableKey(w, { name: 'page', allowedOrigins: [origin] }),
    );
    const headers = { 'x-api-key': secret ?? '', origin };
    const { body } = await send('/api/plans?includePrivate=1', { headers });
    expect(body.data.map(({ code }: { code: string }) => code)).toEqual(['pro']);
    expect((await send('/api/plans/hidden', { headers })).body.code).toBe('plan_not_found');
  });

  it('tell nothing of the plans of others', async () => {
    const other = await server().newClient();
    const foreign = await other.catalogue.plan({ code: 'foreign' });
    const answers = await Promise.all(
      ['pln_x', foreign.id, 'foreign'].map((id) => send(`/api/plans/${id}`)),
    );
    for (const { status, body } of answers)
      expect({ status, body }).toEqual({ status: 404, body: answers[0]?.body });
  });

  it('are all that there is below /api apart from the versions', async () => {
    for (const path of ['/api', '/api/', '/api/features', '/api/plansx', '/api/v2/plans'])
      expect((await send(path)).status).toBe(404);
  });
});
