import { parseArgs } from 'node:util';
import { type Database, newPostgresDatabase, newSqliteFile, World } from '../engines.ts';
import { PostgresServer } from '../postgres-server.ts';
import { Life } from './life.ts';
import { shortened } from './shorten.ts';

/**
 * The long form: many lives, each on an empty database, until so many operations are done or the
 * gateway and the model disagree.
 */

const { values } = parseArgs({
  options: {
    engine: { type: 'string', default: 'sqlite' },
    operations: { type: 'string', default: '50000' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
    /** Numbers of the steps to take, comma-separated; all when left out. */
    steps: { type: 'string' },
  },
});

const OPERATIONS_IN_A_LIFE = 5_000;
const OPERATIONS_BETWEEN_AUDITS = 10;
const OPERATIONS_BETWEEN_INSPECTIONS = 500;

const server =
  values.engine === 'postgres' && !process.env.TEST_DATABASE_URL
    ? await PostgresServer.start()
    : undefined;
const postgresUrl = process.env.TEST_DATABASE_URL ?? server?.url() ?? '';
const newDatabase = (): Promise<Database> =>
  values.engine === 'postgres' ? newPostgresDatabase(postgresUrl) : newSqliteFile();

/** Takes the steps of a life. Throws when the gateway and the model disagree. */
const live = async (seed: number, steps: number[]): Promise<void> => {
  const database = await newDatabase();
  const world = await World.open(database.url);
  try {
    const life = await Life.begin(world, seed);
    try {
      for (const [index, step] of steps.entries()) {
        await life.step(step);
        world.statements.length = 0;
        if (index % OPERATIONS_BETWEEN_AUDITS === 0) await life.audit();
        if (index % OPERATIONS_BETWEEN_INSPECTIONS === 0) await life.inspect();
      }
      await life.inspect();
    } finally {
      await life.end();
    }
  } finally {
    await world.close();
    await database.remove();
  }
};

const run = async (): Promise<void> => {
  const operations = Number(values.operations);
  const given = values.steps?.split(',').map(Number);
  for (let done = 0, seed = Number(values.seed); done < operations; seed += 1) {
    const length = Math.min(OPERATIONS_IN_A_LIFE, operations - done);
    const steps = given ?? Array.from({ length }, (_, number) => number);
    try {
      await live(seed, steps);
    } catch (failure) {
      console.error(failure instanceof Error ? failure.message : failure);
      const few = await shortened(steps, failure, (fewer) => live(seed, fewer));
      const { engine } = values;
      console.error(
        `Replay: npm run test:model -- --engine ${engine} --seed ${seed} --steps ${few.join(',')}`,
      );
      process.exitCode = 1;
      return;
    }
    done += length;
    console.log(`${values.engine}: ${done} of ${operations} operations, seed ${seed} done`);
    if (given) return;
  }
};

try {
  await run();
} finally {
  await server?.remove();
}
