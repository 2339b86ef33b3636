import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newPostgresDatabase, newSqliteFile } from '../engines.ts';
import { Build } from '../server-process.ts';
import { CrashSite } from './site.ts';

let build: Build;
beforeAll(async () => {
  build = await Build.make();
});
afterAll(() => build.remove());

describe.each([
  ['SQLite', newSqliteFile, 12],
  ['PostgreSQL', newPostgresDatabase, 5],
] as const)('A server on %s that is killed while it writes', (_engine, newDatabase, rounds) => {
  const seed = Number(process.env.CRASH_SEED ?? Math.floor(Math.random() * 2 ** 31));

  it(`keeps what it acknowledged, and does once what it did not (seed ${seed})`, {
    timeout: 900_000,
  }, async () => {
    const database = await newDatabase();
    const site = await CrashSite.open(build, database.url, seed);
    try {
      for (let round = 0; round < rounds; round += 1) await site.round();
      // Where the server never lived long enough to be told of a time, it gets more lives.
      for (let round = 0; round < rounds && site.tally.scheduled === 0; round += 1)
        await site.round();
    } finally {
      await site.close();
      await database.remove();
    }
    expect(site.tally.acknowledged).toBeGreaterThan(rounds);
    expect(site.tally.unanswered).toBeGreaterThan(0);
    expect(site.tally.scheduled).toBeGreaterThan(0);
  });
});
