import { deepStrictEqual } from 'node:assert';
import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { pino, stdTimeFunctions } from 'pino';
import { connect } from '../../src/db/engine/connect.ts';
import type { Engine } from '../../src/db/engine/engine.ts';
import { batch } from '../../src/db/read/batch.ts';
import { columns, when } from '../../src/db/read/nested.ts';
import { findPlans, ofLivePlan } from '../../src/db/records/plan.ts';
import { pricesOf, pricesOfPlan } from '../../src/db/records/price.ts';
import { Store } from '../../src/db/store.ts';
import { plan, planPrice } from '../../src/db/tables.ts';
import type { Watched } from '../../src/exchange.ts';
import { Kept } from '../../src/kept.ts';
import { mapMaybePromise } from '../../src/maybe-promise.ts';
import { createLog } from '../../src/observe/log.ts';
import { withoutSecrets } from '../../src/observe/secrets.ts';
import { Tally } from '../../src/observe/tally.ts';
import { ask } from './answers.ts';
import { busyTicks, TICKS_PER_SECOND } from './cores.ts';
import * as counted from './counted.ts';
import { type Catalogue, newFolder, seed } from './data.ts';
import { Kept as KeptByLibrary } from './libraries/kept.ts';
import { logMembers } from './libraries/log-members.ts';
import { looped } from './libraries/looped.ts';
import { mapMaybePromise as mapByLibrary } from './libraries/maybe-promise.ts';
import { Tally as TallyByLibrary } from './libraries/tally.ts';
import { interval, ratios } from './ratios.ts';
import { type RunningServer, start } from './servers.ts';
import { headersOf, type Traffic, workloads } from './workloads.ts';

/**
 * Each piece that we wrote although a library has one, compared with that library: alone, and in a
 * whole request to a gateway that is built with the library instead. By processor time, since
 * others work on the machine as well.
 */

const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '11' }, only: { type: 'string', default: '' } },
});
const ROUNDS = Number(options.rounds);
const TURN_MS = 60;
const SERVER_TURN_SECONDS = 1;
const CONNECTIONS = 32;
const PLANS = 200;

const root = fileURLToPath(new URL('../../', import.meta.url));

/** What a function ends in, so that it is not optimized away. */
let sink: unknown;

interface Alone {
  /** Each does the same, so many times; one time is one call of the piece. */
  ours(times: number): void;
  theirs(times: number): void;
}

type Change = (source: string) => string;

interface Piece {
  title: string;
  library: string;
  alone?: Alone;
  /** How often a request calls it. */
  calls?: (ran: readonly counted.Ran[], answer: string) => number;
  /** The request: with records cached, or with nothing cached. */
  variant: 'oursKeeping' | 'ours';
  /** How sources change for the library, by their path. */
  changes: () => Promise<Record<string, Change>>;
}

const callsOf =
  (file: string, ...names: string[]) =>
  (ran: readonly counted.Ran[]): number =>
    ran
      .filter((one) => one.file === file && names.includes(one.name))
      .reduce((sum, { count }) => sum + count, 0);

/** One of our adapters, as it stands in `src` instead of ours. */
const adapter = async (name: string, place: string): Promise<string> => {
  const source = await readFile(new URL(`libraries/${name}.ts`, import.meta.url), 'utf8');
  return source.replaceAll(
    "'../../../src/",
    `'${relative(join(root, place, '..'), join(root, 'src')) || '.'}/`,
  );
};

const instead = async (name: string, place: string): Promise<Record<string, Change>> => {
  const source = await adapter(name, place);
  return { [place]: () => source };
};

const replaced =
  (pattern: string | RegExp, by: string): Change =>
  (source) => {
    const changed = source.replace(pattern, () => by);
    if (changed === source) throw new Error(`there is no ${pattern} to replace`);
    return changed;
  };

/** The same pseudo-random numbers each time, small ones more often. */
const skewed = (count: number, below: number): number[] => {
  let state = 1;
  return Array.from({ length: count }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return Math.floor((state / 2_147_483_647) ** 3 * below);
  });
};

const turned = <Item>(items: readonly Item[], work: (item: Item) => void) => {
  let next = 0;
  return (times: number): void => {
    for (let time = 0; time < times; time += 1) {
      work(items[next % items.length] as Item);
      next += 1;
    }
  };
};

const addOne = (value: number): number => value + 1;

const promises = (): Piece => ({
  title: '`src/maybe-promise.ts`',
  library: '`mapMaybePromise` of @whatwg-node/promise-helpers',
  alone: {
    ours: turned([1], (value) => {
      sink = mapMaybePromise(value, addOne);
    }),
    theirs: turned([1], (value) => {
      sink = mapByLibrary(value, addOne);
    }),
  },
  calls: callsOf('src/maybe-promise.js', 'mapMaybePromise'),
  variant: 'oursKeeping',
  changes: () => instead('maybe-promise', 'src/maybe-promise.ts'),
});

