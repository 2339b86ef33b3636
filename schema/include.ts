import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import {
  type Include,
  IncludeBuilder,
  planById,
  Reference,
  Relation,
} from '../src/domain/relations.ts';

/**
 * Options of a field that shows a relation, or the record that another one refers to. It may need
 * other relations as well, of which it shows no selection.
 */
export const reads = (
  what: Relation<unknown> | Reference<unknown, { id: string }>,
  ...too: Relation<unknown>[]
) => ({ extensions: { reads: what, readsToo: too } });

/** Options of a field that needs relations of which it shows no selection. */
export const readsOnly = (...relations: Relation<unknown>[]) => ({
  extensions: { readsToo: relations },
});

/** Options of the type that reading ahead begins with. */
export const startsInclude = { extensions: { startsInclude: true } };

/** A record on the way from the first one, and what is to be read with it. */
interface Level {
  table: string;
  /** What led to it. */
  relation: Relation<unknown> | undefined;
  include: IncludeBuilder;
  above: Level | undefined;
}

type Fragments = Readonly<Record<string, FragmentDefinitionNode>>;

const nearest = (level: Level | undefined, is: (level: Level) => boolean): Level | undefined => {
  for (let each = level; each; each = each.above) if (is(each)) return each;
  return undefined;
};

const isNode = (type: GraphQLNamedType): boolean =>
  isObjectType(type) && type.getInterfaces().some(({ name }) => name === 'Node');

/** Adds what is selected of records to the include of the first of them. */
class Walk {
  readonly root = new IncludeBuilder();
  readonly #schema: GraphQLSchema;
  readonly #fragments: Fragments;

  constructor(schema: GraphQLSchema, fragments: Fragments) {
    this.#schema = schema;
    this.#fragments = fragments;
  }

  through(
    { selections }: SelectionSetNode,
    type: GraphQLNamedType | undefined,
    above: Level | undefined,
  ): void {
    if (!isObjectType(type) && !isInterfaceType(type)) return;
    const level = above ?? (type.extensions.startsInclude ? this.#first() : undefined);
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        const field = type.getFields()[selection.name.value];
        if (!field || !selection.selectionSet) continue;
        const { reads, readsToo } = field.extensions;
        if (Array.isArray(readsToo)) for (const each of readsToo) this.#include(each, level);
        this.#field(selection.selectionSet, getNamedType(field.type), reads, level);
        continue;
      }
      const fragment =
        selection.kind === Kind.FRAGMENT_SPREAD ? this.#fragments[selection.name.value] : selection;
      if (!fragment) continue;
      const condition = fragment.typeCondition?.name.value;
      const inner = condition === undefined ? type : this.#schema.getType(condition);
      this.through(fragment.selectionSet, inner, above);
    }
  }

  #first(): Level {
    return { table: planById.table, relation: undefined, include: this.root, above: undefined };
  }

  /** The level of the relation's items; undefined where nothing above owns them. */
  #include(relation: Relation<unknown>, level: Level | undefined): Level | undefined {
    const above = nearest(level, ({ table }) => table === relation.owner.table);
    return (
      above && { table: relation.table, relation, include: above.include.add(relation), above }
    );
  }

  #field(
    selectionSet: SelectionSetNode,
    type: GraphQLNamedType,
    what: unknown,
    level: Level | undefined,
  ): void {
    if (what instanceof Relation) {
      const next = this.#include(what, level);
      if (next) this.through(selectionSet, type, next);
      return;
    }
    if (what instanceof Reference) {
      const items = nearest(level, ({ relation }) => relation === what.relation);
      items?.above?.include.addReference(what);
      return;
    }
    // Below other records stand other plans: their fields read ahead for themselves.
    if (level && isNode(type)) return;
    this.through(selectionSet, type, level);
  }
}

/** Documents are cached, and with them their fields. */
const known = new WeakMap<FieldNode, Include>();

/**
 * Which relations are selected of the plans that a field answers, to be read ahead. A guess is
 * enough: what is read in vain costs time, what is missing the loaders read. So directives and
 * arguments are passed over.
 */
export const includeOf = ({
  fieldNodes,
  fragments,
  returnType,
  schema,
}: GraphQLResolveInfo): Include => {
  const [first] = fieldNodes;
  const found = fieldNodes.length === 1 && first ? known.get(first) : undefined;
  if (found) return found;
  const walk = new Walk(schema, fragments);
  for (const { selectionSet } of fieldNodes)
    if (selectionSet) walk.through(selectionSet, getNamedType(returnType), undefined);
  const include = walk.root.build();
  if (fieldNodes.length === 1 && first) known.set(first, include);
  return include;
};
