import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { copyFile, readdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import Sqlite from 'better-sqlite3';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connect } from '../../src/db/engine/connect.ts';
import { assertDurable } from '../../src/db/engine/sqlite-file.ts';
import { backUp } from '../../src/db/maintenance/backup.ts';
import { auditInvariants } from '../../src/db/maintenance/invariants.ts';
import { findPlanByCode } from '../../src/db/records/plan.ts';
import { createPlan } from '../../src/domain/plan.ts';
import { isOlder } from '../../src/version.ts';
import { Catalogue, newCatalogue } from '../catalogue.ts';
import { anyone, type Database, newSqliteFile, World } from '../engines.ts';

const unavailable = { code: 'service_unavailable', retryAfter: 1 };

let database: Database;
let world: World;
let catalogue: Catalogue;
beforeEach(async () => {
  database = await newSqliteFile();
  world = await World.open(database.url);
  catalogue = await newCatalogue(world);
});
afterEach(async () => {
  await world.close();
  await database.remove();
});

const writing = () => world.store.engine.writing;
const path = () => database.url.slice('file:'.length);
const planNames = async () => (await catalogue.rows('plan')).map(({ name }) => name);

/** Another process, as far as SQLite can tell. */
const lockFile = (): Sqlite.Database => new Sqlite(path()).exec('begin immediate');

describe('a transaction', () => {
  it(
    'is refused the connection that it runs on, instead of waiting for itself for ' + 'ever',
    async () => {
      await expect(
        writing()
          .transaction()
          .execute(() => writing().selectFrom('plan').selectAll().execute()),
      ).rejects.toThrow('wait for itself');
      await expect(
        catalogue.change(async (w) => {
          await createPlan(w, { name: 'Outer', code: 'outer' });
          return catalogue.plan({ name: 'Inner' });
        }),
      ).rejects.toThrow('wait for itself');
      expect(await planNames()).toEqual([]);
      await catalogue.plan({ name: 'After' });
      expect(await planNames()).toEqual(['After']);
    },
  );

  it('lets all others wait for their turn meanwhile', async () => {
    const first = catalogue.change(async (w) => {
      await sleep(20);
      return createPlan(w, { name: 'First', code: 'first' });
    });
    await Promise.all([first, ...Array.from({ length: 50 }, () => catalogue.plan())]);
    expect(await planNames()).toHaveLength(51);
  });

  it('is not mistaken for what happens to run at the same time', async () => {
    const other = async (turns: number) => {
      for (let count = 0; count < turns; count += 1) await undefined;
      return catalogue.plan();
    };
    await Promise.all(Array.from({ length: 60 }, (_, turns) => other(turns)));
    expect(await planNames()).toHaveLength(60);
  });

  it('that waits for itself lets those go that wait for it', async () => {
    const stuck = catalogue.change(async (w) => {
      await createPlan(w, { name: 'Outer', code: 'outer' });
      return catalogue.plan({ name: 'Inner' });
    });
    const others = [catalogue.plan({ name: 'First' }), catalogue.plan({ name: 'Second' })];
    for (const attempt of await Promise.allSettled([stuck, ...others]))
      expect(attempt).toMatchObject({ status: 'rejected', reason: unavailable });
    await catalogue.plan({ name: 'After' });
    expect(await planNames()).toEqual(['After']);
  });

  it('may last for long, as long as it sends statements', async () => {
    const first = catalogue.change(async (w) => {
      const plan = await createPlan(w, { name: 'First', code: 'first' });
      for (let count = 0; count < 8; count += 1) {
        await sleep(300);
        await findPlanByCode(w, plan.code);
      }
      return plan;
    });
    await Promise.all([first, catalogue.plan({ name: 'Second' })]);
    expect(await planNames()).toEqual(['First', 'Second']);
  });

  it('leaves no trace on the code that comes after it', async () => {
    await catalogue.plan();
    const next = catalogue.plan();
    await expect(writing().selectFrom('plan').selectAll().execute()).resolves.toHaveLength(2);
    await next;
  });

  it('takes no statement once SQLite has ended it, and says why it ended', async () => {
    const plan = await catalogue.plan({ name: 'Kept' });
    const again = sql`insert or rollback into plan select * from plan where id = ${plan.id}`;
    const attempt = writing()
      .transaction()
      .execute(async (transaction) => {
        await transaction.updateTable('plan').set({ name: 'Changed' }).execute();
        await again.execute(transaction).catch(() => {});
        await transaction.updateTable('plan').set({ name: 'Changed outside' }).execute();
      });
    await expect(attempt).rejects.toThrow('UNIQUE constraint failed');
    expect(await planNames()).toEqual(['Kept']);
    await catalogue.plan({ name: 'After' });
  });

  it('does not commit what SQLite has undone', async () => {
    const plan = await catalogue.plan({ name: 'Kept' });
    const attempt = writing()
      .transaction()
      .execute(async (transaction) => {
        await transaction.updateTable('plan').set({ name: 'Changed' }).execute();
        await sql`insert or rollback into plan select * from plan where id = ${plan.id}`
          .execute(transaction)
          .catch(() => {});
      });
    await expect(attempt).rejects.toThrow('UNIQUE constraint failed');
    expect(await planNames()).toEqual(['Kept']);
  });
});

