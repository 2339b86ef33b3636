import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ask } from './answers.ts';
import { type Catalogue, seed } from './data.ts';
import { load } from './load.ts';
import { ratios, summarize } from './ratios.ts';
import type { Pace } from './rounds.ts';
import { type RunningServer, start } from './servers.ts';
import { longestWait, longWork } from './stalls.ts';
import { distantPage, graphql, type Traffic, workloads } from './workloads.ts';

const FEW = 200;
const MANY = 100_000;
const STEP = 100;
/** So many plans lie before the thousandth page of 50. */
const PLANS_BEFORE = 50_000;
/** How much longer a request may take where there are many plans. */
const LONGEST = 1.2;
const START_LIMIT_MS = 1_000;
/** How long a request may keep all others waiting at a time. */
const STALL_LIMIT_MS = 50;

interface Side {
  server: RunningServer;
  catalogue: Catalogue;
  /** Which parts of the limit its starts took, to the first answer. */
  starts: number[];
}

/**
 * Whether pages, plans by code and the start take longer where there are many plans, and whether
 * others wait for long work.
 */
export const scale = async (folder: string, pace: Pace): Promise<void> => {
  const sides: Side[] = [];
  try {
    for (const plans of [FEW, MANY]) sides.push(await begin(folder, plans, pace));
    const [few, many] = sides;
    if (!few || !many) return;
    const cursor = await cursorBehind(many, PLANS_BEFORE);
    const firstPage = workloads.W1.traffic();
    const byCode = (catalogue: Catalogue) => workloads.W2.traffic(catalogue);
    const lines = [
      ['the first page of 50', await longer(few, firstPage, many, firstPage, pace)],
      ['the thousandth page of 50', await longer(few, firstPage, many, distantPage(cursor), pace)],
      [
        'one plan by code',
        await longer(few, byCode(few.catalogue), many, byCode(many.catalogue), pace),
      ],
    ];
    const stalls: string[] = [];
    for (const [title, traffic] of Object.entries(longWork))
      stalls.push(`  ${title}: ${await stall(many, traffic, pace)}`);
    console.log(`
How many times as long a request takes at ${MANY} plans as at ${FEW} (at most ${LONGEST}):
${lines.map(([title, text]) => `  ${title}: ${text}`).join('\n')}
Which part of the second that the start to the first answer may take is used up, at ${FEW} and at ${MANY} plans:
${sides.map(({ starts }) => `  ${judged(starts, 1)}`).join('\n')}
Which part of the time that others may have to wait at most they do wait, at ${MANY} plans, for
${stalls.join('\n')}
The command copy keeps nobody waiting: it is a process of its own, and reads the file while the server runs.`);
  } finally {
    await Promise.all(sides.map(({ server }) => server.stop()));
  }
};

const begin = async (folder: string, plans: number, { rounds }: Pace): Promise<Side> => {
  console.error(`seeding ${plans} plans`);
  const catalogue = await seed(join(folder, `${plans}.db`), plans);
  const onePlan = workloads.W2.traffic(catalogue);
  const starts: number[] = [];
  for (;;) {
    const startedAt = performance.now();
    const server = await start('ours', { catalogue, file: catalogue.file, answer: '', folder });
    await ask(server, onePlan, onePlan.bodies[0] ?? '', catalogue.key);
    starts.push((performance.now() - startedAt) / START_LIMIT_MS);
    if (starts.length === rounds) return { server, catalogue, starts };
    await server.stop();
  }
};

const stall = async (
  { server, catalogue }: Side,
  traffic: Traffic,
  { rounds }: Pace,
): Promise<string> => {
  const waits: number[] = [];
  for (let round = -1; round < rounds; round += 1) {
    const wait = await longestWait(server, traffic, catalogue.key);
    if (round >= 0) waits.push(wait / STALL_LIMIT_MS);
  }
  return judged(waits, 1);
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
  few: Side,
  fewTraffic: Traffic,
  many: Side,
  manyTraffic: Traffic,
  pace: Pace,
): Promise<string> => {
  const speeds = { few: [] as number[], many: [] as number[] };
  for (let round = -1; round < pace.rounds; round += 1) {
    const atFew = await turn(few, fewTraffic, pace);
    const atMany = await turn(many, manyTraffic, pace);
    if (round < 0) continue;
    speeds.few.push(atFew);
    speeds.many.push(atMany);
  }
  return judged(ratios(speeds.few, speeds.many), LONGEST);
};

const judged = (values: readonly number[], limit: number): string => {
  const { median, least, most } = summarize(values);
  return `${median.toFixed(2)} [${least.toFixed(2)}…${most.toFixed(2)}] ${median <= limit ? '≤' : '✗'} ${limit}`;
};

const turn = async (
  { server, catalogue }: Side,
  traffic: Traffic,
  { seconds }: Pace,
): Promise<number> => {
  const bodiesFile = `${catalogue.file}.bodies`;
  await writeFile(bodiesFile, traffic.bodies.join('\n'));
  return (await load(server, { traffic, bodiesFile, from: 0, key: catalogue.key, seconds }))
    .perSecond;
};
