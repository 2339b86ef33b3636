import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fill } from '../../src/cli/seed/fill.ts';
import { refreshStatistics } from '../../src/db/engine/statistics.ts';
import { listPlans } from '../../src/domain/plan.ts';
import { type Catalogue, newCatalogue } from '../catalogue.ts';
import { type Database, newSqliteFile, World } from '../engines.ts';

let database: Database;
let world: World;
let shop: Catalogue;
beforeAll(async () => {
  database = await newSqliteFile();
  world = await World.open(database.url);
  shop = await newCatalogue(world);
  for await (const _done of fill(world.store, shop.tenant, 400));
});
afterAll(async () => {
  await world.close();
  await database.remove();
});

const planOf = async (statement: string): Promise<string[]> => {
  const { rows } = await sql
    .raw<{ detail: string }>(`explain query plan ${statement.replaceAll('?', 'null')}`)
    .execute(world.store.engine.reading);
  return rows.map(({ detail }) => detail);
};

const orders = ['sortOrder', 'name', 'createdAt'] as const;
const lists = (['all', 'public'] as const).flatMap((audience) =>
  orders.flatMap((by) => [false, true].map((descending) => ({ audience, by, descending }))),
);

/** A page that is sorted takes as long as there are plans. */
const expectNoSorting = async (): Promise<void> => {
  for (const { audience, by, descending } of lists) {
    const reader = shop.reader(audience);
    const before = world.statements.length;
    const { items, cursorOf } = await listPlans(reader, {}, { first: 50 }, { by, descending });
    const last = items.at(-1);
    await listPlans(reader, {}, { first: 50, after: last && cursorOf(last) }, { by, descending });
    // Rows are counted in any index; there is no order among them.
    for (const statement of world.statements
      .slice(before)
      .filter((text) => !/count\(/.test(text))) {
      const [first, ...rest] = await planOf(statement);
      expect(first).toMatch(/^SEARCH (plan|seen) USING INDEX plan_by_/);
      expect(rest.join()).not.toContain('TEMP B-TREE');
    }
  }
};

it('pages of plans are read in the order of an index', async () => {
  await expectNoSorting();
  await refreshStatistics(world.store.engine);
  await expectNoSorting();
});
