import { type MigrationResult, Migrator, sql } from 'kysely';
import { migrations } from '../../migrations/index.ts';
import type { Engine } from './engine.ts';
import { refreshStatistics } from './statistics.ts';

const migratorOf = (engine: Engine): Migrator =>
  new Migrator({
    db: engine.maintenance,
    provider: {
      getMigrations: async () =>
        Object.fromEntries(migrations.map(({ name, up }) => [name, { up: (db) => up(db, engine.ddl) }])),
    },
  });

/** Brings the database to today's tables; answers the names of the steps that it took. */
export const migrate = async (engine: Engine): Promise<string[]> => {
  const { error, results = [] } = await migratorOf(engine).migrateToLatest();
  if (error) throw error;
  const taken = results.map(({ migrationName }: MigrationResult) => migrationName);
  // Beside indexes that the planner knows, a new one that it knows nothing of looks better than it is.
  const wasEmpty = taken.length === migrations.length;
  if (taken.length > 0 && !wasEmpty) await refreshStatistics(engine);
  return taken;
};

/** The steps that `migrate` would take. */
export const pendingMigrations = async (engine: Engine): Promise<string[]> => {
  const steps = await migratorOf(engine).getMigrations();
  return steps.filter(({ executedAt }) => executedAt === undefined).map(({ name }) => name);
};

/** The database answers and has today's tables. Asks nothing of whoever writes. */
export const isMigrated = async ({ reading }: Engine): Promise<boolean> => {
  const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(reading);
  const taken = new Set(rows.map(({ name }) => name));
  return migrations.every(({ name }) => taken.has(name));
};