const MOST_KEPT = 1_000;

const caches = (): Piece[] => {
  const value = { some: 'value' };
  const keys = skewed(10_000, 2 * MOST_KEPT).map((number) => `key ${number}`);
  const asked = (cache: Kept<string, object> | KeptByLibrary<string, object>, known: string[]) =>
    turned(known, (key) => {
      const found = cache.get(key);
      if (!found) cache.set(key, value, 1);
      sink = found;
    });
  const [few] = [keys.filter((key) => Number(key.slice(4)) < MOST_KEPT / 2)];
  return [
    {
      title: '`src/kept.ts`, all found',
      library: 'lru-cache',
      alone: {
        ours: asked(new Kept(MOST_KEPT), few),
        theirs: asked(new KeptByLibrary(MOST_KEPT), few),
      },
      calls: callsOf('src/kept.js', 'get', 'set'),
      variant: 'oursKeeping',
      changes: () => instead('kept', 'src/kept.ts'),
    },
    {
      title: '`src/kept.ts`, a part dropped and stored again',
      library: 'lru-cache',
      alone: {
        ours: asked(new Kept(MOST_KEPT), keys),
        theirs: asked(new KeptByLibrary(MOST_KEPT), keys),
      },
      variant: 'oursKeeping',
      changes: async () => ({}),
    },
  ];
};

const watched: Watched[] = ['plan', 'plans', 'addPlanPrice', 'get-plan'].map(
  (operation, index) => ({
    requestId: `req_${'0123456789abcdef'.repeat(2)}`,
    clientRequestId: undefined,
    method: 'POST',
    url: '/graphql',
    path: '/graphql',
    account: {
      surface: index < 3 ? 'graphql' : 'rest',
      operation,
      caller: {
        apiKeyId: 'key_01m8dpnj92cjzddq8dtw9ytr2v',
        tenant: {
          id: 'tnt_01m8dpnfq668cwb66hk24mahay',
          organizationId: 'org_01m8dpnfq51stx3pyfk6y9dy9a',
        },
      },
      replayed: false,
    },
  }),
) as unknown as Watched[];

const histograms = (): Piece => {
  const added = (tally: Tally | TallyByLibrary) =>
    turned(watched, ({ account }) => tally.add(account, 200, 0.000_7));
  return {
    title: '`src/observe/tally.ts`',
    library: 'prom-client Counter and Histogram',
    alone: { ours: added(new Tally()), theirs: added(new TallyByLibrary()) },
    calls: callsOf('src/observe/tally.js', 'add'),
    variant: 'oursKeeping',
    changes: async () => ({
      ...(await instead('tally', 'src/observe/tally.ts')),
      'src/observe/metrics.ts': replaced('tally.text()', 'await tally.text()'),
    }),
  };
};

const withoutTime = (line: string): object => ({ ...JSON.parse(line), time: '' });

const lines = (): Piece => {
  const written = { ours: '', theirs: '' };
  const log = createLog('info', {
    write: (line) => {
      written.ours = line;
    },
  });
  const logger = pino(
    {
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      hooks: { streamWrite: withoutSecrets },
    },
    {
      write: (line) => {
        written.theirs = line;
      },
    },
  );
  const alone = {
    ours: turned(watched, (one) => log.answered(one, 200, 1.234_567)),
    theirs: turned(watched, (one) => logger.info(logMembers(one, 200, 1.234_567))),
  };
  alone.ours(1);
  alone.theirs(1);
  deepStrictEqual(withoutTime(written.ours), withoutTime(written.theirs));
  return {
    title: "`src/observe/log.ts`, a request's line",
    library: 'pino',
    alone,
    calls: callsOf('src/observe/log.js', 'answered'),
    variant: 'oursKeeping',
    changes: async () => ({
      'src/observe/log-members.ts': () => membersSource,
      'src/observe/log.ts': (source) =>
        `import { logMembers } from './log-members.ts';\n${replaced(
          'stream.write(lineOf(watched, status, milliseconds))',
          'logger.info(logMembers(watched, status, milliseconds))',
        )(source)}`,
    }),
  };
};
const membersSource = await adapter('log-members', 'src/observe/log-members.ts');

const dataOf = (answer: string) => JSON.parse(answer).data;

/** Of a plan's answer: each record in it was decoded once. */
const recordsIn = (answer: string): number => {
  const { prices, features } = dataOf(answer).plan;
  const regional = prices.flatMap(
    ({ regionalPrices }: { regionalPrices: unknown[] }) => regionalPrices,
  );
  return 1 + prices.length + regional.length + 2 * features.length;
};

