export interface Finding {
  /** Number of the broken invariant. */
  invariant: number;
  finding: string;
  /** The row may be older than the rule: it stays until its field is next written. */
  isWarning?: boolean;
}

/** Looks for rows that break an invariant, in SQL that every engine reads alike. */
export interface Audit {
  invariant: number;
  wrong: string;
  /** Answers two texts for each offending row: its `tenant` and the `subject`. */
  query: string;
  isWarning?: true;
}

/** `from` is the rest of the query, from the name of the table on. */
export const audit = (invariant: number, wrong: string, subject: string, from: string): Audit => ({
  invariant,
  wrong,
  query: `select tenant_id as tenant, ${subject} as subject from ${from}`,
});

/** The rule is younger than some rows may be. */
export const warning = (...query: Parameters<typeof audit>): Audit => ({
  ...audit(...query),
  isWarning: true,
});

const keys: Record<string, string> = {
  regional_price: `price_id || ' ' || currency`,
  exchange_rate: `plan_id || ' ' || currency`,
  feature_limit: `feature_id || ' ' || code`,
  plan_feature_limit: `plan_id || ' ' || feature_id || ' ' || code`,
  plan_feature: `plan_id || ' ' || feature_id`,
  regional_overage: `plan_id || ' ' || feature_id || ' ' || currency`,
  unit_price: `price_id || ' ' || feature_id`,
  regional_unit_price: `price_id || ' ' || feature_id || ' ' || currency`,
  translation: `object_id || ' ' || locale`,
  market_country: 'country_code',
  market_price: `price_id || ' ' || market_id`,
  market_unit_price: `price_id || ' ' || feature_id || ' ' || market_id`,
  idempotency_record: 'key',
  audit_log_object: `object_id || ' ' || sequence`,
};

/** What names a row of the table within its tenant. */
export const keyOf = (table: string): string => keys[table] ?? 'id';

/** Subqueries for the plan and the feature that a row `c` names. */
export const itsPlan = 'select 1 from plan p where p.tenant_id = c.tenant_id and p.id = c.plan_id';
export const itsFeature =
  'select 1 from feature f where f.tenant_id = c.tenant_id and f.id = c.feature_id';
