import { sql } from 'kysely';
import type { Engine } from './engine.ts';

/**
 * Tells the planner what the tables hold. After a large fill it would guess for minutes, and
 * PostgreSQL guesses badly.
 */
export const refreshStatistics = async ({ maintenance }: Engine): Promise<void> => {
  await sql`analyze`.execute(maintenance);
};
