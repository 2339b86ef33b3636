import { expect, it } from 'vitest';
import { createIds } from '../../src/db/ids.ts';
import { findPlan, findPlanByCode, findPlansOfGroups } from '../../src/db/records/plan.ts';
import { findPricesOfPlans } from '../../src/db/records/price.ts';
import { Store } from '../../src/db/store.ts';
import type { Writer } from '../../src/domain/operation.ts';
import { createPlan, deletePlan, updatePlan } from '../../src/domain/plan.ts';
import {
  addPlanToGroup,
  deletePlanGroup,
  removePlanFromGroup,
  reorderPlansInGroup,
} from '../../src/domain/plan-group.ts';
import {
  addPlanPrice,
  deletePlanPrice,
  type PlanPrice,
  setDefaultPlanPrice,
} from '../../src/domain/price.ts';
import { billingIntervals } from '../../src/vocabulary.ts';
import { type Catalogue, keepsInvariants, newCatalogue } from '../catalogue.ts';
import { anyone, onEveryEngine } from '../engines.ts';

const create = (code: string) => (w: Writer) => createPlan(w, { name: 'Plan', code });

onEveryEngine('a write', (world) => {
  keepsInvariants(world);

  it('is seen by others once it is done, and not before', async () => {
    const shop = await newCatalogue(world());
    const seen = await shop.change(async (w) => {
      await create('pro')(w);
      return [await findPlanByCode(w, 'pro'), await findPlanByCode(shop.reader(), 'pro')].map(
        Boolean,
      );
    });
    expect(seen).toEqual([true, false]);
    expect(await findPlanByCode(shop.reader(), 'pro')).toBeDefined();
  });

  it('happens as a whole or not at all', async () => {
    const shop = await newCatalogue(world());
    const before = await shop.contents();
    const late = async (w: Writer) => {
      await create('pro')(w);
      throw new Error('too late');
    };
    await expect(shop.change(late)).rejects.toThrow('too late');
    expect(await shop.contents()).toEqual(before);
    expect(await shop.change(create('pro'))).toMatchObject({ code: 'pro' });
  });

  it('dates everything alike, and nothing before what it follows', async () => {
    const shop = await newCatalogue(world());
    const time = '2026-01-01T00:00:00.000Z';
    await shop.changeAt(time, async (w) => {
      expect([w.now, w.nextTimestamp('2020-01-01T00:00:00.000Z'), w.nextTimestamp(time)]).toEqual([
        time,
        time,
        time,
      ]);
      expect(w.nextTimestamp('2030-01-01T00:00:00.000Z')).toBe('2030-01-01T00:00:00.000Z');
    });
  });

  it('takes its ids and its clock from the store', async () => {
    const shop = await newCatalogue(world());
    const clock = () => new Date('2026-01-01T00:00:00.000Z');
    const newId = createIds(clock);
    const made: string[] = [];
    const store = new Store(world().store.engine, {
      clock,
      newId: (noun) => {
        const id = newId(noun);
        made.push(id);
        return id;
      },
    });
    const plan = await store.write(shop.tenant, anyone, create('pro'));
    expect(plan).toMatchObject({ id: made[0], createdAt: '2026-01-01T00:00:00.000Z' });
    expect(made).toHaveLength(2);
  });

  it('survives a clock that jumps about', async () => {
    const shop = await newCatalogue(world());
    const group = await shop.group();
    const times = ['2030', '2020', '2040', '2010', '2035', '2000'].map(
      (year) => `${year}-01-01T00:00:00.000Z`,
    );
    for (const [index, time] of times.entries()) {
      const at = <Result>(work: (w: Writer) => Promise<Result>) => shop.changeAt(time, work);
      const plan = await at((w) =>
        createPlan(w, { name: 'Plan', code: `p${index}`, planGroupId: group.id }),
      );
      const price = await at((w) =>
        addPlanPrice(w, plan.id, { billingInterval: 'monthly', price: 1 }),
      );
      const [first] = await findPlansOfGroups(shop.reader(), [group.id]);
      await at((w) => updatePlan(w, first?.id ?? '', { name: 'New' }));
      await at((w) => deletePlanPrice(w, plan.id, price.id));
      if (index % 2) await at((w) => deletePlan(w, plan.id));
    }
    await shop.changeAt('1990-01-01T00:00:00.000Z', (w) => deletePlanGroup(w, group.id));
    for (const row of await shop.rows('plan')) {
      expect(row.updated_at >= row.created_at).toBe(true);
      expect(row.deleted_at === null || row.deleted_at === row.updated_at).toBe(true);
    }
    const { updatedAt } = (await findPlanByCode(shop.reader(), 'p0')) ?? {};
    expect(updatedAt).toBe('2040-01-01T00:00:00.000Z');
  });
});

