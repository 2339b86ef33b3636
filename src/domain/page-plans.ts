import { nounOf } from '../db/ids.ts';
import { type Include, including } from '../db/read/include.ts';
import type { Loaders } from '../db/read/loaders.ts';
import type { Lookup } from '../db/read/lookup.ts';
import { planByCode, planById, plansOfGroup } from '../db/records/plan.ts';
import { featuresOfPlan } from '../db/records/plan-feature.ts';
import { planGroupByCode, planGroupById } from '../db/records/plan-group.ts';
import { rowsOfPlan } from '../db/records/plan-rows.ts';
import type { Plan } from '../db/tables.ts';
import { invalid } from '../errors.ts';
import type { Reader } from './operation.ts';

/** Which plans a page shows or an estimate compares, and reading much of them at once. */

/** Either a group or plans, by ids or codes. */
export interface PlanChoice {
  group?: string | null | undefined;
  plans?: readonly string[] | null | undefined;
}

/** More than any group has, and a page that nobody reads. */
const MOST_PLANS_NAMED = 300;

const ofGroup = async (loaders: Loaders, idOrCode: string): Promise<readonly Plan[] | null> => {
  const byId =
    nounOf(idOrCode) === 'planGroup' ? await loaders.load(planGroupById, idOrCode) : null;
  const group = byId ?? (await loaders.load(planGroupByCode, idOrCode));
  return group && loaders.load(plansOfGroup, group.id);
};

const named = async (reader: Reader, names: readonly string[]): Promise<readonly Plan[] | null> => {
  if (names.length === 0) throw invalid('plans', 'must not be empty');
  if (names.length > MOST_PLANS_NAMED)
    throw invalid('plans', `must have at most ${MOST_PLANS_NAMED} entries`);
  const found = new Map<string, Plan>();
  const likeIds = names.filter((name) => nounOf(name) === 'plan');
  for (const plan of await planById.read(reader, likeIds)) if (plan) found.set(plan.id, plan);
  const codes = names.filter((name) => !found.has(name));
  for (const plan of await planByCode.read(reader, codes)) if (plan) found.set(plan.code, plan);
  const plans = new Set<Plan['id']>();
  return names.flatMap((name, place) => {
    const plan = found.get(name);
    if (!plan) return [];
    if (plans.has(plan.id)) throw invalid(`plans.${place}`, 'is named twice');
    plans.add(plan.id);
    return [plan];
  });
};

/**
 * The plans in their order. Plans that there are not, or that the reader may not see, are left out;
 * null where there is no such group, or none of the plans.
 */
export const choosePlans = async (
  reader: Reader,
  loaders: Loaders,
  { group, plans }: PlanChoice,
): Promise<readonly Plan[] | null> => {
  if (group != null && plans != null) throw invalid('plans', 'cannot be combined with group');
  if (group != null) return ofGroup(loaders, group);
  if (plans == null) throw invalid('group', 'is required, unless plans are given');
  const found = await named(reader, plans);
  return found?.length === 0 ? null : found;
};

/** Rows that one statement reads: some megabytes. */
const MOST_ROWS = 50_000;

/**
 * How many plans one statement reads. As many as there are, so that a long page takes no more
 * statements than a short one, unless they are very large.
 */
const plansAtOnce = async (
  reader: Reader,
  loaders: Loaders,
  plans: readonly Plan[],
): Promise<number> => {
  if (plans.every(({ id }) => loaders.peek(featuresOfPlan, id) !== undefined)) return plans.length;
  const rows = await rowsOfPlan(
    reader,
    plans.map(({ id }) => id),
  );
  const largest = Math.max(1, ...rows);
  return Math.max(1, Math.floor(MOST_ROWS / largest));
};

/** Reads relations of plans ahead: with each include, in one statement. */
export const readAhead = async (
  reader: Reader,
  loaders: Loaders,
  plans: readonly Plan[],
  includes: readonly Include[],
): Promise<void> => {
  await loaders.withRelations(planById, plans, including());
  const most = await plansAtOnce(reader, loaders, plans);
  for (const include of includes) await loaders.prefetch(planById, plans, include, most);
};

/** Values of a lookup by their keys; asked for at once, so that they are read together. */
export const loadAll = async <Value>(
  loaders: Loaders,
  lookup: Lookup<Value>,
  keys: Iterable<string>,
): Promise<ReadonlyMap<string, Value>> => {
  const asked = [...new Set(keys)];
  const values = await Promise.all(asked.map((key) => loaders.load(lookup, key)));
  return new Map(asked.map((key, place) => [key, values[place] as Value]));
};
