import { describe, expect, it } from 'vitest';
import { printYaml } from '../../src/domain/catalogue/print.ts';
import { pullCatalogue } from '../../src/domain/catalogue/pull.ts';
import { pinApiVersion } from '../../src/domain/organization.ts';
import { addPlanToGroup } from '../../src/domain/plan-group.ts';
import type { ApiVersion } from '../../src/vocabulary.ts';
import { Catalogue, keepsInvariants } from '../catalogue.ts';
import { anyone } from '../engines.ts';
import { keyOf } from '../gateway.ts';
import { onRest, RestClient } from './client.ts';

// biome-ignore lint/suspicious/noExplicitAny: what REST prints, and what people write.
type Json = any;

const push = async (
  { url, key }: RestClient,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: Json; headers: Headers }> => {
  const response = await fetch(url.replace('/api/v1', '/api/cli/push'), {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
};

const given = (members: object): object =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => Boolean(value)));

const featureValue = (feature: Json): unknown => {
  const isOverage = feature.overage?.enabled ?? feature.overageEnabled;
  const unitPrice = feature.overage?.unitPrice ?? feature.overageUnitPrice;
  if (feature.type === 'boolean') return feature.enabled;
  return given({
    included: feature.includedAmount,
    unlimited: feature.unlimited,
    overage: isOverage && { unitPrice },
  });
};

/** What Commet's command `pull` writes of what it reads. */
const pull = async (client: RestClient): Promise<Json> => {
  const features = (await client.call('GET', '/features')).body.data;
  const plans = (await client.call('GET', '/plans?includePrivate=true')).body.data;
  return {
    features: Object.fromEntries(
      features.map(({ code, name, type, unitName, description }: Json) => [
        code,
        { name, type, ...given({ unitName, description }) },
      ]),
    ),
    plans: Object.fromEntries(
      plans.map((plan: Json) => {
        const prices = plan.prices.filter((price: Json) => !price.inheritsFromPriceId);
        return [
          plan.code,
          {
            name: plan.name,
            ...given({
              description: plan.description,
              consumptionModel: plan.consumptionModel,
              isFree: plan.isFree,
              sortOrder: plan.sortOrder,
            }),
            ...(plan.isPublic === false && { isPublic: false }),
            defaultInterval: prices.find((price: Json) => price.isDefault)?.billingInterval,
            prices: prices.map((price: Json) => ({
              interval: price.billingInterval,
              amount: price.price,
              ...given({ trialDays: price.trialDays }),
            })),
            features: Object.fromEntries(
              plan.features.map((feature: Json) => [feature.code, featureValue(feature)]),
            ),
          },
        ];
      }),
    ),
  };
};

const nothing = { created: [], updated: [], errors: [] };
const unchanged = { success: true, features: nothing, plans: nothing };

