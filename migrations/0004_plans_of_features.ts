import { type Kysely, sql } from 'kysely';

/**
 * An index that has the plans of a feature in the order of their pages. It does what the former one
 * did, too.
 */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  for (const statement of [
    'create index plan_feature_by_attachment on plan_feature (tenant_id, feature_id, created_at, plan_id)',
    'drop index plan_feature_by_feature',
  ])
    await sql.raw(statement).execute(db);
};
