import { findFeature } from '../db/records/feature.ts';
import { findPlan } from '../db/records/plan.ts';
import { findPlanFeature } from '../db/records/plan-feature.ts';
import { findPlanGroup } from '../db/records/plan-group.ts';
import { findPrice } from '../db/records/price.ts';
import { ConflictError } from '../errors.ts';
import type { Guard, Reader } from './operation.ts';

/**
 * A write may name the revision of the object that its author has seen, and is refused where the
 * object has changed since.
 */

type Expected = number | null | undefined;
type Find = (reader: Reader) => Promise<{ revision: number } | undefined>;

/** Undefined where the author expects nothing. What is not there is the operation's to say. */
const guard = (expectedRevision: Expected, find: Find): Guard | undefined =>
  expectedRevision == null
    ? undefined
    : {
        compared: { expectedRevision },
        check: async (reader) => {
          const found = await find(reader);
          if (!found || found.revision === expectedRevision) return;
          throw new ConflictError(
            'revision_mismatch',
            `The object is at revision ${found.revision}, not ${expectedRevision}.`,
            'expectedRevision',
            found.revision,
          );
        },
      };

export const planAt = (expected: Expected, planId: string): Guard | undefined =>
  guard(expected, (reader) => findPlan(reader, planId));

export const priceAt = (expected: Expected, planId: string, priceId: string): Guard | undefined =>
  guard(expected, (reader) => findPrice(reader, planId, priceId));

export const featureAt = (expected: Expected, featureId: string): Guard | undefined =>
  guard(expected, (reader) => findFeature(reader, featureId));

export const planFeatureAt = (
  expected: Expected,
  planId: string,
  featureId: string,
): Guard | undefined =>
  guard(expected, async (reader) => {
    const feature = await findFeature(reader, featureId);
    return feature && findPlanFeature(reader, planId, feature.id);
  });

export const planGroupAt = (expected: Expected, planGroupId: string): Guard | undefined =>
  guard(expected, (reader) => findPlanGroup(reader, planGroupId));
