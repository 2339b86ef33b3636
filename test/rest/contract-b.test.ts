import { beforeEach, describe, expect, it } from 'vitest';
import { expectExactly, onRest, type RestClient } from './client.ts';

const CREATED = '2026-07-12T10:00:00.000Z';
const CHANGED = '2026-07-12T10:00:05.000Z';
const times = { createdAt: CREATED, updatedAt: CREATED };

/** The versions from 2026-06-07 to 2026-07-11. */
onRest('the contract of era B', (server) => {
  let client: RestClient;
  const call = (method: string, path: string, body?: unknown) => client.call(method, path, body);
  const change = (method: string, path: string, body?: unknown) => {
    server().world.time = new Date(CHANGED);
    return call(method, path, body);
  };
  const idOf = async (path: string, body: unknown): Promise<string> =>
    (await call('POST', path, body)).body.data.id;
  const newPlan = (body: object = {}) =>
    idOf('/plans/manage', { name: 'Pro', code: 'pro', consumptionModel: 'balance', ...body });
  const newFeature = (body: object = {}) =>
    idOf('/features/manage', {
      name: 'Calls',
      code: 'calls',
      type: 'usage',
      unitName: 'call',
      ...body,
    });
  const row = <Fields extends object>(object: string, fields: Fields) => ({
    ...fields,
    object,
    livemode: true,
  });
  const done = (object: string, rest: object) => ({ success: true, data: row(object, rest) });

  beforeEach(async () => {
    server().world.time = new Date(CREATED);
    client = await server().newClient({ version: '2026-07-11' });
  });

  const plan = (id: string, rest: object = {}) => ({
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

  describe('plans', () => {
    it('creates one of defaults', async () => {
      const answer = await call('POST', '/plans/manage', { name: 'Free', code: 'free' });
      const { id } = answer.body.data;
      expectExactly(
        answer,
        201,
        done('plan', plan(id, { name: 'Free', code: 'free', consumptionModel: null })),
      );
    });

    it('creates one of everything', async () => {
      const planGroupId = await idOf('/plan-groups', { name: 'Self-service' });
      await newPlan({ planGroupId });
      const given = {
        name: 'Scale',
        code: 'scale_2',
        description: 'For teams',
        consumptionModel: 'metered',
        isPublic: false,
        isFree: true,
        blockOnExhaustion: true,
        planGroupId,
        metadata: { z: 1, a: { b: [null, 'ü'] } },
      };
      const refused = await call('POST', '/plans/manage', given);
      expect(refused.body.error).toMatchObject({ code: 'validation_error', param: 'planGroupId' });
      const fitting = { ...given, consumptionModel: 'balance' };
      const answer = await call('POST', '/plans/manage', fitting);
      expectExactly(
        answer,
        201,
        done('plan', plan(answer.body.data.id, { ...fitting, sortOrder: 1 })),
      );
    });

    it('shows one with prices, features and rates, alone and in a list', async () => {
      const id = await newPlan();
      await newFeature();
      await newFeature({ name: 'SSO', code: 'sso', type: 'boolean', unitName: undefined });
      const introOffer = {
        enabled: true,
        discountType: 'amount',
        discountValue: 100_000,
        durationCycles: 3,
      };
      const monthly = {
        billingInterval: 'monthly',
        price: 290_000,
        trialDays: 14,
        includedBalance: 100_000,
      };
      const monthlyId = await idOf(`/plans/${id}/prices`, { ...monthly, introOffer });
      await call('POST', `/plans/${id}/prices`, {
        billingInterval: 'yearly',
        price: 2_900_000,
        includedCredits: 7,
      });
      const overage = { enabled: true, unitPrice: 25 };
      await call('POST', `/plans/${id}/features`, {
        featureId: 'calls',
        includedAmount: 100,
        overage,
      });
      await call('POST', `/plans/${id}/features`, { featureId: 'sso' });
      await call('PUT', `/plans/${id}/regional`, { currency: 'eur', exchangeRate: 0.92 });
      await call('PUT', `/plans/${id}/prices/${monthlyId}/regional`, {
        overrides: [{ currency: 'jpy', price: 45_000_000 }],
      });
      const shown = row(
        'plan',
        plan(id, {
          features: [
            {
              code: 'calls',
              name: 'Calls',
              type: 'usage',
              unitName: 'call',
              enabled: true,
              includedAmount: 100,
              unlimited: false,
              overage: { enabled: true, model: 'per_unit', unitPrice: 25 },
              regionalPrices: [{ currency: 'eur', overageUnitPrice: 23, autoSynced: true }],
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
              billingInterval: 'monthly',
              price: 290_000,
              isDefault: true,
              trialDays: 14,
              includedBalance: 100_000,
              includedCredits: null,
              introOffer,
              regionalPrices: [
                { currency: 'eur', price: 266_800, includedBalance: 92_000, autoSynced: true },
                { currency: 'jpy', price: 45_000_000, includedBalance: null, autoSynced: false },
              ],
            },
            {
              billingInterval: 'yearly',
              price: 2_900_000,
              isDefault: false,
              trialDays: 0,
              includedBalance: null,
              includedCredits: 7,
              introOffer: null,
              regionalPrices: [
                { currency: 'eur', price: 2_668_000, includedBalance: null, autoSynced: true },
              ],
            },
          ],
          exchangeRates: [{ currency: 'eur', exchangeRate: 0.92 }],
        }),
      );
      expectExactly(await call('GET', `/plans/${id}`), 200, { success: true, data: shown });
      expectExactly(await call('GET', '/plans'), 200, {
        success: true,
        data: [shown],
        hasMore: false,
      });
      const { updatedAt: _, ...kept } = shown;
      const { body } = await change('PUT', `/plans/${id}/manage`, {});
      expect(body.data).toStrictEqual({ ...kept, updatedAt: CHANGED });
    });

    it('updates one, sets its visibility and deletes it', async () => {
      const id = await newPlan({ description: 'Old', metadata: { old: true } });
      const changes = { name: 'Pro 2', description: null, metadata: { fresh: 1 }, isPublic: false };
      const after = plan(id, { ...changes, updatedAt: CHANGED });
      expectExactly(await change('PUT', `/plans/${id}/manage`, changes), 200, done('plan', after));
      const visible = await call('PUT', `/plans/${id}/visibility`, { isPublic: true });
      expectExactly(visible, 200, done('plan', { ...after, isPublic: true }));
      expectExactly(
        await call('DELETE', `/plans/${id}/manage`),
        200,
        done('plan', { id, deleted: true }),
      );
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
    expectExactly(await call('POST', path, { featureId }), 201, done('plan', link));
    const changes = {
      enabled: false,
      overage: { enabled: true, unitPrice: 7 },
      creditsPerUnit: 2,
      includedAmount: 1,
    };
    expectExactly(
      await call('PUT', `${path}/${featureId}`, changes),
      200,
      done('plan', { ...link, ...changes }),
    );
    const mode = {
      overage: { enabled: true, unitPrice: 8 },
      pricingMode: 'ai_model',
      margin: 2_000,
    };
    const answer = await call('PUT', `${path}/calls`, { ...mode, overage: { unitPrice: 8 } });
    expectExactly(answer, 200, done('plan', { ...link, ...changes, ...mode }));
    const removed = await call('DELETE', `${path}/${featureId}`);
    expectExactly(removed, 200, done('plan', { id: featureId, removed: true }));
  });

  describe('prices', () => {
    const price = (id: string, planId: string, rest: object) => ({
      id,
      planId,
      billingInterval: 'weekly',
      price: 0,
      isDefault: true,
      trialDays: 0,
      includedBalance: null,
      includedCredits: null,
      introOffer: null,
      ...times,
      ...rest,
    });

    it('adds one, updates it, makes it the default and deletes it', async () => {
      const planId = await newPlan();
      const first = await call('POST', `/plans/${planId}/prices`, {
        billingInterval: 'weekly',
        price: 0,
      });
      expectExactly(first, 201, done('plan', price(first.body.data.id, planId, {})));

      const introOffer = {
        enabled: true,
        discountType: 'percentage',
        discountValue: 5_000,
        durationCycles: 2,
      };
      const given = {
        billingInterval: 'monthly',
        price: 9,
        trialDays: 7,
        includedBalance: 5,
        includedCredits: 6,
        introOffer,
      };
      const second = await call('POST', `/plans/${planId}/prices`, given);
      const { id } = second.body.data;
      const before = price(id, planId, { ...given, isDefault: false });
      expectExactly(second, 201, done('plan', before));

      const path = `/plans/${planId}/prices/${id}`;
      const changes = { price: 10, includedBalance: null };
      const changed = await change('PUT', path, {
        ...changes,
        introOffer: { enabled: false, durationCycles: null },
      });
      const after = {
        ...before,
        ...changes,
        introOffer: { ...introOffer, enabled: false, durationCycles: null },
        updatedAt: CHANGED,
      };
      expectExactly(changed, 200, done('plan', after));
      expectExactly(
        await call('PUT', `${path}/default`),
        200,
        done('plan', { ...after, isDefault: true }),
      );
      expectExactly(await call('DELETE', path), 200, done('plan', { id, deleted: true }));
    });

    it('sets and deletes regional ones', async () => {
      const planId = await newPlan();
      const priceId = await idOf(`/plans/${planId}/prices`, {
        billingInterval: 'weekly',
        price: 0,
      });
      const path = `/plans/${planId}/prices/${priceId}/regional`;
      const overrides = [
        { currency: 'eur', price: 250_000 },
        { currency: 'jpy', price: 40_000_000, includedBalance: 5 },
      ];
      expectExactly(
        await call('PUT', path, { overrides }),
        200,
        done('plan', { priceId, overrides }),
      );
      expectExactly(await call('DELETE', path), 200, done('plan', { deleted: true }));
    });

    it('sets a whole plan in another currency', async () => {
      const planId = await newPlan();
      const priceId = await idOf(`/plans/${planId}/prices`, {
        billingInterval: 'weekly',
        price: 1,
      });
      const featureId = await newFeature();
      const overage = { enabled: true, unitPrice: 25 };
      await call('POST', `/plans/${planId}/features`, { featureId, overage });
      const answer = await call('PUT', `/plans/${planId}/regional`, {
        currency: 'BRL',
        exchangeRate: 5.43,
        prices: [{ priceId, price: 2, includedBalance: 3 }],
        features: [{ featureId, overageUnitPrice: 4 }],
        introOffers: [
          { priceId, discountType: 'percentage', discountValue: 10, durationCycles: 1 },
        ],
      });
      const set = {
        planId,
        currency: 'brl',
        exchangeRate: 5.43,
        pricesConfigured: 1,
        featuresConfigured: 1,
      };
      expectExactly(answer, 200, done('plan', set));
    });
  });

  it('creates, lists, gets, updates and deletes features', async () => {
    const given = { name: 'SSO', code: 'sso', type: 'quota', description: 'SAML' };
    const answer = await call('POST', '/features/manage', given);
    const { id } = answer.body.data;
    const before = {
      id,
      name: 'SSO',
      code: 'sso',
      type: 'quota',
      description: 'SAML',
      unitName: null,
      ...times,
    };
    expectExactly(answer, 201, done('feature', before));
    const shown = row('feature', before);
    expectExactly(await call('GET', '/features'), 200, {
      success: true,
      data: [shown],
      hasMore: false,
    });
    expectExactly(await call('GET', '/features/sso'), 200, { success: true, data: shown });
    expectExactly(await call('GET', `/features/${id}`), 200, { success: true, data: shown });
    const changes = { name: 'Single sign-on', description: null, unitName: 'login' };
    const changed = await change('PUT', '/features/sso/manage', changes);
    expectExactly(changed, 200, done('feature', { ...before, ...changes, updatedAt: CHANGED }));
    expectExactly(
      await call('DELETE', '/features/sso/manage'),
      200,
      done('feature', { id, deleted: true }),
    );
  });

  it('keeps plan groups and their order', async () => {
    const answer = await call('POST', '/plan-groups', {
      name: 'Self-service',
      description: 'Online',
    });
    const { id } = answer.body.data;
    const group = { id, name: 'Self-service', description: 'Online', isPublic: true, ...times };
    expectExactly(answer, 201, done('plan_group', { ...group, plans: [] }));

    const one = await newPlan();
    const other = await newPlan({ name: 'Scale', code: 'scale' });
    const path = `/plan-groups/${id}`;
    expectExactly(
      await call('POST', `${path}/plans`, { planId: one }),
      201,
      done('plan_group', { success: true }),
    );
    await call('POST', `${path}/plans`, { planId: other, sortOrder: 0 });
    const plans = [
      { id: other, name: 'Scale', sortOrder: 0, isPublic: true },
      { id: one, name: 'Pro', sortOrder: 1, isPublic: true },
    ];
    expectExactly(await call('GET', path), 200, done('plan_group', { ...group, plans }));
    const listed = [row('plan_group', { ...group, plans })];
    expectExactly(await call('GET', '/plan-groups'), 200, {
      success: true,
      data: listed,
      hasMore: false,
    });

    const reordered = await call('PUT', `${path}/plans/reorder`, { planIds: [one, other] });
    expectExactly(reordered, 200, done('plan_group', { reordered: true }));
    const removed = await call('DELETE', `${path}/plans/${other}`);
    expectExactly(removed, 200, done('plan_group', { id: other, removed: true }));

    const changes = { name: 'Online', description: null, isPublic: false };
    const kept = [{ id: one, name: 'Pro', sortOrder: 0, isPublic: true }];
    const changed = await change('PUT', path, changes);
    expectExactly(
      changed,
      200,
      done('plan_group', { ...group, ...changes, updatedAt: CHANGED, plans: kept }),
    );
    expectExactly(await call('DELETE', path), 200, done('plan_group', { id, deleted: true }));
  });
});
