import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Tenant } from '../../src/db/read/reader.ts';
import { createApiKey, revokeApiKey } from '../../src/domain/api-key.ts';
import { createPublishableKey } from '../../src/domain/publishable-key.ts';
import { anyone, onEveryEngine, World } from '../engines.ts';
import { Gateway } from '../gateway.ts';

const ORIGIN = 'https://shop.example';

onEveryEngine('a key', (world) => {
  let gateway: Gateway;
  let otherWorld: World;
  let tenant: Tenant;
  beforeAll(async () => {
    gateway = await Gateway.start(world());
    otherWorld = await World.open(world().url);
    world().time = new Date('2026-05-01T12:00:00.000Z');
    tenant = await world().newTenant();
  });
  afterAll(async () => {
    await gateway.close();
    await otherWorld.close();
  });

  const newKey = async (expiresAt?: string) => {
    const { apiKey, secret } = await world().store.write(tenant, anyone, (w) =>
      createApiKey(w, { name: 'key', scope: 'admin', expiresAt }),
    );
    return { id: apiKey.id, secret: secret ?? '' };
  };
  const statusWith = async (
    secret: string,
    headers: Record<string, string> = {},
  ): Promise<number> => {
    const response = await fetch(`${gateway.url}/api/v1/plans`, {
      headers: { 'x-api-key': secret, ...headers },
    });
    await response.arrayBuffer();
    return response.status;
  };

  it.each(['this process', 'another'])('ends at once when %s revokes it', async (who) => {
    const { id, secret } = await newKey();
    expect([await statusWith(secret), await statusWith(secret)]).toEqual([200, 200]);
    const { store } = who === 'another' ? otherWorld : world();
    await store.write(tenant, anyone, (w) => revokeApiKey(w, id));
    expect([await statusWith(secret), await statusWith(secret)]).toEqual([401, 401]);
  });

  it('works at once, also when it was tried before it was made', async () => {
    const { secret } = await newKey();
    expect(await statusWith(secret.slice(0, -1))).toBe(401);
    expect(await statusWith(secret)).toBe(200);
  });

  it('ends at its time, although nothing is written then', async () => {
    const { secret } = await newKey('2026-05-01T12:01:00.000Z');
    expect(await statusWith(secret)).toBe(200);
    world().time = new Date('2026-05-01T12:01:00.000Z');
    expect(await statusWith(secret)).toBe(401);
    world().time = new Date('2026-05-01T12:00:59.999Z');
    expect(await statusWith(secret)).toBe(200);
  });

  it('tells when it was used last, once that was written down', async () => {
    const { id, secret } = await newKey();
    const lastUsed = async () => {
      const { data } = await gateway.graphql(
        secret,
        '{ apiKeys(first: 100) { nodes { id lastUsedAt } } }',
      );
      return data.apiKeys.nodes.find((key: { id: string }) => key.id === id).lastUsedAt;
    };
    expect(await lastUsed()).toBeNull();
    await gateway.finish();
    expect(await lastUsed()).toBe(world().time?.toISOString());
  });

  describe('bound to trusted documents', () => {
    it('has no way to REST', async () => {
      const secretOf = async (trustedDocumentsOnly: boolean) => {
        const { secret } = await world().store.write(tenant, anyone, (w) =>
          createPublishableKey(w, { name: 'shop', allowedOrigins: [ORIGIN], trustedDocumentsOnly }),
        );
        return secret ?? '';
      };
      expect(await statusWith(await secretOf(false), { origin: ORIGIN })).toBe(200);
      expect(await statusWith(await secretOf(true), { origin: ORIGIN })).toBe(403);
    });
  });
});
