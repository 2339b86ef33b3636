import { type RawBuilder, sql } from 'kysely';
import type { MaybePromise } from '../../maybe-promise.ts';
import type { ConsumptionModel } from '../../vocabulary.ts';
import { nounOf } from '../ids.ts';
import { batch } from '../read/batch.ts';
import { byCreation, type PageSpec, paginate, type SortKey } from '../read/keyset.ts';
import { found, inOneList, record, relation } from '../read/lookup.ts';
import { columns, listed } from '../read/nested.ts';
import { dialect, queries, type Reader, type Source } from '../read/reader.ts';
import { counted, sifted, slices } from '../read/slices.ts';
import { asFlag } from '../table.ts';
import {
  type ExchangeRate,
  type Plan,
  type PlanFeature,
  type PlanFeatureLimit,
  type PlanPrice,
  plan,
  type RegionalOverage,
  type RegionalPrice,
  type RegionalUnitPrice,
  type Tables,
  type UnitPrice,
} from '../tables.ts';
import {
  exchangeRateRows,
  marketPriceRows,
  marketUnitPriceRows,
  planFeatureLimitRows,
  planFeatureRows,
  planRows,
  priceRows,
  regionalOverageRows,
  regionalPriceRows,
  regionalUnitPriceRows,
  unitPriceRows,
} from '../write/catalogue.ts';
import { isWriter, type Writer } from '../write/writer.ts';
import { numberPublicPlans } from './group-order.ts';
import { saveBasis, takeAwayBasis } from './plan-basis.ts';
import { planGroupById } from './plan-group.ts';

/**
 * The table as the public sees it: queries that select, sort or count these rows learn nothing of
 * private plans and groups, and finds no metadata. A plan's position is its place among the public
 * plans of its group.
 */
const publicPlans = sql<Tables['plan']>`(
  select ${plan.publicColumns('seen', {
    plan_group_id: sql.ref('plan_group.id'),
    sort_order: sql.ref('seen.public_sort_order'),
  })}
  from plan as seen left join plan_group
    on plan_group.tenant_id = seen.tenant_id and plan_group.id = seen.plan_group_id
      and plan_group.is_public = 1
  where seen.is_public = 1)`;

const everyPlan = sql<Tables['plan']>`${sql.table('plan')}`;

/** The one source of plans: live ones that the reader's audience may see. */
const livePlans = (source: Source) =>
  source[queries]
    .selectFrom((source.audience === 'public' ? publicPlans : everyPlan).as('plan'))
    .where('plan.tenant_id', '=', source.tenant.id)
    .where('plan.deleted_at', 'is', null);

/** Plans have metadata and lists of their own: so many at once are some megabytes at most. */
export const MOST_PLANS = 100;

export const planById = record(plan, livePlans, { isCached: true, most: MOST_PLANS });
export const planByCode = record(plan, livePlans, {
  key: 'code',
  byId: planById,
  isCached: true,
  most: MOST_PLANS,
});

/** A condition: there is a live plan with the id. Correlated, so that it costs one look-up a row. */
export const ofLivePlan = planById.exists;

/** Groups hold hundreds of plans. */
const MOST_GROUPS = 10;

/** The plans of a group, in its order. */
export const plansOfGroup = relation({
  owner: planGroupById,
  table: plan,
  rows: livePlans,
  by: 'planGroupId',
  order: ['sortOrder'],
  items: planById,
  isCached: false,
  most: MOST_GROUPS,
  ownerMayBeHidden: false,
});

/** How many plans a group has. */
export const sizeOfGroup = batch((source, groupId) => ({
  json: sql`${livePlans(source)
    .where('plan.plan_group_id', '=', groupId)
    .select((eb) => eb.fn.countAll().as('count'))}`,
  read: Number,
}));

export const findPlans = found(planById);
export const findPlansByCode = found(planByCode);
export const findPlansOfGroups = inOneList(plansOfGroup);

export const findPlan = async (reader: Reader, id: string): Promise<Plan | undefined> =>
  isWriter(reader) ? storedPlan(reader, id) : (await findPlans(reader, [id]))[0];

