import { type Expression, type SelectQueryBuilder, sql } from 'kysely';
import { type MaybePromise, mapMaybePromise } from '../../maybe-promise.ts';
import { type Fields, type RecordOf, snake, type Table } from '../table.ts';
import { type Batch, batch } from './batch.ts';
import { columns, many, maybeOne, type Nested, when } from './nested.ts';
import { type Reader, type Source, view } from './reader.ts';

/**
 * What can be loaded by a key, declared once: records by id or code, and relations by the id of
 * their owner. Loaders, the record cache and reading ahead all work from these declarations.
 */

/** Small records. */
const DEFAULT_MOST = 500;

/** How many lookups and references there are. */
let declared = 0;

interface LookupOptions {
  /** Kept in the record cache until it changes. */
  isCached?: boolean | undefined;
  /** How many keys one statement reads. */
  most?: number | undefined;
}

export abstract class Lookup<Value> {
  /** Its number among all lookups: where a request has the loader for it. */
  readonly place = declared++;
  /** Reads the database. */
  readonly batch: Batch<Value>;
  readonly isCached: boolean;
  readonly most: number;

  constructor(read: Batch<Value>, { isCached = false, most = DEFAULT_MOST }: LookupOptions) {
    this.batch = read;
    this.isCached = isCached;
    this.most = most;
  }

  /** The plan or feature whose change puts a value out of date. Undefined where it is unknown. */
  abstract ownerOf(value: NonNullable<Value>, key: string): string | undefined;

  /** Values in the order of the keys: from the cache what is there, the rest in one statement. */
  read(reader: Reader, keys: readonly string[]): MaybePromise<Value[]> {
    const cache = reader[view];
    if (!cache || !this.isCached) return this.batch(reader, keys);
    const missing: string[] = [];
    const values = keys.map((key) => {
      const value = cache.get(this, key);
      if (value === undefined) missing.push(key);
      return value;
    });
    if (missing.length === 0) return values as Value[];
    return mapMaybePromise(this.batch(reader, missing), (found) => {
      let place = 0;
      return keys.map((key, index) => {
        const known = values[index];
        if (known !== undefined) return known;
        const value = found[place++] as Value;
        if (value != null) cache.put(this, key, value, this.ownerOf(value, key));
        return value;
      });
    });
  }
}

/** Rows of a table that a reader may see. */
type Rows<DB, Name extends keyof DB> = (source: Source) => SelectQueryBuilder<DB, Name, object>;

const equal = (column: string, value: Expression<unknown>) =>
  sql<boolean>`${sql.ref(column)} = ${value}`;

export interface Identified {
  id: string;
}

/** Records by a key that no two of them share. */
export class RecordLookup<Item extends Identified> extends Lookup<Item | null> {
  readonly table: string;
  /** The member of the record that is the key. */
  readonly key: string;
  /** The one record with the key, as what is made of its row. */
  readonly one: <Made>(
    source: Source,
    key: Expression<string>,
    made: Nested<Made>,
  ) => Nested<Made | null>;
  readonly columns: (source: Source) => Nested<Item>;
  /** A condition: there is a record with the id that the reader may see. */
  readonly exists: (source: Source, id: Expression<string>) => Expression<boolean>;
  /** The lookup of the same records by id. */
  readonly byId: RecordLookup<Item>;
  readonly #options: RecordOptions<Item>;

  constructor(
    parts: Pick<RecordLookup<Item>, 'table' | 'key' | 'one' | 'columns' | 'exists'>,
    options: RecordOptions<Item>,
  ) {
    super(
      batch((source, key) => parts.one(source, key, parts.columns(source))),
      options,
    );
    this.table = parts.table;
    this.key = parts.key;
    this.one = parts.one;
    this.columns = parts.columns;
    this.exists = parts.exists;
    this.byId = options.byId ?? this;
    this.#options = options;
  }

  override ownerOf(item: Item): string {
    return this.#options.ownerOf?.(item) ?? item.id;
  }
}

interface RecordOptions<Item extends Identified> extends LookupOptions {
  byId?: RecordLookup<Item> | undefined;
  /** The plan that a record belongs to, unless it is an owner itself. */
  ownerOf?(item: Item): string;
}

/** Declares how records of a table are found by a member: `id`, unless another is named. */
export const record = <Of extends Fields, DB, Name extends keyof DB>(
  table: Table<string, Of>,
  rows: Rows<DB, Name>,
  {
    key = 'id',
    ...options
  }: RecordOptions<RecordOf<Table<string, Of>> & Identified> & { key?: string } = {},
) => {
  const id = `${table.name}.id`;
  return new RecordLookup<RecordOf<Table<string, Of>> & Identified>(
    {
      table: table.name,
      key,
      one: (source, value, made) =>
        maybeOne(rows(source).where(equal(`${table.name}.${snake(key)}`, value)), made),
      // The table has an id: `by id` is how its records are told apart.
      columns: (source) =>
        columns(source, table) as Nested<RecordOf<Table<string, Of>> & Identified>,
      exists: (source, value) =>
        sql<boolean>`exists ${rows(source).where(equal(id, value)).select(sql.ref(id).as('id'))}`,
    },
    options,
  );
};

