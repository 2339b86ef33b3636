import { parseArgs } from 'node:util';
import { newPostgresDatabase, newSqliteFile } from '../engines.ts';
import { PostgresServer } from '../postgres-server.ts';
import { Build } from '../server-process.ts';
import { FuzzSite } from './site.ts';

/**
 * The long form. Requests are sent one after another, so that a seed replays them up to the ids.
 */

const { values } = parseArgs({
  options: {
    engine: { type: 'string', default: 'sqlite' },
    requests: { type: 'string', default: '50000' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
  },
});
const { engine, seed } = values;
const requests = Number(values.requests);

/** Caches have filled by then; what grows afterwards is a leak. */
const BASELINE = Math.floor(requests / 4);
const MEASUREMENTS = 20;
const MOST_GROWTH = 1.5;

const postgres =
  engine === 'postgres' && !process.env.TEST_DATABASE_URL
    ? await PostgresServer.start()
    : undefined;
const postgresUrl = process.env.TEST_DATABASE_URL ?? postgres?.url() ?? '';
const database = await (engine === 'postgres' ? newPostgresDatabase(postgresUrl) : newSqliteFile());
const build = await Build.make();
const site = await FuzzSite.open(build, database.url, Number(seed));

const fuzz = async (): Promise<void> => {
  let baseline = Number.POSITIVE_INFINITY;
  for (let number = 0; number < requests; number += 1) {
    await site.probe(number);
    if (number === BASELINE) baseline = await site.heap();
    if ((number + 1) % Math.ceil(requests / MEASUREMENTS) !== 0 || number < BASELINE) continue;
    const growth = (await site.heap()) / baseline;
    console.log(
      `${number + 1} of ${requests} requests, heap ${growth.toFixed(2)} of what it was after a quarter`,
    );
    if (growth > MOST_GROWTH) throw new Error('The heap grows.');
  }
  await site.audit();
};

console.log(`${engine}: seed ${seed}`);
try {
  await fuzz();
  console.log(JSON.stringify(site.tally));
} catch (failure) {
  console.error(failure instanceof Error ? failure.message : failure);
  console.error(
    `Replay: npm run test:fuzz -- --engine ${engine} --requests ${requests} --seed ${seed}`,
  );
  process.exitCode = 1;
} finally {
  await site.close();
  await database.remove();
  await build.remove();
  await postgres?.remove();
}
