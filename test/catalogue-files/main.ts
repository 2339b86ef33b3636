import { parseArgs } from 'node:util';
import { newPostgresDatabase, newSqliteFile, World } from '../engines.ts';
import { PostgresServer } from '../postgres-server.ts';
import { Proof } from './proof.ts';

/** The long form. Each catalogue has a seed of its own; it comes in the place of the one before. */

const { values } = parseArgs({
  options: {
    catalogues: { type: 'string', default: '1000' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
    /** SQLite alone. */
    sqlite: { type: 'boolean', default: false },
  },
});
const catalogues = Number(values.catalogues);
const first = Number(values.seed);

const server =
  values.sqlite || process.env.TEST_DATABASE_URL ? undefined : await PostgresServer.start();
const postgresUrl = process.env.TEST_DATABASE_URL ?? server?.url() ?? '';
const databases = [await newSqliteFile()];
if (!values.sqlite) databases.push(await newPostgresDatabase(postgresUrl));
const worlds: World[] = [];
for (const { url } of databases) worlds.push(await World.open(url));

console.log(`seed ${first}`);
try {
  const proof = await Proof.open(worlds);
  for (let number = 0; number < catalogues; number += 1) {
    await proof.prove(first + number);
    if (proof.applied % 50 === 0) console.log(`${proof.applied} of ${catalogues} catalogues`);
  }
} catch (failure) {
  console.error(failure instanceof Error ? failure.message : failure);
  process.exitCode = 1;
} finally {
  for (const world of worlds) await world.close();
  for (const database of databases) await database.remove();
  await server?.remove();
}
