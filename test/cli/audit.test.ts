import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createPlan, deletePlan } from '../../src/domain/plan.ts';
import { type Catalogue, newCatalogue } from '../catalogue.ts';
import { emptyDatabases, onEveryEngine, World } from '../engines.ts';
import { Gateway, keyOf } from '../gateway.ts';
import { command, start } from './command.ts';

const linesOf = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

onEveryEngine('audit export', (world) => {
  let folder: string;
  let shop: Catalogue;
  let organization: string;
  let secret: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'plans-gateway-audit-'));
    shop = await newCatalogue(world());
    secret = await keyOf(world(), shop.tenant);
    for (const [code, time] of [
      ['first', '2026-01-01T00:00:00.000Z'],
      ['second', '2026-02-01T00:00:00.000Z'],
    ] as const)
      await shop.changeAt(time, (w) => createPlan(w, { name: code, code }));
    const third = await shop.change((w) => createPlan(w, { name: 'Größe', code: 'third' }));
    await shop.change((w) => deletePlan(w, third.id));
    const { writing } = world().store.engine;
    const { name } = await writing
      .selectFrom('organization')
      .select('name')
      .where('id', '=', shop.tenant.organizationId)
      .executeTakeFirstOrThrow();
    organization = name;
    await (await newCatalogue(world())).plan();
  });
  afterAll(() => rm(folder, { recursive: true }));

  const exported = (...args: string[]) =>
    command(['audit', 'export', ...args], { DATABASE_URL: world().url });
  const ofShop = async (...args: string[]) => {
    const { code, stdout, stderr } = await exported('--organization', organization, ...args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return stdout === '' ? [] : linesOf(stdout);
  };
  const sequencesOf = (entries: { sequence: number }[]) => entries.map(({ sequence }) => sequence);

  it('writes what GraphQL answers, oldest first, and no secret', async () => {
    const { stdout } = await exported('--organization', organization);
    const entries = linesOf(stdout);
    await Gateway.during(world(), {}, async (gateway) => {
      const { data } = await gateway.graphql(
        secret,
        `{ auditLog { nodes { id at apiKeyId apiKey { id name } operation objectId before after
          changes { type objectId planId before after } sequence revision scheduled requestId
          clientRequestId } } }`,
      );
      expect(entries).toEqual(
        data.auditLog.nodes.toReversed().map((node: object) => ({
          organization,
          organizationId: shop.tenant.organizationId,
          mode: 'live',
          ...node,
        })),
      );
    });
    expect(entries).toHaveLength(5);
    expect(stdout).not.toContain(secret);
    expect(stdout).not.toMatch(/hash/i);
  });

  it('writes those of a time, of a mode, and behind a sequence', async () => {
    expect(sequencesOf(await ofShop('--until', '2026-01-15T00:00:00Z'))).toEqual([2]);
    expect(
      sequencesOf(
        await ofShop('--since', '2026-01-01T01:00:00+01:00', '--until', '2026-02-01T00:00:00Z'),
      ),
    ).toEqual([2]);
    expect(sequencesOf(await ofShop('--mode', 'live', '--after', '3'))).toEqual([4, 5]);
    expect(await ofShop('--mode', 'live', '--after', '5')).toEqual([]);
    expect(await ofShop('--mode', 'sandbox')).toEqual([]);
    const all = linesOf((await exported()).stdout);
    expect(new Set(all.map((entry) => entry.organization)).size).toBe(2);
  });

  it('gives a file its name when it is whole, for its owner only', async () => {
    const file = join(folder, 'audit.jsonl');
    const { code, stdout } = await exported('--output', file);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `6 entries are in ${file}.\n` });
    expect(linesOf(readFileSync(file, 'utf8'))).toHaveLength(6);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['audit.jsonl']);
    const again = await exported('--output', file);
    expect(again).toMatchObject({ code: 2, stderr: `error: ${file} exists already\n` });
  });

  it.each([
    [['--organization', 'Nobody'], 'there is no organization named Nobody'],
    [['--after', '3'], '--after needs --organization and --mode: each counts for itself'],
    [['--since', 'yesterday'], 'must be a time with a time zone'],
    [['--output', '/nowhere/file'], 'ENOENT'],
  ])('refuses %j', async (args, why) => {
    const { code, stdout, stderr } = await exported(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(why);
    expect(stderr.split('\n')).toHaveLength(2);
  });

  it('fails in one line when its reader has gone', async () => {
    const child = start(['audit', 'export'], folder, { DATABASE_URL: world().url });
    child.stdout.destroy();
    const exit = once(child, 'exit');
    expect(await text(child.stderr)).toBe('error: write EPIPE\n');
    expect(await exit).toEqual([2, null]);
  });
});

it.each(emptyDatabases)('a failed audit export leaves no file on %s', async (engine, create) => {
  const database = await create();
  const world = await World.open(database.url);
  const shop = await newCatalogue(world);
  for (const code of ['first', 'second', 'third']) await shop.plan({ code });
  const { writing, ddl } = world.store.engine;
  for (const statement of ddl.permit({ name: 'audit_log_no_update', table: 'audit_log' }))
    await sql.raw(statement).execute(writing);
  await sql`update audit_log set changes = '{' where sequence = 3`.execute(writing);
  const folder = await mkdtemp(join(tmpdir(), 'plans-gateway-audit-'));
  const file = join(folder, `${engine}.jsonl`);
  // Of an export that was killed.
  writeFileSync(`${file}.partial`, 'half');
  const { code, stdout, stderr } = await command(['audit', 'export', '--output', file], {
    DATABASE_URL: database.url,
  });
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/^error: .+\n$/);
  expect(readdirSync(folder)).toEqual([]);
  expect(existsSync(file)).toBe(false);
  await rm(folder, { recursive: true });
  await world.close();
  await database.remove();
});
