import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { connect } from '../../src/db/engine/connect.ts';
import { queries } from '../../src/db/read/reader.ts';
import { findPlan, findPlans } from '../../src/db/records/plan.ts';
import { findPricesOfPlans } from '../../src/db/records/price.ts';
import type { Writer } from '../../src/db/write/writer.ts';
import { countPlans, createPlan, deletePlan, listPlans } from '../../src/domain/plan.ts';
import { addPlanToGroup, reorderPlansInGroup } from '../../src/domain/plan-group.ts';
import { addPlanPrice } from '../../src/domain/price.ts';
import { type Catalogue, newCatalogue } from '../catalogue.ts';
import { type Database, newPostgresDatabase, runOn, World } from '../engines.ts';
import { TcpProxy } from '../tcp-proxy.ts';

const unavailable = { code: 'service_unavailable', retryAfter: 1 };

let database: Database;
let proxy: TcpProxy;
let world: World;
let catalogue: Catalogue;
beforeAll(async () => {
  database = await newPostgresDatabase();
  proxy = await TcpProxy.before(database.url);
  world = await World.open(proxy.url);
});
afterAll(async () => {
  await world.close();
  await proxy.close();
  await database.remove();
});
beforeEach(async () => {
  catalogue = await newCatalogue(world);
});

/** Runs SQL in the transaction of the write. */
const run = (writer: Writer, statement: string) => sql.raw(statement).execute(writer[queries]);

/** The number of plans and of the audit rows that tell of them. */
const traces = async () => [
  (await catalogue.rows('plan')).length,
  (await catalogue.rows('audit_log')).length,
];

describe('text', () => {
  it('is sorted byte by byte, in every collation of the database', async () => {
    const { rows } = await sql<{ holds: boolean }>`select 'a' < 'B' as holds`.execute(
      world.store.engine.reading,
    );
    expect(rows).toEqual([
      {
        holds: inject('postgresUrl') === process.env.TEST_DATABASE_URL ? expect.any(Boolean) : true,
      },
    ]);
    for (const name of ['a', 'B', 'ä', 'C']) await catalogue.plan({ name });
    const { items } = await listPlans(
      catalogue.reader(),
      {},
      {},
      { by: 'name', descending: false },
    );
    expect(items.map(({ name }) => name)).toEqual(['B', 'C', 'a', 'ä']);
  });

  it('with NUL is found nowhere, and harms no query', async () => {
    const plan = await catalogue.plan({ name: '\uffff', metadata: { tier: 'gold' } });
    const reader = catalogue.reader();
    expect(await findPlan(reader, `${plan.id}\0`)).toBeUndefined();
    expect(await findPlans(reader, [plan.id, '\0'])).toHaveLength(1);
    expect(await countPlans(reader, { text: '\0' })).toBe(0);
    expect((await listPlans(reader, { metadata: { key: '\0', value: '\0' } }, {})).items).toEqual(
      [],
    );
    await expect(catalogue.change((w) => deletePlan(w, `\0${plan.id}`))).rejects.toMatchObject({
      code: 'plan_not_found',
    });
  });
});

it('answers amounts as numbers, up to the greatest', async () => {
  const plan = await catalogue.plan();
  const price = Number.MAX_SAFE_INTEGER;
  await catalogue.change((w) => addPlanPrice(w, plan.id, { billingInterval: 'monthly', price }));
  expect(await findPricesOfPlans(catalogue.reader(), [plan.id])).toMatchObject([{ price }]);
});

it('writes nothing through the reading connections', async () => {
  await catalogue.plan();
  const attempt = world.store.engine.reading.updateTable('plan').set({ name: 'Changed' }).execute();
  await expect(attempt).rejects.toMatchObject(unavailable);
  expect(await catalogue.rows('plan')).toMatchObject([{ name: 'Plan' }]);
});

