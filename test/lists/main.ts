import { parseArgs } from 'node:util';
import { newPostgresDatabase, newSqliteFile } from '../engines.ts';
import { PostgresServer } from '../postgres-server.ts';
import { Build } from '../server-process.ts';
import { Shapes } from './shapes.ts';
import { ListSite } from './site.ts';

/** The long form. Each list has a seed of its own, so that one list can be replayed alone. */

const { values } = parseArgs({
  options: {
    /** Both, one after the other, when left out. */
    engine: { type: 'string' },
    lists: { type: 'string', default: '238' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
  },
});
const lists = Number(values.lists);
const first = Number(values.seed);

const LISTS_BETWEEN_LINES = 50;

const run = async (engine: string, build: Build, databaseUrl: string): Promise<void> => {
  const shapes = new Shapes();
  const site = await ListSite.open(build, databaseUrl);
  console.log(`${engine}: seed ${first}`);
  try {
    for (let number = 0; number < lists; number += 1) {
      const seed = first + number;
      try {
        const { list, writes } = await site.prove(seed);
        shapes.count(list, writes);
      } catch (failure) {
        console.error(failure instanceof Error ? failure.message : failure);
        console.error(`Replay: npm run test:lists -- --engine ${engine} --lists 1 --seed ${seed}`);
        process.exitCode = 1;
        return;
      }
      if ((number + 1) % LISTS_BETWEEN_LINES === 0) console.log(`${number + 1} of ${lists} lists`);
    }
    await site.audit();
    console.log(`${lists} lists lost nothing; half of them took ${shapes.median} writes or more`);
    console.log(
      `${String(shapes.perUnit).padStart(3)} % of prices are per unit; of the lists have`,
    );
    for (const [shape, percent] of Object.entries(shapes.shares))
      console.log(`${String(percent).padStart(3)} % ${shape}`);
  } finally {
    await site.close();
  }
};

const engines = values.engine ? [values.engine] : ['sqlite', 'postgres'];
const build = await Build.make();
const server =
  engines.includes('postgres') && !process.env.TEST_DATABASE_URL
    ? await PostgresServer.start()
    : undefined;
const postgresUrl = process.env.TEST_DATABASE_URL ?? server?.url() ?? '';
try {
  for (const engine of engines) {
    const database = await (engine === 'postgres'
      ? newPostgresDatabase(postgresUrl)
      : newSqliteFile());
    try {
      await run(engine, build, database.url);
    } finally {
      await database.remove();
    }
  }
} finally {
  await build.remove();
  await server?.remove();
}
