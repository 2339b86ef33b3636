import { chmod } from 'node:fs/promises';
import { connect as dial } from 'node:net';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connect } from '../src/db/engine/connect.ts';
import { auditInvariants } from '../src/db/maintenance/invariants.ts';
import type { Tenant } from '../src/db/read/reader.ts';
import {
  type Database,
  emptyDatabases,
  newPostgresDatabase,
  newSqliteFile,
  runOn,
  World,
} from './engines.ts';
import { Gateway, keyOf } from './gateway.ts';
import { PostgresServer } from './postgres-server.ts';

/** A gateway, and a client with a key. */
class Site {
  readonly database: Database;
  readonly world: World;
  readonly gateway: Gateway;
  readonly tenant: Tenant;
  readonly #key: string;

  private constructor(
    database: Database,
    world: World,
    gateway: Gateway,
    tenant: Tenant,
    key: string,
  ) {
    this.database = database;
    this.world = world;
    this.gateway = gateway;
    this.tenant = tenant;
    this.#key = key;
  }

  static async open(database: Database): Promise<Site> {
    const world = await World.open(database.url);
    const tenant = await world.newTenant();
    return new Site(
      database,
      world,
      await Gateway.start(world),
      tenant,
      await keyOf(world, tenant),
    );
  }

  headers(idempotencyKey?: string): Record<string, string> {
    const headers = { 'x-api-key': this.#key, 'content-type': 'application/json' };
    return idempotencyKey ? { ...headers, 'idempotency-key': idempotencyKey } : headers;
  }

  create(plan: object, idempotencyKey?: string): Promise<Response> {
    return fetch(`${this.gateway.url}/api/v1/plans/manage`, {
      method: 'POST',
      headers: this.headers(idempotencyKey),
      body: JSON.stringify({ name: 'Plan', ...plan }),
    });
  }

  list(): Promise<Response> {
    return fetch(`${this.gateway.url}/api/v1/plans?includePrivate=true`, {
      headers: this.headers(),
    });
  }

  async codes(): Promise<string[]> {
    const { data } = (await (await this.list()).json()) as { data: { code: string }[] };
    return data.map(({ code }) => code).sort();
  }

  graphql(query: string) {
    return this.gateway.graphql(this.#key, query);
  }

  async close(): Promise<void> {
    await this.gateway.close();
    await this.world.close();
    await this.database.remove();
  }
}

const expectUnavailable = async (response: Response): Promise<void> => {
  expect(await response.json()).toMatchObject({
    success: false,
    error: { code: 'service_unavailable' },
  });
  expect(response.status).toBe(503);
  expect(response.headers.get('retry-after')).toBe('1');
};

let site: Site;
afterEach(() => site.close());

describe('on SQLite', () => {
  beforeEach(async () => {
    site = await Site.open(await newSqliteFile());
  });

  const setting = (statement: string) =>
    sql.raw(`pragma ${statement}`).execute(site.world.store.engine.writing);
  const fillDisk = async () => {
    await sql.raw('vacuum').execute(site.world.store.engine.writing);
    await setting('max_page_count = 1');
  };
  const metadata = { filling: 'x'.repeat(16_000) };

  it('a full disk refuses writes, answers reads, and loses nothing', async () => {
    expect((await site.create({ code: 'before' })).status).toBe(201);
    await fillDisk();
    await expectUnavailable(await site.create({ code: 'full', metadata }, 'key'));
    const { errors } = await site.graphql(
      `mutation { createPlan(input: { name: "Full", code: "full", metadata: ${'{ filling: "'}${'x'.repeat(12_000)}" } }) { __typename } }`,
    );
    expect(errors).toMatchObject([{ extensions: { code: 'service_unavailable' } }]);
    expect(await site.codes()).toEqual(['before']);
    expect(await auditInvariants(site.world.store)).toEqual([]);
    await setting('max_page_count = 1000000');
    expect((await site.create({ code: 'full', metadata }, 'key')).status).toBe(201);
    expect(await site.codes()).toEqual(['before', 'full']);
  });

  it('a full disk ends the transaction for good, and is what its failure tells of', async () => {
    // A table without triggers: SQLite keeps no journal of its statement, and ends the transaction.
    const record = (key: string, outcome = '') => ({
      tenant_id: site.tenant.id,
      key,
      operation: 'createPlan',
      input_hash: '',
      outcome,
      created_at: '1',
      expires_at: '2',
    });
    await fillDisk();
    const { engine } = site.world.store;
    const attempt = engine.writing.transaction().execute(async (transaction) => {
      const insert = (values: ReturnType<typeof record>) =>
        transaction.insertInto('idempotency_record').values(values).execute();
      await insert(record('small'));
      await expect(insert(record('big', 'x'.repeat(16_000)))).rejects.toThrow(
        'The storage is full.',
      );
      await insert(record('afterwards'));
    });
    await expect(attempt).rejects.toMatchObject({
      message: 'The storage is full.',
      cause: { code: 'SQLITE_FULL' },
    });
    expect(await engine.reading.selectFrom('idempotency_record').selectAll().execute()).toEqual([]);
  });

  it('a file that may no longer be written to refuses writes and answers reads', async () => {
    expect((await site.create({ code: 'before' })).status).toBe(201);
    await setting('query_only = on');
    await expectUnavailable(await site.create({ code: 'after' }));
    expect(await site.codes()).toEqual(['before']);
    await setting('query_only = off');
    expect((await site.create({ code: 'after' })).status).toBe(201);
  });

  it('a file that may only be read is refused at the start', async () => {
    const path = site.database.url.slice('file:'.length);
    await site.world.close();
    await chmod(path, 0o444);
    const owner = process.getuid?.();
    const isRoot = owner === 0;
    // In a folder that the process may write to, SQLite finds out at the first write only.
    for (const folder of [0o755, 0o777]) {
      await chmod(dirname(path), folder);
      if (isRoot) process.seteuid?.('nobody');
      const us = process.geteuid?.();
      try {
        await expect(connect(site.database.url)).rejects.toThrow(
          new RegExp(
            `plans\\.db cannot be used: .*readonly database;.* ${path} belongs to user ${owner}, and this process runs as user ${us}`,
          ),
        );
      } finally {
        if (isRoot) process.seteuid?.(0);
      }
    }
  });
});

describe('on PostgreSQL', () => {
  it('a restart of the server is survived: 503 meanwhile, ready at once afterwards', async () => {
    const server = await PostgresServer.start({ durable: true });
    site = await Site.open({ url: server.url(), remove: () => server.remove() });
    expect((await site.create({ code: 'before' })).status).toBe(201);
    for (const [code, how] of [
      ['second', 'orderly'],
      ['third', 'at once'],
    ] as const) {
      await server.stop(how);
      await expectUnavailable(await site.list());
      await expectUnavailable(await site.create({ code }, code));
      const { errors } = await site.graphql('{ plans { nodes { id } } }');
      expect(errors).toMatchObject([{ extensions: { code: 'service_unavailable' } }]);
      await server.restart();
      const ready = performance.now();
      expect((await site.create({ code }, code)).status).toBe(201);
      expect((await site.list()).status).toBe(200);
      expect(performance.now() - ready).toBeLessThan(5_000);
    }
    expect(await site.codes()).toEqual(['before', 'second', 'third']);
    expect(await auditInvariants(site.world.store)).toEqual([]);
  });

  it(
    'backends ended again and again under load cost no acknowledged write, and double ' + 'none',
    async () => {
      site = await Site.open(await newPostgresDatabase());
      const acknowledged: string[] = [];
      const answers = new Set<number>();
      const writer = async (name: string) => {
        for (let count = 0; count < 8; count += 1) {
          const code = `plan_${name}_${count}`;
          const { status } = await site.create({ code });
          answers.add(status);
          if (status === 201) acknowledged.push(code);
        }
      };
      let isDone = false;
      const writers = Promise.all(['a', 'b', 'c', 'd'].map(writer)).finally(() => {
        isDone = true;
      });
      // Each time something was acknowledged: on a slow machine, nothing ever would be in between if
      // the clock alone decided.
      for (let heard = 0; !isDone; heard = acknowledged.length) {
        while (!isDone && acknowledged.length === heard) await sleep(5);
        await sleep(20);
        await runOn(
          site.database.url,
          // Until they are gone: those who come next must not get a connection that is about to end.
          `select pg_terminate_backend(pid, 10000) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
        );
      }
      await writers;
      expect([...answers].filter((status) => status !== 201 && status !== 503)).toEqual([]);
      expect(acknowledged).not.toEqual([]);
      expect(await site.codes()).toEqual(expect.arrayContaining(acknowledged));
      expect(await auditInvariants(site.world.store)).toEqual([]);
    },
  );
});

describe.each(emptyDatabases)('a client that hangs up, on %s', (_engine, create) => {
  beforeEach(async () => {
    site = await Site.open(await create());
  });

  const request = (body: string) => {
    const { host } = new URL(site.gateway.url);
    const headers = { ...site.headers('hung-up'), host, 'content-length': String(body.length) };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    return `POST /api/v1/plans/manage HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`;
  };
  const hangUpAfter = async (bytes: string): Promise<void> => {
    const { hostname, port } = new URL(site.gateway.url);
    const socket = dial(Number(port), hostname);
    await new Promise((resolve) => socket.write(bytes, resolve));
    socket.destroy();
  };

  it('in the middle of its request changes nothing', async () => {
    const text = request(JSON.stringify({ name: 'Plan', code: 'plan' }));
    for (const length of [10, text.length - 20, text.length - 1])
      await hangUpAfter(text.slice(0, length));
    await sleep(50);
    expect(await site.codes()).toEqual([]);
  });

  it('before the answer learns by its key what came of it', async () => {
    const body = { name: 'Plan', code: 'plan' };
    await hangUpAfter(request(JSON.stringify(body)));
    const again = await site.create(body, 'hung-up');
    expect(again.status).toBe(201);
    expect(await site.codes()).toEqual(['plan']);
    expect(await auditInvariants(site.world.store)).toEqual([]);
  });
});
