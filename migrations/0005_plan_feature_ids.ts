import { type Kysely, sql } from 'kysely';
import type { Ddl } from './ddl.ts';

/** Features of plans get ids of their own, so that clients can cache them and fetch them again. */
export const up = async (db: Kysely<unknown>, ddl: Ddl): Promise<void> => {
  const needsLivePlan = {
    name: 'plan_feature_update_needs_live_plan',
    on: 'update',
    table: 'plan_feature',
    when: 'exists (select 1 from plan where tenant_id = new.tenant_id and id = new.plan_id and deleted_at is not null)',
    because: 'a deleted plan takes no price, feature or rate',
  } as const;
  const newId = `'plf_' || ${ddl.randomDigits}`;
  for (const statement of [
    `alter table plan_feature add column id ${ddl.text}`,
    // Features of deleted plans get ids, too.
    ...ddl.permit(needsLivePlan),
    `update plan_feature set id = ${newId}`,
    ...ddl.refuse(needsLivePlan),
    'create unique index plan_feature_by_id on plan_feature (tenant_id, id)',
    ...ddl.refuse({
      name: 'plan_feature_has_id',
      on: 'insert',
      table: 'plan_feature',
      when: 'new.id is null',
      because: 'a feature of a plan has an id',
    }),
    ...ddl.refuse({
      name: 'plan_feature_keeps_id',
      on: 'update',
      table: 'plan_feature',
      when: 'new.id is null or new.id <> old.id',
      because: 'the id of a feature of a plan never changes',
    }),
    // Outcomes are compact JSON, and ids have 30 characters:
    // `{"result":{"planId":"pln_…","featureId":"ftr_…",…`.
    `update idempotency_record set outcome = '{"result":{"id":"' || coalesce(
        (select id from plan_feature where plan_feature.tenant_id = idempotency_record.tenant_id
          and plan_id = substr(outcome, 22, 30) and feature_id = substr(outcome, 67, 30)), ${newId})
        || '",' || substr(outcome, 12)
      where operation in ('addPlanFeature', 'updatePlanFeature')
        and outcome like '{"result":{"planId":"pln\\_%' escape '\\'`,
  ])
    await sql.raw(statement).execute(db);
};
