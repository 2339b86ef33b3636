import type {
  BillingInterval,
  ConsumptionModel,
  FeatureType,
  LimitPeriod,
} from '../../src/vocabulary.ts';

/**
 * A price list as a vendor publishes it: all that GraphQL answers about it, in the words of
 * GraphQL. Objects are named by their codes.
 */
export interface PriceList {
  baseCurrency: string;
  group: Texts;
  features: Feature[];
  /** In the order of the group. */
  plans: Plan[];
}

export interface Texts {
  name: string;
  description: string | null;
  german: { name: string | null; description: string | null };
}

export interface Feature extends Texts {
  code: string;
  type: Uppercase<FeatureType>;
  unitName: string | null;
  limits: Limit[];
}

export interface Limit {
  code: string;
  name: string;
  unitName: string | null;
  decimals: number;
  period: Uppercase<LimitPeriod>;
  /** Code of a feature. */
  perFeature: string | null;
}

export interface Plan extends Texts {
  code: string;
  isFree: boolean;
  isPublic: boolean;
  consumptionModel: Uppercase<ConsumptionModel> | null;
  metadata: object | null;
  publicMetadata: object;
  exchangeRates: { currency: string; exchangeRate: number }[];
  prices: Price[];
  features: PlanFeature[];
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
