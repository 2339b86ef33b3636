import { z } from 'zod';
import type { JsonValue } from '../vocabulary.ts';
import type { Endpoint } from './endpoints.ts';
import type { Era } from './eras/era.ts';
import type { OperationId, Operations } from './routes.ts';

/**
 * Examples for the reference: bodies in the words of the domain, which each era writes in its own,
 * and answers.
 */

const ids = {
  plan: 'pln_01k3m8v2r6x9q4t7w0y5b1c2d3',
  otherPlan: 'pln_01k3m8v2r6x9q4t7w0y5b1c2d4',
  price: 'pp_01k3m8v9e1f4g7h0j3k6m9n2p5',
  feature: 'ftr_01k3m8wc7q2r5s8t1v4w7x0y3z',
  group: 'plg_01k3m8wh4a6b8c0d2e4f6g8h0j',
  market: 'pmg_01k3m8wm5b7c9d1e3f5g7h9j1k',
};

type BodyOf<Id extends OperationId> = z.output<NonNullable<Operations[Id]['body']>>;

const bodies: { readonly [Id in OperationId]?: BodyOf<Id> } = {
  'create-plan': {
    name: 'Pro',
    code: 'pro',
    description: 'For growing teams',
    consumptionModel: 'metered',
  },
  'update-plan': { name: 'Pro', isPublic: true },
  'set-plan-visibility': { isPublic: true },
  'add-plan-feature': {
    featureId: ids.feature,
    includedAmount: 1_000,
    overage: { enabled: true, unitPrice: 25 },
  },
  'update-plan-feature': { includedAmount: 2_000, overage: { unitPrice: 20 } },
  'add-plan-price': {
    billingInterval: 'monthly',
    price: 290_000,
    trialDays: 14,
    marketPrices: [{ marketId: ids.market, currency: 'eur', price: 250_000 }],
  },
  'update-plan-price': { price: 390_000 },
  'upsert-regional-prices': { overrides: [{ currency: 'eur', price: 270_000 }] },
  'set-plan-regional-pricing': {
    currency: 'eur',
    exchangeRate: 0.92,
    prices: [{ priceId: ids.price, price: 270_000 }],
  },
  'create-feature': { name: 'API calls', code: 'api_calls', type: 'usage', unitName: 'call' },
  'update-feature': { description: 'Calls of the public API', unitName: 'call' },
  'create-plan-group': {
    name: 'Self-service',
    description: 'Plans that customers choose themselves',
  },
  'update-plan-group': { name: 'Self-service' },
  'add-plan-to-group': { planId: ids.plan, sortOrder: 0 },
  'reorder-plans-in-group': { planIds: [ids.otherPlan, ids.plan] },
  'create-market': { name: 'Iberia', countryCodes: ['ES', 'PT'] },
  'update-market': { name: 'Nordics', countryCodes: ['DK', 'NO', 'SE'] },
};

/** A body of the operation, as the era writes it. */
export const exampleBody = ({ id, body }: Endpoint): JsonValue | undefined => {
  const input = bodies[id];
  return body && input ? JSON.parse(JSON.stringify(z.encode(body, input))) : undefined;
};

const subjectOf = (id: OperationId) => {
  if (id.includes('plan-price')) return { id: ids.price };
  if (/plan-feature/.test(id)) return { id: ids.feature };
  if (id.includes('market')) return { id: ids.market, name: 'Iberia' };
  if (id.includes('group'))
    return { id: ids.group, name: 'Self-service', description: 'Plans to choose from' };
  if (id.includes('feature')) return { id: ids.feature, name: 'API calls', code: 'api_calls' };
  return { id: ids.plan, name: 'Pro', code: 'pro', description: 'For growing teams' };
};

/** What answers hold under a name, unless their schema allows one value only. */
const samples: Record<string, JsonValue> = {
  planId: ids.plan,
  priceId: ids.price,
  featureId: ids.feature,
  planGroupId: ids.group,
  marketGroupId: ids.market,
  inheritsFromPriceId: null,
  countryCodes: ['ES', 'PT'],
  consumptionModel: 'metered',
  billingInterval: 'monthly',
  pricingMode: 'fixed',
  unitName: 'call',
  currency: 'eur',
  exchangeRate: 0.92,
  includedAmount: 1_000,
  unitPrice: 25,
  overageUnitPrice: 25,
  trialDays: 14,
  discountValue: 5_000,
  introOfferDiscountValue: 5_000,
  durationCycles: 3,
  introOfferDurationCycles: 3,
  includedBalance: 100_000,
  includedCredits: 500,
  creditsPerUnit: 1,
  margin: 2_000,
  pricesConfigured: 1,
  featuresConfigured: 1,
};

type Schema = z.core.JSONSchema.BaseSchema;

const sampleOf = (schema: Schema, name: string, known: Record<string, JsonValue>): JsonValue => {
  const { anyOf, properties = {}, items } = schema;
  const choice = anyOf?.find(({ type }) => type !== 'null') ?? anyOf?.[0];
  if (choice) return sampleOf(choice, name, known);
  if (schema.const !== undefined) return JSON.parse(JSON.stringify(schema.const));
  const options = schema.enum?.filter((option) => typeof option === 'string') ?? [];
  const sample = known[name];
  if (options.length > 0) {
    const usual = options.find(
      (option) => option === sample || option === 'usage' || option === 'metered',
    );
    return usual ?? options[0] ?? null;
  }
  if (sample !== undefined) return sample;
  switch (schema.type) {
    case 'object': {
      const members = Object.entries(properties).filter(([member]) =>
        schema.required?.includes(member),
      );
      const own = name in owners ? { ...known, ...owners[name] } : known;
      return Object.fromEntries(
        members.map(([member, inner]) => [member, sampleOf(inner as Schema, member, own)]),
      );
    }
    case 'array': {
      const item = items as Schema | undefined;
      return item === undefined || 'not' in item ? [] : [sampleOf(item, name, known)];
    }
    case 'boolean':
      return name !== 'hasMore' && !/free|default|exhaustion|unlimited/i.test(name);
    case 'integer':
    case 'number':
      return 0;
    case 'string':
      return schema.format === 'date-time' ? '2026-08-01T10:00:00.000Z' : '';
    default:
      return null;
  }
};

/** What lists within an answer hold of their own. */
const owners: Record<string, Record<string, JsonValue>> = {
  features: { name: 'API calls', code: 'api_calls' },
  prices: { id: ids.price },
  marketPrices: { price: 2_500 },
  plans: { id: ids.plan, name: 'Pro', code: 'pro' },
};

/** An answer of the operation, as its schema describes it. */
export const exampleAnswer = (
  { id }: Endpoint,
  { priceUnit }: Era,
  answer: z.ZodType,
): JsonValue => {
  const price = priceUnit === 'minor_unit' ? 2_900 : 290_000;
  const schema = z.toJSONSchema(answer, { unrepresentable: 'any' });
  return sampleOf(schema, '', { ...samples, price, ...subjectOf(id) });
};
