import { type Audit, audit, keyOf } from './query.ts';

const oncePerCurrency = (table: string, owner: string): Audit =>
  audit(
    5,
    `${table} has several rows for one currency`,
    `${owner} || ' ' || lower(currency)`,
    `${table} group by tenant_id, ${owner}, lower(currency) having count(*) > 1`,
  );

/** Invariants 1 to 5: which prices a plan has. */
export const prices: Audit[] = [
  audit(
    1,
    'the plan has several default prices',
    'plan_id',
    'plan_price where is_default = 1 group by tenant_id, plan_id having count(*) > 1',
  ),
  audit(
    2,
    'the default price is archived',
    'id',
    'plan_price where is_default = 1 and archived_at is not null',
  ),
  audit(
    3,
    'the plan has live prices, but no default',
    'plan_id',
    'plan_price where archived_at is null group by tenant_id, plan_id having max(is_default) = 0',
  ),
  audit(
    4,
    'the plan has several live prices for one interval',
    `plan_id || ' ' || billing_interval`,
    'plan_price where archived_at is null and inherits_from_price_id is null ' +
      'group by tenant_id, plan_id, billing_interval having count(*) > 1',
  ),
  oncePerCurrency('regional_price', 'price_id'),
  oncePerCurrency('exchange_rate', 'plan_id'),
  oncePerCurrency('regional_overage', `plan_id || ' ' || feature_id`),
  oncePerCurrency('regional_unit_price', keyOf('unit_price')),
];
