import { readFileSync } from 'node:fs';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { fill } from '../../src/cli/seed/fill.ts';
import { auditInvariants } from '../../src/db/maintenance/invariants.ts';
import { findTenant, revisionOf } from '../../src/db/records/organization.ts';
import { keyColumnsOf, type Tables, tableNames } from '../../src/db/tables.ts';
import { authenticate } from '../../src/domain/api-key.ts';
import { listAuditLog } from '../../src/domain/audit-log.ts';
import { catalogueOf } from '../../src/domain/catalogue/pull.ts';
import { applyChangeSet, createChangeSet, scheduleChangeSet } from '../../src/domain/change-set.ts';
import type { Tenant, Writer } from '../../src/domain/operation.ts';
import { createPlan, deletePlan } from '../../src/domain/plan.ts';
import { createPlanGroup } from '../../src/domain/plan-group.ts';
import { resetSandbox } from '../../src/domain/sandbox.ts';
import { anyone, onEveryEngine } from '../engines.ts';
import { keyOf } from '../gateway.ts';

/** What a reset leaves: who there is, and what was done. */
const kept = ['organization', 'tenant', 'api_key', 'audit_log', 'audit_log_object'];
const emptied = tableNames.filter((name) => !kept.includes(name));
const PLANS = 7;
const example = readFileSync(
  new URL('../../examples/catalogue/catalogue.yaml', import.meta.url),
  'utf8',
);

onEveryEngine('a reset of the sandbox', (world) => {
  let organizations = 0;
  const newShop = async () => {
    organizations += 1;
    const name = `Reset ${organizations}`;
    const live = await world().tenantOf(name, 'live');
    const sandbox = await world().tenantOf(name, 'sandbox');
    return { name, live, sandbox };
  };
  const seed = async ({ live, sandbox }: { live: Tenant; sandbox: Tenant }) => {
    for (const tenant of [live, sandbox])
      for await (const _done of fill(world().store, tenant, PLANS));
  };
  const seeded = async () => {
    const shop = await newShop();
    await seed(shop);
    return shop;
  };
  const write = <Result>(tenant: Tenant, work: (writer: Writer) => Promise<Result>) =>
    world().store.write(tenant, anyone, work);
  const rowsOf = async (table: keyof Tables, { id }: Tenant) => {
    const keys = sql.join(keyColumnsOf(table).map((column) => sql.ref(column)));
    const { rows } = await sql`
      select * from ${sql.table(table)} where tenant_id = ${id} order by ${keys}`.execute(
      world().store.engine.reading,
    );
    return rows;
  };
  const counts = async (tenant: Tenant) =>
    Object.fromEntries(
      await Promise.all(
        emptied.map(async (table) => [table, (await rowsOf(table, tenant)).length] as const),
      ),
    );
  const reset = (name: string, fromLive = false) =>
    resetSandbox(world().store, name, { fromLive }, anyone);

  it('leaves no row of its catalogue, and every other row as it is', async () => {
    const shop = await newShop();
    const { name, live, sandbox } = shop;
    const { store } = world();
    const full = await write(sandbox, (w) => createChangeSet(w, { document: example }));
    await write(sandbox, (w) => applyChangeSet(w, full.id, full.hash, 'admin'));
    await seed(shop);
    const key = await keyOf(world(), sandbox);
    const plan = await store.write(sandbox, { ...anyone, idempotencyKey: 'again' }, (w) =>
      createPlan(w, { name: 'Once', code: 'once' }),
    );
    await write(sandbox, (w) => deletePlan(w, plan.id));
    await write(sandbox, (w) => createPlanGroup(w, { name: 'Group', code: 'group' }));
    const document = 'catalogue: 1\nsections: { later: { name: Later } }\n';
    const set = await write(sandbox, (w) => createChangeSet(w, { document }));
    await write(sandbox, (w) =>
      scheduleChangeSet(w, set.id, set.hash, '2100-01-01T00:00:00Z', 'admin'),
    );
    const others = () => Promise.all(tableNames.slice(2).map((table) => rowsOf(table, live)));
    const before = await others();
    const revision = await revisionOf(store, sandbox);
    const { plan: plans } = await counts(sandbox);
    // Else the test would not see what is left.
    expect(Object.entries(await counts(sandbox)).filter(([, count]) => count === 0)).toEqual([]);

    const done = await reset(name);

    expect(done).toMatchObject({ removed: { Plan: plans, ChangeSet: 2 }, copied: 0 });
    expect(Object.entries(await counts(sandbox)).filter(([, count]) => count > 0)).toEqual([]);
    expect(await others()).toEqual(before);
    expect(await authenticate(store, key)).toMatchObject({ scope: 'admin', nextChangeAt: null });
    expect(await revisionOf(store, sandbox)).toBe(revision + 1);
    const { items } = await listAuditLog(store.reader(sandbox), {}, { first: 1 });
    expect(items).toMatchObject([
      { operation: 'resetSandbox', objectId: sandbox.id, revision: revision + 1 },
    ]);
    expect(items[0]?.changes).toContainEqual({
      type: 'Plan',
      objectId: sandbox.id,
      planId: null,
      before: { count: plans },
      after: null,
    });
    expect(await auditInvariants(store)).toEqual([]);
    // The key of a request says nothing of a plan that is gone.
    const anew = await store.write(sandbox, { ...anyone, idempotencyKey: 'again' }, (w) =>
      createPlan(w, { name: 'Once', code: 'once' }),
    );
    expect(anew.id).not.toBe(plan.id);
  });

  it('makes it a copy of the live catalogue, in one entry', async () => {
    const { name, live, sandbox } = await seeded();
    const { store } = world();
    await write(sandbox, (w) => createPlan(w, { name: 'Only here', code: 'only_here' }));
    const revision = await revisionOf(store, sandbox);

    const done = await reset(name, true);

    expect(done?.copied).toBeGreaterThan(PLANS);
    const copied = await catalogueOf(store.reader(sandbox));
    expect(copied).toEqual(await catalogueOf(store.reader(live)));
    expect(copied.plans?.size).toBe(PLANS);
    expect(await revisionOf(store, sandbox)).toBe(revision + 1);
    expect(await auditInvariants(store)).toEqual([]);
  });

  it('leaves everything as it is when the copy fails', async () => {
    const { name, live, sandbox } = await newShop();
    const { store } = world();
    for await (const _done of fill(store, live, 200));
    for await (const _done of fill(store, sandbox, PLANS));
    const before = await counts(sandbox);
    await expect(reset(name, true)).rejects.toMatchObject({ code: 'validation_error' });
    expect(await counts(sandbox)).toEqual(before);
    expect(await auditInvariants(store)).toEqual([]);
  });

  it('does nothing for an organization that is not there', async () => {
    expect(await reset('Nobody')).toBeUndefined();
    expect(await findTenant(world().store, 'Nobody', 'sandbox')).toBeUndefined();
  });

  it('tells of a reset of an empty sandbox, too', async () => {
    const { name, sandbox } = await newShop();
    expect(await reset(name)).toEqual({ removed: {}, copied: 0 });
    expect(await revisionOf(world().store, sandbox)).toBe(1);
    expect(await auditInvariants(world().store)).toEqual([]);
  });
});
