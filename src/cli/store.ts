import { type Config, readConfig } from '../config.ts';
import { connect } from '../db/engine/connect.ts';
import type { Engine, EngineOptions } from '../db/engine/engine.ts';
import { NoDatabase } from '../db/engine/faults.ts';
import { createTables, migrate, requireCurrent } from '../db/engine/migrate.ts';
import { Store } from '../db/store.ts';

type Work<Subject, Result> = (subject: Subject, config: Config) => Promise<Result>;

/** Opens the database at an address, for as long as the work takes. */
export const withDatabase = async <Result>(
  url: string,
  /** Where the address was read. */
  source: string,
  options: EngineOptions,
  work: (engine: Engine) => Promise<Result>,
): Promise<Result> => {
  const engine = await connect(url, options).catch((failure: unknown) => {
    if (failure instanceof Error && !(failure instanceof NoDatabase))
      failure.message = `${source}: ${failure.message}`;
    throw failure;
  });
  try {
    return await work(engine);
  } finally {
    await engine.close();
  }
};

const withEngine = <Result>(
  options: EngineOptions,
  work: Work<Engine, Result>,
): Promise<Result> => {
  const config = readConfig(process.env);
  const { databaseUrl, databasePoolSize: poolSize, databaseSchema: schema } = config;
  return withDatabase(databaseUrl, 'DATABASE_URL', { ...options, poolSize, schema }, (engine) =>
    work(engine, config),
  );
};

const storeOn = (engine: Engine, config: Config): Store =>
  new Store(engine, { recordBytes: config.recordCacheBytes });

/** A database that exists, with any tables. */
export const withExisting = <Result>(work: Work<Engine, Result>): Promise<Result> =>
  withEngine({ mustExist: true }, work);

/** A catalogue that is there already. */
export const withStore = <Result>(work: Work<Store, Result>): Promise<Result> =>
  withExisting(async (engine, config) => {
    await requireCurrent(engine);
    return work(storeOn(engine, config), config);
  });

/** The same, or a new catalogue where there is none. */
export const withNewStore = <Result>(work: Work<Store, Result>): Promise<Result> =>
  withEngine({}, async (engine, config) => {
    await createTables(engine);
    return work(storeOn(engine, config), config);
  });

/** The same, brought to today's tables. */
export const withUpgraded = <Result>(
  work: (store: Store, config: Config, steps: string[]) => Promise<Result>,
): Promise<Result> =>
  withEngine({ upgrades: true }, async (engine, config) => {
    const steps = await migrate(engine);
    return work(storeOn(engine, config), config, steps);
  });
