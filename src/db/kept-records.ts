import { Kept } from '../kept.ts';
import type { Audience } from '../vocabulary.ts';

type Parts = Map<Part<unknown>, unknown>;

/** What was read of an object: a plan with certain branches, say. */
export class Part<Value> {
  of(parts: Parts): Value | undefined {
    // Whatever stands under a part was put there with it.
    return parts.get(this) as Value | undefined;
  }
}

/** What one audience of a tenant has been read. */
interface Known {
  /** The state of the catalogue that everything kept is of. */
  revision: number;
  /** Another object once all of it is out of date. */
  era: object;
}

interface Entry {
  era: object;
  readonly parts: Parts;
  bytes: number;
}

/** As text, three times: records take that much in memory, and the entry itself a little. */
const bytesOf = (record: unknown): number => 3 * JSON.stringify(record).length + 256;

/** Audiences of tenants that are known at a time; beyond it they are forgotten all at once. */
const MOST_KNOWN = 10_000;

/**
 * Records as they were read, until they change. They hold for the revision that was read with the key of each request: a
 * write of this process drops what it changed, after any other write nothing that was kept of the tenant counts.
 */
export class KeptRecords {
  readonly #entries: Kept<string, Entry>;
  readonly #known = new Map<string, Known>();

  constructor(mostBytes: number) {
    this.#entries = new Kept(mostBytes);
  }

  /** For a request that has seen the revision. Undefined where nothing is kept, or where others have seen a later one. */
  shelfOf(tenantId: string, audience: Audience, revision: number): Shelf | undefined {
    if (!this.#entries.isOpen) return undefined;
    const name = `${tenantId} ${audience}`;
    let known = this.#known.get(name);
    if (!known) {
      if (this.#known.size >= MOST_KNOWN) this.#forget();
      known = { revision, era: {} };
      this.#known.set(name, known);
    }
    if (known.revision > revision) return undefined;
    if (known.revision < revision) Object.assign(known, { revision, era: {} });
    return new Shelf(this.#entries, name, known);
  }

  #forget(): void {
    // Requests that are under way hold on to what they know.
    for (const known of this.#known.values()) known.era = {};
    this.#known.clear();
  }

  /**
   * A write of this process has led to the revision. Without a plan that is all it changed, everything counts as changed, at
   * once: who wrote reads again. The public never writes, and what it sees of a plan depends on others.
   */
  written(tenantId: string, revision: number, planId: string | undefined): void {
    const name = `${tenantId} all`;
    const known = this.#known.get(name);
    if (!known) return;
    if (planId === undefined) Object.assign(known, { era: {}, revision: Math.max(known.revision, revision) });
    else {
      this.#entries.drop(nameOf(name, 'plan', planId));
      if (known.revision === revision - 1) known.revision = revision;
    }
  }
}

type Kind = 'plan' | 'feature' | 'code';

const nameOf = (whose: string, kind: Kind, id: string): string => `${whose} ${kind} ${id}`;

/** What is kept for the requests that have seen one revision. */
export class Shelf {
  readonly #entries: Kept<string, Entry>;
  readonly #whose: string;
  readonly #known: Known;
  readonly #revision: number;
  readonly #era: object;

  constructor(entries: Kept<string, Entry>, whose: string, known: Known) {
    this.#entries = entries;
    this.#whose = whose;
    this.#known = known;
    this.#revision = known.revision;
    this.#era = known.era;
  }

  get<Value>(kind: Kind, id: string, part: Part<Value>): Value | undefined {
    if (this.#known.era !== this.#era) return undefined;
    const entry = this.#entries.get(nameOf(this.#whose, kind, id));
    return entry?.era === this.#era ? part.of(entry.parts) : undefined;
  }

  /** Does nothing once there was a write: what was read may be of the state before it. */
  put<Value>(kind: Kind, id: string, part: Part<Value>, record: Value): void {
    if (this.#known.revision !== this.#revision || this.#known.era !== this.#era) return;
    const name = nameOf(this.#whose, kind, id);
    const old = this.#entries.get(name);
    const entry = old?.era === this.#era ? old : { era: this.#era, parts: new Map(), bytes: name.length };
    if (entry.parts.has(part)) return;
    entry.parts.set(part, record);
    entry.bytes += bytesOf(record);
    this.#entries.set(name, entry, entry.bytes);
  }
}
