import { type Kysely, sql } from 'kysely';

/** Finds expired records of all tenants by an index. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  for (const statement of [
    'drop index idempotency_record_by_expiry',
    'create index idempotency_record_by_expiry on idempotency_record (expires_at)',
  ])
    await sql.raw(statement).execute(db);
};
