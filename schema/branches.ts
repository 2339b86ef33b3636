import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLResolveInfo,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import { type Branches, branchesNamed, type PlanBranch } from '../src/domain/plan-reader.ts';

/** Which branch of a plan a field shows, wherever it stands below the plan. */
const branchesOfField: Readonly<Record<string, readonly PlanBranch[]>> = {
  prices: ['prices'],
  price: ['prices'],
  defaultPrice: ['prices'],
  regionalPrices: ['regionalPrices'],
  regionalPrice: ['regionalPrices'],
  features: ['features'],
  feature: ['features', 'definitions'],
  regionalOverages: ['regionalOverages'],
  regionalOverage: ['regionalOverages'],
  exchangeRates: ['exchangeRates'],
};

/** Below these stand other plans. */
const elsewhere = new Set(['group', 'plans']);

type Fragments = Readonly<Record<string, FragmentDefinitionNode>>;

function* branchesBelow(
  selectionSet: SelectionSetNode | undefined,
  fragments: Fragments,
): Generator<PlanBranch> {
  for (const selection of selectionSet?.selections ?? []) {
    if (selection.kind === Kind.FRAGMENT_SPREAD) {
      yield* branchesBelow(fragments[selection.name.value]?.selectionSet, fragments);
      continue;
    }
    if (selection.kind === Kind.FIELD) {
      const name = selection.name.value;
      if (elsewhere.has(name)) continue;
      if (Object.hasOwn(branchesOfField, name)) yield* branchesOfField[name] ?? [];
    }
    yield* branchesBelow(selection.selectionSet, fragments);
  }
}

/** Documents are kept, and with them their fields. */
const known = new WeakMap<FieldNode, Branches>();

const branchesOfNode = (field: FieldNode, fragments: Fragments): Branches => {
  const branches =
    known.get(field) ?? branchesNamed([...branchesBelow(field.selectionSet, fragments)]);
  known.set(field, branches);
  return branches;
};

/**
 * What is selected of the plans that a field answers, to be read ahead. A guess is enough: what is
 * read in vain costs time, what is missing the loaders read. So directives, arguments and types are
 * passed over.
 */
export const branchesOf = ({ fieldNodes, fragments }: GraphQLResolveInfo): Branches => {
  const [field, ...others] = fieldNodes;
  if (!field) return branchesNamed([]);
  const branches = branchesOfNode(field, fragments);
  if (others.length === 0) return branches;
  return branchesNamed([
    ...branches,
    ...others.flatMap((other) => [...branchesOfNode(other, fragments)]),
  ]);
};
