import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Store } from '../../src/db/store.ts';
import { createFeature } from '../../src/domain/feature.ts';
import { createMarket } from '../../src/domain/market.ts';
import { operation } from '../../src/domain/operation.ts';
import { createPlan } from '../../src/domain/plan.ts';
import { addPlanFeature } from '../../src/domain/plan-feature.ts';
import { createPlanGroup } from '../../src/domain/plan-group.ts';
import { addPlanPrice } from '../../src/domain/price.ts';
import { addPriceVariant } from '../../src/domain/price-variant.ts';
import { setPlanRegionalPricing } from '../../src/domain/regional-pricing.ts';
import { Gateway } from '../gateway.ts';
import { onEveryGateway } from './client.ts';

const LARGEST = Number.MAX_SAFE_INTEGER;

/** Plans in all states: with everything and at the limits, with nothing, private. */
const fill = operation('fill', async (writer): Promise<void> => {
  const group = await createPlanGroup(writer, { name: 'Group' });
  const features = [];
  for (const code of ['b_calls', 'a_calls', 'c_calls'])
    features.push(
      await createFeature(writer, { name: `“${code}”\n\u2028\t\\`, code, type: 'usage' }),
    );
  const full = await createPlan(writer, {
    name: 'Füll "é" \u0001 \u{1f680}',
    code: 'full',
    consumptionModel: 'metered',
    planGroupId: group.id,
    metadata: { z: 1, a: [null, true, 1e-7, 12345678901234.5, '\u007f"'], __proto__: 1, '': {} },
  });
  const { id: marketId } = await createMarket(writer, { name: 'BR', countryCodes: ['BR'] });
  const marketPrices = [{ marketId, currency: 'brl', price: LARGEST }];
  for (const billingInterval of ['yearly', 'monthly'] as const) {
    const { id } = await addPlanPrice(writer, full.id, {
      billingInterval,
      price: LARGEST,
      metadata: { '2': 'two', '1': 'one' },
      marketPrices,
    });
    for (const name of ['b', 'a'])
      await addPriceVariant(writer, full.id, { inheritsFromPriceId: id, name, marketPrices });
  }
  for (const [place, { id: featureId }] of features.entries())
    await addPlanFeature(writer, full.id, {
      featureId,
      includedAmount: LARGEST - place,
      overage: { enabled: true, unitPrice: place },
    });
  for (const currency of ['jpy', 'eur'])
    await setPlanRegionalPricing(writer, full.id, { currency, exchangeRate: 0.000_123_4 });
  await createPlan(writer, { name: 'Empty', code: 'empty', planGroupId: group.id });
  const hidden = await createPlan(writer, { name: 'Hidden', code: 'hidden', isPublic: false });
  await addPlanPrice(writer, hidden.id, { billingInterval: 'monthly', price: 1 });
  writer.about('all');
});

const everything = `fragment Everything on Plan {
  id code name description consumptionModel isPublic isFree blockOnExhaustion sortOrder metadata createdAt updatedAt
  prices { ...Price } price(billingInterval: YEARLY) { ...Price } defaultPrice { ...Price }
  features { ...Link } feature(code: "a_calls") { ...Link }
  exchangeRates { currency exchangeRate plan { id } }
  group { id name plans { code prices { price } } }
}
fragment Price on PlanPrice {
  id billingInterval price isDefault trialDays includedBalance includedCredits introOffer { enabled } metadata createdAt updatedAt
  plan { id prices { id } }
  regionalPrices { currency price autoSynced planPrice { id } } regionalPrice(currency: "EUR") { price }
  marketPrices { price market { code } }
}
fragment Link on PlanFeature {
  enabled includedAmount unlimited overage { enabled unitPrice } creditsPerUnit pricingMode margin createdAt updatedAt
  feature { id code name type plans { plan { code } } } plan { id features { includedAmount } }
  regionalOverages { currency unitPrice planFeature { feature { code } } } regionalOverage(currency: "jpy") { unitPrice }
}`;

