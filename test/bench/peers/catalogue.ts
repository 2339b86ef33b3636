import Sqlite from 'better-sqlite3';
import type { Plan, Tables } from '../../../src/db/tables.ts';
import type { PlanPrice } from '../../../src/domain/price.ts';
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
  replacedDefault,
} from './pricing.ts';
import type { Settings } from './settings.ts';

/** Prepared statements on the gateway's own tables, for the peers that write their SQL by hand. */

type Row = Record<string, string | number | null>;

const planColumns = `id, code, name, description, nullif(consumption_model, 'none') as consumptionModel,
  is_public as isPublic, is_free as isFree, sort_order as sortOrder, created_at as createdAt, updated_at as updatedAt,
  availability, presentation_tagline as tagline, presentation_badge as badge,
  presentation_highlighted as highlighted, presentation_call_to_action_label as callToActionLabel,
  presentation_call_to_action_url as callToActionUrl, based_on_plan_id as basedOnPlanId`;
const livePlans = 'from plan where tenant_id = :tenant and deleted_at is null';
const inOrder = 'feature.section_position, feature.position, feature.id';
const inKeys = 'in (select value from json_each(:keys))';

/** A live price that is no variant of another. */
export const isBase = 'archived_at is null and inherits_from_price_id is null';

export const openFile = (file: string): Sqlite.Database => {
  const db = new Sqlite(file);
  for (const setting of ['journal_mode = wal', 'synchronous = full', 'foreign_keys = on'])
    db.pragma(setting);
  return db;
};

