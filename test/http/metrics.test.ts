import Sqlite from 'better-sqlite3';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Database, newSqliteFile, onEveryEngine, World } from '../engines.ts';
import { Gateway, keyOf } from '../gateway.ts';
import { packageVersion } from '../package-version.ts';

/** The samples by name and labels, as Prometheus reads them. */
const samplesOf = (text: string): Map<string, number> =>
  new Map(
    text
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => {
        const end = line.lastIndexOf(' ');
        return [line.slice(0, end), Number(line.slice(end + 1))];
      }),
  );

const scrape = async ({ url }: Gateway): Promise<Map<string, number>> => {
  const response = await fetch(`${url}/metrics`);
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  return samplesOf(await response.text());
};

const requests = (surface: string, operation: string, status: number) =>
  `plans_gateway_requests_total{surface="${surface}",operation="${operation}",status="${status}"}`;
const duration = (part: string, surface: string, operation: string, le = '') =>
  `plans_gateway_request_duration_seconds_${part}{surface="${surface}",operation="${operation}"${le && `,le="${le}"`}}`;

onEveryEngine('the metrics', (world) => {
  let gateway: Gateway;
  let key: string;
  beforeAll(async () => {
    key = await keyOf(world(), await world().newTenant());
  });
  beforeEach(async () => {
    gateway = await Gateway.start(world());
    return () => gateway.close();
  });

  const rest = (
    path: string,
    init: { method?: string; headers?: Record<string, string>; body?: string } = {},
  ) =>
    fetch(`${gateway.url}/api/v1${path}`, {
      ...init,
      headers: { 'x-api-key': key, ...init.headers },
    });

  it('count requests by surface, operation and status, and how long they took', async () => {
    for (let count = 0; count < 3; count += 1) await gateway.graphql(key, '{ viewer { mode } }');
    await gateway.graphql(key, '{ nothing }');
    await gateway.graphql('ck_live_nobody', '{ viewer { mode } }');
    await rest('/plans');
    await rest('/plans/pln_0');
    const samples = await scrape(gateway);
    expect(samples.get(requests('graphql', 'viewer', 200))).toBe(3);
    expect(samples.get(requests('graphql', 'invalid', 400))).toBe(1);
    expect(samples.get(requests('graphql', 'unknown', 401))).toBe(1);
    expect(samples.get(requests('rest', 'list-plans', 200))).toBe(1);
    expect(samples.get(requests('rest', 'get-plan', 404))).toBe(1);
    expect(samples.get(duration('count', 'graphql', 'viewer'))).toBe(3);
    expect(samples.get(duration('bucket', 'graphql', 'viewer', '+Inf'))).toBe(3);
    const buckets = [...samples].filter(([name]) =>
      name.startsWith(duration('bucket', 'graphql', 'viewer').slice(0, -1)),
    );
    const counts = buckets.map(([, count]) => count);
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
    const sum = samples.get(duration('sum', 'graphql', 'viewer')) ?? 0;
    expect(sum > 0 && sum < 30).toBe(true);
  });

  it('show what is under way, the connections, the queue and the process', async () => {
    const ofReads = 'plans_gateway_database_connections{pool="reading",state="in_use"}';
    // The schedule looks once a second for what is due.
    await expect.poll(async () => (await scrape(gateway)).get(ofReads)).toBe(0);
    const samples = await scrape(gateway);
    expect(samples.get('plans_gateway_requests_in_flight')).toBe(1);
    const labels = `version="${packageVersion}",node_version="${process.version}"`;
    expect(samples.get(`plans_gateway_build_info{${labels}}`)).toBe(1);
    for (const pool of ['reading', 'writing']) {
      expect(samples.get(`plans_gateway_database_queue{pool="${pool}"}`)).toBe(0);
    }
    const ofWrites = 'plans_gateway_database_connections{pool="writing",state="in_use"}';
    expect(samples.get(ofWrites)).toBe(0);
    expect(samples.get('nodejs_eventloop_lag_p99_seconds')).toBeGreaterThan(0);
    expect(samples.get('process_resident_memory_bytes')).toBeGreaterThan(0);
  });

  it('see a queue of writes', async () => {
    const { engine } = world().store;
    const holder = engine.name === 'sqlite' ? 1 : 10;
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const held = Array.from({ length: holder }, () =>
      engine.writing.connection().execute(async () => {
        await released;
      }),
    );
    const waiting = engine.writing.connection().execute(async () => {});
    await expect.poll(() => engine.load().writing).toEqual({ inUse: holder, idle: 0, waiting: 1 });
    const samples = await scrape(gateway);
    release();
    await Promise.all([...held, waiting]);
    expect(samples.get('plans_gateway_database_queue{pool="writing"}')).toBe(1);
    expect(samples.get('plans_gateway_database_connections{pool="writing",state="in_use"}')).toBe(
      holder,
    );
  });

  it('show what the database takes, and how many entries the audit log has', async () => {
    const { engine } = world().store;
    const { kept } = await engine.reading
      .selectFrom('audit_log')
      .select(({ fn }) => fn.countAll<number>().as('kept'))
      .executeTakeFirstOrThrow();
    const statements = await world().statementsOf(async () => {
      const samples = await scrape(gateway);
      expect(samples.get('plans_gateway_audit_log_entries')).toBe(kept);
      expect(samples.get('plans_gateway_database_bytes')).toBeGreaterThan(100_000);
      const ofEngine = ['database_free_bytes', 'database_wal_bytes', 'audit_log_bytes'].filter(
        (name) => samples.has(`plans_gateway_${name}`),
      );
      expect(ofEngine).toEqual(
        engine.name === 'sqlite'
          ? ['database_free_bytes', 'database_wal_bytes']
          : ['audit_log_bytes'],
      );
    });
    expect(statements.join()).not.toContain('count(*)');
    const again = await world().statementsOf(() => scrape(gateway));
    expect(again.filter((text) => /relation_size|audit_purged/.test(text))).toEqual([]);
  });

  it('are answered without sizes while the database does not answer', async () => {
    const { engine } = world().store;
    const stuck = vi.spyOn(engine, 'size').mockReturnValueOnce(new Promise(() => {}));
    const samples = await scrape(gateway);
    stuck.mockRestore();
    expect(samples.has('plans_gateway_database_bytes')).toBe(false);
    expect(samples.has('plans_gateway_requests_in_flight')).toBe(true);
  });

  it('count replays', async () => {
    const create = () =>
      rest('/plan-groups', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': 'again' },
        body: '{"name":"Group"}',
      });
    expect([(await create()).status, (await create()).status]).toEqual([201, 201]);
    expect((await scrape(gateway)).get('plans_gateway_idempotent_replays_total')).toBe(1);
  });

  it('do not grow with what clients make up', async () => {
    const nonsense = async (seed: string) => {
      await gateway.graphql(key, `query ${seed} { ${seed}: viewer { mode } }`);
      await gateway.graphql(key, `{ ${seed} }`);
      await gateway.graphql(key, `{ plan(id: "${seed}") { id } }`, {}, { 'x-request-id': seed });
      await gateway.graphql(seed, '{ viewer { mode } }');
      await rest(`/plans/${seed}`);
      await rest(`/${seed}/${seed}?${seed}=${seed}`, { headers: { 'commet-version': seed } });
      for (const method of ['DELETE', 'PROPFIND', 'PUT', 'PATCH', 'OPTIONS'])
        await fetch(`${gateway.url}/${seed}`, {
          method,
          headers: { 'user-agent': seed, origin: `https://${seed}` },
        });
    };
    await nonsense('first');
    await scrape(gateway);
    const before = await scrape(gateway);
    for (let count = 0; count < 20; count += 1) await nonsense(`made_up_${count}`);
    const after = await scrape(gateway);
    // Node's own samples come and go with what its handles are.
    const ours = (samples: Map<string, number>) =>
      [...samples.keys()].filter((name) => name.startsWith('plans_gateway_'));
    expect(ours(after)).toEqual(ours(before));
    expect([...after.keys()].join('\n')).not.toContain('made_up');
  });
});

