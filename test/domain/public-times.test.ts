import { expect, it } from 'vitest';
import { findPlan } from '../../src/db/records/plan.ts';
import { findFeaturesOfPlans } from '../../src/db/records/plan-feature.ts';
import { findPricesOfPlans } from '../../src/db/records/price.ts';
import { createFeature } from '../../src/domain/feature.ts';
import type { Writer } from '../../src/domain/operation.ts';
import { createPlan, type Plan, updatePlan } from '../../src/domain/plan.ts';
import {
  addPlanFeature,
  type PlanFeature,
  updatePlanFeature,
} from '../../src/domain/plan-feature.ts';
import { addPlanToGroup, removePlanFromGroup } from '../../src/domain/plan-group.ts';
import { addPlanPrice, type PlanPrice, updatePlanPrice } from '../../src/domain/price.ts';
import { setRegionalOverage } from '../../src/domain/regional-overage.ts';
import { setPlanRegionalPricing } from '../../src/domain/regional-pricing.ts';
import { type Catalogue, keepsInvariants, newCatalogue } from '../catalogue.ts';
import { onEveryEngine } from '../engines.ts';

const CREATED = '2026-01-01T00:00:00.000Z';
const SEEN = '2026-02-01T00:00:00.000Z';
const UNSEEN = '2026-03-01T00:00:00.000Z';

interface Stock {
  plan: Plan;
  price: PlanPrice;
  link: PlanFeature;
  shown: string;
  hidden: string;
}
type Change = (writer: Writer, stock: Stock) => Promise<unknown>;
type Times = Record<'plan' | 'price' | 'planFeature', string>;

const changePlan =
  (input: Parameters<typeof updatePlan>[2]): Change =>
  (w, { plan }) =>
    updatePlan(w, plan.id, input);
const changePrice =
  (input: Parameters<typeof updatePlanPrice>[3]): Change =>
  (w, { plan, price }) =>
    updatePlanPrice(w, plan.id, price.id, input);
const changeLink =
  (input: Parameters<typeof updatePlanFeature>[3]): Change =>
  (w, { plan, link }) =>
    updatePlanFeature(w, plan.id, link.featureId, input);

const unseen: [string, Change, (keyof Times)[]][] = [
  ['metadata of a plan', changePlan({ metadata: { a: 1 } }), ['plan']],
  ['nothing about a plan', changePlan({ name: 'Plan' }), ['plan']],
  ['metadata of a price', changePrice({ metadata: { a: 1 } }), ['price', 'plan']],
  ['a margin', changeLink({ margin: 5 }), ['planFeature', 'plan']],
  [
    'a move to a private group',
    (w, { plan, hidden }) => addPlanToGroup(w, hidden, { planId: plan.id }),
    ['plan'],
  ],
];

const seen: [string, Change, (keyof Times)[]][] = [
  ['a name', changePlan({ name: 'New', metadata: { a: 2 } }), ['plan']],
  ['a price', changePrice({ price: 1, metadata: { a: 2 } }), ['price', 'plan']],
  ['a limit', changeLink({ includedAmount: 1, margin: 6 }), ['planFeature', 'plan']],
  [
    'a move to a public group',
    (w, { plan, shown }) => addPlanToGroup(w, shown, { planId: plan.id }),
    ['plan'],
  ],
  [
    'a regional price',
    (w, { plan }) => setPlanRegionalPricing(w, plan.id, { currency: 'eur', exchangeRate: 1 }),
    ['price', 'plan', 'planFeature'],
  ],
  [
    'a regional overage',
    (w, { plan, link }) =>
      setRegionalOverage(w, plan.id, link.featureId, { currency: 'gbp', unitPrice: 1 }),
    ['plan', 'planFeature'],
  ],
];

