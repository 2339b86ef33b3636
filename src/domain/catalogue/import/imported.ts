import { z } from 'zod';
import { invalid } from '../../../errors.ts';
import { foldName, isVisible } from '../../../names.ts';
import type { Catalogue } from '../document.ts';

/** What stands in a foreign document and not in the catalogue file that was made of it. */
export interface LeftOut {
  /** Where it stands in the foreign document. */
  path: string;
  reason: string;
}

export interface Imported {
  /** Says what is there, and takes nothing away. */
  file: Catalogue;
  leftOut: LeftOut[];
}

/** The longest foreign document, in characters. */
const LONGEST_DOCUMENT = 16_777_216;

/** A document of JSON. Throws a ValidationError where it is none. */
export const parseJson = (text: string): unknown => {
  refuseLong(text);
  try {
    return JSON.parse(text);
  } catch (error) {
    const fault = error instanceof Error ? error.message : 'it cannot be read';
    throw invalid('document', `must be JSON: ${fault}`);
  }
};

export const refuseLong = (text: string): void => {
  if (text.length > LONGEST_DOCUMENT)
    throw invalid('document', `must have at most ${LONGEST_DOCUMENT} characters`);
};

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Objects of one kind under their keys, in their order. Unlike z.record it keeps every key. */
export const mapOf = <Item extends z.ZodType>(item: Item) =>
  z.custom<object>(isObject, 'must be a map').transform((object, context) => {
    const map = new Map<string, z.output<Item>>();
    for (const [key, value] of Object.entries(object)) {
      const read = item.safeParse(value);
      if (read.success) map.set(key, read.data);
      else
        for (const { message, path } of read.error.issues)
          context.addIssue({ code: 'custom', message, path: [key, ...path] });
    }
    return map;
  });

/** The members of an object that are given and that its schema does not name. */
export const unknownMembers = (object: object, { shape }: z.ZodObject): string[] =>
  Object.entries(object)
    .filter(([name, value]) => !Object.hasOwn(shape, name) && isGiven(value))
    .map(([name]) => name);

/** Foreign formats say with null, an empty text and an empty list that there is nothing. */
export const isGiven = (value: unknown): boolean => {
  if (value === null || value === undefined || value === '') return false;
  if (Array.isArray(value)) return value.length > 0;
  return !isObject(value) || Object.keys(value).length > 0;
};

/** The list of what is left out, and the texts that are looked at before they are taken over. */
export class Remainder {
  readonly leftOut: LeftOut[] = [];
  readonly #namesOfFeatures = new Set<string>();

  add(path: string, reason: string): void {
    this.leftOut.push({ path, reason });
  }

  /** A text for people, or undefined where it is empty, or cannot be stored. */
  text(text: string | null | undefined, longest: number, path: string): string | undefined {
    const trimmed = text?.trim() ?? '';
    if (trimmed === '') return undefined;
    if (trimmed.length > longest) {
      this.add(path, `It is longer than ${longest} characters.`);
      return undefined;
    }
    if (!isVisible(trimmed) || !trimmed.isWellFormed() || trimmed.includes('\0')) {
      this.add(path, 'It has characters that cannot be stored.');
      return undefined;
    }
    return trimmed;
  }

  /** A name that no other feature has: names tell features apart. */
  featureName(name: string, path: string): string {
    let free = name;
    for (let count = 2; this.#namesOfFeatures.has(foldName(free)); count += 1)
      free = `${name} ${count}`;
    this.#namesOfFeatures.add(foldName(free));
    if (free !== name) this.add(path, `It is called ${free}: another feature is called ${name}.`);
    return free;
  }
}
