import { Counter, Histogram, Registry } from 'prom-client';
import type { RequestLog } from '../../../src/request/request-log.ts';

const registers = [new Registry()];

/** `Tally` by prom-client. */
export class Tally {
  readonly #requests = new Counter({
    name: 'plans_gateway_requests_total',
    help: 'Requests that were answered.',
    labelNames: ['surface', 'operation', 'status'],
    registers,
  });
  readonly #durations = new Histogram({
    name: 'plans_gateway_request_duration_seconds',
    help: "From a request's headers to its answer.",
    labelNames: ['surface', 'operation'],
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });

  add({ surface, operation, status, milliseconds }: RequestLog): void {
    this.#requests.inc({ surface, operation, status });
    this.#durations.observe({ surface, operation }, milliseconds / 1_000);
  }

  text(): Promise<string> {
    return registers[0]?.metrics() ?? Promise.resolve('');
  }
}
