import { open } from 'node:fs/promises';
import Sqlite from 'better-sqlite3';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyEverything } from '../../src/db/maintenance/copy.ts';
import { newCatalogue } from '../catalogue.ts';
import { command } from '../cli/command.ts';
import {
  type Database,
  emptyDatabases,
  newSqliteFile,
  onEveryEngine,
  runOn,
  World,
} from '../engines.ts';
import { PostgresServer } from '../postgres-server.ts';

const check = async (url: string) => {
  const { code, stdout, stderr } = await command(['check'], { DATABASE_URL: url });
  return { code, findings: stdout.trimEnd().split('\n'), stderr };
};
const fine = { code: 0, findings: ['No finding.'], stderr: '' };

/** Changes the tables behind the gateway's back. */
const tamper = async (url: string, statement: string): Promise<void> => {
  if (!url.startsWith('file:')) return runOn(url, statement);
  const file = new Sqlite(url.slice('file:'.length));
  file.unsafeMode();
  file.exec(statement);
  file.close();
};

const withoutConstraint = (table: string, text: string) =>
  `pragma writable_schema = on; update sqlite_schema set sql = replace(sql, '${text}', '') where name = '${table}'`;

interface Loss {
  sqlite: string;
  postgres: string;
  finding: RegExp;
}

const losses: [string, Loss][] = [
  [
    'an index',
    {
      sqlite: 'drop index plan_by_name',
      postgres: 'drop index plan_by_name',
      finding: /^storage: the index plan_by_name of plan is missing/,
    },
  ],
  [
    'what makes an index unique',
    {
      sqlite:
        'drop index plan_code; create index plan_code on plan (tenant_id, code) where deleted_at ' +
        'is null',
      postgres:
        'drop index plan_code; create index plan_code on plan (tenant_id, code) where deleted_at ' +
        'is null',
      finding: /^storage: the index plan_code of plan differs from what it should be/,
    },
  ],
  [
    'a trigger',
    {
      sqlite: 'drop trigger audit_log_no_delete',
      postgres: 'drop trigger audit_log_no_delete on audit_log',
      finding: /^storage: the trigger audit_log_no_delete of audit_log is missing/,
    },
  ],
  [
    'what a trigger does',
    {
      sqlite:
        'drop trigger audit_log_no_update; create trigger audit_log_no_update before update on ' +
        'audit_log begin select 1; end',
      postgres: `create or replace function audit_log_no_update() returns trigger language plpgsql as 'begin return new; end'`,
      finding:
        /^storage: the trigger audit_log_no_update of audit_log differs from what it should be/,
    },
  ],
  [
    'a condition',
    {
      sqlite: withoutConstraint('tenant', ' check (revision >= 0)'),
      postgres: 'alter table tenant drop constraint tenant_revision_check',
      finding:
        /^storage: the (table tenant differs|constraint tenant_revision_check of tenant is missing)/,
    },
  ],
  [
    'a link',
    {
      sqlite: withoutConstraint('api_key', ' references tenant (id)'),
      postgres: 'alter table api_key drop constraint api_key_tenant_id_fkey',
      finding:
        /^storage: the (table api_key differs|constraint api_key_tenant_id_fkey of api_key is missing)/,
    },
  ],
  [
    'a key',
    {
      sqlite: `${withoutConstraint('organization', ' unique')}; delete from sqlite_schema where name = 'sqlite_autoindex_organization_2'`,
      postgres: 'alter table organization drop constraint organization_name_key',
      finding:
        /^storage: the (table organization differs|constraint organization_name_key of organization is missing)/,
    },
  ],
  [
    'a table',
    {
      sqlite: 'drop table regional_overage',
      postgres: 'drop table regional_overage',
      finding: /^storage: the table regional_overage is missing$/,
    },
  ],
];

describe.each(emptyDatabases)('check on %s', (engine, create) => {
  it.each(losses)('finds that %s is missing', async (_what, loss) => {
    const database = await create();
    await (await World.open(database.url)).close();
    expect(await check(database.url)).toEqual(fine);
    await tamper(database.url, engine === 'sqlite' ? loss.sqlite : loss.postgres);
    const { code, findings } = await check(database.url);
    expect(code).toBe(1);
    expect(findings[0]).toMatch(loss.finding);
    await database.remove();
  });
});

