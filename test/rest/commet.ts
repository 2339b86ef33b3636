import { afterEach, beforeEach, expect } from 'vitest';
import type { RestServer } from './client.ts';
import { expectDocumented } from './documented.ts';

const COMMET = 'https://commet.co';
const API = '/api/v1';

interface Seen {
  method: string;
  path: string;
  headers: Headers;
  status: number;
  replayed: boolean;
}

/**
 * Leads what the official SDKs send to Commet to the gateway: they have no option for the address.
 * Each answer is held to the reference. Nothing else may leave the machine.
 */
export class Redirection {
  readonly seen: Seen[] = [];
  readonly #server: () => RestServer;
  readonly #fetch = globalThis.fetch;
  #answersToLose = 0;

  constructor(server: () => RestServer) {
    this.#server = server;
  }

  /**
   * The gateway gets the next requests and carries them out, but the client hears nothing of it.
   */
  loseAnswers(count: number): void {
    this.#answersToLose = count;
  }

  install(): void {
    process.env.COMMET_NO_UPDATE_CHECK = '1';
    globalThis.fetch = (input, init) => {
      const address = new URL(input instanceof Request ? input.url : input);
      if (address.hostname === '127.0.0.1') return this.#fetch(input, init);
      expect(address.origin).toBe(COMMET);
      return this.#redirect(address, init ?? {});
    };
  }

  remove(): void {
    globalThis.fetch = this.#fetch;
  }

  async #redirect({ pathname, search }: URL, init: RequestInit): Promise<Response> {
    const response = await this.#fetch(`${this.#server().gateway.url}${pathname}${search}`, init);
    if (this.#answersToLose > 0) {
      this.#answersToLose -= 1;
      throw new TypeError('fetch failed');
    }
    const { status, headers } = response;
    const text = await response.text();
    const method = init.method ?? 'GET';
    const path = pathname.slice(API.length);
    const sent = new Headers(init.headers);
    const version = sent.get('commet-version') ?? undefined;
    expectDocumented({ method, path, version, status, body: JSON.parse(text) });
    this.seen.push({
      method,
      path,
      headers: sent,
      status,
      replayed: headers.get('idempotent-replayed') === 'true',
    });
    return new Response(text, { status, headers });
  }
}

/** Redirects for the suite that it is called in. */
export const redirectCommet = (server: () => RestServer): Redirection => {
  const redirection = new Redirection(server);
  beforeEach(() => {
    redirection.seen.length = 0;
    redirection.install();
  });
  afterEach(() => redirection.remove());
  return redirection;
};

/** What a call came to, if it went well. */
export const dataOf = async <Data>(
  call: Promise<{ success: boolean; data?: Data }>,
): Promise<Data> => {
  const { success, data } = await call;
  expect(success).toBe(true);
  if (data === undefined) throw new Error('the answer has no data');
  return data;
};

/** The methods of a resource of an SDK. */
export const methodsOf = (resource: object): string[] =>
  Object.getOwnPropertyNames(Object.getPrototypeOf(resource)).filter(
    (name) => name !== 'constructor',
  );
