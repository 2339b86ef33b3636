import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import { readConfig } from '../../src/config.ts';
import { connect } from '../../src/db/engine/connect.ts';
import type { Engine } from '../../src/db/engine/engine.ts';
import { migrate } from '../../src/db/engine/migrate.ts';
import { auditInvariants } from '../../src/db/maintenance/invariants.ts';
import { Store } from '../../src/db/store.ts';
import { type Environment, command as run } from '../cli/command.ts';
import { type Database, newPostgresDatabase, newSqliteFile, runOn } from '../engines.ts';
import { PgBouncer } from '../pgbouncer.ts';
import { migrateUpTo } from '../releases.ts';

let database: Database;
let inPlans: Environment;
beforeAll(async () => {
  database = await newPostgresDatabase();
  inPlans = { DATABASE_URL: database.url, DATABASE_SCHEMA: 'plans' };
});
afterAll(() => database.remove());

/** How many tables each schema has. */
const tables = async ({ reading }: Pick<Engine, 'reading'>): Promise<Map<string, number>> => {
  const { rows } = await sql<{ schema: string; tables: number }>`
    select schemaname as schema, count(*) as tables from pg_tables
      where schemaname not in ('pg_catalog', 'information_schema') group by 1`.execute(reading);
  return new Map(rows.map(({ schema, tables }) => [schema, tables]));
};

const withSchema = async <Result>(
  url: string,
  schema: string | undefined,
  work: (engine: Engine) => Promise<Result>,
): Promise<Result> => {
  const engine = await connect(url, { schema });
  try {
    return await work(engine);
  } finally {
    await engine.close();
  }
};

const newKey = (environment: Environment, organization: string) =>
  run(
    ['keys', 'create', '--organization', organization, '--mode', 'live', '--scope', 'admin'],
    environment,
  );

const organizationsIn = async (environment: Environment): Promise<string[]> => {
  const { stdout } = await run(['organizations', 'list', '--json'], environment);
  return JSON.parse(stdout).map(({ name }: { name: string }) => name);
};

describe('DATABASE_SCHEMA', () => {
  it.each(['Plans', 'my-plans', '1plans', 'a.b', 'a b', `a'b`, 'a"b', 'x'.repeat(64), 'plänе'])(
    'refuses %s',
    (DATABASE_SCHEMA) => {
      expect(() => readConfig({ DATABASE_SCHEMA })).toThrow(
        'DATABASE_SCHEMA must be a name of up to 63 lower-case letters, digits and underscores',
      );
    },
  );

  it.each(['pg_catalog', 'pg_temp', 'information_schema'])('refuses %s', (DATABASE_SCHEMA) => {
    expect(() => readConfig({ DATABASE_SCHEMA })).toThrow('must be no schema of PostgreSQL itself');
  });

  it('is refused where the database is a file', async () => {
    const file = await newSqliteFile();
    const refused = await run(['migrate'], { DATABASE_URL: file.url, DATABASE_SCHEMA: 'plans' });
    expect(refused).toMatchObject({
      code: 2,
      stderr: 'error: DATABASE_URL: a schema is for PostgreSQL, and this is a file of SQLite\n',
    });
    await file.remove();
  });

  it('is where migrate puts all tables; every command works there', async () => {
    expect(await run(['check'], inPlans)).toMatchObject({ code: 1 });
    expect(await run(['migrate'], inPlans)).toMatchObject({ code: 0 });
    expect(await run(['migrate'], inPlans)).toMatchObject({ code: 0 });
    const found = await withSchema(database.url, undefined, tables);
    expect([...found.keys()]).toEqual(['plans']);
    await run(['seed', '--plans', '20'], inPlans);
    expect(await newKey(inPlans, 'Acme')).toMatchObject({ code: 0 });
    expect(await organizationsIn(inPlans)).toContain('Acme');
    expect(await run(['check'], inPlans)).toMatchObject({ code: 0 });
    // Elsewhere in the database there is nothing.
    expect(await run(['check'], { DATABASE_URL: database.url })).toMatchObject({ code: 1 });
  });

  it('may be a word of SQL', async () => {
    const inUser = { ...inPlans, DATABASE_SCHEMA: 'user' };
    expect(await newKey(inUser, 'Acme')).toMatchObject({ code: 0, stderr: '' });
    expect(await run(['check'], inUser)).toMatchObject({ code: 0 });
  });

  it('keeps catalogues of one database apart', async () => {
    const inOther = { ...inPlans, DATABASE_SCHEMA: 'other' };
    await newKey(inOther, 'Elsewhere');
    expect(await organizationsIn(inOther)).toEqual(['Elsewhere']);
    expect(await organizationsIn(inPlans)).not.toContain('Elsewhere');
  });

  it('is where check looks for what is missing', async () => {
    const inBroken = { ...inPlans, DATABASE_SCHEMA: 'broken' };
    await run(['migrate'], inBroken);
    expect(await run(['check'], inBroken)).toMatchObject({ code: 0 });
    await withSchema(database.url, 'broken', async ({ maintenance }) => {
      await sql`alter table plan disable trigger user`.execute(maintenance);
      await sql`alter table plan add constraint odd check (true) not valid`.execute(maintenance);
    });
    const { code, stdout } = await run(['check'], inBroken);
    expect(code).toBe(1);
    expect(stdout).toContain('odd');
  });

  it('is where copy writes to, with --to-schema or COPY_TO_SCHEMA', async () => {
    const options = ['copy', '--to', database.url];
    expect(await run([...options, '--to-schema', 'second'], inPlans)).toMatchObject({ code: 0 });
    const inSecond = { ...inPlans, DATABASE_SCHEMA: 'second' };
    expect(await organizationsIn(inSecond)).toEqual(await organizationsIn(inPlans));
    const again = await run(options, { ...inPlans, COPY_TO_SCHEMA: 'second' });
    expect(again).toMatchObject({ code: 2 });
    expect(again.stderr).toMatch(/empty|holds|already/);
    const file = await run(['copy', '--to', 'file:x.db', '--to-schema', 'x'], inPlans);
    expect(file.stderr).toBe(
      'error: --to: a schema is for PostgreSQL, and this is a file of SQLite\n',
    );
  });
});

