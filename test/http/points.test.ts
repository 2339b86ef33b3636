import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createPublishableKey } from '../../src/domain/publishable-key.ts';
import { PointBudgets } from '../../src/http/points.ts';
import { type Catalogue, newCatalogue } from '../catalogue.ts';
import { anyone, onEveryEngine } from '../engines.ts';
import { Gateway, keyOf } from '../gateway.ts';

const ORIGIN = 'https://shop.example';

onEveryEngine('points of work', (world) => {
  let catalogue: Catalogue;
  let key: string;
  beforeAll(async () => {
    catalogue = await newCatalogue(world());
    for (let index = 0; index < 30; index += 1) await catalogue.plan();
  });
  beforeEach(async () => {
    key = await keyOf(world(), catalogue.tenant);
  });

  const during = (environment: Record<string, string>, work: (gateway: Gateway) => Promise<void>) =>
    Gateway.during(world(), { RATE_LIMIT: '1000', RESPONSE_CACHE: 'off', ...environment }, work);
  const plans = '{ plans(first: 30) { nodes { id name } } }';

  it('are spent on what is answered, and told in headers and in the cost', () =>
    during({ RATE_LIMIT_COST: '1000' }, async (gateway) => {
      const { headers, extensions } = await gateway.graphql(key, plans);
      const { spent, requested, pointsLeft } = extensions.cost;
      expect(spent).toBeGreaterThanOrEqual(requested);
      expect(pointsLeft).toBe(1_000 - spent);
      expect(headers.get('ratelimit-cost-limit')).toBe('1000');
      expect(headers.get('ratelimit-cost-remaining')).toBe(String(pointsLeft));
      expect(Number(headers.get('ratelimit-cost-reset'))).toBeGreaterThan(0);
      const { extensions: later } = await gateway.graphql(key, '{ viewer { mode } }');
      expect(later.cost.pointsLeft).toBe(pointsLeft - later.cost.spent);
    }));

  it('are what is done, not what was expected', () =>
    during({ RATE_LIMIT_COST: '1000' }, async (gateway) => {
      const { extensions } = await gateway.graphql(
        key,
        '{ plans(first: 100, filter: { codes: [] }) { nodes { id name code } } }',
      );
      expect(extensions.cost.requested).toBe(301);
      expect(extensions.cost.spent).toBeLessThan(10);
    }));

  it('run out on both surfaces together, for one key alone', () =>
    during({ RATE_LIMIT_COST: '100' }, async (gateway) => {
      const rest = (secret: string) =>
        fetch(`${gateway.url}/api/v1/plans`, { headers: { 'x-api-key': secret } });
      const listed = await rest(key);
      expect(listed.status).toBe(200);
      expect(Number(listed.headers.get('ratelimit-cost-remaining'))).toBe(0);
      for (const refused of [await rest(key), await gateway.graphql(key, plans)]) {
        expect(refused.status).toBe(429);
        expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
        expect(refused.headers.get('ratelimit-cost-remaining')).toBe('0');
      }
      const { errors } = await gateway.graphql(key, plans);
      expect(errors).toMatchObject([{ extensions: { code: 'rate_limited' } }]);
      expect((await gateway.graphql(await keyOf(world(), catalogue.tenant), plans)).status).toBe(
        200,
      );
    }));

  it('are set aside before the work, so that requests at once cannot spend them twice', () =>
    during({ RATE_LIMIT_COST: '100' }, async (gateway) => {
      const answers = await Promise.all(
        [plans, plans, plans, plans].map((document) => gateway.graphql(key, document)),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 429, 429, 429]);
    }));

  it('are those of each address for a publishable key', () =>
    during({ RATE_LIMIT_COST: '100', TRUST_PROXY: 'on' }, async (gateway) => {
      const { secret } = await world().store.write(catalogue.tenant, anyone, (w) =>
        createPublishableKey(w, { name: 'Page', allowedOrigins: [ORIGIN] }),
      );
      const status = async (address: string) =>
        (
          await gateway.graphql(
            String(secret),
            plans,
            {},
            { origin: ORIGIN, 'x-forwarded-for': address },
          )
        ).status;
      expect([
        await status('192.0.2.1'),
        await status('192.0.2.1'),
        await status('192.0.2.2'),
      ]).toEqual([200, 429, 200]);
    }));

  it.each([{ RATE_LIMIT_COST: 'off' }, { RATE_LIMIT: 'off', RATE_LIMIT_COST: '1' }])(
    'are without limit with %o',
    (environment) =>
      during(environment, async (gateway) => {
        for (let again = 0; again < 3; again += 1) {
          const { status, headers, extensions } = await gateway.graphql(key, plans);
          expect({ status, left: extensions.cost.pointsLeft }).toEqual({ status: 200, left: null });
          expect(headers.has('ratelimit-cost-limit')).toBe(false);
        }
      }),
  );
});

describe('a budget of points', () => {
  it('starts anew each minute, and gives back nothing of the one before', () => {
    let now = 0;
    const budgets = new PointBudgets(100, () => now);
    const points = budgets.of('key');
    points.reserve(100);
    expect(() => budgets.of('key').reserve(1)).toThrow(
      'of the 100 points a minute of this key, 0 are left',
    );
    now = 60_000;
    expect(points.left).toBe(100);
    points.settle(100, 30);
    expect(points.left).toBe(70);
    const next = budgets.of('key');
    next.reserve(60);
    next.settle(60, 10);
    expect(next.left).toBe(60);
    // What has cost more than was expected counts all the same.
    next.reserve(50);
    next.settle(50, 500);
    expect(next.left).toBe(0);
  });
});
