import { expect, it } from 'vitest';
import {
  ensureOrganization,
  findTenant,
  findTenantOfApiKey,
  listOrganizations,
  pinApiVersion,
  revisionOf,
} from '../../src/db/organization.ts';
import { createApiKey } from '../../src/domain/api-key.ts';
import { newCatalogue } from '../catalogue.ts';
import { onEveryEngine } from '../engines.ts';

onEveryEngine('organizations', (world) => {
  const store = () => world().store;
  const named = async (name: string) => (await listOrganizations(store())).filter((found) => found.name === name);

  it('come with a tenant for each mode, and once', async () => {
    for (let times = 0; times < 2; times += 1) await ensureOrganization(store(), 'Acme');
    expect(await named('Acme')).toMatchObject([{ id: expect.stringMatching(/^org_/), apiVersion: '2026-05-25' }]);
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
    await ensureOrganization(store(), 'Pinned');
    world().time = new Date('2020-01-01T00:00:00.000Z');
    expect(await pinApiVersion(store(), 'Pinned', '2026-07-31')).toBe(true);
    world().time = undefined;
    const updatedAt = '2030-01-01T00:00:00.000Z';
    expect(await named('Pinned')).toMatchObject([{ apiVersion: '2026-07-31', createdAt: updatedAt, updatedAt }]);
    expect(await pinApiVersion(store(), 'Nobody', '2026-07-31')).toBe(false);
  });

  it('are listed by name', async () => {
    for (const name of ['b', 'B', 'a', 'ä']) await ensureOrganization(store(), name);
    const names = (await listOrganizations(store())).map(({ name }) => name).filter((name) => name.length === 1);
    expect(names).toEqual(['B', 'a', 'b', 'ä']);
  });

  it('are found by a key of theirs', async () => {
    const shop = await newCatalogue(world());
    const { apiKey } = await shop.change((w) => createApiKey(w, { name: 'Key', scope: 'read' }));
    expect(await findTenantOfApiKey(store(), apiKey.id)).toEqual(shop.tenant);
    expect(await findTenantOfApiKey(store(), 'key_none')).toBeUndefined();
  });
});
