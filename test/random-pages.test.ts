import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyEverything } from '../src/db/maintenance/copy.ts';
import { type EstimateInput, estimate } from '../src/domain/estimate.ts';
import { createMarket } from '../src/domain/market.ts';
import { setMarketPrices } from '../src/domain/market-price.ts';
import type { Reader, Tenant } from '../src/domain/operation.ts';
import { listPlans } from '../src/domain/plan.ts';
import { type PricingPageInput, pricingPage } from '../src/domain/pricing-page.ts';
import { Loaders, pricesOfPlan } from '../src/domain/relations.ts';
import type { Audience } from '../src/vocabulary.ts';
import { anyone, type Database, newPostgresDatabase, newSqliteFile, World } from './engines.ts';
import { Gateway, keyOf } from './gateway.ts';
import { Entry } from './lists/entry.ts';
import { anyList } from './lists/list-generator.ts';
import { Random } from './model/random.ts';
import { expectAgreement, printedPage } from './rest/printed-page.ts';

/**
 * Random price lists, entered as people would on SQLite and copied to PostgreSQL: both engines
 * print the same pages, byte for byte.
 */

const LISTS = 8;
const first = Number(process.env.PAGES_SEED ?? Math.floor(Math.random() * 2 ** 31));

const locales = ['en', 'de', 'es', 'fr', 'pt-BR', 'ja', 'sv', 'de-AT'];
const countries = ['BR', 'DE', 'JP', 'CH', 'EC', null];
const currencies = ['eur', 'brl', 'usd', 'jpy', null, null];

const contextOf = (random: Random) => ({
  country: random.pick(countries),
  currency: random.pick(currencies),
});

/** Some prices in a market of Brazil, some of them in dollars. */
const addMarket = async (world: World, tenant: Tenant, random: Random): Promise<void> => {
  const change = <Result>(work: Parameters<typeof world.store.write<Result>>[2]) =>
    world.store.write(tenant, anyone, work);
  const market = await change((w) => createMarket(w, { name: 'Brazil', countryCodes: ['BR'] }));
  const reader = world.store.reader(tenant);
  const loaders = new Loaders(reader);
  const { items: plans } = await listPlans(reader, { visibility: 'all' }, { first: 100 });
  const currency = random.pick(['brl', 'brl', 'eur']);
  for (const { id, isFree } of plans)
    for (const price of await loaders.load(pricesOfPlan, id)) {
      if (random.chance(0.3)) continue;
      const marketPrices = [
        { marketId: market.id, currency, price: isFree ? 0 : 100 * random.below(100_000) },
      ];
      await change((w) => setMarketPrices(w, id, price.id, { marketPrices }));
    }
};

const pageOf = (reader: Reader, input: Omit<PricingPageInput, 'taxBehavior'>) =>
  printedPage(reader, input);

const estimateOf = async (reader: Reader, input: Omit<EstimateInput, 'taxBehavior'>) => {
  const found = await estimate(reader, new Loaders(reader), {
    ...input,
    taxBehavior: 'unspecified',
  });
  return Promise.all(
    found.map(async ({ breakEvens, lines, plan, ...rest }) => ({
      ...rest,
      plan: plan.code,
      lines: lines.map(({ unitPrice, ...line }) => ({
        ...line,
        feature: unitPrice?.planFeature.featureId ?? null,
      })),
      breakEvens: (await breakEvens()).map(({ feature, plan, ...rest }) => ({
        ...rest,
        feature: feature.code,
        plan: plan.code,
      })),
    })),
  );
};

