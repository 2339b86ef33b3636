import { type Kysely, sql } from 'kysely';
import type { Ddl } from './ddl.ts';

/** Requests have an id of ours, and a column for the id that the client sent. */
export const up = async (db: Kysely<unknown>, { text }: Ddl): Promise<void> => {
  await sql.raw(`alter table audit_log add column client_request_id ${text}`).execute(db);
};
