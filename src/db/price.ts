import { type Expression, type Insertable, sql } from 'kysely';
import type { BillingInterval, DiscountType, JsonObject } from '../vocabulary.ts';
import { batch, found, inOneList } from './batch.ts';
import { insertion } from './insertion.ts';
import { every, type Nested, only, provided, shape } from './nested.ts';
import { ofLivePlan } from './plan.ts';
import { flag, json, parseJson } from './rows.ts';
import { queries, type Reader, type Source, type Writer } from './session.ts';
import type { PlanPriceTable } from './tables.ts';
import { publicTime, seenTime } from './updated-at.ts';

export interface IntroOffer {
  enabled: boolean;
  discountType: DiscountType | null;
  /** Basis points of a percentage, or an amount in rate scale. */
  discountValue: number | null;
  durationCycles: number | null;
}

export interface PlanPrice {
  id: string;
  planId: string;
  billingInterval: BillingInterval;
  price: number;
  isDefault: boolean;
  trialDays: number;
  includedBalance: number | null;
  includedCredits: number | null;
  introOffer: IntroOffer | null;
  metadata: JsonObject;
  createdAt: string;
  updatedAt: string;
}

export const price = shape(
  'plan_price',
  [
    'id',
    'plan_id',
    'billing_interval',
    'price',
    'is_default',
    'trial_days',
    'included_balance',
    'included_credits',
    'intro_offer_enabled',
    'intro_offer_discount_type',
    'intro_offer_discount_value',
    'intro_offer_duration_cycles',
    'metadata',
    'created_at',
    'updated_at',
  ],
  ([
    id,
    planId,
    billingInterval,
    price,
    isDefault,
    trialDays,
    includedBalance,
    includedCredits,
    enabled,
    discountType,
    discountValue,
    durationCycles,
    metadata,
    createdAt,
    updatedAt,
  ]): PlanPrice => ({
    id,
    planId,
    billingInterval,
    price,
    isDefault: isDefault === 1,
    trialDays,
    includedBalance,
    includedCredits,
    introOffer:
      enabled === null
        ? null
        : { enabled: enabled === 1, discountType, discountValue, durationCycles },
    metadata: parseJson(metadata),
    createdAt,
    updatedAt,
  }),
  { metadata: sql.lit('{}'), updated_at: seenTime('plan_price') },
);

const columns = (price: PlanPrice) => ({
  billing_interval: price.billingInterval,
  price: price.price,
  is_default: flag(price.isDefault),
  trial_days: price.trialDays,
  included_balance: price.includedBalance,
  included_credits: price.includedCredits,
  intro_offer_enabled: price.introOffer && flag(price.introOffer.enabled),
  intro_offer_discount_type: price.introOffer?.discountType ?? null,
  intro_offer_discount_value: price.introOffer?.discountValue ?? null,
  intro_offer_duration_cycles: price.introOffer?.durationCycles ?? null,
  metadata: json(price.metadata),
  updated_at: price.updatedAt,
});

/** Prices that are not archived; of deleted plans, too. */
const prices = (source: Source) =>
  source[queries]
    .selectFrom('plan_price')
    .where('plan_price.tenant_id', '=', source.tenant.id)
    .where('plan_price.archived_at', 'is', null);

/** Live prices of live plans. */
const livePrices = (source: Source) =>
  prices(source).where(ofLivePlan(source, sql.ref('plan_price.plan_id')));

/** A condition: `livePrices` shows the price with this id. */
export const ofLivePrice = (source: Source, id: Expression<string>) =>
  sql<boolean>`exists ${livePrices(source).select('plan_price.id').where('plan_price.id', '=', id)}`;

/** The prices of a plan that is live, oldest first, as what is made of each. */
export const pricesOf = <Item>(
  source: Source,
  planId: Expression<string>,
  item: Nested<Item>,
): Nested<Item[]> =>
  every(
    source,
    prices(source).where('plan_price.plan_id', '=', planId),
    ['plan_price.created_at', 'plan_price.id'],
    item,
  );

export const priceById = batch((source, id) =>
  only(livePrices(source).where('plan_price.id', '=', id), price(source)),
);

/** The prices of a plan, oldest first. */
export const pricesOfPlan = batch((source, planId) =>
  provided(ofLivePlan(source, planId), pricesOf(source, planId, price(source))),
);

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

const insertPriceRows = insertion<Insertable<PlanPriceTable>>((db, rows) =>
  db.insertInto('plan_price').values(rows),
);

export const insertPrices = async (
  writer: Writer,
  prices: readonly { price: PlanPrice; plan: { isFree: boolean } }[],
): Promise<void> => {
  const rows = prices.map(
    ({ price, plan }): Insertable<PlanPriceTable> => ({
      tenant_id: writer.tenant.id,
      id: price.id,
      plan_id: price.planId,
      plan_is_free: flag(plan.isFree),
      ...columns(price),
      created_at: price.createdAt,
      archived_at: null,
    }),
  );
  await insertPriceRows(writer, rows);
};

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
    .set({ ...columns(price), public_updated_at: publicTime(isSeenByPublic) })
    .execute();
};

export const archivePrice = async (writer: Writer, price: PlanPrice, at: string): Promise<void> => {
  await updatePriceRow(writer, price.id)
    .set({ is_default: 0, archived_at: at, updated_at: at })
    .execute();
};
