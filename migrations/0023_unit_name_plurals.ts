import { type Kysely, sql } from 'kysely';
import type { Ddl } from './ddl.ts';

/**
 * Units of features and of their limits have a name for several, and those of features names in
 * other languages. A plural stands only beside its singular. SQLite can change no check of a table,
 * so that of translations is made anew.
 */
export const up = async (db: Kysely<unknown>, ddl: Ddl): Promise<void> => {
  const { text } = ddl;
  const plural = `unit_name_plural ${text} check (unit_name_plural is null
    or (length(unit_name_plural) between 1 and 255 and unit_name is not null))`;
  const links = ['plan_id', 'feature_id', 'plan_group_id', 'feature_section_id'];
  const isOf = (column: string) =>
    links
      .map((link) => (link === column ? `${link} = object_id` : `${link} is null`))
      .join(' and ');
  const isOfPlanFeature = `plan_id is not null and feature_id is not null
    and plan_group_id is null and feature_section_id is null
    and plan_id <> object_id and feature_id <> object_id`;
  const kinds = [...links.map(isOf), isOfPlanFeature].map((kind) => `(${kind})`).join(' or ');
  const label = (column: string, onlyOf: string) =>
    `${column} ${text}
      check (${column} is null or (length(${column}) between 1 and 255 and (${onlyOf})))`;
  const ofPlan = 'plan_id is not null and feature_id is null';
  const texts = [
    'name',
    'description',
    'tagline',
    'badge',
    'call_to_action_label',
    'display_value',
  ];
  const definitions = [
    `tenant_id ${text} not null references tenant (id)`,
    `object_id ${text} not null`,
    `locale ${text} not null
      check (length(locale) between 2 and 128 and ${ddl.consistsOf('locale', 'A-Za-z0-9-')})`,
    label('name', 'plan_id is null or feature_id is null'),
    `description ${text} check (description is null or (length(description) <= 2000
      and feature_section_id is null and (plan_id is null or feature_id is null)))`,
    label('tagline', ofPlan),
    label('badge', ofPlan),
    label('call_to_action_label', ofPlan),
    label('display_value', 'plan_id is not null and feature_id is not null'),
    label('unit_name', 'feature_id is not null and plan_id is null'),
    plural,
    ...links.map((link) => `${link} ${text}`),
    `check (coalesce((${kinds}), 1 = 0))`,
    `check (coalesce(${[...texts, 'unit_name'].join(', ')}) is not null)`,
    'primary key (tenant_id, object_id, locale)',
    'foreign key (tenant_id, plan_id) references plan (tenant_id, id)',
    'foreign key (tenant_id, feature_id) references feature (tenant_id, id)',
    `foreign key (tenant_id, plan_id, feature_id)
      references plan_feature (tenant_id, plan_id, feature_id) deferrable initially deferred`,
    `foreign key (tenant_id, plan_group_id) references plan_group (tenant_id, id)
      deferrable initially deferred`,
    `foreign key (tenant_id, feature_section_id) references feature_section (tenant_id, id)
      deferrable initially deferred`,
  ];
  const kept = ['tenant_id', 'object_id', 'locale', ...texts, ...links].join(', ');
  const indexOf = (noun: string, column: string, ...more: string[]) =>
    `create index translation_of_${noun}
      on translation (${['tenant_id', column, ...more].join(', ')}) where ${column} is not null`;
  for (const statement of [
    `alter table feature add column ${plural}`,
    `alter table feature_limit add column ${plural}`,
    `create table translation_anew (${definitions.join(',\n')})${ddl.tableOptions}`,
    `insert into translation_anew (${kept}) select ${kept} from translation`,
    ...ddl.checkLinks,
    'drop table translation',
    'alter table translation_anew rename to translation',
    indexOf('plan', 'plan_id', 'feature_id'),
    indexOf('group', 'plan_group_id'),
    indexOf('section', 'feature_section_id'),
  ])
    await sql.raw(statement).execute(db);
};
