import {
  type Branches,
  branchesNamed,
  type PlanTree,
  planTrees,
  rowsOfPlan,
} from '../db/read/plan-tree.ts';
import { featureById } from '../db/records/feature.ts';
import type { Feature } from './feature.ts';
import type { Reader } from './operation.ts';
import type { Plan } from './plan.ts';

export { type Branches, branchesNamed, type PlanTree, rowsOfPlan };

/** Plans with branches, all in one statement. One that is gone meanwhile has none. */
export const readPlanTrees = async (
  reader: Reader,
  plans: readonly Plan[],
  branches: Branches,
): Promise<PlanTree[]> => {
  const found = await planTrees('id', branches)(
    reader,
    plans.map(({ id }) => id),
  );
  return plans.map((plan, place) => ({ ...found[place], plan }));
};

/** The features that plans have: each once. */
export const featureIdsIn = (trees: readonly (PlanTree | null)[]): string[] => {
  const ids = new Set<string>();
  for (const tree of trees) for (const { featureId } of tree?.features ?? []) ids.add(featureId);
  return [...ids];
};

/** The definitions of the features that plans have, by id. */
export const readDefinitions = async (
  reader: Reader,
  trees: readonly PlanTree[],
): Promise<ReadonlyMap<string, Feature>> => {
  const definitions = new Map<string, Feature>();
  for (const feature of await featureById(reader, featureIdsIn(trees)))
    if (feature) definitions.set(feature.id, feature);
  return definitions;
};
