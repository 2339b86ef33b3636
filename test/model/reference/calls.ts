import type {
  BillingInterval,
  ConsumptionModel,
  DiscountType,
  FeatureType,
  JsonObject,
  LimitPeriod,
  PlanAvailability,
  PricingMode,
  TaxBehavior,
  TiersMode,
} from '../../../src/vocabulary.ts';
import type { IntroOffer, Overage, Presentation } from './records.ts';

/**
 * What a client may ask for, in the words of the contract. Inputs are well formed; whether they are
 * allowed is the model's to say.
 */

type Nullish<Shape> = { [Key in keyof Shape]?: Shape[Key] | null };

interface OfPlan {
  planId: string;
}
/** Of calls that set prices. */
interface Priced {
  /**
   * The client sees prices in whole minor units, and sends back what it sees for what is to stay.
   */
  seesMinorUnits?: true;
}
interface OfPrice extends OfPlan {
  priceId: string;
  /** The client knows nothing of variants. */
  knowsNoVariants?: true;
}
interface OfMarket {
  marketId: string;
}
interface OfCurrency {
  currency: string;
}
interface OfFeature {
  featureId: string;
}
interface OfSection {
  sectionId: string;
}
interface OfGroup {
  planGroupId: string;
}

interface PlanFeatureFields {
  enabled?: boolean;
  includedAmount?: number;
  unlimited?: boolean;
  overage?: Partial<Overage>;
  pricingMode?: PricingMode;
}

export interface Override {
  currency: string;
  price: number;
  includedBalance?: number | null;
}

export interface RegionalPricing {
  currency: string;
  exchangeRate: number;
  prices?: { priceId: string; price: number; includedBalance?: number | null }[];
  features?: { featureId: string; overageUnitPrice: number }[];
  introOffers?: {
    priceId: string;
    discountType: DiscountType;
    discountValue: number;
    durationCycles: number;
  }[];
}

export type TierOfInput = { upTo?: number | null; unitPrice: number; flatPrice?: number | null };

export interface MarketPriceOfInput {
  marketId: string;
  currency: string;
  price: number;
  unitPrices?: {
    featureId: string;
    unitPrice?: number;
    tiers?: TierOfInput[];
    tiersMode?: TiersMode;
  }[];
}

export type LimitDefinition = { code: string; name: string } & Nullish<{
  unitName: string;
  unitNamePlural: string;
  decimals: number;
  period: LimitPeriod;
  perFeatureId: string;
}>;

export type LimitAmount = { code: string } & Nullish<{ amount: number; unlimited: boolean }>;

