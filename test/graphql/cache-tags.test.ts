import { afterAll, beforeAll, expect, it } from 'vitest';
import { onEveryEngine } from '../engines.ts';
import { Gateway } from '../gateway.ts';
import { Shop } from '../hidden.ts';
import { Walk } from './walk.ts';

const PATIENCE_MS = 120_000;
const AT_ONCE = 20;

/** What publishable keys are refused: answers with errors are shared with nobody. */
const refused = /\.(?:metadata|margin|revision|apiKeys|auditLog)$/;

onEveryEngine('the tags of answers that shared caches may hold', (world) => {
  let gateway: Gateway;
  let shop: Shop;
  beforeAll(async () => {
    gateway = await Gateway.start(world(), {
      PUBLIC_CACHE_SECONDS: '60',
      GRAPHQL_MAX_COST: '10000000',
    });
    shop = await Shop.open(world());
  });
  afterAll(() => gateway.close());

  const answerTo = async (query: string) => {
    const search = new URLSearchParams({ query, key: shop.key });
    const response = await fetch(`${gateway.url}/graphql?${search}`);
    const tags = response.headers.get('cache-tag')?.split(',');
    return { query, tags, text: await response.text() };
  };

  it(
    'name each plan that is on the answer or whose parts are, and no private one, on a walk ' +
      'through the whole schema',
    async () => {
      const { plan, late, lonely, price, variant } = shop.seen;
      const known = {
        ids: [...Object.values(shop.seen), shop.hidden.plan, shop.hidden.price].map(({ id }) => id),
        codes: ['calls', 'pro', 'usage', 'brazil', shop.hidden.plan.code],
      };
      const { steps } = new Walk(known, (type, field) => !refused.test(`${type}.${field}`));
      const links = await answerTo('{ plans { nodes { id features { id } } } }');
      const planOfPart = new Map<string, string>([
        [price.id, plan.id],
        [variant.id, plan.id],
        ...JSON.parse(links.text).data.plans.nodes.flatMap(
          ({ id, features }: { id: string; features: { id: string }[] }) =>
            features.map((feature) => [feature.id, id]),
        ),
      ]);
      const seen = [plan, late, lonely].map(({ id }) => id);
      const missing: object[] = [];
      let shared = 0;
      for (let start = 0; start < steps.length; start += AT_ONCE) {
        const some = steps.slice(start, start + AT_ONCE);
        for (const { query, tags, text } of await Promise.all(
          some.map(({ document }) => answerTo(document)),
        )) {
          expect(tags !== undefined).toBe(!/"errors":|"viewer"/.test(text));
          if (!tags) continue;
          shared += 1;
          const [catalogue, ...plans] = tags;
          expect(catalogue).toBe(`${shop.catalogue.tenant.organizationId}_live`);
          expect(seen).toEqual(expect.arrayContaining(plans));
          for (const [id] of text.matchAll(/"(?:pln|pp|plf)_[0-9a-z]{26}/g)) {
            const shown = id.slice(1);
            const of = planOfPart.get(shown) ?? shown;
            if (!plans.includes(of)) missing.push({ query: query.slice(-200), shown });
          }
        }
      }
      expect(missing).toEqual([]);
      expect(shared).toBeGreaterThan(100);
    },
    PATIENCE_MS,
  );
});
