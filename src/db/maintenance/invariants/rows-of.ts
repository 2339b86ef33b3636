import { type Kysely, sql } from 'kysely';
import type { Tables } from '../../tables.ts';

const ROWS_AT_ONCE = 1_000;

interface Identified {
  tenant_id: string;
  id: string;
}

/** Every row of a table, some at a time. */
export async function* rowsOf<Column extends string>(
  db: Kysely<Tables>,
  table: keyof Tables,
  ...columns: readonly Column[]
): AsyncGenerator<Identified & Record<Column, string | null>> {
  const names = sql.join(['tenant_id', 'id', ...columns].map((column) => sql.ref(column)));
  for (let last: Identified | undefined = { tenant_id: '', id: '' }; last; ) {
    const { rows }: { rows: (Identified & Record<Column, string | null>)[] } = await sql<
      Identified & Record<Column, string | null>
    >`
      select ${names} from ${sql.table(table)} where (tenant_id, id) > (${last.tenant_id}, ${last.id})
      order by tenant_id, id limit ${ROWS_AT_ONCE}`.execute(db);
    yield* rows;
    last = rows.at(-1);
  }
}
