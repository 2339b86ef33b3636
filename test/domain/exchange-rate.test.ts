import { describe, expect, it } from 'vitest';
import { findExchangeRates } from '../../src/db/records/exchange-rate.ts';
import { findRegionalOverages } from '../../src/db/records/regional-overage.ts';
import { findRegionalPrices, saveRegionalPrices } from '../../src/db/records/regional-price.ts';
import { listAuditLog } from '../../src/domain/audit-log.ts';
import { derivedRow } from '../../src/domain/derived-pricing.ts';
import {
  removePlanCurrency,
  SetExchangeRateInput,
  setExchangeRate,
} from '../../src/domain/exchange-rate.ts';
import { maxima } from '../../src/domain/maxima.ts';
import { operation } from '../../src/domain/operation.ts';
import { deletePlan, type Plan } from '../../src/domain/plan.ts';
import { deletePlanPrice, type PlanPrice, requirePrice } from '../../src/domain/price.ts';
import { setRegionalOverage } from '../../src/domain/regional-overage.ts';
import {
  deleteRegionalPrices,
  deriveRegionalPrice,
  type UpsertRegionalPricesInput,
  upsertRegionalPrices,
} from '../../src/domain/regional-price.ts';
import { setPlanRegionalPricing } from '../../src/domain/regional-pricing.ts';
import { bothModes, type Catalogue, keepsInvariants, newCatalogue } from '../catalogue.ts';
import { onEveryEngine } from '../engines.ts';
import { bad, expectAcceptance, expectRefusals } from '../refusals.ts';

const most = Number.MAX_SAFE_INTEGER;

it('the input refuses bad values by field, and takes currencies in any case', () => {
  const valid = { currency: 'eur', exchangeRate: 1, overwrite: false };
  expectRefusals(SetExchangeRateInput, valid, {
    currency: [...bad.currencies, null, undefined],
    exchangeRate: [0, -1, -0, Number.NaN, Number.POSITIVE_INFINITY, '1', null, undefined, {}],
    overwrite: bad.flags,
  });
  expectAcceptance(SetExchangeRateInput, valid, {
    currency: ['eur', 'EUR', 'kwd'],
    exchangeRate: [5e-324, Number.MAX_VALUE],
    overwrite: [true, null, undefined],
  });
});

