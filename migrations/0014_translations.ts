import { type Kysely, sql } from 'kysely';
import type { Ddl } from './ddl.ts';

/**
 * What plans, features and groups are called in other languages. `object_id` is one of the three
 * links again, so that one key serves them all. Rows are deleted with their object in the same
 * transaction, which notes them: the link to a group is checked when it ends.
 */
export const up = async (db: Kysely<unknown>, ddl: Ddl): Promise<void> => {
  const { text } = ddl;
  const linked = (noun: string) => `(case when ${noun}_id is null then 0 else 1 end)`;
  const definitions = [
    `tenant_id ${text} not null references tenant (id)`,
    `object_id ${text} not null`,
    `locale ${text} not null
      check (length(locale) between 2 and 128 and ${ddl.consistsOf('locale', 'A-Za-z0-9-')})`,
    `name ${text} check (length(name) between 1 and 255)`,
    `description ${text} check (length(description) <= 2000)`,
    `plan_id ${text} check (plan_id = object_id)`,
    `feature_id ${text} check (feature_id = object_id)`,
    `plan_group_id ${text} check (plan_group_id = object_id)`,
    `check (${['plan', 'feature', 'plan_group'].map(linked).join(' + ')} = 1)`,
    'check (name is not null or description is not null)',
    'primary key (tenant_id, object_id, locale)',
    'foreign key (tenant_id, plan_id) references plan (tenant_id, id)',
    'foreign key (tenant_id, feature_id) references feature (tenant_id, id)',
    `foreign key (tenant_id, plan_group_id) references plan_group (tenant_id, id)
      deferrable initially deferred`,
  ];
  await sql
    .raw(`create table translation (${definitions.join(',\n')})${ddl.tableOptions}`)
    .execute(db);
  await sql
    .raw(
      `create index translation_of_group on translation (tenant_id, plan_group_id)
        where plan_group_id is not null`,
    )
    .execute(db);
};
