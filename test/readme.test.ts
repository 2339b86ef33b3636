import { readFile } from 'node:fs/promises';
import { parse } from 'graphql';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDemoCatalogue } from '../src/cli/demo/create.ts';
import { anyone, type Database, newSqliteFile, World } from './engines.ts';
import { Gateway, keyOf } from './gateway.ts';

/** What the README shows is what the demo does. */

let database: Database;
let world: World;
let gateway: Gateway;
let key: string;
let readme: string;
beforeAll(async () => {
  database = await newSqliteFile();
  world = await World.open(database.url);
  const tenant = await world.newTenant();
  await world.store.write(tenant, anyone, createDemoCatalogue);
  key = await keyOf(world, tenant);
  gateway = await Gateway.start(world);
  readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
});
afterAll(async () => {
  await gateway.close();
  await world.close();
  await database.remove();
});

/** The blocks of a language, in their order. */
const blocks = (language: string): string[] =>
  [...readme.matchAll(/^```(\w*)\n(.*?)^```$/gms)]
    .filter(([, name]) => name === language)
    .map(([, , text = '']) => text);

/** As an editor writes it, without spaces that do not break. */
const legible = (value: unknown): unknown => (typeof value === 'string' ? value.replaceAll('\u00a0', ' ') : value);

/** What is shown stands in what is answered; shown lists may leave entries out. */
const shows = (shown: unknown, answered: unknown): boolean => {
  if (Array.isArray(shown) && Array.isArray(answered))
    return shown.every((entry) => answered.some((candidate) => shows(entry, candidate)));
  if (typeof shown !== 'object' || shown === null || typeof answered !== 'object' || answered === null)
    return shown === legible(answered);
  const members = new Map<string, unknown>(Object.entries(answered));
  const isSame = ([name, value]: [string, unknown]) => members.has(name) && shows(value, members.get(name));
  return Object.keys(shown).length === members.size && Object.entries(shown).every(isSame);
};

it('draws a pricing page that asks which features a plan has', async () => {
  const [query = ''] = blocks('graphql');
  const [shown = ''] = blocks('json');
  expect(query).toMatch(/features \{ enabled\b/);
  const { data, errors } = await gateway.graphql(key, query);
  expect(errors).toBeUndefined();
  expect(shows(JSON.parse(shown).data, data)).toBe(true);
  expect(shows({ plans: { nodes: [{ name: 'Creator' }] } }, data)).toBe(false);
});

it('changes a plan, and shows what is wrong when it comes again', async () => {
  const [, mutation = ''] = blocks('graphql');
  const { data } = await gateway.graphql(key, '{ plans(first: 10) { nodes { id name } } }');
  const creator = data.plans.nodes.find(({ name }: { name: string }) => name === 'Creator');
  const written = mutation.replace('pln_…', creator.id);
  const first = await gateway.graphql(key, written);
  expect(first.data.addPlanPrice).toMatchObject({ formattedPrice: '$79.00' });
  const second = await gateway.graphql(key, written);
  expect(second.data.addPlanPrice).toMatchObject({ code: 'duplicate', param: 'billingInterval' });
});

it('shows documents that stand in the schema', async () => {
  const documents = blocks('graphql');
  expect(documents.length).toBeGreaterThanOrEqual(3);
  for (const document of documents) {
    expect(() => parse(document)).not.toThrow();
    const { errors } = await gateway.graphql(key, document.replaceAll('…', '0'));
    expect(errors).toBeUndefined();
  }
});
