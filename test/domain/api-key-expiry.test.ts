import { beforeAll, describe, expect, it } from 'vitest';
import { authenticate, createApiKey, revokeApiKey } from '../../src/domain/api-key.ts';
import { watchKeyExpiry } from '../../src/domain/api-key-expiry.ts';
import { createKeyUsage } from '../../src/domain/api-key-usage.ts';
import { anyone, emptyDatabases, World } from '../engines.ts';
import { Gateway } from '../gateway.ts';

const DAY_MS = 86_400_000;
const NEXT = 'plans_gateway_api_key_next_expiry_timestamp_seconds';
const SOON = 'plans_gateway_api_keys_expiring_soon';

describe.each(emptyDatabases)('keys that are about to end, on %s', (_engine, create) => {
  let world: World;
  const now = Date.parse('2030-06-15T12:00:00Z');
  const at = (days: number) => new Date(now + days * DAY_MS);
  beforeAll(async () => {
    const database = await create();
    world = await World.open(database.url);
    return async () => {
      await world.close();
      await database.remove();
    };
  });

  /** A key that ends and was used so many days from now. */
  const keyWith = async (
    name: string,
    { ends, used, isRevoked }: { ends: number; used?: number; isRevoked?: boolean },
  ) => {
    world.time = at(-100);
    const tenant = await world.newTenant();
    const { apiKey, secret } = await world.store.write(tenant, anyone, (w) =>
      createApiKey(w, { name, scope: 'read', expiresAt: at(ends).toISOString() }),
    );
    const holder = await authenticate(world.store, secret ?? '');
    if (!holder) throw new Error('a new key works');
    if (used !== undefined) {
      world.time = at(used);
      const usage = createKeyUsage(world.store, (failure) => expect(failure).toBeUndefined());
      usage.seen(holder);
      await usage.flush();
    }
    if (isRevoked) await world.store.write(tenant, anyone, (w) => revokeApiKey(w, apiKey.id));
    world.time = new Date(now);
    return { ...apiKey, secret, organizationId: tenant.organizationId };
  };

  const samples = async (gateway: Gateway) => {
    const text = await (await fetch(`${gateway.url}/metrics`)).text();
    return text.split('\n').filter((line) => line.startsWith(NEXT) || line.startsWith(SOON));
  };

  it('are none where no key in use ends soon', async () => {
    await keyWith('late', { ends: 15, used: -31 });
    await Gateway.during(world, {}, async (gateway) => {
      expect(await samples(gateway)).toEqual([`${SOON} 0`]);
      await gateway.finish();
      expect(gateway.log.filter(({ level }) => level === 'warn')).toEqual([]);
    });
  });

  it('stand in the metrics and in the log, without their secrets', async () => {
    await keyWith('unused', { ends: 1 });
    await keyWith('forgotten', { ends: 2, used: -31 });
    await keyWith('ended', { ends: -1, used: -2 });
    await keyWith('revoked', { ends: 3, used: -1, isRevoked: true });
    await keyWith('far', { ends: 15, used: 0 });
    const second = await keyWith('second', { ends: 13, used: -20 });
    const first = await keyWith('first', { ends: 4.5, used: -1 });
    await Gateway.during(world, {}, async (gateway) => {
      expect(await samples(gateway)).toEqual([`${NEXT} ${at(4.5).getTime() / 1000}`, `${SOON} 2`]);
      await gateway.finish();
      const warnings = gateway.log.filter(({ level }) => level === 'warn');
      expect(warnings).toEqual(
        [first, second].map(({ id, name, expiresAt, organizationId }) => ({
          level: 'warn',
          time: expect.any(String),
          apiKeyId: id,
          name,
          organizationId,
          organization: expect.any(String),
          mode: 'live',
          expiresAt,
          msg: 'An API key in use ends soon: rotate it, or create another',
        })),
      );
      const told = gateway.lines.join('');
      for (const { secret } of [first, second]) expect(told).not.toContain(secret);
    });
  });

  it('are told of again after a day, and not after the end', async () => {
    const told: string[] = [];
    const watch = watchKeyExpiry(world.store, {
      onEnding: ({ name }) => told.push(name),
      report: (failure) => expect(failure).toBeUndefined(),
      periodMs: 20,
    });
    await expect.poll(() => told.slice(0, 4)).toEqual(['first', 'second', 'first', 'second']);
    world.time = at(5);
    const before = told.length + 2;
    await expect
      .poll(() => told.slice(before).filter((name) => name === 'second').length > 1)
      .toBe(true);
    expect(told.slice(before)).not.toContain('first');
    await watch.stop();
    world.time = new Date(now);
  });

  it('cost no more than a report where the database fails', async () => {
    const database = await create();
    const gone = await World.open(database.url);
    await gone.close();
    await database.remove();
    const failures: unknown[] = [];
    const watch = watchKeyExpiry(gone.store, {
      onEnding: () => {},
      report: (failure) => failures.push(failure),
    });
    expect(await watch.ends()).toBeUndefined();
    await watch.stop();
    expect(failures).toHaveLength(2);
    await Gateway.during(gone, {}, async (gateway) => {
      expect(await samples(gateway)).toEqual([]);
    });
  });
});
