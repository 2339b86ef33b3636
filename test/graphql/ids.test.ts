import { getNamedType, isObjectType } from 'graphql';
import { expect, it } from 'vitest';
import { schema } from '../../schema/index.ts';
import { onEveryGateway } from './client.ts';

/** Clients keep objects by their ids: two objects never share one, and one object never has two. */

const EVERYTHING = `{
  viewer { __typename id organization { __typename id } }
  apiKeys { nodes { __typename id } }
  auditLog { nodes { __typename id apiKey { __typename id } } }
  features { nodes { __typename id planFeatures { nodes { __typename id } } } }
  planGroups { nodes { __typename id plans { __typename id } } }
  plans(filter: { visibility: ALL }) { nodes {
    __typename id
    group { __typename id }
    prices { __typename id regionalPrices { __typename id planPrice { __typename id } } }
    eur: prices { regionalPrice(currency: "EUR") { __typename id } }
    features {
      __typename id feature { __typename id } plan { __typename id }
      regionalOverages { __typename id planFeature { __typename id } }
      regionalOverage(currency: "EUR") { __typename id }
    }
    exchangeRates { __typename id plan { __typename id } }
  } }
}`;

interface Identified {
  __typename: string;
  id: string;
}

const isIdentified = (value: object): value is Identified => 'id' in value && '__typename' in value;

const identified = (value: unknown): Identified[] => {
  if (typeof value !== 'object' || value === null) return [];
  return [...(isIdentified(value) ? [value] : []), ...Object.values(value).flatMap(identified)];
};

onEveryGateway('ids', (client) => {
  it('are each of one object only, and the same on every way that leads to it', async () => {
    const { catalogue } = client();
    const group = await catalogue.group();
    const feature = await catalogue.feature();
    const plans = [];
    for (const planGroupId of [group.id, null]) {
      const plan = await catalogue.plan({ consumptionModel: 'metered', planGroupId });
      plans.push(plan);
      await catalogue.price(plan);
      await catalogue.price(plan, { billingInterval: 'yearly' });
      await catalogue.attach(plan, feature, { overage: { enabled: true, unitPrice: 20 } });
      for (const currency of ['eur', 'jpy'])
        await catalogue.regionalPricing(plan, { currency, exchangeRate: 0.9 });
    }
    const objects = identified(await client().data(EVERYTHING));
    const types = new Map<string, Set<string>>();
    for (const { __typename, id } of objects)
      types.set(id, (types.get(id) ?? new Set()).add(__typename));
    expect([...types].filter(([, names]) => names.size > 1)).toEqual([]);
    const idsOf = (type: string) =>
      new Set(objects.filter(({ __typename }) => __typename === type).map(({ id }) => id)).size;
    expect(
      Object.fromEntries(
        [
          'Plan',
          'PlanPrice',
          'PlanFeature',
          'RegionalPrice',
          'RegionalOverage',
          'ExchangeRate',
          'Viewer',
        ].map((type) => [type, idsOf(type)]),
      ),
    ).toEqual({
      Plan: 2,
      PlanPrice: 4,
      PlanFeature: 2,
      RegionalPrice: 8,
      RegionalOverage: 4,
      ExchangeRate: 4,
      Viewer: 1,
    });
  });

  it(
    'of a feature on a plan stays while it is changed, and is another one when it is attached ' +
      'again',
    async () => {
      const { catalogue } = client();
      const [plan, feature] = [await catalogue.plan(), await catalogue.feature()];
      const ofPlan = { planId: plan.id };
      const attach = () =>
        client().mutate('addPlanFeature', { ...ofPlan, input: { featureId: feature.id } }, 'id');
      const { id } = await attach();
      expect(id).toMatch(/^plf_[0-9a-z]{26}$/);
      const both = { ...ofPlan, featureId: feature.id };
      const change = { ...both, input: { includedAmount: 5 } };
      expect(await client().mutate('updatePlanFeature', change, 'id includedAmount')).toMatchObject(
        {
          id,
          includedAmount: 5,
        },
      );
      expect(await client().mutate('removePlanFeature', both, 'id features { id }')).toMatchObject({
        features: [],
      });
      expect(await client().data('query($id: ID!) { node(id: $id) { id } }', { id })).toEqual({
        node: null,
      });
      expect((await attach()).id).not.toBe(id);
    },
  );
});

/**
 * Values that belong to one object and are stored and shown with it; and parts of answers, which
 * nobody keeps.
 */
const embedded =
  /^(Query|Mutation|IntroOffer|Overage|PlanPresentation|CallToAction|PageInfo|FieldError|AuditChange|CatalogueChange|CatalogueDocument|Finding|LocalizedTexts|PriceTier|UnitCost|PriceStep|Effective\w+|Pricing\w+|PlanEstimate|EstimateLine|BreakEven|\w+(Connection|Edge|Error))$/;
const payloads = /^(CreatedApiKey|RotatedApiKey|Deleted\w+|FeatureArrangement)$/;

it('every type that a client may keep has an id, and no payload has one', () => {
  const types = Object.values(schema.getTypeMap()).filter((type) => isObjectType(type));
  const named = types.filter(({ name }) => !name.startsWith('__') && !embedded.test(name));
  const hasId = (type: (typeof types)[number]) => String(type.getFields().id?.type) === 'ID!';
  expect(
    named.filter((type) => hasId(type) === payloads.test(type.name)).map(({ name }) => name),
  ).toEqual([]);
});

it('metadata may be null wherever it stands', () => {
  const types = Object.values(schema.getTypeMap()).filter((type) => isObjectType(type));
  const metadata = types.flatMap((type) => type.getFields().metadata ?? []);
  expect(metadata.map(({ type }) => String(type))).toEqual(Array(3).fill('JSONObject'));
  expect(getNamedType(metadata[0]?.type)?.name).toBe('JSONObject');
});
