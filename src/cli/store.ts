import { type Config, readConfig } from '../config.ts';
import { connect } from '../db/connect.ts';
import type { Engine } from '../db/engine.ts';
import { migrate } from '../db/migrate.ts';
import { Store } from '../db/session.ts';

/** Opens the database that the environment names for as long as the work takes. */
export const withEngine = async <Result>(
  work: (engine: Engine, config: Config) => Promise<Result>,
): Promise<Result> => {
  const config = readConfig(process.env);
  const engine = await connect(config.databaseUrl);
  try {
    return await work(engine, config);
  } finally {
    await engine.close();
  }
};

/** The same, with today's tables. */
export const withStore = <Result>(work: (store: Store, config: Config) => Promise<Result>): Promise<Result> =>
  withEngine(async (engine, config) => {
    await migrate(engine);
    return work(new Store(engine, { recordBytes: config.recordCacheBytes }), config);
  });
