import { type Kysely, sql } from 'kysely';
import type { Ddl } from './ddl.ts';

/**
 * One-time prices may have trial days, and a regional price says whether its balance is derived.
 * SQLite can drop no check of a table, so both tables are made anew: the child first, because
 * dropping its parent would cascade to it. A group knows when the public last saw it change:
 * private plans that come and go are none of its business.
 */
export const up = async (db: Kysely<unknown>, ddl: Ddl): Promise<void> => {
  const { text, int32, int64 } = ddl;
  const run = (statement: string) => sql.raw(statement).execute(db);
  const oneOf = (column: string, ...words: string[]) =>
    `${column} in (${words.map((word) => `'${word}'`).join(', ')})`;
  const flag = (column: string) => `${column} ${int32} not null check (${column} in (0, 1))`;
  const count32 = (column: string) =>
    `${column} ${int32} check (${column} between 0 and 2147483647)`;
  const amount = (column: string) =>
    `${column} ${int64} check (${column} between 0 and 9007199254740991)`;
  const tenant = `tenant_id ${text} not null references tenant (id)`;
  const introOffer = [
    `intro_offer_discount_type ${text} check (${oneOf('intro_offer_discount_type', 'percentage', 'amount')})`,
    `${amount('intro_offer_discount_value')} check (intro_offer_discount_type <> 'percentage' or intro_offer_discount_value <= 10000)`,
    count32('intro_offer_duration_cycles'),
  ];
  const table = (name: string, definitions: string[]) =>
    run(`create table ${name} (\n${definitions.join(',\n')}\n)${ddl.tableOptions}`);

  await table('plan_price_anew', [
    tenant,
    `id ${text} not null`,
    `plan_id ${text} not null`,
    flag('plan_is_free'),
    `billing_interval ${text} not null check (${oneOf('billing_interval', 'weekly', 'monthly', 'quarterly', 'yearly', 'one_time')})`,
    `${amount('price')} not null`,
    flag('is_default'),
    `${count32('trial_days')} not null`,
    amount('included_balance'),
    count32('included_credits'),
    `intro_offer_enabled ${int32} check (intro_offer_enabled in (0, 1))`,
    ...introOffer,
    `metadata ${text} not null check (octet_length(metadata) <= 16384 and ${ddl.isJsonObject('metadata')})`,
    `created_at ${text} not null`,
    `updated_at ${text} not null check (updated_at >= created_at)`,
    `archived_at ${text} check (archived_at >= created_at)`,
    'primary key (tenant_id, id)',
    'foreign key (tenant_id, plan_id, plan_is_free) references plan (tenant_id, id, is_free)',
    'check (plan_is_free = 0 or price = 0)',
    'check (is_default = 0 or archived_at is null)',
  ]);
  await run('insert into plan_price_anew select * from plan_price');

  await table('regional_price_anew', [
    tenant,
    `price_id ${text} not null`,
    `currency ${text} not null check (length(currency) = 3 and ${ddl.consistsOf('currency', 'a-z')})`,
    `${amount('price')} not null`,
    amount('included_balance'),
    flag('auto_synced'),
    flag('included_balance_auto_synced'),
    ...introOffer,
    flag('intro_offer_auto_synced'),
    'primary key (tenant_id, price_id, currency)',
    'foreign key (tenant_id, price_id) references plan_price_anew (tenant_id, id) on delete cascade',
  ]);
  // Of a manual row nobody knows where its balance came from: it stays as it is, unless there is
  // none to derive.
  await run(`insert into regional_price_anew
    select tenant_id, price_id, currency, price, included_balance, auto_synced,
      case when auto_synced = 1 or (included_balance is null and (select included_balance from plan_price p
        where p.tenant_id = r.tenant_id and p.id = r.price_id) is null) then 1 else 0 end,
      intro_offer_discount_type, intro_offer_discount_value, intro_offer_duration_cycles, intro_offer_auto_synced
    from regional_price r`);

  const triggers = [
    ...(['insert', 'update'] as const).map((on) => ({
      name: `plan_price_${on}_needs_live_plan`,
      on,
      table: 'plan_price',
      when: 'exists (select 1 from plan where tenant_id = new.tenant_id and id = new.plan_id and deleted_at is not null)',
      because: 'a deleted plan takes no price, feature or rate',
    })),
    {
      name: 'plan_price_time_goes_on',
      on: 'update' as const,
      table: 'plan_price',
      when: 'new.updated_at < old.updated_at or new.created_at <> old.created_at',
      because: 'the time of a change never goes back, that of creation never changes',
    },
  ];
  for (const trigger of triggers) for (const statement of ddl.permit(trigger)) await run(statement);
  for (const name of ['regional_price', 'plan_price']) {
    await run(`drop table ${name}`);
    await run(`alter table ${name}_anew rename to ${name}`);
  }

  await run(`alter table plan_group add column public_updated_at ${text} not null default ''`);
  await run('update plan_group set public_updated_at = updated_at');

  await run(
    'create unique index plan_price_default on plan_price (tenant_id, plan_id) where is_default = 1',
  );
  await run(
    'create unique index plan_price_interval on plan_price (tenant_id, plan_id, billing_interval) where archived_at is null',
  );
  await run(
    'create index plan_price_by_plan on plan_price (tenant_id, plan_id, created_at, id) where archived_at is null',
  );
  for (const trigger of triggers) for (const statement of ddl.refuse(trigger)) await run(statement);
};