describe('while another process writes', () => {
  it('waits without blocking', async () => {
    const other = lockFile();
    const plan = catalogue.plan({ name: 'Waited' });
    const slept = sleep(50).then(() => other.exec('rollback'));
    await Promise.all([plan, slept]);
    expect(await planNames()).toEqual(['Waited']);
    other.close();
  });

  it('turns everyone away after the same short time', async () => {
    const other = lockFile();
    const started = performance.now();
    const attempts = await Promise.allSettled([
      catalogue.plan(),
      catalogue.plan(),
      catalogue.plan(),
    ]);
    for (const attempt of attempts)
      expect(attempt).toMatchObject({ status: 'rejected', reason: unavailable });
    expect(performance.now() - started).toBeGreaterThan(1_900);
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(await planNames()).toEqual([]);
    other.close();
    await catalogue.plan();
  });

  it('reads', async () => {
    await catalogue.plan({ name: 'Read' });
    const other = lockFile();
    expect(await planNames()).toEqual(['Read']);
    other.close();
  });
});

describe('the queue of writers', () => {
  it('is bounded', async () => {
    let end = () => {};
    const held = new Promise<void>((resolve) => {
      end = resolve;
    });
    const first = world.store.engine.writing.transaction().execute(() => held);
    const waiting = Array.from({ length: 1_001 }, () =>
      world.store.engine.writing.selectFrom('plan').select('id').execute(),
    );
    await expect(Promise.race(waiting)).rejects.toMatchObject(unavailable);
    end();
    await first;
    const settled = await Promise.allSettled(waiting);
    expect(settled.filter(({ status }) => status === 'rejected')).toHaveLength(1);
  });

  it('leaves time for everything else between two writers', async () => {
    let turns = 0;
    const count = () => {
      turns += 1;
      timer = setImmediate(count);
    };
    let timer = setImmediate(count);
    await Promise.all(Array.from({ length: 100 }, () => catalogue.plan()));
    clearImmediate(timer);
    expect(turns).toBeGreaterThan(90);
  });
});

describe('a snapshot', () => {
  it('shows one moment', async () => {
    await catalogue.plan();
    const { engine } = world.store;
    const counts = await engine.snapshot(async (db) => {
      const before = await db.selectFrom('plan').select('id').execute();
      await catalogue.plan();
      const after = await db.selectFrom('plan').select('id').execute();
      return [before.length, after.length];
    });
    expect(counts).toEqual([1, 1]);
    expect(await planNames()).toHaveLength(2);
  });
});

