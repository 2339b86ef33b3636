import { execFile } from 'node:child_process';
import { Agent, request } from 'node:http';
import { parseArgs, promisify } from 'node:util';
import { newSqliteFile } from '../engines.ts';
import { Build, ServerProcess } from '../server-process.ts';
import { busyTicks, TICKS_PER_SECOND } from './cores.ts';

/**
 * The same requests with and without a content coding, in turns: answers by the processor time of
 * the server, and the bytes that each takes.
 */

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '2' }, rounds: { type: 'string', default: '5' } },
});
const SECONDS = Number(values.seconds);
const ROUNDS = Number(values.rounds);
const CONNECTIONS = 16;

const PLANS = `{ plans(first: 50) { nodes {
  id code name description
  prices { id billingInterval price formattedPrice regionalPrices { currency price } }
  features { enabled includedAmount feature { code name type unitName } }
} } }`;
const FEW = PLANS.replace('50', '2');

const graphql = (query: string) => ({
  method: 'POST',
  path: '/graphql',
  body: JSON.stringify({ query }),
});
const workloads = {
  'GraphQL, 2 plans': graphql(FEW),
  'GraphQL, 50 plans': graphql(PLANS),
  'REST, 200 plans': { method: 'GET', path: '/api/v1/plans', body: '' },
} as const;
type Workload = (typeof workloads)[keyof typeof workloads];

const codings = ['identity', 'gzip', 'br'] as const;

const caches: Record<string, Record<string, string>> = {
  'answers kept': {},
  'nothing kept': { RESPONSE_CACHE: 'off', RECORD_CACHE: 'off' },
};

const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });

const send = (url: string, key: string, coding: string, { method, path, body }: Workload) =>
  new Promise<number>((resolve, reject) => {
    const headers = {
      'x-api-key': key,
      'accept-encoding': coding,
      ...(body !== '' && { 'content-type': 'application/json', 'content-length': body.length }),
    };
    const sent = request(url + path, { method, headers, agent }, (response) => {
      let bytes = 0;
      response.on('data', (piece) => {
        bytes += piece.length;
      });
      response.on('end', () =>
        response.statusCode === 200
          ? resolve(bytes)
          : reject(new Error(`${path} answered ${response.statusCode}`)),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });

/** Answers a second that the server is busy, and the bytes of one. */
const measure = async (
  server: ServerProcess,
  key: string,
  coding: string,
  workload: Workload,
): Promise<{ perBusySecond: number; bytes: number }> => {
  let bytes = await send(server.url, key, coding, workload);
  let answers = 0;
  const before = busyTicks(server.pid);
  const end = Date.now() + SECONDS * 1000;
  const client = async () => {
    while (Date.now() < end) {
      bytes = await send(server.url, key, coding, workload);
      answers += 1;
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, client));
  return { perBusySecond: (answers * TICKS_PER_SECOND) / (busyTicks(server.pid) - before), bytes };
};

const median = (numbers: number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;

const build = await Build.make();
const database = await newSqliteFile();
const tenant = ['--organization', 'Bench', '--mode', 'live'];
const command = async (...args: string[]): Promise<string> => {
  const env = { PATH: process.env.PATH, NODE_ENV: 'production', DATABASE_URL: database.url };
  return (await promisify(execFile)(process.execPath, [build.main, ...args], { env })).stdout;
};
try {
  await command('seed', '--plans', '200', ...tenant);
  const created = await command('keys', 'create', ...tenant, '--scope', 'read', '--json');
  const { key } = JSON.parse(created);
  for (const [name, environment] of Object.entries(caches)) {
    const server = await ServerProcess.start(build, database.url, {
      RATE_LIMIT: 'off',
      ...environment,
    });
    try {
      for (const [title, workload] of Object.entries(workloads)) {
        const ratios = new Map<string, number[]>();
        const sizes = new Map<string, number>();
        for (let round = 0; round < ROUNDS; round += 1) {
          const rates = new Map<string, number>();
          for (const coding of codings) {
            const { perBusySecond, bytes } = await measure(server, key, coding, workload);
            rates.set(coding, perBusySecond);
            sizes.set(coding, bytes);
          }
          for (const coding of codings) {
            const ratio = (rates.get(coding) ?? 0) / (rates.get('identity') ?? 0);
            ratios.set(coding, [...(ratios.get(coding) ?? []), ratio]);
          }
        }
        for (const coding of codings.slice(1)) {
          const part = (sizes.get(coding) ?? 0) / (sizes.get('identity') ?? 0);
          console.log(
            `${name}, ${title} (${sizes.get('identity')} bytes), ${coding}: ` +
              `${median(ratios.get(coding) ?? []).toFixed(2)} of the answers, ` +
              `${(100 * part).toFixed(1)} % of the bytes`,
          );
        }
      }
    } finally {
      await server.kill();
    }
  }
} finally {
  agent.destroy();
  await database.remove();
  await build.remove();
}
