import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { bootstrap } from '../../src/domain/bootstrap.ts';
import { newCatalogue } from '../catalogue.ts';
import { anyone, type Database, emptyDatabases, World } from '../engines.ts';
import { keyOf } from '../gateway.ts';
import { command } from './command.ts';
import { serve } from './serving.ts';

// Each start of the real command takes its time.
vi.setConfig({ testTimeout: 120_000 });

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plans-gateway-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const newSecret = () => `ck_live_${randomBytes(32).toString('base64url')}`;

const ask = async (url: string, secret: string, query: string) => {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': secret },
    body: JSON.stringify({ query }),
  });
  return { status: response.status, body: await response.json() };
};

describe.each(emptyDatabases)('a first key from the environment, on %s', (_engine, create) => {
  let database: Database;
  beforeAll(async () => {
    database = await create();
  });
  afterAll(() => database.remove());

  const secret = newSecret();
  const environment = (file = secretFile(secret)) => ({
    DATABASE_URL: database.url,
    BOOTSTRAP_ADMIN_KEY_FILE: file,
    BOOTSTRAP_ORGANIZATION: 'Acme',
    NODE_ENV: 'production',
    LOG_LEVEL: 'info',
  });
  const secretFile = (content: string) => {
    const file = join(mkdtempSync(join(folder, 'key-')), 'key');
    writeFileSync(file, `${content}\n`);
    return file;
  };
  const run = (...args: string[]) => command(args, { DATABASE_URL: database.url });
  const keys = async () =>
    JSON.parse((await run('keys', 'list', '--organization', 'Acme', '--json')).stdout);

  it('is made once by two processes that start together, and works', async () => {
    await run('migrate');
    const servers = await Promise.all([1, 2].map(() => serve(folder, environment())));
    for (const { url } of servers) {
      const query = '{ viewer { mode organization { name } } }';
      const { status, body } = await ask(url, secret, query);
      expect({ status, body }).toMatchObject({
        status: 200,
        body: {
          data: {
            viewer: {
              mode: 'LIVE',
              organization: { name: 'Acme' },
            },
          },
        },
      });
    }
    const [server] = servers;
    const trail = await ask(
      server?.url ?? '',
      secret,
      '{ auditLog(first: 9) { nodes { operation changes { type after } } } }',
    );
    expect(trail.body.data.auditLog.nodes).toMatchObject([
      { operation: 'createOrganization', changes: [{ type: 'Organization' }, { type: 'ApiKey' }] },
    ]);
    for (const { signal } of servers) signal('SIGTERM');
    const outcomes = await Promise.all(servers.map(({ outcome }) => outcome));
    const told = outcomes.map(({ stdout, stderr }) => stdout + stderr);
    const [key, ...others] = await keys();
    expect(others).toEqual([]);
    expect(key).toMatchObject({ scope: 'admin', mode: 'live', hint: secret.slice(-4) });
    expect(
      told.filter((text) => text.includes(`BOOTSTRAP_ADMIN_KEY is its key ${key.id}`)),
    ).toHaveLength(1);
    for (const text of [...told, JSON.stringify(trail)]) expect(text).not.toContain(secret);
  });

  it('is not made again: neither once it is revoked, nor with another secret', async () => {
    const [{ id }] = await keys();
    await run('keys', 'revoke', id);
    for (const file of [secretFile(secret), secretFile(newSecret())]) {
      const { url, printed, signal, outcome } = await serve(folder, environment(file));
      expect((await ask(url, secret, '{ viewer { mode } }')).status).toBe(401);
      expect(printed).not.toContain('BOOTSTRAP_ADMIN_KEY');
      signal('SIGTERM');
      await outcome;
    }
    expect(await keys()).toHaveLength(1);
    expect((await run('organizations', 'list')).stdout.match(/Acme/g)).toHaveLength(1);
    expect(await run('check')).toMatchObject({ code: 0 });
  });

  it('is made once under many names at once', async () => {
    const fresh = await create();
    const worlds = await Promise.all([1, 2].map(() => World.open(fresh.url)));
    const made = await Promise.all(
      [0, 1, 2, 3].map((at) =>
        bootstrap(
          (worlds[at % 2] as World).store,
          { organization: `Name ${at}`, secret: newSecret() },
          anyone,
        ),
      ),
    );
    expect(made.filter(Boolean)).toHaveLength(1);
    for (const world of worlds) await world.close();
    await fresh.remove();
  });

  it('is not made beside an organization', async () => {
    const fresh = await create();
    const world = await World.open(fresh.url);
    await newCatalogue(world);
    const first = { organization: 'Acme', secret: newSecret() };
    expect(await bootstrap(world.store, first, anyone)).toBeUndefined();
    await world.close();
    await fresh.remove();
  });

  it('has the form that the gateway gives its own', async () => {
    const fresh = await create();
    const world = await World.open(fresh.url);
    const { tenant } = await newCatalogue(world);
    const own = await keyOf(world, tenant);
    expect(readConfig({ BOOTSTRAP_ADMIN_KEY: own }).bootstrap).toEqual({
      organization: 'Default',
      secret: own,
    });
    await world.close();
    await fresh.remove();
  });
});

it('outside production it takes the place of the demo', async () => {
  const secret = newSecret();
  const { url, printed, signal, outcome } = await serve(folder, {
    DATABASE_URL: 'file:development.db',
    BOOTSTRAP_ADMIN_KEY: secret,
  });
  expect(printed).not.toContain('Keys of the demo');
  const query = '{ viewer { organization { name } } plans { totalCount } }';
  expect((await ask(url, secret, query)).body.data).toEqual({
    viewer: { organization: { name: 'Default' } },
    plans: { totalCount: 0 },
  });
  signal('SIGTERM');
  await outcome;
});

it.each([
  'ck_live_short',
  `ck_sandbox_${'a'.repeat(43)}`,
  `pk_live_${'a'.repeat(43)}`,
  `ck_live_${'a'.repeat(44)}`,
  `ck_live_${'ä'.repeat(43)}`,
  'a'.repeat(51),
])('the start refuses %s, and does not say it', async (key) => {
  const { code, stdout, stderr } = await command(['serve'], {
    DATABASE_URL: `file:${folder}/none.db`,
    BOOTSTRAP_ADMIN_KEY: key,
  });
  expect(stderr).toMatch(/^error: BOOTSTRAP_ADMIN_KEY must be ck_live_ and 43 letters.*\n$/);
  expect(stderr).not.toContain(key);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
});