it('a user who may not create the schema is told who does', async () => {
  const role = `role_${crypto.randomUUID().replaceAll('-', '')}`;
  await runOn(database.url, `create role ${role} login`);
  const url = new URL(database.url);
  url.username = role;
  const environment = { DATABASE_URL: url.href, DATABASE_SCHEMA: 'theirs' };
  const { code, stderr } = await run(['migrate'], environment);
  expect(stderr).toContain(
    'error: there is no schema theirs, and the user may not create it: an administrator does so ' +
      'with CREATE SCHEMA theirs AUTHORIZATION <user>',
  );
  expect(code).toBe(2);
  await runOn(database.url, `create schema theirs authorization ${role}`);
  expect(await run(['migrate'], environment)).toMatchObject({ code: 0, stderr: '' });
  expect(await run(['check'], environment)).toMatchObject({ code: 0 });
  await runOn(database.url, `drop owned by ${role} cascade; drop role ${role}`);
});

it('two processes that start at once make it once', async () => {
  const steps = await Promise.all(
    [1, 2, 3].map(() => withSchema(database.url, 'at_once', (engine) => migrate(engine))),
  );
  expect(steps.flat()).toEqual(migrations.map(({ name }) => name));
});

describe('an upgrade in a schema', () => {
  // Kysely's Migrator, which made old tables, finds its own in any schema.
  let own: Database;
  beforeAll(async () => {
    own = await newPostgresDatabase();
  });
  afterAll(() => own.remove());
  const upgrade = (schema: string | undefined) =>
    connect(own.url, { upgrades: true, schema }).then((engine) => engine.close());
  const withOld = (schema: string) =>
    withSchema(own.url, schema, async (engine) => {
      await engine.maintenance.transaction().execute((tx) => engine.makeSchema(tx));
      await migrateUpTo(engine, '0001_catalogue');
    });

  it.each([
    ['plans-gateway 0001_catalogue of_old', false],
    ['plans-gateway 0001_catalogue', false],
    ['plans-gateway 0001_catalogue of_olde', true],
    ['plans-gateway 0001_catalogue of', true],
  ])('beside %s: %s', async (name, isFree) => {
    await withOld('of_old');
    const url = new URL(own.url);
    url.searchParams.set('application_name', name);
    const other = await connect(url.href, {});
    await sql`select 1`.execute(other.reading);
    const upgraded = upgrade('of_old');
    if (isFree) await upgraded;
    else await expect(upgraded).rejects.toThrow('a gateway of another version uses the database');
    await other.close();
    await runOn(own.url, 'drop schema of_old cascade');
  });
});

it('behind PgBouncer, two schemas share sessions and never rows', { timeout: 60_000 }, async () => {
  const pooler = await PgBouncer.before(inject('postgresUrl'), 'transaction', 3);
  const url = pooler.through(database.url);
  const schemas = ['pooled_one', 'pooled_two'];
  for (const schema of schemas)
    expect(
      await newKey({ DATABASE_URL: url, DATABASE_SCHEMA: schema }, `of ${schema}`),
    ).toMatchObject({ code: 0, stderr: '' });
  const engines = await Promise.all(schemas.map((schema) => connect(url, { schema })));
  await Promise.all(
    Array.from({ length: 60 }, async (_, count) => {
      const at = count % 2;
      const { reading, writing } = engines[at] as Engine;
      const { rows } = await sql<{ name: string }>`select name from organization`.execute(
        count % 3 ? reading : writing,
      );
      expect(rows).toEqual([{ name: `of ${schemas[at]}` }]);
    }),
  );
  for (const engine of engines) {
    expect(await auditInvariants(new Store(engine))).toEqual([]);
    expect(await engine.storageFaults()).toEqual([]);
    await engine.close();
  }
  // Others get the sessions as they were.
  await withSchema(url, undefined, async ({ maintenance }) => {
    const { rows } = await sql<{ path: string }>`
      select current_setting('search_path') as path`.execute(maintenance);
    expect(rows).toEqual([{ path: '"$user", public' }]);
  });
  await pooler.remove();
});
