import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { createDemoCatalogue } from '../../src/cli/demo/create.ts';
import { changeTaxBehavior } from '../../src/domain/organization.ts';
import { createPublishableKey } from '../../src/domain/publishable-key.ts';
import { launchBrowser } from '../browser.ts';
import { anyone, type Database, newSqliteFile, World } from '../engines.ts';
import { Gateway, keyOf } from '../gateway.ts';
import { StaticServer } from './static-server.ts';
import {
  type Choices,
  pageToldBy,
  type ShownPage,
  TOLD_QUERY,
  type ToldPage,
} from './told-page.ts';

const ORGANIZATION = 'Acme';

/** An example at an origin of its own, a real gateway with the demo, and a real browser. */
export class ExampleSite {
  readonly world: World;
  readonly gateway: Gateway;
  readonly files: StaticServer;
  readonly browser: Browser;
  /** Of the page. */
  readonly key: string;
  /** Of somebody who may change the catalogue. */
  readonly #secretKey: string;

  private constructor(parts: {
    world: World;
    gateway: Gateway;
    files: StaticServer;
    browser: Browser;
    key: string;
    secretKey: string;
  }) {
    this.world = parts.world;
    this.gateway = parts.gateway;
    this.files = parts.files;
    this.browser = parts.browser;
    this.key = parts.key;
    this.#secretKey = parts.secretKey;
  }

  /** Opened before the tests of a suite, closed after them. */
  static forSuite(folder: URL): () => ExampleSite {
    let database: Database;
    let world: World;
    let site: ExampleSite;
    beforeAll(async () => {
      database = await newSqliteFile();
      world = await World.open(database.url);
      const { store } = world;
      const tenant = await world.tenantOf(ORGANIZATION, 'live');
      await store.write(tenant, anyone, createDemoCatalogue);
      await changeTaxBehavior(store, ORGANIZATION, 'exclusive', anyone);
      const files = await StaticServer.of(folder);
      const allowedOrigins = [files.origin];
      const made = await store.write(tenant, anyone, (w) =>
        createPublishableKey(w, { name: 'page', allowedOrigins }),
      );
      site = new ExampleSite({
        world,
        gateway: await Gateway.start(world, { LOG_LEVEL: 'info' }),
        files,
        browser: await launchBrowser(),
        key: made.secret ?? expect.fail('a new key has a secret'),
        secretKey: await keyOf(world, tenant),
      });
    }, 120_000);
    afterAll(async () => {
      await site.browser.close();
      await site.files.close();
      await site.gateway.close();
      await world.close();
      await database.remove();
    });
    return () => site;
  }

  addressWith(parameters: Record<string, string>): string {
    const search = new URLSearchParams({ gateway: this.gateway.url, key: this.key, ...parameters });
    return `${this.files.origin}/?${search}`;
  }

  /** A first visit, from which nothing stays behind. */
  async visit(
    address: string,
    options: BrowserContextOptions,
    work: (page: Page) => Promise<void>,
  ): Promise<void> {
    const context = await this.browser.newContext({
      viewport: { width: 1400, height: 900 },
      locale: 'en-US',
      ...options,
    });
    try {
      const page = await context.newPage();
      page.setDefaultTimeout(60_000);
      await page.goto(address);
      await settled(page);
      await work(page);
    } finally {
      await context.close();
    }
  }

  /** What the API says that a page should show. */
  async told({ country, locale, interval }: Choices): Promise<ShownPage> {
    return pageToldBy(await this.answer(country, locale), interval);
  }

  async answer(country: string, locale: string): Promise<ToldPage> {
    const from = { origin: this.files.origin };
    const variables = { country, locale };
    const { data, errors } = await this.gateway.graphql(this.key, TOLD_QUERY, variables, from);
    expect(errors).toBeUndefined();
    return data.pricingPage;
  }

  /** Changes the catalogue. */
  async change(mutation: string): Promise<Record<string, unknown>> {
    const { data, errors } = await this.gateway.graphql(this.#secretKey, mutation);
    expect(errors).toBeUndefined();
    return data;
  }

  /** Does something while the browser cannot reach the gateway. */
  async withoutGateway(page: Page, work: () => Promise<void>): Promise<void> {
    const everything = `${this.gateway.url}/**`;
    await page.route(everything, (route) => route.abort());
    await work();
    await page.unroute(everything);
  }

  /** Methods of the requests that come while something is done, preflights included. */
  async requestsDuring(work: () => Promise<void>): Promise<string[]> {
    const before = this.gateway.lines.length;
    await work();
    return this.gateway.log
      .slice(before)
      .filter(({ path }) => path === '/graphql')
      .map(({ method }) => method);
  }
}

/** Nothing is under way any more. */
export const settled = async (page: Page): Promise<void> => {
  await page.locator('main[aria-busy="false"]').waitFor();
};

const axe = (): Promise<string> =>
  readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds: the rule and the element. */
export const findingsOf = async (page: Page): Promise<string[]> => {
  await page.evaluate(await axe());
  return page.evaluate(`
    axe.run().then(({ violations }) =>
      violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html)))
  `);
};
