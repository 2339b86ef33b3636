import { type Audit, audit, itsPlan, keyOf } from './query.ts';

const country = (wrong: string, condition: string): Audit =>
  audit(23, wrong, 'country_code', `market_country c where ${condition}`);

const price = (invariant: number, wrong: string, condition: string): Audit =>
  audit(invariant, wrong, keyOf('market_price'), `market_price c where ${condition}`);

const unitPrice = (wrong: string, condition: string): Audit =>
  audit(20, wrong, keyOf('market_unit_price'), `market_unit_price c where ${condition}`);

const variant = (wrong: string, condition: string): Audit =>
  audit(
    24,
    wrong,
    'id',
    `plan_price c where inherits_from_price_id is not null and archived_at is null
      and exists (${itsPlan} and p.deleted_at is null) and ${condition}`,
  );

const itsMarket = `select 1 from market m where m.tenant_id = c.tenant_id and m.id = c.market_id
  and m.deleted_at is null`;
const itsPrice = `select 1 from plan_price q where q.tenant_id = c.tenant_id and q.id = c.price_id`;
const itsBase = `select 1 from plan_price b where b.tenant_id = c.tenant_id
  and b.id = c.inherits_from_price_id`;

/** What a variant repeats. */
const inherited = [
  'price',
  'trial_days',
  'included_balance',
  'included_credits',
  'intro_offer_enabled',
  'intro_offer_discount_type',
  'intro_offer_discount_value',
  'intro_offer_duration_cycles',
];

/** Invariants 20, 23 and 24: markets, prices in them, and variants of prices. */
export const markets: Audit[] = [
  audit(
    23,
    'the country is in several markets',
    'country_code',
    'market_country group by tenant_id, country_code having count(*) > 1',
  ),
  country(
    'the country is in no live market that names it',
    `not exists (${itsMarket} and m.country_codes like '%"' || c.country_code || '"%')`,
  ),
  audit(
    23,
    'the market names a country that is not in it, or one twice, or none',
    'id',
    `market c where deleted_at is null and (country_codes = '[]'
      or (length(country_codes) - length(replace(country_codes, '"', ''))) / 2
        <> (select count(*) from market_country n
          where n.tenant_id = c.tenant_id and n.market_id = c.id))`,
  ),
  audit(
    23,
    'several live markets have one code',
    'code',
    'market where deleted_at is null group by tenant_id, code having count(*) > 1',
  ),
  audit(
    23,
    'the price has several amounts in one market',
    keyOf('market_price'),
    'market_price group by tenant_id, price_id, market_id having count(*) > 1',
  ),
  price(23, 'the market price is in no live market of its tenant', `not exists (${itsMarket})`),
  price(
    23,
    'the market price is of no live price of its tenant',
    `not exists (${itsPrice} and q.archived_at is null and exists (select 1 from plan p
      where p.tenant_id = q.tenant_id and p.id = q.plan_id and p.deleted_at is null))`,
  ),
  price(
    9,
    'the market price of a free plan is not 0',
    `price > 0 and exists (${itsPrice} and exists (select 1 from plan p
      where p.tenant_id = q.tenant_id and p.id = q.plan_id and p.is_free = 1))`,
  ),
  price(
    24,
    'the market price is of another price than its row says',
    `exists (${itsPrice} and coalesce(q.inherits_from_price_id, q.id) <> c.base_price_id)`,
  ),
  price(
    24,
    'the variant overrides a market that its base price has not',
    `not exists (select 1 from market_price b where b.tenant_id = c.tenant_id
      and b.price_id = c.base_price_id and b.market_id = c.market_id)`,
  ),
  unitPrice(
    'the unit price in a market is neither flat nor in tiers, or both',
    `((tiers_mode = 'none') <> (unit_price is not null)
      or (tiers_mode = 'none') <> (tiers = '[]'))`,
  ),
  unitPrice(
    'the unit price in a market has no market price',
    `not exists (select 1 from market_price m where m.tenant_id = c.tenant_id
      and m.price_id = c.price_id and m.market_id = c.market_id
      and m.base_price_id = c.base_price_id)`,
  ),
  unitPrice(
    'the unit price in a market stands on none',
    `not exists (select 1 from unit_price u where u.tenant_id = c.tenant_id
      and u.price_id = c.base_price_id and u.feature_id = c.feature_id)`,
  ),
  variant(
    'the variant inherits from no live price of its plan and interval',
    `not exists (${itsBase} and b.plan_id = c.plan_id and b.billing_interval = c.billing_interval
      and b.archived_at is null and b.inherits_from_price_id is null)`,
  ),
  variant('the variant is the default price', 'is_default = 1'),
  variant(
    'the variant differs from what it inherits',
    `exists (${itsBase} and not (${inherited
      .map((column) => `b.${column} is not distinct from c.${column}`)
      .join(' and ')}))`,
  ),
  variant(
    'the variant overrides no market',
    `not exists (select 1 from market_price m
      where m.tenant_id = c.tenant_id and m.price_id = c.id)`,
  ),
  ...['regional_price', 'unit_price'].map((table) =>
    variant(
      `the variant has a row of ${table}`,
      `exists (select 1 from ${table} r where r.tenant_id = c.tenant_id and r.price_id = c.id)`,
    ),
  ),
  audit(
    24,
    'the price has a name or a code and is no variant, or is one without',
    'id',
    `plan_price where (inherits_from_price_id is null) <> (code is null)
      or (inherits_from_price_id is null) <> (name is null)`,
  ),
  audit(
    24,
    'several live variants of a price have one code',
    `inherits_from_price_id || ' ' || code`,
    `plan_price where archived_at is null and inherits_from_price_id is not null
      group by tenant_id, inherits_from_price_id, code having count(*) > 1`,
  ),
];
