import { type Kysely, sql } from 'kysely';
import type { Ddl } from './ddl.ts';

/**
 * An audit entry lists every row that its write changed, and names the revision that the write led
 * to. Objects count their changes. A key may be for the audit log alone: no engine changes a check
 * in the same way, so the columns that depend on the scope are made anew.
 */
export const up = async (db: Kysely<unknown>, { text, int32, int64 }: Ddl): Promise<void> => {
  for (const statement of [
    ...['plan', 'plan_price', 'plan_feature', 'feature', 'plan_group'].map(
      (table) =>
        `alter table ${table} add column revision ${int32} not null default 1
          check (revision >= 1)`,
    ),
    `alter table audit_log add column changes ${text}`,
    `alter table audit_log add column revision ${int64} check (revision >= 1)`,

    `create table api_key_before as
      select tenant_id, id, scope, kind, allowed_origins, trusted_documents_only from api_key`,
    ...['trusted_documents_only', 'allowed_origins', 'kind', 'scope'].map(
      (column) => `alter table api_key drop column ${column}`,
    ),
    `alter table api_key add column scope ${text} not null default 'read'
      check (scope in ('read', 'write', 'admin', 'audit'))`,
    `alter table api_key add column kind ${text} not null default 'secret'
      check (kind = 'secret' or (kind = 'publishable' and scope = 'read'))`,
    `alter table api_key add column allowed_origins ${text}
      check ((kind = 'publishable') = (allowed_origins is not null)
      and octet_length(allowed_origins) <= 8192 and allowed_origins like '["http%"]')`,
    `alter table api_key add column trusted_documents_only ${int32} not null default 0
      check (trusted_documents_only = 0 or (trusted_documents_only = 1 and kind = 'publishable'))`,
    `update api_key set scope = b.scope, kind = b.kind, allowed_origins = b.allowed_origins,
        trusted_documents_only = b.trusted_documents_only
      from api_key_before b where b.tenant_id = api_key.tenant_id and b.id = api_key.id`,
    'drop table api_key_before',
  ])
    await sql.raw(statement).execute(db);
};
