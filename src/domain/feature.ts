import { z } from 'zod';
import {
  byPlace,
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
import { closeGap, nextPosition } from '../db/records/feature-order.ts';
import { isAttached } from '../db/records/plan-feature.ts';
import type { Feature } from '../db/tables.ts';
import { ConflictError, NotFoundError } from '../errors.ts';
import type { MaybePromise } from '../maybe-promise.ts';
import { featureTypes } from '../vocabulary.ts';
import { requireFeatureSection } from './feature-section.ts';
import * as fields from './fields.ts';
import { operationOn, type Reader, type Writer } from './operation.ts';
import { type Page, type PageRequest, page } from './page.ts';
import type { DeletedObject } from './plan.ts';
import { changedUnit, unnamed } from './unit-name.ts';

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

/** In the order of features. */
export const listFeatures = (reader: Reader, request: PageRequest): MaybePromise<Page<Feature>> =>
  page(request, {
    list: 'features',
    sortKey: byPlace,
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
  unitNamePlural: fields.unitNamePlural.nullish(),
  sectionId: fields.sectionId
    .nullish()
    .describe('Id or code of the section that it stands in, at the end; none when omitted.'),
});
export type CreateFeatureInput = z.infer<typeof CreateFeatureInput>;

/** At the end of a section, or of the features without one. */
const endOf = async (
  writer: Writer,
  sectionId: string | null | undefined,
): Promise<Pick<Feature, 'sectionId' | 'sectionPosition' | 'position'>> => {
  const section = sectionId == null ? null : await requireFeatureSection(writer, sectionId);
  const id = section?.id ?? null;
  return {
    sectionId: id,
    sectionPosition: section?.position ?? null,
    position: await nextPosition(writer, id),
  };
};

export const createFeature = operationOn(
  'createFeature',
  [CreateFeatureInput],
  async (writer, input): Promise<Feature> => {
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
      ...changedUnit(unnamed, input),
      ...(await endOf(writer, input.sectionId)),
      createdAt: writer.now,
      updatedAt: writer.now,
      revision: 1,
    };
    writer.about(feature.id);
    await insertFeature(writer, feature);
    return feature;
  },
);

export const UpdateFeatureInput = fields.atLeastOne({
  name: fields.name.optional(),
  description: fields.description.nullish().describe('Null clears it.'),
  unitName: fields.unitName
    .nullish()
    .describe('Null clears it. Another name without a plural clears the plural, too.'),
  unitNamePlural: fields.unitNamePlural.nullish().describe('Null clears it.'),
  sectionId: fields.sectionId
    .nullish()
    .describe('Id or code of the section that it moves to, at the end; null for none.'),
});
export type UpdateFeatureInput = z.infer<typeof UpdateFeatureInput>;

export const updateFeature = operationOn(
  'updateFeature',
  [fields.featureId, UpdateFeatureInput],
  async (writer, featureId, input): Promise<Feature> => {
    const { name: sent, description, sectionId } = input;
    const before = await getFeature(writer, featureId);
    const name = sent?.trim() ?? before.name;
    const isRenamed = name !== before.name;
    if (isRenamed) await refuseTakenName(writer, name, before.id);
    const place = sectionId === undefined ? before : await endOf(writer, sectionId);
    const isMoved = place.sectionId !== before.sectionId;
    writer.about(before.id);
    const saved = await saveFeature(
      writer,
      {
        ...before,
        ...(isMoved && place),
        name,
        description: description === undefined ? before.description : description,
        ...changedUnit(before, input),
      },
      isRenamed,
    );
    if (isMoved) await closeGap(writer, before);
    return saved;
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
