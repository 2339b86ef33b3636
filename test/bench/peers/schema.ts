import { makeExecutableSchema } from '@graphql-tools/schema';
import DataLoader from 'dataloader';
import { GraphQLScalarType } from 'graphql';
import type { Catalogue } from './catalogue.ts';
import { Refusal } from './pricing.ts';
import type { PageArguments, Pages } from './pricing-page.ts';

/** What the peers offer of the gateway's schema: all that the workloads ask for. */
const typeDefs = `
  scalar RateAmount
  scalar JSONObject
  enum BillingInterval { WEEKLY MONTHLY QUARTERLY YEARLY ONE_TIME }
  enum ConsumptionModel { METERED CREDITS BALANCE }
  enum FeatureType { BOOLEAN USAGE SEATS QUOTA }
  enum DiscountType { PERCENTAGE AMOUNT }
  enum PlanAvailability { SELF_SERVICE CONTACT_SALES }
  enum TiersMode { GRADUATED VOLUME }

  type Plan {
    id: ID! code: String! name: String! description: String consumptionModel: ConsumptionModel
    isPublic: Boolean! isFree: Boolean! sortOrder: Int! createdAt: String! updatedAt: String!
    prices: [PlanPrice!]! features: [PlanFeature!]!
    availability: PlanAvailability! presentation: PlanPresentation! basedOn: Plan
  }
  type PlanPresentation { tagline: String badge: String highlighted: Boolean! callToAction: CallToAction }
  type CallToAction { label: String! url: String! }
  type PlanPrice {
    id: ID! billingInterval: BillingInterval! price: RateAmount! isDefault: Boolean! trialDays: Int!
    includedBalance: RateAmount includedCredits: Int regionalPrices: [RegionalPrice!]!
    unitPrices: [UnitPrice!]!
  }
  type UnitPrice {
    unitPrice: RateAmount blockSize: RateAmount! minimumQuantity: RateAmount! maximumQuantity: RateAmount
    tiersMode: TiersMode tiers: [PriceTier!]! regional: [RegionalUnitPrice!]!
  }
  type RegionalUnitPrice { currency: String! unitPrice: RateAmount tiers: [PriceTier!]! }
  type PriceTier { upTo: RateAmount unitPrice: RateAmount! flatPrice: RateAmount! }
  type RegionalPrice { currency: String! price: RateAmount! includedBalance: RateAmount autoSynced: Boolean! }
  type PlanFeature {
    enabled: Boolean! includedAmount: RateAmount! unlimited: Boolean! overage: Overage! feature: Feature!
    displayValue: String limits: [PlanFeatureLimit!]!
  }
  type PlanFeatureLimit { amount: RateAmount unlimited: Boolean! limit: FeatureLimit! }
  type FeatureLimit { code: String! name: String! unitName: String decimals: Int! }
  type Overage { enabled: Boolean! unitPrice: RateAmount! }
  type Feature { id: ID! code: String! name: String! type: FeatureType! unitName: String position: Int! section: FeatureSection }
  type FeatureSection { code: String! name: String! position: Int! }
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

  enum CellKind { EXCLUDED INCLUDED LIMITED UNLIMITED METERED WORDS }
  enum CellChange { FIRST SAME MORE LESS OTHER }
  input PriceContext { country: String currency: String }
  type PricingPage { currency: String! taxNote: String columns: [PricingColumn!]! sections: [PricingSection!]! }
  type PricingColumn { texts: PageTexts! offers: [PricingOffer!]! gainsTitle: String }
  type PageTexts { name: String tagline: String badge: String callToActionLabel: String }
  type PricingOffer {
    billingInterval: BillingInterval! intervalName: String! headline: String! trial: String introOffer: String
    savings: String effective: EffectivePrice!
  }
  type EffectivePrice { price: RateAmount! currency: String! perMonth: RateAmount }
  type PricingSection { name: String rows: [PricingRow!]! }
  type PricingRow { name: String! differs: Boolean! cells: [PricingCell!]! }
  type PricingCell { kind: CellKind! text: String! change: CellChange! }

  type Query {
    plan(code: String!): Plan plans(first: Int!): PlanConnection!
    pricingPage(group: ID!, context: PriceContext!, locale: String!): PricingPage
  }
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

const single =
  (fetch: (keys: readonly string[]) => Rows) =>
  async (keys: readonly string[]): Promise<(Row | null)[]> => {
    const rows = new Map(fetch(keys).map((row) => [row.id, row]));
    return keys.map((id) => rows.get(id) ?? null);
  };

export const createContext = (catalogue: Catalogue, pages?: Pages) => ({
  catalogue,
  pages,
  prices: new DataLoader(grouped(catalogue.pricesOfPlans, 'planId')),
  regionalPrices: new DataLoader(grouped(catalogue.regionalPrices, 'priceId')),
  planFeatures: new DataLoader(grouped(catalogue.featuresOfPlans, 'planId')),
  unitPrices: new DataLoader(grouped(catalogue.unitPrices, 'priceId')),
  regionalUnitPrices: new DataLoader(grouped(catalogue.regionalUnitPrices, 'priceId')),
  limits: new DataLoader(grouped(catalogue.limitsOfPlans, 'planId')),
  feature: new DataLoader(single(catalogue.features)),
  section: new DataLoader(single(catalogue.sections)),
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

interface OfPlan {
  planId: string;
  featureId: string;
}
interface OfPrice {
  priceId: string;
  featureId: string;
}

const tiersOf = ({ tiers }: { tiers: string }): unknown => JSON.parse(tiers);

const resolvers = {
  RateAmount: json('RateAmount'),
  JSONObject: json('JSONObject'),
  BillingInterval: words('WEEKLY', 'MONTHLY', 'QUARTERLY', 'YEARLY', 'ONE_TIME'),
  ConsumptionModel: words('METERED', 'CREDITS', 'BALANCE'),
  FeatureType: words('BOOLEAN', 'USAGE', 'SEATS', 'QUOTA'),
  DiscountType: words('PERCENTAGE', 'AMOUNT'),
  PlanAvailability: words('SELF_SERVICE', 'CONTACT_SALES'),
  TiersMode: words('GRADUATED', 'VOLUME'),
  CellKind: words('EXCLUDED', 'INCLUDED', 'LIMITED', 'UNLIMITED', 'METERED', 'WORDS'),
  CellChange: words('FIRST', 'SAME', 'MORE', 'LESS', 'OTHER'),
  Query: {
    pricingPage: (_: unknown, asked: PageArguments, { pages }: Context) => pages?.(asked),
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
    presentation: ({
      tagline,
      badge,
      highlighted,
      callToActionLabel: label,
      callToActionUrl: url,
    }: Row) => ({
      tagline,
      badge,
      highlighted,
      callToAction: label === null ? null : { label, url },
    }),
    basedOn: ({ basedOnPlanId: id }: Row) => (id === null ? null : { id }),
  },
  PlanPrice: {
    unitPrices: ({ id }: { id: string }, _: unknown, { unitPrices }: Context) =>
      unitPrices.load(id),
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
    limits: async ({ planId, featureId }: OfPlan, _: unknown, { limits }: Context) =>
      (await limits.load(planId)).filter((row) => row.featureId === featureId),
  },
  PlanFeatureLimit: {
    limit: ({ code, name, unitName, decimals }: Row) => ({ code, name, unitName, decimals }),
  },
  UnitPrice: {
    tiers: tiersOf,
    regional: async (
      { priceId, featureId }: OfPrice,
      _: unknown,
      { regionalUnitPrices }: Context,
    ) => (await regionalUnitPrices.load(priceId)).filter((row) => row.featureId === featureId),
  },
  RegionalUnitPrice: { tiers: tiersOf },
  Feature: {
    section: ({ sectionId }: { sectionId: string | null }, _: unknown, { section }: Context) =>
      sectionId === null ? null : section.load(sectionId),
  },
};

export const schema = makeExecutableSchema<Context>({ typeDefs, resolvers });