describe('a backup', () => {
  const target = () => `${path()}.backup`;

  it('is made while two processes write, and holds one moment whole', async () => {
    for (let count = 0; count < 100; count += 1)
      await catalogue.plan({ metadata: { filling: 'y'.repeat(15_000) } });
    const other = await World.open(database.url);
    let isDone = false;
    const writing = [world, other].map(async ({ store }, index) => {
      for (let count = 0; !isDone; count += 1) {
        const code = `during_${index}_${count}`;
        await store.write(catalogue.tenant, anyone, (w) => createPlan(w, { name: 'During', code }));
        await turn();
      }
    });
    const reports: [number, number][] = [];
    await backUp(world.url, target(), (...report) => reports.push(report));
    isDone = true;
    await Promise.all(writing);
    await other.close();
    const [done, total] = reports.at(-1) ?? [];
    expect(reports.length).toBeGreaterThan(1);
    expect(done).toBe(total);

    const restored = await World.open(`file:${target()}`);
    const copied = new Catalogue(restored, catalogue.tenant);
    expect((await copied.rows('plan')).length).toBeGreaterThanOrEqual(100);
    expect((await copied.rows('audit_log')).length).toBe(await copied.revision());
    expect(await auditInvariants(restored.store)).toEqual([]);
    expect(await restored.store.engine.storageFaults()).toEqual([]);
    await restored.close();
  });

  it('is one file, and overwrites none', async () => {
    await catalogue.plan();
    await backUp(world.url, target(), () => {});
    const files = await readdir(dirname(path()));
    expect(files.filter((file) => file.includes('backup'))).toEqual(['plans.db.backup']);
    await expect(backUp(world.url, target(), () => {})).rejects.toThrow('exists already');
  });

  it('of damaged data does not count', async () => {
    const plan = await catalogue.plan();
    await catalogue.price(plan);
    const raw = new Sqlite(path());
    raw.pragma('foreign_keys = off');
    raw.exec('delete from plan');
    raw.close();
    await expect(backUp(world.url, target(), () => {})).rejects.toThrow(
      'the copy is damaged: a row of plan_price points at nothing',
    );
    expect(await readdir(dirname(path()))).not.toContain('plans.db.backup');
  });
});

describe('starting', () => {
  it.each([
    ['journal_mode = delete', 'the journal mode is not WAL'],
    ['synchronous = normal', 'synchronous is not FULL'],
    ['foreign_keys = off', 'foreign keys are not enforced'],
    ['trusted_schema = on', 'the schema is trusted'],
  ])('refuses %s', async (setting, reason) => {
    const folder = await newSqliteFile();
    const file = new Sqlite(folder.url.slice('file:'.length));
    for (const safe of [
      'journal_mode = wal',
      'synchronous = full',
      'foreign_keys = on',
      'trusted_schema = off',
    ])
      file.pragma(safe);
    assertDurable(file);
    file.pragma(setting);
    expect(() => assertDurable(file)).toThrow(reason);
    file.close();
    await folder.remove();
  });

  it.each([
    ['3.51.2', true],
    ['3.9.10', true],
    ['2.99.99', true],
    ['3.51', true],
    ['3.51.3', false],
    ['3.51.10', false],
    ['3.100.0', false],
    ['4', false],
  ])('takes SQLite %s for older than 3.51.3: %s', (version, expected) => {
    expect(isOlder(version, '3.51.3')).toBe(expected);
  });

  it('refuses what cannot be made durable', async () => {
    await expect(connect('file::memory:')).rejects.toThrow(
      ':memory: cannot be used: SQLite: the journal mode is not WAL',
    );
    expect(existsSync(':memory:')).toBe(false);
  });

  it('waits for another process that has just made the file', async () => {
    const fresh = await newSqliteFile();
    const other = new Worker(
      `const { parentPort, workerData } = require('node:worker_threads');
       const file = new (require('better-sqlite3'))(workerData);
       file.exec('create table made (id); begin immediate');
       parentPort.postMessage('locked');
       setTimeout(() => { file.exec('commit'); file.close(); }, 200);`,
      { eval: true, workerData: fresh.url.slice('file:'.length) },
    );
    try {
      await once(other, 'message');
      await (await connect(fresh.url)).close();
      await once(other, 'exit');
    } finally {
      await fresh.remove();
    }
  });

  it('refuses a file that is no database', async () => {
    const folder = await newSqliteFile();
    await copyFile(import.meta.filename, folder.url.slice('file:'.length));
    await expect(connect(folder.url)).rejects.toThrow(
      'plans.db cannot be used: file is not a database',
    );
    await folder.remove();
  });

  it(
    'finds the database with everything in it, and the log emptied by the end ' + 'before',
    async () => {
      await catalogue.plan({ name: 'Kept' });
      const witness = new Sqlite(path(), { readonly: true });
      const names = witness.prepare('select name from plan').pluck();
      expect(names.all()).toEqual(['Kept']);
      expect((await stat(`${path()}-wal`)).size).toBeGreaterThan(0);
      await world.close();
      expect((await stat(`${path()}-wal`)).size).toBe(0);
      expect(names.all()).toEqual(['Kept']);
      witness.close();
      world = await World.open(database.url);
      expect(await new Catalogue(world, catalogue.tenant).rows('plan')).toHaveLength(1);
    },
  );
});
