import { type Kysely, sql } from 'kysely';
import type { Ddl } from './ddl.ts';

/** What a page shows of a feature of a plan instead of a number. */
export const up = async (db: Kysely<unknown>, { text }: Ddl): Promise<void> => {
  await sql
    .raw(
      `alter table plan_feature add column display_value ${text}
        check (length(display_value) between 1 and 255)`,
    )
    .execute(db);
};