describe(`pages of random price lists (PAGES_SEED=${first})`, () => {
  const databases: Database[] = [];
  let sqlite: World;
  let postgres: World;
  let gateway: Gateway;
  const tenants: Tenant[] = [];
  beforeAll(async () => {
    databases.push(await newSqliteFile(), await newPostgresDatabase());
    const [file, server] = databases;
    sqlite = await World.open(file?.url ?? '');
    postgres = await World.open(server?.url ?? '');
    gateway = await Gateway.start(sqlite);
    for (let number = 0; number < LISTS; number += 1) {
      const random = new Random(first + number);
      const list = anyList(random);
      const tenant = await sqlite.newTenant('live', list.baseCurrency);
      const key = await keyOf(sqlite, tenant, 'write');
      const entry = new Entry(async (document, variables) => {
        const { data, errors } = await gateway.graphql(key, document, variables);
        expect(errors).toBeUndefined();
        return data;
      }, random);
      await entry.enter(list);
      // Some lists have markets of their own.
      if (list.markets.length === 0) await addMarket(sqlite, tenant, random);
      tenants.push(tenant);
    }
    await copyEverything(sqlite.store.engine, postgres.store.engine, () => {});
  }, 300_000);
  afterAll(async () => {
    await gateway.close();
    for (const world of [sqlite, postgres]) await world.close();
    for (const database of databases) await database.remove();
  });

  const readersOf = (tenant: Tenant, audience: Audience): [Reader, Reader] => [
    sqlite.store.reader(tenant, audience),
    postgres.store.reader(tenant, audience),
  ];
  const planCodesOf = async (reader: Reader) => {
    const filter = { visibility: 'all' } as const;
    return (await listPlans(reader, filter, { first: 100 })).items.map(({ code }) => code);
  };
  const numbers = Array.from({ length: LISTS }, (_, number) => number);

  it.each(numbers)('are the same on both engines and in all formats (list %i)', async (number) => {
    const random = new Random(first + number, 1);
    const tenant = tenants[number] ?? expect.fail('there is no list');
    for (let times = 0; times < 6; times += 1) {
      const audience = random.pick(['all', 'public'] as const);
      const [ours, theirs] = readersOf(tenant, audience);
      const plans = random.shuffled(await planCodesOf(ours)).slice(0, 1 + random.below(8));
      const input = { plans, context: contextOf(random), locale: random.pick(locales) };
      const page = await pageOf(ours, input);
      expect(await pageOf(theirs, input)).toEqual(page);
      expectAgreement(page);
    }
  });

  it.each(numbers)('are in one currency, for one reason each (list %i)', async (number) => {
    const random = new Random(first + number, 2);
    const tenant = tenants[number] ?? expect.fail('there is no list');
    const [reader] = readersOf(tenant, 'all');
    const plans = await planCodesOf(reader);
    for (let times = 0; times < 10; times += 1) {
      const context = contextOf(random);
      const page = await pricingPage(reader, new Loaders(reader), {
        plans,
        context,
        locale: 'en',
        taxBehavior: 'unspecified',
      });
      const offers = page?.columns.flatMap((column) => column.offers) ?? [];
      for (const { effective } of offers) {
        expect(effective.currency).toBe(page?.currency);
        for (const unit of effective.unitPrices) expect(unit.currency).toBe(page?.currency);
        const matched = effective.explanation.filter(({ outcome }) => outcome === 'matched');
        expect(matched).toMatchObject([{ price: effective.price, currency: effective.currency }]);
      }
      const { currency } = page ?? {};
      expect([tenant.baseCurrency, context.currency, 'eur', 'brl', 'usd', 'jpy', 'chf']).toContain(
        currency,
      );
      if (context.currency !== null)
        expect([tenant.baseCurrency, context.currency]).toContain(currency);
    }
  });

  it.each(numbers)(
    'go with estimates that are the same on both engines (list %i)',
    async (number) => {
      const random = new Random(first + number, 3);
      const tenant = tenants[number] ?? expect.fail('there is no list');
      const [ours, theirs] = readersOf(tenant, 'all');
      const plans = await planCodesOf(ours);
      const { json } = await pageOf(ours, { plans, context: {}, locale: 'en' });
      const features = json.sections.flatMap(({ rows }) => rows.map(({ feature }) => feature));
      const counted = features.filter(({ type }) => type !== 'boolean');
      for (let times = 0; times < 4; times += 1) {
        const usage = random
          .shuffled(counted)
          .slice(0, random.below(3))
          .map(({ code }) => ({ feature: code, quantity: random.pick([0, 1, 5, 40, 3_000]) }));
        const input = { plans, usage, context: contextOf(random) };
        const found = await estimateOf(ours, input);
        expect(await estimateOf(theirs, input)).toEqual(found);
        for (const { total, lines, perMonth } of found) {
          expect(total).toBe(lines.reduce((sum, { amount }) => sum + amount, 0));
          expect(perMonth).toBeLessThanOrEqual(total + 50);
        }
      }
    },
  );
});