const storedPlan = async (writer: Writer, id: string): Promise<Plan | undefined> => {
  const image = await planRows.find(writer, id);
  return image && image.deletedAt === null ? planRows.record(image) : undefined;
};

/** The live plan with this id, else with this code: an id wins over a code that looks like it. */
export const findPlanNamed = async (
  writer: Writer,
  idOrCode: string,
): Promise<Plan | undefined> => {
  const byId = nounOf(idOrCode) === 'plan' ? await storedPlan(writer, idOrCode) : undefined;
  if (byId) return byId;
  const [byCode] = await planRows.select(writer, { code: idOrCode, deletedAt: null });
  return byCode && planRows.record(byCode);
};

export const findPlanByCode = async (reader: Reader, code: string): Promise<Plan | undefined> =>
  (await findPlansByCode(reader, [code]))[0];

/** The plans of a group, in its order, to be written. */
export const storedPlansOfGroup = async (writer: Writer, planGroupId: string): Promise<Plan[]> =>
  (await planRows.select(writer, { planGroupId }, ['sortOrder'])).map(planRows.record);

export interface PlanSelection {
  codes?: readonly string[] | undefined;
  planGroupId?: string | undefined;
  isPublic?: boolean | undefined;
  isFree?: boolean | undefined;
  consumptionModel?: ConsumptionModel | undefined;
  /** Found in the name or the code; the case of ASCII letters does not matter. */
  text?: string | undefined;
  metadata?: { key: string; value: string } | undefined;
}

const asciiLowerCase = (text: string): string =>
  text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

export type PlanOrder = 'sortOrder' | 'name' | 'createdAt';

export const planSortKeys: Record<PlanOrder, SortKey<Plan>> = {
  sortOrder: {
    columns: { sort_order: 'int32', created_at: 'text', id: 'text' },
    of: (plan) => [plan.sortOrder, plan.createdAt, plan.id],
  },
  name: { columns: { name: 'text', id: 'text' }, of: (plan) => [plan.name, plan.id] },
  createdAt: byCreation,
};

/**
 * Plans in an order that an index has, and what no index knows: it has to be asked of each of them.
 */
const selectPlans = (reader: Reader, selection: PlanSelection, by: PlanOrder) => {
  const { codes, planGroupId, isPublic, isFree, consumptionModel, text, metadata } = selection;
  let indexed = livePlans(reader);
  const traits: RawBuilder<boolean>[] = [];
  if (codes)
    indexed =
      codes.length > 0 ? indexed.where('code', 'in', codes) : indexed.where(sql<boolean>`1 = 0`);
  if (planGroupId !== undefined) indexed = indexed.where('plan_group_id', '=', planGroupId);
  if (isPublic && by === 'sortOrder') indexed = indexed.where('is_public', '=', sql.lit<1>(1));
  else if (isPublic !== undefined) traits.push(sql`is_public = ${asFlag(isPublic)}`);
  if (isFree !== undefined) traits.push(sql`is_free = ${asFlag(isFree)}`);
  if (consumptionModel !== undefined) traits.push(sql`consumption_model = ${consumptionModel}`);
  if (text !== undefined) {
    const pattern = `%${asciiLowerCase(text).replace(/[\\%_]/g, '\\$&')}%`;
    traits.push(sql`(lower(name) like ${pattern} escape '\\' or code like ${pattern} escape '\\')`);
  }
  if (metadata)
    traits.push(reader[dialect].metadataHas('plan.metadata', metadata.key, metadata.value));
  const plans = traits.reduce((rest, trait) => rest.where(trait), indexed);
  return { indexed, plans, isSifted: traits.length > 0 };
};

export const listPlans = (
  reader: Reader,
  selection: PlanSelection,
  { by, descending }: { by: PlanOrder; descending: boolean },
  spec: PageSpec,
): MaybePromise<Plan[]> => {
  const { indexed, plans, isSifted } = selectPlans(reader, selection, by);
  const sortKey = planSortKeys[by];
  const inRange = (range: PageSpec) =>
    listed(reader, paginate(plans, sortKey, range, descending), columns(reader, plan));
  if (!isSifted) return inRange(spec);
  return sifted(slices(reader, indexed, sortKey, spec, descending), inRange, spec.limit);
};

