import type { Expression } from 'kysely';
import { batch, inOneList } from '../read/batch.ts';
import { columns, many, type Nested, when } from '../read/nested.ts';
import { queries, type Source } from '../read/reader.ts';
import {
  type ExchangeRate,
  exchangeRate,
  type RegionalOverage,
  type RegionalPrice,
  regionalOverage,
  regionalPrice,
} from '../tables.ts';
import { insertInto } from '../write/insertion.ts';
import type { Writer } from '../write/writer.ts';
import { ofLivePlan } from './plan.ts';
import { ofLivePrice } from './price.ts';

/** A live price in other currencies, by currency. */
export const regionalPricesOf = (
  source: Source,
  priceId: Expression<string>,
): Nested<RegionalPrice[]> =>
  many(
    source,
    source[queries]
      .selectFrom('regional_price')
      .where('regional_price.tenant_id', '=', source.tenant.id)
      .where('regional_price.price_id', '=', priceId),
    ['regional_price.currency'],
    columns(source, regionalPrice),
  );

/** The overage of a live plan in other currencies, by feature and currency. */
export const regionalOveragesOf = (
  source: Source,
  planId: Expression<string>,
): Nested<RegionalOverage[]> =>
  many(
    source,
    source[queries]
      .selectFrom('regional_overage')
      .where('regional_overage.tenant_id', '=', source.tenant.id)
      .where('regional_overage.plan_id', '=', planId),
    ['regional_overage.feature_id', 'regional_overage.currency'],
    columns(source, regionalOverage),
  );

/** The exchange rates of a live plan, by currency. */
export const exchangeRatesOf = (
  source: Source,
  planId: Expression<string>,
): Nested<ExchangeRate[]> =>
  many(
    source,
    source[queries]
      .selectFrom('exchange_rate')
      .where('exchange_rate.tenant_id', '=', source.tenant.id)
      .where('exchange_rate.plan_id', '=', planId),
    ['exchange_rate.currency'],
    columns(source, exchangeRate),
  );

export const regionalPricesOfPrice = batch((source, priceId) =>
  when(ofLivePrice(source, priceId), regionalPricesOf(source, priceId)),
);
export const regionalOveragesOfPlan = batch((source, planId) =>
  when(ofLivePlan(source, planId), regionalOveragesOf(source, planId)),
);
export const exchangeRatesOfPlan = batch((source, planId) =>
  when(ofLivePlan(source, planId), exchangeRatesOf(source, planId)),
);

export const findRegionalPrices = inOneList(regionalPricesOfPrice);
export const findRegionalOverages = inOneList(regionalOveragesOfPlan);
export const findExchangeRates = inOneList(exchangeRatesOfPlan);

const upsertPrices = insertInto(regionalPrice, { replaces: true });

export const saveRegionalPrices = (
  writer: Writer,
  prices: readonly RegionalPrice[],
): Promise<void> => upsertPrices(writer, prices);

export const removeRegionalPrices = async (writer: Writer, priceId: string): Promise<void> => {
  await writer[queries]
    .deleteFrom('regional_price')
    .where('tenant_id', '=', writer.tenant.id)
    .where('price_id', '=', priceId)
    .execute();
};

const upsertOverages = insertInto(regionalOverage, { replaces: true });

export const saveRegionalOverages = (
  writer: Writer,
  overages: readonly RegionalOverage[],
): Promise<void> => upsertOverages(writer, overages);

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

const upsertRates = insertInto(exchangeRate, { replaces: true });

export const saveExchangeRate = (writer: Writer, rate: ExchangeRate): Promise<void> =>
  upsertRates(writer, [rate]);
