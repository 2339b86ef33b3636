import { once } from 'node:events';
import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ContentHash } from '../../src/db/content.ts';
import { connect } from '../../src/db/engine/connect.ts';
import { backUpFile } from '../../src/db/engine/sqlite-backup.ts';
import { Claim } from '../../src/db/engine/sqlite-restore.ts';
import { ensureOrganization } from '../../src/domain/organization.ts';
import { newCatalogue } from '../catalogue.ts';
import { anyone, type Database, newSqliteFile, World } from '../engines.ts';
import { migrateUpTo } from '../releases.ts';
import { command, start } from './command.ts';
import { serve } from './serving.ts';
import { atTerminal } from './terminal.ts';

let database: Database;
let path: string;
let backup: string;
/** Hashes of what is in the backup, and of what was written after it. */
let earlier: string;
let later: string;

const hashOf = async (file: string): Promise<string> => {
  const engine = await connect(`file:${file}`, { mustExist: true });
  try {
    return await ContentHash.of(engine.reading);
  } finally {
    await engine.close();
  }
};
const restore = (file = backup, ...options: string[]) =>
  command(['restore', file, ...options], { DATABASE_URL: database.url });
const asides = () => readdirSync(dirname(path)).filter((name) => name.includes('.replaced-'));

const fill = async (url: string) => {
  const world = await World.open(url);
  const catalogue = await newCatalogue(world);
  await catalogue.plan();
  return { world, catalogue };
};

beforeEach(async () => {
  database = await newSqliteFile();
  path = database.url.slice('file:'.length);
  backup = `${path}.backup`;
  const { world, catalogue } = await fill(database.url);
  earlier = await ContentHash.of(world.store.engine.reading);
  await backUpFile(path, backup, () => {});
  await catalogue.plan();
  later = await ContentHash.of(world.store.engine.reading);
  await world.close();
});
afterEach(() => database.remove());

/** Refused, and the database is as it was, with nothing beside it. */
const refused = async (file: string, says: string | RegExp) => {
  const before = readdirSync(dirname(path)).sort();
  const { code, stdout, stderr } = await restore(file, '--yes');
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(says);
  expect(readdirSync(dirname(path)).sort()).toEqual(before);
  expect(await hashOf(path)).toBe(later);
};

