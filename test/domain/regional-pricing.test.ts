import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { findExchangeRates } from '../../src/db/records/exchange-rate.ts';
import { findPlan } from '../../src/db/records/plan.ts';
import { findFeaturesOfPlans } from '../../src/db/records/plan-feature.ts';
import { findPrices } from '../../src/db/records/price.ts';
import { findRegionalOverages } from '../../src/db/records/regional-overage.ts';
import { findRegionalPrices, saveRegionalPrices } from '../../src/db/records/regional-price.ts';
import { derivedRow } from '../../src/domain/derived-pricing.ts';
import { maxima } from '../../src/domain/maxima.ts';
import { operation, type Writer } from '../../src/domain/operation.ts';
import { type Plan, setPlanVisibility } from '../../src/domain/plan.ts';
import { removePlanFeature, updatePlanFeature } from '../../src/domain/plan-feature.ts';
import {
  addPlanPrice,
  deletePlanPrice,
  type PlanPrice,
  requirePrice,
  updatePlanPrice,
} from '../../src/domain/price.ts';
import {
  deleteRegionalPrices,
  UpsertRegionalPricesInput,
  upsertRegionalPrices,
} from '../../src/domain/regional-price.ts';
import {
  SetPlanRegionalPricingInput,
  setPlanRegionalPricing,
} from '../../src/domain/regional-pricing.ts';
import { bothModes, type Catalogue, keepsInvariants, newCatalogue } from '../catalogue.ts';
import { onEveryEngine } from '../engines.ts';
import { bad, expectAcceptance, expectRefusals } from '../refusals.ts';

describe('inputs of regional pricing', () => {
  const tooMany = (entry: object, most = 200) => [Array(most + 1).fill(entry), 'x', 7];

  it('refuse bad values by field', () => {
    const override = { currency: 'eur', price: 0, includedBalance: null };
    expectRefusals(
      UpsertRegionalPricesInput,
      { overrides: [override] },
      {
        overrides: [...tooMany(override), null, undefined],
        'overrides.0.currency': [...bad.currencies, null, undefined],
        'overrides.0.price': [...bad.amounts, null, undefined],
        'overrides.0.includedBalance': bad.amounts,
      },
    );
    const price = { priceId: 'pp_1', price: 0, includedBalance: null };
    const feature = { featureId: 'ftr_1', overageUnitPrice: 0 };
    const introOffer = {
      priceId: 'pp_1',
      discountType: 'amount',
      discountValue: 0,
      durationCycles: 1,
    };
    expectRefusals(
      SetPlanRegionalPricingInput,
      {
        currency: 'eur',
        exchangeRate: 1,
        prices: [price],
        features: [feature],
        introOffers: [introOffer],
      },
      {
        currency: [...bad.currencies, null, undefined],
        exchangeRate: [0, -1, -0, Number.NaN, Number.POSITIVE_INFINITY, '1', null, undefined, {}],
        prices: tooMany(price),
        'prices.0.priceId': [...bad.references, null, undefined],
        'prices.0.price': [...bad.amounts, null, undefined],
        'prices.0.includedBalance': bad.amounts,
        features: tooMany(feature, 500),
        'features.0.featureId': [...bad.references, null, undefined],
        'features.0.overageUnitPrice': [...bad.amounts, null, undefined],
        introOffers: tooMany(introOffer),
        'introOffers.0.priceId': [...bad.references, null, undefined],
        'introOffers.0.discountType': [...bad.words, null, undefined],
        'introOffers.0.discountValue': [...bad.amounts, null, undefined],
        'introOffers.0.durationCycles': [...bad.counts, 0, null, undefined],
      },
    );
  });

  it('take currencies in any case, unchanged', () => {
    expectAcceptance(
      SetPlanRegionalPricingInput,
      { currency: 'eur', exchangeRate: 1 },
      {
        currency: ['eur', 'EUR', 'eUr', 'chf', 'GBP', 'kwd'],
        exchangeRate: [5e-324, Number.MAX_VALUE, 0.1],
        prices: [null, []],
      },
    );
    expectAcceptance(
      UpsertRegionalPricesInput,
      { overrides: [] },
      { overrides: [[{ currency: 'ChF', price: 0 }]] },
    );
  });
});

const names = (rows: { currency: string; price: number; autoSynced: boolean }[]) =>
  rows.map(
    ({ currency, price, autoSynced }) =>
      `${currency} ${price} ${autoSynced ? 'derived' : 'manual'}`,
  );

