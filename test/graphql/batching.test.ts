import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { createFeature } from '../../src/domain/feature.ts';
import { createFeatureSection } from '../../src/domain/feature-section.ts';
import { createMarket } from '../../src/domain/market.ts';
import { setMarketPrices } from '../../src/domain/market-price.ts';
import { operation } from '../../src/domain/operation.ts';
import { createPlan } from '../../src/domain/plan.ts';
import { addPlanFeature } from '../../src/domain/plan-feature.ts';
import { createPlanGroup } from '../../src/domain/plan-group.ts';
import { addPlanPrice, type PlanPrice } from '../../src/domain/price.ts';
import { addPriceVariant } from '../../src/domain/price-variant.ts';
import { setPlanRegionalPricing } from '../../src/domain/regional-pricing.ts';
import { setUnitPrice } from '../../src/domain/unit-price.ts';
import { billingIntervals } from '../../src/vocabulary.ts';
import { onEveryGateway } from './client.ts';

/** Plans with everything that a plan can have, each in a group of its own, in one transaction. */
const fill = operation('fill', async (writer, count: number): Promise<void> => {
  const { id: marketId } = await createMarket(writer, {
    name: 'Brazil',
    countryCodes: ['BR'],
  });
  const inMarket = { marketId, currency: 'brl', price: 1 };
  for (let number = 1; number <= count; number += 1) {
    const feature = {
      name: `Feature ${number}`,
      code: `feature_${number}`,
      type: 'usage',
    } as const;
    const group = await createPlanGroup(writer, { name: `Group ${number}` });
    const plan = await createPlan(writer, {
      name: `Plan ${number}`,
      code: `plan_${number}`,
      consumptionModel: 'metered',
      planGroupId: group.id,
    });
    const prices: PlanPrice[] = [];
    for (const billingInterval of billingIntervals)
      prices.push(await addPlanPrice(writer, plan.id, { billingInterval, price: 100 * number }));
    const { id: sectionId } = await createFeatureSection(writer, { name: `Section ${number}` });
    const { id: featureId } = await createFeature(writer, { ...feature, sectionId });
    await addPlanFeature(writer, plan.id, { featureId, overage: { enabled: true, unitPrice: 20 } });
    // The others have the overage.
    for (const { id } of prices.slice(0, 2))
      await setUnitPrice(writer, plan.id, id, { featureId, unitPrice: number });
    for (const { id: inheritsFromPriceId } of prices.slice(0, 2)) {
      const unitPrices = [{ featureId, unitPrice: number }];
      const marketPrices = [{ ...inMarket, unitPrices }];
      await setMarketPrices(writer, plan.id, inheritsFromPriceId, { marketPrices });
      await addPriceVariant(writer, plan.id, { inheritsFromPriceId, marketPrices: [inMarket] });
    }
    for (const currency of ['eur', 'jpy'])
      await setPlanRegionalPricing(writer, plan.id, { currency, exchangeRate: 2 });
  }
  writer.about('all');
});

/**
 * `again` is what long lists, read in parts, and what hangs on each part take beyond that for a
 * hundred plans.
 */
const queries = {
  'a pricing page': {
    // Two of them find out how many rows the total looks at.
    statements: { ahead: 11, bare: 15 },
    again: { ahead: 16, bare: 20 },
    document: `{ plans(first: 100) { totalCount nodes {
      code name
      prices { billingInterval formattedPrice regionalPrices { formattedPrice } regionalPrice(currency: "eur") { price } plan { code } }
      price(billingInterval: MONTHLY) { price }
      defaultPrice { formattedPrice regionalPrices { currency } }
      features {
        includedAmount
        feature { code name plans { plan { name } } }
        overage { formattedUnitPrice }
        regionalOverages { formattedUnitPrice planFeature { feature { name } } }
        regionalOverage(currency: "jpy") { unitPrice }
        plan { code }
      }
      feature(code: "feature_1") { enabled }
      exchangeRates { currency exchangeRate plan { code } }
      group { name plans { code prices { price } } }
    } } }`,
  },
  'prices by the unit, in every currency': {
    statements: { ahead: 3, bare: 7 },
    again: { ahead: 3, bare: 25 },
    document: `{ plans(first: 100) { nodes { prices { unitPrices {
      unitPrice tiers { upTo } isOverage planFeature { includedAmount feature { code } }
      regional { currency unitPrice } costOf(quantity: 5, currency: "eur") { amount }
    } } } } }`,
  },
  'prices in markets, and their variants': {
    statements: { ahead: 6, bare: 13 },
    again: { ahead: 5, bare: 50 },
    document: `{ plans(first: 100) { nodes { prices {
      marketPrices { price market { name } unitPrices { unitPrice feature { code } } }
      variants { name inheritsFrom { price } marketPrices { price market { name } planPrice { id } }
        unitPrices { unitPrice } regionalPrices { price } }
    } } } }`,
  },
  'groups down to regional prices': {
    statements: { ahead: 4, bare: 6 },
    again: { ahead: 27, bare: 45 },
    document: `{ planGroups(first: 100) { nodes { plans { prices { regionalPrices { price planPrice { plan { group { name } } } } } } } } }`,
  },
  'features with a page of their plans': {
    statements: { ahead: 3, bare: 4 },
    again: { ahead: 0, bare: 0 },
    document: `{ features(first: 100) { nodes { planFeatures(first: 5) { nodes { plan { name exchangeRates { currency } } } } } } }`,
  },
  'sections with a page of their features': {
    statements: { ahead: 3, bare: 3 },
    again: { ahead: 0, bare: 0 },
    document: `{ featureSections(first: 100) { nodes { name features(first: 5) { nodes { code section { code } } } } } }`,
  },
  'features of plans with their sections': {
    statements: { ahead: 4, bare: 4 },
    again: { ahead: 0, bare: 0 },
    document: `{ plans(first: 100) { nodes { features { feature { code section { name } } } } } }`,
  },
  'features down to the prices of their plans': {
    statements: { ahead: 4, bare: 6 },
    again: { ahead: 12, bare: 20 },
    document: `{ features(first: 100) { nodes { plans { regionalOverages { unitPrice } plan { prices { price } exchangeRates { exchangeRate } } } } } }`,
  },
};