onEveryEngine('next to the tables of others', (world) => {
  /** Another application, whose own guards are switched off or broken. */
  const others: Record<string, string> = {
    sqlite: `pragma foreign_keys = off; create table theirs (id integer primary key, name text not null, ours text references nowhere (id));
      create trigger theirs_are_final before update on theirs begin select raise(abort, 'final'); end;
      insert into theirs values (1, 'a', 'b');`,
    postgres: `create table theirs (id integer primary key, name text);
      insert into theirs values (1, null);
      alter table theirs add constraint theirs_named check (name is not null) not valid;
      create function theirs_are_final() returns trigger language plpgsql as 'begin return new; end';
      create trigger theirs_are_final before update on theirs for each row execute function theirs_are_final();
      alter table theirs disable trigger theirs_are_final`,
  };
  let target: World;
  let database: Database;
  beforeAll(async () => {
    const { name } = world().store.engine;
    await tamper(world().url, others[name] ?? '');
    const create = emptyDatabases.find(([engine]) => engine === name)?.[1] ?? newSqliteFile;
    database = await create();
    target = await World.open(database.url);
    await tamper(database.url, others[name] ?? '');
  });
  afterAll(async () => {
    await target.close();
    await database.remove();
  });

  it('check judges ours only', async () => {
    expect(await check(world().url)).toEqual(fine);
  });

  it('copy touches ours only', async () => {
    const shop = await newCatalogue(world());
    await shop.price(await shop.plan());
    target.statements.length = 0;
    await copyEverything(world().store.engine, target.store.engine, () => {});
    expect(
      target.statements.filter((statement) => /trigger/.test(statement)).length,
    ).toBeGreaterThan(0);
    expect(target.statements.filter((statement) => /theirs/.test(statement))).toEqual([]);
    const { writing } = target.store.engine;
    const change = sql`update theirs set name = 'b' where id = 1`.execute(writing);
    // Theirs is as it was: on in SQLite, off in PostgreSQL.
    if (target.store.engine.name === 'sqlite') await expect(change).rejects.toThrow('final');
    else await change;
    expect(await check(database.url)).toEqual(fine);
  });
});

describe('damaged pages are a finding', () => {
  const PAGE = 4_096;

  const overwrite = async (path: string, from: number, bytes: number): Promise<void> => {
    const file = await open(path, 'r+');
    await file.write(Buffer.alloc(bytes, 0xff), 0, bytes, from);
    await file.close();
  };

  const filled = async (url: string): Promise<World> => {
    const world = await World.open(url);
    const shop = await newCatalogue(world);
    for (let count = 0; count < 20; count += 1)
      await shop.plan({ metadata: { filling: 'x'.repeat(3_000) } });
    return world;
  };

  it.each(['plan', 'plan_by_name', 'audit_log'])('of %s in SQLite', async (name) => {
    const database = await newSqliteFile();
    const path = database.url.slice('file:'.length);
    await (await filled(database.url)).close();
    const file = new Sqlite(path);
    const page = file
      .prepare<[string], number>(
        `select max(pageno) from dbstat where name = ? and pagetype = 'leaf'`,
      )
      .pluck()
      .get(name);
    file.close();
    await overwrite(path, ((page ?? 0) - 1) * PAGE, PAGE);
    const { code, findings } = await check(database.url);
    expect(code).toBe(1);
    expect(findings.join('\n')).toMatch(/^storage: .*(damaged|malformed|Tree|Page)/im);
    await database.remove();
  });

  it('where not even the tables can be read', async () => {
    const database = await newSqliteFile();
    const path = database.url.slice('file:'.length);
    await (await filled(database.url)).close();
    await overwrite(path, 100, PAGE - 100);
    expect(await check(database.url)).toMatchObject({
      code: 1,
      findings: [expect.stringMatching(/^storage: .*database disk image is malformed/)],
    });
    await database.remove();
  });

  it('in PostgreSQL', async () => {
    const server = await PostgresServer.start({ durable: true });
    const world = await filled(server.url());
    const { rows } = await sql<{
      path: string;
    }>`select pg_relation_filepath('plan') as path`.execute(world.store.engine.reading);
    await world.close();
    await server.stop();
    await server.damage(rows[0]?.path ?? '');
    await server.restart();
    const { code, findings } = await check(server.url());
    expect(code).toBe(1);
    expect(findings[0]).toMatch(/^storage: the table plan is damaged: invalid page in block 0/);
    await server.remove();
  });
});
