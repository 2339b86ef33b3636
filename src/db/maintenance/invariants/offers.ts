import { type Audit, keyOf, warning } from './query.ts';

const regional = keyOf('regional_price');
const itsPrice = 'select 1 from plan_price p where p.tenant_id = r.tenant_id and p.id = r.price_id';

/**
 * Invariant 18: introductory offers. The rules are younger than the first offers, so that old rows
 * may break them.
 */
export const offers: Audit[] = [
  warning(
    18,
    'the introductory discount is larger than the price',
    'id',
    `plan_price where archived_at is null and intro_offer_enabled = 1 and intro_offer_discount_type = 'amount'
      and intro_offer_discount_value > price`,
  ),
  warning(
    18,
    'the introductory discount is larger than the regional price',
    regional,
    `regional_price r where intro_offer_discount_type = 'amount' and intro_offer_discount_value > price
      and exists (${itsPrice} and p.archived_at is null)`,
  ),
  warning(
    18,
    'an introductory offer that is off is made in the currency',
    regional,
    `regional_price r where intro_offer_discount_type is not null
      and exists (${itsPrice} and p.archived_at is null and p.intro_offer_enabled = 0)`,
  ),
  warning(
    18,
    'the introductory offer lasts no cycle',
    'id',
    'plan_price where archived_at is null and intro_offer_enabled = 1 and ' +
      'intro_offer_duration_cycles = 0',
  ),
  warning(
    18,
    'the introductory offer lasts no cycle in the currency',
    regional,
    `regional_price r where intro_offer_duration_cycles = 0 and exists (${itsPrice} and p.archived_at is null)`,
  ),
];
