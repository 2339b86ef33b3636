import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, newSqliteFile, World } from '../engines.ts';
import { Gateway, keyOf } from '../gateway.ts';

/** Whose GraphiQL starts with the demo's live admin key. */

let database: Database;
let world: World;
let key: string;
beforeAll(async () => {
  database = await newSqliteFile();
  world = await World.open(database.url);
  key = await keyOf(world, await world.newTenant());
});
afterAll(async () => {
  await world.close();
  await database.remove();
});

/**
 * GraphiQL's page, asked for by a client that writes the header Host as it likes, which `fetch`
 * does not.
 */
const explorerAt = (url: string, headers: Record<string, string> = {}): Promise<string> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const to = { hostname: hostname.replace(/[[\]]/g, ''), port, path: '/graphql' };
    const sent = request(
      { ...to, agent: false, headers: { accept: 'text/html', ...headers } },
      (response) => {
        text(response).then(resolve, reject);
      },
    );
    sent.on('error', reject).end();
  });

const during = async (
  environment: Record<string, string>,
  work: (gateway: Gateway) => Promise<void>,
) => {
  const gateway = await Gateway.start(world, environment, key);
  try {
    await work(gateway);
  } finally {
    await gateway.close();
  }
};

const expectExplorer = async (page: Promise<string>, { withKey }: { withKey: boolean }) => {
  const html = await page;
  expect(html).toContain('<title>Plans Gateway</title>');
  expect(html.includes(key)).toBe(withKey);
};

describe('GraphiQL hands the demo key', () => {
  it('to a browser on this machine', () =>
    during({}, async ({ url }) => {
      await expectExplorer(explorerAt(url), { withKey: true });
      const { port } = new URL(url);
      for (const host of ['localhost', `localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`])
        await expectExplorer(explorerAt(url, { host }), { withKey: true });
    }));

  it('to a browser on this machine that comes by IPv6, or by IPv4 to an IPv6 socket', () =>
    during({ HOST: '::' }, async ({ url }) => {
      const { port } = new URL(url);
      for (const host of ['[::1]', '127.0.0.1'])
        await expectExplorer(explorerAt(`http://${host}:${port}`), { withKey: true });
    }));

  it('to no page of a foreign name that leads here', () =>
    during({}, async ({ url }) => {
      for (const host of [
        'rebound.example',
        'rebound.example:4000',
        '127.0.0.1.nip.io',
        '192.168.1.7:4000',
        '0.0.0.0',
      ])
        await expectExplorer(explorerAt(url, { host }), { withKey: false });
    }));

  it('to no client of a proxy on this machine', () =>
    during({}, async ({ url }) => {
      for (const headers of [
        { 'x-forwarded-for': '127.0.0.1' },
        { forwarded: 'for=10.0.0.1' },
        { via: '1.1 proxy' },
      ])
        await expectExplorer(explorerAt(url, headers), { withKey: false });
    }));

  it('to no script of another origin, even an allowed one', () =>
    during({ CORS_ORIGINS: 'http://localhost:3000' }, async ({ url }) => {
      await expectExplorer(explorerAt(url, { origin: 'http://localhost:3000' }), {
        withKey: false,
      });
    }));

  it.each([{ TRUST_PROXY: 'on' }, { PUBLIC_URL: 'https://plans.example' }])(
    'to nobody where a proxy is expected: %j',
    (environment) =>
      during(environment, async ({ url }) => {
        await expectExplorer(explorerAt(url), { withKey: false });
      }),
  );

  it('where PUBLIC_URL names this machine', () =>
    during({ PUBLIC_URL: 'http://localhost:4000' }, async ({ url }) => {
      await expectExplorer(explorerAt(url), { withKey: true });
    }));
});
