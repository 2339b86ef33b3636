import { type Kysely, sql } from 'kysely';
import type { Ddl } from './ddl.ts';

/**
 * Features have limits of their own: a feature defines them, and its plans say how much. A
 * definition that a plan uses stays. What a page shows instead of a number is a text of the plan's
 * feature.
 */
export const up = async (db: Kysely<unknown>, ddl: Ddl): Promise<void> => {
  const { text, int32, int64 } = ddl;
  const code = `code ${text} not null check (length(code) <= 64 and ${ddl.consistsOf('code', 'a-z0-9_')})`;
  const tables = {
    feature_limit: [
      `feature_id ${text} not null`,
      code,
      `position ${int32} not null check (position between 0 and 2147483647)`,
      `name ${text} not null check (length(name) between 1 and 255)`,
      `unit_name ${text} check (length(unit_name) <= 255)`,
      `decimals ${int32} not null check (decimals between 0 and 4)`,
      `period ${text} not null check (period in ('billing_period', 'minute', 'hour', 'day', 'week',
        'month', 'year', 'event', 'never'))`,
      `per_feature_id ${text} check (per_feature_id <> feature_id)`,
      'primary key (tenant_id, feature_id, code)',
      'foreign key (tenant_id, feature_id) references feature (tenant_id, id)',
      'foreign key (tenant_id, per_feature_id) references feature (tenant_id, id)',
    ],
    plan_feature_limit: [
      `plan_id ${text} not null`,
      `feature_id ${text} not null`,
      code,
      `amount ${int64} check (amount between 0 and 9007199254740991)`,
      `unlimited ${int32} not null check (unlimited in (0, 1))`,
      'check ((amount is null) = (unlimited = 1))',
      'primary key (tenant_id, plan_id, feature_id, code)',
      `foreign key (tenant_id, plan_id, feature_id)
        references plan_feature (tenant_id, plan_id, feature_id)`,
      `foreign key (tenant_id, feature_id, code)
        references feature_limit (tenant_id, feature_id, code)`,
    ],
  };
  const isDeleted = (noun: string, id: string) =>
    `exists (select 1 from ${noun} where tenant_id = new.tenant_id and id = ${id}
      and deleted_at is not null)`;
  const writes = ['insert', 'update'] as const;
  for (const statement of [
    `alter table plan_feature add column display_value ${text}
      check (length(display_value) between 1 and 255)`,
    ...Object.entries(tables).map(
      ([name, definitions]) =>
        `create table ${name} (
          tenant_id ${text} not null references tenant (id), ${definitions.join(',\n')}
        )${ddl.tableOptions}`,
    ),
    `create index feature_limit_per_feature on feature_limit (tenant_id, per_feature_id)
      where per_feature_id is not null`,
    'create index plan_feature_limit_by_definition on plan_feature_limit (tenant_id, feature_id, code)',
    ...writes.flatMap((on) => [
      ...ddl.refuse({
        name: `feature_limit_${on}_needs_live_features`,
        on,
        table: 'feature_limit',
        when: `${isDeleted('feature', 'new.feature_id')} or ${isDeleted('feature', 'new.per_feature_id')}`,
        because: 'a deleted feature has no limits, and counts none',
      }),
      ...ddl.refuse({
        name: `plan_feature_limit_${on}_needs_live_plan`,
        on,
        table: 'plan_feature_limit',
        when: isDeleted('plan', 'new.plan_id'),
        because: 'a deleted plan has no limits',
      }),
    ]),
  ])
    await sql.raw(statement).execute(db);
};