const documents = {
  'a list with everything': `{ plans(first: 10, filter: { visibility: ALL }) { totalCount edges { cursor node { ...Everything } } } } ${everything}`,
  'one plan with everything': `{ plan(code: "full") { ...Everything } none: plan(code: "none") { ...Everything } } ${everything}`,
  'a plan under several names': `{
    a: plan(code: "full") { prices { price } } b: plan(code: "full") { features { includedAmount } } c: plan(code: "empty") { name prices { id } }
  }`,
  'fields that merge': `{ plan(code: "full") { prices { id } } plan(code: "full") { prices { regionalPrices { price } } } }`,
  'what directives leave out': `query($no: Boolean = false) {
    plan(code: "full") { name prices @include(if: $no) { id } ... on Plan @skip(if: $no) { features { feature { code } } } }
  }`,
  'types that nodes may have': `query($ids: [ID!]!) { nodes(ids: $ids) {
    id ... on Plan { prices { price } } ... on PlanPrice { plan { features { feature { name } } } } ... on PlanGroup { plans { exchangeRates { currency } } }
  } }`,
  'prices in markets, and variants': `{
    plans { nodes { code prices { ...Markets variants { code name ...Markets regionalPrices { price } unitPrices { unitPrice } variants { id } } } } }
    plan(code: "full") { prices { variants { marketPrices { price } } } }
  }
  fragment Markets on PlanPrice {
    inheritsFrom { id variants { code } }
    marketPrices { price market { code } planPrice { id variants { name } } unitPrices { id } }
  }`,
  'groups and features': `{
    planGroups { nodes { plans { code prices { regionalPrices { price } } } } }
    features { nodes { code plans { plan { name prices { price } } regionalOverages { unitPrice } } } }
  }`,
};

onEveryGateway('reading ahead', (client) => {
  let other: Gateway;
  beforeEach(async () => {
    const { engine, readsAhead } = client().world.store;
    other = await Gateway.start({ store: new Store(engine, { readsAhead: !readsAhead }) });
    await client().catalogue.change((w) => fill(w));
  });
  afterEach(() => other.close());

  describe.each(Object.entries(documents))('for %s', (_title, document) => {
    it('answers the same as reading what is asked for', async () => {
      const { catalogue, key } = client();
      const rows = await Promise.all(
        (['plan', 'plan_price', 'plan_group', 'feature'] as const).map((table) =>
          catalogue.rows(table),
        ),
      );
      const variables = document.includes('$ids') ? { ids: rows.flat().map(({ id }) => id) } : {};
      const [answer, otherAnswer] = await Promise.all([
        client().answer(document, variables),
        other.graphql(key, document, variables),
      ]);
      expect({ status: answer.status, errors: answer.errors }).toEqual({
        status: 200,
        errors: undefined,
      });
      expect(JSON.stringify(otherAnswer.data)).toBe(JSON.stringify(answer.data));
    });
  });

  it('brings the largest amounts to the last digit', async () => {
    const { plan } = await client().data(
      '{ plan(code: "full") { prices { price metadata } features { includedAmount feature { code ' +
        '} } exchangeRates { exchangeRate } } }',
    );
    expect(plan.prices.map(({ price }: { price: number }) => price)).toEqual([LARGEST, LARGEST]);
    expect(
      plan.features.map(({ includedAmount }: { includedAmount: number }) => includedAmount),
    ).toEqual([LARGEST, LARGEST - 1, LARGEST - 2]);
    expect(plan.exchangeRates).toEqual([
      { exchangeRate: 0.000_123_4 },
      { exchangeRate: 0.000_123_4 },
    ]);
  });

  it('shows what a mutation of the same request wrote', async () => {
    const plan = await client().data('{ plan(code: "empty") { id prices { id } } }');
    const added = await client().mutate(
      'addPlanPrice',
      { planId: plan.plan.id, input: { billingInterval: 'MONTHLY', price: 7 } },
      'plan { prices { price } defaultPrice { price } }',
    );
    expect(added.plan).toEqual({ prices: [{ price: 7 }], defaultPrice: { price: 7 } });
  });
});
