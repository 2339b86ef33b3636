import { readdir, readFile } from 'node:fs/promises';
import { parse } from 'graphql';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDemoCatalogue } from '../src/cli/demo/create.ts';
import { anyone, type Database, newSqliteFile, World } from './engines.ts';
import { Gateway, keyOf } from './gateway.ts';
import { blocksOf, shows } from './shown.ts';

/** What the README and the pages in docs/ show is what the demo does. */

let database: Database;
let world: World;
let gateway: Gateway;
let key: string;
let readme: string;
let pages: string[];
beforeAll(async () => {
  database = await newSqliteFile();
  world = await World.open(database.url);
  const tenant = await world.newTenant();
  await world.store.write(tenant, anyone, createDemoCatalogue);
  key = await keyOf(world, tenant);
  gateway = await Gateway.start(world);
  const read = (path: string) => readFile(new URL(`../${path}`, import.meta.url), 'utf8');
  readme = await read('README.md');
  // What price-list.md enters has a test of its own.
  const names = (await readdir(new URL('../docs', import.meta.url))).filter(
    (name) => name.endsWith('.md') && name !== 'price-list.md',
  );
  pages = await Promise.all(names.map((name) => read(`docs/${name}`)));
});
afterAll(async () => {
  await gateway.close();
  await world.close();
  await database.remove();
});

/** All documents in GraphQL, those of the README first. */
const documents = (): string[] => [readme, ...pages].flatMap((page) => blocksOf(page, 'graphql'));

/** The only document that holds a text. */
const documentWith = (text: string): string => {
  const found = documents().filter((document) => document.includes(text));
  expect(found).toHaveLength(1);
  return found[0] ?? '';
};

it('draws a pricing page', async () => {
  const query = documentWith('query PricingPage');
  const [shown = ''] = blocksOf(readme, 'json');
  const { data, errors } = await gateway.graphql(key, query);
  expect(errors).toBeUndefined();
  expect(shows(JSON.parse(shown).data, data)).toBe(true);
  const wrong = shown.replace('14 Tage', '15 Tage');
  expect(shows(JSON.parse(wrong).data, data)).toBe(false);
});

it('changes a plan, and shows what is wrong when it comes again', async () => {
  const mutation = documentWith('billingInterval: QUARTERLY');
  const { data } = await gateway.graphql(key, '{ plans(first: 10) { nodes { id name } } }');
  const creator = data.plans.nodes.find(({ name }: { name: string }) => name === 'Creator');
  const written = mutation.replace('pln_…', creator.id);
  const first = await gateway.graphql(key, written);
  expect(first.data.addPlanPrice).toMatchObject({ formattedPrice: '$79.00' });
  const second = await gateway.graphql(key, written);
  expect(second.data.addPlanPrice).toMatchObject({ code: 'duplicate', param: 'billingInterval' });
});

it('enters a catalogue', async () => {
  const { data, errors } = await gateway.graphql(key, documentWith('createPlan('));
  expect(errors).toBeUndefined();
  expect(data).toMatchObject({
    addPlanPrice: { formattedPrice: '$29.00' },
    addPlanFeature: { includedAmount: 50 },
    setPlanRegionalPricing: {
      prices: [{ regionalPrices: [{ currency: 'eur', formattedPrice: '€26.68' }] }],
    },
  });
});

it('says what a price comes to for a visitor, and why', async () => {
  const { data } = await gateway.graphql(key, documentWith('query Visitor {'));
  const { explanation, ...effective } = data.plan.defaultPrice.effective;
  expect(effective).toMatchObject({
    formattedPrice: '$20.90',
    source: 'MARKET',
    market: { name: 'Brazil' },
    taxBehavior: 'INCLUSIVE',
  });
  expect(explanation[1]).toEqual({
    rule: 'MARKET',
    outcome: 'MATCHED',
    reason: 'Brazil is in the market Brazil, where this price is $20.90.',
  });
});

it('prints a pricing page and estimates', async () => {
  const page = await gateway.graphql(key, documentWith('query Page {'));
  expect(page.data.pricingPage).toMatchObject({
    currency: 'eur',
    columns: [
      { texts: { name: 'Gratis' } },
      {},
      { gainsTitle: 'Alles aus Starter, und dazu' },
      {},
      {},
    ],
  });
  const { data } = await gateway.graphql(key, documentWith('query Estimate {'));
  expect(data.estimate.length).toBeGreaterThan(3);
  expect(data.estimate[0].breakEvens.length).toBeGreaterThan(0);
});

it('has a README of at most 130 lines', () => {
  expect(readme.trimEnd().split('\n').length).toBeLessThanOrEqual(130);
});

it('shows documents that stand in the schema', async () => {
  const shown = documents();
  expect(shown.length).toBeGreaterThanOrEqual(5);
  for (const document of shown) {
    expect(() => parse(document)).not.toThrow();
    const { errors } = await gateway.graphql(key, document.replaceAll('…', '0'));
    expect(errors).toBeUndefined();
  }
});
