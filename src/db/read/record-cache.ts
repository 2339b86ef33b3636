import type { Audience } from '../../vocabulary.ts';
import { SecondChanceQueue } from './second-chance-queue.ts';

/** What values are cached by: a lookup. */
interface Cached<Value> {
  readonly place: number;
  ownerOf(value: NonNullable<Value>, key: string): string | undefined;
}

/** A value that was read by a lookup. */
class Entry {
  readonly generation: Generation;
  readonly place: number;
  readonly key: string;
  readonly ownerId: string;
  readonly value: unknown;
  readonly size: number;
  isUsed = false;

  constructor(generation: Generation, place: number, key: string, ownerId: string, value: unknown) {
    this.generation = generation;
    this.place = place;
    this.key = key;
    this.ownerId = ownerId;
    this.value = value;
    this.size = bytesOf(value);
  }
}

/** As text, three times: records take that much in memory, and the entry itself a little. */
const bytesOf = (value: unknown): number => 3 * JSON.stringify(value).length + 256;

/** What one audience of a tenant has read of one state of the catalogue, and of later ones. */
class Generation {
  /** The entries of each lookup, by key. */
  readonly byKey: (Map<string, Entry> | undefined)[] = [];
  /** What goes when a plan or a feature changes. */
  readonly byOwner = new Map<string, Set<Entry>>();
}

/** Takes an entry out of its generation. */
const forget = (entry: Entry): void => {
  const { generation, place, key, ownerId } = entry;
  generation.byKey[place]?.delete(key);
  const owned = generation.byOwner.get(ownerId);
  owned?.delete(entry);
  if (owned?.size === 0) generation.byOwner.delete(ownerId);
};

/** The state that an audience of a tenant has seen last. */
interface State {
  revision: number;
  generation: Generation;
}

/** Audiences of tenants that are known at a time; beyond it they are forgotten all at once. */
const MOST_STATES = 10_000;

/**
 * Records and relations as they were read, until they change. An entry holds for the revision that
 * was read with the key of each request: a write of this process removes what it changed; after any
 * other write the tenant's whole generation is replaced.
 */
export class RecordCache {
  readonly #queue: SecondChanceQueue<Entry>;
  readonly #states = new Map<string, State>();

  constructor(maxBytes: number) {
    this.#queue = new SecondChanceQueue(maxBytes, forget);
  }

  /**
   * For a request that has seen the revision. Undefined where nothing is kept, or where others have
   * seen a later one.
   */
  view(tenantId: string, audience: Audience, revision: number): CacheView | undefined {
    if (!this.#queue.isEnabled) return undefined;
    const name = `${tenantId} ${audience}`;
    let state = this.#states.get(name);
    if (!state) {
      if (this.#states.size >= MOST_STATES) this.#forgetAll();
      state = { revision, generation: new Generation() };
      this.#states.set(name, state);
    }
    if (state.revision > revision) return undefined;
    if (state.revision < revision) this.#replace(state, revision);
    return new CacheView(this, state);
  }

  /**
   * A write of this process has led to the revision. Without `ownerIds` all of the tenant is out of
   * date, and so it is where another process wrote in between: the answer of a write shows what was
   * committed before it. Only the audience `all` writes; what the public sees of a plan depends on
   * others, so that its generation is replaced by its next reader.
   */
  written(tenantId: string, revision: number, ownerIds: Iterable<string> | undefined): void {
    const state = this.#states.get(`${tenantId} all`);
    if (!state) return;
    if (ownerIds === undefined || state.revision < revision - 1) {
      this.#replace(state, Math.max(state.revision, revision));
      return;
    }
    for (const id of ownerIds)
      for (const entry of state.generation.byOwner.get(id) ?? []) this.#remove(entry);
    if (state.revision === revision - 1) state.revision = revision;
  }

  /** Removes what is cached of the tenant: any process may have changed it. */
  invalidate(tenantId: string): void {
    const state = this.#states.get(`${tenantId} all`);
    if (state) this.#replace(state, state.revision);
  }

  add(entry: Entry): void {
    const { generation, place, key, ownerId } = entry;
    const keys = generation.byKey[place] ?? new Map<string, Entry>();
    generation.byKey[place] = keys;
    if (keys.has(key) || !this.#queue.add(entry)) return;
    keys.set(key, entry);
    const owned = generation.byOwner.get(ownerId) ?? new Set();
    generation.byOwner.set(ownerId, owned.add(entry));
  }

  #remove(entry: Entry): void {
    this.#queue.remove(entry);
    forget(entry);
  }

  /** Requests under way hold on to the generation that they know, and find nothing more in it. */
  #replace(state: State, revision: number): void {
    const { byKey, byOwner } = state.generation;
    for (const owned of byOwner.values()) for (const entry of owned) this.#queue.remove(entry);
    byKey.length = 0;
    byOwner.clear();
    state.revision = revision;
    state.generation = new Generation();
  }

  #forgetAll(): void {
    for (const state of this.#states.values()) this.#replace(state, state.revision);
    this.#states.clear();
  }
}

/** The cache as a request sees it that has seen one revision. */
export class CacheView {
  readonly #cache: RecordCache;
  readonly #state: State;
  readonly #revision: number;
  readonly #generation: Generation;

  constructor(cache: RecordCache, state: State) {
    this.#cache = cache;
    this.#state = state;
    this.#revision = state.revision;
    this.#generation = state.generation;
  }

  get<Value>(lookup: Cached<Value>, key: string): Value | undefined {
    const entry = this.#generation.byKey[lookup.place]?.get(key);
    if (!entry) return undefined;
    entry.isUsed = true;
    // What a lookup has read has the lookup's type.
    return entry.value as Value;
  }

  /** Does nothing after a write: what was read may be of the state before it. */
  put<Value>(lookup: Cached<Value>, key: string, value: Value, ownerId: string | undefined): void {
    const { revision, generation } = this.#state;
    if (ownerId === undefined) return;
    if (revision !== this.#revision || generation !== this.#generation) return;
    if (generation.byKey[lookup.place]?.has(key)) return;
    this.#cache.add(new Entry(generation, lookup.place, key, ownerId, value));
  }
}
