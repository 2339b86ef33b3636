import type {
  BillingInterval,
  DiscountType,
  TaxBehavior,
  TiersMode,
} from '../../src/vocabulary.ts';

/**
 * A catalogue as its owner would describe it: what was set by hand, and the rates. What follows
 * from them is not written down.
 */
export interface PricedCatalogue {
  baseCurrency: string;
  taxBehavior: TaxBehavior;
  markets: MarketOf[];
  features: FeatureOf[];
  plans: PlanOf[];
}

export interface MarketOf {
  code: string;
  name: string;
  countries: string[];
  taxBehavior: TaxBehavior | null;
}

export interface FeatureOf {
  code: string;
  name: string;
  type: 'seats' | 'usage';
}

export interface PlanOf {
  code: string;
  isFree: boolean;
  isPublic: boolean;
  rates: ReadonlyMap<string, number>;
  features: LinkOf[];
  prices: PriceOf[];
}

export interface LinkOf {
  feature: FeatureOf;
  overage: { enabled: boolean; unitPrice: number };
  /** By currency. */
  overagesByHand: ReadonlyMap<string, number>;
}

export interface OfferOf {
  discountType: DiscountType;
  discountValue: number;
  durationCycles: number | null;
}

export interface PriceOf {
  interval: BillingInterval;
  price: number;
  /** What it was before a change; undefined where it never changed. */
  formerPrice: number | undefined;
  offer: (OfferOf & { enabled: boolean }) | null;
  /** By currency. */
  byHand: ReadonlyMap<string, number>;
  offersByHand: ReadonlyMap<string, OfferOf & { durationCycles: number }>;
  /** All its regional prices have been deleted in the end. */
  isDeletedElsewhere: boolean;
  units: UnitOf[];
  inMarkets: PriceInMarket[];
  variants: { name: string; inMarkets: PriceInMarket[] }[];
}

export interface Tier {
  upTo: number | null;
  unitPrice: number;
  flatPrice: number;
}

/** Flat or in tiers. */
export interface Amounts {
  unitPrice: number | null;
  tiers: Tier[];
}

export interface UnitOf extends Amounts {
  feature: FeatureOf;
  tiersMode: TiersMode | null;
  /** By currency. */
  byHand: ReadonlyMap<string, Amounts>;
}

export interface PriceInMarket {
  market: MarketOf;
  currency: string;
  price: number;
  /** By the code of the feature. */
  units: ReadonlyMap<string, Amounts>;
}

export interface Context {
  country: string | null;
  currency: string | null;
}
