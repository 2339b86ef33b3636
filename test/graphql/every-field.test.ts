import {
  type GraphQLField,
  type GraphQLObjectType,
  getNamedType,
  isAbstractType,
  isLeafType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { expect, it } from 'vitest';
import { schema } from '../../schema/index.ts';
import { setFeatureLimits, setPlanFeatureLimits } from '../../src/domain/feature-limit.ts';
import { setPlanRegionalPricing } from '../../src/domain/regional-pricing.ts';
import { onEveryGateway } from './client.ts';

const DEEPEST = 4;

/** A literal for each required argument of a field of an object; root fields are called by hand. */
const literals: Record<string, string> = {
  billingInterval: 'MONTHLY',
  currency: '"eur"',
  code: '"calls"',
  locale: '"de"',
  quantity: '1',
  context: '{ country: "BR" }',
};

const argumentsOf = ({ name, args }: GraphQLField<unknown, unknown>): string => {
  const required = args.filter((arg) => isNonNullType(arg.type) && arg.defaultValue === undefined);
  const passed = required.map((arg) => {
    const literal = literals[arg.name];
    if (!literal) throw new Error(`no literal for the argument ${arg.name} of ${name}`);
    return `${arg.name}: ${literal}`;
  });
  return passed.length > 0 ? `(${passed.join(', ')})` : '';
};

/**
 * Every field of the type, of the types behind its fields, and so on; of a type that it stands below
 * only what has no fields.
 */
const selectionOf = (
  type: GraphQLObjectType,
  depth: number,
  reached: Set<string>,
  above: readonly string[] = [],
): string =>
  Object.values(type.getFields())
    .flatMap((field) => {
      const inner = getNamedType(field.type);
      const call = `${field.name}${argumentsOf(field)}`;
      if (isLeafType(inner)) {
        reached.add(`${type.name}.${field.name}`);
        return [call];
      }
      if (!isObjectType(inner) || depth === DEEPEST) return [];
      reached.add(`${type.name}.${field.name}`);
      const below = [...above, type.name];
      const next = below.includes(inner.name) ? DEEPEST : depth + 1;
      return [`${call} { ${selectionOf(inner, next, reached, below)} }`];
    })
    .join(' ');

const calls: Record<string, { args: string; type: string }> = {
  viewer: { args: '', type: 'Viewer' },
  plan: { args: '(code: "pro")', type: 'Plan' },
  plans: { args: '(first: 5)', type: 'PlanConnection' },
  feature: { args: '(code: "calls")', type: 'Feature' },
  features: { args: '(first: 5)', type: 'FeatureConnection' },
  featureSection: { args: '(code: "section")', type: 'FeatureSection' },
  featureSections: { args: '', type: 'FeatureSectionConnection' },
  market: { args: '(code: "market")', type: 'Market' },
  markets: { args: '', type: 'MarketConnection' },
  planGroup: { args: '(id: $group)', type: 'PlanGroup' },
  planGroups: { args: '', type: 'PlanGroupConnection' },
  pricingPage: { args: '(plans: ["pro"], context: {})', type: 'PricingPage' },
  estimate: {
    args: '(plans: ["pro"], usage: [{ feature: "calls", quantity: 5 }], context: {})',
    type: 'PlanEstimate',
  },
  apiKeys: { args: '', type: 'ApiKeyConnection' },
  auditLog: { args: '', type: 'AuditEntryConnection' },
  node: { args: '(id: $price)', type: 'PlanPrice' },
  nodes: { args: '(ids: [$price, $group])', type: 'PlanPrice' },
};

/** How deep selections begin, for types that are far from the root. */
const starts: Record<string, number> = { feature: 1, node: 1, pricingPage: 1 };

/** Deeper than the documents that are made go. */
const cells = {
  name: 'pricingPage',
  document: `{ pricingPage(plans: ["pro"], context: {}) {
    sections { rows { cells { plan { id } planFeature { id } } } }
  } }`,
  reached: new Set(['PricingCell.plan', 'PricingCell.planFeature']),
};

/** Root fields one by one, since all together are more than a document may hold. */
const documents = Object.entries(calls).map(([name, { args, type: typeName }]) => {
  const reached = new Set([`Query.${name}`]);
  const type = schema.getType(typeName);
  if (!isObjectType(type)) throw new Error(`${typeName} is no object type`);
  const selection = selectionOf(type, starts[name] ?? 2, reached);
  const isOfInterface = isAbstractType(
    getNamedType(schema.getQueryType()?.getFields()[name]?.type),
  );
  const declared = ['group', 'price']
    .filter((variable) => args.includes(`$${variable}`))
    .map((name) => `$${name}: ID!`);
  const document = `query ${declared.length > 0 ? `(${declared.join(', ')})` : ''} {
    ${name}${args} { ${isOfInterface ? `... on ${typeName} { ${selection} }` : selection} }
  }`;
  return { name, document, reached };
});

/** Only mutations answer these. */
const changes =
  /^(CreatedApiKey|RotatedApiKey|Deleted\w+|FeatureArrangement|FieldError|Mutation|Translation|ChangeSet.*|Catalogue.*|Finding)$/;

onEveryGateway('every field', (client) => {
  it.each([...documents, cells])(
    'that $name leads to can be asked for',
    async ({ name, document }) => {
      const { catalogue } = client();
      const group = await catalogue.group();
      const plan = await catalogue.plan({
        code: 'pro',
        consumptionModel: 'metered',
        planGroupId: group.id,
        metadata: { a: 1 },
      });
      const offer = { enabled: true, discountType: 'amount', discountValue: 5 } as const;
      const market = await catalogue.market({ code: 'market' });
      const price = await catalogue.price(plan, {
        introOffer: offer,
        includedBalance: 7,
        marketPrices: [{ marketId: market.id, currency: 'brl', price: 1 }],
      });
      const { id: sectionId } = await catalogue.section();
      const feature = await catalogue.feature({ code: 'calls', sectionId });
      await catalogue.attach(plan, feature, { overage: { enabled: true, unitPrice: 20 } });
      await catalogue.change((w) =>
        setPlanRegionalPricing(w, plan.id, { currency: 'eur', exchangeRate: 0.9 }),
      );
      const limits = [{ code: 'rate', name: 'Rate' }];
      await catalogue.change((w) => setFeatureLimits(w, feature.id, { limits }));
      const amounts = [{ code: 'rate', amount: 60 }];
      await catalogue.change((w) =>
        setPlanFeatureLimits(w, plan.id, feature.id, { limits: amounts }),
      );
      const data = await client().data(document, { group: group.id, price: price.id });
      expect(data[name]).toBeTruthy();
    },
  );
});

it('no field is out of reach of these queries', () => {
  const reached = new Set([...documents, cells].flatMap((document) => [...document.reached]));
  const fields = Object.values(schema.getTypeMap())
    .filter(
      (type) => isObjectType(type) && !type.name.startsWith('__') && !type.name.endsWith('Error'),
    )
    .filter(({ name }) => !changes.test(name))
    .flatMap((type) =>
      isObjectType(type)
        ? Object.keys(type.getFields()).map((field) => `${type.name}.${field}`)
        : [],
    );
  // test/http/catalogue.test.ts reads them.
  const ofFiles = /^Query\.(catalogue|catalogueHash|changeSets?|lint)$/;
  expect(fields.filter((field) => !reached.has(field) && !ofFiles.test(field))).toEqual([]);
});
