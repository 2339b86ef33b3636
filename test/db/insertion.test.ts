import { expect, it } from 'vitest';
import { findPricesOfPlans, insertPrices } from '../../src/db/records/price.ts';
import type { PlanPrice } from '../../src/domain/price.ts';
import { newCatalogue } from '../catalogue.ts';
import { onEveryEngine } from '../engines.ts';

onEveryEngine('insertion', (world) => {
  const template: PlanPrice = {
    id: 'pp_0',
    planId: 'pln_0',
    billingInterval: 'monthly',
    price: 0,
    isDefault: true,
    trialDays: 0,
    includedBalance: null,
    includedCredits: null,
    introOffer: null,
    metadata: {},
    createdAt: '2026-01-01T00:00:00.000Z',
    updatedAt: '2026-01-01T00:00:00.000Z',
    revision: 1,
    inheritsFromPriceId: null,
    code: null,
    name: null,
  };

  it.each([[[1, 1]], [[3, 3]], [[20, 21, 20]]])(
    'keeps every value in its row and column, rows by %j',
    async (counts) => {
      const shop = await newCatalogue(world());
      for (const count of counts) {
        const plans = await Promise.all(Array.from({ length: count }, () => shop.plan()));
        const rows = plans.map((plan, place) => ({
          plan,
          price: {
            ...template,
            id: world().store.newId('price'),
            planId: plan.id,
            price: place,
            includedBalance: place % 2 === 0 ? null : place * 10,
            metadata: { place },
          },
        }));
        await shop.change((w) => insertPrices(w, rows));
        const stored = await findPricesOfPlans(
          shop.reader(),
          plans.map(({ id }) => id),
        );
        expect(stored).toEqual(rows.map(({ price }) => price));
      }
    },
  );
});
