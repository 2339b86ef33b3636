import { type QueryExecutorProvider, sql } from 'kysely';
import type { Ddl } from './ddl.ts';

/** What everyone may know of a plan that the model has no field for. */
export const up = async (db: QueryExecutorProvider, ddl: Ddl): Promise<void> => {
  const isObject = ddl.isJsonObject('public_metadata');
  await sql
    .raw(
      `alter table plan add column public_metadata ${ddl.text} not null default '{}'
        check (octet_length(public_metadata) <= 16384 and ${isObject})`,
    )
    .execute(db);
};
