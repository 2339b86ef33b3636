import { sql } from 'kysely';
import { type Batch, batch } from './batch.ts';
import type { Identified, RecordLookup, Reference, Relation } from './lookup.ts';
import { absent, type Nested, tuple } from './nested.ts';
import type { Source } from './reader.ts';

/** A record with the lists that were read together with it. */
export class Tree {
  /** Undefined where only the lists were asked for. */
  readonly record: unknown;
  /** In the order of the include's relations; trees where the items have lists of their own. */
  readonly lists: readonly unknown[][];

  constructor(record: unknown, lists: readonly unknown[][]) {
    this.record = record;
    this.lists = lists;
  }
}

export interface IncludedRelation {
  readonly relation: Relation<unknown>;
  /** What is read with the items. */
  readonly include: Include;
  /** Records that the items name, to be read as well. */
  readonly references: readonly Reference<unknown, Identified>[];
}

/** Which relations are read together with records. The same relations are the same object. */
export class Include {
  readonly relations: readonly IncludedRelation[];
  /** How many owners one statement reads with all of them. */
  readonly most: number;
  /** Reading records by a lookup with the relations, or the relations alone. */
  readonly #statements = new Map<RecordLookup<Identified>, Batch<Tree | null>>();
  #lists: Batch<Tree | null> | undefined;

  constructor(relations: readonly IncludedRelation[]) {
    this.relations = relations;
    this.most = Math.min(
      ...relations.map(({ relation, include }) => Math.min(relation.most, include.most)),
    );
  }

  get isEmpty(): boolean {
    return this.relations.length === 0;
  }

  /** Some of its relations, with what is below them. */
  only(relations: readonly IncludedRelation[]): Include {
    return relations.length === this.relations.length ? this : interned(relations);
  }

  withRecord(lookup: RecordLookup<Identified>): Batch<Tree | null> {
    const known = this.#statements.get(lookup);
    if (known) return known;
    const read = batch((source, key) =>
      lookup.one(source, key, treeOf(source, lookup.table, this, lookup.columns(source))),
    );
    this.#statements.set(lookup, read);
    return read;
  }

  /** Only the lists, of owners by id. */
  listsOf(owner: RecordLookup<Identified>): Batch<Tree | null> {
    this.#lists ??= batch((source, id) =>
      owner.byId.one(source, id, treeOf(source, owner.table, this, absent)),
    );
    return this.#lists;
  }
}

/** `table` is what the statement calls the one that the record stands in. */
const treeOf = (
  source: Source,
  table: string,
  { relations }: Include,
  record: Nested<unknown>,
): Nested<Tree> => {
  const id = sql.ref<string>(`${table}.id`);
  const lists = relations.map(({ relation, include }): Nested<unknown[]> => {
    const columns = relation.columns(source);
    return relation.list(
      source,
      id,
      relation.items && !include.isEmpty
        ? treeOf(source, relation.alias, include, columns)
        : columns,
    );
  });
  return tuple<unknown[], Tree>(
    source,
    [record, ...lists],
    (record, ...lists) => new Tree(record, lists as unknown[][]),
  );
};

const nameOf = (relations: readonly IncludedRelation[]): string =>
  relations
    .map(
      ({ relation, include, references }) =>
        `${relation.place}(${nameOf(include.relations)})${references.map(({ place }) => place)}`,
    )
    .join();

/** Each with its statements; beyond it they are forgotten all at once. */
const MOST_INCLUDES = 500;

const includes = new Map<string, Include>();

const interned = (relations: readonly IncludedRelation[]): Include => {
  const sorted = [...relations].sort((a, b) => a.relation.place - b.relation.place);
  const name = nameOf(sorted);
  const known = includes.get(name);
  if (known) return known;
  if (includes.size >= MOST_INCLUDES) includes.clear();
  const include = new Include(sorted);
  includes.set(name, include);
  return include;
};

/** Puts an include together, step by step. What is added twice is included once. */
export class IncludeBuilder {
  readonly #relations = new Map<
    Relation<unknown>,
    { below: IncludeBuilder; references: Set<Reference<unknown, Identified>> }
  >();

  /** Answers what is to be included below the relation. */
  add(relation: Relation<unknown>): IncludeBuilder {
    return this.#entry(relation).below;
  }

  addReference(reference: Reference<unknown, Identified>): void {
    this.#entry(reference.relation).references.add(reference);
  }

  #entry(relation: Relation<unknown>) {
    const entry = this.#relations.get(relation) ?? {
      below: new IncludeBuilder(),
      references: new Set(),
    };
    this.#relations.set(relation, entry);
    return entry;
  }

  build(): Include {
    return interned(
      [...this.#relations].map(([relation, { below, references }]) => ({
        relation,
        include: below.build(),
        references: [...references].sort((a, b) => a.place - b.place),
      })),
    );
  }
}

/** The include of a path each: a relation, and relations and references below it. */
export const including = (
  ...paths: readonly (Relation<unknown> | readonly [Relation<unknown>, ...Below[]])[]
): Include => {
  const builder = new IncludeBuilder();
  for (const path of paths) {
    const [relation, ...below] = Array.isArray(path) ? path : [path];
    const inner = builder.add(relation);
    for (const each of below)
      if ('target' in each) builder.addReference(each);
      else inner.add(each);
  }
  return builder.build();
};
type Below = Relation<unknown> | Reference<unknown, Identified>;
