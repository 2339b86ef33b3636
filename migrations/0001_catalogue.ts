import { type Kysely, sql } from 'kysely';
import type { Ddl } from './ddl.ts';

/**
 * The plans domain. The tenant (an organization in one mode) stands first in every key, and every
 * link carries it. Rules that span tables ride on foreign keys: a price repeats `is_free` of its
 * plan, a plan feature the consumption model.
 */
export const up = async (db: Kysely<unknown>, ddl: Ddl): Promise<void> => {
  const { text, int32, int64 } = ddl;
  const run = (statement: string) => sql.raw(statement).execute(db);
  const table = (name: string, ...definitions: string[]) =>
    run(`create table ${name} (\n${definitions.join(',\n')}\n)${ddl.tableOptions}`);

  const oneOf = (column: string, ...words: string[]) =>
    `${column} in (${words.map((word) => `'${word}'`).join(', ')})`;
  const flag = (column: string) => `${column} ${int32} not null check (${column} in (0, 1))`;
  const count32 = (column: string) =>
    `${column} ${int32} check (${column} between 0 and 2147483647)`;
  const amount = (column: string) =>
    `${column} ${int64} check (${column} between 0 and 9007199254740991)`;
  const name = `name ${text} not null check (length(name) between 1 and 255)`;
  const code = `code ${text} not null check (length(code) between 1 and 64 and ${ddl.consistsOf('code', 'a-z0-9_')})`;
  const description = `description ${text} check (length(description) <= 2000)`;
  const currency = `currency ${text} not null check (length(currency) = 3 and ${ddl.consistsOf('currency', 'a-z')})`;
  const metadata = (nullability: string) =>
    `metadata ${text} ${nullability} check (octet_length(metadata) <= 16384 and ${ddl.isJsonObject('metadata')})`;
  const times = `created_at ${text} not null, updated_at ${text} not null check (updated_at >= created_at)`;
  const tenant = `tenant_id ${text} not null references tenant (id)`;
  const introOffer = [
    `intro_offer_discount_type ${text} check (${oneOf('intro_offer_discount_type', 'percentage', 'amount')})`,
    `${amount('intro_offer_discount_value')} check (intro_offer_discount_type <> 'percentage' or intro_offer_discount_value <= 10000)`,
    count32('intro_offer_duration_cycles'),
  ];

  await table(
    'organization',
    `id ${text} primary key`,
    `name ${text} not null unique check (length(name) between 1 and 255)`,
    `api_version ${text} not null`,
    times,
  );

  await table(
    'tenant',
    `id ${text} primary key`,
    `organization_id ${text} not null references organization (id)`,
    `mode ${text} not null check (${oneOf('mode', 'live', 'sandbox')})`,
    `revision ${int64} not null check (revision >= 0)`,
    `created_at ${text} not null`,
    'unique (organization_id, mode)',
  );

  await table(
    'api_key',
    tenant,
    `id ${text} not null`,
    name,
    `scope ${text} not null check (${oneOf('scope', 'read', 'write', 'admin')})`,
    `hash ${text} not null unique`,
    `hint ${text} not null`,
    `created_at ${text} not null`,
    `expires_at ${text}`,
    `revoked_at ${text} check (revoked_at >= created_at)`,
    `last_used_at ${text}`,
    'primary key (tenant_id, id)',
  );

  await table(
    'plan_group',
    tenant,
    `id ${text} not null`,
    name,
    description,
    flag('is_public'),
    times,
    'primary key (tenant_id, id)',
  );
  await run('create index plan_group_by_creation on plan_group (tenant_id, created_at, id)');

  await table(
    'plan',
    tenant,
    `id ${text} not null`,
    code,
    name,
    description,
    `consumption_model ${text} not null check (${oneOf('consumption_model', 'metered', 'credits', 'balance', 'none')})`,
    flag('is_public'),
    flag('is_free'),
    flag('block_on_exhaustion'),
    `plan_group_id ${text}`,
    `sort_order ${int32} not null check (sort_order between 0 and 2147483647)`,
    metadata(''),
    times,
    `deleted_at ${text} check (deleted_at >= created_at)`,
    'primary key (tenant_id, id)',
    'unique (tenant_id, id, is_free)',
    'unique (tenant_id, id, is_free, consumption_model)',
    'foreign key (tenant_id, plan_group_id) references plan_group (tenant_id, id)',
    'check (plan_group_id is null or deleted_at is null)',
    'check (plan_group_id is not null or sort_order = 0)',
  );
  await run('create unique index plan_code on plan (tenant_id, code) where deleted_at is null');
  await run(
    'create unique index plan_position on plan (tenant_id, plan_group_id, sort_order) where plan_group_id is not null',
  );
  await run(
    'create index plan_by_position on plan (tenant_id, sort_order, created_at, id) where deleted_at is null',
  );
  await run(
    'create index plan_by_position_public on plan (tenant_id, sort_order, created_at, id) where deleted_at is null and is_public = 1',
  );
  await run('create index plan_by_name on plan (tenant_id, name, id) where deleted_at is null');
  await run(
    'create index plan_by_creation on plan (tenant_id, created_at, id) where deleted_at is null',
  );

  await table(
    'feature',
    tenant,
    `id ${text} not null`,
    code,
    name,
    `type ${text} not null check (${oneOf('type', 'boolean', 'usage', 'seats', 'quota')})`,
    description,
    `unit_name ${text} check (length(unit_name) <= 255)`,
    times,
    `deleted_at ${text} check (deleted_at >= created_at)`,
    'primary key (tenant_id, id)',
    'unique (tenant_id, id, type)',
  );
  await run(
    'create unique index feature_code on feature (tenant_id, code) where deleted_at is null',
  );
  await run(
    'create unique index feature_name on feature (tenant_id, name) where deleted_at is null',
  );
  await run(
    'create index feature_by_creation on feature (tenant_id, created_at, id) where deleted_at is null',
  );

  await table(
    'plan_price',
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
    metadata('not null'),
    times,
    `archived_at ${text} check (archived_at >= created_at)`,
    'primary key (tenant_id, id)',
    'foreign key (tenant_id, plan_id, plan_is_free) references plan (tenant_id, id, is_free)',
    'check (plan_is_free = 0 or price = 0)',
    `check (billing_interval <> 'one_time' or trial_days = 0)`,
    'check (is_default = 0 or archived_at is null)',
  );
  await run(
    'create unique index plan_price_default on plan_price (tenant_id, plan_id) where is_default = 1',
  );
  await run(
    'create unique index plan_price_interval on plan_price (tenant_id, plan_id, billing_interval) where archived_at is null',
  );
  await run(
    'create index plan_price_by_plan on plan_price (tenant_id, plan_id, created_at, id) where archived_at is null',
  );

  await table(
    'regional_price',
    tenant,
    `price_id ${text} not null`,
    currency,
    `${amount('price')} not null`,
    amount('included_balance'),
    flag('auto_synced'),
    ...introOffer,
    flag('intro_offer_auto_synced'),
    'primary key (tenant_id, price_id, currency)',
    'foreign key (tenant_id, price_id) references plan_price (tenant_id, id) on delete cascade',
  );

  await table(
    'exchange_rate',
    tenant,
    `plan_id ${text} not null`,
    currency,
    `exchange_rate ${text} not null check (length(exchange_rate) between 1 and 32 and ${ddl.consistsOf('exchange_rate', '0-9.e+-')}
      and cast(exchange_rate as double precision) > 0)`,
    'primary key (tenant_id, plan_id, currency)',
    'foreign key (tenant_id, plan_id) references plan (tenant_id, id) on delete cascade',
  );

  await table(
    'plan_feature',
    tenant,
    `plan_id ${text} not null`,
    `feature_id ${text} not null`,
    flag('plan_is_free'),
    `plan_consumption_model ${text} not null`,
    `feature_type ${text} not null`,
    flag('enabled'),
    `${amount('included_amount')} not null`,
    flag('unlimited'),
    flag('overage_enabled'),
    `${amount('overage_unit_price')} not null`,
    count32('credits_per_unit'),
    `pricing_mode ${text} not null check (${oneOf('pricing_mode', 'fixed', 'ai_model')})`,
    count32('margin'),
    times,
    'primary key (tenant_id, plan_id, feature_id)',
    'foreign key (tenant_id, plan_id, plan_is_free, plan_consumption_model) references plan (tenant_id, id, is_free, consumption_model)',
    'foreign key (tenant_id, feature_id, feature_type) references feature (tenant_id, id, type)',
    `check ((overage_enabled = 0 and overage_unit_price = 0)
      or (plan_is_free = 0 and unlimited = 0 and ${oneOf('plan_consumption_model', 'metered', 'balance')}))`,
    `check (feature_type <> 'boolean' or (included_amount = 0 and unlimited = 0 and overage_enabled = 0
      and overage_unit_price = 0 and coalesce(credits_per_unit, 0) = 0 and coalesce(margin, 0) = 0))`,
    `check (pricing_mode = 'fixed' or plan_consumption_model = 'balance')`,
  );
  await run('create index plan_feature_by_feature on plan_feature (tenant_id, feature_id)');

  await table(
    'regional_overage',
    tenant,
    `plan_id ${text} not null`,
    `feature_id ${text} not null`,
    currency,
    `${amount('unit_price')} not null`,
    flag('auto_synced'),
    'primary key (tenant_id, plan_id, feature_id, currency)',
    'foreign key (tenant_id, plan_id, feature_id) references plan_feature (tenant_id, plan_id, feature_id) on delete cascade',
  );

  await table(
    'idempotency_record',
    tenant,
    `key ${text} not null`,
    `operation ${text} not null`,
    `input_hash ${text} not null`,
    `outcome ${text} not null`,
    `created_at ${text} not null`,
    `expires_at ${text} not null check (expires_at > created_at)`,
    'primary key (tenant_id, key)',
  );
  await run(
    'create index idempotency_record_by_expiry on idempotency_record (tenant_id, expires_at)',
  );

  await table(
    'audit_log',
    tenant,
    `id ${text} not null`,
    `at ${text} not null`,
    `api_key_id ${text}`,
    `request_id ${text}`,
    `operation ${text} not null`,
    `object_id ${text} not null`,
    `before ${text}`,
    `after ${text}`,
    'primary key (tenant_id, id)',
    'foreign key (tenant_id, api_key_id) references api_key (tenant_id, id)',
  );
  await run('create index audit_log_by_object on audit_log (tenant_id, object_id, id)');

  for (const statement of [
    ...ddl.refuse({
      name: 'plan_deleted_is_final',
      on: 'update',
      table: 'plan',
      when: 'old.deleted_at is not null',
      because: 'a deleted plan never changes again',
    }),
    ...['plan_price', 'plan_feature', 'exchange_rate'].flatMap((table) =>
      (['insert', 'update'] as const).flatMap((on) =>
        ddl.refuse({
          name: `${table}_${on}_needs_live_plan`,
          on,
          table,
          when: 'exists (select 1 from plan where tenant_id = new.tenant_id and id = new.plan_id and deleted_at is not null)',
          because: 'a deleted plan takes no price, feature or rate',
        }),
      ),
    ),
    ...ddl.refuse({
      name: 'plan_feature_needs_live_feature',
      on: 'insert',
      table: 'plan_feature',
      when: 'exists (select 1 from feature where tenant_id = new.tenant_id and id = new.feature_id and deleted_at is not null)',
      because: 'a deleted feature is attached to no plan',
    }),
    ...['organization', 'plan_group', 'plan', 'feature', 'plan_price', 'plan_feature'].flatMap(
      (table) =>
        ddl.refuse({
          name: `${table}_time_goes_on`,
          on: 'update',
          table,
          when: 'new.updated_at < old.updated_at or new.created_at <> old.created_at',
          because: 'the time of a change never goes back, that of creation never changes',
        }),
    ),
    ...ddl.refuse({
      name: 'tenant_revision_grows_by_one',
      on: 'update',
      table: 'tenant',
      when: 'new.revision <> old.revision + 1',
      because: 'the revision of a catalogue grows by one with each write',
    }),
    ...(['update', 'delete'] as const).flatMap((on) =>
      ddl.refuse({
        name: `audit_log_no_${on}`,
        on,
        table: 'audit_log',
        when: '1 = 1',
        because: 'the audit trail is only ever appended to',
      }),
    ),
  ])
    await run(statement);
};
