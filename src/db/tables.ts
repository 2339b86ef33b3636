import { sql } from 'kysely';
import type { PriceTier } from '../price-tiers.ts';
import type {
  ApiKeyKind,
  ApiVersion,
  BillingInterval,
  ChangeKind,
  ChangeSetStatus,
  ConsumptionModel,
  DiscountType,
  FeatureType,
  JsonObject,
  LimitPeriod,
  Mode,
  PlanAvailability,
  PricingMode,
  Scope,
  Severity,
  TaxBehavior,
  TiersMode,
} from '../vocabulary.ts';
import { MAX_INT32 } from '../vocabulary.ts';
import {
  amount,
  decimal,
  flag,
  group,
  integer,
  integerOr,
  json,
  optionalGroup,
  type RecordOf,
  type RowOf,
  Table,
  text,
  textOr,
  time,
} from './table.ts';

/**
 * What is stored, each table once. A field that is added here and in a migration is read, written,
 * copied and audited; docs/architecture.md has the rest of the way.
 */

/**
 * The time of the last change. Where the public has not seen that one, `public_updated_at` has the
 * time of the one it saw.
 */
const publicUpdatedAt = () =>
  time().publicly((column) => {
    const [table] = column.split('.');
    return sql`coalesce(${sql.ref(`${table}.public_updated_at`)}, ${sql.ref(column)})`;
  });
/** Null where the public saw the last change. */
const seenByPublic = () => time().nullable().asInternal(null);

/** Counts the writes that changed the object or what it contains. */
const revision = () => integer().secret(sql.lit(null));

const consumptionModel = () => textOr<ConsumptionModel, 'none'>('none');

export const organization = new Table('organization', {
  id: text(),
  name: text(),
  apiVersion: text<ApiVersion>(),
  /** Of every amount without a currency beside it. */
  baseCurrency: text(),
  taxBehavior: text<TaxBehavior>(),
  createdAt: time(),
  updatedAt: time(),
});

const tenant = new Table('tenant', {
  id: text(),
  organizationId: text(),
  mode: text<Mode>(),
  revision: integer(),
  createdAt: time(),
  /** When its next scheduled change set applies; null without one. */
  nextChangeAt: time().nullable(),
  /** The newest entry of the audit log that was purged, and what the revision was after it. */
  auditPurgedThrough: integer().asInternal(0),
  auditPurgedRevision: integer().asInternal(0),
});

export const apiKey = new Table('api_key', {
  id: text(),
  name: text(),
  kind: text<ApiKeyKind>(),
  scope: text<Scope>(),
  /** Of a publishable key, the origins of the pages that may use it; null for a secret one. */
  allowedOrigins: json<string[]>().nullable(),
  trustedDocumentsOnly: flag(),
  /** The last characters of the secret, to tell keys apart. */
  hint: text(),
  createdAt: time(),
  expiresAt: time().nullable(),
  revokedAt: time().nullable(),
  lastUsedAt: time().nullable(),
  hash: text().asInternal(),
});

export const planGroup = new Table('plan_group', {
  id: text(),
  code: text(),
  name: text(),
  description: text().nullable(),
  isPublic: flag(),
  createdAt: time(),
  /** Whether private plans have come or gone shows the public nowhere. */
  updatedAt: publicUpdatedAt(),
  revision: revision(),
  /** The time of the last change that the public can see. */
  publicUpdatedAt: time().asInternal(),
});

export const plan = new Table('plan', {
  id: text(),
  code: text(),
  name: text(),
  description: text().nullable(),
  consumptionModel: consumptionModel(),
  isPublic: flag(),
  isFree: flag(),
  blockOnExhaustion: flag(),
  availability: text<PlanAvailability>(),
  presentation: group({
    tagline: text().nullable(),
    badge: text().nullable(),
    highlighted: flag(),
    callToActionLabel: text().nullable(),
    callToActionUrl: text().nullable(),
  }),
  /** Whose features it has, and more. */
  basedOnPlanId: text().nullable(),
  planGroupId: text().nullable(),
  /** Position in its group; 0 outside groups. */
  sortOrder: integer(),
  metadata: json<JsonObject>().nullable().secret(sql`cast(null as text)`),
  publicMetadata: json<JsonObject>(),
  createdAt: time(),
  updatedAt: publicUpdatedAt(),
  revision: revision(),
  publicUpdatedAt: seenByPublic(),
  deletedAt: time().nullable().asInternal(null),
  /** Its place among the public plans of its group; 0 where the public sees no group. */
  publicSortOrder: integer().asInternal(0),
});

