import type {
  BillingInterval,
  ConsumptionModel,
  FeatureType,
  LimitPeriod,
  PlanAvailability,
  TaxBehavior,
  TiersMode,
} from '../../src/vocabulary.ts';

/**
 * A price list as a vendor publishes it: all that GraphQL answers about it, in the words of
 * GraphQL. Objects are named by their codes.
 */
export interface PriceList {
  baseCurrency: string;
  group: Texts;
  sections: { code: string; name: string }[];
  /** By code. */
  markets: Market[];
  /** Section by section, those without one last. */
  features: Feature[];
  /** In the order of the group. */
  plans: Plan[];
}

export interface Texts {
  name: string;
  description: string | null;
  german: {
    name: string | null;
    description: string | null;
    /** Of features. */
    unitName: string | null;
    unitNamePlural: string | null;
  };
}

export interface Market {
  code: string;
  name: string;
  countryCodes: string[];
  taxBehavior: Uppercase<TaxBehavior> | null;
}

export interface Feature extends Texts {
  code: string;
  type: Uppercase<FeatureType>;
  unitName: string | null;
  unitNamePlural: string | null;
  /** Code of a section. */
  section: string | null;
  limits: Limit[];
}

export interface Limit {
  code: string;
  name: string;
  unitName: string | null;
  unitNamePlural: string | null;
  decimals: number;
  period: Uppercase<LimitPeriod>;
  /** Code of a feature. */
  perFeature: string | null;
}

export interface Plan extends Texts {
  code: string;
  isFree: boolean;
  isPublic: boolean;
  availability: Uppercase<PlanAvailability>;
  presentation: Presentation;
  /** Code of a plan before it in the list. */
  basedOn: string | null;
  consumptionModel: Uppercase<ConsumptionModel> | null;
  metadata: object | null;
  publicMetadata: object;
  exchangeRates: { currency: string; exchangeRate: number }[];
  prices: Price[];
  features: PlanFeature[];
}

export interface Presentation {
  tagline: string | null;
  badge: string | null;
  highlighted: boolean;
  callToAction: { label: string; url: string } | null;
}

export interface Price {
  billingInterval: Uppercase<BillingInterval>;
  price: number;
  isDefault: boolean;
  trialDays: number;
  includedCredits: number | null;
  introOffer: Offer | null;
  /** By currency, derived ones included. */
  regionalPrices: { currency: string; price: number; autoSynced: boolean }[];
  /** In the order of features, overages included. */
  unitPrices: UnitPrice[];
  /** By market. */
  marketPrices: MarketPrice[];
  /** By code. */
  variants: Variant[];
}

export interface MarketPrice {
  /** Code of a market. */
  market: string;
  currency: string;
  price: number;
  /** By feature. */
  unitPrices: MarketUnitPrice[];
}

export interface MarketUnitPrice extends UnitAmount {
  /** Code of a feature that the price has a unit price for. */
  feature: string;
  tiersMode: Uppercase<TiersMode> | null;
}

export interface Variant {
  code: string;
  name: string;
  marketPrices: MarketPrice[];
}

/** Tiers, or one price for all units. */
export interface UnitAmount {
  unitPrice: number | null;
  tiers: { upTo: number | null; unitPrice: number; flatPrice: number }[];
}

export interface UnitPrice extends UnitAmount {
  /** Code of a feature. */
  planFeature: string;
  blockSize: number;
  minimumQuantity: number;
  maximumQuantity: number | null;
  tiersMode: Uppercase<TiersMode> | null;
  isOverage: boolean;
  /** By currency, derived ones included. */
  regional: (UnitAmount & { currency: string; autoSynced: boolean })[];
}

export interface Offer {
  enabled: boolean;
  discountType: 'AMOUNT' | 'PERCENTAGE';
  discountValue: number;
  durationCycles: number | null;
}

export interface PlanFeature {
  /** Code of the feature. */
  feature: string;
  enabled: boolean;
  includedAmount: number;
  unlimited: boolean;
  displayValue: string | null;
  overage: { enabled: boolean; unitPrice: number };
  /** By currency, derived ones included. */
  regionalOverages: { currency: string; unitPrice: number; autoSynced: boolean }[];
  limits: { code: string; amount: number | null; unlimited: boolean }[];
}
