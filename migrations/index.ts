import type { QueryExecutorProvider } from 'kysely';
import * as catalogue from './0001_catalogue.ts';
import * as publishableKeys from './0002_publishable_keys.ts';
import * as publicOrder from './0003_public_order.ts';
import * as plansOfFeatures from './0004_plans_of_features.ts';
import * as planFeatureIds from './0005_plan_feature_ids.ts';
import * as idempotencyExpiry from './0006_idempotency_expiry.ts';
import * as priceRules from './0007_price_rules.ts';
import * as auditSequence from './0008_audit_sequence.ts';
import * as clientRequestIds from './0009_client_request_ids.ts';

import * as foldedNames from './0010_folded_names.ts';

import * as publicTimes from './0011_public_times.ts';
import * as changeLists from './0012_change_lists.ts';

import * as publicMetadata from './0013_public_metadata.ts';
import * as translations from './0014_translations.ts';
import * as baseCurrency from './0015_base_currency.ts';
import * as plansAsShown from './0016_plans_as_shown.ts';
import * as featureSections from './0017_feature_sections.ts';
import * as limits from './0018_limits.ts';
import * as unitPrices from './0019_unit_prices.ts';
import * as translatedTexts from './0021_translated_texts.ts';
import * as markets from './0022_markets.ts';
import * as unitNamePlurals from './0023_unit_name_plurals.ts';
import * as changeSets from './0024_change_sets.ts';
import * as auditRetention from './0025_audit_retention.ts';
import type { Ddl } from './ddl.ts';

export type { Ddl } from './ddl.ts';

interface Step {
  name: string;
  up(db: QueryExecutorProvider, ddl: Ddl): Promise<void>;
  /**
   * The version before goes on working, its writes included: nothing that it relies on changes, and
   * nothing that it leaves out is missed. Without it the step is refused while processes of an
   * older version live.
   */
  olderGoOn?: true;
}

/**
 * Every step that leads to today's tables, in order. A published step never changes; a new one is
 * appended.
 */
export const migrations: Step[] = [
  { name: '0001_catalogue', up: catalogue.up },
  { name: '0002_publishable_keys', up: publishableKeys.up },
  { name: '0003_public_order', up: publicOrder.up },
  { name: '0004_plans_of_features', up: plansOfFeatures.up, olderGoOn: true },
  { name: '0005_plan_feature_ids', up: planFeatureIds.up },
  { name: '0006_idempotency_expiry', up: idempotencyExpiry.up, olderGoOn: true },
  { name: '0007_price_rules', up: priceRules.up },
  { name: '0008_audit_sequence', up: auditSequence.up },
  { name: '0009_client_request_ids', up: clientRequestIds.up, olderGoOn: true },
  { name: '0010_folded_names', up: foldedNames.up },
  { name: '0011_public_times', up: publicTimes.up },
  { name: '0012_change_lists', up: changeLists.up },
  { name: '0013_public_metadata', up: publicMetadata.up, olderGoOn: true },
  { name: '0014_translations', up: translations.up },
  { name: '0015_base_currency', up: baseCurrency.up },
  { name: '0016_plans_as_shown', up: plansAsShown.up },
  { name: '0017_feature_sections', up: featureSections.up },
  { name: '0018_limits', up: limits.up },
  { name: '0019_unit_prices', up: unitPrices.up },
  { name: '0021_translated_texts', up: translatedTexts.up },
  { name: '0022_markets', up: markets.up },
  { name: '0023_unit_name_plurals', up: unitNamePlurals.up },
  { name: '0024_change_sets', up: changeSets.up },
  { name: '0025_audit_retention', up: auditRetention.up, olderGoOn: true },
];
