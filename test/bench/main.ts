import { mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { against } from './against.ts';
import { canPin } from './cores.ts';
import { type Catalogue, newFolder, seed, withPricelessPlans, withPricingPage } from './data.ts';
import { latency, PLANS as PLANS_OF_LATENCY } from './latency.ts';
import { CONNECTIONS, generator } from './load.ts';
import { type Measures, measure, type Pace } from './rounds.ts';
import { MANY, scale } from './scale.ts';
import { table } from './table.ts';
import { type Workload, type WorkloadName, workloadNames, workloads } from './workloads.ts';

const usage = `npm run bench -- [--quick] [--only W1,W2,…] [--rounds N] [--seconds N] [--busy] [--against FOLDER] [--scale] [--latency] [--plans N]

  --quick    short rounds, fewer of them: rough figures
  --only     these workloads only
  --rounds   how often each server has its turn
  --seconds  how long a turn takes
  --busy     by the time that each server keeps its core busy: for a machine where others work as well
  --against  instead: this checkout next to another one that is built, with the 95 % interval of at least nine rounds
  --scale    instead: reads, writes and the start at 100 000 plans, of one tenant and of a thousand, compared with those at 200
  --latency  instead: how long others wait while the gateway does the longest work, at 20 000 plans
  --plans    another number of plans for --scale and --latency

${workloadNames.map((name) => `  ${name}  ${workloads[name].title}`).join('\n')}`;

const PLANS = 200;

const { values: options } = parseArgs({
  options: {
    help: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    rounds: { type: 'string' },
    seconds: { type: 'string' },
    busy: { type: 'boolean', default: false },
    against: { type: 'string' },
    scale: { type: 'boolean', default: false },
    latency: { type: 'boolean', default: false },
    plans: { type: 'string' },
  },
});

const yardstick = options.busy ? 'perBusySecond' : 'perSecond';

const chosen = (only: string | undefined): WorkloadName[] => {
  const wanted = only?.toUpperCase().split(',') ?? workloadNames;
  return wanted.map((wish) => {
    const name = workloadNames.find((known) => known === wish);
    if (!name) throw new Error(`there is no workload ${wish}`);
    return name;
  });
};

const prepared = async (name: WorkloadName, seeded: Catalogue, folder: string) => {
  if (name === 'W4') return withPricelessPlans(seeded);
  return name === 'W8' ? withPricingPage(seeded, folder) : seeded;
};

const run = async (folder: string, pace: Pace): Promise<void> => {
  const results = new Map<WorkloadName, Measures>();
  for (const name of chosen(options.only)) {
    const workload: Workload = workloads[name];
    console.error(`${name}: ${workload.title}`);
    const place = join(folder, name);
    await mkdir(place);
    const seeded = await seed(join(place, 'plans.db'), PLANS);
    const catalogue = await prepared(name, seeded, place);
    results.set(name, await measure(workload, catalogue, place, pace));
  }
  console.log(`
Requests of Plans Gateway in a second${options.busy ? ' of its own processor time' : ''}, divided by those of another server in the same round:
median [least … most] of ${pace.rounds} rounds of ${pace.seconds} s; ${CONNECTIONS} connections of ${generator}, ${
    canPin ? 'server and load on a core each' : 'not pinned to cores'
  }; Node ${process.version}.
≥ the target is met, ✗ it is missed; * the other server had time to spare: load or disk were its limit.

${table(results, yardstick)}`);
};

const pace = {
  rounds: Number(options.rounds ?? (options.quick ? 3 : 7)),
  seconds: Number(options.seconds ?? (options.quick ? 1 : 3)),
};
if (options.help) console.log(usage);
else {
  const folder = await newFolder();
  try {
    if (options.against !== undefined)
      await against(
        resolve(process.env.INIT_CWD ?? '', options.against),
        folder,
        chosen(options.only),
        {
          ...pace,
          rounds: Number(options.rounds ?? 9),
          yardstick,
        },
      );
    else if (options.scale)
      await scale(folder, Number(options.plans ?? MANY), { ...pace, yardstick });
    else if (options.latency)
      await latency(folder, Number(options.plans ?? PLANS_OF_LATENCY), {
        ...pace,
        isBusyMachine: options.busy,
      });
    else await run(folder, pace);
    await rm(folder, { recursive: true });
  } catch (failure) {
    console.error(
      `${failure instanceof Error ? failure.message : failure}\nWhat the servers said lies in ${folder}.`,
    );
    process.exitCode = 1;
  }
}
