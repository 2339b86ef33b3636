import { setImmediate as nextTurn } from 'node:timers/promises';
import DataLoader from 'dataloader';
import { type MaybePromise, mapMaybePromise } from '../../maybe-promise.ts';
import type { Batch } from './batch.ts';
import type { Include, IncludedRelation, Tree } from './include.ts';
import type { PageSpec } from './keyset.ts';
import type { Identified, Lookup, RecordLookup } from './lookup.ts';
import { type Reader, view } from './reader.ts';

/**
 * Finds values of a lookup for one request: at once what the request or the record cache knows, the
 * rest in one statement for all that are asked for in the same tick. Of more keys than one
 * statement may read, the rest waits until others had their turn and the request may still go on.
 */
class Loader<Value> {
  readonly #reader: Reader;
  readonly #batch: Batch<Value>;
  readonly #most: number;
  /** Undefined where the record cache does not know the values. */
  readonly #cached: Lookup<Value> | undefined;
  /** What the request has seen stays as it is. */
  readonly #known = new Map<string, Value>();
  #previous: Promise<unknown> | undefined;
  #batching: DataLoader<string, Value> | undefined;

  constructor(reader: Reader, read: Batch<Value>, most: number, cached?: Lookup<Value>) {
    this.#reader = reader;
    this.#batch = read;
    this.#most = most;
    this.#cached = reader[view] && cached;
  }

