import { expect, it } from 'vitest';
import { findRegionalPrices } from '../../src/db/records/regional-price.ts';
import { setExchangeRate } from '../../src/domain/exchange-rate.ts';
import type { Plan } from '../../src/domain/plan.ts';
import { deletePlanPrice, type PlanPrice, updatePlanPrice } from '../../src/domain/price.ts';
import {
  deleteRegionalPrices,
  deriveRegionalPrice,
  upsertRegionalPrices,
} from '../../src/domain/regional-price.ts';
import { setPlanRegionalPricing } from '../../src/domain/regional-pricing.ts';
import { bothModes, type Catalogue, keepsInvariants, newCatalogue } from '../catalogue.ts';
import { onEveryEngine } from '../engines.ts';

onEveryEngine('deriveRegionalPrice', (world) => {
  keepsInvariants(world);

  const derive = (shop: Catalogue, { planId, id }: PlanPrice, currency: string) =>
    shop.change((w) => deriveRegionalPrice(w, planId, id, currency));
  const rowsOf = (shop: Catalogue, { id }: PlanPrice) => findRegionalPrices(shop.reader(), [id]);
  const setRate = (shop: Catalogue, { id }: Plan, currency: string, exchangeRate: number) =>
    shop.change((w) => setExchangeRate(w, id, { currency, exchangeRate }));
  const byHand = (shop: Catalogue, { planId, id }: PlanPrice, price: number, currency = 'eur') =>
    shop.change((w) =>
      upsertRegionalPrices(w, planId, id, {
        overrides: [{ currency, price, includedBalance: price }],
      }),
    );

  it('puts price, balance and offer of one row back to derived', async () => {
    const shop = await newCatalogue(world());
    const plan = await shop.plan();
    const introOffer = {
      discountType: 'amount',
      discountValue: 10_000,
      durationCycles: 3,
    } as const;
    const price = await shop.price(plan, {
      price: 40_000,
      includedBalance: 20_000,
      introOffer: { enabled: true, ...introOffer },
    });
    const yearly = await shop.price(plan, { billingInterval: 'yearly', price: 100_000 });
    for (const currency of ['eur', 'brl'])
      await shop.change((w) =>
        setPlanRegionalPricing(w, plan.id, {
          currency,
          exchangeRate: 2,
          prices: [price, yearly].map(({ id }) => ({ priceId: id, price: 5, includedBalance: 5 })),
          introOffers: [{ priceId: price.id, ...introOffer, discountValue: 4 }],
        }),
      );
    const changed = await derive(shop, price, 'EUR');
    expect(changed).toEqual({ ...price, updatedAt: expect.any(String), revision: 4 });
    const manual = {
      currency: 'brl',
      price: 5,
      autoSynced: false,
      includedBalance: 5,
      includedBalanceAutoSynced: false,
      introOffer: { ...introOffer, discountValue: 4 },
      introOfferAutoSynced: false,
    };
    expect(await rowsOf(shop, price)).toEqual([
      { priceId: price.id, ...manual },
      {
        priceId: price.id,
        currency: 'eur',
        price: 80_000,
        autoSynced: true,
        includedBalance: 40_000,
        includedBalanceAutoSynced: true,
        introOffer: { ...introOffer, discountValue: 20_000 },
        introOfferAutoSynced: true,
      },
    ]);
    expect(await rowsOf(shop, yearly)).toMatchObject([
      { currency: 'brl', price: 5 },
      { currency: 'eur', price: 5 },
    ]);
    await shop.change((w) => updatePlanPrice(w, plan.id, price.id, { price: 30_000 }));
    expect(await rowsOf(shop, price)).toMatchObject([{ price: 5 }, { price: 60_000 }]);
  });

  it('adds a row that was removed', async () => {
    const shop = await newCatalogue(world());
    const plan = await shop.plan();
    const price = await shop.price(plan, { price: 10_000 });
    await setRate(shop, plan, 'eur', 2);
    await setRate(shop, plan, 'brl', 5);
    await shop.change((w) => deleteRegionalPrices(w, plan.id, price.id));
    await derive(shop, price, 'eur');
    expect(await rowsOf(shop, price)).toMatchObject([
      { currency: 'eur', price: 20_000, autoSynced: true },
    ]);
  });

  it('needs a rate', async () => {
    const shop = await newCatalogue(world());
    const plan = await shop.plan();
    const price = await shop.price(plan);
    await setRate(shop, plan, 'eur', 2);
    await setRate(shop, await shop.plan(), 'brl', 2);
    await byHand(shop, price, 5, 'brl');
    for (const currency of ['brl', 'gbp', 'zzz', ''])
      await shop.refuses((w) => deriveRegionalPrice(w, plan.id, price.id, currency), {
        code: 'exchange_rate_not_found',
        param: 'currency',
      });
  });

  it('refuses an amount that grows too large', async () => {
    const shop = await newCatalogue(world());
    const plan = await shop.plan();
    const price = await shop.price(plan, { price: 10_000 });
    await setRate(shop, plan, 'eur', 4_000);
    await byHand(shop, price, 1);
    await shop.change((w) =>
      updatePlanPrice(w, plan.id, price.id, { price: Number.MAX_SAFE_INTEGER }),
    );
    await shop.refuses((w) => deriveRegionalPrice(w, plan.id, price.id, 'eur'), {
      code: 'validation_error',
      param: 'priceId',
    });
  });

  it('answers for what is not there', async () => {
    const [shop, sandbox] = await bothModes(world());
    const plan = await shop.plan();
    const price = await shop.price(plan);
    const gone = await shop.price(plan, { billingInterval: 'yearly' });
    await setRate(shop, plan, 'eur', 2);
    await shop.change((w) => deletePlanPrice(w, plan.id, gone.id));
    const other = await shop.plan();
    const noPlan = { code: 'plan_not_found', param: 'planId' };
    const noPrice = { code: 'price_not_found', param: 'priceId' };
    for (const [where, planId, priceId, expected] of [
      [shop, 'pln_none', price.id, noPlan],
      [sandbox, plan.id, price.id, noPlan],
      [await newCatalogue(world()), plan.id, price.id, noPlan],
      [shop, plan.id, 'pp_none', noPrice],
      [shop, plan.id, gone.id, noPrice],
      [shop, other.id, price.id, noPrice],
    ] as const)
      await where.refuses((w) => deriveRegionalPrice(w, planId, priceId, 'eur'), expected);
  });
});
