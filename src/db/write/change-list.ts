import type { JsonObject } from '../../vocabulary.ts';
import { nounOf } from '../ids.ts';
import type { AuditChange } from '../tables.ts';

/** Members of a record with what is stored only: all of them, or those that matter. */
export type Image = Readonly<Record<string, unknown>>;

/** Which object a row is. */
export interface Identity {
  /** Name of the GraphQL type. */
  readonly type: string;
  /** Tells rows of the type apart, where that is not the id. */
  readonly key?: string;
  readonly id: string;
  /** The plan that it belongs to, or is. */
  readonly planId: string | null;
  /** Other objects that an audit entry about this one is found by. */
  readonly relatedIds?: readonly string[];
  /** Members that no log may hold. */
  readonly unlogged?: readonly string[];
  /** The record of an image: without what is stored only. */
  readonly record: (image: Image) => JsonObject;
}

/** A row as the write found it and as it is now; null where there is none. */
export interface TrackedRow {
  readonly identity: Identity;
  before: Image | null;
  after: Image | null;
  /** It is known with all its members. */
  isWhole: boolean;
  /** It stays in its table, but nobody finds it any more. */
  isGone: boolean;
}

export const isSame = (a: unknown, b: unknown): boolean =>
  a === b ||
  (typeof a === 'object' && typeof b === 'object' && JSON.stringify(a) === JSON.stringify(b));

const logged = (image: Image | null, { unlogged }: Identity): Image | null =>
  image && unlogged
    ? Object.fromEntries(Object.entries(image).filter(([name]) => !unlogged.includes(name)))
    : image;

/** The members that differ; undefined where none does. */
const differing = (before: Image, after: Image) => {
  const names = Object.keys(after).filter((name) => !isSame(before[name], after[name]));
  if (names.length === 0) return undefined;
  const only = (image: Image) => Object.fromEntries(names.map((name) => [name, image[name]]));
  return { before: only(before), after: only(after) };
};

/**
 * Every row that one write has read to change it, or has changed. What differs in the end is what
 * the write did.
 */
export class ChangeList {
  readonly #rows = new Map<string, TrackedRow>();
  /** The rows that were written, in the order of writing. */
  readonly #written = new Set<TrackedRow>();
  /** How many rows of each type a batch has added; undefined where each row is noted. */
  #counts: Map<string, number> | undefined;
  /** How many rows of each type were removed without being read. */
  readonly #removed = new Map<string, number>();

  find(type: string, key: string): TrackedRow | undefined {
    return this.#rows.get(`${type} ${key}`);
  }

  /** An object as the write found it and as it is, the way that readers see it. */
  stateOf(id: string): { before: JsonObject | null; after: JsonObject | null } {
    for (const { identity, before, after, isGone } of this.#rows.values()) {
      if (identity.id !== id) continue;
      const { record } = identity;
      return { before: before && record(before), after: after && !isGone ? record(after) : null };
    }
    return { before: null, after: null };
  }

  /** A row as it is stored now. */
  read(identity: Identity, image: Image): void {
    const row = this.find(identity.type, identity.key ?? identity.id);
    if (!row) this.#track(identity, image, image);
    else if (!row.isWhole) {
      row.before = row.before && { ...image, ...row.before };
      row.after = image;
      row.isWhole = true;
    }
  }

  /** A row that was written. Of rows that stay both images may have some members only. */
  note(identity: Identity, before: Image | null, after: Image | null, isWhole = true): void {
    if (this.#counts) {
      this.#count(identity, before);
      return;
    }
    const found = this.find(identity.type, identity.key ?? identity.id);
    // A row in the place of one that was removed is another object.
    const known = found?.identity.id === identity.id ? found : undefined;
    const row = known ?? this.#track(identity, before, after, isWhole);
    if (known) {
      if (row.before && before) row.before = { ...before, ...row.before };
      row.after = after && { ...row.after, ...after };
    }
    this.#written.add(row);
  }

  /** The row stays in its table, but nobody finds it any more. */
  noteGone(identity: Identity, image: Image): void {
    this.read(identity, image);
    const row = this.find(identity.type, identity.key ?? identity.id);
    if (!row) return;
    row.isGone = true;
    this.#written.add(row);
  }

