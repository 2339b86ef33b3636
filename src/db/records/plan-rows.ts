import { sql } from 'kysely';
import { batch } from '../read/batch.ts';

/**
 * How many rows hang on a plan, apart from those of which it never has many. `cross` keeps SQLite
 * from starting with the currencies.
 */
export const rowsOfPlan = batch(({ tenant }, planId) => ({
  json: sql`
    (select count(*) from plan_feature where tenant_id = ${tenant.id} and plan_id = ${planId})
    + (select count(*) from regional_overage where tenant_id = ${tenant.id} and plan_id = ${planId})
    + (select count(*) from plan_price cross join regional_price
        where plan_price.tenant_id = ${tenant.id} and plan_price.plan_id = ${planId}
        and plan_price.archived_at is null
        and regional_price.tenant_id = plan_price.tenant_id
        and regional_price.price_id = plan_price.id)`,
  read: Number,
}));
