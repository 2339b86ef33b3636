import { parseArgs } from 'node:util';
import { newPostgresDatabase, newSqliteFile } from '../engines.ts';
import { PostgresServer } from '../postgres-server.ts';
import { Build } from '../server-process.ts';
import { CrashSite } from './site.ts';

/**
 * The long form. The seed decides what is written and when the server is killed; the machine, how
 * far it is by then.
 */

const { values } = parseArgs({
  options: {
    engine: { type: 'string', default: 'sqlite' },
    rounds: { type: 'string', default: '200' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
  },
});
const { engine, rounds, seed } = values;

const postgres =
  engine === 'postgres' && !process.env.TEST_DATABASE_URL
    ? await PostgresServer.start({ durable: true })
    : undefined;
const postgresUrl = process.env.TEST_DATABASE_URL ?? postgres?.url() ?? '';
const database = await (engine === 'postgres' ? newPostgresDatabase(postgresUrl) : newSqliteFile());
const build = await Build.make();
const site = await CrashSite.open(build, database.url, Number(seed));
console.log(`${engine}: seed ${seed}`);
try {
  for (let round = 1; round <= Number(rounds); round += 1) {
    await site.round();
    console.log(`round ${round} of ${rounds}: ${JSON.stringify(site.tally)}`);
  }
} finally {
  await site.close();
  await database.remove();
  await build.remove();
  await postgres?.remove();
}
