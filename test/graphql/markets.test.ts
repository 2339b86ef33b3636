import { describe, expect, it } from 'vitest';
import { setUnitPrice } from '../../src/domain/unit-price.ts';
import { onEveryGateway } from './client.ts';

const everything = 'id code name countryCodes taxBehavior metadata createdAt updatedAt revision';

const ofPrice = `id price isDefault revision variantCode: code name inheritsFrom { id price }
  marketPrices { id currency price formattedPrice(locale: "pt-BR", trimZeros: true)
    market { code } planPrice { id }
    unitPrices { id currency unitPrice formattedUnitPrice(locale: "pt-BR") tiersMode
      tiers { upTo unitPrice flatPrice } feature { code } } }
  variants { id code name price marketPrices { price market { code } } inheritsFrom { id }
    unitPrices { id unitPrice planPrice { id } } regionalPrices { id price }
    regionalPrice(currency: "eur") { price } }`;

onEveryGateway('markets', (client) => {
  const create = (input: object) => client().mutate('createMarket', { input }, everything);

  it('are created, changed and deleted', async () => {
    const market = await create({
      name: ' Brazil ',
      countryCodes: ['br', 'PT'],
      metadata: { a: 1 },
    });
    expect(market).toEqual({
      __typename: 'Market',
      id: expect.stringMatching(/^pmg_[0-9a-z]{26}$/),
      code: 'brazil',
      name: 'Brazil',
      countryCodes: ['BR', 'PT'],
      taxBehavior: null,
      metadata: { a: 1 },
      createdAt: expect.any(String),
      updatedAt: market.createdAt,
      revision: 1,
    });
    expect(await create({ name: 'Other', countryCodes: ['pt'] })).toMatchObject({
      __typename: 'ConflictError',
      code: 'duplicate',
      param: 'countryCodes',
    });
    expect(await create({ name: 'Other', countryCodes: [] })).toMatchObject({
      __typename: 'ValidationError',
      param: 'countryCodes',
    });
    expect(
      await client().mutate(
        'updateMarket',
        {
          marketId: 'brazil',
          input: { countryCodes: ['BR'], taxBehavior: 'INCLUSIVE', metadata: { a: null, b: 2 } },
          expectedRevision: 1,
        },
        everything,
      ),
    ).toMatchObject({
      countryCodes: ['BR'],
      taxBehavior: 'INCLUSIVE',
      metadata: { b: 2 },
      revision: 2,
    });
    const known = `query($id: ID!) { node(id: $id) { __typename id }
      byId: market(id: $id) { code } byCode: market(code: "brazil") { id }
      markets { totalCount nodes { code } } }`;
    expect(await client().data(known, { id: market.id })).toEqual({
      node: { __typename: 'Market', id: market.id },
      byId: { code: 'brazil' },
      byCode: { id: market.id },
      markets: { totalCount: 1, nodes: [{ code: 'brazil' }] },
    });
    expect(await client().mutate('deleteMarket', { marketId: 'brazil' }, 'deletedId')).toEqual({
      __typename: 'DeletedMarket',
      deletedId: market.id,
    });
    expect(await client().data(known, { id: market.id })).toEqual({
      node: null,
      byId: null,
      byCode: null,
      markets: { totalCount: 0, nodes: [] },
    });
  });

  it('with a code that names no country are refused with the whole request', async () => {
    const { status, errors } = await client().changesNothing(() =>
      client().answer(
        'mutation { createMarket(input: { name: "N", countryCodes: ["BR", "XX"] }) { __typename } }',
      ),
    );
    expect(status).toBe(400);
    expect(errors[0].extensions).toMatchObject({
      code: 'validation_error',
      param: 'countryCodes.1',
    });
  });

  it('have pages, oldest first', async () => {
    for (const [name, country] of [
      ['A', 'AR'],
      ['B', 'BR'],
      ['C', 'CL'],
    ])
      await create({ name, countryCodes: [country] });
    const page = (after: string | null) =>
      client().data(
        `query($after: String) { markets(first: 2, after: $after) {
          totalCount pageInfo { hasNextPage endCursor } nodes { code } } }`,
        { after },
      );
    const { markets: first } = await page(null);
    expect(first).toMatchObject({ totalCount: 3, nodes: [{ code: 'a' }, { code: 'b' }] });
    const { markets: second } = await page(first.pageInfo.endCursor);
    expect(second).toMatchObject({ nodes: [{ code: 'c' }], pageInfo: { hasNextPage: false } });
  });

  describe('with prices', () => {
    /** A plan with seats by the unit, and a market. */
    const open = async () => {
      const { catalogue } = client();
      const plan = await catalogue.plan({ code: 'pro', consumptionModel: 'metered' });
      const price = await catalogue.price(plan);
      const seats = await catalogue.feature({ code: 'seats', type: 'seats' });
      await catalogue.attach(plan, seats);
      await catalogue.change((w) =>
        setUnitPrice(w, plan.id, price.id, { featureId: seats.id, unitPrice: 120_000 }),
      );
      await catalogue.regionalPricing(plan, { currency: 'eur', exchangeRate: 0.5 });
      const market = await create({ name: 'Brazil', countryCodes: ['BR'] });
      const ofPlan = { planId: 'pro', priceId: price.id };
      const set = (...marketPrices: object[]) =>
        client().mutate('setMarketPrices', { ...ofPlan, input: { marketPrices } }, ofPrice);
      const vary = (input: object = {}) =>
        client().mutate(
          'addPriceVariant',
          {
            planId: 'pro',
            input: {
              inheritsFromPriceId: price.id,
              name: 'For partners',
              marketPrices: [{ marketId: 'brazil', currency: 'BRL', price: 250_000 }],
              ...input,
            },
          },
          ofPrice,
        );
      return { catalogue, plan, price, seats, market, ofPlan, set, vary };
    };
    const inBrazil = { marketId: 'brazil', currency: 'BRL', price: 1_599_000 };

    it('show these, and what units cost there', async () => {
      const { price, seats, market, set } = await open();
      const flat = { featureId: 'seats', unitPrice: 599_000 };
      const answer = await set({ ...inBrazil, unitPrices: [flat] });
      expect(answer).toMatchObject({ __typename: 'PlanPrice', id: price.id, revision: 4 });
      expect(answer.marketPrices).toEqual([
        {
          id: `${price.id}_${market.id}`,
          currency: 'brl',
          price: 1_599_000,
          formattedPrice: 'R$\u00a0159,90',
          market: { code: 'brazil' },
          planPrice: { id: price.id },
          unitPrices: [
            {
              id: `${price.id}_${seats.id}_${market.id}`,
              currency: 'brl',
              unitPrice: 599_000,
              formattedUnitPrice: 'R$\u00a059,90',
              tiersMode: null,
              tiers: [],
              feature: { code: 'seats' },
            },
          ],
        },
      ]);
      const tiers = [{ upTo: 10, unitPrice: 2 }, { unitPrice: 1 }];
      const inTiers = { featureId: 'seats', tiersMode: 'VOLUME', tiers };
      const [changed] = (await set({ ...inBrazil, unitPrices: [inTiers] })).marketPrices;
      expect(changed.unitPrices).toMatchObject([
        {
          unitPrice: null,
          formattedUnitPrice: null,
          tiersMode: 'VOLUME',
          tiers: [
            { upTo: 10, unitPrice: 2, flatPrice: 0 },
            { upTo: null, unitPrice: 1, flatPrice: 0 },
          ],
        },
      ]);
      const [kept] = (await set(inBrazil)).marketPrices;
      expect(kept.unitPrices).toEqual(changed.unitPrices);
      expect((await set()).marketPrices).toEqual([]);
    });

    it('have variants, which inherit what is not of a market', async () => {
      const { price, seats, set, vary } = await open();
      await set(inBrazil);
      const variant = await vary();
      expect(variant).toMatchObject({
        __typename: 'PlanPrice',
        variantCode: 'for_partners',
        name: 'For partners',
        price: 290_000,
        isDefault: false,
        inheritsFrom: { id: price.id, price: 290_000 },
        marketPrices: [{ price: 250_000, unitPrices: [] }],
        variants: [],
      });
      const { plan } = await client().data(
        `{ plan(code: "pro") { prices { ${ofPrice} } price(billingInterval: MONTHLY) { id }
          defaultPrice { id } } }`,
      );
      expect(plan.prices).toHaveLength(1);
      expect(plan).toMatchObject({
        price: { id: price.id },
        defaultPrice: { id: price.id },
        prices: [
          {
            id: price.id,
            variantCode: null,
            name: null,
            inheritsFrom: null,
            variants: [
              {
                id: variant.id,
                code: 'for_partners',
                name: 'For partners',
                price: 290_000,
                inheritsFrom: { id: price.id },
                marketPrices: [{ price: 250_000, market: { code: 'brazil' } }],
                unitPrices: [
                  {
                    id: `${price.id}_${seats.id}`,
                    unitPrice: 120_000,
                    planPrice: { id: price.id },
                  },
                ],
                regionalPrices: [{ id: `${price.id}_eur`, price: 145_000 }],
                regionalPrice: { price: 145_000 },
              },
            ],
          },
        ],
      });
    });

    it('name what is wrong', async () => {
      const { ofPlan, set, vary } = await open();
      const path = 'marketPrices.0';
      expect(await set({ ...inBrazil, marketId: 'none' })).toMatchObject({
        __typename: 'NotFoundError',
        code: 'market_not_found',
        param: `${path}.marketId`,
      });
      const unitPrices = [{ featureId: 'none', unitPrice: 1 }];
      expect(await set({ ...inBrazil, unitPrices })).toMatchObject({
        __typename: 'NotFoundError',
        code: 'feature_not_found',
        param: `${path}.unitPrices.0.featureId`,
      });
      expect(await vary()).toMatchObject({
        __typename: 'ValidationError',
        param: `${path}.marketId`,
      });
      await set(inBrazil);
      const { id } = await vary();
      expect(await set()).toMatchObject({
        __typename: 'ConflictError',
        code: 'price_in_use',
        param: 'marketPrices',
      });
      expect(await client().mutate('deletePlanPrice', ofPlan, 'deletedId')).toMatchObject({
        __typename: 'ConflictError',
        code: 'price_in_use',
        param: 'priceId',
      });
      expect(
        await client().mutate('deleteMarket', { marketId: 'brazil' }, 'deletedId'),
      ).toMatchObject({
        __typename: 'ConflictError',
        code: 'market_in_use',
        param: 'marketId',
      });
      expect(
        await client().mutate('updatePlanPrice', {
          planId: 'pro',
          priceId: id,
          input: { price: 1, trialDays: 1 },
        }),
      ).toMatchObject({
        __typename: 'ValidationError',
        details: [{ field: 'price' }, { field: 'trialDays' }],
      });
      expect(
        await client().mutate('setDefaultPlanPrice', { planId: 'pro', priceId: id }),
      ).toMatchObject({ __typename: 'ValidationError', param: 'priceId' });
    });

    it('take part in adding and changing a price', async () => {
      const { set } = await open();
      const added = await client().mutate(
        'addPlanPrice',
        {
          planId: 'pro',
          input: { billingInterval: 'YEARLY', price: 1, marketPrices: [inBrazil] },
        },
        ofPrice,
      );
      expect(added).toMatchObject({ revision: 1, marketPrices: [{ price: 1_599_000 }] });
      expect(
        await client().mutate(
          'updatePlanPrice',
          { planId: 'pro', priceId: added.id, input: { price: 2, marketPrices: [] } },
          ofPrice,
        ),
      ).toMatchObject({ price: 2, revision: 2, marketPrices: [] });
      await set(inBrazil);
    });

    it('are done once with an idempotency key', async () => {
      const { price, set, vary } = await open();
      await set(inBrazil);
      const { gateway, key } = client();
      const send = () =>
        gateway.graphql(
          key,
          `mutation($input: AddPriceVariantInput!) { addPriceVariant(planId: "pro", input: $input) {
            ... on PlanPrice { id code } } }`,
          { input: { inheritsFromPriceId: price.id, marketPrices: [inBrazil] } },
          { 'idempotency-key': 'once' },
        );
      const [first, again] = [await send(), await send()];
      expect(again.headers.get('idempotent-replayed')).toBe('true');
      expect(again.data).toEqual(first.data);
      expect(first.data.addPriceVariant.code).toBe('variant_2');
      expect((await vary({ name: null })).variantCode).toBe('variant_3');
    });

    it('are found in the audit log by market, price and plan', async () => {
      const { plan, price, market, set } = await open();
      await set(inBrazil);
      for (const filter of [
        { objectId: market.id, operation: 'setMarketPrices' },
        { objectId: price.id, operation: 'setMarketPrices' },
        { planId: plan.id, operation: 'setMarketPrices' },
      ]) {
        const { auditLog } = await client().data(
          `query($filter: AuditLogFilter) { auditLog(filter: $filter) {
            nodes { operation changes { type objectId planId after } } } }`,
          { filter },
        );
        expect(auditLog.nodes).toMatchObject([
          {
            operation: 'setMarketPrices',
            changes: expect.arrayContaining([
              {
                type: 'MarketPrice',
                objectId: `${price.id}_${market.id}`,
                planId: plan.id,
                after: {
                  priceId: price.id,
                  marketId: market.id,
                  basePriceId: price.id,
                  currency: 'brl',
                  price: 1_599_000,
                },
              },
            ]),
          },
        ]);
      }
    });
  });
});