describe('a write', () => {
  it.each(['40001', '40P01', '55P03', '57P01'])('is tried again after %s', async (code) => {
    let attempts = 0;
    await catalogue.change(async (w) => {
      await createPlan(w, { name: 'Plan', code: 'plan' });
      attempts += 1;
      if (attempts < 3)
        await run(w, `do $$ begin raise exception using errcode = '${code}'; end $$`);
    });
    expect(attempts).toBe(3);
    expect(await traces()).toEqual([1, 1]);
  });

  it('is tried again when its connection is ended', async () => {
    let attempts = 0;
    await catalogue.change(async (w) => {
      const plan = await createPlan(w, { name: 'Plan', code: 'plan' });
      attempts += 1;
      if (attempts === 1) await run(w, 'select pg_terminate_backend(pg_backend_pid())');
      return plan;
    });
    expect(attempts).toBe(2);
    expect(await traces()).toEqual([1, 1]);
  });

  it('takes effect once when the answer to its commit is lost', async () => {
    for (const delivered of [true, false])
      for (const idempotencyKey of [undefined, `key-${delivered}`]) {
        const [plans = 0] = await traces();
        const code = `plan_${plans}`;
        proxy.cutOnce({ at: 'commit', delivered });
        const plan = await catalogue.change((w) => createPlan(w, { name: 'Plan', code }), {
          idempotencyKey,
        });
        expect(await findPlan(catalogue.reader(), plan.id)).toEqual(plan);
        expect(await traces()).toEqual([plans + 1, plans + 1]);
      }
  });

  it('gives up on a statement that takes too long', async () => {
    let attempts = 0;
    const attempt = catalogue.change(async (w) => {
      attempts += 1;
      await run(w, 'set local statement_timeout = 20');
      await run(w, 'select pg_sleep(10)');
    });
    await expect(attempt).rejects.toMatchObject(unavailable);
    expect(attempts).toBe(1);
    await catalogue.plan();
  });

  it('waits for its own tenant only, and not for long', async () => {
    const other = await newCatalogue(world);
    const holder = new Client({ connectionString: database.url });
    await holder.connect();
    await holder.query('begin');
    await holder.query('select id from tenant where id = $1 for no key update', [
      catalogue.tenant.id,
    ]);
    const waiting = catalogue.plan();
    const outcome = expect(waiting).rejects.toMatchObject(unavailable);
    await other.plan();
    await outcome;
    const patient = catalogue.plan();
    await sleep(200);
    await holder.end();
    await patient;
  });

  it('of one tenant leaves the connections to others, however many there are', async () => {
    const other = await newCatalogue(world);
    const group = await catalogue.group();
    const ids: string[] = [];
    for (let count = 0; count < 5; count += 1) {
      const { id } = await catalogue.plan();
      await catalogue.change((w) => addPlanToGroup(w, group.id, { planId: id }));
      ids.push(id);
    }
    const { engine } = world.store;
    let mostInUse = 0;
    // More than there are connections, and so few that the last one's turn comes in time.
    const reorders = Array.from({ length: 20 }, (_, count) =>
      catalogue.change(async (w) => {
        const { inUse, waiting } = engine.load().writing;
        mostInUse = Math.max(mostInUse, inUse + waiting);
        await reorderPlansInGroup(w, group.id, { planIds: count % 2 ? ids : ids.toReversed() });
      }),
    );
    // What another process does to the tenant meanwhile holds up one connection.
    const holder = new Client({ connectionString: database.url });
    await holder.connect();
    await holder.query('begin');
    await holder.query('select id from tenant where id = $1 for no key update', [
      catalogue.tenant.id,
    ]);
    for (let count = 0; count < 10; count += 1) {
      await other.plan();
      const { inUse, waiting } = engine.load().writing;
      expect(inUse + waiting).toBeLessThanOrEqual(2);
    }
    await holder.end();
    await Promise.all(reorders);
    expect(mostInUse).toBeLessThanOrEqual(2);
  });

  it('does not pass for done when a failed statement went unheard', async () => {
    const attempt = catalogue.change(async (w) => {
      await createPlan(w, { name: 'Plan', code: 'plan' });
      await run(w, 'select 1 / 0').catch(() => {});
    });
    await expect(attempt).rejects.toThrow('rolled back');
    expect(await traces()).toEqual([0, 0]);
  });
});

