import { beforeEach, describe, expect, it } from 'vitest';
import { setMarketPrices } from '../../src/domain/market-price.ts';
import { setUnitPrice } from '../../src/domain/unit-price.ts';
import { expectExactly, onRest, type RestClient } from './client.ts';

const CREATED = '2026-08-01T10:00:00.000Z';
const CHANGED = '2026-08-01T10:00:05.000Z';

/** Both names of markets: they became a resource of their own with the later version. */
const dates = [
  {
    version: '2026-07-24',
    root: '/pricing/market-groups',
    object: 'market_group',
    missing: 'market_group_not_found',
    inUse: 'market_group_in_use',
    param: 'marketGroupId',
  },
  {
    version: '2026-07-31',
    root: '/markets',
    object: 'market',
    missing: 'market_not_found',
    inUse: 'market_in_use',
    param: 'marketId',
  },
] as const;

for (const { version, root, object, missing, inUse, param } of dates)
  onRest(`markets in ${version}`, (server) => {
    let client: RestClient;
    const call = (method: string, path: string, body?: unknown, headers = {}) =>
      client.call(method, path, body, headers);
    const bare = (object: string, rest: object) => ({ ...rest, object, livemode: true });
    const market = ({ id, ...rest }: { id: string; [name: string]: unknown }) =>
      bare(object, {
        id,
        name: 'Iberia',
        countryCodes: ['ES', 'PT'],
        metadata: {},
        createdAt: CREATED,
        updatedAt: CREATED,
        ...rest,
      });
    const created = async (body: object = {}): Promise<string> =>
      (await call('POST', root, { name: 'Iberia', countryCodes: ['ES', 'PT'], ...body })).body.id;
    const newPlan = async (): Promise<string> =>
      (await call('POST', '/plans', { name: 'Pro', code: 'pro' })).body.id;

    beforeEach(async () => {
      server().world.time = new Date(CREATED);
      client = await server().newClient({ version });
    });

    it('are created, listed, read, updated and deleted', async () => {
      const metadata = { z: 1, a: { deep: [1] } };
      const answer = await call('POST', root, {
        name: ' Iberia ',
        countryCodes: ['es', 'PT'],
        metadata,
      });
      const { id } = answer.body;
      expect(id).toMatch(/^pmg_/);
      expectExactly(answer, 201, market({ id, metadata }));
      expectExactly(await call('GET', root), 200, {
        object: 'list',
        data: [market({ id, metadata })],
        hasMore: false,
      });
      expectExactly(await call('GET', `${root}/${id}`), 200, market({ id, metadata }));
      server().world.time = new Date(CHANGED);
      const changed = await call('PATCH', `${root}/${id}`, {
        name: 'Iberian',
        countryCodes: ['PT', 'AD'],
        metadata: { z: null, b: 2 },
      });
      expectExactly(
        changed,
        200,
        market({
          id,
          name: 'Iberian',
          countryCodes: ['PT', 'AD'],
          metadata: { a: { deep: [1] }, b: 2 },
          updatedAt: CHANGED,
        }),
      );
      expectExactly(
        await call('DELETE', `${root}/${id}`),
        200,
        bare(object, { id, deleted: true }),
      );
      expect((await call('GET', root)).body.data).toEqual([]);
    });

    it.each([
      ['name', { countryCodes: ['ES'] }],
      ['name', { name: '', countryCodes: ['ES'] }],
      ['countryCodes', { name: 'A' }],
      ['countryCodes', { name: 'A', countryCodes: [] }],
      ['countryCodes.0', { name: 'A', countryCodes: ['XX'] }],
      ['countryCodes.1', { name: 'A', countryCodes: ['ES', 'es'] }],
      ['metadata', { name: 'A', countryCodes: ['ES'], metadata: { a: '\u0000' } }],
    ])('refuse %s of %j', async (field, body) => {
      const answers = [
        await call('POST', root, body),
        await call('PATCH', `${root}/${await created()}`, body),
      ];
      for (const { status, body } of answers) {
        expect(status).toBe(400);
        expect(body.error).toMatchObject({ code: 'validation_error', param: field });
      }
    });

    it('have each country once', async () => {
      await created();
      const other = await call('POST', root, { name: 'Portugal', countryCodes: ['pt'] });
      expect([other.status, other.body.error]).toMatchObject([
        409,
        { code: 'duplicate', param: 'countryCodes' },
      ]);
    });

    it('are missing under the name of the version', async () => {
      const path = `${root}/pmg_nothing`;
      for (const [method, body] of [
        ['GET'],
        ['PATCH', { name: 'A', countryCodes: ['ES'] }],
        ['DELETE'],
      ] as const) {
        const answer = await call(method, path, body);
        expect([answer.status, answer.body.error]).toMatchObject([404, { code: missing, param }]);
      }
    });

    it('depend on the tag that If-Match names', async () => {
      const id = await created();
      const path = `${root}/${id}`;
      const etag = (await call('GET', path)).headers.get('etag') ?? '';
      const body = { name: 'Other', countryCodes: ['ES'] };
      const stale = await call('PATCH', path, body, { 'if-match': '"stale"' });
      expect([stale.status, stale.body.error.code]).toEqual([412, 'precondition_failed']);
      expect((await call('PATCH', path, body, { 'if-match': etag })).status).toBe(200);
      expect((await call('DELETE', path, undefined, { 'if-match': etag })).status).toBe(412);
    });

    it('answer a write that is sent again as the first time', async () => {
      const headers = { 'idempotency-key': 'once' };
      const body = { name: 'Iberia', countryCodes: ['ES'] };
      const first = await call('POST', root, body, headers);
      const again = await call('POST', root, body, headers);
      expect(again.body).toEqual(first.body);
      expect(again.headers.get('idempotent-replayed')).toBe('true');
    });

    it('are not in other versions, which say where they are', async () => {
      const other = dates.find((each) => each.root !== root)?.root ?? '';
      for (const [at, path] of [
        [version, other],
        ['2026-07-11', root],
        ['2026-05-25', root],
      ] as const) {
        const answer = await call('GET', path, undefined, { 'commet-version': at });
        expect(answer.status).toBe(404);
        expect(answer.body.error.code).toBe('endpoint_not_available');
      }
      const later = await call('GET', '/markets', undefined, { 'commet-version': '2026-08-27' });
      expect([later.status, later.body.object]).toEqual([200, 'list']);
    });

    describe('on prices', () => {
      let planId: string;
      let marketId: string;
      let prices: string;
      const row = (rest: object = {}) => ({
        marketGroupId: marketId,
        currency: 'eur',
        price: 2_500,
        ...rest,
      });
      const price = ({ id, ...rest }: { id: string; [name: string]: unknown }) =>
        bare('plan_price', {
          id,
          planId,
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
        });
      const base = async (rest: object = {}): Promise<string> =>
        (
          await call('POST', prices, {
            billingInterval: 'monthly',
            price: 2_900,
            marketPrices: [row()],
            ...rest,
          })
        ).body.id;

      beforeEach(async () => {
        planId = await newPlan();
        marketId = await created();
        prices = `/plans/${planId}/prices`;
      });

      it('are written with a price, replaced and taken away', async () => {
        const answer = await call('POST', prices, {
          billingInterval: 'monthly',
          price: 2_900,
          marketPrices: [row({ currency: 'JPY', price: 1_500 })],
        });
        const { id } = answer.body;
        const inYen = [row({ currency: 'jpy', price: 1_500 })];
        expectExactly(answer, 201, price({ id, marketPrices: inYen }));
        const other = await created({ name: 'Brazil', countryCodes: ['BR'] });
        const changed = await call('PATCH', `${prices}/${id}`, {
          marketPrices: [row(), row({ marketGroupId: other, currency: 'usd', price: 3_190 })],
        });
        expect(changed.body.marketPrices).toEqual([
          row(),
          row({ marketGroupId: other, currency: 'usd', price: 3_190 }),
        ]);
        const emptied = await call('PATCH', `${prices}/${id}`, { marketPrices: [] });
        expect(emptied.body.marketPrices).toEqual([]);
        const untouched = await call('PATCH', `${prices}/${id}`, { marketPrices: null, price: 5 });
        expect([untouched.status, untouched.body.price]).toEqual([200, 5]);
      });

      it('keep a market that they name', async () => {
        const id = await base();
        const refused = await call('DELETE', `${root}/${marketId}`);
        expect([refused.status, refused.body.error.code]).toEqual([409, inUse]);
        await call('DELETE', `${prices}/${id}`);
        expect((await call('DELETE', `${root}/${marketId}`)).status).toBe(200);
      });

      it('are shown in the plan: a price, then its variants', async () => {
        const id = await base();
        const yearly = await call('POST', prices, { billingInterval: 'yearly', price: 29_000 });
        const variant = await call('POST', prices, {
          billingInterval: 'monthly',
          inheritsFromPriceId: id,
          marketPrices: [row({ price: 2_000 })],
          metadata: { name: 'Partners', channel: 'web' },
        });
        expectExactly(
          variant,
          201,
          price({
            id: variant.body.id,
            isDefault: false,
            inheritsFromPriceId: id,
            metadata: { channel: 'web', name: 'Partners' },
            marketPrices: [row({ price: 2_000 })],
          }),
        );
        const { body } = await call('GET', `/plans/${planId}`);
        expect(body.prices).toMatchObject([
          { id, inheritsFromPriceId: null, marketPrices: [row()] },
          {
            id: variant.body.id,
            inheritsFromPriceId: id,
            price: 2_900,
            isDefault: false,
            metadata: { name: 'Partners' },
            marketPrices: [row({ price: 2_000 })],
          },
          { id: yearly.body.id, marketPrices: [] },
        ]);
        const listed = await call('GET', '/plans');
        expect(listed.body.data[0].prices).toEqual(body.prices);
      });

      it('follow the base in what a variant inherits', async () => {
        const id = await base({ trialDays: 7 });
        const { body } = await call('POST', prices, {
          billingInterval: 'monthly',
          inheritsFromPriceId: id,
          marketPrices: [row()],
        });
        expect(body).toMatchObject({ trialDays: 7, metadata: { name: 'Variant 2' } });
        await call('PATCH', `${prices}/${id}`, { price: 3_900 });
        const renamed = await call('PATCH', `${prices}/${body.id}`, {
          metadata: { name: 'Resellers', tier: 1 },
        });
        expect(renamed.body).toMatchObject({
          price: 3_900,
          metadata: { tier: 1, name: 'Resellers' },
        });
      });

      it('leave `name` in the metadata of a price that is no variant', async () => {
        const id = await base({ metadata: { name: 'mine' } });
        const { body } = await call('PATCH', `${prices}/${id}`, { metadata: { name: 'still' } });
        expect(body.metadata).toEqual({ name: 'still' });
      });

      it.each([
        ['a price of its own', { price: 5 }, 400, 'validation_error', 'price'],
        ['a trial', { trialDays: 7 }, 400, 'validation_error', 'trialDays'],
        ['no market', { marketPrices: [] }, 400, 'validation_error', 'marketPrices'],
        [
          'another interval',
          { billingInterval: 'yearly' },
          404,
          'price_not_found',
          'inheritsFromPriceId',
        ],
        [
          'an unknown base',
          { inheritsFromPriceId: 'pp_no' },
          404,
          'price_not_found',
          'inheritsFromPriceId',
        ],
      ])('refuse a variant with %s', async (_, changes, status, code, field) => {
        const answer = await call('POST', prices, {
          billingInterval: 'monthly',
          inheritsFromPriceId: await base(),
          marketPrices: [row()],
          ...changes,
        });
        expect([answer.status, answer.body.error]).toMatchObject([status, { code, param: field }]);
      });

      it('refuse a variant in a market that its base has not', async () => {
        const other = await created({ name: 'Brazil', countryCodes: ['BR'] });
        const answer = await call('POST', prices, {
          billingInterval: 'monthly',
          inheritsFromPriceId: await base(),
          marketPrices: [row({ marketGroupId: other })],
        });
        expect([answer.status, answer.body.error]).toMatchObject([
          400,
          { param: 'marketPrices.0.marketGroupId' },
        ]);
      });

      it('keep a base that a variant needs, and its markets', async () => {
        const id = await base();
        await call('POST', prices, {
          billingInterval: 'monthly',
          inheritsFromPriceId: id,
          marketPrices: [row()],
        });
        for (const refused of [
          await call('DELETE', `${prices}/${id}`),
          await call('PATCH', `${prices}/${id}`, { marketPrices: [] }),
        ])
          expect([refused.status, refused.body.error.code]).toEqual([409, 'price_in_use']);
      });

      it('refuse a market that there is not', async () => {
        const answer = await call('POST', prices, {
          billingInterval: 'monthly',
          price: 1,
          marketPrices: [row({ marketGroupId: 'pmg_nothing' })],
        });
        expect([answer.status, answer.body.error]).toMatchObject([
          404,
          { code: missing, param: 'marketPrices.0.marketGroupId' },
        ]);
      });

      it('are left out of the versions before them, and so are variants', async () => {
        const id = await base();
        const { body } = await call('POST', prices, {
          billingInterval: 'monthly',
          inheritsFromPriceId: id,
          marketPrices: [row()],
        });
        for (const before of ['2026-05-25', '2026-07-11']) {
          const headers = { 'commet-version': before };
          const plan = await call('GET', `/plans/${planId}`, undefined, headers);
          expect(plan.body.data.prices).toHaveLength(1);
          expect(JSON.stringify(plan.body)).not.toContain('market');
          for (const [method, path] of [
            ['PUT', `${prices}/${body.id}`],
            ['DELETE', `${prices}/${body.id}`],
            ['PUT', `${prices}/${body.id}/default`],
          ] as const) {
            const answer = await call(method, path, method === 'DELETE' ? undefined : {}, headers);
            expect([answer.status, answer.body.error.code]).toEqual([404, 'price_not_found']);
          }
          const named = await call('POST', prices, { marketPrices: [row()] }, headers);
          expect(named.body.error.code).toBe('validation_error');
        }
      });

      it('keep what this version does not show', async () => {
        const id = await base();
        const swiss = await created({ name: 'Alps', countryCodes: ['CH'] });
        const { catalogue } = client;
        await catalogue.change((w) =>
          setMarketPrices(w, planId, id, {
            marketPrices: [
              { marketId, currency: 'eur', price: 250_001 },
              { marketId: swiss, currency: 'chf', price: 270_000 },
            ],
          }),
        );
        const shown = await call('GET', `/plans/${planId}`);
        expect(shown.body.prices[0].marketPrices).toEqual([row()]);
        await call('PATCH', `${prices}/${id}`, { marketPrices: [row()] });
        const stored = await server().gateway.graphql(
          client.key,
          `{ plan(code: "pro") { prices { marketPrices { currency price } } } }`,
        );
        expect(stored.data.plan.prices[0].marketPrices).toEqual([
          // Sent as it was shown, the finer amount stays.
          { currency: 'eur', price: 250_001 },
          { currency: 'chf', price: 270_000 },
        ]);
      });

      it('keep unit prices of entries that are named again', async () => {
        const { catalogue } = client;
        const id = await base();
        const seats = await catalogue.feature({ code: 'seats', name: 'Seats', type: 'seats' });
        await call('POST', `/plans/${planId}/features`, { featureId: seats.id, enabled: true });
        await catalogue.change((w) =>
          setUnitPrice(w, planId, id, { featureId: seats.id, unitPrice: 10 }),
        );
        const unitPrices = [{ featureId: seats.id, unitPrice: 7 }];
        await catalogue.change((w) =>
          setMarketPrices(w, planId, id, {
            marketPrices: [{ marketId, currency: 'eur', price: 250_000, unitPrices }],
          }),
        );
        await call('PATCH', `${prices}/${id}`, { marketPrices: [row({ price: 2_600 })] });
        const stored = await server().gateway.graphql(
          client.key,
          `{ plan(code: "pro") { prices { marketPrices { price unitPrices { unitPrice } } } } }`,
        );
        expect(stored.data.plan.prices[0].marketPrices).toEqual([
          { price: 260_000, unitPrices: [{ unitPrice: 7 }] },
        ]);
      });
    });
  });
