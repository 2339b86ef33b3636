import { createServer } from 'node:http';
import SchemaBuilder from '@pothos/core';
import Sqlite from 'better-sqlite3';
import DataLoader from 'dataloader';
import { createYoga } from 'graphql-yoga';
import { Kysely, type Selectable, SqliteDialect, sql } from 'kysely';
import type { Tables } from '../../../src/db/tables.ts';
import {
  checkedPlan,
  checkedPrice,
  converted,
  newAuditId,
  newPrice,
  newRequestId,
  planNotFound,
  Refusal,
} from './pricing.ts';
import { port, settings } from './settings.ts';

/** Yoga, Pothos, DataLoader and Kysely as their guides put them together. */

const { file, tenantId, apiKeyId } = settings();
const sqlite = new Sqlite(file);
for (const setting of ['journal_mode = wal', 'synchronous = full', 'foreign_keys = on'])
  sqlite.pragma(setting);
const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: sqlite }) });

type PlanRow = Selectable<Tables['plan']>;
type PriceRow = Selectable<Tables['plan_price']>;
type RegionalRow = Selectable<Tables['regional_price']>;
type LinkRow = Selectable<Tables['plan_feature']>;
type FeatureRow = Selectable<Tables['feature']>;

const grouped =
  <Item>(fetch: (keys: readonly string[]) => Promise<Item[]>, keyOf: (item: Item) => string) =>
  async (keys: readonly string[]): Promise<Item[][]> => {
    const items = new Map<string, Item[]>(keys.map((key) => [key, []]));
    for (const item of await fetch(keys)) items.get(keyOf(item))?.push(item);
    return keys.map((key) => items.get(key) ?? []);
  };

const createLoaders = () => ({
  prices: new DataLoader(
    grouped<PriceRow>(
      (ids) =>
        db
          .selectFrom('plan_price')
          .selectAll()
          .where('tenant_id', '=', tenantId)
          .where('plan_id', 'in', ids)
          .where('archived_at', 'is', null)
          .orderBy('created_at')
          .orderBy('id')
          .execute(),
      (price) => price.plan_id,
    ),
  ),
  regionalPrices: new DataLoader(
    grouped<RegionalRow>(
      (ids) =>
        db
          .selectFrom('regional_price')
          .selectAll()
          .where('tenant_id', '=', tenantId)
          .where('price_id', 'in', ids)
          .orderBy('price_id')
          .orderBy('currency')
          .execute(),
      (price) => price.price_id,
    ),
  ),
  planFeatures: new DataLoader(
    grouped<LinkRow>(
      (ids) =>
        db
          .selectFrom('plan_feature')
          .selectAll()
          .where('tenant_id', '=', tenantId)
          .where('plan_id', 'in', ids)
          .orderBy('created_at')
          .orderBy('feature_id')
          .execute(),
      (link) => link.plan_id,
    ),
  ),
  feature: new DataLoader(async (ids: readonly string[]) => {
    const rows = await db
      .selectFrom('feature')
      .selectAll()
      .where('tenant_id', '=', tenantId)
      .where('id', 'in', ids)
      .where('deleted_at', 'is', null)
      .execute();
    const features = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => features.get(id) ?? new Error(`no feature ${id}`));
  }),
});

type Context = ReturnType<typeof createLoaders>;

const builder = new SchemaBuilder<{
  Context: Context;
  DefaultFieldNullability: false;
  Scalars: {
    RateAmount: { Input: number; Output: number };
    JSONObject: { Input: unknown; Output: unknown };
  };
}>({ defaultFieldNullability: false });

builder.scalarType('RateAmount', { serialize: (amount) => amount });
builder.scalarType('JSONObject', { serialize: (value) => value });

const words = (...names: string[]) =>
  Object.fromEntries(names.map((name) => [name, { value: name.toLowerCase() }]));
const BillingInterval = builder.enumType('BillingInterval', {
  values: words('WEEKLY', 'MONTHLY', 'QUARTERLY', 'YEARLY', 'ONE_TIME'),
});
const ConsumptionModel = builder.enumType('ConsumptionModel', {
  values: words('METERED', 'CREDITS', 'BALANCE'),
});
const FeatureType = builder.enumType('FeatureType', {
  values: words('BOOLEAN', 'USAGE', 'SEATS', 'QUOTA'),
});
const DiscountType = builder.enumType('DiscountType', { values: words('PERCENTAGE', 'AMOUNT') });

