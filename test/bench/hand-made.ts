import { deepStrictEqual } from 'node:assert';
import { rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { connect } from '../../src/db/engine/connect.ts';
import { ask } from './answers.ts';
import { busyTicks, TICKS_PER_SECOND } from './cores.ts';
import * as counted from './counted.ts';
import { newFolder, seed } from './data.ts';
import { dataOf, type Piece, piecesOn, sink } from './pieces.ts';
import { interval, ratios } from './ratios.ts';
import { type RunningServer, serving, start } from './servers.ts';
import { build } from './swapped.ts';
import { headersOf, type Traffic, workloads } from './workloads.ts';

/**
 * Compares each piece that we wrote with the library that could replace it: alone, and in a whole
 * request to a gateway that is built with the library. It counts processor time, since other
 * programs run on the machine as well.
 */

const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '9' }, only: { type: 'string', default: '' } },
});
const ROUNDS = Number(options.rounds);
const TURN_MS = 60;
const SERVER_TURN_SECONDS = 1;
const CONNECTIONS = 32;
const PLANS = 200;

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
  const catalogue = await seed(file, PLANS, [counted.program]);
  const traffic = workloads.W2.traffic(catalogue);
  const { key } = catalogue;
  const [body = ''] = traffic.bodies;
  const data = { catalogue, folder, answer: '', file };
  const during = async <Result>(
    variant: Piece['variant'],
    program: string,
    work: (server: RunningServer) => Promise<Result>,
  ): Promise<Result> => {
    const server = await start(variant, data, serving(program));
    try {
      await sendMany(server, traffic, key, WARM_UP_REQUESTS);
      return await work(server);
    } finally {
      await server.stop();
    }
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
      const answers = [];
      for (const each of [counted.program, program])
        answers.push(await during(variant, each, (server) => ask(server, traffic, body, key)));
      const [answer = '', other = ''] = answers;
      deepStrictEqual(dataOf(other), dataOf(answer));
      const time = (of: string, count: number) =>
        during(variant, of, (server) => timeOfRequest(server, traffic, key, count));
      const count = Math.ceil((SERVER_TURN_SECONDS * 1e9) / (await time(counted.program, 1_000)));
      // A process each time: what a compiler makes of the code differs from one to the next.
      const found = await inRounds(
        () => time(counted.program, count),
        () => time(program, count),
      );
      whole = written(ratios(found.theirs, found.ours));
      const number = calls?.(ran[variant], answer);
      if (number !== undefined)
        share = `${number} × = ${((100 * number * nanoseconds) / interval(found.ours).mean).toFixed(1)} %`;
    }
    const request = variant === 'ours' ? 'nothing cached' : 'records cached';
    return `| ${title} | ${library} | ${byItself} | ${share} | ${whole && `${whole}, ${request}`} |`;
  };

  const pieces = await piecesOn(engine, catalogue);
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