export const featureSection = new Table('feature_section', {
  id: text(),
  code: text(),
  name: text(),
  /** Place among the sections, from 0. */
  position: integer(),
  createdAt: time(),
  updatedAt: time(),
  revision: revision(),
});

export const feature = new Table('feature', {
  id: text(),
  code: text(),
  name: text(),
  type: text<FeatureType>(),
  description: text().nullable(),
  unitName: text().nullable(),
  /** Null where `unitName` stands for several, too. */
  unitNamePlural: text().nullable(),
  sectionId: text().nullable(),
  /** That of its section again; null without one. */
  sectionPosition: integerOr(MAX_INT32),
  /** Place in its section, or among the features without one, from 0. */
  position: integer(),
  createdAt: time(),
  updatedAt: time(),
  revision: revision(),
  /** Tells names apart; of old rows whose names are the same in it, with the id behind it. */
  foldedName: text().asInternal(),
  deletedAt: time().nullable().asInternal(null),
});

/** A limit that plans may set of a feature. */
export const featureLimit = new Table(
  'feature_limit',
  {
    featureId: text(),
    code: text(),
    /** Place among the limits of the feature, from 0. */
    position: integer(),
    name: text(),
    unitName: text().nullable(),
    unitNamePlural: text().nullable(),
    /** How many of the last digits of an amount stand after the point. */
    decimals: integer(),
    period: text<LimitPeriod>(),
    /** The feature of which each unit has the limit for itself. */
    perFeatureId: text().nullable(),
  },
  ['featureId', 'code'],
);

export const planPrice = new Table('plan_price', {
  id: text(),
  planId: text(),
  billingInterval: text<BillingInterval>(),
  price: amount(),
  isDefault: flag(),
  trialDays: integer(),
  includedBalance: amount().nullable(),
  includedCredits: integer().nullable(),
  introOffer: optionalGroup(
    {
      enabled: flag(),
      discountType: text<DiscountType>().nullable(),
      /** Basis points of a percentage, or an amount in rate scale. */
      discountValue: amount().nullable(),
      durationCycles: integer().nullable(),
    },
    'enabled',
  ),
  metadata: json<JsonObject>().secret(sql.lit('{}')),
  createdAt: time(),
  updatedAt: publicUpdatedAt(),
  revision: revision(),
  publicUpdatedAt: seenByPublic(),
  /** Of a variant, the price that it inherits all but market prices from. */
  inheritsFromPriceId: text().nullable(),
  /** Of a variant: tells the variants of a price apart. */
  code: text().nullable(),
  name: text().nullable(),
  planIsFree: flag().asInternal(),
  archivedAt: time().nullable().asInternal(null),
});

/** Countries that have prices of their own. */
export const market = new Table('market', {
  id: text(),
  code: text(),
  name: text(),
  /** ISO 3166-1 alpha-2, as they were given. */
  countryCodes: json<string[]>(),
  /** Null where the organization's holds. */
  taxBehavior: text<TaxBehavior>().nullable(),
  metadata: json<JsonObject>().secret(sql.lit('{}')),
  createdAt: time(),
  updatedAt: publicUpdatedAt(),
  revision: revision(),
  publicUpdatedAt: seenByPublic(),
  deletedAt: time().nullable().asInternal(null),
});

/** The live market that a country is in: repeats the countries of markets, each only once. */
export const marketCountry = new Table(
  'market_country',
  { countryCode: text(), marketId: text() },
  ['countryCode'],
);

