import { statSync } from 'node:fs';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { newCatalogue } from '../catalogue.ts';
import { newSqliteFile, World } from '../engines.ts';
import { command } from './command.ts';

it('gives the room of removed rows back, once nobody uses the file', async () => {
  const database = await newSqliteFile();
  const world = await World.open(database.url);
  const shop = await newCatalogue(world);
  const { engine } = world.store;
  const outcome = 'x'.repeat(10_000);
  for (let count = 0; count < 300; count += 1)
    await sql`insert into idempotency_record values
      (${shop.tenant.id}, ${`key ${count}`}, 'createPlan', 'hash', ${outcome}, 'a', 'b')`.execute(
      engine.writing,
    );
  await shop.plan({ code: 'kept' });
  await sql`delete from idempotency_record`.execute(engine.writing);
  const vacuum = () => command(['vacuum'], { DATABASE_URL: database.url });
  const file = database.url.slice('file:'.length);
  expect(await vacuum()).toEqual({
    code: 2,
    stdout: '',
    stderr: `error: another process uses ${file}: stop the gateway before this\n`,
  });
  await world.close();
  const before = statSync(file).size;
  expect(before).toBeGreaterThan(3_000_000);
  const { code, stdout } = await vacuum();
  const after = statSync(file).size;
  expect(after).toBeLessThan(1_500_000);
  const mebibytes = (bytes: number) => (bytes / 2 ** 20).toFixed(1);
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: `The file had ${mebibytes(before)} MiB and has ${mebibytes(after)}.\n`,
  });
  const again = await World.open(database.url);
  const plans = await again.store.engine.reading.selectFrom('plan').select('code').execute();
  expect(plans).toEqual([{ code: 'kept' }]);
  await again.close();
  await database.remove();
});

it.each([
  ['file:/nowhere/plans.db', 1, 'error: there is no database at /nowhere/plans.db\n'],
  [
    'postgres://user:password@db.example/plans',
    2,
    'error: this is for SQLite files; PostgreSQL has its own VACUUM\n',
  ],
])('refuses %s', async (url, code, stderr) => {
  expect(await command(['vacuum'], { DATABASE_URL: url })).toEqual({ code, stdout: '', stderr });
});
