import {
  type Call,
  graphqlOnly,
  type MarketPriceOfInput,
  type OperationName,
  type Override,
  type RegionalPricing,
  type RestOperation,
} from './reference/calls.ts';
import { hasOverage } from './reference/derive.ts';
import { minorUnits, shownInMinorUnits } from './reference/money.ts';
import type {
  Feature,
  Group,
  IntroOffer,
  Market,
  PlacedPlan,
  PlanFeature,
  Price,
  RegionalPrice,
} from './reference/records.ts';
import type { ReferenceTenant, Result } from './reference/tenant.ts';
import { type Answer, headersOf, type Send, type Surface } from './surface.ts';

type Era = 'A' | 'B' | 'C';

const versions: Record<Era, string> = { A: '2026-05-25', B: '2026-07-11', C: '2026-08-27' };

type Routes = Record<RestOperation, [method: string, path: string]>;

const olderRoutes: Routes = {
  createPlan: ['POST', '/plans/manage'],
  updatePlan: ['PUT', '/plans/{planId}/manage'],
  deletePlan: ['DELETE', '/plans/{planId}/manage'],
  setPlanVisibility: ['PUT', '/plans/{planId}/visibility'],
  addPlanFeature: ['POST', '/plans/{planId}/features'],
  updatePlanFeature: ['PUT', '/plans/{planId}/features/{featureId}'],
  removePlanFeature: ['DELETE', '/plans/{planId}/features/{featureId}'],
  addPlanPrice: ['POST', '/plans/{planId}/prices'],
  updatePlanPrice: ['PUT', '/plans/{planId}/prices/{priceId}'],
  deletePlanPrice: ['DELETE', '/plans/{planId}/prices/{priceId}'],
  setDefaultPlanPrice: ['PUT', '/plans/{planId}/prices/{priceId}/default'],
  upsertRegionalPrices: ['PUT', '/plans/{planId}/prices/{priceId}/regional'],
  deleteRegionalPrices: ['DELETE', '/plans/{planId}/prices/{priceId}/regional'],
  setPlanRegionalPricing: ['PUT', '/plans/{planId}/regional'],
  createFeature: ['POST', '/features/manage'],
  updateFeature: ['PUT', '/features/{featureId}/manage'],
  deleteFeature: ['DELETE', '/features/{featureId}/manage'],
  createPlanGroup: ['POST', '/plan-groups'],
  updatePlanGroup: ['PUT', '/plan-groups/{planGroupId}'],
  deletePlanGroup: ['DELETE', '/plan-groups/{planGroupId}'],
  addPlanToGroup: ['POST', '/plan-groups/{planGroupId}/plans'],
  removePlanFromGroup: ['DELETE', '/plan-groups/{planGroupId}/plans/{planId}'],
  reorderPlansInGroup: ['PUT', '/plan-groups/{planGroupId}/plans/reorder'],
  // Only the newest era has these.
  createMarket: ['POST', '/markets'],
  updateMarket: ['PATCH', '/markets/{marketId}'],
  deleteMarket: ['DELETE', '/markets/{marketId}'],
  addPriceVariant: ['POST', '/plans/{planId}/prices'],
};

const newerRoutes: Routes = {
  ...olderRoutes,
  createPlan: ['POST', '/plans'],
  updatePlan: ['PATCH', '/plans/{planId}'],
  deletePlan: ['DELETE', '/plans/{planId}'],
  updatePlanFeature: ['PATCH', '/plans/{planId}/features/{featureId}'],
  updatePlanPrice: ['PATCH', '/plans/{planId}/prices/{priceId}'],
  createFeature: ['POST', '/features'],
  updateFeature: ['PATCH', '/features/{featureId}'],
  deleteFeature: ['DELETE', '/features/{featureId}'],
  updatePlanGroup: ['PATCH', '/plan-groups/{planGroupId}'],
};

const isOfRest = (operation: OperationName): operation is RestOperation =>
  !graphqlOnly.some((other) => other === operation);

