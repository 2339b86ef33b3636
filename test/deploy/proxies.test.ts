import { setTimeout as sleep } from 'node:timers/promises';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDemoCatalogue } from '../../src/cli/demo/create.ts';
import { readConfig } from '../../src/config.ts';
import type { Tenant } from '../../src/domain/operation.ts';
import { listPlans, updatePlan } from '../../src/domain/plan.ts';
import { createPublishableKey } from '../../src/domain/publishable-key.ts';
import { anyone, newSqliteFile, World } from '../engines.ts';
import { Gateway, keyOf } from '../gateway.ts';
import { programOf, unless } from '../program.ts';
import { deployed, ShippedProxy } from './proxy.ts';

const SECONDS = 1;

const database = await newSqliteFile();
const world = await World.open(database.url);
let gateway: Gateway;
let tenant: Tenant;
let page: string;
let key: string;

beforeAll(async () => {
  gateway = await Gateway.start(world, {
    LOG_LEVEL: 'info',
    PUBLIC_CACHE_SECONDS: String(SECONDS),
    PUBLIC_URL: 'https://plans.example.com',
    TRUST_PROXY: '1',
    RATE_LIMIT: '6000',
    RATE_LIMIT_WITHOUT_KEY: '30',
  });
  tenant = await world.newTenant();
  await world.store.write(tenant, anyone, createDemoCatalogue);
  key = await keyOf(world, tenant);
  const made = await world.store.write(tenant, anyone, (w) =>
    createPublishableKey(w, { name: 'page', allowedOrigins: ['https://shop.example'] }),
  );
  page = `/pricing-page?group=workspace&key=${made.secret}`;
});
afterAll(async () => {
  await gateway.close();
  await world.close();
  await database.remove();
});

/** The statuses that the gateway has answered for pages. */
const reached = () =>
  gateway.log.filter(({ path }) => path === '/pricing-page').map(({ status }) => status);

describe.each(['nginx', 'caddy'] as const)('the settings for %s', (name) => {
  const here = programOf(name) ? it : it.skip;
  let proxy: ShippedProxy;
  beforeAll(async () => {
    if (programOf(name)) proxy = await ShippedProxy.before(gateway.url, name);
    return () => proxy?.remove();
  });

  here(`serve by TLS, and send all others there${unless(name)}`, async () => {
    const health = await proxy.ask('/health');
    expect([health.status, health.headers['strict-transport-security']]).toEqual([
      200,
      'max-age=31536000',
    ]);
    expect(await proxy.redirectOf('/docs?version=x')).toMatch(
      /^https:\/\/plans\.example\.com(:\d+)?\/docs\?version=x$/,
    );
    expect((await proxy.ask('/metrics')).status).toBe(404);
  });

  here('pass on what is compressed, each client in its own coding', async () => {
    const decoders = { br: brotliDecompressSync, gzip: gunzipSync, identity: (b: Buffer) => b };
    const texts = new Set<string>();
    for (const [coding, decode] of Object.entries(decoders))
      for (let time = 0; time < 2; time += 1) {
        const { headers, bytes } = await proxy.ask(page, {
          headers: { 'accept-encoding': coding },
        });
        expect(headers['content-encoding'] ?? 'identity').toBe(coding);
        expect(headers.vary).toContain('accept-encoding');
        texts.add(decode(bytes).toString());
      }
    expect(texts.size).toBe(1);
  });

  here('count each visitor by its own address, whatever it claims', async () => {
    const statuses = [];
    for (let time = 0; time < 35; time += 1) {
      const claimed = { 'x-forwarded-for': `203.0.113.${time}`, 'x-api-key': 'ck_live_wrong' };
      statuses.push((await proxy.ask('/api/v1/plans', { headers: claimed })).status);
    }
    expect(statuses).toContain(429);
  });

  here('let files of catalogues through, and nothing much longer', async () => {
    const send = (bytes: number) =>
      proxy.ask('/catalogue/change-sets', {
        method: 'POST',
        headers: { 'x-api-key': key, 'content-type': 'application/yaml' },
        body: `catalogue: 1\n${'#'.repeat(bytes)}\n`,
      });
    const { status, bytes } = await send(2 ** 20 - 1_000);
    expect(String(bytes)).not.toContain('payload_too_large');
    expect(status).not.toBe(413);
    const refused = await send(4 * 2 ** 20).catch(() => ({ status: 413 }));
    expect([413, 502]).toContain(refused.status);
  });

  it('wait longer than a GraphQL request may take', () => {
    const { graphqlLimits, keepAliveMs } = readConfig({});
    const text = deployed(name === 'nginx' ? 'nginx/plans-gateway.conf' : 'caddy/Caddyfile');
    const secondsOf = (setting: string) =>
      Number(new RegExp(`^\\s*${setting} (\\d+)s`, 'm').exec(text)?.[1]);
    const waits = name === 'nginx' ? 'proxy_read_timeout' : 'response_header_timeout';
    expect(secondsOf(waits)).toBeGreaterThan(2 * graphqlLimits.seconds);
    if (name === 'caddy') expect(secondsOf('keepalive')).toBeLessThan(keepAliveMs / 1000);
  });
});

describe('the cache of nginx', () => {
  const here = programOf('nginx') ? it : it.skip;
  let proxy: ShippedProxy;
  beforeAll(async () => {
    if (programOf('nginx')) proxy = await ShippedProxy.before(gateway.url, 'nginx');
    return () => proxy?.remove();
  });
  const gzip = { headers: { 'accept-encoding': 'gzip' } };
  const cacheStatus = async (path: string) =>
    (await proxy.ask(path, gzip)).headers['x-cache-status'];

  here('answers alone for as long as it may, and then asks with the tag', async () => {
    const path = `${page}&locale=de`;
    expect(await cacheStatus(path)).toBe('MISS');
    const before = reached().length;
    expect(await cacheStatus(path)).toBe('HIT');
    expect(reached()).toHaveLength(before);
    // nginx counts whole seconds; one answer more comes at once, while the cache asks.
    await sleep(SECONDS * 1_000);
    await expect
      .poll(
        async () => {
          await cacheStatus(path);
          return reached()[before];
        },
        { timeout: 5_000 },
      )
      .toBe(304);
  });

  here('shows a change once the tag is another', async () => {
    const path = `${page}&locale=fr`;
    const text = async () => gunzipSync((await proxy.ask(path, gzip)).bytes).toString();
    const { items } = await listPlans(world.store.reader(tenant), {}, { first: 20 });
    const before = await text();
    const shown = items.find(({ name }) => before.includes(`"${name}"`));
    if (!shown) throw new Error('the page shows a plan');
    await world.store.write(tenant, anyone, (w) => updatePlan(w, shown.id, { name: 'Renamed' }));
    expect(await text()).toBe(before);
    await sleep(SECONDS * 1_000 + 100);
    await expect.poll(text, { timeout: 5_000 }).toContain('"Renamed"');
  });

  here('keeps nothing of keys in headers, nor of writes', async () => {
    const asked = { headers: { 'x-api-key': key } };
    for (let time = 0; time < 3; time += 1)
      expect((await proxy.ask('/api/v1/plans', asked)).headers['x-cache-status']).toBe('MISS');
  });
});
