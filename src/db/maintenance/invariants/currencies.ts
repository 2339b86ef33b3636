import { currencies as codes } from '../../../currencies.ts';
import { defaultBaseCurrency } from '../../../vocabulary.ts';
import { type Audit, audit, keyOf, warning } from './query.ts';

/** The codes of the table are letters only. */
const currencyList = codes.map((code) => `'${code}'`).join(', ');

const tables = ['regional_price', 'exchange_rate', 'regional_overage', 'regional_unit_price'];
/** Amounts in these may be in the base currency, too. */
const inMarkets = ['market_price'];

/** Invariants 5 and 19: which currencies amounts are in. */
export const currencies: Audit[] = [
  ...[...tables, ...inMarkets].map((table) =>
    warning(
      5,
      `${table} has a currency that is none of ISO 4217`,
      keyOf(table),
      `${table} where currency not in (${currencyList})`,
    ),
  ),
  warning(
    19,
    'the base currency is none of ISO 4217',
    'tenant_id',
    `(select id as tenant_id, base_currency from organization) o
      where base_currency not in (${currencyList})`,
  ),
  ...tables.map((table) =>
    audit(
      19,
      `${table} has a row in the base currency`,
      keyOf(table),
      `${table} r where currency <> '${defaultBaseCurrency}' and exists (select 1 from tenant t
        join organization o on o.id = t.organization_id where t.id = r.tenant_id and o.base_currency = r.currency)`,
    ),
  ),
];