  /** What is known without reading. */
  peek(key: string): Value | undefined {
    const known = this.#known.get(key);
    if (known !== undefined || !this.#cached) return known;
    const cached = this.#reader[view]?.get(this.#cached, key);
    if (cached !== undefined) this.#known.set(key, cached);
    return cached;
  }

  /** Not a promise where nothing has to be waited for: promises cost more than most fields. */
  load(key: string): MaybePromise<Value> {
    const known = this.peek(key);
    if (known !== undefined) return known;
    this.#batching ??= new DataLoader(async (keys) => this.#inTurn(keys), {
      maxBatchSize: this.#most,
    });
    return this.#batching.load(key);
  }

  /** Like `load`, for a caller that is the only one: does not wait for others to ask. */
  loadAlone(key: string): MaybePromise<Value> {
    const known = this.peek(key);
    if (known !== undefined) return known;
    return mapMaybePromise(this.#read([key]), () => this.load(key));
  }

  /** Reads what is not known, so that `load` finds it. */
  prefetch(keys: readonly string[]): MaybePromise<unknown> {
    const missing = keys.filter((key) => this.peek(key) === undefined);
    if (missing.length > this.#most) return Promise.all(missing.map((key) => this.load(key)));
    return missing.length > 0 ? this.#read(missing) : undefined;
  }

  /** A value that was read in another way. `ownerId` is that of the cache entry. */
  prime(key: string, value: Value, ownerId?: string): void {
    if (this.#known.has(key)) return;
    this.#known.set(key, value);
    if (this.#cached && value != null) this.#reader[view]?.put(this.#cached, key, value, ownerId);
  }

  #inTurn(keys: readonly string[]): MaybePromise<Value[]> {
    if (keys.length < this.#most && !this.#previous) return this.#read(keys);
    const values = this.#readAfter(this.#previous, keys);
    const ended = values.then(
      () => {},
      () => {},
    );
    this.#previous = ended;
    void ended.then(() => {
      if (this.#previous === ended) this.#previous = undefined;
    });
    return values;
  }

  async #readAfter(
    previous: Promise<unknown> | undefined,
    keys: readonly string[],
  ): Promise<Value[]> {
    if (previous) {
      await previous;
      await nextTurn();
      this.#reader.check();
    }
    return this.#read(keys);
  }

  #read(keys: readonly string[]): MaybePromise<Value[]> {
    return mapMaybePromise(this.#batch(this.#reader, keys), (values) => {
      for (const [place, value] of values.entries()) {
        const key = keys[place] ?? '';
        this.prime(key, value, value == null ? undefined : this.#cached?.ownerOf(value, key));
      }
      return values;
    });
  }
}

/** Records of one statement that reads pages: some megabytes. */
const MOST_RECORDS = 25_000;

/** A relation whose list is read page by page. */
export class PagedRelation<Item> {
  /** Reads the same page of each owner's list. */
  readonly pageOf: (page: PageSpec) => Batch<Item[]>;

  constructor(pageOf: (page: PageSpec) => Batch<Item[]>) {
    this.pageOf = pageOf;
  }
}

/** One request's loaders. They live as long as the request and see what its reader sees. */
export class Loaders {
  readonly #reader: Reader;
  /** False to read each thing only when it is asked for. */
  readonly #readsAhead: boolean;
  readonly #loaders: (Loader<unknown> | undefined)[] = [];
  #trees: Map<Include, Map<RecordLookup<Identified>, Loader<unknown>>> | undefined;
  #pages: Map<PagedRelation<unknown>, Map<string, Loader<unknown>>> | undefined;

  constructor(reader: Reader, readsAhead = true) {
    this.#reader = reader;
    this.#readsAhead = readsAhead;
  }

  load<Value>(lookup: Lookup<Value>, key: string): MaybePromise<Value> {
    return this.#of(lookup).load(key);
  }

  /** What is known by now. */
  peek<Value>(lookup: Lookup<Value>, key: string): Value | undefined {
    return this.#of(lookup).peek(key);
  }

  /** A page of the list of an owner. Those who ask for the same page are answered together. */
  loadPage<Item>(
    relation: PagedRelation<Item>,
    ownerId: string,
    page: PageSpec,
  ): MaybePromise<Item[]> {
    this.#pages ??= new Map();
    const loaders = this.#pages.get(relation) ?? new Map<string, Loader<unknown>>();
    this.#pages.set(relation, loaders);
    const name = JSON.stringify(page);
    let loader = loaders.get(name) as Loader<Item[]> | undefined;
    if (!loader) {
      const most = Math.max(1, Math.floor(MOST_RECORDS / (page.limit + 1)));
      loader = new Loader(this.#reader, relation.pageOf(page), most);
      loaders.set(name, loader as Loader<unknown>);
    }
    return loader.load(ownerId);
  }

  /** A record, once the relations that are selected of it are known. */
  loadWith<Item extends Identified>(
    lookup: RecordLookup<Item>,
    key: string,
    include: Include,
  ): MaybePromise<Item | null> {
    if (this.#hasNothingToRead(include)) return this.load(lookup, key);
    const known = this.#of(lookup).peek(key);
    if (known === null) return null;
    if (known && this.#isComplete([known], include)) return known;
    return this.#treeLoader(lookup, include).load(key);
  }

  /** Like `loadWith`, for a caller that is the only one: where reads return at once, it does not wait. */
  loadAlone<Item extends Identified>(
    lookup: RecordLookup<Item>,
    key: string,
    include: Include,
  ): MaybePromise<Item | null> {
    if (!this.#readsAhead || !this.#reader.isAtHand) return this.loadWith(lookup, key, include);
    const known = this.#of(lookup).peek(key);
    if (known === null) return null;
    if (known) return mapMaybePromise(this.prefetch(lookup, [known], include), () => known);
    if (include.isEmpty) return this.#of(lookup).loadAlone(key);
    return this.#treeLoader(lookup, include).loadAlone(key);
  }

  /** Records that were read, once their relations are known; with those of other callers. */
  async withRelations<Item extends Identified>(
    lookup: RecordLookup<Item>,
    records: readonly Item[],
    include: Include,
  ): Promise<readonly Item[]> {
    for (const record of records) this.#primeRecord(lookup, record);
    if (!this.#hasNothingToRead(include))
      await Promise.all(records.map(({ id }) => this.loadWith(lookup, id, include)));
    return records;
  }

  /**
   * Reads relations of records: those that are not known yet, in one statement for each level, and
   * one for the records that are referred to. `most` owners are read at a time; a caller that knows
   * how many rows hang on them may say how many.
   */
  prefetch<Item extends Identified>(
    owner: RecordLookup<Item>,
    records: readonly Item[],
    include: Include,
    most = include.most,
  ): MaybePromise<unknown> {
    if (this.#hasNothingToRead(include)) return undefined;
    return mapMaybePromise(this.#readLists(owner, records, include, most), () =>
      this.#prefetchBelow(records, include),
    );
  }

  #hasNothingToRead(include: Include): boolean {
    return !this.#readsAhead || include.isEmpty;
  }

  /** Whether all of it is known. */
  #isComplete(records: readonly Identified[], { relations }: Include): boolean {
    return relations.every(({ relation, include, references }) => {
      const loader = this.#of(relation);
      return records.every(({ id }) => {
        const items = loader.peek(id);
        return (
          items !== undefined &&
          (include.isEmpty || this.#isComplete(items as Identified[], include)) &&
          references.every((reference) =>
            items.every(
              (item) => this.#of(reference.target).peek(reference.keyOf(item)) !== undefined,
            ),
          )
        );
      });
    });
  }

  #readLists<Item extends Identified>(
    owner: RecordLookup<Item>,
    records: readonly Item[],
    include: Include,
    most: number,
  ): MaybePromise<unknown> {
    const missing = include.relations.filter(({ relation }) => {
      const loader = this.#of(relation);
      return records.some(({ id }) => loader.peek(id) === undefined);
    });
    if (missing.length === 0) return undefined;
    const lacking = records.filter(({ id }) =>
      missing.some(({ relation }) => this.#of(relation).peek(id) === undefined),
    );
    const rest = include.only(missing);
    if (lacking.length > most) return this.#readInTurn(owner, lacking, rest, most);
    return this.#readSlice(owner, lacking, rest);
  }

  async #readInTurn<Item extends Identified>(
    owner: RecordLookup<Item>,
    records: readonly Item[],
    include: Include,
    most: number,
  ): Promise<void> {
    for (let start = 0; start < records.length; start += most) {
      if (start > 0) {
        await nextTurn();
        this.#reader.check();
      }
      await this.#readSlice(owner, records.slice(start, start + most), include);
    }
  }

  #readSlice<Item extends Identified>(
    owner: RecordLookup<Item>,
    records: readonly Item[],
    include: Include,
  ): MaybePromise<unknown> {
    const ids = records.map(({ id }) => id);
    return mapMaybePromise(include.listsOf(owner)(this.#reader, ids), (trees) => {
      for (const [place, record] of records.entries())
        this.#primeLists(record.id, trees[place], include, owner.ownerOf(record));
    });
  }

  /** One that is gone meanwhile has empty lists. */
  #primeLists(id: string, tree: Tree | null | undefined, include: Include, rootId: string): void {
    for (const [place, { relation, include: below }] of include.relations.entries()) {
      const items = tree?.lists[place] ?? [];
      const { items: lookup } = relation;
      if (lookup && !below.isEmpty)
        for (const item of items as Tree[])
          this.#primeLists((item.record as Identified).id, item, below, rootId);
      const records =
        lookup && !below.isEmpty ? (items as Tree[]).map(({ record }) => record) : items;
      this.#of(relation).prime(id, records, rootId);
      if (lookup) for (const record of records as Identified[]) this.#primeRecord(lookup, record);
    }
  }

  #primeRecord<Item extends Identified>(lookup: RecordLookup<Item>, record: Item): void {
    const { byId } = lookup;
    const ownerId = lookup.ownerOf(record);
    this.#of(byId).prime(record.id, record, ownerId);
    if (lookup !== byId)
      this.#of(lookup).prime(String(record[lookup.key as keyof Item]), record, ownerId);
  }

  /** What is below relations that are known by now. */
  #prefetchBelow(records: readonly Identified[], include: Include): MaybePromise<unknown> {
    let result: MaybePromise<unknown>;
    for (const included of include.relations)
      if (!included.include.isEmpty || included.references.length > 0)
        result = mapMaybePromise(result, () => this.#prefetchItems(records, included));
    return result;
  }

  #prefetchItems(
    records: readonly Identified[],
    { relation, include, references }: IncludedRelation,
  ): MaybePromise<unknown> {
    const loader = this.#of(relation);
    const items: unknown[] = [];
    for (const { id } of records) for (const item of loader.peek(id) ?? []) items.push(item);
    let result: MaybePromise<unknown>;
    for (const reference of references) {
      const { target } = reference;
      const keys = new Set<string>();
      for (const item of items) keys.add(reference.keyOf(item));
      result = mapMaybePromise(result, () => this.#of(target).prefetch([...keys]));
    }
    if (!relation.items || include.isEmpty) return result;
    const { items: lookup } = relation;
    return mapMaybePromise(result, () => this.prefetch(lookup, items as Identified[], include));
  }

  /** Reads records with an include; those that are asked for in one tick together. */
  #treeLoader<Item extends Identified>(
    lookup: RecordLookup<Item>,
    include: Include,
  ): Loader<Item | null> {
    this.#trees ??= new Map();
    const loaders =
      this.#trees.get(include) ?? new Map<RecordLookup<Identified>, Loader<unknown>>();
    this.#trees.set(include, loaders);
    const known = loaders.get(lookup) as Loader<Item | null> | undefined;
    if (known) return known;
    const read: Batch<Item | null> = (_, keys) => this.#readWith(lookup, keys, include);
    const loader = new Loader(this.#reader, read, include.most);
    loaders.set(lookup, loader as Loader<unknown>);
    return loader;
  }

  /** Of records that are known, only the relations are read. */
  #readWith<Item extends Identified>(
    lookup: RecordLookup<Item>,
    keys: readonly string[],
    include: Include,
  ): MaybePromise<(Item | null)[]> {
    const records = keys.map((key) => this.#of(lookup).peek(key));
    const unknown = keys.filter((_, place) => records[place] === undefined);
    const read =
      unknown.length === 0
        ? undefined
        : mapMaybePromise(include.withRecord(lookup)(this.#reader, unknown), (trees) => {
            for (const [place, key] of unknown.entries())
              this.#primeTree(lookup, key, trees[place], include);
          });
    return mapMaybePromise(read, () => {
      const found = keys.map((key) => this.#of(lookup).peek(key) ?? null);
      const present = found.filter((record) => record !== null);
      return mapMaybePromise(this.prefetch(lookup, present, include), () => found);
    });
  }

  #primeTree<Item extends Identified>(
    lookup: RecordLookup<Item>,
    key: string,
    tree: Tree | null | undefined,
    include: Include,
  ): void {
    if (!tree) {
      this.#of(lookup).prime(key, null);
      return;
    }
    // The tree was read by the lookup.
    const record = tree.record as Item;
    this.#primeRecord(lookup, record);
    this.#primeLists(record.id, tree, include, lookup.ownerOf(record));
  }

  #of<Value>(lookup: Lookup<Value>): Loader<Value> {
    const known = this.#loaders[lookup.place];
    // The loader at the place of a lookup is the lookup's.
    if (known) return known as unknown as Loader<Value>;
    const { batch, most, isCached } = lookup;
    const loader = new Loader(this.#reader, batch, most, isCached ? lookup : undefined);
    this.#loaders[lookup.place] = loader as unknown as Loader<unknown>;
    return loader;
  }
}
