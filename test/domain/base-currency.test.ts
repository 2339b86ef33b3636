import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Tenant } from '../../src/db/read/reader.ts';
import { findTenant, listOrganizations, revisionOf } from '../../src/db/records/organization.ts';
import { listAuditLog } from '../../src/domain/audit-log.ts';
import { setExchangeRate } from '../../src/domain/exchange-rate.ts';
import {
  changeBaseCurrency,
  changeTaxBehavior,
  ensureOrganization,
} from '../../src/domain/organization.ts';
import { deletePlan } from '../../src/domain/plan.ts';
import { removePlanFeature } from '../../src/domain/plan-feature.ts';
import { deletePlanPrice } from '../../src/domain/price.ts';
import { setRegionalOverage } from '../../src/domain/regional-overage.ts';
import { upsertRegionalPrices } from '../../src/domain/regional-price.ts';
import { setPlanRegionalPricing } from '../../src/domain/regional-pricing.ts';
import { type Mode, modes } from '../../src/vocabulary.ts';
import { Catalogue, keepsInvariants, newCatalogue } from '../catalogue.ts';
import { anyone, onEveryEngine, World } from '../engines.ts';

onEveryEngine('the base currency', (world) => {
  keepsInvariants(world);

  const store = () => world().store;
  const newOrganization = async (baseCurrency?: string) => {
    const name = `Organization ${Math.random()}`;
    await ensureOrganization(store(), name, anyone, { baseCurrency });
    return name;
  };
  const tenantOf = async (name: string, mode: Mode = 'live'): Promise<Tenant> =>
    (await findTenant(store(), name, mode)) ?? expect.fail(`${name} has no tenant`);
  const catalogueOf = async (name: string, mode?: Mode) =>
    new Catalogue(world(), await tenantOf(name, mode));
  const stored = async (name: string) =>
    (await listOrganizations(store())).find((organization) => organization.name === name);
  const set = (name: string, currency: string) =>
    changeBaseCurrency(store(), name, currency, anyone);

  it('is the US dollar unless the organization begins with another one', async () => {
    expect(await stored(await newOrganization())).toMatchObject({
      baseCurrency: 'usd',
      taxBehavior: 'unspecified',
    });
    const name = await newOrganization('JPY');
    expect(await stored(name)).toMatchObject({ baseCurrency: 'jpy' });
    for (const mode of modes) expect((await tenantOf(name, mode)).baseCurrency).toBe('jpy');
    // The name is taken: nothing changes.
    await ensureOrganization(store(), name, anyone, { baseCurrency: 'eur' });
    expect(await stored(name)).toMatchObject({ baseCurrency: 'jpy' });
  });

  it('changes with an entry and a revision in each mode, as does the tax behavior', async () => {
    const name = await newOrganization();
    expect(await set(name, 'EUR')).toBe(true);
    expect(await changeTaxBehavior(store(), name, 'inclusive', anyone)).toBe(true);
    expect(await stored(name)).toMatchObject({ baseCurrency: 'eur', taxBehavior: 'inclusive' });
    for (const mode of modes) {
      const tenant = await tenantOf(name, mode);
      expect(await revisionOf(store(), tenant)).toBe(2);
      const { items } = await listAuditLog(store().reader(tenant), {}, {});
      expect(items.slice(0, 2)).toMatchObject([
        {
          operation: 'setTaxBehavior',
          objectId: tenant.organizationId,
          before: { taxBehavior: 'unspecified' },
          after: { taxBehavior: 'inclusive' },
          revision: 2,
        },
        {
          operation: 'setBaseCurrency',
          objectId: tenant.organizationId,
          before: { baseCurrency: 'usd' },
          after: { baseCurrency: 'eur' },
          revision: 1,
        },
      ]);
    }
    expect(await set('Nobody', 'eur')).toBe(false);
    expect(await changeTaxBehavior(store(), 'Nobody', 'inclusive', anyone)).toBe(false);
  });

  const amounts: [what: string, add: (shop: Catalogue) => Promise<unknown>][] = [
    ['a price', async (shop) => shop.price(await shop.plan())],
    ['a price of 0', async (shop) => shop.price(await shop.plan({ isFree: true }), { price: 0 })],
    [
      'an archived price',
      async (shop) => {
        const plan = await shop.plan();
        const { id } = await shop.price(plan);
        await shop.change((w) => deletePlanPrice(w, plan.id, id));
      },
    ],
    [
      'a price of a deleted plan',
      async (shop) => {
        const plan = await shop.plan();
        await shop.price(plan);
        await shop.change((w) => deletePlan(w, plan.id));
      },
    ],
    [
      'an exchange rate of a plan without prices',
      async (shop) => {
        const plan = await shop.plan();
        await shop.change((w) =>
          setExchangeRate(w, plan.id, { currency: 'chf', exchangeRate: 0.9 }),
        );
      },
    ],
    [
      'a regional overage',
      async (shop) => {
        const plan = await shop.plan({ consumptionModel: 'metered' });
        const feature = await shop.feature();
        await shop.attach(plan, feature, { overage: { enabled: true, unitPrice: 0 } });
        await shop.change((w) =>
          setRegionalOverage(w, plan.id, feature.id, { currency: 'chf', unitPrice: 1 }),
        );
      },
    ],
    [
      'an overage',
      async (shop) =>
        shop.attach(await shop.plan({ consumptionModel: 'metered' }), await shop.feature(), {
          overage: { unitPrice: 1 },
        }),
    ],
  ];

  describe.each(modes)('of an organization with an amount in %s', (mode) => {
    it.each(amounts)('stays: %s', async (_what, add) => {
      const name = await newOrganization();
      const shop = await catalogueOf(name, mode);
      await add(shop);
      const before = await shop.contents();
      await expect(set(name, 'eur')).rejects.toMatchObject({
        code: 'base_currency_in_use',
        param: 'baseCurrency',
      });
      expect(await shop.contents()).toEqual(before);
      expect(await stored(name)).toMatchObject({ baseCurrency: 'usd' });
      expect(await set(name, 'USD')).toBe(true);
      expect(await changeTaxBehavior(store(), name, 'exclusive', anyone)).toBe(true);
    });
  });

  it('changes while there is no amount', async () => {
    const name = await newOrganization();
    const shop = await catalogueOf(name);
    const plan = await shop.plan({ consumptionModel: 'metered' });
    const feature = await shop.feature();
    await shop.attach(plan, feature, { includedAmount: 5 });
    const other = await shop.feature();
    await shop.attach(plan, other, { overage: { unitPrice: 1 } });
    await shop.change((w) => removePlanFeature(w, plan.id, other.id));
    await newCatalogue(world()).then(async (other) => other.price(await other.plan()));
    expect(await set(name, 'eur')).toBe(true);
  });

  it('has no rates and no regional prices beside it', async () => {
    const shop = await newCatalogue(world(), 'live', 'eur');
    const plan = await shop.plan({ consumptionModel: 'metered' });
    const { id } = await shop.price(plan);
    const feature = await shop.feature();
    await shop.attach(plan, feature, { overage: { unitPrice: 1 } });
    await shop.refuses(
      (w) => setPlanRegionalPricing(w, plan.id, { currency: 'EUR', exchangeRate: 1 }),
      { code: 'validation_error', param: 'currency' },
    );
    await shop.refuses((w) => setExchangeRate(w, plan.id, { currency: 'EUR', exchangeRate: 1 }), {
      code: 'validation_error',
      param: 'currency',
    });
    await shop.refuses(
      (w) => setRegionalOverage(w, plan.id, feature.id, { currency: 'eUr', unitPrice: 1 }),
      { code: 'validation_error', param: 'currency' },
    );
    await shop.refuses(
      (w) =>
        upsertRegionalPrices(w, plan.id, id, {
          overrides: [
            { currency: 'usd', price: 1 },
            { currency: 'Eur', price: 1 },
          ],
        }),
      { code: 'validation_error', param: 'overrides.1.currency' },
    );
    await shop.regionalPricing(plan, { currency: 'usd', exchangeRate: 1.1 });
  });

  it('lets US dollars stand beside US dollars', async () => {
    const shop = await newCatalogue(world());
    const plan = await shop.plan();
    const { id } = await shop.price(plan);
    await shop.regionalPricing(plan, { currency: 'usd', exchangeRate: 1 });
    await shop.change((w) =>
      upsertRegionalPrices(w, plan.id, id, { overrides: [{ currency: 'usd', price: 1 }] }),
    );
  });

  it('derives from amounts in it', async () => {
    const shop = await newCatalogue(world(), 'live', 'jpy');
    const plan = await shop.plan();
    await shop.price(plan, { price: 29_800_000, includedBalance: 15_000 });
    await shop.regionalPricing(plan, { currency: 'usd', exchangeRate: 0.0067 });
    expect(await shop.rows('regional_price')).toMatchObject([
      { currency: 'usd', price: 199_700, included_balance: 100 },
    ]);
  });

  it('refuses a write that began before it changed', async () => {
    const name = await newOrganization();
    const stale = await catalogueOf(name);
    const plan = await stale.plan();
    await set(name, 'eur');
    await expect(stale.price(plan)).rejects.toMatchObject({
      code: 'service_unavailable',
      retryAfter: 1,
    });
    expect(await stale.rows('plan_price')).toEqual([]);
    await (await catalogueOf(name)).price(plan);
  });

  it('is that of the first price, whichever process comes first', async () => {
    const operator = await World.open(world().url);
    for (let round = 0; round < 20; round += 1) {
      const name = await newOrganization();
      const shop = await catalogueOf(name, round % 2 === 0 ? 'live' : 'sandbox');
      const plan = await shop.plan();
      const pause = () => sleep(Math.random() * 4);
      const [currency, price] = await Promise.allSettled([
        pause().then(() => changeBaseCurrency(operator.store, name, 'eur', anyone)),
        pause().then(() => shop.price(plan)),
      ]);
      expect([currency.status, price.status].sort()).toEqual(['fulfilled', 'rejected']);
      if (currency.status === 'rejected')
        expect(currency.reason).toMatchObject({ code: 'base_currency_in_use' });
      if (price.status === 'rejected')
        expect(price.reason).toMatchObject({ code: 'service_unavailable' });
      expect(await stored(name)).toMatchObject({
        baseCurrency: currency.status === 'fulfilled' ? 'eur' : 'usd',
      });
      expect(await shop.rows('plan_price')).toHaveLength(price.status === 'fulfilled' ? 1 : 0);
    }
    await operator.close();
  });
});
