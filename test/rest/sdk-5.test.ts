import { Commet, CommetAPIError, CommetValidationError } from 'commet-node-5';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Feature } from '../../src/domain/feature.ts';
import type { Plan } from '../../src/domain/plan.ts';
import { addPlanToGroup, type PlanGroup } from '../../src/domain/plan-group.ts';
import type { PlanPrice } from '../../src/domain/price.ts';
import { catalogue as catalogueOfErrors, type ErrorCode } from '../../src/errors.ts';
import type { Catalogue } from '../catalogue.ts';
import { onRest } from './client.ts';
import { dataOf, methodsOf, redirectCommet } from './commet.ts';

/** The last SDK of the seed's version, method by method, against the real server. */
onRest('@commet/node 5.5.1', (server) => {
  const redirection = redirectCommet(server);
  let commet: Commet;
  let catalogue: Catalogue;
  let plan: Plan;
  let price: PlanPrice;
  let feature: Feature;
  let group: PlanGroup;
  beforeEach(async () => {
    const client = await server().newClient();
    catalogue = client.catalogue;
    commet = new Commet({ apiKey: client.key });
    plan = await catalogue.plan({ name: 'Pro', code: 'pro', consumptionModel: 'balance' });
    price = await catalogue.price(plan, { billingInterval: 'monthly', price: 290_000 });
    feature = await catalogue.feature({ name: 'Calls', code: 'calls' });
    group = await catalogue.group({ name: 'Self-service' });
  });

  const ofPlan = () => ({ id: plan.id });
  const ofPrice = () => ({ planId: plan.id, priceId: price.id });
  const ofFeature = () => ({ planId: plan.id, featureId: feature.id });
  const ofGroup = () => ({ id: group.id });
  const attach = () =>
    catalogue.attach(plan, feature, { overage: { enabled: true, unitPrice: 20 } });
  const join = () => catalogue.change((w) => addPlanToGroup(w, group.id, { planId: plan.id }));
  const fault = (call: Promise<unknown>): Promise<unknown> =>
    call.then(
      () => undefined,
      (thrown) => thrown,
    );

  /** These three asked what a customer may use. That is not what this server knows. */
  const isGone = async (call: Promise<unknown>) => {
    const thrown = await fault(call);
    expect(thrown).toBeInstanceOf(CommetAPIError);
    expect(thrown).toMatchObject({ statusCode: 404, code: 'endpoint_not_available' });
  };

  const drives: Record<string, () => Promise<void>> = {
    'plans.list': async () => {
      await attach();
      await catalogue.plan({ isPublic: false });
      expect(await dataOf(commet.plans.list())).toMatchObject([
        {
          id: plan.id,
          prices: [{ price: 290_000 }],
          features: [{ code: 'calls', unitName: null, overageEnabled: true, overageUnitPrice: 20 }],
        },
      ]);
      expect(await dataOf(commet.plans.list({ includePrivate: true }))).toHaveLength(2);
    },
    'plans.get': async () => {
      await attach();
      expect(await dataOf(commet.plans.get(ofPlan()))).toMatchObject({
        id: plan.id,
        prices: [{ price: 290_000, introOffer: null }],
        features: [{ overage: { enabled: true, model: 'per_unit', unitPrice: 20 } }],
      });
    },
    'plans.create': async () => {
      const given = { name: 'Scale', code: 'scale', description: 'For teams', metadata: { a: 1 } };
      expect(await dataOf(commet.plans.create(given))).toMatchObject({
        ...given,
        isPublic: true,
        sortOrder: 0,
      });
    },
    'plans.update': async () => {
      const changes = { name: 'Pro 2', description: 'New', metadata: { b: 2 }, isPublic: false };
      expect(await dataOf(commet.plans.update({ ...ofPlan(), ...changes }))).toMatchObject(changes);
    },
    'plans.delete': async () => {
      expect(await dataOf(commet.plans.delete(ofPlan()))).toMatchObject({
        id: plan.id,
        deleted: true,
      });
    },
    'plans.setVisibility': async () => {
      const answer = await dataOf(commet.plans.setVisibility({ ...ofPlan(), isPublic: false }));
      expect(answer).toMatchObject({ id: plan.id, code: 'pro', isPublic: false });
    },
    'plans.addFeature': async () => {
      const given = { includedAmount: 10, overageEnabled: true, overageUnitPrice: 20 };
      const answer = await dataOf(commet.plans.addFeature({ ...ofFeature(), ...given }));
      expect(answer).toMatchObject({
        ...ofFeature(),
        ...given,
        pricingMode: 'fixed',
        margin: null,
      });
      const other = await catalogue.feature();
      const model = {
        planId: plan.id,
        featureId: other.id,
        pricingMode: 'ai_model',
        margin: 2_000,
      } as const;
      expect(await dataOf(commet.plans.addFeature(model))).toMatchObject({
        ...model,
        overageUnitPrice: null,
      });
    },
    'plans.updateFeature': async () => {
      await attach();
      const answer = await dataOf(
        commet.plans.updateFeature({ ...ofFeature(), overageUnitPrice: 30 }),
      );
      expect(answer).toMatchObject({ overageEnabled: true, overageUnitPrice: 30 });
    },
    'plans.removeFeature': async () => {
      await attach();
      expect(await dataOf(commet.plans.removeFeature(ofFeature()))).toMatchObject({
        id: feature.id,
        removed: true,
      });
    },
    'plans.addPrice': async () => {
      const given = {
        billingInterval: 'yearly',
        price: 2_900_000,
        trialDays: 14,
        introOfferEnabled: true,
        introOfferDiscountType: 'percentage',
        introOfferDiscountValue: 5_000,
        introOfferDurationCycles: 3,
      } as const;
      const answer = await dataOf(commet.plans.addPrice({ planId: plan.id, ...given }));
      expect(answer).toMatchObject({ planId: plan.id, ...given });
    },
    'plans.updatePrice': async () => {
      const changes = { price: 1, introOfferEnabled: false, introOfferDiscountType: null };
      expect(await dataOf(commet.plans.updatePrice({ ...ofPrice(), ...changes }))).toMatchObject(
        changes,
      );
    },
    'plans.deletePrice': async () => {
      expect(await dataOf(commet.plans.deletePrice(ofPrice()))).toMatchObject({
        id: price.id,
        deleted: true,
      });
    },
    'plans.setDefaultPrice': async () => {
      const yearly = await catalogue.price(plan, { billingInterval: 'yearly' });
      const answer = await dataOf(
        commet.plans.setDefaultPrice({ planId: plan.id, priceId: yearly.id }),
      );
      expect(answer).toMatchObject({ id: yearly.id, billingInterval: 'yearly', isDefault: true });
    },
    'plans.setRegionalPrices': async () => {
      const overrides = [{ currency: 'eur', price: 270_000 }];
      const answer = await dataOf(commet.plans.setRegionalPrices({ ...ofPrice(), overrides }));
      expect(answer).toMatchObject({ priceId: price.id, overrides });
    },
    'plans.deleteRegionalPrices': async () => {
      const answer = await dataOf(commet.plans.deleteRegionalPrices(ofPrice()));
      expect(answer).toMatchObject({ id: price.id, deleted: true });
    },
    'features.get': () => isGone(commet.features.get({ code: 'calls', customerId: 'cus_1' })),
    'features.canUse': () => isGone(commet.features.canUse({ code: 'calls', customerId: 'cus_1' })),
    'features.list': () => isGone(commet.features.list({ customerId: 'cus_1' })),
    'features.create': async () => {
      const given = {
        name: 'Projects',
        code: 'projects',
        type: 'quota',
        unitName: 'project',
      } as const;
      expect(await dataOf(commet.features.create(given))).toMatchObject({
        ...given,
        object: 'feature',
        livemode: true,
      });
    },
    'features.update': async () => {
      const changes = { name: 'API calls', unitName: 'call' };
      expect(await dataOf(commet.features.update({ code: 'calls', ...changes }))).toMatchObject(
        changes,
      );
    },
    'features.delete': async () => {
      expect(await dataOf(commet.features.delete({ code: 'calls' }))).toMatchObject({
        id: feature.id,
        deleted: true,
      });
    },
    'planGroups.list': async () => {
      await catalogue.group();
      const page = await commet.planGroups.list({ limit: 1 });
      expect(page).toMatchObject({ data: [{ id: group.id }], hasMore: true });
      const cursor = String(page.nextCursor);
      expect(await commet.planGroups.list({ limit: 1, cursor })).toMatchObject({ hasMore: false });
    },
    'planGroups.get': async () => {
      await join();
      const answer = await dataOf(commet.planGroups.get(ofGroup()));
      expect(answer.plans).toEqual([
        { id: plan.id, code: 'pro', name: 'Pro', sortOrder: 0, isPublic: true },
      ]);
    },
    'planGroups.create': async () => {
      const given = { name: 'Enterprise', description: 'By contract', isPublic: false };
      expect(await dataOf(commet.planGroups.create(given))).toMatchObject(given);
    },
    'planGroups.update': async () => {
      expect(
        await dataOf(commet.planGroups.update({ ...ofGroup(), name: 'Online' })),
      ).toMatchObject({
        name: 'Online',
      });
    },
    'planGroups.delete': async () => {
      expect(await dataOf(commet.planGroups.delete(ofGroup()))).toMatchObject({
        id: group.id,
        deleted: true,
      });
    },
    'planGroups.addPlan': async () => {
      expect(
        await dataOf(commet.planGroups.addPlan({ ...ofGroup(), planId: plan.id })),
      ).toMatchObject({
        success: true,
      });
    },
    'planGroups.removePlan': async () => {
      await join();
      const answer = await dataOf(commet.planGroups.removePlan({ ...ofGroup(), planId: plan.id }));
      expect(answer).toMatchObject({ id: plan.id, removed: true });
    },
    'planGroups.reorderPlans': async () => {
      await join();
      const answer = await dataOf(
        commet.planGroups.reorderPlans({ ...ofGroup(), planIds: [plan.id] }),
      );
      expect(answer).toMatchObject({ reordered: true });
    },
  };

  describe('drives', () => {
    it.each(Object.entries(drives))('%s', async (_method, drive) => {
      await drive();
      for (const { headers } of redirection.seen) {
        expect(headers.get('user-agent')).toMatch(/^commet-node\/5\.5\.1/);
        expect(headers.get('commet-version')).toBe('2026-05-25');
      }
    });

    it('nothing else', () => {
      const { plans, features, planGroups } = commet;
      const methods = Object.entries({ plans, features, planGroups }).flatMap(([name, resource]) =>
        methodsOf(resource).map((method) => `${name}.${method}`),
      );
      expect(Object.keys(drives).sort()).toEqual(methods.sort());
    });
  });

  const refusals: [code: ErrorCode, param: string, call: () => Promise<unknown>][] = [
    ['plan_not_found', 'planId', () => commet.plans.get({ id: 'pln_none' })],
    [
      'price_not_found',
      'priceId',
      () => commet.plans.deletePrice({ planId: plan.id, priceId: 'pp_none' }),
    ],
    ['feature_not_found', 'featureId', () => commet.plans.removeFeature(ofFeature())],
    ['plan_group_not_found', 'planGroupId', () => commet.planGroups.get({ id: 'plg_none' })],
    [
      'duplicate',
      'billingInterval',
      () => commet.plans.addPrice({ planId: plan.id, billingInterval: 'monthly', price: 0 }),
    ],
    [
      'feature_already_exists',
      'code',
      () => commet.features.create({ name: 'x', code: 'calls', type: 'usage' }),
    ],
    [
      'feature_in_use',
      'featureId',
      async () => {
        await attach();
        await commet.features.delete({ code: 'calls' });
      },
    ],
  ];
  it.each(refusals)('hears of %s, because of %s', async (code, param, call) => {
    const { type, status } = catalogueOfErrors[code];
    const thrown = await fault(call());
    expect(thrown).toBeInstanceOf(CommetAPIError);
    const docUrl = `${server().gateway.url}/docs/errors/${code}`;
    expect(thrown).toMatchObject({ statusCode: status, code, type, param, docUrl });
  });

  it('raises its validation error with the names of its own fields', async () => {
    const ofFlatFields = {
      introOfferEnabled: true,
      introOfferDiscountType: 'percentage',
      introOfferDiscountValue: -1,
    } as const;
    const given = {
      planId: plan.id,
      billingInterval: 'yearly',
      price: 0,
      ...ofFlatFields,
    } as const;
    const thrown = await fault(commet.plans.addPrice(given));
    expect(thrown).toBeInstanceOf(CommetValidationError);
    expect(thrown).toMatchObject({
      validationErrors: { introOfferDiscountValue: ['must not be negative'] },
    });

    const credits = await catalogue.plan({ consumptionModel: 'credits' });
    const charged = {
      planId: credits.id,
      featureId: feature.id,
      overageEnabled: true,
      overageUnitPrice: 1,
    };
    expect(await fault(commet.plans.addFeature(charged))).toMatchObject({
      validationErrors: {
        overageEnabled: [expect.any(String)],
        overageUnitPrice: [expect.any(String)],
      },
    });
  });

  it('retries a lost answer with the same key, and nothing happens twice', async () => {
    redirection.loseAnswers(1);
    await dataOf(commet.plans.setVisibility({ ...ofPlan(), isPublic: false }));
    expect(redirection.seen).toMatchObject([{ method: 'PUT', replayed: true }]);
    const operations = (await catalogue.rows('audit_log')).map(({ operation }) => operation);
    expect(operations.filter((operation) => operation === 'setPlanVisibility')).toHaveLength(1);
  });
});
