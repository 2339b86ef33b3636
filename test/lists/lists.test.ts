import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, newPostgresDatabase, newSqliteFile } from '../engines.ts';
import { Build } from '../server-process.ts';
import { ListSite } from './site.ts';

let build: Build;
beforeAll(async () => {
  build = await Build.make();
});
afterAll(() => build.remove());

describe.each<[string, () => Promise<Database>, number]>([
  ['sqlite', newSqliteFile, 6],
  ['postgres', newPostgresDatabase, 2],
])('A server on %s', (engine, newDatabase, lists) => {
  const first = Number(process.env.LISTS_SEED ?? Math.floor(Math.random() * 2 ** 31));
  const replay = `npm run test:lists -- --engine ${engine} --lists ${lists} --seed ${first}`;

  it(`loses nothing of real price lists (${replay})`, { timeout: 300_000 }, async () => {
    const database = await newDatabase();
    const site = await ListSite.open(build, database.url);
    try {
      for (let number = 0; number < lists; number += 1) {
        const { list, writes } = await site.prove(first + number);
        expect(writes).toBeGreaterThan(list.features.length * 2);
      }
      await site.audit();
    } finally {
      await site.close();
      await database.remove();
    }
  });
});
