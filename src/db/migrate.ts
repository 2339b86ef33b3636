import { type MigrationResult, Migrator } from 'kysely';
import { migrations } from '../../migrations/index.ts';
import type { Engine } from './engine.ts';

/** Brings the database to today's tables; answers the names of the steps that it took. */
export const migrate = async (engine: Engine): Promise<string[]> => {
  const migrator = new Migrator({
    db: engine.writing,
    provider: {
      getMigrations: async () =>
        Object.fromEntries(migrations.map(({ name, up }) => [name, { up: (db) => up(db, engine.ddl) }])),
    },
  });
  const { error, results = [] } = await migrator.migrateToLatest();
  if (error) throw error;
  return results.map(({ migrationName }: MigrationResult) => migrationName);
};