describe('restore', () => {
  it('puts the backup in place, keeps what was there, and goes back', async () => {
    chmodSync(path, 0o640);
    const written = readFileSync(backup);
    const { code, stdout, stderr } = await restore(backup, '--yes');
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const [aside = ''] = asides();
    expect(stdout).toBe(
      `${path} is restored, and was checked.\n` +
        `What was there before is ${join(dirname(path), aside)}.\n` +
        `To go back: plans-gateway restore ${join(dirname(path), aside)}\n`,
    );
    expect(stderr).toMatch(
      / is sound\. It holds 1 organizations and 1 plans; its last write was at /,
    );
    expect(statSync(path).mode & 0o777).toBe(0o640);
    expect(await hashOf(path)).toBe(earlier);
    expect(readFileSync(backup)).toEqual(written);

    const back = await restore(join(dirname(path), aside), '--yes', '--json');
    expect(back.code).toBe(0);
    expect(JSON.parse(back.stdout)).toMatchObject({ path, steps: [], organizations: 1, plans: 2 });
    expect(await hashOf(path)).toBe(later);
    expect(asides()).toHaveLength(2);
    expect(readdirSync(dirname(path)).filter((name) => /restoring|-wal|-shm/.test(name))).toEqual(
      [],
    );
  });

  it('makes the database where there is none', async () => {
    const url = `${database.url}.d/deeper/plans.db`;
    const made = await command(['restore', backup, '--yes'], { DATABASE_URL: url });
    expect(made).toMatchObject({ code: 0, stdout: expect.not.stringContaining('To go back') });
    expect(await hashOf(url.slice('file:'.length))).toBe(earlier);
    expect(statSync(url.slice('file:'.length)).mode & 0o777).toBe(0o600);
  });

  it('brings an older backup to today’s tables', async () => {
    const older = await connect(`file:${path}.older`);
    await migrateUpTo(older, '0003_public_order');
    await older.close();
    const { code, stdout } = await restore(`${path}.older`, '--yes');
    expect(code).toBe(0);
    expect(stdout).toContain("It was brought to today's tables: 0004_plans_of_features, ");
    expect(await command(['check'], { DATABASE_URL: database.url })).toMatchObject({ code: 0 });
  });

  it('asks first, and changes nothing after a no', async () => {
    const asked = await atTerminal(
      ['restore', backup],
      { DATABASE_URL: database.url },
      () => 'no\n',
    );
    expect(asked).toMatchObject({ code: 1, stdout: '' });
    expect(asked.stderr).toContain(`Put it in the place of ${path}? [y/N]`);
    expect(await hashOf(path)).toBe(later);
    expect(asides()).toEqual([]);
    const agreed = await atTerminal(
      ['restore', backup],
      { DATABASE_URL: database.url },
      () => 'yes\n',
    );
    expect(agreed.code).toBe(0);
    expect(await hashOf(path)).toBe(earlier);
  });

  it('does not wait for an answer where nobody can give one', async () => {
    const { code, stderr } = await restore();
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'error: nobody can be asked here: --yes goes on without a question\n',
    });
  });

  it('keeps what a killed gateway left in its log', async () => {
    const world = await World.open(database.url);
    await ensureOrganization(world.store, 'Late', anyone);
    for (const suffix of ['', '-wal', '-shm'])
      copyFileSync(`${path}${suffix}`, `${path}.killed${suffix}`);
    await world.close();
    for (const suffix of ['', '-wal', '-shm'])
      renameSync(`${path}.killed${suffix}`, `${path}${suffix}`);
    expect(statSync(`${path}-wal`).size).toBeGreaterThan(0);
    expect((await restore(backup, '--yes')).code).toBe(0);
    expect(await hashOf(path)).toBe(earlier);
    const [aside = ''] = asides();
    const kept = await command(['organizations', 'list'], {
      DATABASE_URL: `file:${join(dirname(path), aside)}`,
    });
    expect(kept.stdout).toContain('  Late\n');
  });

  it('replaces a database that SQLite cannot read', async () => {
    writeFileSync(path, 'not a database any more'.repeat(1_000));
    writeFileSync(`${path}-wal`, 'rest of a log');
    expect((await restore(backup, '--yes')).code).toBe(0);
    expect(await hashOf(path)).toBe(earlier);
    const [aside = '', log] = asides().sort();
    expect(readFileSync(join(dirname(path), aside), 'utf8')).toMatch(/^not a database/);
    expect(log).toBe(`${aside}-wal`);
  });

  it('puts everything back when the last step fails', async ({ skip }) => {
    const other = `/dev/shm/plans-gateway-restore-${process.pid}`;
    if (!existsSync('/dev/shm') || statSync('/dev/shm').dev === statSync(dirname(path)).dev)
      skip('this needs two file systems: no file can be renamed from one into the other');
    writeFileSync(other, readFileSync(backup));
    writeFileSync(`${path}-shm`, 'left over');
    const before = readdirSync(dirname(path)).sort();
    const claim = new Claim(path);
    try {
      expect(() => claim.replaceWith(other, new Date())).toThrow(/EXDEV/);
    } finally {
      await claim.release();
      rmSync(other);
    }
    expect(readdirSync(dirname(path)).sort()).toEqual(before);
    expect(await hashOf(path)).toBe(later);
  });
});

