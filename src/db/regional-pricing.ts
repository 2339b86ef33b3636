import type { Expression, Insertable } from 'kysely';
import type { DiscountType } from '../vocabulary.ts';
import { batch, inOneList } from './batch.ts';
import { insertion } from './insertion.ts';
import { every, type Nested, provided, shape } from './nested.ts';
import { ofLivePlan } from './plan.ts';
import { ofLivePrice } from './price.ts';
import { flag } from './rows.ts';
import { queries, type Source, type Writer } from './session.ts';
import type { RegionalOverageTable, RegionalPriceTable } from './tables.ts';

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
  /** The same of the balance. */
  includedBalanceAutoSynced: boolean;
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

const regionalPrice = shape(
  'regional_price',
  [
    'price_id',
    'currency',
    'price',
    'included_balance',
    'auto_synced',
    'included_balance_auto_synced',
    'intro_offer_discount_type',
    'intro_offer_discount_value',
    'intro_offer_duration_cycles',
    'intro_offer_auto_synced',
  ],
  ([
    priceId,
    currency,
    price,
    includedBalance,
    autoSynced,
    includedBalanceAutoSynced,
    discountType,
    discountValue,
    durationCycles,
    introOfferAutoSynced,
  ]): RegionalPrice => ({
    priceId,
    currency,
    price,
    includedBalance,
    autoSynced: autoSynced === 1,
    includedBalanceAutoSynced: includedBalanceAutoSynced === 1,
    introOffer:
      discountType === null || discountValue === null
        ? null
        : { discountType, discountValue, durationCycles },
    introOfferAutoSynced: introOfferAutoSynced === 1,
  }),
);

const regionalOverage = shape(
  'regional_overage',
  ['plan_id', 'feature_id', 'currency', 'unit_price', 'auto_synced'],
  ([planId, featureId, currency, unitPrice, autoSynced]): RegionalOverage => ({
    planId,
    featureId,
    currency,
    unitPrice,
    autoSynced: autoSynced === 1,
  }),
);

const exchangeRate = shape(
  'exchange_rate',
  ['plan_id', 'currency', 'exchange_rate'],
  ([planId, currency, exchangeRate]): ExchangeRate => ({
    planId,
    currency,
    exchangeRate: Number(exchangeRate),
  }),
);

/** A live price in other currencies, by currency. */
export const regionalPricesOf = (
  source: Source,
  priceId: Expression<string>,
): Nested<RegionalPrice[]> =>
  every(
    source,
    source[queries]
      .selectFrom('regional_price')
      .where('regional_price.tenant_id', '=', source.tenant.id)
      .where('regional_price.price_id', '=', priceId),
    ['regional_price.currency'],
    regionalPrice(source),
  );

/** The overage of a live plan in other currencies, by feature and currency. */
export const regionalOveragesOf = (
  source: Source,
  planId: Expression<string>,
): Nested<RegionalOverage[]> =>
  every(
    source,
    source[queries]
      .selectFrom('regional_overage')
      .where('regional_overage.tenant_id', '=', source.tenant.id)
      .where('regional_overage.plan_id', '=', planId),
    ['regional_overage.feature_id', 'regional_overage.currency'],
    regionalOverage(source),
  );

/** The exchange rates of a live plan, by currency. */
export const exchangeRatesOf = (
  source: Source,
  planId: Expression<string>,
): Nested<ExchangeRate[]> =>
  every(
    source,
    source[queries]
      .selectFrom('exchange_rate')
      .where('exchange_rate.tenant_id', '=', source.tenant.id)
      .where('exchange_rate.plan_id', '=', planId),
    ['exchange_rate.currency'],
    exchangeRate(source),
  );

export const regionalPricesOfPrice = batch((source, priceId) =>
  provided(ofLivePrice(source, priceId), regionalPricesOf(source, priceId)),
);
export const regionalOveragesOfPlan = batch((source, planId) =>
  provided(ofLivePlan(source, planId), regionalOveragesOf(source, planId)),
);
export const exchangeRatesOfPlan = batch((source, planId) =>
  provided(ofLivePlan(source, planId), exchangeRatesOf(source, planId)),
);

export const findRegionalPrices = inOneList(regionalPricesOfPrice);
export const findRegionalOverages = inOneList(regionalOveragesOfPlan);
export const findExchangeRates = inOneList(exchangeRatesOfPlan);

const upsertPrices = insertion<Insertable<RegionalPriceTable>>((db, rows) =>
  db
    .insertInto('regional_price')
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(['tenant_id', 'price_id', 'currency']).doUpdateSet((eb) => ({
        price: eb.ref('excluded.price'),
        included_balance: eb.ref('excluded.included_balance'),
        auto_synced: eb.ref('excluded.auto_synced'),
        included_balance_auto_synced: eb.ref('excluded.included_balance_auto_synced'),
        intro_offer_discount_type: eb.ref('excluded.intro_offer_discount_type'),
        intro_offer_discount_value: eb.ref('excluded.intro_offer_discount_value'),
        intro_offer_duration_cycles: eb.ref('excluded.intro_offer_duration_cycles'),
        intro_offer_auto_synced: eb.ref('excluded.intro_offer_auto_synced'),
      })),
    ),
);

export const saveRegionalPrices = async (
  writer: Writer,
  prices: readonly RegionalPrice[],
): Promise<void> => {
  const rows = prices.map(
    (price): Insertable<RegionalPriceTable> => ({
      tenant_id: writer.tenant.id,
      price_id: price.priceId,
      currency: price.currency,
      price: price.price,
      included_balance: price.includedBalance,
      auto_synced: flag(price.autoSynced),
      included_balance_auto_synced: flag(price.includedBalanceAutoSynced),
      intro_offer_discount_type: price.introOffer?.discountType ?? null,
      intro_offer_discount_value: price.introOffer?.discountValue ?? null,
      intro_offer_duration_cycles: price.introOffer?.durationCycles ?? null,
      intro_offer_auto_synced: flag(price.introOfferAutoSynced),
    }),
  );
  await upsertPrices(writer, rows);
};

export const removeRegionalPrices = async (writer: Writer, priceId: string): Promise<void> => {
  await writer[queries]
    .deleteFrom('regional_price')
    .where('tenant_id', '=', writer.tenant.id)
    .where('price_id', '=', priceId)
    .execute();
};

const upsertOverages = insertion<Insertable<RegionalOverageTable>>((db, rows) =>
  db
    .insertInto('regional_overage')
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(['tenant_id', 'plan_id', 'feature_id', 'currency']).doUpdateSet((eb) => ({
        unit_price: eb.ref('excluded.unit_price'),
        auto_synced: eb.ref('excluded.auto_synced'),
      })),
    ),
);

export const saveRegionalOverages = async (
  writer: Writer,
  overages: readonly RegionalOverage[],
): Promise<void> => {
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
  await upsertOverages(writer, rows);
};

export const removeRegionalOverages = async (
  writer: Writer,
  planId: string,
  featureId: string,
): Promise<void> => {
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
