import { createServer } from 'node:http';
import SchemaBuilder from '@pothos/core';
import Sqlite from 'better-sqlite3';
import DataLoader from 'dataloader';
import { createYoga } from 'graphql-yoga';
import { Kysely, type Selectable, SqliteDialect, sql } from 'kysely';
import type { Plan as PlanRecord, Tables } from '../../../src/db/tables.ts';
import {
  addedPrice,
  addedRegionalPrice,
  type Change,
  changedPlan,
  checkedPlan,
  checkedPrice,
  converted,
  newAuditId,
  newPrice,
  newRequestId,
  objectsOf,
  planNotFound,
  planRecord,
  Refusal,
  replacedDefault,
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
type SectionRow = Selectable<Tables['feature_section']>;
type RegionalUnitPriceRow = Selectable<Tables['regional_unit_price']>;
type UnitPriceRow = Pick<
  Selectable<Tables['unit_price']>,
  | 'price_id'
  | 'feature_id'
  | 'unit_price'
  | 'block_size'
  | 'minimum_quantity'
  | 'maximum_quantity'
  | 'tiers_mode'
  | 'tiers'
>;
type LimitRow = Selectable<Tables['plan_feature_limit']> &
  Pick<Selectable<Tables['feature_limit']>, 'name' | 'unit_name' | 'decimals'>;

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
          .where('inherits_from_price_id', 'is', null)
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
          .innerJoin('feature', (join) =>
            join
              .onRef('feature.tenant_id', '=', 'plan_feature.tenant_id')
              .onRef('feature.id', '=', 'plan_feature.feature_id'),
          )
          .selectAll('plan_feature')
          .where('plan_feature.tenant_id', '=', tenantId)
          .where('plan_id', 'in', ids)
          .orderBy('section_position')
          .orderBy('position')
          .orderBy('feature.id')
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
  section: new DataLoader(async (ids: readonly string[]) => {
    const rows = await db
      .selectFrom('feature_section')
      .selectAll()
      .where('tenant_id', '=', tenantId)
      .where('id', 'in', ids)
      .execute();
    const sections = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => sections.get(id) ?? new Error(`no section ${id}`));
  }),
  limits: new DataLoader(
    grouped<LimitRow>(
      (ids) =>
        db
          .selectFrom('plan_feature_limit')
          .innerJoin('feature_limit', (join) =>
            join
              .onRef('feature_limit.tenant_id', '=', 'plan_feature_limit.tenant_id')
              .onRef('feature_limit.feature_id', '=', 'plan_feature_limit.feature_id')
              .onRef('feature_limit.code', '=', 'plan_feature_limit.code'),
          )
          .selectAll('plan_feature_limit')
          .select(['name', 'unit_name', 'decimals'])
          .where('plan_feature_limit.tenant_id', '=', tenantId)
          .where('plan_id', 'in', ids)
          .orderBy('position')
          .execute(),
      (limit) => limit.plan_id,
    ),
  ),
  /** Where a price has none of its own for a feature, the feature's enabled overage. */
  unitPrices: new DataLoader(
    grouped<UnitPriceRow>(
      async (ids) => {
        const keys = JSON.stringify(ids);
        const { rows } = await sql<UnitPriceRow>`
          select unit.* from (
            select price_id, feature_id, unit_price, block_size, minimum_quantity, maximum_quantity,
              tiers_mode, tiers from unit_price
            where tenant_id = ${tenantId} and price_id in (select value from json_each(${keys}))
            union all
            select plan_price.id, plan_feature.feature_id, overage_unit_price, 1, 0, null, 'none', '[]'
            from plan_price join plan_feature on plan_feature.tenant_id = plan_price.tenant_id
              and plan_feature.plan_id = plan_price.plan_id and overage_enabled = 1
            where plan_price.tenant_id = ${tenantId}
              and plan_price.id in (select value from json_each(${keys}))
              and not exists (select 1 from unit_price where unit_price.tenant_id = ${tenantId}
                and price_id = plan_price.id and unit_price.feature_id = plan_feature.feature_id)
          ) as unit
          join feature on feature.tenant_id = ${tenantId} and feature.id = unit.feature_id
          order by section_position, feature.position, feature.id`.execute(db);
        return rows;
      },
      (unitPrice) => unitPrice.price_id,
    ),
  ),
  regionalUnitPrices: new DataLoader(
    grouped<RegionalUnitPriceRow>(
      (ids) =>
        db
          .selectFrom('regional_unit_price')
          .selectAll()
          .where('tenant_id', '=', tenantId)
          .where('price_id', 'in', ids)
          .orderBy('currency')
          .execute(),
      (unitPrice) => unitPrice.price_id,
    ),
  ),
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
const PlanAvailability = builder.enumType('PlanAvailability', {
  values: words('SELF_SERVICE', 'CONTACT_SALES'),
});
const TiersMode = builder.enumType('TiersMode', { values: words('GRADUATED', 'VOLUME') });

