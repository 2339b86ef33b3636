import type {
  ApiKeyKind,
  ApiVersion,
  BillingInterval,
  ConsumptionModel,
  DiscountType,
  FeatureType,
  Mode,
  PricingMode,
  Scope,
} from '../vocabulary.ts';

/**
 * What both engines store alike: 0/1 for booleans, ISO-8601 text for times, compact JSON text,
 * integers for money.
 */

export type Flag = 0 | 1;
type Time = string;
type JsonText = string;
/** The shortest decimal that stands for the number, e.g. `0.92`. */
type DecimalText = string;

interface Owned {
  tenant_id: string;
}

interface Timed {
  created_at: Time;
  updated_at: Time;
}

interface SeenByPublic {
  /**
   * When the public last saw a change, where a later one is hidden from it; null where it saw the
   * last one.
   */
  public_updated_at: Time | null;
}

export interface OrganizationTable extends Timed {
  id: string;
  name: string;
  api_version: ApiVersion;
}

export interface TenantTable {
  id: string;
  organization_id: string;
  mode: Mode;
  revision: number;
  created_at: Time;
}

export interface ApiKeyTable extends Owned {
  id: string;
  name: string;
  scope: Scope;
  hash: string;
  hint: string;
  created_at: Time;
  expires_at: Time | null;
  revoked_at: Time | null;
  last_used_at: Time | null;
  kind: ApiKeyKind;
  /** Null for secret keys. */
  allowed_origins: JsonText | null;
  trusted_documents_only: Flag;
}

export interface PlanGroupTable extends Owned, Timed {
  id: string;
  name: string;
  description: string | null;
  is_public: Flag;
  /** The time of the last change that the public can see. */
  public_updated_at: Time;
}

export interface PlanTable extends Owned, Timed, SeenByPublic {
  id: string;
  code: string;
  name: string;
  description: string | null;
  /** `none` stands for null, so that foreign keys can carry the model along. */
  consumption_model: ConsumptionModel | 'none';
  is_public: Flag;
  is_free: Flag;
  block_on_exhaustion: Flag;
  plan_group_id: string | null;
  sort_order: number;
  metadata: JsonText | null;
  deleted_at: Time | null;
  /** Its place among the public plans of its group; 0 where the public sees no group. */
  public_sort_order: number;
}

export interface FeatureTable extends Owned, Timed {
  id: string;
  code: string;
  name: string;
  type: FeatureType;
  description: string | null;
  unit_name: string | null;
  /** Tells names apart; of old rows whose names are the same in it, with the id behind it. */
  folded_name: string;
  deleted_at: Time | null;
}

export interface PlanPriceTable extends Owned, Timed, SeenByPublic {
  id: string;
  plan_id: string;
  plan_is_free: Flag;
  billing_interval: BillingInterval;
  price: number;
  is_default: Flag;
  trial_days: number;
  included_balance: number | null;
  included_credits: number | null;
  intro_offer_enabled: Flag | null;
  intro_offer_discount_type: DiscountType | null;
  intro_offer_discount_value: number | null;
  intro_offer_duration_cycles: number | null;
  metadata: JsonText;
  archived_at: Time | null;
}

export interface RegionalPriceTable extends Owned {
  price_id: string;
  currency: string;
  price: number;
  included_balance: number | null;
  auto_synced: Flag;
  included_balance_auto_synced: Flag;
  intro_offer_discount_type: DiscountType | null;
  intro_offer_discount_value: number | null;
  intro_offer_duration_cycles: number | null;
  intro_offer_auto_synced: Flag;
}

export interface ExchangeRateTable extends Owned {
  plan_id: string;
  currency: string;
  exchange_rate: DecimalText;
}

export interface PlanFeatureTable extends Owned, Timed, SeenByPublic {
  id: string;
  plan_id: string;
  feature_id: string;
  plan_is_free: Flag;
  plan_consumption_model: ConsumptionModel | 'none';
  feature_type: FeatureType;
  enabled: Flag;
  included_amount: number;
  unlimited: Flag;
  overage_enabled: Flag;
  overage_unit_price: number;
  credits_per_unit: number | null;
  pricing_mode: PricingMode;
  margin: number | null;
}

export interface RegionalOverageTable extends Owned {
  plan_id: string;
  feature_id: string;
  currency: string;
  unit_price: number;
  auto_synced: Flag;
}

export interface IdempotencyRecordTable extends Owned {
  key: string;
  operation: string;
  input_hash: string;
  outcome: JsonText;
  created_at: Time;
  expires_at: Time;
}

export interface AuditLogTable extends Owned {
  id: string;
  at: Time;
  api_key_id: string | null;
  request_id: string | null;
  client_request_id: string | null;
  operation: string;
  object_id: string;
  before: JsonText | null;
  after: JsonText | null;
  /** Counts the entries of the tenant from 1. */
  sequence: number;
}

/** The ids of all objects that an entry tells of. */
export interface AuditLogObjectTable extends Owned {
  object_id: string;
  sequence: number;
}

export interface Tables {
  organization: OrganizationTable;
  tenant: TenantTable;
  api_key: ApiKeyTable;
  plan_group: PlanGroupTable;
  plan: PlanTable;
  feature: FeatureTable;
  plan_price: PlanPriceTable;
  regional_price: RegionalPriceTable;
  exchange_rate: ExchangeRateTable;
  plan_feature: PlanFeatureTable;
  regional_overage: RegionalOverageTable;
  idempotency_record: IdempotencyRecordTable;
  audit_log: AuditLogTable;
  audit_log_object: AuditLogObjectTable;
}