const routeOf = (era: Era, { operation }: Call) => {
  if (!isOfRest(operation)) throw new Error(`REST has no ${operation}`);
  return (era === 'C' ? newerRoutes : olderRoutes)[operation];
};

const without = (object: object, ...keys: string[]): object =>
  Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));

type Amount = (amount: number, currency: string) => number;

/** The input with another amount for each price in it. */
const withPrices = (input: object, amountOf: Amount, baseCurrency: string): object => {
  const {
    currency = baseCurrency,
    price,
    prices,
    overrides,
    marketPrices,
  } = input as Partial<
    RegionalPricing & { price: number; overrides: Override[]; marketPrices: MarketPriceOfInput[] }
  >;
  const changed = (amount: unknown, currency: unknown) =>
    typeof amount === 'number' ? amountOf(amount, String(currency).toLowerCase()) : amount;
  const each = <Row extends { price: number }>(rows: Row[], currencyOf: (row: Row) => string) =>
    Array.isArray(rows)
      ? rows.map((row) => ({ ...row, price: changed(row.price, currencyOf(row)) }))
      : rows;
  return {
    ...input,
    ...(price !== undefined && { price: changed(price, baseCurrency) }),
    ...(prices && { prices: each(prices, () => currency) }),
    ...(overrides && { overrides: each(overrides, (row) => row.currency) }),
    ...(marketPrices && { marketPrices: each(marketPrices, (row) => row.currency) }),
  };
};

const wholeMinorUnits: Amount = (amount, currency) => amount - (amount % minorUnits(1, currency));
/** What is no such amount goes out as it is: it was made to be refused. */
const asMinorUnits: Amount = (amount, currency) => {
  if (!/^[a-z]{3}$/.test(currency)) return amount;
  const unit = minorUnits(1, currency);
  return amount % unit === 0 ? amount / unit : amount;
};

const priced = new Set<OperationName>([
  'addPlanPrice',
  'addPriceVariant',
  'updatePlanPrice',
  'upsertRegionalPrices',
  'setPlanRegionalPricing',
]);

const inMinorUnits = (call: Call, baseCurrency: string): Call =>
  'input' in call && priced.has(call.operation)
    ? ({
        ...call,
        input: withPrices(call.input, wholeMinorUnits, baseCurrency),
        ...(!call.operation.startsWith('add') && { seesMinorUnits: true }),
      } as Call)
    : call;

const ofMarkets = new Set<OperationName>([
  'createMarket',
  'updateMarket',
  'deleteMarket',
  'addPriceVariant',
]);
type OfMarkets = Extract<
  Call,
  { operation: 'createMarket' | 'updateMarket' | 'deleteMarket' | 'addPriceVariant' }
>;
const isOfMarkets = (call: Call): call is OfMarkets => ofMarkets.has(call.operation);

/** REST takes ids only, no unit prices, and the currencies of its contract. */
const saysMarketPrices = ({ marketPrices }: { marketPrices?: MarketPriceOfInput[] | null }) =>
  !marketPrices ||
  marketPrices.every(
    (entry) =>
      isId(entry.marketId) &&
      !entry.unitPrices &&
      isRated({ currency: entry.currency.toLowerCase() }),
  );
const isId = (reference: string): boolean => reference.startsWith('pmg_');

const isSaidOfMarkets = (call: OfMarkets): boolean => {
  if (call.operation === 'addPriceVariant')
    return call.input.billingInterval != null && saysMarketPrices(call.input);
  if (call.operation === 'createMarket') return true;
  if (!isId(call.marketId)) return false;
  const { name, countryCodes } = 'input' in call ? call.input : { name: '', countryCodes: [] };
  return name !== undefined && countryCodes !== undefined;
};

/** Older eras have no variants. */
const withoutVariants = (era: Era, call: Call): Call =>
  era !== 'C' && 'priceId' in call ? { ...call, knowsNoVariants: true } : call;

