import type { Kysely } from 'kysely';
import { MOST_TIERS, type PriceTier, tierFaults } from '../../../price-tiers.ts';
import { storedRows } from '../../content.ts';
import type { Tables } from '../../tables.ts';
import { type Audit, audit, type Finding, itsFeature, itsPlan, keyOf } from './query.ts';

const unitPrice = (wrong: string, condition: string): Audit =>
  audit(20, wrong, keyOf('unit_price'), `unit_price c where ${condition}`);

const regional = (wrong: string, condition: string): Audit =>
  audit(20, wrong, keyOf('regional_unit_price'), `regional_unit_price c where ${condition}`);

const eitherFlatOrInTiers = `((tiers_mode = 'none') <> (unit_price is not null)
  or (tiers_mode = 'none') <> (tiers = '[]'))`;

const itsPrice = `select 1 from plan_price p where p.tenant_id = c.tenant_id and p.id = c.price_id`;
const itsPlanFeature = `select 1 from plan_feature l where l.tenant_id = c.tenant_id
  and l.plan_id = c.plan_id and l.feature_id = c.feature_id`;
const itsUnitPrice = `select 1 from unit_price u where u.tenant_id = c.tenant_id
  and u.price_id = c.price_id and u.feature_id = c.feature_id`;

/** Invariant 20: what units of features cost. */
export const unitPrices: Audit[] = [
  unitPrice(
    'the unit price is of no live price of its plan',
    `not exists (${itsPrice} and p.plan_id = c.plan_id and p.archived_at is null)`,
  ),
  unitPrice('the unit price is of no feature of its plan', `not exists (${itsPlanFeature})`),
  unitPrice(
    'the feature with a unit price is unlimited',
    `exists (${itsPlanFeature} and l.unlimited = 1)`,
  ),
  unitPrice(
    'the feature with a unit price is boolean',
    `exists (${itsFeature} and f.type = 'boolean')`,
  ),
  unitPrice('the plan with a unit price is free', `exists (${itsPlan} and p.is_free = 1)`),
  unitPrice(
    'the unit price repeats the kind of its plan or feature wrongly',
    `c.unlimited <> 0 or c.plan_is_free <> 0
      or exists (${itsFeature} and f.type <> c.feature_type)`,
  ),
  unitPrice('the unit price is neither flat nor in tiers, or both', eitherFlatOrInTiers),
  unitPrice(
    'the unit price has quantities that are no whole blocks',
    `case when block_size < 1 then 1 = 1
      else minimum_quantity % block_size <> 0 or coalesce(maximum_quantity, 0) % block_size <> 0 end`,
  ),
  unitPrice(
    'the minimum of the unit price is above its maximum',
    'minimum_quantity > maximum_quantity',
  ),
  regional('the regional unit price is neither flat nor in tiers, or both', eitherFlatOrInTiers),
  regional(
    'the regional unit price has another mode than its unit price, or none',
    `not exists (${itsUnitPrice} and u.tiers_mode = c.tiers_mode)`,
  ),
  regional(
    'the regional unit price has no price and no rate in its currency',
    `not exists (select 1 from regional_price r where r.tenant_id = c.tenant_id
        and r.price_id = c.price_id and r.currency = c.currency)
      and not exists (${itsPrice} and exists (select 1 from exchange_rate e
        where e.tenant_id = p.tenant_id and e.plan_id = p.plan_id and e.currency = c.currency))`,
  ),
];

const isAmount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;

const faultOf = (text: string, blockSize: number): string | undefined => {
  try {
    const tiers: PriceTier[] = JSON.parse(text);
    const canonical = tiers.map(({ upTo, unitPrice, flatPrice }) => ({
      upTo,
      unitPrice,
      flatPrice,
    }));
    if (JSON.stringify(canonical) !== text) return 'are not canonical';
    if (tiers.length > MOST_TIERS) return 'are too many';
    const numbers = tiers.flatMap(({ upTo, ...prices }) => [upTo ?? 0, ...Object.values(prices)]);
    if (!numbers.every(isAmount)) return 'have a number that is no amount';
    const [fault] = tierFaults(tiers, blockSize);
    return fault && `do not rise to an open one: upTo of the tier ${fault.place} ${fault.message}`;
  } catch {
    return 'are no JSON';
  }
};

/** Tiers that do not rise in whole blocks to an open one: SQL cannot tell on every engine. */
export const auditTiers = async (db: Kysely<Tables>): Promise<Finding[]> => {
  const findings: Finding[] = [];
  const blocks = new Map<string, number>();
  const tables = ['unit_price', 'regional_unit_price', 'market_unit_price'] as const;
  for await (const { table, rows } of storedRows(db, [...tables]))
    for (const row of rows) {
      const { tenant_id, feature_id, block_size, tiers } = row;
      const unit = `${row.base_price_id ?? row.price_id} ${feature_id}`;
      const place = row.currency ?? row.market_id;
      if (table === 'unit_price') blocks.set(`${tenant_id} ${unit}`, Number(block_size));
      const fault = faultOf(String(tiers), blocks.get(`${tenant_id} ${unit}`) ?? 1);
      if (fault)
        findings.push({
          invariant: 20,
          finding: `the tiers of ${table} ${fault}: ${unit}${place ? ` ${place}` : ''} (tenant ${tenant_id})`,
        });
    }
  return findings;
};
