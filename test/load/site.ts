import { fill } from '../../src/cli/seed/fill.ts';
import { listPlans } from '../../src/domain/plan.ts';
import { type Database, newSqliteFile, World } from '../engines.ts';
import { keyOf } from '../gateway.ts';
import { type Build, ServerProcess } from '../server-process.ts';
import { LoadClient } from './client.ts';
import { type Plan, Traffic } from './traffic.ts';

const PLANS = 200;

/** A catalogue of the usual size, the keys to it, and the built server in a process of its own. */
export class LoadSite {
  readonly #build: Build;
  readonly #database: Database;
  readonly #plans: Plan[];
  readonly #keys: string[];
  #server: ServerProcess | undefined;

  private constructor(build: Build, database: Database, plans: Plan[], keys: string[]) {
    this.#build = build;
    this.#database = database;
    this.#plans = plans;
    this.#keys = keys;
  }

  static async open(build: Build, keys: number): Promise<LoadSite> {
    const database = await newSqliteFile();
    const world = await World.open(database.url);
    const tenant = await world.newTenant();
    for await (const _ of fill(world.store, tenant, PLANS));
    const { items } = await listPlans(world.store.reader(tenant), {}, { first: PLANS });
    const secrets: string[] = [];
    for (let key = 0; key < keys; key += 1) secrets.push(await keyOf(world, tenant, 'write'));
    await world.close();
    return new LoadSite(build, database, items, secrets);
  }

  async serve(environment: Record<string, string>): Promise<ServerProcess> {
    await this.#server?.kill();
    this.#server = await ServerProcess.start(this.#build, this.#database.url, environment);
    return this.#server;
  }

  /** A client with the keys of these numbers. */
  client(server: ServerProcess, first: number, last = first): LoadClient {
    return new LoadClient(
      server.url,
      new Traffic(first, this.#plans, this.#keys.slice(first, last + 1)),
    );
  }

  async close(): Promise<void> {
    await this.#server?.kill();
    await this.#database.remove();
  }
}
