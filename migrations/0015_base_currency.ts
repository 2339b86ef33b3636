import { type QueryExecutorProvider, sql } from 'kysely';
import type { Ddl } from './ddl.ts';

const holds = (amounts: string) => `exists (select 1 from ${amounts} tenant_id = tenant.id)`;
const amounts = [
  'plan_price where',
  'plan_feature where overage_unit_price > 0 and',
  'regional_overage where',
  'exchange_rate where',
];

/**
 * Any amount would mean something else in another currency. What hangs on a price needs no
 * condition. SQLite renames no table while a trigger names one that is not there: a step that makes
 * one of these tables anew permits this first, and refuses it again in the end.
 */
export const baseCurrencyStays = {
  name: 'organization_base_currency_stays',
  on: 'update',
  table: 'organization',
  when: `new.base_currency <> old.base_currency and exists (select 1 from tenant
    where organization_id = old.id and (${amounts.map(holds).join(' or ')}))`,
  because: 'amounts are counted in the base currency, which stays from the first one on',
} as const;

/** What an organization counts money in. */
export const up = async (db: QueryExecutorProvider, ddl: Ddl): Promise<void> => {
  const { text } = ddl;
  for (const statement of [
    `alter table organization add column base_currency ${text} not null default 'usd'
      check (length(base_currency) = 3 and ${ddl.consistsOf('base_currency', 'a-z')})`,
    `alter table organization add column tax_behavior ${text} not null default 'unspecified'
      check (tax_behavior in ('inclusive', 'exclusive', 'unspecified'))`,
    ...ddl.refuse(baseCurrencyStays),
  ])
    await sql.raw(statement).execute(db);
};
