import { type Kysely, Migrator } from 'kysely';
import { migrations } from '../migrations/index.ts';
import type { Engine } from '../src/db/engine/engine.ts';

/** What an older release made of an empty database, with Kysely's Migrator as it did then. */
export const migrateUpTo = async (engine: Engine, last: string): Promise<void> => {
  const steps = migrations.filter(({ name }) => name <= last);
  const getMigrations = async () =>
    Object.fromEntries(
      steps.map((step) => [step.name, { up: (db: Kysely<unknown>) => step.up(db, engine.ddl) }]),
    );
  const { error } = await new Migrator({
    db: engine.maintenance,
    provider: { getMigrations },
  }).migrateToLatest();
  if (error) throw error;
};