const reads = async (engine: Engine, { tenantId, plans }: Catalogue): Promise<Piece[]> => {
  const reader = new Store(engine).reader({ id: tenantId, organizationId: '', mode: 'live' });
  const ids = plans.slice(0, 50).map(({ id }) => id);
  const records = await findPlans(reader, ids);
  const tuples = records.map((record) => Object.values(plan.values(record)));
  const loop = looped(plan.fields);
  deepStrictEqual(tuples.map(plan.decode), records);
  deepStrictEqual(tuples.map(loop), records);

  const fresh = () =>
    batch((source, planId) =>
      when(ofLivePlan(source, planId), pricesOf(source, planId, columns(source, planPrice))),
    );
  const [id = ''] = ids;
  deepStrictEqual(await fresh()(reader, [id]), await pricesOfPlan(reader, [id]));
  return [
    {
      title: '`src/db/table.ts`, the decoder of a plan',
      library: 'a loop over the columns',
      alone: {
        ours: turned(tuples, (tuple) => {
          sink = plan.decode(tuple);
        }),
        theirs: turned(tuples, (tuple) => {
          sink = loop(tuple);
        }),
      },
      calls: (_ran, answer) => recordsIn(answer),
      variant: 'ours',
      changes: async () => ({
        'src/db/looped.ts': () => loopSource,
        'src/db/table.ts': (source) =>
          `import { looped } from './looped.ts';\n${replaced(
            /this\.decode = compiled\([\s\S]*?\n {4}\);/,
            'this.decode = looped(fields) as unknown as (values: readonly unknown[]) => never;',
          )(source)}`,
      }),
    },
    {
      title: '`src/db/read/compiled.ts`, the prices of a plan read',
      library: 'Kysely, compiling each time',
      alone: {
        ours: turned(ids, (id) => {
          sink = pricesOfPlan(reader, [id]);
        }),
        theirs: turned(ids, (id) => {
          sink = fresh()(reader, [id]);
        }),
      },
      calls: callsOf('src/db/read/compiled.js', 'runCompiled'),
      variant: 'ours',
      changes: async () => ({
        'src/db/read/batch.ts': replaced('statements.get(name) ??', ''),
      }),
    },
  ];
};
const loopSource = await adapter('looped', 'src/db/looped.ts');

const batches = (): Piece => ({
  title: '`src/http/together.ts`',
  library: 'no batch',
  variant: 'oursKeeping',
  changes: () => instead('together', 'src/http/together.ts'),
});

/** Nanoseconds of processor time that one call takes. */
const timeOf = (work: (times: number) => void, times: number): number => {
  const before = process.cpuUsage();
  work(times);
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1_000) / times;
};

const calibrated = (work: (times: number) => void): number => {
  for (let times = 100; ; times *= 2) {
    const milliseconds = (timeOf(work, times) * times) / 1e6;
    if (milliseconds >= TURN_MS) return times;
  }
};

/** In turns, since the second of a pair may find the machine in another state than the first. */
const inRounds = async (
  ours: () => number | Promise<number>,
  theirs: () => number | Promise<number>,
): Promise<{ ours: number[]; theirs: number[] }> => {
  const found = { ours: [] as number[], theirs: [] as number[] };
  for (let round = 0; round < ROUNDS; round += 1) {
    if (round % 2 === 1) found.theirs.push(await theirs());
    found.ours.push(await ours());
    if (round % 2 === 0) found.theirs.push(await theirs());
  }
  return found;
};

const written = (values: readonly number[]): string => {
  const { mean, lower, upper } = interval(values);
  return `${mean.toFixed(2)} [${lower.toFixed(2)}…${upper.toFixed(2)}]`;
};

const build = async (folder: string, changes: Record<string, Change>): Promise<string> => {
  const files = ['src', 'schema', 'migrations', 'package.json'];
  await mkdir(folder);
  for (const name of [...files, 'tsconfig.json', 'tsconfig.build.json'])
    await cp(join(root, name), join(folder, name), { recursive: true });
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  for (const [path, change] of Object.entries(changes)) {
    const place = join(folder, path);
    const source = await readFile(place, 'utf8').catch(() => '');
    await writeFile(place, change(source));
  }
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  // What the library makes superfluous stays in the source.
  const flags = ['-p', join(folder, 'tsconfig.build.json'), '--noUnusedLocals', 'false'];
  await promisify(execFile)(process.execPath, [compiler, ...flags]);
  return join(folder, 'dist/src/main.js');
};

const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });

const send = ({ url }: RunningServer, { method, path, bodies }: Traffic, headers: object) =>
  new Promise<void>((resolve, reject) => {
    const sent = request(
      url + path,
      { agent, method, headers: headers as Record<string, string> },
      (response) => {
        response.on('end', () =>
          response.statusCode === 200 ? resolve() : reject(new Error(`${path} fails`)),
        );
        response.on('error', reject).resume();
      },
    );
    sent.on('error', reject).end(bodies[0]);
  });

