import { endpointsOf } from '../../src/rest/endpoints.ts';
import type { OperationId } from '../../src/rest/routes.ts';
import { type ApiVersion, apiVersions } from '../../src/vocabulary.ts';
import type { RestAnswer, RestClient } from './client.ts';

/** Requests with exactly the bytes that an SDK sends, in every version. */
export class RawClient {
  readonly #client: RestClient;
  readonly version: ApiVersion;

  constructor(client: RestClient, version: ApiVersion) {
    this.#client = client;
    this.version = version;
  }

  get isWrapped(): boolean {
    return this.version < '2026-07-24';
  }

  has(id: OperationId): boolean {
    return endpointsOf(this.version).some((endpoint) => endpoint.id === id);
  }

  /** The route of an operation, with ids in the order of its path. */
  async call(
    id: OperationId,
    ids: readonly string[] = [],
    body?: string,
    headers: Record<string, string> = {},
  ): Promise<RestAnswer> {
    const endpoint = endpointsOf(this.version).find((endpoint) => endpoint.id === id);
    if (!endpoint) throw new Error(`${this.version} has no ${id}`);
    const rest = [...ids];
    return this.#client.send(
      endpoint.path.replaceAll(/\{\w+\}/g, () => rest.shift() ?? ''),
      {
        method: endpoint.method,
        headers: { 'content-type': 'application/json', 'commet-version': this.version, ...headers },
        ...(body !== undefined && { body }),
      },
    );
  }

  /** What an answer that went well holds. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers whose shape is what they test.
  async done(id: OperationId, ids: readonly string[] = [], body?: string): Promise<any> {
    const answer = await this.call(id, ids, body);
    if (answer.status >= 300)
      throw new Error(`${this.version} ${id}: ${JSON.stringify(answer.body)}`);
    const isWhole = !this.isWrapped && answer.body.object !== 'list';
    return isWhole ? answer.body : answer.body.data;
  }
}

export const isEraA = (version: ApiVersion): boolean => version < '2026-06-07';
export const isEraC = (version: ApiVersion): boolean => version >= '2026-07-24';
export const versionsWhere = (is: (version: ApiVersion) => boolean): ApiVersion[] =>
  apiVersions.filter(is);
