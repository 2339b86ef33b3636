import type { Insertable, Selectable } from 'kysely';
import type { DiscountType } from '../vocabulary.ts';
import { ofLivePlan } from './plan.ts';
import { ofLivePrice } from './price.ts';
import { flag, slices } from './rows.ts';
import { queries, type Reader, type Writer } from './session.ts';
import type { ExchangeRateTable, RegionalOverageTable, RegionalPriceTable } from './tables.ts';

export interface RegionalIntroOffer {
  discountType: DiscountType;
  discountValue: number;
  durationCycles: number | null;
}

export interface RegionalPrice {
  priceId: string;
  currency: string;
  price: number;
  includedBalance: number | null;
  /** Derived from the USD price; false where it was set by hand. */
  autoSynced: boolean;
  introOffer: RegionalIntroOffer | null;
  introOfferAutoSynced: boolean;
}

export interface RegionalOverage {
  planId: string;
  featureId: string;
  currency: string;
  unitPrice: number;
  autoSynced: boolean;
}

export interface ExchangeRate {
  planId: string;
  currency: string;
  exchangeRate: number;
}

const regionalPrice = (row: Selectable<RegionalPriceTable>): RegionalPrice => ({
  priceId: row.price_id,
  currency: row.currency,
  price: row.price,
  includedBalance: row.included_balance,
  autoSynced: row.auto_synced === 1,
  introOffer:
    row.intro_offer_discount_type === null || row.intro_offer_discount_value === null
      ? null
      : {
          discountType: row.intro_offer_discount_type,
          discountValue: row.intro_offer_discount_value,
          durationCycles: row.intro_offer_duration_cycles,
        },
  introOfferAutoSynced: row.intro_offer_auto_synced === 1,
});

const regionalOverage = (row: Selectable<RegionalOverageTable>): RegionalOverage => ({
  planId: row.plan_id,
  featureId: row.feature_id,
  currency: row.currency,
  unitPrice: row.unit_price,
  autoSynced: row.auto_synced === 1,
});

const exchangeRate = (row: Selectable<ExchangeRateTable>): ExchangeRate => ({
  planId: row.plan_id,
  currency: row.currency,
  exchangeRate: Number(row.exchange_rate),
});

export const findRegionalPrices = async (reader: Reader, priceIds: readonly string[]): Promise<RegionalPrice[]> => {
  if (priceIds.length === 0) return [];
  const rows = await reader[queries]
    .selectFrom('regional_price')
    .selectAll()
    .where('tenant_id', '=', reader.tenant.id)
    .where('price_id', 'in', priceIds)
    .where(ofLivePrice(reader, 'regional_price.price_id'))
    .orderBy('price_id')
    .orderBy('currency')
    .execute();
  return rows.map(regionalPrice);
};

export const findRegionalOverages = async (reader: Reader, planIds: readonly string[]): Promise<RegionalOverage[]> => {
  if (planIds.length === 0) return [];
  const rows = await reader[queries]
    .selectFrom('regional_overage')
    .selectAll()
    .where('tenant_id', '=', reader.tenant.id)
    .where('plan_id', 'in', planIds)
    .where(ofLivePlan(reader, 'regional_overage.plan_id'))
    .orderBy('plan_id')
    .orderBy('feature_id')
    .orderBy('currency')
    .execute();
  return rows.map(regionalOverage);
};

export const findExchangeRates = async (reader: Reader, planIds: readonly string[]): Promise<ExchangeRate[]> => {
  if (planIds.length === 0) return [];
  const rows = await reader[queries]
    .selectFrom('exchange_rate')
    .selectAll()
    .where('tenant_id', '=', reader.tenant.id)
    .where('plan_id', 'in', planIds)
    .where(ofLivePlan(reader, 'exchange_rate.plan_id'))
    .orderBy('plan_id')
    .orderBy('currency')
    .execute();
  return rows.map(exchangeRate);
};

