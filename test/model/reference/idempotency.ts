import type { Call } from './calls.ts';
import { carryOut } from './index.ts';
import { type ReferenceTenant, Refusal, type Result, type Stamp } from './tenant.ts';

export type Outcome =
  | { result: Result; isReplay: boolean }
  | { refusal: Refusal; isReplay: boolean };

interface Kept {
  /** The call as it counts for comparison. */
  call: string;
  outcome: { result: Result } | { refusal: Refusal };
  until: number;
  /** The clock has once shown a later time: the server may or may not have dropped the record. */
  isDoubtful: boolean;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** A tenant as clients meet it: with idempotency keys. */
export class RememberingTenant {
  readonly catalogue: ReferenceTenant;
  readonly #kept = new Map<string, Kept>();

  constructor(catalogue: ReferenceTenant) {
    this.catalogue = catalogue;
  }

  /** The clock of the server shows this to everyone. */
  see(now: string): void {
    for (const kept of this.#kept.values())
      if (kept.until <= Date.parse(now)) kept.isDoubtful = true;
  }

  /** Whether it is known what the server makes of the key at that time. */
  isCertain(key: string, now: string): boolean {
    const kept = this.#kept.get(key);
    return !kept?.isDoubtful || kept.until <= Date.parse(now);
  }

  write(call: Call, stamp: Stamp, key: string | undefined): Outcome {
    if (key === undefined || this.#isApplied(call))
      return { ...this.#attempt(call, stamp), isReplay: false };
    // What a client knows of is not what it asks for.
    const text = JSON.stringify({ ...call, knowsNoVariants: undefined }, sorted);
    const kept = this.#kept.get(key);
    if (kept && kept.until > Date.parse(stamp.now))
      return kept.call === text
        ? { ...kept.outcome, isReplay: true }
        : { refusal: new Refusal('idempotency_key_mismatch'), isReplay: false };
    const outcome = this.#attempt(call, stamp);
    if (!('refusal' in outcome) || outcome.refusal.code !== 'validation_error')
      this.#kept.set(key, {
        call: text,
        outcome,
        until: Date.parse(stamp.now) + DAY_MS,
        isDoubtful: false,
      });
    return { ...outcome, isReplay: false };
  }

  /** Applying it again is no write, with or without a key. */
  #isApplied(call: Call): boolean {
    if (call.operation !== 'applyChangeSet') return false;
    const set = this.catalogue.changeSets.find(({ id }) => id === call.id);
    return set?.status === 'applied' && set.hash === call.expectedHash;
  }

  #attempt(call: Call, stamp: Stamp): Kept['outcome'] {
    try {
      return { result: carryOut(this.catalogue, call, stamp) };
    } catch (refusal) {
      if (refusal instanceof Refusal) return { refusal };
      throw refusal;
    }
  }
}

const sorted = (_key: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;
