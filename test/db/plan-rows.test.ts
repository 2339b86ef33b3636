import { expect, it } from 'vitest';
import { rowsOfPlan, rowsOfPlanInMarkets } from '../../src/db/records/plan-rows.ts';
import type { MarketPriceInput } from '../../src/domain/market-price.ts';
import { deletePlanPrice } from '../../src/domain/price.ts';
import { addPriceVariant } from '../../src/domain/price-variant.ts';
import { newCatalogue } from '../catalogue.ts';
import { onEveryEngine } from '../engines.ts';

onEveryEngine('what hangs on a plan', (world) => {
  it('is counted, with markets and without', async () => {
    const catalogue = await newCatalogue(world());
    const [plan, other] = [
      await catalogue.plan({ consumptionModel: 'metered' }),
      await catalogue.plan({ consumptionModel: 'metered' }),
    ];
    const counts = async () => {
      const ids = [plan.id, other.id, 'pln_missing'];
      return [
        await rowsOfPlan(catalogue.reader(), ids),
        await rowsOfPlanInMarkets(catalogue.reader(), ids),
      ];
    };
    expect(await counts()).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ]);
    const feature = await catalogue.feature();
    await catalogue.attach(plan, feature, { overage: { enabled: true, unitPrice: 1 } });
    const marketPrices: MarketPriceInput[] = [];
    for (const [currency, country] of [
      ['brl', 'BR'],
      ['jpy', 'JP'],
    ] as const) {
      const { id } = await catalogue.market({ countryCodes: [country] });
      marketPrices.push({ marketId: id, currency, price: 10_000 });
    }
    const price = await catalogue.price(plan, { marketPrices });
    await catalogue.regionalPricing(plan, { currency: 'eur', exchangeRate: 2 });
    const variant = await catalogue.change((w) =>
      addPriceVariant(w, plan.id, { inheritsFromPriceId: price.id, marketPrices }),
    );
    // A feature with its overage and the price in another currency; a variant, four market prices.
    expect(await counts()).toEqual([
      [3, 0, 0],
      [8, 0, 0],
    ]);
    await catalogue.change((w) => deletePlanPrice(w, plan.id, variant.id));
    expect(await counts()).toEqual([
      [3, 0, 0],
      [5, 0, 0],
    ]);
    await catalogue.change((w) => deletePlanPrice(w, plan.id, price.id));
    expect(await counts()).toEqual([
      [2, 0, 0],
      [2, 0, 0],
    ]);
  });
});
