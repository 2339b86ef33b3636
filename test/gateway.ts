import { type App, createApp } from '../src/app.ts';
import { readConfig } from '../src/config.ts';
import type { Tenant } from '../src/db/read/reader.ts';
import { createApiKey } from '../src/domain/api-key.ts';
import { type Listener, listen } from '../src/http/listen.ts';
import { createLog } from '../src/observe/log.ts';
import type { Scope } from '../src/vocabulary.ts';
import { anyone, type World } from './engines.ts';

/** A key of a tenant, as a client holds it. */
export const keyOf = async (
  { store }: World,
  tenant: Tenant,
  scope: Scope = 'admin',
): Promise<string> => {
  const { secret } = await store.write(tenant, anyone, (w) =>
    createApiKey(w, { name: `${scope} key`, scope }),
  );
  if (secret === null) throw new Error('a new key has a secret');
  return secret;
};

/**
 * The suite runs with every short way to an answer, from the first request on;
 * `TEST_SHORT_CUTS=off` runs it without any.
 */
const shortCuts =
  process.env.TEST_SHORT_CUTS === 'off'
    ? { RESPONSE_CACHE: 'off', GRAPHQL_COMPILE_AFTER: 'off' }
    : { GRAPHQL_COMPILE_AFTER: '1' };

export interface GraphqlAnswer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers whose shape is what they test.
  data: any;
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  errors: any;
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  extensions: any;
}

/** The real server on a port of its own. */
export class Gateway {
  readonly #app: App;
  readonly #listener: Listener;
  /** What the operator reads, line by line. */
  readonly lines: string[];

  private constructor(app: App, listener: Listener, lines: string[]) {
    this.#app = app;
    this.#listener = listener;
    this.lines = lines;
  }

  static async start(
    { store }: Pick<World, 'store'>,
    environment: Record<string, string> = {},
    graphiqlKey?: string,
  ): Promise<Gateway> {
    const config = readConfig({
      NODE_ENV: 'test',
      RATE_LIMIT: 'off',
      ...shortCuts,
      ...environment,
    });
    const lines: string[] = [];
    const log = createLog(config.logLevel, { write: (line) => lines.push(line) });
    const app = createApp({ store, config, graphiqlKey, log });
    const listener = await listen(app, { ...config, port: 0, farewellMs: 0 });
    return new Gateway(app, listener, lines);
  }

  /** Serves for as long as the work takes. */
  static async during(
    world: World,
    environment: Record<string, string>,
    work: (gateway: Gateway) => Promise<void>,
  ): Promise<void> {
    const gateway = await Gateway.start(world, environment);
    try {
      await work(gateway);
    } finally {
      await gateway.close();
    }
  }

  /** The same lines, read by a program. */
  get log() {
    return this.lines.map((line) => JSON.parse(line));
  }

  /** As after a SIGTERM, while requests are still taken. */
  retire(): void {
    this.#app.retire();
  }

  /** As when the server ends. */
  finish(): Promise<void> {
    return this.#app.finish();
  }

  get url(): string {
    return this.#listener.url;
  }

  async graphql(
    key: string,
    query: string,
    variables: Record<string, unknown> = {},
    headers: Record<string, string> = {},
  ): Promise<GraphqlAnswer> {
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json',
        'x-api-key': key,
        ...headers,
      },
      body: JSON.stringify({ query, variables }),
    });
    return { status: response.status, headers: response.headers, ...(await response.json()) };
  }

  close(): Promise<void> {
    return this.#listener.close();
  }
}