export const countPlans = (reader: Reader, selection: PlanSelection): Promise<number> => {
  const { indexed, plans } = selectPlans(reader, selection, 'createdAt');
  return counted(reader, indexed, plans, byCreation);
};

export const insertPlan = (writer: Writer, plan: Plan): Promise<void> =>
  insertPlans(writer, [plan]);

export const insertPlans = (writer: Writer, plans: readonly Plan[]): Promise<void> =>
  planRows.insert(
    writer,
    plans.map((each) => plan.fresh(each)),
  );

export const savePlan = async (writer: Writer, plan: Plan): Promise<Plan> => {
  const before = await findPlan(writer, plan.id);
  const { basedOnPlanId, ...changes } = plan;
  const [saved] = await planRows.update(writer, [changes]);
  if (plan.planGroupId !== null && plan.isPublic !== before?.isPublic)
    await numberPublicPlans(writer, plan.planGroupId);
  const record = saved ? planRows.record(saved) : plan;
  return record.basedOnPlanId === basedOnPlanId ? record : saveBasis(writer, record, basedOnPlanId);
};

/**
 * A place in a group, or none. The group has to be numbered then. The public sees no move to or
 * from a private group.
 */
export const placePlans = async (
  writer: Writer,
  places: readonly { id: string; planGroupId: string | null; sortOrder: number }[],
  isGroupPublic: boolean,
): Promise<Plan[]> => {
  const moves = places.map((place) => ({ ...place, publicSortOrder: 0 }));
  return (await planRows.update(writer, moves, { isSeen: isGroupPublic })).map(planRows.record);
};

/** What belongs to a plan, as it is stored. */
interface PlanContents {
  prices?:
    | readonly {
        price: PlanPrice;
        regionalPrices?: RegionalPrice[] | undefined;
        unitPrices?: UnitPrice[] | undefined;
        regionalUnitPrices?: RegionalUnitPrice[] | undefined;
      }[]
    | undefined;
  features?: readonly PlanFeature[] | undefined;
  limits?: readonly PlanFeatureLimit[] | undefined;
  regionalOverages?: readonly RegionalOverage[] | undefined;
  exchangeRates?: readonly ExchangeRate[] | undefined;
}

/**
 * What hangs on it stays on record, and goes with it for all who read. Only its limits and market
 * prices are removed: a definition or a market that no live plan uses may go.
 */
export const markPlanDeleted = async (
  writer: Writer,
  plan: Plan,
  {
    prices = [],
    features = [],
    limits = [],
    regionalOverages = [],
    exchangeRates = [],
  }: PlanContents,
): Promise<void> => {
  const deletedAt = writer.nextTimestamp(plan.updatedAt);
  const alone = { planGroupId: null, sortOrder: 0, publicSortOrder: 0, basedOnPlanId: null };
  await takeAwayBasis(writer, plan);
  planRows.noteGone(
    writer,
    await planRows.update(writer, [{ id: plan.id, ...alone, deletedAt }], { isSeen: true }),
  );
  priceRows.noteGone(
    writer,
    prices.map(({ price }) => price),
  );
  regionalPriceRows.noteGone(
    writer,
    prices.flatMap(({ regionalPrices = [] }) => regionalPrices),
  );
  unitPriceRows.noteGone(
    writer,
    prices.flatMap(({ unitPrices = [] }) => unitPrices),
  );
  regionalUnitPriceRows.noteGone(
    writer,
    prices.flatMap(({ regionalUnitPrices = [] }) => regionalUnitPrices),
  );
  if (prices.length > 0) {
    const priceId = prices.map(({ price }) => price.id);
    await marketUnitPriceRows.remove(writer, { priceId });
    await marketPriceRows.remove(writer, { priceId });
  }
  planFeatureRows.noteGone(writer, features);
  if (limits.length > 0) await planFeatureLimitRows.remove(writer, { planId: plan.id });
  regionalOverageRows.noteGone(writer, regionalOverages);
  exchangeRateRows.noteGone(writer, exchangeRates);
};
