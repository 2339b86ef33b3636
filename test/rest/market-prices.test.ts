import { sql } from 'kysely';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Market } from '../../src/domain/market.ts';
import { setMarketPrices } from '../../src/domain/market-price.ts';
import type { Plan } from '../../src/domain/plan.ts';
import { updatePlanPrice } from '../../src/domain/price.ts';
import { addPriceVariant } from '../../src/domain/price-variant.ts';
import { setUnitPrice } from '../../src/domain/unit-price.ts';
import { regionalCurrencies } from '../../src/vocabulary.ts';
import { expectExactly, onRest, type RestAnswer, type RestClient } from './client.ts';
import { isEraA, isEraC, RawClient, versionsWhere } from './raw.ts';

const CREATED = '2026-08-01T10:00:00.000Z';
const CHANGED = '2026-08-01T10:00:05.000Z';

/** Prices in markets and variants, in the versions that have them and in those that have not. */
onRest('prices in markets', (server) => {
  let client: RestClient;
  let plan: Plan;
  let brazil: Market;
  let japan: Market;

  const arrange = async (version: string) => {
    server().world.time = new Date(CREATED);
    client = await server().newClient();
    client.version = version;
    plan = await client.catalogue.plan({ code: 'pro', name: 'Pro', consumptionModel: 'metered' });
    brazil = await client.catalogue.market({ name: 'Brazil', countryCodes: ['BR'] });
    japan = await client.catalogue.market({ name: 'Japan', countryCodes: ['JP'] });
  };
  const call = (method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
    client.call(method, path, body, headers);
  const prices = () => `/plans/${plan.id}/prices`;
  const add = (body: object) => call('POST', prices(), body);
  const patch = (id: string, body: object) => call('PATCH', `${prices()}/${id}`, body);
  const added = async (body: object): Promise<string> => {
    const answer = await add(body);
    expect({ status: answer.status, error: answer.body.error }).toEqual({ status: 201 });
    return answer.body.id;
  };
  const inBrazil = (price: number) => ({ marketGroupId: brazil.id, currency: 'brl', price });
  const inJapan = (price: number) => ({ marketGroupId: japan.id, currency: 'jpy', price });
  const refused = ({ status, body }: RestAnswer) => ({
    status,
    code: body.error?.code,
    param: body.error?.param,
  });
  const shown = async () => (await call('GET', `/plans/${plan.id}`)).body.prices;
  const stored = async () =>
    Object.fromEntries(
      (await client.catalogue.rows('market_price')).map((row) => [
        `${row.price_id} ${row.market_id}`,
        `${row.currency} ${row.price}`,
      ]),
    );

  const price = (id: string, rest: object) => ({
    id,
    planId: plan.id,
    billingInterval: 'monthly',
    price: 2_900,
    isDefault: true,
    trialDays: 0,
    includedBalance: null,
    includedCredits: null,
    offerId: null,
    inheritsFromPriceId: null,
    metadata: {},
    marketPrices: [],
    createdAt: CREATED,
    updatedAt: CREATED,
    ...rest,
    object: 'plan_price',
    livemode: true,
  });
  /** As a plan shows it. */
  const inPlan = (id: string, rest: object) => {
    const { planId, createdAt, updatedAt, object, livemode, ...members } = price(id, rest);
    return { ...members, regionalPrices: [] };
  };

  describe.each(versionsWhere(isEraC))('of %s', (version) => {
    const isEarly = version === '2026-07-24';
    const noMarket = isEarly ? 'market_group_not_found' : 'market_not_found';
    beforeEach(() => arrange(version));

    it('are given with a price, shown with it and replaced as a whole', async () => {
      const marketPrices = [inJapan(4_500), { ...inBrazil(15_900), currency: 'BRL' }];
      const made = await add({ billingInterval: 'monthly', price: 2_900, marketPrices });
      const { id } = made.body;
      // The oldest market first.
      const both = { marketPrices: [inBrazil(15_900), inJapan(4_500)] };
      expectExactly(made, 201, price(id, both));
      expect(await shown()).toEqual([inPlan(id, both)]);
      expect(await stored()).toEqual({
        [`${id} ${brazil.id}`]: 'brl 1590000',
        [`${id} ${japan.id}`]: 'jpy 45000000',
      });

      server().world.time = new Date(CHANGED);
      const one = { marketPrices: [inBrazil(14_900)] };
      expectExactly(await patch(id, one), 200, price(id, { ...one, updatedAt: CHANGED }));
      expect(await shown()).toEqual([inPlan(id, one)]);
      for (const change of [{ trialDays: 3 }, { marketPrices: null, metadata: null }])
        expect((await patch(id, change)).body).toMatchObject(one);
      const byDefault = await call('PUT', `${prices()}/${id}/default`, {});
      expectExactly(byDefault, 200, price(id, { ...one, trialDays: 3, updatedAt: CHANGED }));
      expect((await patch(id, { marketPrices: [] })).body.marketPrices).toEqual([]);
      expect(await stored()).toEqual({});
    });

    it('are in minor units, and stay as they are stored when sent as they are shown', async () => {
      const id = await added({ billingInterval: 'monthly', price: 2_900 });
      const amounts = [
        { marketId: brazil.id, currency: 'brl', price: 1_590_050 },
        { marketId: japan.id, currency: 'jpy', price: 14_999 },
      ];
      await client.catalogue.change((w) =>
        setMarketPrices(w, plan.id, id, { marketPrices: amounts }),
      );
      const [{ marketPrices }] = await shown();
      expect(marketPrices).toEqual([inBrazil(15_901), inJapan(1)]);
      const before = await stored();
      await patch(id, { marketPrices });
      await patch(id, { marketPrices: marketPrices.toReversed() });
      expect(await stored()).toEqual(before);
      await patch(id, { marketPrices: [inBrazil(15_902), inJapan(1)] });
      expect(await stored()).toEqual({ ...before, [`${id} ${brazil.id}`]: 'brl 1590200' });
      // The same number in another currency is another amount.
      await patch(id, { marketPrices: [inBrazil(15_902), { ...inJapan(1), currency: 'krw' }] });
      expect((await stored())[`${id} ${japan.id}`]).toBe('krw 10000');
    });

    it('are shown and set in the currencies of the contract; others stay', async () => {
      const id = await added({ billingInterval: 'monthly', price: 2_900 });
      const hidden = [
        { marketId: brazil.id, currency: 'gbp', price: 250_000 },
        { marketId: japan.id, currency: 'chf', price: 260_055 },
      ];
      await client.catalogue.change((w) =>
        setMarketPrices(w, plan.id, id, { marketPrices: hidden }),
      );
      expect((await shown())[0].marketPrices).toEqual([]);
      expect((await patch(id, { marketPrices: [] })).body.marketPrices).toEqual([]);
      expect(Object.values(await stored())).toEqual(['gbp 250000', 'chf 260055']);
      const answer = await patch(id, { marketPrices: [inBrazil(15_900)] });
      expect(answer.body.marketPrices).toEqual([inBrazil(15_900)]);
      expect(await stored()).toEqual({
        [`${id} ${brazil.id}`]: 'brl 1590000',
        [`${id} ${japan.id}`]: 'chf 260055',
      });

      for (const currency of regionalCurrencies) {
        const marketPrices = [{ ...inBrazil(7), currency }];
        expect((await patch(id, { marketPrices })).body.marketPrices).toEqual(marketPrices);
      }
      for (const currency of ['gbp', 'chf', 'zzz', 'e', 'eu r'])
        expect(refused(await patch(id, { marketPrices: [{ ...inBrazil(7), currency }] }))).toEqual({
          status: 400,
          code: 'validation_error',
          param: 'marketPrices.0.currency',
        });
    });

    it('keep what units cost in a market that is named again', async () => {
      const id = await added({ billingInterval: 'monthly', price: 2_900 });
      const { catalogue } = client;
      const feature = await catalogue.feature({ code: 'calls' });
      await catalogue.attach(plan, feature);
      await catalogue.change((w) =>
        setUnitPrice(w, plan.id, id, { featureId: feature.id, unitPrice: 20 }),
      );
      const unitPrices = [{ featureId: feature.id, unitPrice: 100 }];
      const entry = { marketId: brazil.id, currency: 'brl', price: 1_590_000, unitPrices };
      await catalogue.change((w) => setMarketPrices(w, plan.id, id, { marketPrices: [entry] }));
      await patch(id, { marketPrices: [inBrazil(14_900), inJapan(4_500)] });
      expect(await catalogue.rows('market_unit_price')).toMatchObject([{ unit_price: 100 }]);
      const other = await patch(id, { marketPrices: [{ ...inBrazil(1), currency: 'usd' }] });
      expect(refused(other)).toEqual({
        status: 400,
        code: 'validation_error',
        param: 'marketPrices.0.unitPrices',
      });
      await patch(id, { marketPrices: [inJapan(4_500)] });
      expect(await catalogue.rows('market_unit_price')).toEqual([]);
    });

    it('are refused where they are wrong', async () => {
      const id = await added({ billingInterval: 'yearly', price: 29_000 });
      const before = await client.catalogue.contents();
      const entry = inBrazil(1);
      const cases: [param: string, marketPrices: unknown, code?: string][] = [
        ['marketPrices', {}],
        ['marketPrices', 'all'],
        ['marketPrices.0', [1]],
        ['marketPrices.0.marketGroupId', [{ ...entry, marketGroupId: '' }]],
        ['marketPrices.0.marketGroupId', [{ currency: 'brl', price: 1 }]],
        ['marketPrices.0.marketGroupId', [{ ...entry, marketGroupId: null }]],
        ['marketPrices.0.price', [{ ...entry, price: null }]],
        ['marketPrices.0.price', [{ ...entry, price: 0.5 }]],
        ['marketPrices.0.price', [{ ...entry, price: -1 }]],
        ['marketPrices.0.price', [inBrazil(90_071_992_547_410)]],
        ['marketPrices.1.price', [entry, inJapan(900_719_925_475)]],
        ['marketPrices.1.marketGroupId', [entry, entry]],
        ['marketPrices', Array.from({ length: 251 }, () => entry)],
        ['marketPrices.0.marketGroupId', [{ ...entry, marketGroupId: 'pmg_x' }], noMarket],
        ['marketPrices.0.marketGroupId', [{ ...entry, marketGroupId: brazil.code }], noMarket],
        ['marketPrices.1.marketGroupId', [entry, { ...entry, marketGroupId: plan.id }], noMarket],
      ];
      for (const [param, marketPrices, code = 'validation_error'] of cases)
        for (const answer of [
          await add({ billingInterval: 'monthly', price: 1, marketPrices }),
          await patch(id, { marketPrices }),
        ])
          expect({ marketPrices, ...refused(answer) }).toEqual({
            ...{ marketPrices, param, code },
            status: code === 'validation_error' ? 400 : 404,
          });
      expect(await client.catalogue.contents()).toEqual(before);
      const most = [inBrazil(90_071_992_547_409), inJapan(900_719_925_474)];
      expect((await patch(id, { marketPrices: most })).body.marketPrices).toEqual(most);
    });

    it('are 0 on a free plan', async () => {
      plan = await client.catalogue.plan({ isFree: true });
      const answer = await add({
        billingInterval: 'monthly',
        price: 0,
        marketPrices: [inBrazil(1)],
      });
      expect(refused(answer)).toMatchObject({ status: 400, param: 'marketPrices.0.price' });
      await added({ billingInterval: 'monthly', price: 0, marketPrices: [inBrazil(0)] });
    });

    describe('variants', () => {
      let base: string;
      beforeEach(async () => {
        base = await added({
          billingInterval: 'monthly',
          price: 2_900,
          trialDays: 14,
          includedBalance: 50_000,
          includedCredits: 7,
          metadata: { tier: 1 },
          marketPrices: [inBrazil(15_900), inJapan(4_500)],
        });
      });
      const inherited = { trialDays: 14, includedBalance: 50_000, includedCredits: 7 };
      const form = (rest: object = {}) => ({
        billingInterval: 'monthly',
        inheritsFromPriceId: base,
        marketPrices: [inBrazil(12_900)],
        ...rest,
      });
      const variant = (id: string, rest: object) =>
        price(id, {
          ...inherited,
          isDefault: false,
          inheritsFromPriceId: base,
          marketPrices: [inBrazil(12_900)],
          ...rest,
        });

      it('are added, shown after their base, changed and deleted', async () => {
        const metadata = { name: ' For partners ', z: 1, deep: { a: [null] } };
        const first = await add(form({ metadata }));
        const { id } = first.body;
        const given = { metadata: { z: 1, deep: { a: [null] }, name: 'For partners' } };
        expectExactly(first, 201, variant(id, given));
        const second = await add(form({ marketPrices: [inJapan(3_000)] }));
        const plain = { metadata: { name: 'Variant 2' }, marketPrices: [inJapan(3_000)] };
        expectExactly(second, 201, variant(second.body.id, plain));
        const yearly = await added({ billingInterval: 'yearly', price: 29_000 });
        const ofBase = {
          ...inherited,
          metadata: { tier: 1 },
          marketPrices: [inBrazil(15_900), inJapan(4_500)],
        };
        const whole = (ofFirst: object) => [
          inPlan(base, ofBase),
          inPlan(id, {
            ...inherited,
            isDefault: false,
            inheritsFromPriceId: base,
            marketPrices: [inBrazil(12_900)],
            ...ofFirst,
          }),
          inPlan(second.body.id, {
            ...inherited,
            isDefault: false,
            inheritsFromPriceId: base,
            ...plain,
          }),
          inPlan(yearly, { billingInterval: 'yearly', price: 29_000, isDefault: false }),
        ];
        expect(await shown()).toEqual(whole(given));
        const listed = (await call('GET', '/plans')).body.data;
        expect(listed[0].prices).toEqual(whole(given));
        const rows = await client.catalogue.rows('plan_price');
        expect(rows.filter(({ name }) => name !== null)).toMatchObject([
          {
            id,
            code: 'for_partners',
            name: 'For partners',
            metadata: '{"z":1,"deep":{"a":[null]}}',
          },
          { id: second.body.id, code: 'variant_2', name: 'Variant 2', metadata: '{}' },
        ]);

        server().world.time = new Date(CHANGED);
        const after = { metadata: { deep: { a: [null] }, b: 2, name: 'Partners' } };
        const change = {
          metadata: { name: 'Partners', z: null, b: 2 },
          marketPrices: [inBrazil(11_900)],
        };
        const changed = { ...after, marketPrices: [inBrazil(11_900)] };
        expectExactly(
          await patch(id, change),
          200,
          variant(id, { ...changed, updatedAt: CHANGED }),
        );
        expect(await shown()).toEqual(whole(changed));
        const gone = { id, deleted: true, object: 'plan_price', livemode: true };
        expectExactly(await call('DELETE', `${prices()}/${id}`), 200, gone);
        expect(await shown()).toEqual(whole(changed).toSpliced(1, 1));
      });

      it('show what their base is', async () => {
        const id = await added(form());
        await patch(base, {
          price: 3_100,
          trialDays: 7,
          includedBalance: null,
          includedCredits: 9,
        });
        const expected = { price: 3_100, trialDays: 7, includedBalance: null, includedCredits: 9 };
        const [, shownVariant] = await shown();
        expect(shownVariant).toMatchObject({ id, ...expected, isDefault: false });
        expect((await patch(id, { metadata: { a: 1 } })).body).toMatchObject({
          ...expected,
          metadata: { a: 1, name: 'Variant 2' },
        });
      });

      it('need a base of the same plan and interval', async () => {
        const missing = { status: 404, code: 'price_not_found', param: 'inheritsFromPriceId' };
        const other = await client.catalogue.plan();
        const foreign = await client.catalogue.price(other);
        for (const wrong of [
          { inheritsFromPriceId: 'pp_x' },
          { inheritsFromPriceId: foreign.id },
          { inheritsFromPriceId: plan.id },
          { billingInterval: 'yearly' },
          { billingInterval: 'one_time' },
        ])
          expect({ wrong, ...refused(await add(form(wrong))) }).toEqual({ wrong, ...missing });
        const ofMissing = await call('POST', '/plans/pln_x/prices', form());
        expect(refused(ofMissing)).toEqual({
          status: 404,
          code: 'plan_not_found',
          param: 'planId',
        });
        const id = await added(form());
        expect(refused(await add(form({ inheritsFromPriceId: id })))).toEqual({
          status: 400,
          code: 'validation_error',
          param: 'inheritsFromPriceId',
        });
      });

      it('take their own members and no others', async () => {
        const before = await client.catalogue.contents();
        for (const member of [
          { price: 2_900 },
          { trialDays: 0 },
          { isDefault: false },
          { includedBalance: 0 },
          { includedCredits: 7 },
        ]) {
          const [param] = Object.keys(member);
          expect(refused(await add(form(member)))).toEqual({
            status: 400,
            code: 'validation_error',
            param,
          });
        }
        const cases: [param: string, body: object][] = [
          ['billingInterval', { billingInterval: undefined }],
          ['marketPrices', { marketPrices: undefined }],
          ['marketPrices', { marketPrices: null }],
          ['marketPrices', { marketPrices: [] }],
          ['marketPrices.1.marketGroupId', { marketPrices: [inBrazil(1), inBrazil(2)] }],
          ['metadata.name', { metadata: { name: '' } }],
          ['metadata.name', { metadata: { name: ' ' } }],
          ['metadata.name', { metadata: { name: 5 } }],
          ['metadata.name', { metadata: { name: { de: 'x' } } }],
          ['metadata.name', { metadata: { name: 'x'.repeat(256) } }],
        ];
        for (const [param, rest] of cases)
          expect({ rest, ...refused(await add(form(rest))) }).toEqual({
            ...{ rest, param },
            status: 400,
            code: 'validation_error',
          });
        expect(await client.catalogue.contents()).toEqual(before);
        const nulls = { price: null, trialDays: null, isDefault: null, includedBalance: null };
        await added(form({ ...nulls, metadata: { name: null, kept: null }, colour: 'red' }));
        expect((await shown())[1].metadata).toEqual({ kept: null, name: 'Variant 2' });
      });

      it('have markets that their base has', async () => {
        const other = await client.catalogue.market({ countryCodes: ['AR'] });
        const inOther = { marketGroupId: other.id, currency: 'ars', price: 1 };
        const id = await added(form());
        const param = 'marketPrices.1.marketGroupId';
        const marketPrices = [inBrazil(1), inOther];
        for (const answer of [await add(form({ marketPrices })), await patch(id, { marketPrices })])
          expect(refused(answer)).toEqual({ status: 400, code: 'validation_error', param });
        expect(refused(await patch(id, { marketPrices: [] }))).toMatchObject({
          status: 400,
          param: 'marketPrices',
        });
        expect(refused(await patch(base, { marketPrices: [inJapan(4_500)] }))).toEqual({
          status: 409,
          code: 'price_in_use',
          param: 'marketPrices',
        });
        await patch(id, { marketPrices: [inJapan(4_000)] });
        expect((await patch(base, { marketPrices: [inJapan(4_500)] })).status).toBe(200);
      });

      it('hold their base', async () => {
        const id = await added(form());
        const inUse = { status: 409, code: 'price_in_use', param: 'priceId' };
        expect(refused(await call('DELETE', `${prices()}/${base}`))).toEqual(inUse);
        await call('DELETE', `${prices()}/${id}`);
        expect((await call('DELETE', `${prices()}/${base}`)).status).toBe(200);
        expect(await shown()).toEqual([]);
      });

      it('may repeat what they inherit, and change nothing of it', async () => {
        const id = await added(form({ metadata: { name: 'Partners' } }));
        const [, { regionalPrices, offerId, ...seen }] = await shown();
        expect((await patch(id, seen)).body.metadata).toEqual({ name: 'Partners' });
        expect((await patch(id, { includedBalance: null, includedCredits: null })).status).toBe(
          200,
        );
        expect((await shown())[1]).toEqual({ ...seen, regionalPrices, offerId });
        for (const change of [
          { price: 2_901 },
          { trialDays: 15 },
          { isDefault: true },
          { includedBalance: 50_001 },
          { includedCredits: 8 },
          { billingInterval: 'yearly' },
          { inheritsFromPriceId: id },
        ]) {
          const [param] = Object.keys(change);
          expect({ change, ...refused(await patch(id, change)) }).toEqual({
            ...{ change, param },
            status: 400,
            code: 'validation_error',
          });
        }
        for (const name of [null, '', 5])
          expect(refused(await patch(id, { metadata: { name } }))).toEqual({
            status: 400,
            code: 'validation_error',
            param: 'metadata.name',
          });
        // Of a base it is metadata like any other.
        const named = await patch(base, { metadata: { name: 5 } });
        expect(named.body.metadata).toEqual({ tier: 1, name: 5 });
        expect((await patch(base, { metadata: { name: null } })).body.metadata).toEqual({
          tier: 1,
        });
      });

      it('stay as they are stored where a finer amount is repeated as it is shown', async () => {
        const id = await added(form());
        await client.catalogue.change((w) => updatePlanPrice(w, plan.id, base, { price: 290_049 }));
        expect((await patch(id, { price: 2_900 })).status).toBe(200);
        const rows = await client.catalogue.rows('plan_price');
        expect(rows.map((row) => row.price)).toEqual([290_049, 290_049]);
        await client.catalogue.change((w) => updatePlanPrice(w, plan.id, base, { price: 49 }));
        expect((await patch(id, { price: 0 })).status).toBe(200);
        expect(refused(await patch(id, { price: 1 }))).toMatchObject({ param: 'price' });
      });

      it('keep entries that are not shown', async () => {
        const inPounds = { marketId: japan.id, currency: 'gbp', price: 200_000 };
        const made = await client.catalogue.change((w) =>
          addPriceVariant(w, plan.id, {
            inheritsFromPriceId: base,
            name: 'Pounds',
            marketPrices: [inPounds],
          }),
        );
        expect((await shown())[1]).toMatchObject({ id: made.id, marketPrices: [] });
        const { body } = await patch(made.id, { marketPrices: [inBrazil(1)] });
        expect(body.marketPrices).toEqual([inBrazil(1)]);
        expect((await stored())[`${made.id} ${japan.id}`]).toBe('gbp 200000');
      });

      it('are no default, and have the regional prices of their base', async () => {
        const id = await added(form());
        const overrides = [{ currency: 'eur', price: 2_500 }];
        const isVariant = { status: 400, code: 'validation_error' };
        for (const [method, path, body, param] of [
          ['PUT', `${prices()}/${id}/default`, {}, 'priceId'],
          ['PUT', `${prices()}/${id}/regional`, { overrides }, 'priceId'],
          ['DELETE', `${prices()}/${id}/regional`, undefined, 'priceId'],
          [
            'PUT',
            `/plans/${plan.id}/regional`,
            { currency: 'eur', exchangeRate: 1, prices: [{ priceId: id, price: 1 }] },
            'prices.0.priceId',
          ],
        ] as const)
          expect(refused(await call(method, path, body))).toEqual({ ...isVariant, param });
        await call('PUT', `/plans/${plan.id}/regional`, { currency: 'eur', exchangeRate: 1 });
        const [first, second] = await shown();
        expect(first.regionalPrices).toMatchObject([{ currency: 'eur', price: 2_900 }]);
        expect(second.regionalPrices).toEqual(first.regionalPrices);
      });

      it('are written once for each idempotency key', async () => {
        const twice = async (key: string, method: string, path: string, body?: object) => {
          const once = () => call(method, path, body, { 'idempotency-key': key });
          const [first, second] = [await once(), await once()];
          expect(second.headers.get('idempotent-replayed')).toBe('true');
          expect([second.status, second.body]).toEqual([first.status, first.body]);
          return first.body;
        };
        const { id } = await twice('add', 'POST', prices(), form({ metadata: { name: 'A' } }));
        const mismatches = [
          form({ metadata: { name: 'B' } }),
          form({ metadata: { name: 'A' }, billingInterval: 'yearly' }),
          { billingInterval: 'yearly', price: 1 },
        ];
        for (const body of mismatches) {
          const other = await call('POST', prices(), body, { 'idempotency-key': 'add' });
          expect(other.body.error.code).toBe('idempotency_key_mismatch');
        }
        const change = { metadata: { name: 'B' }, marketPrices: [inJapan(1)] };
        await twice('change', 'PATCH', `${prices()}/${id}`, change);
        await twice('in_use', 'DELETE', `${prices()}/${base}`);
        await call('DELETE', `${prices()}/${id}`);
        const replay = await call('PATCH', `${prices()}/${id}`, change, {
          'idempotency-key': 'change',
        });
        expect(replay.headers.get('idempotent-replayed')).toBe('true');
        expect(replay.body).toMatchObject({ id, metadata: { name: 'B' } });
        const rows = await client.catalogue.rows('plan_price');
        expect(rows).toHaveLength(2);
      });

      it('cost no statement more than a price without markets', async () => {
        for (let number = 0; number < 3; number += 1) await added(form());
        const plain = await client.catalogue.plan();
        await client.catalogue.price(plain);
        const { world } = server();
        const statementsFor = async (path: string) => {
          // As after a write of another process: nothing that was read before counts.
          await sql`update tenant set revision = revision + 1`.execute(world.store.engine.writing);
          const read = async () => expect((await call('GET', path)).status).toBe(200);
          return (await world.statementsOf(read)).length;
        };
        await statementsFor('/plans');
        const few = await statementsFor(`/plans/${plain.id}`);
        expect(await statementsFor(`/plans/${plan.id}`)).toBe(few);
      });

      it('belong to the tag of their plan', async () => {
        const tag = async () => (await call('GET', `/plans/${plan.id}`)).headers.get('etag') ?? '';
        const tags = [await tag()];
        const id = await added(form());
        tags.push(await tag());
        await patch(id, { marketPrices: [inBrazil(1)] });
        tags.push(await tag());
        await patch(base, { marketPrices: [inBrazil(2), inJapan(3)] });
        tags.push(await tag());
        expect(new Set(tags).size).toBe(4);
        const path = `${prices()}/${id}`;
        const guarded = (etag: string) =>
          call('PATCH', path, { marketPrices: [inBrazil(4)] }, { 'if-match': etag });
        expect((await guarded(tags[2] ?? '')).status).toBe(412);
        expect((await guarded(tags[3] ?? '')).status).toBe(200);
      });
    });
  });

  describe.each(versionsWhere((version) => !isEraC(version)))('are not in %s', (version) => {
    let base: string;
    let variant: string;
    beforeEach(async () => {
      await arrange(version);
      const { catalogue } = client;
      const entry = { marketId: brazil.id, currency: 'brl', price: 1_590_000 };
      base = (await catalogue.price(plan, { marketPrices: [entry] })).id;
      variant = (
        await catalogue.change((w) =>
          addPriceVariant(w, plan.id, {
            inheritsFromPriceId: base,
            name: 'Partners',
            marketPrices: [{ ...entry, price: 1_290_000 }],
          }),
        )
      ).id;
    });

    it('a plan shows its base prices only', async () => {
      const raw = new RawClient(client, version);
      for (const answer of [
        await raw.done('get-plan', [plan.id]),
        (await raw.done('list-plans')).at(0),
      ]) {
        expect(answer.prices).toHaveLength(1);
        expect(JSON.stringify(answer)).not.toMatch(
          /market|inherits|variant|Partners|159000|129000/i,
        );
      }
    });

    it('a variant is missing', async () => {
      const raw = new RawClient(client, version);
      const before = await client.catalogue.contents();
      const overrides = '{"overrides":[{"currency":"eur","price":1}]}';
      for (const [id, body] of [
        ['update-plan-price', '{"trialDays":1}'],
        ['update-plan-price', '{"billingInterval":"monthly","trialDays":1}'],
        ['set-default-plan-price', '{}'],
        ['upsert-regional-prices', overrides],
        ['delete-regional-prices', undefined],
        ['delete-plan-price', undefined],
      ] as const) {
        const missing = await raw.call(id, [plan.id, 'pp_missing'], body);
        const answer = await raw.call(id, [plan.id, variant], body);
        expect({ id, status: answer.status, body: answer.body }).toEqual({
          ...{ id, status: 404 },
          body: missing.body,
        });
        expect(answer.body.error).toMatchObject({ code: 'price_not_found', param: 'priceId' });
      }
      if (!isEraA(version))
        for (const list of ['prices', 'introOffers'] as const) {
          const rest =
            list === 'prices'
              ? '"price":1'
              : '"discountType":"amount","discountValue":1,"durationCycles":1';
          const body = `{"currency":"eur","exchangeRate":1,"${list}":[{"priceId":"${variant}",${rest}}]}`;
          const { body: answer } = await raw.call('set-plan-regional-pricing', [plan.id], body);
          expect(answer.error).toMatchObject({
            code: 'price_not_found',
            param: `${list}.0.priceId`,
          });
        }
      expect(await client.catalogue.contents()).toEqual(before);
    });

    it('writes to the base leave them alone, and they hold it', async () => {
      const raw = new RawClient(client, version);
      const before = await stored();
      await raw.done('update-plan-price', [plan.id, base], '{"price":310000}');
      await raw.done('set-default-plan-price', [plan.id, base], '{}');
      expect(await stored()).toEqual(before);
      const answer = await raw.call('delete-plan-price', [plan.id, base]);
      expect(refused(answer)).toEqual({ status: 409, code: 'price_in_use', param: 'priceId' });
    });
  });
});
