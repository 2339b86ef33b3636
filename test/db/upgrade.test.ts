import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { Client } from 'pg';
import { describe, expect, it } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import { connect } from '../../src/db/engine/connect.ts';
import { migrate } from '../../src/db/engine/migrate.ts';
import { stepAgainstOlder } from '../../src/db/engine/steps.ts';
import { type Database, emptyDatabases, newPostgresDatabase } from '../engines.ts';
import { migrateUpTo } from '../releases.ts';

const OLD = '0001_catalogue';

const ofOlderVersion = async (create: () => Promise<Database>): Promise<Database> => {
  const database = await create();
  const engine = await connect(database.url);
  await migrateUpTo(engine, OLD);
  await engine.close();
  return database;
};

const upgrade = async (url: string): Promise<string[]> => {
  const engine = await connect(url, { upgrades: true });
  try {
    return await migrate(engine);
  } finally {
    await engine.close();
  }
};

/** The connections of a gateway that was started before the upgrade. */
const older = async (url: string, applicationName: string): Promise<() => Promise<void>> => {
  if (url.startsWith('file:')) {
    const engine = await connect(url);
    await sql`select 1 from organization`.execute(engine.reading);
    return engine.close;
  }
  const client = new Client({ connectionString: url, application_name: applicationName });
  await client.connect();
  return () => client.end();
};

describe.each(emptyDatabases)('an upgrade on %s', (_engine, create) => {
  it.each(['plans-gateway', 'plans-gateway 0001_catalogue'])(
    'is refused while %s lives',
    async (name) => {
      const database = await ofOlderVersion(create);
      const end = await older(database.url, name);
      await expect(upgrade(database.url)).rejects.toThrow(
        /uses (the database|\/).*\. Stop it before the upgrade: the step 0002_publishable_keys changes what it relies on/,
      );
      await end();
      expect(await upgrade(database.url)).toEqual(
        migrations.slice(1).map(({ name: step }) => step),
      );
      await database.remove();
    },
  );

  it('waits for an older process that is about to end', async () => {
    const database = await ofOlderVersion(create);
    const end = await older(database.url, 'plans-gateway');
    const upgraded = upgrade(database.url);
    await sleep(500);
    await end();
    expect(await upgraded).toContain('0002_publishable_keys');
    await database.remove();
  });

  it('is carried out once by processes that start at the same time', async () => {
    const database = await ofOlderVersion(create);
    const steps = await Promise.all([1, 2, 3].map(() => upgrade(database.url)));
    expect(steps.flat()).toEqual(migrations.slice(1).map(({ name }) => name));
    await database.remove();
  });

  it('that there is nothing to do for minds nobody', async () => {
    const database = await create();
    await upgrade(database.url);
    const end = await older(database.url, 'plans-gateway');
    expect(await upgrade(database.url)).toEqual([]);
    await end();
    await database.remove();
  });
});

it('on PostgreSQL minds neither strangers nor processes of this version', async () => {
  const database = await ofOlderVersion(newPostgresDatabase);
  const end = await older(database.url, 'psql');
  const peer = await connect(database.url);
  expect(await upgrade(database.url)).toContain('0002_publishable_keys');
  await peer.close();
  await end();
  await database.remove();
});

it('a process that serves is seen, also when it has had nothing to do for long', async () => {
  const database = await newPostgresDatabase();
  const engine = await connect(database.url);
  await migrate(engine);
  await Promise.all([1, 2, 3].map(() => sql`select 1`.execute(engine.reading)));
  const observer = new Client({ connectionString: database.url });
  await observer.connect();
  const open = async () => {
    const { rows } = await observer.query<{ name: string }>(
      `select application_name as name from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
    );
    return rows.map(({ name }) => name);
  };
  // Longer than a pool keeps connections that nobody uses.
  await sleep(11_000);
  expect(new Set(await open())).toEqual(new Set([`plans-gateway ${migrations.at(-1)?.name}`]));
  await engine.close();
  await observer.end();
  await database.remove();
});

it('only a step that older processes survive passes while they run', () => {
  const names = migrations.map(({ name }) => name);
  expect(stepAgainstOlder([])).toBeUndefined();
  expect(stepAgainstOlder(names)).toBeUndefined();
  for (const [place, { name, olderGoOn }] of migrations.entries()) {
    const others = names.toSpliced(place, 1);
    expect(stepAgainstOlder(others)).toBe(olderGoOn ? undefined : name);
  }
});
