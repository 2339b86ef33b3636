import { inOneList, relation } from '../read/lookup.ts';
import { queries } from '../read/reader.ts';
import { type RegionalOverage, regionalOverage } from '../tables.ts';
import { regionalOverageRows } from '../write/catalogue.ts';
import type { Writer } from '../write/writer.ts';
import { planById } from './plan.ts';

/** Overages of hundreds of features, each in hundreds of currencies. */
const MOST_OVERAGES = 25;

/** The overage of a plan in other currencies, by feature and currency. */
export const regionalOveragesOfPlan = relation({
  owner: planById,
  table: regionalOverage,
  rows: ({ tenant, [queries]: db }) =>
    db.selectFrom('regional_overage').where('regional_overage.tenant_id', '=', tenant.id),
  by: 'planId',
  order: ['featureId', 'currency'],
  most: MOST_OVERAGES,
});

export const findRegionalOverages = inOneList(regionalOveragesOfPlan);

/** `before` is what is stored of the same rows. Their features have been read to be written. */
export const saveRegionalOverages = (
  writer: Writer,
  before: readonly RegionalOverage[],
  after: readonly RegionalOverage[],
): Promise<void> => regionalOverageRows.replace(writer, before, after);

/** In these currencies; in all of them where none are named. */
export const removeRegionalOverages = async (
  writer: Writer,
  planId: string,
  featureId: string,
  currencies?: readonly string[],
): Promise<void> => {
  await regionalOverageRows.remove(writer, {
    planId,
    featureId,
    ...(currencies && { currency: currencies }),
  });
};
