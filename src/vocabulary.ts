/** The words that every layer shares. A leaf: imports nothing of ours. */

export const billingIntervals = ['weekly', 'monthly', 'quarterly', 'yearly', 'one_time'] as const;
export type BillingInterval = (typeof billingIntervals)[number];

export const consumptionModels = ['metered', 'credits', 'balance'] as const;
export type ConsumptionModel = (typeof consumptionModels)[number];

export const planAvailabilities = ['self_service', 'contact_sales'] as const;
export type PlanAvailability = (typeof planAvailabilities)[number];

export const featureTypes = ['boolean', 'usage', 'seats', 'quota'] as const;
export type FeatureType = (typeof featureTypes)[number];

/** In which time a limit is used up. A limit of `never` is a standing one. */
export const limitPeriods = [
  'billing_period',
  'minute',
  'hour',
  'day',
  'week',
  'month',
  'year',
  'event',
  'never',
] as const;
export type LimitPeriod = (typeof limitPeriods)[number];

export const pricingModes = ['fixed', 'ai_model'] as const;
export type PricingMode = (typeof pricingModes)[number];

/** Whether amounts include tax. Pages show it; nothing is computed from it. */
export const taxBehaviors = ['inclusive', 'exclusive', 'unspecified'] as const;
export type TaxBehavior = (typeof taxBehaviors)[number];

/** How units are spread over tiers: each at the price of its tier, or all at that of the last. */
export const tiersModes = ['graduated', 'volume'] as const;
export type TiersMode = (typeof tiersModes)[number];

export const discountTypes = ['percentage', 'amount'] as const;
export type DiscountType = (typeof discountTypes)[number];

/** Where what a price comes to for a visitor is from. */
export const priceSources = ['market', 'regional', 'derived', 'base'] as const;
export type PriceSource = (typeof priceSources)[number];

/** How that is found, in the order in which the rules are tried; the first that matches wins. */
export const priceRules = [
  'variant_market',
  'market',
  'currency',
  'country_currency',
  'base',
] as const;
export type PriceRule = (typeof priceRules)[number];

export const stepOutcomes = ['matched', 'skipped'] as const;
export type StepOutcome = (typeof stepOutcomes)[number];

/** What a change set does to an object. */
export const changeKinds = ['create', 'update', 'delete'] as const;
export type ChangeKind = (typeof changeKinds)[number];

export const changeSetStatuses = ['draft', 'scheduled', 'applied', 'discarded', 'failed'] as const;
export type ChangeSetStatus = (typeof changeSetStatuses)[number];

/** How much a catalogue file speaks of: what it lists, or the whole catalogue. */
export const catalogueScopes = ['listed', 'whole'] as const;
export type CatalogueScope = (typeof catalogueScopes)[number];

/** Findings that are errors keep a change set from being applied. */
export const severities = ['error', 'warning'] as const;
export type Severity = (typeof severities)[number];

export const modes = ['live', 'sandbox'] as const;
export type Mode = (typeof modes)[number];

/** Weakest first: each scope includes the ones before it. */
const ladder = ['read', 'write', 'admin'] as const;
/** `audit` is apart from the others: it reads the audit log, as `admin` does, and nothing else. */
export const scopes = [...ladder, 'audit'] as const;
export type Scope = (typeof scopes)[number];

export const includesScope = (held: Scope, needed: Scope): boolean => {
  if (held === 'audit' || needed === 'audit') return held === needed || held === 'admin';
  return ladder.indexOf(held) >= ladder.indexOf(needed);
};

/** A publishable key may be seen by everyone: it stands in web pages. */
export const apiKeyKinds = ['secret', 'publishable'] as const;
export type ApiKeyKind = (typeof apiKeyKinds)[number];

/** Who a reading is for: `public` sees public plans only, no metadata and no margins. */
export type Audience = 'all' | 'public';

/** Which plans a list shows. */
export const visibilities = ['public', 'private', 'all'] as const;

/** Dates that `Commet-Version` may name, oldest first. */
export const apiVersions = [
  '2026-05-01',
  '2026-05-12',
  '2026-05-18',
  '2026-05-25',
  '2026-06-07',
  '2026-06-10',
  '2026-06-23',
  '2026-07-11',
  '2026-07-24',
  '2026-07-31',
  '2026-08-27',
] as const;
export type ApiVersion = (typeof apiVersions)[number];
export const defaultApiVersion: ApiVersion = '2026-05-25';

/** An amount of this many is one unit of its currency: 10000 = $1.00 = ¥1. */
export const RATE_SCALE = 10_000;

/** What an organization counts money in unless it says otherwise. */
export const defaultBaseCurrency = 'usd';

/** Percentages count basis points: this many are 100 %. */
export const BASIS_POINTS = 10_000;

export const MAX_INT32 = 2_147_483_647;

/** Currencies of which REST's contract knows exchange rates. */
export const regionalCurrencies = [
  'ars',
  'brl',
  'clp',
  'cop',
  'pen',
  'uyu',
  'pyg',
  'bob',
  'mxn',
  'cad',
  'eur',
  'jpy',
  'cny',
  'krw',
  'hkd',
  'sgd',
  'twd',
  'inr',
  'thb',
  'usd',
] as const;

export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject;
export interface JsonObject {
  [key: string]: JsonValue;
}