describe('restore refuses', () => {
  it('a database that this process uses', async () => {
    const world = await World.open(database.url);
    const { code, stderr } = await restore(backup, '--yes');
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: `error: another process uses ${path}: stop the gateway, and whatever restarts it, first\n`,
    });
    expect(await ContentHash.of(world.store.engine.reading)).toBe(later);
    await world.close();
    expect(asides()).toEqual([]);
  });

  it('a database that an idle gateway serves, which goes on', async () => {
    const gateway = await serve(dirname(path), {
      DATABASE_URL: database.url,
      NODE_ENV: 'production',
    });
    const { code, stderr } = await restore(backup, '--yes');
    expect(code).toBe(2);
    expect(stderr).toContain('another process uses');
    expect((await fetch(`${gateway.url}/ready`)).status).toBe(200);
    gateway.signal('SIGTERM');
    expect((await gateway.outcome).code).toBe(0);
    expect(await hashOf(path)).toBe(later);
    expect((await restore(backup, '--yes')).code).toBe(0);
  });

  it('the database itself, and what is no file', async () => {
    await refused(path, /is the database itself/);
    await refused(`${path}.missing`, /there is no file .*\.missing/);
    await refused(dirname(path), /is no file/);
  });

  it('what is no database of ours', async () => {
    writeFileSync(`${path}.text`, 'plans: []');
    await refused(`${path}.text`, /is not an SQLite database/);
    const other = new Sqlite(`${path}.other`);
    other.exec('create table plan (id text)');
    other.close();
    await refused(
      `${path}.other`,
      /\.other cannot be restored: it is no database of Plans Gateway/,
    );
  });

  it('a backup of a newer version', async () => {
    const newer = new Sqlite(backup);
    newer.exec("insert into kysely_migration values ('9999_future', '2100-01-01')");
    newer.close();
    await refused(backup, /belongs to a newer version/);
  });

  it('a damaged backup', async () => {
    const { size } = statSync(backup);
    const file = openSync(backup, 'r+');
    for (let page = 4_096 * 8; page < size; page += 4_096 * 3)
      writeSync(file, Buffer.alloc(2_000, 0xa5), 0, 2_000, page);
    closeSync(file);
    await refused(backup, /cannot be restored: .*(damaged|malformed)/);
  });

  it('a backup that breaks an invariant, and names it', async () => {
    const broken = new Sqlite(backup);
    broken.exec('update tenant set revision = revision + 1');
    broken.close();
    await refused(backup, /invariant 14: a write to the catalogue has no audit row/);
  });

  it('PostgreSQL, and says what restores a dump of it, without the password', async () => {
    const { code, stderr } = await command(['restore', 'my dump', '--yes'], {
      DATABASE_URL: 'postgres://me:s3cret@db.example/plans',
    });
    expect(code).toBe(2);
    expect(stderr).toContain(
      'pg_restore --clean --if-exists --no-owner --single-transaction ' +
        `--dbname="$DATABASE_URL" 'my dump'`,
    );
    expect(stderr).not.toContain('s3cret');
  });
});

it('lets no gateway that starts again and again meet half of it', async () => {
  let ends = false;
  const environment = { DATABASE_URL: database.url, NODE_ENV: 'production', PORT: '0' };
  const restarts = async () => {
    while (!ends) {
      const child = start(['serve'], dirname(path), environment);
      let printed = '';
      child.stdout.on('data', (chunk) => {
        printed += chunk;
        if (printed.includes('ready on')) child.kill('SIGKILL');
      });
      await once(child, 'exit');
    }
  };
  const running = [restarts(), restarts()];
  for (let attempt = 0; ; attempt += 1) {
    const { code, stderr } = await restore(backup, '--yes');
    if (code === 0) break;
    expect(stderr).toContain('another process uses');
    expect(attempt).toBeLessThan(200);
  }
  ends = true;
  await Promise.all(running);
  expect(await hashOf(path)).toBe(earlier);
  expect(await command(['check'], { DATABASE_URL: database.url })).toMatchObject({ code: 0 });
  const [aside = ''] = asides();
  expect(await hashOf(join(dirname(path), aside))).toBe(later);
}, 120_000);
