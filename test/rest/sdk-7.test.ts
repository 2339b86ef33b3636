import { Commet, CommetAPIError, CommetValidationError } from '@commet/node';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Feature } from '../../src/domain/feature.ts';
import type { Plan } from '../../src/domain/plan.ts';
import { addPlanToGroup, type PlanGroup } from '../../src/domain/plan-group.ts';
import type { PlanPrice } from '../../src/domain/price.ts';
import { addPriceVariant } from '../../src/domain/price-variant.ts';
import { catalogue as catalogueOfErrors, type ErrorCode } from '../../src/errors.ts';
import { type OperationId, operationIds, operations } from '../../src/rest/routes.ts';
import type { Catalogue } from '../catalogue.ts';
import { keyOf } from '../gateway.ts';
import { onRest } from './client.ts';
import { dataOf, methodsOf, redirectCommet } from './commet.ts';

/** Which method calls which operation; markets came later. */
const methods: { readonly [Id in OperationId]?: string } = {
  'create-plan': 'plans.create',
  'list-plans': 'plans.list',
  'get-plan': 'plans.get',
  'update-plan': 'plans.update',
  'delete-plan': 'plans.delete',
  'set-plan-visibility': 'plans.setVisibility',
  'add-plan-feature': 'plans.addFeature',
  'update-plan-feature': 'plans.updateFeature',
  'remove-plan-feature': 'plans.removeFeature',
  'add-plan-price': 'plans.addPrice',
  'update-plan-price': 'plans.updatePrice',
  'delete-plan-price': 'plans.deletePrice',
  'set-default-plan-price': 'plans.setDefaultPrice',
  'upsert-regional-prices': 'plans.setRegionalPrices',
  'delete-regional-prices': 'plans.deleteRegionalPrices',
  'set-plan-regional-pricing': 'plans.setRegionalPricing',
  'list-features': 'features.list',
  'get-feature': 'features.get',
  'create-feature': 'features.create',
  'update-feature': 'features.update',
  'delete-feature': 'features.delete',
  'list-plan-groups': 'planGroups.list',
  'get-plan-group': 'planGroups.get',
  'create-plan-group': 'planGroups.create',
  'update-plan-group': 'planGroups.update',
  'delete-plan-group': 'planGroups.delete',
  'add-plan-to-group': 'planGroups.addPlan',
  'remove-plan-from-group': 'planGroups.removePlan',
  'reorder-plans-in-group': 'planGroups.reorderPlans',
};

