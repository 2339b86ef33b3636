import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { connect } from '../../src/db/engine/connect.ts';
import { createApiKey } from '../../src/domain/api-key.ts';
import { anyone, type Database, emptyDatabases, newSqliteFile, World } from '../engines.ts';
import { migrateUpTo } from '../releases.ts';
import { command, type Environment } from './command.ts';
import { serve } from './serving.ts';

interface Finding {
  check: string;
  state: string;
  message: string;
}

const doctor = async (environment: Environment) => {
  const { code, stdout, stderr } = await command(['doctor', '--json'], {
    PORT: '0',
    ...environment,
  });
  expect(stderr).toBe('');
  const found: Finding[] = JSON.parse(stdout);
  const of = (check: string) => found.filter((each) => each.check === check);
  const wrong = found.filter(({ state }) => state !== 'ok');
  return { code, found, of, wrong, stdout };
};

const filled = async (database: Database, time?: Date) => {
  const world = await World.open(database.url);
  const tenant = await world.tenantOf('Acme', 'live');
  world.time = time;
  const { apiKey } = await world.store.write(tenant, anyone, (w) =>
    createApiKey(w, { name: 'Admin', scope: 'admin' }),
  );
  await world.close();
  return apiKey;
};

describe.each(emptyDatabases)('doctor on %s', (engine, create) => {
  const during = async (work: (database: Database) => Promise<void>) => {
    const database = await create();
    try {
      await work(database);
    } finally {
      await database.remove();
    }
  };

  it('finds nothing wrong with a healthy database, and leaves no trace', () =>
    during(async (database) => {
      await filled(database);
      const traces = () => {
        if (engine !== 'sqlite') return [];
        const folder = dirname(database.url.slice('file:'.length));
        return readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'hex')]);
      };
      const before = traces();
      const { code, wrong, of } = await doctor({ DATABASE_URL: database.url });
      expect({ code, wrong }).toEqual({ code: 0, wrong: [] });
      expect(of('database')[0]?.message).toMatch(/, (SQLite 3\.\d+\.\d+|PostgreSQL \d+)/);
      expect(of('admin keys')).toMatchObject([{ message: '1 work' }]);
      expect(traces()).toEqual(before);
    }));

  it('says that a database is older, newer or not there', () =>
    during(async (database) => {
      const environment = { DATABASE_URL: database.url };
      const empty = await doctor(environment);
      expect(empty.code).toBe(0);
      expect(empty.wrong).toMatchObject([
        { state: 'warning', message: expect.stringContaining('serve and migrate make') },
      ]);

      const opened = await connect(database.url);
      await migrateUpTo(opened, '0023_unit_name_plurals');
      await opened.close();
      const older = await doctor(environment);
      expect(older.code).toBe(0);
      expect(older.of('tables')[0]?.message).toMatch(/older version and lack 0024_change_sets, /);

      await filled(database);
      const newer = await connect(database.url);
      await sql`insert into kysely_migration values ('9999_future', '2100-01-01')`.execute(
        newer.maintenance,
      );
      await newer.close();
      const { code, of } = await doctor(environment);
      expect(code).toBe(1);
      expect(of('tables')).toMatchObject([
        { state: 'problem', message: expect.stringContaining('(9999_future)') },
      ]);
    }));

  it('misses a key with which anything could be managed', () =>
    during(async (database) => {
      const { id } = await filled(database);
      const revoked = await command(['keys', 'revoke', id], { DATABASE_URL: database.url });
      expect(revoked.code).toBe(0);
      const { code, of } = await doctor({ DATABASE_URL: database.url });
      expect(code).toBe(0);
      expect(of('admin keys')).toMatchObject([
        { state: 'warning', message: expect.stringContaining('keys create --organization') },
      ]);
    }));

  it('notices what was written in the future', () =>
    during(async (database) => {
      await filled(database, new Date(Date.now() + 3_600_000));
      const { of } = await doctor({ DATABASE_URL: database.url });
      expect(of('clock')).toMatchObject([
        { state: 'warning', message: expect.stringContaining('is from the future') },
      ]);
    }));
});

