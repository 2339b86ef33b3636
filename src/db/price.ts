import { type Insertable, type Selectable, sql } from 'kysely';
import type { BillingInterval, DiscountType, JsonObject } from '../vocabulary.ts';
import { ofLivePlan } from './plan.ts';
import { flag, json, parseJson, slices } from './rows.ts';
import { queries, type Reader, type Writer } from './session.ts';
import type { PlanPriceTable } from './tables.ts';

export interface IntroOffer {
  enabled: boolean;
  discountType: DiscountType | null;
  /** Basis points of a percentage, or an amount in rate scale. */
  discountValue: number | null;
  durationCycles: number | null;
}

export interface PlanPrice {
  id: string;
  planId: string;
  billingInterval: BillingInterval;
  price: number;
  isDefault: boolean;
  trialDays: number;
  includedBalance: number | null;
  includedCredits: number | null;
  introOffer: IntroOffer | null;
  metadata: JsonObject;
  createdAt: string;
  updatedAt: string;
}

const record = (row: Selectable<PlanPriceTable>, { audience }: Reader): PlanPrice => ({
  id: row.id,
  planId: row.plan_id,
  billingInterval: row.billing_interval,
  price: row.price,
  isDefault: row.is_default === 1,
  trialDays: row.trial_days,
  includedBalance: row.included_balance,
  includedCredits: row.included_credits,
  introOffer:
    row.intro_offer_enabled === null
      ? null
      : {
          enabled: row.intro_offer_enabled === 1,
          discountType: row.intro_offer_discount_type,
          discountValue: row.intro_offer_discount_value,
          durationCycles: row.intro_offer_duration_cycles,
        },
  metadata: audience === 'public' ? {} : parseJson(row.metadata),
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

const columns = (price: PlanPrice) => ({
  billing_interval: price.billingInterval,
  price: price.price,
  is_default: flag(price.isDefault),
  trial_days: price.trialDays,
  included_balance: price.includedBalance,
  included_credits: price.includedCredits,
  intro_offer_enabled: price.introOffer && flag(price.introOffer.enabled),
  intro_offer_discount_type: price.introOffer?.discountType ?? null,
  intro_offer_discount_value: price.introOffer?.discountValue ?? null,
  intro_offer_duration_cycles: price.introOffer?.durationCycles ?? null,
  metadata: json(price.metadata),
  updated_at: price.updatedAt,
});

/** Live prices of live plans. */
const livePrices = (reader: Reader) =>
  reader[queries]
    .selectFrom('plan_price')
    .where('plan_price.tenant_id', '=', reader.tenant.id)
    .where('plan_price.archived_at', 'is', null)
    .where(ofLivePlan(reader, 'plan_price.plan_id'));

/** A condition: `livePrices` shows the price that the column names. */
export const ofLivePrice = (reader: Reader, column: string) =>
  sql<boolean>`exists ${livePrices(reader).select('plan_price.id').where('plan_price.id', '=', sql.ref<string>(column))}`;

export const findPrice = async (reader: Reader, planId: string, id: string): Promise<PlanPrice | undefined> => {
  const row = await livePrices(reader)
    .selectAll()
    .where('id', '=', id)
    .where('plan_id', '=', planId)
    .executeTakeFirst();
  return row && record(row, reader);
};

export const findPrices = async (reader: Reader, ids: readonly string[]): Promise<PlanPrice[]> => {
  if (ids.length === 0) return [];
  const rows = await livePrices(reader).selectAll().where('id', 'in', ids).execute();
  return rows.map((row) => record(row, reader));
};

/** The prices of each plan, oldest first. */
export const findPricesOfPlans = async (reader: Reader, planIds: readonly string[]): Promise<PlanPrice[]> => {
  if (planIds.length === 0) return [];
  const rows = await livePrices(reader)
    .selectAll()
    .where('plan_id', 'in', planIds)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  return rows.map((row) => record(row, reader));
};

export const insertPrice = (writer: Writer, price: PlanPrice, plan: { isFree: boolean }): Promise<void> =>
  insertPrices(writer, [{ price, plan }]);

export const insertPrices = async (
  writer: Writer,
  prices: readonly { price: PlanPrice; plan: { isFree: boolean } }[],
): Promise<void> => {
  const rows = prices.map(
    ({ price, plan }): Insertable<PlanPriceTable> => ({
      tenant_id: writer.tenant.id,
      id: price.id,
      plan_id: price.planId,
      plan_is_free: flag(plan.isFree),
      ...columns(price),
      created_at: price.createdAt,
      archived_at: null,
    }),
  );
  for (const slice of slices(rows)) await writer[queries].insertInto('plan_price').values(slice).execute();
};

const updatePriceRow = (writer: Writer, id: string) =>
  writer[queries].updateTable('plan_price').where('tenant_id', '=', writer.tenant.id).where('id', '=', id);

export const savePrice = async (writer: Writer, price: PlanPrice): Promise<void> => {
  await updatePriceRow(writer, price.id).set(columns(price)).execute();
};

export const archivePrice = async (writer: Writer, price: PlanPrice, at: string): Promise<void> => {
  await updatePriceRow(writer, price.id).set({ is_default: 0, archived_at: at, updated_at: at }).execute();
};