const FeatureSection = builder.objectRef<SectionRow>('FeatureSection').implement({
  fields: (t) => ({
    code: t.exposeString('code'),
    name: t.exposeString('name'),
    position: t.exposeInt('position'),
  }),
});

const Feature = builder.objectRef<FeatureRow>('Feature').implement({
  fields: (t) => ({
    id: t.exposeID('id'),
    code: t.exposeString('code'),
    name: t.exposeString('name'),
    type: t.expose('type', { type: FeatureType }),
    unitName: t.exposeString('unit_name', { nullable: true }),
    position: t.exposeInt('position'),
    section: t.field({
      type: FeatureSection,
      nullable: true,
      resolve: ({ section_id: id }, _, loaders) => (id === null ? null : loaders.section.load(id)),
    }),
  }),
});

const FeatureLimit = builder.objectRef<LimitRow>('FeatureLimit').implement({
  fields: (t) => ({
    code: t.exposeString('code'),
    name: t.exposeString('name'),
    unitName: t.exposeString('unit_name', { nullable: true }),
    decimals: t.exposeInt('decimals'),
  }),
});

const PlanFeatureLimit = builder.objectRef<LimitRow>('PlanFeatureLimit').implement({
  fields: (t) => ({
    amount: t.expose('amount', { type: 'RateAmount', nullable: true }),
    unlimited: t.boolean({ resolve: (limit) => limit.unlimited === 1 }),
    limit: t.field({ type: FeatureLimit, resolve: (limit) => limit }),
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
    displayValue: t.exposeString('display_value', { nullable: true }),
    limits: t.field({
      type: [PlanFeatureLimit],
      resolve: async (link, _, loaders) =>
        (await loaders.limits.load(link.plan_id)).filter(
          (limit) => limit.feature_id === link.feature_id,
        ),
    }),
  }),
});

interface Tier {
  upTo: number | null;
  unitPrice: number;
  flatPrice: number;
}
const tiersOf = ({ tiers }: { tiers: string }): Tier[] => JSON.parse(tiers);

const PriceTier = builder.objectRef<Tier>('PriceTier').implement({
  fields: (t) => ({
    upTo: t.expose('upTo', { type: 'RateAmount', nullable: true }),
    unitPrice: t.expose('unitPrice', { type: 'RateAmount' }),
    flatPrice: t.expose('flatPrice', { type: 'RateAmount' }),
  }),
});

const RegionalUnitPrice = builder.objectRef<RegionalUnitPriceRow>('RegionalUnitPrice').implement({
  fields: (t) => ({
    currency: t.exposeString('currency'),
    unitPrice: t.expose('unit_price', { type: 'RateAmount', nullable: true }),
    tiers: t.field({ type: [PriceTier], resolve: tiersOf }),
  }),
});

