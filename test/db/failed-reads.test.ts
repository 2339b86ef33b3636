import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/db/engine/engine.ts';
import { revisionOf } from '../../src/db/records/organization.ts';
import { Store } from '../../src/db/store.ts';
import { operation } from '../../src/domain/operation.ts';
import { createPlan } from '../../src/domain/plan.ts';
import { addPlanPrice } from '../../src/domain/price.ts';
import {
  exchangeRatesOfPlan,
  featureOfPlanFeature,
  featuresOfPlan,
  including,
  Loaders,
  planByCode,
  planById,
  pricesOfPlan,
  regionalPricesOfPrice,
} from '../../src/domain/relations.ts';
import { type Catalogue, newCatalogue } from '../catalogue.ts';
import { onEveryEngine } from '../engines.ts';

const include = including(
  [pricesOfPlan, regionalPricesOfPrice],
  [featuresOfPlan, featureOfPlanFeature],
  exchangeRatesOfPlan,
);

/** More than one statement reads. */
const PLANS = 230;

const fill = operation('fill', async (writer): Promise<string[]> => {
  const ids: string[] = [];
  for (let count = 0; count < PLANS; count += 1) {
    const { id } = await createPlan(writer, { name: 'Plan', code: `plan_no_${count}` });
    await addPlanPrice(writer, id, { billingInterval: 'monthly', price: count });
    ids.push(id);
  }
  return ids;
});

onEveryEngine('a read that fails half-way', (world) => {
  let shop: Catalogue;
  let ids: string[];
  beforeAll(async () => {
    shop = await newCatalogue(world());
    const plan = await shop.plan();
    await shop.price(plan);
    await shop.attach(plan, await shop.feature());
    await shop.regionalPricing(plan, { currency: 'eur', exchangeRate: 2 });
    ids = [plan.id, ...(await shop.change((w) => fill(w)))];
  });

  const reads: Record<string, (loaders: Loaders) => Promise<unknown>> = {
    together: (loaders) =>
      Promise.all(ids.map(async (id) => loaders.loadWith(planById, id, include))),
    alone: async (loaders) => loaders.loadAlone(planByCode, 'plan_no_1', include),
    'field by field': (loaders) =>
      Promise.all(
        ids.map(async (id) => {
          const prices = await loaders.load(pricesOfPlan, id);
          return Promise.all(
            prices.map(async (price) => loaders.load(regionalPricesOfPrice, price.id)),
          );
        }),
      ),
    prefetched: async (loaders) => {
      const plans = (await Promise.all(ids.map(async (id) => loaders.load(planById, id)))).filter(
        (plan) => plan !== null,
      );
      await loaders.prefetch(planById, plans, include);
      return plans;
    },
  };

  const everything = async (loaders: Loaders) => {
    const answer = [];
    for (const id of ids.filter((_, place) => place % 10 === 0)) {
      const prices = await loaders.load(pricesOfPlan, id);
      answer.push([
        await loaders.load(planById, id),
        prices,
        await Promise.all(
          prices.map(async (price) => loaders.load(regionalPricesOfPrice, price.id)),
        ),
        await loaders.load(featuresOfPlan, id),
        await loaders.load(exchangeRatesOfPlan, id),
      ]);
    }
    return answer;
  };

  describe.each(Object.keys(reads))('%s', (name) => {
    it.each([0, 2 ** 20])(
      'leaves nothing behind, with a cache of %d bytes',
      async (recordBytes) => {
        const read = reads[name];
        if (!read) throw new Error('there is such a way');
        const { engine } = world().store;
        const expected = await everything(new Loaders(shop.reader()));
        for (let failing = 0; ; failing += 1) {
          let statements = 0;
          let hasFailed = false;
          const flaky: Engine = {
            ...engine,
            read: (query) => {
              statements += 1;
              if (hasFailed || statements <= failing) return engine.read(query);
              hasFailed = true;
              if (engine.name === 'sqlite') throw new Error('the disk is gone');
              return Promise.reject(new Error('the connection is gone'));
            },
          };
          const store = new Store(flaky, { recordBytes });
          const revision = await revisionOf(store, shop.tenant);
          const loaders = new Loaders(store.reader(shop.tenant, 'all', revision));
          const failure: unknown = await read(loaders).then(
            () => undefined,
            (thrown) => thrown,
          );
          if (!hasFailed) break;
          expect(String(failure)).toContain('is gone');
          // The same request, and the next one.
          await read(loaders);
          expect(await everything(loaders)).toEqual(expected);
          const next = new Loaders(store.reader(shop.tenant, 'all', revision));
          await read(next);
          expect(await everything(next)).toEqual(expected);
        }
      },
    );
  });
});
