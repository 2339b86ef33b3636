import { execFileSync } from 'node:child_process';
import {
  closeSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { readdir, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ContentHash } from '../../src/db/content.ts';
import { connect } from '../../src/db/engine/connect.ts';
import { pendingMigrations } from '../../src/db/engine/migrate.ts';
import { newCatalogue } from '../catalogue.ts';
import { type Database, newPostgresDatabase, newSqliteFile, World } from '../engines.ts';
import { migrateUpTo } from '../releases.ts';
import { command } from './command.ts';

let database: Database;
let world: World;
beforeAll(async () => {
  database = await newSqliteFile();
  world = await World.open(database.url);
  await (await newCatalogue(world)).plan();
});
afterAll(async () => {
  await world.close();
  await database.remove();
});

describe('backup', () => {
  const file = () => `${database.url.slice('file:'.length)}.backup`;
  const backUp = (url: string) => command(['backup', file()], { DATABASE_URL: url });

  it('writes a copy that a gateway can start from', async () => {
    const { code, stdout, stderr } = await backUp(database.url);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `${file()} is a verified copy. To put it back: plans-gateway restore ${file()}\n`,
    });
    expect(stderr).toMatch(/^(\d+) of \1 pages$/m);
    const restored = await World.open(`file:${file()}`);
    const hash = (of: World) => ContentHash.of(of.store.engine.reading);
    expect(await hash(restored)).toBe(await hash(world));
    await restored.close();
  });

  it('lets no other user of the machine read the copy, nor the database and its log', async () => {
    const path = database.url.slice('file:'.length);
    const modes: Record<string, string> = {};
    for (const name of await readdir(dirname(path)))
      modes[name] = ((await stat(join(dirname(path), name))).mode & 0o777).toString(8);
    expect(modes).toEqual({
      'plans.db': '600',
      'plans.db-wal': '600',
      'plans.db-shm': '600',
      'plans.db.backup': '600',
    });
  });

  it('leaves the rights of a file that exists as they are', async () => {
    const own = await newSqliteFile();
    const path = own.url.slice('file:'.length);
    await writeFile(path, '', { mode: 0o640 });
    await (await World.open(own.url)).close();
    expect((await stat(path)).mode & 0o777).toBe(0o640);
    await own.remove();
  });

  it('overwrites nothing', async () => {
    const { code, stdout, stderr } = await backUp(database.url);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toBe(`error: ${file()} exists already\n`);
  });

  it('leaves PostgreSQL to its own tools', async () => {
    const server = await newPostgresDatabase();
    await (await World.open(server.url)).close();
    const { code, stderr } = await backUp(server.url);
    expect(code).toBe(2);
    expect(stderr).toContain('pg_dump');
    await server.remove();
  });
});

it('takes a database of an older version as it is', async () => {
  const older = await newSqliteFile();
  const engine = await connect(older.url);
  await migrateUpTo(engine, '0003_public_order');
  await engine.close();
  const copy = `${older.url.slice('file:'.length)}.backup`;
  expect(await command(['backup', copy], { DATABASE_URL: older.url })).toMatchObject({ code: 0 });
  const restored = await connect(`file:${copy}`);
  expect((await pendingMigrations(restored))[0]).toBe('0004_plans_of_features');
  await restored.close();
  await older.remove();
});

describe('backup to another disk, while that of the database is full', () => {
  const disk = mkdtempSync(join(tmpdir(), 'plans-gateway-disk-'));
  const target = mkdtempSync(join(tmpdir(), 'plans-gateway-backup-'));
  let reason: string | undefined;
  beforeAll(() => {
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', disk], { stdio: 'pipe' });
    } catch (failure) {
      reason = `This test needs a small disk, and none can be mounted here (root may, mostly): ${failure}`;
    }
  });
  afterAll(() => {
    if (reason === undefined) execFileSync('umount', ['-l', disk]);
    for (const folder of [disk, target]) rmSync(folder, { recursive: true });
  });

  const fillUp = (): void => {
    const file = openSync(join(disk, 'filling'), 'w');
    try {
      for (;;) writeSync(file, Buffer.alloc(4_096));
    } catch (failure) {
      expect(failure).toMatchObject({ code: 'ENOSPC' });
    } finally {
      closeSync(file);
    }
  };

  it.for(['running', 'stopped', 'killed'])(
    'succeeds next to a gateway that is %s',
    async (state, { skip }) => {
      if (reason !== undefined) skip(reason);
      const folder = join(disk, state);
      mkdirSync(folder);
      const url = `file:${join(folder, 'plans.db')}`;
      const gateway = await World.open(url);
      const catalogue = await newCatalogue(gateway);
      for (let count = 0; count < 20; count += 1)
        await catalogue.plan({ metadata: { filling: 'x'.repeat(5_000) } });
      const expected = await ContentHash.of(gateway.store.engine.reading);
      if (state === 'killed') cpSync(folder, join(disk, 'left'), { recursive: true });
      if (state !== 'running') await gateway.close();
      if (state === 'killed') {
        // As a crash of the machine leaves it: the log is there, and what the processes shared is
        // not.
        rmSync(folder, { recursive: true });
        renameSync(join(disk, 'left'), folder);
        rmSync(join(folder, 'plans.db-shm'));
      }
      fillUp();
      const copy = join(target, state);
      const { code, stderr } = await command(['backup', copy], { DATABASE_URL: url });
      expect({ code, stderr }).toMatchObject({ code: 0 });
      const restored = await World.open(`file:${copy}`);
      expect(await ContentHash.of(restored.store.engine.reading)).toBe(expected);
      await restored.close();
      rmSync(join(disk, 'filling'));
      if (state === 'running') await gateway.close();
      const after = await World.open(url);
      expect(await ContentHash.of(after.store.engine.reading)).toBe(expected);
      await after.close();
      rmSync(folder, { recursive: true });
    },
  );
});
