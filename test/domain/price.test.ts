import { expect, it } from 'vitest';
import { createPlan } from '../../src/domain/plan.ts';
import { addPlanPrice, deletePlanPrice, findPricesOfPlans, setDefaultPlanPrice } from '../../src/domain/price.ts';
import { findRegionalPrices, setPlanRegionalPricing } from '../../src/domain/regional-pricing.ts';
import { anyone, onEveryEngine } from '../engines.ts';

onEveryEngine('prices', (world) => {
  it('makes the first price the default and moves the flag', async () => {
    const tenant = await world().newTenant();
    const { store } = world();
    const plan = await store.write(tenant, anyone, (w) => createPlan(w, { name: 'Pro', code: 'pro' }));
    const monthly = await store.write(tenant, anyone, (w) =>
      addPlanPrice(w, plan.id, { billingInterval: 'monthly', price: 290_000 }),
    );
    expect(monthly.isDefault).toBe(true);
    const yearly = await store.write(tenant, anyone, (w) =>
      addPlanPrice(w, plan.id, { billingInterval: 'yearly', price: 2_900_000 }),
    );
    expect(yearly.isDefault).toBe(false);
    await store.write(tenant, anyone, (w) => setDefaultPlanPrice(w, plan.id, yearly.id));
    await store.write(tenant, anyone, (w) =>
      setPlanRegionalPricing(w, plan.id, { currency: 'EUR', exchangeRate: 0.92 }),
    );
    expect(await findRegionalPrices(store.reader(tenant), [monthly.id])).toMatchObject([
      { currency: 'eur', price: 266_800, autoSynced: true },
    ]);
    await store.write(tenant, anyone, (w) => deletePlanPrice(w, plan.id, yearly.id));
    const prices = await findPricesOfPlans(store.reader(tenant), [plan.id]);
    expect(prices.map(({ id, isDefault }) => ({ id, isDefault }))).toEqual([{ id: monthly.id, isDefault: true }]);
    await expect(
      store.write(tenant, anyone, (w) => addPlanPrice(w, plan.id, { billingInterval: 'monthly', price: 1 })),
    ).rejects.toMatchObject({ code: 'duplicate', param: 'billingInterval' });
  });
});
