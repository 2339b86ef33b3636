import { type Kysely, sql } from 'kysely';
import type { Ddl } from './ddl.ts';

/**
 * Markets are groups of countries that have prices of their own. A country is in one live market at
 * most: `market_country` has a row for each, which is gone with its market. A variant of a price
 * inherits from a base price and may differ from it in some markets. A market price names the price
 * whose markets it has to be among, which is its own price unless that is a variant: so the link
 * keeps a market price of a base that a variant overrides. SQLite can add no link of several columns
 * to a table, so triggers keep a variant with its base.
 */
export const up = async (db: Kysely<unknown>, ddl: Ddl): Promise<void> => {
  const { text, int32, int64 } = ddl;
  const run = async (statements: readonly string[]) => {
    for (const statement of statements) await sql.raw(statement).execute(db);
  };
  const table = (name: string, definitions: readonly string[]) =>
    `create table ${name} (
      tenant_id ${text} not null references tenant (id),
      ${definitions.join(',\n')}
    )${ddl.tableOptions}`;
  const writes = ['insert', 'update'] as const;
  const codeIn = (column: string) =>
    `length(${column}) between 1 and 64 and ${ddl.consistsOf(column, 'a-z0-9_')}`;
  const upTo = (column: string) =>
    `${column} ${int64} check (${column} between 0 and 9007199254740991)`;
  const liveBase = `select 1 from plan_price b where b.tenant_id = new.tenant_id
    and b.id = new.inherits_from_price_id and b.plan_id = new.plan_id
    and b.billing_interval = new.billing_interval
    and b.inherits_from_price_id is null and b.archived_at is null`;
  const liveVariant = `select 1 from plan_price v where v.tenant_id = old.tenant_id
    and v.inherits_from_price_id = old.id and v.archived_at is null`;

  await run([
    `alter table plan_price add column inherits_from_price_id ${text}
      check (inherits_from_price_id is null
        or (inherits_from_price_id <> id and is_default = 0))`,
    `alter table plan_price add column code ${text}
      check ((code is null) = (inherits_from_price_id is null) and (code is null or (${codeIn('code')})))`,
    `alter table plan_price add column name ${text}
      check ((name is null) = (inherits_from_price_id is null)
        and (name is null or length(name) between 1 and 255))`,
    'drop index plan_price_interval',
    `create unique index plan_price_interval on plan_price (tenant_id, plan_id, billing_interval)
      where archived_at is null and inherits_from_price_id is null`,
    `create unique index plan_price_variant on plan_price (tenant_id, inherits_from_price_id, code)
      where archived_at is null and inherits_from_price_id is not null`,
    ...writes.flatMap((on) =>
      ddl.refuse({
        name: `plan_price_${on}_has_live_base`,
        on,
        table: 'plan_price',
        when: `new.inherits_from_price_id is not null and new.archived_at is null
          and not exists (${liveBase})`,
        because: 'a variant inherits from a live base price of its plan and billing interval',
      }),
    ),
    ...ddl.refuse({
      name: 'plan_price_update_keeps_variants',
      on: 'update',
      table: 'plan_price',
      when: `(new.archived_at is not null or new.inherits_from_price_id is not null)
        and exists (${liveVariant})`,
      because: 'a price that a live variant inherits from stays',
    }),
    table('market', [
      `id ${text} not null`,
      `code ${text} not null check (${codeIn('code')})`,
      `name ${text} not null check (length(name) between 1 and 255)`,
      `country_codes ${text} not null check (octet_length(country_codes) <= 2048)`,
      `tax_behavior ${text} check (tax_behavior in ('inclusive', 'exclusive', 'unspecified'))`,
      `metadata ${text} not null
        check (octet_length(metadata) <= 16384 and ${ddl.isJsonObject('metadata')})`,
      `created_at ${text} not null check (length(created_at) = 24)`,
      `updated_at ${text} not null check (length(updated_at) = 24 and updated_at >= created_at)`,
      `revision ${int32} not null check (revision >= 1)`,
      `public_updated_at ${text} check (public_updated_at <= updated_at)`,
      `deleted_at ${text} check (deleted_at >= created_at)`,
      'primary key (tenant_id, id)',
    ]),
    'create unique index market_code on market (tenant_id, code) where deleted_at is null',
    'create index market_by_creation on market (tenant_id, created_at, id) where deleted_at is null',
    table('market_country', [
      `country_code ${text} not null
        check (length(country_code) = 2 and ${ddl.consistsOf('country_code', 'A-Z')})`,
      `market_id ${text} not null`,
      'primary key (tenant_id, country_code)',
      'foreign key (tenant_id, market_id) references market (tenant_id, id)',
    ]),
    'create index market_country_of_market on market_country (tenant_id, market_id)',
    table('market_price', [
      `price_id ${text} not null`,
      `market_id ${text} not null`,
      `base_price_id ${text} not null`,
      `currency ${text} not null
        check (length(currency) = 3 and ${ddl.consistsOf('currency', 'a-z')})`,
      `${upTo('price')} not null`,
      'primary key (tenant_id, price_id, market_id)',
      'foreign key (tenant_id, price_id) references plan_price (tenant_id, id) on delete cascade',
      'foreign key (tenant_id, market_id) references market (tenant_id, id)',
      `foreign key (tenant_id, base_price_id, market_id)
        references market_price (tenant_id, price_id, market_id) deferrable initially deferred`,
    ]),
    'create index market_price_of_market on market_price (tenant_id, market_id)',
    'create index market_price_of_base on market_price (tenant_id, base_price_id, market_id)',
    table('market_unit_price', [
      `price_id ${text} not null`,
      `feature_id ${text} not null`,
      `market_id ${text} not null`,
      `base_price_id ${text} not null`,
      upTo('unit_price'),
      `tiers_mode ${text} not null check (tiers_mode in ('none', 'graduated', 'volume'))`,
      `tiers ${text} not null check (octet_length(tiers) <= 8192 and (tiers = '[]'
        or (tiers like '[{"upTo":%' and tiers like '%{"upTo":null,"unitPrice":%}]')))`,
      `check ((tiers_mode = 'none') = (unit_price is not null))`,
      `check ((tiers_mode = 'none') = (tiers = '[]'))`,
      'primary key (tenant_id, price_id, feature_id, market_id)',
      `foreign key (tenant_id, price_id, market_id)
        references market_price (tenant_id, price_id, market_id) deferrable initially deferred`,
      `foreign key (tenant_id, base_price_id, feature_id)
        references unit_price (tenant_id, price_id, feature_id) deferrable initially deferred`,
    ]),
    `create index market_unit_price_of_base
      on market_unit_price (tenant_id, base_price_id, feature_id)`,
    ...writes.flatMap((on) => [
      ...['market_country', 'market_price'].flatMap((name) =>
        ddl.refuse({
          name: `${name}_${on}_needs_live_market`,
          on,
          table: name,
          when: `exists (select 1 from market m where m.tenant_id = new.tenant_id
            and m.id = new.market_id and m.deleted_at is not null)`,
          because: 'a deleted market has no countries and no prices',
        }),
      ),
      ...['market_price', 'market_unit_price'].flatMap((name) =>
        ddl.refuse({
          name: `${name}_${on}_needs_live_price`,
          on,
          table: name,
          when: `not exists (select 1 from plan_price p
            join plan on plan.tenant_id = p.tenant_id and plan.id = p.plan_id
            where p.tenant_id = new.tenant_id and p.id = new.price_id
              and p.archived_at is null and plan.deleted_at is null
              and coalesce(p.inherits_from_price_id, p.id) = new.base_price_id)`,
          because: 'a market price is one of a live price, or of a variant and its base',
        }),
      ),
    ]),
    ...ddl.refuse({
      name: 'market_update_keeps_prices',
      on: 'update',
      table: 'market',
      when: `new.deleted_at is not null and (
        exists (select 1 from market_price p
          where p.tenant_id = old.tenant_id and p.market_id = old.id)
        or exists (select 1 from market_country c
          where c.tenant_id = old.tenant_id and c.market_id = old.id))`,
      because: 'a market that prices use stays, and a deleted one has no countries',
    }),
    ...ddl.refuse({
      name: 'market_deleted_never_changes',
      on: 'update',
      table: 'market',
      when: 'old.deleted_at is not null',
      because: 'a deleted market never changes again',
    }),
    ...ddl.refuse({
      name: 'market_time_goes_on',
      on: 'update',
      table: 'market',
      when: 'new.updated_at < old.updated_at or new.created_at <> old.created_at',
      because: 'the time of a change never goes back, that of creation never changes',
    }),
  ]);
};
