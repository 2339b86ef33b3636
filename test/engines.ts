import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, inject } from 'vitest';
import { connect } from '../src/db/engine/connect.ts';
import { migrate } from '../src/db/engine/migrate.ts';
import type { Tenant } from '../src/db/read/reader.ts';
import { findTenant, insertOrganization } from '../src/db/records/organization.ts';
import { Store } from '../src/db/store.ts';
import type { WriteRequest } from '../src/db/write/writer.ts';
import { defaultApiVersion, defaultBaseCurrency, type Mode, modes } from '../src/vocabulary.ts';

/** An empty database that nobody else uses. */
export interface Database {
  url: string;
  remove(): Promise<void>;
}

export const newSqliteFile = async (): Promise<Database> => {
  const folder = await mkdtemp(join(tmpdir(), 'plans-gateway-'));
  return { url: `file:${join(folder, 'plans.db')}`, remove: () => rm(folder, { recursive: true }) };
};

export const newPostgresDatabase = async (
  server: string = inject('postgresUrl'),
): Promise<Database> => {
  const name = `test_${crypto.randomUUID().replaceAll('-', '')}`;
  await runOn(server, `create database ${name}`);
  const url = new URL(server);
  url.pathname = name;
  return { url: url.href, remove: () => runOn(server, `drop database ${name} with (force)`) };
};

/** Runs a statement outside the gateway. */
export const runOn = async (url: string, statement: string): Promise<void> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
};

/**
 * Every engine that the gateway runs on. Suites of the domain and the SQL layer run on each with
 * the same bodies.
 */
export const emptyDatabases: [engine: string, create: () => Promise<Database>][] = [
  ['sqlite', () => newSqliteFile()],
  ['postgres', () => newPostgresDatabase()],
];

/** On whose behalf tests write when it does not matter. */
export const anyone: WriteRequest = { apiKeyId: null, requestId: null };

export class World {
  readonly url: string;
  readonly store: Store;
  /** Texts of the statements that ran, newest last. */
  readonly statements: string[];
  /** What the clock shows; undefined for real time. */
  time: Date | undefined;
  /** Sees each statement before it runs, which fails where this throws. */
  onStatement: ((sql: string) => void) | undefined;
  #organizations = 0;

  private constructor(url: string, store: (world: World) => Store, statements: string[]) {
    this.url = url;
    this.statements = statements;
    this.store = store(this);
  }

  static async open(url: string): Promise<World> {
    const statements: string[] = [];
    let opened: World | undefined;
    const engine = await connect(url, {
      onStatement: (sql) => {
        // The schedule looks for what is due every second, and each gateway for keys that end.
        if (/next_change_at" <=|"last_used_at" >=/.test(sql)) return;
        statements.push(sql);
        opened?.onStatement?.(sql);
      },
    });
    await migrate(engine);
    const readsAhead = process.env.TEST_SHORT_CUTS !== 'off';
    opened = new World(
      url,
      (world) =>
        new Store(engine, {
          clock: () => world.time ?? new Date(),
          readsAhead,
          recordBytes: readsAhead ? 2 ** 20 : 0,
        }),
      statements,
    );
    return opened;
  }

  /**
   * The texts of the statements that the work runs. Left out are those of a request's key, which
   * are read when any write has passed, and of the timers, which come when they like.
   */
  async statementsOf(work: () => Promise<unknown>): Promise<string[]> {
    const before = this.statements.length;
    await work();
    return this.statements
      .slice(before)
      .filter((sql) => !/"api_key"."hash"|last_used_at" =|idempotency_record/.test(sql));
  }

  /** A tenant of an organization that nobody else uses. */
  async newTenant(mode: Mode = 'live', baseCurrency = defaultBaseCurrency): Promise<Tenant> {
    this.#organizations += 1;
    const organization = `Organization ${this.#organizations} ${Math.random()}`;
    return this.tenantOf(organization, mode, baseCurrency);
  }

  async tenantOf(
    organization: string,
    mode: Mode,
    baseCurrency = defaultBaseCurrency,
  ): Promise<Tenant> {
    if (!(await findTenant(this.store, organization, mode)))
      await this.#add(organization, baseCurrency);
    const tenant = await findTenant(this.store, organization, mode);
    if (!tenant) throw new Error(`${organization} has no ${mode} tenant`);
    return tenant;
  }

  /** With audit logs that are empty. */
  async #add(name: string, baseCurrency: string): Promise<void> {
    const { engine, newId, clock } = this.store;
    const id = newId('organization');
    const [createdAt, updatedAt] = Array(2).fill(clock().toISOString());
    const organization = {
      id,
      name,
      apiVersion: defaultApiVersion,
      baseCurrency,
      taxBehavior: 'unspecified' as const,
      createdAt,
      updatedAt,
    };
    const tenants = modes.map((mode) => ({
      id: newId('tenant'),
      organizationId: id,
      mode,
      baseCurrency,
    }));
    await engine.writing
      .transaction()
      .execute((transaction) => insertOrganization(transaction, organization, tenants));
  }

  close(): Promise<void> {
    return this.store.engine.close();
  }
}

/** `TEST_ENGINES=sqlite` is for runs that ask something else than whether engines differ. */
const chosen = process.env.TEST_ENGINES?.split(',');

/** Runs a suite once on each engine, on an empty database of its own. */
export const onEveryEngine = (title: string, suite: (world: () => World) => void): void => {
  const engines = emptyDatabases.filter(([engine]) => chosen?.includes(engine) ?? true);
  describe.each(engines)(`${title} on %s`, (_engine, create) => {
    let database: Database;
    let world: World;
    beforeAll(async () => {
      database = await create();
      world = await World.open(database.url);
    });
    afterAll(async () => {
      await world.close();
      await database.remove();
    });
    suite(() => world);
  });
};
