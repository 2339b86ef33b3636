import { afterAll, beforeAll, expect } from 'vitest';
import { type ApiVersion, defaultApiVersion, type Mode, type Scope } from '../../src/vocabulary.ts';
import { Catalogue } from '../catalogue.ts';
import { onEveryEngine, type World } from '../engines.ts';
import { Gateway, keyOf } from '../gateway.ts';
import { expectDocumented } from './documented.ts';

export interface RestAnswer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers whose shape is what they test.
  body: any;
}

/** Holds any answer to what every answer has, and to the shape that the reference gives it. */
const checked = async (
  response: Response,
  method: string,
  path: string,
  version: string,
): Promise<RestAnswer> => {
  const { status, headers } = response;
  expect(headers.get('content-type')).toMatch(/^application\/json/);
  expect(headers.get('x-request-id')).toMatch(/^[\w.:-]+$/);
  const body = JSON.parse(await response.text());
  expectDocumented({ method, path: path.replace(/\?.*/, ''), version, status, body });
  return { status, headers, body };
};

const API = '/api/v1';

export class RestClient {
  readonly url: string;
  readonly key: string;
  readonly catalogue: Catalogue;
  /** Sent as `Commet-Version`, unless undefined. */
  version: string | undefined;
  /** The version of the organization. */
  pin: ApiVersion = defaultApiVersion;

  constructor(gateway: Gateway, key: string, catalogue: Catalogue, version?: string) {
    this.url = `${gateway.url}${API}`;
    this.key = key;
    this.catalogue = catalogue;
    this.version = version;
  }

  call(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<RestAnswer> {
    const sent: RequestInit = {
      method,
      headers: { 'content-type': 'application/json', ...headers },
    };
    if (body !== undefined) sent.body = JSON.stringify(body);
    return this.send(path, sent);
  }

  /** A request as it is; only the key and the version are added, where it has none. */
  async send(path: string, init: RequestInit): Promise<RestAnswer> {
    const headers = new Headers(init.headers);
    if (!headers.has('x-api-key')) headers.set('x-api-key', this.key);
    if (this.version !== undefined && !headers.has('commet-version'))
      headers.set('commet-version', this.version);
    const response = await fetch(`${this.url}${path}`, { ...init, headers });
    return checked(response, init.method ?? 'GET', path, headers.get('commet-version') ?? this.pin);
  }
}

interface ClientOptions {
  version?: ApiVersion;
  mode?: Mode;
  scope?: Scope;
  baseCurrency?: string;
}

export interface RestServer {
  world: World;
  gateway: Gateway;
  /** A client of an organization that nobody else uses. */
  newClient(options?: ClientOptions): Promise<RestClient>;
}

/** Runs a suite against the real server on each engine. */
export const onRest = (title: string, suite: (server: () => RestServer) => void): void =>
  onEveryEngine(title, (world) => {
    let gateway: Gateway;
    beforeAll(async () => {
      gateway = await Gateway.start(world());
    });
    afterAll(() => gateway.close());
    suite(() => ({
      world: world(),
      gateway,
      newClient: async ({ version, mode = 'live', scope = 'admin', baseCurrency } = {}) => {
        const tenant = await world().newTenant(mode, baseCurrency);
        const key = await keyOf(world(), tenant, scope);
        return new RestClient(gateway, key, new Catalogue(world(), tenant), version);
      },
    }));
  });

/** The keys of a value at every depth, in their order. */
const keysOf = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(keysOf);
  if (typeof value !== 'object' || value === null || 'asymmetricMatch' in value) return null;
  return Object.entries(value).map(([key, member]) => [key, keysOf(member)]);
};

/** These values under these keys, in this order and no others. */
export const expectExactly = (
  { status, body }: RestAnswer,
  expectedStatus: number,
  expected: unknown,
): void => {
  expect({ status, body }).toStrictEqual({ status: expectedStatus, body: expected });
  expect(keysOf(body)).toEqual(keysOf(expected));
};
