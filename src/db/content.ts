import { createHash } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import { keyColumnsOf, type Tables, tableNames } from './tables.ts';

const PAGE = 1_000;

export type StoredRow = Record<string, string | number | null>;
export interface StoredRows {
  table: keyof Tables;
  rows: StoredRow[];
}

/** Everything that is stored, in the same order on every engine. */
export async function* storedRows(
  db: Kysely<Tables>,
  tables = tableNames,
): AsyncGenerator<StoredRows> {
  for (const table of tables)
    for (let after: StoredRow | undefined, rows: StoredRow[]; ; after = rows.at(-1)) {
      rows = await rowsAfter(db, table, after);
      if (rows.length > 0) yield { table, rows };
      if (rows.length < PAGE) break;
    }
}

const rowsAfter = async (
  db: Kysely<Tables>,
  table: keyof Tables,
  row: StoredRow | undefined,
): Promise<StoredRow[]> => {
  const columns = sql.join(keyColumnsOf(table).map((column) => sql.ref(column)));
  const position = row && sql.join(keyColumnsOf(table).map((column) => row[column]));
  const { rows } = await sql<StoredRow>`
    select * from ${sql.table(table)} ${position ? sql`where (${columns}) > (${position})` : sql``}
    order by ${columns} limit ${PAGE}`.execute(db);
  return rows;
};

export const countRows = async (db: Kysely<Tables>): Promise<number> => {
  const counts = tableNames.map((table) => sql`(select count(*) from ${sql.table(table)})`);
  const { rows } = await sql<{
    count: number;
  }>`select ${sql.join(counts, sql` + `)} as count`.execute(db);
  return rows[0]?.count ?? 0;
};

/** Two databases with the same hash store the same, to the last letter. */
export class ContentHash {
  readonly #hash = createHash('sha256');
  count = 0;

  add({ table, rows }: StoredRows): void {
    this.count += rows.length;
    const columns = Object.keys(rows[0] ?? {}).sort();
    for (const row of rows)
      this.#hash.update(JSON.stringify([table, columns.map((column) => row[column])]));
  }

  digest(): string {
    return this.#hash.digest('hex');
  }

  static async of(db: Kysely<Tables>, tables = tableNames): Promise<string> {
    const hash = new ContentHash();
    for await (const stored of storedRows(db, tables)) hash.add(stored);
    return hash.digest();
  }
}
