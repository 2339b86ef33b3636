import { beforeEach, describe, expect, it } from 'vitest';
import { expectExactly, onRest, type RestClient } from './client.ts';

const CREATED = '2026-08-01T10:00:00.000Z';
const CHANGED = '2026-08-01T10:00:05.000Z';
const times = { createdAt: CREATED, updatedAt: CREATED };

/** The versions from 2026-07-24 on. */
onRest('the contract of era C', (server) => {
  let client: RestClient;
  const call = (method: string, path: string, body?: unknown) => client.call(method, path, body);
  const change = (method: string, path: string, body?: unknown) => {
    server().world.time = new Date(CHANGED);
    return call(method, path, body);
  };
  const idOf = async (path: string, body: unknown): Promise<string> =>
    (await call('POST', path, body)).body.id;
  const newPlan = (body: object = {}) =>
    idOf('/plans', { name: 'Pro', code: 'pro', consumptionModel: 'balance', ...body });
  const newFeature = (body: object = {}) =>
    idOf('/features', { name: 'Calls', code: 'calls', type: 'usage', unitName: 'call', ...body });
  const bare = (object: string, rest: object) => ({ ...rest, object, livemode: true });
  const list = (...data: object[]) => ({ object: 'list', data, hasMore: false });

  beforeEach(async () => {
    server().world.time = new Date(CREATED);
    client = await server().newClient({ version: '2026-07-31' });
  });

  const plan = (id: string, rest: object = {}) =>
    bare('plan', {
      id,
      name: 'Pro',
      code: 'pro',
      description: null,
      consumptionModel: 'balance',
      isPublic: true,
      isDefault: false,
      isFree: false,
      blockOnExhaustion: false,
      sortOrder: 0,
      planGroupId: null,
      metadata: null,
      ...times,
      features: [],
      prices: [],
      exchangeRates: [],
      ...rest,
    });

  const withoutMarkets = { offerId: null, inheritsFromPriceId: null };

  describe('plans', () => {
    it('creates, updates, hides and deletes one', async () => {
      const answer = await call('POST', '/plans', {
        name: 'Free',
        code: 'free',
        metadata: { z: 1, a: 2 },
      });
      const { id } = answer.body;
      const made = { name: 'Free', code: 'free', consumptionModel: null, metadata: { z: 1, a: 2 } };
      expectExactly(answer, 201, plan(id, made));
      const changes = { name: 'Gratis', description: 'Nothing to pay' };
      const after = { ...made, ...changes, updatedAt: CHANGED };
      expectExactly(await change('PATCH', `/plans/${id}`, changes), 200, plan(id, after));
      const hidden = await call('PUT', `/plans/${id}/visibility`, { isPublic: false });
      expectExactly(hidden, 200, plan(id, { ...after, isPublic: false }));
      expectExactly(await call('DELETE', `/plans/${id}`), 200, bare('plan', { id, deleted: true }));
    });

    it('shows one with prices, features and rates, alone and in a list', async () => {
      const id = await newPlan();
      await newFeature();
      await newFeature({ name: 'SSO', code: 'sso', type: 'boolean', unitName: undefined });
      const metadata = { name: 'Launch' };
      const monthly = {
        billingInterval: 'monthly',
        price: 2_900,
        trialDays: 14,
        includedBalance: 100_000,
      };
      const monthlyId = await idOf(`/plans/${id}/prices`, { ...monthly, metadata });
      const yearlyId = await idOf(`/plans/${id}/prices`, {
        billingInterval: 'yearly',
        price: 3,
        includedCredits: 7,
      });
      await call('POST', `/plans/${id}/features`, {
        featureId: 'calls',
        overage: { enabled: true, unitPrice: 25 },
      });
      await call('POST', `/plans/${id}/features`, { featureId: 'sso' });
      await call('PUT', `/plans/${id}/regional`, { currency: 'eur', exchangeRate: 2 });
      const shown = plan(id, {
        features: [
          {
            code: 'calls',
            name: 'Calls',
            type: 'usage',
            unitName: 'call',
            enabled: true,
            includedAmount: 0,
            unlimited: false,
            overage: { enabled: true, model: 'per_unit', unitPrice: 25 },
            regionalPrices: [{ currency: 'eur', overageUnitPrice: 50, autoSynced: true }],
          },
          {
            code: 'sso',
            name: 'SSO',
            type: 'boolean',
            unitName: null,
            enabled: true,
            includedAmount: null,
            unlimited: false,
            overage: null,
            regionalPrices: [],
          },
        ],
        prices: [
          {
            id: monthlyId,
            billingInterval: 'monthly',
            price: 2_900,
            isDefault: true,
            trialDays: 14,
            includedBalance: 100_000,
            includedCredits: null,
            ...withoutMarkets,
            metadata,
            marketPrices: [],
            regionalPrices: [
              { currency: 'eur', price: 5_800, includedBalance: 200_000, autoSynced: true },
            ],
          },
          {
            id: yearlyId,
            billingInterval: 'yearly',
            price: 3,
            isDefault: false,
            trialDays: 0,
            includedBalance: null,
            includedCredits: 7,
            ...withoutMarkets,
            metadata: {},
            marketPrices: [],
            regionalPrices: [
              { currency: 'eur', price: 6, includedBalance: null, autoSynced: true },
            ],
          },
        ],
        exchangeRates: [{ currency: 'eur', exchangeRate: 2 }],
      });
      expectExactly(await call('GET', `/plans/${id}`), 200, shown);
      expectExactly(await call('GET', '/plans/pro'), 200, shown);
      expectExactly(await call('GET', '/plans'), 200, list(shown));
    });
  });

  it('adds a feature to a plan, updates and removes it', async () => {
    const planId = await newPlan();
    const featureId = await newFeature();
    const link = {
      planId,
      featureId,
      enabled: true,
      includedAmount: 0,
      unlimited: false,
      overage: { enabled: false, unitPrice: 0 },
      creditsPerUnit: null,
      pricingMode: 'fixed',
      margin: null,
    };
    const path = `/plans/${planId}/features`;
    expectExactly(
      await call('POST', path, { featureId, overage: {} }),
      201,
      bare('plan_feature', link),
    );
    const changes = { overage: { enabled: false, unitPrice: 7 }, margin: 1 };
    const changed = await call('PATCH', `${path}/${featureId}`, {
      ...changes,
      overage: { unitPrice: 7 },
    });
    expectExactly(changed, 200, bare('plan_feature', { ...link, ...changes }));
    const removed = await call('DELETE', `${path}/${featureId}`);
    expectExactly(removed, 200, bare('plan_feature', { id: featureId, removed: true }));
  });

  describe('prices', () => {
    const price = (id: string, planId: string, rest: object) =>
      bare('plan_price', {
        id,
        planId,
        billingInterval: 'weekly',
        price: 0,
        isDefault: true,
        trialDays: 0,
        includedBalance: null,
        includedCredits: null,
        ...withoutMarkets,
        metadata: {},
        marketPrices: [],
        ...times,
        ...rest,
      });
    const market = { marketGroupId: 'pmg_1', currency: 'eur', price: 5 };

    it('adds one, updates it, makes it the default and deletes it', async () => {
      const planId = await newPlan();
      const path = `/plans/${planId}/prices`;
      const first = await call('POST', path, { billingInterval: 'weekly', price: 0 });
      expectExactly(first, 201, price(first.body.id, planId, {}));

      const given = {
        billingInterval: 'monthly',
        price: 9,
        trialDays: 7,
        includedBalance: 5,
        includedCredits: 6,
      };
      const metadata = { z: 1, a: { deep: [1] } };
      const second = await call('POST', path, { ...given, metadata, marketPrices: [] });
      const { id } = second.body;
      expectExactly(second, 201, price(id, planId, { ...given, metadata, isDefault: false }));

      const changes = { price: 10, metadata: { z: null, b: 2 }, marketPrices: [] };
      const after = {
        ...given,
        price: 10,
        metadata: { a: { deep: [1] }, b: 2 },
        updatedAt: CHANGED,
      };
      const changed = await change('PATCH', `${path}/${id}`, changes);
      expectExactly(changed, 200, price(id, planId, { ...after, isDefault: false }));
      expectExactly(await call('PUT', `${path}/${id}/default`, {}), 200, price(id, planId, after));
      expectExactly(
        await call('DELETE', `${path}/${id}`),
        200,
        bare('plan_price', { id, deleted: true }),
      );
    });

    it.each([
      ['price', { billingInterval: 'weekly' }],
      ['marketPrices', { billingInterval: 'weekly', price: 1, marketPrices: {} }],
      [
        'marketPrices.0.marketGroupId',
        { billingInterval: 'weekly', price: 1, marketPrices: [{ ...market, marketGroupId: 1 }] },
      ],
      [
        'marketPrices.0.currency',
        { billingInterval: 'weekly', price: 1, marketPrices: [{ ...market, currency: 'chf' }] },
      ],
      [
        'marketPrices.0.price',
        { billingInterval: 'weekly', price: 1, marketPrices: [{ ...market, price: -1 }] },
      ],
      ['billingInterval', { price: 1, marketPrices: [market] }],
    ])('validates %s before it looks for markets', async (field, body) => {
      const planId = await newPlan();
      const answer = await call('POST', `/plans/${planId}/prices`, body);
      expect(answer.body.error).toMatchObject({ code: 'validation_error', param: field });
    });

    it('sets and deletes regional ones', async () => {
      const planId = await newPlan();
      const priceId = await idOf(`/plans/${planId}/prices`, {
        billingInterval: 'weekly',
        price: 0,
      });
      const path = `/plans/${planId}/prices/${priceId}/regional`;
      const overrides = [{ currency: 'eur', price: 2_500, includedBalance: 5 }];
      const set = await call('PUT', path, { overrides });
      expectExactly(set, 200, bare('plan_regional_pricing', { priceId, overrides }));
      expectExactly(
        await call('DELETE', path),
        200,
        bare('plan_regional_pricing', { deleted: true }),
      );
    });

    it('sets a whole plan in another currency, without introductory offers', async () => {
      const planId = await newPlan();
      await idOf(`/plans/${planId}/prices`, { billingInterval: 'weekly', price: 1 });
      const given = { currency: 'brl', exchangeRate: 5.43 };
      const answer = await call('PUT', `/plans/${planId}/regional`, given);
      const counts = { pricesConfigured: 1, featuresConfigured: 0 };
      expectExactly(answer, 200, bare('plan_regional_pricing', { planId, ...given, ...counts }));
    });
  });

  it('creates, lists, gets, updates and deletes features', async () => {
    const given = { name: 'Seats', code: 'seats', type: 'seats', unitName: 'seat' };
    const answer = await call('POST', '/features', given);
    const { id } = answer.body;
    const { unitName, ...named } = given;
    const feature = { id, ...named, description: null, unitName, ...times };
    expectExactly(answer, 201, bare('feature', feature));
    expectExactly(await call('GET', '/features'), 200, list(bare('feature', feature)));
    expectExactly(await call('GET', '/features/seats'), 200, bare('feature', feature));
    const changes = { name: 'Users', unitName: null };
    const changed = await change('PATCH', '/features/seats', changes);
    expectExactly(changed, 200, bare('feature', { ...feature, ...changes, updatedAt: CHANGED }));
    expectExactly(
      await call('DELETE', '/features/seats'),
      200,
      bare('feature', { id, deleted: true }),
    );
  });

  it('keeps plan groups and their order', async () => {
    const answer = await call('POST', '/plan-groups', { name: 'Self-service' });
    const { id } = answer.body;
    const group = { id, name: 'Self-service', description: null, isPublic: true, ...times };
    expectExactly(answer, 201, bare('plan_group', group));
    expectExactly(await call('GET', '/plan-groups'), 200, list(bare('plan_group', group)));

    const one = await newPlan();
    const other = await newPlan({ name: 'Scale', code: 'scale' });
    const path = `/plan-groups/${id}`;
    const added = await call('POST', `${path}/plans`, { planId: one });
    expectExactly(added, 201, bare('plan_group_membership', { success: true }));
    await call('POST', `${path}/plans`, { planId: other });
    const reordered = await call('PUT', `${path}/plans/reorder`, { planIds: [other, one] });
    expectExactly(reordered, 200, bare('plan_group_order', { reordered: true }));
    const plans = [
      { id: other, name: 'Scale', sortOrder: 0, isPublic: true },
      { id: one, name: 'Pro', sortOrder: 1, isPublic: true },
    ];
    expectExactly(await call('GET', path), 200, bare('plan_group', { ...group, plans }));
    const removed = await call('DELETE', `${path}/plans/${one}`);
    expectExactly(removed, 200, bare('plan_group_membership', { id: one, removed: true }));
    const changed = await change('PATCH', path, { isPublic: false });
    expectExactly(
      changed,
      200,
      bare('plan_group', { ...group, isPublic: false, updatedAt: CHANGED }),
    );
    expectExactly(await call('DELETE', path), 200, bare('plan_group', { id, deleted: true }));
  });
});
