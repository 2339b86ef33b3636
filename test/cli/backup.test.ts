import { readdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ContentHash } from '../../src/db/content.ts';
import { newCatalogue } from '../catalogue.ts';
import { type Database, newPostgresDatabase, newSqliteFile, World } from '../engines.ts';
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
      stdout: `${file()} is a verified copy. To restore it, see README.\n`,
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
