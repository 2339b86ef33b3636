import { execFile, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { busyTicks, loadCore, pinned, TICKS_PER_SECOND } from './cores.ts';
import type { RunningServer } from './servers.ts';
import { headersOf, type Traffic } from './workloads.ts';

export const CONNECTIONS = 32;
/** How long a request may take: as long as it wants, on a machine where others work as well. */
const PATIENCE_SECONDS = 30;

const hasWrk = spawnSync('wrk', ['-v']).error === undefined;
export const generator = hasWrk ? 'wrk' : 'autocannon';

export interface LoadOrder {
  traffic: Traffic;
  /** The bodies, one a line. */
  bodiesFile: string;
  /** The first body to send. */
  from: number;
  key: string;
  seconds: number;
}

/** What a load generator prints, as JSON. */
interface Report {
  requests: number;
  seconds: number;
  failures: number;
}

export interface Measure {
  requests: number;
  perSecond: number;
  /**
   * By the time that the server kept its core busy: holds on a machine where others work as well.
   */
  perBusySecond: number;
  /** Which part of the time that was. */
  busy: number;
}

export const load = async (server: RunningServer, order: LoadOrder): Promise<Measure> => {
  const before = busyTicks(server.pid);
  const { requests, seconds, failures } = await run(server.url, order);
  const after = busyTicks(server.pid);
  if (failures > 0) throw new Error(`${server.name} failed ${failures} of ${requests} requests`);
  if (requests === 0)
    throw new Error(`${server.name} answered nothing within ${order.seconds} s; try --seconds`);
  const left = order.traffic.bodies.length - order.from;
  if (order.traffic.once && requests + CONNECTIONS > left)
    throw new Error('there were too few bodies to send');
  const busySeconds = (after - before) / TICKS_PER_SECOND;
  return {
    requests,
    perSecond: requests / seconds,
    perBusySecond: requests / busySeconds,
    busy: busySeconds / seconds,
  };
};

const script = (name: string) => fileURLToPath(new URL(name, import.meta.url));

const run = async (
  url: string,
  { traffic, bodiesFile, from, key, seconds }: LoadOrder,
): Promise<Report> => {
  const [command, ...args] = pinned(
    loadCore,
    hasWrk
      ? [
          'wrk',
          '-t1',
          `-c${CONNECTIONS}`,
          `-d${seconds}s`,
          '--timeout',
          `${PATIENCE_SECONDS}s`,
          '-s',
          script('../../../wrk.lua'),
          `${url}${traffic.path}`,
        ]
      : [process.execPath, script('autocannon.js'), `${url}${traffic.path}`],
  );
  const { stdout } = await promisify(execFile)(command, args, {
    env: {
      PATH: process.env.PATH,
      BENCH_METHOD: traffic.method,
      BENCH_BODIES: bodiesFile,
      BENCH_FROM: String(from),
      BENCH_HEADERS: Object.entries(headersOf(traffic, key)).flat().join('\n'),
      BENCH_SECONDS: String(seconds),
      BENCH_PATIENCE: String(PATIENCE_SECONDS),
      BENCH_CONNECTIONS: String(CONNECTIONS),
    },
  });
  const report = stdout.trim().split('\n').at(-1) ?? '';
  return JSON.parse(report);
};
