import { sql } from 'kysely';
import type { Engine } from './engine.ts';
import { NoDatabase } from './faults.ts';
import { refreshStatistics } from './statistics.ts';
import { isCurrent, pendingSteps, refuseNewer, stepsTaken } from './steps.ts';

/**
 * Brings the database to today's tables, in one transaction; answers the names of the steps that it
 * took. Kysely's own Migrator keeps its lock in the session, which a pooler of transactions gives
 * to others; this reads and writes its table.
 */
export const migrate = async (engine: Engine): Promise<string[]> => {
  if (await isReady(engine)) return [];
  const { taken, pending } = await engine.maintenance.transaction().execute(async (transaction) => {
    await engine.lockMigrations(transaction);
    await engine.makeSchema(transaction);
    await sql`create table if not exists kysely_migration (
      name varchar(255) not null primary key, timestamp varchar(255) not null)`.execute(
      transaction,
    );
    const taken = await stepsTaken({ ...engine, maintenance: transaction });
    refuseNewer(taken);
    const pending = pendingSteps(taken);
    for (const { name, up } of pending) {
      await up(transaction, engine.ddl);
      await sql`insert into kysely_migration (name, timestamp) values (${name}, ${new Date().toISOString()})`.execute(
        transaction,
      );
    }
    return { taken, pending };
  });
  // To the planner, a new index without statistics looks better than those that have them.
  if (taken.length > 0 && pending.length > 0) await refreshStatistics(engine);
  return pending.map(({ name }) => name);
};

const isReady = async (engine: Engine): Promise<boolean> => {
  const taken = await stepsTaken(engine);
  refuseNewer(taken);
  return isCurrent(taken);
};

/** The steps that `migrate` would take. */
export const pendingMigrations = async (engine: Engine): Promise<string[]> =>
  pendingSteps(await stepsTaken(engine)).map(({ name }) => name);

/** Refuses a database whose tables are not those of this version. */
export const requireCurrent = async (engine: Engine): Promise<void> => {
  const taken = await stepsTaken(engine);
  if (taken.length === 0)
    throw new NoDatabase('there is no catalogue in the database: plans-gateway migrate makes one');
  refuseNewer(taken);
  const [pending] = pendingSteps(taken);
  if (pending)
    throw new Error(
      `the database is of an older version: it lacks the step ${pending.name}. Upgrade it with plans-gateway migrate`,
    );
};

/** Makes the tables where there are none; refuses those of another version. */
export const createTables = async (engine: Engine): Promise<void> => {
  const taken = await stepsTaken(engine);
  if (taken.length === 0) await migrate(engine);
  else await requireCurrent(engine);
};

/**
 * The database answers, and its tables are those of this version. Asks nothing of the connections
 * that write.
 */
export const isMigrated = async ({ reading }: Engine): Promise<boolean> => {
  const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(reading);
  return isCurrent(rows.map(({ name }) => name));
};
