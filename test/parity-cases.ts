import { setFeatureLimits, setPlanFeatureLimits } from '../src/domain/feature-limit.ts';
import { setMarketPrices } from '../src/domain/market-price.ts';
import { setUnitPrice } from '../src/domain/unit-price.ts';
import type { Catalogue } from './catalogue.ts';

/** What the cases name, in any catalogue. */
export interface Scene {
  plan: string;
  free: string;
  price: string;
  yearly: string;
  feature: string;
  spare: string;
  switch: string;
  section: string;
  group: string;
  member: string;
  other: string;
  market: string;
  priced: string;
}

export type Json = Record<string, unknown>;
/** Ids in the order of the path, the input, and what comes of it: an error code, or nothing. */
export type Case = [
  expected: string,
  ids: (scene: Scene) => string[],
  input?: (scene: Scene) => Json,
];

/** What is tried through both surfaces: every writing operation, done and refused. */
export const cases: Record<string, Case[]> = {
  createPlan: [
    [
      '',
      () => [],
      () => ({
        name: 'New',
        code: 'new',
        metadata: { b: 1, a: [null] },
        consumptionModel: 'credits',
      }),
    ],
    [
      '',
      () => [],
      ({ group }) => ({ name: 'New', code: 'new', planGroupId: group, description: null }),
    ],
    ['validation_error', () => [], () => ({ name: '', code: 'Upper Case' })],
    [
      'plan_group_not_found',
      () => [],
      () => ({ name: 'New', code: 'new', planGroupId: 'plg_missing' }),
    ],
    ['duplicate', () => [], () => ({ name: 'Again', code: 'pro' })],
  ],
  updatePlan: [
    [
      '',
      ({ plan }) => [plan],
      () => ({ name: 'Renamed', description: null, metadata: { only: 'this' } }),
    ],
    ['validation_error', ({ plan }) => [plan], () => ({ name: '' })],
    ['plan_not_found', () => ['pln_missing'], () => ({ name: 'Renamed' })],
  ],
  setPlanVisibility: [
    ['', ({ plan }) => [plan], () => ({ isPublic: false })],
    ['plan_not_found', () => ['pln_missing'], () => ({ isPublic: false })],
  ],
  deletePlan: [
    ['', ({ member }) => [member]],
    ['plan_not_found', () => ['pln_missing']],
  ],
  addPlanFeature: [
    [
      '',
      ({ plan }) => [plan],
      ({ spare }) => ({ featureId: spare, overage: { enabled: true, unitPrice: 20 } }),
    ],
    ['', ({ plan }) => [plan], ({ switch: toggle }) => ({ featureId: toggle })],
    [
      'validation_error',
      ({ plan }) => [plan],
      ({ spare }) => ({ featureId: spare, overage: { enabled: true, unitPrice: -1 } }),
    ],
    [
      'validation_error',
      ({ free }) => [free],
      ({ spare }) => ({ featureId: spare, overage: { enabled: false, unitPrice: 20 } }),
    ],
    [
      'validation_error',
      ({ plan }) => [plan],
      ({ switch: toggle }) => ({ featureId: toggle, includedAmount: 5 }),
    ],
    ['feature_not_found', ({ plan }) => [plan], () => ({ featureId: 'ftr_missing' })],
    ['feature_already_exists', ({ plan }) => [plan], ({ feature }) => ({ featureId: feature })],
  ],
  updatePlanFeature: [
    [
      '',
      ({ plan, feature }) => [plan, feature],
      () => ({ includedAmount: 9, overage: { enabled: true, unitPrice: 70 } }),
    ],
    ['validation_error', ({ plan, feature }) => [plan, feature], () => ({ unlimited: true })],
    ['feature_not_found', ({ plan, spare }) => [plan, spare], () => ({ enabled: false })],
  ],
  removePlanFeature: [
    ['', ({ plan, feature }) => [plan, feature]],
    ['feature_not_found', ({ plan, spare }) => [plan, spare]],
  ],
  addPlanPrice: [
    [
      '',
      ({ plan }) => [plan],
      ({ market, priced }) => ({
        billingInterval: 'quarterly',
        price: 800_000,
        marketPrices: [
          { marketId: market, currency: 'brl', price: 4_000_000 },
          { marketId: priced, currency: 'usd', price: 900_000 },
        ],
      }),
    ],
    [
      'market_not_found',
      ({ plan }) => [plan],
      () => ({
        billingInterval: 'quarterly',
        price: 800_000,
        marketPrices: [{ marketId: 'pmg_missing', currency: 'brl', price: 4_000_000 }],
      }),
    ],
    ['', ({ plan }) => [plan], () => ({ billingInterval: 'weekly', price: 0, isDefault: true })],
    [
      '',
      ({ plan }) => [plan],
      () => ({
        billingInterval: 'quarterly',
        price: 790_000,
        trialDays: 14,
        includedCredits: 5,
        introOffer: {
          enabled: true,
          discountType: 'percentage',
          discountValue: 5000,
          durationCycles: 3,
        },
      }),
    ],
    ['validation_error', ({ plan }) => [plan], () => ({ billingInterval: 'weekly', price: 1.5 })],
    [
      'validation_error',
      ({ plan }) => [plan],
      () => ({ billingInterval: 'weekly', price: 1, introOffer: { enabled: true } }),
    ],
    ['validation_error', ({ free }) => [free], () => ({ billingInterval: 'monthly', price: 1 })],
    [
      'validation_error',
      ({ plan }) => [plan],
      () => ({
        billingInterval: 'weekly',
        price: 1,
        introOffer: { enabled: true, discountType: 'percentage', discountValue: 10_001 },
      }),
    ],
    ['plan_not_found', () => ['pln_missing'], () => ({ billingInterval: 'weekly', price: 0 })],
    ['duplicate', ({ plan }) => [plan], () => ({ billingInterval: 'monthly', price: 0 })],
  ],
  updatePlanPrice: [
    [
      '',
      ({ plan, price }) => [plan, price],
      ({ market }) => ({
        price: 300_000,
        marketPrices: [{ marketId: market, currency: 'brl', price: 1_490_000 }],
      }),
    ],
    ['', ({ plan, price }) => [plan, price], () => ({ marketPrices: [] })],
    [
      '',
      ({ plan, price }) => [plan, price],
      () => ({ price: 390_000, includedBalance: null, trialDays: 7 }),
    ],
    ['validation_error', ({ plan, price }) => [plan, price], () => ({ isDefault: false })],
    [
      'validation_error',
      ({ plan, price }) => [plan, price],
      () => ({ introOffer: { enabled: true, discountType: 'amount', discountValue: 9_000_000 } }),
    ],
    ['validation_error', ({ plan, price }) => [plan, price], () => ({ price: -1 })],
    ['price_not_found', ({ plan }) => [plan, 'pp_missing'], () => ({ price: 1 })],
  ],
  deletePlanPrice: [
    ['', ({ plan, price }) => [plan, price]],
    ['price_not_found', ({ free, price }) => [free, price]],
  ],
  setDefaultPlanPrice: [
    ['', ({ plan, yearly }) => [plan, yearly]],
    ['plan_not_found', ({ yearly }) => ['pln_missing', yearly]],
  ],
  upsertRegionalPrices: [
    [
      '',
      ({ plan, price }) => [plan, price],
      () => ({
        overrides: [
          { currency: 'BRL', price: 1_490_000 },
          { currency: 'eur', price: 100 },
        ],
      }),
    ],
    [
      'validation_error',
      ({ plan, price }) => [plan, price],
      () => ({ overrides: [{ currency: 'euro', price: 1 }] }),
    ],
    [
      'validation_error',
      ({ plan, price }) => [plan, price],
      () => ({
        overrides: [
          { currency: 'brl', price: 1 },
          { currency: 'BRL', price: 2 },
        ],
      }),
    ],
    ['price_not_found', ({ plan }) => [plan, 'pp_missing'], () => ({ overrides: [] })],
  ],
  deleteRegionalPrices: [
    ['', ({ plan, price }) => [plan, price]],
    ['price_not_found', ({ plan }) => [plan, 'pp_missing']],
  ],
  setPlanRegionalPricing: [
    [
      '',
      ({ plan }) => [plan],
      ({ yearly }) => ({
        currency: 'jpy',
        exchangeRate: 149.3,
        prices: [{ priceId: yearly, price: 9_990_000 }],
      }),
    ],
    ['validation_error', ({ plan }) => [plan], () => ({ currency: 'jpy', exchangeRate: 0 })],
    ['validation_error', ({ plan }) => [plan], () => ({ currency: 'zzz', exchangeRate: 1 })],
    [
      'price_not_found',
      ({ plan }) => [plan],
      () => ({ currency: 'jpy', exchangeRate: 1, prices: [{ priceId: 'pp_missing', price: 1 }] }),
    ],
    ['no_prices_configured', ({ other }) => [other], () => ({ currency: 'jpy', exchangeRate: 1 })],
  ],
  createFeature: [
    ['', () => [], () => ({ name: 'New', code: 'new', type: 'quota', unitName: 'GB' })],
    ['validation_error', () => [], () => ({ name: 'x'.repeat(256), code: 'new', type: 'quota' })],
    ['feature_already_exists', () => [], () => ({ name: 'New', code: 'calls', type: 'usage' })],
    ['feature_already_exists', () => [], () => ({ name: 'Calls', code: 'new', type: 'usage' })],
  ],
  updateFeature: [
    ['', ({ feature }) => [feature], () => ({ name: 'Requests', unitName: null })],
    ['', () => ['calls'], () => ({ description: 'By code.' })],
    ['validation_error', ({ feature }) => [feature], () => ({})],
    ['feature_already_exists', ({ feature }) => [feature], () => ({ name: 'Spare' })],
    ['feature_not_found', () => ['missing'], () => ({ name: 'Requests' })],
  ],
  deleteFeature: [
    ['', ({ spare }) => [spare]],
    ['feature_in_use', ({ feature }) => [feature]],
    ['feature_not_found', () => ['missing']],
  ],
  createPlanGroup: [
    ['', () => [], () => ({ name: 'New', isPublic: false })],
    ['validation_error', () => [], () => ({ name: 'a\0b' })],
  ],
  updatePlanGroup: [
    ['', ({ group }) => [group], () => ({ name: 'Renamed', description: null })],
    ['plan_group_not_found', () => ['plg_missing'], () => ({ name: 'Renamed' })],
  ],
  deletePlanGroup: [
    ['', ({ group }) => [group]],
    ['plan_group_not_found', () => ['plg_missing']],
  ],
  addPlanToGroup: [
    ['', ({ group }) => [group], ({ free }) => ({ planId: free, sortOrder: 0 })],
    ['validation_error', ({ group }) => [group], ({ plan }) => ({ planId: plan, sortOrder: -1 })],
    ['plan_not_found', ({ group }) => [group], () => ({ planId: 'pln_missing' })],
    ['duplicate', ({ group }) => [group], ({ member }) => ({ planId: member })],
  ],
  removePlanFromGroup: [
    ['', ({ group, member }) => [group, member]],
    ['plan_not_found', ({ group, plan }) => [group, plan]],
  ],
  reorderPlansInGroup: [
    ['', ({ group }) => [group], ({ member, other }) => ({ planIds: [other, member] })],
    ['validation_error', ({ group }) => [group], ({ member }) => ({ planIds: [member] })],
    ['plan_group_not_found', () => ['plg_missing'], ({ member }) => ({ planIds: [member] })],
  ],
  createMarket: [
    [
      '',
      () => [],
      () => ({ name: 'Iberia', countryCodes: ['es', 'PT'], metadata: { b: 1, a: [null] } }),
    ],
    ['validation_error', () => [], () => ({ name: '', countryCodes: ['ES'] })],
    ['validation_error', () => [], () => ({ name: 'None', countryCodes: ['XX'] })],
    ['duplicate', () => [], () => ({ name: 'Again', countryCodes: ['ES', 'BR'] })],
  ],
  updateMarket: [
    [
      '',
      ({ market }) => [market],
      () => ({ name: 'South', countryCodes: ['AR', 'UY'], metadata: { only: 'this' } }),
    ],
    ['duplicate', ({ priced }) => [priced], () => ({ name: 'Alps', countryCodes: ['BR'] })],
    ['market_not_found', () => ['pmg_missing'], () => ({ name: 'No', countryCodes: ['ES'] })],
  ],
  deleteMarket: [
    ['', ({ market }) => [market]],
    ['market_in_use', ({ priced }) => [priced]],
    ['market_not_found', () => ['pmg_missing']],
  ],
  addPriceVariant: [
    [
      '',
      ({ plan }) => [plan],
      ({ price, priced }) => ({
        inheritsFromPriceId: price,
        name: 'Partners',
        marketPrices: [{ marketId: priced, currency: 'eur', price: 200_000 }],
        metadata: { channel: 'web' },
      }),
    ],
    [
      '',
      ({ plan }) => [plan],
      ({ price, priced }) => ({
        inheritsFromPriceId: price,
        marketPrices: [{ marketId: priced, currency: 'jpy', price: 150_000_000 }],
      }),
    ],
    [
      'validation_error',
      ({ plan }) => [plan],
      ({ price, market }) => ({
        inheritsFromPriceId: price,
        marketPrices: [{ marketId: market, currency: 'eur', price: 200_000 }],
      }),
    ],
    [
      'validation_error',
      ({ plan }) => [plan],
      ({ price }) => ({ inheritsFromPriceId: price, marketPrices: [] }),
    ],
    [
      'price_not_found',
      ({ plan }) => [plan],
      ({ priced }) => ({
        inheritsFromPriceId: 'pp_missing',
        marketPrices: [{ marketId: priced, currency: 'eur', price: 200_000 }],
      }),
    ],
  ],
};

