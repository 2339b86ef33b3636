import { deepStrictEqual } from 'node:assert/strict';
import { auditInvariants } from '../../src/db/maintenance/invariants.ts';
import { World } from '../engines.ts';
import { keyOf } from '../gateway.ts';
import { Random } from '../model/random.ts';
import { type Build, ServerProcess } from '../server-process.ts';
import { Entry } from './entry.ts';
import { anyList } from './list-generator.ts';
import type { PriceList } from './price-list.ts';
import { readBack } from './reading.ts';

/** The server that is shipped, in a process of its own, with one organization for each list. */
export class ListSite {
  readonly #world: World;
  readonly #server: ServerProcess;

  private constructor(world: World, server: ServerProcess) {
    this.#world = world;
    this.#server = server;
  }

  static async open(build: Build, databaseUrl: string): Promise<ListSite> {
    const world = await World.open(databaseUrl);
    const environment = { RATE_LIMIT: 'off', RATE_LIMIT_COST: 'off' };
    return new ListSite(world, await ServerProcess.start(build, databaseUrl, environment));
  }

  /**
   * Enters the list of this seed and reads it back. Throws where something of it is lost; answers
   * the list, and how many mutations it took.
   */
  async prove(seed: number): Promise<{ list: PriceList; writes: number }> {
    const random = new Random(seed);
    const list = anyList(random);
    const tenant = await this.#world.newTenant('live', list.baseCurrency);
    const [writer, reader] = [
      await keyOf(this.#world, tenant, 'write'),
      await keyOf(this.#world, tenant, 'read'),
    ];
    const entry = new Entry((...sent) => this.#ask(writer, ...sent), random);
    await entry.enter(list);
    const read = await readBack((...sent) => this.#ask(reader, ...sent));
    deepStrictEqual(read, JSON.parse(JSON.stringify(list)));
    return { list, writes: entry.writes };
  }

  async audit(): Promise<void> {
    deepStrictEqual(await auditInvariants(this.#world.store), []);
  }

  async close(): Promise<void> {
    await this.#server.kill();
    await this.#world.close();
  }

  async #ask(key: string, query: string, variables: Record<string, unknown>): Promise<unknown> {
    const response = await fetch(`${this.#server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': key },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = (await response.json()) as { data?: unknown; errors?: unknown };
    if (!data || errors) throw new Error(`${query}\nwas answered ${JSON.stringify(errors)}`);
    return data;
  }
}
