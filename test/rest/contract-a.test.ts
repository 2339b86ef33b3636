import { beforeEach, describe, expect, it } from 'vitest';
import { expectExactly, onRest, type RestClient } from './client.ts';

const CREATED = '2026-06-01T10:00:00.000Z';
const CHANGED = '2026-06-01T10:00:05.000Z';
const times = { createdAt: CREATED, updatedAt: CREATED };

/**
 * The versions up to 2026-05-25, the seed's. No version is asked for: this is what a new
 * organization gets.
 */
onRest('the contract of era A', (server) => {
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
  const done = (data: object) => ({ success: true, data });
  const plan = (rest: object) => done({ object: 'plan', livemode: true, ...rest });
  const group = (rest: object) => done({ object: 'plan_group', livemode: true, ...rest });

  beforeEach(async () => {
    server().world.time = new Date(CREATED);
    client = await server().newClient();
  });

  describe('plans', () => {
    it('creates one of defaults', async () => {
      expectExactly(
        await call('POST', '/plans/manage', { name: 'Free', code: 'free' }),
        201,
        plan({
          id: expect.stringMatching(/^pln_/),
          name: 'Free',
          code: 'free',
          description: null,
          consumptionModel: null,
          isPublic: true,
          isDefault: false,
          isFree: false,
          blockOnExhaustion: false,
          sortOrder: 0,
          planGroupId: null,
          metadata: null,
          ...times,
        }),
      );
    });

    it('creates one of everything', async () => {
      const planGroupId = await idOf('/plan-groups', { name: 'Self-service' });
      await newPlan({ planGroupId });
      const given = {
        name: 'Scale',
        code: 'scale_2',
        description: 'For teams',
        consumptionModel: 'balance',
        isPublic: false,
        isFree: true,
        blockOnExhaustion: true,
        planGroupId,
        metadata: { z: 1, a: { b: [null, 'ü'] } },
      };
      const { planGroupId: _, metadata, isFree, blockOnExhaustion, isPublic, ...named } = given;
      expectExactly(
        await call('POST', '/plans/manage', given),
        201,
        plan({
          id: expect.stringMatching(/^pln_/),
          ...named,
          isPublic,
          isDefault: false,
          isFree,
          blockOnExhaustion,
          sortOrder: 1,
          planGroupId,
          metadata,
          ...times,
        }),
      );
    });

    const furnish = async () => {
      const id = await newPlan({ description: 'All you need' });
      await newFeature();
      await newFeature({ name: 'SSO', code: 'sso', type: 'boolean', unitName: undefined });
      const offer = {
        introOfferEnabled: true,
        introOfferDiscountType: 'percentage',
        introOfferDiscountValue: 5_000,
      };
      await call('POST', `/plans/${id}/prices`, {
        billingInterval: 'monthly',
        price: 290_000,
        trialDays: 14,
        ...offer,
      });
      await call('POST', `/plans/${id}/prices`, { billingInterval: 'yearly', price: 2_900_000 });
      await call('POST', `/plans/${id}/features`, {
        featureId: 'calls',
        includedAmount: 100,
        overageEnabled: true,
        overageUnitPrice: 20,
      });
      await call('POST', `/plans/${id}/features`, { featureId: 'sso' });
      return id;
    };
    const prices = [
      { billingInterval: 'monthly', price: 290_000, isDefault: true, trialDays: 14 },
      { billingInterval: 'yearly', price: 2_900_000, isDefault: false, trialDays: 0 },
    ];
    const features = [
      {
        code: 'calls',
        name: 'Calls',
        type: 'usage',
        unitName: 'call',
        enabled: true,
        includedAmount: 100,
        unlimited: false,
        overageEnabled: true,
        overageUnitPrice: 20,
      },
      {
        code: 'sso',
        name: 'SSO',
        type: 'boolean',
        unitName: null,
        enabled: true,
        includedAmount: 0,
        unlimited: false,
        overageEnabled: false,
        overageUnitPrice: 0,
      },
    ];

    it('lists them with prices and features', async () => {
      const id = await furnish();
      expectExactly(await call('GET', '/plans'), 200, {
        success: true,
        data: [
          {
            object: 'plan',
            livemode: true,
            id,
            code: 'pro',
            name: 'Pro',
            description: 'All you need',
            isPublic: true,
            isFree: false,
            isDefault: false,
            sortOrder: 0,
            prices,
            features,
            createdAt: CREATED,
          },
        ],
        hasMore: false,
      });
    });

    it('lists none', async () => {
      expectExactly(await call('GET', '/plans'), 200, { success: true, data: [], hasMore: false });
    });

    it('gets one by id and by code, with its offers and overage', async () => {
      const id = await furnish();
      const [monthly, yearly] = prices;
      const [calls, sso] = features;
      const expected = plan({
        id,
        code: 'pro',
        name: 'Pro',
        description: 'All you need',
        isPublic: true,
        isDefault: false,
        sortOrder: 0,
        prices: [
          {
            ...monthly,
            introOffer: {
              enabled: true,
              discountType: 'percentage',
              discountValue: 5_000,
              durationCycles: null,
            },
          },
          { ...yearly, introOffer: null },
        ],
        features: [
          { ...calls, overage: { enabled: true, model: 'per_unit', unitPrice: 20 } },
          { ...sso, overage: null },
        ],
        ...times,
      });
      expectExactly(await call('GET', `/plans/${id}`), 200, expected);
      expectExactly(await call('GET', '/plans/pro'), 200, expected);
    });

    const manageable = (id: string, changes: object) => ({
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
      createdAt: CREATED,
      updatedAt: CHANGED,
      ...changes,
    });

    it('updates one', async () => {
      const id = await newPlan({ description: 'Old', metadata: { old: true } });
      const changes = {
        name: 'Pro 2',
        description: 'New',
        metadata: { fresh: 1 },
        isPublic: false,
      };
      expectExactly(
        await change('PUT', `/plans/${id}/manage`, changes),
        200,
        plan(manageable(id, changes)),
      );
    });

    it('sets the visibility of one', async () => {
      const id = await newPlan();
      const answer = await change('PUT', `/plans/${id}/visibility`, { isPublic: false });
      expectExactly(answer, 200, plan(manageable(id, { isPublic: false })));
    });

    it('deletes one', async () => {
      const id = await newPlan();
      expectExactly(await call('DELETE', `/plans/${id}/manage`), 200, plan({ id, deleted: true }));
    });
  });

  describe('plan features', () => {
    const link = (planId: string, featureId: string, rest: object) =>
      plan({
        planId,
        featureId,
        enabled: true,
        includedAmount: 0,
        unlimited: false,
        overageEnabled: false,
        overageUnitPrice: 0,
        creditsPerUnit: null,
        pricingMode: 'fixed',
        margin: null,
        ...rest,
      });

    it('adds one of defaults, updates and removes it', async () => {
      const id = await newPlan();
      const featureId = await newFeature();
      const path = `/plans/${id}/features`;
      expectExactly(await call('POST', path, { featureId }), 201, link(id, featureId, {}));
      const changes = {
        includedAmount: 5,
        overageEnabled: true,
        overageUnitPrice: 7,
        creditsPerUnit: 2,
      };
      expectExactly(
        await call('PUT', `${path}/${featureId}`, changes),
        200,
        link(id, featureId, changes),
      );
      const kept = { ...changes, overageUnitPrice: 8 };
      expectExactly(
        await call('PUT', `${path}/calls`, { overageUnitPrice: 8 }),
        200,
        link(id, featureId, kept),
      );
      expectExactly(
        await call('DELETE', `${path}/${featureId}`),
        200,
        plan({ id: featureId, removed: true }),
      );
    });

    it('adds one of everything', async () => {
      const id = await newPlan();
      const featureId = await newFeature();
      const given = {
        enabled: false,
        includedAmount: 9,
        overageEnabled: true,
        overageUnitPrice: 3,
        creditsPerUnit: 1,
      };
      expectExactly(
        await call('POST', `/plans/${id}/features`, { featureId, ...given }),
        201,
        link(id, featureId, given),
      );
    });

    it('adds one that is charged at the cost of a model', async () => {
      const id = await newPlan();
      const featureId = await newFeature();
      const given = { pricingMode: 'ai_model', margin: 2_000 };
      const answer = await call('POST', `/plans/${id}/features`, { featureId, ...given });
      expectExactly(answer, 201, link(id, featureId, { overageUnitPrice: null, ...given }));
    });

    it('takes null for a field that was left out', async () => {
      const id = await newPlan();
      const featureId = await newFeature();
      const given = {
        overageEnabled: null,
        overageUnitPrice: null,
        includedAmount: null,
        margin: null,
      };
      expectExactly(
        await call('POST', `/plans/${id}/features`, { featureId, ...given }),
        201,
        link(id, featureId, {}),
      );
    });
  });

  describe('prices', () => {
    const price = (planId: string, rest: object) => ({
      id: expect.stringMatching(/^pp_/),
      planId,
      billingInterval: 'weekly',
      price: 0,
      isDefault: true,
      trialDays: 0,
      includedBalance: null,
      includedCredits: null,
      ...times,
      introOfferEnabled: false,
      introOfferDiscountType: null,
      introOfferDiscountValue: null,
      introOfferDurationCycles: null,
      ...rest,
    });

    it(
      'answers the request of the seed with the keys of the seed, and what SDKs require after ' +
        'them',
      async () => {
        const id = await newPlan();
        const answer = await call('POST', `/plans/${id}/prices`, {
          billingInterval: 'weekly',
          price: 0,
        });
        expectExactly(answer, 201, plan(price(id, {})));
      },
    );

    it('shows an introductory offer where there is one', async () => {
      const id = await newPlan();
      const offer = {
        introOfferEnabled: true,
        introOfferDiscountType: 'amount',
        introOfferDiscountValue: 50_000,
        introOfferDurationCycles: 3,
      };
      const answer = await call('POST', `/plans/${id}/prices`, {
        billingInterval: 'weekly',
        price: 60_000,
        ...offer,
      });
      expectExactly(answer, 201, plan(price(id, { price: 60_000, ...offer })));

      const cleared = { ...offer, introOfferEnabled: false, introOfferDiscountType: null };
      const changes = { introOfferEnabled: false, introOfferDiscountType: null };
      const changed = await change('PUT', `/plans/${id}/prices/${answer.body.data.id}`, changes);
      expectExactly(
        changed,
        200,
        plan(price(id, { price: 60_000, ...cleared, updatedAt: CHANGED })),
      );
    });

    it('takes an offer without a word on whether it is enabled for one that is not', async () => {
      const id = await newPlan();
      const given = {
        billingInterval: 'weekly',
        price: 0,
        introOfferDiscountValue: 5,
        introOfferDiscountType: null,
      };
      const { body } = await call('POST', `/plans/${id}/prices`, given);
      expect(body.data).toMatchObject({ introOfferEnabled: false, introOfferDiscountValue: 5 });
    });

    it('takes nulls for no offer', async () => {
      const id = await newPlan();
      const given = {
        billingInterval: 'weekly',
        price: 0,
        introOfferEnabled: null,
        introOfferDiscountValue: null,
      };
      expectExactly(await call('POST', `/plans/${id}/prices`, given), 201, plan(price(id, {})));
    });

    it('updates one, makes it the default and deletes it', async () => {
      const id = await newPlan();
      await call('POST', `/plans/${id}/prices`, { billingInterval: 'weekly', price: 0 });
      const given = {
        billingInterval: 'monthly',
        price: 9,
        trialDays: 7,
        includedBalance: 5,
        includedCredits: 6,
      };
      const { body } = await call('POST', `/plans/${id}/prices`, given);
      const priceId = body.data.id;
      const path = `/plans/${id}/prices/${priceId}`;
      const changes = {
        price: 10,
        trialDays: 0,
        includedBalance: null,
        includedCredits: 2_147_483_647,
      };
      const after = price(id, {
        id: priceId,
        ...given,
        ...changes,
        isDefault: false,
        updatedAt: CHANGED,
      });
      expectExactly(await change('PUT', path, changes), 200, plan(after));
      expectExactly(
        await call('PUT', `${path}/default`, {}),
        200,
        plan({ ...after, isDefault: true }),
      );
      expectExactly(await call('DELETE', path), 200, plan({ id: priceId, deleted: true }));
    });

    it('sets and deletes regional ones', async () => {
      const id = await newPlan();
      const priceId = await idOf(`/plans/${id}/prices`, { billingInterval: 'weekly', price: 0 });
      const path = `/plans/${id}/prices/${priceId}/regional`;
      const overrides = [
        { currency: 'EUR', price: 250_000 },
        { currency: 'jpy', price: 40_000_000, includedBalance: 5 },
      ];
      expectExactly(
        await call('PUT', path, { overrides }),
        200,
        plan({
          priceId,
          overrides: [
            { currency: 'eur', price: 250_000 },
            { currency: 'jpy', price: 40_000_000, includedBalance: 5 },
          ],
        }),
      );
      expectExactly(await call('DELETE', path), 200, plan({ id: priceId, deleted: true }));
    });
  });

  describe('features', () => {
    const feature = (rest: object) => done({ object: 'feature', livemode: true, ...rest });

    it('creates, updates and deletes one', async () => {
      const given = { name: 'SSO', code: 'sso', type: 'boolean' };
      const answer = await call('POST', '/features/manage', given);
      const { id } = answer.body.data;
      expect(id).toMatch(/^ftr_/);
      expectExactly(
        answer,
        201,
        feature({ id, ...given, description: null, unitName: null, ...times }),
      );
      const changes = { name: 'Single sign-on', description: 'SAML', unitName: 'login' };
      const after = {
        id,
        name: changes.name,
        code: 'sso',
        type: 'boolean',
        description: 'SAML',
        unitName: 'login',
      };
      const changed = await change('PUT', '/features/sso/manage', changes);
      expectExactly(changed, 200, feature({ ...after, createdAt: CREATED, updatedAt: CHANGED }));
      expectExactly(
        await call('DELETE', `/features/${id}/manage`),
        200,
        feature({ id, deleted: true }),
      );
    });
  });

  describe('plan groups', () => {
    it('creates, lists, updates and deletes one', async () => {
      const answer = await call('POST', '/plan-groups', { name: 'Self-service' });
      const { id } = answer.body.data;
      expect(id).toMatch(/^plg_/);
      const before = { id, name: 'Self-service', description: null, isPublic: true, ...times };
      expectExactly(answer, 201, group(before));
      const row = { object: 'plan_group', livemode: true, ...before };
      expectExactly(await call('GET', '/plan-groups'), 200, {
        success: true,
        data: [row],
        hasMore: false,
      });
      const changes = { name: 'Online', description: 'No sales call', isPublic: false };
      const changed = await change('PUT', `/plan-groups/${id}`, changes);
      expectExactly(
        changed,
        200,
        group({ id, ...changes, createdAt: CREATED, updatedAt: CHANGED }),
      );
      expectExactly(await call('DELETE', `/plan-groups/${id}`), 200, group({ id, deleted: true }));
    });

    it('adds plans, puts them in order and removes them', async () => {
      const id = await idOf('/plan-groups', { name: 'Self-service', description: 'Online' });
      const one = await newPlan({ isPublic: false });
      const other = await newPlan({ name: 'Scale', code: 'scale' });
      const pro = { id: one, code: 'pro', name: 'Pro' };
      const scale = { id: other, code: 'scale', name: 'Scale' };
      const detail = (plans: object[], more: object = {}) =>
        group({
          ...{ id, name: 'Self-service', description: 'Online', isPublic: true },
          plans: plans.map((plan, sortOrder) => ({ ...plan, sortOrder, isPublic: plan === scale })),
          ...times,
          ...more,
        });
      const add = (body: object) => call('POST', `/plan-groups/${id}/plans`, body);
      expectExactly(await add({ planId: one }), 201, detail([pro], { success: true }));
      const added = await add({ planId: other, sortOrder: 0 });
      expectExactly(added, 201, detail([scale, pro], { success: true }));
      expectExactly(await call('GET', `/plan-groups/${id}`), 200, detail([scale, pro]));
      const planIds = [one, other];
      const answer = await call('PUT', `/plan-groups/${id}/plans/reorder`, { planIds });
      expectExactly(answer, 200, detail([pro, scale], { reordered: true }));
      const removed = await call('DELETE', `/plan-groups/${id}/plans/${one}`);
      expectExactly(removed, 200, group({ id: one, removed: true }));
      expectExactly(await call('GET', `/plan-groups/${id}`), 200, detail([scale]));
    });
  });

  it('says in sandbox mode that it is not live', async () => {
    client = await server().newClient({ mode: 'sandbox' });
    const { body } = await call('POST', '/plan-groups', { name: 'Test' });
    expect(body.data.livemode).toBe(false);
  });
});