onEveryEngine('regional pricing', (world) => {
  keepsInvariants(world);

  const rowsOf = (shop: Catalogue, price: PlanPrice) =>
    findRegionalPrices(shop.reader(), [price.id]);
  const pricesOf = async (shop: Catalogue, price: PlanPrice) => names(await rowsOf(shop, price));
  const overagesOf = async (shop: Catalogue, plan: Plan) =>
    (await findRegionalOverages(shop.reader(), [plan.id])).map(
      ({ currency, unitPrice, autoSynced }) =>
        `${currency} ${unitPrice} ${autoSynced ? 'derived' : 'manual'}`,
    );
  const ratesOf = async (shop: Catalogue, plan: Plan) =>
    (await findExchangeRates(shop.reader(), [plan.id])).map(({ currency, exchangeRate }) => [
      currency,
      exchangeRate,
    ]);
  const set = (shop: Catalogue, plan: Plan, input: SetPlanRegionalPricingInput) =>
    shop.change((w) => setPlanRegionalPricing(w, plan.id, input));
  const upsert = (
    shop: Catalogue,
    price: PlanPrice,
    ...overrides: UpsertRegionalPricesInput['overrides']
  ) => shop.change((w) => upsertRegionalPrices(w, price.planId, price.id, { overrides }));

  describe('setPlanRegionalPricing', () => {
    it('derives every price, balance and overage', async () => {
      const shop = await newCatalogue(world());
      const plan = await shop.plan({ consumptionModel: 'balance' });
      const monthly = await shop.price(plan, { price: 290_000, includedBalance: 100_050 });
      const yearly = await shop.price(plan, { billingInterval: 'yearly', price: 2_900_000 });
      await shop.attach(plan, await shop.feature(), { overage: { enabled: true, unitPrice: 25 } });
      await shop.attach(plan, await shop.feature());
      expect(await set(shop, plan, { currency: 'EUR', exchangeRate: 0.92 })).toEqual({
        plan: { ...plan, updatedAt: expect.any(String), revision: 6 },
        currency: 'eur',
        exchangeRate: 0.92,
        pricesConfigured: 2,
        featuresConfigured: 1,
      });
      await set(shop, plan, { currency: 'jpy', exchangeRate: 149.55 });
      expect(await rowsOf(shop, monthly)).toEqual([
        {
          priceId: monthly.id,
          currency: 'eur',
          price: 266_800,
          includedBalance: 92_000,
          autoSynced: true,
          includedBalanceAutoSynced: true,
          introOffer: null,
          introOfferAutoSynced: true,
        },
        expect.objectContaining({
          currency: 'jpy',
          price: 43_370_000,
          includedBalance: 14_960_000,
        }),
      ]);
      expect(await rowsOf(shop, yearly)).toMatchObject([
        { includedBalance: null },
        { includedBalance: null },
      ]);
      expect(await overagesOf(shop, plan)).toEqual(['eur 23 derived', 'jpy 3739 derived']);
      expect(await ratesOf(shop, plan)).toEqual([
        ['eur', 0.92],
        ['jpy', 149.55],
      ]);
    });

    it('keeps the rate as it was given', async () => {
      const shop = await newCatalogue(world());
      const plan = await shop.plan();
      await shop.price(plan, { price: 0 });
      for (const exchangeRate of [
        0.1, 5e-324, 1.7976931348623157e308, 0.000_001_234_567_890_123_456_7, 1e21,
      ]) {
        expect(await set(shop, plan, { currency: 'eur', exchangeRate })).toMatchObject({
          exchangeRate,
        });
        expect(await ratesOf(shop, plan)).toEqual([['eur', exchangeRate]]);
      }
    });

    it('keeps named entries as they are written and derives the others', async () => {
      const shop = await newCatalogue(world());
      const plan = await shop.plan({ consumptionModel: 'metered' });
      const monthly = await shop.price(plan, { includedBalance: 10_000 });
      const yearly = await shop.price(plan, {
        billingInterval: 'yearly',
        price: 20_000,
        includedBalance: 10_000,
      });
      const [named, derived] = [await shop.feature({ code: 'named' }), await shop.feature()];
      for (const feature of [named, derived])
        await shop.attach(plan, feature, { overage: { unitPrice: 10 } });
      const input = {
        currency: 'eur',
        exchangeRate: 0.5,
        prices: [{ priceId: monthly.id, price: 249_999 }],
        features: [{ featureId: 'named', overageUnitPrice: 0 }],
      };
      expect(await set(shop, plan, input)).toMatchObject({
        pricesConfigured: 2,
        featuresConfigured: 2,
      });
      expect(await pricesOf(shop, monthly)).toEqual(['eur 249999 manual']);
      expect(await rowsOf(shop, monthly)).toMatchObject([{ includedBalance: 5_000 }]);
      expect(await pricesOf(shop, yearly)).toEqual(['eur 10000 derived']);
      expect(await overagesOf(shop, plan)).toEqual(['eur 0 manual', 'eur 5 derived']);

      await set(shop, plan, {
        ...input,
        prices: [{ priceId: monthly.id, price: 1, includedBalance: 7 }],
      });
      expect(await rowsOf(shop, monthly)).toMatchObject([
        { price: 1, includedBalance: 7, autoSynced: false },
      ]);
    });

    it('sets all rows of its currency anew, and none of another', async () => {
      const shop = await newCatalogue(world());
      const plan = await shop.plan({ consumptionModel: 'metered' });
      const dollarOff = { enabled: true, discountType: 'amount', discountValue: 10_000 } as const;
      const price = await shop.price(plan, { price: 10_000, introOffer: dollarOff });
      const feature = await shop.feature();
      await shop.attach(plan, feature, { overage: { unitPrice: 10 } });
      const manual = {
        prices: [{ priceId: price.id, price: 1 }],
        features: [{ featureId: feature.id, overageUnitPrice: 1 }],
        introOffers: [
          {
            priceId: price.id,
            discountType: 'amount',
            discountValue: 1,
            durationCycles: 1,
          } as const,
        ],
      };
      await set(shop, plan, { currency: 'eur', exchangeRate: 2, ...manual });
      await set(shop, plan, { currency: 'brl', exchangeRate: 5, ...manual });
      await set(shop, plan, {
        currency: 'eur',
        exchangeRate: 3,
        prices: null,
        features: null,
        introOffers: null,
      });
      expect(await pricesOf(shop, price)).toEqual(['brl 1 manual', 'eur 30000 derived']);
      expect(await overagesOf(shop, plan)).toEqual(['brl 1 manual', 'eur 30 derived']);
      expect(
        (await rowsOf(shop, price)).map(({ introOffer }) => introOffer?.discountValue),
      ).toEqual([1, 30_000]);
      expect(await ratesOf(shop, plan)).toEqual([
        ['brl', 5],
        ['eur', 3],
      ]);
    });

    it('takes usd for a rate of its own', async () => {
      const shop = await newCatalogue(world());
      const plan = await shop.plan();
      const price = await shop.price(plan, { price: 10_000 });
      await set(shop, plan, { currency: 'usd', exchangeRate: 1.1 });
      expect(await pricesOf(shop, price)).toEqual(['usd 11000 derived']);
    });

    it('refuses a plan without prices, after everything else', async () => {
      const shop = await newCatalogue(world());
      const plan = await shop.plan();
      const rate = { currency: 'eur', exchangeRate: 1 };
      await shop.refuses((w) => setPlanRegionalPricing(w, plan.id, rate), {
        code: 'no_prices_configured',
      });
      await shop.refuses(
        (w) =>
          setPlanRegionalPricing(w, plan.id, {
            ...rate,
            prices: [{ priceId: 'pp_none', price: 1 }],
          }),
        { code: 'price_not_found', param: 'prices.0.priceId' },
      );
      const { id } = await shop.price(plan);
      await shop.change((w) => deletePlanPrice(w, plan.id, id));
      await shop.refuses((w) => setPlanRegionalPricing(w, plan.id, rate), {
        code: 'no_prices_configured',
      });
    });

    it('refuses what it cannot apply, by entry', async () => {
      const shop = await newCatalogue(world());
      const plan = await shop.plan({ consumptionModel: 'metered' });
      const price = await shop.price(plan);
      const other = await shop.price(await shop.plan());
      const feature = await shop.feature({ code: 'calls' });
      const plain = await shop.feature();
      const detached = await shop.feature();
      await shop.attach(plan, feature, { overage: { unitPrice: 1 } });
      await shop.attach(plan, plain);
      const priced = { priceId: price.id, price: 1 };
      const charged = { featureId: feature.id, overageUnitPrice: 1 };
      const offer = {
        priceId: price.id,
        discountType: 'amount',
        discountValue: 1,
        durationCycles: 1,
      } as const;
      const refusals: [Partial<SetPlanRegionalPricingInput>, string, string][] = [
        [{ prices: [priced, priced] }, 'validation_error', 'prices.1.priceId'],
        [
          { prices: [priced, { ...priced, priceId: other.id }] },
          'price_not_found',
          'prices.1.priceId',
        ],
        [{ prices: [{ ...priced, priceId: 'a\0' }] }, 'price_not_found', 'prices.0.priceId'],
        [{ introOffers: [offer, offer] }, 'validation_error', 'introOffers.1.priceId'],
        [
          { introOffers: [{ ...offer, priceId: 'pp_none' }] },
          'price_not_found',
          'introOffers.0.priceId',
        ],
        [
          { introOffers: [{ ...offer, discountType: 'percentage', discountValue: 10_001 }] },
          'validation_error',
          'introOffers.0.discountValue',
        ],
        [{ features: [charged, charged] }, 'validation_error', 'features.1.featureId'],
        [
          { features: [charged, { ...charged, featureId: 'calls' }] },
          'validation_error',
          'features.1.featureId',
        ],
        [
          { features: [{ ...charged, featureId: 'ftr_none' }] },
          'feature_not_found',
          'features.0.featureId',
        ],
        [
          { features: [{ ...charged, featureId: detached.id }] },
          'feature_not_found',
          'features.0.featureId',
        ],
        [
          { features: [charged, { ...charged, featureId: plain.id }] },
          'validation_error',
          'features.1.featureId',
        ],
      ];
      for (const [entries, code, param] of refusals)
        await shop.refuses(
          (w) =>
            setPlanRegionalPricing(w, plan.id, { currency: 'eur', exchangeRate: 1, ...entries }),
          { code, param },
        );
      const absent = { features: [{ featureId: plain.id, overageUnitPrice: 0 }] };
      expect(await set(shop, plan, { currency: 'eur', exchangeRate: 1, ...absent })).toMatchObject({
        featuresConfigured: 1,
      });
    });

    it('covers more features than a statement has room for', async () => {
      const shop = await newCatalogue(world());
      const plan = await shop.plan({ consumptionModel: 'metered' });
      await shop.price(plan);
      await shop.attach(plan, await shop.feature(), { overage: { unitPrice: 10 } });
      const copy = (text: string) =>
        sql`${sql.raw(text)} where tenant_id = ${shop.tenant.id}`.execute(
          world().store.engine.writing,
        );
      const numbers =
        '(with recursive n (i) as (select 1 union all select i + 1 from n where i < 5500) select ' +
        'i from n) n';
      await copy(`insert into feature (tenant_id, id, code, name, folded_name, type, position, created_at, updated_at)
        select tenant_id, id || i, code || i, name || i, folded_name || i, type, i, created_at, updated_at from feature, ${numbers}`);
      await copy(`insert into plan_feature (tenant_id, id, plan_id, feature_id, plan_is_free, plan_consumption_model, feature_type,
          enabled, included_amount, unlimited, overage_enabled, overage_unit_price, pricing_mode, created_at, updated_at)
        select tenant_id, id || i, plan_id, feature_id || i, plan_is_free, plan_consumption_model, feature_type,
          enabled, included_amount, unlimited, overage_enabled, overage_unit_price, pricing_mode, created_at, updated_at
        from plan_feature, ${numbers}`);
      expect(await set(shop, plan, { currency: 'eur', exchangeRate: 2 })).toMatchObject({
        featuresConfigured: 5_501,
      });
    });

    it('keeps a free plan free', async () => {
      const shop = await newCatalogue(world());
      const plan = await shop.plan({ isFree: true });
      const price = await shop.price(plan, { price: 0 });
      await shop.refuses(
        (w) =>
          setPlanRegionalPricing(w, plan.id, {
            currency: 'eur',
            exchangeRate: 1,
            prices: [{ priceId: price.id, price: 1 }],
          }),
        { code: 'validation_error', param: 'prices.0.price' },
      );
      await shop.refuses(
        (w) =>
          upsertRegionalPrices(w, plan.id, price.id, {
            overrides: [{ currency: 'eur', price: 1 }],
          }),
        { code: 'validation_error', param: 'overrides.0.price' },
      );
      await set(shop, plan, {
        currency: 'eur',
        exchangeRate: 1,
        prices: [{ priceId: price.id, price: 0 }],
      });
      expect(await pricesOf(shop, price)).toEqual(['eur 0 manual']);
    });
  });

  describe('derived values', () => {
    it('follow a changed price, and manual ones do not', async () => {
      const shop = await newCatalogue(world());
      const plan = await shop.plan();
      const price = await shop.price(plan, { price: 10_000, includedBalance: 20_000 });
      await set(shop, plan, { currency: 'eur', exchangeRate: 0.5 });
      await set(shop, plan, { currency: 'jpy', exchangeRate: 150 });
      await upsert(shop, price, { currency: 'eur', price: 4_999 });
      await shop.change((w) =>
        updatePlanPrice(w, plan.id, price.id, { price: 30_000, includedBalance: null }),
      );
      expect(await pricesOf(shop, price)).toEqual(['eur 4999 manual', 'jpy 4500000 derived']);
      expect(await rowsOf(shop, price)).toMatchObject([
        { includedBalance: null },
        { includedBalance: null },
      ]);
      await shop.change((w) => updatePlanPrice(w, plan.id, price.id, { includedBalance: 10_000 }));
      expect(await rowsOf(shop, price)).toMatchObject([
        { includedBalance: 5_000 },
        { includedBalance: 1_500_000 },
      ]);
    });

    it('stay derived where an input leaves them out', async () => {
      const shop = await newCatalogue(world());
      const plan = await shop.plan();
      const price = await shop.price(plan, { price: 10_000, includedBalance: 20_000 });
      await set(shop, plan, {
        currency: 'eur',
        exchangeRate: 2,
        prices: [{ priceId: price.id, price: 1 }],
      });
      await set(shop, plan, { currency: 'brl', exchangeRate: 5 });
      await upsert(shop, price, { currency: 'brl', price: 2 }, { currency: 'gbp', price: 3 });
      const balances = async () =>
        (await rowsOf(shop, price)).map(({ includedBalance }) => includedBalance);
      expect(await balances()).toEqual([100_000, 40_000, null]);
      await shop.change((w) => updatePlanPrice(w, plan.id, price.id, { includedBalance: 30_000 }));
      expect(await balances()).toEqual([150_000, 60_000, null]);
      await upsert(shop, price, { currency: 'brl', price: 2, includedBalance: 7 });
      await upsert(shop, price, { currency: 'brl', price: 4, includedBalance: null });
      await shop.change((w) => updatePlanPrice(w, plan.id, price.id, { includedBalance: 10_000 }));
      expect(await balances()).toEqual([7, 20_000, null]);
      expect(await pricesOf(shop, price)).toEqual(['brl 4 manual', 'eur 1 manual', 'gbp 3 manual']);
    });

    it('move the time of the price, the plan feature and the plan', async () => {
      const shop = await newCatalogue(world());
      const plan = await shop.plan({ consumptionModel: 'metered' });
      const { id } = await shop.price(plan);
      const feature = await shop.feature();
      await shop.attach(plan, feature, { overage: { unitPrice: 10 } });
      const plain = await shop.feature();
      await shop.attach(plan, plain);
      const times = async () => {
        const links = await findFeaturesOfPlans(shop.reader(), [plan.id]);
        return {
          plan: (await findPlan(shop.reader(), plan.id))?.updatedAt,
          price: (await findPrices(shop.reader(), [id]))[0]?.updatedAt,
          overage: links.find(({ featureId }) => featureId === feature.id)?.updatedAt,
          plain: links.find(({ featureId }) => featureId === plain.id)?.updatedAt,
        };
      };
      const before = await times();
      const [first, second, third] = ['2100-01-01', '2100-01-02', '2100-01-03'].map(
        (day) => `${day}T00:00:00.000Z`,
      );
      if (!first || !second || !third) throw new Error('three days');
      const rate = { currency: 'eur', exchangeRate: 2 };
      await shop.changeAt(first, (w) => setPlanRegionalPricing(w, plan.id, rate));
      expect(await times()).toEqual({ ...before, plan: first, price: first, overage: first });
      const overrides = [{ currency: 'eur', price: 1 }];
      await shop.changeAt(second, (w) => upsertRegionalPrices(w, plan.id, id, { overrides }));
      expect(await times()).toEqual({ ...before, plan: second, price: second, overage: first });
      await shop.changeAt(third, (w) => deleteRegionalPrices(w, plan.id, id));
      expect(await times()).toEqual({ ...before, plan: third, price: third, overage: first });
      await shop.changeAt(before.plan ?? '', (w) => deleteRegionalPrices(w, plan.id, id));
      expect(await times()).toMatchObject({ plan: third, price: third });
    });

    it('come along with a new price', async () => {
      const shop = await newCatalogue(world());
      const plan = await shop.plan();
      await shop.price(plan);
      await set(shop, plan, { currency: 'eur', exchangeRate: 0.5 });
      await set(shop, plan, { currency: 'jpy', exchangeRate: 150 });
      const yearly = await shop.price(plan, {
        billingInterval: 'yearly',
        price: 10_000,
        includedBalance: 10_000,
      });
      expect(await pricesOf(shop, yearly)).toEqual(['eur 5000 derived', 'jpy 1500000 derived']);
      expect(await rowsOf(shop, yearly)).toMatchObject([
        { includedBalance: 5_000 },
        { includedBalance: 1_500_000 },
      ]);
      const elsewhere = await shop.price(await shop.plan());
      expect(await rowsOf(shop, elsewhere)).toEqual([]);
    });

    it('come and go with overage', async () => {
      const shop = await newCatalogue(world());
      const plan = await shop.plan({ consumptionModel: 'metered' });
      await shop.price(plan);
      await set(shop, plan, { currency: 'eur', exchangeRate: 0.5 });
      const feature = await shop.feature();
      await shop.attach(plan, feature, { overage: { enabled: true, unitPrice: 11 } });
      expect(await overagesOf(shop, plan)).toEqual(['eur 6 derived']);
      const update = (overage: { enabled?: boolean; unitPrice?: number }) =>
        shop.change((w) => updatePlanFeature(w, plan.id, feature.id, { overage }));
      await update({ unitPrice: 21 });
      expect(await overagesOf(shop, plan)).toEqual(['eur 11 derived']);
      await update({ enabled: false });
      expect(await overagesOf(shop, plan)).toEqual(['eur 11 derived']);
      await update({ unitPrice: 0 });
      expect(await overagesOf(shop, plan)).toEqual([]);
      await update({ enabled: true });
      expect(await overagesOf(shop, plan)).toEqual(['eur 0 derived']);
      await update({ unitPrice: 4 });
      expect(await overagesOf(shop, plan)).toEqual(['eur 2 derived']);
      await shop.change((w) => removePlanFeature(w, plan.id, feature.id));
      expect(await overagesOf(shop, plan)).toEqual([]);
    });

    it('leave a manual overage alone', async () => {
      const shop = await newCatalogue(world());
      const plan = await shop.plan({ consumptionModel: 'metered' });
      await shop.price(plan);
      const feature = await shop.feature();
      const other = await shop.feature();
      await shop.attach(plan, feature, { overage: { unitPrice: 10 } });
      await shop.attach(plan, other, { overage: { unitPrice: 20 } });
      await set(shop, plan, { currency: 'brl', exchangeRate: 5 });
      const manual = { featureId: feature.id, overageUnitPrice: 7 };
      await set(shop, plan, { currency: 'eur', exchangeRate: 1, features: [manual] });
      await shop.change((w) =>
        updatePlanFeature(w, plan.id, feature.id, { overage: { unitPrice: 30 } }),
      );
      await shop.change((w) => updatePlanFeature(w, plan.id, feature.id, { enabled: false }));
      expect(await overagesOf(shop, plan)).toEqual([
        'brl 150 derived',
        'eur 7 manual',
        'brl 100 derived',
        'eur 20 derived',
      ]);
    });

    it('vanish with an archived price', async () => {
      const shop = await newCatalogue(world());
      const plan = await shop.plan();
      const price = await shop.price(plan);
      await set(shop, plan, { currency: 'eur', exchangeRate: 1 });
      await shop.change((w) => deletePlanPrice(w, plan.id, price.id));
      expect(await rowsOf(shop, price)).toEqual([]);
      expect(await ratesOf(shop, plan)).toEqual([['eur', 1]]);
      expect(await pricesOf(shop, await shop.price(plan, { price: 10_000 }))).toEqual([
        'eur 10000 derived',
      ]);
    });

    it('blame the amount that grows too large', async () => {
      const shop = await newCatalogue(world());
      const most = Number.MAX_SAFE_INTEGER;
      const plan = await shop.plan({ consumptionModel: 'balance' });
      const price = await shop.price(plan, { price: 10_000 });
      const feature = await shop.feature();
      await shop.attach(plan, feature);
      await set(shop, plan, { currency: 'cop', exchangeRate: 4_000 });
      const amounts = [
        [{ price: most }, 'price'],
        [{ includedBalance: most }, 'includedBalance'],
        [
          { introOffer: { enabled: true, discountType: 'amount', discountValue: most } },
          'introOffer.discountValue',
        ],
      ] as const;
      for (const [input, param] of amounts) {
        await shop.refuses((w) => updatePlanPrice(w, plan.id, price.id, input), {
          code: 'validation_error',
          param,
        });
        await shop.refuses(
          (w) => addPlanPrice(w, plan.id, { billingInterval: 'weekly', price: 1, ...input }),
          {
            code: 'validation_error',
            param,
          },
        );
      }
      await shop.refuses(
        (w) => updatePlanFeature(w, plan.id, feature.id, { overage: { unitPrice: most } }),
        {
          code: 'validation_error',
          param: 'overage.unitPrice',
        },
      );
      await shop.refuses(
        (w) => setPlanRegionalPricing(w, plan.id, { currency: 'eur', exchangeRate: 1e300 }),
        {
          code: 'validation_error',
          param: 'exchangeRate',
        },
      );
    });

    it('are not asked for where an entry stands instead', async () => {
      const shop = await newCatalogue(world());
      const most = Number.MAX_SAFE_INTEGER;
      const plan = await shop.plan({ consumptionModel: 'metered' });
      const price = await shop.price(plan, {
        price: most,
        includedBalance: most,
        introOffer: { enabled: true, discountType: 'amount', discountValue: most },
      });
      const feature = await shop.feature();
      await shop.attach(plan, feature, { overage: { unitPrice: most } });
      const offer = {
        priceId: price.id,
        discountType: 'amount',
        discountValue: most,
        durationCycles: 1,
      } as const;
      await set(shop, plan, {
        currency: 'cop',
        exchangeRate: 4_000,
        prices: [{ priceId: price.id, price: most, includedBalance: most }],
        features: [{ featureId: feature.id, overageUnitPrice: most }],
        introOffers: [offer],
      });
      expect(await rowsOf(shop, price)).toMatchObject([
        { price: most, includedBalance: most, introOffer: { discountValue: most } },
      ]);
      expect(await overagesOf(shop, plan)).toEqual([`cop ${most} manual`]);
      await shop.change((w) => updatePlanPrice(w, plan.id, price.id, { trialDays: 1 }));
      expect(await rowsOf(shop, price)).toMatchObject([
        { price: most, introOffer: { discountValue: most } },
      ]);
    });
  });

  describe('upsertRegionalPrices', () => {
    it('writes manual prices, merged by currency', async () => {
      const shop = await newCatalogue(world());
      const price = await shop.price(await shop.plan(), { includedBalance: 10_000 });
      const answer = await upsert(
        shop,
        price,
        { currency: 'EUR', price: 1 },
        { currency: 'gbp', price: 2, includedBalance: 3 },
      );
      expect(answer.price).toEqual({ ...price, updatedAt: expect.any(String), revision: 2 });
      const blank = {
        priceId: price.id,
        autoSynced: false,
        introOffer: null,
        introOfferAutoSynced: true,
      };
      expect(answer.overrides).toEqual([
        {
          ...blank,
          currency: 'eur',
          price: 1,
          includedBalance: null,
          includedBalanceAutoSynced: true,
        },
        {
          ...blank,
          currency: 'gbp',
          price: 2,
          includedBalance: 3,
          includedBalanceAutoSynced: false,
        },
      ]);
      expect(await rowsOf(shop, price)).toEqual(answer.overrides);
      await upsert(shop, price, { currency: 'eur', price: 4 }, { currency: 'brl', price: 5 });
      expect(await pricesOf(shop, price)).toEqual(['brl 5 manual', 'eur 4 manual', 'gbp 2 manual']);
      expect((await upsert(shop, price)).overrides).toEqual([]);
      expect(await rowsOf(shop, price)).toHaveLength(3);
    });

    it('turns a derived row into a manual one until it is set again', async () => {
      const shop = await newCatalogue(world());
      const plan = await shop.plan();
      const price = await shop.price(plan, { price: 10_000 });
      await set(shop, plan, { currency: 'eur', exchangeRate: 2 });
      await upsert(shop, price, { currency: 'eur', price: 1 });
      expect(await pricesOf(shop, price)).toEqual(['eur 1 manual']);
      await set(shop, plan, { currency: 'eur', exchangeRate: 2 });
      expect(await pricesOf(shop, price)).toEqual(['eur 20000 derived']);
    });

    it('refuses a currency that is named twice, in any case', async () => {
      const shop = await newCatalogue(world());
      const price = await shop.price(await shop.plan());
      const overrides = [
        { currency: 'eur', price: 1 },
        { currency: 'brl', price: 1 },
        { currency: 'EUR', price: 1 },
      ];
      await shop.refuses((w) => upsertRegionalPrices(w, price.planId, price.id, { overrides }), {
        code: 'validation_error',
        param: 'overrides.2.currency',
      });
    });

    it('takes up to 200 currencies a price; what has more stays and takes no new one', async () => {
      const shop = await newCatalogue(world());
      const plan = await shop.plan();
      const price = await shop.price(plan);
      const letters = [...'abcdefghijklmnopqrst'];
      const old = letters.flatMap((a) => [...'abcdefghij'].map((b) => `${a}${b}x`));
      const store = (currencies: string[]) =>
        shop.change(async (writer) => {
          const rows = currencies.map((currency) => ({
            ...derivedRow(price.id, currency),
            autoSynced: false,
          }));
          await requirePrice(writer, plan.id, price.id);
          const before = await findRegionalPrices(writer, [price.id]);
          await saveRegionalPrices(writer, before, rows);
          return operation('store', async (w) => w.about(price.id))(writer);
        });
      await store(old.slice(0, maxima.currenciesOfPrice - 2));
      await upsert(shop, price, { currency: 'eur', price: 1 }, { currency: 'brl', price: 1 });
      const refused = { code: 'validation_error', param: 'overrides.1.currency' };
      const more = (w: Writer) =>
        upsertRegionalPrices(w, plan.id, price.id, {
          overrides: [
            { currency: 'eur', price: 2 },
            { currency: 'gbp', price: 1 },
          ],
        });
      await shop.refuses(more, refused);
      await shop.refuses(
        (w) => setPlanRegionalPricing(w, plan.id, { currency: 'gbp', exchangeRate: 1 }),
        {
          ...refused,
          param: 'currency',
        },
      );
      await store(old);
      await shop.refuses(more, refused);
      await upsert(shop, price, { currency: 'eur', price: 3 });
      await set(shop, plan, { currency: 'brl', exchangeRate: 2 });
      expect(await rowsOf(shop, price)).toHaveLength(maxima.currenciesOfPrice + 2);
      await shop.change((w) => deleteRegionalPrices(w, plan.id, price.id));
      await shop.change(more);
    });
  });

  describe('deleteRegionalPrices', () => {
    it('removes every row of the price and keeps the rates', async () => {
      const shop = await newCatalogue(world());
      const plan = await shop.plan();
      const price = await shop.price(plan, { price: 10_000 });
      const yearly = await shop.price(plan, { billingInterval: 'yearly', price: 10_000 });
      await set(shop, plan, { currency: 'eur', exchangeRate: 2 });
      await upsert(shop, price, { currency: 'brl', price: 1 });
      expect(await shop.change((w) => deleteRegionalPrices(w, plan.id, price.id))).toEqual({
        ...price,
        updatedAt: expect.any(String),
        revision: 4,
      });
      expect(await rowsOf(shop, price)).toEqual([]);
      expect(await pricesOf(shop, yearly)).toEqual(['eur 20000 derived']);
      expect(await ratesOf(shop, plan)).toEqual([['eur', 2]]);
      expect(await shop.change((w) => deleteRegionalPrices(w, plan.id, price.id))).toEqual({
        ...price,
        updatedAt: expect.any(String),
        revision: 5,
      });
    });

    it('leaves rows to come back only by hand or by a rate', async () => {
      const shop = await newCatalogue(world());
      const plan = await shop.plan();
      const price = await shop.price(plan, { price: 10_000 });
      await set(shop, plan, { currency: 'eur', exchangeRate: 2 });
      await set(shop, plan, { currency: 'brl', exchangeRate: 5 });
      await shop.change((w) => deleteRegionalPrices(w, plan.id, price.id));
      await shop.change((w) => updatePlanPrice(w, plan.id, price.id, { price: 20_000 }));
      expect(await pricesOf(shop, price)).toEqual([]);
      await upsert(shop, price, { currency: 'eur', price: 7 });
      await shop.change((w) => updatePlanPrice(w, plan.id, price.id, { price: 30_000 }));
      expect(await pricesOf(shop, price)).toEqual(['eur 7 manual']);
      await set(shop, plan, { currency: 'brl', exchangeRate: 4 });
      expect(await pricesOf(shop, price)).toEqual(['brl 120000 derived', 'eur 7 manual']);
    });
  });

  describe('introductory offers', () => {
    const amount = {
      enabled: true,
      discountType: 'amount',
      discountValue: 10_000,
      durationCycles: 3,
    } as const;
    const offersOf = async (shop: Catalogue, price: PlanPrice) =>
      (await rowsOf(shop, price)).map(({ currency, introOffer, introOfferAutoSynced }) => ({
        currency,
        introOffer,
        introOfferAutoSynced,
      }));
    const offer = (discountValue: number) => ({
      discountType: 'amount',
      discountValue,
      durationCycles: 3,
    });

    it(
      'follow the rate when they are amounts, and stay the same when they are ' + 'percentages',
      async () => {
        const shop = await newCatalogue(world());
        const plan = await shop.plan();
        const half = {
          enabled: true,
          discountType: 'percentage',
          discountValue: 5_000,
          durationCycles: null,
        } as const;
        const monthly = await shop.price(plan, { introOffer: amount });
        const yearly = await shop.price(plan, { billingInterval: 'yearly', introOffer: half });
        const off = await shop.price(plan, {
          billingInterval: 'weekly',
          introOffer: { ...amount, enabled: false },
        });
        await set(shop, plan, { currency: 'jpy', exchangeRate: 149.55 });
        expect(await offersOf(shop, monthly)).toEqual([
          { currency: 'jpy', introOffer: offer(1_500_000), introOfferAutoSynced: true },
        ]);
        expect(await offersOf(shop, yearly)).toMatchObject([
          {
            introOffer: { discountType: 'percentage', discountValue: 5_000, durationCycles: null },
          },
        ]);
        expect(await offersOf(shop, off)).toMatchObject([
          { introOffer: null, introOfferAutoSynced: true },
        ]);
      },
    );

    it('follow the price as long as they are derived, and are off where it is off', async () => {
      const shop = await newCatalogue(world());
      const plan = await shop.plan();
      const price = await shop.price(plan, { introOffer: amount });
      await set(shop, plan, { currency: 'brl', exchangeRate: 5 });
      const manual = {
        priceId: price.id,
        discountType: 'amount',
        discountValue: 99,
        durationCycles: 3,
      } as const;
      await set(shop, plan, { currency: 'eur', exchangeRate: 2, introOffers: [manual] });
      const update = (introOffer: Parameters<typeof updatePlanPrice>[3]['introOffer']) =>
        shop.change((w) => updatePlanPrice(w, plan.id, price.id, { introOffer }));
      const byHand = { currency: 'eur', introOffer: offer(99), introOfferAutoSynced: false };
      const derived = { currency: 'brl', introOfferAutoSynced: true };
      expect(await offersOf(shop, price)).toEqual([
        { ...derived, introOffer: offer(50_000) },
        byHand,
      ]);
      await update({ discountValue: 20_000 });
      expect(await offersOf(shop, price)).toEqual([
        { ...derived, introOffer: offer(100_000) },
        byHand,
      ]);
      await update({ enabled: false });
      const off = { introOffer: null, introOfferAutoSynced: true };
      expect(await offersOf(shop, price)).toMatchObject([off, off]);
      const again = { ...manual, discountValue: 1 };
      await shop.refuses(
        (w) =>
          setPlanRegionalPricing(w, plan.id, {
            currency: 'eur',
            exchangeRate: 2,
            introOffers: [again],
          }),
        { code: 'validation_error', param: 'introOffers.0.priceId' },
      );
      await update({ enabled: true });
      expect(await offersOf(shop, price)).toMatchObject([
        { introOffer: offer(100_000) },
        { introOffer: offer(40_000), introOfferAutoSynced: true },
      ]);
    });

    it('survive a price that is set by hand, and are never above it', async () => {
      const shop = await newCatalogue(world());
      const plan = await shop.plan();
      const price = await shop.price(plan, { introOffer: amount });
      const manual = {
        priceId: price.id,
        discountType: 'amount',
        discountValue: 99,
        durationCycles: 3,
      } as const;
      await set(shop, plan, { currency: 'eur', exchangeRate: 2, introOffers: [manual] });
      await set(shop, plan, { currency: 'brl', exchangeRate: 5 });
      await shop.refuses(
        (w) =>
          upsertRegionalPrices(w, plan.id, price.id, {
            overrides: [{ currency: 'eur', price: 98 }],
          }),
        { code: 'validation_error', param: 'overrides.0.price' },
      );
      await upsert(
        shop,
        price,
        { currency: 'eur', price: 99 },
        { currency: 'brl', price: 60_000 },
        { currency: 'gbp', price: 1 },
      );
      expect(await offersOf(shop, price)).toEqual([
        { currency: 'brl', introOffer: offer(50_000), introOfferAutoSynced: true },
        { currency: 'eur', introOffer: offer(99), introOfferAutoSynced: false },
        { currency: 'gbp', introOffer: null, introOfferAutoSynced: true },
      ]);
      await shop.change((w) =>
        updatePlanPrice(w, plan.id, price.id, { introOffer: { discountValue: 20_000 } }),
      );
      expect(await offersOf(shop, price)).toMatchObject([
        { introOffer: offer(60_000) },
        { introOffer: offer(99) },
        { introOffer: null },
      ]);
      expect(await pricesOf(shop, price)).toEqual([
        'brl 60000 manual',
        'eur 99 manual',
        'gbp 1 manual',
      ]);
    });

    it('set by hand hold a derived price up', async () => {
      const shop = await newCatalogue(world());
      const plan = await shop.plan();
      const price = await shop.price(plan, { price: 20_000, introOffer: amount });
      const manual = { priceId: price.id, discountType: 'amount', durationCycles: 3 } as const;
      const rate = { currency: 'eur', exchangeRate: 2 };
      await shop.refuses(
        (w) =>
          setPlanRegionalPricing(w, plan.id, {
            ...rate,
            introOffers: [{ ...manual, discountValue: 40_001 }],
          }),
        { code: 'validation_error', param: 'introOffers.0.discountValue' },
      );
      await set(shop, plan, { ...rate, introOffers: [{ ...manual, discountValue: 40_000 }] });
      await shop.refuses((w) => updatePlanPrice(w, plan.id, price.id, { price: 15_000 }), {
        code: 'validation_error',
        param: 'price',
      });
      await shop.change((w) => updatePlanPrice(w, plan.id, price.id, { price: 25_000 }));
    });

    it('are capped at the price where rounding lifts them above it', async () => {
      const shop = await newCatalogue(world());
      const plan = await shop.plan();
      const price = await shop.price(plan, { price: 10_000, introOffer: amount });
      await set(shop, plan, {
        currency: 'jpy',
        exchangeRate: 150,
        prices: [{ priceId: price.id, price: 10_000 }],
      });
      expect(await rowsOf(shop, price)).toMatchObject([
        { price: 10_000, introOffer: { discountValue: 10_000 } },
      ]);
    });
  });

  it('answers for what is not there', async () => {
    const [shop, sandbox] = await bothModes(world());
    const plan = await shop.plan();
    const price = await shop.price(plan);
    const other = await shop.plan();
    const gone = await shop.price(plan, { billingInterval: 'weekly' });
    await shop.change((w) => deletePlanPrice(w, plan.id, gone.id));
    const noPlan = { code: 'plan_not_found', param: 'planId' };
    const noPrice = { code: 'price_not_found', param: 'priceId' };
    for (const [where, planId, priceId, expected] of [
      [shop, 'pln_none', price.id, noPlan],
      [sandbox, plan.id, price.id, noPlan],
      [await newCatalogue(world()), plan.id, price.id, noPlan],
      [shop, plan.id, 'pp_none', noPrice],
      [shop, plan.id, gone.id, noPrice],
      [shop, other.id, price.id, noPrice],
    ] as const) {
      await where.refuses(
        (w) => upsertRegionalPrices(w, planId, priceId, { overrides: [] }),
        expected,
      );
      await where.refuses((w) => deleteRegionalPrices(w, planId, priceId), expected);
    }
    for (const where of [sandbox, await newCatalogue(world())])
      await where.refuses(
        (w) => setPlanRegionalPricing(w, plan.id, { currency: 'eur', exchangeRate: 1 }),
        noPlan,
      );
  });

  it('is hidden from the public with its plan', async () => {
    const shop = await newCatalogue(world());
    const plan = await shop.plan({ consumptionModel: 'metered' });
    const price = await shop.price(plan);
    await shop.attach(plan, await shop.feature(), { overage: { unitPrice: 1 } });
    await set(shop, plan, { currency: 'eur', exchangeRate: 1 });
    const seen = async () => {
      const reader = shop.reader('public');
      return Promise.all([
        findRegionalPrices(reader, [price.id]),
        findRegionalOverages(reader, [plan.id]),
        findExchangeRates(reader, [plan.id]),
      ]).then((lists) => lists.map(({ length }) => length));
    };
    expect(await seen()).toEqual([1, 1, 1]);
    await shop.change((w) => setPlanVisibility(w, plan.id, { isPublic: false }));
    expect(await seen()).toEqual([0, 0, 0]);
    expect(await pricesOf(shop, price)).toHaveLength(1);
  });
});