const Feature = builder.objectRef<FeatureRow>('Feature').implement({
  fields: (t) => ({
    id: t.exposeID('id'),
    code: t.exposeString('code'),
    name: t.exposeString('name'),
    type: t.expose('type', { type: FeatureType }),
    unitName: t.exposeString('unit_name', { nullable: true }),
  }),
});

const Overage = builder.objectRef<{ enabled: boolean; unitPrice: number }>('Overage').implement({
  fields: (t) => ({
    enabled: t.exposeBoolean('enabled'),
    unitPrice: t.expose('unitPrice', { type: 'RateAmount' }),
  }),
});

const PlanFeature = builder.objectRef<LinkRow>('PlanFeature').implement({
  fields: (t) => ({
    enabled: t.boolean({ resolve: (link) => link.enabled === 1 }),
    includedAmount: t.expose('included_amount', { type: 'RateAmount' }),
    unlimited: t.boolean({ resolve: (link) => link.unlimited === 1 }),
    overage: t.field({
      type: Overage,
      resolve: (link) => ({
        enabled: link.overage_enabled === 1,
        unitPrice: link.overage_unit_price,
      }),
    }),
    feature: t.field({
      type: Feature,
      resolve: (link, _, loaders) => loaders.feature.load(link.feature_id),
    }),
  }),
});

const RegionalPrice = builder.objectRef<RegionalRow>('RegionalPrice').implement({
  fields: (t) => ({
    currency: t.exposeString('currency'),
    price: t.expose('price', { type: 'RateAmount' }),
    includedBalance: t.expose('included_balance', { type: 'RateAmount', nullable: true }),
    autoSynced: t.boolean({ resolve: (price) => price.auto_synced === 1 }),
  }),
});

const PlanPrice = builder.objectRef<PriceRow>('PlanPrice').implement({
  fields: (t) => ({
    id: t.exposeID('id'),
    billingInterval: t.expose('billing_interval', { type: BillingInterval }),
    price: t.expose('price', { type: 'RateAmount' }),
    isDefault: t.boolean({ resolve: (price) => price.is_default === 1 }),
    trialDays: t.exposeInt('trial_days'),
    includedBalance: t.expose('included_balance', { type: 'RateAmount', nullable: true }),
    includedCredits: t.exposeInt('included_credits', { nullable: true }),
    regionalPrices: t.field({
      type: [RegionalPrice],
      resolve: (price, _, loaders) => loaders.regionalPrices.load(price.id),
    }),
  }),
});

const Plan = builder.objectRef<PlanRow>('Plan').implement({
  fields: (t) => ({
    id: t.exposeID('id'),
    code: t.exposeString('code'),
    name: t.exposeString('name'),
    description: t.exposeString('description', { nullable: true }),
    consumptionModel: t.field({
      type: ConsumptionModel,
      nullable: true,
      resolve: ({ consumption_model: model }) => (model === 'none' ? null : model),
    }),
    isPublic: t.boolean({ resolve: (plan) => plan.is_public === 1 }),
    isFree: t.boolean({ resolve: (plan) => plan.is_free === 1 }),
    sortOrder: t.exposeInt('sort_order'),
    createdAt: t.exposeString('created_at'),
    updatedAt: t.exposeString('updated_at'),
    prices: t.field({
      type: [PlanPrice],
      resolve: (plan, _, loaders) => loaders.prices.load(plan.id),
    }),
    features: t.field({
      type: [PlanFeature],
      resolve: (plan, _, loaders) => loaders.planFeatures.load(plan.id),
    }),
  }),
});

const PlanConnection = builder.objectRef<{ nodes: PlanRow[] }>('PlanConnection').implement({
  fields: (t) => ({ nodes: t.expose('nodes', { type: [Plan] }) }),
});

