import type { Ddl } from '../../../../migrations/index.ts';
import { MAX_INT32 } from '../../../vocabulary.ts';
import { type Audit, audit, keyOf } from './query.ts';

const wholeNumbers = (most: number, columns: Record<string, string[]>): Audit[] =>
  Object.entries(columns).flatMap(([table, names]) =>
    names.map((column) =>
      audit(
        6,
        `${table}.${column} is not a whole number from 0 to ${most}`,
        keyOf(table),
        `${table} where not (${column} between 0 and ${most} and ${column} = cast(${column} as bigint))`,
      ),
    ),
  );

const numbers = [
  ...wholeNumbers(Number.MAX_SAFE_INTEGER, {
    plan_price: ['price', 'included_balance', 'intro_offer_discount_value'],
    regional_price: ['price', 'included_balance', 'intro_offer_discount_value'],
    plan_feature: ['included_amount', 'overage_unit_price'],
    regional_overage: ['unit_price'],
    plan_feature_limit: ['amount'],
    unit_price: ['unit_price', 'block_size', 'minimum_quantity', 'maximum_quantity'],
    regional_unit_price: ['unit_price'],
    market_price: ['price'],
    market_unit_price: ['unit_price'],
  }),
  ...wholeNumbers(MAX_INT32, {
    plan: ['sort_order', 'public_sort_order'],
    feature_section: ['position'],
    feature: ['section_position', 'position'],
    plan_price: ['trial_days', 'included_credits', 'intro_offer_duration_cycles'],
    regional_price: ['intro_offer_duration_cycles'],
    plan_feature: ['credits_per_unit', 'margin'],
    feature_limit: ['position'],
  }),
];

const wellFormedCode = (table: string, { consistsOf }: Ddl): Audit =>
  audit(
    7,
    `the code of the ${table} is malformed`,
    keyOf(table),
    `${table} where not (length(code) <= 64 and ${consistsOf('code', 'a-z0-9_')})`,
  );

const uniqueAmongLive = (table: string, column: string): Audit =>
  audit(
    7,
    `several live rows of ${table} have one ${column}`,
    column,
    `${table} where deleted_at is null group by tenant_id, ${column} having count(*) > 1`,
  );

const pluralWithSingular = (table: 'feature' | 'feature_limit' | 'translation'): Audit =>
  audit(
    7,
    `the unit of the ${table} has a plural without a singular`,
    keyOf(table),
    `${table} where unit_name_plural is not null and unit_name is null`,
  );

/** Invariants 6 and 7: amounts, counts, codes and names. */
export const values = (ddl: Ddl): Audit[] => [
  ...numbers,
  wellFormedCode('plan', ddl),
  wellFormedCode('plan_group', ddl),
  wellFormedCode('feature', ddl),
  wellFormedCode('feature_limit', ddl),
  wellFormedCode('feature_section', ddl),
  wellFormedCode('market', ddl),
  wellFormedCode('plan_price', ddl),
  pluralWithSingular('feature'),
  pluralWithSingular('feature_limit'),
  pluralWithSingular('translation'),
  uniqueAmongLive('plan', 'code'),
  uniqueAmongLive('feature', 'code'),
  uniqueAmongLive('feature', 'name'),
  uniqueAmongLive('feature', 'folded_name'),
];
