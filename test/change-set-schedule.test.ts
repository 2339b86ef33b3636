import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { auditInvariants } from '../src/db/maintenance/invariants.ts';
import { onEveryEngine, World } from './engines.ts';
import { Gateway } from './gateway.ts';
import { Client } from './graphql/client.ts';
import { Random } from './model/random.ts';

const SET = 'id status hash isStale appliesAt failure scheduledBy { name }';
const START = Date.parse('2027-01-01T00:00:00.000Z');
const at = (seconds: number) => new Date(START + seconds * 1_000).toISOString();
const raise = (price: number) =>
  `catalogue: 1\nplans: { pro: { prices: { monthly: { price: ${price} } } } }\n`;

onEveryEngine('a scheduled change set', (world) => {
  let other: World;
  let gateways: Gateway[];
  let clients: Client[];
  beforeAll(async () => {
    other = await World.open(world().url);
    gateways = [await Gateway.start(world()), await Gateway.start(other)];
  });
  afterAll(async () => {
    for (const gateway of gateways) await gateway.close();
    await other.close();
  });

  const showTime = (seconds: number) => {
    for (const each of [world(), other]) each.time = new Date(START + seconds * 1_000);
  };

  beforeEach(async () => {
    showTime(0);
    const [first, second] = gateways;
    if (!first || !second) throw new Error('there are no gateways');
    const client = await Client.open(world(), first);
    const plan = await client.catalogue.plan({ code: 'pro' });
    await client.catalogue.price(plan, { price: 100_000 });
    clients = [client, client.through(second)];
  });

  const client = () => {
    const [first] = clients;
    if (!first) throw new Error('there is no client');
    return first;
  };
  const priceSeenBy = async (reader: Client) =>
    (await reader.data('{ plan(code: "pro") { prices { price } } }')).plan.prices[0].price / 10_000;
  const created = (price: number) =>
    client().mutate('createChangeSet', { input: { document: raise(price) } }, SET);
  const schedule = async (price: number, seconds: number) => {
    const { id, hash } = await created(price);
    return client().mutate(
      'scheduleChangeSet',
      { id, expectedHash: hash, appliesAt: at(seconds) },
      SET,
    );
  };
  const setOf = async (id: string) =>
    (await client().data(`query($id: ID!) { changeSet(id: $id) { ${SET} } }`, { id })).changeSet;

  it('is applied by the first read after its time, in any process, as the key that set it', async () => {
    const set = await schedule(164, 10);
    expect(set).toMatchObject({ status: 'SCHEDULED', appliesAt: at(10) });
    for (const reader of clients) expect(await priceSeenBy(reader)).toBe(10);
    showTime(9.999);
    for (const reader of clients) expect(await priceSeenBy(reader)).toBe(10);
    showTime(10);
    for (const reader of clients.toReversed()) expect(await priceSeenBy(reader)).toBe(164);
    expect(await setOf(set.id)).toMatchObject({ status: 'APPLIED' });
    const { auditLog } = await client().data(
      '{ auditLog(first: 1) { nodes { operation objectId scheduled apiKey { name } } } }',
    );
    expect(auditLog.nodes).toEqual([
      {
        operation: 'applyChangeSet',
        objectId: set.id,
        scheduled: true,
        apiKey: set.scheduledBy,
      },
    ]);
  });

  it('is applied before a write after its time, which finds what it changed', async () => {
    await schedule(164, 10);
    showTime(11);
    const read = await client().as('read');
    const { data } = await read.answer('{ plan(code: "pro") { prices { id price } } }');
    expect(data.plan.prices[0].price).toBe(1_640_000);
  });

  it('is applied in the order of times, then of creation', async () => {
    // Each changes what the one before leaves: made when that was applied, in another catalogue.
    const later = await schedule(30, 20);
    const sooner = await schedule(20, 10);
    showTime(15);
    expect(await priceSeenBy(client())).toBe(20);
    expect(await setOf(later.id)).toMatchObject({ status: 'SCHEDULED', isStale: true });
    showTime(25);
    expect(await priceSeenBy(client())).toBe(20);
    expect(await setOf(later.id)).toMatchObject({ status: 'FAILED' });
    expect(await setOf(sooner.id)).toMatchObject({ status: 'APPLIED' });
  });

  it('fails where a write has changed the same, and says so at once and at its time', async () => {
    const [gateway] = gateways;
    const set = await schedule(164, 10);
    const { plan } = await client().data('{ plan(code: "pro") { prices { id } } }');
    const changed = await client().mutate(
      'updatePlanPrice',
      { planId: 'pro', priceId: plan.prices[0].id, input: { price: 120_000 } },
      'id',
    );
    expect(changed.__typename).toBe('PlanPrice');
    expect(await setOf(set.id)).toMatchObject({ status: 'SCHEDULED', isStale: true });
    const told = () =>
      gateway?.log.filter(({ changeSetId }: { changeSetId?: string }) => changeSetId === set.id);
    await expect.poll(told).toMatchObject([{ outcome: 'stale' }]);
    showTime(10);
    expect(await priceSeenBy(client())).toBe(12);
    const failed = await setOf(set.id);
    expect(failed).toMatchObject({ status: 'FAILED' });
    expect(failed.failure).toContain('plans.pro.prices.monthly');
    expect(told()).toMatchObject([{ outcome: 'stale' }, { outcome: 'failed' }]);
    const metrics = await (await fetch(`${gateway?.url}/metrics`)).text();
    expect(metrics).toMatch(/scheduled_change_sets_total\{outcome="failed"\} [1-9]/);
  });

  it('is a draft again when it is unscheduled, and is applied at no time', async () => {
    const set = await schedule(164, 10);
    await client().mutate('unscheduleChangeSet', { id: set.id }, 'id');
    showTime(20);
    expect(await priceSeenBy(client())).toBe(10);
    expect(await setOf(set.id)).toMatchObject({ status: 'DRAFT', appliesAt: null });
  });

  it('needs a time in the future', async () => {
    const { id, hash } = await created(164);
    for (const appliesAt of [at(0), at(-1), '+275760-09-13T00:00:00.001Z', 'soon', '2027-02-30'])
      expect(
        await client().mutate('scheduleChangeSet', { id, expectedHash: hash, appliesAt }, SET),
      ).toMatchObject({ __typename: 'ValidationError', param: 'appliesAt' });
  });

  it('is applied although its key is revoked', async () => {
    const keyed = await client().as('write');
    const { id, hash } = await created(164);
    await keyed.mutate(
      'scheduleChangeSet',
      { id, expectedHash: hash, appliesAt: at(10) },
      'scheduledBy { id }',
    );
    const set = await setOf(id);
    expect(set.status).toBe('SCHEDULED');
    const admin = await client().data('{ apiKeys { nodes { id scope } } }');
    const key = admin.apiKeys.nodes.find(({ scope }: { scope: string }) => scope === 'WRITE');
    await client().mutate('revokeApiKey', { id: key.id }, 'id');
    showTime(10);
    expect(await priceSeenBy(client())).toBe(164);
  });

  it('limits how long shared caches hold what they read', async () => {
    const { world: one, gateway } = client();
    const cached = await Gateway.start(one, { PUBLIC_CACHE_SECONDS: '60' });
    try {
      const { apiKey: _, ...made } = await client().mutate(
        'createPublishableKey',
        { input: { name: 'Page', allowedOrigins: ['https://shop.example'] } },
        'secret',
      );
      one.time = undefined;
      const control = async () => {
        const { headers } = await fetch(
          `${cached.url}/graphql?key=${made.secret}&query=${encodeURIComponent('{ plans { nodes { name } } }')}`,
          { headers: { origin: 'https://shop.example' } },
        );
        return headers.get('cache-control') ?? '';
      };
      expect(await control()).toContain('s-maxage=60, stale-while-revalidate=60');
      const { id, hash } = await created(164);
      const appliesAt = new Date(Date.now() + 30_000).toISOString();
      await client().mutate('scheduleChangeSet', { id, expectedHash: hash, appliesAt }, 'id');
      const shortened = await control();
      expect(Number(/s-maxage=(\d+)/.exec(shortened)?.[1])).toBeLessThanOrEqual(30);
      expect(shortened).not.toContain('stale-while-revalidate');
      expect(gateway.url).not.toBe(cached.url);
    } finally {
      await cached.close();
    }
  });

  it('lets the owner of prices raise one for the new year, and take it back in February', async () => {
    const owner = client();
    const apply = (set: { id: string; hash: string }) =>
      owner.mutate('applyChangeSet', { id: set.id, expectedHash: set.hash }, 'status');
    const draft = (monthly: number, yearly: number, name?: string) =>
      owner.mutate(
        'createChangeSet',
        {
          input: {
            name,
            document: `catalogue: 1
plans:
  pro:
    prices:
      monthly: { regional: { brl: ${monthly} } }
      yearly: { price: 100, regional: { brl: ${yearly} } }`,
          },
        },
        `${SET} changes { nodes { path before after } } findings { rule severity path message }`,
      );
    await apply(await draft(149, 1490));
    const brl = async () =>
      (
        await owner.data(
          '{ plan(code: "pro") { prices { regionalPrice(currency: "brl") { price } } } }',
        )
      ).plan.prices.map(
        ({ regionalPrice }: { regionalPrice: { price: number } }) => regionalPrice.price / 10_000,
      );
    expect(await brl()).toEqual([149, 1490]);

    const odd = await draft(164, 1990);
    expect(odd.changes.nodes[0]).toEqual({
      path: 'plans.pro.prices.monthly.regional.brl',
      before: { price: 149 },
      after: { price: 164 },
    });
    expect(odd.findings).toEqual([
      expect.objectContaining({ rule: 'year-dearer-than-months', severity: 'WARNING' }),
    ]);
    const good = await draft(164, 1890, 'New year');
    expect(good.findings).toEqual([]);
    const january = at(3_600);
    await owner.mutate(
      'scheduleChangeSet',
      { id: good.id, expectedHash: good.hash, appliesAt: january },
      'id',
    );
    expect(await brl()).toEqual([149, 1490]);
    showTime(3_600);
    expect(await brl()).toEqual([164, 1890]);
    const { auditLog } = await owner.data(
      `query($id: ID!) { auditLog(filter: { objectId: $id }) {
        nodes { operation scheduled at apiKey { name } } } }`,
      { id: good.id },
    );
    expect(auditLog.nodes.map(({ operation }: { operation: string }) => operation)).toEqual([
      'applyChangeSet',
      'scheduleChangeSet',
      'createChangeSet',
    ]);
    expect(auditLog.nodes[0]).toMatchObject({ scheduled: true, at: january });
    expect(auditLog.nodes[0].apiKey.name).toBeTruthy();

    showTime(40 * 86_400);
    const back = await owner.mutate('revertChangeSet', { id: good.id }, `${SET} name`);
    expect(back.name).toBe('Revert New year');
    await apply(back);
    expect(await brl()).toEqual([149, 1490]);
  });

  describe('in random histories', () => {
    const seed = Number(process.env.SCHEDULE_SEED ?? Math.floor(Math.random() * 2 ** 31));
    it(`is seen by every read from its moment on (SCHEDULE_SEED=${seed})`, async () => {
      const random = new Random(seed);
      let now = 0;
      // What is planned for the next moment: each set is made once the one before is applied.
      let next: { price: number; second: number } | undefined;
      let price = 10;
      for (let step = 0; step < 40; step += 1) {
        const reader = random.pick(clients);
        if (!next && random.chance(0.5)) {
          next = { price: 11 + step, second: now + 1 + random.below(10) };
          await schedule(next.price, next.second);
        }
        now += random.below(4);
        showTime(now);
        if (next && next.second <= now) {
          price = next.price;
          next = undefined;
        }
        const readers = random.chance(0.3) ? [...clients, ...clients] : [reader];
        const seen = await Promise.all(readers.map(priceSeenBy));
        expect(seen).toEqual(readers.map(() => price));
      }
      expect(await auditInvariants(world().store)).toEqual([]);
    });
  });
});
