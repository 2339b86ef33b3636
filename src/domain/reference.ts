import { z } from 'zod';
import { nounOf } from '../db/ids.ts';
import type { RecordLookup } from '../db/read/lookup.ts';
import { featureByCode, featureById, findFeature } from '../db/records/feature.ts';
import {
  featureSectionByCode,
  featureSectionById,
  findFeatureSection,
} from '../db/records/feature-section.ts';
import { findMarketNamed, marketByCode, marketById } from '../db/records/market.ts';
import { findPlanNamed, planByCode, planById } from '../db/records/plan.ts';
import { findPlanGroupNamed, planGroupByCode, planGroupById } from '../db/records/plan-group.ts';
import type { Writer } from '../db/write/writer.ts';
import { type Named, references } from './fields.ts';

/**
 * Inputs name plans, features and the like by id or by code. Here codes become ids, in the
 * transaction of the write. Of existing objects the id wins; what names nothing stays as it is.
 */

interface Kind {
  /** By id, else by code. */
  find(writer: Writer, reference: string): Promise<{ id: string; revision: number } | undefined>;
  byId: RecordLookup<{ id: string }>;
  byCode: RecordLookup<{ id: string; code: string }>;
}

const kinds: Readonly<Record<Named, Kind>> = {
  plan: { find: findPlanNamed, byId: planById, byCode: planByCode },
  planGroup: { find: findPlanGroupNamed, byId: planGroupById, byCode: planGroupByCode },
  feature: { find: findFeature, byId: featureById, byCode: featureByCode },
  featureSection: {
    find: findFeatureSection,
    byId: featureSectionById,
    byCode: featureSectionByCode,
  },
  market: { find: findMarketNamed, byId: marketById, byCode: marketByCode },
};

/** The object that an id or code names. */
export const findNamed = (writer: Writer, noun: Named, reference: string) =>
  kinds[noun].find(writer, reference);

/** The ids of what references name, by reference. */
const idsOf = async (
  writer: Writer,
  noun: Named,
  named: readonly string[],
): Promise<ReadonlyMap<string, string>> => {
  const { find, byId, byCode } = kinds[noun];
  const [only = ''] = named;
  if (named.length === 1) {
    // The row is what the operation reads next: it is read but once.
    const object = await find(writer, only);
    return new Map(object && [[only, object.id]]);
  }
  const found = (await byCode.read(writer, named)).filter((item) => item !== null);
  // Codes of earlier releases may look like ids.
  const likeIds = found.map(({ code }) => code).filter((code) => nounOf(code) === noun);
  const owners = likeIds.length > 0 ? await byId.read(writer, likeIds) : [];
  const ids = new Set(owners.flatMap((owner) => owner?.id ?? []));
  return new Map(found.filter(({ code }) => !ids.has(code)).map(({ id, code }) => [code, id]));
};

type Replace = (noun: Named, reference: string) => string;
type Walk = (value: unknown, replace: Replace) => unknown;

/** Goes through the references in a value of a schema. Undefined where there can be none. */
const walkOf = (schema: z.core.$ZodType): Walk | undefined => {
  const reference = references.get(schema);
  if (reference)
    return (value, replace) => (typeof value === 'string' ? replace(reference.noun, value) : value);
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable)
    return walkOf(schema.unwrap());
  if (schema instanceof z.ZodArray) {
    const walk = walkOf(schema.element);
    return (
      walk &&
      ((value, replace) =>
        Array.isArray(value) ? value.map((item) => walk(item, replace)) : value)
    );
  }
  if (!(schema instanceof z.ZodObject)) return undefined;
  const members = Object.entries(schema.shape).flatMap(([name, member]) => {
    const walk = walkOf(member);
    return walk ? [{ name, walk }] : [];
  });
  if (members.length === 0) return undefined;
  return (value, replace) => {
    if (typeof value !== 'object' || value === null) return value;
    const copy: Record<string, unknown> = { ...value };
    for (const { name, walk } of members) if (name in copy) copy[name] = walk(copy[name], replace);
    return copy;
  };
};

/** Makes a function that puts ids in the place of the codes in values of these schemas. */
export const namedById = (schemas: readonly z.ZodType[]) => {
  const walks = schemas.map(walkOf);
  return async (writer: Writer, values: readonly unknown[]): Promise<unknown[]> => {
    const named = new Map<Named, Set<string>>();
    const inAll = (replace: Replace) =>
      walks.map((walk, index) => walk?.(values[index], replace) ?? values[index]);
    inAll((noun, reference) => {
      const known = named.get(noun) ?? new Set();
      named.set(noun, known.add(reference));
      return reference;
    });
    const ids = new Map<Named, ReadonlyMap<string, string>>();
    for (const [noun, found] of named) ids.set(noun, await idsOf(writer, noun, [...found]));
    return inAll((noun, reference) => ids.get(noun)?.get(reference) ?? reference);
  };
};
