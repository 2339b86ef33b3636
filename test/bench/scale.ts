import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ask } from './answers.ts';
import { type Catalogue, seed, withPricelessPlans, withPricingPage, withTenants } from './data.ts';
import { load } from './load.ts';
import { ratios, summarize } from './ratios.ts';
import type { Pace } from './rounds.ts';
import { type RunningServer, start } from './servers.ts';
import { addPrices, applySets, PLANS_A_ROUND } from './single-writes.ts';
import type { Yardstick } from './table.ts';
import { distantPage, graphql, type Traffic, workloads } from './workloads.ts';

const FEW = 200;
export const MANY = 100_000;
/** How many plans each of many tenants has. */
const PLANS_A_TENANT = 100;
const STEP = 100;
/** How much longer a request may take where there are many plans. */
const LONGEST = 1.2;
const START_LIMIT_MS = 1_000;

interface Side {
  title: string;
  server: RunningServer;
  catalogue: Catalogue;
  /** Which parts of the limit its starts took, to the first answer. */
  starts: number[];
}

interface Order extends Pace {
  yardstick: Yardstick;
}

/** What a request costs in time, in a round. */
type Cost = (side: Side, round: number) => Promise<number>;

/**
 * Whether reads, writes and the start take longer where one tenant has many plans, or many tenants
 * have as many together.
 */
export const scale = async (folder: string, plans: number, pace: Order): Promise<void> => {
  const tenants = Math.ceil(plans / PLANS_A_TENANT);
  const sides: Side[] = [];
  const begin = async (title: string, name: string, plansOfOne: number, owners = 1) => {
    const place = join(folder, name);
    await mkdir(place);
    console.error(`seeding ${title}`);
    const catalogue = await prepared(place, plansOfOne, owners, pace);
    const side = { title, catalogue, ...(await started(place, catalogue, pace)) };
    sides.push(side);
    return side;
  };
  try {
    const few = await begin(`a tenant of ${FEW} plans`, 'few', FEW);
    const many = await begin(`a tenant of ${plans} plans`, 'many', plans);
    const spread = await begin(
      `${tenants} tenants of ${PLANS_A_TENANT} plans`,
      'spread',
      PLANS_A_TENANT,
      tenants,
    );
    const cost = (trafficOf: (catalogue: Catalogue) => Traffic): Cost => {
      return (side) => costOf(side, trafficOf(side.catalogue), pace);
    };
    const onAny: Record<string, Cost> = {
      'the first page of 50': cost(workloads.W1.traffic),
      'one plan by code': cost(samePlan),
      'a pricing page of 5 plans': cost(workloads.W8.traffic),
      addPlanPrice: addPrices,
    };
    // Catalogues of more than a thousand plans take no change sets.
    const onSmall = { ...onAny, 'a change set of one price, made and applied': applySets };
    const lines: string[] = [];
    for (const [side, requests] of [
      [many, onAny],
      [spread, onSmall],
    ] as const)
      for (const [title, request] of Object.entries(requests)) {
        const ratio = await longer([few, request], [side, request], pace);
        lines.push(`${side.title}, ${title}: ${ratio}`);
      }
    const cursor = await cursorBehind(many, plans / 2);
    const distant = await longer(
      [few, cost(workloads.W1.traffic)],
      [many, cost(() => distantPage(cursor))],
      pace,
    );
    lines.push(`${many.title}, a page of 50 in the middle: ${distant}`);
    console.log(`
How many times as long a request takes as at ${few.title} (at most ${LONGEST}):
${lines.map((line) => `  ${line}`).join('\n')}
Which part of the second that the start to the first answer may take is used up:
${sides.map(({ title, starts }) => `  ${title}: ${judged(starts, 1)}`).join('\n')}`);
  } finally {
    await Promise.all(sides.map(({ server }) => server.stop()));
  }
};

/** A plan that is alike in each catalogue: no two plans of one are. */
const samePlan = (catalogue: Catalogue): Traffic => {
  const [first] = catalogue.plans.toSorted((a, b) => (a.code < b.code ? -1 : 1));
  return workloads.W2.traffic({ ...catalogue, plans: first ? [first] : [] });
};

const prepared = async (
  folder: string,
  plans: number,
  tenants: number,
  { rounds }: Pace,
): Promise<Catalogue> => {
  const seeded = await seed(join(folder, 'plans.db'), plans);
  const spread = tenants > 1 ? withTenants(seeded, tenants) : seeded;
  const withPage = await withPricingPage(spread, folder);
  // One round more is for warming up, and one side is measured with two others.
  return withPricelessPlans(withPage, 2 * PLANS_A_ROUND * (rounds + 1));
};

const started = async (
  folder: string,
  catalogue: Catalogue,
  { rounds }: Pace,
): Promise<Pick<Side, 'server' | 'starts'>> => {
  const onePlan = workloads.W2.traffic(catalogue);
  const starts: number[] = [];
  for (;;) {
    const startedAt = performance.now();
    const server = await start('ours', { catalogue, file: catalogue.file, answer: '', folder });
    await ask(server, onePlan, onePlan.bodies[0] ?? '', catalogue.key);
    starts.push((performance.now() - startedAt) / START_LIMIT_MS);
    if (starts.length === rounds) return { server, starts };
    await server.stop();
  }
};

const cursorBehind = async ({ server, catalogue }: Side, plans: number): Promise<string> => {
  let after: string | null = null;
  for (let passed = 0; passed < plans; passed += STEP) {
    const query = `query Step($after: String) { plans(first: ${STEP}, after: $after) { pageInfo { endCursor } } }`;
    const body: string = JSON.stringify({ query, variables: { after } });
    after = JSON.parse(await ask(server, graphql([]), body, catalogue.key)).data.plans.pageInfo
      .endCursor;
  }
  return after ?? '';
};

const longer = async (
  [few, costAtFew]: [Side, Cost],
  [many, costAtMany]: [Side, Cost],
  { rounds }: Pace,
): Promise<string> => {
  const costs = { few: [] as number[], many: [] as number[] };
  for (let round = 0; round <= rounds; round += 1) {
    const atFew = await costAtFew(few, round);
    const atMany = await costAtMany(many, round);
    // The first one warms up.
    if (round === 0) continue;
    costs.few.push(atFew);
    costs.many.push(atMany);
  }
  return judged(ratios(costs.many, costs.few), LONGEST);
};

const judged = (values: readonly number[], limit: number): string => {
  const { median, least, most } = summarize(values);
  return `${median.toFixed(2)} [${least.toFixed(2)}…${most.toFixed(2)}] ${median <= limit ? '≤' : '✗'} ${limit}`;
};

const costOf = async (
  { server, catalogue }: Side,
  traffic: Traffic,
  { seconds, yardstick }: Order,
): Promise<number> => {
  const bodiesFile = `${catalogue.file}.bodies`;
  await writeFile(bodiesFile, traffic.bodies.join('\n'));
  const order = { traffic, bodiesFile, from: 0, key: catalogue.key, seconds };
  return 1 / (await load(server, order))[yardstick];
};