/** The SDK as it is published, method by method, against the real server. */
onRest('@commet/node 7.10.0', (server) => {
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
  const ofPrice = () => ({ id: plan.id, priceId: price.id });
  const ofFeature = () => ({ id: plan.id, featureId: feature.id });
  const ofGroup = () => ({ id: group.id });
  const attach = () =>
    catalogue.attach(plan, feature, { overage: { enabled: true, unitPrice: 20 } });
  const join = () => catalogue.change((w) => addPlanToGroup(w, group.id, { planId: plan.id }));

  const happy: Record<string, () => Promise<void>> = {
    'plans.list': async () => {
      await catalogue.plan({ isPublic: false });
      expect(await dataOf(commet.plans.list())).toMatchObject([
        { id: plan.id, prices: [{ price: 290_000 }] },
      ]);
      expect(await dataOf(commet.plans.list({ includePrivate: 'true' }))).toHaveLength(2);
      expect(await dataOf(commet.plans.list({ includePrivate: 'false' }))).toHaveLength(1);
    },
    'plans.get': async () => {
      expect(await dataOf(commet.plans.get(ofPlan()))).toMatchObject({ id: plan.id, code: 'pro' });
      expect(await dataOf(commet.plans.get({ id: 'pro' }))).toMatchObject({ id: plan.id });
    },
    'plans.create': async () => {
      const given = {
        name: 'Scale',
        code: 'scale',
        consumptionModel: 'metered',
        metadata: { a: 1 },
      } as const;
      expect(await dataOf(commet.plans.create(given))).toMatchObject({
        ...given,
        isPublic: true,
        prices: [],
      });
    },
    'plans.update': async () => {
      const changes = { name: 'Pro 2', description: 'New', metadata: { b: 2 }, isPublic: false };
      expect(await dataOf(commet.plans.update({ ...ofPlan(), ...changes }))).toMatchObject(changes);
      expect(await dataOf(commet.plans.update({ ...ofPlan(), description: null }))).toMatchObject({
        description: null,
      });
    },
    'plans.delete': async () => {
      expect(await dataOf(commet.plans.delete(ofPlan()))).toMatchObject({
        id: plan.id,
        deleted: true,
      });
    },
    'plans.setVisibility': async () => {
      const answer = await dataOf(commet.plans.setVisibility({ ...ofPlan(), isPublic: false }));
      expect(answer).toMatchObject({
        id: plan.id,
        isPublic: false,
        object: 'plan',
        livemode: true,
      });
    },
    'plans.addFeature': async () => {
      const given = { includedAmount: 10, overage: { enabled: true, unitPrice: 20 }, margin: null };
      const answer = await dataOf(
        commet.plans.addFeature({ ...ofFeature(), ...given, pricingMode: 'fixed' }),
      );
      expect(answer).toMatchObject({ planId: plan.id, featureId: feature.id, ...given });
    },
    'plans.updateFeature': async () => {
      await attach();
      const answer = await dataOf(
        commet.plans.updateFeature({ ...ofFeature(), overage: { unitPrice: 30 } }),
      );
      expect(answer.overage).toEqual({ enabled: true, unitPrice: 30 });
    },
    'plans.removeFeature': async () => {
      await attach();
      expect(await dataOf(commet.plans.removeFeature(ofFeature()))).toMatchObject({
        id: feature.id,
        removed: true,
      });
    },
    'plans.addPrice': async () => {
      const introOffer = {
        enabled: true,
        discountType: 'percentage',
        discountValue: 5_000,
        durationCycles: 3,
      } as const;
      const given = {
        billingInterval: 'yearly',
        price: 2_900_000,
        trialDays: 14,
        isDefault: true,
        introOffer,
      } as const;
      expect(await dataOf(commet.plans.addPrice({ ...ofPlan(), ...given }))).toMatchObject({
        planId: plan.id,
        ...given,
      });
    },
    'plans.updatePrice': async () => {
      const changes = { price: 1, trialDays: 7, includedBalance: 5, includedCredits: null };
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
        commet.plans.setDefaultPrice({ ...ofPlan(), priceId: yearly.id }),
      );
      expect(answer).toMatchObject({
        id: yearly.id,
        isDefault: true,
        object: 'plan',
        livemode: true,
      });
    },
    'plans.setRegionalPrices': async () => {
      const overrides = [{ currency: 'eur', price: 270_000, includedBalance: 10 }];
      const answer = await dataOf(commet.plans.setRegionalPrices({ ...ofPrice(), overrides }));
      expect(answer).toMatchObject({ priceId: price.id, overrides });
    },
    'plans.setRegionalPricing': async () => {
      await attach();
      const answer = await dataOf(
        commet.plans.setRegionalPricing({
          ...ofPlan(),
          currency: 'usd',
          exchangeRate: 1.1,
          prices: [{ priceId: price.id, price: 5 }],
          features: [{ featureId: feature.id, overageUnitPrice: 6 }],
          introOffers: [
            { priceId: price.id, discountType: 'amount', discountValue: 1, durationCycles: 2 },
          ],
        }),
      );
      const set = {
        currency: 'usd',
        exchangeRate: 1.1,
        pricesConfigured: 1,
        featuresConfigured: 1,
      };
      expect(answer).toMatchObject({ planId: plan.id, ...set });
    },
    'plans.deleteRegionalPrices': async () => {
      expect(await dataOf(commet.plans.deleteRegionalPrices(ofPrice()))).toMatchObject({
        deleted: true,
      });
    },
    'features.list': async () => {
      expect(await dataOf(commet.features.list())).toMatchObject([
        { id: feature.id, code: 'calls' },
      ]);
    },
    'features.get': async () => {
      expect(await dataOf(commet.features.get({ code: 'calls' }))).toMatchObject({
        id: feature.id,
      });
    },
    'features.create': async () => {
      const given = {
        name: 'Projects',
        code: 'projects',
        type: 'quota',
        unitName: 'project',
      } as const;
      expect(await dataOf(commet.features.create(given))).toMatchObject({
        ...given,
        description: null,
      });
    },
    'features.update': async () => {
      const changes = { name: 'API calls', description: null, unitName: 'call' };
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
      expect(await dataOf(commet.planGroups.list())).toMatchObject([{ id: group.id }]);
    },
    'planGroups.get': async () => {
      await join();
      const answer = await dataOf(commet.planGroups.get(ofGroup()));
      expect(answer.plans).toEqual([{ id: plan.id, name: 'Pro', sortOrder: 0, isPublic: true }]);
    },
    'planGroups.create': async () => {
      const given = { name: 'Enterprise', description: 'By contract', isPublic: false };
      expect(await dataOf(commet.planGroups.create(given))).toMatchObject(given);
    },
    'planGroups.update': async () => {
      const changes = { name: 'Online', description: null, isPublic: false };
      expect(await dataOf(commet.planGroups.update({ ...ofGroup(), ...changes }))).toMatchObject(
        changes,
      );
    },
    'planGroups.delete': async () => {
      expect(await dataOf(commet.planGroups.delete(ofGroup()))).toMatchObject({
        id: group.id,
        deleted: true,
      });
    },
    'planGroups.addPlan': async () => {
      const answer = await dataOf(
        commet.planGroups.addPlan({ ...ofGroup(), planId: plan.id, sortOrder: 0 }),
      );
      expect(answer).toMatchObject({ success: true });
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

  describe('does', () => {
    it.each(Object.entries(happy))('%s', async (_method, drive) => {
      await drive();
      for (const { headers } of redirection.seen)
        expect(headers.get('user-agent')).toMatch(/^commet-node\/7\.10\.0/);
    });

    it('nothing else', () => {
      const { plans, features, planGroups } = commet;
      const methods = Object.entries({ plans, features, planGroups }).flatMap(([name, resource]) =>
        methodsOf(resource).map((method) => `${name}.${method}`),
      );
      expect(Object.keys(happy).sort()).toEqual(methods.sort());
    });
  });

  const fault = async (call: Promise<unknown>): Promise<unknown> =>
    call.then(
      () => undefined,
      (thrown) => thrown,
    );

  /** A value that the SDK's types forbid and its callers send all the same. */
  // biome-ignore lint/suspicious/noExplicitAny: that is the point.
  const broken = (value: unknown): any => value;

  const none = { plan: 'pln_none', price: 'pp_none', feature: 'ftr_none', group: 'plg_none' };
  const override = { overrides: [{ currency: 'eur', price: 1 }] };
  const rate = { currency: 'eur', exchangeRate: 1 } as const;
  const refusals: [method: string, code: ErrorCode, param: string, call: () => Promise<unknown>][] =
    [
      ['plans.get', 'plan_not_found', 'planId', () => commet.plans.get({ id: none.plan })],
      [
        'plans.create',
        'duplicate',
        'code',
        () => commet.plans.create({ name: 'Pro', code: 'pro' }),
      ],
      [
        'plans.create',
        'plan_group_not_found',
        'planGroupId',
        () => commet.plans.create({ name: 'New', code: 'new', planGroupId: none.group }),
      ],
      ['plans.update', 'plan_not_found', 'planId', () => commet.plans.update({ id: none.plan })],
      ['plans.delete', 'plan_not_found', 'planId', () => commet.plans.delete({ id: none.plan })],
      [
        'plans.setVisibility',
        'plan_not_found',
        'planId',
        () => commet.plans.setVisibility({ id: none.plan, isPublic: true }),
      ],
      [
        'plans.addFeature',
        'plan_not_found',
        'planId',
        () => commet.plans.addFeature({ ...ofFeature(), id: none.plan }),
      ],
      [
        'plans.addFeature',
        'feature_not_found',
        'featureId',
        () => commet.plans.addFeature({ ...ofPlan(), featureId: none.feature }),
      ],
      [
        'plans.addFeature',
        'feature_already_exists',
        'featureId',
        async () => {
          await attach();
          await commet.plans.addFeature(ofFeature());
        },
      ],
      [
        'plans.updateFeature',
        'plan_not_found',
        'planId',
        () => commet.plans.updateFeature({ ...ofFeature(), id: none.plan }),
      ],
      [
        'plans.updateFeature',
        'feature_not_found',
        'featureId',
        () => commet.plans.updateFeature(ofFeature()),
      ],
      [
        'plans.removeFeature',
        'plan_not_found',
        'planId',
        () => commet.plans.removeFeature({ ...ofFeature(), id: none.plan }),
      ],
      [
        'plans.removeFeature',
        'feature_not_found',
        'featureId',
        () => commet.plans.removeFeature(ofFeature()),
      ],
      [
        'plans.addPrice',
        'plan_not_found',
        'planId',
        () => commet.plans.addPrice({ id: none.plan, billingInterval: 'yearly', price: 0 }),
      ],
      [
        'plans.addPrice',
        'duplicate',
        'billingInterval',
        () => commet.plans.addPrice({ ...ofPlan(), billingInterval: 'monthly', price: 0 }),
      ],
      [
        'plans.updatePrice',
        'plan_not_found',
        'planId',
        () => commet.plans.updatePrice({ ...ofPrice(), id: none.plan }),
      ],
      [
        'plans.updatePrice',
        'price_not_found',
        'priceId',
        () => commet.plans.updatePrice({ ...ofPlan(), priceId: none.price }),
      ],
      [
        'plans.deletePrice',
        'plan_not_found',
        'planId',
        () => commet.plans.deletePrice({ ...ofPrice(), id: none.plan }),
      ],
      [
        'plans.deletePrice',
        'price_not_found',
        'priceId',
        () => commet.plans.deletePrice({ ...ofPlan(), priceId: none.price }),
      ],
      [
        'plans.deletePrice',
        'price_in_use',
        'priceId',
        async () => {
          const market = await catalogue.market();
          const marketPrices = [{ marketId: market.id, currency: 'brl', price: 1 }];
          const base = await catalogue.price(plan, { billingInterval: 'yearly', marketPrices });
          await catalogue.change((w) =>
            addPriceVariant(w, plan.id, { inheritsFromPriceId: base.id, marketPrices }),
          );
          await commet.plans.deletePrice({ ...ofPlan(), priceId: base.id });
        },
      ],
      [
        'plans.setDefaultPrice',
        'plan_not_found',
        'planId',
        () => commet.plans.setDefaultPrice({ ...ofPrice(), id: none.plan }),
      ],
      [
        'plans.setDefaultPrice',
        'price_not_found',
        'priceId',
        () => commet.plans.setDefaultPrice({ ...ofPlan(), priceId: none.price }),
      ],
      [
        'plans.setRegionalPrices',
        'plan_not_found',
        'planId',
        () => commet.plans.setRegionalPrices({ ...ofPrice(), ...override, id: none.plan }),
      ],
      [
        'plans.setRegionalPrices',
        'price_not_found',
        'priceId',
        () => commet.plans.setRegionalPrices({ ...ofPlan(), ...override, priceId: none.price }),
      ],
      [
        'plans.setRegionalPricing',
        'plan_not_found',
        'planId',
        () => commet.plans.setRegionalPricing({ id: none.plan, ...rate }),
      ],
      [
        'plans.setRegionalPricing',
        'price_not_found',
        'prices.0.priceId',
        () =>
          commet.plans.setRegionalPricing({
            ...ofPlan(),
            ...rate,
            prices: [{ priceId: none.price, price: 1 }],
          }),
      ],
      [
        'plans.setRegionalPricing',
        'feature_not_found',
        'features.0.featureId',
        () =>
          commet.plans.setRegionalPricing({
            ...ofPlan(),
            ...rate,
            features: [{ featureId: none.feature, overageUnitPrice: 1 }],
          }),
      ],
      [
        'plans.setRegionalPricing',
        'no_prices_configured',
        'planId',
        async () => {
          const empty = await catalogue.plan();
          await commet.plans.setRegionalPricing({ id: empty.id, ...rate });
        },
      ],
      [
        'plans.deleteRegionalPrices',
        'plan_not_found',
        'planId',
        () => commet.plans.deleteRegionalPrices({ ...ofPrice(), id: none.plan }),
      ],
      [
        'plans.deleteRegionalPrices',
        'price_not_found',
        'priceId',
        () => commet.plans.deleteRegionalPrices({ ...ofPlan(), priceId: none.price }),
      ],
      [
        'features.get',
        'feature_not_found',
        'featureId',
        () => commet.features.get({ code: 'none' }),
      ],
      [
        'features.create',
        'feature_already_exists',
        'code',
        () => commet.features.create({ name: 'Other', code: 'calls', type: 'usage' }),
      ],
      [
        'features.create',
        'feature_already_exists',
        'name',
        () => commet.features.create({ name: 'Calls', code: 'other', type: 'usage' }),
      ],
      [
        'features.update',
        'feature_not_found',
        'featureId',
        () => commet.features.update({ code: 'none', name: 'x' }),
      ],
      [
        'features.update',
        'feature_already_exists',
        'name',
        async () => {
          const other = await catalogue.feature();
          await commet.features.update({ code: other.code, name: 'Calls' });
        },
      ],
      [
        'features.delete',
        'feature_not_found',
        'featureId',
        () => commet.features.delete({ code: 'none' }),
      ],
      [
        'features.delete',
        'feature_in_use',
        'featureId',
        async () => {
          await attach();
          await commet.features.delete({ code: 'calls' });
        },
      ],
      [
        'planGroups.get',
        'plan_group_not_found',
        'planGroupId',
        () => commet.planGroups.get({ id: none.group }),
      ],
      [
        'planGroups.update',
        'plan_group_not_found',
        'planGroupId',
        () => commet.planGroups.update({ id: none.group }),
      ],
      [
        'planGroups.delete',
        'plan_group_not_found',
        'planGroupId',
        () => commet.planGroups.delete({ id: none.group }),
      ],
      [
        'planGroups.addPlan',
        'plan_group_not_found',
        'planGroupId',
        () => commet.planGroups.addPlan({ id: none.group, planId: plan.id }),
      ],
      [
        'planGroups.addPlan',
        'plan_not_found',
        'planId',
        () => commet.planGroups.addPlan({ ...ofGroup(), planId: none.plan }),
      ],
      [
        'planGroups.addPlan',
        'duplicate',
        'planId',
        async () => {
          await join();
          await commet.planGroups.addPlan({ ...ofGroup(), planId: plan.id });
        },
      ],
      [
        'planGroups.removePlan',
        'plan_group_not_found',
        'planGroupId',
        () => commet.planGroups.removePlan({ id: none.group, planId: plan.id }),
      ],
      [
        'planGroups.removePlan',
        'plan_not_found',
        'planId',
        () => commet.planGroups.removePlan({ ...ofGroup(), planId: plan.id }),
      ],
      [
        'planGroups.reorderPlans',
        'plan_group_not_found',
        'planGroupId',
        () => commet.planGroups.reorderPlans({ id: none.group, planIds: ['x'] }),
      ],
    ];

  describe('hears of every documented error', () => {
    it.each(refusals)('%s: %s, because of %s', async (_method, code, param, call) => {
      const { type, status } = catalogueOfErrors[code];
      const thrown = await fault(call());
      expect(thrown).toBeInstanceOf(CommetAPIError);
      expect(thrown).toMatchObject({
        statusCode: status,
        code,
        type,
        param,
        docUrl: `${server().gateway.url}/docs/errors/${code}`,
      });
      expect(Reflect.get(Object(thrown), 'details')).toBeUndefined();
    });

    it('of every operation', () => {
      const heard = refusals.map(([method, code]) => `${method} ${code}`);
      const called = operationIds.filter((id) => methods[id] !== undefined);
      const documented = called.flatMap((id) =>
        (operations[id].errors ?? []).map((code) => `${methods[id]} ${code}`),
      );
      expect([...new Set(heard)].sort()).toEqual(documented.sort());
    });

    it('of keys', async () => {
      const unknown = new Commet({ apiKey: 'ck_live_unknown' });
      expect(await fault(unknown.plans.list())).toMatchObject({
        statusCode: 401,
        code: 'unauthorized',
      });
      const reader = new Commet({ apiKey: await keyOf(server().world, catalogue.tenant, 'read') });
      expect(await dataOf(reader.plans.list())).toHaveLength(1);
      expect(await fault(reader.plans.delete(ofPlan()))).toMatchObject({
        statusCode: 403,
        code: 'forbidden',
      });
    });
  });

  const invalid: [method: string, fields: string[], call: () => Promise<unknown>][] = [
    ['plans.create', ['name', 'code'], () => commet.plans.create({ name: '', code: 'A B' })],
    [
      'plans.update',
      ['name', 'metadata'],
      () => commet.plans.update({ ...ofPlan(), name: '', metadata: broken('text') }),
    ],
    [
      'plans.setVisibility',
      ['isPublic'],
      () => commet.plans.setVisibility({ ...ofPlan(), isPublic: broken('no') }),
    ],
    [
      'plans.addFeature',
      ['featureId', 'overage.unitPrice'],
      () =>
        commet.plans.addFeature({
          ...ofPlan(),
          featureId: '',
          overage: { enabled: true, unitPrice: -1 },
        }),
    ],
    [
      'plans.updateFeature',
      ['includedAmount', 'creditsPerUnit'],
      () =>
        commet.plans.updateFeature({
          ...ofFeature(),
          includedAmount: 0.5,
          creditsPerUnit: 2 ** 31,
        }),
    ],
    [
      'plans.addPrice',
      ['billingInterval', 'price', 'introOffer.discountType'],
      () =>
        commet.plans.addPrice({
          ...ofPlan(),
          billingInterval: broken('daily'),
          price: 1.5,
          introOffer: { enabled: true, discountType: broken('gift') },
        }),
    ],
    [
      'plans.addPrice',
      ['introOffer.durationCycles'],
      () =>
        commet.plans.addPrice({
          ...ofPlan(),
          billingInterval: 'one_time',
          price: 1,
          introOffer: {
            enabled: true,
            discountType: 'amount',
            discountValue: 1,
            durationCycles: 0,
          },
        }),
    ],
    [
      'plans.updatePrice',
      ['isDefault'],
      () => commet.plans.updatePrice({ ...ofPrice(), isDefault: false }),
    ],
    [
      'plans.setRegionalPrices',
      ['overrides.0.currency', 'overrides.1.price'],
      () =>
        commet.plans.setRegionalPrices({
          ...ofPrice(),
          overrides: [
            { currency: 'euro', price: 1 },
            { currency: 'eur', price: -1 },
          ],
        }),
    ],
    [
      'plans.setRegionalPricing',
      ['currency', 'exchangeRate'],
      () =>
        commet.plans.setRegionalPricing({ ...ofPlan(), currency: broken('chf'), exchangeRate: 0 }),
    ],
    ['plans.list', ['includePrivate'], () => commet.plans.list({ includePrivate: broken('yes') })],
    [
      'features.create',
      ['code', 'type'],
      () => commet.features.create({ name: 'x', code: '', type: broken('metered') }),
    ],
    ['features.update', ['name'], () => commet.features.update({ code: 'calls' })],
    ['planGroups.list', ['limit'], () => commet.planGroups.list({ limit: 101 })],
    ['planGroups.create', ['name'], () => commet.planGroups.create({ name: 'x'.repeat(256) })],
    [
      'planGroups.update',
      ['isPublic'],
      () => commet.planGroups.update({ ...ofGroup(), isPublic: broken('no') }),
    ],
    [
      'planGroups.addPlan',
      ['planId'],
      () => commet.planGroups.addPlan({ ...ofGroup(), planId: '' }),
    ],
    [
      'planGroups.reorderPlans',
      ['planIds'],
      () => commet.planGroups.reorderPlans({ ...ofGroup(), planIds: [] }),
    ],
  ];

  it.each(invalid)('raises its validation error: %s, %j', async (_method, fields, call) => {
    const thrown = await fault(call());
    expect(thrown).toBeInstanceOf(CommetValidationError);
    const { validationErrors } = thrown as CommetValidationError;
    expect(Object.keys(validationErrors)).toEqual(fields);
    for (const messages of Object.values(validationErrors)) expect(messages[0]).toMatch(/./);
  });

  it('turns pages', async () => {
    for (let number = 1; number < 5; number += 1) await catalogue.group();
    const names: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await commet.planGroups.list({ limit: 2, ...(cursor && { cursor }) });
      names.push(...(page.data ?? []).map(({ id }) => id));
      expect(page.hasMore).toBe(page.nextCursor !== undefined);
      cursor = page.nextCursor;
    } while (cursor);
    expect(names).toEqual((await catalogue.rows('plan_group')).map(({ id }) => id).sort());
    expect(redirection.seen).toHaveLength(3);
  });

  it('retries a lost answer with the same key, and nothing happens twice', async () => {
    redirection.loseAnswers(1);
    const given = { ...ofPlan(), billingInterval: 'yearly', price: 5 } as const;
    expect(await dataOf(commet.plans.addPrice(given))).toMatchObject({
      billingInterval: 'yearly',
      price: 5,
    });
    expect(redirection.seen).toMatchObject([{ method: 'POST', replayed: true }]);
    expect(redirection.seen[0]?.headers.get('idempotency-key')).toMatch(/^commet-node-retry-/);
    expect(await catalogue.rows('plan_price')).toHaveLength(2);
  });

  it('takes a key of its caller, also for a deletion', async () => {
    const options = { idempotencyKey: 'my-own' };
    await commet.plans.delete(ofPlan(), options);
    expect(await dataOf(commet.plans.delete(ofPlan(), options))).toMatchObject({
      id: plan.id,
      deleted: true,
    });
    expect(redirection.seen.map(({ replayed }) => replayed)).toEqual([false, true]);
    const other = await catalogue.plan();
    expect(await fault(commet.plans.delete({ id: other.id }, options))).toMatchObject({
      statusCode: 409,
      code: 'idempotency_key_mismatch',
    });
  });

  it('may ask for another version', async () => {
    expect(await fault(commet.features.list())).toBeUndefined();
    const pinned = new Commet({
      apiKey: (await server().newClient()).key,
      apiVersion: '2026-05-25',
    });
    expect(await fault(pinned.features.list())).toMatchObject({
      statusCode: 404,
      code: 'endpoint_not_available',
    });
  });
});
