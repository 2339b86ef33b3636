import { setTimeout } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterEach, expect, it } from 'vitest';
import { auditInvariants } from '../../src/db/maintenance/invariants.ts';
import { Store } from '../../src/db/store.ts';
import { listAuditLog } from '../../src/domain/audit-log.ts';
import { startAuditRetention } from '../../src/domain/audit-retention.ts';
import {
  applyChangeSet,
  createChangeSet,
  discardChangeSet,
  listChangeSets,
  revertChangeSet,
} from '../../src/domain/change-set.ts';
import type { Cleaning } from '../../src/domain/cleaning.ts';
import { createPlan } from '../../src/domain/plan.ts';
import { type Catalogue, keepsInvariants, newCatalogue } from '../catalogue.ts';
import { emptyDatabases, onEveryEngine, World } from '../engines.ts';
import { Gateway, keyOf } from '../gateway.ts';

const LONG_AGO = '2020-01-01T00:00:00.000Z';
const DAYS = 30;

onEveryEngine('the retention of the audit log', (world) => {
  keepsInvariants(world);
  let running: Cleaning[] = [];
  afterEach(async () => {
    await Promise.all(running.map((cleaning) => cleaning.stop()));
    running = [];
  });

  const failures: unknown[] = [];
  const start = (store: Store = world().store) => {
    const told = { purged: 0 };
    running.push(
      startAuditRetention(store, {
        days: DAYS,
        report: (failure) => failures.push(failure),
        onPurged: (entries) => {
          told.purged += entries;
        },
        periodMs: 20,
      }),
    );
    return told;
  };
  const plan = (shop: Catalogue, code: string, time?: string) =>
    time === undefined
      ? shop.change((w) => createPlan(w, { name: code, code }))
      : shop.changeAt(time, (w) => createPlan(w, { name: code, code }));
  const sequences = async (shop: Catalogue) =>
    (await shop.rows('audit_log')).map(({ sequence }) => sequence).sort((a, b) => a - b);
  const endOf = ({ items, cursorOf }: Awaited<ReturnType<typeof listAuditLog>>) => {
    const last = items.at(-1);
    return last && cursorOf(last);
  };
  const document = (code: string) => `catalogue: 1\nplans:\n  ${code}:\n    name: ${code}\n`;

  it('removes what is older, in order, and leaves the newest entry and what is younger', async () => {
    const [shop, quiet, young] = [
      await newCatalogue(world()),
      await newCatalogue(world()),
      await newCatalogue(world()),
    ];
    for (const code of ['a', 'b', 'c']) await plan(shop, code, LONG_AGO);
    for (const code of ['d', 'e']) await plan(shop, code);
    for (const code of ['a', 'b']) await plan(quiet, code, LONG_AGO);
    for (const code of ['a', 'b']) await plan(young, code);
    const told = start();
    await expect.poll(() => sequences(shop)).toEqual([4, 5]);
    await expect.poll(() => sequences(quiet)).toEqual([2]);
    expect(await sequences(young)).toEqual([1, 2]);
    expect(told.purged).toBe(4);
    const left = (await shop.rows('audit_log_object')).map(({ sequence }) => sequence);
    expect(new Set(left)).toEqual(new Set([4, 5]));
    await plan(quiet, 'c');
    await expect.poll(() => sequences(quiet)).toEqual([3]);
    expect(failures).toEqual([]);
    expect(await auditInvariants(world().store)).toEqual([]);
  });

  it('keeps entries behind one that is young by its clock', async () => {
    const shop = await newCatalogue(world());
    await plan(shop, 'a', LONG_AGO);
    await plan(shop, 'b');
    await plan(shop, 'c', LONG_AGO);
    await plan(shop, 'd');
    start();
    await expect.poll(() => sequences(shop)).toEqual([2, 3, 4]);
    expect(await auditInvariants(world().store)).toEqual([]);
  });

  it('removes in slices, lets others write in between, and shares the work', async () => {
    const shop = await newCatalogue(world());
    await shop.changeAt(LONG_AGO, (w) => createPlan(w, { name: 'First', code: 'first' }));
    const { writing } = world().store.engine;
    const [entry] = await shop.rows('audit_log');
    if (!entry) throw new Error('a write leaves an entry');
    const entries = Array.from({ length: 3_000 }, (_, count) => ({
      ...entry,
      id: `aud_${count}`,
      operation: 'createApiKey',
      revision: null,
      sequence: count + 2,
    }));
    for (let at = 0; at < entries.length; at += 500) {
      const slice = entries.slice(at, at + 500);
      await writing.insertInto('audit_log').values(slice).execute();
      await writing
        .insertInto('audit_log_object')
        .values(
          slice.map(({ tenant_id, object_id, sequence }) => ({ tenant_id, object_id, sequence })),
        )
        .execute();
    }
    const other = await World.open(world().url);
    world().statements.length = 0;
    const told = [start(), start(new Store(other.store.engine))];
    await expect.poll(() => told.some(({ purged }) => purged > 0)).toBe(true);
    await plan(shop, 'meanwhile');
    expect((await sequences(shop)).length).toBeGreaterThan(1);
    await expect.poll(() => sequences(shop), { timeout: 20_000 }).toEqual([3_002]);
    await Promise.all(running.map((cleaning) => cleaning.stop()));
    await other.close();
    expect(told.reduce((sum, { purged }) => sum + purged, 0)).toBe(3_001);
    expect(failures).toEqual([]);
    expect(await auditInvariants(world().store)).toEqual([]);
  });

  it('writes nothing where nothing is old', async () => {
    await plan(await newCatalogue(world()), 'a');
    start();
    await expect.poll(() => world().statements.length).toBeGreaterThan(3);
    // What earlier tests have left is purged by now.
    world().statements.length = 0;
    await expect.poll(() => world().statements.length).toBeGreaterThan(3);
    expect(world().statements.filter((text) => /^(delete|update|begin)/.test(text))).toEqual([]);
  });

  it('leaves pages of the log whole, from cursors on that are purged as well', async () => {
    const shop = await newCatalogue(world());
    for (const code of ['a', 'b', 'c']) await plan(shop, code, LONG_AGO);
    for (const code of ['d', 'e']) await plan(shop, code);
    const before = await listAuditLog(shop.reader(), {}, { first: 4 });
    expect(before.items.map(({ sequence }) => sequence)).toEqual([5, 4, 3, 2]);
    const oldest = await listAuditLog(shop.reader(), {}, { last: 1 });
    start();
    await expect.poll(() => sequences(shop)).toEqual([4, 5]);
    const after = await listAuditLog(shop.reader(), {}, { first: 2, after: endOf(before) });
    expect([after.items, after.hasNextPage]).toEqual([[], false]);
    const newer = await listAuditLog(shop.reader(), {}, { last: 5, before: endOf(oldest) });
    expect(newer.items.map(({ sequence }) => sequence)).toEqual([5, 4]);
    const all = await listAuditLog(shop.reader(), {}, { first: 2 });
    expect([all.items.length, all.hasNextPage]).toEqual([2, false]);
  });

  it('removes closed change sets, but none that another one reverts, and no draft', async () => {
    const shop = await newCatalogue(world());
    const make = (code: string) =>
      shop.changeAt(LONG_AGO, (w) => createChangeSet(w, { document: document(code), name: code }));
    const [applied, reverted, discarded] = [
      await make('applied'),
      await make('reverted'),
      await make('discarded'),
    ];
    for (const { id, hash } of [applied, reverted])
      await shop.changeAt(LONG_AGO, (w) => applyChangeSet(w, id, hash, 'admin'));
    await shop.changeAt(LONG_AGO, (w) => discardChangeSet(w, discarded.id));
    await make('draft');
    const young = await shop.change((w) =>
      createChangeSet(w, { document: document('young'), name: 'young' }),
    );
    await shop.change((w) => applyChangeSet(w, young.id, young.hash, 'admin'));
    const revert = await shop.changeAt(LONG_AGO, (w) => revertChangeSet(w, reverted.id));
    const left = async () =>
      (await listChangeSets(shop.reader(), { first: 20 })).items.map(({ name }) => name).sort();
    start();
    await expect.poll(left).toEqual(['Revert reverted', 'draft', 'reverted', 'young']);
    expect(await auditInvariants(world().store)).toEqual([]);
    await shop.changeAt(LONG_AGO, (w) => discardChangeSet(w, revert.id));
    await expect.poll(left).toEqual(['draft', 'young']);
    expect(failures).toEqual([]);
  });

  it('is what a server keeps to that is told so', async () => {
    const shop = await newCatalogue(world());
    world().time = new Date(Date.now() - 2 * DAYS * 24 * 60 * 60 * 1000);
    const key = await keyOf(world(), shop.tenant);
    world().time = undefined;
    for (const code of ['a', 'b']) await plan(shop, code, LONG_AGO);
    await plan(shop, 'c');
    const log = async (gateway: Gateway) =>
      (await gateway.graphql(key, '{ auditLog { totalCount nodes { sequence } } }')).data.auditLog;
    await Gateway.during(world(), {}, async (gateway) => {
      await setTimeout(200);
      expect(await log(gateway)).toMatchObject({ totalCount: 4 });
    });
    await Gateway.during(world(), { AUDIT_RETENTION_DAYS: String(DAYS) }, async (gateway) => {
      await expect.poll(() => log(gateway)).toEqual({ totalCount: 1, nodes: [{ sequence: 4 }] });
      const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
      expect(metrics).toMatch(/^plans_gateway_audit_entries_purged_total 3$/m);
    });
  });

  it('cannot be feigned: nothing else removes an entry, and no purge goes back', async () => {
    const shop = await newCatalogue(world());
    for (const code of ['a', 'b']) await plan(shop, code, LONG_AGO);
    for (const code of ['c', 'd']) await plan(shop, code);
    start();
    await expect.poll(() => sequences(shop)).toEqual([3, 4]);
    const { writing } = world().store.engine;
    const { id } = shop.tenant;
    for (const [statement, because] of [
      [sql`delete from audit_log where tenant_id = ${id}`, 'only ever appended to'],
      [sql`delete from audit_log_object where tenant_id = ${id}`, 'only ever appended to'],
      [sql`update tenant set audit_purged_through = 1 where id = ${id}`, 'never goes back'],
      [sql`update tenant set audit_purged_through = 4 where id = ${id}`, 'leaves the newest'],
      [sql`update tenant set audit_purged_revision = 3 where id = ${id}`, 'grows by one'],
    ] as const)
      await expect(statement.execute(writing)).rejects.toThrow(
        expect.objectContaining({ message: expect.stringContaining(because) }),
      );
  });
});

