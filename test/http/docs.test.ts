import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalogue } from '../../src/errors.ts';
import { apiVersions } from '../../src/vocabulary.ts';
import { launchBrowser } from '../browser.ts';
import { type Database, newSqliteFile, World } from '../engines.ts';
import { Gateway, keyOf } from '../gateway.ts';

let database: Database;
let world: World;
let gateway: Gateway;
beforeAll(async () => {
  database = await newSqliteFile();
  world = await World.open(database.url);
  gateway = await Gateway.start(world);
});
afterAll(async () => {
  await gateway.close();
  await world.close();
  await database.remove();
});

const get = (path: string, init?: RequestInit) => fetch(`${gateway.url}${path}`, init);

describe('pages about errors', () => {
  it.each(Object.entries(catalogue))('%s', async (code, { status, meaning, type }) => {
    const response = await get(`/docs/errors/${code}`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const text = (await response.text()).replaceAll(/<[^>]+>/g, '');
    for (const part of [code, String(status), type, meaning.replaceAll('`', '')]) expect(text).toContain(part);
  });

  it('are where the errors themselves point', async () => {
    const key = await keyOf(world, await world.newTenant());
    for (const init of [{}, { headers: { 'x-api-key': key } }]) {
      const { error } = await (await get('/api/v1/plans/none', init)).json();
      const page = await fetch(error.doc_url);
      expect(await page.text()).toContain(`<code>${error.code}</code>`);
    }
  });

  it('are listed', async () => {
    const text = await (await get('/docs/errors')).text();
    for (const code of Object.keys(catalogue)) expect(text).toContain(`href="/docs/errors/${code}"`);
  });

  it.each([
    '/docs/errors/none',
    '/docs/errors/toString',
    '/docs/assets/package.json',
    '/docs/assets/..%2fpackage.json',
    '/docs/none',
  ])('do not exist for what there is not: %s', async (path) => {
    const response = await get(path);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ error: { code: 'not_found' } });
  });

  it('are only read', async () => {
    expect((await get('/docs/errors', { method: 'POST' })).status).toBe(404);
  });
});

describe('/openapi.json', () => {
  it('answers the version of new organizations, unless asked for another', async () => {
    const versionAt = async (path: string) => (await (await get(path)).json()).info.version;
    expect(await versionAt('/openapi.json')).toBe('2026-05-25');
    expect(await versionAt('/openapi.json?version=')).toBe('2026-05-25');
    expect(await versionAt('/openapi.json?version=2030-01-01')).toBe('2026-07-31');
    for (const version of apiVersions) expect(await versionAt(`/openapi.json?version=${version}`)).toBe(version);
  });
});

describe('the reference', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  it('works with the key that is given to it, and asks no other host for anything', async () => {
    const key = await keyOf(world, await world.newTenant());
    const page = await browser.newPage();
    const hosts = new Set<string>();
    const complaints: string[] = [];
    page.on('request', (request) => hosts.add(new URL(request.url()).origin));
    page.on('pageerror', ({ message }) => complaints.push(message));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    await page.goto(`${gateway.url}/docs`);
    await page.getByLabel('Version').selectOption('2026-07-31');
    await page.waitForURL('**/docs?version=2026-07-31');
    const operation = page.locator('#operations-Features-create-feature');
    await operation.getByRole('button').first().click();
    await operation.locator('textarea').fill('{"name":"Calls","code":"calls","type":"usage"}');
    const execute = async () => {
      const answered = page.waitForResponse('**/api/v1/features');
      await operation.getByRole('button', { name: 'Execute' }).click();
      const answer = await answered;
      return { status: answer.status(), body: await answer.json() };
    };
    await page.getByLabel('API key').fill(key);
    expect(await execute()).toMatchObject({ status: 201, body: { object: 'feature', code: 'calls' } });
    await operation.getByText('"code": "calls"').first().waitFor();
    expect(complaints).toEqual([]);
    await page.getByLabel('API key').fill('');
    expect(await execute()).toMatchObject({ status: 401 });
    expect([...hosts]).toEqual([gateway.url]);
  }, 90_000);
});
