import { type Kysely, sql } from 'kysely';
import type { Ddl } from './ddl.ts';

/**
 * What units of a feature cost at a price. A unit price repeats what its plan feature is, so that
 * the link refuses free plans, boolean features and unlimited ones from both sides. One in another
 * currency repeats the mode: it has tiers where the unit price has them. Both change in one
 * transaction, so that link is checked when it ends.
 */
export const up = async (db: Kysely<unknown>, ddl: Ddl): Promise<void> => {
  const { text, int32, int64 } = ddl;
  const run = (statement: string) => sql.raw(statement).execute(db);
  const table = (name: string, definitions: string[]) =>
    run(`create table ${name} (\n${definitions.join(',\n')}\n)${ddl.tableOptions}`);
  const upTo = (column: string, least: number) =>
    `${column} ${int64} check (${column} between ${least} and 9007199254740991)`;
  const key = [
    `tenant_id ${text} not null references tenant (id)`,
    `price_id ${text} not null`,
    `feature_id ${text} not null`,
  ];
  // Canonical JSON that ends with an open tier; whether they rise is for the audit to say.
  const amounts = [
    upTo('unit_price', 0),
    `tiers_mode ${text} not null check (tiers_mode in ('none', 'graduated', 'volume'))`,
    `tiers ${text} not null check (octet_length(tiers) <= 8192 and (tiers = '[]'
      or (tiers like '[{"upTo":%' and tiers like '%{"upTo":null,"unitPrice":%}]')))`,
  ];
  const flatOrInTiers = [
    `check ((tiers_mode = 'none') = (unit_price is not null))`,
    `check ((tiers_mode = 'none') = (tiers = '[]'))`,
  ];

  await run('create unique index plan_price_of_plan on plan_price (tenant_id, id, plan_id)');
  await run(
    `create unique index plan_feature_kind
      on plan_feature (tenant_id, plan_id, feature_id, plan_is_free, feature_type, unlimited)`,
  );
  await table('unit_price', [
    ...key,
    `plan_id ${text} not null`,
    ...amounts,
    `${upTo('block_size', 1)} not null`,
    `${upTo('minimum_quantity', 0)} not null check (minimum_quantity % block_size = 0)`,
    `${upTo('maximum_quantity', 0)}
      check (maximum_quantity % block_size = 0 and maximum_quantity >= minimum_quantity)`,
    `plan_is_free ${int32} not null check (plan_is_free = 0)`,
    `feature_type ${text} not null check (feature_type in ('usage', 'seats', 'quota'))`,
    `unlimited ${int32} not null check (unlimited = 0)`,
    ...flatOrInTiers,
    'primary key (tenant_id, price_id, feature_id)',
    'unique (tenant_id, price_id, feature_id, tiers_mode)',
    `foreign key (tenant_id, price_id, plan_id) references plan_price (tenant_id, id, plan_id)
      on delete cascade`,
    `foreign key (tenant_id, plan_id, feature_id, plan_is_free, feature_type, unlimited)
      references plan_feature
        (tenant_id, plan_id, feature_id, plan_is_free, feature_type, unlimited)
      on delete cascade`,
  ]);
  await run('create index unit_price_of_plan on unit_price (tenant_id, plan_id, feature_id)');
  await table('regional_unit_price', [
    ...key,
    `currency ${text} not null
      check (length(currency) = 3 and ${ddl.consistsOf('currency', 'a-z')})`,
    ...amounts,
    `auto_synced ${int32} not null check (auto_synced in (0, 1))`,
    ...flatOrInTiers,
    'primary key (tenant_id, price_id, feature_id, currency)',
    `foreign key (tenant_id, price_id, feature_id, tiers_mode)
      references unit_price (tenant_id, price_id, feature_id, tiers_mode)
      on delete cascade deferrable initially deferred`,
  ]);
  for (const on of ['insert', 'update'] as const)
    for (const statement of ddl.refuse({
      name: `unit_price_${on}_needs_live_plan`,
      on,
      table: 'unit_price',
      when: 'exists (select 1 from plan where tenant_id = new.tenant_id and id = new.plan_id and deleted_at is not null)',
      because: 'a deleted plan takes no unit price',
    }))
      await run(statement);
};
