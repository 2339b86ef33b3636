import type { RequestLog } from '../request/request-log.ts';

/**
 * In seconds. A read takes about a millisecond; a request that waits for a lock gives up after some
 * seconds.
 */
const BOUNDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

const REQUESTS = 'plans_gateway_requests_total';
const DURATION = 'plans_gateway_request_duration_seconds';

interface Sums {
  readonly labels: string;
  readonly statuses: Map<number, number>;
  /** How many took as long as each bound, and longer than the one before. */
  readonly buckets: number[];
  count: number;
  seconds: number;
}

const boundOf = (seconds: number): number => {
  let index = 0;
  while (seconds > (BOUNDS[index] ?? Number.POSITIVE_INFINITY)) index += 1;
  return index;
};

/**
 * Requests by surface, operation and status, and how long they took. prom-client would sort and
 * join the labels of each request anew, which costs a small query about 5 % more
 * (docs/performance.md).
 */
export class Tally {
  readonly #sums = new Map<RequestLog['surface'], Map<string, Sums>>();

  add({ surface, operation, status, milliseconds }: RequestLog): void {
    const seconds = milliseconds / 1_000;
    const sums = this.#of(surface, operation);
    sums.statuses.set(status, (sums.statuses.get(status) ?? 0) + 1);
    const bound = boundOf(seconds);
    sums.buckets[bound] = (sums.buckets[bound] ?? 0) + 1;
    sums.count += 1;
    sums.seconds += seconds;
  }

  /** In Prometheus' text format. */
  text(): string {
    const all = [...this.#sums.values()].flatMap((operations) => [...operations.values()]);
    return [
      `# HELP ${REQUESTS} Requests that were answered.`,
      `# TYPE ${REQUESTS} counter`,
      ...all.flatMap(requestLines),
      `# HELP ${DURATION} From a request's headers to its answer.`,
      `# TYPE ${DURATION} histogram`,
      ...all.flatMap(durationLines),
      '',
    ].join('\n');
  }

  #of(surface: RequestLog['surface'], operation: string): Sums {
    const known = this.#sums.get(surface)?.get(operation);
    if (known) return known;
    const labels = `surface="${surface}",operation="${operation}"`;
    const sums = {
      labels,
      statuses: new Map(),
      buckets: BOUNDS.map(() => 0),
      count: 0,
      seconds: 0,
    };
    this.#sums.set(surface, (this.#sums.get(surface) ?? new Map()).set(operation, sums));
    return sums;
  }
}

const requestLines = ({ labels, statuses }: Sums): string[] =>
  [...statuses].map(([status, count]) => `${REQUESTS}{${labels},status="${status}"} ${count}`);

const durationLines = ({ labels, buckets, count, seconds }: Sums): string[] => {
  let sofar = 0;
  const lines = BOUNDS.map((bound, index) => {
    sofar += buckets[index] ?? 0;
    return `${DURATION}_bucket{${labels},le="${bound}"} ${sofar}`;
  });
  return [
    ...lines,
    `${DURATION}_bucket{${labels},le="+Inf"} ${count}`,
    `${DURATION}_sum{${labels}} ${seconds}`,
    `${DURATION}_count{${labels}} ${count}`,
  ];
};
