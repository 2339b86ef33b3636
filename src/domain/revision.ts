import { findPlanFeature } from '../db/records/plan-feature.ts';
import { findPrice } from '../db/records/price.ts';
import { ConflictError } from '../errors.ts';
import type { Guard, Writer } from './operation.ts';
import { findNamed } from './reference.ts';

/**
 * A write may name the revision of the object that its author has seen, and is refused where the
 * object has changed since.
 */

type Expected = number | null | undefined;
type Find = (writer: Writer) => Promise<{ revision: number } | undefined>;

/** Undefined where the author expects nothing. What is not there is the operation's to say. */
export const guardOf = (expectedRevision: Expected, find: Find): Guard | undefined =>
  expectedRevision == null
    ? undefined
    : {
        compared: { expectedRevision },
        check: async (writer) => {
          const found = await find(writer);
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
  guardOf(expected, (writer) => findNamed(writer, 'plan', planId));

export const priceAt = (expected: Expected, planId: string, priceId: string): Guard | undefined =>
  guardOf(expected, async (writer) => {
    const plan = await findNamed(writer, 'plan', planId);
    return plan && findPrice(writer, plan.id, priceId);
  });

export const featureAt = (expected: Expected, featureId: string): Guard | undefined =>
  guardOf(expected, (writer) => findNamed(writer, 'feature', featureId));

export const planFeatureAt = (
  expected: Expected,
  planId: string,
  featureId: string,
): Guard | undefined =>
  guardOf(expected, async (writer) => {
    const plan = await findNamed(writer, 'plan', planId);
    const feature = await findNamed(writer, 'feature', featureId);
    return plan && feature && findPlanFeature(writer, plan.id, feature.id);
  });

export const planGroupAt = (expected: Expected, planGroupId: string): Guard | undefined =>
  guardOf(expected, (writer) => findNamed(writer, 'planGroup', planGroupId));

export const featureSectionAt = (expected: Expected, sectionId: string): Guard | undefined =>
  guardOf(expected, (writer) => findNamed(writer, 'featureSection', sectionId));

export const marketAt = (expected: Expected, marketId: string): Guard | undefined =>
  guardOf(expected, (writer) => findNamed(writer, 'market', marketId));
