import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { addPlanToGroup } from '../../src/domain/plan-group.ts';
import { updatePlanPrice } from '../../src/domain/price.ts';
import { createPublishableKey } from '../../src/domain/publishable-key.ts';
import { type Catalogue, newCatalogue } from '../catalogue.ts';
import { anyone, newSqliteFile, World } from '../engines.ts';
import { Gateway } from '../gateway.ts';
import { Nginx } from '../nginx.ts';

const COUNTRIES = ['BR', 'DE', 'JP'];
const REQUESTS = 1_000;
const AT_ONCE = 20;

const database = await newSqliteFile();
const world = await World.open(database.url);
let catalogue: Catalogue;
let key: string;
let changePrice: (price: number) => Promise<unknown>;

beforeAll(async () => {
  catalogue = await newCatalogue(world);
  const plan = await catalogue.plan({ name: 'Pro', code: 'pro' });
  const group = await catalogue.group({ name: 'Plans', code: 'plans' });
  await catalogue.change((w) => addPlanToGroup(w, group.id, { planId: plan.id }));
  const price = await catalogue.price(plan, { billingInterval: 'monthly', price: 290_000 });
  changePrice = (amount) =>
    catalogue.change((w) => updatePlanPrice(w, plan.id, price.id, { price: amount }));
  const made = await world.store.write(catalogue.tenant, anyone, (w) =>
    createPublishableKey(w, { name: 'page', allowedOrigins: ['https://shop.example'] }),
  );
  key = made.secret ?? expect.fail('a new key has a secret');
});
afterAll(async () => {
  await world.close();
  await database.remove();
});

/** A gateway behind nginx, and what reached it. */
class Site {
  readonly #gateway: Gateway;
  readonly #nginx: Nginx;

  private constructor(gateway: Gateway, nginx: Nginx) {
    this.#gateway = gateway;
    this.#nginx = nginx;
  }

  static async open(seconds: number): Promise<Site> {
    const gateway = await Gateway.start(world, {
      PUBLIC_CACHE_SECONDS: String(seconds),
      LOG_LEVEL: 'info',
      TRUST_PROXY: '1',
    });
    return new Site(gateway, await Nginx.before(gateway.url));
  }

  /** The statuses that the gateway answered for pages. */
  get reached(): number[] {
    return this.#gateway.log
      .filter(({ path }) => path === '/pricing-page')
      .map(({ status }) => status);
  }

  async page(country: string | undefined): Promise<{ headline: string; headers: Headers }> {
    const search = new URLSearchParams({ group: 'plans', country: country ?? 'US', key });
    const response = await fetch(`${this.#nginx.url}/pricing-page?${search}`);
    expect(response.status).toBe(200);
    const page = await response.json();
    return { headline: page.columns[0].offers[0].headline, headers: response.headers };
  }

  async close(): Promise<void> {
    await this.#nginx.remove();
    await this.#gateway.close();
  }
}

it('sends one request for each page, however many visitors come', async () => {
  const site = await Site.open(600);
  try {
    await changePrice(290_000);
    const visitors = Array.from({ length: REQUESTS }, (_, n) => COUNTRIES[n % COUNTRIES.length]);
    const seen = new Set<string>();
    for (let start = 0; start < visitors.length; start += AT_ONCE)
      for (const { headline } of await Promise.all(
        visitors.slice(start, start + AT_ONCE).map((country) => site.page(country)),
      ))
        seen.add(headline);
    expect([...seen]).toEqual(['$29 per month']);
    expect(site.reached).toEqual([200, 200, 200]);

    await changePrice(310_000);
    for (const country of COUNTRIES)
      expect((await site.page(country)).headline).toBe('$29 per month');
    expect(site.reached).toHaveLength(COUNTRIES.length);
  } finally {
    await site.close();
  }
});

it('asks again when the time is over: what is the same costs 304, what has changed shows', async () => {
  const site = await Site.open(1);
  const refreshed = async (status: number): Promise<void> => {
    // The first visitor after the time gets the old page, and has it fetched anew.
    for (let attempts = 0; !site.reached.slice(1).includes(status); attempts += 1) {
      if (attempts > 100) throw new Error(`no ${status} came: ${site.reached}`);
      await sleep(100);
      await site.page('BR');
    }
  };
  try {
    await changePrice(290_000);
    expect((await site.page('BR')).headline).toBe('$29 per month');
    await refreshed(304);
    await changePrice(310_000);
    await refreshed(200);
    for (let attempts = 0; ; attempts += 1) {
      const { headline, headers } = await site.page('BR');
      if (headline === '$31 per month') {
        expect(headers.get('cache-tag')).toContain('pln_');
        break;
      }
      expect(attempts).toBeLessThan(100);
      await sleep(100);
    }
  } finally {
    await site.close();
  }
});