onEveryEngine('exchange rates', (world) => {
  keepsInvariants(world);

  const set = (shop: Catalogue, plan: Plan, input: SetExchangeRateInput) =>
    shop.change((w) => setExchangeRate(w, plan.id, input));
  const upsert = (
    shop: Catalogue,
    price: PlanPrice,
    ...overrides: UpsertRegionalPricesInput['overrides']
  ) => shop.change((w) => upsertRegionalPrices(w, price.planId, price.id, { overrides }));
  const rowsOf = (shop: Catalogue, price: PlanPrice) =>
    findRegionalPrices(shop.reader(), [price.id]);
  const pricesOf = async (shop: Catalogue, price: PlanPrice) =>
    (await rowsOf(shop, price)).map(
      ({ currency, price: amount, includedBalance, autoSynced, includedBalanceAutoSynced }) =>
        `${currency} ${amount}${autoSynced ? '' : '!'} ${includedBalance}${includedBalanceAutoSynced ? '' : '!'}`,
    );
  const overagesOf = async (shop: Catalogue, plan: Plan) =>
    (await findRegionalOverages(shop.reader(), [plan.id])).map(
      ({ currency, unitPrice, autoSynced }) => `${currency} ${unitPrice}${autoSynced ? '' : '!'}`,
    );
  const ratesOf = async (shop: Catalogue, plan: Plan) =>
    (await findExchangeRates(shop.reader(), [plan.id])).map(
      ({ currency, exchangeRate }) => `${currency} ${exchangeRate}`,
    );

  /** A plan with two prices and two features with overage. */
  const stock = async () => {
    const shop = await newCatalogue(world());
    const plan = await shop.plan({ consumptionModel: 'metered' });
    const monthly = await shop.price(plan, { price: 10_000, includedBalance: 20_000 });
    const yearly = await shop.price(plan, { billingInterval: 'yearly', price: 100_000 });
    const [calls, events, plain] = [
      await shop.feature(),
      await shop.feature(),
      await shop.feature(),
    ];
    await shop.attach(plan, calls, { overage: { enabled: true, unitPrice: 10 } });
    await shop.attach(plan, events, { overage: { unitPrice: 20 } });
    await shop.attach(plan, plain);
    return { shop, plan, monthly, yearly, calls, events, plain };
  };

  describe('setExchangeRate', () => {
    it('derives each price and each overage in a new currency', async () => {
      const { shop, plan, monthly, yearly } = await stock();
      expect(await set(shop, plan, { currency: 'EUR', exchangeRate: 2 })).toEqual({
        ...plan,
        updatedAt: expect.any(String),
        revision: 7,
      });
      expect(await ratesOf(shop, plan)).toEqual(['eur 2']);
      expect(await pricesOf(shop, monthly)).toEqual(['eur 20000 40000']);
      expect(await pricesOf(shop, yearly)).toEqual(['eur 200000 null']);
      expect(await overagesOf(shop, plan)).toEqual(['eur 20', 'eur 40']);
    });

    it('derives anew what is derived, and leaves what was set by hand', async () => {
      const { shop, plan, monthly, yearly, events } = await stock();
      await set(shop, plan, { currency: 'eur', exchangeRate: 2 });
      await set(shop, plan, { currency: 'jpy', exchangeRate: 100 });
      await upsert(shop, monthly, { currency: 'eur', price: 7 });
      await upsert(shop, yearly, { currency: 'eur', price: 8, includedBalance: 9 });
      await shop.change((w) =>
        setRegionalOverage(w, plan.id, events.id, { currency: 'eur', unitPrice: 5 }),
      );
      for (const overwrite of [undefined, null, false])
        await set(shop, plan, { currency: 'eur', exchangeRate: 3, overwrite });
      expect(await ratesOf(shop, plan)).toEqual(['eur 3', 'jpy 100']);
      expect(await pricesOf(shop, monthly)).toEqual(['eur 7! 60000', 'jpy 1000000 2000000']);
      expect(await pricesOf(shop, yearly)).toEqual(['eur 8! 9!', 'jpy 10000000 null']);
      expect(await overagesOf(shop, plan)).toEqual(['eur 30', 'jpy 1000', 'eur 5!', 'jpy 2000']);
    });

    it('overwrites where it is told to, and only in its currency', async () => {
      const { shop, plan, monthly, calls } = await stock();
      const offer = { discountType: 'amount', discountValue: 1, durationCycles: 1 } as const;
      for (const currency of ['eur', 'jpy'])
        await shop.change((w) =>
          setPlanRegionalPricing(w, plan.id, {
            currency,
            exchangeRate: 1,
            prices: [{ priceId: monthly.id, price: 1, includedBalance: 1 }],
            features: [{ featureId: calls.id, overageUnitPrice: 1 }],
            introOffers: [{ priceId: monthly.id, ...offer }],
          }),
        );
      await set(shop, plan, { currency: 'eur', exchangeRate: 2, overwrite: true });
      expect(await pricesOf(shop, monthly)).toEqual(['eur 20000 40000', 'jpy 1! 1!']);
      expect(await rowsOf(shop, monthly)).toMatchObject([
        { introOffer: null, introOfferAutoSynced: true },
        { introOffer: offer, introOfferAutoSynced: false },
      ]);
      expect(await overagesOf(shop, plan)).toEqual(['eur 20', 'jpy 1!', 'eur 40', 'jpy 20']);
    });

    it('adds the rows that were removed', async () => {
      const { shop, plan, monthly } = await stock();
      await set(shop, plan, { currency: 'eur', exchangeRate: 2 });
      await shop.change((w) => deleteRegionalPrices(w, plan.id, monthly.id));
      await set(shop, plan, { currency: 'eur', exchangeRate: 3 });
      expect(await pricesOf(shop, monthly)).toEqual(['eur 30000 60000']);
    });

    it('takes a plan without prices, whose first price follows', async () => {
      const shop = await newCatalogue(world());
      const plan = await shop.plan();
      await set(shop, plan, { currency: 'eur', exchangeRate: 2 });
      expect(await ratesOf(shop, plan)).toEqual(['eur 2']);
      expect(await pricesOf(shop, await shop.price(plan, { price: 10_000 }))).toEqual([
        'eur 20000 null',
      ]);
    });

    it('does not let a price fall below a discount that was set by hand', async () => {
      const shop = await newCatalogue(world());
      const plan = await shop.plan();
      const price = await shop.price(plan, { price: 20_000 });
      await shop.change((w) =>
        setPlanRegionalPricing(w, plan.id, {
          currency: 'eur',
          exchangeRate: 2,
          introOffers: [
            { priceId: price.id, discountType: 'amount', discountValue: 30_000, durationCycles: 1 },
          ],
        }),
      );
      await shop.refuses((w) => setExchangeRate(w, plan.id, { currency: 'eur', exchangeRate: 1 }), {
        code: 'validation_error',
        param: 'exchangeRate',
      });
      await set(shop, plan, { currency: 'eur', exchangeRate: 1.5 });
      await set(shop, plan, { currency: 'eur', exchangeRate: 1, overwrite: true });
      expect(await rowsOf(shop, price)).toMatchObject([{ price: 20_000, introOffer: null }]);
    });

    it('blames the rate for amounts that grow too large', async () => {
      const { shop, plan, monthly, yearly, calls, events } = await stock();
      const huge = { currency: 'eur', exchangeRate: 1e300 };
      await shop.refuses((w) => setExchangeRate(w, plan.id, huge), {
        code: 'validation_error',
        param: 'exchangeRate',
      });
      await upsert(shop, monthly, { currency: 'eur', price: most, includedBalance: most });
      await upsert(shop, yearly, { currency: 'eur', price: most });
      for (const { id } of [calls, events])
        await shop.change((w) =>
          setRegionalOverage(w, plan.id, id, { currency: 'eur', unitPrice: most }),
        );
      await set(shop, plan, huge);
      await shop.refuses((w) => setExchangeRate(w, plan.id, { ...huge, overwrite: true }), {
        code: 'validation_error',
        param: 'exchangeRate',
      });
    });

    it('keeps to the currencies that a price may have', async () => {
      const shop = await newCatalogue(world());
      const plan = await shop.plan();
      const price = await shop.price(plan);
      const old = Array.from({ length: maxima.currenciesOfPrice }, (_, number) => ({
        ...derivedRow(
          price.id,
          `${String.fromCharCode(97 + (number % 20), 97 + Math.floor(number / 20))}x`,
        ),
        autoSynced: false,
      }));
      await shop.change(async (w) => {
        await requirePrice(w, plan.id, price.id);
        await saveRegionalPrices(w, [], old);
        return operation('store', async (writer) => writer.about(price.id))(w);
      });
      const refused = { code: 'validation_error', param: 'currency' };
      const rate = { currency: 'eur', exchangeRate: 1 };
      await shop.refuses((w) => setExchangeRate(w, plan.id, rate), refused);
      // One of the old ones has the place now.
      await shop.change((w) => removePlanCurrency(w, plan.id, 'aax'));
      await set(shop, plan, rate);
      await shop.change((w) => deriveRegionalPrice(w, plan.id, price.id, 'eur'));
      expect(await rowsOf(shop, price)).toHaveLength(maxima.currenciesOfPrice);
      await shop.change((w) => deleteRegionalPrices(w, plan.id, price.id));
    });
  });

  describe('removePlanCurrency', () => {
    it('takes the rate and every amount off, and leaves other currencies and plans', async () => {
      const { shop, plan, monthly, yearly, events } = await stock();
      const other = await shop.plan();
      const elsewhere = await shop.price(other, { price: 10_000 });
      for (const each of [plan, other]) await set(shop, each, { currency: 'eur', exchangeRate: 2 });
      await set(shop, plan, { currency: 'jpy', exchangeRate: 100 });
      await upsert(shop, monthly, { currency: 'eur', price: 7 });
      await shop.change((w) =>
        setRegionalOverage(w, plan.id, events.id, { currency: 'eur', unitPrice: 5 }),
      );
      const before = await shop.change((w) =>
        setExchangeRate(w, plan.id, { currency: 'jpy', exchangeRate: 100 }),
      );
      expect(await shop.change((w) => removePlanCurrency(w, plan.id, 'EUR'))).toEqual({
        ...before,
        updatedAt: expect.any(String),
        revision: before.revision + 1,
      });
      expect(await ratesOf(shop, plan)).toEqual(['jpy 100']);
      expect(await pricesOf(shop, monthly)).toEqual(['jpy 1000000 2000000']);
      expect(await pricesOf(shop, yearly)).toEqual(['jpy 10000000 null']);
      expect(await overagesOf(shop, plan)).toEqual(['jpy 1000', 'jpy 2000']);
      expect(await ratesOf(shop, other)).toEqual(['eur 2']);
      expect(await pricesOf(shop, elsewhere)).toEqual(['eur 20000 null']);
    });

    it('tells of all that it removes', async () => {
      const { shop, plan } = await stock();
      await set(shop, plan, { currency: 'eur', exchangeRate: 2 });
      await shop.change((w) => removePlanCurrency(w, plan.id, 'eur'));
      const { items } = await listAuditLog(shop.reader(), {}, { first: 1 });
      const [entry] = items;
      expect(entry).toMatchObject({ operation: 'removePlanCurrency', objectId: plan.id });
      const gone = entry?.changes.filter(({ after }) => after === null).map(({ type }) => type);
      expect(gone?.sort()).toEqual([
        'ExchangeRate',
        'RegionalOverage',
        'RegionalOverage',
        'RegionalPrice',
        'RegionalPrice',
      ]);
    });

    it('removes amounts without a rate, and a rate without amounts', async () => {
      const shop = await newCatalogue(world());
      const plan = await shop.plan();
      const price = await shop.price(plan);
      await upsert(shop, price, { currency: 'eur', price: 7 });
      await shop.change((w) => removePlanCurrency(w, plan.id, 'eur'));
      expect(await rowsOf(shop, price)).toEqual([]);
      const gone = await shop.price(plan, { billingInterval: 'yearly' });
      await set(shop, plan, { currency: 'eur', exchangeRate: 2 });
      for (const { id } of [price, gone]) await shop.change((w) => deletePlanPrice(w, plan.id, id));
      await shop.change((w) => removePlanCurrency(w, plan.id, 'eur'));
      expect(await ratesOf(shop, plan)).toEqual([]);
      expect(await rowsOf(shop, await shop.price(plan))).toEqual([]);
    });

    it('refuses where the plan has nothing in the currency', async () => {
      const { shop, plan } = await stock();
      await set(shop, plan, { currency: 'eur', exchangeRate: 2 });
      for (const currency of ['jpy', 'zzz', '', 'e\0', 'euro'])
        await shop.refuses((w) => removePlanCurrency(w, plan.id, currency), {
          code: 'exchange_rate_not_found',
          param: 'currency',
        });
    });
  });

  it('answer for what is not there', async () => {
    const [shop, sandbox] = await bothModes(world());
    const plan = await shop.plan();
    await shop.price(plan);
    const rate = { currency: 'eur', exchangeRate: 1 };
    await set(shop, plan, rate);
    const gone = await shop.plan();
    await shop.change((w) => deletePlan(w, gone.id));
    const noPlan = { code: 'plan_not_found', param: 'planId' };
    for (const [where, id] of [
      [shop, 'pln_none'],
      [shop, gone.id],
      [sandbox, plan.id],
      [await newCatalogue(world()), plan.id],
    ] as const) {
      await where.refuses((w) => setExchangeRate(w, id, rate), noPlan);
      await where.refuses((w) => removePlanCurrency(w, id, 'eur'), noPlan);
    }
  });
});