/** What a price is in a market. */
export const marketPrice = new Table(
  'market_price',
  {
    priceId: text(),
    marketId: text(),
    /** The price whose markets it is among: its own, or the one that a variant inherits from. */
    basePriceId: text(),
    currency: text(),
    price: amount(),
  },
  ['priceId', 'marketId'],
);

export const regionalPrice = new Table(
  'regional_price',
  {
    priceId: text(),
    currency: text(),
    price: amount(),
    includedBalance: amount().nullable(),
    /** Derived from the price; false where it was set by hand. */
    autoSynced: flag(),
    /** The same of the balance. */
    includedBalanceAutoSynced: flag(),
    introOffer: optionalGroup(
      {
        discountType: text<DiscountType>(),
        discountValue: amount(),
        durationCycles: integer().nullable(),
      },
      'discountType',
    ),
    introOfferAutoSynced: flag(),
  },
  ['priceId', 'currency'],
);

export const exchangeRate = new Table(
  'exchange_rate',
  { planId: text(), currency: text(), exchangeRate: decimal() },
  ['planId', 'currency'],
);

export const planFeature = new Table(
  'plan_feature',
  {
    id: text(),
    planId: text(),
    featureId: text(),
    enabled: flag(),
    includedAmount: amount(),
    unlimited: flag(),
    overage: group({ enabled: flag(), unitPrice: amount() }),
    creditsPerUnit: integer().nullable(),
    pricingMode: text<PricingMode>(),
    margin: integer().nullable().secret(sql.lit(null)),
    displayValue: text().nullable(),
    createdAt: time(),
    updatedAt: publicUpdatedAt(),
    revision: revision(),
    publicUpdatedAt: seenByPublic(),
    planIsFree: flag().asInternal(),
    planConsumptionModel: consumptionModel().asInternal(),
    featureType: text<FeatureType>().asInternal(),
  },
  ['planId', 'featureId'],
);

export const regionalOverage = new Table(
  'regional_overage',
  {
    planId: text(),
    featureId: text(),
    currency: text(),
    unitPrice: amount(),
    autoSynced: flag(),
  },
  ['planId', 'featureId', 'currency'],
);

/** How much a plan allows of a limit of one of its features. */
export const planFeatureLimit = new Table(
  'plan_feature_limit',
  {
    planId: text(),
    featureId: text(),
    code: text(),
    /** Null where there is no limit. */
    amount: integer().nullable(),
    unlimited: flag(),
  },
  ['planId', 'featureId', 'code'],
);

/** Whether a unit price has tiers is stored as a word, which its rows in other currencies repeat. */
const tiersMode = () => textOr<TiersMode, 'none'>('none');

/** What units of a feature cost at a price: flat, or in tiers. */
export const unitPrice = new Table(
  'unit_price',
  {
    priceId: text(),
    featureId: text(),
    planId: text(),
    /** Of one block; null where tiers say it. */
    unitPrice: amount().nullable(),
    tiersMode: tiersMode(),
    /** Empty without a mode. */
    tiers: json<PriceTier[]>(),
    blockSize: amount(),
    minimumQuantity: amount(),
    /** Null for no end. */
    maximumQuantity: amount().nullable(),
    featureType: text<FeatureType>(),
    planIsFree: flag().asInternal(false),
    unlimited: flag().asInternal(false),
  },
  ['priceId', 'featureId'],
);

export const regionalUnitPrice = new Table(
  'regional_unit_price',
  {
    priceId: text(),
    featureId: text(),
    currency: text(),
    unitPrice: amount().nullable(),
    tiersMode: tiersMode(),
    tiers: json<PriceTier[]>(),
    autoSynced: flag(),
  },
  ['priceId', 'featureId', 'currency'],
);

/** What units of a feature cost in a market, in the currency of its market price. */
export const marketUnitPrice = new Table(
  'market_unit_price',
  {
    priceId: text(),
    featureId: text(),
    marketId: text(),
    /** The price that has the unit price: its own, or the one that a variant inherits from. */
    basePriceId: text(),
    unitPrice: amount().nullable(),
    tiersMode: tiersMode(),
    tiers: json<PriceTier[]>(),
  },
  ['priceId', 'featureId', 'marketId'],
);

