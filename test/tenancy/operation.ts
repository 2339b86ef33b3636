import type { Scope } from '../../src/vocabulary.ts';
import type { Ids, Noun } from '../graphql/arrangement.ts';

/** A place in a request where an id stands; the one entry of a list is no step of its own. */
export interface Slot {
  readonly path: readonly string[];
  /** Of what it may hold an id. */
  readonly nouns: readonly Noun[];
}

export interface Request {
  path: string;
  method: string;
  headers: Record<string, string>;
  body?: string;
}

/** Something that clients may ask for, on either surface. */
export interface Operation {
  readonly title: string;
  readonly writes: boolean;
  readonly needs: Scope;
  readonly slots: readonly Slot[];
  /** Our own ids wherever one is needed, but at the slot the one in question. */
  request(ours: Ids, at?: { slot: Slot; id: string }): Request;
}

/** A field that holds ids, by what all surfaces call such fields. */
export const holdsIds = (name: string): boolean => /^ids?$|Ids?$/.test(name);

/** A field that holds codes, and no ids. */
export const holdsCodes = (name: string): boolean => /^codes?$/.test(name);

/** Fields that every sample of an input has: rules across fields ask for them. */
export const isAlwaysGiven = (name: string): boolean => ['name', 'price', 'amount'].includes(name);
