import { Client } from 'pg';
import type { TestProject } from 'vitest/node';
import { PostgresServer } from './postgres-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A PostgreSQL on which tests create databases of their own. */
    postgresUrl: string;
  }
}

const probe = async (url: string): Promise<void> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.end();
};

const reasonOf = (failure: unknown): string =>
  (failure instanceof Error && failure.message) || String(failure);

/** One PostgreSQL for the whole run: the one of TEST_DATABASE_URL, else one of our own. */
export default async ({ provide }: TestProject): Promise<(() => Promise<void>) | undefined> => {
  const given = process.env.TEST_DATABASE_URL;
  try {
    if (given) {
      await probe(given);
      provide('postgresUrl', given);
      return undefined;
    }
    const server = await PostgresServer.start();
    provide('postgresUrl', server.url());
    return () => server.remove();
  } catch (failure) {
    const reason = given
      ? `TEST_DATABASE_URL cannot be used: ${reasonOf(failure)}`
      : reasonOf(failure);
    throw new Error(`The tests need a PostgreSQL, and there is none. ${reason}`, {
      cause: failure,
    });
  }
};
