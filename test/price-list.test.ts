import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changeTaxBehavior } from '../src/domain/organization.ts';
import { anyone, type Database, newSqliteFile, World } from './engines.ts';
import { Gateway, keyOf } from './gateway.ts';
import { blocksOf, shows } from './shown.ts';

/** docs/price-list.md enters its list as it stands, and reads back what it shows. */

let database: Database;
let world: World;
let gateway: Gateway;
let page: string;
beforeAll(async () => {
  database = await newSqliteFile();
  world = await World.open(database.url);
  gateway = await Gateway.start(world);
  page = await readFile(new URL('../docs/price-list.md', import.meta.url), 'utf8');
});
afterAll(async () => {
  await gateway.close();
  await world.close();
  await database.remove();
});

/** Enters the list, and reads it back. */
const priceList = async (baseCurrency: string) => {
  const name = `Acme ${baseCurrency}`;
  const tenant = await world.tenantOf(name, 'live', baseCurrency);
  await changeTaxBehavior(world.store, name, 'inclusive', anyone);
  const key = await keyOf(world, tenant);
  const ids = new Map<string, string>();
  let answer: unknown;
  for (const document of blocksOf(page, 'graphql')) {
    const written = document.replace(/pp_(\w+)…/g, (_, interval) => ids.get(interval) ?? '');
    const { data, errors } = await gateway.graphql(key, written);
    expect(errors).toBeUndefined();
    for (const [alias, made] of Object.entries<{ id?: string }>(data)) {
      // Only errors have one.
      expect(made).not.toHaveProperty('param');
      if (made.id) ids.set(alias, made.id);
    }
    answer = data;
  }
  return answer;
};

describe('the price list of the documentation', () => {
  it('is entered in euros, and read back as it is shown', async () => {
    const [shown = ''] = blocksOf(page, 'json');
    const answer = await priceList('eur');
    expect(shows(JSON.parse(shown), answer)).toBe(true);
    expect(shows(JSON.parse(shown.replace('€54', '€53')), answer)).toBe(false);
    expect(answer).toMatchObject({
      planGroup: {
        plans: [
          {
            prices: [
              {},
              {
                billingInterval: 'YEARLY',
                unitPrices: [
                  { formattedUnitPrice: '€120', minimumQuantity: 3 },
                  { tiers: [{ upTo: 1_080_000 }, { upTo: null }] },
                ],
              },
            ],
          },
          { name: 'Enterprise', availability: 'CONTACT_SALES', prices: [] },
        ],
      },
    });
  });

  it('is in dollars without a base currency', async () => {
    const [shown = ''] = blocksOf(page, 'json');
    const dollars = JSON.parse(shown.replaceAll('€', '$').replace('"eur"', '"usd"'));
    expect(shows(dollars, await priceList('usd'))).toBe(true);
  });
});
