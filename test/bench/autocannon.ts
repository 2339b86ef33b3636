import { readFileSync } from 'node:fs';
import autocannon, { type Options, type Request } from 'autocannon';

/** The load where wrk is not installed: the same environment, the same report. */

const {
  BENCH_METHOD,
  BENCH_BODIES = '',
  BENCH_FROM,
  BENCH_HEADERS = '',
  BENCH_SECONDS,
  BENCH_PATIENCE,
  BENCH_CONNECTIONS,
} = process.env;
const bodies = readFileSync(BENCH_BODIES, 'utf8').split('\n');
let next = Number(BENCH_FROM);

const nextRequest = (request: Request): Request => {
  const body = bodies[next % bodies.length] ?? '';
  next += 1;
  return { ...request, body };
};

const pairs = ([name, value, ...rest]: string[]): Record<string, string> =>
  name !== undefined && value !== undefined ? { [name]: value, ...pairs(rest) } : {};

const options: Options = {
  url: process.argv[2] ?? '',
  connections: Number(BENCH_CONNECTIONS),
  pipelining: 1,
  duration: Number(BENCH_SECONDS),
  timeout: Number(BENCH_PATIENCE),
  method: BENCH_METHOD === 'GET' ? 'GET' : 'POST',
  headers: pairs(BENCH_HEADERS.split('\n')),
  ...(bodies.length > 1
    ? { requests: [{ setupRequest: nextRequest }] }
    : { body: bodies[0] ?? '' }),
};

const { requests, duration, errors, non2xx } = await autocannon(options);
console.log(
  JSON.stringify({ requests: requests.total, seconds: duration, failures: errors + non2xx }),
);