export const saveRegionalPrices = async (writer: Writer, prices: readonly RegionalPrice[]): Promise<void> => {
  const rows = prices.map(
    (price): Insertable<RegionalPriceTable> => ({
      tenant_id: writer.tenant.id,
      price_id: price.priceId,
      currency: price.currency,
      price: price.price,
      included_balance: price.includedBalance,
      auto_synced: flag(price.autoSynced),
      intro_offer_discount_type: price.introOffer?.discountType ?? null,
      intro_offer_discount_value: price.introOffer?.discountValue ?? null,
      intro_offer_duration_cycles: price.introOffer?.durationCycles ?? null,
      intro_offer_auto_synced: flag(price.introOfferAutoSynced),
    }),
  );
  for (const slice of slices(rows))
    await writer[queries]
      .insertInto('regional_price')
      .values(slice)
      .onConflict((conflict) =>
        conflict.columns(['tenant_id', 'price_id', 'currency']).doUpdateSet((eb) => ({
          price: eb.ref('excluded.price'),
          included_balance: eb.ref('excluded.included_balance'),
          auto_synced: eb.ref('excluded.auto_synced'),
          intro_offer_discount_type: eb.ref('excluded.intro_offer_discount_type'),
          intro_offer_discount_value: eb.ref('excluded.intro_offer_discount_value'),
          intro_offer_duration_cycles: eb.ref('excluded.intro_offer_duration_cycles'),
          intro_offer_auto_synced: eb.ref('excluded.intro_offer_auto_synced'),
        })),
      )
      .execute();
};

export const removeRegionalPrices = async (writer: Writer, priceId: string): Promise<void> => {
  await writer[queries]
    .deleteFrom('regional_price')
    .where('tenant_id', '=', writer.tenant.id)
    .where('price_id', '=', priceId)
    .execute();
};

/** Engines bound the parameters of a statement, nothing the features of a plan. */
const ROWS_A_STATEMENT = 1_000;

export const saveRegionalOverages = async (writer: Writer, overages: readonly RegionalOverage[]): Promise<void> => {
  for (let start = 0; start < overages.length; start += ROWS_A_STATEMENT)
    await upsertOverages(writer, overages.slice(start, start + ROWS_A_STATEMENT));
};

const upsertOverages = async (writer: Writer, overages: readonly RegionalOverage[]): Promise<void> => {
  const rows = overages.map(
    (overage): Insertable<RegionalOverageTable> => ({
      tenant_id: writer.tenant.id,
      plan_id: overage.planId,
      feature_id: overage.featureId,
      currency: overage.currency,
      unit_price: overage.unitPrice,
      auto_synced: flag(overage.autoSynced),
    }),
  );
  await writer[queries]
    .insertInto('regional_overage')
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(['tenant_id', 'plan_id', 'feature_id', 'currency']).doUpdateSet((eb) => ({
        unit_price: eb.ref('excluded.unit_price'),
        auto_synced: eb.ref('excluded.auto_synced'),
      })),
    )
    .execute();
};

export const removeRegionalOverages = async (writer: Writer, planId: string, featureId: string): Promise<void> => {
  await writer[queries]
    .deleteFrom('regional_overage')
    .where('tenant_id', '=', writer.tenant.id)
    .where('plan_id', '=', planId)
    .where('feature_id', '=', featureId)
    .execute();
};

export const saveExchangeRate = async (writer: Writer, rate: ExchangeRate): Promise<void> => {
  await writer[queries]
    .insertInto('exchange_rate')
    .values({
      tenant_id: writer.tenant.id,
      plan_id: rate.planId,
      currency: rate.currency,
      exchange_rate: String(rate.exchangeRate),
    })
    .onConflict((conflict) =>
      conflict
        .columns(['tenant_id', 'plan_id', 'currency'])
        .doUpdateSet((eb) => ({ exchange_rate: eb.ref('excluded.exchange_rate') })),
    )
    .execute();
};
