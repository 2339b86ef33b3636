import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ask } from './answers.ts';
import { residentBytes } from './cores.ts';
import { type Catalogue, copy, seed, withPricelessPlans } from './data.ts';
import { CONNECTIONS, load, type Measure } from './load.ts';
import { interval, ratios } from './ratios.ts';
import type { Pace } from './rounds.ts';
import { gateway, type RunningServer, servers, serving, start } from './servers.ts';
import type { Yardstick } from './table.ts';
import { type Traffic, type WorkloadName, workloads } from './workloads.ts';

/** What an answer may cost more than before. */
const LEAST = 0.95;
const WARM_UP_SECONDS = 3;

const variants = ['ours', 'oursKeeping', 'oursCached'] as const;
type Variant = (typeof variants)[number];

interface Side {
  begin(): Promise<RunningServer>;
  server: RunningServer;
  catalogue: Catalogue;
  traffic: Traffic;
  bodiesFile: string;
  /** The next body that was not sent yet. */
  next: number;
}

/**
 * This checkout next to another built one, each on data that it seeded itself: requests in a
 * second, starts and memory.
 */
export const against = async (
  other: string,
  folder: string,
  names: readonly WorkloadName[],
  pace: Pace & { yardstick: Yardstick },
): Promise<void> => {
  const programs = [gateway, join(other, 'dist/src/main.js')] as const;
  console.log(`
Requests of this checkout in a second${pace.yardstick === 'perBusySecond' ? ' of its own processor time' : ''}, divided by those of ${other} in the same round:
geometric mean [95 % interval] of ${pace.rounds} rounds of ${pace.seconds} s; ${CONNECTIONS} connections; Node ${process.version}.
≥ the upper end reaches ${LEAST}, ✗ it does not. Then starts to the first answer and resident memory, divided likewise.
`);
  for (const name of names)
    for (const variant of variantsOf(name))
      console.log(
        `${name} ${servers[variant]}: ${await compare(programs, folder, name, variant, pace)}`,
      );
};

const variantsOf = (name: WorkloadName): readonly Variant[] =>
  name === 'W4' ? ['ours', 'oursKeeping'] : variants;

const begin = async (
  program: string,
  folder: string,
  name: WorkloadName,
  variant: Variant,
): Promise<Side> => {
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'plans.db');
  const seeded = await seed(file, 200, [program]);
  const catalogue = name === 'W4' ? withPricelessPlans(seeded) : seeded;
  const traffic: Traffic = workloads[name].traffic(catalogue);
  const bodiesFile = join(folder, 'bodies');
  await writeFile(bodiesFile, traffic.bodies.join('\n'));
  const data = { catalogue, folder, answer: '', file: copy(file, join(folder, 'served.db')) };
  const begin = () => start(variant, data, serving(program));
  return { begin, server: await begin(), catalogue, traffic, bodiesFile, next: 0 };
};

/** How long it takes from the start of the process to its first answer. */
const restart = async (side: Side): Promise<number> => {
  await side.server.stop();
  const startedAt = performance.now();
  side.server = await side.begin();
  const [body = ''] = side.traffic.bodies;
  if (!side.traffic.once) await ask(side.server, side.traffic, body, side.catalogue.key);
  return performance.now() - startedAt;
};

const turn = async (side: Side, seconds: number): Promise<Measure> => {
  const { server, catalogue, traffic, bodiesFile, next } = side;
  const done = await load(server, { traffic, bodiesFile, from: next, key: catalogue.key, seconds });
  if (traffic.once) side.next += done.requests + 2 * CONNECTIONS;
  return done;
};

/** In turns, since the second of a pair may find the machine in another state than the first. */
const rounds = async (
  [here, there]: readonly [Side, Side],
  count: number,
  measure: (side: Side) => Promise<number>,
): Promise<number[]> => {
  const found = { here: [] as number[], there: [] as number[] };
  for (let round = 0; round < count; round += 1) {
    if (round % 2 === 1) found.there.push(await measure(there));
    found.here.push(await measure(here));
    if (round % 2 === 0) found.there.push(await measure(there));
  }
  return ratios(found.here, found.there);
};

const written = (values: readonly number[]): string => {
  const { mean, lower, upper } = interval(values);
  return `${mean.toFixed(2)} [${lower.toFixed(2)}…${upper.toFixed(2)}]`;
};

const compare = async (
  programs: readonly [string, string],
  folder: string,
  name: WorkloadName,
  variant: Variant,
  { rounds: count, seconds, yardstick }: Pace & { yardstick: Yardstick },
): Promise<string> => {
  const [ours, theirs] = programs.map((program, place) =>
    begin(program, join(folder, `${name}-${variant}-${place}`), name, variant),
  );
  if (!ours || !theirs) throw new Error('two programs are compared');
  const sides: [Side, Side] = [await ours, await theirs];
  try {
    for (const side of sides) await turn(side, WARM_UP_SECONDS);
    const speeds = await rounds(
      sides,
      count,
      async (side) => (await turn(side, seconds))[yardstick],
    );
    const memory = residentBytes(sides[0].server.pid) / residentBytes(sides[1].server.pid);
    const starts = await rounds(sides, count, restart);
    const verdict = `${interval(speeds).upper >= LEAST ? '≥' : '✗'} ${LEAST}`;
    return `${written(speeds)} ${verdict}; start ${written(starts)}; memory ${memory.toFixed(2)}`;
  } finally {
    await Promise.all(sides.map(({ server }) => server.stop()));
  }
};