const sayable = (era: Era, call: Call, baseCurrency: string): Call | undefined => {
  if (!isOfRest(call.operation)) return undefined;
  if (era !== 'C' && 'seesMinorUnits' in call) return undefined;
  if (era === 'A' && call.operation === 'setPlanRegionalPricing') return undefined;
  if (isOfMarkets(call) && (era !== 'C' || !isSaidOfMarkets(call))) return undefined;
  if (era === 'C' && 'knowsNoVariants' in call) return undefined;
  if (!('input' in call)) return withoutVariants(era, call);
  const isPrice = call.operation === 'addPlanPrice' || call.operation === 'updatePlanPrice';
  const unsaid = isPrice ? (era === 'C' ? ['introOffer'] : ['metadata']) : [];
  if (isPrice && !(era === 'C' && saysMarketPrices(call.input))) unsaid.push('marketPrices');
  if (isPrice) unsaid.push('name');
  if (isOfMarkets(call)) unsaid.push('code', 'taxBehavior');
  if (era === 'C') unsaid.push('introOffers');
  unsaid.push('displayValue', 'sectionId', 'unitNamePlural');
  unsaid.push('availability', 'presentation', 'basedOnPlanId');
  if (call.operation === 'createPlanGroup') unsaid.push('code');
  // Null clears no description in the oldest era.
  if (era === 'A' && call.operation === 'updatePlan' && call.input.description === null)
    unsaid.push('description');
  if (era === 'A')
    for (const [field, value] of Object.entries(call.input))
      if ((field === 'overage' || field === 'introOffer') && Object.keys(value ?? {}).length === 0)
        unsaid.push(field);
  const said = { ...call, input: without(call.input, ...unsaid) } as Call;
  return era === 'C' ? inMinorUnits(said, baseCurrency) : withoutVariants(era, said);
};

const joined = (parent: string, member: string) =>
  `${parent}${member.charAt(0).toUpperCase()}${member.slice(1)}`;

/** Members of nested objects are fields of their own in the oldest era. */
const flat = (body: object): object =>
  Object.fromEntries(
    Object.entries(body).flatMap(([field, value]) =>
      field === 'overage' || field === 'introOffer'
        ? Object.entries(value).map(([member, inner]) => [joined(field, member), inner])
        : [[field, value]],
    ),
  );

/** Of a variant, its name stands in its metadata. */
const named = ({ name, ...input }: { name?: unknown; metadata?: unknown }): object =>
  name == null ? input : { ...input, metadata: { ...Object(input.metadata), name } };

const wire = (era: Era, operation: OperationName, input: object, baseCurrency: string): object => {
  if (era === 'A') return flat(input);
  if (operation === 'addPriceVariant') input = named(input);
  if ('marketPrices' in input && Array.isArray(input.marketPrices))
    input = {
      ...input,
      marketPrices: input.marketPrices.map((entry) => {
        const { marketId: marketGroupId, ...rest } = Object(entry);
        return { marketGroupId, ...rest };
      }),
    };
  return era === 'C' && priced.has(operation)
    ? withPrices(input, asMinorUnits, baseCurrency)
    : input;
};

const request = async (
  era: Era,
  to: Send,
  method: string,
  path: string,
  body?: object,
): Promise<[Response, Record<string, unknown>]> => {
  const response = await fetch(`${to.url}/api/v1${path}`, {
    method,
    headers: { ...headersOf(to), 'commet-version': versions[era] },
    ...(body && { body: JSON.stringify(body) }),
  });
  return [response, (await response.json()) as Record<string, unknown>];
};

const write = async (era: Era, to: Send, call: Call): Promise<Answer> => {
  const [method, pattern] = routeOf(era, call);
  const ids: Record<string, unknown> = { ...call };
  const path = pattern.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(String(ids[name])));
  const input = 'input' in call ? call.input : undefined;
  const [response, body] = await request(
    era,
    to,
    method,
    path,
    input && wire(era, call.operation, input, to.baseCurrency),
  );
  const failure = body.error as { code: string; param?: string } | undefined;
  return {
    status: response.status,
    isReplay: response.headers.has('idempotent-replayed'),
    ...(failure ? { failure: { code: failure.code, param: failure.param } } : { body }),
  };
};

