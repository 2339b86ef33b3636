import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import type { Lease } from '../../src/domain/shared-limits.ts';
import { LeasedBudgets } from '../../src/http/leased-budgets.ts';
import { newCatalogue } from '../catalogue.ts';
import { type Database, newPostgresDatabase, runOn, World } from '../engines.ts';
import { Gateway, keyOf } from '../gateway.ts';
import { Build, ServerProcess } from '../server-process.ts';

const CHILDREN = 2;

/** Tests may wait for the next minute, and begin again. */
const TIMEOUT_MS = 200_000;

describe('limits that processes share', { timeout: TIMEOUT_MS }, () => {
  let build: Build;
  let database: Database;
  let world: World;
  let key: string;
  beforeAll(async () => {
    build = await Build.make();
    database = await newPostgresDatabase();
    world = await World.open(database.url);
  }, 120_000);
  afterAll(async () => {
    await world.close();
    await database.remove();
    await build.remove();
  });
  beforeEach(async () => {
    const shop = await newCatalogue(world);
    key = await keyOf(world, shop.tenant);
    await shop.plan();
  });

  /** Of the servers. */
  let output = '';
  /** Where the machine is too busy for the database to answer in time, servers count alone. */
  const countedTogether = async () => {
    // The log is written a moment later.
    await sleep(1_000);
    return !output.includes('shared rate limits');
  };

  /** No test begins so late in a minute that it ends in the next one. */
  const earlyInMinute = async (seconds: number) => {
    const left = 60_000 - (Date.now() % 60_000);
    if (left < seconds * 1_000) await sleep(left + 100);
  };

  const servers = async (
    environment: Record<string, string>,
    work: (urls: string[], processes: ServerProcess[]) => Promise<void>,
  ) => {
    output = '';
    const processes = await Promise.all(
      Array.from({ length: CHILDREN }, () =>
        ServerProcess.start(
          build,
          database.url,
          {
            RATE_LIMIT_SHARED: 'on',
            RESPONSE_CACHE: 'off',
            LOG_LEVEL: 'warn',
            ...environment,
          },
          (text) => {
            output += text;
          },
        ),
      ),
    );
    try {
      await work(
        processes.map(({ url }) => url),
        processes,
      );
    } finally {
      await Promise.all(processes.map((server) => server.kill()));
    }
  };

  const ask = (url: string, secret = key) =>
    fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': secret },
      body: '{"query":"{ plans(first: 10) { nodes { id name } } }"}',
    });
  /** Statuses of so many requests, by count. */
  const statusesOf = async (urls: string[], count: number, atOnce: number) => {
    const statuses = new Map<number, number>();
    let sent = 0;
    const send = async () => {
      while (sent < count) {
        const url = urls[sent % urls.length] ?? '';
        sent += 1;
        const { status } = await ask(url);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, send));
    return Object.fromEntries(statuses);
  };

  it.each([20, 500])('let exactly %i requests a minute through two servers', async (limit) => {
    await servers({ RATE_LIMIT: String(limit) }, async (urls) => {
      for (let attempt = 0; ; attempt += 1) {
        await earlyInMinute(20);
        output = '';
        const statuses = await statusesOf(urls, limit + 100, 16);
        if (statuses[200] !== limit && attempt < 3 && !(await countedTogether())) {
          key = await keyOf(world, await world.newTenant());
          continue;
        }
        expect(statuses).toEqual({ 200: limit, 429: 100 });
        break;
      }
      const refused = await ask(urls[0] ?? '');
      expect(refused.headers.get('ratelimit-limit')).toBe(String(limit));
      expect(refused.headers.get('ratelimit-remaining')).toBe('0');
      const wait = Number(refused.headers.get('retry-after'));
      expect(wait > 0 && wait <= 60).toBe(true);
      const other = await keyOf(world, await world.newTenant());
      expect((await ask(urls[0] ?? '', other)).status).toBe(200);
    });
  });

  it('let no more points a minute through two servers than there are', async () => {
    await servers({ RATE_LIMIT_COST: '2000' }, async (urls) => {
      await earlyInMinute(20);
      let spent = 0;
      let refusals = 0;
      for (let count = 0; refusals < 4 && count < 1_000; count += 1) {
        const answer = await ask(urls[count % 2] ?? '');
        const body = await answer.json();
        if (answer.status === 429) refusals += 1;
        else spent += body.extensions.cost.spent;
      }
      expect(refusals).toBe(4);
      if (spent > 2_000 && (await countedTogether())) expect(spent).toBeLessThanOrEqual(2_000);
      expect(spent).toBeGreaterThan(1_700);
    });
  });

  it('cost a statement for many requests', async () => {
    const environment = { RATE_LIMIT_SHARED: 'on', RATE_LIMIT: '6000', DATABASE_URL: database.url };
    await Gateway.during(world, environment, async (gateway) => {
      await earlyInMinute(20);
      const statements = await world.statementsOf(async () => {
        for (let count = 0; count < 180; count += 1)
          expect((await ask(gateway.url)).status).toBe(200);
      });
      const leases = statements.filter((text) => text.includes('insert into rate_limit_lease'));
      // Two of 94 and 93 requests, and some of points.
      expect(leases.length).toBeGreaterThan(1);
      expect(leases.length).toBeLessThan(8);
    });
  });

  it('are kept by each process alone while the database does not answer', async () => {
    const environment = { RATE_LIMIT_SHARED: 'on', RATE_LIMIT: '30', DATABASE_URL: database.url };
    await Gateway.during(world, environment, async (gateway) => {
      await earlyInMinute(20);
      expect((await ask(gateway.url)).status).toBe(200);
      await runOn(database.url, 'alter table rate_limit_lease rename to elsewhere');
      const statuses = await statusesOf([gateway.url], 60, 4);
      await runOn(database.url, 'alter table elsewhere rename to rate_limit_lease');
      expect(statuses).toEqual({ 200: 29, 429: 31 });
      const told = gateway.log.filter(({ requestId }) => requestId === 'shared rate limits');
      expect(told).toHaveLength(1);
    });
  });

  it('do not wait for a database that has fallen silent', async () => {
    const environment = { RATE_LIMIT_SHARED: 'on', RATE_LIMIT: '30', DATABASE_URL: database.url };
    await Gateway.during(world, environment, async (gateway) => {
      expect((await ask(gateway.url)).status).toBe(200);
      const held = await world.store.engine.maintenance.startTransaction().execute();
      await sql`lock table rate_limit_lease in access exclusive mode`.execute(held);
      expect((await ask(gateway.url)).status).toBe(200);
      await held.rollback().execute();
    });
  });

  it('drop what earlier minutes have left', async () => {
    const environment = { RATE_LIMIT_SHARED: 'on', RATE_LIMIT: '30', DATABASE_URL: database.url };
    await Gateway.during(world, environment, async (gateway) => {
      await ask(gateway.url);
    });
    const { maintenance } = world.store.engine;
    await sql`update rate_limit_lease set minute = minute - 10`.execute(maintenance);
    await Gateway.during(world, environment, async () => {
      await expect
        .poll(async () => (await sql`select 1 from rate_limit_lease`.execute(maintenance)).rows)
        .toEqual([]);
    });
  });
});

