import { describe, expect, it } from 'vitest';
import { apiVersions } from '../../src/vocabulary.ts';
import { onRest, type RestClient } from './client.ts';
import { isEraA, isEraC, RawClient } from './raw.ts';

/** What REST shows of an amount in rate scale, in a currency with so many digits. */
const shownBy = (isMinor: boolean, digits: number) => (amount: number) =>
  isMinor ? Math.round(amount / 10 ** (4 - digits)) : amount;

onRest('prices in another base currency', (server) => {
  describe.each([
    ['eur', 2, 'usd'],
    ['jpy', 0, 'eur'],
    ['kwd', 3, 'eur'],
    ['clf', 4, 'jpy'],
    ['usd', 2, 'eur'],
  ] as const)('%s', (baseCurrency, digits, other) => {
    const arrange = async () => {
      const client = await server().newClient({ baseCurrency });
      const plan = await client.catalogue.plan({ code: 'pro', consumptionModel: 'metered' });
      return { client, plan };
    };
    const stored = async ({ catalogue }: RestClient) =>
      (await catalogue.rows('plan_price')).map(({ price }) => price);

    it.each(apiVersions)('are written and shown in %s', async (version) => {
      const { client, plan } = await arrange();
      const raw = new RawClient(client, version);
      const shown = shownBy(isEraC(version), digits);
      const body = { billingInterval: 'monthly', price: shown(290_000), includedBalance: 12_345 };
      const added = await raw.done('add-plan-price', [plan.id], JSON.stringify(body));
      expect(added).toMatchObject({ price: shown(290_000), includedBalance: 12_345 });
      expect(await stored(client)).toEqual([290_000]);
      const updated = await raw.done(
        'update-plan-price',
        [plan.id, added.id],
        JSON.stringify({ price: shown(500_000) }),
      );
      expect(updated.price).toBe(shown(500_000));
      expect(await stored(client)).toEqual([500_000]);
      expect((await raw.done('set-default-plan-price', [plan.id, added.id])).price).toBe(
        shown(500_000),
      );
      expect((await raw.done('get-plan', [plan.id])).prices[0].price).toBe(shown(500_000));
      expect((await raw.done('list-plans'))[0].prices[0].price).toBe(shown(500_000));
      if (isEraA(version)) return;
      const isListed = !(other === 'usd' && version < '2026-07-11');
      const rate = JSON.stringify({ currency: other, exchangeRate: 2 });
      const { status, body: refused } = await raw.call(
        'set-plan-regional-pricing',
        [plan.id],
        rate,
      );
      expect({ status, param: refused.error?.param }).toEqual(
        isListed ? { status: 200, param: undefined } : { status: 400, param: 'currency' },
      );
      if (!isListed) return;
      const [price] = (await raw.done('get-plan', [plan.id])).prices;
      const inOther = shownBy(isEraC(version), other === 'jpy' ? 0 : 2);
      expect(price.regionalPrices).toMatchObject([
        { currency: other, price: inOther(1_000_000), autoSynced: true },
      ]);
    });

    it.each(apiVersions)('in %s stay when they are sent as they are shown', async (version) => {
      const { client, plan } = await arrange();
      const finer = 299_851;
      const price = await client.catalogue.price(plan, { price: finer });
      const raw = new RawClient(client, version);
      const [{ price: seen }] = (await raw.done('get-plan', [plan.id])).prices;
      expect(seen).toBe(shownBy(isEraC(version), digits)(finer));
      await raw.done('update-plan-price', [plan.id, price.id], `{"price":${seen},"trialDays":3}`);
      expect(await stored(client)).toEqual([finer]);
    });

    it('in minor units are at most the largest amount', async () => {
      const { client, plan } = await arrange();
      const raw = new RawClient(client, '2026-07-31');
      const most = Math.floor(Number.MAX_SAFE_INTEGER / 10 ** (4 - digits));
      const body = (price: number) => JSON.stringify({ billingInterval: 'monthly', price });
      const { status, body: refused } = await raw.call('add-plan-price', [plan.id], body(most + 1));
      expect({ status, param: refused.error?.param }).toEqual({ status: 400, param: 'price' });
      expect((await raw.done('add-plan-price', [plan.id], body(most))).price).toBe(most);
    });
  });

  it.each(apiVersions.filter((version) => !isEraA(version)))(
    'are in no other way in it, in %s',
    async (version) => {
      const client = await server().newClient({ baseCurrency: 'eur' });
      const plan = await client.catalogue.plan();
      const price = await client.catalogue.price(plan);
      const raw = new RawClient(client, version);
      for (const [id, ids, body, param] of [
        ['set-plan-regional-pricing', [plan.id], { currency: 'EUR', exchangeRate: 1 }, 'currency'],
        [
          'upsert-regional-prices',
          [plan.id, price.id],
          { overrides: [{ currency: 'eur', price: 1 }] },
          'overrides.0.currency',
        ],
      ] as const) {
        const answer = await raw.call(id, ids, JSON.stringify(body));
        expect(answer).toMatchObject({ status: 400, body: { error: { param } } });
      }
      expect(await client.catalogue.rows('regional_price')).toEqual([]);
    },
  );
});
