import { type Kysely, sql } from 'kysely';
import type { Ddl } from './ddl.ts';

/**
 * Features stand in sections, and in an order. A feature repeats the position of its section, so
 * that one index has all features in their order; those without a section come last. SQLite can add
 * no link of two columns to a table: triggers keep features to sections of their tenant. The order
 * of existing features is that of their age.
 */
export const up = async (db: Kysely<unknown>, ddl: Ddl): Promise<void> => {
  const { text, int32 } = ddl;
  const definitions = [
    `tenant_id ${text} not null references tenant (id)`,
    `id ${text} not null`,
    `code ${text} not null
      check (length(code) between 1 and 64 and ${ddl.consistsOf('code', 'a-z0-9_')})`,
    `name ${text} not null check (length(name) between 1 and 255)`,
    `position ${int32} not null check (position between 0 and 2147483646)`,
    `created_at ${text} not null`,
    `updated_at ${text} not null check (updated_at >= created_at)`,
    `revision ${int32} not null check (revision >= 1)`,
    'primary key (tenant_id, id)',
  ];
  const itsSection = `select 1 from feature_section s
    where s.tenant_id = new.tenant_id and s.id = new.section_id`;
  for (const statement of [
    `create table feature_section (${definitions.join(',\n')})${ddl.tableOptions}`,
    'create unique index feature_section_code on feature_section (tenant_id, code)',
    'create unique index feature_section_position on feature_section (tenant_id, position)',

    `alter table feature add column section_id ${text}
      check (section_id is null or deleted_at is null)`,
    `alter table feature add column section_position ${int32} not null default 2147483647
      check (section_position between 0 and 2147483647
        and (section_id is null) = (section_position = 2147483647))`,
    `alter table feature add column position ${int32} not null default 0
      check (position between 0 and 2147483647 and (position = 0 or deleted_at is null))`,
    `update feature set position = aged.place from (
        select tenant_id, id,
          row_number() over (partition by tenant_id order by created_at, id) - 1 as place
        from feature where deleted_at is null) aged
      where aged.tenant_id = feature.tenant_id and aged.id = feature.id`,
    `create unique index feature_position_in_section on feature (tenant_id, section_id, position)
      where section_id is not null`,
    `create unique index feature_position_without_section on feature (tenant_id, position)
      where section_id is null and deleted_at is null`,
    `create index feature_by_order on feature (tenant_id, section_position, position, id)
      where deleted_at is null`,
    'drop index feature_by_creation',

    ...(['insert', 'update'] as const).flatMap((on) =>
      ddl.refuse({
        name: `feature_${on}_needs_section`,
        on,
        table: 'feature',
        when: `new.section_id is not null
          and not exists (${itsSection} and s.position = new.section_position)`,
        because: 'a feature stands in a section of its tenant, at the position of the section',
      }),
    ),
    ...ddl.refuse({
      name: 'feature_section_is_empty',
      on: 'delete',
      table: 'feature_section',
      when: `exists (select 1 from feature f
        where f.tenant_id = old.tenant_id and f.section_id = old.id)`,
      because: 'a section that has features stays',
    }),
    ...ddl.refuse({
      name: 'feature_section_time_goes_on',
      on: 'update',
      table: 'feature_section',
      when: 'new.updated_at < old.updated_at or new.created_at <> old.created_at',
      because: 'the time of a change never goes back, that of creation never changes',
    }),

    // Outcomes are compact JSON, and ids have 30 characters: `{"result":{"id":"ftr_…",…`.
    `update idempotency_record
      set outcome = '{"result":{"sectionId":null,"sectionPosition":null,"position":' || coalesce(
        (select position from feature where feature.tenant_id = idempotency_record.tenant_id
          and id = substr(outcome, 18, 30)), 0) || ',' || substr(outcome, 12)
      where operation in ('createFeature', 'updateFeature')
        and outcome like '{"result":{"id":"ftr\\_%' escape '\\'`,
  ])
    await sql.raw(statement).execute(db);
};
