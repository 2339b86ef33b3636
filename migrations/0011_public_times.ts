import { type QueryExecutorProvider, sql } from 'kysely';
import type { Ddl } from './ddl.ts';

/**
 * When the public last saw a change, where a later one is hidden from it; null where it saw the
 * last one.
 */
export const up = async (db: QueryExecutorProvider, { text }: Ddl): Promise<void> => {
  for (const table of ['plan', 'plan_price', 'plan_feature'])
    await sql
      .raw(
        `alter table ${table} add column public_updated_at ${text} check (public_updated_at between created_at and updated_at)`,
      )
      .execute(db);
};