const amountIn = (era: Era, amount: number, currency: string): number =>
  era === 'C' ? shownInMinorUnits(amount, currency) : amount;

const inPrice = (
  era: Era,
  { baseCurrency }: ReferenceTenant,
  { billingInterval, price, isDefault, trialDays }: Price,
) => ({
  ...{ billingInterval, price: amountIn(era, price, baseCurrency), isDefault, trialDays },
});
const grants = ({ includedBalance, includedCredits }: Price) => ({
  includedBalance,
  includedCredits,
});
const inMarkets = (
  tenant: ReferenceTenant,
  { id, inheritsFromPriceId, metadata, name }: Price,
) => ({
  offerId: null,
  inheritsFromPriceId,
  metadata: name === null ? metadata : { ...metadata, name },
  marketPrices: tenant
    .marketPricesOf(id)
    .filter(isRated)
    .map(({ marketId, currency, price }) => ({
      marketGroupId: marketId,
      currency,
      price: shownInMinorUnits(price, currency),
    })),
});
const regional = (era: Era, { currency, price, includedBalance, autoSynced }: RegionalPrice) => ({
  ...{ currency, price: amountIn(era, price, currency), includedBalance, autoSynced },
});
const noOffer: IntroOffer = {
  enabled: false,
  discountType: null,
  discountValue: null,
  durationCycles: null,
};
const flatOffer = (offer: IntroOffer | null) => flat({ introOffer: offer ?? noOffer });

const priceInPlan = (era: Era, tenant: ReferenceTenant, price: Price, base: Price): object => ({
  ...inPrice(era, tenant, price),
  ...grants(price),
  ...(era === 'C'
    ? { id: price.id, ...inMarkets(tenant, price) }
    : { introOffer: price.introOffer }),
  regionalPrices: tenant.regionalPricesOf(base.id).map((row) => regional(era, row)),
});

const overageInPlan = (link: PlanFeature) =>
  hasOverage(link) ? { model: 'per_unit', ...link.overage } : null;

const featureInPlan = (tenant: ReferenceTenant, link: PlanFeature): object => {
  const { code, name, type, unitName } = tenant.feature(link.featureId);
  const { enabled, includedAmount, unlimited } = link;
  return {
    ...{ code, name, type, unitName, enabled, unlimited },
    includedAmount: type === 'boolean' ? null : includedAmount,
    overage: overageInPlan(link),
    regionalPrices: tenant
      .regionalOveragesOf(link.planId, link.featureId)
      .filter(isRated)
      .map(({ currency, unitPrice, autoSynced }) => ({
        currency,
        overageUnitPrice: unitPrice,
        autoSynced,
      })),
  };
};

/** The only currencies in which plans show rates and overages. */
const rated =
  'ars brl clp cop pen uyu pyg bob mxn cad eur jpy cny krw hkd sgd twd inr thb usd'.split(' ');
const isRated = ({ currency }: { currency: string }): boolean => rated.includes(currency);

/** A plan in a list of the oldest era. */
const listedPlan = (tenant: ReferenceTenant, plan: PlacedPlan): object => {
  const { id, code, name, description, isPublic, isFree, sortOrder, createdAt } = plan;
  return {
    ...{ id, code, name, description, isPublic, isFree, isDefault: false, sortOrder, createdAt },
    prices: tenant.pricesOf(id).map((price) => inPrice('A', tenant, price)),
    features: tenant.featuresOf(id).map((link) => {
      const { code, name, type, unitName } = tenant.feature(link.featureId);
      const { enabled, includedAmount, unlimited, overage } = link;
      return {
        code,
        name,
        type,
        unitName,
        enabled,
        includedAmount,
        unlimited,
        ...flat({ overage }),
      };
    }),
  };
};

