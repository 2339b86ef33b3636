import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Exchange, Traffic } from './traffic.ts';

/** What came of many requests. */
export class Outcome {
  readonly statuses: Record<string, number> = {};
  /** Refusals for a while that do not say for how long. */
  withoutRetryAfter = 0;
  readonly latencies: number[] = [];

  count(status: number | string, retryAfter: string | undefined, latency: number): void {
    this.statuses[status] = (this.statuses[status] ?? 0) + 1;
    if ((status === 429 || status === 503) && !(Number(retryAfter) >= 1))
      this.withoutRetryAfter += 1;
    this.latencies.push(latency);
  }

  get total(): number {
    return this.latencies.length;
  }

  /** How many had one of these statuses, of all. */
  share(...statuses: (number | string)[]): number {
    return (
      statuses.reduce<number>((sum, status) => sum + (this.statuses[status] ?? 0), 0) / this.total
    );
  }

  get medianLatency(): number {
    return this.latencies.toSorted((one, other) => one - other)[Math.floor(this.total / 2)] ?? 0;
  }
}

/** Sends traffic over as many connections as it takes. */
export class LoadClient {
  readonly #url: string;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #traffic: Traffic;

  constructor(url: string, traffic: Traffic) {
    this.#url = url;
    this.#traffic = traffic;
  }

  /** So many clients, each of whom asks again as soon as it is answered. */
  async crowd(clients: number, seconds: number, outcome = new Outcome()): Promise<Outcome> {
    const end = performance.now() + seconds * 1000;
    const client = async () => {
      while (performance.now() < end) await this.#send(this.#traffic.next(), outcome);
    };
    await Promise.all(Array.from({ length: clients }, client));
    return outcome;
  }

  /** So many requests, each sent once the one before is answered. */
  async inTurn(count: number): Promise<Outcome> {
    const outcome = new Outcome();
    for (let sent = 0; sent < count; sent += 1) await this.#send(this.#traffic.next(), outcome);
    return outcome;
  }

  /** So many requests a second, answered or not. */
  async steady(perSecond: number, seconds: number): Promise<Outcome> {
    const outcome = new Outcome();
    const start = performance.now();
    const running: Promise<void>[] = [];
    for (let elapsed = 0; elapsed < seconds; elapsed = (performance.now() - start) / 1000) {
      while (running.length < elapsed * perSecond)
        running.push(this.#send(this.#traffic.next(), outcome));
      await sleep(5);
    }
    await Promise.all(running);
    return outcome;
  }

  /** So many clients, each of whom keeps the server waiting for the second half of a request. */
  async sluggish(clients: number, seconds: number, outcome: Outcome): Promise<void> {
    const client = () => this.#send(this.#traffic.page(), outcome, seconds);
    await Promise.all(Array.from({ length: clients }, client));
  }

  close(): void {
    this.#agent.destroy();
  }

  #send(
    { method, path, headers, body }: Exchange,
    outcome: Outcome,
    pauseSeconds = 0,
  ): Promise<void> {
    const start = performance.now();
    const length = { 'content-length': String(Buffer.byteLength(body)) };
    return new Promise((resolve) => {
      const finish = (status: number | string, retryAfter?: string) => {
        outcome.count(status, retryAfter, performance.now() - start);
        resolve();
      };
      const sent = request(`${this.#url}${path}`, {
        method,
        headers: { ...headers, ...length },
        agent: this.#agent,
      });
      sent.on('response', (response) => {
        const { statusCode = 0, headers } = response;
        response.resume();
        response.on('end', () => finish(statusCode, headers['retry-after']));
        response.on('error', ({ message }) => finish(message));
      });
      sent.on('error', ({ message }) => finish(message));
      if (pauseSeconds === 0) sent.end(body);
      else {
        sent.write(body.slice(0, body.length / 2));
        setTimeout(() => sent.end(body.slice(body.length / 2)), pauseSeconds * 1000);
      }
    });
  }
}
