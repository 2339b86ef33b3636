import { sql } from 'kysely';
import { afterEach, expect, it, vi } from 'vitest';
import { startIdempotencyExpiry } from '../../src/domain/idempotency-expiry.ts';
import { createPlan } from '../../src/domain/plan.ts';
import { type Catalogue, newCatalogue } from '../catalogue.ts';
import { onEveryEngine } from '../engines.ts';
import { Gateway } from '../gateway.ts';

const MINUTE_MS = 60_000;
const PERIOD_MS = 20;
const COUNT = 1_001;

onEveryEngine('expired idempotency records', (world) => {
  afterEach(() => {
    vi.useRealTimers();
  });

  const fill = async ({ tenant }: Catalogue, expiresAt: string, part = 0) => {
    const { writing } = world().store.engine;
    const records = Array.from({ length: COUNT }, (_, count) => ({
      tenant_id: tenant.id,
      key: `${expiresAt} ${part} ${count}`,
      operation: 'createPlan',
      input_hash: 'hash',
      outcome: '{}',
      created_at: '2000-01-01',
      expires_at: expiresAt,
    }));
    await writing.insertInto('idempotency_record').values(records).execute();
  };
  const left = async (shop: Catalogue) => (await shop.rows('idempotency_record')).length;
  const deletions = () => world().statements.filter((statement) => statement.startsWith('delete'));

  it('are dropped by a timer in bounded slices, of every tenant, and no ' + 'others', async () => {
    const [shop, idle] = [await newCatalogue(world()), await newCatalogue(world())];
    for (const catalogue of [shop, idle]) await fill(catalogue, '2000-01-02');
    await fill(shop, '2999-01-01');
    const failures: unknown[] = [];
    world().statements.length = 0;
    const expiry = startIdempotencyExpiry(
      world().store,
      (failure) => failures.push(failure),
      PERIOD_MS,
    );
    await expect.poll(() => left(idle), { timeout: 20_000 }).toBe(0);
    await expect.poll(() => left(shop), { timeout: 20_000 }).toBe(COUNT);
    await expiry.stop();
    expect(failures).toEqual([]);
    expect(deletions()).toHaveLength(Math.ceil((2 * COUNT) / 200));
    for (const statement of deletions()) expect(statement).toMatch(/ limit [$?]/);
  });

  it('leave others their turn between two slices', async () => {
    const shop = await newCatalogue(world());
    // So many slices that a write is done long before the last of them.
    for (let part = 0; part < 10; part += 1) await fill(shop, '2000-01-02', part);
    world().statements.length = 0;
    const expiry = startIdempotencyExpiry(world().store, () => {}, PERIOD_MS);
    await expect.poll(deletions).not.toEqual([]);
    await shop.change((w) => createPlan(w, { name: 'Plan', code: 'plan' }));
    expect(await left(shop)).toBeGreaterThan(0);
    await expiry.stop();
  });

  it('cost no write where there are none', async () => {
    const { engine } = world().store;
    await sql`delete from idempotency_record`.execute(engine.writing);
    world().statements.length = 0;
    const expiry = startIdempotencyExpiry(world().store, () => {}, PERIOD_MS);
    await expect.poll(() => world().statements.length).toBeGreaterThan(2);
    await expiry.stop();
    expect(deletions()).toEqual([]);
  });

  it('are tried again after a failure, which is reported', async () => {
    const shop = await newCatalogue(world());
    await fill(shop, '2000-01-02');
    const failures: unknown[] = [];
    const reading = vi.spyOn(world().store, 'clock').mockImplementationOnce(() => {
      throw new Error('a fault');
    });
    const expiry = startIdempotencyExpiry(
      world().store,
      (failure) => failures.push(failure),
      PERIOD_MS,
    );
    await expect.poll(() => left(shop), { timeout: 20_000 }).toBe(0);
    await expiry.stop();
    reading.mockRestore();
    expect(failures).toEqual([new Error('a fault')]);
  });

  it('are looked for every minute by a server, until it ends', async () => {
    const shop = await newCatalogue(world());
    await fill(shop, '2000-01-02');
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const gateway = await Gateway.start(world());
    vi.advanceTimersByTime(MINUTE_MS);
    await expect.poll(() => left(shop), { timeout: 20_000 }).toBe(0);
    await gateway.finish();
    await fill(shop, '2000-01-02');
    vi.advanceTimersByTime(2 * MINUTE_MS);
    await gateway.close();
    expect(await left(shop)).toBe(COUNT);
  });
});