const FailureInterface = builder.interfaceRef<Refusal>('Error').implement({
  fields: (t) => ({
    code: t.string({ resolve: ({ failure }) => failure.code }),
    message: t.string({ resolve: ({ failure }) => failure.message }),
    param: t.string({ nullable: true, resolve: ({ failure }) => failure.param }),
  }),
});
const failures = ['ValidationError', 'NotFoundError', 'ConflictError'].map((name) =>
  builder.objectRef<Refusal>(name).implement({ interfaces: [FailureInterface] }),
);
const AddPlanPriceResult = builder.unionType('AddPlanPriceResult', {
  types: [PlanPrice, ...failures],
  resolveType: (value) => (value instanceof Refusal ? value.failure.__typename : 'PlanPrice'),
});
const UpdatePlanResult = builder.unionType('UpdatePlanResult', {
  types: [Plan, ...failures],
  resolveType: (value) => (value instanceof Refusal ? value.failure.__typename : 'Plan'),
});

const IntroOfferInput = builder.inputType('IntroOfferInput', {
  fields: (t) => ({
    enabled: t.boolean({ required: true }),
    discountType: t.field({ type: DiscountType }),
    discountValue: t.field({ type: 'RateAmount' }),
    durationCycles: t.int(),
  }),
});
const AddPlanPriceInput = builder.inputType('AddPlanPriceInput', {
  fields: (t) => ({
    billingInterval: t.field({ type: BillingInterval, required: true }),
    price: t.field({ type: 'RateAmount', required: true }),
    trialDays: t.int(),
    isDefault: t.boolean(),
    includedBalance: t.field({ type: 'RateAmount' }),
    includedCredits: t.int(),
    introOffer: t.field({ type: IntroOfferInput }),
    metadata: t.field({ type: 'JSONObject' }),
  }),
});
const UpdatePlanInput = builder.inputType('UpdatePlanInput', {
  fields: (t) => ({
    name: t.string(),
    description: t.string(),
    metadata: t.field({ type: 'JSONObject' }),
    isPublic: t.boolean(),
  }),
});

const livePlans = () =>
  db
    .selectFrom('plan')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('deleted_at', 'is', null);

builder.queryType({
  fields: (t) => ({
    plan: t.field({
      type: Plan,
      nullable: true,
      args: { code: t.arg.string({ required: true }) },
      resolve: (_, { code }) => livePlans().where('code', '=', code).executeTakeFirst(),
    }),
    plans: t.field({
      type: PlanConnection,
      args: { first: t.arg.int({ required: true }) },
      resolve: async (_, { first }) => ({
        nodes: await livePlans()
          .where('is_public', '=', 1)
          .orderBy('sort_order')
          .orderBy('created_at')
          .orderBy('id')
          .limit(first)
          .execute(),
      }),
    }),
  }),
});

/** One operation in one transaction, with its audit row and the revision. */
const write = async <Result>(
  work: (transaction: Kysely<Tables>, now: string) => Promise<Written<Result>>,
): Promise<Result | Refusal> => {
  try {
    return await db.transaction().execute(async (transaction) => {
      const now = new Date().toISOString();
      const { operation, objectId, before, after, result } = await work(transaction, now);
      await transaction
        .insertInto('audit_log')
        .values({
          tenant_id: tenantId,
          id: newAuditId(),
          at: now,
          api_key_id: apiKeyId,
          request_id: newRequestId(),
          operation,
          object_id: objectId,
          before: before === null ? null : JSON.stringify(before),
          after: JSON.stringify(after),
          sequence: sql<number>`(select coalesce(max(sequence), 0) + 1 from audit_log where tenant_id = ${tenantId})`,
        })
        .execute();
      await transaction
        .updateTable('tenant')
        .set((eb) => ({ revision: eb('revision', '+', 1) }))
        .where('id', '=', tenantId)
        .execute();
      return result;
    });
  } catch (thrown) {
    if (thrown instanceof Refusal) return thrown;
    throw thrown;
  }
};

interface Written<Result> {
  operation: string;
  objectId: string;
  before: unknown;
  after: unknown;
  result: Result;
}

const requirePlan = async (transaction: Kysely<Tables>, id: string): Promise<PlanRow> => {
  const plan = await transaction
    .selectFrom('plan')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
  if (!plan) throw planNotFound();
  return plan;
};

