import { parseArgs } from 'node:util';
import { newPostgresDatabase, newSqliteFile } from '../engines.ts';
import { PostgresServer } from '../postgres-server.ts';
import { Proof } from './proof.ts';

/** The long form. Each catalogue has a seed of its own, so that one can be replayed alone. */

const { values } = parseArgs({
  options: {
    catalogues: { type: 'string', default: '1000' },
    /** Of each catalogue. */
    contexts: { type: 'string', default: '10' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
  },
});
const catalogues = Number(values.catalogues);
const contexts = Number(values.contexts);
const first = Number(values.seed);

/** Entered into one pair of databases. */
const CATALOGUES_AT_ONCE = 50;

const matched = new Map<string, number>();

const run = async (seeds: readonly number[], postgresUrl: string): Promise<void> => {
  const databases = [await newSqliteFile(), await newPostgresDatabase(postgresUrl)] as const;
  const proof = await Proof.open(...databases, seeds);
  try {
    await proof.prove(contexts);
    for (const [rule, count] of proof.matched) matched.set(rule, (matched.get(rule) ?? 0) + count);
  } finally {
    await proof.close();
    for (const database of databases) await database.remove();
  }
};

const server = process.env.TEST_DATABASE_URL ? undefined : await PostgresServer.start();
const postgresUrl = process.env.TEST_DATABASE_URL ?? server?.url() ?? '';
console.log(`seed ${first}`);
try {
  for (let start = 0; start < catalogues; start += CATALOGUES_AT_ONCE) {
    const count = Math.min(CATALOGUES_AT_ONCE, catalogues - start);
    await run(
      Array.from({ length: count }, (_, number) => first + start + number),
      postgresUrl,
    );
    console.log(`${start + count} of ${catalogues} catalogues, ${contexts} contexts each`);
  }
  for (const [rule, count] of matched) console.log(`${String(count).padStart(8)} ${rule}`);
} catch (failure) {
  console.error(failure instanceof Error ? failure.message : failure);
  process.exitCode = 1;
} finally {
  await server?.remove();
}
