import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Build } from '../server-process.ts';
import type { Outcome } from './client.ts';
import { overload } from './overload.ts';
import { LoadSite } from './site.ts';

/**
 * The long form: most of what the server can do for a while, then far more than it can. Prints
 * ratios only.
 */

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '60' } } });
const seconds = Number(values.seconds);

const POLITE_KEYS = 8;
const [GREEDY, SLUGGISH] = [POLITE_KEYS, POLITE_KEYS + 1];
const CONNECTIONS = 32;
const WARM_UP_SECONDS = 5;
const MEASURED_SECONDS = 5;
const SHARE_OF_CAPACITY = 0.7;
const CAP = 256;
const CROWD = 512;
const REST_SECONDS = 3;
const MOST_HEAP_GROWTH = 1.2;
const MOST_SLOWDOWN = 2;

const complaints: string[] = [];
const hold = (holds: boolean, what: string) => {
  console.log(`${holds ? 'ok ' : 'NOT'} ${what}`);
  if (!holds) complaints.push(what);
};

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
const isServed = ({ statuses, total }: Outcome) => statuses[200] === total;
const told = ({ statuses, total }: Outcome) =>
  Object.entries(statuses)
    .map(([status, count]) => `${status} ${percent(count / total)}`)
    .join(', ');

const measureCapacity = async (site: LoadSite): Promise<number> => {
  const client = site.client(await site.serve({ RATE_LIMIT: 'off' }), 0, POLITE_KEYS - 1);
  await client.crowd(CONNECTIONS, WARM_UP_SECONDS);
  const outcome = await client.crowd(CONNECTIONS, MEASURED_SECONDS);
  client.close();
  hold(isServed(outcome), `at capacity: ${told(outcome)}`);
  return outcome.total / MEASURED_SECONDS;
};

const run = async (site: LoadSite): Promise<void> => {
  const perSecond = SHARE_OF_CAPACITY * (await measureCapacity(site));
  // Twice what a polite key needs; the greedy one has spent that in a part of the flood.
  const rateLimit = Math.ceil((2 * 60 * perSecond) / POLITE_KEYS);
  const server = await site.serve({
    RATE_LIMIT: String(rateLimit),
    RATE_LIMIT_COST: 'off',
    MAX_CONCURRENT_REQUESTS: String(CAP),
  });
  const [polite, greedy, sluggish] = [
    site.client(server, 0, POLITE_KEYS - 1),
    site.client(server, GREEDY),
    site.client(server, SLUGGISH),
  ];

  const first = await polite.steady(perSecond, seconds / 3);
  const early = await server.heap();
  const second = await polite.steady(perSecond, seconds / 3);
  const third = await polite.steady(perSecond, seconds / 3);
  const growth = (await server.heap()) / early;
  for (const part of [first, second, third])
    hold(
      isServed(part),
      `a third of the time at ${percent(SHARE_OF_CAPACITY)} of capacity: ${told(part)}`,
    );
  hold(
    growth <= MOST_HEAP_GROWTH,
    `heap after the last third / after the first: ${growth.toFixed(2)}`,
  );

  const flood = await overload(
    { greedy, sluggish },
    { clients: CROWD, seconds: seconds / 2, cap: CAP },
  );
  hold(flood.share(200, 429, 503) === 1, `${CROWD} greedy clients: ${told(flood)}`);
  hold(
    flood.share(429) > 0 && flood.share(503) > 0,
    'the greedy ones are turned away for the rate and for the number',
  );
  hold(flood.withoutRetryAfter === 0, 'every one of these is told when to come again');

  await sleep(REST_SECONDS * 1000);
  const after = await polite.steady(perSecond, seconds / 6);
  const slowdown = after.medianLatency / third.medianLatency;
  hold(isServed(after), `afterwards: ${told(after)}`);
  hold(slowdown <= MOST_SLOWDOWN, `median latency after / before: ${slowdown.toFixed(2)}`);
  hold(
    (await server.heap()) / early <= MOST_HEAP_GROWTH,
    `heap after all / after the first third is as small`,
  );
  for (const client of [polite, greedy, sluggish]) client.close();
};

const build = await Build.make();
const site = await LoadSite.open(build, POLITE_KEYS + 2);
try {
  await run(site);
} finally {
  await site.close();
  await build.remove();
}
if (complaints.length > 0) process.exitCode = 1;