export interface Calls {
  createPlan: {
    input: { name: string; code: string } & Nullish<{
      description: string;
      consumptionModel: ConsumptionModel;
      isPublic: boolean;
      isFree: boolean;
      blockOnExhaustion: boolean;
      planGroupId: string;
      metadata: JsonObject;
      availability: PlanAvailability;
      presentation: Nullish<Presentation>;
      basedOnPlanId: string;
    }>;
  };
  updatePlan: OfPlan & {
    input: {
      name?: string;
      description?: string | null;
      metadata?: JsonObject;
      isPublic?: boolean;
      availability?: PlanAvailability;
      presentation?: Partial<Presentation>;
      basedOnPlanId?: string | null;
    };
  };
  setPlanVisibility: OfPlan & { input: { isPublic: boolean } };
  deletePlan: OfPlan;
  addPlanFeature: OfPlan & {
    input: { featureId: string } & Nullish<
      PlanFeatureFields & { creditsPerUnit: number; margin: number; displayValue: string }
    >;
  };
  updatePlanFeature: OfPlan &
    OfFeature & {
      input: PlanFeatureFields & {
        creditsPerUnit?: number | null;
        margin?: number | null;
        displayValue?: string | null;
      };
    };
  removePlanFeature: OfPlan & OfFeature;
  addPlanPrice: OfPlan & {
    input: { billingInterval: BillingInterval; price: number } & Nullish<{
      trialDays: number;
      isDefault: boolean;
      includedBalance: number;
      includedCredits: number;
      introOffer: Partial<IntroOffer> & { enabled: boolean };
      metadata: JsonObject;
      marketPrices: MarketPriceOfInput[];
    }>;
  };
  updatePlanPrice: OfPrice &
    Priced & {
      input: {
        price?: number;
        trialDays?: number;
        isDefault?: boolean;
        includedBalance?: number | null;
        includedCredits?: number | null;
        introOffer?: Partial<IntroOffer>;
        metadata?: JsonObject;
        name?: string;
        marketPrices?: MarketPriceOfInput[];
      };
    };
  createMarket: {
    input: { name: string; countryCodes: string[] } & Nullish<{
      code: string;
      taxBehavior: TaxBehavior;
      metadata: JsonObject;
    }>;
  };
  updateMarket: OfMarket & {
    input: {
      name?: string;
      countryCodes?: string[];
      taxBehavior?: TaxBehavior | null;
      metadata?: JsonObject;
    };
  };
  deleteMarket: OfMarket;
  setMarketPrices: OfPrice & { input: { marketPrices: MarketPriceOfInput[] } };
  addPriceVariant: OfPlan & {
    input: { inheritsFromPriceId: string; marketPrices: MarketPriceOfInput[] } & Nullish<{
      billingInterval: BillingInterval;
      name: string;
      code: string;
      metadata: JsonObject;
    }>;
  };
  deletePlanPrice: OfPrice;
  setDefaultPlanPrice: OfPrice;
  upsertRegionalPrices: OfPrice & Priced & { input: { overrides: Override[] } };
  deleteRegionalPrices: OfPrice;
  deriveRegionalPrice: OfPrice & OfCurrency;
  setRegionalOverage: OfPlan & OfFeature & { input: { currency: string; unitPrice: number } };
  setExchangeRate: OfPlan & {
    input: { currency: string; exchangeRate: number; overwrite?: boolean | null };
  };
  removePlanCurrency: OfPlan & OfCurrency;
  setPlanRegionalPricing: OfPlan & Priced & { input: RegionalPricing };
  createFeature: {
    input: { name: string; code: string; type: FeatureType } & Nullish<{
      description: string;
      unitName: string;
      unitNamePlural: string;
      sectionId: string;
    }>;
  };
  updateFeature: OfFeature & {
    input: {
      name?: string;
      description?: string | null;
      unitName?: string | null;
      unitNamePlural?: string | null;
      sectionId?: string | null;
    };
  };
  deleteFeature: OfFeature;
  createFeatureSection: { input: { name: string; code?: string | null } };
  updateFeatureSection: OfSection & { input: { name: string } };
  deleteFeatureSection: OfSection;
  arrangeFeatures: {
    input: { sections: { sectionId?: string | null; featureIds: string[] }[] };
  };
  setFeatureLimits: OfFeature & { input: { limits: LimitDefinition[] } };
  setPlanFeatureLimits: OfPlan & OfFeature & { input: { limits: LimitAmount[] } };
  setUnitPrice: OfPlan &
    OfPrice & {
      input: {
        featureId: string;
        unitPrice?: number;
        tiers?: TierOfInput[];
        tiersMode?: TiersMode;
        blockSize?: number;
        minimumQuantity?: number;
        maximumQuantity?: number | null;
        regional?: { currency: string; unitPrice?: number; tiers?: TierOfInput[] }[];
      };
    };
  removeUnitPrice: OfPlan & OfPrice & OfFeature;
  createPlanGroup: {
    input: { name: string } & Nullish<{ description: string; isPublic: boolean; code: string }>;
  };
  updatePlanGroup: OfGroup & {
    input: { name?: string; description?: string | null; isPublic?: boolean };
  };
  deletePlanGroup: OfGroup;
  addPlanToGroup: OfGroup & { input: { planId: string; sortOrder?: number | null } };
  removePlanFromGroup: OfGroup & OfPlan;
  reorderPlansInGroup: OfGroup & { input: { planIds: string[] } };
  createChangeSet: { input: { document: string; name?: string | null } };
  applyChangeSet: { id: string; expectedHash: string };
  discardChangeSet: { id: string };
}

export type OperationName = keyof Calls;
/** What REST has no words for. */
export const graphqlOnly = [
  'deriveRegionalPrice',
  'setRegionalOverage',
  'setExchangeRate',
  'removePlanCurrency',
  'setUnitPrice',
  'removeUnitPrice',
  'setMarketPrices',
  'setFeatureLimits',
  'setPlanFeatureLimits',
  'createFeatureSection',
  'updateFeatureSection',
  'deleteFeatureSection',
  'arrangeFeatures',
  'createChangeSet',
  'applyChangeSet',
  'discardChangeSet',
] as const satisfies OperationName[];
export type RestOperation = Exclude<OperationName, (typeof graphqlOnly)[number]>;
export type CallOf<Name extends OperationName> = { operation: Name } & Calls[Name];
export type Call = { [Name in OperationName]: CallOf<Name> }[OperationName];
