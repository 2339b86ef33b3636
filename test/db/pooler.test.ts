import { sql } from 'kysely';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import { connect } from '../../src/db/engine/connect.ts';
import { migrate } from '../../src/db/engine/migrate.ts';
import { auditInvariants } from '../../src/db/maintenance/invariants.ts';
import { findPlan } from '../../src/db/records/plan.ts';
import { createPlan, listPlans, updatePlan } from '../../src/domain/plan.ts';
import { newCatalogue } from '../catalogue.ts';
import { command } from '../cli/command.ts';
import { type Database, newPostgresDatabase, newSqliteFile, runOn, World } from '../engines.ts';
import { PgBouncer, type PoolMode } from '../pgbouncer.ts';

/** Fewer than either side would like: a transaction gets another session each time. */
const CONNECTIONS: Record<PoolMode, number> = { transaction: 3, session: 40 };

/** What PgBouncer itself sets for each of its clients, and what a transaction has of its own. */
const ofPgBouncer = [
  'application_name',
  'client_encoding',
  'DateStyle',
  'TimeZone',
  'standard_conforming_strings',
];

describe.each(['transaction', 'session'] as const)('behind PgBouncer in %s mode', (mode) => {
  let database: Database;
  let pooler: PgBouncer;
  let url: string;
  let world: World;
  beforeAll(async () => {
    pooler = await PgBouncer.before(inject('postgresUrl'), mode, CONNECTIONS[mode]);
    database = await newPostgresDatabase();
    // What our transactions have to say for themselves, where the session says something else.
    const name = new URL(database.url).pathname.slice(1);
    await runOn(
      database.url,
      `alter database ${name} set default_transaction_isolation = 'serializable';
       alter database ${name} set synchronous_commit = off`,
    );
    url = pooler.through(database.url);
    world = await World.open(url);
  });
  afterAll(async () => {
    await world.close();
    await pooler.remove();
    await database.remove();
  });

  const settings = sql<
    Record<string, string>
  >`select current_setting('transaction_read_only') as "readOnly",
    current_setting('transaction_isolation') as isolation, current_setting('lock_timeout') as lock,
    current_setting('statement_timeout') as statement, current_setting('synchronous_commit') as durable,
    current_setting('idle_in_transaction_session_timeout') as idle`;
  const bounds = { lock: '1s', statement: '10s', idle: '10s', durable: 'on' };

  it('writes, reads and keeps every rule, many at a time', async () => {
    const shops = await Promise.all([1, 2, 3, 4].map(() => newCatalogue(world)));
    await Promise.all(
      shops.map(async (shop) => {
        const { id } = await shop.plan({ name: '0' });
        await Promise.all(
          Array.from({ length: 15 }, (_, count) =>
            shop.change((w) => updatePlan(w, id, { name: `${count}` })),
          ),
        );
        await Promise.all(Array.from({ length: 30 }, () => findPlan(shop.reader(), id)));
        expect(await shop.revision()).toBe(16);
        expect((await listPlans(shop.reader(), {}, {})).items).toHaveLength(1);
      }),
    );
    expect(await auditInvariants(world.store)).toEqual([]);
  });

  it('bounds every statement, also one that is alone', async () => {
    const { reading, writing } = world.store.engine;
    expect((await settings.execute(reading)).rows).toMatchObject([{ ...bounds, readOnly: 'on' }]);
    expect((await settings.execute(writing)).rows).toMatchObject([
      { ...bounds, isolation: 'read committed' },
    ]);
    const inside = await writing
      .transaction()
      .execute((transaction) => settings.execute(transaction));
    expect(inside.rows).toMatchObject([
      { ...bounds, readOnly: 'off', isolation: 'read committed' },
    ]);
  });

  it('writes nothing through the reading connections, and goes on after a failure', async () => {
    const shop = await newCatalogue(world);
    await shop.plan();
    const { reading } = world.store.engine;
    const attempt = reading.updateTable('plan').set({ name: 'Changed' }).execute();
    await expect(attempt).rejects.toMatchObject({ code: 'service_unavailable' });
    await expect(sql`select 1 / 0`.execute(reading)).rejects.toThrow('division by zero');
    expect(await shop.rows('plan')).toMatchObject([{ name: 'Plan' }]);
  });

  it('performs a request once, in any session it gets', async () => {
    const shop = await newCatalogue(world);
    const request = { idempotencyKey: 'once' };
    const create = () => shop.change((w) => createPlan(w, { name: 'Plan', code: 'plan' }), request);
    const plans = await Promise.all(Array.from({ length: 10 }, create));
    expect(new Set(plans.map(({ id }) => id)).size).toBe(1);
  });

  it('leaves no setting and no lock to the other users of the pooler', async () => {
    const strangers = Array.from(
      { length: CONNECTIONS.transaction },
      () => new Client({ connectionString: url }),
    );
    for (const stranger of strangers) {
      stranger.on('error', () => {});
      await stranger.connect();
      // Held until all have one, so that every session of ours comes by.
      await stranger.query('begin');
      const { rows } = await stranger.query(
        `select name, setting from pg_settings where source = 'session' and name <> all ($1)`,
        [ofPgBouncer],
      );
      expect(rows).toEqual([]);
    }
    for (const stranger of strangers) await stranger.end();
    const { rows: locks } = await sql`select 1 from pg_locks where locktype = 'advisory'
      and database = (select oid from pg_database where datname = current_database())`.execute(
      world.store.engine.reading,
    );
    expect(locks).toEqual([]);
  });

  it('migrates once, also when two start at the same time', async () => {
    const fresh = await newPostgresDatabase();
    const start = async () => {
      const engine = await connect(pooler.through(fresh.url), { upgrades: true });
      const steps = await migrate(engine);
      await engine.close();
      return steps;
    };
    const steps = await Promise.all([start(), start()]);
    expect(steps.flat()).toEqual(migrations.map(({ name }) => name));
    await fresh.remove();
  });

  it('checks and copies', async () => {
    const shop = await newCatalogue(world);
    await shop.price(await shop.plan());
    const copy = await newSqliteFile();
    const back = await newPostgresDatabase();
    const run = (line: string, DATABASE_URL: string) => command(line.split(' '), { DATABASE_URL });
    expect(await run('check', url)).toMatchObject({ code: 0, stdout: 'No finding.\n' });
    const moved = await run(`copy --json --to ${copy.url}`, url);
    const returned = await run(`copy --json --to ${pooler.through(back.url)}`, copy.url);
    expect(moved).toMatchObject({ code: 0 });
    expect(returned).toMatchObject({ code: 0, stdout: moved.stdout });
    for (const { remove } of [copy, back]) await remove();
  });
});