it('turns away a request that finds too many waiting for a connection', async () => {
  const ask = () => sql`select pg_sleep(0.001)`.execute(world.store.engine.reading);
  const answers = await Promise.allSettled(Array.from({ length: 1_100 }, ask));
  const refused = answers.filter((answer) => answer.status === 'rejected');
  expect(refused.length).toBeGreaterThan(0);
  expect(refused.length).toBeLessThanOrEqual(100);
  for (const { reason } of refused) expect(reason).toMatchObject(unavailable);
  await ask();
});

describe('the storage', () => {
  it('is checked for guards that were switched off', async () => {
    const { storageFaults } = world.store.engine;
    expect(await storageFaults()).toEqual([]);
    await runOn(database.url, 'alter table plan disable trigger plan_deleted_is_final');
    expect(await storageFaults()).toEqual([
      'the trigger plan_deleted_is_final of plan is disabled',
    ]);
    await runOn(database.url, 'alter table plan enable trigger plan_deleted_is_final');
  });

  it('shows one moment in a snapshot', async () => {
    const counts = await world.store.engine.snapshot(async (db) => {
      const before = await db.selectFrom('plan').select('id').execute();
      await catalogue.plan();
      const after = await db.selectFrom('plan').select('id').execute();
      return after.length - before.length;
    });
    expect(counts).toBe(0);
    expect(await catalogue.rows('plan')).toHaveLength(1);
  });
});

describe('starting', () => {
  it('refuses a server that does not answer, in one line without the password', async () => {
    const attempt = connect('postgres://someone:secret@127.0.0.1:1/plans');
    await expect(attempt).rejects.toThrow(/^(?!.*secret).*ECONNREFUSED.*$/);
  });

  it('refuses a database that would bend text', async () => {
    const name = `latin_${crypto.randomUUID().replaceAll('-', '')}`;
    const server = inject('postgresUrl');
    await runOn(
      server,
      `create database ${name} encoding latin1 locale 'C' locale_provider libc template template0`,
    );
    const url = new URL(server);
    url.pathname = name;
    await expect(connect(url.href)).rejects.toThrow('encoded in LATIN1, not in UTF8');
    await runOn(server, `drop database ${name} with (force)`);
  });

  it('refuses a database that cannot be written to', async () => {
    const frozen = await newPostgresDatabase();
    await runOn(
      frozen.url,
      `alter database ${new URL(frozen.url).pathname.slice(1)} set default_transaction_read_only = on`,
    );
    await expect(connect(frozen.url)).rejects.toThrow(
      'cannot be written to: it is a replica, or set to read only',
    );
    await frozen.remove();
  });

  it('refuses a user who may not write to the tables, and names both', async () => {
    const role = `reader_${crypto.randomUUID().replaceAll('-', '')}`;
    await runOn(
      database.url,
      `create role ${role} login; grant select on all tables in schema public to ${role}`,
    );
    const url = new URL(database.url);
    const { username } = url;
    url.username = role;
    await expect(connect(url.href)).rejects.toThrow(
      `its tables belong to ${username}, and the user is ${role}`,
    );
    await runOn(database.url, `drop owned by ${role}; drop role ${role}`);
  });

  it('is as durable as the disk, for any setting of the database', async () => {
    const lazy = await newPostgresDatabase();
    await runOn(
      lazy.url,
      `alter database ${new URL(lazy.url).pathname.slice(1)} set synchronous_commit = off`,
    );
    const engine = await connect(lazy.url);
    const { rows } = await sql`show synchronous_commit`.execute(engine.writing);
    expect(rows).toEqual([{ synchronous_commit: 'on' }]);
    await engine.close();
    await lazy.remove();
  });
});