onRest('commet push', (server) => {
  keepsInvariants(() => server().world);
  const printed = async ({ catalogue }: RestClient) =>
    printYaml(await pullCatalogue(catalogue.reader()));

  /** A catalogue with something of everything that a configuration speaks of, and more. */
  const stocked = async (version: ApiVersion = '2026-06-10'): Promise<RestClient> => {
    const client = await server().newClient({ version, scope: 'write' });
    const { catalogue } = client;
    const free = await catalogue.plan({ code: 'free', name: 'Free', isFree: true });
    const pro = await catalogue.plan({
      code: 'pro',
      name: 'Pro',
      description: 'For teams',
      consumptionModel: 'metered',
      isPublic: false,
      metadata: { own: true },
    });
    await catalogue.price(free, { price: 0 });
    await catalogue.price(pro, { price: 290_049, trialDays: 14 });
    await catalogue.price(pro, { billingInterval: 'yearly', price: 2_900_000 });
    const calls = await catalogue.feature({ code: 'calls', unitName: 'call' });
    const seats = await catalogue.feature({ code: 'seats', type: 'seats', description: 'People' });
    const sso = await catalogue.feature({ code: 'sso', type: 'boolean' });
    const audit = await catalogue.feature({ code: 'audit', type: 'boolean' });
    await catalogue.attach(pro, calls, {
      includedAmount: 1000,
      overage: { enabled: true, unitPrice: 12 },
    });
    await catalogue.attach(pro, seats, { unlimited: true });
    await catalogue.attach(pro, sso);
    await catalogue.attach(pro, audit, { enabled: false });
    await catalogue.attach(free, seats, { enabled: false, includedAmount: 1 });
    const group = await catalogue.group({ name: 'Plans' });
    for (const { id } of [free, pro])
      await catalogue.change((w) => addPlanToGroup(w, group.id, { planId: id }));
    return client;
  };

  describe.each(['2026-06-10', '2026-07-11', '2026-07-24', '2026-08-27'] as const)(
    'in %s',
    (version) => {
      const headers = { 'commet-version': version };

      it('changes nothing where it says what was pulled', async () => {
        const client = await stocked(version);
        const config = await pull(client);
        expect(Object.keys(config.plans)).toEqual(['free', 'pro']);
        expect(config.plans.pro.sortOrder).toBe(1);
        const before = await client.catalogue.contents();
        const answer = await push(client, { config, orgId: 'org_of_commet' }, headers);
        expect(answer).toMatchObject({ status: 200, body: unchanged });
        expect(answer.headers.get('commet-version')).toBe(version);
        expect(await client.catalogue.contents()).toEqual(before);
      });

      it('leaves a price alone that is sent as it was shown', async () => {
        const client = await stocked(version);
        const config = await pull(client);
        config.plans.pro.name = 'Professional';
        expect((await push(client, { config }, headers)).body).toEqual({
          ...unchanged,
          plans: { ...nothing, updated: ['pro'] },
        });
        const pro = (await pullCatalogue(client.catalogue.reader())).plans?.get('pro');
        expect(pro?.name).toBe('Professional');
        expect(pro?.prices?.get('monthly')?.price).toBe(290_049);
      });

      it('reads amounts in the unit of the version', async () => {
        const client = await stocked(version);
        const config = await pull(client);
        config.plans.pro.prices[0].amount += 1;
        await push(client, { config }, headers);
        const pro = (await pullCatalogue(client.catalogue.reader())).plans?.get('pro');
        const isMinor = version >= '2026-07-24';
        expect(pro?.prices?.get('monthly')?.price).toBe(isMinor ? 290_100 : 290_050);
      });
    },
  );

  it('takes the pin of the organization where no version is named', async () => {
    const { gateway, world } = server();
    const organization = `Pinned ${Math.random()}`;
    const tenant = await world.tenantOf(organization, 'live');
    const key = await keyOf(world, tenant, 'write');
    const client = new RestClient(gateway, key, new Catalogue(world, tenant));
    const config = {
      features: {},
      plans: { pro: { name: 'Pro', prices: [{ interval: 'monthly', amount: 2900 }] } },
    };
    const priceOf = async () =>
      (await pullCatalogue(client.catalogue.reader())).plans?.get('pro')?.prices?.get('monthly')
        ?.price;
    await push(client, { config });
    expect(await priceOf()).toBe(2900);
    await pinApiVersion(world.store, organization, '2026-07-31', anyone);
    await push(client, { config });
    expect(await priceOf()).toBe(290_000);
  });

  it('counts `amountInCents` in minor units whatever the version', async () => {
    const client = await server().newClient();
    const prices = [{ interval: 'monthly', amountInCents: 2900 }];
    const config = { schemaVersion: 1, features: {}, plans: { pro: { name: 'Pro', prices } } };
    await push(client, { config }, { 'commet-version': '2026-05-25' });
    const { plans } = await pullCatalogue(client.catalogue.reader());
    expect(plans?.get('pro')?.prices?.get('monthly')?.price).toBe(290_000);
  });

  it('creates and updates, and leaves alone what it does not name', async () => {
    const client = await stocked();
    const before = await printed(client);
    const revision = await client.catalogue.revision();
    const entries = (await client.catalogue.rows('audit_log')).length;
    const config = {
      features: {
        audit: { name: 'Audit log', type: 'boolean' },
        storage: { name: 'Storage', type: 'quota', unitName: 'GB' },
        sso: { name: 'Single sign-on', type: 'boolean' },
      },
      plans: {
        max: {
          name: 'Max',
          consumptionModel: 'metered',
          defaultInterval: 'yearly',
          prices: [
            { interval: 'monthly', amount: 990_000, trialDays: 7 },
            { interval: 'yearly', amount: 9_900_000 },
          ],
          features: { storage: { included: 5, overage: { unitPrice: 20 } }, audit: true },
        },
        pro: { name: 'Pro', prices: [], features: { audit: true, sso: false } },
      },
    };
    expect((await push(client, { config })).body).toEqual({
      success: true,
      features: { created: ['storage'], updated: ['audit', 'sso'], errors: [] },
      plans: { created: ['max'], updated: ['pro'], errors: [] },
    });
    const after = await pullCatalogue(client.catalogue.reader());
    expect(after.plans?.get('max')).toMatchObject({
      name: 'Max',
      consumptionModel: 'metered',
      defaultInterval: 'yearly',
    });
    const pro = after.plans?.get('pro');
    expect(pro?.features?.get('audit')?.enabled).toBeUndefined();
    expect(pro?.features?.get('sso')?.enabled).toBe(false);
    expect(pro).toMatchObject({ isPublic: false, description: 'For teams' });
    expect(pro?.features?.get('calls')).toMatchObject({ includedAmount: 1000 });
    expect([...(pro?.prices?.keys() ?? [])]).toEqual(['monthly', 'yearly']);
    expect(before).not.toContain('max:');
    // One change set is one entry and one revision.
    expect(await client.catalogue.revision()).toBe(revision + 1);
    const log = await client.catalogue.rows('audit_log');
    expect(log.slice(entries).map(({ operation }) => operation)).toEqual(['pushConfiguration']);
    expect((await push(client, { config })).body).toEqual(unchanged);
  });

  it('puts plans in the places of their group that it names', async () => {
    const client = await stocked();
    const config = await pull(client);
    config.plans.pro.sortOrder = 0;
    expect((await push(client, { config })).body.success).toBe(true);
    const { groups } = await pullCatalogue(client.catalogue.reader());
    expect([...(groups?.values() ?? [])][0]?.plans).toEqual(['pro', 'free']);
  });

  it.each([
    [
      'a type that changes',
      (config: Json) => {
        config.features.calls.type = 'seats';
      },
      'features',
      'calls',
      /type is final/,
    ],
    [
      'a price of a free plan',
      (config: Json) => {
        config.plans.free.prices[0].amount = 5;
      },
      'plans',
      'free',
      /free/,
    ],
    [
      'a consumption model that changes',
      (config: Json) => {
        config.plans.pro.consumptionModel = 'credits';
      },
      'plans',
      'pro',
      /consumptionModel is final/,
    ],
  ])('writes nothing with %s', async (_, spoil, kind, code, message) => {
    const client = await stocked();
    const config = await pull(client);
    config.features.sso.name = 'Would be written';
    spoil(config);
    const before = await client.catalogue.contents();
    const { status, body } = await push(client, { config });
    expect(status).toBe(200);
    expect(body).toEqual({
      success: false,
      features: { ...nothing, errors: expect.any(Array) },
      plans: { ...nothing, errors: expect.any(Array) },
    });
    expect(body[kind].errors).toEqual([{ code, message: expect.stringMatching(message) }]);
    expect(await client.catalogue.contents()).toEqual(before);
  });

  it('is answered the same under one idempotency key', async () => {
    const client = await server().newClient();
    const plans = { pro: { name: 'Pro', prices: [{ interval: 'monthly', amount: 1 }] } };
    const body = { config: { features: {}, plans } };
    const first = await push(client, body, { 'idempotency-key': 'once' });
    expect(first.body.plans.created).toEqual(['pro']);
    await client.call('DELETE', `/plans/${(await client.catalogue.rows('plan'))[0]?.id}`);
    const second = await push(client, body, { 'idempotency-key': 'once' });
    expect(second.body).toEqual(first.body);
    expect(second.headers.get('idempotent-replayed')).toBe('true');
  });

  describe('a request that is refused as a whole', () => {
    const config = { features: {}, plans: {} };

    it.each([
      ['a body that is no JSON', '{', {}, 400, 'invalid_json'],
      ['no body', '', {}, 400, 'validation_error'],
      ['another type', { config }, { 'content-type': 'text/plain' }, 415, 'unsupported_media_type'],
      ['no configuration', { orgId: 'x' }, {}, 400, 'validation_error'],
      ['no key', { config }, { authorization: 'Bearer ck_live_x' }, 401, 'unauthorized'],
      [
        'a plan without prices',
        { config: { features: {}, plans: { a: { name: 'A' } } } },
        {},
        400,
        'validation_error',
      ],
    ])('is flat: %s', async (_, body, headers, status, code) => {
      const client = await server().newClient();
      const answer = await push(client, body, headers);
      expect(answer.status).toBe(status);
      expect(answer.body).toMatchObject({ success: false, code, message: expect.any(String) });
      expect(answer.body).not.toHaveProperty('error');
    });

    it('names the place in the body', async () => {
      const client = await server().newClient();
      const plans = { a: { name: 'A', prices: [{ interval: 'daily', amount: 1 }] } };
      const { body } = await push(client, { config: { features: {}, plans } });
      expect(body.details).toEqual([
        {
          field: 'config.plans.a.prices.0.interval',
          message: 'must be one of weekly, monthly, quarterly, yearly, one_time',
        },
      ]);
    });

    it('says that a product of the unit is too much', async () => {
      const client = await server().newClient();
      const prices = [{ interval: 'monthly', amount: Number.MAX_SAFE_INTEGER }];
      const body = { config: { features: {}, plans: { a: { name: 'A', prices } } } };
      const answer = await push(client, body, { 'commet-version': '2026-07-24' });
      expect(answer).toMatchObject({
        status: 400,
        body: { details: [{ field: 'config.plans.a.prices.0.amount', message: 'is too large' }] },
      });
      expect((await push(client, body, { 'commet-version': '2026-05-25' })).status).toBe(200);
    });

    it('is forbidden to keys that only read, by either header', async () => {
      const client = await server().newClient({ scope: 'read' });
      const answer = await push(client, { config });
      expect(answer).toMatchObject({ status: 403, body: { success: false, code: 'forbidden' } });
      const writer = await server().newClient({ scope: 'write' });
      const other = await push(writer, { config }, { authorization: '', 'x-api-key': writer.key });
      expect(other).toMatchObject({ status: 200, body: unchanged });
    });

    it('takes POST only', async () => {
      const client = await server().newClient();
      const response = await fetch(client.url.replace('/api/v1', '/api/cli/push'), {
        headers: { 'x-api-key': client.key },
      });
      expect(response.status).toBe(405);
      expect(response.headers.get('allow')).toBe('POST');
      expect(await response.json()).toMatchObject({ success: false, code: 'method_not_allowed' });
    });
  });
});
