import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Build } from '../server-process.ts';
import { overload } from './overload.ts';
import { LoadSite } from './site.ts';

/**
 * The short form looks at statuses only; how quick anything is depends on who else uses the
 * machine.
 */

const CAP = 8;
const RATE_LIMIT = 80;

let build: Build;
let site: LoadSite;
beforeAll(async () => {
  build = await Build.make();
  site = await LoadSite.open(build, 3);
});
afterAll(async () => {
  await site.close();
  await build.remove();
});

describe('A server under load', () => {
  it('turns away what is too much, says until when, and serves as before afterwards', {
    timeout: 120_000,
  }, async () => {
    const environment = { RATE_LIMIT: String(RATE_LIMIT), MAX_CONCURRENT_REQUESTS: String(CAP) };
    const server = await site.serve(environment);
    const [polite, greedy, sluggish] = [
      site.client(server, 0),
      site.client(server, 1),
      site.client(server, 2),
    ];

    // By number, not by time: on a busy machine, timed requests pile up and are too many at once.
    const before = await polite.inTurn(15);
    expect(before.statuses).toEqual({ 200: 15 });

    const flood = await overload({ greedy, sluggish }, { clients: 64, seconds: 4, cap: CAP });
    expect(flood.withoutRetryAfter).toBe(0);
    expect(Object.keys(flood.statuses)).toEqual(['200', '429', '503']);

    const after = await polite.inTurn(30);
    expect(after.statuses).toEqual({ 200: 30 });
    for (const client of [polite, greedy, sluggish]) client.close();
  });
});
