import { type Kysely, sql } from 'kysely';
import type { Ddl } from './ddl.ts';

/**
 * Keys for web pages: they read only, and only from the origins that are named. The keys there were
 * are secret ones.
 */
export const up = async (db: Kysely<unknown>, { text, int32 }: Ddl): Promise<void> => {
  for (const column of [
    `kind ${text} not null default 'secret' check (kind = 'secret' or (kind = 'publishable' and scope = 'read'))`,
    `allowed_origins ${text} check ((kind = 'publishable') = (allowed_origins is not null)
      and octet_length(allowed_origins) <= 8192 and allowed_origins like '["http%"]')`,
    `trusted_documents_only ${int32} not null default 0
      check (trusted_documents_only = 0 or (trusted_documents_only = 1 and kind = 'publishable'))`,
  ])
    await sql.raw(`alter table api_key add column ${column}`).execute(db);
  // The public sees the features of public plans only. Without the plan in it, SQLite prefers to
  // walk the primary key.
  await sql.raw('drop index plan_feature_by_feature').execute(db);
  await sql
    .raw('create index plan_feature_by_feature on plan_feature (tenant_id, feature_id, plan_id)')
    .execute(db);
};