describe('a budget on lease', () => {
  const budgetsOf = (limit: number, store: { taken: number }) =>
    new LeasedBudgets({
      kind: 'requests',
      limit,
      report: () => {},
      lease: async (_name, { needed, wished }) => {
        const left = limit - store.taken;
        const granted = left < needed ? 0 : Math.min(left, Math.max(wished, 1));
        store.taken += granted;
        return { granted, left: limit - store.taken, resetMs: 60_000 };
      },
    });

  it('gives away what was given back, and asks for what work has cost in addition', async () => {
    const store = { taken: 0 };
    const budgets = budgetsOf(100, store);
    const { account } = await budgets.take('key', 60);
    budgets.correct(account, -50);
    expect(budgets.leftOf(account)).toBe(90);
    expect(await budgets.take('key', 50)).toMatchObject({ isRefused: false, left: 40 });
    expect(store.taken).toBe(60);
    budgets.correct(account, 30);
    expect(await budgets.take('key', 20)).toMatchObject({ isRefused: true, left: 10 });
    expect(await budgets.take('key', 10)).toMatchObject({ isRefused: false, left: 0 });
    expect(await budgets.take('key', 0)).toMatchObject({ isRefused: true });
  });

  it('is counted alone while a lease does not come, and uses the lease when it does', async () => {
    const failures: unknown[] = [];
    let come = (_lease: Lease) => {};
    const lease = () =>
      new Promise<Lease>((resolve) => {
        come = resolve;
      });
    const budgets = new LeasedBudgets({
      kind: 'requests',
      limit: 2,
      lease,
      report: (failure) => failures.push(failure),
    });
    const answers = [];
    for (let count = 0; count < 3; count += 1) answers.push(await budgets.take('key', 1));
    expect(answers.map(({ isRefused }) => isRefused)).toEqual([false, false, true]);
    expect(failures).toHaveLength(1);
    come({ granted: 3, left: 0, resetMs: 60_000 });
    await expect.poll(() => budgets.accountOf('key').held).toBe(1);
  });

  it('answers requests that wait together with one lease', async () => {
    const store = { taken: 0 };
    const budgets = budgetsOf(10, store);
    const answers = await Promise.all(Array.from({ length: 15 }, () => budgets.take('key', 1)));
    expect(answers.filter(({ isRefused }) => !isRefused)).toHaveLength(10);
  });
});

it('RATE_LIMIT_SHARED is refused without PostgreSQL', () => {
  expect(() => readConfig({ RATE_LIMIT_SHARED: 'on' })).toThrow(
    'RATE_LIMIT_SHARED needs PostgreSQL',
  );
});
