import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LintRule, lintRules } from '../../src/domain/catalogue/finding.ts';
import { ruleTexts } from '../../src/domain/catalogue/lint/rule-texts.ts';
import { catalogue } from '../../src/errors.ts';
import { explorerPage } from '../../src/graphql/graphiql.ts';
import { createDocs } from '../../src/http/docs.ts';
import { apiVersions } from '../../src/vocabulary.ts';
import { launchBrowser } from '../browser.ts';
import { type Database, newSqliteFile, World } from '../engines.ts';
import { Gateway, keyOf } from '../gateway.ts';
import { packageVersion } from '../package-version.ts';
import { newRequest } from '../request/requests.ts';
import { Build, ServerProcess } from '../server-process.ts';

/** Compilers and browsers take their time. */
const PATIENCE_MS = 120_000;

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

describe('pages about rules of the lint', () => {
  it.each(Object.entries(lintRules))('%s', async (rule, severity) => {
    const response = await get(`/docs/lint/${rule}`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const text = (await response.text())
      .replaceAll(/<[^>]+>/g, '')
      .replaceAll('&amp;', '&')
      .replaceAll('&quot;', '"');
    const { finds, matters, remedy, failing, passing } = ruleTexts[rule as LintRule];
    for (const part of [rule, severity, failing, passing]) expect(text).toContain(part);
    for (const part of [finds, matters, remedy]) expect(text).toContain(part.replaceAll('`', ''));
  });

  it('are listed', async () => {
    const text = await (await get('/docs/lint')).text();
    for (const rule of Object.keys(lintRules)) expect(text).toContain(`href="/docs/lint/${rule}"`);
  });
});

describe('pages about errors', () => {
  it.each(Object.entries(catalogue))('%s', async (code, { status, meaning, type }) => {
    const response = await get(`/docs/errors/${code}`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const text = (await response.text()).replaceAll(/<[^>]+>/g, '');
    for (const part of [code, String(status), type, meaning.replaceAll('`', '')])
      expect(text).toContain(part);
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
    for (const code of Object.keys(catalogue))
      expect(text).toContain(`href="/docs/errors/${code}"`);
  });

  it.each([
    '/docs/errors/none',
    '/docs/errors/toString',
    '/docs/lint/none',
    '/docs/lint/toString',
    '/docs/assets/package.json',
    '/docs/assets/..%2fpackage.json',
    '/docs/none',
  ])('do not exist for what there is not: %s', async (path) => {
    const response = await get(path);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ error: { code: 'not_found' } });
  });

  it.each(['/nowhere', '/docs/errors/none', '/docs/assets/none', '/graphql/'])(
    'say to a person in a browser that there is nothing at %s',
    async (path) => {
      const accept = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
      const response = await get(path, { headers: { accept } });
      expect(response.status).toBe(404);
      expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(response.headers.get('vary')).toMatch(/\baccept\b/);
      expect(response.headers.get('cache-control')).toBe('no-store');
      const html = await response.text();
      expect(html).toContain(`There is nothing at ${path}.`);
      expect(html).toContain('href="/docs/errors/not_found"');
      const program = await get(path, { headers: { accept: 'application/json' } });
      expect([program.status, program.headers.get('content-type')]).toEqual([
        404,
        'application/json',
      ]);
    },
  );

  it('print what a browser asked for as text', async () => {
    const response = await get('/<img src=x onerror=alert(1)>"', {
      headers: { accept: 'text/html' },
    });
    expect(response.status).toBe(404);
    expect(await response.text()).not.toMatch(/<img|"alert/);
    const encoded = await get('/%3Cimg%20src=x%3E`<b>`', { headers: { accept: 'text/html' } });
    expect(await encoded.text()).not.toMatch(/<img|<b>/);
  });

  it('are only read', async () => {
    expect((await get('/docs/errors', { method: 'POST' })).status).toBe(404);
  });
});

/**
 * A proxy that serves another server below a path, as nginx does by `location /plans/ { proxy_pass
 * http://…/; }`.
 */
const mounted = async (path: string, target: () => string): Promise<Server> => {
  const server = createServer((incoming, outgoing) => {
    const { method, headers, url = '' } = incoming;
    if (!url.startsWith(`${path}/`)) {
      outgoing.writeHead(502).end();
      return;
    }
    incoming.pipe(
      request(target() + url.slice(path.length), { method, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(outgoing);
      }),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
};

describe('below a path that PUBLIC_URL names', () => {
  const PATH = '/plans';
  let proxy: Server;
  let url: string;
  let below: Gateway;
  beforeAll(async () => {
    proxy = await mounted(PATH, () => below.url);
    url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}${PATH}`;
    below = await Gateway.start(world, { PUBLIC_URL: url });
  });
  afterAll(async () => {
    proxy.close();
    proxy.closeAllConnections();
    await below.close();
  });

  it('redirects, links and addresses lead there', async () => {
    const first = await fetch(`${url}/`, { redirect: 'manual' });
    expect(first.headers.get('location')).toBe(`${PATH}/graphql`);
    for (const path of ['/docs', '/docs/errors', '/docs/errors/duplicate']) {
      const html = await (await fetch(url + path)).text();
      const links = [...html.matchAll(/(?:href|src|action)="(?!data:)([^"]*)"/g)].map(
        ([, link]) => link ?? '',
      );
      expect(links.length).toBeGreaterThan(1);
      for (const link of links) expect((await fetch(new URL(link, url))).status).toBe(200);
    }
    const document = await (await fetch(`${url}/openapi.json`)).json();
    expect(document.servers).toEqual([{ url: `${PATH}/api/v1` }]);
    const { error } = await (await fetch(`${url}/api/v1/plans`)).json();
    expect((await fetch(error.doc_url)).status).toBe(200);
    expect(error.doc_url).toBe(`${url}/docs/errors/unauthorized`);
  });

  it('the reference and the explorer work in a browser', async () => {
    const browser = await launchBrowser();
    try {
      const key = await keyOf(world, await world.newTenant());
      const page = await browser.newPage();
      const failures: string[] = [];
      page.on('response', (response) => {
        if (response.status() >= 400) failures.push(response.url());
      });
      await page.goto(`${url}/docs`);
      const operation = page.locator('#operations-Plans-list-plans');
      await operation.getByRole('button').first().click();
      await page.getByLabel('API key').fill(key);
      const answered = page.waitForResponse(`**${PATH}/api/v1/plans*`);
      await operation.getByRole('button', { name: 'Execute' }).click();
      expect((await answered).status()).toBe(200);
      const asked = page.waitForRequest((sent) => sent.method() === 'POST');
      await page.goto(`${url}/graphql`);
      expect((await asked).url()).toBe(`${url}/graphql`);
      expect(failures.filter((failed) => !failed.endsWith('/graphql'))).toEqual([]);
    } finally {
      await browser.close();
    }
  }, 90_000);
});

describe('what is the same for all', () => {
  it('is in memory once, however many take it', async () => {
    const docs = createDocs((path) => path);
    for (const path of [
      '/docs/assets/swagger-ui-bundle.js',
      '/docs/assets/swagger-ui.css',
      '/docs/assets/reference.js',
      '/openapi.json',
    ]) {
      const replies = await Promise.all(Array.from({ length: 5 }, () => docs(newRequest(path))));
      expect(replies[0]?.body).toBeInstanceOf(Uint8Array);
      expect(new Set(replies.map((reply) => reply?.body)).size).toBe(1);
    }
    const [first, second] = [await explorerPage(undefined), await explorerPage(undefined)];
    expect(first.body).toHaveProperty('length', expect.any(Number));
    expect(second.body).toBe(first.body);
    expect(first.tail?.length).toBeLessThan(10_000);
  });

  it('costs a server next to nothing, although hundreds ask and none takes it', async () => {
    const build = await Build.make();
    const database = await newSqliteFile();
    const server = await ServerProcess.start(build, database.url, { GRAPHIQL: 'on' });
    const { hostname, port } = new URL(server.url);
    try {
      const paths = ['/docs/assets/swagger-ui-bundle.js', '/graphql'];
      for (const path of paths)
        await (await fetch(server.url + path, { headers: { accept: 'text/html' } })).text();
      const before = await server.memory();
      const deaf = Array.from({ length: 20 }, (_, place) => {
        const asked = `GET ${paths[place % 2]} HTTP/1.1\r\nhost: localhost\r\naccept: text/html\r\n\r\n`;
        const socket = connect(Number(port), hostname, () => socket.write(asked.repeat(50)));
        socket.on('error', () => {});
        return socket.pause();
      });
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      // A thousand pages, of which the smaller one is 1.4 MB.
      expect((await server.memory()) - before).toBeLessThan(100 * 2 ** 20);
      for (const socket of deaf) socket.destroy();
      expect((await fetch(`${server.url}/health`)).status).toBe(200);
    } finally {
      await server.kill();
      await database.remove();
      await build.remove();
    }
  }, 90_000);
});

describe('/openapi.json', () => {
  it('names the version of the gateway apart from that of the API', async () => {
    for (const version of apiVersions) {
      const { info } = await (await get(`/openapi.json?version=${version}`)).json();
      expect(info).toMatchObject({ version, 'x-gateway-version': packageVersion });
    }
  });

  it('answers the version of new organizations, unless asked for another', async () => {
    const versionAt = async (path: string) => (await (await get(path)).json()).info.version;
    expect(await versionAt('/openapi.json')).toBe('2026-05-25');
    expect(await versionAt('/openapi.json?version=')).toBe('2026-05-25');
    expect(await versionAt('/openapi.json?version=2030-01-01')).toBe('2026-08-27');
    for (const version of apiVersions)
      expect(await versionAt(`/openapi.json?version=${version}`)).toBe(version);
  });
});

describe('the reference', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  }, PATIENCE_MS);
  afterAll(() => browser.close());

  it(
    'works with the key that is given to it, and asks no other host for anything',
    async () => {
      const key = await keyOf(world, await world.newTenant());
      const page = await browser.newPage();
      page.setDefaultTimeout(60_000);
      const hosts = new Set<string>();
      const complaints: string[] = [];
      page.on('request', (request) => hosts.add(new URL(request.url()).origin));
      page.on('pageerror', ({ message }) => complaints.push(message));
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(message.text());
      });
      await page.goto(`${gateway.url}/docs`);
      await page.getByLabel('Version').selectOption('2026-08-27');
      await page.waitForURL('**/docs?version=2026-08-27');
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
      expect(await execute()).toMatchObject({
        status: 201,
        body: { object: 'feature', code: 'calls' },
      });
      await operation.getByText('"code": "calls"').first().waitFor();
      expect(complaints).toEqual([]);
      await page.getByLabel('API key').fill('');
      expect(await execute()).toMatchObject({ status: 401 });
      expect([...hosts]).toEqual([gateway.url]);
    },
    PATIENCE_MS,
  );
});