export const openCatalogue = (db: Sqlite.Database, { tenantId, apiKeyId }: Settings) => {
  const all = (sql: string) => {
    const statement = db.prepare<[Row], Row>(sql);
    return (parameters: Row = {}) => statement.all({ tenant: tenantId, ...parameters });
  };
  const one = (sql: string) => {
    const statement = db.prepare<[Row], Row>(sql);
    return (parameters: Row = {}) => statement.get({ tenant: tenantId, ...parameters });
  };
  const run = (sql: string) => {
    const statement = db.prepare<[Row]>(sql);
    return (parameters: Row = {}) => statement.run({ tenant: tenantId, ...parameters });
  };
  const batch = (sql: string) => {
    const read = all(sql);
    return (keys: readonly string[]) => read({ keys: JSON.stringify(keys) });
  };

  const selectPlan = db.prepare<[Row], Tables['plan']>(`select * ${livePlans} and id = :id`);
  const livePlan = (id: string) => selectPlan.get({ tenant: tenantId, id });
  const selectPrices = db.prepare<[Row], Tables['plan_price']>(
    `select * from plan_price where tenant_id = :tenant and plan_id = :id and ${isBase}`,
  );
  const dropDefault = run(
    'update plan_price set is_default = 0, updated_at = :now, revision = revision + 1 ' +
      'where tenant_id = :tenant and id = :id',
  );
  const insertPrice =
    run(`insert into plan_price (tenant_id, id, plan_id, plan_is_free, billing_interval, price,
    is_default, trial_days, included_balance, included_credits, intro_offer_enabled, intro_offer_discount_type,
    intro_offer_discount_value, intro_offer_duration_cycles, metadata, created_at, updated_at)
    values (:tenant, :id, :planId, :isFree, :billingInterval, :price, :isDefault, :trialDays, :includedBalance,
    :includedCredits, :offerEnabled, :discountType, :discountValue, :durationCycles, :metadata, :now, :now)`);
  const rates = all(
    'select currency, exchange_rate from exchange_rate where tenant_id = :tenant and plan_id = :id',
  );
  const insertRegional =
    run(`insert into regional_price (tenant_id, price_id, currency, price, included_balance,
    auto_synced, included_balance_auto_synced, intro_offer_auto_synced)
    values (:tenant, :priceId, :currency, :price, :includedBalance, 1, 1, 1)`);
  const describePlan = run(
    'update plan set description = :description, updated_at = :now, revision = revision + 1 ' +
      'where tenant_id = :tenant and id = :id',
  );
  const touchPlan = run(
    'update plan set updated_at = :now, revision = revision + 1 where tenant_id = :tenant and ' +
      'id = :id',
  );
  const nextNumbers = one(`update tenant set revision = revision + 1 where id = :tenant
    returning revision, (select coalesce(max(sequence), 0) + 1 from audit_log
      where tenant_id = :tenant) as sequence`);
  const audit =
    run(`insert into audit_log (tenant_id, id, at, api_key_id, request_id, operation, object_id,
      before, after, sequence, changes, revision, scheduled)
    values (:tenant, :id, :now, :apiKey, :request, :operation, :object, :before, :after, :sequence,
      :changes, :revision, 0)`);
  const auditObject = run(
    'insert into audit_log_object (tenant_id, object_id, sequence) values (:tenant, :object, :sequence)',
  );

  const record = (
    operation: string,
    object: string,
    now: string,
    changes: readonly Change[],
    before: Plan | null = null,
    after: Plan | null = null,
  ) => {
    const { revision = null, sequence = null } = nextNumbers() ?? {};
    audit({
      id: newAuditId(),
      now,
      apiKey: apiKeyId,
      request: newRequestId(),
      operation,
      object,
      before: before && JSON.stringify(before),
      after: after && JSON.stringify(after),
      sequence,
      changes: JSON.stringify(changes),
      revision,
    });
    for (const id of objectsOf(changes)) auditObject({ object: id, sequence });
  };

  const addPlanPrice = db.transaction(
    (planId: string, input: ReturnType<typeof checkedPrice>): PlanPrice => {
      const now = new Date().toISOString();
      const plan = livePlan(planId);
      if (!plan) throw planNotFound();
      const prices = selectPrices.all({ tenant: tenantId, id: planId });
      const taken = prices.map((row) => row.billing_interval);
      const isFree = plan.is_free === 1;
      const price = newPrice({ id: planId, isFree }, taken, input, now);
      const changes: Change[] = [];
      const former = price.isDefault ? prices.find((row) => row.is_default === 1) : undefined;
      if (former) {
        dropDefault({ id: former.id, now });
        changes.push(replacedDefault(former, planId, now));
      }
      insertPrice({
        id: price.id,
        planId,
        isFree: Number(isFree),
        billingInterval: price.billingInterval,
        price: price.price,
        isDefault: Number(price.isDefault),
        trialDays: price.trialDays,
        includedBalance: price.includedBalance,
        includedCredits: price.includedCredits,
        offerEnabled: price.introOffer && Number(price.introOffer.enabled),
        discountType: price.introOffer?.discountType ?? null,
        discountValue: price.introOffer?.discountValue ?? null,
        durationCycles: price.introOffer?.durationCycles ?? null,
        metadata: JSON.stringify(price.metadata),
        now,
      });
      changes.push(addedPrice(price, isFree));
      for (const rate of rates({ id: planId })) {
        const currency = String(rate.currency);
        const inCurrency = (amount: number) =>
          converted(amount, String(rate.exchange_rate), currency);
        const amounts = {
          currency,
          price: inCurrency(price.price),
          includedBalance:
            price.includedBalance === null ? null : inCurrency(price.includedBalance),
        };
        insertRegional({ priceId: price.id, ...amounts });
        changes.push(addedRegionalPrice(price, amounts));
      }
      touchPlan({ id: planId, now });
      changes.push(changedPlan(plan, now));
      record('addPlanPrice', price.id, now, changes);
      return price;
    },
  );

  const updatePlan = db.transaction(
    (id: string, { description = null }: ReturnType<typeof checkedPlan>): Tables['plan'] => {
      const now = new Date().toISOString();
      const before = livePlan(id);
      if (!before) throw planNotFound();
      describePlan({ id, description, now });
      const after = {
        ...before,
        description,
        updated_at: now,
        revision: before.revision + 1,
      };
      const change = changedPlan(before, now, { description: before.description }, { description });
      record('updatePlan', id, now, [change], planRecord(before), planRecord(after));
      return after;
    },
  );

  return {
    plans: all(
      `select ${planColumns} ${livePlans} and is_public = 1 order by sort_order, created_at, id limit :first`,
    ),
    planByCode: one(`select ${planColumns} ${livePlans} and code = :code`),
    pricesOfPlans: batch(`select id, plan_id as planId, billing_interval as billingInterval, price,
      is_default as isDefault, trial_days as trialDays, included_balance as includedBalance,
      included_credits as includedCredits from plan_price
      where tenant_id = :tenant and plan_id ${inKeys} and ${isBase}
      order by created_at, id`),
    regionalPrices:
      batch(`select price_id as priceId, currency, price, included_balance as includedBalance,
      auto_synced as autoSynced from regional_price
      where tenant_id = :tenant and price_id ${inKeys} order by price_id, currency`),
    featuresOfPlans:
      batch(`select plan_id as planId, feature_id as featureId, enabled, included_amount as includedAmount,
      unlimited, overage_enabled as overageEnabled, overage_unit_price as overageUnitPrice,
      display_value as displayValue
      from plan_feature join feature on feature.tenant_id = :tenant and feature.id = feature_id
      where plan_feature.tenant_id = :tenant and plan_id ${inKeys} order by ${inOrder}`),
    features:
      batch(`select id, code, name, type, unit_name as unitName, section_id as sectionId, position
      from feature where tenant_id = :tenant and id ${inKeys} and deleted_at is null`),
    sections: batch(`select id, code, name, position from feature_section
      where tenant_id = :tenant and id ${inKeys}`),
    limitsOfPlans:
      batch(`select plan_id as planId, plan_feature_limit.feature_id as featureId, amount,
      unlimited, plan_feature_limit.code, name, unit_name as unitName, decimals
      from plan_feature_limit join feature_limit on feature_limit.tenant_id = :tenant
        and feature_limit.feature_id = plan_feature_limit.feature_id
        and feature_limit.code = plan_feature_limit.code
      where plan_feature_limit.tenant_id = :tenant and plan_id ${inKeys} order by position`),
    /** Where a price has none of its own for a feature, the feature's enabled overage. */
    unitPrices:
      batch(`select priceId, featureId, unitPrice, blockSize, minimumQuantity, maximumQuantity,
        tiersMode, tiers
      from (select price_id as priceId, feature_id as featureId, unit_price as unitPrice,
          block_size as blockSize, minimum_quantity as minimumQuantity,
          maximum_quantity as maximumQuantity, nullif(tiers_mode, 'none') as tiersMode, tiers
        from unit_price where tenant_id = :tenant and price_id ${inKeys}
        union all
        select plan_price.id, plan_feature.feature_id, overage_unit_price, 1, 0, null, null, '[]'
        from plan_price join plan_feature on plan_feature.tenant_id = :tenant
          and plan_feature.plan_id = plan_price.plan_id and overage_enabled = 1
        where plan_price.tenant_id = :tenant and plan_price.id ${inKeys} and not exists (select 1
          from unit_price where unit_price.tenant_id = :tenant and price_id = plan_price.id
            and unit_price.feature_id = plan_feature.feature_id))
      join feature on feature.tenant_id = :tenant and feature.id = featureId order by ${inOrder}`),
    regionalUnitPrices:
      batch(`select price_id as priceId, feature_id as featureId, currency, unit_price as unitPrice,
      tiers from regional_unit_price where tenant_id = :tenant and price_id ${inKeys} order by currency`),
    addPlanPrice: (planId: string, input: unknown) =>
      addPlanPrice.immediate(planId, checkedPrice(input)),
    updatePlan: (planId: string, input: unknown) =>
      updatePlan.immediate(planId, checkedPlan(input)),
  };
};
export type Catalogue = ReturnType<typeof openCatalogue>;
