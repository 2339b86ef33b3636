import { beforeEach, describe, expect, it } from 'vitest';
import { apiVersions } from '../../src/vocabulary.ts';
import { onRest, type RestClient } from './client.ts';
import { isEraA, isEraC, RawClient, versionsWhere } from './raw.ts';

const withRates = versionsWhere((version) => !isEraA(version));

onRest('prices', (server) => {
  let client: RestClient;
  let plan: string;
  let price: string;

  beforeEach(async () => {
    client = await server().newClient();
    const made = await client.catalogue.plan({ code: 'pro', consumptionModel: 'balance' });
    plan = made.id;
    price = (await client.catalogue.price(made, { billingInterval: 'monthly', price: 299_900 })).id;
  });

  const stored = async () =>
    (await client.catalogue.rows('plan_price')).find(({ id }) => id === price)?.price;
  const storedRegional = async () =>
    Object.fromEntries(
      (await client.catalogue.rows('regional_price')).map((row) => [row.currency, row.price]),
    );

  it.each(apiVersions)(
    'are in %s in minor units from 2026-07-24 on, and in rate scale before',
    async (version) => {
      const raw = new RawClient(client, version);
      const [dollars, yen] = isEraC(version) ? [2_900, 1_500] : [290_000, 15_000_000];
      const added = await raw.done(
        'add-plan-price',
        [plan],
        `{"billingInterval":"yearly","price":${dollars}}`,
      );
      expect(added.price).toBe(dollars);
      const overrides = `{"overrides":[{"currency":"JPY","price":${yen},"includedBalance":7}]}`;
      const upserted = await raw.done('upsert-regional-prices', [plan, price], overrides);
      expect(upserted.overrides).toEqual([{ currency: 'jpy', price: yen, includedBalance: 7 }]);
      const updated = await raw.done(
        'update-plan-price',
        [plan, price],
        `{"price":${dollars},"includedBalance":12345}`,
      );
      expect(updated).toMatchObject({ price: dollars, includedBalance: 12_345 });
      expect((await raw.done('set-default-plan-price', [plan, price])).price).toBe(dollars);
      expect(await stored()).toBe(290_000);
      expect(await storedRegional()).toEqual({ jpy: 15_000_000 });
      const { prices } = await raw.done('get-plan', [plan]);
      expect(prices.map((row: { price: number }) => row.price)).toEqual([dollars, dollars]);
      if (!isEraA(version))
        expect(prices[0].regionalPrices).toMatchObject([{ currency: 'jpy', price: yen }]);
      const [listed] = await raw.done('list-plans');
      expect(listed.prices[0].price).toBe(dollars);
    },
  );

  it.each(withRates)('of a whole plan in another currency, in %s', async (version) => {
    const raw = new RawClient(client, version);
    const manual = isEraC(version) ? 9_990 : 999_000;
    const body = `{"currency":"EUR","exchangeRate":0.9,"prices":[{"priceId":"${price}","price":${manual}}]}`;
    await raw.done('set-plan-regional-pricing', [plan], body);
    expect(await storedRegional()).toEqual({ eur: 999_000 });
    await raw.done('set-plan-regional-pricing', [plan], '{"currency":"eur","exchangeRate":0.9}');
    const [row] = (await raw.done('get-plan', [plan])).prices[0].regionalPrices;
    expect(row).toMatchObject({ price: isEraC(version) ? 2_699 : 269_900, autoSynced: true });
  });

  describe.each(versionsWhere(isEraC))('of %s', (version) => {
    const raw = () => new RawClient(client, version);

    it.each([
      ['$0.0004', 4, 0],
      ['half a cent', 50, 1],
      ['less than half a cent', 49, 0],
      ['$29.985 and a bit', 299_851, 2_999],
      ['the largest amount', Number.MAX_SAFE_INTEGER - 91, 90_071_992_547_409],
    ])(
      'stay as they are stored when they are sent as they are shown: %s',
      async (_name, amount, shown) => {
        await new RawClient(client, '2026-05-25').done(
          'update-plan-price',
          [plan, price],
          `{"price":${amount}}`,
        );
        const [{ price: seen }] = (await raw().done('get-plan', [plan])).prices;
        expect(seen).toBe(shown);
        const answer = await raw().done(
          'update-plan-price',
          [plan, price],
          `{"price":${seen},"trialDays":3}`,
        );
        expect(answer).toMatchObject({ price: shown, trialDays: 3 });
        expect(await stored()).toBe(amount);
        if (shown > 0) {
          await raw().done('update-plan-price', [plan, price], `{"price":${shown - 1}}`);
          expect(await stored()).toBe((shown - 1) * 100);
        }
      },
    );

    it('stay so in every currency, alone and with the whole plan', async () => {
      const older = new RawClient(client, '2026-05-25');
      const rows =
        '{"overrides":[{"currency":"eur","price":123456},{"currency":"jpy","price":14999},{"currency":"bhd","price":12344}]}';
      await older.done('upsert-regional-prices', [plan, price], rows);
      const seen = (await raw().done('get-plan', [plan])).prices[0].regionalPrices;
      const shown = Object.fromEntries(
        seen.map((row: { currency: string; price: number }) => [row.currency, row.price]),
      );
      expect(shown).toEqual({ eur: 1_235, jpy: 1, bhd: 1_234 });
      const same = JSON.stringify({
        overrides: Object.entries(shown).map(([currency, price]) => ({ currency, price })),
      });
      await raw().done('upsert-regional-prices', [plan, price], same);
      const whole = `{"currency":"eur","exchangeRate":2,"prices":[{"priceId":"${price}","price":1235}]}`;
      await raw().done('set-plan-regional-pricing', [plan], whole);
      expect(await storedRegional()).toEqual({ eur: 123_456, jpy: 14_999, bhd: 12_344 });
      await raw().done(
        'upsert-regional-prices',
        [plan, price],
        '{"overrides":[{"currency":"jpy","price":2}]}',
      );
      expect(await storedRegional()).toMatchObject({ jpy: 20_000 });
      await raw().done('set-plan-regional-pricing', [plan], whole.replace('1235', '1234'));
      expect(await storedRegional()).toMatchObject({ eur: 123_400 });
    });

    it('are written anew where nothing is stored yet', async () => {
      await raw().done(
        'upsert-regional-prices',
        [plan, price],
        '{"overrides":[{"currency":"krw","price":9}]}',
      );
      expect(await storedRegional()).toEqual({ krw: 90_000 });
    });

    it.each([
      [
        'add-plan-price',
        () => [plan],
        '{"billingInterval":"yearly","price":90071992547410}',
        'price',
      ],
      ['update-plan-price', () => [plan, price], '{"price":90071992547410}', 'price'],
      [
        'upsert-regional-prices',
        () => [plan, price],
        '{"overrides":[{"currency":"eur","price":1},{"currency":"JPY","price":900719925475}]}',
        'overrides.1.price',
      ],
      [
        'set-plan-regional-pricing',
        () => [plan],
        '{"currency":"jpy","exchangeRate":1,"prices":[{"priceId":"pp_x","price":900719925475}]}',
        'prices.0.price',
      ],
    ] as const)('are refused beyond what an amount can be: %s', async (id, path, body, param) => {
      const { status, body: answer } = await raw().call(id, path(), body);
      expect({ status, error: answer.error }).toMatchObject({
        status: 400,
        error: { code: 'validation_error', param },
      });
      const [{ message }] = answer.error.details;
      expect(message).toMatch(/^must be at most \d+$/);
      const most = message.slice('must be at most '.length);
      const largest = body.replace(/9007\d+/, most);
      expect((await raw().call(id, path(), largest)).status).not.toBe(400);
    });

    it('are the same to an idempotency key in the unit of another version', async () => {
      const key = { 'idempotency-key': 'one' };
      expect(
        (await raw().call('update-plan-price', [plan, price], '{"price":500}', key)).status,
      ).toBe(200);
      const again = await new RawClient(client, '2026-07-11').call(
        'update-plan-price',
        [plan, price],
        '{"price":50000}',
        key,
      );
      expect(again.headers.get('idempotent-replayed')).toBe('true');
      expect(again.body.data.price).toBe(50_000);
    });

    it('leave balances and prices of single units in rate scale', async () => {
      const feature = await client.catalogue.feature({ code: 'calls', name: 'Calls' });
      const link = await raw().done(
        'add-plan-feature',
        [plan],
        `{"featureId":"${feature.id}","overage":{"enabled":true,"unitPrice":25}}`,
      );
      expect(link.overage.unitPrice).toBe(25);
      await raw().done('set-plan-regional-pricing', [plan], '{"currency":"eur","exchangeRate":2}');
      const { features } = await raw().done('get-plan', [plan]);
      expect(features[0]).toMatchObject({
        overage: { unitPrice: 25 },
        regionalPrices: [{ overageUnitPrice: 50 }],
      });
    });
  });
});