describe('the metrics of one server', () => {
  let database: Database;
  let world: World;
  let key: string;
  beforeAll(async () => {
    database = await newSqliteFile();
    world = await World.open(database.url);
    key = await keyOf(world, await world.newTenant());
    return async () => {
      await world.close();
      await database.remove();
    };
  });

  it('count what is refused, by kind', async () => {
    const gateway = await Gateway.start(world, { RATE_LIMIT: '4', MAX_CONCURRENT_REQUESTS: '1' });
    const refused = async (kind: string) =>
      (await scrape(gateway)).get(`plans_gateway_refusals_total{kind="${kind}"}`);
    expect([await refused('rate'), await refused('overload')]).toEqual([0, 0]);
    const other = new Sqlite(database.url.slice('file:'.length));
    other.exec('begin immediate');
    const waiting = gateway.graphql(
      key,
      'mutation { createPlanGroup(input: { name: "G" }) { __typename } }',
    );
    await expect
      .poll(async () => (await scrape(gateway)).get('plans_gateway_requests_in_flight'))
      .toBe(2);
    expect((await gateway.graphql(key, '{ viewer { mode } }')).status).toBe(503);
    other.exec('rollback');
    other.close();
    expect((await waiting).status).toBe(200);
    const statuses = [];
    for (let count = 0; count < 4; count += 1)
      statuses.push((await gateway.graphql(key, '{ viewer { mode } }')).status);
    expect(statuses).toEqual([200, 200, 429, 429]);
    expect([await refused('rate'), await refused('overload')]).toEqual([2, 1]);
    await gateway.close();
  });

  it('are its own, of several in one process', async () => {
    const [first, second] = await Promise.all([Gateway.start(world), Gateway.start(world)]);
    await first.graphql(key, '{ viewer { mode } }');
    expect((await scrape(first)).get(requests('graphql', 'viewer', 200))).toBe(1);
    expect((await scrape(second)).get(requests('graphql', 'viewer', 200))).toBeUndefined();
    await Promise.all([first.close(), second.close()]);
  });

  it('are for those who have the token', async () => {
    const production = { NODE_ENV: 'production', LOG_LEVEL: 'silent' };
    const METRICS_TOKEN = 'a-token-of-some-length';
    const statusAt = async (
      environment: Record<string, string>,
      headers: Record<string, string> = {},
    ) => {
      const gateway = await Gateway.start(world, environment);
      const { status } = await fetch(`${gateway.url}/metrics`, { headers });
      await gateway.close();
      return status;
    };
    expect(await statusAt({})).toBe(200);
    expect(await statusAt(production)).toBe(404);
    expect(await statusAt(production, { authorization: 'Bearer undefined' })).toBe(404);
    for (const environment of [{ METRICS_TOKEN }, { ...production, METRICS_TOKEN }]) {
      expect(await statusAt(environment)).toBe(401);
      expect(await statusAt(environment, { authorization: `Bearer ${METRICS_TOKEN}x` })).toBe(401);
      expect(await statusAt(environment, { authorization: `Bearer ${key}` })).toBe(401);
      expect(await statusAt(environment, { authorization: `Bearer ${METRICS_TOKEN}` })).toBe(200);
    }
    await expect(statusAt({ METRICS_TOKEN: 'short' })).rejects.toThrow(
      'METRICS_TOKEN must have at least 16 characters',
    );
  });
});