/** A hundred plans with all their features are more than a request may ask for. */
const generous = { GRAPHQL_MAX_COST: '1000000' };

onEveryGateway(
  'the statements of a query',
  (client) => {
    const way = () => (client().world.store.readsAhead ? 'ahead' : 'bare');
    const textsOf = (document: string, variables?: Record<string, unknown>) =>
      client().statementsOf(() => client().data(document, variables));
    const countOf = async (document: string, variables?: Record<string, unknown>) =>
      (await textsOf(document, variables)).length;

    /** As after a write of another process: nothing that was read before counts. */
    const forgetWhatWasRead = () =>
      sql`update tenant set revision = revision + 1`.execute(client().world.store.engine.writing);

    const expectedOf = (count: (query: (typeof queries)[keyof typeof queries]) => number) =>
      Object.fromEntries(Object.entries(queries).map(([name, query]) => [name, count(query)]));

    it(
      'are as many for a hundred plans as for one, but for long lists, which are read in ' +
        'parts',
      async () => {
        const { catalogue } = client();
        const counted = async () => {
          const counts: Record<string, number> = {};
          for (const [name, { document }] of Object.entries(queries)) {
            await forgetWhatWasRead();
            counts[name] = await countOf(document);
          }
          return counts;
        };
        await catalogue.change((w) => fill(w, 1));
        const forOne = await counted();
        for (const { id } of await catalogue.rows('plan'))
          await client().mutate('deletePlan', { planId: id });
        for (const { id } of await catalogue.rows('feature'))
          await client().mutate('deleteFeature', { featureId: id });
        for (const { id } of await catalogue.rows('feature_section'))
          await client().mutate('deleteFeatureSection', { sectionId: id });
        for (const { id } of await catalogue.rows('market'))
          await client().mutate('deleteMarket', { marketId: id });
        await catalogue.change((w) => fill(w, 100));
        const forHundred = await counted();
        expect(forOne).toEqual(expectedOf(({ statements }) => statements[way()]));
        expect(forHundred).toEqual(
          expectedOf(({ statements, again }) => statements[way()] + again[way()]),
        );
      },
    );

    it('are one for each type of the nodes', async () => {
      const { catalogue } = client();
      await catalogue.change((w) => fill(w, 25));
      const tables = ['plan', 'plan_price', 'feature', 'plan_group'] as const;
      const ids = (await Promise.all(tables.map((table) => catalogue.rows(table)))).flatMap(
        (rows) => rows.slice(0, 25).map(({ id }) => id),
      );
      expect(ids).toHaveLength(100);
      const document =
        'query($ids: [ID!]!) { nodes(ids: $ids) { id ... on PlanPrice { plan { prices { ' +
        'regionalPrices { price } } } } } }';
      expect(await countOf(document, { ids })).toBe(tables.length + { ahead: 0, bare: 2 }[way()]);
      expect(await countOf(document, { ids: ids.slice(25, 26) })).toBe(
        { ahead: 1, bare: 4 }[way()],
      );
    });

    it('read nothing twice', async () => {
      const { catalogue } = client();
      await catalogue.change((w) => fill(w, 1));
      const document = `{
      a: plan(code: "plan_1") { prices { price } group { id } }
      b: plan(code: "plan_1") { prices { price } group { id } }
      plans { nodes { prices { price } group { plans { id } } } }
    }`;
      // The plan that was found by its code is there when the list comes to it: on SQLite always,
      // else if it is first.
      const { readsAhead, engine } = client().world.store;
      const sooner = engine.sql.isAtHand ? [4] : [4, 5];
      const texts = await textsOf(document);
      expect(readsAhead ? sooner : [5]).toContain(texts.length);
      expect(new Set(texts).size).toBe(texts.length);
    });

    it(
      'are one for a plan with its prices, and one for the definitions of its ' + 'features',
      async () => {
        const { catalogue } = client();
        await catalogue.change((w) => fill(w, 1));
        const document = `{ plan(code: "plan_1") { name prices { regionalPrices { price } } exchangeRates { exchangeRate }
      features { feature { name } regionalOverages { unitPrice } } } }`;
        expect(await countOf(document)).toBe({ ahead: 2, bare: 7 }[way()]);
      },
    );
  },
  generous,
);
