import { sql } from 'kysely';
import { found, inOneList, record, relation } from '../read/lookup.ts';
import { queries, type Reader, type Source } from '../read/reader.ts';
import { type PlanPrice, planPrice, type RegionalPrice } from '../tables.ts';
import { priceRows, regionalPriceRows } from '../write/catalogue.ts';
import { isWriter, type Writer } from '../write/writer.ts';
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

const oldestFirst = ['createdAt', 'id'] as const;

/** Variants are no prices of their plan: they belong to the price that they inherit from. */
const basePrices = (source: Source) =>
  prices(source).where('plan_price.inherits_from_price_id', 'is', null);

/** The prices of a plan, oldest first; without variants. */
export const pricesOfPlan = relation({
  owner: planById,
  table: planPrice,
  rows: basePrices,
  by: 'planId',
  order: oldestFirst,
  items: priceById,
  most: MOST_PLANS,
});

/** The variants of a price, oldest first. */
export const variantsOfPrice = relation({
  owner: priceById,
  table: planPrice,
  alias: 'variant',
  rows: ({ tenant, [queries]: db }) =>
    db
      .selectFrom('plan_price as variant')
      .where('variant.tenant_id', '=', tenant.id)
      .where('variant.archived_at', 'is', null),
  by: 'inheritsFromPriceId',
  order: oldestFirst,
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
  const found = isWriter(reader)
    ? await storedPrice(reader, id)
    : (await findPrices(reader, [id]))[0];
  return found?.planId === planId ? found : undefined;
};

/** Of a plan that is known to be live. */
const storedPrice = async (writer: Writer, id: string): Promise<PlanPrice | undefined> => {
  const image = await priceRows.find(writer, id);
  return image && image.archivedAt === null ? priceRows.record(image) : undefined;
};

/** The prices of a plan that is known to be live, oldest first; without variants. */
export const storedPricesOf = (writer: Writer, planId: string): Promise<PlanPrice[]> =>
  storedPrices(writer, { planId, inheritsFromPriceId: null });

/** The live variants of a price, oldest first. */
export const storedVariantsOf = (writer: Writer, priceId: string): Promise<PlanPrice[]> =>
  storedPrices(writer, { inheritsFromPriceId: priceId });

const storedPrices = async (
  writer: Writer,
  where: { planId?: string; inheritsFromPriceId: string | null },
): Promise<PlanPrice[]> => {
  const images = await priceRows.select(writer, { ...where, archivedAt: null }, oldestFirst);
  return images.map(priceRows.record);
};

export const insertPrice = (
  writer: Writer,
  price: PlanPrice,
  plan: { isFree: boolean },
): Promise<void> => insertPrices(writer, [{ price, plan }]);

export const insertPrices = (
  writer: Writer,
  prices: readonly { price: PlanPrice; plan: { isFree: boolean } }[],
): Promise<void> =>
  priceRows.insert(
    writer,
    prices.map(({ price, plan }) => planPrice.fresh(price, { planIsFree: plan.isFree })),
  );

export const savePrice = async (writer: Writer, price: PlanPrice): Promise<PlanPrice> => {
  const [saved] = await priceRows.update(writer, [{ ...price }]);
  return saved ? priceRows.record(saved) : price;
};

/** Its rows in other currencies go with it. */
export const archivePrice = async (
  writer: Writer,
  price: PlanPrice,
  regionalPrices: readonly RegionalPrice[],
): Promise<void> => {
  const archivedAt = writer.nextTimestamp(price.updatedAt);
  const archived = await priceRows.update(writer, [{ ...price, isDefault: false, archivedAt }]);
  priceRows.noteGone(writer, archived);
  regionalPriceRows.noteGone(writer, regionalPrices);
};
