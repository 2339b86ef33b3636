import type { Kysely } from 'kysely';
import * as catalogue from './0001_catalogue.ts';
import * as publishableKeys from './0002_publishable_keys.ts';
import * as publicOrder from './0003_public_order.ts';
import * as plansOfFeatures from './0004_plans_of_features.ts';
import * as planFeatureIds from './0005_plan_feature_ids.ts';
import type { Ddl } from './ddl.ts';

export type { Ddl } from './ddl.ts';

/** Every step that leads to today's tables, in order. A published step never changes; a new one is appended. */
export const migrations: { name: string; up: (db: Kysely<unknown>, ddl: Ddl) => Promise<void> }[] = [
  { name: '0001_catalogue', up: catalogue.up },
  { name: '0002_publishable_keys', up: publishableKeys.up },
  { name: '0003_public_order', up: publicOrder.up },
  { name: '0004_plans_of_features', up: plansOfFeatures.up },
  { name: '0005_plan_feature_ids', up: planFeatureIds.up },
];