/** A list of records that belong to another one: its owner. */
export class Relation<Item> extends Lookup<Item[]> {
  /** Where the items stand. */
  readonly table: string;
  /** What statements call that table. */
  readonly alias: string;
  readonly owner: RecordLookup<Identified>;
  /** The lookup of the items by id, where they have relations of their own. */
  readonly items: RecordLookup<Item & Identified> | undefined;
  /** The list of one owner that the reader may see, as what is made of each row. */
  readonly list: <Made>(
    source: Source,
    ownerId: Expression<string>,
    made: Nested<Made>,
  ) => Nested<Made[]>;
  readonly columns: (source: Source) => Nested<Item>;

  constructor(
    parts: Pick<Relation<Item>, 'table' | 'alias' | 'owner' | 'items' | 'list' | 'columns'>,
    options: { isCached: boolean; most: number; ownerMayBeHidden: boolean },
  ) {
    super(
      batch((source, ownerId) => {
        const items = parts.list(source, ownerId, parts.columns(source));
        return options.ownerMayBeHidden ? when(parts.owner.exists(source, ownerId), items) : items;
      }),
      options,
    );
    this.table = parts.table;
    this.alias = parts.alias;
    this.owner = parts.owner;
    this.items = parts.items;
    this.list = parts.list;
    this.columns = parts.columns;
  }

  /** Lists further down know their plan only where they are read with it. */
  override ownerOf(_items: Item[], ownerId: string): string | undefined {
    return this.owner.isCached ? ownerId : undefined;
  }
}

interface RelationOptions<Of extends Fields, DB, Name extends keyof DB> extends LookupOptions {
  owner: RecordLookup<Identified>;
  table: Table<string, Of>;
  /** What `rows` calls the table: another name where the owners stand in the same one. */
  alias?: string;
  rows: Rows<DB, Name>;
  /** The member of the items that is the id of their owner. */
  by: keyof Of & string;
  /**
   * Members that the list is sorted by, or columns of joined tables; the last one tells all apart.
   */
  order: readonly ((keyof Of & string) | `${string}.${string}`)[];
  /** The lookup of the items by id, where they have relations of their own. */
  items?: RecordLookup<RecordOf<Table<string, Of>> & Identified>;
  /** False where `rows` finds nothing that belongs to an owner the reader may not see. */
  ownerMayBeHidden?: boolean;
}

/** Declares a list of records that belong to another one. */
export const relation = <Of extends Fields, DB, Name extends keyof DB>({
  owner,
  table,
  alias = table.name,
  rows,
  by,
  order,
  items,
  isCached = true,
  most = DEFAULT_MOST,
  ownerMayBeHidden = true,
}: RelationOptions<Of, DB, Name>): Relation<RecordOf<Table<string, Of>>> =>
  new Relation<RecordOf<Table<string, Of>>>(
    {
      table: table.name,
      alias,
      owner,
      items,
      columns: (source) => columns(source, table, alias),
      list: (source, ownerId, made) =>
        many(
          source,
          rows(source).where(equal(`${alias}.${snake(by)}`, ownerId)),
          order.map((name) => (name.includes('.') ? name : `${alias}.${snake(name)}`)),
          made,
        ),
    },
    { isCached, most, ownerMayBeHidden },
  );

/** The record that each item of a relation names. It is read apart: many items name the same. */
export class Reference<Item, Target extends Identified> {
  /** Tells it apart from others, also from those with the same target. */
  readonly place = declared++;
  readonly relation: Relation<Item>;
  readonly target: RecordLookup<Target>;
  readonly #names: { keyOf(item: Item): string };

  constructor(
    relation: Relation<Item>,
    target: RecordLookup<Target>,
    keyOf: (item: Item) => string,
  ) {
    this.relation = relation;
    this.target = target;
    this.#names = { keyOf };
  }

  keyOf(item: Item): string {
    return this.#names.keyOf(item);
  }
}

/** The items of all owners, in one list. */
export const inOneList =
  <Item>(lists: Relation<Item>) =>
  async (reader: Reader, ownerIds: readonly string[]): Promise<Item[]> =>
    (await lists.read(reader, ownerIds)).flat();

/** The records that there are. */
export const found =
  <Item extends Identified>(records: RecordLookup<Item>) =>
  async (reader: Reader, keys: readonly string[]): Promise<Item[]> =>
    (await records.read(reader, keys)).filter((item) => item !== null);
