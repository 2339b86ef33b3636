import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import {
  authenticate,
  createApiKey,
  type KeyHolder,
  listApiKeys,
} from '../../src/domain/api-key.ts';
import { createKeyUsage } from '../../src/domain/api-key-usage.ts';
import { type Catalogue, keepsInvariants, newCatalogue } from '../catalogue.ts';
import { onEveryEngine } from '../engines.ts';

const noon = '2100-01-01T12:00:00.000Z';

onEveryEngine('the last use of a key', (world) => {
  keepsInvariants(world);

  const newHolder = async (shop: Catalogue): Promise<KeyHolder> => {
    const { secret } = await shop.change((w) => createApiKey(w, { name: 'Key', scope: 'read' }));
    return (await authenticate(world().store, secret ?? '')) ?? expect.fail('the key is unknown');
  };
  const lastUses = async (shop: Catalogue) =>
    (await listApiKeys(shop.reader(), { first: 1_000 })).items.map(({ lastUsedAt }) => lastUsedAt);
  const at = (time: string, work: () => void) => {
    world().time = new Date(time);
    work();
    world().time = undefined;
  };
  const newUsage = (precisionMs?: number) =>
    createKeyUsage(world().store, (failure) => expect.fail(String(failure)), precisionMs);

  it('is written down later, however often it was used', async () => {
    const shop = await newCatalogue(world());
    const [holder, other] = [await newHolder(shop), await newHolder(shop)];
    const usage = newUsage();
    const before = world().statements.length;
    at('2100-01-01T11:00:00.000Z', () => usage.seen(holder));
    at(noon, () => usage.seen(holder));
    expect(world().statements.length).toBe(before);
    await usage.flush();
    const written = world()
      .statements.slice(before)
      .filter((text) => text.startsWith('update'));
    expect(written).toHaveLength(1);
    expect(await lastUses(shop)).toEqual([noon, null]);
    expect(other.apiKeyId).not.toBe(holder.apiKeyId);
    await usage.flush();
    expect(
      world()
        .statements.slice(before)
        .filter((text) => text.startsWith('update')),
    ).toHaveLength(1);
  });

  it('is written without being asked once the precision is over', async () => {
    const shop = await newCatalogue(world());
    const usage = newUsage(20);
    usage.seen(await newHolder(shop));
    while ((await lastUses(shop))[0] === null) await sleep(5);
    expect(await lastUses(shop)).toEqual([expect.any(String)]);
  });

  it('never goes back, in any order of the processes that write', async () => {
    const shop = await newCatalogue(world());
    const holder = await newHolder(shop);
    const [late, early] = [newUsage(), newUsage()];
    at(noon, () => late.seen(holder));
    at('2100-01-01T11:00:00.000Z', () => early.seen(holder));
    await late.flush();
    await early.flush();
    expect(await lastUses(shop)).toEqual([noon]);
  });

  it('is neither a write to the catalogue nor in the audit trail', async () => {
    const shop = await newCatalogue(world());
    const usage = newUsage();
    usage.seen(await newHolder(shop));
    const before = [await shop.revision(), await shop.rows('audit_log')];
    await usage.flush();
    expect([await shop.revision(), await shop.rows('audit_log')]).toEqual(before);
  });

  it('is written for many keys at once', async () => {
    const shop = await newCatalogue(world());
    const holders: KeyHolder[] = [];
    for (let n = 0; n < 120; n += 1) holders.push(await newHolder(shop));
    const usage = newUsage();
    for (const holder of holders) usage.seen(holder);
    await usage.flush();
    expect((await lastUses(shop)).filter((time) => time === null)).toEqual([]);
  });

  it('is kept, and the failure reported, while the database refuses', async () => {
    const shop = await newCatalogue(world());
    const holder = await newHolder(shop);
    const failures: unknown[] = [];
    const { engine } = world().store;
    const usage = createKeyUsage(world().store, (failure) => failures.push(failure));
    at(noon, () => usage.seen(holder));
    await sql`alter table api_key rename column last_used_at to away`.execute(engine.maintenance);
    await usage.flush();
    await sql`alter table api_key rename column away to last_used_at`.execute(engine.maintenance);
    expect(failures).toEqual([
      expect.objectContaining({ message: expect.stringContaining('last_used_at') }),
    ]);
    expect(await lastUses(shop)).toEqual([null]);
    await usage.flush();
    expect(await lastUses(shop)).toEqual([noon]);
  });
});