  /** From here on only counts what is added: a batch adds more rows than an entry should hold. */
  summarize(): void {
    this.#counts ??= new Map();
  }

  /** Rows that were removed with all of their type: an entry that holds them would be too long. */
  noteAllRemoved(type: string, count: number): void {
    if (count > 0) this.#removed.set(type, count);
  }

  get isSummary(): boolean {
    return this.#counts !== undefined;
  }

  /** The rows that were written, even with what was there before. */
  written(): readonly TrackedRow[] {
    return [...this.#written].filter(({ before, after }) => before !== null || after !== null);
  }

  /** The row that is the object; undefined where it was not read, or was written. */
  onlyRead(id: string): TrackedRow | undefined {
    for (const row of this.#rows.values())
      if (row.identity.id === id && !this.#written.has(row)) return row;
    return undefined;
  }

  /** What the write did. Where rows were counted, `batchId` stands for all objects of a type. */
  changes(batchId: string): AuditChange[] {
    if (this.#counts)
      return [...this.#counts].map(([type, count]) => ({
        type,
        objectId: batchId,
        planId: null,
        before: null,
        after: { count },
      }));
    const changes = [...this.#removed].map(
      ([type, count]): AuditChange => ({
        type,
        objectId: batchId,
        planId: null,
        before: { count },
        after: null,
      }),
    );
    for (const { identity, before, after, isGone } of this.#written) {
      const { type, id: objectId, planId } = identity;
      const was = logged(before, identity);
      const is = isGone ? null : logged(after, identity);
      const difference = was && is ? differing(was, is) : { before: was, after: is };
      if (!difference || (was === null && is === null)) continue;
      // Images hold what JSON columns and numbers, texts and flags decode to.
      const change = difference as { before: JsonObject | null; after: JsonObject | null };
      changes.push({ type, objectId, planId, before: change.before, after: change.after });
    }
    return changes;
  }

  /** Ids of all objects that an entry about the changes is found by. */
  objectIds(changes: readonly AuditChange[]): Set<string> {
    const ids = new Set<string>();
    for (const { objectId, planId } of changes) {
      ids.add(objectId);
      if (planId !== null) ids.add(planId);
    }
    for (const { identity } of this.#written)
      if (ids.has(identity.id)) for (const id of identity.relatedIds ?? []) ids.add(id);
    return ids;
  }

  #track(
    identity: Identity,
    before: Image | null,
    after: Image | null,
    isWhole = true,
  ): TrackedRow {
    const row = { identity, before, after, isWhole, isGone: false };
    this.#rows.set(`${identity.type} ${identity.key ?? identity.id}`, row);
    return row;
  }

  #count({ type }: Identity, before: Image | null): void {
    if (before !== null) throw new Error(`a batch changes a ${type} that was there before`);
    this.#counts?.set(type, (this.#counts.get(type) ?? 0) + 1);
  }
}

/** Nothing that is cached shows these, or their object is in the list as well. */
const uncached: ReadonlySet<string> = new Set([
  'PlanGroup',
  'Organization',
  'ChangeSet',
  'FeatureLimit',
  'MarketCountry',
  'Translation',
]);

/** Plans list their features in the order of these. */
const movesFeature = ({ before, after }: AuditChange): boolean =>
  before !== null && after !== null && ('position' in after || 'sectionId' in after);

/** The plans, features and markets whose cache entries are out of date; undefined where that is not known. */
export const ownersOf = (changes: readonly AuditChange[]): ReadonlySet<string> | undefined => {
  const owners = new Set<string>();
  for (const change of changes) {
    const { type, objectId, planId } = change;
    if (planId !== null) owners.add(planId);
    else if (type === 'Feature' && nounOf(objectId) === 'feature' && !movesFeature(change))
      owners.add(objectId);
    else if (type === 'Market' && nounOf(objectId) === 'market') owners.add(objectId);
    else if (!uncached.has(type)) return undefined;
  }
  return owners;
};
