import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareAnswers, compareFiles } from './answers.ts';
import { type Catalogue, copy, newFolder, seed, withPricelessPlans } from './data.ts';
import { type RunningServer, type ServerName, start } from './servers.ts';
import { type Workload, workloads } from './workloads.ts';

/**
 * The peers of the bench do the same work as the gateway: what is measured with it stays a fair
 * comparison, and a migration that they do not follow is found without the bench's own packages.
 */

const PLANS = 200;
/** A price for every interval of each. */
const PRICELESS_PLANS = 20;
/** With a write among the reads. */
const REQUESTS = 100;
const fromSource = (path: string): string[] => [
  '--import',
  'tsx',
  fileURLToPath(new URL(path, import.meta.url)),
];
const gateway = fromSource('../../src/main.ts');

const programs: Partial<Record<ServerName, string[]>> = {
  ours: [...gateway, 'serve'],
  mercurius: fromSource('peers/graphql-js.ts'),
  stockYoga: fromSource('peers/stock-yoga.ts'),
  sqliteJson: fromSource('peers/sqlite-json.ts'),
};

let folder: string;
let catalogue: Catalogue;
const running: RunningServer[] = [];

beforeAll(async () => {
  folder = await newFolder();
  const seeded = await seed(join(folder, 'plans.db'), PLANS, gateway);
  catalogue = withPricelessPlans(seeded, PRICELESS_PLANS);
  for (const [name, program] of Object.entries(programs) as [ServerName, string[]][]) {
    const file = copy(catalogue.file, join(folder, `${name}.db`));
    running.push(await start(name, { catalogue, folder, file, answer: '' }, program));
  }
}, 120_000);

afterAll(async () => {
  await Promise.all(running.map((server) => server.stop()));
  await rm(folder, { recursive: true, force: true });
});

const withWrites = /AddPrice|DescribePlan/;

describe.each(['W1', 'W2', 'W3', 'W5', 'W6', 'W7', 'W4'] as const)('%s', (name) => {
  it('is answered and stored alike by the gateway and its peers', async () => {
    const { traffic: trafficOf, writes = false, targets }: Workload = workloads[name];
    const traffic = trafficOf(catalogue);
    const bodies = traffic.bodies.slice(0, REQUESTS);
    expect(bodies.some((body) => withWrites.test(body))).toBe(writes);
    const asked = running.filter((server) => server.name === 'ours' || server.name in targets);
    for (const body of bodies) await compareAnswers(asked, traffic, body, catalogue.key, writes);
    if (writes) compareFiles(asked);
  }, 60_000);
});