const UnitPrice = builder.objectRef<UnitPriceRow>('UnitPrice').implement({
  fields: (t) => ({
    unitPrice: t.expose('unit_price', { type: 'RateAmount', nullable: true }),
    blockSize: t.expose('block_size', { type: 'RateAmount' }),
    minimumQuantity: t.expose('minimum_quantity', { type: 'RateAmount' }),
    maximumQuantity: t.expose('maximum_quantity', { type: 'RateAmount', nullable: true }),
    tiersMode: t.field({
      type: TiersMode,
      nullable: true,
      resolve: ({ tiers_mode: mode }) => (mode === 'none' ? null : mode),
    }),
    tiers: t.field({ type: [PriceTier], resolve: tiersOf }),
    regional: t.field({
      type: [RegionalUnitPrice],
      resolve: async (unit, _, loaders) =>
        (await loaders.regionalUnitPrices.load(unit.price_id)).filter(
          (row) => row.feature_id === unit.feature_id,
        ),
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
    unitPrices: t.field({
      type: [UnitPrice],
      resolve: (price, _, loaders) => loaders.unitPrices.load(price.id),
    }),
  }),
});

const CallToAction = builder.objectRef<{ label: string; url: string }>('CallToAction').implement({
  fields: (t) => ({ label: t.exposeString('label'), url: t.exposeString('url') }),
});

const PlanPresentation = builder.objectRef<PlanRow>('PlanPresentation').implement({
  fields: (t) => ({
    tagline: t.exposeString('presentation_tagline', { nullable: true }),
    badge: t.exposeString('presentation_badge', { nullable: true }),
    highlighted: t.boolean({ resolve: (plan) => plan.presentation_highlighted === 1 }),
    callToAction: t.field({
      type: CallToAction,
      nullable: true,
      resolve: ({
        presentation_call_to_action_label: label,
        presentation_call_to_action_url: url,
      }) => (label === null || url === null ? null : { label, url }),
    }),
  }),
});

const PlanBase = builder
  .objectRef<{ id: string }>('PlanBase')
  .implement({ fields: (t) => ({ id: t.exposeID('id') }) });

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
    availability: t.expose('availability', { type: PlanAvailability }),
    presentation: t.field({ type: PlanPresentation, resolve: (plan) => plan }),
    basedOn: t.field({
      type: PlanBase,
      nullable: true,
      resolve: ({ based_on_plan_id: id }) => (id === null ? null : { id }),
    }),
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

/** One operation in one transaction, with its audit entry and the revision. */
const write = async <Result>(
  work: (transaction: Kysely<Tables>, now: string) => Promise<Written<Result>>,
): Promise<Result | Refusal> => {
  try {
    return await db.transaction().execute(async (transaction) => {
      const now = new Date().toISOString();
      const { operation, objectId, changes, before, after, result } = await work(transaction, now);
      const { revision, sequence } = await transaction
        .updateTable('tenant')
        .set((eb) => ({ revision: eb('revision', '+', 1) }))
        .where('id', '=', tenantId)
        .returning([
          'revision',
          sql<number>`(select coalesce(max(sequence), 0) + 1 from audit_log where tenant_id = ${tenantId})`.as(
            'sequence',
          ),
        ])
        .executeTakeFirstOrThrow();
      await transaction
        .insertInto('audit_log')
        .values({
          tenant_id: tenantId,
          id: newAuditId(),
          at: now,
          api_key_id: apiKeyId,
          request_id: newRequestId(),
          client_request_id: null,
          operation,
          object_id: objectId,
          before: before ? JSON.stringify(before) : null,
          after: after ? JSON.stringify(after) : null,
          sequence,
          changes: JSON.stringify(changes),
          revision,
          scheduled: 0,
        })
        .execute();
      await transaction
        .insertInto('audit_log_object')
        .values(objectsOf(changes).map((id) => ({ tenant_id: tenantId, object_id: id, sequence })))
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
  changes: Change[];
  before?: PlanRecord;
  after?: PlanRecord;
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
      .selectAll()
      .where('tenant_id', '=', tenantId)
      .where('plan_id', '=', planId)
      .where('archived_at', 'is', null)
      .where('inherits_from_price_id', 'is', null)
      .execute();
    const intervals = taken.map((row) => row.billing_interval);
    const price = newPrice({ id: planId, isFree: plan.is_free === 1 }, intervals, input, now);
    const changes: Change[] = [];
    const former = price.isDefault ? taken.find((row) => row.is_default === 1) : undefined;
    if (former) {
      await transaction
        .updateTable('plan_price')
        .set({ is_default: 0, updated_at: now, revision: former.revision + 1 })
        .where('tenant_id', '=', tenantId)
        .where('id', '=', former.id)
        .execute();
      changes.push(replacedDefault(former, planId, now));
    }
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
      public_updated_at: null,
      revision: 1,
      inherits_from_price_id: null,
      code: null,
      name: null,
      archived_at: null,
    };
    await transaction.insertInto('plan_price').values(row).execute();
    changes.push(addedPrice(price, plan.is_free === 1));
    const rates = await transaction
      .selectFrom('exchange_rate')
      .selectAll()
      .where('tenant_id', '=', tenantId)
      .where('plan_id', '=', planId)
      .execute();
    const amounts = rates.map(({ currency, exchange_rate: rate }) => ({
      currency,
      price: converted(price.price, rate, currency),
      includedBalance:
        price.includedBalance === null ? null : converted(price.includedBalance, rate, currency),
    }));
    if (amounts.length > 0)
      await transaction
        .insertInto('regional_price')
        .values(
          amounts.map(({ includedBalance, ...amount }) => ({
            ...amount,
            tenant_id: tenantId,
            price_id: price.id,
            included_balance: includedBalance,
            auto_synced: 1 as const,
            included_balance_auto_synced: 1 as const,
            intro_offer_discount_type: null,
            intro_offer_discount_value: null,
            intro_offer_duration_cycles: null,
            intro_offer_auto_synced: 1 as const,
          })),
        )
        .execute();
    for (const amount of amounts) changes.push(addedRegionalPrice(price, amount));
    await transaction
      .updateTable('plan')
      .set({ updated_at: now, revision: plan.revision + 1 })
      .where('tenant_id', '=', tenantId)
      .where('id', '=', planId)
      .execute();
    changes.push(changedPlan(plan, now));
    return { operation: 'addPlanPrice', objectId: price.id, changes, result: row };
  });

const updatePlan = (planId: string, given: unknown) =>
  write<PlanRow>(async (transaction, now) => {
    const { description = null } = checkedPlan(given);
    const before = await requirePlan(transaction, planId);
    const after = {
      ...before,
      description,
      updated_at: now,
      revision: before.revision + 1,
    };
    await transaction
      .updateTable('plan')
      .set({ description, updated_at: now, revision: after.revision })
      .where('tenant_id', '=', tenantId)
      .where('id', '=', planId)
      .execute();
    return {
      operation: 'updatePlan',
      objectId: planId,
      changes: [changedPlan(before, now, { description: before.description }, { description })],
      before: planRecord(before),
      after: planRecord(after),
      result: after,
    };
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
