import { type Kysely, sql } from 'kysely';
import { ContentHash, countRows, type StoredRows, storedRows } from '../content.ts';
import type { Engine } from '../engine/engine.ts';
import { slices } from '../rows.ts';
import type { Tables } from '../tables.ts';

export interface Copy {
  rows: number;
  /** Of either side. */
  contentHash: string;
}

/**
 * Copies everything into an empty database of today's tables, of either engine: all of it, as it
 * was at one moment, or nothing. What was copied is read again and compared before it counts.
 */
export const copyEverything = (
  source: Engine,
  target: Engine,
  onProgress: (rows: number, total: number) => void,
): Promise<Copy> =>
  source.snapshot((from) =>
    target.maintenance.transaction().execute(async (to) => {
      if ((await countRows(to)) > 0) throw new Error('the target is not empty');
      // Plans that were deleted keep prices that no deleted plan may be given.
      return target.withoutTriggers(to, () => transfer(from, to, onProgress));
    }),
  );

const transfer = async (
  from: Kysely<Tables>,
  to: Kysely<Tables>,
  onProgress: (rows: number, total: number) => void,
): Promise<Copy> => {
  const total = await countRows(from);
  const read = new ContentHash();
  for await (const stored of storedRows(from)) {
    await insert(to, stored);
    read.add(stored);
    onProgress(read.count, total);
  }
  const contentHash = read.digest();
  if ((await ContentHash.of(to)) !== contentHash)
    throw new Error('the copy differs from what was copied');
  return { rows: read.count, contentHash };
};

const insert = async (db: Kysely<Tables>, { table, rows }: StoredRows): Promise<void> => {
  const columns = Object.keys(rows[0] ?? {});
  for (const slice of slices(rows)) {
    const values = slice.map((row) => sql`(${sql.join(columns.map((column) => row[column]))})`);
    await sql`insert into ${sql.table(table)} (${sql.join(columns.map((column) => sql.ref(column)))})
      values ${sql.join(values)}`.execute(db);
  }
};
