import { fork } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const dist = new URL('../../dist/', import.meta.url).href;
export const program = fileURLToPath(new URL('src/main.js', dist));
const ours = [`${dist}src/`, `${dist}schema/`];

/** Tells its parent, at each message, which functions have run since the last one. */
const COUNT_FUNCTIONS = `data:text/javascript,${encodeURIComponent(`
  import { Session } from 'node:inspector';
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
  process.on('message', () =>
    session.post('Profiler.takePreciseCoverage', (failure, taken) => process.send(failure ?? taken)),
  );
  process.channel.unref();
`)}`;

interface Taken {
  result: { url: string; functions: { functionName: string; ranges: { count: number }[] }[] }[];
}

/** A function that has run. */
export interface Ran {
  /** Below `dist`. */
  file: string;
  name: string;
  count: number;
}

export interface CountedServer {
  url: string;
  /** What has run since it was asked last. */
  taken(): Promise<Ran[]>;
  stop(): Promise<void>;
}

/** The built gateway, which counts how often each of our functions runs. */
export const start = async (
  file: string,
  environment: Record<string, string>,
): Promise<CountedServer> => {
  const child = fork(program, ['serve'], {
    execArgv: ['--import', COUNT_FUNCTIONS],
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      DATABASE_URL: `file:${file}`,
      PORT: '0',
      RATE_LIMIT: 'off',
      ...environment,
    },
    stdio: ['ignore', 'pipe', openSync(`${file}.log`, 'a'), 'ipc'],
  });
  let printed = '';
  child.stdout?.on('data', (chunk) => {
    printed += chunk;
  });
  const ended = once(child, 'exit');
  const address = () => /http:\/\/[\d.]+:\d+/.exec(printed)?.[0];
  while (!address() && child.exitCode === null)
    await Promise.race([ended, once(child.stdout ?? child, 'data')]);
  const url = address();
  if (!url) throw new Error(`the gateway did not start: ${printed}`);
  return {
    url,
    taken: async () => {
      const message = once(child, 'message');
      child.send('take');
      const [{ result }] = (await message) as [Taken];
      return result
        .filter(({ url }) => ours.some((folder) => url.startsWith(folder)))
        .flatMap(({ url, functions }) =>
          functions.map(({ functionName: name, ranges }) => ({
            file: url.slice(dist.length),
            name,
            count: ranges[0]?.count ?? 0,
          })),
        )
        .filter(({ count }) => count > 0);
    },
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
};
