import { setImmediate as others } from 'node:timers/promises';
import { featureById } from '../db/feature.ts';
import { type Branches, branchesNamed, type PlanTree, planTrees } from '../db/plan-tree.ts';
import type { Feature } from './feature.ts';
import type { Reader } from './operation.ts';
import type { Plan } from './plan.ts';

export { type Branches, branchesNamed, type PlanTree };

/** Reading blocks the thread on SQLite: between two slices of plans, others get their turn. */
const SLICE = 100;

/** Plans with branches. One that is gone meanwhile has none. */
export const readPlanTrees = async (
  reader: Reader,
  plans: readonly Plan[],
  branches: Branches,
): Promise<PlanTree[]> => {
  const read = planTrees('id', branches);
  const trees: PlanTree[] = [];
  for (let start = 0; start < plans.length; start += SLICE) {
    if (start > 0) await others();
    const slice = plans.slice(start, start + SLICE);
    const found = await read(
      reader,
      slice.map(({ id }) => id),
    );
    trees.push(...slice.map((plan, place) => ({ ...found[place], plan })));
  }
  return trees;
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