const addPlanPrice = (planId: string, given: unknown) =>
  write<PriceRow>(async (transaction, now) => {
    const input = checkedPrice(given);
    const plan = await requirePlan(transaction, planId);
    const taken = await transaction
      .selectFrom('plan_price')
      .select('billing_interval')
      .where('tenant_id', '=', tenantId)
      .where('plan_id', '=', planId)
      .where('archived_at', 'is', null)
      .execute();
    const intervals = taken.map((row) => row.billing_interval);
    const price = newPrice({ id: planId, isFree: plan.is_free === 1 }, intervals, input, now);
    if (price.isDefault && taken.length > 0)
      await transaction
        .updateTable('plan_price')
        .set({ is_default: 0, updated_at: now })
        .where('tenant_id', '=', tenantId)
        .where('plan_id', '=', planId)
        .where('is_default', '=', 1)
        .execute();
    const offer = price.introOffer;
    const row: PriceRow = {
      tenant_id: tenantId,
      id: price.id,
      plan_id: planId,
      plan_is_free: plan.is_free,
      billing_interval: price.billingInterval,
      price: price.price,
      is_default: price.isDefault ? 1 : 0,
      trial_days: price.trialDays,
      included_balance: price.includedBalance,
      included_credits: price.includedCredits,
      intro_offer_enabled: offer && (offer.enabled ? 1 : 0),
      intro_offer_discount_type: offer?.discountType ?? null,
      intro_offer_discount_value: offer?.discountValue ?? null,
      intro_offer_duration_cycles: offer?.durationCycles ?? null,
      metadata: JSON.stringify(price.metadata),
      created_at: now,
      updated_at: now,
      public_updated_at: now,
      revision: 1,
      archived_at: null,
    };
    await transaction.insertInto('plan_price').values(row).execute();
    const rates = await transaction
      .selectFrom('exchange_rate')
      .selectAll()
      .where('tenant_id', '=', tenantId)
      .where('plan_id', '=', planId)
      .execute();
    if (rates.length > 0)
      await transaction
        .insertInto('regional_price')
        .values(
          rates.map(({ currency, exchange_rate: rate }) => ({
            tenant_id: tenantId,
            price_id: price.id,
            currency,
            price: converted(price.price, rate, currency),
            included_balance:
              price.includedBalance === null
                ? null
                : converted(price.includedBalance, rate, currency),
            auto_synced: 1 as const,
            included_balance_auto_synced: 1 as const,
            intro_offer_discount_type: null,
            intro_offer_discount_value: null,
            intro_offer_duration_cycles: null,
            intro_offer_auto_synced: 1 as const,
          })),
        )
        .execute();
    return {
      operation: 'addPlanPrice',
      objectId: price.id,
      before: null,
      after: price,
      result: row,
    };
  });

const updatePlan = (planId: string, given: unknown) =>
  write<PlanRow>(async (transaction, now) => {
    const { description = null } = checkedPlan(given);
    const before = await requirePlan(transaction, planId);
    const after = { ...before, description, updated_at: now };
    await transaction
      .updateTable('plan')
      .set({ description, updated_at: now })
      .where('tenant_id', '=', tenantId)
      .where('id', '=', planId)
      .execute();
    return { operation: 'updatePlan', objectId: planId, before, after, result: after };
  });

builder.mutationType({
  fields: (t) => ({
    addPlanPrice: t.field({
      type: AddPlanPriceResult,
      args: {
        planId: t.arg.id({ required: true }),
        input: t.arg({ type: AddPlanPriceInput, required: true }),
      },
      resolve: (_, { planId, input }) => addPlanPrice(String(planId), input),
    }),
    updatePlan: t.field({
      type: UpdatePlanResult,
      args: {
        planId: t.arg.id({ required: true }),
        input: t.arg({ type: UpdatePlanInput, required: true }),
      },
      resolve: (_, { planId, input }) => updatePlan(String(planId), input),
    }),
  }),
});

createServer(createYoga({ schema: builder.toSchema(), context: createLoaders })).listen(port);
