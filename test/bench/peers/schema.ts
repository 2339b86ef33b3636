import { makeExecutableSchema } from '@graphql-tools/schema';
import DataLoader from 'dataloader';
import { GraphQLScalarType } from 'graphql';
import type { Catalogue } from './catalogue.ts';
import { Refusal } from './pricing.ts';

/** What the peers offer of the gateway's schema: all that the workloads ask for. */
const typeDefs = `
  scalar RateAmount
  scalar JSONObject
  enum BillingInterval { WEEKLY MONTHLY QUARTERLY YEARLY ONE_TIME }
  enum ConsumptionModel { METERED CREDITS BALANCE }
  enum FeatureType { BOOLEAN USAGE SEATS QUOTA }
  enum DiscountType { PERCENTAGE AMOUNT }

  type Plan {
    id: ID! code: String! name: String! description: String consumptionModel: ConsumptionModel
    isPublic: Boolean! isFree: Boolean! sortOrder: Int! createdAt: String! updatedAt: String!
    prices: [PlanPrice!]! features: [PlanFeature!]!
  }
  type PlanPrice {
    id: ID! billingInterval: BillingInterval! price: RateAmount! isDefault: Boolean! trialDays: Int!
    includedBalance: RateAmount includedCredits: Int regionalPrices: [RegionalPrice!]!
  }
  type RegionalPrice { currency: String! price: RateAmount! includedBalance: RateAmount autoSynced: Boolean! }
  type PlanFeature {
    enabled: Boolean! includedAmount: RateAmount! unlimited: Boolean! overage: Overage! feature: Feature!
  }
  type Overage { enabled: Boolean! unitPrice: RateAmount! }
  type Feature { id: ID! code: String! name: String! type: FeatureType! unitName: String }
  type PlanConnection { nodes: [Plan!]! }

  interface Error { code: String! message: String! param: String }
  type ValidationError implements Error { code: String! message: String! param: String }
  type NotFoundError implements Error { code: String! message: String! param: String }
  type ConflictError implements Error { code: String! message: String! param: String }
  union AddPlanPriceResult = PlanPrice | ValidationError | NotFoundError | ConflictError
  union UpdatePlanResult = Plan | ValidationError | NotFoundError | ConflictError

  input IntroOfferInput { enabled: Boolean! discountType: DiscountType discountValue: RateAmount durationCycles: Int }
  input AddPlanPriceInput {
    billingInterval: BillingInterval! price: RateAmount! trialDays: Int isDefault: Boolean
    includedBalance: RateAmount includedCredits: Int introOffer: IntroOfferInput metadata: JSONObject
  }
  input UpdatePlanInput { name: String description: String metadata: JSONObject isPublic: Boolean }

  type Query { plan(code: String!): Plan plans(first: Int!): PlanConnection! }
  type Mutation {
    addPlanPrice(planId: ID!, input: AddPlanPriceInput!): AddPlanPriceResult!
    updatePlan(planId: ID!, input: UpdatePlanInput!): UpdatePlanResult!
  }
`;

type Rows = ReturnType<Catalogue['features']>;
type Row = Rows[number];

const grouped =
  (fetch: (keys: readonly string[]) => Rows, key: string) =>
  async (keys: readonly string[]): Promise<Rows[]> => {
    const rows = new Map<unknown, Rows>(keys.map((id) => [id, []]));
    for (const row of fetch(keys)) rows.get(row[key])?.push(row);
    return keys.map((id) => rows.get(id) ?? []);
  };

export const createContext = (catalogue: Catalogue) => ({
  catalogue,
  prices: new DataLoader(grouped(catalogue.pricesOfPlans, 'planId')),
  regionalPrices: new DataLoader(grouped(catalogue.regionalPrices, 'priceId')),
  planFeatures: new DataLoader(grouped(catalogue.featuresOfPlans, 'planId')),
  feature: new DataLoader<string, Row | null>(async (keys) => {
    const rows = new Map(catalogue.features(keys).map((row) => [row.id, row]));
    return keys.map((id) => rows.get(id) ?? null);
  }),
});
export type Context = ReturnType<typeof createContext>;

/** A refusal is a member of the mutation's union. */
const outcome = (typename: string, work: () => object): object => {
  try {
    return { __typename: typename, ...work() };
  } catch (thrown) {
    if (thrown instanceof Refusal) return thrown.failure;
    throw thrown;
  }
};

const words = (...names: string[]) =>
  Object.fromEntries(names.map((name) => [name, name.toLowerCase()]));
const json = (name: string) => new GraphQLScalarType({ name, serialize: (value) => value });

interface PlanArguments {
  planId: string;
  input: unknown;
}

const resolvers = {
  RateAmount: json('RateAmount'),
  JSONObject: json('JSONObject'),
  BillingInterval: words('WEEKLY', 'MONTHLY', 'QUARTERLY', 'YEARLY', 'ONE_TIME'),
  ConsumptionModel: words('METERED', 'CREDITS', 'BALANCE'),
  FeatureType: words('BOOLEAN', 'USAGE', 'SEATS', 'QUOTA'),
  DiscountType: words('PERCENTAGE', 'AMOUNT'),
  Query: {
    plan: (_: unknown, { code }: { code: string }, { catalogue }: Context) =>
      catalogue.planByCode({ code }),
    plans: (_: unknown, { first }: { first: number }, { catalogue }: Context) => ({
      nodes: catalogue.plans({ first }),
    }),
  },
  Mutation: {
    addPlanPrice: (_: unknown, { planId, input }: PlanArguments, { catalogue }: Context) =>
      outcome('PlanPrice', () => catalogue.addPlanPrice(planId, input)),
    updatePlan: (_: unknown, { planId, input }: PlanArguments, { catalogue }: Context) =>
      outcome('Plan', () => catalogue.updatePlan(planId, input)),
  },
  Plan: {
    prices: ({ id }: { id: string }, _: unknown, { prices }: Context) => prices.load(id),
    features: ({ id }: { id: string }, _: unknown, { planFeatures }: Context) =>
      planFeatures.load(id),
  },
  PlanPrice: {
    regionalPrices: ({ id }: { id: string }, _: unknown, { regionalPrices }: Context) =>
      regionalPrices.load(id),
  },
  PlanFeature: {
    overage: ({ overageEnabled, overageUnitPrice }: Row) => ({
      enabled: overageEnabled,
      unitPrice: overageUnitPrice,
    }),
    feature: ({ featureId }: { featureId: string }, _: unknown, { feature }: Context) =>
      feature.load(featureId),
  },
};

export const schema = makeExecutableSchema<Context>({ typeDefs, resolvers });
