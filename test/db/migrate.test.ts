import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import { connect } from '../../src/db/connect.ts';
import { migrate, pendingMigrations } from '../../src/db/migrate.ts';
import { createPlan, findPlan } from '../../src/domain/plan.ts';
import { newCatalogue } from '../catalogue.ts';
import { emptyDatabases, onEveryEngine } from '../engines.ts';

const names = migrations.map(({ name }) => name);

it('steps stand in the order of their names, each once', () => {
  expect(names).toEqual([...new Set(names)].toSorted());
});

it.each(emptyDatabases)('an empty database is brought up step by step on %s', async (_engine, create) => {
  const database = await create();
  const engine = await connect(database.url);
  expect(await pendingMigrations(engine)).toEqual(names);
  expect(await migrate(engine)).toEqual(names);
  expect(await pendingMigrations(engine)).toEqual([]);
  await engine.close();
  await database.remove();
});

onEveryEngine('a migrated database', (world) => {
  it('is left alone by the next start', async () => {
    const shop = await newCatalogue(world());
    const { id } = await shop.change((w) => createPlan(w, { name: 'Pro', code: 'pro' }));
    expect(await migrate(world().store.engine)).toEqual([]);
    expect(await findPlan(shop.reader(), id)).toMatchObject({ code: 'pro' });
  });

  it('of a newer release is refused', async () => {
    const { engine } = world().store;
    await sql`insert into kysely_migration (name, timestamp) values ('9999_future', '2100-01-01')`.execute(
      engine.writing,
    );
    await expect(migrate(engine)).rejects.toThrow('9999_future');
  });
});
