import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { expect, it, vi } from 'vitest';
import { newSqliteFile, onEveryEngine, World } from '../engines.ts';
import { Gateway } from '../gateway.ts';
import { PostgresServer } from '../postgres-server.ts';

const ready = async (gateway: Gateway) => {
  const response = await fetch(`${gateway.url}/ready`);
  return {
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    body: await response.json(),
  };
};
const yes = { status: 200, retryAfter: null, body: { status: 'ready' } };
const no = (reason: string) => ({
  status: 503,
  retryAfter: '1',
  body: { status: 'unavailable', reason },
});

/** How long an answer stays good. */
const AGE_MS = 1_000;

onEveryEngine('the server is ready', (world) => {
  /** Time passes when the test says so, however long its requests take. */
  const during = (work: (gateway: Gateway) => Promise<void>) =>
    Gateway.during(world(), {}, async (gateway) => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      try {
        await work(gateway);
      } finally {
        vi.useRealTimers();
      }
    });

  it('while the database answers and has every table, and asks it once a second at most', () =>
    during(async (gateway) => {
      world().statements.length = 0;
      const answers = await Promise.all(Array.from({ length: 50 }, () => ready(gateway)));
      expect(answers.every(({ status }) => status === 200)).toBe(true);
      vi.advanceTimersByTime(AGE_MS - 1);
      expect(await ready(gateway)).toEqual(yes);
      expect(world().statements).toHaveLength(1);
      vi.advanceTimersByTime(1);
      expect(await ready(gateway)).toEqual(yes);
      expect(world().statements).toHaveLength(2);
    }));

  it('not while a step of the tables is missing', () =>
    during(async (gateway) => {
      const { writing } = world().store.engine;
      await sql`update kysely_migration set name = 'x' || name`.execute(writing);
      expect(await ready(gateway)).toEqual(no('migrations'));
      await sql`update kysely_migration set name = substr(name, 2)`.execute(writing);
      vi.advanceTimersByTime(AGE_MS);
      expect(await ready(gateway)).toEqual(yes);
    }));

  it('not once a newer version has changed the tables', () =>
    during(async (gateway) => {
      const { writing } = world().store.engine;
      await sql`insert into kysely_migration values ('9999_future', '2100-01-01')`.execute(writing);
      expect(await ready(gateway)).toEqual(no('migrations'));
      await sql`delete from kysely_migration where name = '9999_future'`.execute(writing);
      vi.advanceTimersByTime(AGE_MS);
      expect(await ready(gateway)).toEqual(yes);
    }));

  it('not once it is told to stop, at once', () =>
    during(async (gateway) => {
      expect(await ready(gateway)).toEqual(yes);
      gateway.retire();
      expect(await ready(gateway)).toEqual(no('stopping'));
      expect((await fetch(`${gateway.url}/health`)).status).toBe(200);
    }));
});

it('a server whose file is gone bad is alive but not ready', async () => {
  const database = await newSqliteFile();
  const world = await World.open(database.url);
  const gateway = await Gateway.start(world);
  await sql`drop table kysely_migration`.execute(world.store.engine.writing);
  expect(await ready(gateway)).toEqual(no('database'));
  await gateway.close();
  await world.close();
  await database.remove();
});

it('a restart of PostgreSQL is seen, and its end', async () => {
  const server = await PostgresServer.start({ durable: false });
  const world = await World.open(server.url());
  const gateway = await Gateway.start(world);
  expect(await ready(gateway)).toEqual(yes);
  await server.stop('at once');
  await sleep(AGE_MS + 100);
  expect(await ready(gateway)).toEqual(no('database'));
  expect((await fetch(`${gateway.url}/health`)).status).toBe(200);
  await server.restart();
  await sleep(AGE_MS + 100);
  expect(await ready(gateway)).toEqual(yes);
  await gateway.close();
  await world.close();
  await server.remove();
});
