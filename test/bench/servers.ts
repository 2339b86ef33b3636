import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { pinned, serverCore } from './cores.ts';
import type { Catalogue } from './data.ts';

/** Every server that is measured, under the name that the table shows. */
export const servers = {
  ours: 'Plans Gateway, nothing kept',
  oursKeeping: 'Plans Gateway, records kept',
  oursCached: 'Plans Gateway, answers kept as well',
  mercurius: 'Mercurius + JIT',
  equalMercurius: 'Mercurius + JIT with keys, limits, logs and metrics',
  apollo: 'Apollo Server 5',
  stockYoga: 'stock Yoga',
  sqliteJson: 'L1',
  readyBuffer: 'L2',
} as const;
export type ServerName = keyof typeof servers;

export const gateway = fileURLToPath(new URL('../../../../../dist/src/main.js', import.meta.url));

/** What each of ours keeps in memory between two requests. */
const kept: Partial<Record<ServerName, Record<string, string>>> = {
  ours: { RECORD_CACHE: 'off', RESPONSE_CACHE: 'off' },
  oursKeeping: { RESPONSE_CACHE: 'off' },
  oursCached: {},
};

/** The options of Node.js that a built gateway names in its first line. */
const nodeOptions = (program: string): string[] => {
  const [firstLine = ''] = readFileSync(program, 'utf8').split('\n', 1);
  return firstLine.split(' ').filter((word) => word.startsWith('--'));
};

/** How a built gateway is served, with the options that it ships with. */
export const serving = (program: string): string[] => [...nodeOptions(program), program, 'serve'];

/** The other servers get the same options. */
const peer = (name: string): string[] => [
  ...nodeOptions(gateway),
  fileURLToPath(new URL(`peers/${name}.js`, import.meta.url)),
];

const script = (name: ServerName): string[] => {
  switch (name) {
    case 'mercurius':
    case 'equalMercurius':
      return peer('mercurius');
    case 'apollo':
      return peer('apollo');
    case 'stockYoga':
      return peer('stock-yoga');
    case 'sqliteJson':
      return peer('sqlite-json');
    case 'readyBuffer':
      return peer('ready-buffer');
    default:
      return serving(gateway);
  }
};

interface Data {
  catalogue: Catalogue;
  /** Or the address of a database. */
  file: string;
  /** Where the answer lies that the server without computation sends. */
  answer: string;
  /** Where the server's own words go. */
  folder: string;
  /** Of the gateway, instead of what no workload reaches. */
  limits?: Readonly<Record<string, string>>;
}

/** On, as in production, and out of reach: fifty whole price lists are more than one may ask for. */
const outOfReach = {
  RATE_LIMIT: '2000000000',
  RATE_LIMIT_COST: '2000000000',
  GRAPHQL_MAX_COST: '1000000',
};

const environment = (
  name: ServerName,
  port: number,
  { catalogue, file, answer, folder, limits = outOfReach }: Data,
): Record<string, string> => ({
  NODE_ENV: 'production',
  ...limits,
  PORT: String(port),
  ...(kept[name]
    ? { DATABASE_URL: file.includes(':') ? file : `file:${file}`, ...kept[name] }
    : {
        BENCH_FILE: file,
        BENCH_ANSWER: answer,
        BENCH_TENANT: catalogue.tenantId,
        BENCH_API_KEY: catalogue.apiKeyId,
        ...(name === 'equalMercurius' ? { BENCH_REQUEST_LOG: join(folder, `${name}.log`) } : {}),
      }),
});

export interface RunningServer {
  name: ServerName;
  file: string;
  url: string;
  pid: number;
  /** From the start of the process to its first answer. */
  startMs: number;
  stop(): Promise<void>;
}

export const start = async (
  name: ServerName,
  data: Data,
  command: readonly string[] = script(name),
): Promise<RunningServer> => {
  const port = await freePort();
  const log = openSync(join(data.folder, `${name}.log`), 'a');
  const [program, ...args] = pinned(serverCore, [process.execPath, ...command]);
  const startedAt = performance.now();
  const child = spawn(program, args, {
    env: { PATH: process.env.PATH, ...environment(name, port, data) },
    stdio: ['ignore', log, log],
  });
  const url = `http://127.0.0.1:${port}`;
  await answering(url, child, `${servers[name]} did not start; see ${name}.log in ${data.folder}`);
  const startMs = performance.now() - startedAt;
  return { name, file: data.file, url, pid: child.pid ?? 0, startMs, stop: () => stop(child) };
};

const freePort = async (): Promise<number> => {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('there is no free port');
  return address.port;
};

const answering = async (url: string, child: ChildProcess, otherwise: string): Promise<void> => {
  for (
    const deadline = Date.now() + 60_000;
    Date.now() < deadline && child.exitCode === null;
    await sleep(10)
  ) {
    const response = await fetch(`${url}/health`).catch(() => undefined);
    if (!response) continue;
    await response.arrayBuffer();
    return;
  }
  child.kill();
  throw new Error(otherwise);
};

const stop = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
};
