import { createApp } from '../src/app.ts';
import { readConfig } from '../src/config.ts';
import type { Tenant } from '../src/db/session.ts';
import { createApiKey } from '../src/domain/api-key.ts';
import { type Listener, listen } from '../src/http/listen.ts';
import type { Scope } from '../src/vocabulary.ts';
import { anyone, type World } from './engines.ts';

/** A key of a tenant, as a client holds it. */
export const keyOf = async ({ store }: World, tenant: Tenant, scope: Scope = 'admin'): Promise<string> => {
  const { secret } = await store.write(tenant, anyone, (w) => createApiKey(w, { name: `${scope} key`, scope }));
  if (secret === null) throw new Error('a new key has a secret');
  return secret;
};

export interface GraphqlAnswer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers whose shape is what they test.
  data: any;
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  errors: any;
}

/** The real server on a port of its own. */
export class Gateway {
  readonly #listener: Listener;

  private constructor(listener: Listener) {
    this.#listener = listener;
  }

  static async start(
    { store }: World,
    environment: Record<string, string> = {},
    graphiqlKey?: string,
  ): Promise<Gateway> {
    const config = readConfig({ NODE_ENV: 'test', RATE_LIMIT: 'off', ...environment });
    const app = createApp({ store, config, graphiqlKey });
    return new Gateway(await listen(app.handle, { ...config, host: '127.0.0.1', port: 0, farewellMs: 0 }));
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
