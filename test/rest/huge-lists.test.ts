import { connect } from 'node:net';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fill } from '../../src/cli/seed/fill.ts';
import { refreshStatistics } from '../../src/db/engine/statistics.ts';
import { createFeature } from '../../src/domain/feature.ts';
import { updatePlan } from '../../src/domain/plan.ts';
import { newCatalogue } from '../catalogue.ts';
import { type Database, newPostgresDatabase, newSqliteFile, World } from '../engines.ts';
import { keyOf } from '../gateway.ts';
import { Build, ServerProcess } from '../server-process.ts';

const PLANS = 1_000;
const FEATURES = 200;
const HEAP_MB = 512;
const MB = 2 ** 20;

const versions = ['2026-05-25', '2026-07-31'];

let build: Build;
beforeAll(async () => {
  build = await Build.make();
});
afterAll(() => build.remove());

/** A tenant whose plans have hundreds of features each. */
const crowd = async (world: World) => {
  const catalogue = await newCatalogue(world);
  const { store } = world;
  const { tenant } = catalogue;
  for await (const _done of fill(store, tenant, PLANS));
  for (let number = 0; number < FEATURES; number += 1)
    await catalogue.change((w) =>
      createFeature(w, {
        name: `Crowd ${number}`,
        code: `crowd_${number}`,
        type: 'quota',
        unitName: 'piece',
      }),
    );
  const { rows } = await sql<{ id: string }>`
    select id from plan where tenant_id = ${tenant.id} order by id limit 1`.execute(
    store.engine.reading,
  );
  // Far quicker than two hundred thousand operations.
  await sql`
    insert into plan_feature (tenant_id, id, plan_id, feature_id, plan_is_free, plan_consumption_model, feature_type, enabled,
        included_amount, unlimited, overage_enabled, overage_unit_price, pricing_mode, created_at, updated_at)
      select plan.tenant_id, 'plf_' || substr(plan.id, 5) || substr(feature.id, 6), plan.id, feature.id, plan.is_free,
        plan.consumption_model, feature.type, 1, 10, 0, 0, 0, 'fixed', feature.created_at, feature.created_at
      from plan join feature on feature.tenant_id = plan.tenant_id
      where plan.tenant_id = ${tenant.id} and feature.code like 'crowd%'`.execute(
    store.engine.maintenance,
  );
  await refreshStatistics(store.engine);
  return { catalogue, key: await keyOf(world, tenant), firstPlan: rows[0]?.id ?? '' };
};

it.each<[string, () => Promise<Database>]>([
  ['sqlite', newSqliteFile],
  ['postgres', newPostgresDatabase],
])(
  'a server with a small heap answers the longest list, to those who take it and to those who do ' +
    'not, on %s',
  {
    timeout: 240_000,
  },
  async (_engine, create) => {
    const database = await create();
    const world = await World.open(database.url);
    const { catalogue, key, firstPlan } = await crowd(world);
    const server = await ServerProcess.start(build, database.url, {
      NODE_OPTIONS: `--max-old-space-size=${HEAP_MB}`,
      RATE_LIMIT: 'off',
    });
    const list = (version: string, headers: Record<string, string> = {}, method = 'GET') =>
      fetch(`${server.url}/api/v1/plans?includePrivate=true`, {
        method,
        headers: { 'x-api-key': key, 'commet-version': version, ...headers },
      });
    try {
      // A first list, after which the server has what it needs.
      await (await list('2026-05-25')).arrayBuffer();
      const before = await server.memory();
      const { hostname, port } = new URL(server.url);
      const deaf = Array.from({ length: 10 }, (_, place) => {
        const coding = place % 2 ? 'identity' : 'br';
        const socket = connect(Number(port), hostname, () =>
          socket.write(
            `GET /api/v1/plans HTTP/1.1\r\nhost: localhost\r\nx-api-key: ${key}\r\n` +
              `accept-encoding: ${coding}\r\n\r\n`,
          ),
        );
        socket.on('error', () => {});
        return socket.pause();
      });
      const tags: (string | null)[] = [];
      const lengths = new Map<string, number>();
      await Promise.all(
        versions.map(async (version) => {
          const answer = await list(version);
          expect(answer.status).toBe(200);
          expect(answer.headers.get('content-encoding')).toBe('gzip');
          tags.push(answer.headers.get('etag'));
          const text = await answer.text();
          lengths.set(version, text.length);
          // Too long for one text or one heap, were there more than one of them.
          expect(text.length).toBeGreaterThan(30 * MB);
          const { data, hasMore } = JSON.parse(text);
          expect([data.length, hasMore]).toEqual([PLANS, false]);
          for (const plan of data) expect(plan.features.length).toBeGreaterThanOrEqual(FEATURES);
        }),
      );
      expect(new Set(tags).size).toBe(versions.length);
      // What lies in buffers counts here as well.
      expect((await server.memory()) - before).toBeLessThan(250 * MB);
      for (const socket of deaf) socket.destroy();

      const [version = ''] = versions;
      const head = await list(version, {}, 'HEAD');
      const etag = head.headers.get('etag') ?? '';
      expect(etag).toMatch(/^W\/"/);
      const plain = await list(version, { 'accept-encoding': 'identity' });
      expect([plain.headers.get('content-encoding'), plain.headers.get('etag')]).toEqual([
        null,
        etag,
      ]);
      expect((await plain.text()).length).toBe(lengths.get(version));
      const confirmed = await list(version, { 'if-none-match': etag });
      expect([confirmed.status, await confirmed.text()]).toEqual([304, '']);
      await catalogue.change((w) => updatePlan(w, firstPlan, { name: 'Another' }));
      const changed = await list(version, { 'if-none-match': etag });
      expect(changed.status).toBe(200);
      expect(await changed.text()).toContain('"name":"Another"');
      expect(server.isRunning).toBe(true);
    } finally {
      await server.kill();
      await world.close();
      await database.remove();
    }
  },
);
