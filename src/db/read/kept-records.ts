import { Kept } from '../../kept.ts';
import type { Audience } from '../../vocabulary.ts';

type Parts = Map<Part<unknown>, unknown>;

/** What was read of an object: a plan with certain branches, say. */
export class Part<Value> {
  of(parts: Parts): Value | undefined {
    // The value under a part has the type of the part.
    return parts.get(this) as Value | undefined;
  }
}

type Kind = 'plan' | 'feature' | 'code';

/** What is kept of one object, and where it stands. */
interface Entry {
  readonly place: Map<string, Entry>;
  readonly id: string;
  readonly parts: Parts;
  bytes: number;
}

/**
 * What belongs together and goes together. Found by ids alone: those that come with other records
 * cost next to nothing.
 */
type Era = Readonly<{ [Each in Kind]: Map<string, Entry> }>;

const newEra = (): Era => ({ plan: new Map(), feature: new Map(), code: new Map() });

/** What one audience of a tenant has been read. */
interface Known {
  /** The state of the catalogue that everything kept is of. */
  revision: number;
  /** Another one once all of it is out of date. */
  era: Era;
}

type Queue = Kept<Entry, Parts>;

/** As text, three times: records take that much in memory, and the entry itself a little. */
const bytesOf = (record: unknown): number => 3 * JSON.stringify(record).length + 256;

/** Audiences of tenants that are known at a time; beyond it they are forgotten all at once. */
const MOST_KNOWN = 10_000;

/**
 * Records as they were read, until they change. They hold for the revision that was read with the
 * key of each request: a write of this process drops what it changed, after any other write nothing
 * that was kept of the tenant counts.
 */
export class KeptRecords {
  readonly #queue: Queue;
  readonly #known = new Map<string, Known>();

  constructor(mostBytes: number) {
    this.#queue = new Kept(mostBytes, ({ place, id }) => place.delete(id));
  }

  /**
   * For a request that has seen the revision. Undefined where nothing is kept, or where others have
   * seen a later one.
   */
  shelfOf(tenantId: string, audience: Audience, revision: number): Shelf | undefined {
    if (!this.#queue.isOpen) return undefined;
    const name = `${tenantId} ${audience}`;
    let known = this.#known.get(name);
    if (!known) {
      if (this.#known.size >= MOST_KNOWN) this.#forget();
      known = { revision, era: newEra() };
      this.#known.set(name, known);
    }
    if (known.revision > revision) return undefined;
    if (known.revision < revision) this.#begin(known, revision);
    return new Shelf(this.#queue, known);
  }

  /**
   * Another era. Requests that are under way hold on to the one that they know, and find nothing
   * more in it.
   */
  #begin(known: Known, revision: number): void {
    for (const place of Object.values(known.era))
      for (const entry of place.values()) this.#queue.drop(entry);
    known.revision = revision;
    known.era = newEra();
  }

  #forget(): void {
    for (const known of this.#known.values()) this.#begin(known, known.revision);
    this.#known.clear();
  }

  /**
   * A write of this process has led to the revision. Without a plan that is all it changed,
   * everything counts as changed, at once: who wrote reads again. The public never writes, and what
   * it sees of a plan depends on others.
   */
  written(tenantId: string, revision: number, planId: string | undefined): void {
    const known = this.#known.get(`${tenantId} all`);
    if (!known) return;
    if (planId === undefined) this.#begin(known, Math.max(known.revision, revision));
    else {
      const changed = known.era.plan.get(planId);
      if (changed) this.#queue.drop(changed);
      if (known.revision === revision - 1) known.revision = revision;
    }
  }
}

/** What is kept for the requests that have seen one revision. */
export class Shelf {
  readonly #queue: Queue;
  readonly #known: Known;
  readonly #revision: number;
  readonly #era: Era;

  constructor(queue: Queue, known: Known) {
    this.#queue = queue;
    this.#known = known;
    this.#revision = known.revision;
    this.#era = known.era;
  }

  get<Value>(kind: Kind, id: string, part: Part<Value>): Value | undefined {
    const entry = this.#era[kind].get(id);
    const parts = entry && this.#queue.get(entry);
    return parts && part.of(parts);
  }

  /** Does nothing once there was a write: what was read may be of the state before it. */
  put<Value>(kind: Kind, id: string, part: Part<Value>, value: Value): void {
    if (this.#known.revision !== this.#revision || this.#known.era !== this.#era) return;
    const place = this.#era[kind];
    const entry = place.get(id) ?? { place, id, parts: new Map(), bytes: 0 };
    if (entry.parts.has(part)) return;
    entry.parts.set(part, value);
    entry.bytes += bytesOf(value);
    place.set(id, entry);
    this.#queue.set(entry, entry.parts, entry.bytes);
  }
}
