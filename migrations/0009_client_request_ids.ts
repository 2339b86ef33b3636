import { type Kysely, sql } from 'kysely';
import type { Ddl } from './ddl.ts';

/** Requests have an id of ours; what the client calls them stands beside it. */
export const up = async (db: Kysely<unknown>, { text }: Ddl): Promise<void> => {
  await sql.raw(`alter table audit_log add column client_request_id ${text}`).execute(db);
};
