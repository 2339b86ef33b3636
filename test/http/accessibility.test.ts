import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDemoCatalogue } from '../../src/cli/demo/create.ts';
import { launchBrowser } from '../browser.ts';
import { type Database, newSqliteFile, World } from '../engines.ts';
import { Gateway, keyOf } from '../gateway.ts';

/** Pages as axe judges them, light and dark, on a desk and on a phone. */

const PATIENCE_MS = 120_000;

let database: Database;
let world: World;
let gateway: Gateway;
let browser: Browser;
let axe: string;
let key: string;
beforeAll(async () => {
  database = await newSqliteFile();
  world = await World.open(database.url);
  const tenant = await world.newTenant();
  await world.store.write(tenant, { apiKeyId: null, requestId: null }, createDemoCatalogue);
  key = await keyOf(world, tenant);
  gateway = await Gateway.start(world, {}, key);
  browser = await launchBrowser();
  axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
}, PATIENCE_MS);
afterAll(async () => {
  await browser.close();
  await gateway.close();
  await world.close();
  await database.remove();
});

type Scheme = 'light' | 'dark';

const looks: [Scheme, number][] = [
  ['light', 390],
  ['dark', 1400],
];

const visit = async (
  path: string,
  [colorScheme, width]: [Scheme, number],
  work: (page: Page) => Promise<void>,
) => {
  // Without our content policy, which keeps axe out as well.
  const context = await browser.newContext({
    colorScheme,
    viewport: { width, height: 900 },
    bypassCSP: true,
  });
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    await page.goto(`${gateway.url}${path}`);
    await work(page);
  } finally {
    await context.close();
  }
};

/**
 * What axe finds in the page: the rule and the element. What lies inside `foreign` is drawn by
 * others, who may redraw it meanwhile.
 */
const findings = async (
  page: Page,
  { rules, foreign = 'nothing' }: { rules?: string[]; foreign?: string } = {},
) => {
  await page.evaluate(axe);
  const options = JSON.stringify({ elementRef: true, ...(rules && { runOnly: rules }) });
  const found: string[] = await page.evaluate(`
    axe.run(document, ${options}).then(({ violations }) =>
      violations.flatMap(({ id, nodes }) =>
        nodes.filter(({ element }) => element.isConnected && !element.closest('${foreign}')).map(({ html }) => id + ': ' + html)))
  `);
  return found;
};

const mainsOf = (page: Page): Promise<number> => page.locator('main, [role=main]').count();

const sidewaysOf = (page: Page): Promise<number> =>
  page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');

/** How bright the text is, from 0 to 255. */
const inkOf = (page: Page, selector: string): Promise<number> =>
  page.evaluate(
    `Math.max(...getComputedStyle(document.querySelector('${selector}')).color.match(/\\d+/g).slice(0, 3))`,
  );

const expectScheme = async (page: Page, scheme: Scheme, selector = 'body') => {
  if (scheme === 'light') expect(await inkOf(page, selector)).toBeLessThan(100);
  else expect(await inkOf(page, selector)).toBeGreaterThan(200);
};

/** An operation of each method, with its schemas and an answer of the server. */
const unfold = async (page: Page): Promise<void> => {
  await page.locator('.opblock').first().waitFor();
  await page.getByLabel('API key').fill(key);
  for (const method of ['get', 'post', 'put', 'patch', 'delete']) {
    const head = page.locator(`.opblock-${method} .opblock-summary-control`).first();
    if ((await head.count()) > 0) await head.click();
  }
  const read = page.locator('.opblock-get.is-open').first();
  await read.locator('.execute').click();
  await read.locator('.live-responses-table').waitFor();
  await page.locator('.opblock-post.is-open').getByRole('tab', { name: 'Schema' }).first().click();
};

describe.each(looks)('in %s, %i pixels wide', (scheme, width) => {
  const look: [Scheme, number] = [scheme, width];

  it.each([
    '/docs/errors',
    '/docs/errors/idempotency_in_progress',
    '/docs/lint',
    '/docs/lint/dearer-plan-lowers-limit',
    '/nowhere',
    `/${'long'.repeat(100)}`,
  ])(
    '%s has nothing that axe finds',
    (path) =>
      visit(path, look, async (page) => {
        expect(await findings(page)).toEqual([]);
        expect(await mainsOf(page)).toBe(1);
        expect(await sidewaysOf(page)).toBe(0);
        await expectScheme(page, scheme);
      }),
    PATIENCE_MS,
  );

  it(
    'the reference is legible throughout, and nothing of ours is wrong',
    () =>
      visit('/docs?version=2026-07-31', look, async (page) => {
        await unfold(page);
        expect(await page.locator('.swagger-ui .microlight code').count()).toBeGreaterThan(5);
        expect(await findings(page, { rules: ['color-contrast'] })).toEqual([]);
        expect(await findings(page, { foreign: '.swagger-ui' })).toEqual([]);
        expect(await mainsOf(page)).toBe(1);
        expect(await sidewaysOf(page)).toBe(0);
        await expectScheme(page, scheme);
        await expectScheme(page, scheme, '.swagger-ui');
      }),
    PATIENCE_MS,
  );

  it(
    'GraphiQL stands in a page of ours without a fault',
    () =>
      visit('/graphql', look, async (page) => {
        await page.locator('.graphiql-query-editor').waitFor();
        expect(await findings(page, { foreign: '#root *' })).toEqual([]);
        expect(await sidewaysOf(page)).toBe(0);
      }),
    PATIENCE_MS,
  );
});

describe('the reference', () => {
  it('is what a browser sees at the address of REST, and no client of REST', async () => {
    const asked = (accept: string, method = 'GET') =>
      fetch(`${gateway.url}/api/v1`, {
        method,
        headers: { accept, 'x-api-key': key },
        redirect: 'manual',
      });
    const shown = await asked('text/html,application/xhtml+xml;q=0.9,*/*;q=0.8');
    expect([shown.status, shown.headers.get('location')]).toEqual([302, '/docs']);
    for (const accept of ['*/*', 'application/json'])
      expect((await asked(accept)).status).toBe(404);
    expect((await asked('text/html', 'POST')).status).toBe(404);
  });

  it(
    'changes with the system from light to dark',
    () =>
      visit('/docs', ['light', 1400], async (page) => {
        await page.locator('.opblock').first().waitFor();
        await page.emulateMedia({ colorScheme: 'dark' });
        await expect.poll(() => inkOf(page, '.swagger-ui')).toBeGreaterThan(200);
      }),
    PATIENCE_MS,
  );
});