onEveryEngine('the time of the last change', (world) => {
  keepsInvariants(world);

  const arrange = async () => {
    const shop = await newCatalogue(world());
    const at = <Result>(work: (writer: Writer) => Promise<Result>) => shop.changeAt(CREATED, work);
    const plan = await at((w) =>
      createPlan(w, { name: 'Plan', code: 'plan', consumptionModel: 'metered' }),
    );
    const price = await at((w) =>
      addPlanPrice(w, plan.id, { billingInterval: 'monthly', price: 290_000 }),
    );
    const feature = await at((w) =>
      createFeature(w, { name: 'Calls', code: 'calls', type: 'usage' }),
    );
    const overage = { enabled: true, unitPrice: 10 };
    const link = await at((w) => addPlanFeature(w, plan.id, { featureId: feature.id, overage }));
    const [shown, hidden] = [await shop.group(), await shop.group({ isPublic: false })];
    return { shop, stock: { plan, price, link, shown: shown.id, hidden: hidden.id } };
  };

  const timesOf = async (
    shop: Catalogue,
    { plan }: Stock,
    audience: 'all' | 'public',
  ): Promise<Times> => {
    const reader = shop.reader(audience);
    const [price] = await findPricesOfPlans(reader, [plan.id]);
    const [link] = await findFeaturesOfPlans(reader, [plan.id]);
    return {
      plan: (await findPlan(reader, plan.id))?.updatedAt ?? '',
      price: price?.updatedAt ?? '',
      planFeature: link?.updatedAt ?? '',
    };
  };

  const all = (time: string): Times => ({ plan: time, price: time, planFeature: time });
  const moved = (times: Times, names: (keyof Times)[], time: string): Times => ({
    ...times,
    ...Object.fromEntries(names.map((name) => [name, time])),
  });

  it.each(seen)('moves for everybody with %s', async (_, change, names) => {
    const { shop, stock } = await arrange();
    await shop.changeAt(SEEN, (w) => change(w, stock));
    for (const audience of ['all', 'public'] as const)
      expect(await timesOf(shop, stock, audience)).toEqual(moved(all(CREATED), names, SEEN));
  });

  it.each(unseen)('moves for all but the public with %s', async (_, change, names) => {
    const { shop, stock } = await arrange();
    await shop.changeAt(UNSEEN, (w) => change(w, stock));
    expect(await timesOf(shop, stock, 'all')).toEqual(moved(all(CREATED), names, UNSEEN));
    expect(await timesOf(shop, stock, 'public')).toEqual(all(CREATED));
  });

  it(
    'of the public stays through hidden changes, and moves with the next one that it ' + 'sees',
    async () => {
      const { shop, stock } = await arrange();
      await shop.changeAt(SEEN, (w) => changePrice({ price: 1 })(w, stock));
      for (const time of ['2026-02-02', '2026-02-03'])
        for (const metadata of [{ a: 1 }, { a: 2 }])
          await shop.changeAt(`${time}T00:00:00.000Z`, (w) => changePrice({ metadata })(w, stock));
      const before = { plan: SEEN, price: SEEN, planFeature: CREATED };
      expect(await timesOf(shop, stock, 'public')).toEqual(before);
      await shop.changeAt(UNSEEN, (w) => changePrice({ price: 2 })(w, stock));
      expect(await timesOf(shop, stock, 'public')).toEqual({
        plan: UNSEEN,
        price: UNSEEN,
        planFeature: CREATED,
      });
    },
  );

  it('of the public does not move when a plan leaves a private group', async () => {
    const { shop, stock } = await arrange();
    const { plan, hidden } = stock;
    await shop.changeAt(SEEN, (w) => addPlanToGroup(w, hidden, { planId: plan.id }));
    await shop.changeAt(UNSEEN, (w) => removePlanFromGroup(w, hidden, plan.id));
    expect(await timesOf(shop, stock, 'all')).toMatchObject({ plan: UNSEEN });
    expect(await timesOf(shop, stock, 'public')).toMatchObject({ plan: CREATED });
  });
});
