import { expect, it } from 'vitest';
import { auditInvariants } from '../../src/db/maintenance/invariants.ts';
import {
  findTenant,
  findTenantOfApiKey,
  listOrganizations,
  revisionOf,
} from '../../src/db/records/organization.ts';
import { Store } from '../../src/db/store.ts';
import { createApiKey } from '../../src/domain/api-key.ts';
import { listAuditLog } from '../../src/domain/audit-log.ts';
import {
  ensureOrganization,
  pinApiVersion,
  renameOrganization,
} from '../../src/domain/organization.ts';
import { newCatalogue } from '../catalogue.ts';
import { anyone, onEveryEngine } from '../engines.ts';

onEveryEngine('organizations', (world) => {
  const store = () => world().store;
  const named = async (name: string) =>
    (await listOrganizations(store())).filter((found) => found.name === name);

  it('come with a tenant for each mode, and once', async () => {
    for (let times = 0; times < 2; times += 1) await ensureOrganization(store(), 'Acme', anyone);
    expect(await named('Acme')).toMatchObject([
      { id: expect.stringMatching(/^org_/), apiVersion: '2026-05-25' },
    ]);
    const live = await findTenant(store(), 'Acme', 'live');
    const sandbox = await findTenant(store(), 'Acme', 'sandbox');
    expect(live?.id).not.toBe(sandbox?.id);
    expect(live?.organizationId).toBe(sandbox?.organizationId);
    if (!live) throw new Error('no tenant');
    expect(await revisionOf(store(), live)).toBe(0);
    expect(await findTenant(store(), 'acme', 'live')).toBeUndefined();
  });

  it('are pinned to an API version, and their time never goes back', async () => {
    world().time = new Date('2030-01-01T00:00:00.000Z');
    await ensureOrganization(store(), 'Pinned', anyone);
    world().time = new Date('2020-01-01T00:00:00.000Z');
    expect(await pinApiVersion(store(), 'Pinned', '2026-07-31', anyone)).toBe(true);
    world().time = undefined;
    const updatedAt = '2030-01-01T00:00:00.000Z';
    expect(await named('Pinned')).toMatchObject([
      { apiVersion: '2026-07-31', createdAt: updatedAt, updatedAt },
    ]);
    expect(await pinApiVersion(store(), 'Nobody', '2026-07-31', anyone)).toBe(false);
  });

  it(
    'leave an entry and a revision in each mode when they are pinned, in one ' + 'transaction',
    async () => {
      await ensureOrganization(store(), 'Both', anyone);
      await pinApiVersion(store(), 'Both', '2026-07-11', anyone);
      for (const mode of ['live', 'sandbox'] as const) {
        const tenant = await findTenant(store(), 'Both', mode);
        if (!tenant) throw new Error('no tenant');
        expect(await revisionOf(store(), tenant)).toBe(1);
        expect((await listAuditLog(store().reader(tenant), {}, {})).items).toMatchObject([
          {
            operation: 'setApiVersion',
            objectId: tenant.organizationId,
            before: { apiVersion: '2026-05-25' },
            after: { apiVersion: '2026-07-11' },
            sequence: 2,
            revision: 1,
          },
          {
            operation: 'createOrganization',
            objectId: tenant.organizationId,
            before: null,
            after: { name: 'Both', apiVersion: '2026-05-25' },
            sequence: 1,
            revision: null,
          },
        ]);
      }
      expect(await auditInvariants(store())).toEqual([]);
    },
  );

  it('are pinned in both modes or in none', async () => {
    const { engine } = store();
    await ensureOrganization(store(), 'Neither', anyone);
    const sandbox = await findTenant(store(), 'Neither', 'sandbox');
    const broken = new Store(engine, {
      newId: (noun) => {
        ids += 1;
        if (ids === 2) throw new Error('out of ids');
        return `${noun}_${ids}`;
      },
    });
    let ids = 0;
    await expect(pinApiVersion(broken, 'Neither', '2026-07-11', anyone)).rejects.toThrow(
      'out of ids',
    );
    expect(await named('Neither')).toMatchObject([{ apiVersion: '2026-05-25' }]);
    expect(sandbox && (await revisionOf(store(), sandbox))).toBe(0);
  });

  it('are renamed, with an entry in each mode', async () => {
    await ensureOrganization(store(), 'Old', anyone);
    const tenant = await findTenant(store(), 'Old', 'sandbox');
    expect(await renameOrganization(store(), 'Old', ' New ', anyone)).toBe(true);
    expect(await findTenant(store(), 'Old', 'live')).toBeUndefined();
    expect(await findTenant(store(), 'New', 'sandbox')).toEqual(tenant);
    for (const mode of ['live', 'sandbox'] as const) {
      const renamed = await findTenant(store(), 'New', mode);
      if (!renamed) throw new Error('no tenant');
      const { items } = await listAuditLog(store().reader(renamed), {}, {});
      expect(items[0]).toMatchObject({
        operation: 'renameOrganization',
        objectId: renamed.organizationId,
        before: { name: 'Old' },
        after: { name: 'New' },
        revision: 1,
      });
    }
    expect(await renameOrganization(store(), 'Old', 'Newer', anyone)).toBe(false);
    expect(await auditInvariants(store())).toEqual([]);
  });

  it('take no name that another has, whoever is first', async () => {
    for (const name of ['First', 'Second', 'Third'])
      await ensureOrganization(store(), name, anyone);
    const taken = { code: 'organization_name_taken', param: 'name' };
    await expect(renameOrganization(store(), 'First', 'Second', anyone)).rejects.toMatchObject(
      taken,
    );
    const results = await Promise.allSettled(
      ['First', 'Third'].map((name) => renameOrganization(store(), name, 'Wanted', anyone)),
    );
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(results.find((result) => result.status === 'rejected')?.reason).toMatchObject(taken);
    expect(await named('Wanted')).toHaveLength(1);
    expect(await auditInvariants(store())).toEqual([]);
  });

  it('are listed by name', async () => {
    for (const name of ['b', 'B', 'a', 'ä']) await ensureOrganization(store(), name, anyone);
    const names = (await listOrganizations(store()))
      .map(({ name }) => name)
      .filter((name) => name.length === 1);
    expect(names).toEqual(['B', 'a', 'b', 'ä']);
  });

  it('are found by a key of theirs', async () => {
    const shop = await newCatalogue(world());
    const { apiKey } = await shop.change((w) => createApiKey(w, { name: 'Key', scope: 'read' }));
    expect(await findTenantOfApiKey(store(), apiKey.id)).toEqual(shop.tenant);
    expect(await findTenantOfApiKey(store(), 'key_none')).toBeUndefined();
  });
});