const planOf = (
  era: Era,
  tenant: ReferenceTenant,
  { availability: _, presentation: __, basedOnPlanId: ___, ...plan }: PlacedPlan,
): object => ({
  ...plan,
  isDefault: false,
  ...(era === 'A'
    ? {}
    : {
        exchangeRates: tenant
          .ratesOf(plan.id)
          .filter(isRated)
          .map(({ currency, exchangeRate }) => ({ currency, exchangeRate })),
        prices: tenant
          .pricesOf(plan.id)
          .flatMap((base) =>
            [base, ...(era === 'C' ? tenant.variantsOf(base.id) : [])].map((price) =>
              priceInPlan(era, tenant, price, base),
            ),
          ),
        features: tenant.featuresOf(plan.id).map((link) => featureInPlan(tenant, link)),
      }),
});

const priceOf = (era: Era, tenant: ReferenceTenant, price: Price): object => {
  const {
    metadata: _,
    introOffer,
    inheritsFromPriceId: __,
    code: ___,
    name: ____,
    ...fields
  } = price;
  if (era === 'A') return { ...fields, ...flatOffer(introOffer) };
  if (era === 'B') return { ...fields, introOffer };
  return {
    ...fields,
    price: amountIn(era, price.price, tenant.baseCurrency),
    ...inMarkets(tenant, price),
  };
};

const planFeatureOf = (
  era: Era,
  { createdAt: _, updatedAt: __, displayValue: ___, overage, ...fields }: PlanFeature,
): object => {
  if (era !== 'A') return { ...fields, overage };
  const isFreeModel = fields.pricingMode === 'ai_model' && overage.unitPrice === 0;
  return {
    ...fields,
    overageEnabled: overage.enabled,
    overageUnitPrice: isFreeModel ? null : overage.unitPrice,
  };
};

/** Plurals of units are no part of the contract. */
const featureOf = ({ unitNamePlural: _, ...feature }: Feature): object => feature;

/** Codes of groups are no part of the contract. */
const withoutCode = ({ code: _, ...group }: Group): Omit<Group, 'code'> => group;

const groupOf = (tenant: ReferenceTenant, group: Group, withCodes: boolean): object => ({
  ...withoutCode(group),
  plans: tenant.membersOf(group.id).map((planId, sortOrder) => {
    const { id, name, code, isPublic } = tenant.plan(planId);
    return { id, name, sortOrder, isPublic, ...(withCodes ? { code } : {}) };
  }),
});

/** Codes and tax behavior of markets are no part of the contract. */
const marketOf = ({ code: _, taxBehavior: __, ...market }: Market): object => market;

const pricingObject = (era: Era) => (era === 'C' ? 'plan_regional_pricing' : 'plan');

/** The fields of an answer and what it says it is. */
const fieldsOf = (
  era: Era,
  call: Call,
  result: Result,
  tenant: ReferenceTenant,
): [object: string, fields: object] => {
  const own = (object: string) => (era === 'C' ? object : 'plan');
  const groupInEraA = () =>
    era === 'A' && 'group' in result ? groupOf(tenant, result.group, true) : {};
  switch (call.operation) {
    case 'removePlanFeature':
      return [own('plan_feature'), { id: 'id' in result && result.id, removed: true }];
    case 'deletePlanPrice':
      return [own('plan_price'), { ...result, deleted: true }];
    case 'deleteMarket':
      return ['market', { ...result, deleted: true }];
    case 'deletePlan':
      return ['plan', { ...result, deleted: true }];
    case 'deleteFeature':
      return ['feature', { ...result, deleted: true }];
    case 'deletePlanGroup':
      return ['plan_group', { ...result, deleted: true }];
    case 'addPlanToGroup':
      return [
        era === 'C' ? 'plan_group_membership' : 'plan_group',
        { ...groupInEraA(), success: true },
      ];
    case 'removePlanFromGroup':
      return [
        era === 'C' ? 'plan_group_membership' : 'plan_group',
        { id: call.planId, removed: true },
      ];
    case 'reorderPlansInGroup':
      return [
        era === 'C' ? 'plan_group_order' : 'plan_group',
        { ...groupInEraA(), reordered: true },
      ];
    case 'deleteRegionalPrices':
      return [pricingObject(era), { deleted: true, ...(era === 'A' ? { id: call.priceId } : {}) }];
  }
  if ('overrides' in result) {
    const overrides = result.overrides.map(({ currency, price, includedBalance }) => ({
      ...{ currency, price: amountIn(era, price, currency) },
      ...(includedBalance === null ? {} : { includedBalance }),
    }));
    return [pricingObject(era), { priceId: result.price.id, overrides }];
  }
  if ('rate' in result) {
    const { rate, pricesConfigured, featuresConfigured } = result;
    return [pricingObject(era), { ...rate, pricesConfigured, featuresConfigured }];
  }
  if ('plan' in result) return ['plan', planOf(era, tenant, result.plan)];
  if ('price' in result) return [own('plan_price'), priceOf(era, tenant, result.price)];
  if ('market' in result) return ['market', marketOf(result.market)];
  if ('planFeature' in result) return [own('plan_feature'), planFeatureOf(era, result.planFeature)];
  if ('group' in result)
    return [
      'plan_group',
      era === 'B' ? groupOf(tenant, result.group, false) : withoutCode(result.group),
    ];
  return 'feature' in result ? ['feature', featureOf(result.feature)] : ['', result];
};

