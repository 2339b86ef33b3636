import { sql } from 'kysely';
import { found, inOneList, record, relation } from '../read/lookup.ts';
import { queries, type Reader, type Source } from '../read/reader.ts';
import { type PlanPrice, planPrice } from '../tables.ts';
import { insertInto } from '../write/insertion.ts';
import { publicTime } from '../write/updated-at.ts';
import type { Writer } from '../write/writer.ts';
import { MOST_PLANS, ofLivePlan, planById } from './plan.ts';

/** Prices that are not archived; of deleted plans, too. */
const prices = (source: Source) =>
  source[queries]
    .selectFrom('plan_price')
    .where('plan_price.tenant_id', '=', source.tenant.id)
    .where('plan_price.archived_at', 'is', null);

/** Live prices of live plans. */
const livePrices = (source: Source) =>
  prices(source).where(ofLivePlan(source, sql.ref('plan_price.plan_id')));

export const priceById = record(planPrice, livePrices, { ownerOf: ({ planId }) => planId });

/** The prices of a plan, oldest first. */
export const pricesOfPlan = relation({
  owner: planById,
  table: planPrice,
  rows: prices,
  by: 'planId',
  order: ['createdAt', 'id'],
  items: priceById,
  most: MOST_PLANS,
});

export const findPrices = found(priceById);
export const findPricesOfPlans = inOneList(pricesOfPlan);

export const findPrice = async (
  reader: Reader,
  planId: string,
  id: string,
): Promise<PlanPrice | undefined> => {
  const [found] = await findPrices(reader, [id]);
  return found?.planId === planId ? found : undefined;
};

export const insertPrice = (
  writer: Writer,
  price: PlanPrice,
  plan: { isFree: boolean },
): Promise<void> => insertPrices(writer, [{ price, plan }]);

const insertPriceImages = insertInto(planPrice);

export const insertPrices = (
  writer: Writer,
  prices: readonly { price: PlanPrice; plan: { isFree: boolean } }[],
): Promise<void> =>
  insertPriceImages(
    writer,
    prices.map(({ price, plan }) => planPrice.fresh(price, { planIsFree: plan.isFree })),
  );

const updatePriceRow = (writer: Writer, id: string) =>
  writer[queries]
    .updateTable('plan_price')
    .where('tenant_id', '=', writer.tenant.id)
    .where('id', '=', id);

export const savePrice = async (
  writer: Writer,
  price: PlanPrice,
  isSeenByPublic = true,
): Promise<void> => {
  await updatePriceRow(writer, price.id)
    .set({ ...planPrice.values(price), public_updated_at: publicTime(isSeenByPublic) })
    .execute();
};

export const archivePrice = async (writer: Writer, price: PlanPrice, at: string): Promise<void> => {
  await updatePriceRow(writer, price.id)
    .set({ is_default: 0, archived_at: at, updated_at: at })
    .execute();
};
