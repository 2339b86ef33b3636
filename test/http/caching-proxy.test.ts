import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createMarket } from '../../src/domain/market.ts';
import { setMarketPrices } from '../../src/domain/market-price.ts';
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
let changePriceInBrazil: (price: number) => Promise<unknown>;

beforeAll(async () => {
  catalogue = await newCatalogue(world);
  const plan = await catalogue.plan({ name: 'Pro', code: 'pro' });
  const group = await catalogue.group({ name: 'Plans', code: 'plans' });
  await catalogue.change((w) => addPlanToGroup(w, group.id, { planId: plan.id }));
  const price = await catalogue.price(plan, { billingInterval: 'monthly', price: 290_000 });
  changePrice = (amount) =>
    catalogue.change((w) => updatePlanPrice(w, plan.id, price.id, { price: amount }));
  const market = await catalogue.change((w) =>
    createMarket(w, { name: 'Brazil', countryCodes: ['BR'] }),
  );
  changePriceInBrazil = (amount) =>
    catalogue.change((w) =>
      setMarketPrices(w, plan.id, price.id, {
        marketPrices: [{ marketId: market.id, currency: 'brl', price: amount }],
      }),
    );
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

  async get(search: Record<string, string>): Promise<Response> {
    const address = `${this.#nginx.url}/pricing-page?${new URLSearchParams({ ...search, key })}`;
    const response = await fetch(address);
    expect(response.status).toBe(200);
    return response;
  }

  async page(country: string | undefined): Promise<{ headline: string; headers: Headers }> {
    const response = await this.get({ group: 'plans', country: country ?? 'US' });
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

/** Nginx counts whole seconds: what holds for two may hold for nearly three. */
const SECONDS = 2;
const isOver = (seconds: number) => sleep((seconds + 1) * 1_000 + 100);

it('asks again when the time is over, and shows a change before twice that is', async () => {
  const site = await Site.open(SECONDS);
  const headlines = async () =>
    (await Promise.all(COUNTRIES.map((country) => site.page(country)))).map(
      ({ headline }) => headline,
    );
  const reached = async (count: number): Promise<number[]> => {
    await expect.poll(() => site.reached, { timeout: 5_000 }).toHaveLength(count);
    return site.reached.slice(-COUNTRIES.length).toSorted();
  };
  try {
    await changePrice(290_000);
    await changePriceInBrazil(1_490_000);
    const first = ['R$149 per month', '$29 per month', '$29 per month'];
    expect(await headlines()).toEqual(first);
    await changePriceInBrazil(1_590_000);
    expect(await headlines()).toEqual(first);
    expect(site.reached).toEqual([200, 200, 200]);

    // The first visitors after the time get the old page, and have it fetched anew.
    await isOver(SECONDS);
    expect(await headlines()).toEqual(first);
    expect(await reached(6)).toEqual([200, 304, 304]);
    expect(await headlines()).toEqual(['R$159 per month', '$29 per month', '$29 per month']);
    expect(site.reached).toHaveLength(6);

    // If none comes meanwhile, the next one waits for the new page.
    await changePriceInBrazil(1_690_000);
    await isOver(2 * SECONDS);
    expect(await headlines()).toEqual(['R$169 per month', '$29 per month', '$29 per month']);
    expect(await reached(9)).toEqual([200, 304, 304]);
  } finally {
    await site.close();
  }
});

it('passes on as many tags as an answer may have', async () => {
  const site = await Site.open(600);
  try {
    const codes = Array.from({ length: 270 }, (_, n) => `p${n}`);
    for (const code of codes) await catalogue.plan({ code });
    const tagsOf = async (count: number) => {
      const { headers } = await site.get({ plans: codes.slice(0, count).join() });
      return headers.get('cache-tag')?.split(',');
    };
    const { organizationId } = catalogue.tenant;
    expect(await tagsOf(260)).toHaveLength(261);
    expect(await tagsOf(270)).toEqual([`${organizationId}_live`]);
  } finally {
    await site.close();
  }
});