it.each(emptyDatabases)('a hole behind purged entries is found on %s', async (_, create) => {
  const database = await create();
  const world = await World.open(database.url);
  const shop = await newCatalogue(world);
  for (const code of ['a', 'b'])
    await shop.changeAt(LONG_AGO, (w) => createPlan(w, { name: code, code }));
  for (const code of ['c', 'd', 'e']) await shop.change((w) => createPlan(w, { name: code, code }));
  const cleaning = startAuditRetention(world.store, {
    days: DAYS,
    report: () => {},
    onPurged: () => {},
  });
  await expect.poll(async () => (await shop.rows('audit_log')).length).toBe(3);
  await cleaning.stop();
  expect(await auditInvariants(world.store)).toEqual([]);
  const { engine } = world.store;
  const findingsWithout = async (from: number, to: number) => {
    await engine.writing.transaction().execute((transaction) =>
      engine.withoutTriggers(transaction, async () => {
        for (const table of ['audit_log_object', 'audit_log'] as const)
          await transaction
            .deleteFrom(table)
            .where('sequence', '>=', from)
            .where('sequence', '<=', to)
            .execute();
      }),
    );
    return (await auditInvariants(world.store)).map(({ finding }) => finding);
  };
  expect(await findingsWithout(4, 4)).toEqual(
    expect.arrayContaining([
      expect.stringContaining('a write to the catalogue has no audit row'),
      expect.stringContaining('not numbered from 1, or from the last purged one on'),
    ]),
  );
  expect(await findingsWithout(3, 5)).toContainEqual(
    expect.stringContaining('a purge of the audit log left no entry'),
  );
  await world.close();
  await database.remove();
});