onEveryEngine('simultaneous writes', (world) => {
  keepsInvariants(world);

  const storm = async (shop: Catalogue, works: ((w: Writer) => Promise<unknown>)[]) => {
    const before = await shop.revision();
    const answers = await Promise.allSettled(works.map((work) => shop.change(work)));
    const failures = answers.flatMap((answer) =>
      answer.status === 'rejected' ? [answer.reason.code] : [],
    );
    expect(await shop.revision()).toBe(before + works.length - failures.length);
    return failures;
  };

  it('of one code let one through', async () => {
    const shop = await newCatalogue(world());
    const failures = await storm(shop, Array(10).fill(create('pro')));
    expect(failures).toEqual(Array(9).fill('duplicate'));
    expect(await shop.rows('plan')).toHaveLength(1);
  });

  it('of one interval let one through', async () => {
    const shop = await newCatalogue(world());
    const { id } = await shop.plan();
    const add = (w: Writer) => addPlanPrice(w, id, { billingInterval: 'monthly', price: 1 });
    expect(await storm(shop, Array(10).fill(add))).toEqual(Array(9).fill('duplicate'));
  });

  it('on the default leave exactly one', async () => {
    const shop = await newCatalogue(world());
    const plan = await shop.plan();
    const prices: PlanPrice[] = [];
    for (const billingInterval of billingIntervals)
      prices.push(await shop.price(plan, { billingInterval }));
    const works = Array.from({ length: 10 }, (_, index) => (w: Writer) => {
      const { id } = prices[index % 5] ?? { id: '' };
      return index < 8 ? setDefaultPlanPrice(w, plan.id, id) : deletePlanPrice(w, plan.id, id);
    });
    const failures = await storm(shop, works);
    expect(new Set(failures).size).toBeLessThanOrEqual(1);
    const left = await findPricesOfPlans(shop.reader(), [plan.id]);
    expect(left).toHaveLength(3);
    expect(left.filter(({ isDefault }) => isDefault)).toHaveLength(1);
  });

  it('on the order of a group leave no gaps', async () => {
    const shop = await newCatalogue(world());
    const group = await shop.group();
    const ids: string[] = [];
    for (let count = 0; count < 5; count += 1)
      ids.push((await shop.plan({ planGroupId: group.id })).id);
    const { id: outside } = await shop.plan();
    const works = Array.from({ length: 10 }, (_, index) => (w: Writer) => {
      if (index % 5 === 1) return addPlanToGroup(w, group.id, { planId: outside, sortOrder: 2 });
      if (index % 5 === 3) return removePlanFromGroup(w, group.id, outside);
      return reorderPlansInGroup(w, group.id, { planIds: index % 2 ? ids : ids.toReversed() });
    });
    const failures = await storm(shop, works);
    expect(
      failures.filter(
        (code) => !['validation_error', 'plan_not_found', 'duplicate'].includes(code),
      ),
    ).toEqual([]);
    const plans = await findPlansOfGroups(shop.reader(), [group.id]);
    expect(plans.map(({ sortOrder }) => sortOrder)).toEqual(plans.map((_, index) => index));
  });

  it('of several tenants do not mix', async () => {
    const shops = [
      await newCatalogue(world()),
      await newCatalogue(world()),
      await newCatalogue(world()),
    ];
    const plans = await Promise.all(
      shops.flatMap((shop) => ['a', 'b', 'c'].map((code) => shop.change(create(code)))),
    );
    expect(new Set(plans.map(({ id }) => id)).size).toBe(9);
    for (const shop of shops) {
      expect(await shop.revision()).toBe(3);
      expect(await shop.rows('plan')).toHaveLength(3);
    }
  });
});

onEveryEngine('a reader', (world) => {
  keepsInvariants(world);

  it('cannot write', async () => {
    const shop = await newCatalogue(world());
    const { id } = await shop.plan();
    const { reading } = world().store.engine;
    await expect(reading.deleteFrom('plan').where('id', '=', id).execute()).rejects.toThrow();
    expect(await findPlan(shop.reader(), id)).toBeDefined();
  });
});
