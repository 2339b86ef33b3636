import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import { connect } from '../../src/db/engine/connect.ts';
import { type Database, emptyDatabases, newPostgresDatabase, newSqliteFile } from '../engines.ts';
import { migrateUpTo } from '../releases.ts';
import { command } from './command.ts';

const newKey = 'keys create --organization Acme --mode live --scope read';
/** Commands that need a catalogue. */
const onCatalogue = [
  'keys list --organization Acme',
  'keys rotate key_1',
  'keys revoke key_1',
  'organizations list',
  'organizations set-version Acme 2026-05-25',
  'check',
  'check --json',
  'copy --to file:copy.db',
];
/** Commands that make a catalogue where there is none. */
const making = [newKey, 'seed --plans 1', 'migrate'];

const run = (line: string, url: string) => command(line.split(' '), { DATABASE_URL: url });

describe('without a database', () => {
  it.each([...onCatalogue, 'backup copy.db'])('%s makes no SQLite file', async (line) => {
    const { url, remove } = await newSqliteFile();
    const path = `${url.slice('file:'.length)}/deeper/plans.db`;
    expect(await run(line, `file:${path}`)).toEqual({
      code: 1,
      stdout: '',
      stderr: `error: there is no database at ${path}\n`,
    });
    expect([path, dirname(path), 'copy.db'].some((file) => existsSync(file))).toBe(false);
    await remove();
  });

  it.each(onCatalogue)('%s makes no tables in an empty PostgreSQL', async (line) => {
    const { url, remove } = await newPostgresDatabase();
    const { code, stdout, stderr } = await run(line, url);
    const { host, pathname } = new URL(url);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toBe(
      `error: there is no catalogue in the database ${pathname.slice(1)} at ${host}\n`,
    );
    await remove();
  });
});

describe.each(emptyDatabases)('on %s', (_engine, create) => {
  it.each(making)('%s makes the tables', async (line) => {
    const database = await create();
    expect((await run(line, database.url)).code).toBe(0);
    expect((await run('check', database.url)).stdout).toBe('No finding.\n');
    await database.remove();
  });

  describe('a database of an older version', () => {
    let database: Database;
    beforeAll(async () => {
      database = await create();
      const engine = await connect(database.url);
      await migrateUpTo(engine, '0002_publishable_keys');
      await engine.close();
    });
    afterAll(() => database.remove());

    it.each([...onCatalogue, newKey, 'seed --plans 1'])('is not upgraded by %s', async (line) => {
      const { code, stderr } = await run(line, database.url);
      expect({ code, stderr }).toEqual({
        code: 2,
        stderr:
          'error: the database is of an older version: it lacks the step 0003_public_order. ' +
          'Upgrade it with plans-gateway migrate\n',
      });
    });

    it('is upgraded by migrate', async () => {
      const { stdout } = await run('migrate --json', database.url);
      expect(JSON.parse(stdout)).toEqual(migrations.slice(2).map(({ name }) => name));
      expect((await run('check', database.url)).code).toBe(0);
    });
  });

  it('a database of a newer version is named as that by every command', async () => {
    const database = await create();
    expect((await run('migrate', database.url)).code).toBe(0);
    const engine = await connect(database.url);
    await sql`insert into kysely_migration values ('9999_future', '2100-01-01')`.execute(
      engine.maintenance,
    );
    await engine.close();
    for (const line of [...onCatalogue, ...making, 'serve']) {
      const { code, stderr } = await run(line, database.url);
      expect({ line, code }).toEqual({ line, code: 2 });
      expect(stderr).toMatch(
        /^error: the database belongs to a newer version: it has taken the step 9999_future,/,
      );
    }
    await database.remove();
  });
});
