import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newPostgresDatabase, newSqliteFile } from '../engines.ts';
import { Build } from '../server-process.ts';
import { FuzzSite } from './site.ts';

let build: Build;
beforeAll(async () => {
  build = await Build.make();
});
afterAll(() => build.remove());

const sum = (tally: Record<string, number>, what: RegExp): number =>
  Object.entries(tally).reduce(
    (total, [entry, count]) => (what.test(entry) ? total + count : total),
    0,
  );

describe.each([
  ['sqlite', newSqliteFile, 2_000],
  ['postgres', newPostgresDatabase, 400],
] as const)(
  'A server on %s under requests that nobody should send',
  (engine, newDatabase, requests) => {
    const seed = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31));
    const replay = `npm run test:fuzz -- --engine ${engine} --requests ${requests} --seed ${seed}`;

    it(`answers each of them as it should (${replay})`, { timeout: 900_000 }, async () => {
      const database = await newDatabase();
      const site = await FuzzSite.open(build, database.url, seed);
      try {
        for (let number = 0; number < requests; number += 1) await site.probe(number);
        await site.audit();
      } finally {
        await site.close();
        await database.remove();
      }
      for (const surface of ['graphql', 'rest']) {
        expect(sum(site.tally, new RegExp(`^${surface} 2`))).toBeGreaterThan(requests / 20);
        expect(sum(site.tally, new RegExp(`^${surface} 4`))).toBeGreaterThan(requests / 20);
      }
    });
  },
);