describe('doctor', () => {
  it('names everything that is wrong in the environment at once, and no secret', async () => {
    const database = await newSqliteFile();
    await filled(database);
    const { code, wrong, of, stdout } = await doctor({
      DATABASE_URL: database.url,
      METRICS_TOKEN: 's3cret',
      RATE_LIMIT_COSTS: '1',
      GRAPHIQL: 'maybe',
      TRUSTED_DOCUMENTS_FILE: '/nowhere/documents',
    });
    expect(code).toBe(1);
    expect(wrong.map(({ message }) => message).sort()).toEqual([
      'GRAPHIQL must be on or off',
      'METRICS_TOKEN must have at least 16 characters',
      'TRUSTED_DOCUMENTS_FILE: /nowhere/documents cannot be read: there is no such file',
      'there is no variable RATE_LIMIT_COSTS: did you mean RATE_LIMIT_COST?',
    ]);
    expect(stdout).not.toContain('s3cret');
    expect(of('tables')).toMatchObject([{ state: 'ok' }]);
    await database.remove();
  });

  it('hides the password of a database that it cannot reach', async () => {
    const { code, of, stdout } = await doctor({
      DATABASE_URL: 'postgres://me:s3cret@127.0.0.1:1/plans',
    });
    expect(code).toBe(1);
    expect(of('database')).toMatchObject([
      { state: 'problem', message: expect.stringContaining('plans at 127.0.0.1:1') },
    ]);
    expect(stdout).not.toContain('s3cret');
  });

  it('says that a file is no database, or that every user may read it', async () => {
    const database = await newSqliteFile();
    const path = database.url.slice('file:'.length);
    await filled(database);
    chmodSync(path, 0o644);
    const open = await doctor({ DATABASE_URL: database.url });
    expect(open.wrong).toMatchObject([
      { check: 'permissions', message: expect.stringContaining(`chmod o= ${path}`) },
    ]);
    writeFileSync(path, 'no database'.repeat(1_000));
    chmodSync(path, 0o600);
    const { code, of } = await doctor({ DATABASE_URL: database.url });
    expect(code).toBe(1);
    expect(of('database')).toMatchObject([{ state: 'problem' }]);
    await database.remove();
  });

  it('tells a gateway that runs from another program at its port', async () => {
    const database = await newSqliteFile();
    await filled(database);
    const folder = dirname(database.url.slice('file:'.length));
    const gateway = await serve(folder, { DATABASE_URL: database.url, NODE_ENV: 'production' });
    const { port } = new URL(gateway.url);
    const running = await doctor({ DATABASE_URL: database.url, PORT: port });
    expect(running.wrong).toEqual([]);
    expect(running.of('port')[0]?.message).toBe(
      `a gateway answers at PORT ${port} of HOST 127.0.0.1`,
    );
    gateway.signal('SIGTERM');
    expect((await gateway.outcome).code).toBe(0);

    const other = createServer((socket) => socket.end('HTTP/1.1 404 Not Found\r\n\r\n'));
    other.listen(0, '127.0.0.1');
    await once(other, 'listening');
    const taken = (other.address() as AddressInfo).port;
    const { code, of } = await doctor({ DATABASE_URL: database.url, PORT: String(taken) });
    other.close();
    expect(code).toBe(1);
    expect(of('port')).toMatchObject([
      { state: 'problem', message: expect.stringContaining(`PORT ${taken} of HOST`) },
    ]);
    await database.remove();
  });

  it('looks at the port of the metrics, too', async () => {
    const database = await newSqliteFile();
    await filled(database);
    const other = createServer((socket) => socket.end('HTTP/1.1 404 Not Found\r\n\r\n'));
    other.listen(0, '127.0.0.1');
    await once(other, 'listening');
    const port = String((other.address() as AddressInfo).port);
    const environment = { DATABASE_URL: database.url, METRICS_PORT: port };
    const taken = await doctor(environment);
    expect(taken.code).toBe(1);
    expect(taken.of('port')[1]?.message).toContain(`METRICS_PORT ${port} of METRICS_HOST`);
    other.close();
    expect((await doctor(environment)).of('port')[1]?.message).toContain('is free');
    const folder = dirname(database.url.slice('file:'.length));
    const gateway = await serve(folder, { ...environment, NODE_ENV: 'production' });
    const running = await doctor(environment);
    expect(running.of('port')[1]?.message).toMatch(/^a gateway answers at METRICS_PORT/);
    gateway.signal('SIGTERM');
    await gateway.outcome;
    await database.remove();
  });

  it('tells a gateway from another program, and from nobody, at a Unix socket', async () => {
    const database = await newSqliteFile();
    await filled(database);
    const folder = dirname(database.url.slice('file:'.length));
    const path = join(folder, 'gateway.sock');
    const environment = { DATABASE_URL: database.url, HOST: `unix:${path}`, PORT: '4000' };
    const found = async (host = environment.HOST) =>
      (await doctor({ ...environment, HOST: host })).of('socket')[0]?.message;
    expect(await found()).toBe(`HOST unix:${path} is free`);
    const { signal, outcome } = await serve(folder, { ...environment, NODE_ENV: 'production' });
    expect(await found()).toBe(`a gateway answers at HOST unix:${path}`);
    signal('SIGKILL');
    await outcome;
    expect(await found()).toBe(`HOST unix:${path} is left by a process that is gone`);
    rmSync(path);
    const other = createServer((socket) => {
      socket.on('error', () => {});
      socket.end('HTTP/1.1 404 Not Found\r\n\r\n');
    });
    other.listen(path);
    await once(other, 'listening');
    expect(await found()).toContain(`HOST unix:${path} is in use`);
    other.close();
    expect(await found(`unix:${folder}/missing/x`)).toContain('is in no directory');
    expect((await doctor(environment)).of('NODE_ENV')).toEqual([]);
    await database.remove();
  });

  it.each<{ environment: Environment; says: string[] }>([
    { environment: { NODE_ENV: 'production' }, says: ['PUBLIC_URL is not set'] },
    {
      environment: { NODE_ENV: 'production', PUBLIC_URL: 'http://localhost:4000' },
      says: ['PUBLIC_URL leads to this machine only'],
    },
    {
      environment: { PUBLIC_URL: 'http://plans.example' },
      says: ['PUBLIC_URL is not https'],
    },
    {
      environment: { NODE_ENV: 'production', PUBLIC_URL: 'https://plans.example' },
      says: ['TRUST_PROXY is off'],
    },
    {
      environment: {
        NODE_ENV: 'production',
        HOST: '0.0.0.0',
        PUBLIC_URL: 'https://plans.example',
        TRUST_PROXY: '1',
      },
      says: ['TRUST_PROXY is a number'],
    },
    { environment: { HOST: '::' }, says: ['NODE_ENV is not production'] },
    {
      environment: {
        NODE_ENV: 'production',
        HOST: '0.0.0.0',
        PUBLIC_URL: 'https://plans.example',
        TRUST_PROXY: '10.0.0.0/8',
      },
      says: [],
    },
  ])('with $environment it warns of $says', async ({ environment, says }) => {
    const { code, wrong } = await doctor({
      DATABASE_URL: 'file:/nowhere/plans.db',
      ...environment,
    });
    expect(code).toBe(0);
    const warned = wrong.filter(({ check }) => check !== 'database');
    expect(warned.map(({ check, message }) => `${check} ${message}`)).toEqual(
      says.map((each) => expect.stringContaining(each)),
    );
  });

  it('prints a line for each', async () => {
    const { code, stdout } = await command(['doctor'], {
      DATABASE_URL: 'file:/nowhere/plans.db',
      PORT: '0',
    });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ok {7}port {10}PORT is 0: a free one is taken$/m);
    expect(stdout).toMatch(/^warning {2}database {6}there is none at \/nowhere\/plans\.db yet/m);
  });

  it('says when the disk is full', async ({ skip }) => {
    const disk = mkdtempSync(join(tmpdir(), 'plans-gateway-disk-'));
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk], { stdio: 'pipe' });
    } catch (failure) {
      rmSync(disk, { recursive: true });
      return skip(`this needs a small disk, and none can be mounted here: ${failure}`);
    }
    const { code, of } = await doctor({ DATABASE_URL: `file:${disk}/deeper/plans.db` });
    execFileSync('umount', ['-l', disk]);
    rmSync(disk, { recursive: true });
    expect(code).toBe(1);
    expect(of('disk')).toMatchObject([
      { state: 'problem', message: expect.stringMatching(/^only 1 MiB are free at/) },
    ]);
  });
});