/** The same plans, prices, features and groups in any catalogue. */
export const arrange = async (catalogue: Catalogue): Promise<Scene> => {
  const free = await catalogue.plan({ code: 'free', isFree: true });
  const plan = await catalogue.plan({
    code: 'pro',
    consumptionModel: 'metered',
    availability: 'contact_sales',
    presentation: { tagline: 'For teams', callToAction: { label: 'Talk to us', url: '/sales' } },
    basedOnPlanId: free.id,
  });
  const price = await catalogue.price(plan, {
    billingInterval: 'monthly',
    price: 290_000,
    includedBalance: 100_000,
  });
  const yearly = await catalogue.price(plan, { billingInterval: 'yearly', price: 2_900_000 });
  const feature = await catalogue.feature({ code: 'calls', name: 'Calls' });
  const section = await catalogue.section();
  const spare = await catalogue.feature({
    code: 'spare',
    name: 'Spare',
    sectionId: section.id,
  });
  const toggle = await catalogue.feature({ code: 'sso', name: 'SSO', type: 'boolean' });
  await catalogue.attach(plan, feature, {
    includedAmount: 100,
    overage: { enabled: true, unitPrice: 50 },
  });
  const limits = [{ code: 'rate', name: 'Rate' }];
  await catalogue.change((w) => setFeatureLimits(w, feature.id, { limits }));
  const amounts = [{ code: 'rate', amount: 60 }];
  await catalogue.change((w) => setPlanFeatureLimits(w, plan.id, feature.id, { limits: amounts }));
  await catalogue.regionalPricing(plan, { currency: 'eur', exchangeRate: 0.915 });
  await catalogue.change((w) =>
    setUnitPrice(w, plan.id, yearly.id, { featureId: feature.id, unitPrice: 600 }),
  );
  const group = await catalogue.group();
  const member = await catalogue.plan({
    code: 'member',
    planGroupId: group.id,
    basedOnPlanId: plan.id,
  });
  const other = await catalogue.plan({ code: 'other', planGroupId: group.id });
  const market = await catalogue.market({ name: 'Brazil', countryCodes: ['BR', 'AR'] });
  const priced = await catalogue.market({ name: 'Alps', countryCodes: ['CH'] });
  await catalogue.change((w) =>
    setMarketPrices(w, plan.id, price.id, {
      marketPrices: [{ marketId: priced.id, currency: 'eur', price: 270_000 }],
    }),
  );
  return {
    plan: plan.id,
    free: free.id,
    price: price.id,
    yearly: yearly.id,
    feature: feature.id,
    spare: spare.id,
    switch: toggle.id,
    section: section.id,
    group: group.id,
    member: member.id,
    other: other.id,
    market: market.id,
    priced: priced.id,
  };
};
