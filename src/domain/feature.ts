import { z } from 'zod';
import { byCreation } from '../db/read/keyset.ts';
import {
  countFeatures as count,
  findFeature,
  findFeaturesByCode,
  findFeaturesNamed,
  insertFeature,
  listFeatures as list,
  markFeatureDeleted,
  saveFeature,
} from '../db/records/feature.ts';
import { countsLimits } from '../db/records/feature-limit.ts';
import { isAttached } from '../db/records/plan-feature.ts';
import type { Feature } from '../db/tables.ts';
import { ConflictError, NotFoundError } from '../errors.ts';
import type { MaybePromise } from '../maybe-promise.ts';
import { featureTypes } from '../vocabulary.ts';
import * as fields from './fields.ts';
import { operation, operationOn, type Reader } from './operation.ts';
import { type Page, type PageRequest, page } from './page.ts';
import type { DeletedObject } from './plan.ts';

export type { Feature };

/** By id, else by code. */
export const getFeature = async (
  reader: Reader,
  idOrCode: string,
  param = 'featureId',
): Promise<Feature> => {
  const feature = await findFeature(reader, idOrCode);
  if (!feature) throw new NotFoundError('feature_not_found', param);
  return feature;
};

/** Oldest first. */
export const listFeatures = (reader: Reader, request: PageRequest): MaybePromise<Page<Feature>> =>
  page(request, {
    list: 'features',
    sortKey: byCreation,
    fetch: (spec) => list(reader, spec),
  });

export const countFeatures = (reader: Reader): Promise<number> => count(reader);

const refuseTakenName = async (reader: Reader, name: string, ownId?: string): Promise<void> => {
  const other = (await findFeaturesNamed(reader, name)).find(({ id }) => id !== ownId);
  if (other)
    throw new ConflictError(
      'feature_already_exists',
      `A feature with the name ${other.name} exists.`,
      'name',
    );
};

export const CreateFeatureInput = z.object({
  name: fields.name,
  code: fields.codeOf('feature'),
  type: z.enum(featureTypes).describe('What kind of thing it counts; final.'),
  description: fields.description.nullish(),
  unitName: fields.unitName.nullish(),
});
export type CreateFeatureInput = z.infer<typeof CreateFeatureInput>;

export const createFeature = operation(
  'createFeature',
  async (writer, input: CreateFeatureInput): Promise<Feature> => {
    const [sameCode] = await findFeaturesByCode(writer, [input.code]);
    if (sameCode)
      throw new ConflictError(
        'feature_already_exists',
        `A feature with the code ${input.code} exists.`,
        'code',
      );
    const name = input.name.trim();
    await refuseTakenName(writer, name);
    const feature: Feature = {
      id: writer.newId('feature'),
      code: input.code,
      name,
      type: input.type,
      description: input.description ?? null,
      unitName: input.unitName ?? null,
      createdAt: writer.now,
      updatedAt: writer.now,
      revision: 1,
    };
    writer.about(feature.id);
    await insertFeature(writer, feature);
    return feature;
  },
);

export const UpdateFeatureInput = z
  .object({
    name: fields.name.optional(),
    description: fields.description.nullish().describe('Null clears it.'),
    unitName: fields.unitName.nullish().describe('Null clears it.'),
  })
  .refine((input) => Object.values(input).some((value) => value !== undefined), {
    error: 'at least one of name, description and unitName is required',
    path: ['name'],
  });
export type UpdateFeatureInput = z.infer<typeof UpdateFeatureInput>;

export const updateFeature = operationOn(
  'updateFeature',
  [fields.featureId, UpdateFeatureInput],
  async (writer, featureId, { name: sent, description, unitName }): Promise<Feature> => {
    const before = await getFeature(writer, featureId);
    const name = sent?.trim() ?? before.name;
    const isRenamed = name !== before.name;
    if (isRenamed) await refuseTakenName(writer, name, before.id);
    writer.about(before.id);
    return saveFeature(
      writer,
      {
        ...before,
        name,
        description: description === undefined ? before.description : description,
        unitName: unitName === undefined ? before.unitName : unitName,
      },
      isRenamed,
    );
  },
);

export const deleteFeature = operationOn(
  'deleteFeature',
  [fields.featureId],
  async (writer, featureId): Promise<DeletedObject> => {
    const before = await getFeature(writer, featureId);
    if (await isAttached(writer, before.id))
      throw new ConflictError(
        'feature_in_use',
        `The feature ${before.code} is attached to a live plan.`,
        'featureId',
      );
    if (await countsLimits(writer, before.id))
      throw new ConflictError(
        'feature_in_use',
        `A limit of another feature is counted per ${before.code}.`,
        'featureId',
      );
    writer.about(before.id);
    await markFeatureDeleted(writer, before);
    return { id: before.id };
  },
);
