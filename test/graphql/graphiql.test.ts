import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDemoCatalogue } from '../../src/cli/demo/create.ts';
import { launchBrowser } from '../browser.ts';
import { type Catalogue, newCatalogue } from '../catalogue.ts';
import { type Database, newSqliteFile, World } from '../engines.ts';
import { Gateway, keyOf } from '../gateway.ts';
import { Explorer } from './explorer.ts';

let database: Database;
let world: World;
let catalogue: Catalogue;
let key: string;
let browser: Browser;
let explorer: Explorer;

beforeAll(async () => {
  database = await newSqliteFile();
  world = await World.open(database.url);
  catalogue = await newCatalogue(world);
  await catalogue.change(createDemoCatalogue);
  key = await keyOf(world, catalogue.tenant);
});

afterAll(async () => {
  await world.close();
  await database.remove();
});

/** A page takes its time to show something. */
const eventually = (look: () => Promise<string>) => expect.poll(look, { timeout: 60_000 });

/** Each test is the first visit of a browser. */
const visiting = (graphiqlKey: () => string | undefined) => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await Gateway.start(world, {}, graphiqlKey());
    return () => gateway.close();
  });
  beforeEach(async () => {
    explorer = await Explorer.open(browser, gateway.url);
    return () => explorer.page.close();
  }, 120_000);
};

describe('GraphiQL in a real browser', { timeout: 120_000 }, () => {
  beforeAll(async () => {
    browser = await launchBrowser();
    return () => browser.close();
  }, 120_000);

  describe('with a key to start with', () => {
    visiting(() => key);

    it('shows the key and the schema, and asks nothing of any other host', async () => {
      expect(await explorer.page.title()).toBe('Plans Gateway');
      await eventually(() => explorer.headers()).toContain(`"x-api-key": "${key}"`);
      await explorer.openDocs();
      await explorer.documented('PlanPrice').waitFor();
      expect(explorer.strayRequests).toEqual([]);
      expect(explorer.complaints).toEqual([]);
    });

    it('may not ask anything of another host', async () => {
      const refused = explorer.page.evaluate(
        `new Promise((resolve) => addEventListener('securitypolicyviolation', ({ blockedURI }) => resolve(blockedURI)))`,
      );
      await explorer.page.evaluate(`fetch('https://example.com/').catch(() => undefined)`);
      expect(await refused).toBe('https://example.com/');
      expect(explorer.strayRequests).toEqual([]);
    });

    it('runs the pricing page as it stands', async () => {
      // An editor shows the lines that fit.
      await explorer.page.setViewportSize({ width: 1440, height: 40_000 });
      await explorer.run();
      await eventually(() => explorer.answer()).toContain('"name": "Assistant"');
      const rows = await explorer.answer();
      for (const name of ['Free', 'Starter', 'Team', 'Enterprise', 'Creator'])
        expect(rows).toContain(`"name": "${name}"`);
      expect(rows).toContain('"formattedPrice": "$19.00"');
      expect(rows).toContain('"formattedPrice": "17,48 €"');
      expect(rows).toContain('"name": "Team seats"');
      expect(rows).not.toContain('Education');
      expect(rows).toContain('"formattedUnitPrice": "$12"');
      expect(rows).toContain('"formattedUnitPrice": "$0.30"');
      expect(rows).toContain('"callToActionLabel": "Angebot anfordern"');
      expect(rows).toContain('"displayValue": "24/7"');
      expect(rows).toContain('"formattedAmount": "0.5"');
      // Of the free plan: a page that does not ask would sell it.
      expect(rows).toMatch(/"enabled": false,\s+"feature": \{\s+"name": "Custom domain"/);
    });

    it('adds a price as it stands, and shows a typed error the second time', async () => {
      const before = await catalogue.rows('plan_price');
      await explorer.openTab('AddPlanPrice');
      await explorer.run();
      await eventually(() => explorer.answer()).toContain('"formattedPrice": "$49.00"');
      const known = new Set(before.map(({ id }) => id));
      const added = (await catalogue.rows('plan_price')).filter(({ id }) => !known.has(id));
      expect(added).toMatchObject([{ price: 490_000 }]);
      expect(await explorer.answer()).toContain(`"id": "${added[0]?.id}"`);
      await explorer.run();
      await eventually(() => explorer.answer()).toContain('"code": "duplicate"');
    });

    it('opens with the same tabs again, and no key of the last visit', async () => {
      await explorer.openTab('AddPlanPrice');
      await explorer.writeHeaders('{ "x-api-key": "ck_live_mine" }');
      await eventually(() => explorer.headers()).toContain('ck_live_mine');
      await eventually(() => explorer.stored()).toContain('"activeTabIndex\\":1');
      await explorer.visitAgain();
      await eventually(() => explorer.query()).toContain('mutation AddPlanPrice');
      await eventually(() => explorer.headers()).toContain(key);
      expect(await explorer.stored()).not.toContain('ck_live');
    });

    it('forgets the tabs of another catalogue at the same address', async () => {
      await eventually(() => explorer.stored()).toContain('PricingPage');
      await explorer.page.evaluate(`
        localStorage.setItem('plans-gateway:catalogue', 'another');
        for (const [name, value] of Object.entries(localStorage))
          if (name.startsWith('graphiql:')) localStorage.setItem(name, value.replaceAll('PricingPage', 'Another'));
      `);
      await explorer.visitAgain();
      await eventually(() => explorer.query()).toContain('query PricingPage');
      expect(await explorer.stored()).not.toContain('Another');
    });
  });

  describe('without a key to start with', () => {
    visiting(() => undefined);

    it('says that one is needed, and works with the one that is written', async () => {
      await eventually(() => explorer.query()).toContain('Write your key into the headers below');
      await eventually(() => explorer.answer()).toContain('An API key is needed');
      await explorer.writeHeaders(`{ "x-api-key": "${key}" }`);
      await explorer.fetchSchema();
      await explorer.openDocs();
      await explorer.documented('PlanPrice').waitFor();
      await explorer.run();
      await eventually(() => explorer.answer()).toContain('"name": "Free"');
    });
  });
});

describe('in production', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await Gateway.start(world, { NODE_ENV: 'production' });
    return () => gateway.close();
  });

  const asBrowser = (headers: Record<string, string>) =>
    fetch(`${gateway.url}/graphql?query={__typename}`, {
      headers: { accept: 'text/html,*/*;q=0.8', ...headers },
    });

  it('answers a browser as it answers any client', async () => {
    const stranger = await asBrowser({});
    expect(stranger.status).toBe(401);
    expect(stranger.headers.get('content-type')).toMatch('application/json');
    expect(await stranger.text()).toContain('An API key is needed');
    const holder = await asBrowser({ 'x-api-key': key });
    expect(await holder.json()).toMatchObject({ data: { __typename: 'Query' } });
  });
});
