import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Build } from '../server-process.ts';
import { PowerLossSite } from './site.ts';
import { canTrace } from './trace.ts';

const CUTS = 8;
const WRITES = 400;

const isPossible = await canTrace();

describe('A power cut while many write to SQLite', () => {
  const seed = Number(process.env.POWER_SEED ?? Math.floor(Math.random() * 2 ** 31));
  let build: Build;
  beforeAll(async () => {
    build = await Build.make();
  });
  afterAll(() => build.remove());

  it(`loses nothing that was acknowledged (seed ${seed})`, { timeout: 600_000 }, async ({
    skip,
  }) => {
    if (!isPossible) skip('strace is not installed here, or may not watch');
    const site = await PowerLossSite.record(build, WRITES, seed);
    try {
      for (let round = 0; round < CUTS; round += 1) await site.round();
    } finally {
      await site.close();
    }
    expect(site.tally.cuts).toBe(CUTS * 4);
    expect(site.tally.acknowledged).toBeGreaterThan(0);
    expect(site.tally.unacknowledged).toBeGreaterThan(0);
    // Writes shared commits: with one sync each there would be as many.
    expect(site.syncs).toBeLessThan(WRITES);
  });
});
