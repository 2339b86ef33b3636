import {
  type DocumentNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { GraphqlLimits } from '../config.ts';
import { LimitExceeded } from '../errors.ts';

/** What a selection asks for, with every fragment counted wherever it is spread. */
export interface Shape {
  depth: number;
  fields: number;
  /**
   * Fields under another name, and fields selected twice: both make graphql-js compare them in
   * pairs.
   */
  aliases: number;
  /** Fields of the selection itself, not of those inside. */
  rootFields: number;
  /** `__schema` and `__type`. */
  introspections: number;
}

export type Shapes = ReadonlyMap<OperationDefinitionNode, Shape>;

const NOTHING: Shape = { depth: 0, fields: 0, aliases: 0, rootFields: 0, introspections: 0 };

const together = (one: Shape, other: Shape): Shape => ({
  depth: Math.max(one.depth, other.depth),
  fields: one.fields + other.fields,
  aliases: one.aliases + other.aliases,
  rootFields: one.rootFields + other.rootFields,
  introspections: one.introspections + other.introspections,
});

const ofField = (name: string, inner: Shape, isAgain: boolean): Shape => ({
  depth: inner.depth + 1,
  fields: inner.fields + 1,
  aliases: inner.aliases + (isAgain ? 1 : 0),
  rootFields: 1,
  introspections: inner.introspections + (name === '__schema' || name === '__type' ? 1 : 0),
});

const fragmentsOf = ({ definitions }: DocumentNode): Map<string, SelectionSetNode> =>
  new Map(
    definitions.flatMap((node) =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node.selectionSet]] : [],
    ),
  );

/** Measures selections of a document that is not validated yet. Each fragment is measured once. */
const measuring = (document: DocumentNode): ((selectionSet: SelectionSetNode) => Shape) => {
  const fragments = fragmentsOf(document);
  const measured = new Map<string, Shape>();

  const ofSpread = (name: string): Shape => {
    const known = measured.get(name);
    if (known) return known;
    const selectionSet = fragments.get(name);
    if (!selectionSet) return NOTHING;
    // Inside itself a fragment counts as nothing: validation refuses the circle.
    measured.set(name, NOTHING);
    const shape = measure(selectionSet);
    measured.set(name, shape);
    return shape;
  };

  const measure = ({ selections }: SelectionSetNode, names = new Set<string>()): Shape =>
    selections.reduce((sum, selection) => {
      if (selection.kind === Kind.FRAGMENT_SPREAD)
        return together(sum, ofSpread(selection.name.value));
      if (selection.kind === Kind.INLINE_FRAGMENT)
        return together(sum, measure(selection.selectionSet, names));
      const { name, alias, selectionSet } = selection;
      const key = (alias ?? name).value;
      const isAgain = key !== name.value || names.has(key);
      names.add(key);
      return together(
        sum,
        ofField(name.value, selectionSet ? measure(selectionSet) : NOTHING, isAgain),
      );
    }, NOTHING);

  return measure;
};

const subjects = {
  depth: (reached: number) => `The document is ${reached} fields deep`,
  fields: (reached: number) => `The document selects ${reached} fields`,
  aliases: (reached: number) => `The document has ${reached} aliases and repeated fields`,
  rootFields: (reached: number) => `The operation has ${reached} root fields`,
};

const hold = (
  shape: Shape,
  limits: GraphqlLimits,
  measures: readonly (keyof typeof subjects)[],
): void => {
  for (const measure of measures) {
    const reached = Math.min(shape[measure], Number.MAX_SAFE_INTEGER);
    if (reached > limits[measure])
      throw new LimitExceeded(subjects[measure](reached), limits[measure], reached);
  }
};

/**
 * The shape of each operation. Throws where one is beyond the limits; so do fragments that nobody
 * spreads.
 */
export const shapesOf = (document: DocumentNode, limits: GraphqlLimits): Shapes => {
  const measure = measuring(document);
  const shapes = new Map<OperationDefinitionNode, Shape>();
  for (const node of document.definitions) {
    if (node.kind !== Kind.OPERATION_DEFINITION && node.kind !== Kind.FRAGMENT_DEFINITION) continue;
    const shape = measure(node.selectionSet);
    hold(shape, limits, ['depth', 'fields', 'aliases']);
    if (node.kind === Kind.FRAGMENT_DEFINITION) continue;
    hold(shape, limits, ['rootFields']);
    shapes.set(node, shape);
  }
  return shapes;
};