/** Texts of an object in another language. A text that is null is the object's own. */
export const translation = new Table(
  'translation',
  {
    objectId: text(),
    locale: text(),
    name: text().nullable(),
    description: text().nullable(),
    tagline: text().nullable(),
    badge: text().nullable(),
    callToActionLabel: text().nullable(),
    displayValue: text().nullable(),
    unitName: text().nullable(),
    unitNamePlural: text().nullable(),
    /** The object's id again, in the column of what it is; of a plan's feature, plan and feature. */
    planId: text().nullable().asInternal(null),
    featureId: text().nullable().asInternal(null),
    planGroupId: text().nullable().asInternal(null),
    featureSectionId: text().nullable().asInternal(null),
  },
  ['objectId', 'locale'],
);

const idempotencyRecord = new Table(
  'idempotency_record',
  {
    key: text(),
    operation: text(),
    inputHash: text(),
    outcome: text(),
    createdAt: time(),
    expiresAt: time(),
  },
  ['key'],
);

/**
 * One object that a write changed. A new one has no `before`, one that is gone no `after`; of any
 * other both have the members that differ.
 */
export interface AuditChange {
  /** Name of the GraphQL type. */
  type: string;
  objectId: string;
  planId: string | null;
  before: JsonObject | null;
  after: JsonObject | null;
}

export const auditLog = new Table('audit_log', {
  id: text(),
  at: time(),
  /** Null for the command line. */
  apiKeyId: text().nullable(),
  requestId: text().nullable(),
  /** What the client called the request. */
  clientRequestId: text().nullable(),
  operation: text(),
  objectId: text(),
  /** Null where nothing was. */
  before: json<JsonObject>().nullable(),
  /** Null where nothing is any more. */
  after: json<JsonObject>().nullable(),
  /** Counts the entries of the tenant from 1. */
  sequence: integer(),
  /** Null in entries of releases that kept none. */
  changes: json<AuditChange[]>().nullable(),
  /** What the catalogue's revision became; null where it stayed, and in older entries. */
  revision: integer().nullable(),
  /** It was done at a time that was set before. */
  scheduled: flag(),
});

/** Operations that change no catalogue, and raise no revision. */
export const operationsOfNoCatalogue = [
  'createApiKey',
  'createPublishableKey',
  'rotateApiKey',
  'revokeApiKey',
  'createOrganization',
  'createChangeSet',
  'scheduleChangeSet',
  'unscheduleChangeSet',
  'discardChangeSet',
  'failChangeSet',
  'revertChangeSet',
];

/** An object that a change set creates, changes or deletes, as the catalogue file has it. */
export interface CatalogueChange {
  kind: ChangeKind;
  /** Name of the GraphQL type; `FeatureOrder` for the order of sections, features or limits. */
  type: string;
  /** Its key in the file: a code, an interval, a currency or a locale. */
  code: string;
  /** Where it stands in the file: `plans.pro.prices.monthly`. */
  path: string;
  /** Its own members as they are stored: amounts in rate scale. Null for a new object. */
  before: JsonObject | null;
  /** Null for a deleted one. */
  after: JsonObject | null;
}

/** What the lint of a catalogue says about one of its objects. */
export interface Finding {
  /** Name of the rule, which has a page. */
  rule: string;
  severity: Severity;
  /** Of the plan, feature, market, group or section that it is about. */
  code: string;
  path: string;
  message: string;
}

