import { afterAll, beforeAll } from 'vitest';
import { type Database, newSqliteFile, World } from '../engines.ts';
import { Gateway, keyOf } from '../gateway.ts';

type Variables = Record<string, unknown>;

/** A real server with an empty catalogue, and a key to it. */
export class Site {
  readonly gateway: Gateway;
  readonly key: string;

  private constructor(gateway: Gateway, key: string) {
    this.gateway = gateway;
    this.key = key;
  }

  /** Opened before the tests of a suite, closed after them. */
  static forSuite(environment: Record<string, string> = {}): () => Site {
    let database: Database;
    let world: World;
    let site: Site;
    beforeAll(async () => {
      database = await newSqliteFile();
      world = await World.open(database.url);
      const key = await keyOf(world, await world.newTenant());
      site = new Site(await Gateway.start(world, environment), key);
    });
    afterAll(async () => {
      await site.gateway.close();
      await world.close();
      await database.remove();
    });
    return () => site;
  }

  get endpoint(): string {
    return `${this.gateway.url}/graphql`;
  }

  get headers(): Record<string, string> {
    return { 'x-api-key': this.key };
  }

  /** The answer without any client's cache. */
  async ask(document: string, variables: Variables = {}): Promise<unknown> {
    const { data, errors } = await this.gateway.graphql(this.key, document, variables);
    if (errors) throw new Error(JSON.stringify(errors));
    return data;
  }
}
