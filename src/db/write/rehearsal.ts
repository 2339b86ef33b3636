import { sql } from 'kysely';
import { dialect, queries, run, turns } from '../read/reader.ts';
import { unit, Writer } from './writer.ts';

/**
 * Does work in the transaction of a write, and undoes it: nothing of it is left, in the database or
 * on record. Fails as the work fails.
 */
export const rehearse = async (
  writer: Writer,
  work: (rehearsing: Writer) => Promise<void>,
): Promise<void> => {
  const { tenant, now, newId, [unit]: real } = writer;
  const access = {
    db: writer[queries],
    run: writer[run],
    sql: writer[dialect],
    turns: writer[turns],
  };
  const rehearsing = new Writer(tenant, access, real.request, now, newId);
  // Its operations are parts of the one that rehearses.
  rehearsing[unit].operation = 'running';
  await sql`savepoint rehearsal`.execute(writer[queries]);
  try {
    await work(rehearsing);
  } finally {
    await sql`rollback to savepoint rehearsal`.execute(writer[queries]);
  }
};