/** What a catalogue file would change. */
export const changeSet = new Table('change_set', {
  id: text(),
  name: text().nullable(),
  status: text<ChangeSetStatus>(),
  /** Of the changes, and of what they touch. */
  hash: text(),
  changes: json<CatalogueChange[]>(),
  /** Paths of what has to be there, though the set does not write it. */
  needs: json<string[]>(),
  /** The order that sections, features and limits had, by the path of their map. */
  orders: json<Record<string, string[]>>(),
  findings: json<Finding[]>(),
  appliesAt: time().nullable(),
  appliedAt: time().nullable(),
  /** What the catalogue's revision became. */
  appliedRevision: integer().nullable(),
  /** Why a scheduled set was not applied. */
  failure: text().nullable(),
  revertOfId: text().nullable(),
  /** Null for the command line. */
  createdById: text().nullable(),
  scheduledById: text().nullable(),
  createdAt: time(),
  updatedAt: time(),
});

/** The ids of all objects that an entry tells of. */
export const auditLogObject = new Table(
  'audit_log_object',
  { objectId: text(), sequence: integer() },
  ['objectId', 'sequence'],
);

/** Every table, each after the ones that it points to. */
const declared = {
  organization,
  tenant,
  api_key: apiKey,
  plan_group: planGroup,
  plan,
  feature_section: featureSection,
  feature,
  feature_limit: featureLimit,
  market,
  market_country: marketCountry,
  plan_price: planPrice,
  market_price: marketPrice,
  regional_price: regionalPrice,
  exchange_rate: exchangeRate,
  plan_feature: planFeature,
  regional_overage: regionalOverage,
  plan_feature_limit: planFeatureLimit,
  unit_price: unitPrice,
  regional_unit_price: regionalUnitPrice,
  market_unit_price: marketUnitPrice,
  translation,
  change_set: changeSet,
  idempotency_record: idempotencyRecord,
  audit_log: auditLog,
  audit_log_object: auditLogObject,
};

type Shared = 'organization' | 'tenant';

/** All that belongs to a tenant names it first. */
export type Tables = {
  [Name in keyof typeof declared]: RowOf<(typeof declared)[Name]> &
    (Name extends Shared ? unknown : { tenant_id: string });
};

const isShared = (name: string): name is Shared => name === 'organization' || name === 'tenant';

/** Our own tables; the database may have others. */
export const tableNames = Object.keys(declared) as (keyof Tables)[];

/** The columns of a table that tell its rows apart. */
export const keyColumnsOf = (name: keyof Tables): readonly string[] => [
  ...(isShared(name) ? [] : ['tenant_id']),
  ...declared[name].keyColumns,
];

export interface Organization extends RecordOf<typeof organization> {}
export interface ApiKey extends RecordOf<typeof apiKey> {}
export interface PlanGroup extends RecordOf<typeof planGroup> {}
export interface Plan extends RecordOf<typeof plan> {}
export interface FeatureSection extends RecordOf<typeof featureSection> {}
export interface Feature extends RecordOf<typeof feature> {}
export interface FeatureLimit extends RecordOf<typeof featureLimit> {}
export interface PlanPrice extends RecordOf<typeof planPrice> {}
export type IntroOffer = NonNullable<PlanPrice['introOffer']>;
export interface RegionalPrice extends RecordOf<typeof regionalPrice> {}
export type RegionalIntroOffer = NonNullable<RegionalPrice['introOffer']>;
export interface ExchangeRate extends RecordOf<typeof exchangeRate> {}
export interface PlanFeature extends RecordOf<typeof planFeature> {}
export interface PlanFeatureLimit extends RecordOf<typeof planFeatureLimit> {}
/** Who did what to which object: one entry for each committed write. */
export interface AuditEntry extends RecordOf<typeof auditLog> {}
export interface RegionalOverage extends RecordOf<typeof regionalOverage> {}
export interface UnitPrice extends RecordOf<typeof unitPrice> {}
export interface RegionalUnitPrice extends RecordOf<typeof regionalUnitPrice> {}
export interface Market extends RecordOf<typeof market> {}
export interface MarketPrice extends RecordOf<typeof marketPrice> {}
export interface MarketUnitPrice extends RecordOf<typeof marketUnitPrice> {}
export interface ChangeSet extends RecordOf<typeof changeSet> {}
export interface Translation extends RecordOf<typeof translation> {}
