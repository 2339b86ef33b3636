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

/** What a client believes to be in a catalogue. */

interface Dated {
  createdAt: string;
  updatedAt: string;
}

export interface Plan extends Dated {
  id: string;
  name: string;
  code: string;
  description: string | null;
  consumptionModel: ConsumptionModel | null;
  isPublic: boolean;
  isFree: boolean;
  availability: PlanAvailability;
  presentation: Presentation;
  basedOnPlanId: string | null;
  blockOnExhaustion: boolean;
  metadata: JsonObject | null;
}

export interface Presentation {
  tagline: string | null;
  badge: string | null;
  highlighted: boolean;
  callToAction: { label: string; url: string } | null;
}

/** A plan as answers show it: with its place. */
export interface PlacedPlan extends Plan {
  planGroupId: string | null;
  sortOrder: number;
}

export interface IntroOffer {
  enabled: boolean;
  discountType: DiscountType | null;
  discountValue: number | null;
  durationCycles: number | null;
}

export interface Price extends Dated {
  id: string;
  planId: string;
  billingInterval: BillingInterval;
  price: number;
  isDefault: boolean;
  trialDays: number;
  includedBalance: number | null;
  includedCredits: number | null;
  introOffer: IntroOffer | null;
  metadata: JsonObject;
  /** Of a variant; null in all others, as code and name are. */
  inheritsFromPriceId: string | null;
  code: string | null;
  name: string | null;
}

export interface Market extends Dated {
  id: string;
  code: string;
  name: string;
  countryCodes: string[];
  taxBehavior: TaxBehavior | null;
  metadata: JsonObject;
}

export interface MarketUnitPrice {
  featureId: string;
  unitPrice: number | null;
  tiersMode: TiersMode | null;
  tiers: Tier[];
}

export interface MarketPrice {
  priceId: string;
  marketId: string;
  currency: string;
  price: number;
  unitPrices: MarketUnitPrice[];
}

export interface Overage {
  enabled: boolean;
  unitPrice: number;
}

export interface PlanFeature extends Dated {
  planId: string;
  featureId: string;
  enabled: boolean;
  includedAmount: number;
  unlimited: boolean;
  overage: Overage;
  creditsPerUnit: number | null;
  pricingMode: PricingMode;
  margin: number | null;
  displayValue: string | null;
}

export interface Feature extends Dated {
  id: string;
  name: string;
  code: string;
  type: FeatureType;
  description: string | null;
  unitName: string | null;
  unitNamePlural: string | null;
}

export interface Section extends Dated {
  id: string;
  code: string;
  name: string;
}

export interface Tier {
  upTo: number | null;
  unitPrice: number;
  flatPrice: number;
}

export interface RegionalUnitPrice {
  currency: string;
  unitPrice: number | null;
  tiers: Tier[];
  autoSynced: boolean;
}

export interface UnitPrice {
  priceId: string;
  planId: string;
  featureId: string;
  unitPrice: number | null;
  tiersMode: TiersMode | null;
  tiers: Tier[];
  blockSize: number;
  minimumQuantity: number;
  maximumQuantity: number | null;
  regional: RegionalUnitPrice[];
}

export interface FeatureLimit {
  featureId: string;
  code: string;
  name: string;
  unitName: string | null;
  unitNamePlural: string | null;
  decimals: number;
  period: LimitPeriod;
  perFeatureId: string | null;
}

export interface PlanFeatureLimit {
  planId: string;
  featureId: string;
  code: string;
  amount: number | null;
  unlimited: boolean;
}

export interface Group extends Dated {
  id: string;
  code: string;
  name: string;
  description: string | null;
  isPublic: boolean;
}

export interface RegionalOffer {
  discountType: DiscountType;
  discountValue: number;
  durationCycles: number | null;
}

export interface RegionalPrice {
  priceId: string;
  currency: string;
  price: number;
  includedBalance: number | null;
  autoSynced: boolean;
  includedBalanceAutoSynced: boolean;
  introOffer: RegionalOffer | null;
  introOfferAutoSynced: boolean;
}

export interface RegionalOverage {
  planId: string;
  featureId: string;
  currency: string;
  unitPrice: number;
  autoSynced: boolean;
}

export interface Rate {
  planId: string;
  currency: string;
  exchangeRate: number;
}

/** What a document changes of one object. */
export type Edit = { path: string } & (
  | { kind: 'featureName'; feature: string; name: string }
  | { kind: 'planName'; plan: string; name: string }
  | { kind: 'price'; plan: string; interval: string; price: number }
  | { kind: 'link'; plan: string; feature: string }
  | { kind: 'unlink'; plan: string; feature: string }
  | { kind: 'limit'; plan: string; feature: string; limit: string; amount: string }
);

export interface ChangeSet {
  id: string;
  hash: string;
  name: string | null;
  status: 'draft' | 'applied' | 'discarded';
  createdAt: string;
  /** What the file said of each changed object. */
  changes: { path: string; before: object | null; isDeleted: boolean }[];
  /** Paths of what has to be there. */
  needs: string[];
  edits: Edit[];
  /** Operations refused it when it was made. */
  isRefused: boolean;
}
