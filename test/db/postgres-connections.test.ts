import { sql } from 'kysely';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connect } from '../../src/db/engine/connect.ts';
import type { Engine } from '../../src/db/engine/engine.ts';
import { migrate } from '../../src/db/engine/migrate.ts';
import { findTenant } from '../../src/db/records/organization.ts';
import { Store } from '../../src/db/store.ts';
import { ensureOrganization } from '../../src/domain/organization.ts';
import { createPlan, listPlans } from '../../src/domain/plan.ts';
import { anyone } from '../engines.ts';
import { PostgresServer } from '../postgres-server.ts';

const ALL = 12;

let server: PostgresServer;
beforeAll(async () => {
  server = await PostgresServer.start({ maxConnections: ALL });
});
afterAll(() => server.remove());

/** Takes connections until the server has so many left. */
const takeAllBut = async (left: number): Promise<() => Promise<void>> => {
  const strangers: Client[] = [];
  const refuses = async (): Promise<boolean> => {
    const stranger = new Client({ connectionString: server.url() });
    stranger.on('error', () => {});
    try {
      await stranger.connect();
    } catch {
      return true;
    }
    strangers.push(stranger);
    return false;
  };
  while (!(await refuses()));
  for (const stranger of strangers.splice(0, left)) await stranger.end();
  return async () => {
    for (const stranger of strangers) await stranger.end();
  };
};

const open = async (poolSize: number): Promise<Engine> => {
  const engine = await connect(server.url(), { upgrades: true, poolSize });
  await migrate(engine);
  return engine;
};

const load = ({ reading, writing }: Engine) =>
  Array.from({ length: 60 }, (_, count) =>
    sql`select pg_sleep(0.005)`.execute(count % 2 ? reading : writing),
  );

it.each([0, 1, 3])(
  'requests make do with our connections where the server has %i to spare',
  async (spare) => {
    const engine = await open(20);
    const store = new Store(engine);
    await ensureOrganization(store, 'Acme', anyone);
    const tenant = await findTenant(store, 'Acme', 'live');
    if (!tenant) throw new Error('there is no tenant');
    const release = await takeAllBut(spare);
    try {
      await Promise.all([
        ...load(engine),
        ...Array.from({ length: 10 }, (_, count) =>
          store.write(tenant, anyone, (w) =>
            createPlan(w, { name: 'Plan', code: `plan_${spare}_${count}` }),
          ),
        ),
        ...Array.from({ length: 30 }, () => listPlans(store.reader(tenant), {}, {})),
      ]);
    } finally {
      await release();
      await engine.close();
    }
  },
);

it('opens more again once the server has some', async () => {
  const engine = await open(8);
  const release = await takeAllBut(0);
  await Promise.all(load(engine));
  expect(engine.load().reading.idle).toBe(1);
  await release();
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  await Promise.all(load(engine));
  expect(engine.load()).toMatchObject({ reading: { idle: 4 }, writing: { idle: 4 } });
  await engine.close();
});

it('uses no more than DATABASE_POOL_SIZE says', async () => {
  const engine = await open(6);
  await Promise.all(load(engine));
  expect(engine.load()).toMatchObject({ reading: { idle: 3 }, writing: { idle: 3 } });
  await engine.close();
});