const sendMany = async (server: RunningServer, traffic: Traffic, key: string, count: number) => {
  let left = count;
  const headers = headersOf(traffic, key);
  const client = async () => {
    while (left > 0) {
      left -= 1;
      await send(server, traffic, headers);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, client));
};

/** Nanoseconds of processor time that one request takes. */
const timeOfRequest = async (
  server: RunningServer,
  traffic: Traffic,
  key: string,
  count: number,
): Promise<number> => {
  const before = busyTicks(server.pid);
  await sendMany(server, traffic, key, count);
  return ((busyTicks(server.pid) - before) / TICKS_PER_SECOND / count) * 1e9;
};

const WARM_UP_REQUESTS = 3_000;

const folder = await newFolder();
try {
  const file = join(folder, 'plans.db');
  const catalogue = await seed(file, PLANS, counted.program);
  const traffic = workloads.W2.traffic(catalogue);
  const { key } = catalogue;
  const [body = ''] = traffic.bodies;
  const data = { catalogue, folder, answer: '', file };
  const begin = async (variant: Piece['variant'], program: string): Promise<RunningServer> => {
    const server = await start(variant, data, [program, 'serve']);
    await sendMany(server, traffic, key, WARM_UP_REQUESTS);
    return server;
  };

  /** What runs for one request that is not the first. */
  const ranIn = async (variant: Piece['variant']): Promise<counted.Ran[]> => {
    const caches = variant === 'ours' ? { RECORD_CACHE: 'off' } : {};
    const server = await counted.start(file, { RESPONSE_CACHE: 'off', ...caches });
    const headers = headersOf(traffic, key);
    const once = async () =>
      (await fetch(server.url + traffic.path, { method: 'POST', headers, body })).text();
    try {
      for (let count = 0; count < 50; count += 1) await once();
      await server.taken();
      await once();
      return await server.taken();
    } finally {
      await server.stop();
    }
  };
  const ran = { ours: await ranIn('ours'), oursKeeping: await ranIn('oursKeeping') };

  const engine = await connect(`file:${file}`);
  const compare = async (piece: Piece, index: number): Promise<string> => {
    const { title, library, alone, variant, calls } = piece;
    const changes = await piece.changes();
    let [byItself, whole, share] = ['', '', ''];
    let nanoseconds = Number.NaN;
    if (alone) {
      const { ours, theirs } = alone;
      const times = [calibrated(ours), calibrated(theirs)] as const;
      const found = await inRounds(
        () => timeOf(ours, times[0]),
        () => timeOf(theirs, times[1]),
      );
      byItself = written(ratios(found.theirs, found.ours));
      nanoseconds = interval(found.ours).mean;
    }
    if (Object.keys(changes).length > 0) {
      const program = await build(join(folder, `build-${index}`), changes);
      const servers = [
        await begin(variant, counted.program),
        await begin(variant, program),
      ] as const;
      try {
        const answers = [];
        for (const server of servers) answers.push(await ask(server, traffic, body, key));
        deepStrictEqual(dataOf(answers[1] ?? ''), dataOf(answers[0] ?? ''));
        const first = await timeOfRequest(servers[0], traffic, key, 1_000);
        const count = Math.ceil((SERVER_TURN_SECONDS * 1e9) / first);
        const found = await inRounds(
          () => timeOfRequest(servers[0], traffic, key, count),
          () => timeOfRequest(servers[1], traffic, key, count),
        );
        whole = written(ratios(found.theirs, found.ours));
        const number = calls?.(ran[variant], answers[0] ?? '');
        if (number !== undefined)
          share = `${number} × = ${((100 * number * nanoseconds) / interval(found.ours).mean).toFixed(1)} %`;
      } finally {
        for (const server of servers) await server.stop();
      }
    }
    const request = variant === 'ours' ? 'nothing cached' : 'records cached';
    return `| ${title} | ${library} | ${byItself} | ${share} | ${whole && `${whole}, ${request}`} |`;
  };

  const pieces = [
    promises(),
    ...caches(),
    histograms(),
    lines(),
    ...(await reads(engine, catalogue)),
    batches(),
  ];
  console.log(`
Speed of ours, divided by that of the library in the same round: geometric mean [95 % interval] of ${ROUNDS} rounds, by processor time.
The request reads one plan by its code with all that belongs to it (W2 of the bench), ${CONNECTIONS} at a time. Node ${process.version}.

| Ours | Instead | Alone | Calls in a request, and their share of it | Whole request |
| --- | --- | ---: | ---: | ---: |`);
  for (const [index, piece] of pieces.entries())
    if (`${piece.title} ${piece.library}`.includes(options.only))
      console.log(await compare(piece, index));
  await engine.close();
} finally {
  agent.destroy();
  await rm(folder, { recursive: true });
}
if (sink === undefined) throw new Error('nothing was measured');