const readList = async (era: Era, to: Send, path: string, limit: number): Promise<unknown[]> => {
  const rows: unknown[] = [];
  for (let cursor = ''; ; ) {
    const address = `${path}${path.includes('?') ? '&' : '?'}limit=${limit}${cursor && `&cursor=${cursor}`}`;
    const [, { data, hasMore, nextCursor }] = await request(era, to, 'GET', address);
    rows.push(...(data as unknown[]));
    if (!hasMore) return rows;
    cursor = String(nextCursor);
  }
};

export const rest = (era: Era): Surface => ({
  name: `REST ${versions[era]}`,
  sayable: (call, baseCurrency) => sayable(era, call, baseCurrency),
  write: (to, call) => write(era, to, call),
  printed: (call, { result }, tenant, livemode) => {
    const [object, fields] = fieldsOf(era, call, result, tenant);
    const data = { ...fields, object, livemode };
    return era === 'C' ? data : { success: true, data };
  },
  readAll: async (to, pageSize) => ({
    plans: await readList(era, to, '/plans?includePrivate=true', pageSize),
    publicPlans: await readList(era, to, '/plans', pageSize),
    features: era === 'A' ? [] : await readList(era, to, '/features', pageSize),
    groups: await readList(era, to, '/plan-groups', pageSize),
    ...(era === 'C' && { markets: await readList(era, to, '/markets', pageSize) }),
  }),
  everything: (tenant, livemode) => {
    const { listedPlans, listedFeatures, listedMarkets, listedGroups } = tenant;
    const shown = (plans: PlacedPlan[]) =>
      plans.map((plan) => ({
        ...(era === 'A' ? listedPlan(tenant, plan) : planOf(era, tenant, plan)),
        ...{ object: 'plan', livemode },
      }));
    const feature = (feature: Feature) => ({
      ...featureOf(feature),
      object: 'feature',
      livemode,
    });
    return {
      plans: shown(listedPlans),
      publicPlans: shown(listedPlans.filter(({ isPublic }) => isPublic)),
      features: era === 'A' ? [] : listedFeatures.map(feature),
      groups: listedGroups.map((group) => ({
        ...(era === 'B' ? groupOf(tenant, group, false) : withoutCode(group)),
        ...{ object: 'plan_group', livemode },
      })),
      ...(era === 'C' && {
        markets: listedMarkets.map((market) => ({
          ...marketOf(market),
          ...{ object: 'market', livemode },
        })),
      }),
    };
  },
  nameOf: (param) =>
    era === 'C'
      ? param.replace(/^(marketPrices\.\d+\.)marketId$/, '$1marketGroupId')
      : era === 'A'
        ? param.replace(/^(overage|introOffer)\.(\w+)$/, (_, parent, member) =>
            joined(parent, member),
          )
        : param,
  statusOf: (call) => (routeOf(era, call)[0] === 'POST' ? 201 : 200),
});
