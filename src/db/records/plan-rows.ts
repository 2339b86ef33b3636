import { sql } from 'kysely';
import { batch, type Key } from '../read/batch.ts';
import type { Source } from '../read/reader.ts';

const rowsIn = ({ tenant: { id } }: Source, planId: Key) => sql`
  (select count(*) from plan_feature where tenant_id = ${id} and plan_id = ${planId})
  + (select count(*) from regional_overage where tenant_id = ${id} and plan_id = ${planId})
  + (select count(*) from plan_price cross join regional_price
      where plan_price.tenant_id = ${id} and plan_price.plan_id = ${planId}
      and plan_price.archived_at is null
      and regional_price.tenant_id = plan_price.tenant_id
      and regional_price.price_id = plan_price.id)`;

const rowsInMarkets = ({ tenant: { id } }: Source, planId: Key) => sql`
  (select count(*) from plan_price
    where tenant_id = ${id} and plan_id = ${planId}
    and archived_at is null and inherits_from_price_id is not null)
  + (select count(*) from plan_price cross join market_price
      where plan_price.tenant_id = ${id} and plan_price.plan_id = ${planId}
      and plan_price.archived_at is null
      and market_price.tenant_id = plan_price.tenant_id
      and market_price.price_id = plan_price.id)`;

/**
 * How many rows hang on a plan, apart from those of which it never has many. `cross` keeps SQLite
 * from starting with the currencies, or with the markets.
 */
export const rowsOfPlan = batch((source, planId) => ({
  json: rowsIn(source, planId),
  read: Number,
}));

/** With variants of prices, and prices in markets. */
export const rowsOfPlanInMarkets = batch((source, planId) => ({
  json: sql`${rowsIn(source, planId)} + ${rowsInMarkets(source, planId)}`,
  read: Number,
}));
